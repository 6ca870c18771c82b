"""Drafts written anew: the order of the steps, and the one decision in it.

    items
    | may it be written      by its status, its evidence, and whether anybody has touched it
    | find its text          kept, else its page asked again, or its entry looked up in the copy of its feed
    | summarise              as many at a time as the engine allows
    | write, or merge        TL;DR, who wrote it, text and evidence; all other lines of the file stay

Where the source of an item was found to say otherwise, its page is asked again, or its entry read again, and
the mark goes; a headline that is another now is proposed as the title. What an
editor has written is never replaced: it is merged with the new text, if what was drafted is still
known, and both stand in the file where both changed the same. A fault of one item is a value that is yielded.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from builder import digest, files, workers
from builder.config import Config
from builder.content import changes, frontmatter, items, merge, staleness
from builder.content.library import text_of
from builder.errors import ArticleError, BriefpressError, EngineError
from builder.ingest import drafts
from builder.ingest.asking import MIB, Sources
from builder.ingest.reading import Document, Reader, dump_article, parse_article
from builder.ingest.robots import Robots
from builder.ingest.telling import Tellings
from builder.memory import Memory
from builder.model import Article, Aspect, Completeness, Entry, Feed, Item, Status, Summary
from builder.summary import evidence, outline, provenance
from builder.summary.engine import Engine, at_once
from builder.summary.evidence import Evidence
from builder.summary.extract import Extract
from builder.text import excerpt, fold
from builder.web import NotModified


class Reason(StrEnum):
    """Why an item is left as it is."""

    APPROVED = "approved: reopen it first"
    REJECTED = "rejected: reopen it first"
    EDITED = "edited since it was drafted, and neither a commit nor the cache has it as it was"
    UNKNOWN = "without evidence that nobody has edited it"
    SAME = "the same again"


@dataclass(frozen=True, slots=True)
class Left:
    """An item that is not written anew."""

    item: Item
    reason: Reason


@dataclass(frozen=True, slots=True)
class Due:
    """An item that would be written anew, in a dry run."""

    item: Item
    is_sure: bool
    """Whether it would read otherwise; False: only who asks the engine, or the source, can tell."""


@dataclass(frozen=True, slots=True)
class Redrafted:
    """An item that was written anew."""

    item: Item
    """As it is now."""
    before: str
    """Who wrote it before."""
    source_changed: bool
    """Whether the text behind it is another one than that of the earlier draft."""


@dataclass(frozen=True, slots=True)
class Merged:
    """An item whose edits and new text were put together."""

    item: Item
    """As it was."""
    by: str
    """Who wrote the new text."""
    title: str
    """The title that was proposed with it: the item's own, where its source has no other headline now."""
    conflicts: tuple[str, ...]
    """What both changed, and what stands twice now, between markers; empty: all is settled."""
    beside: str = ""
    """The file in which it does; empty: the item's own."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An item that should have been written anew, and stands as it was."""

    item: Item
    error: BriefpressError


Event = Left | Due | Redrafted | Merged | Failed
Drafted = Callable[[Item, Evidence], str]
"""The file of an item as it was drafted; empty when that is not known any more."""


def why_left(item: Item, proof: Evidence | None, drafted: Drafted) -> Reason | None:
    """Why `item` may not be written anew; None when it may, or may be merged."""
    if item.status is Status.REJECTED:
        return Reason.REJECTED
    if item.status is not Status.DRAFT:
        return Reason.APPROVED
    if proof is None or not proof.body:
        return Reason.UNKNOWN
    return None if provenance.untouched(item, proof) or drafted(item, proof) else Reason.EDITED


def nothing_drafted(item: Item, proof: Evidence) -> str:  # noqa: ARG001
    """No draft is known any more: a `Drafted` for newsletters without git."""
    return ""


def redraft(
    config: Config,
    chosen: Sequence[Item],
    engine: Engine,
    sources: Sources,
    reader: Reader,
    memory: Memory,
    *,
    now: datetime,
    drafted: Drafted = nothing_drafted,
    dry_run: bool = False,
) -> Iterator[Event]:
    """Write each of `chosen` anew with `engine`, yielding what happens: one event for each, in their order.

    `drafted` knows what edited ones were, so that they can be merged. A dry run says which are due, and asks
    nobody but the engine that works here and by rule.
    """
    root, drafted = config.root, _or_kept(drafted, memory)
    writer = _Writer(config, engine, sources, reader, memory, now, drafted)
    asked: list[Item] = []
    for item in chosen:
        try:
            reason = why_left(item, _proof(root, item), drafted)
        except BriefpressError as error:
            yield Failed(item, error)
            continue
        if reason:
            yield Left(item, reason)
        elif dry_run:
            yield writer.foreseen(item)
        else:
            asked.append(item)
    for written in workers.step_by_step(at_once(engine))(writer.written, map(writer.recalled, asked)):
        yield writer.settled(written)


@dataclass(frozen=True, slots=True)
class _Written:
    item: Item
    article: Article | None = None
    summary: Summary | None = None
    error: BriefpressError | None = None


@dataclass(frozen=True, slots=True)
class _Proposed:
    item: Item
    """As the engine has it."""
    base: str
    """The file as it was drafted, without the mark of a source that changed."""
    text: str
    """The file as it is, without that mark."""
    proposed: str
    """The file as the engine would have it."""
    is_same: bool
    """Whether nothing would be another."""


class _Writer:
    def __init__(
        self,
        config: Config,
        engine: Engine,
        sources: Sources,
        reader: Reader,
        memory: Memory,
        now: datetime,
        drafted: Drafted,
    ) -> None:
        self._config = config
        self._drafted = drafted
        self._engine = engine
        self._sources = sources
        self._reader = reader
        self._memory = memory
        self._now = now
        self._robots = Robots(sources.web, reader, config.fetch.delay_s)
        self._feeds = {feed.slug: feed for feed in config.feeds}
        self._tellings = Tellings(config, sources, reader, memory)

    def foreseen(self, item: Item) -> Event:
        """What would become of `item`, as far as it can be told without a question to anybody."""
        article = self._kept(item)
        if article is None or not isinstance(self._engine, Extract):
            return Due(item, is_sure=False)
        try:
            old, text = _proof(self._config.root, item), text_of(self._config.root, item.path)
            summary = self._engine.summarise(article, self._config.summary.profile)
            told = self._proposed(item, items.parse(text, item.path), old, text, summary)
        except BriefpressError as error:
            return Failed(item, error)
        return Left(item, Reason.SAME) if told.is_same else Due(item, is_sure=True)

    def _kept(self, item: Item) -> Article | None:
        """The text that `item` was drafted from, where it is kept and still what its source says."""
        kept = "" if item.stale else self._memory.text(item.id)
        with contextlib.suppress(ValueError):
            return parse_article(kept) if kept else None
        return None

    def recalled(self, item: Item) -> _Written:
        """`item` with the text it was drafted from, where that is kept and still what its source says."""
        if article := self._kept(item):
            return _Written(item, article)
        if item.source.text is Completeness.FULL:
            return _Written(item)
        try:
            return _Written(item, self._tellings.article(item))
        except BriefpressError as error:
            return _Written(item, error=error)

    def written(self, recalled: _Written) -> _Written:
        """`recalled` with its text and a summary of it. For any thread."""
        item = recalled.item
        if recalled.error:
            return recalled
        try:
            article = recalled.article or self._asked(item)
            return _Written(item, article, self._engine.summarise(article, self._config.summary.profile))
        except BriefpressError as error:
            return _Written(item, error=error)

    def settled(self, written: _Written) -> Event:
        """What has become of an item: its files are written, unless nothing in them would be another."""
        item = written.item
        if written.article is None or written.summary is None:
            return Failed(item, written.error or EngineError("there is no summary of it"))
        try:
            return self._settled(item, written.article, written.summary)
        except BriefpressError as error:
            return Failed(item, error)

    def _settled(self, item: Item, article: Article, summary: Summary) -> Event:
        root = self._config.root
        old = _proof(root, item)
        text = text_of(root, item.path)
        # Somebody may have worked on it while the engine did.
        here = items.parse(text, item.path)
        if reason := why_left(here, old, self._drafted):
            return Left(item, reason)
        told = self._proposed(item, here, old, text, summary)
        if told.is_same:
            return Left(item, Reason.SAME)
        again, base, text, proposed = told.item, told.base, told.text, told.proposed
        names = merge.Names(proposed=f"proposed by {summary.by}")
        beside = self._config.editorial.conflicts == "rej"
        merged = merge.merge(base, text, proposed, item.path, names, beside=beside)
        aside = {merge.rejected_path(item.path): merged.rejected} if merged.rejected else {}
        change = changes.Change(
            # First what holds the item back, so that no moment shows half of it as whole.
            writes=aside
            | {
                evidence.path_of(item.path): evidence.dump(article, summary, self._now, again.body),
                item.path: merged.text,
            },
            message="",
        )
        changes.apply(change, root, None)
        self._memory.keep_draft(item.id, dump_article(article), proposed)
        if base != text:
            return Merged(item, summary.by, again.title, merged.conflicts, *aside)
        changed = old is not None and old.digest != digest.of_text(article.text)
        return Redrafted(again, item.by, source_changed=changed)

    def _proposed(
        self, item: Item, here: Item, old: Evidence | None, text: str, summary: Summary
    ) -> _Proposed:
        """What `summary` would make of the file `text`, which is `here` as it is, with its `old` evidence."""
        # The new text is that of the source as it is now, so the mark goes with the old one.
        text, marked = staleness.marked(text, None, item.path), text
        base = (
            text
            if old is None or provenance.untouched(here, old)
            else staleness.marked(self._drafted(here, old), None, item.path)
        )
        title = _title(here)
        body = outline.markdown(summary, title, self._config.site.title)
        again = replace(
            item,
            title=title,
            tldr=drafts.line(summary),
            by=summary.by,
            provenance=summary.provenance,
            body=body,
        )
        proposed = _rewritten(base, again)
        return _Proposed(again, base, text, proposed, is_same=proposed == base and text == marked)

    def _asked(self, item: Item) -> Article:
        """The article behind `item`, its page asked again. Raises SourceError."""
        source = item.source
        feed = self._feeds.get(source.feed) or Feed(slug=source.feed, url=source.url, name=source.name)
        fetched = self._sources.of(source.url, feed, self._config).get(
            source.url, max_bytes=self._config.fetch.max_page_mib * MIB, admit=self._robots.admit
        )
        if isinstance(fetched, NotModified):
            raise ArticleError(f"the page of {item.id} is not there", path=item.path)
        document = Document(url=fetched.url, body=fetched.body, content_type=fetched.content_type)
        entry = Entry(feed=source.feed, id=item.id, url=source.url, title=item.title)
        text = self._reader.text(entry, document)
        if text.article.completeness is not Completeness.FULL:
            why = text.problem or "it holds too little text"
            raise ArticleError(f"the page of {item.id} is not what it was: {why}", path=item.path)
        return text.article


def _or_kept(drafted: Drafted, memory: Memory) -> Drafted:
    """What `drafted` knows, else what is kept of the last time that an item was drafted."""

    def known(item: Item, proof: Evidence) -> str:
        if text := drafted(item, proof):
            return text
        kept = memory.draft(item.id)
        try:
            return kept if kept and provenance.untouched(items.parse(kept, item.path), proof) else ""
        except BriefpressError:
            return ""

    return known


def _proof(root: Path, item: Item) -> Evidence | None:
    """The evidence beside `item`; None when there is none. Raises ContentError when it cannot be read."""
    path = evidence.path_of(item.path)
    if not (root / path).is_file():
        return None
    return evidence.parse(files.read_bytes(root / path).decode("utf-8", "replace"), path)


def _title(item: Item) -> str:
    """The headline that the source of `item` has now, where the title is the one it had; else the title."""
    for one in item.stale.found if item.stale else ():
        if one.aspect is Aspect.HEADLINE and fold(one.was) == item.title:
            return excerpt(one.now, drafts.TITLE_MAX)
    return item.title


def _rewritten(text: str, item: Item) -> str:
    """The file `text` with what the engine writes as `item` has it, and all else as it stands."""
    values = items.provenance_values(item.provenance) if item.provenance else None
    if item.title != items.parse(text, item.path).title:
        text = frontmatter.replace(text, "title", item.title, item.path)
    for key, value in (("tldr", item.tldr), ("by", item.by), ("provenance", values)):
        text = frontmatter.replace(text, key, value, item.path)
    return text[: len(text) - len(frontmatter.split(text, item.path).body)] + item.body
