"""Ways to map a function over things, as an argument: in line, step by step over threads, and over forks.

All give the results in the order of the things: what follows does not depend on which was first done.
"""

import contextlib
import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
R = TypeVar("R")

_WORTH_A_FORK = 4
"""Shares; starting and ending two processes costs what a few dozen pages do."""
_AT_ONCE = 16
"""Things whose results are handed over together, as a rule."""
_PORTIONS_MAX = 1_000
"""So many numbers fit into a pipe that nobody reads yet, even where pipes are short."""
_PIPE = 1 << 20
"""Bytes; the most that Linux gives to everybody."""
_WIDTH = 4
"""Bytes of a number between processes."""


class Mapper(Protocol):
    """`map`, in one of its forms."""

    def __call__(self, function: Callable[[T], R], things: Iterable[T], /, *, share: int = 0) -> Iterator[R]:
        """`function` of each of `things`, in their order.

        `share` of them are worth to be handed over by themselves; 0 is for as many as usual.
        """
        ...


def in_line(
    function: Callable[[T], R],
    things: Iterable[T],
    /,
    *,
    share: int = 0,  # noqa: ARG001
) -> Iterator[R]:
    """One after the other, in this thread."""
    return map(function, things)


def step_by_step(number: int) -> Mapper:
    """A mapper over `number` threads that takes its things as they come, and gives out what is done at once.

    What it has begun and not given out is never more than twice `number`.
    """
    if number == 1:
        return in_line

    def mapper(
        function: Callable[[T], R],
        things: Iterable[T],
        /,
        *,
        share: int = 0,  # noqa: ARG001
    ) -> Iterator[R]:
        from concurrent.futures import ThreadPoolExecutor

        executor = ThreadPoolExecutor(max_workers=number)
        begun: deque[Future[R]] = deque()
        try:
            for thing in things:
                begun.append(executor.submit(function, thing))
                while begun and (begun[0].done() or len(begun) >= 2 * number):
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    return mapper


def forks(number: int) -> Mapper:
    """A mapper over `number` processes, each with all that this one has: only results are handed over.

    They must be values that can be pickled. It works in line where there is little to do, and where the
    system does not fork safely. This process must have no other threads. An exception comes through.
    """

    def mapper(function: Callable[[T], R], things: Iterable[T], /, *, share: int = 0) -> Iterator[R]:
        listed, at_once = list(things), share or _AT_ONCE
        if number < 2 or len(listed) < _WORTH_A_FORK * at_once or not sys.platform.startswith("linux"):
            return in_line(function, listed)
        return _forked(function, listed, number, at_once)

    return mapper


def usable_cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _forked(function: Callable[[T], R], things: Sequence[T], number: int, at_once: int) -> Iterator[R]:
    size = max(at_once, len(things) // _PORTIONS_MAX + 1)
    portions = [things[start : start + size] for start in range(0, len(things), size)]
    children: dict[int, int] = {}
    queue = _queue(range(number, len(portions)))
    try:
        for index in range(number):
            reading, writing = _wide_pipe()
            child = os.fork()
            if child == 0:
                os.close(reading)
                _work(function, portions, index, queue, writing)
            os.close(writing)
            children[reading] = child
        yield from _in_order(len(portions), children)
    finally:
        os.close(queue)
        # Left early, the rest of the work is of no use to anybody.
        for reading, child in children.items():
            os.close(reading)
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)


def _wide_pipe() -> tuple[int, int]:
    """A pipe that holds as much as may be: who writes goes on while who reads is at work."""
    import fcntl

    reading, writing = os.pipe()
    with contextlib.suppress(OSError, AttributeError):
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE)
    return reading, writing


def _queue(numbers: Iterable[int]) -> int:
    """A pipe from which whoever is free takes the next of `numbers`, and behind them nothing."""
    reading, writing = os.pipe()
    os.write(writing, b"".join(number.to_bytes(_WIDTH, "little") for number in numbers))
    os.close(writing)
    return reading


def _in_order(count: int, children: Iterable[int]) -> Iterator[Any]:
    """The results of `count` portions, one after the other, whichever of `children` had which."""
    import selectors

    done: dict[int, tuple[list[Any], Exception | None]] = {}
    with selectors.DefaultSelector() as working:
        for reading in children:
            working.register(reading, selectors.EVENT_READ)
        for wanted in range(count):
            while wanted not in done:
                for key, _ in working.select():
                    if told := _received(key.fd):
                        done[told[0]] = told[1:]
                    else:
                        working.unregister(key.fd)
            results, error = done.pop(wanted)
            yield from results
            if error is not None:
                raise error


def _work(
    function: Callable[[T], R], portions: Sequence[Sequence[T]], first: int, queue: int, writing: int
) -> NoReturn:
    """All that a child does. It leaves by the back door: what its parent does at the end is not for it."""
    import pickle

    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        gc.freeze()  # what was inherited is not looked through, and so stays shared
        with os.fdopen(writing, "wb") as results:
            number = first
            while number < len(portions):
                done: list[R] = []
                failure: Exception | None = None
                try:
                    done.extend(map(function, portions[number]))
                except Exception as error:
                    failure = error
                data = pickle.dumps((number, done, failure), pickle.HIGHEST_PROTOCOL)
                results.write(len(data).to_bytes(_WIDTH, "little") + data)
                results.flush()
                taken = os.read(queue, _WIDTH)
                number = int.from_bytes(taken, "little") if taken else len(portions)
            results.write(bytes(_WIDTH))
        code = 0
    finally:
        os._exit(code)


def _received(reading: int) -> tuple[int, list[Any], Exception | None] | None:
    """A portion's number, its results and what went wrong; None when the child is done."""
    size = int.from_bytes(_exactly(reading, _WIDTH), "little")
    told: tuple[int, list[Any], Exception | None] | None = None
    if size:
        import pickle

        told = pickle.loads(_exactly(reading, size))  # noqa: S301 (our own child's)
    return told


def _exactly(reading: int, size: int) -> bytes:
    """The next `size` bytes. Raises ChildProcessError where they end before."""
    pieces: list[bytes] = []
    while size:
        piece = os.read(reading, min(size, 1 << 20))
        if not piece:
            raise ChildProcessError("a worker process ended in the middle of its work")
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
