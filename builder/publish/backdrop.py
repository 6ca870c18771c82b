"""What a build tells the next one of the whole site, so that single pages can be made: `retouch`. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from builder import nouns
from builder.publish.channels import Listed, Written
from builder.publish.material import Common, Material
from builder.publish.plan import Output


@dataclass(frozen=True, slots=True)
class Backdrop:
    """What all the items of a site decide together, and where more than their pages shows their texts."""

    common: Common
    feeds: tuple[Listed, ...]
    """All that show texts of items."""
    bound: tuple[str, ...]
    """The ids of the items whose texts make a difference beside their pages and these feeds."""


def backdrop(of: Material, written: Iterable[Written], samples: Iterable[Output]) -> Backdrop | None:
    """That of a site: `written` are its feeds, `samples` the pages that others are made after.

    None where any text may make a difference to any page.
    """
    if of.config.build.search == "pagefind":
        return None
    seen = of.seen
    sampled = {sample.origin for sample in samples}
    bound = {
        *(placed.item for edition in seen.editions for part in edition.parts for placed in part.items),
        *(retold.item for edition in seen.editions for retold in edition.corrected),
        *(item for story in seen.stories for item in story),
        *(item.id for item in seen.items if item.path in sampled),
    }
    return Backdrop(of.common, tuple(file.listed for file in written if file.listed), tuple(sorted(bound)))


def dump(told: Backdrop | None) -> str:
    """The text of a note; empty for None."""
    return json.dumps(_codes()[0](told)) if told else ""


def parse(note: str) -> Backdrop:
    """What `dump` made `note` of. Raises ValueError, TypeError, LookupError or AttributeError for others."""
    told = _codes()[1](json.loads(note))
    if not isinstance(told, Backdrop):
        raise TypeError(told)
    return told


@cache
def _codes() -> tuple[Any, Any]:
    return nouns.code(Backdrop)
