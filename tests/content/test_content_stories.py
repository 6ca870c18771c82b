from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from builder.content import library, stories
from builder.errors import ContentError
from builder.model import Item, Ruling, Source, Status
from builder.text import fold

Site = Callable[..., Path]
FILE = """\
---
id: 3f9a1c2b4d
pinned: true
items:
  - 3f9a1c2b4d  # Meta opens Llama to allies
  - 8c1d2e3f40
---
Why we took these together.
"""
A, B, C = map(worlds.item_id, (1, 2, 3))

letters = st.characters(exclude_categories=["Cs"])
lines = st.text(letters, max_size=30).map(fold)
ids = st.text("0123456789abcdef", min_size=10, max_size=10)
some_rulings = st.builds(
    Ruling,
    id=ids,
    path=st.just("content/stories/x.md"),
    items=st.lists(ids, max_size=4, unique=True).map(tuple),
    into=st.just("") | ids,
    pinned=st.booleans(),
    note=st.just("") | lines.filter(bool).map(lambda line: line + "\n"),
    extra=st.dictionaries(st.sampled_from(["why", "look"]), lines),
).filter(lambda rule: rule.id != rule.into)


def item(number: int, story: str = "", day: int = 1) -> Item:
    return Item(
        id=worlds.item_id(number),
        path=f"{number}.md",
        title=f"Item {number}",
        status=Status.DRAFT,
        date=datetime(2026, 11, day, tzinfo=UTC),
        source=Source(feed="x", name="X", url=""),
        tldr="",
        body="",
        story=story,
    )


def rule(story: str, *items: str, into: str = "", pinned: bool = False) -> Ruling:
    return Ruling(id=story, path=f"{story}.md", items=items, into=into, pinned=pinned)


def resolved(items: list[Item], *rulings: Ruling) -> dict[str, tuple[str, ...]]:
    return {story.id: story.items for story in stories.resolve(items, rulings)}


def faults(text: str) -> list[str]:
    with pytest.raises(ContentError) as error:
        stories.parse(text, "s.md")
    return [str(fault) for fault in error.value.faults]


def found(make_site: Site, **rulings: str) -> list[str]:
    files = {worlds.item_file(number): worlds.item(number) for number in (1, 2, 3)}
    files |= {f"content/stories/{name}.md": text for name, text in rulings.items()}
    root = make_site("\n".join(f"-- {path} --\n{text}" for path, text in files.items()))
    return [str(fault) for fault in library.load(root).faults]


# -- files


def test_a_ruling_is_written_for_people_to_read() -> None:
    rule = stories.parse(FILE, "content/stories/3f9a1c2b4d.md")

    assert rule.items == ("3f9a1c2b4d", "8c1d2e3f40")
    assert rule.pinned
    assert rule.note == "Why we took these together.\n"
    assert stories.dump(rule, {"3f9a1c2b4d": "Meta opens Llama to allies"}) == FILE


@given(some_rulings, st.dictionaries(ids, st.text(letters)))
def test_parse_undoes_dump_whatever_the_remarks_say(rule: Ruling, titles: dict[str, str]) -> None:
    titles |= dict.fromkeys(rule.items, "x: [\x85\ufffe #")

    assert stories.parse(stories.dump(rule, titles), rule.path) == rule


def test_all_that_is_wrong_with_a_ruling_is_told_at_once_each_in_its_line() -> None:
    text = "---\nid: x\npinned: maybe\ninto: y\nitems:\n  - 3f9a1c2b4d\n  - a: b\n  - nine\n---\n"

    assert faults(text) == [
        "s.md:2: `id` is `x`, not an id",
        "s.md:3: `pinned` is `maybe`, neither `true` nor `false`",
        "s.md:4: `into` is `y`, not an id",
        "s.md:7: `items.1` is a mapping, not an id",
        "s.md:8: `items.2` is `nine`, not an id",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "s.md:1: the file does not begin with front matter"),
        ("---\n---\n", "s.md:1: `id` is missing"),
        (f"---\nid: {A}\ninto: {A}\n---\n", "s.md:3: `into` names the story itself"),
        (f"---\nid: {A}\nitems: all\n---\n", "s.md:3: `items` is not a list"),
        (
            f"---\nid: {A}\n<<<<<<< ours\nitems: []\n=======\n>>>>>>> theirs\n---\n",
            "s.md:3: an unresolved merge conflict",
        ),
    ],
)
def test_a_ruling_that_cannot_be_used_says_why_and_where(text: str, told: str) -> None:
    assert faults(text) == [told]


def test_rulings_that_contradict_each_other_are_faults_in_their_lines(make_site: Site) -> None:
    one = f"---\nid: {A}\nitems:\n  - {A}\n  - {B}\n---\n"
    other = f"---\nid: {C}\ninto: 9999999999\nitems:\n  - {C}\n  - {B}\n  - 7777777777\n---\n"

    assert found(make_site, one=one, other=other) == [
        "content/stories/other.md:3: there is no story 9999999999",
        f"content/stories/other.md:6: {B} is already in the story {A}, by content/stories/one.md",
        "content/stories/other.md:7: there is no item 7777777777",
    ]


def test_two_stories_that_are_each_a_part_of_the_other_are_a_fault_of_both(make_site: Site) -> None:
    told = found(make_site, a=f"---\nid: {A}\ninto: {B}\n---\n", b=f"---\nid: {B}\ninto: {A}\n---\n")

    assert told == [
        f"content/stories/a.md:3: the stories {A} and {B} are each to be a part of the other",
        f"content/stories/b.md:3: the stories {B} and {A} are each to be a part of the other",
    ]


def test_two_rulings_on_one_story_are_a_fault(make_site: Site) -> None:
    told = found(make_site, a=f"---\nid: {A}\n---\n", b=f"---\nid: {A}\n---\n")

    assert told == [f"content/stories/b.md:2: the id {A} is already that of content/stories/a.md"]


# -- what follows from them


def test_without_a_ruling_stories_are_what_the_items_say() -> None:
    items = [item(1), item(2, story=A), item(3)]

    assert resolved(items) == {A: (A, B)}


def test_what_editors_decided_outranks_what_the_items_say() -> None:
    items = [item(1), item(2, story=A), item(3)]

    assert resolved(items, rule("ffffffffff", B, C)) == {"ffffffffff": (B, C)}
    assert resolved(items, rule("ffffffffff", B)) == {"ffffffffff": (B,)}


def test_a_merged_story_leads_on_for_its_items_and_those_to_come() -> None:
    items = [item(1), item(2), item(3, story=B), item(4, story=B)]

    assert resolved(items, rule(B, into=A)) == {A: tuple(one.id for one in items)}


def test_a_pinned_story_takes_none_but_those_listed() -> None:
    items = [item(1), item(2, story=A), item(3, story=A)]

    assert resolved(items, rule(A, A, B, pinned=True)) == {A: (A, B)}


def test_stories_merged_in_a_circle_stand_as_one() -> None:
    assert resolved([item(1), item(2)], rule(A, into=B), rule(B, into=A)) == {A: (A, B)}


def test_a_story_outlives_the_item_that_opened_it() -> None:
    assert resolved([item(2, story=A), item(3, story=A)]) == {A: (B, C)}


rules = st.builds(
    lambda story, items, into, pinned: rule(story, *items, into="" if into == story else into, pinned=pinned),
    st.sampled_from([A, B, C, "ffffffffff"]),
    st.lists(st.sampled_from([A, B, C]), max_size=3, unique=True),
    st.sampled_from(["", "", A, B, C]),
    st.booleans(),
)
rulings = st.lists(rules, max_size=4, unique_by=lambda one: one.id)
arrivals = st.lists(
    st.builds(item, st.integers(1, 9), st.sampled_from(["", A, B, C]), st.integers(1, 9)),
    unique_by=lambda one: one.id,
)


@given(arrivals, rulings, st.randoms())
def test_an_added_item_renames_no_story_and_takes_nothing_out(items, rulings, random) -> None:
    before = resolved(items[1:], *rulings)
    random.shuffle(rulings)
    after = resolved(items, *rulings)

    for story, members in before.items():
        assert set(members) <= set(after[story]) <= {*members, items[0].id}


@given(arrivals, rulings, st.randoms())
def test_an_item_is_in_at_most_one_story(items, rulings, random) -> None:
    placed = [one for members in resolved(items, *rulings).values() for one in members]
    random.shuffle(items)

    assert len(placed) == len(set(placed))
    assert resolved(items, *rulings) == resolved(sorted(items, key=lambda one: one.id), *rulings)


def test_what_cannot_be_read_is_a_fault_and_hides_no_other_ruling(make_site: Site) -> None:
    root = make_site(f"-- content/stories/good.md --\n---\nid: {A}\npinned: true\n---\n")
    folder = root / "content" / "stories"
    (folder / "bytes.md").write_bytes(b"---\nid: \xff\n---\n")
    (folder / "deep.md").write_text("---\nid: " + "[" * 5000 + "\n---\n", encoding="utf-8")
    (folder / "link.md").symlink_to("/etc/hostname")
    loaded = library.load(root)

    assert [rule.id for rule in loaded.library.rulings] == [A]
    assert {fault.path.rpartition("/")[2] for fault in loaded.faults} == {"bytes.md", "deep.md", "link.md"}
    assert loaded.blind == ()
