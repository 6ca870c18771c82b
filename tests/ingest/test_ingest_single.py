import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.errors import ArticleError
from builder.ingest import single
from builder.model import BlockKind, Completeness

SENTENCE = "The harbour authority of Northport approved a shore power network for its ferries on Tuesday. "
MARKDOWN = f"""\
# A new network

{SENTENCE * 12}

## What `grid` means

- It *connects* eleven berths.
- It costs [48 million](https://example.org/) euros.

```
make grid
```
"""


def test_markdown_gives_its_first_heading_as_title_and_no_markup() -> None:
    article = single.read(MARKDOWN.encode(), name="network.md")
    assert article.title == "A new network"
    assert [(block.kind, block.text) for block in article.blocks[1:]] == [
        (BlockKind.HEADING, "What grid means"),
        (BlockKind.POINT, "It connects eleven berths."),
        (BlockKind.POINT, "It costs 48 million euros."),
        (BlockKind.LISTING, "make grid"),
    ]
    assert article.completeness is Completeness.FULL


def test_front_matter_gives_the_title_and_is_no_text() -> None:
    text = f"---\ntitle: Told in front\ntags: [a, b]\n---\n{SENTENCE}\n"
    article = single.read(text.encode(), name="network.md")
    assert article.title == "Told in front"
    assert [block.text for block in article.blocks] == [SENTENCE.strip()]
    assert article.completeness is Completeness.TEASER


def test_rule_of_dashes_is_no_front_matter() -> None:
    assert single.read(f"---\n\n{SENTENCE}".encode()).blocks[0].text == SENTENCE.strip()


def test_plain_text_is_read_as_it_stands() -> None:
    article = single.read(f"{SENTENCE}\n\n    *Not* Markdown & no <b>HTML</b> either.".encode(), name="a.txt")
    assert [block.text for block in article.blocks] == [
        SENTENCE.strip(),
        "*Not* Markdown & no <b>HTML</b> either.",
    ]


@pytest.mark.parametrize("named", [{"name": "page.html"}, {"name": ""}, {"content_type": "text/html"}])
def test_html_is_known_by_its_name_its_type_or_its_text(named: dict[str, str]) -> None:
    page = f"<!DOCTYPE html><title>Grid</title><article><h1>Grid</h1><p>{SENTENCE * 12}</p></article>"
    article = single.read(page.encode(), **named)
    assert article.title == "Grid"
    assert "<" not in article.text


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "nothing in it"),
        (b" \n\n ", "nothing in it"),
        (b"%PDF-1.7 \xe2\xe3\xcf\xd3", "a PDF"),
        (bytes(range(256)) * 20, "not text"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 40, "not text"),
        (b'<?xml version="1.0"?>\n<rss version="2.0"></rss>', "a feed"),
        (b"# Only a title", "no text in it"),
        (b"<html><body></body></html>", "no article text"),
    ],
)
def test_what_is_no_article_is_refused_in_words(body: bytes, why: str) -> None:
    with pytest.raises(ArticleError, match=why):
        single.read(body)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_give_an_article_or_an_article_error(body: bytes) -> None:
    try:
        assert single.read(body).blocks
    except ArticleError as error:
        assert str(error)


def test_real_pages_are_read_from_files(shared: Callable[..., Path]) -> None:
    folder = shared("data", "miniweb")
    for page in json.loads((folder / "manifest.json").read_text("utf-8"))["pages"]:
        assert single.read(gzip.decompress((folder / page["file"]).read_bytes()), name="page.html").blocks
