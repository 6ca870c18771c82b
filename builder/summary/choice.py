"""Which sentences of an article a summary shows: for the TL;DR, for each passage, for the closing one."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from builder.model import BlockKind
from builder.summary import headings, language, rank
from builder.summary.language import tokens
from builder.summary.reading import Line, Reading

TLDR_OF = 0.5
"""The share of an article's sentences that a TL;DR may be."""
TLDR_WORDS = 90
"""Sentences that together are longer are one too many."""
FEW_WORDS = 8
"""Fewer are a caption or an exclamation as often as a point."""
FULL_WORDS = 25
"""A sentence of so many words says as much as one can."""
TITLED = 0.25
"""Likeness to the title from which on a sentence surely speaks of the same."""
QUIET = 8
"""So many sentences without *I* or *we* are enough to do without the others."""
NEIGHBOURS = 5
"""Sentences on either side among which a passage finds company for its best one."""
ENOUGH = 4
"""How many times more are ranked than are wanted: some come with others that leave no room."""
REPEATS = 0.6
"""Likeness from which on two sentences say the same."""
LATE = 0.6
"""Where the last part of a text begins."""
EARLY = 0.3
"""Before it a text tells what happened, not what follows."""
CUE = 1.5
"""The weight of a word that speaks of what comes or follows."""
OUTLOOK = 3.0
"""The score from which on a sentence is on impact."""


@dataclass(frozen=True, slots=True)
class Budget:
    """When a TL;DR has said enough."""

    share: float = 0.09
    """Of the article's words."""
    least: int = 44
    """Words, for a short article."""
    most: int = 70
    """Words, for a long one."""


BUDGET = Budget()
"""Found on development pairs, like the weights of `rank`; `bench/summarise.py` tries it on held-out ones."""


class Choice:
    """The sentences of one article, and which of them are taken."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._lines = reading.lines
        self.pool: tuple[int, ...] = self._quiet()
        """The sentences that may be shown, in order."""
        self._open = frozenset(self.pool)
        self._used: list[int] = []
        self._merits = self._body_merits()

    def take(self, indices: Sequence[int]) -> tuple[int, ...]:
        """Mark `indices` as shown; no sentence is shown twice."""
        self._used.extend(indices)
        return tuple(indices)

    def free(self, index: int) -> tuple[int, ...]:
        """Sentence `index` with those it needs, when all of them may still be shown; else empty."""
        chain = self._reading.chain(index)
        return chain if all(one in self._open and one not in self._used for one in chain) else ()

    def merit(self, indices: Sequence[int], count: int) -> float:
        """What the best `count` of `indices` that are free are worth together."""
        best = sorted((self._merits[index] for index in indices if self.free(index)), reverse=True)
        return sum(best[:count])

    def _quiet(self) -> tuple[int, ...]:
        """All that may be shown: in the first person only where hardly anything else is said."""
        for voice in (0, 1):
            quiet = self._spoken(voice)
            if len(quiet) >= min(QUIET, 0.8 * len(self._usable)):
                return quiet
        return self._usable

    @cached_property
    def _usable(self) -> tuple[int, ...]:
        title = self._reading.article.title
        return tuple(
            index
            for index, line in enumerate(self._lines)
            if self._reading.chain(index) and not headings.same(line.text, title)
        )

    def _spoken(self, voice: int) -> tuple[int, ...]:
        return tuple(index for index in self._usable if self._lines[index].voice <= voice)

    @cached_property
    def _told(self) -> tuple[int, ...]:
        """What a TL;DR may show: *we are working on …* is often the very point."""
        return tuple(sorted({*self.pool, *self._spoken(1)}))

    def _body_merits(self) -> tuple[float, ...]:
        """The merit of each sentence for the overview."""
        merits = rank.scores(self._reading.vectors, self._reading.title, rank.BODY)
        return tuple(
            merit
            - 0.15 * line.depends
            - 0.4 * (line.quoted > 0.5)
            - 0.2 * line.voice
            - 0.5 * self._reading.resumes(index)
            - 0.3 * line.text.endswith("!")
            for index, (merit, line) in enumerate(zip(merits, self._lines, strict=True))
        )

    # The TL;DR.

    def tldr(self, most: int, budget: Budget = BUDGET) -> tuple[int, ...]:
        """The sentence that says what it is about, and more, up to `most`, until enough is said; in order."""
        fit = [index for index in self._told if _stands_alone(self._lines[index])]
        fit = fit or [index for index, line in enumerate(self._lines) if line.usable and not line.depends]
        if not fit:
            return self._last_resort()
        merits = self._lead_merits()
        titled = [rank.likeness(vector, self._reading.title) for vector in self._reading.vectors]
        first = max(fit, key=lambda index: (merits[index], -index))
        scene = not titled[first] and max(titled[index] for index in fit) >= TITLED
        if scene:
            # The lead has no word of the title, a later sentence has.
            first = self._past_the_scene(fit, titled)
        chosen = [first]
        said = sum(len(line.words) for line in self._lines)
        enough = min(max(budget.share * said, budget.least), budget.most)
        most = min(most, max(1, int(TLDR_OF * len(self._lines))))
        while len(chosen) < most and self._words(chosen) < enough:
            following = [
                index
                for index in self._introduction
                if self._may_follow(index, chosen) and not (scene and index < first and not titled[index])
            ]
            best = rank.select(
                self._reading.vectors, merits, 1, rank.LEAD.mmr, among=following, beside=chosen
            )
            if not best:
                break
            chosen.extend(best)
        return tuple(sorted(chosen))

    def _may_follow(self, index: int, chosen: Sequence[int]) -> bool:
        """Whether a sentence may stand in a TL;DR beside `chosen`: understood by them, and not too much."""
        line = self._lines[index]
        *needed, _ = self._reading.chain(index)
        return (
            index not in chosen
            and line.kind is not BlockKind.POINT
            and all(one in chosen for one in needed)
            and not self._reading.resumes(index)
            and self._words(chosen) + len(line.words) <= TLDR_WORDS
        )

    @cached_property
    def _introduction(self) -> Sequence[int]:
        """What may be shown of the text before its first subheading, where these structure it; else all.

        The rest of such a text goes into particulars.
        """
        article, tongue = self._reading.article, self._reading.language
        places = [
            place
            for place, block in enumerate(article.blocks)
            if block.kind is BlockKind.HEADING
            and headings.is_structural(headings.cleaned(block.text), article.title, tongue)
        ]
        if len(places) < headings.STRUCTURE:
            return self._told
        before = [index for index in self._told if self._lines[index].sentence.block < places[0]]
        return before or self._told

    def _words(self, indices: Sequence[int]) -> int:
        return sum(len(self._lines[index].words) for index in indices)

    def _lead_merits(self) -> list[float]:
        """The merit of each sentence for the TL;DR: place alone where the language is not known."""
        if not self._reading.language.known:
            return [-float(index) for index in range(len(self._lines))]
        merits = rank.scores(self._reading.vectors, self._reading.title, rank.LEAD)
        return [
            merit
            + 0.25 * min(len(line.words) / FULL_WORDS, 1.0)
            - 0.4 * (0 < len(line.words) < FEW_WORDS)
            - 0.3 * line.voice
            - 0.5 * (line.quoted > 0.5)
            - 0.5 * ("[" in line.text)
            for merit, line in zip(merits, self._lines, strict=True)
        ]

    def _past_the_scene(self, fit: Sequence[int], titled: Sequence[float]) -> int:
        """The sentence that says what a text is about which opens with a scene."""
        early = [0.8 * math.exp(-0.05 * index) for index in range(len(titled))]
        return max(fit, key=lambda index: (self._merits[index] + 2.0 * titled[index] + early[index], -index))

    def _last_resort(self) -> tuple[int, ...]:
        """The first sentence of any kind: a text with nothing better is still about something."""
        readable = [
            index
            for index, line in enumerate(self._lines)
            if line.kind is not BlockKind.QUOTE and any(map(str.isalpha, line.text))
        ]
        lines = self._lines
        prose = [index for index in readable if lines[index].whole and len(lines[index].words) > 4]
        return tuple((prose or readable)[:1])

    # The passages.

    def best(self, lines: Sequence[int], count: int) -> tuple[int, ...]:
        """The best `count` of a section of the article's own, its first ones preferred, in order."""
        merits = list(self._merits)
        for place, index in enumerate(lines):
            merits[index] += 0.6 * math.exp(-0.4 * place)
        return self._spread(lines, merits, count)

    def of_one_form(self, lines: Sequence[int], count: int) -> tuple[int, ...]:
        """The prose or the points of a section, whichever say more in `count`: a page does not mix them."""
        prose = tuple(index for index in lines if self._lines[index].is_prose)
        points = tuple(index for index in lines if self._lines[index].kind is BlockKind.POINT)
        if len(points) < 2 or points == tuple(lines):
            return prose or points
        return max(prose, points, key=lambda form: self.merit(form, count))

    def together(self, lines: Sequence[int], count: int) -> tuple[int, ...]:
        """The best `count` of a run that belong together, in order: neighbours that share their words."""
        vectors = self._reading.vectors
        run = frozenset(lines)
        taken = {
            index: max((rank.likeness(vectors[index], vectors[used]) for used in self._used), default=0.0)
            for index in lines
        }
        best: tuple[float, tuple[int, ...]] = (float("-inf"), ())
        for place, anchor in enumerate(lines):
            group = set(self.free(anchor))
            if not group or len(group) > count or not group <= run:
                continue
            worth = self._merits[anchor] - 0.5 * taken[anchor]
            near = lines[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1]
            company = sorted(
                (
                    (self._merits[index] - 0.5 * taken[index] + 0.8 * alike, index)
                    for index in near
                    if index != anchor and (alike := rank.likeness(vectors[anchor], vectors[index])) < REPEATS
                ),
                key=lambda pair: (-pair[0], pair[1]),
            )
            for value, index in company:
                chain = set(self.free(index))
                if chain and chain <= run and len(group | chain) <= count:
                    worth += value if index not in group else 0.0
                    group |= chain
            if worth > best[0]:
                best = (worth, tuple(sorted(group)))
        return best[1]

    def points(self, count: int) -> tuple[int, ...]:
        """The first `count` list points that are free."""
        lines = self._lines
        found = [index for index in self.pool if lines[index].kind is BlockKind.POINT and self.free(index)]
        return tuple(found[:count])

    def prose(self) -> tuple[int, ...]:
        """All that can stand in a paragraph and is still free, in order."""
        return tuple(index for index in self.pool if self._lines[index].is_prose and self.free(index))

    def _spread(self, among: Collection[int], merits: Sequence[float], count: int) -> tuple[int, ...]:
        """The best `count` that repeat neither each other nor what is taken."""
        chosen: set[int] = set()
        within = frozenset(among)
        for index in rank.select(
            self._reading.vectors,
            merits,
            ENOUGH * count,
            rank.BODY.mmr,
            among=[index for index in among if self.free(index)],
            beside=self._used,
        ):
            chain = set(self.free(index))
            if chain <= within and len(chosen | chain) <= count:
                chosen |= chain
        return tuple(sorted(chosen))

    # The closing passage.

    def outlook(self, count: int) -> tuple[int, ...]:
        """Sentences on what comes next or follows, in order; empty when the text has none worth it."""
        size = len(self._lines)
        scored: list[tuple[float, int]] = []
        for index in self.pool:
            line, chain = self._lines[index], self.free(index)
            if not chain or index < EARLY * size or line.voice or line.quoted > 0.5:
                continue
            cue = _looks_ahead(line, self._reading)
            if line.kind is not BlockKind.POINT and cue >= CUE:
                late = index / max(size - 1, 1)
                scored.append((cue + 2.0 * late + self._merits[index] - 0.6 * (len(chain) - 1), index))
        chosen: set[int] = set()
        for score, index in sorted(scored, key=lambda pair: (-pair[0], pair[1])):
            if score >= OUTLOOK and len(chosen) < count:
                chosen |= set(self.free(index))
        return tuple(sorted(chosen))

    def late(self, count: int) -> tuple[int, ...]:
        """The best sentences of the last part, in order."""
        size = len(self._lines)
        ending = [
            index
            for index in self.pool
            if index >= LATE * size
            and self._lines[index].kind is not BlockKind.POINT
            and self._lines[index].voice < 2
        ]
        return self._spread(ending, self._merits, count)


def _stands_alone(line: Line) -> bool:
    return not line.depends and line.kind is not BlockKind.POINT


def _looks_ahead(line: Line, reading: Reading) -> float:
    """How much a sentence speaks of what comes next or follows, outside its quotations."""
    cues, words = reading.language.phrases, tokens(line.own)
    future, possible, effect = (
        language.mentions(words, kind) for kind in (cues.future, cues.possible, cues.consequence)
    )
    return CUE * future + 0.7 * possible + CUE * effect
