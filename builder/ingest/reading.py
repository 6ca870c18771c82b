"""Everything that looks into what a stranger wrote, as questions and answers of plain bytes.

`InPlace` reads in this process, `Apart` in a quarantine: both answer the same. What comes back over the wire
is JSON, checked against the nouns it must be; nothing in it can be run.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from builder.errors import SourceError
from builder.ingest.entries import ParsedFeed
from builder.model import Article, Entry

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An answer of the web or of the folder, unread."""

    url: str
    """Where it was found."""
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What stands for an entry."""

    article: Article
    page: str = ""
    """The page's own address; empty when no page was read."""
    problem: str = ""
    """Why the page could not be used; empty when it could, or there was none."""


class Reader(Protocol):
    """Reads documents."""

    def feed(self, document: Document, slug: str) -> ParsedFeed:
        """The feed in `document`, followed under `slug`. Raises SourceError."""
        ...

    def text(self, entry: Entry, page: Document | None) -> Text:
        """The text for `entry`, its page's where that is the article. Raises SourceError if there is none."""
        ...


class InPlace:
    """Reads in this process, without limits: for documents we trust, and for tests."""

    def feed(self, document: Document, slug: str) -> ParsedFeed:
        """As `Reader.feed`."""
        from builder.ingest import feeds

        return feeds.parse_feed(document.body, document.content_type, document.url, slug)

    def text(self, entry: Entry, page: Document | None) -> Text:
        """As `Reader.text`."""
        from builder.ingest import articles

        problem, read = "", None
        if page is not None:
            try:
                read = articles.extract(page.body, page.content_type, page.url)
            except SourceError as error:
                problem = error.faults[0].message
        article = articles.choose(read, entry)
        return Text(article=article, page=read.url if read else "", problem=problem)


class Room(Protocol):
    """Where questions are answered: a quarantine."""

    def ask(self, task: str, *parts: bytes) -> bytes:
        """The answer. Raises SourceError."""
        ...


class Apart:
    """Reads in a quarantine whose work is this module."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def feed(self, document: Document, slug: str) -> ParsedFeed:
        """As `Reader.feed`."""
        head = {"url": document.url, "content_type": document.content_type, "slug": slug}
        return _parsed(ParsedFeed, self._room.ask("feed", _dumped(head), document.body))

    def text(self, entry: Entry, page: Document | None) -> Text:
        """As `Reader.text`."""
        head = {"url": page.url, "content_type": page.content_type} if page else {}
        body = page.body if page else b""
        return _parsed(Text, self._room.ask("text", _dumped(head), _dumped(asdict(entry)), body))


def _feed(head: bytes, body: bytes) -> bytes:
    told = json.loads(head)
    document = Document(url=told["url"], body=body, content_type=told["content_type"])
    return _dumped(asdict(InPlace().feed(document, told["slug"])))


def _text(head: bytes, entry: bytes, body: bytes) -> bytes:
    told = json.loads(head)
    page = Document(url=told["url"], body=body, content_type=told["content_type"]) if told else None
    return _dumped(asdict(InPlace().text(_parsed(Entry, entry), page)))


TASKS = {"feed": _feed, "text": _text}
"""What a quarantine may be asked."""


def _dumped(told: Mapping[str, Any]) -> bytes:
    # A lone surrogate is no text; what it was part of is kept.
    return json.dumps(told, ensure_ascii=False, default=datetime.isoformat).encode("utf-8", "replace")


def _parsed(noun: type[T], told: bytes) -> T:
    if noun not in _SHAPES:
        from pydantic import TypeAdapter

        _SHAPES[noun] = TypeAdapter(noun)
    read: T = _SHAPES[noun].validate_json(told)
    return read


_SHAPES: dict[type, Any] = {}
