from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.content import editions
from builder.editorial import arrange
from builder.errors import ContentError
from builder.model import Edition, Part, Placed

IDS = [f"{number:010x}" for number in range(10, 20)]


def edition(*parts: tuple[str, list[int]]) -> Edition:
    return Edition(
        number=7,
        path="content/editions/0007.md",
        title="Seven",
        date=datetime(2026, 11, 20, tzinfo=UTC),
        parts=tuple(
            Part(title=title, items=tuple(Placed(item=IDS[one]) for one in items)) for title, items in parts
        ),
    )


def shown(parts: tuple[Part, ...]) -> list[tuple[str, list[int]]]:
    return [(part.title, [IDS.index(placed.item) for placed in part.items]) for part in parts]


TWO = edition(("Policy", [0, 1]), ("More", [2]))


def test_an_item_is_added_to_its_part_or_to_a_new_one_at_the_end() -> None:
    placements = [(IDS[3], "Policy"), (IDS[4], "New"), (IDS[5], "New")]

    assert shown(arrange.added(TWO, placements)) == [("Policy", [0, 1, 3]), ("More", [2]), ("New", [4, 5])]


def test_dropping_the_last_item_of_a_part_drops_the_part() -> None:
    assert shown(arrange.dropped(TWO, {IDS[0], IDS[2]})) == [("Policy", [1])]


def test_an_item_is_moved_before_another_or_into_a_part() -> None:
    assert shown(arrange.moved(TWO, IDS[2], before=IDS[0])) == [("Policy", [2, 0, 1])]
    assert shown(arrange.moved(TWO, IDS[0], part="More")) == [("Policy", [1]), ("More", [2, 0])]
    assert arrange.moved(TWO, IDS[0], before=IDS[0]) == TWO.parts


@pytest.mark.parametrize(
    "refused",
    [
        lambda: arrange.added(TWO, [(IDS[0], "More")]),
        lambda: arrange.dropped(TWO, {IDS[9]}),
        lambda: arrange.moved(TWO, IDS[9], part="More"),
        lambda: arrange.moved(TWO, IDS[0], before=IDS[9]),
    ],
)
def test_what_is_not_there_or_there_already_is_refused(refused) -> None:
    with pytest.raises(ContentError, match="edition 7") as error:
        refused()

    assert error.value.faults[0].path == "content/editions/0007.md"


placed = st.builds(Placed, item=st.sampled_from(IDS), note=st.sampled_from(["", "A note."]))
some_parts = st.lists(
    st.builds(
        Part, title=st.sampled_from(["", "Policy", "More"]), items=st.lists(placed, max_size=4).map(tuple)
    ),
    max_size=3,
).map(tuple)


@given(some_parts, some_parts, st.sampled_from(["", "mood: 5\n"]))
def test_a_file_rearranged_reads_as_it_was_arranged_and_keeps_the_rest(
    before: tuple[Part, ...], after: tuple[Part, ...], more: str
) -> None:
    text = editions.dump(edition()).replace("---\n", f"---\n{more}", 1) + "Hello.\n"
    text = editions.rearranged(text, "e.md", before, {})

    made = editions.rearranged(text, "e.md", after, {IDS[0]: "A title"})

    read = editions.parse(made, "e.md")
    assert read.parts == after
    assert (read.intro, read.extra) == ("Hello.\n", {"mood": "5"} if more else {})


@given(some_parts)
def test_rearranging_nothing_changes_nothing(parts: tuple[Part, ...]) -> None:
    text = editions.rearranged(editions.dump(edition()), "e.md", parts, {})

    assert editions.rearranged(text, "e.md", parts, {}) == text
