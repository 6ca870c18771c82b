"""Nouns as plain values that JSON and marshal know, and back.

How a noun is kept follows from the types of its fields, so that a field that is added is kept without a word
here. What was kept by another form of a noun, or by nobody, raises ValueError, TypeError, LookupError or
AttributeError when it is taken back.
"""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

Code = Callable[[Any], Any]
"""Makes a value plain, or a plain one what it was."""

AS_IT_IS = (str, int, bool, float)


def unknown(value: object) -> object:
    """The code of what has none: raises TypeError."""
    raise TypeError(f"no plain form for {type(value).__name__}")


@cache
def codes(kind: Any, other: tuple[Code, Code] = (unknown, unknown)) -> tuple[tuple[str, Code, Code], ...]:
    """The name of each field of the noun `kind`, and how its values are made plain and taken back.

    `other` stands in for types that are no nouns, texts, numbers, times, choices, paths, rows or mappings.
    """
    hints = get_type_hints(kind)
    return tuple((field.name, *code(hints[field.name], other)) for field in fields(kind))


def code(hint: Any, other: tuple[Code, Code] = (unknown, unknown)) -> tuple[Code, Code]:
    """How a value of the type `hint` is made plain, and how it is taken back."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in AS_IT_IS:
        return same, same
    if hint is datetime:
        return datetime.isoformat, datetime.fromisoformat
    if hint is Path:
        return str, Path
    if isinstance(hint, type) and issubclass(hint, Enum):
        members = {member.value: member for member in hint}
        return (lambda member: member.value), members.__getitem__
    if isinstance(hint, type) and is_dataclass(hint):
        return _noun(hint, other)
    if origin is tuple:
        return _row(arguments[0], other)
    if origin in (Union, types.UnionType) and len(arguments) == 2 and arguments[1] is type(None):
        encode, decode = code(arguments[0], other)
        return (
            lambda value: None if value is None else encode(value),
            lambda value: None if value is None else decode(value),
        )
    if isinstance(origin, type) and issubclass(origin, Mapping) and arguments[1] is not object:
        encode, decode = code(arguments[1], other)
        return (
            lambda told: {key: encode(value) for key, value in told.items()},
            lambda told: {key: decode(value) for key, value in told.items()},
        )
    return other


class Maker:
    """Puts values taken back into nouns: straight into their slots, at a third of the price of a call."""

    def __init__(self, kind: Any, names: Sequence[str], decodes: Sequence[Code]) -> None:
        self._puts = [vars(kind)[name].__set__ for name in names]
        self._decodes = [(at, decode) for at, decode in enumerate(decodes) if decode is not same]

    def put(self, noun: Any, values: list[Any]) -> Any:
        """`noun` with the plain `values`, which are used up."""
        # To have `zip` be strict costs more than to count.
        if len(values) != len(self._puts):
            raise ValueError(values)
        for at, decode in self._decodes:
            values[at] = decode(values[at])
        for put, value in zip(self._puts, values, strict=False):
            put(noun, value)
        return noun


new = object.__new__
"""An instance without fields, for a `Maker`."""


def same(value: Any) -> Any:
    """The code of what is plain already."""
    return value


def _noun(kind: Any, other: tuple[Code, Code]) -> tuple[Code, Code]:
    coded = codes(kind, other)
    maker = Maker(kind, [name for name, _, _ in coded], [decode for _, _, decode in coded])

    def encode(noun: Any) -> list[object]:
        return [encode(getattr(noun, name)) for name, encode, _ in coded]

    def decode(values: Any) -> Any:
        return maker.put(new(kind), [*values])

    return encode, decode


def _row(hint: Any, other: tuple[Code, Code]) -> tuple[Code, Code]:
    encode, decode = code(hint, other)
    if decode is same:
        return list, _tuple

    def decoded(values: Any) -> Any:
        # Most rows are empty.
        return (*map(decode, told),) if (told := _tuple(values)) else ()

    return (lambda values: [*map(encode, values)]), decoded


def _tuple(values: Any) -> tuple[Any, ...]:
    if type(values) is not list and type(values) is not tuple:
        raise TypeError(values)
    return tuple(values)
