"""What the search looks through: files that a browser loads when the reader begins to type. Pure.

Each is a script with one call and JSON in it, not JSON alone, because a page opened from a file may load
scripts beside it and nothing else. Columns instead of records: half the size once compressed.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from builder import digest, text
from builder.digest import Known
from builder.publish.material import Material
from builder.render.views import Card

PAGEFIND = "search/pagefind/"
"""The folder of the full-text index, if there is one."""
WHOLE_MAX = 2_000
"""Up to so many items are one file; more are a file a year."""
TLDR_NEWEST = 400
"""So many of the newest items are found by their TL;DR as well: all of them would triple the index."""
_NAME_MAX = 60
"""Characters of a page's name that are made of its title, as a rule."""
_NO_NAME = re.compile(r"[^a-z0-9]+")
_TLDR_MAX = 160
_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Index:
    """One file of the search."""

    path: str
    """Named by what is in it, so that it may be cached for ever."""
    data: Known[bytes]


def indexes(of: Material) -> tuple[Index, ...]:
    """The files for the public items, the newest first; none for no items."""
    days = [of.days[item.id] for item in of.seen.items]
    cards = [of.cards[item.id] for item in of.seen.items]
    return tuple(
        _named(
            name,
            digest.made(
                _index,
                tuple(cards[start:end]),
                tuple(days[start:end]),
                max(0, TLDR_NEWEST - start),
                len(days) - start,
            ),
        )
        for name, start, end in _parts(days)
    )


def ids_path(of: Material) -> str:
    """The file that says which id of the full-text index is which of our own, both in the items' order."""
    told = digest.of_value(tuple(of.items[item.id] for item in of.seen.items))
    return f"search/ids.{told[:8]}.js"


def _named(name: str, data: Known[bytes]) -> Index:
    return Index(f"search/{name}.{data.digest[:8]}.js", data)


def _parts(days: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The name of each file and which of the items are in it."""
    if 0 < len(days) <= WHOLE_MAX:
        yield "all", 0, len(days)
        return
    start = 0
    for end, day in enumerate(days, start=1):
        if end == len(days) or days[end][:4] != day[:4]:
            yield day[:4], start, end
            start = end


def _index(cards: tuple[Card, ...], days: tuple[str, ...], with_tldr: int, back: int) -> bytes:
    sources = _places(card.source.path for card in cards)
    tags = _places(tag.path for card in cards for tag in card.tags)
    sections = _places(card.section.path for card in cards if card.section)
    names = {
        **{tag.path: tag.title for card in cards for tag in card.tags},
        **{card.source.path: card.source.name for card in reversed(cards)},
        **{card.section.path: card.section.title for card in cards if card.section},
    }
    columns = {
        # Counted from the oldest item of all, so that a new one changes only the file that it is in.
        "back": back,
        "sources": [names[path] for path in sources],
        "tags": [names[path] for path in tags],
        "sections": [names[path] for path in sections],
        "title": [card.title for card in cards],
        "path": [_path(card, day) for card, day in zip(cards, days, strict=True)],
        "day": days,
        "source": [sources[card.source.path] for card in cards],
        "section": [sections[card.section.path] if card.section else -1 for card in cards],
        "tag": [[tags[tag.path] for tag in card.tags] for card in cards],
        "tldr": [text.excerpt(card.tldr, _TLDR_MAX) for card in cards[:with_tldr]],
    }
    told = json.dumps(columns, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return f"briefpress.index({told})\n".encode("utf-8", "replace")


def _path(card: Card, day: str) -> str:
    """The name of an item's page; empty where a browser can tell it from day and title, which most can."""
    name = card.path.removeprefix("items/").removesuffix("/")
    return "" if name == f"{day}-{_usual(card.title)}" else name


def _usual(title: str) -> str:
    """What the name of a page mostly is, by a rule short enough for `search.js` to have it too."""
    letters = unicodedata.normalize("NFKD", title).lower()
    plain = "".join(letter for letter in letters if unicodedata.category(letter)[0] != "M")
    name = _NO_NAME.sub("-", plain.replace("'", "").replace("’", "")).strip("-")
    if len(name) <= _NAME_MAX:
        return name
    return name[: _NAME_MAX + 1].rpartition("-")[0] or name[:_NAME_MAX]


def _places(paths: Iterable[str]) -> dict[str, int]:
    """Each path once, with its place."""
    return {path: place for place, path in enumerate(dict.fromkeys(paths))}
