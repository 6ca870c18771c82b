"""Fragments of HTML to plain text on one line: titles, names, and the words that filters look at."""

import html
import re

import nh3

from builder.text import fold

# Elements that end a word: without a space there the words on their two sides would run together.
_BREAKS = re.compile(
    r"<(?=/?(?:br|p|div|li|ul|ol|h[1-6]|tr|td|th|dt|dd|hr|blockquote|section|article)\b)", re.I
)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)(?=[\s/>])")
_MARKUP = re.compile(r"<[!/?A-Za-z]|&#?\w+;")

# HTML as it is written; any other name between angle brackets in a title is meant as text: `Vec<String>`.
_ELEMENT = re.compile(
    r"""a|abbr|acronym|address|area|article|aside|audio|b|base|bdi|bdo|big|blockquote|body|br|button|canvas
    |caption|center|cite|code|col|colgroup|data|datalist|dd|del|details|dfn|dialog|dir|div|dl|dt|em|embed
    |fieldset|figcaption|figure|font|footer|form|frame|frameset|h[1-6]|head|header|hgroup|hr|html|i|iframe|img
    |input|ins|kbd|label|legend|li|link|main|map|mark|marquee|math|menu|meta|meter|nav|noscript|object|ol
    |optgroup|option|output|p|param|picture|pre|progress|q|rp|rt|ruby|s|samp|script|search|section|select|slot
    |small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead
    |time|title|tr|track|tt|u|ul|var|video|wbr""",
    re.VERBOSE | re.IGNORECASE,
)

_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_OF_MARKUP = frozenset(["&amp;", "&lt;", "&gt;"])


def plain(markup: str) -> str:
    """The text of an HTML fragment: tags gone, entities read, scripts and styles dropped whole."""
    if not _MARKUP.search(markup):
        return fold(markup)
    known = _TAG.sub(_only_elements, _BREAKS.sub(" <", markup))
    return fold(html.unescape(nh3.clean(known, tags=set())))


def read(text: str) -> str:
    """Plain text with its references to characters read once, and nothing else: `&amp;amp;` stays `&amp;`.

    For texts that are no markup by their format and are written as if they were, as the titles in the JSON
    feeds of WordPress: `R&amp;D &#8211; News`. Tags stay, since there they are words.
    """
    return _REFERENCE.sub(lambda one: html.unescape(one[0]), text)


def name(text: str) -> str:
    """The name of a source, on one line, without the references that were escaped once too often.

    Nobody is called `News &#8211; Events`. What code is written with (`&amp;`, `&lt;`, `&gt;`) stays.
    """
    return fold(_REFERENCE.sub(lambda one: one[0] if one[0] in _OF_MARKUP else html.unescape(one[0]), text))


def escaped(text: str) -> str:
    """Plain text as HTML: a paragraph for each run of lines without an empty one between them."""
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in paragraphs if part)


def _only_elements(tag: re.Match[str]) -> str:
    return tag[0] if _ELEMENT.fullmatch(tag[2]) else "&lt;" + tag[0][1:]
