"""The proof: each part of a summary tried against the source it is an account of.

It looks up what can be looked up: numbers, dates, names, quotations, and the company they keep. It does not
prove truth: a sentence may say something false with words that are all in its source.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from builder import rules
from builder.model import Article, Finding, Summary, Unit, Verdict
from builder.summary import copying, evidence, language, lookup, quotations
from builder.summary.evidence import Evidence
from builder.summary.ground import Ground
from builder.summary.known import LONGEST, Known
from builder.summary.relations import Relations

REPLACE_BELOW = 0.35
"""A machine's sentence with less support is not to be shown."""
REVIEW_BELOW = 0.5
"""One with less is to be read by a person."""
_RELATED_FROM = 0.8
"""With less of a source than all of it, only a sentence with so much support is compared in who did what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A part of a summary, and what its source says to it."""

    where: str
    """As in `builder.summary.evidence.Proof`; `headline`, and `2` for the heading of the third passage."""
    text: str
    """With its lead-in before it."""
    sources: tuple[int, ...]
    """The sentences it rests on: those the unit names, else the best that were found."""
    support: float
    """As in `Proof`; 1 for headings, which only have their facts checked."""
    findings: tuple[Finding, ...]
    """In the order of the text; the column of each is its place in `text`, counted from 1."""

    @property
    def hard(self) -> bool:
        """Whether it must not reach a reader as it is."""
        return any(finding.hard for finding in self.findings)


class Trial:
    """A source made ready, so that one statement after the other can be tried against it."""

    def __init__(self, source: Article | Evidence | Ground) -> None:
        if isinstance(source, Article):
            self.ground = Ground.of(source)
        else:
            self.ground = source if isinstance(source, Ground) else evidence.ground(source)
        self._relations = Relations(self.ground)
        self._whole = self.ground.complete

    def unit(self, text: str, sources: tuple[int, ...] = (), *, copied_words: int = 0) -> Checked:
        """The sentence or bullet `text`; `sources` are those it names, and `copied_words` as in `copying`."""
        kept = self.ground.known(sources) or self.ground.nearest(text[:LONGEST])
        support = self.ground.support(text[:LONGEST], kept)
        return Checked(
            where="",
            text=text,
            sources=kept,
            support=support,
            findings=tuple(self._found(text, kept, support, copied_words)),
        )

    def point(self, text: str, lead: int, sources: tuple[int, ...] = (), copied_words: int = 0) -> Checked:
        """The bullet `text`, whose first `lead` letters are a lead-in that was put before it."""
        if not lead:
            return self.unit(text, sources, copied_words=copied_words)
        rest = text[lead:].lstrip()
        shift = len(text) - len(rest)
        checked = self.unit(rest, sources, copied_words=copied_words)
        moved = (replace(finding, column=finding.column + shift) for finding in checked.findings)
        return replace(checked, text=text, findings=(*self.heading(text[:lead]).findings, *moved))

    def heading(self, text: str, start: int = 0) -> Checked:
        """The heading `text`, looked at from `start` on."""
        if text in _labels():
            # Words of our own state nothing.
            return Checked(where="", text=text, sources=(), support=1.0, findings=())
        looked_up = self._looked_up(Known(text[start:], self.ground.language), heading=True)
        found = tuple(replace(finding, column=finding.column + start) for finding in looked_up)
        return Checked(where="", text=text, sources=(), support=1.0, findings=found)

    def _found(
        self, whole: str, sources: tuple[int, ...], support: float, copied_words: int
    ) -> Iterator[Finding]:
        ground = self.ground
        if any(ground.sentences[index].text == whole for index in sources):
            yield from copying.findings(whole, ground, copied_words) if copied_words else ()
            return
        statement = Known(whole, ground.language)
        text = statement.text
        found = list(self._looked_up(statement))
        found.extend(quotations.findings(statement, ground))
        if self._whole or support >= _RELATED_FROM:
            doubted = {finding.subject for finding in found}
            found.extend(
                finding for finding in self._relations.findings(statement) if finding.subject not in doubted
            )
        if copied_words:
            found.extend(copying.findings(text, ground, copied_words))
        weak = self._weak(text, support)
        if weak and weak.verdict is Verdict.NOT_CHECKABLE:
            # It says of the whole what others say of words.
            found = [finding for finding in found if finding.verdict is not Verdict.NOT_CHECKABLE]
        yield from sorted(found, key=lambda finding: (finding.column, finding.code))
        if weak:
            yield weak
        if len(whole) > LONGEST:
            message = f"only the first {LONGEST:,} characters of this were checked"
            yield rules.finding("F901", message, verdict=Verdict.NOT_CHECKABLE, column=1)

    def _looked_up(self, statement: Known, *, heading: bool = False) -> Iterator[Finding]:
        for finding in lookup.findings(statement, self.ground, heading=heading):
            opening = finding.column == 1 and " " not in finding.subject
            if finding.code == "F301" and opening and not self._whole:
                # The capital of a first word may say nothing, and most of the source is not at hand; in a
                # language without a list of common words it says nothing at all.
                if not self.ground.language.frequencies:
                    continue
                message = f"{finding.subject} is not in what is kept of the source"
                yield rules.finding(
                    "F901",
                    message,
                    verdict=Verdict.NOT_CHECKABLE,
                    subject=finding.subject,
                    column=1,
                )
            else:
                yield finding

    def _weak(self, text: str, support: float) -> Finding | None:
        if support >= REVIEW_BELOW or not self.ground.language.terms(text):
            return None
        percent = round(100 * support)
        if not self._whole:
            part = f"only {percent} percent" if percent else "nothing"
            message = f"{part} of this is in what is kept of the source"
            return rules.finding("F901", message, verdict=Verdict.NOT_CHECKABLE, column=1)
        code = "F802" if support < REPLACE_BELOW else "F801"
        message = f"the source bears out {percent} percent of this"
        return rules.finding(code, message, verdict=Verdict.UNSUPPORTED, column=1)


@lru_cache(maxsize=1)
def _labels() -> frozenset[str]:
    """The headings that the product itself gives, in all languages."""
    return frozenset(label for code in language.KNOWN for label in language.labels(code).values())


def check(summary: Summary, source: Article | Evidence | Ground) -> tuple[Checked, ...]:
    """Every part of `summary` in its order: TL;DR, headline, then each heading before its units.

    With `Evidence` for the source, what stands in sentences that are not cited is not at hand.
    """
    return tuple(_parts(summary, Trial(source)))


def _parts(summary: Summary, trial: Trial) -> Iterator[Checked]:
    copied = 0 if summary.by.startswith("extract/") else copying.COPIED_WORDS
    for place, unit in enumerate(summary.tldr):
        yield _unit(f"tldr/{place}", unit, trial, copied)
    if summary.headline:
        yield replace(trial.heading(summary.headline), where="headline")
    for number, passage in enumerate(summary.passages):
        yield replace(trial.heading(passage.heading), where=f"{number}")
        for place, unit in enumerate(passage.units):
            yield _unit(f"{number}/{place}", unit, trial, copied)


def _unit(where: str, unit: Unit, trial: Trial, copied_words: int) -> Checked:
    text, lead = unit.text, 0
    if unit.lead and not unit.text.startswith(unit.lead):
        text, lead = f"{unit.lead}: {unit.text}", len(unit.lead) + 1
    return replace(trial.point(text, lead, unit.sources, copied_words), where=where)
