"""Feeds in, drafts out: the order of the steps. It decides nothing itself.

    feeds of the config
    | ask feed         over threads, one host after itself; conditional
    | read feed        bytes → entries, in quarantine
    | select new       against the library; the rest leave with a reason
    | ask page         over threads, one host after itself
    | read page        page → article, else the feed's own text; in quarantine
    | summarise        article → summary
    | draft            → item, evidence
    | apply            files on disk; the feed's validators last

A fault of one feed or page is a value that is yielded; only a bug stops the run. What a feed answered is
remembered only after all its entries are settled, so that an interrupted run is repeated and not lost; ids
and paths are fixed, which makes the repetition harmless.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from builder import __version__, digest, files
from builder.config import Config
from builder.content import changes, items
from builder.content.library import Loaded
from builder.errors import ArticleError, BriefpressError, LimitError, SourceError
from builder.ingest import drafts, novelty
from builder.ingest.entries import ParsedFeed
from builder.ingest.novelty import Reason, Selected, Skipped
from builder.ingest.origin import NO_VALIDATORS, Origin, address, origin_of
from builder.ingest.reading import Document, Reader, Text
from builder.model import Article, Entry, Feed, Item
from builder.state import State
from builder.summary import evidence, outline
from builder.summary.engine import Engine
from builder.web import NotModified, Validators
from builder.workers import Mapper

A = TypeVar("A")
B = TypeVar("B")
MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRead:
    """A feed was asked."""

    feed: Feed
    entries: int = 0
    unchanged: bool = False
    """It has nothing since the last run, and said so or gave the same bytes."""
    moved_to: str = ""
    """Its new address, when it moved for good."""
    error: SourceError | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """So many entries are new; as many Drafted or Failed follow."""

    count: int


@dataclass(frozen=True, slots=True)
class Drafted:
    """A new item."""

    item: Item
    problem: str = ""
    """Why the page behind it could not be used; empty when it was, or was not wanted."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An entry that should have become a draft; the next pull tries again."""

    entry: Entry
    error: BriefpressError


Event = FeedRead | Skipped | Chosen | Drafted | Failed


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a pull reads from."""

    folder: Origin
    web: Origin

    def of(self, url: str, feed: Feed, config: Config) -> Origin:
        """Who answers for `url`, met in `feed`."""
        return origin_of(url, feed, config.site, self.folder, self.web)


@dataclass(frozen=True, slots=True)
class _Question:
    """A feed about to be asked, and what it said of its version the last time."""

    feed: Feed
    validators: Validators


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a feed said; nothing at all when it has nothing new."""

    feed: Feed
    validators: Validators = NO_VALIDATORS
    """Of the version it is now at."""
    moved_to: str = ""
    parsed: ParsedFeed | None = None
    error: SourceError | None = None

    def told(self) -> FeedRead:
        return FeedRead(
            feed=self.feed,
            entries=len(self.parsed.entries) if self.parsed else 0,
            unchanged=not self.parsed and not self.error,
            moved_to=self.moved_to,
            error=self.error,
        )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An entry on its way to be a draft."""

    feed: Feed
    feed_title: str
    entry: Entry
    alone: bool
    """Whether its page is its own; a page that several entries share tells of none of them."""
    text: Text | None = None
    """What stands for it; None before it is read, or when there is none."""
    error: SourceError | None = None
    """Why there is none."""


def pull(
    config: Config,
    loaded: Loaded,
    engine: Engine,
    sources: Sources,
    reader: Reader,
    state: State,
    mapper: Mapper,
    *,
    now: datetime,
    dry_run: bool = False,
) -> Iterator[Event]:
    """Draft what is new in the feeds of `config`, yielding what happens.

    First one FeedRead for each feed, each followed by its Skipped entries; then Chosen; then Drafted,
    Skipped or Failed for each chosen entry. A dry run reads and selects, writes nothing, ends after Chosen.
    """
    answers: list[_Answer] = []
    known = novelty.Known.of(loaded.library, loaded.broken_ids, loaded.broken_urls)
    chosen: list[_Candidate] = []
    ids = {item.id for item in loaded.library.items} | loaded.broken_ids
    asked = [
        _Question(feed, Validators(*state.validators(address(feed, config.site), rules)))
        for feed, rules in _rules(config.feeds, ids).items()
    ]
    for answer in _by_host(mapper, partial(_read_feed, config, sources, reader), asked, _host_of_feed):
        answers.append(answer)
        yield answer.told()
        if answer.parsed:
            selected = novelty.select_new(answer.feed, answer.parsed.entries, known, now)
            verdicts = [_recalled(verdict, known, state) for verdict in selected]
            known = known.with_entries(one.entry for one in verdicts if isinstance(one, Selected))
            shared = novelty.shared_pages(answer.parsed.entries)
            for verdict in verdicts:
                if isinstance(verdict, Selected):
                    alone = novelty.normal_url(verdict.entry.url) not in shared
                    chosen.append(_Candidate(answer.feed, answer.parsed.title, verdict.entry, alone))
                else:
                    yield verdict
    yield Chosen(len(chosen))
    if dry_run:
        return
    unsettled: set[str] = set()
    desk = _Desk(config, engine, loaded, now)
    for candidate in _by_host(mapper, partial(_read_page, config, sources, reader), chosen, _host_of_page):
        event = desk.settle(candidate)
        if isinstance(event, Failed):
            unsettled.add(candidate.feed.slug)
        elif isinstance(event, Drafted):
            ids.add(event.item.id)
        elif isinstance(event, Skipped) and candidate.text and candidate.text.page:
            state.keep_page(event.entry.url, candidate.text.page)
        yield event
    rules = _rules(config.feeds, ids)
    for answer in answers:
        if not answer.error and answer.feed.slug not in unsettled:
            etag, last_modified = answer.validators.etag, answer.validators.last_modified
            state.keep_validators(address(answer.feed, config.site), rules[answer.feed], etag, last_modified)


def _recalled(verdict: novelty.Verdict, known: novelty.Known, state: State) -> novelty.Verdict:
    """`verdict`, but Skipped where an earlier look at the page showed it to be that of an item we have."""
    page = novelty.page_of(state.page(verdict.entry.url)) if isinstance(verdict, Selected) else ""
    return Skipped(verdict.entry, Reason.KNOWN_PAGE) if page and page in known.pages else verdict


def _read_feed(config: Config, sources: Sources, reader: Reader, question: _Question) -> _Answer:
    feed = question.feed
    url = address(feed, config.site)
    try:
        fetched = sources.of(url, feed, config).get(
            url, question.validators, max_bytes=config.fetch.max_feed_mib * MIB
        )
        if isinstance(fetched, NotModified):
            return _Answer(feed, question.validators)
        document = Document(url=fetched.url, body=fetched.body, content_type=fetched.content_type)
        parsed = reader.feed(document, feed.slug)
    except SourceError as error:
        return _Answer(feed, error=error)
    return _Answer(feed, fetched.validators, fetched.moved_to, parsed)


def _read_page(config: Config, sources: Sources, reader: Reader, candidate: _Candidate) -> _Candidate:
    entry = candidate.entry
    page, problem = None, ""
    if entry.url and candidate.alone and candidate.feed.full_text:
        try:
            page = _ask_page(config, sources, candidate)
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
        return replace(candidate, error=error)
    return replace(candidate, text=replace(text, problem=problem or text.problem))


def _ask_page(config: Config, sources: Sources, candidate: _Candidate) -> Document | None:
    url = candidate.entry.url
    fetched = sources.of(url, candidate.feed, config).get(url, max_bytes=config.fetch.max_page_mib * MIB)
    if isinstance(fetched, NotModified):
        return None
    return Document(url=fetched.url, body=fetched.body, content_type=fetched.content_type)


class _Desk:
    """Turns candidates into items on disk, one after the other."""

    def __init__(self, config: Config, engine: Engine, loaded: Loaded, now: datetime) -> None:
        self._config = config
        self._engine = engine
        self._now = now
        self._taken = set(loaded.paths)
        self._pages: dict[str, set[str]] = defaultdict(set)
        for item in loaded.library.items:
            self._note(item)

    def settle(self, candidate: _Candidate) -> Event:
        """Drafted, or Skipped when the page shows that we have the article, or Failed."""
        if candidate.text is None:
            return Failed(candidate.entry, candidate.error or ArticleError("there is no text for it"))
        try:
            article = candidate.text.article
            page = novelty.page_of(article.url) if candidate.text.page else ""
            title = drafts.titled(candidate.entry, article)
            if page and _name(title) in self._pages[page]:
                return Skipped(candidate.entry, Reason.KNOWN_PAGE)
            if page and self._pages[page]:
                # Another title on what says it is the same page: a wall, or a wrong canonical link.
                article = replace(article, url=novelty.clean_url(candidate.entry.url))
            item, proof = self._draft(candidate, article, title)
            # Evidence first: an item that is there is never drafted again.
            proof_path = evidence.path_of(item.path)
            change = changes.Change(
                writes={proof_path: proof}, creates={item.path: items.dump(item)}, message=""
            )
            changes.apply(change, self._config.root, None)
        except BriefpressError as error:
            return Failed(candidate.entry, error)
        self._taken.add(items.path_key(item.path))
        self._note(item)
        return Drafted(item, candidate.text.problem)

    def _note(self, item: Item) -> None:
        # Only what the item's file says, so that the next pull knows just what this one does.
        self._pages[novelty.page_of(item.source.url)].add(_name(item.title))

    def _draft(self, candidate: _Candidate, article: Article, title: str) -> tuple[Item, str]:
        entry, site = candidate.entry, self._config.site
        summary = self._engine.summarise(article, self._config.summary.profile)
        date = drafts.dated(entry, article, self._now)
        item = drafts.draft(
            entry,
            article,
            summary,
            outline.markdown(summary, title, site.title),
            feed=candidate.feed,
            feed_title=candidate.feed_title,
            date=date,
            path=items.path_of(
                digest.item_id(entry.feed, entry.id),
                title,
                date,
                _Taken(self._config.root, self._taken, article),
            ),
        )
        return item, evidence.dump(article, summary, self._now, item.body)


@dataclass(frozen=True, slots=True)
class _Taken:
    """The paths that a draft of `article` may not have: others' items, and what else stands on disk."""

    root: Path
    keys: set[str]
    article: Article

    def __contains__(self, path: object) -> bool:
        path = str(path)
        return path in self.keys or os.path.lexists(self.root / path) or self._proves_another(path)

    def _proves_another(self, path: str) -> bool:
        """Whether evidence of a moved item stands there; our own is what an interrupted pull left."""
        proof = self.root / evidence.path_of(path)
        if not os.path.lexists(proof):
            return False
        try:
            return evidence.parse(files.read_bytes(proof).decode("utf-8")).url != self.article.url
        except (BriefpressError, UnicodeDecodeError):
            return True


def _name(title: str) -> str:
    """What two titles share when they are the same to a reader."""
    return "".join(letter for letter in title.casefold() if letter.isalnum())


def _by_host(
    mapper: Mapper, function: Callable[[A], B], things: Sequence[A], host_of: Callable[[A], str]
) -> Iterator[B]:
    """`function` of each of `things`: those of one host one after the other, the hosts over `mapper`.

    The order is that of the hosts' first things, so it does not depend on who answers first.
    """
    hosts: dict[str, list[A]] = defaultdict(list)
    for thing in things:
        hosts[host_of(thing)].append(thing)
    for results in mapper(lambda group: [function(thing) for thing in group], hosts.values()):
        yield from results


def _host_of_feed(question: _Question) -> str:
    return urlsplit(question.feed.url).netloc


def _host_of_page(candidate: _Candidate) -> str:
    return urlsplit(candidate.entry.url).netloc


def _rules(asked: Iterable[Feed], ids: Iterable[str]) -> dict[Feed, str]:
    """For each feed, what its remembered answer holds for: how it is read, and the items we have.

    Without the items, one whose file was removed would come back or not depending on a cache.
    """
    items_key = digest.of_value(tuple(sorted(ids)))
    return {feed: digest.of_value((__version__, feed, items_key)) for feed in asked}
