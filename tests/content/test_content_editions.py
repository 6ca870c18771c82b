from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.content import editions
from builder.errors import ContentError
from builder.model import Edition, Part, Placed
from builder.text import fold

FILE = """\
---
number: 34
title: The week of the feeds
date: 2026-11-20T00:00:00Z
published: 2026-11-21T07:00:00Z
parts:
  - title: Policy
    items:
      - 3f9a1c2b4d  # Meta opens Llama to allies
      - item: 8c1d2e3f40  # A standard for one click
        note: A line from the editors.
  - items:
      - '1234567890'
---
Hello, reader.
"""

letters = st.characters(exclude_categories=["Cs"])
lines = st.text(letters, max_size=30).map(fold)
ids = st.text("0123456789abcdef", min_size=10, max_size=10)
placed = st.builds(Placed, item=ids, note=lines)
parts = st.builds(Part, title=lines, items=st.lists(placed, max_size=4).map(tuple))
times = st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9998, 12, 31), timezones=st.just(UTC))
some_editions = st.builds(
    Edition,
    number=st.integers(1, 10**6),
    path=st.just("content/editions/0034.md"),
    title=lines.filter(bool),
    date=times,
    published=st.none() | times,
    subject=lines,
    preheader=lines,
    sent=st.none() | times,
    parts=st.lists(parts, max_size=3).map(tuple),
    intro=st.just("") | lines.filter(bool).map(lambda line: line + "\n"),
    extra=st.dictionaries(st.sampled_from(["mood", "look"]), lines),
)


def faults(text: str) -> list[str]:
    with pytest.raises(ContentError) as error:
        editions.parse(text, "e.md")
    return [str(fault) for fault in error.value.faults]


def test_an_edition_is_written_for_people_to_move_lines_in() -> None:
    titles = {"3f9a1c2b4d": "Meta opens Llama to allies", "8c1d2e3f40": "A standard for one click"}
    edition = editions.parse(FILE, "content/editions/0034.md")

    assert edition.number == 34
    assert edition.parts[0].items[1] == Placed(item="8c1d2e3f40", note="A line from the editors.")
    assert edition.parts[1] == Part(title="", items=(Placed(item="1234567890"),))
    assert edition.intro == "Hello, reader.\n"
    assert editions.dump(edition, titles) == FILE


@given(some_editions, st.dictionaries(ids, st.text(letters)))
def test_parse_undoes_dump_whatever_the_remarks_say(edition: Edition, titles: dict[str, str]) -> None:
    titles |= {placed.item: "x: [\x85\ufffe #" for part in edition.parts for placed in part.items[:1]}

    assert editions.parse(editions.dump(edition, titles), edition.path) == edition


def test_all_faults_are_told_at_once_by_line() -> None:
    text = (
        FILE.replace("number: 34", "number: -1")
        .replace("3f9a1c2b4d", "3f9a")
        .replace("note:", "notes:")
        .replace("- items:\n      - '1234567890'", "- Policy")
    )

    assert faults(text) == [
        "e.md:2: `number` is `-1`, not a whole number from 1",
        "e.md:9: `parts.0.items.0` is `3f9a`, not an id",
        "e.md:11: `parts.0.items.1.notes` is not known here; did you mean `note`?",
        "e.md:12: `parts.1` is not a part",
    ]


def test_an_edition_may_be_empty_and_is_not_published_by_an_empty_line() -> None:
    edition = editions.parse(
        "---\nnumber: 0001\ntitle: A\ndate: 2026-11-20\npublished:\nparts:\n---\n", "e.md"
    )

    assert (edition.number, edition.published, edition.parts, edition.intro) == (1, None, (), "")


def test_a_conflict_in_an_edition_is_a_fault() -> None:
    assert faults(FILE.replace("parts:\n", "<<<<<<< HEAD\nparts:\n")) == [
        "e.md:6: an unresolved merge conflict"
    ]


def test_the_line_of_each_item_is_known() -> None:
    assert editions.lines(FILE, "e.md") == {"3f9a1c2b4d": 9, "8c1d2e3f40": 10, "1234567890": 13}


def test_paths_sort_as_numbers() -> None:
    assert [editions.path_of(number) for number in (7, 34)] == [
        "content/editions/0007.md",
        "content/editions/0034.md",
    ]
