"""Which sentences say most: tf-idf against the centre of the text, place, title, and no repetition.

Pure Python on purpose: a text has some dozens of sentences, and no numeric library earns its weight there.
The weights were found on development pairs of articles and human summaries (see `docs/summaries.md`).
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from builder.summary.language import Language

Vector: TypeAlias = Mapping[str, float]
"""Weights by stem, of length 1; empty for a text without terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each voice counts when sentences are ranked."""

    centroid: float
    """Likeness to the whole text."""
    position: float
    """What the first sentence gets for its place."""
    decay: float
    """How fast that falls: `position * exp(-decay * index)`."""
    title: float
    """Likeness to the title."""
    mmr: float
    """Share of merit against novelty when the next sentence is chosen; 1 ignores repetition."""


LEAD = Weights(centroid=0.6, position=1.6, decay=0.125, title=0.2, mmr=0.5)
"""For the few sentences that stand for the whole: news opens with its point."""
BODY = Weights(centroid=1.0, position=0.35, decay=0.1, title=0.1, mmr=0.6)
"""For the sentences of the overview: flatter, so that the later parts of a text are heard."""


def vectors(texts: Sequence[Sequence[str]], language: Language) -> tuple[Vector, ...]:
    """The tf-idf vectors of `texts`, each given as its stems.

    Without background frequencies a stem counts by how few of `texts` hold it.
    """
    spread = Counter(term for terms in texts for term in dict.fromkeys(terms))
    count = len(texts)
    made: list[Vector] = []
    for terms in texts:
        weighted: dict[str, float] = {}
        for term, times in Counter(terms).items():
            rarity = (
                language.rarity(term) if language.documents else math.log((count + 1) / (spread[term] + 0.5))
            )
            weighted[term] = (1.0 + math.log(times)) * max(rarity, 0.1)
        made.append(unit(weighted))
    return tuple(made)


def unit(weights: Mapping[str, float]) -> Vector:
    """`weights` brought to length 1."""
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}


def likeness(one: Vector, other: Vector) -> float:
    """The cosine of two vectors, 0 to 1."""
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[term] for term, weight in one.items() if term in other)


def centre(made: Sequence[Vector]) -> Vector:
    """The direction of the whole text."""
    total: dict[str, float] = {}
    for vector in made:
        for term, weight in vector.items():
            total[term] = total.get(term, 0.0) + weight
    return unit(total)


def scores(made: Sequence[Vector], title: Vector, weights: Weights) -> tuple[float, ...]:
    """The merit of each sentence, in the order of the text; higher is better."""
    middle = centre(made)
    near = [likeness(vector, middle) for vector in made]
    titled = [likeness(vector, title) for vector in made]
    most_near, most_titled = max(near, default=0.0) or 1.0, max(titled, default=0.0) or 1.0
    return tuple(
        weights.centroid * near[index] / most_near
        + weights.position * math.exp(-weights.decay * index)
        + weights.title * titled[index] / most_titled
        for index in range(len(made))
    )


def select(
    made: Sequence[Vector],
    merits: Sequence[float],
    count: int,
    mmr: float,
    *,
    among: Collection[int] | None = None,
    beside: Sequence[int] = (),
) -> tuple[int, ...]:
    """At most `count` indices, best first, by maximal marginal relevance.

    `among` are the indices that may be chosen (all, when None); `beside` are chosen elsewhere already and
    must not be repeated.
    """
    open_ = [index for index in range(len(made)) if among is None or index in among]
    repeats = [max((likeness(made[index], made[other]) for other in beside), default=0.0) for index in open_]
    chosen: list[int] = []
    while open_ and len(chosen) < count:
        place = max(
            range(len(open_)),
            key=lambda at: (mmr * merits[open_[at]] - (1.0 - mmr) * repeats[at], -open_[at]),
        )
        best = open_.pop(place)
        repeats.pop(place)
        chosen.append(best)
        for at, index in enumerate(open_):
            repeats[at] = max(repeats[at], likeness(made[index], made[best]))
    return tuple(chosen)
