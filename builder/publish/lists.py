"""How items are gathered under links: tags, sources, editions, and the pages of long lists. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import TypeVar

from builder import digest, text
from builder.model import Edition, Item
from builder.render.places import edition_path
from builder.render.views import Link

T = TypeVar("T")


def paginate(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """`items` (newest first) in pages, the oldest page first, each newest first.

    Full pages are filled from the oldest, so that a new item changes only the newest page, which holds `size`
    to twice that less one. Always at least one page, which may be empty.
    """
    full = max(0, len(items) // size - 1)
    newest = len(items) - full * size
    starts = range(len(items) - size, newest - 1, -size)
    return [*(items[start : start + size] for start in starts), items[:newest]]


def pages(count: int, size: int) -> int:
    """How many pages `paginate` makes of so many items."""
    return max(1, count // size)


def tag_links(items: Iterable[Item]) -> Mapping[str, Link]:
    """A link for each tag as written; spellings that share an address share the first by alphabet."""
    titles: dict[str, str] = {}
    spelled = sorted({tag for item in items for tag in item.tags})
    paths = {tag: f"tags/{text.slug(tag, 'tag-' + digest.of_text(tag)[:6])}/" for tag in spelled}
    for tag in spelled:
        titles.setdefault(paths[tag], tag)
    return {tag: Link(title=titles[path], path=path) for tag, path in paths.items()}


def source_links(items: Iterable[Item]) -> Mapping[str, Link]:
    """A link for each feed, named as the newest of its items names it (`items` are newest first)."""
    links: dict[str, Link] = {}
    for item in items:
        feed = item.source.feed
        if feed not in links:
            links[feed] = Link(title=item.source.name, path=f"sources/{text.slug(feed, 'source')}/")
    return links


def carriers(editions: Iterable[Edition]) -> Mapping[str, Link]:
    """For each item, the first published edition that carries it (`editions` are newest first)."""
    return {
        placed.item: Link(title=edition.title, path=edition_path(edition.number))
        for edition in editions
        for part in edition.parts
        for placed in part.items
    }


def distinct(names: Iterable[str]) -> list[str]:
    """`names` with `-2`, `-3` and so on where one was met before."""
    found: list[str] = []
    for name in names:
        numbered = (name if number == 1 else f"{name}-{number}" for number in count(1))
        found.append(next(one for one in numbered if one not in found))
    return found
