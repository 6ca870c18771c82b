"""The feeds of a site: what its page names, else where most sites have theirs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from builder.errors import SourceError
from builder.ingest.origin import Origin
from builder.ingest.reading import Document, Reader
from builder.web import NotModified

MIB = 2**20
GUESSES = (
    "feed",
    "feed.xml",
    "rss.xml",
    "atom.xml",
    "index.xml",
    "rss",
    "feed.json",
    "feed/",
    "rss/",
    "atom/",
)
"""Where most programs that write sites put their feeds, the most frequent first."""
_NAMED_MAX = 10
# A feed of the remarks on a site, or on one article, is never what was asked for.
_ASIDE = re.compile(r"comment|kommentar|/\?feed=|oembed|wp-json", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed that was found and can be read."""

    url: str
    title: str
    """As it calls itself; may be empty."""
    entries: int


def discover(address: str, web: Origin, reader: Reader, max_bytes: int = 16 * MIB) -> Iterator[Found]:
    """The feeds of `address`, the best first, each when it was read: itself, if it is one.

    Nothing when there is none that can be found. Raises FetchError when the address does not answer.
    """
    told = web.get(address, max_bytes=max_bytes)
    if isinstance(told, NotModified):
        return
    page = Document(url=told.url, body=told.body, content_type=told.content_type)
    if itself := _read(page, reader, address if not told.moved_to else told.moved_to):
        yield itself
        return
    named = _named(page, reader)
    wanted = sorted(named, key=lambda url: bool(_ASIDE.search(url)))
    found = False
    for url in wanted[:_NAMED_MAX]:
        if one := _asked(url, web, reader, max_bytes):
            found = True
            yield one
    if not found:
        guesses = dict.fromkeys(
            urljoin(base, guess) for base in (page.url, urljoin(page.url, "/")) for guess in GUESSES
        )
        one = next((one for url in guesses if (one := _asked(url, web, reader, max_bytes))), None)
        if one:
            yield one


def _named(page: Document, reader: Reader) -> tuple[str, ...]:
    try:
        return reader.links(page)
    except SourceError:
        return ()


def _asked(url: str, web: Origin, reader: Reader, max_bytes: int) -> Found | None:
    try:
        told = web.get(url, max_bytes=max_bytes)
    except SourceError:
        return None
    if isinstance(told, NotModified):
        return None
    return _read(Document(url=told.url, body=told.body, content_type=told.content_type), reader, url)


def _read(document: Document, reader: Reader, url: str) -> Found | None:
    try:
        parsed = reader.feed(document, "found")
    except SourceError:
        return None
    return Found(url=url, title=parsed.title, entries=len(parsed.entries))
