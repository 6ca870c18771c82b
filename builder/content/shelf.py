"""Items as they were parsed before, by the digest of their files: what did not change is not parsed again.

How a noun is kept follows from the types of its fields, so that a field that is added is kept without a word
here. What is not there or cannot be made out is simply parsed again.
"""

import json
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from operator import itemgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

from builder.content.frontmatter import Plain
from builder.model import Item
from builder.state import State

_Code = Callable[[Any], Any]
_AS_IT_IS = (str, int, bool, float)


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
    return [encode(getattr(item, name)) for name, encode, _ in _codes(Item) if name not in ("path", "body")]


@cache
def _plan() -> tuple[tuple[str, ...], tuple[tuple[int, _Code], ...], Callable[[Any], tuple[str, ...]]]:
    """The names of what is kept of an item, what must be decoded of it, and what is text as it is."""
    codes = [code for code in _codes(Item) if code[0] not in ("path", "body")]
    names = tuple(name for name, _, _ in codes)
    hints = get_type_hints(Item)
    decoded = tuple((at, decode) for at, (_, _, decode) in enumerate(codes) if decode is not _same)
    return names, decoded, itemgetter(*(at for at, name in enumerate(names) if hints[name] is str))


def _revived(path: str, values: list[Any], body: str) -> Item:
    names, decoded, texts = _plan()
    "".join(texts(values))  # raises TypeError where one is no text
    for at, decode in decoded:
        values[at] = decode(values[at])
    return Item(path=path, body=body, **dict(zip(names, values, strict=True)))


@cache
def _codes(kind: Any) -> tuple[tuple[str, _Code, _Code], ...]:
    hints = get_type_hints(kind)
    return tuple((name, *_code(hints[name])) for name in (field.name for field in fields(kind)))


def _code(hint: Any) -> tuple[_Code, _Code]:
    """How a value of the type `hint` becomes JSON, and JSON a value."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _AS_IT_IS:
        return _same, _same
    if hint is datetime:
        return datetime.isoformat, datetime.fromisoformat
    if isinstance(hint, type) and issubclass(hint, Enum):
        members = {member.value: member for member in hint}
        return (lambda member: member.value), members.__getitem__
    if isinstance(hint, type) and is_dataclass(hint):
        return _noun_code(hint)
    if origin is tuple and arguments[1:] == (...,):
        encode, decode = _code(arguments[0])
        return (lambda values: [*map(encode, values)]), (lambda values: (*map(decode, _listed(values)),))
    if origin in (Union, types.UnionType) and len(arguments) == 2 and arguments[1] is type(None):
        encode, decode = _code(arguments[0])
        return (
            lambda value: None if value is None else encode(value),
            lambda value: None if value is None else decode(value),
        )
    return _loose, _tight


def _noun_code(kind: Any) -> tuple[_Code, _Code]:
    codes = _codes(kind)
    names = [name for name, _, _ in codes]

    def encode(noun: Any) -> list[object]:
        return [encode(getattr(noun, name)) for name, encode, _ in codes]

    def decode(values: list[Any]) -> Any:
        told = [decode(value) for (_, _, decode), value in zip(codes, values, strict=True)]
        return kind(**dict(zip(names, told, strict=True)))

    return encode, decode


def _same(value: Any) -> Any:
    return value


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value


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
