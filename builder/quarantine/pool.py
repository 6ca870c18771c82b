"""A few reading processes, started when there is something to read, and asked from any number of threads."""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from builder import errors
from builder.errors import LimitError, SourceError
from builder.quarantine import cell, wire

_PIECE = 65536
# The module search path is handed over, since a process without environment would not find an editable copy.
_BOOT = """
import sys
work, cpu_s, memory_mib, *sys.path = sys.argv[1:]
from builder.quarantine.cell import main
main(work, int(cpu_s), int(memory_mib))
"""
_HINT = "It is most likely made to do harm; if you trust it, ask its publisher for a smaller one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost."""

    cpu_s: int = 20
    """The slowest of 1,316 real pages took a quarter of a second, a feed of 20,000 entries 14."""
    wall_s: float = 180.0
    """Long, since a busy machine is no fault of the document; it ends what waits without spending."""
    memory_mib: int = 512
    """Of address space, the interpreter's own share of about 150 included."""
    answer_mib: int = 64


class Quarantine:
    """Answers questions about untrusted bytes, each within `limits`, at most `number` at a time.

    `work` names a module with `TASKS`: names to functions from bytes to bytes. Processes are started when one
    is needed and none is free, stay for the next question, and are replaced when they are lost.
    """

    def __init__(self, work: str, number: int, limits: Limits = Limits()) -> None:
        self._work = work
        self._limits = limits
        self._turn = threading.BoundedSemaphore(number)
        self._lock = threading.Lock()
        self._free: list[_Cell] = []
        self._all: set[_Cell] = set()
        self._closed = False

    def ask(self, task: str, *parts: bytes) -> bytes:
        """The answer of `task` to `parts`.

        Raises what the task raised of the SourceError family; LimitError when it passed a limit or died.
        """
        with self._turn:
            one = self._take()
            try:
                kind, mood, *told = one.ask((task.encode(), *parts), self._limits)
            except BaseException:
                self._drop(one)
                raise
            if mood == cell.STAYING:
                self._give_back(one)
            else:
                self._drop(one)
        if kind == cell.ANSWERED and len(told) == 1:
            return told[0]
        # A process that a document has taken over may say anything.
        name, message, hint = [*(text.decode("utf-8", "replace") for text in told), "", "", ""][:3]
        raise _kind_of(name)(message or "reading it gave no answer", hint)

    def close(self) -> None:
        """End all processes. Questions under way in other threads end at once, with a LimitError."""
        with self._lock:
            self._closed = True
            free, self._free = self._free, []
            busy = self._all.difference(free)
        for one in free:
            one.end()
        for one in busy:
            # Its pipes are its asker's to close.
            one.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self) -> "_Cell":
        with self._lock:
            if self._closed:
                raise LimitError("the run was stopped")
            if self._free:
                return self._free.pop()
            one = _Cell(self._work, self._limits)
            self._all.add(one)
            return one

    def _give_back(self, one: "_Cell") -> None:
        with self._lock:
            if not self._closed:
                self._free.append(one)
                return
        one.end()

    def _drop(self, one: "_Cell") -> None:
        with self._lock:
            self._all.discard(one)
        one.end()


class _Cell:
    """One reading process."""

    def __init__(self, work: str, limits: Limits) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, and nothing of a stranger's
                [
                    *(sys.executable, "-I", "-X", "utf8", "-c", _BOOT),
                    *(work, str(limits.cpu_s), str(limits.memory_mib), *filter(None, sys.path)),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                bufsize=0,
            )
        except OSError as error:
            raise errors.FileError(f"cannot start a process to read with: {error.strerror}") from error
        assert self._process.stdin is not None  # noqa: S101 - what PIPE promises
        assert self._process.stdout is not None  # noqa: S101
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)

    def ask(self, parts: tuple[bytes, ...], limits: Limits) -> tuple[bytes, ...]:
        """The answer to `parts`. Raises LimitError; the process is of no use then."""
        until = time.monotonic() + limits.wall_s
        try:
            self._send(wire.packed(parts), until)
            told = wire.unpacked(lambda size: self._receive(size, until), limits.answer_mib * 2**20)
            return (*told, b"", b"") if len(told) < 2 else told
        except wire.TooLargeError:
            raise LimitError(f"what it says is larger than {limits.answer_mib} MiB", _HINT) from None
        except TimeoutError:
            raise LimitError(f"reading it takes more than {limits.wall_s:g} s", _HINT) from None
        except (EOFError, BrokenPipeError, ValueError):
            raise self._death(limits) from None

    def kill(self) -> None:
        """End the process, whatever it does."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def end(self) -> None:
        """The same, and let go of all that it had."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe and pipe.close()

    def _death(self, limits: Limits) -> LimitError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2.0)
        code = self._process.returncode
        if code in (-signal.SIGXCPU, None):
            return LimitError(f"reading it takes more than {limits.cpu_s} s of computing", _HINT)
        # A parser in C that gets no memory gives up in its own way.
        if code in (cell.OUT_OF_MEMORY, -signal.SIGABRT):
            return LimitError(f"reading it takes more than {limits.memory_mib} MiB of memory", _HINT)
        if code == -signal.SIGKILL:
            return LimitError("reading it was stopped")
        if code == -signal.SIGSEGV:
            return LimitError("it breaks the program that reads it", _HINT)
        return LimitError(f"the process that reads it ended by itself, with code {code}")

    def _send(self, data: bytes, until: float) -> None:
        rest = memoryview(data)
        while rest:
            self._wait(self._in, selectors.EVENT_WRITE, until)
            rest = rest[os.write(self._in, rest[:_PIECE]) :]

    def _receive(self, size: int, until: float) -> bytes:
        pieces = bytearray()
        while len(pieces) < size:
            self._wait(self._out, selectors.EVENT_READ, until)
            piece = os.read(self._out, min(size - len(pieces), 2**20))
            if not piece:
                raise EOFError
            pieces += piece
        return bytes(pieces)

    @staticmethod
    def _wait(descriptor: int, event: int, until: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, event)
            if not selector.select(max(0.0, until - time.monotonic())):
                raise TimeoutError


def _kind_of(name: str) -> type[SourceError]:
    found = getattr(errors, name, SourceError)
    return found if isinstance(found, type) and issubclass(found, SourceError) else SourceError
