"""Titles as comments behind ids, for people who move lines: `- 3f9a1c2b4d  # Meta opens Llama to allies`."""

import re
from collections.abc import Mapping

from builder.text import excerpt

_REMARK_MAX = 80
# A line of the written front matter that names an item.
_PLACE = re.compile(r"^ +- (?:item: )?'?(?P<id>[0-9a-f]{10})'?$", re.MULTILINE)


def remarked(head: str, titles: Mapping[str, str]) -> str:
    """`head` with its title from `titles` behind each id that stands in a list."""
    return _PLACE.sub(lambda place: _remark(place, titles), head)


def _remark(place: re.Match[str], titles: Mapping[str, str]) -> str:
    title = excerpt(titles.get(place["id"], ""), _REMARK_MAX)
    remark = "".join(letter if letter.isprintable() else " " for letter in title).strip()
    return f"{place[0]}  # {remark}" if remark else place[0]
