"""What the config says against a feed that tells things wrong. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from builder import digest
from builder.ingest.links import clean_url
from builder.model import Entry, Feed

_IDENTITIES: Mapping[str, Callable[[Entry], str]] = {
    "link": lambda entry: clean_url(entry.url),
    "content": lambda entry: digest.of_value((entry.title, entry.text)),
}
_IGNORED: Mapping[str, Callable[[Entry], Entry]] = {
    "author": lambda entry: replace(entry, author=""),
    "tags": lambda entry: replace(entry, tags=()),
    "language": lambda entry: replace(entry, language=""),
    "text": lambda entry: replace(entry, html="", text=""),
    "title": lambda entry: replace(entry, title=""),
}
IGNORABLE = tuple(_IGNORED)
"""What `feeds[].ignore` may name."""


def overridden(feed: Feed, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """`entries` as `feed` is to be read, each once; an id is made before anything is ignored."""
    once: dict[str, Entry] = {}
    for entry in entries:
        one = _read(feed, entry)
        once.setdefault(one.id, one)
    return tuple(once.values())


def _read(feed: Feed, entry: Entry) -> Entry:
    identity = _IDENTITIES.get(feed.identity)
    one = replace(entry, id=(identity(entry) if identity else "") or entry.id)
    if feed.dates == "none":
        one = replace(one, published=None, updated=None)
    elif feed.dates == "updated":
        one = replace(one, published=one.updated or one.published)
    for name in feed.ignore:
        one = _IGNORED[name](one)
    return one
