"""How a feed has fared: what its answers told, from pull to pull. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from builder.model import Entry
from builder.text import count

WAIT_MAX = timedelta(hours=20)
"""The longest a feed is left alone because it said so; under a day, so that a daily pull asks each time."""
FAILING_TIMES = 3
"""So many failures in a row are no passing trouble."""
SILENT_TIMES = 4
"""A feed is silent when its newest entry is older than so many of its usual gaps."""
SILENT_LEAST = timedelta(days=7)
"""A shorter silence is none, however busy the feed."""
_RHYTHM_OF = 20
"""The newest entries, whose gaps say what is usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is known of a feed; nothing at first."""

    asked: datetime | None = None
    """When it was last asked."""
    succeeded: datetime | None = None
    """When it last gave an answer that could be read."""
    first: datetime | None = None
    """When it first gave one; None as long as it has not, and where that was not yet kept."""
    failing_since: datetime | None = None
    """The first failure after that; None while all is well."""
    failures: int = 0
    """In a row."""
    why: str = ""
    """Of the last failure."""
    gone: bool = False
    """Its owner said so (410): it is not asked any more."""
    moved_to: str = ""
    """The address it says it has moved to for good."""
    due: datetime | None = None
    """It asked not to be asked before; None when it did not."""
    newest: datetime | None = None
    """The date of its newest entry."""
    rhythm_h: float = 0.0
    """The usual hours between two entries; 0 when there are too few to tell."""

    def is_due(self, now: datetime) -> bool:
        """Whether it may be asked."""
        return not self.gone and (self.due is None or now >= self.due)

    def is_silent(self, now: datetime) -> bool:
        """Whether it has been without a new entry for longer than usual, since it is asked."""
        # What it kept silent on before says nothing of a change: it was followed as it was.
        watched = max(self.newest, self.first) if self.newest and self.first else self.newest
        return self._is_long(watched, now)

    def was_silent(self) -> bool:
        """Whether it had been without a new entry for longer than is usual when it was first read."""
        return self.first is not None and self._is_long(self.newest, self.first)

    def _is_long(self, since: datetime | None, now: datetime) -> bool:
        if since is None or not self.rhythm_h:
            return False
        return now - since > max(timedelta(hours=self.rhythm_h * SILENT_TIMES), SILENT_LEAST)

    def is_failing(self) -> bool:
        """Whether it failed too often for it to be chance."""
        return self.failures >= FAILING_TIMES


def succeeded(
    health: Health, now: datetime, *, fresh_s: float, moved_to: str, entries: Iterable[Entry] | None
) -> Health:
    """After an answer that was read, or said that nothing is new (`entries` is None)."""
    dates = None if entries is None else _dates(entries, now)
    return replace(
        health,
        asked=now,
        succeeded=now,
        # One that was read before this was kept has been asked for long.
        first=health.first or (None if health.succeeded else now),
        failing_since=None,
        failures=0,
        why="",
        gone=False,
        moved_to=moved_to,
        due=_due(now, fresh_s),
        newest=health.newest if dates is None else max(dates, default=None),
        rhythm_h=health.rhythm_h if dates is None else _rhythm_h(dates),
    )


def failed(health: Health, now: datetime, *, why: str, pause_s: float, gone: bool) -> Health:
    """After a failure; what was known of its entries stays."""
    return replace(
        health,
        asked=now,
        failing_since=health.failing_since or now,
        failures=health.failures + 1,
        why=why,
        gone=gone,
        due=_due(now, pause_s),
    )


def complaint(health: Health, now: datetime) -> str:
    """What is wrong with a feed beyond this moment, as the end of a sentence on it; empty when nothing is."""
    since = f"{health.failing_since:%Y-%m-%d}" if health.failing_since else ""
    if health.gone:
        return f"is gone for good, as its host says since {since}"
    if health.is_failing():
        return f"has failed {count(health.failures, 'time')} in a row, since {since}: {health.why}"
    if health.is_silent(now):
        return f"has told nothing new since {health.newest:%Y-%m-%d}; usual is {usual(health.rhythm_h)}"
    return ""


def is_quiet(health: Health, now: datetime) -> bool:
    """Whether its silence is all that is wrong with a feed."""
    return health.is_silent(now) and not health.gone and not health.is_failing()


def usual(rhythm_h: float) -> str:
    """A rhythm in words: `an entry every 3 days`; empty when it is not known."""
    if not rhythm_h:
        return ""
    if rhythm_h < 1.5:
        return "an entry every hour or oftener"
    if rhythm_h < 36:
        return f"an entry every {count(round(rhythm_h), 'hour')}"
    return f"an entry every {count(round(rhythm_h / 24), 'day')}"


def _due(now: datetime, wait_s: float) -> datetime | None:
    # Compared as numbers, since a host may name more seconds than a date can have.
    return now + timedelta(seconds=min(wait_s, WAIT_MAX.total_seconds())) if wait_s > 0 else None


def _dates(entries: Iterable[Entry], now: datetime) -> list[datetime]:
    told = (entry.published or entry.updated for entry in entries)
    # A date from the future tells nothing of when the feed last spoke.
    return sorted({date for date in told if date and date <= now}, reverse=True)


def _rhythm_h(dates: list[datetime]) -> float:
    gaps = [(later - earlier).total_seconds() / 3600 for later, earlier in pairwise(dates[:_RHYTHM_OF])]
    return round(median(gaps), 2) if len(gaps) >= 2 else 0.0
