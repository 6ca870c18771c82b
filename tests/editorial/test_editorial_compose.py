from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.editorial.compose import REST, compose, next_number, window_start
from builder.model import Edition, Item, Library, Part, Placed, Policy, Section, Source, Status, Story

SECTIONS = (Section(slug="policy", title="Policy"), Section(slug="research", title="Research"))
DAY = datetime(2026, 11, 20, tzinfo=UTC)


def item(number: int, section: str = "policy", status: Status = Status.APPROVED, day: int = 1) -> Item:
    return Item(
        id=f"{number:010x}",
        path=f"content/items/2026/{number}.md",
        title=f"Item {number}",
        status=status,
        date=datetime(2026, 11, day, tzinfo=UTC),
        source=Source(feed="x", name="X", url=""),
        tldr="",
        body="",
        section=section,
    )


def edition(number: int, *items: Item) -> Edition:
    places = tuple(Placed(item=one.id) for one in items)
    return Edition(number=number, path="", title="", date=DAY, parts=(Part(title="", items=places),))


def composed(library: Library, limit: int = 0, **policy: object) -> list[tuple[str, list[int]]]:
    rules = Policy(max_items=limit, **policy)
    made = compose(library, SECTIONS, rules, number=1, date=DAY, title="One")
    return [(part.title, [int(one.item, 16) for one in part.items]) for part in made.parts] if made else []


def test_parts_follow_the_config_and_items_the_newest() -> None:
    items = (item(1, "research", day=1), item(2, "policy", day=2), item(3, "policy", day=3), item(4, "x"))

    assert composed(Library(items=items)) == [("Policy", [3, 2]), ("Research", [1]), (REST, [4])]


def test_without_sections_there_is_one_part_without_a_heading() -> None:
    assert composed(Library(items=(item(1, ""), item(2, "", day=2)))) == [("", [2, 1])]


def test_items_of_one_story_stand_together_behind_the_newest_of_them() -> None:
    items = (*(item(number, day=number) for number in range(1, 6)), item(6, "research", day=6))
    story = Story(id=items[0].id, items=(items[0].id, items[2].id, items[5].id))

    assert composed(Library(items=items, stories=(story,))) == [
        ("Policy", [3, 1, 5, 4, 2]),
        ("Research", [6]),
    ]


def test_only_what_is_approved_and_waits_is_taken() -> None:
    first, draft, rejected = item(1), item(2, status=Status.DRAFT), item(3, status=Status.REJECTED)

    assert composed(Library(items=(first, draft, rejected), editions=(edition(7, first),))) == []
    assert composed(Library(items=(first, draft, rejected, item(4)), editions=(edition(7, first),))) == [
        ("Policy", [4])
    ]


def test_a_limit_takes_the_newest_of_all() -> None:
    items = tuple(item(number, "research" if number % 2 else "policy", day=number) for number in range(1, 7))

    assert composed(Library(items=items), limit=3) == [("Policy", [6, 4]), ("Research", [5])]


def test_an_edition_is_not_published_by_being_composed() -> None:
    made = compose(Library(items=(item(1),)), SECTIONS, Policy(), number=3, date=DAY, title="Three")

    assert made and (made.number, made.title, made.date, made.published) == (3, "Three", DAY, None)


@given(st.lists(st.tuples(st.integers(1, 28), st.sampled_from(["policy", "research", "", "x"]))))
def test_every_waiting_item_is_placed_once(days: list[tuple[int, str]]) -> None:
    items = tuple(item(number, section, day=day) for number, (day, section) in enumerate(days))

    placed = [number for _, numbers in composed(Library(items=items)) for number in numbers]

    assert sorted(placed) == list(range(len(items)))


def test_numbers_are_never_used_again() -> None:
    assert next_number(Library()) == 1
    assert next_number(Library(editions=(edition(2), edition(34)))) == 35


def test_caps_hold_for_each_source_and_each_section() -> None:
    items = tuple(item(number, "policy", day=number) for number in range(1, 5))
    capped = (Section(slug="policy", title="Policy", max_items=3),)

    assert composed(Library(items=items), per_source=2) == [("Policy", [4, 3])]
    made = compose(Library(items=items), capped, Policy(), number=1, date=DAY, title="One")
    assert made and [int(one.item, 16) for one in made.parts[0].items] == [4, 3, 2]


def test_with_fewer_items_than_the_policy_wants_there_is_no_edition() -> None:
    items = (item(1), item(2, day=2))

    assert composed(Library(items=items), min_items=3) == []
    assert composed(Library(items=items), min_items=2) == [("Policy", [2, 1])]


def test_weight_comes_before_age_and_a_broken_weight_is_none() -> None:
    heavy, light, odd = item(1, day=1), item(2, day=2), item(3, day=3)
    items = (replace(heavy, extra={"weight": "5"}), light, replace(odd, extra={"weight": "much"}))

    assert composed(Library(items=items), order="weight") == [("Policy", [1, 3, 2])]


@pytest.mark.parametrize(
    ("opened", "days", "zone", "start"),
    [
        # A Monday takes the week from the Monday before, in its own zone.
        ("2026-11-23T06:00+00:00", 7, "Europe/Berlin", "2026-11-15T23:00+00:00"),
        # Just after midnight there, though it is still Sunday in UTC.
        ("2026-11-22T23:30+00:00", 7, "Europe/Berlin", "2026-11-15T23:00+00:00"),
        # Over the end of summer time: the week has 169 hours.
        ("2026-10-26T08:00+00:00", 7, "Europe/Berlin", "2026-10-18T22:00+00:00"),
        # Over the beginning of summer time: 167 hours.
        ("2026-03-30T08:00+00:00", 7, "Europe/Berlin", "2026-03-22T23:00+00:00"),
        ("2028-03-01T12:00+00:00", 1, "UTC", "2028-02-29T00:00+00:00"),
        ("2027-03-01T12:00+00:00", 1, "UTC", "2027-02-28T00:00+00:00"),
        ("2026-01-01T00:00+00:00", 1, "UTC", "2025-12-31T00:00+00:00"),
    ],
)
def test_a_window_begins_with_a_day_of_the_calendar(opened: str, days: int, zone: str, start: str) -> None:
    begins = window_start(datetime.fromisoformat(opened), days, zone)

    assert begins == datetime.fromisoformat(start)


def test_what_is_older_than_the_window_waits_on() -> None:
    items = (item(12), replace(item(13), date=DAY - timedelta(days=2)), replace(item(14), date=DAY))

    assert composed(Library(items=items), window_days=2) == [("Policy", [14, 13])]
