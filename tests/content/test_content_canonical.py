"""Files in our own form: what they say is what they said, whoever wrote them."""

import re

import pytest
import worlds
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from test_content_items import some_items

from builder.content import canonical, editions, frontmatter, items
from builder.errors import ContentError
from builder.model import Item, Status

PATH = "content/items/2026/x.md"
EDITION = "content/editions/0001.md"
BROWSER = """\
---\r
id: "0000000001"\r
title: >-\r
  A title that was folded\r
  over two lines\r
status: 'approved'\r
date: 2026-11-20T09:30:00.000Z\r
section: "policy"\r
tags:\r
- ai\r
- "two words"\r
source:\r
    feed: 'example'\r
    name: "Example"   \r
    url: 'https://example.org/1'\r
    published: "2026-11-20T10:00:00.000+02:00"\r
# A remark of ours.\r
tldr: "It's said."\r
mine: {b: 1,   a: "5"}\r
---\r
\r
Body.  \r
Second line.\r
"""
OURS = """\
---
id: '0000000001'
title: A title that was folded over two lines
status: approved
date: 2026-11-20T09:30:00Z
section: policy
tags: [ai, two words]
source:
  feed: example
  name: Example
  url: https://example.org/1
  published: 2026-11-20T08:00:00Z
# A remark of ours.
tldr: It's said.
mine:
  b: 1
  a: '5'
---
Body.\x20\x20
Second line.
"""


def test_what_a_browser_wrote_becomes_what_we_would_write():
    assert canonical.formatted(BROWSER, PATH) == OURS


@settings(max_examples=25)
@given(some_items)
def test_what_we_wrote_stays_to_the_byte(item: Item):
    text = items.dump(item)

    assert canonical.formatted(text, item.path) == text


styles = st.fixed_dictionaries(
    {
        "default_style": st.sampled_from([None, "'", '"', ">"]),
        "default_flow_style": st.sampled_from([True, False, None]),
        "width": st.sampled_from([20, 80, 10**6]),
        "indent": st.sampled_from([2, 4]),
        "allow_unicode": st.booleans(),
        "line_break": st.sampled_from(["\n", "\r\n"]),
    }
)


def respelled(text: str, style: dict[str, object]) -> str:
    """The file as a program that knows YAML, and nothing of ours, would write it back."""
    parts = frontmatter.split(text, PATH)
    told = yaml.load(parts.head, Loader=yaml.BaseLoader)
    lines = (yaml.dump({key: value}, sort_keys=False, **style) for key, value in told.items())
    head = "".join(re.sub(r"\A\{(.*)\}(\r?\n)\Z", r"\1\2", line, flags=re.DOTALL) for line in lines)
    return frontmatter.join(head, parts.body)


@settings(max_examples=50)
@given(some_items, styles)
def test_the_form_says_what_the_file_said_and_is_reached_at_once(item: Item, style: dict[str, object]):
    text = respelled(items.dump(item), style)
    try:
        was = items.parse(text, item.path)
    except ContentError:
        return
    made = canonical.formatted(text, item.path)

    assert items.parse(made, item.path) == was
    assert canonical.formatted(made, item.path) == made
    assert list(frontmatter.load(frontmatter.split(made, PATH).head, PATH, 2).values) == list(
        frontmatter.load(frontmatter.split(text, PATH).head, PATH, 2).values
    )


@settings(max_examples=50)
@given(some_items, styles)
def test_what_is_known_to_be_in_form_without_yaml_is(item: Item, style: dict[str, object]):
    for text in (items.dump(item), respelled(items.dump(item), style)):
        if canonical.is_formed(text, item.path):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(canonical, "is_formed", lambda *_: False)
                assert canonical.formatted(text, item.path) == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: '0000000001'", 'id: "0000000001"'),
        ("title: Item 1", "title: 'Item 1'"),
        ("T09:30:00Z", "T09:30:00.000Z"),
        ("2026-11-01T09:30:00Z", "'2026-11-01T09:30:00Z'"),
        ("tags: [feeds]", "tags:\n  - feeds"),
        ("\nby:", "\n# Ours.\nby:"),
        ("by: extract/1", "by: extract/1  # by us"),
        ("says it.\n", "says it."),
        ("\n---\n", "\n---\n\n"),
        ("\n", "\r\n"),
        ("---\nid", "\ufeff---\nid"),
        ("by: extract/1", "by: extract/1\nitems:\n  - '0000000001'"),
        ("by: extract/1", "by: extract/1\nmine: {a: b}"),
    ],
)
def test_what_is_spelled_otherwise_is_never_taken_for_in_form(old, new):
    text = worlds.item(1).replace("id: 0000000001", "id: '0000000001'")
    assert canonical.is_formed(text, PATH)
    at = text.rindex(old) if old.startswith("says") else text.index(old)
    changed = text.replace("\n", "\r\n") if new == "\r\n" else text[:at] + new + text[at + len(old) :]

    assert not canonical.is_formed(changed, PATH)


def test_an_approval_outlives_line_ends_and_the_spaces_that_break_lines():
    item = items.parse(BROWSER, PATH)
    review = f"review:\n  at: 2026-11-21T00:00:00Z\n  digest: {items.approved_digest(item)}\n"
    text = BROWSER.replace("tldr:", review + "tldr:")
    assert items.parse(text, PATH).status is Status.APPROVED

    made = canonical.formatted(text, PATH)
    assert items.parse(made, PATH).status is Status.APPROVED
    assert "Body.  \n" in made


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("section: 'policy'   # where it goes", "section: policy   # where it goes\n"),
        ("tags: ['a',  b] # two", "tags: [a, b] # two\n"),
        ("tags:\n- a # the first\n- 'b'", "tags:\n- a # the first\n- 'b'\n"),
        ("mine:\n    # why\n    a: '1'", "mine:\n    # why\n    a: '1'\n"),
        ("tldr: |\n  Text # no remark", "tldr: |\n  Text # no remark\n"),
        ("title2: 'A # in a text'", "title2: 'A # in a text'\n"),
        ("weight:    5", "weight: 5\n"),
        ("weight: '5'", "weight: '5'\n"),
        ("note: null", "note: null\n"),
        ("section: ''", "section: ''\n"),
        ("section:", "section:"),
    ],
)
def test_remarks_and_keys_of_ones_own_stay(line: str, kept: str):
    key = line.partition(":")[0]
    text = "".join(
        one for one in worlds.item(1).splitlines(keepends=True) if not one.startswith(f"{key}:")
    ).replace("by: extract/1\n", f"by: extract/1\n{line}\n")

    assert kept in canonical.formatted(text, PATH)


def test_an_edition_keeps_its_order_its_notes_and_gets_titles_behind_bare_ids():
    one, two = worlds.item_id(1), worlds.item_id(2)
    text = worlds.edition(1, [2, 1]).replace(f"- {one}", f'- {{item: "{one}", note: "So it is"}}')
    made = canonical.formatted(text, EDITION, {one: "First", two: "Second"})

    assert editions.parse(made, EDITION) == editions.parse(text, EDITION)
    assert f"- '{two}'  # Second\n" in made
    assert f"- item: '{one}'  # First\n        note: So it is\n" in made
    moved = made.replace("# Second", "# our own words")
    assert canonical.formatted(moved, EDITION, {one: "First", two: "Other"}) == moved


@pytest.mark.parametrize(
    "written",
    [
        # Sveltia CMS 0.221, after a save of what `edition new` wrote.
        "parts:\n  - title: Feeds\n    items:\n      - a7d45e3ecd\n      - '2570e47003'\n"
        "  - items:\n      - 647ebf2fbd\n---\n\n",
        # Decap CMS 3.16.
        'parts:\n  - title: Feeds\n    items:\n      - a7d45e3ecd\n      - "2570e47003"\n'
        "  - items:\n      - 647ebf2fbd\n---\n",
    ],
    ids=["sveltia", "decap"],
)
def test_an_edition_that_was_arranged_in_a_browser_gets_its_titles_back(written: str):
    head = "---\nnumber: 1\ntitle: One\ndate: 2026-11-23T09:00:00.000Z\npublished: 2026-11-23T09:00:00.000Z\n"
    titles = {"a7d45e3ecd": "First", "2570e47003": "Second", "647ebf2fbd": "Third"}
    made = canonical.formatted(f"{head}{written}Hello.\n", EDITION, titles)
    edition = editions.parse(made, EDITION)

    assert [(part.title, [one.item for one in part.items]) for part in edition.parts] == [
        ("Feeds", ["a7d45e3ecd", "2570e47003"]),
        ("", ["647ebf2fbd"]),
    ]
    assert "date: 2026-11-23T09:00:00Z\npublished: 2026-11-23T09:00:00Z\n" in made
    assert "      - a7d45e3ecd  # First\n      - '2570e47003'  # Second\n" in made
    assert "  - items:\n      - 647ebf2fbd  # Third\n" in made


def test_what_cannot_be_read_or_is_in_conflict_is_refused():
    for text in ("no front matter", worlds.item(1) + "<<<<<<< edited\n", "---\n{id: x}\n---\n"):
        with pytest.raises(ContentError):
            canonical.formatted(text, PATH)


def test_a_front_matter_on_one_line_is_told_and_left():
    text = worlds.item(1)
    head = yaml.safe_dump(
        yaml.load(frontmatter.split(text, PATH).head, Loader=yaml.BaseLoader), default_flow_style=True
    )
    whole = frontmatter.join(head, "Body.\n")
    assert items.parse(whole, PATH)

    with pytest.raises(ContentError, match="one key a line"):
        canonical.formatted(whole, PATH)
