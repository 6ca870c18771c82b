"""The proof: each part of a summary tried against the source it is an account of.

It looks up what can be looked up: numbers, dates, names, quotations. It does not prove truth: a sentence may
say something false with words that are all in its source.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from builder.model import Article, Finding, Summary, Unit
from builder.summary import language
from builder.summary.evidence import Evidence
from builder.summary.ground import Ground
from builder.summary.language import Language, tokens

REPLACE_BELOW = 0.35
"""A machine's sentence with less support is not to be shown."""
REVIEW_BELOW = 0.5
"""One with less is to be read by a person."""


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

    @property
    def hard(self) -> bool:
        """Whether it must not reach a reader as it is."""
        return any(finding.hard for finding in self.findings)


def check(summary: Summary, source: Article | Evidence | Ground) -> tuple[Checked, ...]:
    """Every part of `summary` in its order: TL;DR, headline, then each heading before its units.

    With `Evidence` for the source, what stands in sentences that are not cited is not at hand.
    """
    ground = source if isinstance(source, Ground) else Ground.of(source)
    return tuple(_parts(summary, ground))


def _parts(summary: Summary, ground: Ground) -> Iterator[Checked]:
    for place, unit in enumerate(summary.tldr):
        yield _unit(f"tldr/{place}", unit, ground)
    if summary.headline:
        yield _heading("headline", summary.headline, ground)
    for number, passage in enumerate(summary.passages):
        yield _heading(f"{number}", passage.heading, ground)
        for place, unit in enumerate(passage.units):
            yield _unit(f"{number}/{place}", unit, ground)


def _unit(where: str, unit: Unit, ground: Ground) -> Checked:
    text = unit.text if not unit.lead or unit.text.startswith(unit.lead) else f"{unit.lead}: {unit.text}"
    sources = ground.known(unit.sources) or ground.nearest(unit.text)
    return Checked(
        where=where,
        text=text,
        sources=sources,
        support=ground.support(unit.text, sources),
        findings=ground.findings(text, sources),
    )


def _heading(where: str, text: str, ground: Ground) -> Checked:
    findings = tuple(
        finding
        for topic in _topics(text, ground.language)
        for finding in ground.findings(topic)
        # In Title Case every word looks like a name.
        if not (finding.code.startswith("F3") and _are_common(finding.subject, ground.language))
    )
    return Checked(where=where, text=text, sources=(), support=1.0, findings=findings)


def _topics(heading: str, tongue: Language) -> list[str]:
    """The parts of `heading` that need not stand together in the source: *Power Network and Diesel Fumes*."""
    joiner = re.escape(language.labels(tongue.code)["and"])
    return re.split(rf",? (?:{joiner}|&) |[,:;] | [–—|] ", heading)


def _are_common(words: str, tongue: Language) -> bool:
    """Whether `words` are all such as many texts have; the table of frequencies has no names."""
    return all(tongue.stem(word) in tongue.frequencies for word in tokens(words))
