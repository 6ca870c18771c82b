"""Three versions of an item file made one: as generated, as edited, and as proposed anew.

    base ──── what the program wrote, and nobody had touched
    edited ── what the editors made of it
    proposed  what the program would write today

Whoever changed a thing alone has it their way; where both did, both stand in the file between markers, as git
has them, and every command refuses the file until a person has chosen. Or, where that is asked for, the file
stays as the editors have it there, and what was proposed stands in a file beside it, which holds it back as
well. A thing is a key of the front matter, a heading, or the text below one.

The law: each line the editors wrote is in the outcome, by itself or between markers.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from builder.content import frontmatter

REJECTED = ".rej"
"""What the name of a file ends in, behind that of the item, that holds what was proposed and not taken."""
_Name = TypeVar("_Name")

_ASIDE_HINT = (
    "Take over into that file what you want of it, then delete this one: until then it is held back."
)
_HEADING = re.compile(r" {0,3}(?P<level>#{1,6})(?=[ \t]|$)[ \t]*(?P<words>.*?)[ \t#]*$")
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Names:
    """What the sides are called in the markers."""

    edited: str = "edited"
    proposed: str = "proposed"


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome."""

    text: str
    conflicts: tuple[str, ...]
    """What both sides changed: a key as `title`, a section by its heading. Empty: the file is whole."""
    rejected: str = ""
    """What a file beside it should hold: what was proposed there; empty where `text` holds all."""


def rejected_path(item_path: str) -> str:
    """Where what was proposed for the item file at `item_path`, and not taken, lies."""
    return f"{item_path}{REJECTED}"


def merge(
    base: str, edited: str, proposed: str, path: str, names: Names | None = None, *, beside: bool = False
) -> Merged:
    """`edited` with what `proposed` changes in `base`; the order and the remarks are those of `edited`.

    What both changed stands in the text twice, between markers; or, with `beside`, as the editors have it,
    and twice in `rejected`.

    Line ends are those of `edited`. Raises ContentError when one of the three has no front matter that can be
    read, and when `edited` holds the markers of an earlier conflict.
    """
    frontmatter.refuse_conflict(edited, path)
    if _unix(proposed) in (_unix(base), _unix(edited)):
        return Merged(edited, ())
    if _unix(edited) == _unix(base):
        return Merged(proposed, ())
    old, mine, new = (frontmatter.split(_unix(text), path) for text in (base, edited, proposed))
    merger = _Merger(names or Names(), beside)
    head = merger.head(old.head, mine.head, new.head, path)
    body = merger.body(_sections(old.body), _sections(mine.body), _sections(new.body))
    text = frontmatter.join(head, body)
    told = text.replace("\n", "\r\n") if "\r\n" in edited else text
    return Merged(told, tuple(merger.conflicts), _aside(merger.aside, path))


def _aside(conflicts: Sequence[str], path: str) -> str:
    if not conflicts:
        return ""
    name = path.rpartition("/")[2]
    head = f"Both you and a new draft changed this in {name}. {_ASIDE_HINT}\n"
    return "\n".join((head, *conflicts))


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")


class _Merger:
    """One merge: its words for the sides, and what could not be settled."""

    def __init__(self, names: Names, beside: bool) -> None:
        self._names = names
        self._beside = beside
        self.conflicts: list[str] = []
        self.aside: list[str] = []

    # -- front matter

    def head(self, base: str, edited: str, proposed: str, path: str) -> str:
        """The front matter, key by key; remarks between the keys stay where the editors have them."""
        old, mine, new = (_entries(head, path) for head in (base, edited, proposed))
        remarks, rest = _remarks(edited, path)
        pieces = [
            remarks.get(key, "")
            + self._settled(f"`{key}`", old.get(key, ""), mine.get(key, ""), new.get(key, ""))
            for key in _woven(mine, new)
        ]
        return "".join(map(_line_ended, filter(None, pieces))) + rest

    # -- body

    def body(
        self, base: Sequence["_Section"], edited: Sequence["_Section"], proposed: Sequence["_Section"]
    ) -> str:
        """The body: heading by heading and text by text, in the order of `edited`."""
        old = _keyed(base)
        mine, new = _matched(old, _keyed(edited)), _matched(old, _keyed(proposed))
        made = (self._section(old.get(key), mine.get(key), new.get(key)) for key in _woven(mine, new))
        text = "\n\n".join(filter(None, (section.strip("\n") for section in made)))
        return f"{text}\n" if text else ""

    def _section(self, old: "_Section | None", mine: "_Section | None", new: "_Section | None") -> str:
        named = f"“{(mine or new or _NO_SECTION).words}”"
        if mine and (new or not old):
            was, will = old or _NO_SECTION, new or mine
            heading = self._settled(f"the heading {named}", was.heading, mine.heading, will.heading)
            return heading + self._settled(f"the text below {named}", was.text, mine.text, will.text)
        # One side has it no more: it goes as a whole, or is in question as a whole.
        whole = [section.heading + section.text if section else "" for section in (old, mine, new)]
        return self._settled(f"the section {named}", *whole)

    # -- one thing

    def _settled(self, named: str, old: str, mine: str, new: str) -> str:
        if _same(mine, new) or _same(new, old):
            return mine
        if _same(mine, old):
            return new
        self.conflicts.append(named)
        both = (
            f"<<<<<<< {self._names.edited}\n{_closed(mine)}=======\n{_closed(new)}>>>>>>> "
            f"{self._names.proposed}\n"
        )
        if self._beside:
            self.aside.append(f"{named}\n{both}")
        return mine if self._beside else both


def _same(one: str, other: str) -> bool:
    """Whether two texts differ by nothing but blank lines around them."""
    return one.strip("\n") == other.strip("\n")


def _closed(text: str) -> str:
    inner = text.strip("\n")
    return f"{inner}\n" if inner else ""


# -- front matter


def _entries(head: str, path: str) -> dict[str, str]:
    """The lines of each top-level key."""
    return {key: _line_ended(head[start:end]) for key, (start, end) in frontmatter.spans(head, path).items()}


def _line_ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def _remarks(head: str, path: str) -> tuple[dict[str, str], str]:
    """What stands before each key and is no key, and what stands behind the last."""
    remarks: dict[str, str] = {}
    at = 0
    for key, (start, end) in frontmatter.spans(head, path).items():
        remarks[key] = head[at:start]
        at = end
    return remarks, head[at:]


# -- sections


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading and what stands below it, to the next heading of any level."""

    heading: str
    """Its line; empty for what stands before the first heading."""
    text: str
    level: int = 0
    words: str = ""


_NO_SECTION = _Section("", "")
_Key = tuple[str, int]


def _sections(body: str) -> list[_Section]:
    found = [_NO_SECTION]
    fence = ""
    for line in body.splitlines(keepends=True):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark["mark"]
        elif mark and fence and mark["mark"].startswith(fence) and not line[mark.end() :].strip():
            fence = ""
        heading = None if fence or mark else _HEADING.match(line.rstrip("\r\n"))
        if heading:
            found.append(_Section(line, "", len(heading["level"]), heading["words"]))
        else:
            found[-1] = replace(found[-1], text=found[-1].text + line)
    return found


def _keyed(sections: Iterable[_Section]) -> dict[_Key, _Section]:
    """The sections by what makes them the same in another version.

    Of the second level there are the TL;DR and the overview, whatever their headings say: these hold the
    title, which may change. All others go by their words, and where these come twice, by their turn.
    """
    keyed: dict[_Key, _Section] = {}
    for section in sections:
        name = "##" if section.level == 2 else f"{section.level} {section.words.casefold()}"
        turn = 0
        while (name, turn) in keyed:
            turn += 1
        keyed[name, turn] = section
    return keyed


def _matched(old: Mapping[_Key, _Section], version: Mapping[_Key, _Section]) -> dict[_Key, _Section]:
    """`version` by the keys of `old`, where a section has only another heading."""
    free = {section.text.strip(): key for key, section in old.items() if key not in version}
    matched: dict[_Key, _Section] = {}
    for key, section in version.items():
        text = section.text.strip()
        known = free.pop(text, None) if key not in old and text else None
        matched[known or key] = section
    return matched


# -- both


def _woven(spine: Iterable[_Name], other: Iterable[_Name]) -> list[_Name]:
    """`spine` in its order, and what only `other` has behind what it has there before it."""
    order = list(spine)
    known = set(order)
    place = 0
    for name in other:
        if name in known:
            place = order.index(name) + 1
        else:
            order.insert(place, name)
            place += 1
    return order
