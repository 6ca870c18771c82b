"""Feeds in, drafts out: the order of the steps. It decides nothing itself.

    feeds of the config
    | ask feed         over threads, one host after itself; conditional, and only when it is due
    | read feed        bytes → entries, in quarantine
    | select new       against the library; the rest leave with a reason
    | ask page         over threads, one host after itself with pauses; as robots.txt allows
    | read page        page → article, else the feed's own text; in quarantine
    | summarise        article → summary; as many at a time as the engine allows
    | draft            → item, evidence
    | apply            files on disk; that all of a feed is settled last

A fault of one feed or page is a value that is yielded; only a bug stops the run. That a feed is settled is
remembered only after all its entries are, so that an interrupted run is repeated and not lost; ids and paths
are fixed, which makes the repetition harmless. How an entry is told otherwise is remembered when its item
says so (`builder.ingest.recheck`), and until then its feed is not settled.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from builder import digest, workers
from builder.aside import Aside, Slip
from builder.config import Config
from builder.content.library import Loaded
from builder.errors import ArticleError, LimitError, SourceError
from builder.ingest import novelty, sightings
from builder.ingest.asking import (
    EVERYTHING,
    MIB,
    Answer,
    Asker,
    FeedState,
    Question,
    Sources,
    Wish,
    host_of,
    remember,
    rules_of,
)
from builder.ingest.desk import Candidate, Desk, Drafted, Failed
from builder.ingest.entries import ParsedFeed
from builder.ingest.health import Health
from builder.ingest.looking import is_of_feed
from builder.ingest.novelty import Reason, Selected, Skipped
from builder.ingest.reading import Document, Reader, Text
from builder.ingest.robots import Robots
from builder.memory import Memory
from builder.model import Completeness, Entry, Feed
from builder.summary.engine import Engine, at_once
from builder.turns import Turns
from builder.web import NotModified

__all__ = [
    "Chosen",
    "Drafted",
    "Event",
    "Failed",
    "FeedRead",
    "FeedState",
    "Revised",
    "Skipped",
    "Sources",
    "Step",
    "Updated",
    "Wish",
    "pull",
]

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Step:
    """A feed or a page has answered; what came of it follows in its turn. For those who watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRead:
    """What came of a feed."""

    feed: Feed
    state: FeedState
    health: Health
    """How it has fared up to now."""
    entries: int = 0
    error: SourceError | None = None


@dataclass(frozen=True, slots=True)
class Revised:
    """The feed tells an entry that we have under another headline than before."""

    entry: Entry
    item: str
    """The item's id."""
    before: str
    """The headline it had."""


@dataclass(frozen=True, slots=True)
class Updated:
    """The feed tells an entry that we have otherwise, under the same headline.

    It says that it was changed, or, of an item that was made of it, has another text.
    """

    entry: Entry
    item: str
    """The item's id."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """So many entries are new; as many Drafted, Skipped or Failed follow."""

    count: int


Event = Step | FeedRead | Skipped | Revised | Updated | Chosen | Drafted | Failed


def pull(
    config: Config,
    loaded: Loaded,
    engine: Engine,
    sources: Sources,
    reader: Reader,
    memory: Memory,
    turns: Turns,
    *,
    now: datetime,
    wish: Wish = EVERYTHING,
    robots: Robots | None = None,
    dry_run: bool = False,
) -> Iterator[Event]:
    """Draft what is new in the feeds of `config`, yielding what happens.

    First one FeedRead for each feed, in the order of the config, each followed by what is Skipped, Revised or
    Updated; then Chosen; then Drafted, Skipped or Failed for each chosen entry. Steps are strewn in. A dry
    run reads and selects, writes nothing, ends after Chosen.
    """
    ids = {item.id for item in loaded.library.items} | loaded.broken_ids
    asker = Asker(config, sources, reader, memory, now, wish)
    selection = _Selection(config, loaded, memory, now, wish)
    answers: list[Answer] = []
    asked = asker.questions(ids)
    with Aside() as aside:
        for told in _in_order(turns(partial(_asked, aside, asker), asked, host_of)):
            if isinstance(told, Step):
                yield told
                continue
            answer = told.whole(aside)
            remember(memory, answer)
            yield _told(answer)
            yield from selection.of(answer)
            answers.append(told.answer)
        chosen, left = selection.chosen(wish.limit)
        yield from left
        yield Chosen(len(chosen))
        if dry_run:
            return
        unsettled = selection.unsettled | {one.entry.feed for one in left}
        robots = robots or Robots(sources.web, reader, config.fetch.delay_s)
        desk = Desk(config, engine, loaded, memory, now)
        read = partial(_read, aside, partial(_read_page, config, sources, reader, robots, wish))
        found = _in_order(turns(read, chosen, _host_of_page(config), robots.pause_s))
        looked_up = (one if isinstance(one, Step) else desk.looked_up(one.whole(aside)) for one in found)
        summarised = workers.step_by_step(at_once(engine))(partial(_summarised, desk), looked_up)
        for event in desk.settle(summarised):
            if isinstance(event, Failed):
                unsettled.add(event.entry.feed)
            elif isinstance(event, Drafted):
                ids.add(event.item.id)
            yield event
    rules = rules_of((answer.feed for answer in answers), ids)
    for answer in answers:
        passed_over = answer.state in (FeedState.PAUSED, FeedState.GONE) or answer.feed.slug in unsettled
        if answer.copy and not passed_over:
            settled = replace(answer.copy, rules=rules[answer.feed])
            if settled != answer.question.copy or not answer.copy.rules:
                memory.keep_copy(answer.question.url, settled, None)


class _Selection:
    """What of the feeds is new, gathered feed by feed."""

    def __init__(self, config: Config, loaded: Loaded, memory: Memory, now: datetime, wish: Wish) -> None:
        self._memory = memory
        self._now = now
        self._since = wish.since
        self._known = novelty.Known.of(loaded.library, loaded.broken_ids, loaded.broken_urls)
        self._seen = memory.sightings()
        of_feed = [one for one in loaded.library.items if one.source.text is not Completeness.FULL]
        self._of_feed = frozenset(item.id for item in of_feed)
        """The items whose text came with their feed."""
        self._surely_of_feed = frozenset(item.id for item in of_feed if is_of_feed(item, config.feeds))
        self._chosen: list[Candidate] = []
        self.unsettled: set[str] = set()
        """Feeds with entries that were passed over in this run only, or that their items do not know yet."""

    def of(self, answer: Answer) -> Iterator[Skipped | Revised | Updated]:
        """What of an answer is not new, and why; the rest is chosen."""
        if answer.parsed is None:
            return
        entries = answer.parsed.entries
        selected = novelty.select_new(answer.feed, entries, self._known, self._now, self._since)
        verdicts = [self._recalled(verdict) for verdict in selected]
        self._known = self._known.with_entries(one.entry for one in verdicts if isinstance(one, Selected))
        shared = novelty.shared_pages(entries)
        beside = frozenset(digest.item_id(entry.feed, entry.id) for entry in entries)
        for verdict in verdicts:
            if isinstance(verdict, Skipped):
                if verdict.reason is Reason.BEFORE_SINCE:
                    self.unsettled.add(answer.feed.slug)
                yield verdict
            else:
                alone = novelty.normal_url(verdict.entry.url) not in shared
                title = answer.parsed.title
                self._chosen.append(Candidate(answer.feed, title, verdict.entry, alone, beside))
        yield from self._revised(answer.feed, entries)

    def chosen(self, limit: int) -> tuple[list[Candidate], list[Skipped]]:
        """The candidates, and those that are over `limit`: the older ones; 0 is no limit."""
        if not limit or len(self._chosen) <= limit:
            return self._chosen, []
        by_age = sorted(self._chosen, key=lambda one: _dated(one.entry, self._now), reverse=True)
        over = {(one.feed.slug, one.entry.id) for one in by_age[limit:]}
        kept = [one for one in self._chosen if (one.feed.slug, one.entry.id) not in over]
        return kept, [Skipped(one.entry, Reason.OVER_LIMIT) for one in by_age[limit:]]

    def _recalled(self, verdict: novelty.Verdict) -> novelty.Verdict:
        """`verdict`, but Skipped where an earlier look at the page showed it to be an item's that we have."""
        if isinstance(verdict, Skipped):
            return verdict
        page = novelty.page_of(self._memory.page(verdict.entry.url))
        known = page and page in self._known.pages
        return Skipped(verdict.entry, Reason.KNOWN_PAGE) if known else verdict

    def _revised(self, feed: Feed, entries: Sequence[Entry]) -> Iterator[Revised | Updated]:
        """What is told otherwise of items that we have. All else is remembered as it is told."""
        fresh: dict[str, str] = {}
        for item, entry in {digest.item_id(entry.feed, entry.id): entry for entry in entries}.items():
            if item in self._known.ids and (event := self._told_otherwise(item, entry)):
                # It is gone through again until the item says so.
                self.unsettled.add(feed.slug)
                yield event
            else:
                rows = sightings.rows(item, entry)
                fresh |= {key: told for key, told in rows.items() if self._seen.get(key) != told}
        if fresh:
            self._memory.keep_sightings(fresh)

    def _told_otherwise(self, item: str, entry: Entry) -> Revised | Updated | None:
        before = sightings.headline_before(self._seen, item, entry)
        if before is not None:
            return Revised(entry, item, before)
        return Updated(entry, item) if self._is_updated(item, entry) else None

    def _is_updated(self, item: str, entry: Entry) -> bool:
        if sightings.is_later(self._seen, item, entry):
            return True
        other = sightings.has_other_text(self._seen, item, entry)
        if other is None:
            # Nobody remembers: it is compared with what was kept beside the item.
            return item in self._surely_of_feed
        return item in self._of_feed and other


def _told(answer: Answer) -> FeedRead:
    return FeedRead(
        feed=answer.feed,
        state=answer.state,
        health=answer.health,
        entries=len(answer.parsed.entries) if answer.parsed else 0,
        error=answer.error,
    )


def _read_page(
    config: Config, sources: Sources, reader: Reader, robots: Robots, wish: Wish, candidate: Candidate
) -> Candidate:
    entry = candidate.entry
    page, problem = None, ""
    if _has_page(candidate):
        try:
            page = _ask_page(config, sources, robots, wish, candidate)
        except SourceError as error:
            problem = error.faults[0].message
    try:
        try:
            text = reader.text(entry, page)
        except LimitError as error:
            # The page is to blame, or the feed's own text: without the page that is seen.
            if page is None:
                raise
            text, problem = reader.text(entry, None), error.faults[0].message
    except SourceError as error:
        return replace(candidate, error=ArticleError(problem, error.hint) if problem else error)
    return replace(candidate, text=replace(text, problem=problem or text.problem))


def _ask_page(
    config: Config, sources: Sources, robots: Robots, wish: Wish, candidate: Candidate
) -> Document | None:
    url = candidate.entry.url
    origin = sources.of(url, candidate.feed, config)
    if wish.offline and origin is sources.web:
        raise LimitError("its page is not asked for offline")
    fetched = origin.get(url, max_bytes=config.fetch.max_page_mib * MIB, admit=robots.admit)
    if isinstance(fetched, NotModified):
        return None
    return Document(url=fetched.url, body=fetched.body, content_type=fetched.content_type)


def _summarised(desk: Desk, one: Candidate | Step) -> Candidate | Step:
    return one if isinstance(one, Step) else desk.summarised(one)


@dataclass(frozen=True, slots=True)
class _Asked:
    """An answer that waits for its turn, without its entries."""

    answer: Answer
    rest: Slip[tuple[bytes | None, ParsedFeed]] | None

    def whole(self, aside: Aside) -> Answer:
        if self.rest is None:
            return self.answer
        body, parsed = aside.take(self.rest)
        return replace(self.answer, body=body, parsed=parsed)


def _asked(aside: Aside, asker: Asker, question: Question) -> _Asked:
    answer = asker.ask(question)
    rest = aside.put((answer.body, answer.parsed)) if answer.parsed else None
    return _Asked(replace(answer, body=None, parsed=None) if rest else answer, rest)


@dataclass(frozen=True, slots=True)
class _Read:
    """A candidate that waits for its turn, without its text."""

    candidate: Candidate
    text: Slip[Text] | None

    def whole(self, aside: Aside) -> Candidate:
        return replace(self.candidate, text=aside.take(self.text)) if self.text else self.candidate


def _read(aside: Aside, read: Callable[[Candidate], Candidate], candidate: Candidate) -> _Read:
    done = read(candidate)
    return _Read(replace(done, text=None), aside.put(done.text) if done.text else None)


def _in_order(done: Iterable[tuple[int, B]]) -> Iterator[B | Step]:
    """The results of `done` in the order of their places, and a Step for each as it comes.

    What waits is as much as hosts are faster than others: it has its bulk `Aside`.
    """
    waiting: dict[int, B] = {}
    following = 0
    for place, result in done:
        yield Step()
        waiting[place] = result
        while following in waiting:
            yield waiting.pop(following)
            following += 1


def _host_of_page(config: Config) -> "partial[str]":
    return partial(_page_host, config.site.url)


def _page_host(site: str, candidate: Candidate) -> str:
    """Empty for what is read from our own folder or from the feed alone, and so asks nobody's patience."""
    ours = candidate.feed.is_local and candidate.entry.url.startswith(site)
    return "" if ours or not _has_page(candidate) else urlsplit(candidate.entry.url).netloc


def _has_page(candidate: Candidate) -> bool:
    """Whether a page is asked for it."""
    return bool(candidate.entry.url and candidate.alone and candidate.feed.full_text)


def _dated(entry: Entry, now: datetime) -> datetime:
    return (entry.published or entry.updated or now).astimezone(UTC)
