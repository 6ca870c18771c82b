"""Approved items → an edition."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from builder.editorial import retold
from builder.model import Edition, Item, Library, Part, Placed, Policy, Section, Status, Story

REST = "More"
"""The heading above items of no configured section, where the other parts have headings."""


def compose(
    library: Library,
    sections: tuple[Section, ...],
    policy: Policy,
    *,
    number: int,
    date: datetime,
    title: str,
    zone: str = "UTC",
    publish: str = "editions",
) -> Edition | None:
    """Edition `number`, opened at `date`, of what is approved and in no edition yet, chosen by `policy`.

    None when that is less than the policy wants. Its parts are the `sections` in their order, then what is in
    none of them; inside a part the first chosen is first, and what reports one event stands together. It
    tells of the corrections that none has told yet. The edition has no path and is not published.
    """
    chosen = tuple(choose(waiting(library), sections, policy, date=date, zone=zone))
    if len(chosen) < max(policy.min_items, 1):
        return None
    parts = tuple(_parts(_together(chosen, library.stories), sections))
    told = retold.untold(library, publish, date)
    return Edition(number=number, path="", title=title, date=date, parts=parts, corrected=told)


def next_number(library: Library) -> int:
    """The number of the next edition: one more than the highest, from 1. Gaps are never filled."""
    return max((edition.number for edition in library.editions), default=0) + 1


def waiting(library: Library) -> list[Item]:
    """Approved items that no edition lists, newest first."""
    listed = {placed.item for edition in library.editions for part in edition.parts for placed in part.items}
    waiting = (item for item in library.items if item.status is Status.APPROVED and item.id not in listed)
    return sorted(waiting, key=lambda item: (item.date, item.id), reverse=True)


def choose(
    newest: Iterable[Item], sections: tuple[Section, ...], policy: Policy, *, date: datetime, zone: str
) -> Iterator[Item]:
    """Those of the items `newest`, told newest first, that `policy` lets into an edition opened at `date`."""
    start = window_start(date, policy.window_days, zone) if policy.window_days else None
    ranked = sorted(newest, key=weight, reverse=True) if policy.order == "weight" else list(newest)
    most = {section.slug: section.max_items for section in sections}
    taken = 0
    in_section: Counter[str] = Counter()
    from_source: Counter[str] = Counter()
    for item in ranked:
        if start and item.date < start:
            continue
        if policy.max_items and taken >= policy.max_items:
            return
        if policy.per_source and from_source[item.source.feed] >= policy.per_source:
            continue
        if most.get(item.section) and in_section[item.section] >= most[item.section]:
            continue
        taken += 1
        from_source[item.source.feed] += 1
        in_section[item.section] += 1
        yield item


def window_start(date: datetime, days: int, zone: str) -> datetime:
    """The midnight with which, in `zone`, the day `days` before that of `date` begins.

    Counted in days of the calendar: a day on which clocks change counts as one.
    """
    there = ZoneInfo(zone)
    day = date.astimezone(there).date() - timedelta(days=days)
    return datetime.combine(day, time(), there).astimezone(UTC)


def weight(item: Item) -> int:
    """The `weight` in an item's front matter; 0 without one, and when it is no whole number."""
    written = str(item.extra.get("weight", ""))
    return int(written) if written.removeprefix("-").isdecimal() and len(written) < 10 else 0


def _together(chosen: Sequence[Item], stories: Iterable[Story]) -> list[Item]:
    """`chosen` with the items of each of the `stories` behind the first of them."""
    story_of = {item: story.id for story in stories for item in story.items}
    places: dict[str, int] = {}
    for at, item in enumerate(chosen):
        places.setdefault(story_of.get(item.id, item.path), at)
    return sorted(chosen, key=lambda item: places[story_of.get(item.id, item.path)])


def _parts(chosen: Iterable[Item], sections: tuple[Section, ...]) -> Iterable[Part]:
    by_section: dict[str, list[Placed]] = {section.slug: [] for section in sections}
    rest: list[Placed] = []
    for item in chosen:
        by_section.get(item.section, rest).append(Placed(item=item.id))
    headed = [
        Part(title=section.title, items=tuple(by_section[section.slug]))
        for section in sections
        if by_section[section.slug]
    ]
    yield from headed
    if rest:
        yield Part(title=REST if headed else "", items=tuple(rest))
