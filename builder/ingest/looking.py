"""What the source of an item says now: its page, or its entry where its text came with the feed."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from builder.config import Config
from builder.errors import ArticleError, FetchError, SourceError
from builder.ingest.asking import MIB, Sources
from builder.ingest.origin import NO_VALIDATORS
from builder.ingest.reading import Document, Reader
from builder.ingest.robots import Robots
from builder.model import Aspect, Completeness, Difference, Entry, Feed, Item
from builder.summary import changed
from builder.summary.evidence import Evidence
from builder.web import Fetched, NotModified, Validators

OF_THE_PAGE = frozenset([Aspect.NOTICE, Aspect.GONE])
"""What only a page tells, of an item whose text came with its feed; all else is the feed's."""
OF_THE_FEED = frozenset(Aspect) - OF_THE_PAGE
GONE = 410
_MISSING = 404
_PHRASES = {_MISSING: "404 Not Found", GONE: "410 Gone"}


@dataclass(frozen=True, slots=True)
class Announced:
    """What a feed tells otherwise of an item now."""

    entry: Entry
    headline: Difference | None = None
    """None: it is told under the same headline."""


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
    missed: int = 0
    """How often in a row there was nothing at its address."""

    def dump(self) -> str:
        """As it is kept; `parse_look` is its inverse."""
        return json.dumps(asdict(self) | {"asked": self.asked.isoformat()})


def parse_look(told: str) -> Look:
    """A look as it was kept; where that cannot be read, one that lets the source be looked at now."""
    try:
        values = json.loads(told)
        return Look(**values | {"asked": datetime.fromisoformat(values["asked"])})
    except (ValueError, TypeError, KeyError):
        return Look(asked=datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Question:
    """An item whose source is to be looked at, and what is known of that."""

    item: Item
    proof: Evidence | None
    look: Look | None
    of: str
    """As in `Look`."""
    announced: Announced | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a look told."""

    question: Question
    look: Look | None = None
    """To be remembered; None: nothing new is known."""
    found: tuple[Difference, ...] | None = None
    """None: it could not be told."""
    why: str = ""
    """Why it could not; empty where the page is the one we compared last."""
    seen: frozenset[Aspect] = field(default_factory=lambda: frozenset(Aspect))
    """What the look could tell: what was found of it earlier and is not in `found` is so no more."""

    @property
    def is_first_miss(self) -> bool:
        """Whether there was nothing at the address, and nobody knows of an earlier time."""
        return self.question.look is None and self.found is None and bool(self.look and self.look.missed)


def asks_page(item: Item, feeds: Iterable[Feed]) -> bool:
    """Whether the page behind `item` may be asked: not where the config keeps to the feed's own text."""
    return bool(item.source.url) and all(feed.full_text for feed in feeds if feed.slug == item.source.feed)


def is_of_feed(item: Item, feeds: Iterable[Feed]) -> bool:
    """Whether the text of `item` surely came with its feed; a teaser may have been that of its page."""
    told = item.source.text
    return told is Completeness.FEED or (told is Completeness.TEASER and not asks_page(item, feeds))


class Looker:
    """Looks at sources, from any number of threads."""

    def __init__(
        self, config: Config, sources: Sources, reader: Reader, robots: Robots, now: datetime
    ) -> None:
        self._config = config
        self._sources = sources
        self._reader = reader
        self._robots = robots
        self._now = now
        self._feeds = {feed.slug: feed for feed in config.feeds}

    def look(self, question: Question) -> Answer:
        """What the source says now. What went wrong is in the answer."""
        item = question.item
        page = self._of_page(question) if asks_page(item, self._config.feeds) else None
        if item.source.text is Completeness.FULL or question.announced is None:
            return page or Answer(question)
        return self._with_entry(question, question.announced.entry, page)

    # -- the entry of a feed

    def _with_entry(self, question: Question, entry: Entry, page: Answer | None) -> Answer:
        """What the entry tells, and what the page does beside it."""
        found, why = self._of_entry(question, entry)
        of_page = page.found if page else None
        if found is None:
            return replace(page, seen=OF_THE_PAGE) if page else Answer(question, why=why)
        return Answer(
            question,
            page.look if page else None,
            found=(*found, *(of_page or ())),
            seen=OF_THE_FEED if of_page is None else frozenset(Aspect),
        )

    def _of_entry(self, question: Question, entry: Entry) -> tuple[tuple[Difference, ...] | None, str]:
        item, proof = question.item, question.proof
        if proof is None:
            return None, "there is no evidence to compare it with"
        try:
            article = self._reader.text(entry, None).article
        except SourceError as error:
            return None, error.faults[0].message
        # Otherwise only the words say whether it is the same.
        found = changed.differences(item, proof, article, certain=is_of_feed(item, self._config.feeds))
        return found, "" if found is not None else "what its feed tells now is another text"

    # -- the page

    def _of_page(self, question: Question) -> Answer:
        item, look = question.item, question.look
        asked = replace(look, asked=self._now) if look else Look(asked=self._now)
        try:
            return self._compared(question, asked)
        except SourceError as error:
            status = error.status if isinstance(error, FetchError) else 0
            why = error.faults[0].message
            if status == GONE:
                return self._gone(question, asked, _PHRASES[status], at_once=True)
            if status == _MISSING or ArticleError.NOTHING_THERE in why:
                return self._gone(question, asked, _PHRASES.get(status, ""))
            return Answer(question, asked, why=f"{item.source.url}: {why}")

    def _gone(self, question: Question, asked: Look, how: str, *, at_once: bool = False) -> Answer:
        """Nothing stands there. A site that is being moved answers so for a while: twice is believed."""
        # Were it known by its version, that it is back would not be seen.
        asked = replace(asked, etag="", last_modified="", clean=False, missed=asked.missed + 1)
        if asked.missed > 1 or at_once:
            found = (Difference(aspect=Aspect.GONE, now=how),)
            return Answer(question, asked, found=found, seen=OF_THE_PAGE)
        url = question.item.source.url
        return Answer(question, asked, why=f"{url}: there is nothing, for the first time; it is asked again")

    def _compared(self, question: Question, asked: Look) -> Answer:
        item = question.item
        home = self._feeds.get(item.source.feed) or Feed(
            slug=item.source.feed, url=item.source.url, name=item.source.name
        )
        told = self._sources.of(item.source.url, home, self._config).get(
            item.source.url,
            self._validators(question),
            max_bytes=self._config.fetch.max_page_mib * MIB,
            admit=self._robots.admit,
        )
        if isinstance(told, NotModified):
            return Answer(question, replace(asked, missed=0) if question.look else None)
        if leads_home(item.source.url, told.url):
            return self._gone(question, asked, told.url)
        seen = Look(self._now, told.validators.etag, told.validators.last_modified, question.of)
        if question.proof is None:
            return Answer(question, seen, why="there is no evidence to compare it with")
        return self._read(question, question.proof, told, seen)

    def _read(self, question: Question, proof: Evidence, told: Fetched, seen: Look) -> Answer:
        item = question.item
        entry = Entry(feed=item.source.feed, id=item.id, url=item.source.url, title=item.title)
        document = Document(url=told.url, body=told.body, content_type=told.content_type)
        article = self._reader.text(entry, document).article
        if item.source.text is not Completeness.FULL:
            found = changed.notices(proof, article)
            return Answer(question, replace(seen, clean=not found), found=found, seen=OF_THE_PAGE)
        differs = changed.differences(item, proof, article)
        if differs is None:
            why = f"{item.source.url}: the page no longer holds the article, or not for programs"
            return Answer(question, replace(seen, etag="", last_modified=""), why=why)
        return Answer(question, replace(seen, clean=not differs), found=differs)

    def _validators(self, question: Question) -> Validators:
        """Those of the last look, where its outcome is in the file: a clone may not have the mark yet."""
        item, look = question.item, question.look
        if look is None or look.of != question.of or not (look.clean or item.stale or item.settled):
            return NO_VALIDATORS
        return Validators(look.etag, look.last_modified)


def leads_home(asked: str, found: str) -> bool:
    """Whether an address of an article led to the front page of its site, which says that there is none."""
    was, now = urlsplit(asked), urlsplit(found)
    same = was.netloc.removeprefix("www.") == now.netloc.removeprefix("www.")
    return same and _is_front(now.path, now.query) and not _is_front(was.path, was.query)


def _is_front(path: str, query: str) -> bool:
    return not path.strip("/") and not query
