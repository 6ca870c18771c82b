"""Texts that their editors marked as unfinished. Pure; each build asks, so little is imported."""

import re
from collections.abc import Callable

from builder.errors import Fault
from builder.model import Item, Library, Status

TODO = re.compile(r"\b(?:TODO|FIXME|XXX|TBD|TKTK|TK)\b(?!\.[a-z])")
"""A marker; it counts where `links.visible` leaves it."""
_PIECES = ("TODO", "FIXME", "XXX", "TBD", "TK")
HINT = "Do what it says, or put it between `<!--` and `-->`."


def marker(item: Item) -> str:
    """The first marker such as TODO that readers would see in `item`; empty for none."""
    said = f"{item.title}\n{item.tldr}\n{item.body}"
    # Ten thousand texts have none: looking for a few pieces of text takes a tenth of what the pattern does.
    if not any(piece in said for piece in _PIECES) or not TODO.search(said):
        return ""
    from builder.editorial.links import visible

    found = TODO.search(visible(said))
    return found[0] if found else ""


def faults(library: Library, marker: Callable[[Item], str] = marker) -> tuple[Fault, ...]:
    """The approved items in which a `marker` stands where readers would see it, by path."""
    return tuple(
        Fault(f"is approved and has {found} in it", item.path, hint=HINT)
        for item in library.items
        if item.status is Status.APPROVED and (found := marker(item))
    )
