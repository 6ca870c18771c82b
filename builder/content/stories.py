"""Story files: `content/stories/3f9a1c2b4d.md` ⇄ `Ruling`; and the stories that follow from all.

Each item says itself which story it was found to belong to (`story:`, written once, when it is drafted), and
an editor's decision is a file of the story it is about. So no two pulls and no two decisions about different
stories ever touch the same file, and git merges them; two about the same story meet in one file, where git
says so.
"""

from collections.abc import Iterable, Iterator, Mapping

from builder import digest
from builder.content import frontmatter, remarks
from builder.content.fields import HEAD_LINE, Fields, body
from builder.content.frontmatter import Rows
from builder.errors import Fault
from builder.model import Item, Ruling, Story

FOLDER = "content/stories"
_ID_HINT = "Write an id, ten characters of 0-9 and a-f; `briefpress story list` shows those of stories."
_ITEM_HINT = "Write the ids of items, one a line after `- `; `briefpress list` shows them."


def parse(text: str, path: str) -> Ruling:
    """The ruling in the file `path`. Raises ContentError with all that is wrong, each with its line."""
    frontmatter.refuse_conflict(text, path)
    parts = frontmatter.split(text, path)
    fields = Fields.of(parts, path)
    ruling = Ruling(
        id=_id(fields, "id", fields.required("id", _ID_HINT)),
        path=path,
        items=tuple(dict.fromkeys(_items(fields))),
        into=_id(fields, "into", fields.text("into")),
        pinned=fields.truth("pinned"),
        note=body(parts.body),
        extra=fields.rest(),
    )
    if ruling.id and ruling.id == ruling.into:
        fields.fault("into", "names the story itself", "Take the line out.")
    fields.close()
    return ruling


def dump(ruling: Ruling, titles: Mapping[str, str] | None = None) -> str:
    """The text of a ruling's file; behind each id stands its title from `titles` as a comment, for people.

    `parse(dump(ruling, titles), ruling.path) == ruling` under the same conditions as for items.
    """
    values: dict[str, object] = {
        "id": ruling.id,
        **({"into": ruling.into} if ruling.into else {}),
        **({"pinned": True} if ruling.pinned else {}),
        **({"items": Rows(ruling.items)} if ruling.items else {}),
        **ruling.extra,
    }
    return frontmatter.join(remarks.remarked(frontmatter.dump(values), titles or {}), ruling.note)


def path_of(story: str) -> str:
    """The path of the ruling about `story`."""
    return f"{FOLDER}/{story}.md"


def lines(text: str, path: str) -> dict[str, int]:
    """The line in which each id of a ruling's file first stands, and that of `into`. Raises ContentError."""
    head = frontmatter.load(frontmatter.split(text, path).head, path, HEAD_LINE)
    found = {str(one): head.lines[f"items.{at}"] for at, one in reversed([*enumerate(_listed(head.values))])}
    return found | ({"into": head.lines["into"]} if "into" in head.lines else {})


def resolve(items: Iterable[Item], rulings: Iterable[Ruling]) -> tuple[Story, ...]:
    """The stories, by id: what editors decided, and else what the items say. The order of neither matters.

    An item is where a ruling lists it (the first by path), else where its `story` says, else in the story it
    opened; a ruling's `into` leads on. A pinned story takes none but those its rulings list.
    """
    rules = list(_first_by_id(rulings))
    way = _Way(rules)
    listed = {one: rule.id for rule in reversed(rules) for one in rule.items}
    all_items = tuple(items)
    # Most items are in no story: nobody names it, and it names none.
    told = {item.story for item in all_items} | {rule.id for rule in rules} | listed.keys()
    told |= {rule.into for rule in rules}
    ordered = sorted(
        (item for item in all_items if item.story or item.id in told), key=lambda item: (item.date, item.id)
    )
    pinned = {rule.id for rule in rules if rule.pinned and way.end(rule.id) == rule.id}
    members: dict[str, list[str]] = {way.end(rule.id): [] for rule in rules}
    for item in ordered:
        if item.id in listed:
            members[way.end(listed[item.id])].append(item.id)
            continue
        open_ways = (way.end(one) for one in (item.story, item.id) if one)
        if story := next((one for one in open_ways if one not in pinned), ""):
            members.setdefault(story, []).append(item.id)
    ruled = {rule.id for rule in rules if rule.items or rule.pinned}
    return tuple(
        Story(id=story, items=tuple(members[story]), pinned=story in pinned)
        for story in sorted(members)
        if len(members[story]) > 1 or (members[story] and story in ruled)
    )


def ends(rulings: Iterable[Ruling], merged: Iterable[str]) -> frozenset[str]:
    """The stories that those of the ids `merged` are a part of now."""
    way = _Way(_first_by_id(rulings))
    return frozenset(map(way.end, merged))


def faults_of(
    rulings: Iterable[Ruling], items: Iterable[Item], known: set[str]
) -> Iterator[tuple[str, Fault]]:
    """What is wrong between rulings, each with the id it is about; its line is for who has the file's text.

    `known` are the ids of all items there are, those whose files are broken too.
    """
    rules = sorted(rulings, key=lambda rule: rule.path)
    stories = known | {rule.id for rule in rules} | {item.story for item in items}
    way = _Way(_first_by_id(rules))
    first: dict[str, Ruling] = {}
    for rule in rules:
        for one in rule.items:
            other = first.setdefault(one, rule)
            if one not in known:
                hint = "Correct the id or take the line out; `briefpress list` shows the ids."
                yield one, Fault(f"there is no item {one}", rule.path, hint=hint)
            elif other is not rule and way.end(other.id) != way.end(rule.id):
                what = f"{one} is already in the story {other.id}, by {other.path}"
                yield one, Fault(what, rule.path, hint="Take the line out of one of the two.")
        if rule.into and rule.into not in stories:
            yield "into", Fault(f"there is no story {rule.into}", rule.path, hint=_ID_HINT)
        elif rule.into and way.goes_round(rule.id):
            what = f"the stories {rule.id} and {rule.into} are each to be a part of the other"
            yield "into", Fault(what, rule.path, hint="Take `into` out of the one that shall stand.")


class _Way:
    """Where stories that were merged have gone."""

    def __init__(self, rules: Iterable[Ruling]) -> None:
        self._into = {rule.id: rule.into for rule in rules if rule.into}

    def end(self, story: str) -> str:
        """The story that `story` is a part of now; of those in a circle the first by id stands."""
        seen = [story]
        while (onward := self._into.get(seen[-1])) and onward not in seen:
            seen.append(onward)
        return min(seen[seen.index(onward) :]) if onward else seen[-1]

    def goes_round(self, story: str) -> bool:
        """Whether the way from `story` leads back to it."""
        seen = [story]
        while (onward := self._into.get(seen[-1])) and onward not in seen:
            seen.append(onward)
        return onward == story


def _first_by_id(rulings: Iterable[Ruling]) -> Iterator[Ruling]:
    met: set[str] = set()
    for rule in sorted(rulings, key=lambda rule: rule.path):
        if rule.id not in met:
            met.add(rule.id)
            yield rule


def _id(fields: Fields, key: str, told: str) -> str:
    if told and not digest.is_item_id(told):
        fields.fault(key, f"is `{told[:40]}`, not an id", _ID_HINT)
    return told


def _items(fields: Fields) -> Iterator[str]:
    for index, entry in enumerate(fields.sequence("items")):
        if not isinstance(entry, str) or not digest.is_item_id(entry):
            told = f"`{entry[:40]}`" if isinstance(entry, str) else "a mapping"
            fields.fault(f"items.{index}", f"is {told}, not an id", _ITEM_HINT)
        else:
            yield entry


def _listed(values: Mapping[str, object]) -> tuple[object, ...]:
    listed = values.get("items")
    return listed if isinstance(listed, tuple) else ()
