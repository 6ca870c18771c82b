"""What feeds of every form have in common: how what they tell becomes entries."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from builder import digest
from builder.ingest.links import absolute, normal_url, with_absolute_links
from builder.ingest.plain import plain
from builder.model import Entry
from builder.text import fold

FIRST_YEAR = 1990
"""Earlier than any page on the web: such a date says that none was set, or was misread."""
TAGS_MAX = 20
TAG_MAX = 60
"""Characters; what is longer is a sentence and no tag."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_UNIX_TIME = re.compile(r"\d{9,10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed, read."""

    title: str
    """Plain text; may be empty."""
    homepage: str
    """The address of the site behind it; empty when it names none."""
    language: str
    """As declared; empty when not declared."""
    entries: tuple[Entry, ...]
    """In the feed's own order, which is mostly newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry as its feed wrote it, before it is judged what of that can be used."""

    id: str
    link: str
    """May be relative to `base`."""
    base: str
    """A whole address."""
    title: str
    """Plain text."""
    author: str
    """Plain text."""
    published: datetime | None
    updated: datetime | None
    html: str
    html_base: str = ""
    """What links in `html` are relative to, where that is declared; may itself be relative to `base`."""
    tags: tuple[str, ...] = ()
    """May hold markup."""
    language: str = ""


def to_entries(feed: str, told: Iterable[Told]) -> tuple[Entry, ...]:
    """The entries of the feed with slug `feed`: each once, in their order, each under an id of its own.

    Without an id, page and title are one; without a page, a digest of what is said. Where an id is given to
    several pages, or to several titles without a page, these become part of it.
    """
    once: dict[tuple[str, str], Told] = {}
    for one in told:
        once.setdefault(_identity(one), one)
    uses = Counter(name for name, _ in once)
    return tuple(
        _entry(feed, one, f"{name} {mark}".strip() if uses[name] > 1 else name)
        for (name, mark), one in once.items()
    )


def declared_language(label: str) -> str:
    """`label` as a language tag with hyphens; empty when it is none."""
    found = _LANGUAGE.fullmatch(label.strip())
    return found[0].replace("_", "-") if found else ""


def moment(written: str) -> datetime | None:
    """The moment that `written` names by ISO 8601, RFC 822 or Unix time; None when it names none.

    In UTC, for which it is taken where it names no zone.
    """
    text = written.strip()
    if _UNIX_TIME.fullmatch(text):
        return datetime.fromtimestamp(int(text), UTC)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            whole = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return whole if whole.year >= FIRST_YEAR else None
    return None


def _identity(one: Told) -> tuple[str, str]:
    """The id of an entry, and what tells it from others under that id."""
    url = absolute(one.link, one.base)
    if name := fold(one.id):
        return name, normal_url(url) or fold(one.title)
    if url:
        # Always with the title: whether the page holds other entries too may change from pull to pull.
        return f"{url} {fold(one.title)}".strip(), ""
    return digest.of_value((fold(one.title), one.html)), ""


def _entry(feed: str, one: Told, entry_id: str) -> Entry:
    tags = (plain(tag) for tag in one.tags)
    markup = with_absolute_links(one.html, absolute(one.html_base, one.base) or one.base)
    return Entry(
        feed=feed,
        id=entry_id,
        url=absolute(one.link, one.base),
        title=fold(one.title),
        author=fold(one.author),
        published=one.published,
        updated=one.updated,
        html=markup,
        text=plain(markup),
        tags=tuple(dict.fromkeys(tag for tag in tags if 0 < len(tag) <= TAG_MAX))[:TAGS_MAX],
        language=declared_language(one.language),
    )
