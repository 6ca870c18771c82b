"""Corrections of items, told to the readers of an edition, each once; its file says which it tells."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from builder.content import editions, notices, rows
from builder.content.library import published_items, published_when
from builder.model import Library, Retold

NEWS_FOR = timedelta(days=60)
"""A correction that is older is news to nobody: no edition takes it up any more."""


def untold(library: Library, publish: str, now: datetime) -> tuple[Retold, ...]:
    """The corrections of public items that no edition tells of, the oldest first.

    Only those that readers of an earlier edition have missed: made after the item went out, and not long ago.
    """
    told = {(one.item, one.date) for edition in library.editions for one in edition.corrected}
    public = published_items(library, publish)
    when = published_when(library, publish) if publish == "editions" else {}
    found = [
        Retold(item=item.id, date=one.date)
        for item in library.items
        if item.corrections and item.id in public
        for one in item.corrections
        if (item.id, one.date) not in told
        and now - one.date <= NEWS_FOR
        and (item.id not in when or when[item.id] <= one.date)
    ]
    return tuple(sorted(found, key=lambda one: (one.date, one.item)))


def with_retold(text: str, path: str, more: Sequence[Retold], titles: Mapping[str, str]) -> str:
    """The edition file `text` with `more` behind the corrections that it tells of already."""
    if not more:
        return text
    known = editions.parse(text, path).corrected
    new, every = notices.retold_dumped(more), notices.retold_dumped((*known, *more))
    return rows.appended(text, path, "corrected", new, every, titles)
