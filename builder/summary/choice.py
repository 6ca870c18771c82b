"""Which sentences of an article a summary shows: for the TL;DR, for each passage, for the closing one."""

import math
from collections.abc import Collection, Sequence

from builder.model import BlockKind
from builder.summary import headings, language, rank
from builder.summary.language import tokens
from builder.summary.reading import Line, Reading

LEAST_FOR_TWO = 12
"""Sentences that may be shown, from which on the TL;DR may have more than one."""
TLDR_WORDS = 60
"""Sentences that together are longer are one too many."""
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
        middle = rank.centre(reading.vectors)
        self._near = tuple(rank.likeness(vector, middle) for vector in reading.vectors)
        self._usual_nearness = sum(self._near[index] for index in self.pool) / (len(self.pool) or 1)

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
        title = self._reading.article.title
        usable = [
            index
            for index, line in enumerate(self._lines)
            if self._reading.chain(index) and not headings.same(line.text, title)
        ]
        for voice in (0, 1):
            quiet = [index for index in usable if self._lines[index].voice <= voice]
            if len(quiet) >= min(QUIET, 0.8 * len(usable)):
                return tuple(quiet)
        return tuple(usable)

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

    def tldr(self, most: int) -> tuple[int, ...]:
        """The sentence that says what it is about; up to `most`, in order, where there are enough of them."""
        fit = [index for index in self.pool if _stands_alone(self._lines[index])]
        fit = fit or [index for index, line in enumerate(self._lines) if line.usable and not line.depends]
        if not fit:
            return self._last_resort()
        merits = self._lead_merits()
        first = self._opening(fit, merits)
        if len(self.pool) < LEAST_FOR_TWO:
            return (first,)
        following = [index for index in fit if index > first and self._is_central(index)]
        if first + 1 in self._open and self._reading.chain(first + 1) == (first, first + 1):
            following.append(first + 1)
        chosen = [first]
        for index in rank.select(
            self._reading.vectors, merits, most - 1, rank.LEAD.mmr, among=following, beside=(first,)
        ):
            if sum(len(self._lines[one].words) for one in (*chosen, index)) <= TLDR_WORDS:
                chosen.append(index)
        return tuple(sorted(chosen))

    def _lead_merits(self) -> list[float]:
        """The merit of each sentence for the TL;DR: place alone where the language is not known."""
        if not self._reading.language.known:
            return [-float(index) for index in range(len(self._lines))]
        merits = rank.scores(self._reading.vectors, self._reading.title, rank.LEAD)
        return [
            merit - 0.5 * line.voice - 0.5 * (line.quoted > 0.5) - 0.5 * ("[" in line.text)
            for merit, line in zip(merits, self._lines, strict=True)
        ]

    def _opening(self, fit: Sequence[int], merits: Sequence[float]) -> int:
        first = max(fit, key=lambda index: (merits[index], -index))
        titled = [rank.likeness(vector, self._reading.title) for vector in self._reading.vectors]
        if titled[first] or max(titled[index] for index in fit) < TITLED:
            return first
        # A text that opens with a scene: its lead has no word of the title, a later sentence has.
        early = [0.8 * math.exp(-0.05 * index) for index in range(len(titled))]
        return max(fit, key=lambda index: (self._merits[index] + 2.0 * titled[index] + early[index], -index))

    def _is_central(self, index: int) -> bool:
        """Whether a sentence is nearer to the whole than most, and takes up no thread begun elsewhere."""
        return self._near[index] >= self._usual_nearness and not self._reading.resumes(index)

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
