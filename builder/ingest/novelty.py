"""Which entries of a feed are news to the library, and why the others are not."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from builder import digest
from builder.ingest.links import clean_url, normal_url
from builder.model import Entry, Feed, Library
from builder.text import clean

__all__ = [
    "Known",
    "Reason",
    "Selected",
    "Skipped",
    "Verdict",
    "clean_url",
    "normal_url",
    "page_of",
    "select_new",
    "shared_pages",
]


class Reason(StrEnum):
    """Why an entry is not drafted."""

    KNOWN = "already in the library"
    KNOWN_PAGE = "with a page already in the library"
    KNOWN_TEXT = "with a text already in the library"
    REPEATED = "met before in this run"
    EMPTY = "neither title nor text nor link"
    TOO_OLD = "too old"
    EXCLUDED = "holds an excluded word"
    NOT_INCLUDED = "holds none of the words asked for"
    OVER_MAX = "over the feed's max_items"
    BEFORE_SINCE = "older than --since"
    OVER_LIMIT = "over --limit"


@dataclass(frozen=True, slots=True)
class Selected:
    """An entry to be drafted."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Skipped:
    """An entry that is not drafted, and why."""

    entry: Entry
    reason: Reason
    twin: str = ""
    """The id of the item that has it; empty where it is not known, or none has."""


Verdict = Selected | Skipped


@dataclass(frozen=True, slots=True)
class Known:
    """What need not be drafted again: the items of the library, and what this run has chosen so far."""

    ids: frozenset[str] = frozenset()
    """Of items."""
    pages: frozenset[str] = frozenset()
    """The sources of items, as `normal_url` writes them."""
    run_ids: frozenset[str] = frozenset()
    run_pages: frozenset[str] = frozenset()

    @classmethod
    def of(cls, library: Library, more_ids: Iterable[str] = (), more_urls: Iterable[str] = ()) -> "Known":
        """What `library` holds, rejected items too, and items of which only the id is known."""
        return cls(
            ids=frozenset(item.id for item in library.items) | frozenset(more_ids),
            pages=frozenset(
                page
                for url in (*(item.source.url for item in library.items), *more_urls)
                if (page := page_of(url))
            ),
        )

    def with_entries(self, entries: Iterable[Entry]) -> "Known":
        """The same, with the entries chosen in this run."""
        chosen = tuple(entries)
        return replace(
            self,
            run_ids=self.run_ids | {_item_id(entry) for entry in chosen},
            run_pages=self.run_pages | {page for entry in chosen if (page := page_of(entry.url))},
        )


def select_new(
    feed: Feed, entries: Sequence[Entry], known: Known, now: datetime, since: datetime | None = None
) -> tuple[Verdict, ...]:
    """A verdict for each of `entries`, in their order.

    `since` stands in for the feed's `max_age_days`. Of more than the feed's `max_items` the newest are
    selected; those without a date count as new as `now`. What the library already has takes part in that, so
    that the next pull does not reach further back.
    """
    judge = _Judge(feed, entries, known, now, since)
    judged = [(entry, judge.reason(entry)) for entry in entries]
    wanted = [entry for entry, reason in judged if reason in (None, Reason.KNOWN, Reason.KNOWN_PAGE)]
    newest = sorted(wanted, key=lambda entry: entry.published or entry.updated or now, reverse=True)
    over = {entry.id for entry in newest[feed.max_items :]} if feed.max_items else set()
    return tuple(
        Skipped(entry, reason or Reason.OVER_MAX) if reason or entry.id in over else Selected(entry)
        for entry, reason in judged
    )


def page_of(url: str) -> str:
    """`normal_url(url)` where `url` can stand for one article; empty for the front page of a site, which some
    feeds give as the link of everything.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return normal_url(url) if parts.path.strip("/") or parts.query else ""


class _Judge:
    """The rules of one feed, applied to one entry after the other."""

    def __init__(
        self, feed: Feed, entries: Sequence[Entry], known: Known, now: datetime, since: datetime | None
    ) -> None:
        self._known = known
        age = feed.max_age_days
        self._oldest = since or (now - timedelta(days=age) if age else None)
        self._too_old = Reason.BEFORE_SINCE if since else Reason.TOO_OLD
        self._include = _any_of(feed.include)
        self._exclude = _any_of(feed.exclude)
        self._shared = shared_pages(entries)
        self._met: set[object] = set()

    def reason(self, entry: Entry) -> Reason | None:
        """Why `entry` is not new, or None. Remembers it: the same again is a repetition."""
        reason = self._of_identity(entry) or self._of_content(entry)
        if reason is None:
            self._met |= self._marks(entry)
        return reason

    def _of_identity(self, entry: Entry) -> Reason | None:
        item, page = _item_id(entry), self._page(entry)
        if item in self._known.ids:
            return Reason.KNOWN
        if page in self._known.pages:
            return Reason.KNOWN_PAGE
        again = item in self._known.run_ids or page in self._known.run_pages or self._marks(entry) & self._met
        return Reason.REPEATED if again else None

    def _of_content(self, entry: Entry) -> Reason | None:
        text = clean(f"{entry.title}\n{entry.text}")
        if not (text.strip() or entry.url):
            return Reason.EMPTY
        dated = entry.published or entry.updated
        if self._oldest and dated and dated < self._oldest:
            return self._too_old
        if self._exclude and self._exclude.search(text):
            return Reason.EXCLUDED
        if self._include and not self._include.search(text):
            return Reason.NOT_INCLUDED
        return None

    def _page(self, entry: Entry) -> str:
        # Several entries on one page, as in a log of changes, are told apart by their ids alone; a link to a
        # part of a page says that there may be others.
        page = page_of(entry.url)
        return "" if page in self._shared or urlsplit(entry.url).fragment else page

    def _marks(self, entry: Entry) -> set[object]:
        return {entry.id, _page_and_name(entry)} if page_of(entry.url) else {entry.id}


def shared_pages(entries: Sequence[Entry]) -> frozenset[str]:
    """The pages that several of `entries` name, as a log of changes does: none stands for one entry alone."""
    uses = Counter(page for page, _ in {_page_and_name(entry) for entry in entries})
    return frozenset(page for page, number in uses.items() if number > 1)


def _page_and_name(entry: Entry) -> tuple[str, str]:
    """Two entries of a feed that agree in this are one, whatever ids they were given."""
    return normal_url(entry.url), entry.title.casefold() or entry.html


def _any_of(words: tuple[str, ...]) -> re.Pattern[str] | None:
    # Whole words, and for a phrase any white space between its words. `\b` knows no boundary between a sign
    # such as the one in "C++" and a space, hence the look around for letters.
    phrases = [r"\s+".join(re.escape(word) for word in clean(phrase).split()) for phrase in words]
    kept = [phrase for phrase in phrases if phrase]
    return re.compile(rf"(?<!\w)(?:{'|'.join(kept)})(?!\w)", re.IGNORECASE) if kept else None


def _item_id(entry: Entry) -> str:
    return digest.item_id(entry.feed, entry.id)
