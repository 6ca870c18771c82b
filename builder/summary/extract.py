"""The engine that needs no model: every sentence of a summary is a sentence of its article, word for word.

    read → TL;DR → closing passage → the article's own sections, else segments → headings → summary

What is too short, too personal or too broken for the full form gets an honest shorter one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.model import Article, BlockKind, Completeness, Passage, Profile, Summary, Unit
from builder.summary import headings, language, leads, segments
from builder.summary.choice import Choice
from builder.summary.headings import Namer
from builder.summary.reading import Reading
from builder.summary.reading import of as reading_of

SHARE = 0.5
"""The most of an article's sentences that a summary shows."""
SHARE_OF_USABLE = 0.85
LEAST_FOR_PASSAGE = 5
"""Sentences that may be shown, from which on there is an overview."""
LEAST_FOR_FULL = 9
"""The same for one of the length that the profile asks for."""


@dataclass(frozen=True, slots=True)
class _Section:
    """An article's own section: its cleaned subheading and the sentences beneath that may be shown."""

    heading: str
    lines: tuple[int, ...]


class Extract:
    """The extractive engine."""

    name = "extract/2"

    def summarise(self, article: Article, profile: Profile) -> Summary:
        """The summary of `article` in the form `profile` asks for; the same for the same input, always."""
        reading = reading_of(article)
        code = profile.language or reading.language.code
        writer = _Writer(reading, profile, code if code in language.KNOWN else language.FALLBACK)
        return writer.summary(self.name)


class _Writer:
    """One article on its way to a summary."""

    def __init__(self, reading: Reading, profile: Profile, code: str) -> None:
        self._reading = reading
        self._profile = profile
        self._code = code
        self._labels = language.labels(code)
        self._choice = Choice(reading)
        self._namer = Namer(reading, self._labels)
        self._passages: list[Passage] = []

    def summary(self, by: str) -> Summary:
        """The summary, written by `by`."""
        tldr = self._choice.take(self._choice.tldr(self._profile.tldr_sentences))
        if tldr:
            self._write_overview(len(tldr))
        return Summary(
            tldr=tuple(self._unit(index) for index in tldr),
            headline=self._headline(tldr),
            passages=tuple(self._passages),
            language=self._code,
            by=by,
        )

    def _write_overview(self, spent: int) -> None:
        pool, lines = self._choice.pool, self._reading.lines
        room = int(min(SHARE * len(lines), SHARE_OF_USABLE * len(pool))) - spent
        if len(pool) < LEAST_FOR_PASSAGE or room < 1:
            return
        most = self._most_passages(room)
        sections = self._own_sections()
        if len(sections) >= headings.STRUCTURE:
            self._write_sections(sections, most, room)
        elif self._reading.language.known:
            self._write_segments(most, room)
        if not self._passages:
            self._write_points(room)

    def _most_passages(self, room: int) -> int:
        """How many passages there is text for: two sentences each, and not fewer than the profile wants."""
        profile = self._profile
        full = len(self._choice.pool) >= LEAST_FOR_FULL
        if not full or self._reading.article.completeness is Completeness.TEASER:
            return min(profile.passages_max, max(1, room // 2))
        return min(profile.passages_max, max(profile.passages_min, room // 2))

    # The article's own sections.

    def _own_sections(self) -> list[_Section]:
        article, tongue = self._reading.article, self._reading.language
        beneath: dict[int, list[int]] = {}
        for index in self._choice.pool:
            beneath.setdefault(self._reading.lines[index].sentence.block, []).append(index)
        found: list[_Section] = []
        heading, lines = "", list[int]()
        for place, block in enumerate(article.blocks):
            if block.kind is BlockKind.HEADING:
                found.append(_Section(heading, tuple(lines)))
                cleaned = headings.cleaned(block.text)
                structural = headings.is_structural(cleaned, article.title, tongue)
                heading, lines = cleaned if structural else "", []
            else:
                lines.extend(beneath.get(place, ()))
        found.append(_Section(heading, tuple(lines)))
        return [
            section for section in found if section.heading and any(map(self._choice.free, section.lines))
        ]

    def _write_sections(self, sections: Sequence[_Section], most: int, room: int) -> None:
        tongue = self._reading.language
        concludes = headings.is_closing(sections[-1].heading, tongue)
        ending = None if concludes else self._closing(room)
        kept = self._best_sections(sections, max(1, most - bool(ending)), concludes=concludes)
        room -= len(ending[1]) if ending else 0
        for place, section in enumerate(kept):
            left = max(1, round(room / (len(kept) - place)))
            count = min(self._profile.passage_sentences, left)
            chosen = self._choice.best(self._choice.of_one_form(section.lines, count), count)
            if chosen:
                room -= len(chosen)
                heading = headings.shown(section.heading, tongue)
                self._namer.reserve(heading)
                self._write(heading, chosen)
        if ending:
            self._write(*ending)

    def _best_sections(self, sections: Sequence[_Section], count: int, *, concludes: bool) -> list[_Section]:
        """The `count` sections that say most, the concluding one among them, in order."""
        each = self._profile.passage_sentences
        worth = [self._choice.merit(section.lines, each) for section in sections]
        if concludes:
            worth[-1] = float("inf")
        ranked = sorted(range(len(sections)), key=lambda place: (-worth[place], place))
        return [sections[place] for place in sorted(ranked[:count])]

    # Segments, where the article has no sections.

    def _write_segments(self, most: int, room: int) -> None:
        ending = self._closing(room) if most > 1 else None
        room -= len(ending[1]) if ending else 0
        count = max(1, most - bool(ending))
        parts = segments.part(self._choice.prose(), self._reading.vectors, self._reading.lines, count)
        chosen: list[tuple[int, ...]] = []
        for place, part in enumerate(parts):
            left = max(1, round(room / (len(parts) - place)))
            group = self._choice.together(part, min(self._profile.passage_sentences, left))
            if group:
                room -= len(group)
                chosen.append(self._choice.take(group))
        names = [self._namer.phrase(group) for group in chosen]
        for place, (name, group) in enumerate(zip(names, chosen, strict=True)):
            heading = name or self._namer.label(group, first=place == 0)
            if heading:
                self._write(heading, group)
        if ending:
            self._write(*ending)

    def _write_points(self, room: int) -> None:
        """A text that is a list, shown as one."""
        points = self._choice.points(min(room, 2 * self._profile.passage_sentences))
        if len(points) > 1:
            self._write(self._labels["key_points"], points)

    def _closing(self, room: int) -> tuple[str, tuple[int, ...]] | None:
        """The heading and sentences of the last passage; None when the profile wants none."""
        if not self._profile.impact:
            return None
        count = min(2, self._profile.passage_sentences, max(1, room // 4))
        if ahead := self._choice.outlook(count):
            return self._labels["impact"], self._choice.take(ahead)
        late = self._choice.late(count)
        return (self._labels["bottom_line"], self._choice.take(late)) if late else None

    # Words into nouns.

    def _write(self, heading: str, chosen: Sequence[int]) -> None:
        self._choice.take(chosen)
        found = [leads.lead(index, self._reading) for index in chosen]
        if not self._may_be_bullets(chosen, found):
            units = tuple(self._unit(index) for index in chosen)
            self._passages.append(Passage(heading=heading, units=units))
            return
        units = tuple(
            self._unit(index, lead if found.count(lead) == 1 else "")
            for index, lead in zip(chosen, found, strict=True)
        )
        self._passages.append(Passage(heading=heading, units=units, bulleted=True))

    def _may_be_bullets(self, chosen: Sequence[int], found: Sequence[str]) -> bool:
        """Whether sentences can stand as points: each by itself, with lead-ins that tell them apart."""
        lines = [self._reading.lines[index] for index in chosen]
        if len(lines) < 2 or any(line.depends for line in lines):
            return False
        if all(line.kind is BlockKind.POINT for line in lines):
            return True
        if not self._passages or self._passages[-1].bulleted:
            return False
        given = [lead.lower() for lead in found if lead]
        return len(given) >= len(lines) - (len(lines) > 2) and len(set(given)) == len(given)

    def _unit(self, index: int, lead: str = "") -> Unit:
        return Unit(text=self._reading.lines[index].text, lead=lead, sources=(index,))

    def _headline(self, tldr: Sequence[int]) -> str:
        if len(self._passages) < 2:
            return ""
        told = [source for passage in self._passages for unit in passage.units for source in unit.sources]
        return self._namer.headline(tldr, told)
