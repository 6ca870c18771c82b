"""Who was sent what, a line a step: the ledger beside the list of readers, outside of git.

`ready` is on the disk before a message is handed over, and its outcome after the server's answer. Between
them `sending` is written, and not waited for, before the last byte leaves: the system keeps what a killed
process has written, so that in the same boot `ready` without `sending` means that nothing went out. After a
power cut that line may be lost, and `ready` alone counts as `sending`: the message may have gone out.
"""

import contextlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import IO

from builder import files
from builder.errors import FileError


class Step(StrEnum):
    """The last that is known of a reader's message."""

    READY = "ready"
    """It is about to be handed over, and was not complete at the server."""
    SENDING = "sending"
    """All but its last byte was sent: it may have gone out."""
    SENT = "sent"
    DEFERRED = "deferred"
    """The server wants it later."""
    REFUSED = "refused"
    """The server wants it never."""


class Ledger:
    """The lines of one letter, open for more."""

    def __init__(self, file: IO[bytes], steps: dict[str, Step], boot: str) -> None:
        self._file = file
        self._boot = boot
        self.steps = steps
        """The last step by reader."""

    def write(
        self,
        reader: str,
        step: Step,
        facts: Mapping[str, str] = MappingProxyType({}),
        *,
        durable: bool = True,
    ) -> None:
        """Add a line, and wait until the disk has it, or but the system where it need not be `durable`.

        Raises FileError; nothing may be sent then.
        """
        told = {**facts, "boot": self._boot if step is Step.READY else ""}
        line = {"to": reader, "step": step.value, **{key: value for key, value in told.items() if value}}
        try:
            self._file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            self._file.flush()
            if durable:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise FileError(f"the ledger cannot be written: {error.strerror}") from error
        self.steps[reader] = step

    def count(self) -> Mapping[Step, int]:
        """How many readers are at each step."""
        return Counter(self.steps.values())


@contextlib.contextmanager
def opened(path: Path, boot: str = "") -> Iterator[Ledger]:
    """The ledger at `path`, made when it is not there. Raises FileError when it cannot be read or written.

    `boot` names the time since the machine was started; empty when it is not known.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A crash may leave half a line; what would be written behind it could not be read.
        with path.open("a+b") as file:
            file.seek(0)
            whole, _, torn = file.read().rpartition(b"\n")
            if torn:
                file.truncate(len(whole) + 1 if whole else 0)
            steps = _steps(whole, path, boot)
            _sync_folder(path.parent)
            yield Ledger(file, steps, boot)
    except OSError as error:
        raise FileError(f"cannot use {path}: {error.strerror}") from error


def read(path: Path, boot: str = "") -> Mapping[str, Step]:
    """The last step by reader, of the ledger at `path`; empty when there is none. Raises FileError."""
    if not path.is_file():
        return {}
    return _steps(files.read_bytes(path).rpartition(b"\n")[0], path, boot)


def this_boot() -> str:
    """A name for the time since this machine was started; empty where the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeError):
        return ""


def exists(path: Path) -> bool:
    """Whether there is a ledger at `path`."""
    return path.is_file()


def _steps(raw: bytes, path: Path, boot: str) -> dict[str, Step]:
    steps: dict[str, Step] = {}
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if not line:
            continue
        try:
            told = json.loads(line)
            step = Step(told["step"])
            known = step is not Step.READY or (boot and told.get("boot") == boot)
            steps[str(told["to"])] = step if known else Step.SENDING
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
