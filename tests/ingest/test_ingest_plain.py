import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ingest.plain import escaped, plain
from builder.text import fold


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("A <b>bold</b> &amp; plain title", "A bold & plain title"),
        ("AT&T &ndash; 5 < 6", "AT&T – 5 < 6"),
        ("<script>alert(1)</script>After", "After"),
        ("One<br>two<p>three</p><li>four", "One two three four"),
        ("Vec<String> and <T> in Rust", "Vec<String> and <T> in Rust"),
        ("<img src=x onerror=alert(1)>", ""),
        ("&amp;lt;i&amp;gt;", "&lt;i&gt;"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    assert plain(markup) == text


@given(st.text(max_size=200))
def test_escaped_text_comes_back(text: str) -> None:
    assert plain(html.escape(text)) == fold(text)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200))
def test_paragraphs_keep_every_word(text: str) -> None:
    assert plain(escaped(text)).split() == fold(text).split()


def test_empty_lines_part_paragraphs() -> None:
    assert escaped("one\nline\r\n\r\ntwo & <three>\n\n\n") == "<p>one\nline</p><p>two &amp; &lt;three&gt;</p>"
