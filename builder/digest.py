"""Stable digests: the same value has the same digest in any process, on any machine."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Generic, TypeVar

_ID_ALPHABET = "0123456789abcdef"
_ID_LENGTH = 10

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


def of_bytes(data: bytes) -> str:
    """The SHA-256 of `data` in hexadecimal, 64 characters."""
    return hashlib.sha256(data).hexdigest()


def of_text(text: str) -> str:
    """The digest of `text` as UTF-8; lone surrogates are kept apart, not an error."""
    return of_bytes(text.encode("utf-8", "surrogatepass"))


def of_value(value: object) -> str:
    """The digest of a noun, or of any nesting of nouns, tuples, mappings, text, numbers, dates and None.

    A mapping counts by its sorted keys, a set does not count at all (raises TypeError): it has no order.
    """
    told: list[bytes] = []
    _tell(value, told.append)
    return of_bytes(b"".join(told))


def item_id(feed: str, entry: str) -> str:
    """The id of the item made from entry `entry` of feed `feed`: ten hexadecimal characters.

    Forty bits: at 100,000 items the chance that any two share an id is under one in two hundred, and
    such a pair is reported when the library is read.
    """
    return of_value((feed, entry))[:_ID_LENGTH]


def is_item_id(text: str) -> bool:
    """Whether `text` has the form of an item id."""
    return len(text) == _ID_LENGTH and all(letter in _ID_ALPHABET for letter in text)


class Known(Generic[T_co]):
    """A value whose digest is known before the value is made, so that most need never be made."""

    __slots__ = ("_keep", "_make", "_value", "digest")

    def __init__(self, known: str, make: Callable[[], T_co], *, keep: bool = True) -> None:
        """Take the digest `known` of what `make` gives; it is called once, when the value is asked for.

        Without `keep` it is called each time: there is too much of what is asked for once to keep it all.
        A digest is whatever names the value and nothing else, without the character NUL.
        """
        self.digest = known
        self._keep = keep
        self._make: Callable[[], T_co] | None = make

    @property
    def told(self) -> bytes:
        """How it counts in another digest."""
        return f"k{len(self.digest)}:{self.digest}".encode("utf-8", "surrogatepass")

    @property
    def value(self) -> T_co:
        """The value itself."""
        if self._make is not None:
            made = self._make()
            if not self._keep:
                return made
            self._value = made
            self._make = None
        return self._value


def known(value: T) -> Known[T]:
    """`value`, which is there already, under its digest."""
    return Known(of_value(value), lambda: value)


class _Gathered(Known[T_co]):
    """A value whose digest is worked out when it is asked for."""

    __slots__ = ("_tell",)

    def __init__(self, tell: Callable[[], str], make: Callable[[], T_co]) -> None:
        self._tell = tell
        self._keep = False
        self._make = make

    def __getattr__(self, name: str) -> Any:
        # Called for what is not there yet.
        if name != "digest":
            raise AttributeError(name)
        self.digest = self._tell()
        return self.digest


def made(function: Callable[..., T], *parts: object, keep: bool = True) -> Known[T]:
    """What the pure `function` makes of `parts`; its digest is that of its name and of the parts.

    A part may be Known, or a tuple with Known ones: it counts by its digest, and the function gets its value.
    `keep` is as Known has it.
    """
    return Known(_of_call(function, parts), lambda: function(*map(_settled, parts)), keep=keep)


def gathered(function: Callable[..., T], *parts: object) -> Known[T]:
    """As `made`, but the function gets Known parts as they are, and makes of them what is known in turn.

    It is called each time: there is too much of it to keep, and little to make it. The digest too is worked
    out when it is asked for: of what was never made before it need not be known.
    """
    return gathering(function, lambda: parts)


def gathering(function: Callable[..., T], parts: Callable[[], tuple[object, ...]]) -> Known[T]:
    """As `gathered`, of what `parts` tells when it is asked."""
    return _Gathered(lambda: _of_call(function, parts()), lambda: function(*parts()))


def under(name: str, known: Known[Any], make: Callable[[], T]) -> Known[T]:
    """What `make` gives of `known`, in a way that has that `name`; it too is called each time."""
    return _Gathered(lambda: name + known.digest, make)


def _of_call(function: Callable[..., object], parts: tuple[object, ...]) -> str:
    told = [_name_of(function)]
    for part in parts:
        if type(part) is Known:
            # As `Known.told` has it: there are ten thousand calls, with half a dozen such parts each.
            known = part.digest
            told.append(f"k{len(known)}:{known}".encode("utf-8", "surrogatepass"))
        elif part is None:
            told.append(b"n")
        else:
            _tell(part, told.append)
    return of_bytes(b"".join(told))


@cache
def _name_of(function: Callable[..., object]) -> bytes:
    return f"{function.__module__}.{function.__qualname__}".encode()


def _settled(part: object) -> object:
    kind = type(part)
    if kind is Known:
        return part.value  # type: ignore[attr-defined]
    return tuple(map(_settled, part)) if kind is tuple else part  # type: ignore[call-overload]


def _tell(value: object, tell: Callable[[bytes], None]) -> None:
    # Each kind has its own mark and each text its length, so that no two values run together.
    kind = type(value)
    if kind is str:
        data = value.encode("utf-8", "surrogatepass")  # type: ignore[attr-defined]
        tell(b"s%d:" % len(data))
        tell(data)
    elif kind is Known:
        tell(value.told)  # type: ignore[attr-defined]
    elif value is None:
        tell(b"n")
    elif kind is tuple:
        _tell_row(value, tell)  # type: ignore[arg-type]
    elif kind is int:
        tell(b"d%d" % value)  # type: ignore[str-format]
    elif noun := _NOUNS.get(kind):
        tell(noun[0])
        for name in noun[1]:
            _tell(getattr(value, name), tell)
    else:
        _tell_other(value, tell)


def _tell_row(row: tuple[Any, ...], tell: Callable[[bytes], None]) -> None:
    tell(b"(%d" % len(row))
    kinds = {*map(type, row)}
    if kinds == {Known}:
        # Nearly all there are, and hundreds of them: a call for each would take longer than the rest.
        data = "\0".join([part.digest for part in row]).encode("utf-8", "surrogatepass")
        tell(b"K%d:" % len(data))
        tell(data)
    elif kinds == {NoneType}:
        # As each would: most items are in no edition and no story.
        tell(b"n" * len(row))
    else:
        for part in row:
            if part is None:
                # Most of what an item may have, it has not.
                tell(b"n")
            else:
                _tell(part, tell)


def _tell_other(value: object, tell: Callable[[bytes], None]) -> None:
    match value:
        case bool():
            tell(b"t" if value else b"f")
        case Enum():
            _tell(value.value, tell)
        case str():
            _tell(str(value), tell)
        case int() | float():
            tell(b"d" + repr(value).encode())
        case datetime() | date():
            tell(b"@" + value.isoformat().encode())
        case bytes():
            tell(b"b%d:" % len(value))
            tell(value)
        case tuple() | list():
            _tell(tuple(value), tell)
        case Mapping():
            tell(b"{%d" % len(value))
            for key in sorted(value):
                _tell(key, tell)
                _tell(value[key], tell)
        case _ if is_dataclass(value):
            _NOUNS[type(value)] = _told(value.__class__)
            _tell(value, tell)
        case _:
            raise TypeError(f"no stable digest for {type(value).__name__}")


_NOUNS: dict[type, tuple[bytes, tuple[str, ...]]] = {}
"""What `_told` says of the kinds of nouns that were met with: there are few, and thousands of each."""


def _told(kind: Any) -> tuple[bytes, tuple[str, ...]]:
    """How the name of a noun counts, and its fields. A class below it that has no fields of its own is it."""
    noun = next(one for one in kind.__mro__ if "__dataclass_fields__" in one.__dict__)
    return b"<" + noun.__name__.encode(), tuple(field.name for field in fields(kind))
