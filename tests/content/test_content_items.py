import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.content import items
from builder.errors import ContentError
from builder.model import WRITTEN, Completeness, Item, Provenance, Review, Source, Status
from builder.text import clean, fold

DESIGN = """\
---
id: 3f9a1c2b4d
title: Meta Expands Military Use of Llama AI Models Among Global Allies
status: draft
date: 2026-11-20T09:30:00Z
section: policy
tags: [ai, defence]
source:
  feed: social-media-today
  name: Social Media Today
  url: https://www.example.com/meta-llama-allies
  author: A. Writer
  published: 2026-11-20T08:00:00Z
tldr: One sentence that says what happened and why it matters.
by: extract/1
---
## TL;DR Summary of Meta Expands Military Use of Llama AI Models Among Global Allies

One to three sentences.
"""

letters = st.characters(exclude_categories=["Cs"])
lines = st.text(letters, max_size=40).map(fold)
filled = lines.filter(bool)
times = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31), timezones=st.just(UTC))
bodies = (
    st.text(letters).map(clean).map(lambda text: text.lstrip("\n")).map(lambda t: t and t.rstrip("\n") + "\n")
)
ids = st.text("0123456789abcdef", min_size=10, max_size=10)
KNOWN = [
    "id",
    "title",
    "status",
    "date",
    "section",
    "tags",
    "source",
    "tldr",
    "by",
    "provenance",
    "review",
    "story",
]
sources = st.builds(
    Source,
    feed=filled,
    name=filled,
    url=st.just("") | st.text("ab:?#&", max_size=9).map(lambda tail: f"https://example.org/{tail}"),
    author=lines,
    published=st.none() | times,
    text=st.sampled_from(Completeness),
)
reviews = st.builds(
    Review,
    by=lines,
    at=times,
    digest=st.sampled_from(["", "0123456789abcdef", "bound"]),
    evidence=st.sampled_from(["", "fedcba9876543210"]),
    reason=lines,
)


def settled(item: Item) -> Item:
    """`item` as its file would be read: `bound` stands for the digest that it has."""
    if not item.review:
        return item
    if item.review.digest == "bound":
        return replace(item, review=replace(item.review, digest=items.approved_digest(item)))
    stale = item.status is Status.APPROVED and item.review.digest
    return replace(item, status=Status.CHANGED) if stale else item


provenances = st.builds(
    Provenance,
    engine=lines,
    model=lines,
    prompt=lines,
    source=lines,
    tokens=st.integers(0, 10**9),
    refused=lines,
    replaced=st.lists(filled, max_size=3).map(tuple),
    review=st.lists(filled, max_size=3).map(tuple),
)
some_items = st.builds(
    Item,
    id=ids,
    path=st.just("content/items/2026/x.md"),
    title=filled,
    status=st.sampled_from(WRITTEN),
    date=times,
    section=lines,
    tags=st.lists(filled, max_size=3).map(tuple),
    language=st.sampled_from(["", "de", "pt-BR", "zh-Hant-TW"]),
    source=sources,
    tldr=lines,
    by=lines,
    provenance=st.none() | provenances,
    body=bodies,
    extra=st.dictionaries(
        st.text(letters, min_size=1, max_size=8).filter(lambda key: key not in KNOWN),
        st.text(letters) | st.lists(st.text(letters), max_size=3).map(tuple),
        max_size=3,
    ),
    review=st.none() | reviews,
).map(settled)


def changed(old: str, new: str) -> str:
    assert old in DESIGN
    return DESIGN.replace(old, new, 1)


def faults(text: str) -> list[str]:
    with pytest.raises(ContentError) as error:
        items.parse(text, "x.md")
    return [str(fault) for fault in error.value.faults]


def test_an_item_is_written_exactly_as_the_design_has_it() -> None:
    item = items.parse(DESIGN, "x.md")

    assert item.source.published == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert (item.tags, item.status) == (("ai", "defence"), Status.DRAFT)
    assert items.dump(item) == DESIGN


@given(some_items)
def test_parse_undoes_dump(item: Item) -> None:
    assert items.parse(items.dump(item), item.path) == item


@given(some_items)
def test_an_item_once_read_is_written_the_same_again(item: Item) -> None:
    text = items.dump(item)

    assert items.dump(items.parse(text, item.path)) == text


def test_every_hostile_text_survives_as_title(shared: Callable[..., Path]) -> None:
    item = items.parse(DESIGN, "x.md")
    for name in ("yaml_fields", "text", "slugs"):
        for line in shared("data", "hostile", f"{name}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]:
            title = fold(json.loads(line)["payload"])
            if title:
                written = items.dump(replace(item, title=title))
                assert items.parse(written, "x.md").title == title


def test_every_broken_file_is_told_by_name_and_line(shared: Callable[..., Path]) -> None:
    for line in shared("data", "hostile", "frontmatter.jsonl").read_text(encoding="utf-8").split("\n")[:-1]:
        case = json.loads(line)
        if "encoding" not in case:
            assert all(re.match(r"x\.md:\d+: ", fault) for fault in faults(case["payload"])), case["id"]


def test_unknown_keys_are_kept_as_they_were_written() -> None:
    text = changed(
        "by: extract/1\n", "by: extract/1\nweight: 5\nname: '5'\nlinks:\n  a: [no, 2026-01-01]\nempty:\n"
    )
    text = text.replace("  author: A. Writer\n", "").replace("08:00:00Z\n", "08:00:00Z\n  licence: CC0\n")

    item = items.parse(text, "x.md")

    assert item.extra["weight"] == item.extra["name"] == "5"
    assert item.extra["source"] == {"licence": "CC0"}
    assert items.dump(item) == text


def test_text_stays_text() -> None:
    text = changed(
        "title: Meta Expands Military Use of Llama AI Models Among Global Allies", "title: 2026-01-01"
    )
    item = items.parse(text.replace("[ai, defence]", "[no, 2026]").replace("A. Writer", "null"), "x.md")

    assert (item.title, item.tags, item.source.author) == ("2026-01-01", ("no", "2026"), "")


@pytest.mark.parametrize("title", ["null", "~", "no", "42", "'null'"])
def test_a_title_is_what_was_written(title: str) -> None:
    text = re.sub("title: .*", f"title: {title}", DESIGN)

    assert items.parse(text, "x.md").title == title.strip("'")


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-20T09:30:00Z",
        "2026-11-20T09:30:00.000Z",
        "'2026-11-20T09:30:00.000Z'",
        "2026-11-20T10:30:00+01:00",
        "2026-11-20 10:30:00 +0100",
        "2026-11-20 09:30:00",
        "2026-11-20t09:30z",
    ],
)
def test_times_are_taken_as_editors_leave_them(written: str) -> None:
    item = items.parse(changed("2026-11-20T09:30:00Z", written), "x.md")

    assert item.date == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert item.date.utcoffset() == timedelta(0)


def test_a_date_alone_is_its_midnight() -> None:
    assert items.parse(changed("2026-11-20T09:30:00Z", "2026-11-20"), "x.md").date == datetime(
        2026, 11, 20, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "written",
    ["yesterday", "2026", "20261120", "2026-02-30", "2026-11-20T25:00Z", "[2026]", "0001-01-01T00:00+09:00"],
)
def test_what_is_no_time_is_a_fault(written: str) -> None:
    assert faults(changed("2026-11-20T09:30:00Z", written))[0].startswith("x.md:5: `date` is ")


def test_all_faults_of_a_file_are_told_at_once_by_line() -> None:
    text = (
        DESIGN.replace("3f9a1c2b4d", "3F9A")
        .replace("status: draft", "status: aproved")
        .replace("tags: [ai, defence]", "tags: {a: b}")
        .replace("  feed: social-media-today\n", "")
        .replace("https://www.example.com", "javascript:alert(1)//")
        .replace("title: Meta Expands Military Use of Llama AI Models Among Global Allies\n", "")
    )

    assert faults(text) == [
        "x.md:1: `title` is missing",
        "x.md:2: `id` is `3F9A`, not an id",
        "x.md:3: `status` is `aproved`, which is not known; did you mean `approved`?",
        "x.md:6: `tags` is not a list",
        "x.md:7: `source.feed` is missing",
        "x.md:9: `source.url` is `javascript:alert(1)///meta-llama-allies`, not a web address",
    ]


def test_a_missing_source_is_one_fault() -> None:
    text = re.sub(r"source:\n(  .*\n)+", "", DESIGN)

    assert faults(text) == ["x.md:1: `source` is missing"]
    assert faults(text.replace("tldr:", "source: x\ntldr:")) == ["x.md:8: `source` is not a mapping"]


def test_a_conflict_marker_is_a_fault_with_its_line() -> None:
    conflict = "<<<<<<< HEAD\nOne.\n=======\nTwo.\n>>>>>>> other\n"

    assert faults(changed("One to three sentences.\n", conflict)) == ["x.md:19: an unresolved merge conflict"]
    assert faults(changed("status: draft\n", conflict)) == ["x.md:4: an unresolved merge conflict"]


def test_tags_without_brackets_are_a_list_too() -> None:
    assert items.parse(changed("[ai, defence]", "ai, defence"), "x.md").tags == ("ai", "defence")
    assert items.parse(changed(" [ai, defence]", "\n- ai\n- null\n- 'b, c'"), "x.md").tags == ("ai", "b, c")


def test_bodies_differ_neither_by_line_end_nor_by_blank_lines_at_their_start() -> None:
    plain = items.parse(DESIGN, "x.md")

    assert items.parse(DESIGN.replace("\n", "\r\n"), "x.md") == plain
    assert items.parse(DESIGN.replace("---\n##", "---\n\n##").removesuffix("\n"), "x.md") == plain


# -- paths


def path(title: str, taken: set[str], item_id: str = "3f9a1c2b4d") -> str:
    return items.path_of(item_id, title, datetime(2026, 11, 20, 9, 30, tzinfo=UTC), taken)


def test_a_path_is_the_day_in_utc_and_the_title() -> None:
    late = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))

    assert path("Meta opens Llama", set()) == "content/items/2026/2026-11-20-meta-opens-llama.md"
    assert items.path_of("3f9a1c2b4d", "A", late, ()) == "content/items/2025/2025-12-31-a.md"
    assert path("日本語", set()) == "content/items/2026/2026-11-20-3f9a1c2b4d.md"


def test_paths_that_would_be_the_same_get_the_start_of_the_id() -> None:
    start = "content/items/2026/2026-11-20-a"

    assert path("A", {f"{start}.md"}) == f"{start}-3f9a.md"
    assert path("A", {f"{start}.md", f"{start}-3f9a.md"}) == f"{start}-3f9a1.md"
    assert path("A", {items.path_key("content/items/2026/2026-11-20-A.md")}) == f"{start}-3f9a.md"


@given(st.lists(st.tuples(st.text(max_size=20), st.sampled_from(["3f9a1c2b4d", "3f9a1c2b4e"])), max_size=20))
def test_no_two_items_share_a_path(titles: list[tuple[str, str]]) -> None:
    taken: set[str] = set()
    for title, item_id in titles:
        one = path(title, taken, item_id)
        assert items.path_key(one) not in taken
        taken.add(items.path_key(one))


def test_every_hostile_title_gives_a_safe_file_name(shared: Callable[..., Path]) -> None:
    taken: set[str] = set()
    for line in shared("data", "hostile", "slugs.jsonl").read_text(encoding="utf-8").split("\n")[:-1]:
        one = path(json.loads(line)["payload"], taken)
        assert re.fullmatch(r"content/items/2026/2026-11-20-[a-z0-9]+(-[a-z0-9]+)*\.md", one)
        assert len(one.encode()) <= 200
        assert unicodedata.normalize("NFC", one).casefold() == items.path_key(one) == one
        assert one not in taken
        taken.add(one)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Meta", "title: Metas"),
        ("One sentence that", "One sentence, that"),
        ("llama-allies\n", "llama-allies2\n"),
        ("One to three sentences.", "One to three sentences!"),
    ],
)
def test_one_changed_character_takes_an_approval_away(old: str, new: str) -> None:
    item = items.parse(changed("status: draft", "status: approved"), "x.md")
    review = Review(by="Ed", at=item.date, digest=items.approved_digest(item))
    text = items.dump(replace(item, review=review))

    assert items.parse(text, "x.md").status is Status.APPROVED
    assert items.parse(text.replace(old, new), "x.md").status is Status.CHANGED
    assert items.parse(text.replace("section: policy", "section: law"), "x.md").status is Status.APPROVED


def test_changed_is_no_status_to_write() -> None:
    assert "which is not known" in faults(changed("status: draft", "status: changed"))[0]


def test_a_language_is_a_tag() -> None:
    assert items.parse(changed("tags:", "language: pt-BR\ntags:"), "x.md").language == "pt-BR"
    assert "is `Deutsch!`, not a language tag" in faults(changed("tags:", "language: Deutsch!\ntags:"))[0]
