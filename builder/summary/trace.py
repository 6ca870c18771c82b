"""An item's body beside its evidence: each sentence with what it rests on, while nobody has changed it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from builder import digest
from builder.summary import body, language, sentences
from builder.summary.body import Kind, Part
from builder.summary.evidence import Cited, Evidence, Proof
from builder.summary.language import Language

_PIECES = 8
"""Into so many pieces a sentence may fall when a paragraph is split again."""


@dataclass(frozen=True, slots=True)
class Traced:
    """A sentence or point of a body as it stands, or a heading."""

    text: str
    """As a reader sees it, with its lead-in."""
    kind: Kind
    part: int
    """The index of its heading, paragraph or point in the body."""
    offsets: tuple[int, ...]
    """For each letter of `text`, where it stands in the body."""
    proof: Proof | None
    """None: written or changed by hand, or a heading."""
    cited: tuple[Cited, ...]
    """The sentences of the source it rests on; empty without `proof`."""

    @property
    def edited(self) -> bool:
        """Whether it is a sentence that no evidence is for."""
        return self.proof is None and self.kind is not Kind.HEADING


def trace(text: str, evidence: Evidence | None) -> tuple[Traced, ...]:
    """The headings and sentences of the body `text` in order; without evidence all are edited."""
    return tuple(_traced(body.parts(text), evidence))


def _traced(parts: Sequence[Part], evidence: Evidence | None) -> Iterator[Traced]:
    tongue = language.load(evidence.language if evidence else language.FALLBACK)
    proofs = {proof.digest: proof for proof in reversed(evidence.units)} if evidence else {}
    lengths = {len(known) for known in proofs}
    cited = {one.index: one for one in evidence.sentences} if evidence else {}

    def proof_of(words: str) -> Proof | None:
        whole = digest.of_text(words)
        return next((proofs[whole[:length]] for length in lengths if whole[:length] in proofs), None)

    for number, part in enumerate(parts):
        if part.kind is Kind.HEADING:
            yield Traced(part.text, part.kind, number, part.offsets, None, ())
            continue
        for start, end, proof in _sentences(part, tongue, proof_of):
            sources = tuple(cited[index] for index in proof.sources if index in cited) if proof else ()
            yield Traced(part.text[start:end], part.kind, number, part.offsets[start:end], proof, sources)


def _sentences(
    part: Part, tongue: Language, proof_of: Callable[[str], Proof | None]
) -> Iterator[tuple[int, int, Proof | None]]:
    """Where sentences of `part` begin and end; what has a proof is one, however it would be split."""
    lead = part.text[: part.bold].rstrip()
    after = part.text[part.bold :].lstrip() if lead.endswith(":") else ""
    if proof := proof_of(part.text) or (proof_of(after) if after else None):
        yield 0, len(part.text), proof
        return
    spans = sentences.spans(part.text, tongue)
    at = 0
    while at < len(spans):
        start = spans[at][0]
        for stop in range(min(at + _PIECES, len(spans)), at, -1):
            end = spans[stop - 1][1]
            if proof := proof_of(part.text[start:end]):
                yield start, end, proof
                at = stop
                break
        else:
            yield *spans[at], None
            at += 1
