"""Ways to map a function over things, as an argument: in line, over threads, and over threads step by step.

All give the results in the order of the things: what follows does not depend on which was first done.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Mapper(Protocol):
    """`map`, in one of its forms."""

    def __call__(self, function: Callable[[T], R], things: Iterable[T], /) -> Iterator[R]:
        """`function` of each of `things`, in their order."""
        ...


def in_line(function: Callable[[T], R], things: Iterable[T], /) -> Iterator[R]:
    """One after the other, in this thread."""
    return map(function, things)


def threads(number: int) -> Mapper:
    """A mapper over `number` threads. Leaving the results early drops the work that has not begun."""

    def mapper(function: Callable[[T], R], things: Iterable[T], /) -> Iterator[R]:
        executor = ThreadPoolExecutor(max_workers=number)
        try:
            yield from executor.map(function, things)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    return mapper


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
