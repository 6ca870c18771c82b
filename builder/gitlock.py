"""The locks of a git that was killed: those of ours are known by a note, and taken away.

A git that ends by `kill -9`, or with the machine's power, leaves `index.lock`, and every git after it
refuses to commit. So the process that is about to lock is noted in git's own folder. Whoever finds such a
note, and the process gone, takes away the locks of its time; a lock of anybody else stays.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

NOTE = "briefpress-git"
SLACK_S = 10.0
"""How far a lock may be from its note in time: what is further away was made by somebody else."""
_PROCESSES = 2**31
PATIENCE_S = 20.0
"""How long a git is waited for that outlived the program that had begun it."""


def note(folder: Path, process: int) -> None:
    """Note in git's `folder` that `process` is about to lock; where that cannot be written, nothing is."""
    with suppress(OSError):
        (folder / NOTE).write_text(f"{process}\n", encoding="ascii")


def done(folder: Path) -> None:
    """Take the note away: the process has ended by itself, and so have its locks."""
    with suppress(OSError):
        (folder / NOTE).unlink(missing_ok=True)


def release(folder: Path) -> None:
    """Take away what a noted process left behind that is no more; wait for one that still works."""
    try:
        process = int((folder / NOTE).read_text(encoding="ascii"))
        noted = (folder / NOTE).stat().st_mtime
    except (OSError, ValueError):
        return
    if not 0 < process < _PROCESSES:
        return
    end = time.monotonic() + PATIENCE_S
    while _lives(process):
        if time.monotonic() > end:
            return
        time.sleep(0.05)
    for lock in _locks(folder, process):
        with suppress(OSError):
            if abs(lock.stat().st_mtime - noted) <= SLACK_S:
                lock.unlink()
    done(folder)


def _locks(folder: Path, process: int) -> Iterator[Path]:
    yield from (folder / "index.lock", folder / "HEAD.lock", folder / f"next-index-{process}.lock")
    yield from (folder / "refs" / "heads").rglob("*.lock")


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
