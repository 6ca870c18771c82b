"""How feeds tell entries, remembered as rows by item: what a later telling is held against. Pure.

The rows of an entry that is told otherwise are kept only when its item says so, or need not: whoever is
killed in between finds the change again.
"""

from collections.abc import Iterable, Mapping

from builder import digest
from builder.ingest.plain import read
from builder.model import Entry


def rows(item: str, entry: Entry) -> dict[str, str]:
    """What is remembered of `entry`, from which `item` was made: its headline, its text, its last change."""
    told = {item: entry.title, _text_key(item): digest.of_text(entry.text)}
    return told | ({_updated_key(item): entry.updated.isoformat()} if entry.updated else {})


def headlines(seen: Mapping[str, str], told: Iterable[tuple[str, Entry]]) -> dict[str, str]:
    """The headlines that feeds tell at this time, by item: those of `told`, else those remembered."""
    return {**seen, **{item: entry.title for item, entry in told}}


def headline_before(seen: Mapping[str, str], item: str, entry: Entry) -> str | None:
    """The headline that `entry` was told under before; None when it has it still, or nobody remembers.

    One that was remembered as it was escaped is the same.
    """
    before = seen.get(item)
    return before if before is not None and entry.title not in (before, read(before)) else None


def is_later(seen: Mapping[str, str], item: str, entry: Entry) -> bool:
    """Whether `entry` says that it was changed since it was last seen."""
    before = seen.get(_updated_key(item))
    return bool(before and entry.updated and entry.updated.isoformat() > before)


def has_other_text(seen: Mapping[str, str], item: str, entry: Entry) -> bool | None:
    """Whether `entry` carries another text than when it was last seen; None when nobody remembers."""
    before = seen.get(_text_key(item))
    return None if before is None else before != digest.of_text(entry.text)


def _text_key(item: str) -> str:
    return f"{item}/text"


def _updated_key(item: str) -> str:
    return f"{item}/updated"
