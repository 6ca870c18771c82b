"""Names in a text: of persons, places, bodies and things, told by their capitals."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import lru_cache

from builder.summary import language, lexicon
from builder.summary.language import Language, straight
from builder.summary.lexicon import plain

_PART = r"[A-ZÀ-ÖØ-ÞŁŠŽČĆĐİŞĞ][\w’'&.-]*"
_TRAILING = ".'’-&"
_WORD = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])\.?|[^\W_]+(?:['’][^\W_]+)*")
_OPENS = "\"“„«»‹‘'(\\[:–—•-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as it stands in a text."""

    text: str
    start: int
    end: int
    words: tuple[str, ...]
    """Its words in their plain form, fillers such as *of* left out."""
    opens: bool
    """Whether it begins a sentence or a quotation, where any word has a capital."""


def plain_words(text: str) -> list[str]:
    """The words of `text` in their plain form, hyphenated ones in parts."""
    return [made for match in _WORD.finditer(text) if (made := plain(match[0]))]


def find(text: str, tongue: Language, is_common: Callable[[str], bool]) -> tuple[Name, ...]:
    """The names in `text` in order; `is_common` says of a plain word that its capital may mean nothing.

    In a language whose nouns all have capitals, only what is surely a name.
    """
    found: list[Name] = []
    for match in _run(tongue.code).finditer(text):
        opens = _opens(text, match.start())
        for start, end in _parted(match[0].rstrip(_TRAILING), match.start()):
            name = _name(text, start, end, tongue, is_common, opens=opens)
            opens = False
            if name:
                found.append(name)
    return tuple(found)


def _name(
    text: str, start: int, end: int, tongue: Language, is_common: Callable[[str], bool], *, opens: bool
) -> Name | None:
    lists, facts = tongue.words, lexicon.load(tongue.code)
    while start < end:
        word, _, rest = text[start:end].partition(" ")
        bare = straight(word.lower()).rstrip(".,").removesuffix("'s")
        numeral = bare.partition("-")[0]
        empty = (
            bare in lists.stopwords
            or bare in lists.titles
            or numeral in facts.cardinals
            or numeral in facts.ordinals
            or bare in facts.months
            or bare in facts.weekdays
        )
        alias = f"{plain(word)} {plain(rest.partition(' ')[0])}" in facts.aliases
        common = opens and is_common(plain(word)) and not _is_odd(word) and not alias
        if not (empty and not word.isupper()) and not common:
            break
        start += len(word) + 1
        # Behind *The* a capital is one for its own sake.
        opens = False
    shown = text[start:end].rstrip(_TRAILING + ", ")
    shown = shown[:-2] if straight(shown).endswith("'s") else shown
    words = tuple(
        one
        for part in shown.split(" ")
        if part not in facts.name_fillers and straight(part.lower()) not in facts.name_fillers
        for one in plain_words(part)
        if straight(part.lower()).rstrip(".") not in lists.titles
    )
    if not words or len("".join(words)) < 2 or (len(words) == 1 and words[0].isdigit()):
        return None
    if tongue.head == "capital" and not _is_sure(shown, words, tongue):
        return None
    return Name(text=shown, start=start, end=start + len(shown), words=words, opens=opens)


def _is_sure(shown: str, words: Iterable[str], tongue: Language) -> bool:
    """Whether it is a name in a language where every noun has a capital."""
    return any(word in tongue.words.given_names for word in words) or any(map(_is_odd, shown.split(" ")))


def _is_odd(word: str) -> bool:
    """Whether capitals stand where no sentence puts them: *EU*, *McCoy*, *iPhone*."""
    bare = word.removesuffix("’s").removesuffix("'s").rstrip(_TRAILING)
    return len(bare) > 1 and any(map(str.isupper, bare[1:])) and "-" not in bare


def _opens(text: str, start: int) -> bool:
    before = text[:start].rstrip()
    if before[-1:] in "\"”»’'" and before[-2:-1] == ",":
        return False
    return not before or before[-1] in _OPENS + ".!?…"


def _parted(run: str, start: int) -> list[tuple[int, int]]:
    """The names in a run of capitals, parted at possessives: *Obama’s White House* is two."""
    parts: list[tuple[int, int]] = []
    begin = at = 0
    for word in run.split(" "):
        at += len(word)
        if straight(word).endswith("'s") or straight(word).endswith("s'"):
            parts.append((start + begin, start + at))
            begin = at + 1
        at += 1
    if begin < len(run):
        parts.append((start + begin, start + len(run)))
    return parts


@lru_cache(maxsize=8)
def _run(code: str) -> re.Pattern[str]:
    fillers = sorted(lexicon.load(code).name_fillers, key=lambda one: (-len(one), one))
    filler = "|".join(map(re.escape, fillers))
    return re.compile(
        rf"(?<![\w]){_PART}(?: (?:(?:{filler}) ){{0,2}}{_PART})*"
        r"|(?<!\w)[a-z]{1,2}[A-Z]\w+"
    )


@lru_cache(maxsize=4096)
def acronyms(words: tuple[str, ...]) -> frozenset[str]:
    """The abbreviations that the words of a name may have: the initials of any run of two and more."""
    initials = "".join(word[0] for word in words)
    return frozenset(
        initials[start:stop] for start in range(len(initials)) for stop in range(start + 2, len(initials) + 1)
    )


@lru_cache(maxsize=8)
def _common(code: str) -> frozenset[str]:
    lists = language.load(code).words
    return frozenset(
        plain(word)
        for field in fields(lists)
        if field.name not in _NO_COMMON
        for word in getattr(lists, field.name)
    )


_NO_COMMON = ("given_names", "strangers", "titles", "abbreviations")


def is_common(word: str, tongue: Language) -> bool:
    """Whether the plain `word` is a word of the language, as far as it has lists."""
    return word in _common(tongue.code) or tongue.stem(word) in tongue.frequencies
