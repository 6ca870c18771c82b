import statistics
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.errors import ArticleError
from builder.ingest.articles import choose, extract, from_entry
from builder.model import Article, Block, BlockKind, Completeness, Entry

URL = "https://example.org/news/one"
SENTENCE = "The committee met on Monday and agreed that every feed should be read with care and patience. "
BODY = f"<h2>What was agreed</h2><p>{SENTENCE * 4}</p><ul><li>{SENTENCE}</li></ul><p>{SENTENCE * 5}</p>"


def page(body: str = BODY, head: str = "", lang: str = "") -> bytes:
    told = f' lang="{lang}"' if lang else ""
    text = f"<html{told}><head>{head}</head><body><article>{body}</article></body></html>"
    return b"<!doctype html>" + text.encode()


def read(html: bytes, content_type: str = "text/html; charset=utf-8") -> Article:
    return extract(html, content_type, URL)


def entry(words: int = 0, **more: object) -> Entry:
    told = Entry(feed="example", id="1", url=URL, title="A title", html="<p>" + "word " * words + "</p>")
    return replace(told, **more)  # type: ignore[arg-type]


def article(words: int, **more: object) -> Article:
    text = " ".join(["said"] * words)
    blocks = (Block(BlockKind.PARAGRAPH, text),) if words else ()
    made = Article(url=URL, title="The page", blocks=blocks, completeness=Completeness.FULL)
    return replace(made, **more)  # type: ignore[arg-type]


# -- pages


def test_page_is_read_into_blocks_with_what_it_says_of_itself() -> None:
    head = (
        '<title>All agreed | Example</title><meta property="og:title" content="All agreed">'
        '<meta name="author" content="Ada Writer">'
        '<meta property="article:published_time" content="2026-11-19T08:00:00Z">'
        '<link rel="canonical" href="https://www.example.org/news/one/?utm_source=x">'
    )
    found = read(page(head=head, lang="en-GB"))
    assert (found.title, found.author, found.language) == ("All agreed", "Ada Writer", "en")
    assert found.published == datetime(2026, 11, 19, tzinfo=UTC)
    assert found.url == "https://www.example.org/news/one/"
    assert found.completeness is Completeness.FULL
    assert [block.kind for block in found.blocks] == [
        BlockKind.HEADING,
        BlockKind.PARAGRAPH,
        BlockKind.POINT,
        BlockKind.PARAGRAPH,
    ]
    assert found.blocks[0].text == "What was agreed"


@pytest.mark.parametrize(
    "canonical",
    [
        "https://elsewhere.example/news/one",
        "https://example.org/",
        "https://example.org/other",
        "javascript:x",
        "",
    ],
)
def test_page_cannot_pass_for_another(canonical: str) -> None:
    assert read(page(head=f'<link rel="canonical" href="{canonical}">')).url == URL


def test_page_reads_the_same_on_every_day() -> None:
    head = '<meta property="article:published_time" content="2150-01-01T00:00:00Z">'
    assert read(page(head=head)).published == datetime(2150, 1, 1, tzinfo=UTC)


def test_short_page_is_a_teaser() -> None:
    assert read(page(f"<p>{SENTENCE}</p>")).completeness is Completeness.TEASER


@pytest.mark.parametrize(
    ("html", "content_type", "message"),
    [
        (b"", "text/html", "empty"),
        (b"<html></html>", "text/html", "no article text"),
        (b"%PDF-1.1 ...", "application/pdf", "application/pdf, not HTML"),
        (page(), "image/png", "image/png, not HTML"),
        (b"Just some words.", "text/plain", "text/plain, not HTML"),
        (b'{"a": 1}', "", "something else, not HTML"),
        (page("<form><input type='password'></form>"), "text/html", "login"),
        (
            page("<h1>Sorry, this page could not be found</h1><p>It may have moved.</p>"),
            "text/html",
            "nothing at",
        ),
        (page("<h2>We value your privacy</h2><p>Our 847 partners. Accept all.</p>"), "text/html", "consent"),
        (page("<div id=root></div><script>show()</script>"), "text/html", "without its scripts"),
        (b"<html><frameset><frame src=a></frameset></html>", "text/html", "frames"),
        (
            b"<html><head><meta http-equiv='refresh' content='0; url=/x'></head></html>",
            "text/html",
            "leads on",
        ),
    ],
)
def test_page_without_an_article_is_refused_with_its_reason(
    html: bytes, content_type: str, message: str
) -> None:
    with pytest.raises(ArticleError, match=message):
        read(html, content_type)


def test_article_about_passwords_and_cookies_is_an_article() -> None:
    odd = "We accept no cookies, privacy, consent. 404 not found. "
    body = f"<form><input type=password></form><p>{odd}{SENTENCE * 9}</p>"
    assert read(page(body)).completeness is Completeness.FULL


def test_type_that_lies_does_not_hide_a_page() -> None:
    for content_type in ("", "text/plain", "application/octet-stream", "text/xml; charset="):
        assert read(page(), content_type).blocks == read(page()).blocks


@given(st.binary(max_size=200).map(lambda data: b"<html><p>" + data))
def test_no_page_is_too_broken(html: bytes) -> None:
    try:
        assert read(html).blocks
    except ArticleError as error:
        assert str(error)


# -- the feed's own text


def test_text_of_a_feed_becomes_an_article() -> None:
    html = f"{BODY}<p>The post A title appeared first on Example.</p>"
    found = from_entry(entry(html=html, author="A. Writer", language="de-AT", url=f"{URL}?utm_source=f"))
    assert [block.kind.value for block in found.blocks] == ["heading", "paragraph", "point", "paragraph"]
    assert (found.url, found.author, found.language) == (URL, "A. Writer", "de")
    assert found.completeness is Completeness.FEED
    assert from_entry(entry(10)).completeness is Completeness.TEASER


@pytest.mark.parametrize("html", ["", "  ", "<img src=x>", "<p>\x00</p>", "<!-- -->"])
def test_entry_without_text_is_no_article(html: str) -> None:
    with pytest.raises(ArticleError):
        from_entry(entry(html=html))


@given(st.text(max_size=100))
def test_no_text_of_a_feed_is_too_broken(html: str) -> None:
    try:
        assert from_entry(entry(html=html)).blocks
    except ArticleError as error:
        assert str(error)


# -- which of the two


@pytest.mark.parametrize(
    ("of_page", "of_feed", "completeness", "title"),
    [
        (500, 0, "full", "The page"),
        (500, 30, "full", "The page"),
        (500, 500, "full", "The page"),
        (150, 600, "feed", "A title"),
        (20, 200, "feed", "A title"),
        (60, 10, "full", "The page"),
        (60, 50, "teaser", "The page"),
        (10, 30, "teaser", "A title"),
        (20, 0, "teaser", "The page"),
        (None, 200, "feed", "A title"),
        (None, 20, "teaser", "A title"),
    ],
)
def test_longer_text_stands_for_the_item(
    of_page: int | None, of_feed: int, completeness: str, title: str
) -> None:
    found = choose(None if of_page is None else article(of_page), entry(of_feed))
    assert (found.completeness.value, found.title) == (completeness, title)


def test_text_of_a_feed_keeps_what_only_the_page_knows() -> None:
    known = article(
        5, url="https://example.org/canonical", author="Ada", published=datetime(2026, 1, 1, tzinfo=UTC)
    )
    found = choose(known, entry(200))
    assert (found.url, found.author, found.published) == (known.url, "Ada", known.published)


def test_nothing_on_either_side_is_no_article() -> None:
    with pytest.raises(ArticleError):
        choose(None, entry(0))


def test_words_are_counted_in_scripts_without_spaces() -> None:
    assert from_entry(entry(html="<p>" + "新闻报道今天" * 50 + "</p>")).completeness is Completeness.FEED


# -- third-party pages


@pytest.fixture(scope="module")
def web(shared: Callable[..., Path]) -> Any:
    sys.path.insert(0, str(shared("tools")))
    import miniweb

    return miniweb.Data(str(shared("data", "miniweb")))


def test_real_pages_are_read_well(web: Any) -> None:
    import score_extraction

    scores = []
    for name, told in web.pages.items():
        found = extract(web.page_bytes(name), told["content_type"], f"http://127.0.0.1/p/{name}")
        scores.append(score_extraction.score(web.truth[name], found.text)[2])
    assert len(scores) == 44
    assert statistics.mean(scores) >= 0.95


@pytest.mark.parametrize("told", ["text/html; charset=iso-8859-1", "text/html; charset=utf-9", ""])
def test_real_pages_read_the_same_whatever_is_said_of_their_charset(web: Any, told: str) -> None:
    for name in (
        "hukumusume",
        "gmw",
        "lemonde-1",
        "la-nacion",
        "assabah-com-tn-article",
        "landwirt-com-sensortechnik",
    ):
        body = web.page_bytes(name)
        declared = extract(body, web.pages[name]["content_type"], URL)
        assert extract(body, told, URL) == declared
        assert "\ufffd" not in declared.text
