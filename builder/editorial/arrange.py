"""What people do to the order of an edition: parts in, parts out."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from builder.errors import ContentError
from builder.model import Edition, Part, Placed

Parts = tuple[Part, ...]


def listed(parts: Parts) -> tuple[str, ...]:
    """The ids in `parts`, in order."""
    return tuple(placed.item for part in parts for placed in part.items)


def added(edition: Edition, placements: Sequence[tuple[str, str]]) -> Parts:
    """The parts with items at the end of one each: (id, title of the part); a part that is new comes last.

    Raises ContentError for an item that is there already.
    """
    parts = edition.parts
    for item, title in placements:
        if item in listed(parts):
            raise ContentError(f"edition {edition.number} has {item} already", path=edition.path)
        if all(part.title != title for part in parts):
            parts = (*parts, Part(title=title, items=()))
        place = next(at for at, part in enumerate(parts) if part.title == title)
        parts = _put(parts, place, len(parts[place].items), Placed(item=item))
    return parts


def dropped(edition: Edition, items: Collection[str]) -> Parts:
    """The parts without `items`, and without a part that is left empty.

    Raises ContentError for an item that is not there.
    """
    for item in items:
        _placed(edition, item)
    left = (
        replace(part, items=tuple(placed for placed in part.items if placed.item not in items))
        for part in edition.parts
    )
    return tuple(
        part for part, before in zip(left, edition.parts, strict=True) if part.items or not before.items
    )


def moved(edition: Edition, item: str, *, before: str = "", part: str | None = None) -> Parts:
    """The parts with `item` right before the item `before`, or at the end of `part`, which may be new.

    Raises ContentError when one of the two is not in the edition.
    """
    placed = _placed(edition, item)
    if before == item:
        return edition.parts
    without = replace(edition, parts=dropped(edition, {item}))
    if part is None:
        _placed(without, before)
        at, turn = next(
            (at, turn)
            for at, one in enumerate(without.parts)
            for turn, other in enumerate(one.items)
            if other.item == before
        )
        return _put(without.parts, at, turn, placed)
    parts = without.parts
    if all(one.title != part for one in parts):
        parts = (*parts, Part(title=part, items=()))
    place = next(at for at, one in enumerate(parts) if one.title == part)
    return _put(parts, place, len(parts[place].items), placed)


def _put(parts: Parts, place: int, turn: int, placed: Placed) -> Parts:
    part = parts[place]
    changed = replace(part, items=(*part.items[:turn], placed, *part.items[turn:]))
    return (*parts[:place], changed, *parts[place + 1 :])


def _placed(edition: Edition, item: str) -> Placed:
    found = (placed for part in edition.parts for placed in part.items if placed.item == item)
    placed = next(found, None)
    if placed is None:
        raise ContentError(f"edition {edition.number} does not list {item}", path=edition.path)
    return placed
