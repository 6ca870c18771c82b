"""Everything that looks into what a stranger wrote, as questions and answers of plain bytes.

`InPlace` reads in this process, `Apart` in a quarantine: both answer the same. What comes back over the wire
is JSON, checked against the nouns it must be; nothing in it can be run.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from builder.errors import ArticleError, SourceError
from builder.ingest.entries import ParsedFeed
from builder.model import Article, Entry

if TYPE_CHECKING:
    from builder.ingest.opml import Outline

T = TypeVar("T")

_TEXTS = frozenset(["text/plain", "text/markdown", "text/x-markdown"])


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

    def single(self, document: Document, name: str) -> Article:
        """The article in `document`, given by itself, as a file called `name`. Raises SourceError."""
        ...

    def robots(self, rules: bytes, agent: str, url: str) -> tuple[bool, float]:
        """Whether the robots.txt `rules` let `agent` read `url`, and the pause in seconds they ask for.

        Raises SourceError.
        """
        ...

    def links(self, page: Document) -> tuple[str, ...]:
        """The addresses of the feeds that `page` names. Raises SourceError."""
        ...

    def outlines(self, body: bytes) -> "tuple[Outline, ...]":
        """The feeds in an OPML document. Raises SourceError."""
        ...

    def picture(self, body: bytes) -> bytes:
        """A picture made small: a JPEG. Raises SourceError."""
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
                read = _article(page)
            except SourceError as error:
                problem = error.faults[0].message
        try:
            article = articles.choose(read, entry)
        except SourceError as error:
            # That the feed has no text either is the smaller part of it.
            if problem:
                raise ArticleError(problem, error.hint) from error
            raise
        return Text(article=article, page=read.url if read else "", problem=problem)

    def single(self, document: Document, name: str) -> Article:
        """As `Reader.single`."""
        from builder.ingest import single

        return single.read(document.body, document.content_type, url=document.url, name=name)

    def robots(self, rules: bytes, agent: str, url: str) -> tuple[bool, float]:
        """As `Reader.robots`."""
        parsed = _robots(rules)
        return bool(parsed.can_fetch(url, agent)), float(parsed.crawl_delay(agent) or 0.0)

    def links(self, page: Document) -> tuple[str, ...]:
        """As `Reader.links`."""
        from builder.ingest.alternates import alternates

        return alternates(page.body, page.content_type, page.url)

    def outlines(self, body: bytes) -> "tuple[Outline, ...]":
        """As `Reader.outlines`."""
        from builder.ingest import opml

        return opml.parse(body)

    def picture(self, body: bytes) -> bytes:
        """As `Reader.picture`."""
        from builder.ingest import rasters

        return rasters.small(body)


def _article(page: Document) -> Article:
    from builder.ingest import articles, single

    kind = page.content_type.partition(";")[0].strip().lower()
    # Pages are served as plain text by mistake; a text may speak of tags, but begins with none.
    if kind in _TEXTS and not page.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return single.read(page.body, page.content_type, url=page.url)
    return articles.extract(page.body, page.content_type, page.url)


class Room(Protocol):
    """Where questions are answered: a quarantine."""

    def ask(self, task: str, *parts: bytes) -> bytes:
        """The answer. Raises SourceError."""
        ...


_JPEG = b"\xff\xd8\xff"
_PICTURE_MAX = 2**18


class Apart:
    """Reads in a quarantine whose work is this module."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def feed(self, document: Document, slug: str) -> ParsedFeed:
        """As `Reader.feed`."""
        head = {"url": document.url, "content_type": document.content_type, "slug": slug}
        return self._ask(ParsedFeed, "feed", _dumped(head), document.body)

    def text(self, entry: Entry, page: Document | None) -> Text:
        """As `Reader.text`."""
        head = {"url": page.url, "content_type": page.content_type} if page else {}
        body = page.body if page else b""
        return self._ask(Text, "text", _dumped(head), _dumped(asdict(entry)), body)

    def single(self, document: Document, name: str) -> Article:
        """As `Reader.single`."""
        head = {"url": document.url, "content_type": document.content_type, "name": name}
        return self._ask(Article, "single", _dumped(head), document.body)

    def robots(self, rules: bytes, agent: str, url: str) -> tuple[bool, float]:
        """As `Reader.robots`."""
        return self._ask(tuple[bool, float], "robots", rules, agent.encode(), url.encode())

    def links(self, page: Document) -> tuple[str, ...]:
        """As `Reader.links`."""
        head = {"url": page.url, "content_type": page.content_type}
        return self._ask(tuple[str, ...], "links", _dumped(head), page.body)

    def outlines(self, body: bytes) -> "tuple[Outline, ...]":
        """As `Reader.outlines`."""
        from builder.ingest.opml import Outline

        return self._ask(tuple[Outline, ...], "outlines", body)

    def picture(self, body: bytes) -> bytes:
        """As `Reader.picture`."""
        told = self._room.ask("picture", body)
        if not told.startswith(_JPEG) or len(told) > _PICTURE_MAX:
            raise SourceError("what is made of it is no small picture")
        return told

    def _ask(self, noun: type[T], task: str, *parts: bytes) -> T:
        told = self._room.ask(task, *parts)
        try:
            return _parsed(noun, told)
        except ValueError as error:
            # Its reader is broken, or no longer ours: nothing of what it says is taken.
            raise SourceError("what is read of it has not the shape it must have") from error


def dump_article(article: Article) -> str:
    """`article` as JSON; `parse_article` is its inverse."""
    return _dumped(asdict(article)).decode()


def parse_article(told: str) -> Article:
    """The article that `dump_article` wrote. Raises ValueError."""
    return _parsed(Article, told.encode())


def _feed(head: bytes, body: bytes) -> bytes:
    told = json.loads(head)
    document = Document(url=told["url"], body=body, content_type=told["content_type"])
    return _dumped(asdict(InPlace().feed(document, told["slug"])))


def _text(head: bytes, entry: bytes, body: bytes) -> bytes:
    told = json.loads(head)
    page = Document(url=told["url"], body=body, content_type=told["content_type"]) if told else None
    return _dumped(asdict(InPlace().text(_parsed(Entry, entry), page)))


def _single(head: bytes, body: bytes) -> bytes:
    told = json.loads(head)
    document = Document(url=told["url"], body=body, content_type=told["content_type"])
    return dump_article(InPlace().single(document, told["name"])).encode()


def _allowed(rules: bytes, agent: bytes, url: bytes) -> bytes:
    return json.dumps(InPlace().robots(rules, agent.decode(), url.decode())).encode()


def _links(head: bytes, body: bytes) -> bytes:
    told = json.loads(head)
    page = Document(url=told["url"], body=body, content_type=told["content_type"])
    return json.dumps(InPlace().links(page)).encode()


def _outlines(body: bytes) -> bytes:
    return json.dumps([asdict(one) for one in InPlace().outlines(body)]).encode()


def _picture(body: bytes) -> bytes:
    return InPlace().picture(body)


TASKS = {
    "feed": _feed,
    "text": _text,
    "single": _single,
    "robots": _allowed,
    "links": _links,
    "outlines": _outlines,
    "picture": _picture,
}
"""What a quarantine may be asked."""


@lru_cache(maxsize=64)
def _robots(rules: bytes) -> Any:
    import protego

    return protego.Protego.parse(rules.decode("utf-8-sig", "replace"))


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
