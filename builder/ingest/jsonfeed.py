"""JSON Feed 1.0 and 1.1 (jsonfeed.org) to entries; what has a wrong type is passed over."""

import json
from collections.abc import Mapping

from builder.errors import FeedError
from builder.ingest.entries import ParsedFeed, Told, declared_language, moment, to_entries
from builder.ingest.links import absolute
from builder.ingest.plain import escaped, name, read
from builder.text import fold


def parse(text: str, url: str, slug: str) -> ParsedFeed:
    """The feed in `text`, met at `url`. Raises FeedError."""
    feed = _load(text)
    items = feed.get("items")
    if not isinstance(items, list):
        raise FeedError("not a feed: it is JSON, but has no list of items")
    language = declared_language(_text(feed, "language"))
    homepage = absolute(_text(feed, "home_page_url"), url)
    told = [_told(item, homepage or url, language) for item in items if isinstance(item, dict)]
    return ParsedFeed(
        title=name(read(_text(feed, "title"))),
        homepage=homepage,
        language=language,
        entries=to_entries(slug, told),
    )


def _load(text: str) -> Mapping[str, object]:
    try:
        # What follows the end of it is a remark of some cache or counter.
        feed, _ = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        raise FeedError(f"the feed is broken JSON: {error.msg.lower()} in line {error.lineno}") from error
    except (RecursionError, ValueError) as error:
        raise FeedError("the feed is broken JSON") from error
    if not isinstance(feed, dict):
        raise FeedError("not a feed: it is JSON, but no JSON Feed")
    return feed


def _told(item: Mapping[str, object], base: str, language: str) -> Told:
    return Told(
        id=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        base=base,
        title=read(_text(item, "title")),
        author=_authors(item),
        published=moment(_text(item, "date_published")),
        updated=moment(_text(item, "date_modified")),
        html=_text(item, "content_html") or escaped(_text(item, "content_text") or _text(item, "summary")),
        tags=_texts(item.get("tags")),
        language=_text(item, "language") or language,
    )


def _authors(item: Mapping[str, object]) -> str:
    told = item.get("authors", item.get("author"))
    people = told if isinstance(told, list) else [told]
    names = [_text(person, "name") if isinstance(person, dict) else person for person in people]
    return ", ".join(fold(read(one)) for one in names if isinstance(one, str) and one.strip())


def _text(mapping: Mapping[str, object], key: str) -> str:
    # Ids are often numbers, against the letter of the format.
    value = mapping.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()
