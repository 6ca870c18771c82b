"""Feeds asked: when they are due, with what we know of their version, and their last good copy at hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from builder import __version__, digest
from builder.config import Config
from builder.errors import FetchError, SourceError
from builder.ingest import health as healths
from builder.ingest.entries import ParsedFeed
from builder.ingest.health import Health
from builder.ingest.origin import NO_VALIDATORS, Origin, address, origin_of
from builder.ingest.overrides import overridden
from builder.ingest.reading import Document, Reader
from builder.memory import Copy, CopyError, Memory, copy_of
from builder.model import Feed
from builder.web import Fetched, NotModified, Validators

MIB = 2**20


class FeedState(StrEnum):
    """What came of a feed in a pull."""

    READ = "read"
    UNCHANGED = "unchanged"
    """It has nothing new, and said so or gave the same bytes."""
    NOT_DUE = "not due"
    """It asked to be left alone until later."""
    GONE = "gone"
    """Its owner said that it is gone for good, so it was not asked."""
    PAUSED = "paused"
    """The config says so."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a pull reads from."""

    folder: Origin
    web: Origin

    def of(self, url: str, feed: Feed, config: Config) -> Origin:
        """Who answers for `url`, met in `feed`."""
        return origin_of(url, feed, config.site, self.folder, self.web)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a pull was asked for, beyond the config."""

    feeds: frozenset[str] = frozenset()
    """Only the feeds with these slugs; empty for all."""
    force: bool = False
    """Also feeds that are not due, paused or gone; and what they tell is judged again, entry by entry."""
    offline: bool = False
    """Nothing is asked; the last good copies are read."""
    since: datetime | None = None
    """Older entries are not drafted now, whatever the config allows."""
    limit: int = 0
    """At most so many drafts, the newest; 0 for no limit."""


EVERYTHING = Wish()
"""The usual pull."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A feed about to be asked, and what is known of it."""

    feed: Feed
    url: str
    rules: str
    """A digest of how it is read and what we have: under other rules the same bytes may give other drafts."""
    copy: Copy | None
    health: Health

    @property
    def is_settled(self) -> bool:
        """Whether all of the copy was worked off under these rules."""
        return self.copy is not None and self.copy.rules == self.rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a question."""

    question: Question
    state: FeedState
    health: Health
    copy: Copy | None = None
    """Of the version it is now at."""
    body: bytes | None = field(default=None, repr=False)
    """The bytes of that version where they are not remembered yet."""
    parsed: ParsedFeed | None = None
    error: SourceError | None = None

    @property
    def feed(self) -> Feed:
        """The feed that was asked."""
        return self.question.feed


class Asker:
    """Asks feeds, from any number of threads."""

    def __init__(
        self, config: Config, sources: Sources, reader: Reader, memory: Memory, now: datetime, wish: Wish
    ) -> None:
        self._config = config
        self._sources = sources
        self._reader = reader
        self._memory = memory
        self._now = now
        self._wish = wish

    def questions(self, ids: Iterable[str]) -> list[Question]:
        """A question for each feed that is wanted; `ids` are those of the items we have."""
        told = {url: parse_health(note) for url, note in self._memory.health().items()}
        wanted = [
            feed for feed in self._config.feeds if not self._wish.feeds or feed.slug in self._wish.feeds
        ]
        return [
            Question(
                feed=feed,
                url=(url := address(feed, self._config.site)),
                rules=rules,
                copy=self._memory.copy(url),
                health=told.get(url, Health()),
            )
            for feed, rules in rules_of(wanted, ids).items()
        ]

    def ask(self, question: Question) -> Answer:
        """The answer to `question`. What went wrong is in it."""
        held = self._held_back(question)
        try:
            if held is None:
                return self._asked(question)
            if question.copy is None or self._is_settled(question) or held is not FeedState.NOT_DUE:
                return Answer(question=question, state=held, health=question.health, copy=question.copy)
            return self._of_copy(question, question.copy, question.health, held)
        except SourceError as error:
            status, pause_s = (error.status, error.pause_s) if isinstance(error, FetchError) else (0, 0.0)
            health = question.health
            if not self._wish.offline:
                why = error.faults[0].message
                health = healths.failed(health, self._now, why=why, pause_s=pause_s, gone=status == 410)
            return Answer(question=question, state=FeedState.FAILED, health=health, error=error)

    def _is_settled(self, question: Question) -> bool:
        """Whether nothing can come of what was worked off: who forces it wants the reasons, and with another
        date other entries are wanted.
        """
        return question.is_settled and not self._wish.force and self._wish.since is None

    def _held_back(self, question: Question) -> FeedState | None:
        if self._wish.force:
            return None
        if question.feed.paused:
            return FeedState.PAUSED
        if question.health.gone:
            return FeedState.GONE
        due = question.health.is_due(self._now) or self._wish.offline
        return None if due else FeedState.NOT_DUE

    def _asked(self, question: Question) -> Answer:
        copy, feed = question.copy, question.feed
        if self._wish.offline and not feed.is_local:
            if copy is None:
                raise FetchError("there is no copy of it to read offline")
            if self._is_settled(question):
                return Answer(question=question, state=FeedState.UNCHANGED, health=question.health, copy=copy)
            return self._of_copy(question, copy, question.health, FeedState.READ)
        known = Validators(copy.etag, copy.last_modified) if copy else NO_VALIDATORS
        told = self._get(question, known)
        if isinstance(told, NotModified) and copy and not self._is_settled(question):
            try:
                return self._of_copy(question, copy, question.health, FeedState.READ, told)
            except CopyError:
                told = self._get(question, NO_VALIDATORS)
        if isinstance(told, NotModified):
            return Answer(
                question=question,
                state=FeedState.UNCHANGED,
                health=self._well(question.health, told, None),
                copy=copy,
            )
        return self._of_bytes(question, told)

    def _get(self, question: Question, known: Validators) -> Fetched | NotModified:
        origin = self._sources.of(question.url, question.feed, self._config)
        return origin.get(question.url, known, max_bytes=self._config.fetch.max_feed_mib * MIB)

    def _of_bytes(self, question: Question, told: Fetched) -> Answer:
        copy = copy_of(
            told.body,
            found_at=told.url,
            content_type=told.content_type,
            etag=told.validators.etag,
            last_modified=told.validators.last_modified,
        )
        if question.copy and self._is_settled(question) and question.copy.digest == copy.digest:
            return Answer(
                question=question,
                state=FeedState.UNCHANGED,
                health=self._well(question.health, told, None),
                copy=replace(copy, rules=question.rules),
            )
        parsed = self._read(question.feed, copy, told.body)
        return Answer(
            question=question,
            state=FeedState.READ,
            health=self._well(question.health, told, parsed),
            copy=copy,
            body=told.body,
            parsed=parsed,
        )

    def _of_copy(
        self,
        question: Question,
        copy: Copy,
        health: Health,
        state: FeedState,
        told: NotModified | None = None,
    ) -> Answer:
        """The same feed under other rules, or what an interrupted run left: nothing need be sent again."""
        parsed = self._read(question.feed, copy, self._memory.body(question.url))
        return Answer(
            question=question,
            state=state,
            health=self._well(health, told, parsed) if told else health,
            copy=replace(copy, rules=""),
            parsed=parsed,
        )

    def _read(self, feed: Feed, copy: Copy, body: bytes) -> ParsedFeed:
        document = Document(url=copy.found_at, body=body, content_type=copy.content_type)
        parsed = self._reader.feed(document, feed.slug)
        return replace(parsed, entries=overridden(feed, parsed.entries))

    def _well(self, health: Health, told: Fetched | NotModified, parsed: ParsedFeed | None) -> Health:
        return healths.succeeded(
            health,
            self._now,
            fresh_s=told.fresh_s,
            moved_to=told.moved_to,
            entries=parsed.entries if parsed else None,
        )


def remember(memory: Memory, answer: Answer) -> None:
    """Keep what was sent, not yet as settled, so that it need not be sent again if we are interrupted."""
    if answer.copy and answer.body is not None:
        memory.keep_copy(answer.question.url, answer.copy, answer.body)
    elif answer.copy and answer.parsed and answer.question.is_settled:
        # It is gone through again: if we are interrupted, that is not done.
        memory.keep_copy(answer.question.url, answer.copy, None)
    if answer.health != answer.question.health:
        memory.keep_health({answer.question.url: dump_health(answer.health)})


def host_of(question: Question) -> str:
    """Whose turn a feed takes: its host's, or that of our own folder, which is called by nothing."""
    return "" if question.feed.is_local else urlsplit(question.url).netloc


def rules_of(asked: Iterable[Feed], ids: Iterable[str]) -> Mapping[Feed, str]:
    """For each feed, what its remembered copy was worked off under: how it is read, and the items we have.

    Without the items, one whose file was removed would come back or not depending on a cache.
    """
    items_key = digest.of_value(tuple(sorted(ids)))
    return {feed: digest.of_value((__version__, replace(feed, paused=False), items_key)) for feed in asked}


def dump_health(health: Health) -> str:
    """`health` as text; `parse_health` is its inverse."""
    return str(_shape().dump_json(health, exclude_defaults=True).decode())


def parse_health(told: str) -> Health:
    """The health in `told`; a blank one where that cannot be read, since only a cache is lost."""
    from pydantic import ValidationError

    try:
        read: Health = _shape().validate_json(told)
    except ValidationError:
        return Health()
    return read


_SHAPES: list[Any] = []


def _shape() -> Any:
    if not _SHAPES:
        from pydantic import TypeAdapter

        _SHAPES.append(TypeAdapter(Health))
    return _SHAPES[0]
