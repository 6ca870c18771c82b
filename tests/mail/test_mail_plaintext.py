"""The plain text of a letter: from the Markdown, 72 columns, with all its links."""

import re

import newsroom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.mail import plaintext, safe
from builder.render import markup


def text(source: str, link=str, links=()) -> str:
    return plaintext.of_markdown(source, link, links)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("Some *words* are **strong** and `code*s*`.", "Some words are strong and code*s*."),
        ("[A page](https://a.example/x_(y)).", "A page <https://a.example/x_(y)>."),
        ("See [it][1].\n\n[1]: https://a.example/ 'T'", "See it <https://a.example/>."),
        ("<https://a.example/?a=1&b=2>", "<https://a.example/?a=1&b=2>"),
        ("# One\n\nTwo\n---\n\n> Three\n> four", "One\n\nTwo\n\n> Three four"),
        ("* a\n* b\n  c\n\n1. d", "- a\n- b c\n\n1. d"),
        ("snake_case_name and 2 * 3 * 4 &amp; \\*so\\*", "snake_case_name and 2 * 3 * 4 & *so*"),
        ("![A cat](/cat.png) <b>bold</b>", "A cat bold"),
        ("```\na  b *c*\n```", "    a  b *c*"),
    ],
)
def test_marks_go_and_words_stay(source, told):
    assert text(source) == told


def test_no_line_is_longer_than_the_column_but_for_addresses():
    body = text("word " * 200 + "[link](https://a.example/" + "x" * 90 + ")")

    assert all(len(line) <= 72 for line in body.splitlines() if "http" not in line)


@given(st.text(st.sampled_from("ab [](){}<>*_`#-!\\\n:/^1.htps"), max_size=80))
def test_every_link_of_the_html_is_in_the_text(source):
    html = safe.for_mail(markup.to_html(source), "https://a.example/p/", str, 0)
    links = safe.links(html)
    body = text(source, lambda url: safe.absolute(url, "https://a.example/p/", "https://a.example/"), links)

    assert all(link in body for link in links)


def test_letter_names_what_the_html_names():
    body = newsroom.compose().text

    for words in ("The Small Brief · No. 7", "3. Story number 3", "1 Sample Street", "Unsubscribe: https://"):
        assert words in body
    assert not re.search(r"&\w+;|</?\w+>", body)
