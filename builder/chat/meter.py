"""What a run may spend on models, and what it has spent."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from builder.errors import EngineStoppedError

MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one run may spend. Prices are in whatever money their owner thinks in."""

    tokens: int = 0
    """Asked and answered together; 0 for no limit."""
    cost: float = 0.0
    """0 for no limit."""
    price_in: float = 0.0
    """For a million tokens that are asked."""
    price_out: float = 0.0
    """For a million tokens that are answered."""

    def price(self, asked: int, answered: int) -> float:
        """What so many tokens cost."""
        return (asked * self.price_in + answered * self.price_out) / MILLION


@dataclass(slots=True)
class Call:
    """One request under way; unless something else is said, it is taken to cost all that it may."""

    asked: int
    answered: int

    def free(self) -> None:
        """It did not reach a model, so it costs nothing."""
        self.asked = self.answered = 0

    def used(self, asked: int, answered: int) -> None:
        """It cost so many tokens; what a server does not count is taken for the most it may be."""
        self.asked = asked or self.asked
        self.answered = answered or self.answered


class Meter:
    """Holds a run to its limits, over all its threads: no request begins that might exceed them."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self.limits = limits
        self.calls = 0
        self.asked = 0
        self.answered = 0
        self._held: list[Call] = []
        self._stopped = False
        self._changed = threading.Condition()

    @property
    def tokens(self) -> int:
        """Spent so far."""
        return self.asked + self.answered

    @property
    def cost(self) -> float:
        """As `tokens`, in money; 0 where no prices are known."""
        return self.limits.price(self.asked, self.answered)

    @contextlib.contextmanager
    def call(self, asked: int, answered: int) -> Iterator[Call]:
        """One request that costs so many tokens at most. Raises EngineStoppedError when that is too much.

        Where requests under way may turn out cheaper than feared, their end is waited for.
        """
        call = Call(asked, answered)
        with self._changed:
            while not self._stopped and self._exceeds(call):
                if not self._held:
                    self._stopped = True
                    break
                self._changed.wait()
            if self._stopped:
                self._changed.notify_all()
                raise self._limit_reached()
            self._held.append(call)
            self.calls += 1
        held = Call(asked, answered)
        try:
            yield held
        finally:
            with self._changed:
                self._held.remove(call)
                self.asked += held.asked
                self.answered += held.answered
                self._changed.notify_all()

    def _exceeds(self, call: Call) -> bool:
        asked = self.asked + call.asked + sum(one.asked for one in self._held)
        answered = self.answered + call.answered + sum(one.answered for one in self._held)
        limits = self.limits
        too_many = bool(limits.tokens) and asked + answered > limits.tokens
        return too_many or (bool(limits.cost) and limits.price(asked, answered) > limits.cost)

    def _limit_reached(self) -> EngineStoppedError:
        spent = f"{self.tokens:,} tokens" + (f" for {self.cost:,.2f}" if self.cost else "")
        return EngineStoppedError(
            f"the next question to the model might exceed this run's limit; {spent} are spent",
            "What was drafted is kept, and the next run goes on from here. The limits are "
            "summary.model.max_tokens and summary.model.max_cost in config.yaml.",
        )
