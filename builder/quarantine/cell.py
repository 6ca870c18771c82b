"""The process that reads: it answers one question after the other from stdin, until that ends.

It is a fresh interpreter: it has none of our memory, an empty environment, and no descriptor but its two
pipes. Before the first question the system takes from it what it will not need, and it takes from itself what
Python would still allow. A document that breaks it costs this process and one answer.
"""

import contextlib
import importlib
import os
import re
import resource
import signal
import sys
from collections.abc import Callable, Mapping

from builder.errors import SourceError
from builder.quarantine import wire

Task = Callable[..., bytes]
"""From the parts of a question to its answer. Raises SourceError."""

ANSWERED, REFUSED = b"answered", b"refused"
"""How an answer begins."""
STAYING, LEAVING = b"staying", b"leaving"
"""What follows: whether another question may be asked."""

OUT_OF_MEMORY = 77
"""The exit code of a process whose memory did not do."""

_MIB = 2**20
_QUESTION_MAX = 600 * _MIB
# What no reader of documents does. The check stands in the interpreter, so it holds for Python code alone.
_FORBIDDEN = (
    *("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn", "os.kill"),
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod"),
    *("shutil.", "tempfile.", "ftplib.", "http.client.", "urllib.Request", "smtplib.", "webbrowser."),
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main(work: str, cpu_s: int, memory_mib: int) -> None:
    """Answer questions with the functions in `TASKS` of the module `work`, each within `cpu_s`."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # they are for the one who asks; it closes the pipe then
    questions, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nothing, descriptor)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, memory_mib * _MIB)
    tasks: Mapping[str, Task] = importlib.import_module(work).TASKS
    _limit(resource.RLIMIT_FSIZE, 0)
    sys.addaudithook(_refuse)
    while True:
        try:
            name, *parts = wire.unpacked(lambda size: _read(questions, size), _QUESTION_MAX)
        except EOFError:
            os._exit(0)
        _allow_cpu(cpu_s)
        kind, *told = _answer(tasks[name.decode()], parts)
        # What a large document took is not given back; the next one shall have all of it.
        worn = _most_held() > memory_mib * _MIB // 2
        _write(answers, wire.packed((kind, LEAVING if worn else STAYING, *told)))
        if worn:
            os._exit(0)


def _answer(task: Task, parts: list[bytes]) -> tuple[bytes, ...]:
    try:
        return ANSWERED, task(*parts)
    except SourceError as error:
        fault = error.faults[0]
        told = (type(error).__name__, fault.message, fault.hint)
    except MemoryError:
        # Not as an answer: what is left of the process is not to be trusted with the next question.
        os._exit(OUT_OF_MEMORY)
    except RecursionError:
        told = ("LimitError", "it is nested too deeply to be read", "")
    except Exception as error:
        # Readers of broken documents fail in ways no list would cover.
        told = ("SourceError", f"it cannot be read: {type(error).__name__}", "")
    return REFUSED, *(text.encode("utf-8", "replace") for text in told)


def _allow_cpu(seconds: int) -> None:
    # The system counts from the start of the process, so the limit moves on with each question. Past it the
    # system ends the process, whatever it is in the middle of.
    used = resource.getrusage(resource.RUSAGE_SELF)
    at = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (at, resource.RLIM_INFINITY))


def _most_held() -> int:
    """The most bytes that this process ever held, as far as the system tells."""
    with contextlib.suppress(OSError), open("/proc/self/status", "rb") as told:  # noqa: PTH123 - one import less
        if found := re.search(rb"VmHWM:\s*(\d+) kB", told.read()):
            return int(found[1]) * 1024
    # On Linux this alone would be no help: a new process is told the most that its parent held.
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(what, (most, most))


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
    if writes or event.startswith(_FORBIDDEN):
        raise PermissionError(f"a document made its reader try {event}")


def _read(descriptor: int, size: int) -> bytes:
    pieces = bytearray()
    while len(pieces) < size:
        piece = os.read(descriptor, min(size - len(pieces), _MIB))
        if not piece:
            raise EOFError
        pieces += piece
    return bytes(pieces)


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
