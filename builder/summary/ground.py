"""What a source states, in a form in which a statement can be looked up."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Self

from builder.model import Article, BlockKind
from builder.summary import lexicon, names, quotes
from builder.summary.amounts import Amount
from builder.summary.dates import Date
from builder.summary.known import Known
from builder.summary.language import Language
from builder.summary.lexicon import plain
from builder.summary.names import Name
from builder.summary.reading import of as reading_of
from builder.summary.said import Said

WORTH_A_SECOND = 1.05
"""By how much two neighbouring sentences must hold more of a statement than the best one alone."""
_WITHIN = re.compile(r"(?<=[a-zà-ÿ,;] )[A-ZÀ-ÖØ-Þ][\w’']*")
_CAPITALS = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}|(?<![^\W_])[A-ZÄÖÜÉ][A-ZÄÖÜÉ&]+s?(?![^\W_])")


class Ground:
    """The sentences of a source that are at hand, and its facts."""

    def __init__(
        self,
        tongue: Language,
        texts: Mapping[int, str],
        others: Iterable[str],
        said: Sequence[Said] = (),
        *,
        complete: bool,
    ) -> None:
        self.language = tongue
        self.lexicon = lexicon.load(tongue.code)
        self.sentences: dict[int, Known] = {index: Known(text, tongue) for index, text in texts.items()}
        """By index in the source."""
        self.others: tuple[Known, ...] = tuple(Known(text, tongue) for text in others)
        """What stands in no sentence: the title, subheadings, tables; or facts kept from the rest of it."""
        self.said: tuple[Said, ...] = tuple(said)
        """Its quotations."""
        self.complete = complete
        self._names: dict[str, tuple[Name, ...]] = {}
        self._weights: dict[str, float] = {}
        self._aliases: dict[tuple[str, ...], frozenset[int]] = {}
        """Whether all of the source's sentences are at hand."""

    @classmethod
    def of(cls, article: Article, texts: Mapping[int, str] | None = None) -> Self:
        """The ground that an article is, whole; `texts` are its sentences where they are counted anew."""
        reading = reading_of(article)
        split = reading.sentences
        apart = (BlockKind.HEADING, BlockKind.LISTING)
        others = [article.title, *(block.text for block in article.blocks if block.kind in apart)]
        ground = cls(
            reading.language,
            texts or {index: sentence.text for index, sentence in enumerate(split)},
            others,
            complete=True,
        )
        ground.said = tuple(
            Said(text, tuple(dict.fromkeys(name.text for name in ground.names_in(near))))
            for text, near in quotes.said(article, split)
        )
        return ground

    @property
    def texts(self) -> dict[int, str]:
        """The sentences at hand, by index in the source."""
        return {index: known.text for index, known in self.sentences.items()}

    @property
    def everything(self) -> Iterator[Known]:
        """All texts at hand, sentences first."""
        yield from self.sentences.values()
        yield from self.others

    # -- support

    def known(self, indices: Sequence[int]) -> tuple[int, ...]:
        """Those of `indices` whose sentences are at hand."""
        return tuple(index for index in indices if index in self.sentences)

    def support(self, text: str, indices: Sequence[int]) -> float:
        """How much of `text` the sentences `indices` hold, by the rarity of its terms, 0 to 1."""
        held = frozenset().union(*(self.sentences[index].terms for index in indices))
        terms = list(dict.fromkeys(self.language.terms(text)))
        total = sum(self.weight(term) for term in terms)
        found = sum(self.weight(term) for term in terms if term in held)
        return round(found / total, 3) if total else 0.0

    def nearest(self, text: str) -> tuple[int, ...]:
        """The sentence, or the two neighbours, that hold most of `text`; empty when none holds any of it."""
        weights = {term: self.weight(term) for term in self.language.terms(text)}
        held = {
            index: sum(weights[term] for term in weights.keys() & known.terms)
            for index, known in self.sentences.items()
        }
        best = max(held, key=lambda index: held[index], default=-1)
        if best < 0 or not held[best]:
            return ()
        pair: tuple[int, ...] = ()
        joint = held[best] * WORTH_A_SECOND
        for one, two in pairwise(sorted(held)):
            if two == one + 1 and held[one] and held[two]:
                both = self.sentences[one].terms | self.sentences[two].terms
                reached = sum(weights[term] for term in weights.keys() & both)
                if reached > joint:
                    pair, joint = (one, two), reached
        return pair or (best,)

    def weight(self, term: str) -> float:
        """How much it counts that `term` is there."""
        weight = self._weights.get(term)
        if weight is None:
            weight = self._weights[term] = max(self.language.rarity(term), 0.1)
        return weight

    # -- facts

    @cached_property
    def amounts(self) -> dict[Decimal, list[tuple[Amount, Known]]]:
        """By what they may be worth."""
        found: dict[Decimal, list[tuple[Amount, Known]]] = defaultdict(list)
        for known in self.everything:
            for amount in known.amounts:
                for value in amount.values:
                    found[value].append((amount, known))
        return dict(found)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Numbers that can only be compared letter by letter."""
        return frozenset(amount.code for known in self.everything for amount in known.amounts if amount.code)

    @cached_property
    def dates(self) -> tuple[Date, ...]:
        """All of them."""
        return tuple(date for known in self.everything for date in known.dates)

    @cached_property
    def stream(self) -> str:
        """All words in plain form, a space between and around."""
        return " ".join(("", *(" ".join((*known.words, "|")) for known in self.everything), ""))

    @cached_property
    def prose(self) -> str:
        """The words of the sentences alone, in plain form, a space between and around."""
        return " ".join(("", *(" ".join((*known.words, "|")) for known in self.sentences.values()), ""))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All words in plain form."""
        return frozenset(self.stream.split())

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all words."""
        return frozenset(map(self.language.stem, self.vocabulary))

    @cached_property
    def lower(self) -> frozenset[str]:
        """The plain words that stand somewhere without a capital."""
        return frozenset(
            plain(word.strip(".,;:!?\"'“”‘’()"))
            for known in self.everything
            for part in known.text.split()
            for word in part.split("-")
            if word[:1].islower()
        )

    @cached_property
    def upper(self) -> frozenset[str]:
        """The plain words that stand somewhere within a sentence with a capital."""
        return frozenset(plain(found) for known in self.everything for found in _WITHIN.findall(known.text))

    @cached_property
    def capitals(self) -> frozenset[str]:
        """The plain words that are written in capitals: acronyms, for the most part."""
        return frozenset(plain(found) for known in self.everything for found in _CAPITALS.findall(known.text))

    @cached_property
    def neighbours(self) -> frozenset[tuple[str, str]]:
        """Words that stand side by side, fillers between them left out."""
        fillers = self.lexicon.name_fillers
        found: set[tuple[str, str]] = set()
        for known in self.everything:
            found.update(pairwise(known.words))
            found.update(pairwise(word for word in known.words if word not in fillers))
        return frozenset(found)

    def names_in(self, text: str) -> tuple[Name, ...]:
        """The names in any text, told from common words by what is common here."""
        if text not in self._names:
            self._names[text] = names.find(text, self.language, self.is_common)
        return self._names[text]

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """All names as they stand in it."""
        return tuple(name for known in self.everything for name in self.names_in(known.text))

    @cached_property
    def runs(self) -> dict[str, set[int]]:
        """For each word of a name, the names (by their place in `names`) that hold it."""
        found: dict[str, set[int]] = defaultdict(set)
        for number, name in enumerate(self.names):
            for word in name.words:
                found[word].add(number)
        return dict(found)

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """The abbreviations that its names may have."""
        return frozenset().union(
            *(names.acronyms(name.words) for name in self.names if 1 < len(name.words) < 9)
        )

    @cached_property
    def aliases(self) -> frozenset[int]:
        """The things with several names that it names."""
        lists = self.lexicon
        whole = {
            number
            for form, numbers in lists.aliases.items()
            if f" {form} " in self.stream
            for number in numbers
        }
        started = {
            number for form, numbers in lists.stems.items() if f" {form}" in self.stream for number in numbers
        }
        return frozenset(whole | started)

    @cached_property
    def people(self) -> frozenset[str]:
        """The words of the names of persons: with a given name or a title, or beside a verb of saying."""
        lists = self.language.words
        found: set[str] = set()
        for known in self.everything:
            for name in self.names_in(known.text):
                first, last = known.span(name.start, name.end)
                beside = {token.word for token in known.tokens[max(0, first - 1) : last + 2]}
                if name.words[0] in lists.given_names or beside & (lists.speech | lists.titles):
                    found.update(name.words)
        return frozenset(found)

    def is_person(self, words: tuple[str, ...]) -> bool:
        """Whether a name is that of a person, as far as can be told."""
        return words[0] in self.language.words.given_names or not self.people.isdisjoint(words)

    def same_name(self, one: tuple[str, ...], two: tuple[str, ...]) -> bool:
        """Whether two names may be of one thing."""
        if one[-1] in two or two[-1] in one:
            return True
        if len(one) > 1 and len(two) == 1 and two[0] in names.acronyms(one):
            return True
        if len(two) > 1 and len(one) == 1 and one[0] in names.acronyms(two):
            return True
        return bool(self.aliases_of(one) & self.aliases_of(two))

    def aliases_of(self, words: tuple[str, ...]) -> frozenset[int]:
        """The things with several names that a name may stand for."""
        if words not in self._aliases:
            self._aliases[words] = frozenset().union(
                self._alias(" ".join(words)), *(self._alias(word) for word in words)
            )
        return self._aliases[words]

    def _alias(self, word: str) -> frozenset[int]:
        lists = self.lexicon
        found = set(lists.aliases.get(word, ()))
        for length in range(3, len(word) + 1):
            found.update(lists.stems.get(word[:length], ()))
        return frozenset(found)

    def is_common(self, word: str) -> bool:
        """Whether a capital may mean nothing to the plain `word`.

        It stands somewhere without one, or is a word of the language that never has one within a sentence.
        """
        return word in self.lower or (word not in self.upper and names.is_common(word, self.language))
