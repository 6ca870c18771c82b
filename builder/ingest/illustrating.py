"""The pictures of new drafts: asked like pages, made small in quarantine, written beside the items.

A picture belongs to whoever made it, so none is asked for unless the config says so. The page's own choice is
taken (`og:image`); a draft that has a picture already keeps it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from builder import files
from builder.config import Config
from builder.content import pictures
from builder.errors import BriefpressError
from builder.ingest.asking import MIB, Sources
from builder.ingest.reading import Reader, parse_article
from builder.ingest.robots import Robots
from builder.memory import Memory
from builder.model import Feed, Item
from builder.turns import Turns
from builder.web import NotModified


@dataclass(frozen=True, slots=True)
class Illustrated:
    """An item got its picture."""

    item: Item
    path: str
    """Of the picture, relative to the newsletter's folder."""


@dataclass(frozen=True, slots=True)
class Bare:
    """An item whose page names a picture got none."""

    item: Item
    why: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    item: Item
    url: str


def illustrate(
    config: Config,
    drafted: Sequence[Item],
    sources: Sources,
    reader: Reader,
    memory: Memory,
    turns: Turns,
    robots: Robots,
) -> Iterator[Illustrated | Bare]:
    """Get the pictures of `drafted`, yielding what came of each that its page names."""
    wanted = [_Wanted(item, url) for item in drafted if (url := _named(memory, item))]
    asker = _Asker(config, sources, reader, robots)
    for place, made in turns(asker.ask, wanted, _host, robots.pause_s):
        item = wanted[place].item
        if isinstance(made, BriefpressError):
            yield Bare(item, made.faults[0].message)
        elif not _has_one(config.root, item):
            path = pictures.paths_of(item.path)[0]
            files.write_atomic(files.inside(config.root, path), made)
            yield Illustrated(item, path)


class _Asker:
    def __init__(self, config: Config, sources: Sources, reader: Reader, robots: Robots) -> None:
        self._config = config
        self._sources = sources
        self._reader = reader
        self._robots = robots
        self._feeds = {feed.slug: feed for feed in config.feeds}

    def ask(self, wanted: _Wanted) -> bytes | BriefpressError:
        """The small JPEG, or why there is none."""
        slug = wanted.item.source.feed
        feed = self._feeds.get(slug) or Feed(slug=slug, url=wanted.url, name=slug)
        try:
            origin = self._sources.of(wanted.url, feed, self._config)
            size = self._config.fetch.max_page_mib * MIB
            told = origin.get(wanted.url, max_bytes=size, admit=self._robots.admit)
            return b"" if isinstance(told, NotModified) else self._reader.picture(told.body)
        except BriefpressError as error:
            return error


def _named(memory: Memory, item: Item) -> str:
    """The address of the picture that the page of `item` names; empty when it names none."""
    told = memory.text(item.id)
    try:
        return parse_article(told).image if told else ""
    except ValueError:
        return ""


def _has_one(root: Path, item: Item) -> bool:
    return any((root / path).exists() for path in pictures.paths_of(item.path))


def _host(wanted: _Wanted) -> str:
    return urlsplit(wanted.url).netloc
