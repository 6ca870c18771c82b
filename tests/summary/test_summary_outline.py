import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import ALL, HARBOUR
from markdown_it import MarkdownIt

from builder.model import Passage, Profile, Summary, Unit
from builder.summary import outline
from builder.summary.extract import Extract
from builder.text import fold

COMMONMARK = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OURS = {"h2", "h3", "p", "ul", "li", "strong"}
PIECES = st.sampled_from(
    [
        *"#>-+*_`[](){}<&!|~\\:=.1)$^\"'",
        "[x](javascript:alert(1))", "[a]: http://b", "[^1]: n", "*[HTML]: x", "{: #i }", "{{ 7*7 }}",
        "<script>", "</p>", "<!-- ", "&amp;", "&#x41", "&copy", "---", "***", "===", "```", "~~~", "1. ",
        "| --- |", "C#", "http://a.b", "word", "Wort", " ",
    ]
)  # fmt: skip
WORDS = st.one_of(st.lists(PIECES, min_size=1, max_size=8).map("".join), st.text(min_size=1, max_size=30))


def renders(text: str) -> tuple[str, str]:
    return markdown.markdown(text, extensions=["extra", "sane_lists"]), COMMONMARK.render(text)


def shown(rendered: str) -> str:
    return fold(html.unescape(re.sub(r"<[^>]+>", "", rendered)))


def tags(rendered: str) -> set[str]:
    return {tag.strip("/") for tag in re.findall(r"<(/?[a-zA-Z][^>]*)>", rendered)}


def assert_shown_as_is(words: str, also: str = "and more") -> None:
    words = fold(words)
    if not words:
        return
    first = words.split(" ")[0]
    summary = Summary(
        tldr=(Unit(text=words), Unit(text=words)),
        headline=words,
        passages=(
            Passage(heading=words, units=(Unit(text=words), Unit(text=also))),
            Passage(
                heading="Points",
                units=(
                    Unit(text="a | b"),
                    Unit(text=words),
                    Unit(text=words, lead=first),
                    Unit(text=also, lead=words),
                ),
                bulleted=True,
            ),
        ),
        language="en",
        by="",
    )
    expected = (
        f"TL;DR Summary of {words} {words} {words} Site's Overview: {words} {words} {words} {also} "
        f"Points a | b {words} {words} {words}: {also}"
    )
    text = outline.markdown(summary, words, "Site")
    for rendered in renders(text):
        assert shown(rendered) == fold(expected)
        assert tags(rendered) <= OURS


@given(WORDS)
def test_any_words_are_shown_as_they_are(words: str) -> None:
    assert_shown_as_is(words)


@pytest.mark.parametrize("name", ["markdown", "prompts", "templates", "xss"])
def test_hostile_words_are_shown_as_they_are(name: str, shared: Callable[..., Path]) -> None:
    for line in shared("data", "hostile", f"{name}.jsonl").read_text("utf-8").strip().split("\n"):
        payload = json.loads(line)
        if payload.get("encoding") != "base64":
            assert_shown_as_is(payload["payload"][:4000])


@pytest.mark.parametrize(
    "words", ["Mail <42@example.org> now", "<0@:>", "<https://a.example/>", "3 <4 and I <3 it"]
)
def test_no_words_between_angle_brackets_become_a_link(words: str) -> None:
    assert_shown_as_is(words)


def test_body_has_exactly_the_form_of_the_design() -> None:
    summary = Summary(
        tldr=(Unit(text="One sentence."), Unit(text="And another.")),
        headline="A Fine Headline",
        passages=(
            Passage(heading="First", units=(Unit(text="Some text."), Unit(text="More text."))),
            Passage(
                heading="Second",
                units=(
                    Unit(text="Ships may come from anywhere.", lead="Geographic reach"),
                    Unit(text="Storage: 64 GB for all.", lead="Storage"),
                    Unit(text="The grid needs a station.", lead="The grid"),
                    Unit(text="Without one."),
                ),
                bulleted=True,
            ),
        ),
        language="en",
        by="extract/1",
    )
    assert outline.markdown(summary, "Shore power", "Optimixed") == (
        "## TL;DR Summary of Shore power\n\n"
        "One sentence. And another.\n\n"
        "## Optimixed's Overview: A Fine Headline\n\n"
        "### First\n\n"
        "Some text. More text.\n\n"
        "### Second\n\n"
        "- **Geographic reach:** Ships may come from anywhere.\n"
        "- **Storage:** 64 GB for all.\n"
        "- **The grid** needs a station.\n"
        "- Without one.\n"
    )


def bare(language: str = "en", headline: str = "") -> Summary:
    passages = (Passage(heading="H", units=(Unit(text="Text."),)),)
    return Summary(tldr=(Unit(text="One."),), headline=headline, passages=passages, language=language, by="")


@pytest.mark.parametrize(
    ("language", "site", "line"),
    [
        ("en", "Optimixed", "## Optimixed's Overview: Title"),
        ("en", "The Open Pages", "## The Open Pages' Overview: Title"),
        ("de", "Optimixed", "## Überblick von Optimixed: Title"),
        ("fr", "Optimixed", "## Vue d’ensemble par Optimixed : Title"),
        ("es", "Optimixed", "## Panorama de Optimixed: Title"),
    ],
)
def test_overview_names_the_site_in_its_language(language: str, site: str, line: str) -> None:
    assert line in outline.markdown(bare(language), "Title", site).splitlines()


def test_headline_falls_back_to_the_title_and_nothing_dangles_without_one() -> None:
    assert "Overview: Title\n" in outline.markdown(bare(), "Title", "Site")
    assert outline.markdown(bare(), "", "Site").startswith(
        "## TL;DR Summary\n\nOne.\n\n## Site's Overview\n\n"
    )


def test_summary_without_passages_has_no_overview() -> None:
    short = Summary(tldr=(Unit(text="One."),), headline="", passages=(), language="en", by="")
    assert outline.markdown(short, "Title", "Site") == "## TL;DR Summary of Title\n\nOne.\n"


def test_plain_prose_is_not_escaped() -> None:
    for made in ALL:
        text = outline.markdown(Extract().summarise(made, Profile()), made.title, "Site")
        assert "\\" not in text
        assert "&" not in text
    prose = "AT&T paid $5 (about 3 < 4) for 2.5% - see snake_case, C:\\data, 5*3? [the] end."
    assert outline.escaped(prose) == prose.replace("5*3", "5\\*3")


def test_rendered_body_says_what_the_units_say() -> None:
    summary = Extract().summarise(HARBOUR, Profile())
    for rendered in renders(outline.markdown(summary, HARBOUR.title, "Site")):
        for passage in summary.passages:
            for unit in passage.units:
                assert fold(unit.text) in shown(rendered)
