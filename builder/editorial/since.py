"""What a change brought in: the findings of now that were not there before it.

files then, files now → findings then, findings now → those of now that have no equal then

A file is tried against itself as it was, wherever it stood and whatever it was called. So is each file that
did not change, where something around it did: a page it leads to is gone, or the config lost its section.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from builder.config import Config
from builder.content import editions, items
from builder.editorial import lint
from builder.editorial.around import Around, Linked, linked, pages_of
from builder.editorial.lint import Linted, Written
from builder.errors import ContentError
from builder.model import Edition, Finding, Item, Library
from builder.summary import evidence

Noun = Item | Edition
Pair = tuple[str, str]
"""Where a file stood then and where it stands now; empty for one that is new, or gone."""
_AROUND = frozenset(("E105", "E106", "E107", "E301", "E305"))
"""The rules that look at more than the file itself."""
_PARSERS: tuple[tuple[str, Callable[[str, str], Noun]], ...] = (
    (f"{items.FOLDER}/", items.parse),
    (f"{editions.FOLDER}/", editions.parse),
)


@dataclass(frozen=True, slots=True)
class Then:
    """What stood before a change, of all that it touched."""

    pairs: tuple[Pair, ...]
    """Of items and editions; an item whose evidence alone changed is among them."""
    nouns: Mapping[str, Noun]
    """By their paths then; those that can be read."""
    written: Mapping[str, Written]
    """The same for what their files held."""


def then(pairs: Iterable[Pair], read: Callable[[Sequence[str]], Mapping[str, bytes]]) -> Then:
    """What stood where `pairs` of files differ; `read` tells what files held then, by path, if they were."""
    told = _documents(pairs)
    paths = [was for was, _ in told if was]
    held = read([*paths, *map(evidence.path_of, paths)])
    nouns: dict[str, Noun] = {}
    written: dict[str, Written] = {}
    for path in paths:
        try:
            text = held[path].decode("utf-8")
            nouns[path] = next(parse for folder, parse in _PARSERS if path.startswith(folder))(text, path)
        except (KeyError, UnicodeDecodeError, ContentError):
            continue
        written[path] = Written(text, held.get(evidence.path_of(path)))
    return Then(told, nouns, written)


def new(
    root: Path,
    library: Library,
    asked: Sequence[Noun],
    before: Then,
    config: Config,
    around: Callable[[Library], Around],
    around_then: Callable[[Library], Around],
    linked: Linked = linked,
) -> Iterator[Linted]:
    """Those of `asked` that the change touched, each with the findings that were not there before it.

    `around` tells what is around the files of a library, `around_then` the same by the config as it was. The
    levels and options of rules are those of now. A file that could not be read then has only new findings.
    `linked` is as for `around`.
    """
    came_from = _origins(library, before)
    now, was = around(library), around_then(_as_it_was(library, before, came_from))
    turned = _Turned.between(now, was)
    for noun in asked:
        if noun.path in came_from:
            held = lint.written(root, noun)
            old = came_from[noun.path]
            old_held = before.written[old.path] if old else Written("")
            had = lint.findings(old, old_held, config, was) if old else ()
            yield Linted(noun, _unknown(lint.findings(noun, held, config, now), held, had, old_held))
        elif turned.concerns(noun, linked):
            held = lint.written(root, noun)
            told = (lint.findings(noun, held, config, where) for where in (was, now))
            old_ones, new_ones = ([one for one in found if one.code in _AROUND] for found in told)
            if found := _unknown(new_ones, held, old_ones, held):
                yield Linted(noun, found)


def _documents(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """The pairs of items and editions among `pairs`, and those that follow from pairs of evidence."""
    told = [pair for pair in pairs if pair != ("", "")]
    documents = [pair for pair in told if any(_is_document(path) for path in pair)]
    known = {path for pair in documents for path in pair}
    beside = dict.fromkeys(
        item for pair in told for path in pair if (item := _item_beside(path)) and item not in known
    )
    return (*documents, *((item, item) for item in beside))


def _is_document(path: str) -> bool:
    return path.endswith(".md") and any(path.startswith(folder) for folder, _ in _PARSERS)


def _item_beside(path: str) -> str:
    """The item file beside which the evidence `path` stands; empty when it is none."""
    ending = evidence.path_of(".md")
    return path.removesuffix(ending) + ".md" if path.endswith(ending) else ""


def _origins(library: Library, before: Then) -> dict[str, Noun | None]:
    """The path now of each item and edition that changed → what it was; None when it is new.

    What git does not see as moved is known by its id.
    """
    gone = {_identity(before.nouns[was]): before.nouns[was] for was, _ in before.pairs if was in before.nouns}
    now = {noun.path: noun for noun in _nouns(library)}
    return {
        path: before.nouns.get(was) or gone.get(_identity(now[path]))
        for was, path in before.pairs
        if path in now
    }


def _as_it_was(library: Library, before: Then, came_from: Mapping[str, Noun | None]) -> Library:
    """The library before the change, as far as rules look at it."""
    kept = (noun for noun in _nouns(library) if noun.path not in came_from)
    nouns: tuple[Noun, ...] = (*kept, *before.nouns.values())
    return replace(
        library,
        items=tuple(noun for noun in nouns if isinstance(noun, Item)),
        editions=tuple(noun for noun in nouns if isinstance(noun, Edition)),
    )


def _nouns(library: Library) -> tuple[Noun, ...]:
    return (*library.items, *library.editions)


def _identity(noun: Noun) -> str:
    return noun.id if isinstance(noun, Item) else f"edition {noun.number}"


@dataclass(frozen=True, slots=True)
class _Turned:
    """What is other around all files than it was."""

    sections: frozenset[str]
    """Those the config has no more."""
    tags: frozenset[str] | None
    """Those of now, where they are others; None where they are not."""
    places: tuple[str, ...]
    """Pages of the site that are gone."""
    pages: frozenset[str]
    """Pages outside to which other files lead than did."""

    @classmethod
    def between(cls, now: Around, was: Around) -> "_Turned":
        pages = set(now.leads) if now.lookback != was.lookback else set()
        for page in (*now.leads, *was.leads):
            if now.leads.get(page) != was.leads.get(page):
                pages.add(page)
        return cls(
            was.sections - now.sections,
            now.tags if now.tags != was.tags else None,
            tuple(place.rstrip("/") for place in was.places - now.places),
            frozenset(pages),
        )

    def concerns(self, noun: Noun, linked: Linked) -> bool:
        """Whether a rule may say something else of an unchanged file than it did."""
        if isinstance(noun, Item) and noun.section in self.sections:
            return True
        if (
            self.tags is not None
            and isinstance(noun, Item)
            and not self.tags.issuperset(tag.casefold() for tag in noun.tags)
        ):
            return True
        if self.places:
            said = noun.body if isinstance(noun, Item) else noun.intro
            if any(place in said for place in self.places):
                return True
        return bool(self.pages) and not self.pages.isdisjoint(pages_of(noun, linked))


def _unknown(
    found: Iterable[Finding], held: Written, had: Iterable[Finding], old_held: Written
) -> tuple[Finding, ...]:
    """Those of `found` in what is `held` that are not among what `had` been found in `old_held`.

    A finding is known by what it says, never by its line: first those in a line of the same words, then any.
    """
    lines, old_lines = held.text.split("\n"), old_held.text.split("\n")
    known = Counter(_key(one, old_lines) for one in had)
    rest = [one for one in found if not _taken(known, _key(one, lines))]
    said: Counter[tuple[str, ...]] = Counter()
    for key, number in known.items():
        said[key[:-1]] += number
    return tuple(one for one in rest if not _taken(said, _key(one, lines)[:-1]))


def _taken(counted: "Counter[tuple[str, ...]]", key: tuple[str, ...]) -> bool:
    if counted[key] <= 0:
        return False
    counted[key] -= 1
    return True


def _key(finding: Finding, lines: Sequence[str]) -> tuple[str, ...]:
    line = lines[finding.line - 1] if 0 < finding.line <= len(lines) else ""
    return finding.code, finding.message, finding.subject, line.strip()
