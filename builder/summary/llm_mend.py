"""What of a model's summary may not be shown gives way to sentences of the article, and is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from builder.model import Passage, Replaced, Summary, Unit
from builder.summary import language
from builder.summary.headings import Namer
from builder.summary.llm_review import ALIKE, Judged, JudgedPassage, Judgement
from builder.summary.llm_source import Source

REPLACED_MOST = 1 / 3
"""The share of a model's sentences beyond which the whole gives way to the extract: who says so much that is
not there says other things that are not, in words that are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A summary that may be shown."""

    summary: Summary
    places: tuple[str, ...]
    """Where sentences of the source stand instead of the model's."""
    review: tuple[str, ...]
    """Where a person should look."""


def mend(judged: Judgement, extract: Summary, source: Source) -> Mended | None:
    """The summary with what may not be shown replaced; None when too little of it may be."""
    units = judged.units
    if not units or judged.refused > REPLACED_MOST * len(units):
        return None
    return _Mender(judged, extract, source).mended()


class _Mender:
    def __init__(self, judged: Judgement, extract: Summary, source: Source) -> None:
        self._judged = judged
        self._source = source
        self._lead = list(extract.tldr)
        self._rest = [unit for passage in extract.passages for unit in passage.units]
        self._namer = Namer(source.reading, language.labels(judged.summary.language))
        self._used = {
            source.texts[unit.unit.sources[0]]
            for unit in judged.units
            if unit.shown and len(unit.unit.sources) == 1 and unit.support >= ALIKE
        }
        self._replaced: list[Replaced] = []
        self._places: list[str] = []
        self._review: list[str] = []

    def mended(self) -> Mended | None:
        judged = self._judged
        tldr = self._units("tldr", judged.tldr, self._lead)
        if not tldr:
            return None
        if judged.headline_faults:
            self._note("headline", judged.summary.headline, judged.headline_faults)
        passages: list[Passage] = []
        for passage in judged.passages:
            if all(not unit.shown for unit in passage.units):
                self._drop(passage)
                continue
            number = str(len(passages))
            units = self._units(number, passage.units, self._rest)
            heading = self._heading(passage, number, units, first=not passages)
            bulleted = passage.bulleted and len(units) > 1
            kept = units if bulleted else tuple(replace(unit, lead="") for unit in units)
            passages.append(Passage(heading=heading, units=kept, bulleted=bulleted))
        if judged.passages and not passages:
            return None
        summary = replace(
            judged.summary,
            tldr=tldr,
            headline=judged.summary.headline if len(passages) > 1 and not judged.headline_faults else "",
            passages=tuple(passages),
            replaced=tuple(self._replaced),
        )
        return Mended(summary=summary, places=tuple(self._places), review=tuple(self._review))

    def _units(self, group: str, units: Sequence[Judged], pool: list[Unit]) -> tuple[Unit, ...]:
        made: list[Unit] = []
        for judged in units:
            where = f"{group}/{len(made)}"
            if judged.shown:
                made.append(judged.unit)
                if judged.doubtful:
                    self._review.append(where)
                continue
            instead = self._instead(judged, pool)
            self._replaced.append(
                Replaced(where=where if instead else "", text=_written(judged.unit), why=judged.why)
            )
            if instead:
                self._places.append(where)
                made.append(instead)
        return tuple(made)

    def _instead(self, judged: Judged, pool: list[Unit]) -> Unit | None:
        """The sentence of the source that the model's was about, else the next one of the extract."""
        for index in judged.unit.sources:
            line = self._source.reading.lines[index]
            text = line.text
            if judged.support > 0 and line.usable and not line.depends and text not in self._used:
                self._used.add(text)
                return Unit(text=text, sources=(index,))
        while pool:
            unit = pool.pop(0)
            if unit.text not in self._used:
                self._used.add(unit.text)
                return replace(unit, lead="")
        return None

    def _heading(self, passage: JudgedPassage, number: str, units: Sequence[Unit], *, first: bool) -> str:
        if not passage.faults:
            self._namer.reserve(passage.heading)
            return passage.heading
        self._note(number, passage.heading, passage.faults)
        places = [index for unit in units for index in unit.sources]
        named = self._namer.phrase(places) or self._namer.label(places, first=first)
        return named or language.labels(self._judged.summary.language)["more"]

    def _drop(self, passage: JudgedPassage) -> None:
        for unit in passage.units:
            self._replaced.append(Replaced(where="", text=_written(unit.unit), why=unit.why))

    def _note(self, where: str, text: str, faults: Sequence[str]) -> None:
        self._replaced.append(Replaced(where=where, text=text, why="; ".join(faults)))


def refused(judged: Judgement) -> tuple[Replaced, ...]:
    """All sentences of a summary of which nothing is shown, and what is against each."""
    return tuple(
        Replaced(
            where="", text=_written(unit.unit), why="the rest may not be shown" if unit.shown else unit.why
        )
        for unit in judged.units
    )


def _written(unit: Unit) -> str:
    return f"{unit.lead}: {unit.text}" if unit.lead else unit.text
