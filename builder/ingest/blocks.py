"""The tree of a text, as HTML or as trafilatura leaves it, to blocks of plain text."""

import re
from collections.abc import Iterator

from lxml import etree

from builder.model import Block, BlockKind
from builder.text import fold, words

PROSE_WORDS = 12
"""A row with so many words and a full stop is prose of a page laid out by tables; others are data."""

# HTML's names, and the ones trafilatura gives the same things.
_KINDS = {
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6", "head"], BlockKind.HEADING),
    **dict.fromkeys(["li", "dd", "item"], BlockKind.POINT),
    **dict.fromkeys(["blockquote", "quote"], BlockKind.QUOTE),
    **dict.fromkeys(["pre", "code", "tr", "row"], BlockKind.LISTING),
}
_BLOCKS = frozenset(_KINDS) | frozenset(
    {"html", "body", "main", "article", "section", "header", "footer", "aside", "nav", "div", "p", "address"}
    | {"ul", "ol", "dl", "dt", "list", "hr", "figure", "details", "summary", "center", "table", "caption"}
)
# What is not shown as text, or is not the author's: controls, and captions of pictures that we do not have.
_DROPPED = frozenset(
    {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "form", "button", "select"}
    | {"textarea", "figcaption", "audio", "video", "canvas", "title"}
)
_BREAKS = frozenset(["br", "lb"])
_CELLS = frozenset(["td", "th", "cell"])
# A line of code in a sentence is part of it; anywhere else it is a listing.
_SENTENCES = frozenset(
    {"p", "item", "li", "head", "quote", "cell", "td", "hi", "ref", "a", "span", "code", "pre", "b", "i"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "th", "dt", "dd"}
)
# The row of buttons that some sites leave glued to the first word of their text.
_SHARE_BAR = re.compile(
    r"(?:Share this (?:with|on) ?)?"
    r"(?:(?:Email|Facebook|Messenger|X|Twitter|Pinterest|WhatsApp|Linked[Ii]n|Reddit|Copy this link) ?){4,}"
    r"(?=[\w\"'“‘(])"
)
# A line break that was asked for, as against those of the source, which mean nothing.
_LINE = "\N{LINE SEPARATOR}"
_EMPTY_LINE = re.compile(rf"{_LINE}\s*{_LINE}")
# What sites hang on their headings: links to edit them, links to themselves.
_HEADING_TAIL = re.compile(r"(?:\s*\[[^\[\]]{1,20}\])*[\s¶§#🔗]*$")
_FULL_STOP = re.compile(r"[.!?…。！？]\W*$")


def blocks_of(root: etree._Element) -> tuple[Block, ...]:
    """The blocks of the text below `root`, in its order."""
    return tuple(_blocks(root))


def _blocks(root: etree._Element) -> Iterator[Block]:
    # Not by recursion: pages nest their elements thousands deep.
    kinds = [BlockKind.PARAGRAPH]
    pieces: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event in ("comment", "pi"):
            pieces.append(element.tail or "")
            continue
        tag = str(element.tag)
        begins = tag in _BLOCKS and not _in_sentence(element, tag)
        if begins:
            yield from _flushed(pieces, kinds[-1])
        if event == "start":
            if begins:
                kinds.append(_kind(tag, kinds[-1]))
            if tag in _DROPPED:
                walk.skip_subtree()
            else:
                pieces.append(_LINE if tag in _BREAKS else element.text or "")
        else:
            if begins:
                kinds.pop()
            pieces.append(" " if tag in _CELLS else "")
            pieces.append(element.tail or "" if element is not root else "")
    yield from _flushed(pieces, kinds[-1])


def _kind(tag: str, around: BlockKind) -> BlockKind:
    # What stands in a cell is judged by itself: pages were once laid out by tables.
    if around is BlockKind.LISTING and tag not in _KINDS:
        return BlockKind.PARAGRAPH
    return _KINDS.get(tag, around)


def _in_sentence(element: etree._Element, tag: str) -> bool:
    parent = element.getparent()
    return tag == "code" and parent is not None and parent.tag in _SENTENCES


def _flushed(pieces: list[str], kind: BlockKind) -> Iterator[Block]:
    # Where a line might be broken is no letter of the word.
    text = "".join(pieces).replace("\N{SOFT HYPHEN}", "")
    pieces.clear()
    parts = [text] if kind is BlockKind.LISTING else _EMPTY_LINE.split(text)
    for part in parts:
        line = without_share_bar(fold(part))
        if kind is BlockKind.HEADING:
            line = _HEADING_TAIL.sub("", line)
        if any(map(str.isalnum, line)):
            yield Block(_judged(kind, line), line)


def without_share_bar(line: str) -> str:
    """`line` without a row of share buttons glued to its start."""
    match = _SHARE_BAR.match(line)
    return line[match.end() :] if match else line


def _judged(kind: BlockKind, line: str) -> BlockKind:
    prose = len(words(line)) >= PROSE_WORDS and _FULL_STOP.search(line)
    return BlockKind.PARAGRAPH if kind is BlockKind.LISTING and prose else kind
