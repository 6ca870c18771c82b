"""A text with what is found in it: its words, its numbers and its dates, each found once."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from builder.summary import amounts, dates, names
from builder.summary.amounts import Amount
from builder.summary.dates import Date
from builder.summary.language import Language, straight

LONGEST = 4000
"""Characters of a sentence that are looked at: what goes on is no sentence, and must cost nobody much."""
_WORD = re.compile(r"[^\W_]+(?:[’'\-.][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text."""

    word: str
    """In lower case."""
    stem: str
    start: int
    end: int
    empty: bool
    """Whether it is a stop word."""


class Known:
    """A text of the source, or a statement to be tried against it, with what is found in it."""

    def __init__(self, text: str, tongue: Language) -> None:
        self.text = text[:LONGEST]
        self._tongue = tongue

    @cached_property
    def dates(self) -> tuple[Date, ...]:
        """In order."""
        return dates.find(self.text, self._tongue.code)

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """In order, dates left out."""
        return amounts.find(self.text, self._tongue, [(date.start, date.end) for date in self.dates])

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its words in order."""
        stopwords = self._tongue.words.stopwords
        return tuple(
            Token(word, self._tongue.stem(word), match.start(), match.end(), word in stopwords)
            for match in _WORD.finditer(self.text)
            for word in (straight(match[0].lower()),)
        )

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last token that touch the characters from `start` to `end`."""
        first = bisect_right(self._ends, start)
        last = bisect_left(self._starts, end) - 1
        return (first, last) if first <= last else (0, 0)

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    @cached_property
    def _ends(self) -> list[int]:
        return [token.end for token in self.tokens]

    @cached_property
    def terms(self) -> frozenset[str]:
        """The stems of its words."""
        return frozenset(self._tongue.terms(self.text))

    @cached_property
    def words(self) -> list[str]:
        """Its words in plain form, in order."""
        return names.plain_words(self.text)
