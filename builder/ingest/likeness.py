"""How alike two texts are, told from a few hundred bytes kept of each. Pure.

A text is the set of its runs of four words; kept are the smallest digests of these (bottom-k, Broder 1997),
of which two texts share about as large a part as they share of all.
"""

import hashlib
from collections.abc import Sequence

from builder.text import words

RUN = 4
"""Words."""
KEPT = 128
"""Digests: the likeness is off by some 0.04 then."""
SAME = 0.85
"""From here on two texts are one, edited. Of articles on the same events in one outlet, none comes near."""
WORDS_LEAST = 60
"""Shorter texts are mostly boilerplate, and are not compared."""
_BYTES = 8


def sketch(text: str) -> bytes:
    """What is kept of `text`; empty when it is too short to be compared."""
    told = [word.casefold() for word in words(text)]
    if len(told) < WORDS_LEAST:
        return b""
    runs = {" ".join(told[start : start + RUN]) for start in range(len(told) - RUN + 1)}
    return b"".join(sorted(map(_digest, runs))[:KEPT])


def likeness(one: bytes, other: bytes) -> float:
    """From 0 for two sketches of texts that share nothing to 1 for the same; 0 where one is empty."""
    ours, theirs = _parts(one), _parts(other)
    if not ours or not theirs:
        return 0.0
    both = sorted({*ours, *theirs})[: max(len(ours), len(theirs))]
    shared = {*ours} & {*theirs}
    return sum(part in shared for part in both) / len(both)


def _parts(sketch_: bytes) -> Sequence[bytes]:
    return [sketch_[start : start + _BYTES] for start in range(0, len(sketch_), _BYTES)]


def _digest(run: str) -> bytes:
    return hashlib.blake2b(run.encode("utf-8", "replace"), digest_size=_BYTES).digest()
