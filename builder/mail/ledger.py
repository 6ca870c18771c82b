"""Who was sent what, a line a step: the ledger beside the list of readers, outside of git.

A line is written and on the disk before the last byte of a message leaves, and after the server's answer.
After a crash the last line of a reader says what is known: `sending` means that it may have gone out.
"""

import contextlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import IO

from builder import files
from builder.errors import FileError


class Step(StrEnum):
    """The last that is known of a reader's message."""

    SENDING = "sending"
    """All but its last byte was sent: it may have gone out."""
    SENT = "sent"
    DEFERRED = "deferred"
    """The server wants it later."""
    REFUSED = "refused"
    """The server wants it never."""


class Ledger:
    """The lines of one letter, open for more."""

    def __init__(self, file: IO[bytes], steps: dict[str, Step]) -> None:
        self._file = file
        self.steps = steps
        """The last step by reader."""

    def write(self, reader: str, step: Step, **facts: str) -> None:
        """Add a line, and wait until the disk has it. Raises FileError; nothing may be sent then."""
        line = {"to": reader, "step": step.value, **{key: value for key, value in facts.items() if value}}
        try:
            self._file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise FileError(f"the ledger cannot be written: {error.strerror}") from error
        self.steps[reader] = step

    def count(self) -> Mapping[Step, int]:
        """How many readers are at each step."""
        return Counter(self.steps.values())


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Ledger]:
    """The ledger at `path`, made when it is not there. Raises FileError when it cannot be read or written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A crash may leave half a line; what would be written behind it could not be read.
        with path.open("a+b") as file:
            file.seek(0)
            whole, _, torn = file.read().rpartition(b"\n")
            if torn:
                file.truncate(len(whole) + 1 if whole else 0)
            steps = _steps(whole, path)
            _sync_folder(path.parent)
            yield Ledger(file, steps)
    except OSError as error:
        raise FileError(f"cannot use {path}: {error.strerror}") from error


def read(path: Path) -> Mapping[str, Step]:
    """The last step by reader, of the ledger at `path`; empty when there is none. Raises FileError."""
    if not path.is_file():
        return {}
    return _steps(files.read_bytes(path).rpartition(b"\n")[0], path)


def exists(path: Path) -> bool:
    """Whether there is a ledger at `path`."""
    return path.is_file()


def _steps(raw: bytes, path: Path) -> dict[str, Step]:
    steps: dict[str, Step] = {}
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if not line:
            continue
        try:
            told = json.loads(line)
            steps[str(told["to"])] = Step(told["step"])
        except (ValueError, KeyError, TypeError) as error:
            # Guessing here could send a message twice.
            raise FileError(
                f"{path} cannot be read in line {number}",
                "It says who has the letter. Mend the line by hand, or take the file back from a backup.",
            ) from error
    return steps


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
