from dataclasses import replace
from datetime import UTC, datetime

from builder.editorial import standing
from builder.model import Edition, Item, Library, Part, Placed, Policy, Section, Source, Status

SECTIONS = (Section(slug="policy", title="Policy"),)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def item(number: int, status: Status = Status.APPROVED, day: int = 19) -> Item:
    return Item(
        id=f"{number:010x}",
        path=f"content/items/{number}.md",
        title=f"Item {number}",
        status=status,
        date=datetime(2026, 11, day, tzinfo=UTC),
        source=Source(feed="x", name="X", url=""),
        tldr="",
        body="",
        section="policy",
    )


def edition(*items: Item, published: bool = False) -> Edition:
    places = tuple(Placed(item=one.id) for one in items)
    when = NOW if published else None
    return Edition(
        number=1, path="", title="One", date=NOW, parts=(Part(title="", items=places),), published=when
    )


def stands(*items: Item, editions: tuple[Edition, ...] = (), publish: str = "editions", **policy: int):
    library = Library(items=items, editions=editions)
    return standing.of(library, SECTIONS, Policy(**policy), publish, now=NOW, zone="UTC")


def held(found: standing.Standing) -> dict[int, str]:
    return {int(one.item.id, 16): one.why for one in found.held}


def test_every_state_is_counted_and_what_readers_may_see() -> None:
    shown = item(1)
    found = stands(shown, item(2), item(3, Status.DRAFT), editions=(edition(shown, published=True),))

    assert {status.value: number for status, number in found.counts.items()} == {
        "draft": 1,
        "approved": 2,
        "rejected": 0,
        "changed": 0,
    }
    assert (found.public, found.waiting) == (1, 1)
    assert stands(shown, item(2), publish="items").public == 2


def test_what_comes_next_is_what_a_new_edition_would_hold() -> None:
    found = stands(item(1), item(2, day=20), item(3, Status.DRAFT))

    assert found.edition
    assert [placed.item for placed in found.edition.parts[0].items] == [item(2).id, item(1).id]
    assert stands(item(1), min_items=2).edition is None


def test_an_item_in_an_edition_that_is_not_approved_is_held_up() -> None:
    draft, rejected, changed = item(1, Status.DRAFT), item(2, Status.REJECTED), item(3, Status.CHANGED)

    assert held(stands(draft, rejected, changed, editions=(edition(draft, rejected),))) == {
        1: "is in edition 1 and a draft",
        2: "is in edition 1 and rejected",
        3: "is no longer what somebody approved",
    }


def test_an_approved_item_that_the_next_edition_passes_over_is_held_up() -> None:
    found = stands(item(1, day=1), item(2, day=19), item(3, day=20), window_days=7, max_items=1)

    assert held(found) == {
        1: "is older than the 7 days of editorial.edition.window_days",
        2: "has no room in the next edition: the config limits its items",
    }
    assert held(replace(found, held=())) == {}
