"""The sources of what was published, looked at again: the order of the steps, and who is looked at.

    items of the library
    | choose      public for a few days, or told anew by their feed; not asked today yet; so many at most
    | ask page    over threads, one host after itself with pauses; conditional, and as robots.txt allows
    | read page   page → article, in quarantine
    | compare     with the evidence beside the item
    | mark        `stale` in the front matter of the item; nothing else of it is touched

A mark changes nothing that readers see, and no approval. It says what stands in the source now, and editors
decide. What was marked and is as it was again is unmarked. A fault of one page is a value that is yielded.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from builder import digest, files
from builder.config import Config
from builder.content import changes, items, staleness
from builder.content.library import Loaded, published_when, text_of
from builder.errors import BriefpressError, FetchError, SourceError
from builder.ingest.asking import MIB, Sources
from builder.ingest.origin import NO_VALIDATORS
from builder.ingest.reading import Document, Reader
from builder.ingest.robots import Robots
from builder.memory import Memory
from builder.model import Aspect, Completeness, Difference, Entry, Feed, Item, Stale, Status
from builder.summary import changed, evidence
from builder.summary.evidence import Evidence
from builder.turns import Turns
from builder.web import NotModified, Validators

MOST = 200
"""Sources looked at in one run, those that waited longest first."""
AGAIN_AFTER = timedelta(hours=20)
"""Under a day, so that a daily pull looks each time, and an hourly one once a day."""
_GONE = {404: "404 Not Found", 410: "410 Gone"}
_OF_THE_PAGE = frozenset([Aspect.NOTICE, Aspect.GONE])


@dataclass(frozen=True, slots=True)
class Looked:
    """A page has answered; for those who watch."""


@dataclass(frozen=True, slots=True)
class Due:
    """So many sources are looked at; as many Looked follow."""

    count: int


@dataclass(frozen=True, slots=True)
class Marked:
    """The source of an item differs from what it was, and the item says so now."""

    item: Item
    """As it is now."""
    new: bool
    """Whether it did not say just that before."""


@dataclass(frozen=True, slots=True)
class Unmarked:
    """The source of an item is as it was again, or what differs was dealt with."""

    item: Item


@dataclass(frozen=True, slots=True)
class Unknown:
    """A source that cannot be compared with what it was; the item stays as it is."""

    item: Item
    why: str


Event = Due | Looked | Marked | Unmarked | Unknown


@dataclass(frozen=True, slots=True)
class Look:
    """What is remembered of a look at a source."""

    asked: datetime
    etag: str = ""
    last_modified: str = ""
    of: str = ""
    """A digest of what the source was compared with."""
    clean: bool = False
    """Whether nothing differed."""


@dataclass(frozen=True, slots=True)
class _Question:
    item: Item
    proof: Evidence | None
    look: Look | None
    of: str


@dataclass(frozen=True, slots=True)
class _Answer:
    question: _Question
    look: Look | None = None
    """To be remembered; None: nothing new is known."""
    found: tuple[Difference, ...] | None = None
    """None: it could not be told."""
    why: str = ""
    """Why it could not; empty where the page is the one we compared last."""


def recheck(
    config: Config,
    loaded: Loaded,
    sources: Sources,
    reader: Reader,
    memory: Memory,
    turns: Turns,
    robots: Robots,
    *,
    now: datetime,
    announced: Mapping[str, Difference | None],
    feeds: frozenset[str] = frozenset(),
) -> Iterator[Event]:
    """Look at sources again and mark what differs, yielding what happens: Due first.

    `announced` has the items that their feed tells otherwise now, by id, with the difference in its own words
    where there is one; these are looked at whatever their age, drafts too. `feeds` keeps to those slugs.
    """
    marker = _Marker(config, memory, now, announced)
    known = {item: _parsed(told) for item, told in memory.looks().items()}
    chosen = due(config, loaded, known, now=now, announced=frozenset(announced), feeds=feeds)
    questions = [marker.question(item, known.get(item.id)) for item in chosen]
    yield Due(len(questions))
    asker = _Asker(config, sources, reader, robots, now)
    for _, answer in turns(asker.ask, questions, partial(_host, config), robots.pause_s):
        yield Looked()
        if event := marker.settled(answer):
            yield event


def due(
    config: Config,
    loaded: Loaded,
    known: Mapping[str, Look],
    *,
    now: datetime,
    announced: frozenset[str],
    feeds: frozenset[str] = frozenset(),
) -> list[Item]:
    """The items whose sources are to be looked at, those that waited longest first, at most `MOST`."""
    days = config.editorial.recheck_days
    if not days:
        return []
    when = published_when(loaded.library, config.editorial.publish)
    asked = {feed.slug: feed.full_text for feed in config.feeds}
    oldest = now - timedelta(days=days)

    def wanted(item: Item) -> bool:
        if not item.source.url or item.status is Status.REJECTED or (feeds and item.source.feed not in feeds):
            return False
        if item.id in announced:
            return True
        look = known.get(item.id)
        recent = item.id in when and when[item.id] >= oldest
        return recent and asked.get(item.source.feed, True) and not (look and now - look.asked < AGAIN_AFTER)

    chosen = [item for item in loaded.library.items if wanted(item)]
    never = datetime.min.replace(tzinfo=UTC)
    chosen.sort(key=lambda item: known[item.id].asked if item.id in known else never)
    return chosen[:MOST]


class _Asker:
    """Asks for pages and reads them, from any number of threads."""

    def __init__(
        self, config: Config, sources: Sources, reader: Reader, robots: Robots, now: datetime
    ) -> None:
        self._config = config
        self._sources = sources
        self._reader = reader
        self._robots = robots
        self._now = now
        self._feeds = {feed.slug: feed for feed in config.feeds}

    def ask(self, question: _Question) -> _Answer:
        """What the source says now. What went wrong is in the answer."""
        item, look = question.item, question.look
        try:
            return self._asked(question)
        except SourceError as error:
            status = error.status if isinstance(error, FetchError) else 0
            asked = replace(look, asked=self._now) if look else Look(asked=self._now)
            if status in _GONE:
                gone = Difference(aspect=Aspect.GONE, now=_GONE[status])
                return _Answer(question, replace(asked, clean=False), found=(gone,))
            return _Answer(question, asked, why=f"{item.source.url}: {error.faults[0].message}")

    def _asked(self, question: _Question) -> _Answer:
        item, look = question.item, question.look
        feed = self._feeds.get(item.source.feed)
        if feed and not feed.full_text:
            return _Answer(question, found=())
        home = feed or Feed(slug=item.source.feed, url=item.source.url, name=item.source.name)
        told = self._sources.of(item.source.url, home, self._config).get(
            item.source.url,
            self._validators(question),
            max_bytes=self._config.fetch.max_page_mib * MIB,
            admit=self._robots.admit,
        )
        if isinstance(told, NotModified):
            return _Answer(question, replace(look, asked=self._now) if look else None)
        seen = Look(self._now, told.validators.etag, told.validators.last_modified, question.of)
        entry = Entry(feed=item.source.feed, id=item.id, url=item.source.url, title=item.title)
        document = Document(url=told.url, body=told.body, content_type=told.content_type)
        article = self._reader.text(entry, document).article
        if question.proof is None:
            return _Answer(question, seen, why="there is no evidence to compare it with")
        if item.source.text is Completeness.FULL:
            found = changed.differences(item, question.proof, article)
        else:
            found = changed.notices(question.proof, article)
        if found is None:
            why = f"{item.source.url}: the page no longer holds the article, or not for programs"
            return _Answer(question, replace(seen, etag="", last_modified=""), why=why)
        return _Answer(question, replace(seen, clean=not found), found=found)

    def _validators(self, question: _Question) -> Validators:
        """Those of the last look, where its outcome is in the file: a clone may not have the mark yet."""
        item, look = question.item, question.look
        if look is None or look.of != question.of or not (look.clean or item.stale or item.settled):
            return NO_VALIDATORS
        return Validators(look.etag, look.last_modified)


class _Marker:
    """Writes what was found into the files of items, one after the other."""

    def __init__(
        self,
        config: Config,
        memory: Memory,
        now: datetime,
        announced: Mapping[str, Difference | None],
    ) -> None:
        self._root = config.root
        self._memory = memory
        self._now = now
        self._announced = announced

    def question(self, item: Item, look: Look | None) -> _Question:
        """What is to be known to look at the source of `item`."""
        proof, told = _proof(self._root, item)
        return _Question(item, proof, look, digest.of_value((item.body, told)))

    def settled(self, answer: _Answer) -> Event | None:
        """What came of a look, when it is on disk; None: all is as it was."""
        item = answer.question.item
        try:
            event = self._settled(answer)
        except BriefpressError as error:
            return Unknown(item, error.faults[0].message)
        # Last: what was not written is found again.
        if answer.look:
            self._memory.keep_look(item.id, _dumped(answer.look))
        return event

    def _settled(self, answer: _Answer) -> Event | None:
        item = answer.question.item
        headline = self._announced.get(item.id)
        if answer.found is None and headline is None:
            return Unknown(item, answer.why) if answer.why else self._standing(item)
        path = item.path
        text = text_of(self._root, path)
        # Somebody may have worked on it since.
        here = items.parse(text, path)
        kept = here.stale.found if here.stale else ()
        found = staleness.unsettled(here, dict.fromkeys(self._all(here, kept, answer.found, headline)))
        if found == kept:
            return self._standing(here)
        stale = Stale(at=self._now, found=found) if found else None
        write = changes.Change(writes={path: staleness.marked(text, stale, path)}, message="")
        changes.apply(write, self._root, None)
        marked = replace(here, stale=stale)
        return Marked(marked, new=True) if stale else Unmarked(marked)

    def _all(
        self,
        item: Item,
        kept: Sequence[Difference],
        found: Sequence[Difference] | None,
        headline: Difference | None,
    ) -> Iterator[Difference]:
        """What differs: what this look saw, and of earlier ones what it could not see."""
        whole = item.source.text is Completeness.FULL
        if found is None:
            yield from kept
        elif not whole or any(one.aspect is Aspect.GONE for one in found):
            # Where there is no page, nothing is known of what it would say.
            yield from (one for one in kept if one.aspect not in _OF_THE_PAGE)
        yield from found or ()
        if headline and not whole:
            yield headline

    def _standing(self, item: Item) -> Event | None:
        return Marked(item, new=False) if item.stale else None


def _host(config: Config, question: _Question) -> str:
    """Empty for what is read from our own folder, and so asks nobody's patience."""
    url = question.item.source.url
    ours = {feed.slug for feed in config.feeds if feed.is_local}
    return (
        "" if question.item.source.feed in ours and url.startswith(config.site.url) else urlsplit(url).netloc
    )


def _proof(root: Path, item: Item) -> tuple[Evidence | None, str]:
    """The evidence beside `item`, None when there is none that can be read; and the digest of its file."""
    place = root / evidence.path_of(item.path)
    if not place.is_file():
        return None, ""
    try:
        data = files.read_bytes(place)
        return evidence.parse(data.decode("utf-8", "replace"), item.path), digest.of_bytes(data)
    except BriefpressError:
        return None, ""


def _dumped(look: Look) -> str:
    return json.dumps(asdict(look) | {"asked": look.asked.isoformat()})


def _parsed(told: str) -> Look:
    """A look as it was kept; where that cannot be read, one that lets the source be looked at now."""
    try:
        values = json.loads(told)
        return Look(**values | {"asked": datetime.fromisoformat(values["asked"])})
    except (ValueError, TypeError, KeyError):
        return Look(asked=datetime.min.replace(tzinfo=UTC))


def revised(before: str, title: str) -> Difference:
    """That a feed tells an entry under another headline."""
    return Difference(aspect=Aspect.HEADLINE, was=before, now=title)
