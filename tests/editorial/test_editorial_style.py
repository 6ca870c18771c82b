"""What an editor marks in an item: each rule finds its case, in its place, and leaves good text alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from builder.content import editions, frontmatter, items
from builder.editorial import style, unfinished
from builder.editorial.around import Around, Lead, around
from builder.model import Finding, Level, Library
from builder.rules import EDITING
from builder.summary.body import Place

NOW = datetime(2026, 11, 20, tzinfo=UTC)
AROUND = Around(
    now=NOW,
    site="https://brief.example/",
    tags=frozenset(["feeds"]),
    lookback=timedelta(days=7),
    sections=frozenset(["policy"]),
    places=frozenset(["items/2026-11-01-item-1/", "editions/1/", "sections/policy/"]),
)
LEADS = {
    page: (Lead(NOW.replace(month=month, day=day), "content/items/y.md", "0000000009", True),)
    for page, month, day in (
        ("example.org/told-before", 10, 31),
        ("example.org/later", 11, 5),
        ("example.org/long-ago", 9, 1),
        ("example.org/1", 10, 31),
    )
}
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


def found(body: str = GOOD, around: Around = AROUND, **told: str) -> list[Finding]:
    text = worlds.item(1, **told).partition("## TL;DR")[0] + body
    item = items.parse(text, "content/items/x.md")
    parts = frontmatter.split(text, item.path)
    head = frontmatter.load(parts.head, item.path, 2)
    places = {key: Place(line, head.columns[key]) for key, line in head.lines.items()}
    return list(style.findings(item, parts.body, parts.body_line, places, around))


def codes(body: str = GOOD, around: Around = AROUND, **told: str) -> list[str]:
    return [one.code for one in found(body, around, **told)]


def test_a_good_item_is_left_alone() -> None:
    assert codes(around=replace(AROUND, impact=True)) == []


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("E101", "See [the post](https://example.org/post?utm_source=feed&page=2)."),
        ("E101", "See <b>[the post](https://example.org/post?fbclid=1)</b>."),
        ("E101", "It is at <https://example.org/post?utm_source=feed>."),
        ("E101", "See [the post][1].\n\n[1]: https://example.org/post?utm_medium=mail"),
        ("E101", "See [it](https://example.org/post_(old)?utm_source=feed)."),
        ("E102", "See [the post](https://bit.ly/3abc)."),
        ("E102", 'See <a href="https://www.bit.ly/3abc">the post</a>.'),
        ("E103", "For the post, click [here](https://example.org/post)."),
        ("E103", "[**Read more …**](https://example.org/post)"),
        ("E103", "For the post, click [here][1].\n\n[1]: https://example.org/post"),
        ("E103", 'For the post, <a href="https://example.org/post">click <b>here</b></a>.'),
        ("E104", "See [](https://example.org/post)."),
        ("E104", 'See <a href="https://example.org/post"></a>.'),
        ("E105", "See [the item](/items/2026-11-02-gone/)."),
        ("E105", "See [the edition](/editions/9)."),
        ("E105", "See [the item](https://brief.example/items/2026-11-02-gone/)."),
        ("E105", "See [the item].\n\n[the item]: /items/2026-11-02-gone/"),
        ("E107", "See [the post](https://www.example.org/told-before/#top)."),
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
    told = replace(AROUND, leads=LEADS) if code == "E107" else AROUND

    assert [one for one in codes(body, told) if one != "E106"] == [code]


@pytest.mark.parametrize(
    "body",
    [
        "[https://example.org/](https://example.org/)",
        "See [its own source](https://example.org/1) and [the item](https://brief.example/items/2026-11-01-item-1).",
        "See [what came later](https://example.org/later) and [long before](https://example.org/long-ago).",
        "`https://bit.ly/3abc` <!-- https://bit.ly/3abc -->",
        "![A chart](https://example.org/told-before)",
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


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("ONE sentence says it", "## TL;DR Summary of Item 1\n\nFirst. One *sentence* says it! And more."),
        ("Eins sagt es.", "## TL;DR-Zusammenfassung: Item 1\n\nEins\nsagt es."),
        ("Another says it.", "No such section.\n\n## Another Heading\n\nOne."),
        ("Another says it.", "## TL;DR Summary of Item 1\n\n## The Overview\n\nOne."),
    ],
)
def test_a_tldr_that_stands_in_its_section_or_has_none_is_left_alone(text: str, body: str) -> None:
    assert codes(body, text=text) == []


def test_a_tldr_that_differs_is_told_at_its_key_whichever_of_the_two_was_changed() -> None:
    for text, body in (
        ("It pays 12 a year.", "## TL;DR Summary of Item 1\n\nIt pays 13 a year."),
        (
            "One sentence says it.",
            "## TL;DR Summary of Item 1\n\nNone does.\n\n## More\n\nOne sentence says it.",
        ),
    ):
        (one,) = found(body, text=text)
        assert (one.code, one.level, one.line) == ("E306", Level.WARNING, 13)


def test_a_finding_stands_where_its_words_are() -> None:
    (one,) = found("One line.\n\nIt was the the first.")

    assert str(one) == "content/items/x.md:18:8: E204 “the the”"


def test_the_front_matter_is_read_too() -> None:
    assert codes(title="T" * 121) == ["E203"]
    assert codes(title="TODO write this") == ["E205"]
    assert codes(text="''") == ["E302"]
    assert codes(text="Another sentence says it.") == ["E306"]
    assert codes(section="sports") == ["E301"]
    assert codes(tags="[Feeds, fees]") == ["E305"]
    assert codes(tags="[fees]", around=replace(AROUND, tags=frozenset())) == []
    assert codes(day=23) == ["E303", "E303"]
    assert codes(around=replace(AROUND, leads=LEADS)) == ["E106"]


def test_a_finding_in_the_front_matter_has_its_line_and_column() -> None:
    told = found(title="TODO write this", tags="[feeds, fees]", section="sports")

    assert [str(one).partition(": ")[0] for one in told] == [
        "content/items/x.md:3:8",
        "content/items/x.md:6:10",
        "content/items/x.md:7:15",
    ]


def test_a_source_that_says_otherwise_now_is_marked() -> None:
    mark = "stale:\n  at: 2026-11-20\n  found:\n    - what: figure\n      was: 12 tons\n      now: 14 tons\n"

    assert codes(more=mark) == ["E401"]
    (one,) = found(more=mark)
    assert one.message == "The source now gives the figure 14 tons where it gave 12 tons"


def test_other_words_in_a_source_are_a_note_and_no_warning() -> None:
    found_there = "    - what: wording\n      was: So it is.\n      now: It is so.\n"
    mark = f"stale:\n  at: 2026-11-20\n  found:\n{found_there}"

    (one,) = found(more=mark)

    assert (one.code, one.level) == ("E402", Level.INFO)
    assert "It is so." in one.message and "So it is." in one.message


def test_a_section_on_what_follows_is_missed_where_the_config_wants_one() -> None:
    without = GOOD.replace("Impact and What Comes Next", "A Side Note")

    assert codes(without) == []
    assert codes(without, replace(AROUND, impact=True)) == ["E304"]
    assert codes("One sentence.", replace(AROUND, impact=True)) == []


def test_what_is_around_an_item_is_told_from_the_library() -> None:
    one, two = (items.parse(worlds.item(n, day=n), f"content/items/item-{n}.md") for n in (1, 2))
    twice = replace(two, source=replace(one.source, url=f"{one.source.url}/?utm_source=feed#top"))
    told = around(Library(items=(one, twice)), ["policy"], lookback_days=7, impact=False, now=NOW)

    assert [lead.name for lead in told.near(one.source.url, one.date, one.path)] == [two.id]
    assert [lead.name for lead in told.near(one.source.url, one.date + timedelta(days=9), one.path)] == []
    assert told.places == {"items/item-1/", "items/item-2/", "sections/policy/"}


def test_a_look_back_of_no_days_is_one_without_limit() -> None:
    one, two = (items.parse(worlds.item(n, day=n * 9), f"content/items/item-{n}.md") for n in (1, 2))
    library = Library(items=(one, replace(two, source=one.source)))
    told = [
        around(library, [], lookback_days=days, impact=False, now=NOW).near(
            one.source.url, one.date, one.path
        )
        for days in (0, 8, 9)
    ]

    assert [[lead.name for lead in each] for each in told] == [[two.id], [], [two.id]]


def test_a_rejected_item_leads_nowhere_and_has_no_page() -> None:
    one = items.parse(worlds.item(1), "content/items/item-1.md")
    two = replace(
        items.parse(worlds.item(2, status="rejected"), "content/items/item-2.md"), source=one.source
    )
    told = around(Library(items=(one, two)), [], lookback_days=0, impact=False, now=NOW)

    assert (dict(told.leads), told.places) == ({}, {"items/item-1/"})


def test_a_link_in_a_body_or_an_edition_is_a_repetition_of_an_earlier_one() -> None:
    page = "https://example.org/standard"
    texts = [worlds.item(n, day=n, text=f"See [the standard]({page}).") for n in (1, 2)]
    one, two = (items.parse(text, f"content/items/item-{n}.md") for n, text in enumerate(texts, 1))
    text = worlds.edition(1, [2]).replace("Hello.", f"Read [the standard]({page}).")
    edition = editions.parse(text, "content/editions/0001.md")
    told = around(Library(items=(one, two), editions=(edition,)), [], lookback_days=0, impact=False, now=NOW)
    parts = frontmatter.split(texts[1], two.path)

    first, second = (
        [str(one_of) for one_of in each if one_of.code == "E107"]
        for each in (
            style.findings(two, parts.body, parts.body_line, {}, told),
            style.of_edition(edition, edition.intro, 12, {}, told),
        )
    )
    assert first == ["content/items/item-2.md:18:20: E107 0000000001 led to this page before"]
    # The edition lists item 2, whose link it may repeat; that of item 1 it repeats.
    assert second == ["content/editions/0001.md:12:21: E107 0000000001 led to this page before"]


def test_what_an_edition_says_is_read_too() -> None:
    text = worlds.edition(1, [1]).replace("Hello.", "It was the the first, [here](/items/gone/). TODO")
    text = text.replace('"Edition 1"', f'"{"E" * 121}"').replace(
        f"      - {worlds.item_id(1)}\n",
        f"      - item: {worlds.item_id(1)}\n        note: See [](/about/).\n",
    )
    edition = editions.parse(text, "content/editions/0001.md")
    parts = frontmatter.split(text, edition.path)
    head = frontmatter.load(parts.head, edition.path, 2)
    places = {key: Place(line, head.columns[key]) for key, line in head.lines.items()}

    told = style.of_edition(edition, parts.body, parts.body_line, places, AROUND)
    assert {f"{one.code} {one.line}:{one.column}" for one in told} == {
        *("E203 3:8", "E104 10:15", "E204 12:8", "E103 12:23", "E105 12:30", "E205 12:45"),
    }


def test_only_approved_items_are_held_to_be_finished() -> None:
    texts = ("It is TODO.", "<!-- TODO -->", "`TODO`", "Done.")
    made = [replace(items.parse(worlds.item(at), f"{at}.md"), body=text) for at, text in enumerate(texts)]
    draft = replace(items.parse(worlds.item(9, status="draft"), "9.md"), body="TBD")

    assert [fault.path for fault in unfinished.faults(Library(items=(*made, draft)))] == ["0.md"]


def test_every_rule_on_editing_can_fire() -> None:
    """The cases above name every code of the register."""
    text = Path(__file__).read_text(encoding="utf-8")

    assert [rule.code for rule in EDITING if f'"{rule.code}"' not in text] == []


@given(st.text("[]()!-*`#<>a\n /:?=&. TODO", max_size=60))
def test_any_body_can_be_read(body: str) -> None:
    for one in found(body.replace("---", "")):
        assert one.line > 0
