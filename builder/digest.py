"""Stable digests: the same value has the same digest in any process, on any machine."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

_ID_ALPHABET = "0123456789abcdef"
_ID_LENGTH = 10


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
    hasher = hashlib.sha256()
    _feed(hasher, value)
    return hasher.hexdigest()


def item_id(feed: str, entry: str) -> str:
    """The id of the item made from entry `entry` of feed `feed`: ten hexadecimal characters.

    Forty bits: at 100,000 items the chance that any two share an id is under one in two hundred, and
    such a pair is reported when the library is read.
    """
    return of_value((feed, entry))[:_ID_LENGTH]


def is_item_id(text: str) -> bool:
    """Whether `text` has the form of an item id."""
    return len(text) == _ID_LENGTH and all(letter in _ID_ALPHABET for letter in text)


def _feed(hasher: Any, value: object) -> None:
    # Each kind has its own mark and each text its length, so that no two values run together.
    match value:
        case None:
            hasher.update(b"n")
        case bool():
            hasher.update(b"t" if value else b"f")
        case Enum():
            _feed(hasher, value.value)
        case str():
            data = value.encode("utf-8", "surrogatepass")
            hasher.update(b"s%d:" % len(data))
            hasher.update(data)
        case int() | float():
            hasher.update(b"d" + repr(value).encode())
        case datetime() | date():
            hasher.update(b"@" + value.isoformat().encode())
        case bytes():
            hasher.update(b"b%d:" % len(value))
            hasher.update(value)
        case tuple() | list():
            hasher.update(b"(%d" % len(value))
            for part in value:
                _feed(hasher, part)
        case Mapping():
            hasher.update(b"{%d" % len(value))
            for key in sorted(value):
                _feed(hasher, key)
                _feed(hasher, value[key])
        case _ if is_dataclass(value):
            hasher.update(b"<" + type(value).__name__.encode())
            for field in fields(value):
                _feed(hasher, getattr(value, field.name))
        case _:
            raise TypeError(f"no stable digest for {type(value).__name__}")
