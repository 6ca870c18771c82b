"""Approved items → an edition."""

from collections.abc import Iterable
from datetime import datetime

from builder.model import Edition, Item, Library, Part, Placed, Section, Status

REST = "More"
"""The heading above items of no configured section, where the other parts have headings."""


def compose(
    library: Library,
    sections: tuple[Section, ...],
    *,
    number: int,
    date: datetime,
    title: str,
    limit: int = 0,
) -> Edition | None:
    """Edition `number` of what is approved and in no edition yet; None when there is nothing.

    Its parts are the `sections` in their order, then what is in none of them; inside a part newest first.
    With a `limit` the newest so many of all are taken. The edition has no path and is not published.
    """
    chosen = _waiting(library)[: limit or None]
    if not chosen:
        return None
    return Edition(number=number, path="", title=title, date=date, parts=tuple(_parts(chosen, sections)))


def next_number(library: Library) -> int:
    """The number of the next edition: one more than the highest, from 1. Gaps are never filled."""
    return max((edition.number for edition in library.editions), default=0) + 1


def _waiting(library: Library) -> list[Item]:
    """Approved items that no edition lists, newest first."""
    listed = {placed.item for edition in library.editions for part in edition.parts for placed in part.items}
    waiting = (item for item in library.items if item.status is Status.APPROVED and item.id not in listed)
    return sorted(waiting, key=lambda item: (item.date, item.id), reverse=True)


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
