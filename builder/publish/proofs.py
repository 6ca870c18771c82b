"""A summary beside its evidence: which sentence of it rests on which of the original. Pure.

A sentence that an editor has changed is not found in the evidence: what it says is the editor's, and no
source is claimed for it.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from builder.model import Item
from builder.render import markup
from builder.render.places import minutes_to_read
from builder.render.views import BlockView, MadeView, ProofView, QuoteView
from builder.summary import provenance
from builder.summary.evidence import Evidence

if TYPE_CHECKING:
    from builder.summary.trace import Traced

_FRAGMENT_WORDS = 5
"""Words that find the beginning of a sentence in a page, and its end."""


def item_views(
    item: Item, html: str, evidence: Evidence | None, source_url: str
) -> tuple[tuple[BlockView, ...], MadeView]:
    """The body `html` of `item` in blocks, each with its proofs, and how the summary was made.

    `source_url` is where the original is linked to; empty for nowhere.
    """
    traced = _traced(item, evidence) if evidence else []
    told = (
        tuple(_blocks(html, traced, source_url))
        if traced
        else (BlockView(block_html=html, proofs=()),)
        if html
        else ()
    )
    label = provenance.label(item, evidence)
    # Evidence of an older form does not hold the body's digest, only those of its sentences.
    surely = bool(evidence and evidence.body) or label.moved > 0
    return told, MadeView(
        writer=label.writer.value,
        name=label.name,
        edited=label.edited and surely,
        sentences=len(evidence.units) if evidence else 0,
        standing=len(traced),
        verbatim=sum(map(_is_verbatim, traced)),
        read=evidence.fetched if evidence else None,
        language=evidence.language if evidence else "",
    )


def _traced(item: Item, evidence: Evidence) -> "list[Traced]":
    # It takes long to import, and a text by hand needs none of it.
    from builder.summary import trace

    return [one for one in trace.trace(item.body, evidence) if one.proof]


def minutes(evidence: Evidence | None) -> int:
    """Minutes to read the original, from the length of the sentences cited; 0 without evidence."""
    if evidence is None or not evidence.sentences:
        return 0
    words = sum(len(cited.text.split()) for cited in evidence.sentences) / len(evidence.sentences)
    return minutes_to_read(round(words * evidence.count))


def at_sentence(url: str, sentence: str) -> str:
    """`url` with a text fragment, which browsers that know it scroll to (WICG, Scroll to Text Fragment)."""
    words = sentence.split()
    if not url or not words:
        return url
    ends = (
        [sentence]
        if len(words) <= 2 * _FRAGMENT_WORDS
        else [" ".join(words[:_FRAGMENT_WORDS]), " ".join(words[-_FRAGMENT_WORDS:])]
    )
    found = ",".join(quote(end, safe="").replace("-", "%2D") for end in ends)
    return f"{url}{'' if '#' in url else '#'}:~:text={found}"


def _blocks(html: str, traced: "Sequence[Traced]", source_url: str) -> Iterator[BlockView]:
    """Each outermost element of `html` with the sentences that stand in it."""
    ahead = list(traced)
    for block in markup.blocks(html):
        told = "" if not ahead or block.lstrip().startswith("<h") else markup.plain(block)
        here = [one for one in ahead if one.text in told]
        ahead = [one for one in ahead if one not in here]
        yield BlockView(block_html=block, proofs=tuple(_proof(one, source_url) for one in here))


def _proof(one: "Traced", source_url: str) -> ProofView:
    return ProofView(
        text=one.text,
        verbatim=_is_verbatim(one),
        quotes=tuple(
            QuoteView(text=cited.text, number=cited.index + 1, url=at_sentence(source_url, cited.text))
            for cited in one.cited
        ),
    )


def _is_verbatim(one: "Traced") -> bool:
    """Whether the original has the sentence word for word; a lead-in put before it does not count."""
    bare = one.text.partition(": ")[2]
    return any(one.text in cited.text or (bool(bare) and bare in cited.text) for cited in one.cited)
