"""What an editor marks in an item: each rule finds its case, in its place, and leaves good text alone."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from builder.content import frontmatter, items
from builder.editorial import style
from builder.model import Finding, Library
from builder.rules import EDITING

NOW = datetime(2026, 11, 20, tzinfo=UTC)
AROUND = style.Around(
    now=NOW,
    sections=frozenset(["policy"]),
    places=frozenset(["items/2026-11-01-item-1/", "editions/1/", "sections/policy/"]),
)
GOOD = """\
## TL;DR Summary of Item 1

One sentence says it, and [the standard](https://example.org/rfc?page=2) says that that is enough.

## The Small Brief's Overview: A Headline

### What It Does

- **Reach:** it goes [to the first item](/items/2026-11-01-item-1/).
- Another one. ![A chart of the reach](/files/chart.svg)

### Impact and What Comes Next

`TODO` and <!-- TODO: nothing --> are not shown.
"""


def found(body: str = GOOD, around: style.Around = AROUND, **told: str) -> list[Finding]:
    text = worlds.item(1, **told).partition("## TL;DR")[0] + body
    item = items.parse(text, "content/items/x.md")
    parts = frontmatter.split(text, item.path)
    lines = frontmatter.load(parts.head, item.path, 2).lines
    return list(style.findings(item, parts.body, parts.body_line, lines, around))


def codes(body: str = GOOD, around: style.Around = AROUND, **told: str) -> list[str]:
    return [one.code for one in found(body, around, **told)]


def test_a_good_item_is_left_alone() -> None:
    assert codes(around=replace(AROUND, impact=True)) == []


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("E101", "See [the post](https://example.org/post?utm_source=feed&page=2)."),
        ("E101", "See <b>[the post](https://example.org/post?fbclid=1)</b>."),
        ("E102", "See [the post](https://bit.ly/3abc)."),
        ("E103", "For the post, click [here](https://example.org/post)."),
        ("E103", "[**Read more …**](https://example.org/post)"),
        ("E104", "See [](https://example.org/post)."),
        ("E105", "See [the item](/items/2026-11-02-gone/)."),
        ("E105", "See [the edition](/editions/9)."),
        ("E201", "- One.\n-\n- Two."),
        ("E201", "- **Geographic reach:**\n- Two."),
        ("E202", "## One\n\n#### Two"),
        ("E204", "It was the the first."),
        ("E204", "It was the\nthe first."),
        ("E205", "The figure is TODO: ask the desk."),
        ("E206", "![](/files/chart.svg)"),
        ("E206", '<img src="/files/chart.svg">'),
    ],
)
def test_each_rule_finds_its_case(code: str, body: str) -> None:
    assert codes(body) == [code]


@pytest.mark.parametrize(
    "body",
    [
        "[https://example.org/](https://example.org/)",
        "[![A chart](/files/chart.svg)](https://example.org/post)",
        "See [the page](/about/) and [home](/).",
        "She said that that had had an end.",
        "## For Publishers\n\nPublishers may go on.",
        "- The end\n- End of it",
        "```\n[](x) the the TODO\n```",
        "The tkt agency and the XXXI games.",
        "# One\n\n## Two\n\n### Three\n\n## Four",
        '<img src="/files/chart.svg" alt="A chart">',
    ],
)
def test_what_is_right_is_left_alone(body: str) -> None:
    assert codes(body) == []


def test_a_finding_stands_where_its_words_are() -> None:
    (one,) = found("One line.\n\nIt was the the first.")

    assert str(one) == "content/items/x.md:18:8: E204 “the the”"


def test_the_front_matter_is_read_too() -> None:
    assert codes(title="T" * 121) == ["E203"]
    assert codes(title="TODO write this") == ["E205"]
    assert codes(text="''") == ["E302"]
    assert codes(section="sports") == ["E301"]
    assert codes(day=23) == ["E303"]
    assert codes(around=replace(AROUND, near={"https://example.org/1": ("0000000001", "0000000002")})) == [
        "E106"
    ]


def test_a_section_on_what_follows_is_missed_where_the_config_wants_one() -> None:
    without = GOOD.replace("Impact and What Comes Next", "A Side Note")

    assert codes(without) == []
    assert codes(without, replace(AROUND, impact=True)) == ["E304"]
    assert codes("One sentence.", replace(AROUND, impact=True)) == []


def test_what_is_around_an_item_is_told_from_the_library() -> None:
    one, two = (items.parse(worlds.item(n, day=n), f"content/items/item-{n}.md") for n in (1, 2))
    twice = replace(two, source=one.source)
    told = [
        style.around(Library(items=(one, twice)), ["policy"], lookback_days=days, impact=False, now=NOW)
        for days in (0, 7)
    ]

    assert [dict(each.near) for each in told] == [{}, {one.source.url: (one.id, two.id)}]
    assert told[0].places == {"items/item-1/", "items/item-2/", "sections/policy/"}


def test_only_approved_items_are_held_to_be_finished() -> None:
    texts = ("It is TODO.", "<!-- TODO -->", "`TODO`", "Done.")
    made = [replace(items.parse(worlds.item(at), f"{at}.md"), body=text) for at, text in enumerate(texts)]
    draft = replace(items.parse(worlds.item(9, status="draft"), "9.md"), body="TBD")

    assert [fault.path for fault in style.faults_of_unfinished(Library(items=(*made, draft)))] == ["0.md"]


def test_every_rule_on_editing_can_fire() -> None:
    """The cases above name every code of the register."""
    text = Path(__file__).read_text(encoding="utf-8")

    assert [rule.code for rule in EDITING if f'"{rule.code}"' not in text] == []


@given(st.text("[]()!-*`#<>a\n /:?=&. TODO", max_size=60))
def test_any_body_can_be_read(body: str) -> None:
    for one in found(body.replace("---", "")):
        assert one.line > 0
