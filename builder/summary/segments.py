"""Where a text turns from one thing to the next."""

from collections.abc import Sequence
from itertools import pairwise

from builder.summary.rank import Vector, centre, likeness
from builder.summary.reading import Line

REACH = 3
"""Sentences on either side of a gap that are compared."""
PARAGRAPH = 0.08
"""How much more likely a turn is between two paragraphs than within one."""


def part(
    indices: Sequence[int], vectors: Sequence[Vector], lines: Sequence[Line], count: int
) -> tuple[tuple[int, ...], ...]:
    """`indices`, ascending, in at most `count` runs, cut where the words change most.

    No run is shorter than half its fair share, and no sentence is parted from one it leans on.
    """
    size = len(indices)
    least = max(2, size // (2 * max(count, 1)))
    cuts = [0, size]
    for cut in sorted(range(1, size), key=lambda at: (_across(indices, vectors, lines, at), at)):
        if len(cuts) > count:
            break
        leans = lines[indices[cut]].depends and indices[cut - 1] == indices[cut] - 1
        if not leans and all(abs(cut - other) >= least for other in cuts):
            cuts.append(cut)
    cuts.sort()
    return tuple(tuple(indices[start:end]) for start, end in pairwise(cuts) if end > start)


def _across(indices: Sequence[int], vectors: Sequence[Vector], lines: Sequence[Line], at: int) -> float:
    """How alike the words before and after a gap are; lower is the better cut."""
    before = centre([vectors[index] for index in indices[max(0, at - REACH) : at]])
    after = centre([vectors[index] for index in indices[at : at + REACH]])
    turned = lines[indices[at]].sentence.block != lines[indices[at - 1]].sentence.block
    return likeness(before, after) - PARAGRAPH * turned
