"""How numbers, dates and names are written in a language: what the proof knows of it.

It stands in `languages/*.facts.json`, each list an array of strings; pairs such as `two 2` stand in them one
after the other, and the forms of one thing are parted by ` | `.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from builder.summary.language import FALLBACK, KNOWN, straight

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})
_LATIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ð": "d", "þ": "th"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The words for facts in one language, all in lower case."""

    code: str
    decimal: str
    """The mark before a fraction."""
    grouping: str
    """The mark between thousands."""
    cardinals: Mapping[str, int]
    """Numbers below a thousand that are one word."""
    hyphened: bool
    """Whether some of them are written with hyphens."""
    multipliers: Mapping[str, int]
    """Words that multiply the number before them."""
    scales: Mapping[str, int]
    """The same after figures, abbreviations among them."""
    money_scales: Mapping[str, int]
    """Letters that are a scale only after an amount of money: `£5m`."""
    spelled: frozenset[str]
    """Words without which a text without figures holds no number worth checking."""
    number_joiners: frozenset[str]
    """Words within a number: *two hundred and five*."""
    one: frozenset[str]
    """Articles that count: *a million*."""
    ordinals: Mapping[str, int]
    ordinal_endings: tuple[str, ...]
    unchecked: frozenset[str]
    """Number words that are as often no number."""
    about: tuple[str, ...]
    """What says before a number that it is rounded; `above` and `below` say to which side."""
    above: tuple[str, ...]
    below: tuple[str, ...]
    pair_words: frozenset[str]
    """What joins two numbers to one statement: *10 to 15*, *one in five*."""
    units: Mapping[str, str]
    """Each spelling of a unit → the one it is known by."""
    ratio_words: frozenset[str]
    """Those of them that stand between two bare numbers only."""
    months: Mapping[str, int]
    doubtful_months: frozenset[str]
    """Those that are common words too."""
    month_cues: frozenset[str]
    """What may stand before a month that has neither day nor year."""
    weekdays: Mapping[str, int]
    doubtful_weekdays: frozenset[str]
    calendar: frozenset[str]
    """All months and weekdays."""
    day_order: str
    """What comes first in `3/4/2026`: `day`, or `either`."""
    date_joiners: frozenset[str]
    """Words within a date: *4th of November*."""
    aliases: Mapping[str, frozenset[int]]
    """Forms of a name, in plain words → the things they stand for."""
    stems: Mapping[str, frozenset[int]]
    """The same for the starts of words: `französisch*` in the file."""
    name_fillers: frozenset[str]
    """Words in lower case within a name."""
    passive: frozenset[str]
    """Auxiliaries that make a participle passive."""
    passive_by: frozenset[str]
    """What stands before the one who acts."""


@lru_cache(maxsize=8)
def load(code: str) -> Lexicon:
    """The lexicon of the language `code`; that of the fallback language where there is none."""
    known = code if code in KNOWN else FALLBACK
    data: dict[str, Any] = json.loads(
        (files(__package__) / "languages" / f"{known}.facts.json").read_text("utf-8")
    )
    cardinals = _pairs(data["cardinals"])
    if data["glued"]:
        cardinals |= _glued(cardinals, data["glued"][0])
    months, weekdays = _pairs(data["months"]), _pairs(data["weekdays"])
    multipliers, ordinals = _pairs(data["multipliers"]), _pairs(data["ordinals"])
    unchecked = _words(data["unchecked"])
    units = {straight(form): name for name, forms in data["units"].items() for form in _forms(forms)}
    aliases: dict[str, set[int]] = {}
    stems: dict[str, set[int]] = {}
    for number, line in enumerate(data["aliases"]):
        for form in _forms(line):
            forms = stems if form.endswith("*") else aliases
            forms.setdefault(" ".join(map(plain, form.rstrip("*").split())), set()).add(number)
    return Lexicon(
        code=known,
        decimal=data["decimal"],
        grouping=data["grouping"],
        cardinals=cardinals,
        hyphened=any("-" in word for word in cardinals),
        multipliers=multipliers,
        spelled=frozenset({*cardinals, *multipliers, *ordinals}) - unchecked,
        scales=_pairs(data["scales"]),
        money_scales=_pairs(data["money_scales"]),
        number_joiners=_words(data["number_joiners"]),
        one=_words(data["one"]),
        ordinals=ordinals,
        ordinal_endings=tuple(" ".join(data["ordinal_endings"]).split()),
        unchecked=unchecked,
        about=tuple(map(straight, data["about"])),
        above=tuple(map(straight, data["above"])),
        below=tuple(map(straight, data["below"])),
        pair_words=frozenset(data["pair_words"]),
        ratio_words=frozenset(data["ratio_words"]),
        units=units,
        calendar=frozenset({**months, **weekdays}),
        months=months,
        doubtful_months=_words(data["doubtful_months"]),
        month_cues=frozenset(data["month_cues"]),
        weekdays=weekdays,
        doubtful_weekdays=_words(data["doubtful_weekdays"]),
        day_order=data["day_order"],
        date_joiners=_words(data["date_joiners"]),
        aliases={form: frozenset(numbers) for form, numbers in aliases.items()},
        stems={form: frozenset(numbers) for form, numbers in stems.items()},
        name_fillers=_words(data["name_fillers"]),
        passive=_words(data["passive"]),
        passive_by=_words(data["passive_by"]),
    )


@lru_cache(maxsize=65536)
def plain(word: str) -> str:
    """A word without case, accents, dots and possessive: what two spellings of a name share."""
    lowered = word.translate(_APOSTROPHES).casefold().removesuffix("'s").removesuffix("'").translate(_LATIN)
    if not lowered.isascii():
        lowered = "".join(
            letter for letter in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(letter)
        )
    return lowered.replace(".", "").replace("'", "")


def _pairs(lines: Sequence[str]) -> dict[str, int]:
    words = " ".join(lines).split()
    return {word: int(value) for word, value in zip(words[::2], words[1::2], strict=True)}


def _words(lines: Sequence[str]) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


def _forms(line: str) -> list[str]:
    return line.split(" | ")


def _glued(cardinals: Mapping[str, int], joiner: str) -> dict[str, int]:
    """Numbers that are written as one word, ones before tens: *einundzwanzig*; and hundreds of them."""
    ones = {word: value for word, value in cardinals.items() if 1 <= value <= 9 and word != "eins"}
    tens = {word: value for word, value in cardinals.items() if value >= 20}
    made = {f"{one}{joiner}{ten}": value + more for one, value in ones.items() for ten, more in tens.items()}
    below = {**cardinals, **made}
    hundreds = {f"{one}hundert": value * 100 for one, value in ones.items()} | {"hundert": 100}
    made |= hundreds
    made |= {
        f"{hundred}{rest}": value + more
        for hundred, value in hundreds.items()
        for rest, more in below.items()
        if more
    }
    made |= {f"{one}tausend": value * 1000 for one, value in below.items() if value}
    return made
