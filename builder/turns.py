"""A function over things that have owners, as an argument: one thing of an owner at a time, and then a pause.

Owners are the hosts that are asked. The results come as they are done, each with the place of its thing, so
that what follows can put them in order and does not depend on who answers first.
"""

import heapq
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def no_pause(owner: str) -> float:  # noqa: ARG001
    """None."""
    return 0.0


class Turns(Protocol):
    """Works things off, owner by owner."""

    def __call__(
        self,
        function: Callable[[T], R],
        things: Sequence[T],
        owner_of: Callable[[T], str],
        pause_s: Callable[[str], float] = no_pause,
        /,
    ) -> Iterator[tuple[int, R]]:
        """The place and the result of each of `things`; those of one owner one after the other, in order.

        After each, its owner rests for `pause_s`.
        """
        ...


def in_line(
    function: Callable[[T], R],
    things: Sequence[T],
    owner_of: Callable[[T], str],  # noqa: ARG001
    pause_s: Callable[[str], float] = no_pause,  # noqa: ARG001
    /,
) -> Iterator[tuple[int, R]]:
    """One after the other, in this thread, without pauses."""
    return ((place, function(thing)) for place, thing in enumerate(things))


def over_threads(number: int) -> Turns:
    """`Turns` over `number` threads: so many owners at once. Leaving early drops what has not begun."""

    def turns(
        function: Callable[[T], R],
        things: Sequence[T],
        owner_of: Callable[[T], str],
        pause_s: Callable[[str], float] = no_pause,
        /,
    ) -> Iterator[tuple[int, R]]:
        table = _Table(function, things, owner_of, pause_s)
        for _ in range(min(number, len(things))):
            threading.Thread(target=table.serve, daemon=True).start()
        try:
            for _ in things:
                place, result, error = table.done.get()
                if error is not None:
                    raise error
                yield place, result
        finally:
            table.close()

    return turns


class _Table(Generic[T, R]):
    """What is left to do, and whose turn it is."""

    def __init__(
        self,
        function: Callable[[T], R],
        things: Sequence[T],
        owner_of: Callable[[T], str],
        pause_s: Callable[[str], float],
    ) -> None:
        self.done: queue.SimpleQueue[tuple[int, R, BaseException | None]] = queue.SimpleQueue()
        self._function = function
        self._things = things
        self._pause_s = pause_s
        self._waiting: dict[str, deque[int]] = {}
        for place, thing in enumerate(things):
            self._waiting.setdefault(owner_of(thing), deque()).append(place)
        # By the time from which an owner may be asked, then by its next thing.
        self._ready = [(0.0, places[0], owner) for owner, places in self._waiting.items()]
        heapq.heapify(self._ready)
        self._change = threading.Condition()

    def serve(self) -> None:
        """Work until nothing is left."""
        while (turn := self._next()) is not None:
            owner, place = turn
            try:
                self.done.put((place, self._function(self._things[place]), None))
            except BaseException as error:
                self.done.put((place, None, error))  # type: ignore[arg-type] # it is raised, and not used
            self._rest(owner)

    def close(self) -> None:
        """Leave what has not begun."""
        with self._change:
            self._waiting.clear()
            self._change.notify_all()

    def _next(self) -> tuple[str, int] | None:
        with self._change:
            while self._waiting:
                left = self._ready[0][0] - time.monotonic() if self._ready else None
                if left is not None and left <= 0:
                    _, place, owner = heapq.heappop(self._ready)
                    self._waiting[owner].popleft()
                    return owner, place
                self._change.wait(left)
            return None

    def _rest(self, owner: str) -> None:
        with self._change:
            if self._waiting.get(owner):
                at = time.monotonic() + self._pause_s(owner)
                heapq.heappush(self._ready, (at, self._waiting[owner][0], owner))
            else:
                self._waiting.pop(owner, None)
            self._change.notify_all()
