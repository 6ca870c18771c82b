"""Numbers in a text, by what they are worth: `$1.2bn` and *1,200 million dollars* are the same amount."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from builder.summary import lexicon
from builder.summary.digits import SPACES, worth
from builder.summary.language import Language, straight
from builder.summary.lexicon import Lexicon

_TOKEN = re.compile(
    r"""(?P<digits>\d+(?:[.,'’:]\d+)*)
      | (?P<word>[ap]\.m\b\.?|[^\W\d_]+(?:['’][^\W\d_]+)*)
      | (?P<symbol>[A-Z]{0,2}[$€£¥₹]|%|°\s?[CcFf]\b|°)
      | (?P<dash>[-–—−])
      | (?P<other>[^\s\w])
    """,
    re.VERBOSE,
)
_SPACED = re.compile(rf"\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?![\d])")
_WIDELY_SPACED = re.compile(rf"\d{{1,3}}(?:[ {SPACES}]\d{{3}})+(?![\d])")
_FIGURE = re.compile(r"\d")
_WORDS = re.compile(r"[^\W\d_]+")
_FRACTION = re.compile(r"[.,]\d+")
_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?\Z")
_IDENTIFIER = re.compile(r"[^\W\d_][^\W_]*\d[-–]\Z")
"""What a figure follows in a name such as *AB12-3C*, where it counts nothing."""
_NAMED = 24
"""Characters before a figure in which such a name is looked for."""
_MINUS = "−"
_HYPHENED = (5, 3, 1)
"""Tokens of a number that is written with hyphens, the hyphens counted."""
_PHRASE = 3
"""Words in the longest unit."""
_COUNTED = 2
"""Words after a number that say what is counted."""
_HEDGE = 24
"""Characters before a number in which *about* is looked for."""
_MOST = Decimal(10) ** 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number as it stands in a text."""

    text: str
    """With its currency, scale and unit."""
    start: int
    end: int
    values: tuple[Decimal, ...]
    """What it may be worth: several where a scale may belong to both ends of a range; empty for a code."""
    code: str = ""
    """What can only be compared letter by letter: a version, a score, `4K`."""
    unit: str = ""
    """As `Lexicon.units` knows it; empty for a bare number."""
    scale: int = 1
    """What figures were multiplied by."""
    counted: tuple[str, ...] = ()
    """The stems of what a bare number counts."""
    reach: int = 0
    """Where the words that say what it counts end; `end` without them."""
    pair: bool = False
    """Whether `code` is two numbers in ascending order: a range, a score, odds."""
    checked: bool = True
    """Whether it is surely a number, and not a word such as *one*."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    """In lower case, apostrophes straight."""
    start: int
    end: int


def find(text: str, tongue: Language, skip: Sequence[tuple[int, int]] = ()) -> tuple[Amount, ...]:
    """The amounts in `text`, in order, those in the spans `skip` (dates) left out."""
    if not _FIGURE.search(text):
        words = _WORDS.findall(text.lower())
        if lexicon.load(tongue.code).spelled.isdisjoint(words):
            return ()
    return tuple(_Finder(text, tongue, skip).amounts())


def hedge(text: str, start: int, lists: Lexicon) -> str:
    """What a text says before the number at `start`: `about`, `above`, `below`, or nothing."""
    before = straight(text[max(0, start - _HEDGE) : start].lower()).rstrip(" $€£~")
    if text[max(0, start - 2) : start].strip() == "~":
        return "about"
    for kind, phrases in (("above", lists.above), ("below", lists.below), ("about", lists.about)):
        for phrase in phrases:
            if before.endswith(phrase) and not before[: -len(phrase)][-1:].isalnum():
                return kind
    return ""


class _Finder:
    """One text on its way to its amounts."""

    def __init__(self, text: str, tongue: Language, skip: Sequence[tuple[int, int]]) -> None:
        self._text = text
        self._tongue = tongue
        self._lists = lexicon.load(tongue.code)
        self._skip = skip
        self._tokens = self._tokenised()

    def amounts(self) -> list[Amount]:
        found: list[Amount] = []
        places: list[tuple[int, int]] = []
        at = 0
        while at < len(self._tokens):
            taken = self._amount(at)
            if taken is None:
                at += 1
                continue
            amount, end = taken
            found.append(amount)
            places.append((at, end))
            at = end
        return self._ranges(found, places)

    # -- tokens

    def _tokenised(self) -> list[_Token]:
        text, tokens = self._text, list[_Token]()
        spaced = _SPACED if self._lists.code == "en" else _WIDELY_SPACED
        at = 0
        while match := _TOKEN.search(text, at):
            start, at = match.span()
            kind = match.lastgroup or ""
            if kind == "digits" and (wide := spaced.match(text, start)) and wide.end() > at:
                at = wide.end()
                if fraction := _FRACTION.match(text, at):
                    at = fraction.end()
            if any(begin < at and start < stop for begin, stop in self._skip):
                kind = "other"
            lowered = straight(text[start:at].lower())
            # *p.m.* is one word, whatever its dots.
            lowered = lowered.replace(".", "") if kind == "word" else lowered
            tokens.append(_Token(kind, lowered, start, at))
        return tokens

    def _next(self, at: int, *, glue: str = " -") -> _Token | None:
        """The token at `at` when nothing but white space parts it from the one before."""
        if not 0 < at < len(self._tokens):
            return None
        gap = self._text[self._tokens[at - 1].end : self._tokens[at].start]
        return self._tokens[at] if not gap.strip(SPACES + glue) else None

    # -- one amount

    def _amount(self, at: int) -> tuple[Amount, int] | None:
        token = self._tokens[at]
        if token.kind == "symbol" and token.text not in ("%", "°"):
            following = self._next(at + 1)
            if following and following.kind == "digits" and token.text in self._lists.units:
                return self._figures(at + 1, self._lists.units[token.text], token.start)
            return None
        if token.kind == "digits":
            return self._figures(at, "", token.start)
        if token.kind == "word":
            return self._spelled(at)
        return None

    def _figures(self, at: int, unit: str, start: int) -> tuple[Amount, int] | None:
        token, lists = self._tokens[at], self._lists
        if token.start and (self._text[token.start - 1].isalpha() or self._text[token.start - 1] == "_"):
            return None
        if _IDENTIFIER.search(self._text, max(0, token.start - _NAMED), token.start):
            return None
        value = None if _CLOCK.match(token.text) else worth(token.text, lists)
        if value is None or value > _MOST:
            amount = Amount(
                text=self._text[start : token.end], start=start, end=token.end, values=(), code=token.text
            )
            return amount, at + 1
        if start and self._text[start - 1] == _MINUS:
            value = -value
        following = self._tokens[at + 1] if at + 1 < len(self._tokens) else None
        if following and following.start == token.end and following.kind == "word":
            glued = following.text
            # Eight stone, but the twenty-first.
            if glued in lists.ordinal_endings and (glued not in lists.units or token.text.endswith("1")):
                return self._made(at + 1, start, value, "ordinal", following.end, counted=False)
            if glued not in lists.units and glued not in lists.scales and glued not in lists.money_scales:
                code = token.text + glued
                end = following.end
                amount = Amount(text=self._text[start:end], start=start, end=end, values=(), code=code)
                return amount, at + 2
        return self._after(at, start, value, unit)

    def _after(
        self, at: int, start: int, value: Decimal, unit: str, *, scale: int = 1, checked: bool = True
    ) -> tuple[Amount, int]:
        """The amount whose number ends with the token at `at`, with the scales and the unit that follow."""
        lists = self._lists
        end = self._tokens[at].end
        money = unit != ""
        while following := self._next(at + 1):
            glued = following.start == end and self._text[end].isupper()
            factor = lists.scales.get(following.text) or (
                lists.money_scales.get(following.text) if money or glued else None
            )
            if factor is None or scale > _MOST:
                break
            scale *= factor
            at, end = at + 1, following.end
            if self._text[end : end + 1] == "." and at + 1 < len(self._tokens):
                dotted = self._next(at + 1)
                if dotted and dotted.text == "." and following.text not in lists.multipliers:
                    at += 1
        # *100-day*: a dash joins a number and its unit.
        behind = self._next(at + 1)
        dash = 1 if behind and behind.kind == "dash" and behind.start == end else 0
        if not unit:
            for length in range(_PHRASE, 0, -1):
                tokens = self._run(at + 1 + dash, length)
                if tokens and (known := lists.units.get(" ".join(one.text for one in tokens))):
                    unit, at, end = known, at + dash + length, tokens[-1].end
                    break
        return self._made(at, start, value * scale, unit, end, scale=scale, checked=checked)

    def _run(self, at: int, length: int) -> list[_Token]:
        """`length` words and symbols from `at` on, dashes between them left out; empty when there are not."""
        found: list[_Token] = []
        while len(found) < length:
            token = self._next(at)
            if token is None or token.kind not in ("word", "symbol"):
                return []
            found.append(token)
            at += 1
        return found

    def _made(
        self,
        at: int,
        start: int,
        value: Decimal,
        unit: str,
        end: int,
        *,
        scale: int = 1,
        checked: bool = True,
        counted: bool = True,
    ) -> tuple[Amount, int]:
        things, reach = self._counted(at + 1, end) if counted and not unit else ((), end)
        amount = Amount(
            text=self._text[start:end],
            start=start,
            end=end,
            values=(value,),
            unit=unit,
            scale=scale,
            counted=things,
            reach=reach,
            checked=checked,
        )
        return amount, at + 1

    def _counted(self, at: int, end: int) -> tuple[tuple[str, ...], int]:
        """The stems of what a number before the token `at` counts, and where they end."""
        words = self._tongue.words
        found: list[str] = []
        for place in range(at, at + _COUNTED + 1):
            token = self._next(place)
            if token is None or token.kind not in ("word", "dash") or len(found) == _COUNTED:
                break
            if token.kind == "word":
                if token.text in words.stopwords or token.text in words.verbs:
                    break
                found.append(self._tongue.stem(token.text))
                end = token.end
        return tuple(found), end

    # -- numbers in words

    def _spelled(self, at: int) -> tuple[Amount, int] | None:
        lists = self._lists
        token = self._tokens[at]
        opens = token.text in lists.one and self._is_multiplier(at + 1)
        if not opens and token.text not in lists.multipliers and not self._cardinal(at):
            return self._ordinal(at)
        total, current, scale = Decimal(0), Decimal(0), 1
        place, last = at, at
        while place < len(self._tokens):
            one = self._tokens[place] if place == at else self._next(place)
            if one is None:
                break
            if place > at and (one.kind == "dash" or one.text in lists.number_joiners):
                place += 1
                continue
            if place == at and opens:
                current = Decimal(1)
            elif one.text in lists.multipliers and total < _MOST:
                value = lists.multipliers[one.text]
                if value >= 1000:
                    if not current and total and total < value:
                        total *= value
                    else:
                        total += max(current, Decimal(1)) * value
                    current = Decimal(0)
                    scale = max(scale, value)
                else:
                    current = max(current, Decimal(1)) * value
            elif known := self._cardinal(place):
                value, length = known
                if not _continues(current, value):
                    break
                current += value
                place += length - 1
            else:
                break
            last = place
            place += 1
        checked = last > at or token.text not in lists.unchecked
        if last == at and token.text in lists.multipliers and not self._stands_alone(token.text):
            return None
        return self._after(last, token.start, total + current, "", scale=1, checked=checked)

    def _cardinal(self, at: int) -> tuple[int, int] | None:
        """What the word at `at` is worth and how many tokens it takes: *quatre-vingt-dix* is one of five."""
        lists = self._lists
        for length in _HYPHENED if lists.hyphened else (1,):
            tokens = self._tokens[at : at + length]
            if len(tokens) == length and tokens[-1].end - tokens[0].start == sum(
                len(one.text) for one in tokens
            ):
                value = lists.cardinals.get("".join(one.text for one in tokens))
                if value is not None:
                    return value, length
        return None

    def _is_multiplier(self, at: int) -> bool:
        token = self._next(at)
        return token is not None and token.text in self._lists.multipliers

    def _stands_alone(self, word: str) -> bool:
        """Whether a multiplier is a number by itself: *hundert*, not *Millionen*."""
        return self._lists.multipliers[word] <= 1000 and self._lists.code != "en"

    def _ordinal(self, at: int) -> tuple[Amount, int] | None:
        token = self._tokens[at]
        if token.text not in self._lists.ordinals:
            return None
        value = Decimal(self._lists.ordinals[token.text])
        return self._made(at, token.start, value, "ordinal", token.end, checked=False)

    # -- ranges

    def _ranges(self, found: list[Amount], places: Sequence[tuple[int, int]]) -> list[Amount]:
        """The first end of a range has the unit and the scale of the second; `2-1` is a code besides."""
        pairs: list[Amount] = []
        for number in range(len(found) - 1, 0, -1):
            first, second = found[number - 1], found[number]
            joiner = self._joiner(places[number - 1][1], places[number][0])
            if not joiner:
                continue
            if first.values and second.values and self._are_pair(first, second, joiner):
                # *Two and three* are no range, but *between two and three* is one to be found.
                pairs.append(self._pair(first, second, checked=joiner not in self._lists.number_joiners))
            if first.unit or not first.values or not second.values:
                continue
            values = first.values
            if second.scale > 1 and first.scale == 1:
                values = (first.values[0] * second.scale, first.values[0])
            if second.unit or values != first.values or not first.counted:
                counted = first.counted or second.counted
                found[number - 1] = replace(
                    first, unit=first.unit or second.unit, values=values, counted=counted
                )
        return [*found, *pairs]

    def _are_pair(self, first: Amount, second: Amount, joiner: str) -> bool:
        """Whether two numbers make one statement: *1,000 euros in 48 hours* are two."""
        if "ordinal" in (first.unit, second.unit):
            return False
        return first.unit in ("", second.unit) and (not second.unit or joiner not in self._lists.ratio_words)

    def _pair(self, first: Amount, second: Amount, *, checked: bool) -> Amount:
        start, end = first.start, second.end
        low, high = sorted((first.values[-1].normalize(), second.values[0].normalize()))
        return Amount(
            text=self._text[start:end],
            start=start,
            end=end,
            values=(),
            code=f"{low:f}-{high:f}",
            pair=True,
            checked=checked,
        )

    def _joiner(self, end: int, start: int) -> str:
        """What stands between two numbers and makes one statement of them; empty when nothing does."""
        between = self._tokens[end:start]
        words = " ".join(token.text for token in between)
        dash = len(between) == 1 and between[0].kind == "dash"
        return words if dash or words == "/" or words in self._lists.pair_words else ""


def _continues(current: Decimal, value: int) -> bool:
    """Whether a word worth `value` goes on with a number of `current`: *twenty*, *two*."""
    return (
        not current
        or (current % 100 == 0 and value < 100)
        or (current % 10 == 0 and current % 100 >= 20 and value < 10)
    )
