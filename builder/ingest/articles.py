"""The page behind an entry, read; and which text, the page's or the feed's, stands for the item.

trafilatura finds the article in a page. It is told no date to compare with, so that a page reads the same on
every day.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import trafilatura
from trafilatura.settings import Document

from builder.errors import ArticleError
from builder.ingest import amendments, charset
from builder.ingest.blocks import blocks_of
from builder.ingest.links import absolute, clean_url
from builder.ingest.plain import plain
from builder.model import Article, Block, Completeness, Entry
from builder.text import fold, words

FULL_WORDS = 120
"""So many words are an article; fewer may be one, or the beginning of one."""
SHORT_WORDS = 40
"""So many are enough where the feed tells clearly less: a short post."""
CLEARLY = 1.5
"""How many times longer a text is, to be clearly longer."""
RECALL_CHARACTERS = 200
"""A shorter text is looked for once more, less strictly: on a few pages the strict way loses all."""
TEXT_MAX = 500_000
"""Characters; longer than any article, and than the books of most authors."""
AUTHOR_MAX = 120

_HTML_TYPES = frozenset(["", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"])
_LOOKS_LIKE_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|article|main|h1)\b", re.I)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2199-12-31"}

_NOT_FOUND = re.compile(
    r"\b404\b|\bnot (?:be )?found\b|n['’]t (?:be found|exist)|no longer (?:available|exists?)|nicht gefunden"
    r"|introuvable|no (?:se )?(?:ha sido |ha )?encontrad|não (?:foi )?encontrad|non (?:è stat. )?trovat"
    r"|niet gevonden|не найден|找不到|见つかりません|見つかりません",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\bcookies?\b|\bprivacy\b|\bconsent\b|\bpartners\b|\bdatenschutz|\beinwilligung|\bconfidentialité\b"
    r"|\bprivacidad\b",
    re.IGNORECASE,
)
_AGREE = re.compile(r"\b(?:accept|agree|akzeptier|zustimm|accepter|acepta|accett)", re.IGNORECASE)
# What feeds put under a text: where it first stood, and that there is more.
_FEED_FOOT = re.compile(
    r"The post .{1,300} (?:first )?appeared (?:first )?on .{1,100}"
    r"|\W*(?:Continue reading|Read more|Read the full|Weiterlesen|Lire la suite|Leer más)\b.{0,120}",
    re.IGNORECASE,
)

_IMAGES = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
"""The page's own choice, the best told first."""

# They print what they find wrong with a page; what matters of that is raised as an ArticleError.
for _name in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


def extract(html: bytes, content_type: str, url: str) -> Article:
    """The article in the page `html` at `url`; full or teaser by its length alone. Raises ArticleError."""
    text = _ILLEGAL.sub("", charset.decode(html, content_type))
    _refuse_other_than_html(text, content_type)
    tree = trafilatura.load_html(text)
    if tree is None:
        raise ArticleError("the page is empty")
    # Before it is read, which leaves less of it.
    notices = amendments.notices(tree, text)
    image = _image(tree, url)
    document, blocks = _read(tree, url)
    _refuse_volumes(blocks)
    length = _length(blocks)
    if length < FULL_WORDS:
        _refuse_walls(tree, document, blocks)
    return Article(
        url=clean_url(_canonical(tree, url)),
        title=fold(document.title or ""),
        blocks=blocks,
        completeness=Completeness.FULL if length >= FULL_WORDS else Completeness.TEASER,
        author=_author(document),
        published=_day(document.date or ""),
        language=_declared_language(tree),
        notices=notices,
        image=image,
    )


def from_entry(entry: Entry) -> Article:
    """The text that `entry` carries; feed or teaser by its length. Raises ArticleError when there is none."""
    markup = _ILLEGAL.sub("", entry.html)
    blocks: tuple[Block, ...] = ()
    notices: tuple[str, ...] = ()
    if markup.strip():
        tree = lxml.html.fromstring(f"<div>{markup}</div>")
        notices = amendments.notices(tree, markup)
        blocks = blocks_of(tree)
    while blocks and _FEED_FOOT.fullmatch(blocks[-1].text):
        blocks = blocks[:-1]
    if not blocks:
        raise ArticleError("the feed carries no text for it")
    _refuse_volumes(blocks)
    return Article(
        url=clean_url(entry.url),
        title=entry.title,
        blocks=blocks,
        completeness=Completeness.FEED if _length(blocks) >= FULL_WORDS else Completeness.TEASER,
        author=entry.author,
        published=entry.published,
        language=_two_letters(entry.language),
        notices=notices,
    )


def choose(page: Article | None, entry: Entry) -> Article:
    """The text that stands for `entry`: the page's where that is the article, else the longer of the two.

    Raises ArticleError when neither has any.
    """
    if page is None:
        return from_entry(entry)
    try:
        told = from_entry(entry)
    except ArticleError:
        return _as_full(page, 0)
    of_page, of_feed = _length(page.blocks), _length(told.blocks)
    if of_feed >= FULL_WORDS and of_feed > of_page * CLEARLY:
        return _beside(told, page)
    article = _as_full(page, of_feed)
    if article.completeness is Completeness.FULL or of_page >= of_feed:
        return article
    return _beside(told, page)


def _as_full(page: Article, of_feed: int) -> Article:
    length = _length(page.blocks)
    full = length >= FULL_WORDS or (length >= SHORT_WORDS and length > of_feed * CLEARLY)
    return replace(page, completeness=Completeness.FULL if full else Completeness.TEASER)


def _beside(told: Article, page: Article) -> Article:
    """The feed's text, with what only its page knows."""
    return replace(
        told,
        url=page.url,
        title=told.title or page.title,
        author=told.author or page.author,
        published=told.published or page.published,
        language=told.language or page.language,
        notices=tuple(dict.fromkeys((*page.notices, *told.notices))),
        image=page.image,
    )


def _image(tree: Any, url: str) -> str:
    """The picture that the page names for those who link to it (Open Graph, else X); empty for none."""
    named: dict[str, str] = {}
    for meta in tree.iter("meta"):
        # Either attribute is used for either's names, whatever the two say of it.
        for key in (meta.get("property"), meta.get("name")):
            if key and (found := absolute((meta.get("content") or "").strip(), url)):
                named.setdefault(key.strip().lower(), found)
    return next((named[key] for key in _IMAGES if key in named), "")


def _refuse_other_than_html(text: str, content_type: str) -> None:
    kind = content_type.partition(";")[0].strip().lower()
    if kind in _HTML_TYPES or kind.endswith("/xml"):
        if not text.strip():
            raise ArticleError("the page is empty")
        if _LOOKS_LIKE_HTML.search(text[:20_000]):
            return
    raise ArticleError(f"the page is {kind[:60] or 'something else'}, not HTML")


def _read(tree: Any, url: str) -> tuple[Document, tuple[Block, ...]]:
    try:
        document, blocks = _extracted(tree, url, recall=False)
        if sum(len(block.text) for block in blocks) < RECALL_CHARACTERS:
            _, more = _extracted(tree, url, recall=True)
            blocks = max(blocks, more, key=_length)
    except MemoryError:
        raise
    except Exception as error:
        # Built on heuristics over broken input, it fails in ways no list would cover.
        raise ArticleError(f"the page cannot be read: {type(error).__name__}") from error
    return document, blocks


def _extracted(tree: Any, url: str, *, recall: bool) -> tuple[Document, tuple[Block, ...]]:
    document = trafilatura.bare_extraction(
        tree,
        url=url,
        favor_recall=recall,
        include_comments=False,
        with_metadata=not recall,
        date_extraction_params=dict(_DATES),
    )
    if not isinstance(document, Document):
        return Document(), ()
    return document, blocks_of(document.body)


def _refuse_volumes(blocks: Iterable[Block]) -> None:
    """Raise ArticleError for what nobody would summarise in a few sentences."""
    if sum(len(block.text) for block in blocks) > TEXT_MAX:
        raise ArticleError(f"its text is longer than {TEXT_MAX:,} characters, so it is no article")


def _refuse_walls(tree: Any, document: Document, blocks: tuple[Block, ...]) -> None:
    """Raise ArticleError when a short text is no article: a login, a notice, nothing at all."""
    shown = plain(" ".join(tree.itertext("h1", "h2", "p", "button", "a", "li", "title")))
    if tree.find('.//input[@type="password"]') is not None:
        raise ArticleError("the page asks for a login")
    if len(words(shown)) < FULL_WORDS and len(_CONSENT.findall(shown)) > 1 and _AGREE.search(shown):
        raise ArticleError("the page asks for consent before it shows anything")
    headline = " ".join([document.title or "", *(block.text for block in blocks[:2])])
    if _length(blocks) < SHORT_WORDS and _NOT_FOUND.search(headline):
        raise ArticleError(ArticleError.NOTHING_THERE)
    if not blocks:
        raise ArticleError(_why_empty(tree))


def _why_empty(tree: Any) -> str:
    if tree.find(".//frameset") is not None:
        return "the page is made of frames and holds no text"
    if tree.find('.//meta[@http-equiv="refresh"]') is not None:
        return "the page only leads on to another one"
    if tree.find(".//script") is not None:
        return "the page holds no text without its scripts"
    return "the page holds no article text"


def _canonical(tree: Any, url: str) -> str:
    # Of the same site only, so that no page takes another's place. And of the same article, since careless
    # templates name one page on all: one must hold the other's name, unless that is in a query.
    links = tree.xpath('//link[contains(concat(" ", @rel, " "), " canonical ")]/@href')
    named = absolute(str(links[0]), url) if links else ""
    if not named or _site_of(named) != _site_of(url):
        return url
    asked, told = urlsplit(url), urlsplit(named)
    told_name = _last_name(told.path)
    same = _last_name(asked.path) in told.path or (told_name and told_name in asked.path)
    return named if same or asked.query else url


def _last_name(path: str) -> str:
    """The last part of a path, without a file's ending."""
    return path.rstrip("/").rpartition("/")[2].partition(".")[0]


def _site_of(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _author(document: Document) -> str:
    author = plain(document.author or "").replace("; ", ", ")
    return author if len(author) <= AUTHOR_MAX else ""


def _day(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=UTC)
    except ValueError:
        return None


def _declared_language(tree: Any) -> str:
    told = tree.xpath(
        "/html/@lang | /html/@*[name()='xml:lang'] | //meta[@http-equiv='content-language']/@content"
        " | //meta[@property='og:locale']/@content"
    )
    return next((code for code in map(_two_letters, map(str, told)) if code), "")


def _two_letters(label: str) -> str:
    found = re.match(r"\s*([A-Za-z]{2})(?![A-Za-z])", label)
    return found[1].lower() if found else ""


def _length(blocks: Iterable[Block]) -> int:
    """Words; where a script writes none apart, half its letters stand for them."""
    text = " ".join(block.text for block in blocks)
    unspaced = _UNSPACED.findall(text)
    return len(words(_UNSPACED.sub(" ", text))) + len(unspaced) // 2
