"""What a file says of its own past: the addresses it had, and what was corrected in it."""

import re
from collections.abc import Iterable, Iterator

from builder import digest
from builder.content.fields import Fields
from builder.content.frontmatter import Rows
from builder.model import Correction, Retold

_HINT = "Write the old place from the root of the site, such as `2019/an-old-page/` or `old.html`."
_PLACE = re.compile(r"[\w~+,=@-][\w.~+,=@-]*", re.ASCII)


def aliases(fields: Fields) -> tuple[str, ...]:
    """The old places of a page, from the root of the site; a folder ends in a slash. Others are faults."""
    found = []
    for index, written in enumerate(fields.words("aliases")):
        place = written.removeprefix("/")
        if place and all(map(_PLACE.fullmatch, place.removesuffix("/").split("/"))):
            found.append(place if place.endswith((".html", "/")) else f"{place}/")
        else:
            fields.fault(f"aliases.{index}", f"is `{written[:40]}`, no place in this site", _HINT)
    return tuple(dict.fromkeys(found))


def corrections(fields: Fields) -> tuple[Correction, ...]:
    """What was corrected and when, in the order of the file; each needs `date` and `text`."""
    return tuple(_corrections(fields))


def dumped(noticed: Iterable[Correction]) -> Rows:
    """`noticed` as a front matter is written."""
    return Rows(
        {"date": one.date, "text": one.text} | ({"right": one.right} if one.right else {}) for one in noticed
    )


def retold(fields: Fields) -> tuple[Retold, ...]:
    """The corrections of items that an edition tells of, in the order of the file."""
    return tuple(_retold(fields))


def retold_dumped(told: Iterable[Retold]) -> Rows:
    """`told` as a front matter is written."""
    return Rows({"item": one.item, "date": one.date} for one in told)


def _corrections(fields: Fields) -> Iterator[Correction]:
    for index, entry in enumerate(fields.sequence("corrections")):
        if isinstance(entry, str):
            fields.fault(f"corrections.{index}", "is not a correction", "Write `date:` and below it `text:`.")
            continue
        yield Correction(
            date=entry.required_time("date"), text=entry.required("text"), right=entry.text("right")
        )
        entry.refuse_rest()


def _retold(fields: Fields) -> Iterator[Retold]:
    for index, entry in enumerate(fields.sequence("corrected")):
        if isinstance(entry, str):
            fields.fault(f"corrected.{index}", "is not a correction", "Write `item:` and below it `date:`.")
            continue
        item, date = entry.required("item"), entry.required_time("date")
        if item and not digest.is_item_id(item):
            entry.fault("item", f"is `{item[:40]}`, not an id", "Write the id of the corrected item.")
        entry.refuse_rest()
        yield Retold(item=item, date=date)
