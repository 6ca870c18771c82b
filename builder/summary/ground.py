"""What a source states, in a form in which a statement can be looked up."""

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Self

from builder import rules
from builder.model import Article, BlockKind, Finding, Verdict
from builder.summary import facts, language, sentences
from builder.summary.evidence import Evidence
from builder.summary.facts import Facts
from builder.summary.language import Language, tokens

_NEAREST = 2
"""Sentences that one statement may rest on."""
_LETTERS = re.compile(r"[^\w]+")


class Ground:
    """The sentences of a source that are at hand, and its facts."""

    def __init__(
        self, tongue: Language, texts: dict[int, str], stated: Facts, *, title: str = "", complete: bool
    ) -> None:
        self.language = tongue
        self.texts = texts
        """By index in the source."""
        self.facts = stated
        self.title = title
        self.complete = complete
        """Whether all of the source's sentences are at hand."""

    @classmethod
    def of(cls, source: Article | Evidence) -> Self:
        """The ground that an article is, or what evidence keeps of one."""
        if isinstance(source, Article):
            texts = {index: one.text for index, one in enumerate(sentences.split(source))}
            headings = [block.text for block in source.blocks if block.kind is BlockKind.HEADING]
            title = " — ".join((source.title, *headings))
            return cls(language.of(source), texts, facts.of(source), title=title, complete=True)
        texts = {cited.index: cited.text for cited in source.sentences}
        complete = len(texts) == source.count
        return cls(language.load(source.language), texts, source.facts, complete=complete)

    def known(self, indices: Sequence[int]) -> tuple[int, ...]:
        """Those of `indices` whose sentences are at hand."""
        return tuple(index for index in indices if index in self.texts)

    def support(self, text: str, indices: Sequence[int]) -> float:
        """How much of `text` the sentences `indices` hold, by the rarity of its terms, 0 to 1."""
        held = {term for index in indices for term in self._terms[index]}
        terms = list(dict.fromkeys(self.language.terms(text)))
        total = sum(self._weight(term) for term in terms)
        found = sum(self._weight(term) for term in terms if term in held)
        return round(found / total, 3) if total else 0.0

    def nearest(self, text: str) -> tuple[int, ...]:
        """The sentence, or the two neighbours, that hold most of `text`; empty when none holds any of it."""
        order = sorted(self.texts)
        windows: list[tuple[int, ...]] = [(index,) for index in order]
        windows.extend(pair for pair in pairwise(order) if pair[1] == pair[0] + 1)
        best = max(windows, key=lambda window: (self.support(text, window), -len(window)), default=())
        return best if best and self.support(text, best) > 0 else ()

    def findings(self, text: str, indices: Sequence[int] = ()) -> tuple[Finding, ...]:  # noqa: ARG002
        """What the source does not bear out of `text`, in the order of the text."""
        stated = facts.of_text(text, self.language)
        looked_up = (
            ("F101", "number", stated.numbers, self.facts.numbers),
            ("F201", "date", stated.dates, self.facts.dates),
            ("F301", "name", stated.names, self.facts.names),
            ("F403", "quotation", stated.quotes, self.facts.quotes),
        )
        return tuple(
            rules.finding(code, f"the source has no {kind} {one}", verdict=Verdict.UNSUPPORTED, subject=one)
            for code, kind, said, known in looked_up
            for one in said
            if not self._has(one, known)
        )

    def _has(self, one: str, known: Sequence[str]) -> bool:
        words = _plain(one)
        return any(f" {words} " in f" {_plain(other)} " for other in known) or f" {words} " in self._run

    def _weight(self, term: str) -> float:
        return max(self.language.rarity(term), 0.1)

    @cached_property
    def _terms(self) -> dict[int, frozenset[str]]:
        return {index: frozenset(self.language.terms(text)) for index, text in self.texts.items()}

    @cached_property
    def _run(self) -> str:
        """All that is at hand, as words between spaces."""
        return " ".join(("", *(_plain(text) for text in (self.title, *self.texts.values())), ""))


def _plain(text: str) -> str:
    return " ".join(tokens(_LETTERS.sub(" ", text)))
