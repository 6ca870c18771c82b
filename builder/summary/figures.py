"""Where several texts on one event give different figures for the same thing.

Precision before all: a figure that is not surely about the same thing is left out, and so is one that is
vague (*about 12,000*, *at least 10*), a date, a time, or one of two that a text gives for the same thing.
Two texts differ when, in sentences that say much the same, the same words stand around different figures:

    The company will cut 12,000 jobs by June.        cut · 12,000 · jobs
    It plans to cut 10,000 jobs over two years.      cut · 10,000 · jobs

Languages without a list of vague words are left alone.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from builder.model import Block, BlockKind
from builder.summary import body, language, sentences
from builder.summary.body import Kind
from builder.summary.language import Language

SAME = 0.4
"""The least share of a sentence's other terms that the other sentence has too, of the one with fewer."""
SAME_MIN = 2
"""And so many of them at least."""
NEAR = Decimal("0.02")
"""Figures that are nearer than this share are one, told more or less exactly."""
FAR = 4
"""Figures that differ by more than this factor are hardly about the same thing."""
_SUBJECT_MAX = 3
"""Words in what is counted."""
_NUMBER = re.compile(
    r"(?<![\w.,:/$€£¥#–-])(?P<currency>[$€£¥]\s?)?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s(?P<scale>thousand|million|billion|trillion)\b)?\s?(?P<share>%|per\s?cent\b)?(?![\w/:,.–-]*\d|[-–'’]\w)"
)
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_COUNTED = frozenset(["people", "jobs"])
"""Units that are themselves what is counted."""
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|[.,;:!?()“”\"—–]")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text, and what it counts."""

    text: str
    """As written, with what it counts: *12,000 jobs*."""
    value: Decimal
    subject: tuple[str, ...]
    """The unit, and the stems of what is counted."""
    beside: tuple[str, ...]
    """Side and stem of the word that says what became of it; those that share subject and word are compared.

    Empty when the figure is vague, or no such word stands close.
    """
    context: frozenset[str]
    """The other stems of its sentence."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Figures for one thing that do not agree."""

    figures: tuple[tuple[int, str], ...]
    """The index of a text, and what it says."""


def differences(bodies: Sequence[str]) -> tuple[Difference, ...]:
    """Where the summaries with these `bodies` (Markdown) disagree, in the order in which it is met."""
    stated: dict[tuple[str, ...], list[tuple[int, Figure]]] = defaultdict(list)
    for index, text in enumerate(bodies):
        for about, figure in _single(figures(text)).items():
            stated[about].append((index, figure))
    return tuple(
        Difference(tuple((index, figure.text) for index, figure in told))
        for told in stated.values()
        if len(told) > 1 and _differ([figure for _, figure in told])
    )


def figures(text: str) -> Iterator[Figure]:
    """The figures of a body of which it can be told what they count."""
    parts = [part.text for part in body.parts(text) if part.kind is not Kind.HEADING]
    tongue = language.load(language.detect("", [Block(BlockKind.PARAGRAPH, part) for part in parts]))
    if tongue.words.vague:
        for part in parts:
            for start, end in sentences.spans(part, tongue):
                yield from _figures(part[start:end], tongue)


def _figures(sentence: str, tongue: Language) -> Iterator[Figure]:
    terms = frozenset(tongue.terms(sentence))
    for match in _NUMBER.finditer(sentence):
        before = _WORD.findall(sentence[: match.start()])[-4:]
        after = _WORD.findall(sentence[match.end() :])[:8]
        counted, rest = _counted(match, after, tongue)
        if not counted:
            continue
        unclear = _is_unclear(match, before, (*after[:1], *rest[:1]), tongue)
        beside = () if unclear else _beside(before, rest, tongue)
        stems = tuple(tongue.stem(word.lower()) for word in counted)
        unit = (match["currency"] or "").strip() or ("%" if match["share"] else "")
        end = sentence.index(counted[-1], match.end()) + len(counted[-1])
        yield Figure(
            text=sentence[match.start() : end],
            value=Decimal(match["digits"].replace(",", "")) * _SCALES.get(match["scale"] or "", 1),
            subject=(unit, *stems),
            beside=beside,
            context=terms - {*stems, *beside},
        )


def _counted(
    match: re.Match[str], after: Sequence[str], tongue: Language
) -> tuple[Sequence[str], Sequence[str]]:
    """The words that say what is counted, and those behind them; the first are none when that is unclear.

    They end in a plural, or, after an amount of money, are one word: *a $1.2 billion fine*.
    """
    words, stopwords = tongue.words, tongue.words.stopwords
    start = 0
    if match["share"]:
        if after[:1] != ["of"]:
            return (), ()
        start = 2 if after[1:2] and after[1] in words.determiners else 1
    for at, word in enumerate(after[start : start + _SUBJECT_MAX], start=start):
        if not word[0].islower() or word in stopwords:
            break
        if word == "people" or (word.endswith("s") and not word.endswith(("ss", "us", "is"))):
            is_measure = word not in _COUNTED and bool({word, word[:-1]} & (words.units | words.calendar))
            return ((), ()) if is_measure else (after[start : at + 1], after[at + 1 :])
    is_plain = bool(match["currency"] and after) and after[0][0].islower() and after[0] not in stopwords
    return (after[:1], after[1:]) if is_plain else ((), ())


def _is_unclear(match: re.Match[str], before: Sequence[str], around: Sequence[str], tongue: Language) -> bool:
    """Whether the figure is vague, the end of a range, part of a name, or a year."""
    if any(word.lower() in tongue.words.vague for word in before[-3:]):
        return True
    if any(word.lower() in tongue.words.ranges for word in (*before[-1:], *around)):
        return True
    # *Section 230 protections*; a capital that opens the sentence says nothing.
    is_name = len(before) > 1 and before[-1][0].isupper()
    is_bare = not (match["currency"] or match["share"] or match["scale"])
    return is_name or (is_bare and _YEAR.fullmatch(match["digits"]) is not None)


def _beside(before: Sequence[str], rest: Sequence[str], tongue: Language) -> tuple[str, ...]:
    """Side and stem of the word that says what became of what is counted; empty when none stands close."""
    stopwords = tongue.words.stopwords
    for word in rest[:3]:
        if word.lower() in tongue.words.auxiliaries:
            continue
        if not word[0].isalpha() or word.lower() in stopwords:
            break
        return ("behind", tongue.stem(word.lower()))
    for word in reversed(before[-2:]):
        if not word[0].isalpha():
            break
        if word.lower() not in stopwords:
            return ("before", tongue.stem(word.lower()))
    return ()


def _single(found: Iterator[Figure]) -> dict[tuple[str, ...], Figure]:
    """The figures by what they are about, without those of which a text gives several values."""
    values: dict[tuple[str, ...], set[Decimal]] = defaultdict(set)
    first: dict[tuple[str, ...], Figure] = {}
    for figure in found:
        values[figure.subject].add(figure.value)
        if figure.beside:
            first.setdefault((*figure.subject, *figure.beside), figure)
    return {about: figure for about, figure in first.items() if len(values[figure.subject]) == 1}


def _differ(told: Sequence[Figure]) -> bool:
    """Whether the figures are not all one, and all in sentences that say much the same."""
    lowest, highest = (end(figure.value for figure in told) for end in (min, max))
    if highest - lowest <= NEAR * highest or highest > FAR * lowest:
        return False
    first = told[0]
    return all(_same(first.context, other.context) for other in told[1:])


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    common = len(one & other)
    return common >= SAME_MIN and common >= SAME * min(len(one), len(other))
