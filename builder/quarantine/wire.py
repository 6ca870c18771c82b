"""The frames between who asks and who answers: lengths and bytes, in which nothing can be run. Pure."""

import struct
from collections.abc import Callable, Sequence

_HEAD = struct.Struct(">I")
_COUNT_MAX = 16

Read = Callable[[int], bytes]
"""Exactly so many bytes; raises EOFError when there are no more."""


class TooLargeError(ValueError):
    """A frame announces more than was agreed."""


def packed(parts: Sequence[bytes]) -> bytes:
    """`parts` as one frame; `unpacked` is its inverse."""
    return b"".join([_HEAD.pack(len(parts)), *(_HEAD.pack(len(part)) + part for part in parts)])


def unpacked(read: Read, limit: int) -> tuple[bytes, ...]:
    """The parts of the next frame, of `limit` bytes in all at most. Raises EOFError, TooLargeError."""
    (count,) = _HEAD.unpack(read(_HEAD.size))
    if count > _COUNT_MAX:
        raise TooLargeError
    parts: list[bytes] = []
    for _ in range(count):
        (size,) = _HEAD.unpack(read(_HEAD.size))
        limit -= size
        if limit < 0:
            raise TooLargeError
        parts.append(read(size))
    return tuple(parts)
