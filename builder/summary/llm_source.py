"""An article as a model is shown it, and as its answer is judged by: without what speaks to machines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from builder import digest
from builder.model import Article, Block, BlockKind
from builder.summary import instructions, sentences
from builder.summary.ground import Ground
from builder.summary.reading import Reading


@dataclass(frozen=True)
class Source:
    """An article, read once for one draft."""

    article: Article
    most: int
    """Characters that are shown to a model; the sentences beyond are not."""

    @cached_property
    def digest(self) -> str:
        """Of the article's text."""
        return digest.of_text(self.article.text)

    @cached_property
    def split(self) -> tuple[str, ...]:
        """All sentences, by index."""
        return tuple(one.text for one in sentences.split(self.article))

    @cached_property
    def withheld(self) -> frozenset[int]:
        """The sentences that speak to a machine, and what follows one in its block: that is its content."""
        found: set[int] = set()
        block = -1
        for index, sentence in enumerate(sentences.split(self.article)):
            if sentence.block == block or instructions.speaks_to_machine(sentence.text):
                block = sentence.block
                found.add(index)
        return frozenset(found)

    @cached_property
    def texts(self) -> dict[int, str]:
        """The sentences that may be rested on, by index."""
        return {index: text for index, text in enumerate(self.split) if index not in self.withheld}

    @cached_property
    def told(self) -> tuple[int, ...]:
        """Those of them that a model is shown."""
        told: list[int] = []
        left = self.most
        for index, text in self.texts.items():
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
    def clean(self) -> Article:
        """The article without what is withheld: what an extract of it may show."""
        if not self.withheld and self.title == self.article.title:
            return self.article
        return replace(self.article, title=self.title, blocks=tuple(self._blocks()))

    @cached_property
    def reading(self) -> Reading:
        """Of `clean`; its indices are others, see `index_of`."""
        return Reading(self.clean)

    @cached_property
    def index_of(self) -> dict[int, int]:
        """From the sentences of `clean` to those of the article."""
        left = iter(self.texts.items())
        found: dict[int, int] = {}
        for index, sentence in enumerate(self.reading.sentences):
            for original, text in left:
                if text == sentence.text:
                    found[index] = original
                    break
        return found

    @cached_property
    def ground(self) -> Ground:
        """What a statement is looked up in."""
        return Ground.of(self.clean, self.texts)

    @property
    def code(self) -> str:
        """The language the article is written in, two letters; empty when it is not known."""
        return self.reading.language.code or self.article.language

    @cached_property
    def orders(self) -> tuple[str, ...]:
        """What is withheld, title and headings included."""
        spoken = [self.split[index] for index in sorted(self.withheld)]
        headings = [block.text for block in self.article.blocks if block.kind is BlockKind.HEADING]
        return tuple(
            spoken + [one for one in (self.article.title, *headings) if instructions.speaks_to_machine(one)]
        )

    def _blocks(self) -> Sequence[Block]:
        kept: dict[int, list[str]] = {}
        for index, sentence in enumerate(sentences.split(self.article)):
            kept.setdefault(sentence.block, [])
            if index in self.texts:
                kept[sentence.block].append(sentence.text)
        made: list[Block] = []
        for place, block in enumerate(self.article.blocks):
            text = " ".join(kept[place]) if place in kept else block.text
            if text and not (block.kind is BlockKind.HEADING and instructions.speaks_to_machine(text)):
                made.append(Block(block.kind, text))
        return made
