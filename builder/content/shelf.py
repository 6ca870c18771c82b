"""Items as they were parsed before, by the digest of their files: what did not change is not parsed again.

Of an item that is taken from here, what lists, counts and orders need is at hand at once. Its text and the
rest are fetched when somebody asks for them, and nobody does for most. What is not there or cannot be made
out is simply parsed again.
"""

import contextlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from builder import digest, nouns
from builder.content.plainhead import Plain
from builder.model import Gist, Item
from builder.state import State

_REST = ("body", "by", "provenance", "review", "extra")
"""What is fetched when it is asked for."""
_MANY = 60
"""So many are fetched one by one, or the part `_SHARE` of all where that is more; then all at once."""
_SHARE = 10
_TABLE = "items of "
_DAMAGE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


class Shelf:
    """The parsed items of one newsletter."""

    def __init__(
        self, state: State, program: str, held: Mapping[str, str], only: Collection[str] | None = None
    ) -> None:
        """Take what `state` has of the files whose digests are `held`, by path; of `only` some, if told.

        It counts only when the same `program` parsed it.
        """
        self._state = state
        self._program = program[:16]
        self.held = dict(held)
        """The digest of each file that is known, by its path."""
        self.judges: Mapping[str, Callable[[Item], str]] = {}
        """What is `judged` of each item that is parsed, as part of it."""
        table = _TABLE + self._program
        self._rows = state.rows(table) if only is None else state.some_rows(table, only)
        self._new: dict[str, list[Any]] = {}
        self._fresh: dict[str, tuple[str, str, str]] = {}
        """What is not on the disk yet, and what is at hand, of the rest of items that were just parsed."""
        self._taken: dict[str, tuple[str, str, str]] = {}
        self._asked: set[str] = set()
        self._rest: dict[str, tuple[str, str, str]] | None = None
        self._near: Mapping[str, tuple[str, str, str]] = {}
        self._fetched = 0
        self._owner = os.getpid()
        self.again: Callable[[str], Item] | None = None
        """Parses the file at a path once more, for the text of an item that is lost here."""

    def items(self, paths: Iterable[str]) -> dict[str, Item]:
        """Those items in the files at `paths` that are known, by path."""
        found: dict[str, Item] = {}
        rows, held, asked = self._rows, self.held, self._asked
        for path in paths:
            asked.add(path)
            row = rows.get(path)
            try:
                if row is not None and row[0] == held.get(path):
                    found[path] = _kept(self, path, row[_FIRST + 1 :])
            except _DAMAGE:
                continue
        return found

    def keep(self, item: Item, held: str) -> None:
        """Keep `item`, which was parsed from a file with the digest `held`."""
        self.take(item.path, held, plainly(item))

    def take(self, path: str, held: str, told: "Plainly") -> Item:
        """Keep the item that was parsed from the file at `path` with the digest `held`, and give it back.

        `told` is it in plain values: a process that parsed it can hand these over at a fifth of its price.
        """
        row, head, body = told
        self.held[path] = held
        self._asked.add(path)
        self._new[path] = [held, *row]
        self._fresh[path] = self._taken[path] = (self._mark(held), head, body)
        item = _kept(self, path, row[_FIRST:])
        _BODY(item, body)
        return item

    def gists(self) -> dict[str, Gist]:
        """The gists of all items that were found or kept here, by their paths."""
        new, rows = self._new, self._rows
        return {
            path: Gist(row[1], row[2]) for path in self._asked if (row := new.get(path) or rows.get(path))
        }

    def is_as_before(self, item: Item, held: str) -> bool:
        """Whether `item` is as it was when its file had the digest `held`, in all but its text and the rest
        that is not at hand at once. False also where nobody knows what it was.
        """
        row = self._rows.get(item.path)
        try:
            if row is None or row[0] != held:
                return False
            was = _maker().put(nouns.new(_Kept), row[_FIRST + 1 :])
        except _DAMAGE:
            return False
        return all(getattr(was, name) == getattr(item, name) for name, _, _ in _codes()[0])

    def judged(self, name: str, judge: Callable[[Item], str]) -> Callable[[Item], str]:
        """`judge`, which is asked once of each item while its file stands; `name` names it.

        What it says must follow from the file alone.
        """

        def judgement(item: Item) -> str:
            row = self._new.get(item.path) or self._rows.get(item.path)
            if row is None or row[0] != self.held.get(item.path):
                return judge(item)
            if name not in row[3]:
                row = self._new[item.path] = [*row[:3], {**row[3], name: judge(item)}, *row[4:]]
            return str(row[3][name])

        return judgement

    def save(self) -> None:
        """Put what is new on the disk, and let go what nobody asked for."""
        gone = [path for path in self._rows if path not in self._asked]
        if not self._new and not gone:
            return
        if not self._rows:
            self._state.drop_rows(_TABLE)
        self._rows = {**self._rows, **self._new}
        for path in gone:
            del self._rows[path]
        if self._fresh or gone:
            self._state.keep_parsed(self._fresh, gone)
        self._state.keep_rows(_TABLE + self._program, self._new, gone)
        self._new = {}
        self._fresh = {}

    def fetch(self, paths: Sequence[str]) -> None:
        """Have at hand what `rest` tells of `paths`, and of no others that were fetched so."""
        wanted = [path for path in paths if path not in self._taken]
        self._near = self._state.parsed(wanted) if self._rest is None and wanted else {}

    def rest(self, path: str) -> Mapping[str, Any]:
        """What is not at hand at once of the item at `path`, by the names of the fields."""
        row = self._new.get(path) or self._rows.get(path)
        found = self._taken.get(path) or self._found(path)
        if row and found and found[0] == self._mark(row[0]):
            with contextlib.suppress(*_DAMAGE):
                return {**_decoded(found[1]), "body": found[2]}
        if self.again is None:
            raise LookupError(path)
        item = self.again(path)
        return {name: getattr(item, name) for name in _REST}

    def _found(self, path: str) -> tuple[str, str, str] | None:
        if path in self._near:
            return self._near[path]
        if self._rest is None:
            self._fetched += 1
            # Of a process that was forked nobody knows how many it will ask for.
            if self._fetched <= max(_MANY, len(self._rows) // _SHARE) or os.getpid() != self._owner:
                return self._state.parsed([path]).get(path)
            self._rest = self._state.parsed()
        return self._rest.get(path)

    def _mark(self, held: str) -> str:
        return f"{held} {self._program}"


class _Kept(Item):
    """An item whose rest is fetched when it is asked for; otherwise as any other."""

    __slots__ = ("_shelf",)
    _shelf: Shelf

    @property
    def shelf(self) -> Shelf:
        """Where it is from."""
        return self._shelf

    def __getattr__(self, name: str) -> Any:
        # Called for what is not there yet.
        if name not in _REST:
            raise AttributeError(name)
        for one, value in self._shelf.rest(self.path).items():
            object.__setattr__(self, one, value)
        return object.__getattribute__(self, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Item):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in Item.__slots__)

    __hash__ = Item.__hash__


def fetch(items: Iterable[Item]) -> None:
    """Have the texts of `items` at hand: to fetch each when it is asked for takes longer."""
    paths: dict[Shelf, list[str]] = defaultdict(list)
    for item in items:
        if isinstance(item, _Kept):
            paths[item.shelf].append(item.path)
    for shelf, wanted in paths.items():
        shelf.fetch(wanted)


def _kept(shelf: Shelf, path: str, values: list[Any]) -> Item:
    item: Item = _maker().put(nouns.new(_Kept), values)
    _PATH(item, path)
    _SHELF(item, shelf)
    return item


# The slots of a frozen noun.
_PATH = vars(Item)["path"].__set__
_BODY = vars(Item)["body"].__set__
_SHELF = vars(_Kept)["_shelf"].__set__


Plainly = tuple[list[Any], str, str]
"""An item as it is kept: a row of what is at hand at once, the rest without its text, and its text."""
_FIRST = 3
"""Where in such a row the item's own values begin: before them stand its gist and what was judged of it."""


def plainly(item: Item, judges: Mapping[str, Callable[[Item], str]] | None = None) -> Plainly:
    """`item` in plain values, for `Shelf.take`: as much work as to parse it, which another process can do.

    `judges` tell what is judged of it, by the names of that.
    """
    first, rest = _codes()
    values = [encode(getattr(item, name)) for name, encode, _ in first]
    head = json.dumps([encode(getattr(item, name)) for name, encode, _ in rest if name != "body"])
    judged = {name: judge(item) for name, judge in (judges or {}).items()}
    return [*gist(item), judged, *values], head, item.body


def gist(item: Item) -> Gist:
    """What is known of `item` without its text."""
    return Gist(digest.of_value(item.face)[:40], len(item.body.split()))


@cache
def _codes() -> tuple[tuple[tuple[str, nouns.Code, nouns.Code], ...], ...]:
    """How the fields are kept that are at hand at once, and how the rest."""
    coded = nouns.codes(Item, (_loose, _tight))
    return (
        tuple(code for code in coded if code[0] not in ("path", *_REST)),
        tuple(code for code in coded if code[0] in _REST),
    )


@lru_cache(256)
def _decoded(head: str) -> Mapping[str, Any]:
    """What the rest of an item says but its text; of most it is the same, and nobody changes it."""
    _, rest = _codes()
    coded = [(name, decode) for name, _, decode in rest if name != "body"]
    values = zip(coded, json.loads(head), strict=True)
    return {name: decode(value) for (name, decode), value in values}


@cache
def _maker() -> nouns.Maker:
    """Puts what is at hand into an item."""
    first, _ = _codes()
    return nouns.Maker(Item, [name for name, _, _ in first], [decode for _, _, decode in first])


def _loose(value: object) -> object:
    """A value of front matter, of which JSON knows too little: a plain scalar and a sequence are marked."""
    match value:
        case Plain():
            return ["plain", str(value)]
        case Mapping():
            return {str(key): _loose(below) for key, below in value.items()}
        case str() | None:
            return value
        case Sequence():
            return ["row", *map(_loose, value)]
        case _:
            raise TypeError(f"front matter holds no {type(value).__name__}")


def _tight(value: Any) -> Any:
    match value:
        case ["plain", str(text)]:
            return Plain(text)
        case ["row", *below]:
            return tuple(map(_tight, below))
        case dict():
            return {key: _tight(below) for key, below in value.items()}
        case str() | None:
            return value
        case _:
            raise TypeError(value)
