"""An article as a model is shown it, and as its answer is judged by: without what speaks to machines."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property

from builder import digest
from builder.model import Article, Block, BlockKind, Passage, Sentence, Summary, Unit
from builder.summary import instructions, language, reading, sentences
from builder.summary.ground import Ground
from builder.summary.reading import Reading


@dataclass(frozen=True)
class Source:
    """An article, read once for one draft. Sentences are counted in `clean`; `counted` puts that right."""

    article: Article
    most: int
    """Characters that are shown to a model; the sentences beyond are not."""

    @cached_property
    def digest(self) -> str:
        """Of the article's text."""
        return digest.of_text(self.article.text)

    @cached_property
    def clean(self) -> Article:
        """The article without what speaks to machines: all that may be shown, and rested on."""
        if not self.orders:
            return self.article
        return replace(self.article, title=self.title, blocks=tuple(self._blocks()))

    @cached_property
    def reading(self) -> Reading:
        """Of `clean`."""
        return reading.of(self.clean)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The sentences of `clean`."""
        return tuple(sentence.text for sentence in self.reading.sentences)

    @cached_property
    def told(self) -> tuple[int, ...]:
        """Those that a model is shown."""
        told: list[int] = []
        left = self.most
        for index, text in enumerate(self.texts):
            left -= len(text)
            if left < 0:
                break
            told.append(index)
        return tuple(told)

    @cached_property
    def title(self) -> str:
        """The title; empty when it speaks to a machine."""
        title = self.article.title
        return "" if instructions.speaks_to_machine(title) else title

    @cached_property
    def ground(self) -> Ground:
        """What a statement is looked up in."""
        return Ground.of(self.clean)

    @property
    def code(self) -> str:
        """The language the article is written in, two letters; empty when it is not known."""
        return self.reading.language.code or self.article.language

    @cached_property
    def orders(self) -> tuple[str, ...]:
        """What is withheld: sentences, and subheadings and the title where they speak to a machine."""
        spoken = [sentence.text for index, sentence in enumerate(self._split) if index in self._withheld]
        headings = [block.text for block in self.article.blocks if block.kind is BlockKind.HEADING]
        return tuple(spoken + list(filter(instructions.speaks_to_machine, (self.article.title, *headings))))

    def counted(self, summary: Summary) -> Summary:
        """`summary` with its sources counted in the whole article."""
        if self.clean is self.article:
            return summary
        index_of = self._index_of

        def unit(one: Unit) -> Unit:
            return replace(one, sources=tuple(index_of[index] for index in one.sources if index in index_of))

        def passage(one: Passage) -> Passage:
            return replace(one, units=tuple(map(unit, one.units)))

        return replace(
            summary, tldr=tuple(map(unit, summary.tldr)), passages=tuple(map(passage, summary.passages))
        )

    @cached_property
    def _split(self) -> tuple[Sentence, ...]:
        return sentences.split(self.article)

    @cached_property
    def _withheld(self) -> frozenset[int]:
        """The sentences that speak to a machine, and what follows one in its block: that is its content."""
        found: set[int] = set()
        block = -1
        for index, sentence in enumerate(self._split):
            if sentence.block == block or self._is_order(index):
                block = sentence.block
                found.add(index)
        return frozenset(found)

    def _is_order(self, index: int) -> bool:
        text = self._split[index].text
        if instructions.speaks_to_machine(text):
            return True
        # Whoever is let into an article does not speak of its subject.
        return instructions.may_speak_to_machine(text) and all(
            self._met[term] < 2 for term in self._terms[index]
        )

    @cached_property
    def _terms(self) -> tuple[frozenset[str], ...]:
        tongue = language.of(self.article)
        return tuple(frozenset(tongue.terms(sentence.text)) for sentence in self._split)

    @cached_property
    def _met(self) -> Counter[str]:
        """In how many sentences each term stands; the title is one."""
        titled = frozenset(language.of(self.article).terms(self.article.title))
        return Counter(term for terms in (*self._terms, titled) for term in terms)

    @cached_property
    def _index_of(self) -> dict[int, int]:
        """From the sentences of `clean` to those of the article; both are in the same order."""
        left = ((index, one.text) for index, one in enumerate(self._split) if index not in self._withheld)
        found: dict[int, int] = {}
        for index, text in enumerate(self.texts):
            for original, told in left:
                if told == text:
                    found[index] = original
                    break
        return found

    def _blocks(self) -> list[Block]:
        kept: dict[int, list[str]] = defaultdict(list)
        for index, sentence in enumerate(self._split):
            if index not in self._withheld:
                kept[sentence.block].append(sentence.text)
        split = {sentence.block for sentence in self._split}
        made: list[Block] = []
        for place, block in enumerate(self.article.blocks):
            text = " ".join(kept[place]) if place in split else block.text
            if text and (place in split or not instructions.speaks_to_machine(text)):
                made.append(Block(block.kind, text))
        return made
