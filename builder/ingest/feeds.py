"""Bytes of a feed to entries: RSS, Atom and RDF through feedparser, JSON Feed by a reader of our own.

feedparser reads what others give up on. It gets bytes and never an address, so it fetches nothing; its own
sanitising and resolving are off, since markup is made safe where it is rendered.
"""

import calendar
import html
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html.entities import name2codepoint
from typing import Any

import feedparser

from builder.errors import FeedError
from builder.ingest import charset, jsonfeed
from builder.ingest.entries import FIRST_YEAR, ParsedFeed, Told, declared_language, moment, to_entries
from builder.ingest.links import absolute
from builder.ingest.plain import escaped, name, plain

__all__ = ["ParsedFeed", "parse_feed"]

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BEFORE_ROOT = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*(?:\[.*?\])?[^<>]*>)*", re.S | re.I)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_FEED = re.compile(r"<(?:\w+:)?(?:rss|feed|RDF)[\s>]", re.I)
_END = re.compile(r"</(?:\w+:)?(?:rss|feed|RDF)\s*>", re.I)
_AMPERSAND = re.compile(r"<!\[CDATA\[.*?\]\]>|&(?:(\w+);|(?!#\w+;))", re.S)
_XML_NAMES = frozenset(["amp", "lt", "gt", "quot", "apos"])
_WEB_PAGE = frozenset(["html", "head", "body", "title", "meta", "script", "div"])
_MARKUP_TYPES = frozenset(["text/html", "application/xhtml+xml"])


def parse_feed(body: bytes, content_type: str, url: str, slug: str) -> ParsedFeed:
    """The feed in `body`, met at `url` and followed under `slug`. Raises FeedError.

    `content_type` is a hint at its charset at most: what form the feed has is seen from itself.
    """
    text = charset.untwisted(charset.decode(body, content_type))
    text = _ILLEGAL.sub("", text).lstrip("\ufeff \t\r\n")
    if not text:
        raise FeedError("the feed is empty")
    if text[0] in "{[":
        return jsonfeed.parse(text, url, slug)
    return _parse_xml(text, url, slug)


def _parse_xml(text: str, url: str, slug: str) -> ParsedFeed:
    document = text[max(text.find("<"), 0) :]
    if is_page := _is_page(document):
        # Some feeds are served inside of one.
        inside = _FEED.search(document)
        document = document[inside.start() :] if inside else ""
    told = _feedparser(_repaired(_without_junk(document)))
    feed = told["feed"]
    if is_page and not told["entries"]:
        raise FeedError(
            "not a feed: it is a web page",
            "Open it in a browser and look for its feed, or for a login it may ask for.",
        )
    if not told["entries"] and not told.get("version"):
        raise FeedError("not a feed", "RSS, Atom, RDF and JSON Feed can be read.")
    homepage = absolute(_text(feed, "link"), url)
    version = str(told.get("version") or "")
    atom = version.startswith("atom")
    # A relative address counts from the document in Atom (RFC 4287, 2); RSS says nothing, and its links are
    # mostly meant to count from the site, which need not serve the feed.
    base = url if atom else homepage or url
    language = declared_language(_text(feed, "language"))
    author = _author(feed) if atom else ""
    return ParsedFeed(
        title=name(_title(feed, version)),
        homepage=homepage,
        language=language,
        entries=to_entries(slug, (_told(one, base, language, author, version) for one in told["entries"])),
    )


def _is_page(document: str) -> bool:
    before = _BEFORE_ROOT.match(document)
    root = _ROOT.match(document, before.end() if before else 0)
    return root is not None and root[2].lower() in _WEB_PAGE


def _without_junk(document: str) -> str:
    # What follows the last end of a feed is a remark of some cache or counter, unless entries are in it.
    ends = list(_END.finditer(document))
    if ends and not re.search(r"<(?:\w+:)?(?:item|entry)\b", document[ends[-1].end() :]):
        return document[: ends[-1].end()]
    return document


def _repaired(document: str) -> str:
    """`document` without what breaks most feeds: a bare `&`, and names of letters that only HTML has."""
    return _AMPERSAND.sub(_well_formed, document)


def _well_formed(found: re.Match[str]) -> str:
    if found[0].startswith("<"):
        return found[0]
    name = found[1]
    if not name:
        return "&amp;"
    return found[0] if name in _XML_NAMES or name not in name2codepoint else f"&#{name2codepoint[name]};"


def _feedparser(document: str) -> Mapping[str, Any]:
    try:
        told: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(document.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except MemoryError:
        raise
    except Exception as error:
        # It is meant to raise nothing, and on broken input does: no list of kinds would be whole.
        raise FeedError(f"the feed cannot be read: {type(error).__name__}") from error
    return told


def _told(one: Mapping[str, Any], base: str, language: str, feed_author: str, version: str) -> Told:
    markup, markup_base = _fullest(one)
    published, updated = _date(one, "published"), _date(one, "updated")
    return Told(
        id=_text(one, "id"),
        link=_link(one),
        base=base,
        title=_title(one, version),
        author=_author(one) or feed_author,
        # RSS has one date for both; where it stands in a dc:date, feedparser calls it the update.
        published=published or (None if version.startswith("atom") else updated),
        updated=updated,
        html=markup,
        html_base=markup_base,
        tags=tuple(str(tag.get("label") or tag.get("term") or "") for tag in _several(one, "tags")),
        language=_language(one) or language,
    )


def _link(one: Mapping[str, Any]) -> str:
    # First, where a counting service says the page really is.
    for link in (_text(one, "feedburner_origlink"), _text(one, "link")):
        # An id stands in for a missing link only where it looks like an address; feedparser takes any.
        if link and (link != _text(one, "id") or link.lower().startswith(("http://", "https://", "/"))):
            return link
    alternates = [link for link in _several(one, "links") if link.get("rel") == "alternate"]
    return next((str(link["href"]) for link in alternates if link.get("href")), "")


def _fullest(one: Mapping[str, Any]) -> tuple[str, str]:
    """The longest text the entry carries, as HTML, and the base of its links where one is declared."""
    texts = [*_several(one, "content"), _single(one, "summary_detail")]
    readable = [text for text in texts if _markup(text)]
    fullest: Mapping[str, Any] = max(readable, key=lambda text: len(str(text["value"])), default={})
    return _markup(fullest), str(fullest.get("base") or "")


def _markup(text: Mapping[str, Any]) -> str:
    value, kind = str(text.get("value") or ""), str(text.get("type") or "text/html")
    if kind in _MARKUP_TYPES:
        return value
    return escaped(value) if kind == "text/plain" else ""


def _title(told: Mapping[str, Any], version: str) -> str:
    # Atom says whether a title is markup; of the others most are, and say nothing.
    detail = _single(told, "title_detail")
    value = str(detail.get("value") or told.get("title") or "")
    return value if version == "atom10" and detail.get("type") == "text/plain" else plain(value)


def _author(told: Mapping[str, Any]) -> str:
    # Names only: an address is not ours to publish.
    people = [person for person in _several(told, "authors") if person.get("name")]
    return ", ".join(dict.fromkeys(plain(html.unescape(str(person["name"]))) for person in people))


def _language(one: Mapping[str, Any]) -> str:
    details = [_single(one, "title_detail"), _single(one, "summary_detail"), *_several(one, "content")]
    return next((str(detail["language"]) for detail in details if detail.get("language")), "")


def _date(one: Mapping[str, Any], key: str) -> datetime | None:
    # Past feedparser's own lookup, which answers for a missing update with the publication and a warning. Its
    # reading of dates is the widest, and wrong for some that have a plain meaning: so it comes second.
    fields = dict(one.items())
    told = fields.get(f"{key}_parsed")
    try:
        guess = datetime.fromtimestamp(calendar.timegm(told), UTC) if isinstance(told, tuple) else None
    except (ValueError, OverflowError, OSError):
        guess = None
    found = moment(str(fields.get(key) or "")) or guess
    return found if found and found.year >= FIRST_YEAR else None


# An element that nobody knows is kept under its own name, such as `<links>` or `<title_detail>`: then it is a
# text where feedparser's own would be mappings.


def _several(told: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    values = told.get(key)
    return [value for value in values if isinstance(value, Mapping)] if isinstance(values, list) else []


def _single(told: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = told.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(told: Mapping[str, Any], key: str) -> str:
    value = told.get(key)
    return value.strip() if isinstance(value, str) else ""
