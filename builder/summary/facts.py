"""What a text states that can be looked up in it: numbers, dates, names and quotations, as written there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from builder.model import Article, Block, BlockKind, Completeness
from builder.summary import language, quotes
from builder.summary.language import Language, straight
from builder.summary.reading import Reading
from builder.summary.reading import of as reading_of

_DIGITS = r"\d+(?:[.,:’'\u00a0\u202f ]\d{3})*(?:[.,:]\d+)?"
_QUOTED_LEAST = 3
"""Words in a quotation; fewer are a title or a word held at a distance."""
_NAME_RUN = re.compile(
    r"[A-ZÀ-ÖØ-Þ][\w’'&.-]*(?: (?:(?:of|the|de|del|de la|la|le|du|des|van|von|der|den|di|da|al|bin|for|and|&)"
    r" )?"
    r"(?:[A-ZÀ-ÖØ-Þ][\w’'&-]*|\d{1,2}(?![\w,.:%])))*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of a text, each once, in the order in which they are first met."""

    numbers: tuple[str, ...] = ()
    """With currency, scale and unit where they stand beside it: `$1.2 billion`, `25 percent`."""
    names: tuple[str, ...] = ()
    """Of persons, places, bodies and things. German capitals say little: there only what is surely a name."""
    dates: tuple[str, ...] = ()
    """Days, months with a year, and years."""
    quotes: tuple[str, ...] = ()
    """Without their marks."""


def of(article: Article) -> Facts:
    """The facts of `article`, subheadings left out."""
    reading = reading_of(article)
    tongue = reading.language
    numbers, names, dates, quoted = list[str](), list[str](), list[str](), list[str]()
    for line in reading.lines:
        found = list(_date_pattern(tongue.code).finditer(line.text))
        dates.extend(match[0] for match in found)
        rest = line.text
        for match in found:
            rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
        numbers.extend(match[0].strip() for match in _number_pattern(tongue.code).finditer(rest))
        names.extend(_names(line.text, reading))
    for block in article.blocks:
        for start, end in quotes.spans(block.text):
            inner = block.text[start + 1 : end].strip().rstrip("\"'”’»“")
            if len(inner.split()) >= _QUOTED_LEAST:
                quoted.append(inner.strip())
    return Facts(numbers=_once(numbers), names=_once(names), dates=_once(dates), quotes=_once(quoted))


def of_text(text: str, tongue: Language) -> Facts:
    """The facts of one run of text in the language `tongue`."""
    block = Block(BlockKind.PARAGRAPH, text)
    return of(
        Article(url="", title="", blocks=(block,), language=tongue.code, completeness=Completeness.FULL)
    )


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in found if one))


def _names(text: str, reading: Reading) -> list[str]:
    lists = reading.language.words
    found: list[str] = []
    for match in _NAME_RUN.finditer(text):
        opens = match.start() == 0 or text[match.start() - 1] in '“"('
        for words in _parted(match[0].rstrip(".'’-&").split()):
            while words and _is_no_name(words[0], reading, opens=opens):
                words.pop(0)
            opens = False
            if not words or straight(words[0].lower()).rstrip(".") in lists.weekdays | lists.months:
                continue
            name = " ".join(words).rstrip(".,")
            if len(name) > 1 and (reading.language.head != "capital" or _is_sure(words, reading)):
                found.append(name)
    return found


def _parted(words: list[str]) -> list[list[str]]:
    """The names in a run of capitals, parted at possessives: *Obama’s White House* is two."""
    parts: list[list[str]] = [[]]
    for word in words:
        bare = straight(word).removesuffix("'s")
        parts[-1].append(word[: len(bare)])
        if len(bare) < len(word):
            parts.append([])
    return [part for part in parts if part]


def _is_no_name(word: str, reading: Reading, *, opens: bool) -> bool:
    """Whether a word with a capital has it only because a sentence or a quotation begins there."""
    lower = straight(word.lower()).removesuffix("'s").rstrip(".,")
    if lower in reading.language.words.stopwords:
        return True
    return opens and lower not in reading.names


def _is_sure(words: list[str], reading: Reading) -> bool:
    return any(
        word.lower() in reading.people or not (word[1:].islower() or len(word) == 1 or "-" in word)
        for word in words
    )


@lru_cache(maxsize=8)
def _date_pattern(code: str) -> re.Pattern[str]:
    tongue = language.load(code)
    months = "|".join(
        sorted((_month(name, tongue) for name in tongue.words.months), key=lambda name: (-len(name), name))
    )
    year = r"(?:1[5-9]|20)\d\d"
    day = r"\d{1,2}(?:st|nd|rd|th|er|º|\.)?"
    named = (
        rf"\b{day}\s(?:de\s|of\s)?(?:{months})\b(?:[.,]?\s(?:de\s|del\s)?{year}\b)?"
        rf"|\b(?:{months})\.?\s{day}(?!\d|[.,]\d)(?:,\s{year}\b)?|\b(?:{months})\.?\s(?:de\s)?{year}\b|"
        if months
        else ""
    )
    return re.compile(
        named
        + r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d\d)\b|"
        + rf"(?<![\d.,$€£])\b{year}\b(?![.,]?\d)"
    )


def _month(name: str, tongue: Language) -> str:
    # Only the capital tells May from may.
    return (
        name.capitalize() if tongue.head in ("last", "capital") else f"[{name[0].upper()}{name[0]}]{name[1:]}"
    )


@lru_cache(maxsize=8)
def _number_pattern(code: str) -> re.Pattern[str]:
    lists = language.load(code).words
    after = "|".join(
        re.escape(word)
        for word in sorted(
            lists.scales | (lists.units - {"pour", "por", "%"}), key=lambda one: (-len(one), one)
        )
    )
    following = rf"(?:[\s\u00a0-](?:{after}))*(?![^\W_])" if after else ""
    return re.compile(
        rf"(?<![\w.,])(?:[$€£¥]\s?)?{_DIGITS}(?:\s?[%€$£‰°])?(?:\s(?:pour|por)\s(?:cent|ciento))?{following}",
        re.IGNORECASE,
    )
