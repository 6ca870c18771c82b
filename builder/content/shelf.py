"""Items as they were parsed before, by the digest of their files: what did not change is not parsed again.

What is not there or cannot be made out is simply parsed again.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, get_type_hints

from builder import nouns
from builder.content.frontmatter import Plain
from builder.model import Item
from builder.state import State


class Shelf:
    """The parsed items of one newsletter."""

    def __init__(self, state: State, program: str, held: Mapping[str, str]) -> None:
        """Take what `state` has of the files whose digests are `held`, by path.

        It counts only when the same `program` parsed it.
        """
        self._state = state
        self._program = program
        self._held = held
        self._rows = state.parsed(program)
        self._fresh: dict[str, tuple[str, str, str]] = {}
        self._asked: set[str] = set()
        self._found: set[str] = set()

    def item(self, path: str) -> tuple[Item, str] | None:
        """The item in the file at `path`, and that file's digest; None when it is not known."""
        self._asked.add(path)
        row = self._rows.get(path)
        if row is None or row[0] != self._held.get(path):
            return None
        try:
            item = _revived(path, json.loads(row[1]), row[2])
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return None
        self._found.add(path)
        return item, row[0]

    def keep(self, item: Item, held: str) -> None:
        """Keep `item`, whose file holds what has the digest `held`, if it is not there already."""
        self._asked.add(item.path)
        if item.path in self._found:
            return
        self._fresh[item.path] = (held, json.dumps(_kept(item)), item.body)

    def save(self) -> None:
        """Put what is new on the disk, and let go what nobody asked for."""
        gone = [path for path in self._rows if path not in self._asked]
        if self._fresh or gone:
            self._state.keep_parsed(self._program, self._fresh, gone)
            self._rows = {**self._rows, **self._fresh}
            self._fresh = {}


def _kept(item: Item) -> list[object]:
    return [encode(getattr(item, name)) for name, encode, _ in _codes()]


@cache
def _plan() -> tuple[tuple[str, ...], tuple[tuple[int, nouns.Code], ...], Callable[[Any], tuple[str, ...]]]:
    """The names of what is kept of an item, what must be decoded of it, and what is text as it is."""
    codes = _codes()
    names = tuple(name for name, _, _ in codes)
    hints = get_type_hints(Item)
    decoded = tuple((at, decode) for at, (_, _, decode) in enumerate(codes) if decode is not nouns.same)
    return names, decoded, itemgetter(*(at for at, name in enumerate(names) if hints[name] is str))


def _revived(path: str, values: list[Any], body: str) -> Item:
    names, decoded, texts = _plan()
    "".join(texts(values))  # raises TypeError where one is no text
    for at, decode in decoded:
        values[at] = decode(values[at])
    return Item(path=path, body=body, **dict(zip(names, values, strict=True)))


@cache
def _codes() -> tuple[tuple[str, nouns.Code, nouns.Code], ...]:
    return tuple(code for code in nouns.codes(Item, (_loose, _tight)) if code[0] not in ("path", "body"))


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
