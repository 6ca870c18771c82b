"""An article that comes by itself, not from a feed: a page, or a file of HTML, Markdown or plain text."""

import re
from pathlib import PurePath

import lxml.html

from builder.content import frontmatter
from builder.errors import ArticleError, ContentError
from builder.ingest import articles, charset, plain
from builder.ingest.blocks import blocks_of
from builder.model import Article, Block, BlockKind, Completeness
from builder.render import markup
from builder.text import fold, words

_HTML_NAMES = frozenset([".html", ".htm", ".xhtml"])
_PLAIN_NAMES = frozenset([".txt", ".text"])
_TEXT_TYPES = frozenset(["text/plain", "text/markdown", "text/x-markdown"])
_BEFORE = r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*"
_HTML = re.compile(_BEFORE + r"<(?:!doctype\s+html|html|head|body|article|main)\b", re.I | re.DOTALL)
_FEED = re.compile(_BEFORE + r"<(?:rss|feed|rdf:RDF)\b", re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
_CONTROLS_MOST = 0.002
"""The share of control characters up to which bytes are text; those of pictures and archives are a tenth."""
_KINDS = "It can be HTML, Markdown or plain text."


def read(body: bytes, content_type: str = "", *, url: str = "", name: str = "") -> Article:
    """The article in `body`, found at `url` or in the file `name`.

    What it is follows from `content_type`, else from the ending of `name`, else from the text itself.
    Markdown may have front matter; its `title`, else its first heading, is the title. Raises ArticleError.
    """
    text = charset.decode(body, content_type)
    _refuse(body, text)
    ending = PurePath(name).suffix.lower()
    kind = content_type.partition(";")[0].strip().lower()
    if ending in _HTML_NAMES or _HTML.match(text) or (kind and kind not in _TEXT_TYPES):
        return articles.extract(body, content_type or "text/html", url)
    if ending in _PLAIN_NAMES or (kind == "text/plain" and not ending):
        return _article("", _blocks(plain.escaped(text)), url)
    title, text = _without_front_matter(text)
    return _article(title, _blocks(markup.to_html(text)), url)


def _refuse(body: bytes, text: str) -> None:
    """Raise ArticleError for what is surely no article."""
    if body.startswith(b"%PDF-"):
        raise ArticleError("this is a PDF, not an article in text", _KINDS)
    if not text.strip():
        raise ArticleError("there is nothing in it", _KINDS)
    if len(_CONTROL.findall(text)) > _CONTROLS_MOST * len(text):
        raise ArticleError("this is not text", _KINDS)
    if _FEED.match(text):
        raise ArticleError(
            "this is a feed, not an article",
            "Name it under `feeds:` in config.yaml for `briefpress pull`, or give the address of one entry.",
        )


def _without_front_matter(text: str) -> tuple[str, str]:
    """The title that the front matter of a Markdown text tells, and the text below it."""
    try:
        parts = frontmatter.split(text, "")
    except ContentError:
        # A rule of dashes opens many a text that has no front matter.
        return "", text
    try:
        told = frontmatter.load(parts.head, "", 1).values.get("title", "")
    except ContentError:
        told = ""
    return fold(told) if isinstance(told, str) else "", parts.body


def _blocks(html: str) -> tuple[Block, ...]:
    return blocks_of(lxml.html.fromstring(f"<div>{html}</div>"))


def _article(title: str, blocks: tuple[Block, ...], url: str) -> Article:
    if blocks and blocks[0].kind is BlockKind.HEADING and title in ("", blocks[0].text):
        title, blocks = blocks[0].text, blocks[1:]
    if not blocks:
        raise ArticleError("there is no text in it beside a title", _KINDS)
    length = sum(len(words(block.text)) for block in blocks)
    full = length >= articles.FULL_WORDS
    return Article(
        url=url,
        title=title,
        blocks=blocks,
        completeness=Completeness.FULL if full else Completeness.TEASER,
    )
