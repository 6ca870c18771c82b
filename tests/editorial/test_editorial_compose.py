from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from builder.editorial.compose import REST, compose, next_number
from builder.model import Edition, Item, Library, Part, Placed, Section, Source, Status

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


def composed(library: Library, limit: int = 0) -> list[tuple[str, list[int]]]:
    made = compose(library, SECTIONS, number=1, date=DAY, title="One", limit=limit)
    return [(part.title, [int(one.item, 16) for one in part.items]) for part in made.parts] if made else []


def test_parts_follow_the_config_and_items_the_newest() -> None:
    items = (item(1, "research", day=1), item(2, "policy", day=2), item(3, "policy", day=3), item(4, "x"))

    assert composed(Library(items=items)) == [("Policy", [3, 2]), ("Research", [1]), (REST, [4])]


def test_without_sections_there_is_one_part_without_a_heading() -> None:
    assert composed(Library(items=(item(1, ""), item(2, "", day=2)))) == [("", [2, 1])]


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
    made = compose(Library(items=(item(1),)), SECTIONS, number=3, date=DAY, title="Three")

    assert made and (made.number, made.title, made.date, made.published) == (3, "Three", DAY, None)


@given(st.lists(st.tuples(st.integers(1, 28), st.sampled_from(["policy", "research", "", "x"]))))
def test_every_waiting_item_is_placed_once(days: list[tuple[int, str]]) -> None:
    items = tuple(item(number, section, day=day) for number, (day, section) in enumerate(days))

    placed = [number for _, numbers in composed(Library(items=items)) for number in numbers]

    assert sorted(placed) == list(range(len(items)))


def test_numbers_are_never_used_again() -> None:
    assert next_number(Library()) == 1
    assert next_number(Library(editions=(edition(2), edition(34)))) == 35
