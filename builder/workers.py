"""Ways to map a function over things, as an argument: in line, step by step over threads, and over forks.

All give the results in the order of the things: what follows does not depend on which was first done.
"""

import gc
import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import cycle
from typing import IO, Any, NoReturn, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_WORTH_A_FORK = 64
"""Things; starting and ending two processes costs what a few dozen pages do."""
_AT_ONCE = 16
"""Things whose results are handed over together."""


class Mapper(Protocol):
    """`map`, in one of its forms."""

    def __call__(self, function: Callable[[T], R], things: Iterable[T], /) -> Iterator[R]:
        """`function` of each of `things`, in their order."""
        ...


def in_line(function: Callable[[T], R], things: Iterable[T], /) -> Iterator[R]:
    """One after the other, in this thread."""
    return map(function, things)


def step_by_step(number: int) -> Mapper:
    """A mapper over `number` threads that takes its things as they come, and gives out what is done at once.

    What it has begun and not given out is never more than twice `number`.
    """
    if number == 1:
        return in_line

    def mapper(function: Callable[[T], R], things: Iterable[T], /) -> Iterator[R]:
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

    def mapper(function: Callable[[T], R], things: Iterable[T], /) -> Iterator[R]:
        listed = list(things)
        if number < 2 or len(listed) < _WORTH_A_FORK or not sys.platform.startswith("linux"):
            return in_line(function, listed)
        return _forked(function, listed, number)

    return mapper


def usable_cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _forked(function: Callable[[T], R], things: Sequence[T], number: int) -> Iterator[R]:
    portions = [things[start : start + _AT_ONCE] for start in range(0, len(things), _AT_ONCE)]
    children: list[tuple[int, IO[bytes]]] = []
    try:
        for index in range(number):
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(reading)
                _work(function, portions[index::number], writing)
            os.close(writing)
            children.append((child, os.fdopen(reading, "rb")))
        for _, (_, results) in zip(portions, cycle(children), strict=False):
            done: list[R]
            done, error = _received(results)
            yield from done
            if error is not None:
                raise error
    finally:
        # Left early, the rest of the work is of no use to anybody.
        for child, results in children:
            results.close()
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)


def _work(function: Callable[[T], R], portions: Sequence[Sequence[T]], writing: int) -> NoReturn:
    """All that a child does. It leaves by the back door: what its parent does at the end is not for it."""
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        gc.freeze()  # what was inherited is not looked through, and so stays shared
        with os.fdopen(writing, "wb") as results:
            for portion in portions:
                done: list[R] = []
                failure: Exception | None = None
                try:
                    done.extend(map(function, portion))
                except Exception as error:
                    failure = error
                pickle.dump((done, failure), results, pickle.HIGHEST_PROTOCOL)
                results.flush()
        code = 0
    finally:
        os._exit(code)


def _received(results: IO[bytes]) -> tuple[list[Any], Exception | None]:
    try:
        done, error = pickle.load(results)  # noqa: S301 (our own child's)
    except (EOFError, pickle.UnpicklingError):
        return [], ChildProcessError("a worker process ended in the middle of its work")
    return done, error
