"""Which items are one story: by what they say, whatever the order in which they arrive."""

import runpy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.content.stories import resolve
from builder.editorial import stories
from builder.model import Item, Ruling, Source, Status, Story

ROOT = Path(__file__).resolve().parents[2]
DAY = datetime(2026, 11, 20, tzinfo=UTC)
BRIDGE = (
    "The old railway bridge over the Lindau closes in March, because inspectors found cracks in two pillars.",
    "Inspectors who found cracks in two pillars have the railway bridge at Lindau closed from March on.",
    "Trains will take a detour when the Lindau bridge closes in March; its pillars have cracks.",
)
LIBRARY = (
    "The town library opens on Sundays from next month, run by volunteers and paid for by a foundation.",
    "A foundation pays, volunteers run it: from next month the town library opens on Sundays as well.",
)
OTHER = ("A new bakery has taken over the corner shop and sells rye bread, poppy seed cake and coffee.",)
EVENTS = (BRIDGE, LIBRARY, OTHER)


def item(number: int, text: str, day: float = 0, **changes: object) -> Item:
    made = Item(
        id=f"{number:010x}",
        path=f"content/items/{number}.md",
        title=" ".join(text.split()[:8]),
        status=Status.DRAFT,
        date=DAY + timedelta(days=day),
        source=Source(feed=f"feed-{number}", name="X", url=""),
        tldr="",
        body=f"## TL;DR Summary of This and That\n\n{text}\n",
    )
    return replace(made, **changes)


def found(
    items: list[Item], stories_: tuple[Story, ...] = (), wanted: set[int] | None = None
) -> dict[int, int]:
    ids = {one.id for one in items} if wanted is None else {f"{number:010x}" for number in wanted}
    told = stories.find(items, stories_, ids, "en")
    return {int(one, 16): int(story, 16) for one, story in told.items()}


def test_items_that_report_the_same_event_join_the_earliest_of_them() -> None:
    items = [
        item(1, BRIDGE[0]),
        item(2, LIBRARY[0], 0.1),
        item(3, BRIDGE[1], 1),
        item(4, OTHER[0]),
        item(5, LIBRARY[1], 1),
    ]

    assert found(items) == {3: 1, 5: 2}


def test_the_order_in_which_items_are_told_does_not_matter() -> None:
    items = [item(at, text, at / 10) for at, text in enumerate([*BRIDGE, *LIBRARY, *OTHER], start=1)]

    assert found(items) == found(items[::-1]) == {2: 1, 3: 1, 5: 4}


def test_what_is_far_apart_in_time_is_not_one_story() -> None:
    near, far = stories.WINDOW / timedelta(days=1), stories.WINDOW / timedelta(days=1) + 0.1

    assert found([item(1, BRIDGE[0]), item(2, BRIDGE[1], near)]) == {2: 1}
    assert found([item(1, BRIDGE[0]), item(2, BRIDGE[1], far)]) == {}


def test_an_item_that_arrives_late_joins_the_story_and_does_not_rename_it() -> None:
    items = [item(1, BRIDGE[0], 1), item(2, BRIDGE[1], 2), item(3, BRIDGE[2], 0)]
    known = Story(id=items[0].id, items=(items[0].id, items[1].id))

    assert found(items, (known,), {3}) == {3: 1}
    assert found([items[0], items[2]], (), {3}) == {3: 1}


def test_a_story_that_rests_for_weeks_takes_up_what_comes_then() -> None:
    items = [
        item(1, BRIDGE[0]),
        item(2, BRIDGE[1], 20),
        item(3, BRIDGE[2], 0.5),
        item(4, BRIDGE[2], 21),
        item(5, OTHER[0], 60),
    ]
    known = Story(id=items[0].id, items=(items[0].id, items[1].id))

    assert found(items, (known,), {3, 4, 5}) == {3: 1, 4: 1}


def test_a_pinned_story_takes_nothing_and_a_rejected_item_opens_none() -> None:
    items = [item(1, BRIDGE[0]), item(2, BRIDGE[1]), item(3, BRIDGE[2])]
    pinned = Story(id=items[0].id, items=(items[0].id, items[1].id), pinned=True)

    assert found(items, (pinned,), {3}) == {}
    assert found([replace(items[0], status=Status.REJECTED), items[2]], (), {3}) == {}


def test_known_stories_are_never_joined_by_a_newcomer() -> None:
    items = [item(1, BRIDGE[0]), item(2, BRIDGE[1], 0.1), item(3, BRIDGE[2], 0.2)]
    one, other = (Story(id=one.id, items=(one.id,)) for one in items[:2])

    assert found(items, (one, other), {3}) in ({3: 1}, {3: 2})


def test_a_reprint_is_found_in_a_language_we_have_no_data_for() -> None:
    text = " ".join(f"slovo{number}" for number in range(60))

    assert found([item(1, text), item(2, f"Prvá veta je iná. {text}")]) == {2: 1}
    assert found([item(1, text), item(2, text.replace("slovo", "mot"))]) == {}


def test_headings_and_addresses_make_nothing_alike() -> None:
    same = "\n\n### Impact and What Comes Next\n\n[{}](https://news.example/lindau/bridge/pillars/cracks)\n"

    assert found([item(1, OTHER[0] + same.format("here")), item(2, LIBRARY[0] + same.format("there"))]) == {}


def test_two_articles_on_the_same_subject_are_not_one_story() -> None:
    texts = (
        "Browser makers agreed on a common format for reader mode, with a list of elements that are kept.",
        "A browser maker ships nested style rules; the other browsers are expected to follow this year.",
    )

    assert found([item(1, texts[0]), item(2, texts[1])]) == {}


@given(
    st.lists(st.tuples(st.sampled_from(range(3)), st.integers(0, 2), st.integers(0, 14)), max_size=8),
    st.data(),
)
def test_whatever_the_order_of_arrival_a_story_keeps_its_name_and_its_items(drawn, data) -> None:
    """Items of a few events are pulled in batches; each batch is placed and written down as `pull` does."""
    arriving = [
        item(at, EVENTS[event][variant % len(EVENTS[event])], day)
        for at, (event, variant, day) in enumerate(drawn, start=1)
    ]
    here: list[Item] = []
    while arriving:
        size = data.draw(st.integers(1, len(arriving)))
        batch, arriving = arriving[:size], arriving[size:]
        before = resolve(here, ())
        told = stories.find([*here, *batch], before, {one.id for one in batch}, "en")
        here += [replace(one, story=told.get(one.id, "")) for one in batch]
        after = {story.id: set(story.items) for story in resolve(here, ())}
        assert all(set(story.items) <= after[story.id] for story in before)
        assert set(told) <= {one.id for one in batch}


@pytest.mark.parametrize("rules", [(), (Ruling(id="ffffffffff", path="f.md", items=("0000000001",)),)])
def test_items_in_no_story_are_told(rules: tuple[Ruling, ...]) -> None:
    items = [item(1, OTHER[0]), item(2, BRIDGE[0]), item(3, BRIDGE[1], story="0000000002")]
    alone = stories.unplaced([*items, item(4, OTHER[0], status=Status.REJECTED)], resolve(items, rules))

    assert alone == (frozenset() if rules else {"0000000001"})


def test_grouping_is_as_good_as_promised(shared: Callable[..., Path]) -> None:
    bench = runpy.run_path(str(ROOT / "bench" / "stories.py"))
    for name, labelled in bench["sets"](shared("data", "summaries")).items():
        assert bench["scored"](labelled)[0] >= bench["FLOORS"][name], name
