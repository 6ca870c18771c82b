"""A model's summary, judged part by part: rules of our own, then the proof."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from builder.model import Passage, Summary, Unit
from builder.summary import instructions, proof, sentences
from builder.summary.language import tokens
from builder.summary.llm_source import Source
from builder.summary.proof import REPLACE_BELOW, REVIEW_BELOW

WORDS_LEAST = 4
WORDS_MOST = 60
CHARACTERS_LEAST = 12
HEADING_WORDS_MOST = 14
HEADING_SUPPORT = 0.5
"""The share of a heading's terms that the sources of what stands below it have to have."""
ECHO = 3
"""So many words in a row of an order to machines, which the article has nowhere else, obey it."""
CITED_ENOUGH = 0.1
"""So much less support than the best sentences give is forgiven to those that the model names."""
CLAUSE_TERMS = 2
CLAUSE_SUPPORT = 0.25
"""A clause of so many terms with less support is not the article's, whatever stands beside it."""
ALIKE = 0.8
"""The share of its terms that a sentence has in common with an earlier one that says the same."""

_CLAUSE = re.compile(r"[,;:] |\s[–—-]\s|[()]")
_END = re.compile(r"[.!?…。！？।۔][’'\"”»)\]」』]*\Z")
_ADDRESS = re.compile(r"https?:|ftp:|www\.|[\w.+-]+@[\w-]+\.\w|\]\(|\w\.\w{2,}/\w", re.IGNORECASE)
_DOMAIN = re.compile(r"\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?[a-z!][^>]*>|```|~~~|^\s*#{1,6}\s|-{3,}|\{\{|\{%|&(?:#\d+|[a-z]+);|\b\w+: (?:true|false)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\bas an ai\b|\blanguage model\b|\bi(?:'m| am) (?:sorry|unable)\b|\bi (?:cannot|can't)\b"
    r"|\bhere(?:'s| is) (?:the|a|your) (?:summary|json)|\bsystem prompt\b|\b(?:my|your) instructions\b"
    r"|</?think|<\||\bthe user\b|\bthis summary\b",
    re.IGNORECASE,
)
_REPEATED = re.compile(r"\b(\w+)(?:\W+\1\b){3,}", re.IGNORECASE)
_PLAIN_WORDS = frozenset(
    " ".join(
        (
            "and or of the for to in on a an with its what comes next key points details background impact",
            "context overview outlook implications implication consequences future challenges response",
            "responses reaction reactions main facts findings results steps plans effects changes way",
            "forward looking ahead looks why it matters how happened at stake analysis summary",
            "significance conclusion reason reasons concerns",
        )
    ).split()
)
"""Words of a heading that claim nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A sentence of a model, with the sources that bear it out best, and what is against it."""

    unit: Unit
    faults: tuple[str, ...]
    """Why it may not be shown; empty: it may, if its support is enough."""
    doubts: tuple[str, ...]
    """What a person should look at."""
    support: float

    @property
    def shown(self) -> bool:
        """Whether readers may see it."""
        return not self.faults and self.support >= REPLACE_BELOW

    @property
    def doubtful(self) -> bool:
        """Whether a person should read it before they do."""
        return self.support < REVIEW_BELOW or bool(self.doubts)

    @property
    def why(self) -> str:
        """What is against it, on one line."""
        return "; ".join(self.faults) or f"support {self.support:.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPassage:
    """A headed passage, judged."""

    heading: str
    """As the model wrote it."""
    faults: tuple[str, ...]
    """Why the heading may not be shown."""
    units: tuple[Judged, ...]
    bulleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A whole summary, judged."""

    summary: Summary
    """As the model wrote it."""
    tldr: tuple[Judged, ...]
    headline_faults: tuple[str, ...]
    """Why the headline may not be shown."""
    passages: tuple[JudgedPassage, ...]

    @property
    def units(self) -> tuple[Judged, ...]:
        """All sentences in order."""
        return (*self.tldr, *(unit for passage in self.passages for unit in passage.units))

    @property
    def findings(self) -> tuple[str, ...]:
        """What a model is asked to put right; support alone is no matter of words and not among it."""
        found = [f"the headline: {fault}" for fault in self.headline_faults]
        for passage in self.passages:
            found.extend(f"the heading “{passage.heading}”: {fault}" for fault in passage.faults)
        for unit in self.units:
            found.extend(f"“{unit.unit.text}”: {fault}" for fault in unit.faults)
        return tuple(found)

    @property
    def refused(self) -> int:
        """How many sentences may not be shown."""
        return sum(not unit.shown for unit in self.units)


def judge(summary: Summary, source: Source) -> Judgement:
    """Every part of `summary`, held against `source`."""
    return _Judge(source).judgement(summary)


class _Judge:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._ground = source.ground
        self._words = _runs([*source.texts, source.title])
        self._orders = _runs(source.orders)
        self._told: list[frozenset[str]] = []

    def judgement(self, summary: Summary) -> Judgement:
        aligned = replace(
            summary,
            tldr=tuple(map(self._aligned, summary.tldr)),
            passages=tuple(
                replace(passage, units=tuple(map(self._aligned, passage.units)))
                for passage in summary.passages
            ),
        )
        checked = {one.where: one for one in proof.check(aligned, self._ground)}
        units = [*aligned.tldr, *(unit for passage in aligned.passages for unit in passage.units)]
        headline = (
            self._heading_faults(aligned.headline, checked["headline"], units) if aligned.headline else ()
        )
        return Judgement(
            summary=summary,
            tldr=tuple(self._unit(unit, checked[f"tldr/{place}"]) for place, unit in enumerate(aligned.tldr)),
            headline_faults=headline,
            passages=tuple(
                self._passage(passage, number, checked) for number, passage in enumerate(aligned.passages)
            ),
        )

    def _passage(self, passage: Passage, number: int, checked: dict[str, proof.Checked]) -> JudgedPassage:
        faults = self._heading_faults(passage.heading, checked[f"{number}"], passage.units)
        return JudgedPassage(
            heading=passage.heading,
            faults=faults,
            units=tuple(
                self._unit(unit, checked[f"{number}/{place}"]) for place, unit in enumerate(passage.units)
            ),
            bulleted=passage.bulleted,
        )

    # Sources.

    def _aligned(self, unit: Unit) -> Unit:
        """`unit` with the sentences it names, where those bear it out, else with those that do best."""
        ground = self._ground
        named = ground.known(unit.sources)
        nearest = ground.nearest(unit.text)
        enough = ground.support(unit.text, nearest) - CITED_ENOUGH
        return replace(
            unit, sources=named if named and ground.support(unit.text, named) >= enough else nearest
        )

    # Rules.

    def _unit(self, unit: Unit, checked: proof.Checked) -> Judged:
        text, sources = unit.text, checked.sources
        spans = sentences.spans(text, self._ground.language)
        support = min((self._ground.support(text[start:end], sources) for start, end in spans), default=0.0)
        faults = [*self._faults(text, sources), *self._form(text)]
        # Where hardly anything is supported, the support says it all.
        if support >= REPLACE_BELOW and self._adds(text, sources):
            faults.append("a part of it is not in its source")
        faults.extend(f"{finding.code} {finding.message}" for finding in checked.findings if finding.hard)
        return Judged(
            unit=replace(unit, lead="" if self._lead_faults(unit) else unit.lead, sources=sources),
            faults=tuple(dict.fromkeys(faults)),
            doubts=tuple(finding.code for finding in checked.findings if not finding.hard),
            support=min(support, checked.support),
        )

    def _form(self, text: str) -> Iterator[str]:
        """What keeps `text` from being a sentence of its own."""
        words = tokens(text)
        if len(words) > WORDS_MOST:
            yield "it is too long for a sentence"
        # Scripts without spaces have few words by this count.
        elif len(words) < WORDS_LEAST and (text.isascii() or len(text) < CHARACTERS_LEAST):
            yield "it is no whole sentence"
        if not _END.search(text) or (words and words[-1] in self._ground.language.words.articles):
            yield "it breaks off"
        if text.count('"') % 2 or text.count("“") != text.count("”"):
            yield "a quotation mark has no partner"
        terms = frozenset(self._ground.language.terms(text))
        if any(len(terms & told) >= ALIKE * len(terms) for told in self._told if terms):
            yield "it says again what was said before"
        self._told.append(terms)

    def _adds(self, text: str, sources: Sequence[int]) -> bool:
        """Whether some clause of `text` has hardly a word of its sources, whatever else the article says."""
        ground = self._ground
        return any(
            len(set(ground.language.terms(clause))) >= CLAUSE_TERMS
            and ground.support(clause, sources) < CLAUSE_SUPPORT
            for clause in _CLAUSE.split(text)
        )

    def _faults(self, text: str, sources: Sequence[int] = ()) -> Iterator[str]:
        """What no part of a summary may hold."""
        if _ADDRESS.search(text):
            yield "it holds an address"
        elif any(not self._cited(domain[0], sources) for domain in _DOMAIN.finditer(text)):
            yield "it names a site that its source does not"
        if _MARKUP.search(text):
            yield "it holds markup"
        if _REPEATED.search(text):
            yield "it repeats a word over and over"
        if (aside := _ASIDE.search(text)) and not self._says(aside[0]):
            yield "it speaks of itself and not of the article"
        if instructions.speaks_to_machine(text) or self._echoes(text):
            yield "it follows what the article says to machines"

    def _says(self, words: str) -> bool:
        return any(words.lower() in text.lower() for text in self._source.texts)

    def _cited(self, domain: str, sources: Sequence[int]) -> bool:
        texts = [self._source.texts[index] for index in sources] or self._source.texts
        return any(domain.lower() in text.lower() for text in texts)

    def _echoes(self, text: str) -> bool:
        """Whether `text` has words in a row, or a word, that only the withheld part of the article has."""
        return any(run in self._orders and run not in self._words for run in _run(text))

    def _heading_faults(self, text: str, checked: proof.Checked, over: Sequence[Unit]) -> tuple[str, ...]:
        """What is against the heading `text` over the sentences `over`."""
        words = tokens(text)
        faults = list(self._faults(text))
        if not words or len(words) > HEADING_WORDS_MOST:
            faults.append("it is no heading")
        elif not self._speaks_of(words, [index for unit in over for index in unit.sources]):
            faults.append("the sentences below it do not speak of it")
        faults.extend(f"{finding.code} {finding.message}" for finding in checked.findings if finding.hard)
        return tuple(dict.fromkeys(faults))

    def _speaks_of(self, words: Sequence[str], sources: Sequence[int]) -> bool:
        """Whether the telling ones of `words` stand in `sources`."""
        telling = " ".join(word for word in words if word not in _PLAIN_WORDS)
        return not telling or self._ground.support(telling, sources) >= HEADING_SUPPORT

    def _lead_faults(self, unit: Unit) -> bool:
        """Whether a lead-in must go: it says more than the sources, or names somebody else."""
        words = tokens(unit.lead)
        if not words or list(self._faults(unit.lead)):
            return True
        people = [word for word in words if word in self._source.reading.people]
        if any(word not in tokens(unit.text) for word in people):
            return True
        return not self._speaks_of(words, unit.sources)


def _runs(texts: Sequence[str]) -> frozenset[str]:
    return frozenset(run for text in texts for run in _run(text))


def _run(text: str) -> Iterator[str]:
    """The words of `text` in runs of ECHO, and each by itself in capitals or in another script."""
    words = tokens(text)
    for at in range(len(words) - ECHO + 1):
        yield " ".join(words[at : at + ECHO])
    marked = (word for word in re.findall(r"\w{3,}", text) if word.isupper() or not word.isascii())
    yield from (word.lower() for word in marked)
