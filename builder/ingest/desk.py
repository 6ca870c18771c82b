"""Candidates become items on disk: decided and summarised one after the other, in their order.

What is decided is written by a few threads behind, since a disk that is asked to be sure takes its time.
"""

import os
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from builder import digest, files
from builder.config import Config
from builder.content import changes, items
from builder.content.library import Loaded
from builder.errors import ArticleError, BriefpressError, EngineError
from builder.ingest import drafts, likeness, novelty, reading
from builder.ingest.novelty import Reason, Skipped
from builder.ingest.reading import Text
from builder.memory import Memory
from builder.model import Article, Entry, Feed, Item, Summary
from builder.summary import evidence, outline
from builder.summary.engine import Engine


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry on its way to be a draft."""

    feed: Feed
    feed_title: str
    entry: Entry
    alone: bool
    """Whether its page is its own; a page that several entries share tells of none of them."""
    beside: frozenset[str] = frozenset()
    """The ids of all items that its feed tells of now."""
    text: Text | None = None
    """What stands for it; None before it is read, or when there is none."""
    known: Skipped | None = None
    """That we have it, as far as could be told before it was summarised."""
    summary: Summary | None = None
    """Of its text; None before it is written, or when none could be."""
    error: BriefpressError | None = None
    """Why there is no text, or no summary."""


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


Settled = Drafted | Skipped | Failed
W = TypeVar("W")


_WRITERS = 4
_AHEAD = 16
"""So many drafts may be decided before the first of them is on disk."""


class Desk:
    """Drafts what is not there yet."""

    def __init__(self, config: Config, engine: Engine, loaded: Loaded, memory: Memory, now: datetime) -> None:
        self._config = config
        self._engine = engine
        self._memory = memory
        self._now = now
        self._taken = set(loaded.paths)
        self._pages: dict[str, set[str]] = defaultdict(set)
        self._likeness = _Likeness(config.root, loaded, memory)
        for item in loaded.library.items:
            self._note(item)

    def looked_up(self, candidate: Candidate) -> Candidate:
        """`candidate`, with a word on whether we have it: before anything is spent on it."""
        try:
            return replace(candidate, known=self._twin(candidate))
        except BriefpressError as error:
            return replace(candidate, text=None, error=error)

    def summarised(self, candidate: Candidate) -> Candidate:
        """`candidate` with its summary, unless there is no text or we have it. For any thread."""
        if candidate.text is None or candidate.known:
            return candidate
        try:
            summary = self._engine.summarise(candidate.text.article, self._config.summary.profile)
        except BriefpressError as error:
            return replace(candidate, error=error)
        return replace(candidate, summary=summary)

    def settle(self, candidates: Iterable[Candidate | W]) -> Iterator[Settled | W]:
        """For each candidate, in order: Drafted when on disk, Skipped when we have it already, or Failed.

        What is no candidate is handed on as it comes.
        """
        behind: deque[Future[Settled]] = deque()
        with ThreadPoolExecutor(_WRITERS, "write") as writers:
            try:
                for one in candidates:
                    if isinstance(one, Candidate):
                        behind.append(self._decided(one, writers))
                    else:
                        yield one
                    while behind and (len(behind) > _AHEAD or behind[0].done()):
                        yield behind.popleft().result()
                while behind:
                    yield behind.popleft().result()
            finally:
                writers.shutdown(cancel_futures=True)

    def _decided(self, candidate: Candidate, writers: ThreadPoolExecutor) -> "Future[Settled]":
        try:
            decision = self._decision(candidate)
        except BriefpressError as error:
            decision = Failed(candidate.entry, error)
        if isinstance(decision, _Draft):
            return writers.submit(self._written, decision)
        done: Future[Settled] = Future()
        done.set_result(decision)
        return done

    def _decision(self, candidate: Candidate) -> "_Draft | Skipped | Failed":
        if candidate.text is None:
            return Failed(candidate.entry, candidate.error or ArticleError("there is no text for it"))
        # Others were settled since it was looked up.
        if known := candidate.known or self._twin(candidate):
            return known
        if candidate.summary is None:
            return Failed(candidate.entry, candidate.error or EngineError("there is no summary of it"))
        article = candidate.text.article
        page = novelty.page_of(article.url) if candidate.text.page else ""
        title = drafts.titled(candidate.entry, article)
        date = drafts.dated(candidate.entry, article, self._now)
        if page and self._pages[page]:
            # Another title on what says it is the same page: a wall, or a wrong canonical link.
            article = replace(article, url=novelty.clean_url(candidate.entry.url))
        draft = self._draft(candidate, article, candidate.summary, title, date)
        self._taken.add(items.path_key(draft.item.path))
        self._note(draft.item)
        self._likeness.keep(draft.item, article)
        return draft

    def _written(self, draft: "_Draft") -> Settled:
        item, file = draft.item, items.dump(draft.item)
        # Evidence first: an item that is there is never drafted again.
        change = changes.Change(
            writes={evidence.path_of(item.path): draft.proof},
            creates={item.path: file},
            message="",
        )
        try:
            changes.apply(change, self._config.root, None)
            self._memory.keep_draft(item.id, reading.dump_article(draft.article), file)
        except BriefpressError as error:
            return Failed(draft.entry, error)
        return Drafted(item, draft.problem)

    def _twin(self, candidate: Candidate) -> Skipped | None:
        """That we have the article: by its page, or by its text."""
        if candidate.text is None:
            return None
        article = candidate.text.article
        page = novelty.page_of(article.url) if candidate.text.page else ""
        title = drafts.titled(candidate.entry, article)
        if page and _name(title) in self._pages[page]:
            return self._known(candidate, article.url, Skipped(candidate.entry, Reason.KNOWN_PAGE))
        date = drafts.dated(candidate.entry, article, self._now)
        if twin := self._likeness.twin(candidate, article, title, date):
            known = Skipped(candidate.entry, Reason.KNOWN_TEXT, twin.id)
            return self._known(candidate, twin.source.url, known)
        return None

    def _known(self, candidate: Candidate, page: str, skipped: Skipped) -> Skipped:
        # So that the next pull need not read the page again only to learn that.
        if candidate.text and candidate.text.page and page:
            self._memory.keep_page(candidate.entry.url, page)
        return skipped

    def _note(self, item: Item) -> None:
        # Only what the item's file says, so that the next pull knows just what this one does.
        self._pages[novelty.page_of(item.source.url)].add(_name(item.title))

    def _draft(
        self, candidate: Candidate, article: Article, summary: Summary, title: str, date: datetime
    ) -> "_Draft":
        entry, site = candidate.entry, self._config.site
        tongue = evidence.language_of(article)
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
            now=self._now,
            language="" if tongue == site.language.partition("-")[0] else tongue,
        )
        proof = evidence.dump(article, summary, self._now, item.body)
        return _Draft(entry, article, item, proof, candidate.text.problem if candidate.text else "")


@dataclass(frozen=True, slots=True)
class _Draft:
    """An item that is decided and not on disk yet."""

    entry: Entry
    article: Article
    item: Item
    proof: str
    problem: str


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


class _Likeness:
    """Which item of a feed tells the whole text of an article, or nearly the whole."""

    def __init__(self, root: Path, loaded: Loaded, memory: Memory) -> None:
        self._root = root
        self._memory = memory
        self._items: dict[str, list[Item]] = defaultdict(list)
        for item in loaded.library.items:
            self._items[item.source.feed].append(item)
        self._digests: dict[str, str] = {}
        self._sketches: dict[str, bytes] | None = None

    def twin(self, candidate: Candidate, article: Article, title: str, date: datetime) -> Item | None:
        """The item that tells it already; None when there is none, or the text is too short to be told by.

        Only what was published at about the same time is one, since what comes every week is often said in
        the same words; where a feed gives no dates, the titles must agree. What the feed tells beside it is
        another article: an old id stands in a feed no more when the same is told under a new one.
        """
        ours = likeness.sketch(article.text)
        if not ours:
            return None
        entry = candidate.entry
        dated = entry.published or entry.updated or article.published
        near = [
            item
            for item in self._items[entry.feed]
            if item.id not in candidate.beside and _is_near(item, title, date if dated else None)
        ]
        return next((item for item in near if self._is_same(item, article, ours)), None)

    def keep(self, item: Item, article: Article) -> None:
        """Remember what an item was made of."""
        self._items[item.source.feed].append(item)
        self._digests[item.id] = digest.of_text(article.text)
        if ours := likeness.sketch(article.text):
            self._known_sketches()[item.id] = ours
            self._memory.keep_sketch(item.id, ours)

    def _is_same(self, item: Item, article: Article, ours: bytes) -> bool:
        theirs = self._known_sketches().get(item.id, b"")
        if theirs:
            return likeness.likeness(ours, theirs) >= likeness.SAME
        # The sketches are in a cache; the digest is in the evidence, and so in git, but knows no "nearly".
        if item.id not in self._digests:
            self._digests[item.id] = self._digest(item)
        return self._digests[item.id] == digest.of_text(article.text)

    def _known_sketches(self) -> dict[str, bytes]:
        if self._sketches is None:
            self._sketches = self._memory.sketches()
        return self._sketches

    def _digest(self, item: Item) -> str:
        try:
            told = files.read_bytes(self._root / evidence.path_of(item.path)).decode("utf-8")
            return evidence.parse(told).digest
        except (BriefpressError, UnicodeDecodeError):
            return ""


_NEAR = timedelta(hours=20)
"""Under a day, which lies between two parts of the most frequent series."""


def _is_near(item: Item, title: str, date: datetime | None) -> bool:
    told = item.source.published
    return abs(told - date) < _NEAR if told and date else _name(item.title) == _name(title)


def _name(title: str) -> str:
    """What two titles share when they are the same to a reader."""
    return "".join(letter for letter in title.casefold() if letter.isalnum())
