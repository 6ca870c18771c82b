"""Where somebody is quoted: spans of text between quotation marks, of any style."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from builder.model import Article, BlockKind, Sentence

QUOTED_LEAST = 3
"""Words in a quotation; fewer are a title or a word held at a distance."""
QUOTED_MOST, AROUND = 500, 2000
"""Quotations of a text, and characters around one, that are looked at."""
BEFORE, AFTER = 2, 1
"""So many sentences before and after a quotation may name its speaker."""
MARKS = "\"“”„«»‹›「」『』'‘’"
_PAIRS = {"“": "”", "„": '“”"', "«": "»", "‹": "›", "「": "」", "『": "』", "»": "«"}
_MARK = re.compile(f"[\"'‘{''.join(_PAIRS)}]")
_SINGLE_OPENS = re.compile(r"(?<![\w.])(?:‘|'(?=\w))")
_SINGLE_CLOSES = re.compile(r"(?<=[^\s‘])['’](?!\w)")


def spans(text: str) -> tuple[tuple[int, int], ...]:
    """The quotations in `text`, marks included, in order and apart from each other.

    One that is not closed reaches to the end, as in an interview whose paragraphs open with a mark and only
    the last closes. Single marks count only where they are closed, since most of them are apostrophes.
    """
    found: list[tuple[int, int]] = []
    at = 0
    singles = True
    while opening := _MARK.search(text, at):
        at, mark = opening.start(), opening[0]
        if mark == '"' or (mark in _PAIRS and _opens(text, at)):
            end = _close(text, at)
            found.append((at, end))
            at = end
            continue
        if singles and mark in "'‘" and _SINGLE_OPENS.match(text, at):
            closing = _SINGLE_CLOSES.search(text, at + 1)
            # Where none closes after this one, none closes after a later one.
            singles = closing is not None
            if closing:
                found.append((at, closing.end()))
                at = closing.end()
                continue
        at += 1
    return tuple(found)


def outside(text: str, quoted: tuple[tuple[int, int], ...]) -> str:
    """`text` with its quotations blanked: the writer's own words, at their own places."""
    parts: list[str] = []
    at = 0
    for start, end in quoted:
        parts.extend((text[at:start], " " * (end - start)))
        at = end
    return "".join((*parts, text[at:]))


def _opens(text: str, at: int) -> bool:
    # The marks of one language close in another: »so« in German books, « ainsi » in French.
    return text[at] != "»" or at == 0 or not text[at - 1].isalnum()


def _close(text: str, at: int) -> int:
    closers = '"' if text[at] == '"' else _PAIRS[text[at]]
    places = [place for closer in closers if (place := text.find(closer, at + 1)) != -1]
    return min(places) + 1 if places else len(text)


def said(article: Article, split: Sequence[Sentence]) -> tuple[tuple[str, str], ...]:
    """The quotations of `article`, whose sentences are `split`, each once, with the words around it.

    Only those of QUOTED_LEAST words and more; the words around are those in which a speaker would be named.
    """
    quoted = [
        spans(block.text) if block.kind is not BlockKind.QUOTE else ((0, len(block.text)),)
        for block in article.blocks
    ]
    own = "\n\n".join(outside(block.text, inner) for block, inner in zip(article.blocks, quoted, strict=True))
    found: dict[str, str] = {}
    starts = [one.start for one in split]
    offset = 0
    for number, (block, inner) in enumerate(zip(article.blocks, quoted, strict=True)):
        for start, end in inner:
            text = block.text[start:end].strip(MARKS + " ")
            if len(text.split()) >= QUOTED_LEAST and len(found) < QUOTED_MOST:
                near = _around(split, starts, number, offset + start, offset + end)
                words = " ".join(own[one.start : one.end] for one in near)[:AROUND]
                if len(known := found.get(text, "")) < AROUND:
                    found[text] = f"{known} {words}".lstrip()
        offset += len(block.text) + 2
    return tuple(found.items())


def _around(
    split: Sequence[Sentence], starts: Sequence[int], block: int, start: int, end: int
) -> list[Sentence]:
    """The sentences that a quotation touches, with those before and after them in reach."""
    first = max(0, bisect_right(starts, start) - 1 - BEFORE)
    last = bisect_left(starts, end) - 1 + AFTER
    return [one for one in split[first : last + 1] if abs(one.block - block) <= 1]
