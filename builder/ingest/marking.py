"""What a look at a source told, written into the file of its item; nothing else of that is touched."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from builder import digest, files
from builder.config import Config
from builder.content import changes, items, staleness
from builder.content.library import text_of
from builder.errors import BriefpressError
from builder.ingest import sightings
from builder.ingest.looking import Announced, Answer, Look, Question
from builder.memory import Memory
from builder.model import Aspect, Difference, Item, Stale
from builder.summary import evidence
from builder.summary.evidence import Evidence


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


Outcome = Marked | Unmarked | Unknown


class Marker:
    """Writes what was found into the files of items, one after the other."""

    def __init__(
        self, config: Config, memory: Memory, now: datetime, announced: Mapping[str, Announced]
    ) -> None:
        self._root = config.root
        self._memory = memory
        self._now = now
        self._announced = announced
        told = ((item, one.entry) for item, one in announced.items())
        self._headlines = sightings.headlines(memory.sightings(), told)
        """Those that feeds tell entries under now, by item."""

    def question(self, item: Item, look: Look | None) -> Question:
        """What is to be known to look at the source of `item`."""
        proof, told = _proof(self._root, item)
        return Question(item, proof, look, digest.of_value((item.body, told)), self._announced.get(item.id))

    def settled(self, answer: Answer) -> Outcome | None:
        """What came of a look, when it is on disk; None: all is as it was."""
        item = answer.question.item
        try:
            outcome = self._settled(answer)
        except BriefpressError as error:
            return Unknown(item, error.faults[0].message)
        # Last: what was not written is found again.
        if answer.look:
            self._memory.keep_look(item.id, answer.look.dump())
        self.heard([item.id])
        return outcome

    def heard(self, ids: Iterable[str]) -> None:
        """Let what feeds tell otherwise of items be known: it is marked, or nobody need know of it."""
        heard = {item: self._announced[item].entry for item in ids if item in self._announced}
        rows = {
            key: told for item, entry in heard.items() for key, told in sightings.rows(item, entry).items()
        }
        if rows:
            self._memory.keep_sightings(rows)

    def _settled(self, answer: Answer) -> Outcome | None:
        item, announced = answer.question.item, answer.question.announced
        if answer.found is None and not (announced and announced.headline):
            return Unknown(item, answer.why) if answer.why else _standing(item)
        text = text_of(self._root, item.path)
        # Somebody may have worked on it since.
        here = items.parse(text, item.path)
        kept = here.stale.found if here.stale else ()
        found = staleness.unsettled(here, dict.fromkeys(self._all(here, kept, answer)))
        if found == kept:
            return _standing(here)
        stale = Stale(at=self._now, found=found) if found else None
        write = changes.Change(writes={item.path: staleness.marked(text, stale, item.path)}, message="")
        changes.apply(write, self._root, None)
        marked = replace(here, stale=stale)
        return Marked(marked, new=True) if stale else Unmarked(marked)

    def _all(self, item: Item, kept: Sequence[Difference], answer: Answer) -> Iterator[Difference]:
        """What differs: what this look saw, and of earlier ones what it could not see."""
        seen = answer.seen if answer.found is not None else frozenset[Aspect]()
        found = answer.found or ()
        yield from (one for one in kept if one.aspect is not Aspect.HEADLINE and one.aspect not in seen)
        if not any(one.aspect is Aspect.HEADLINE for one in found):
            yield from self._headline(item, kept, answer.question.announced, seen)
        yield from found

    def _headline(
        self, item: Item, kept: Sequence[Difference], announced: Announced | None, seen: frozenset[Aspect]
    ) -> Iterator[Difference]:
        """The headline that the feed tells, where it is not the one that the item was drafted with."""
        new = announced.headline if announced else None
        old = next((one for one in kept if one.aspect is Aspect.HEADLINE), None)
        if old and (self._is_told(item, old) or not (new or Aspect.HEADLINE in seen)):
            yield old
        elif new:
            first = replace(new, was=old.was) if old else new
            if not _same(first.now, first.was) and not _same(first.now, item.title):
                yield first

    def _is_told(self, item: Item, one: Difference) -> bool:
        """Whether the feed tells the headline `one` at this time, whatever the page says."""
        return _same(self._headlines.get(item.id, ""), one.now)


def revised(before: str, title: str) -> Difference:
    """That a feed tells an entry under another headline."""
    return Difference(aspect=Aspect.HEADLINE, was=before, now=title)


def _standing(item: Item) -> Outcome | None:
    return Marked(item, new=False) if item.stale else None


def _same(one: str, other: str) -> bool:
    return "".join(filter(str.isalnum, one.casefold())) == "".join(filter(str.isalnum, other.casefold()))


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
