"""Who wrote an item as it stands: told from its file, its evidence, and how far the text has moved."""

from dataclasses import dataclass
from enum import StrEnum

from builder import digest
from builder.model import Item
from builder.summary.evidence import Evidence

REWRITTEN = 0.75
"""The share of a text that has moved, from which on it is its editor's own."""


class Writer(StrEnum):
    """What kind of author began a text."""

    EXTRACTION = "extraction"
    MODEL = "model"
    ENGINE = "engine"
    """A plug-in."""
    HAND = "hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Who wrote an item, for its page."""

    writer: Writer
    name: str
    """The model or the engine; empty for a text by hand."""
    moved: float
    """The share of the text that is no longer as it was drafted: 0 untouched, 1 all new."""
    edited: bool
    """Whether anything is other than it was drafted."""
    replaced: int = 0
    """How many sentences of the model gave way to sentences of the source."""

    @property
    def key(self) -> str:
        """The name of a message: that of the writer, with `_edited` behind it where that applies."""
        return self.writer.value + ("_edited" if self.edited else "")

    def __str__(self) -> str:
        """In English: *written by extraction*, *drafted by MODEL, edited by hand*."""
        if self.writer is Writer.HAND:
            return f"written by hand, from a draft by {self.name}" if self.name else "written by hand"
        begun = "written by extraction" if self.writer is Writer.EXTRACTION else f"drafted by {self.name}"
        return f"{begun}, edited by hand" if self.edited else begun


def label(item: Item, proof: Evidence | None) -> Label:
    """Who wrote `item`, as far as its file and its evidence tell.

    Without evidence nobody can say whether a text was edited; it is then called what its front matter says.
    """
    writer, name = _begun(item)
    if proof is None or writer is Writer.HAND:
        return Label(writer=writer, name=name, moved=0.0, edited=False)
    share = moved(item, proof)
    if share >= REWRITTEN:
        return Label(writer=Writer.HAND, name=name, moved=share, edited=True)
    return Label(
        writer=writer,
        name=name,
        moved=share,
        # Older evidence tells of the sentences alone.
        edited=share > 0 or (bool(proof.body) and not untouched(item, proof)),
        replaced=len(item.provenance.replaced) if item.provenance else 0,
    )


def untouched(item: Item, proof: Evidence) -> bool:
    """Whether the text of `item` is surely as it was drafted, to the letter; its title may be another.

    False also where an older evidence file does not say enough to tell.
    """
    opening = next((unit.digest for unit in proof.units if unit.where == "tldr/0"), "")
    line = digest.of_text(item.tldr) == opening if opening else not item.tldr
    return line and bool(proof.body) and digest.of_text(item.body) == proof.body


def moved(item: Item, proof: Evidence) -> float:
    """The share of the text of `item` that is not as it was drafted, 0 to 1 in two places; headings left out.

    What was taken out counts as what was put in: the greater of the two shares is told.
    """
    if proof.body and digest.of_text(item.body) == proof.body:
        return 0.0
    # What looks for sentences takes long to import, and is needed only where a text was edited.
    from builder.summary import trace
    from builder.summary.body import Kind

    drafted = {unit.digest for unit in proof.units}
    sentences = [one for one in trace.trace(item.body, proof) if one.kind is not Kind.HEADING]
    sizes = [sum(map(str.isalnum, one.text)) for one in sentences]
    kept = sum(size for size, one in zip(sizes, sentences, strict=True) if one.proof)
    new = 1 - kept / sum(sizes) if any(sizes) else 1.0
    found = {one.proof.digest for one in sentences if one.proof}
    gone = 1 - len(found) / len(drafted) if drafted else 0.0
    return round(max(new, gone), 2)


def _begun(item: Item) -> tuple[Writer, str]:
    if item.provenance and not item.provenance.refused:
        return Writer.MODEL, item.provenance.model
    engine = item.by.partition("/")[0]
    if not engine:
        return Writer.HAND, ""
    return (Writer.EXTRACTION, "extraction") if engine == "extract" else (Writer.ENGINE, engine)
