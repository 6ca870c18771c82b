"""What editors decide about stories, as changes to files. A plan writes nothing, so it can be shown first.

split   these items are a story of their own
merge   these stories and items are one story, the first
pin     this story is as it is: no item joins it by itself
unpin   it is open again
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from builder import digest, files
from builder.content import changes, frontmatter, remarks, stories
from builder.content.changes import Change
from builder.content.frontmatter import Rows
from builder.content.library import Loaded, text_of
from builder.editorial import desk
from builder.errors import ContentError
from builder.gitrepo import Repo
from builder.model import Item, Library, Ruling, Story
from builder.text import count

_CHECK_HINT = "Correct or remove it: `briefpress check` says what it lacks."
_LIST_HINT = "`briefpress story list` shows the stories."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A decision about a story, and what follows from it."""

    story: Story
    """As it will be."""
    change: Change | None
    """None when it is so already."""
    commit: str = ""
    """The short hash once it is committed."""


Plan = Callable[[Path, Loaded], Ruled]


def find(library: Library, ref: str) -> Story:
    """The story that `ref` names: its id or the start of it, that of one merged into it, or an item of it.

    Where the item that opened a story was taken out of it, their one id names the story; the item is named by
    its file. Raises ContentError when there is none, or `ref` may be several.
    """
    start = ref.lower()
    long_enough = len(start) >= desk.PREFIX_MIN
    found = [story for story in library.stories if long_enough and story.id.startswith(start)]
    if not found and long_enough:
        merged = [rule.id for rule in library.rulings if rule.into and rule.id.startswith(start)]
        found = [story for story in library.stories if story.id in stories.ends(library.rulings, merged)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ContentError(f"{ref} may be any of {count(len(found), 'story', 'stories')}", _LIST_HINT)
    item = desk.find(library, ref)
    if story := of_item(library, item.id):
        return story
    raise ContentError(f"{item.id} ({item.title}) is in no story", _LIST_HINT)


def of_item(library: Library, item_id: str) -> Story | None:
    """The story that an item is in."""
    return next((story for story in library.stories if item_id in story.items), None)


def namesake(library: Library, ref: str) -> Item | None:
    """The item that has the id by which `ref` names a story, and that has left this story; None for none."""
    start = ref.lower()
    return next(
        (
            item
            for story in library.stories
            if len(start) >= desk.PREFIX_MIN and story.id.startswith(start)
            for item in library.items
            if item.id == story.id and item.id not in story.items
        ),
        None,
    )


def split(refs: Sequence[str]) -> Plan:
    """Make the items `refs` of one story a story of their own."""

    def plan(root: Path, loaded: Loaded) -> Ruled:
        library = loaded.library
        items = list(dict.fromkeys(desk.find(library, ref).id for ref in refs))
        story = of_item(library, items[0]) or find(library, items[0])
        if strangers := [item for item in items if item not in story.items]:
            raise ContentError(
                f"{', '.join(strangers)} is not in the story {story.id}", "Split one story at a time."
            )
        if len(items) == len(story.items):
            raise ContentError(
                f"these are all items of the story {story.id}", "Name those that shall leave it."
            )
        apart = digest.of_value(("story", story.id, items[0]))[:10]
        ruled = _Rulings(library)
        ruled.take_out(items)
        ruled.set(replace(ruled.of(apart), items=tuple(items), into=""))
        return ruled.planned(root, apart, f"Split: {_named(library, items)}")

    return plan


def merge(refs: Sequence[str]) -> Plan:
    """Make the stories and items `refs` one: the story that the first names, or the item opens."""

    def plan(root: Path, loaded: Loaded) -> Ruled:
        library = loaded.library
        parts = [_story_or_item(library, ref) for ref in refs]
        target, *others = dict.fromkeys(parts)
        if not others:
            raise ContentError(
                "these are one story already", "Name the stories or items that shall become one."
            )
        ruled = _Rulings(library)
        into = replace(ruled.of(target.id), into="")
        alone = [item for part in parts if not part.id for item in part.items]
        if not target.id:
            into = replace(ruled.of(_free_id(library, target.items[0])), into="")
        ruled.take_out(alone)
        ruled.set(replace(into, items=(*(one for one in into.items if one not in alone), *alone)))
        for other in others:
            if other.id:
                ruled.set(replace(ruled.of(other.id), into=into.id, pinned=False))
        if into.pinned:
            # A pinned story takes only what is listed; its items of today are, and those of the others join.
            joined = [item for other in others if other.id for item in other.items]
            ruled.take_out(joined)
            ruled.set(replace(ruled.of(into.id), items=(*ruled.of(into.id).items, *joined)))
        members = [item for part in parts for item in part.items]
        return ruled.planned(root, into.id, f"Merge: {_named(library, members)}")

    return plan


def pin(ref: str) -> Plan:
    """Keep the story `ref` as it is."""

    def plan(root: Path, loaded: Loaded) -> Ruled:
        library = loaded.library
        story = find(library, ref)
        ruled = _Rulings(library)
        rule = ruled.of(story.id)
        if not rule.pinned:
            listed = (*rule.items, *(item for item in story.items if item not in rule.items))
            ruled.set(replace(rule, pinned=True, items=listed, into=""))
        return ruled.planned(root, story.id, f"Pin: {_named(library, story.items)}")

    return plan


def unpin(ref: str) -> Plan:
    """Open the story `ref` again; what its ruling lists only as it was found anyway is no longer listed."""

    def plan(root: Path, loaded: Loaded) -> Ruled:
        library = loaded.library
        story = find(library, ref)
        ruled = _Rulings(library)
        rule = ruled.of(story.id)
        if rule.pinned:
            ruled.set(replace(rule, pinned=False, items=()))
            found = next((one.items for one in ruled.resolved() if one.id == story.id), ())
            ruled.set(replace(rule, pinned=False, items=tuple(one for one in rule.items if one not in found)))
        return ruled.planned(root, story.id, f"Unpin: {_named(library, story.items)}")

    return plan


def carry_out(plan: Plan, root: Path, loaded: Loaded, repo: Repo | None) -> Ruled:
    """Write what `plan` says and, with a `repo`, commit exactly those files."""
    ruled = plan(root, loaded)
    return replace(ruled, commit=changes.apply(ruled.change, root, repo)) if ruled.change else ruled


def placement(root: Path, items: Iterable[Item], found: Mapping[str, str]) -> Change:
    """`story: ID` written into the files of the `items` that were `found` to belong to one."""
    writes = {
        item.path: frontmatter.replace(text_of(root, item.path), "story", found[item.id], item.path)
        for item in items
        if item.id in found
    }
    named = dict.fromkeys(found[item.id] for item in items if item.id in found)
    return Change(
        writes=writes,
        message=f"Find the story of {count(len(writes), 'item')}",
        trailers=tuple(f"Briefpress-Story: {story}" for story in named),
    )


class _Rulings:
    """The rulings of a library as they are to be."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._now: dict[str, Ruling] = {rule.id: rule for rule in library.rulings}

    def of(self, story: str) -> Ruling:
        """The ruling about `story`, an empty one where there is none."""
        return self._now.get(story) or Ruling(id=story, path=stories.path_of(story))

    def set(self, rule: Ruling) -> None:
        self._now[rule.id] = rule

    def take_out(self, items: Iterable[str]) -> None:
        """List `items` nowhere."""
        gone = set(items)
        for rule in list(self._now.values()):
            if not gone.isdisjoint(rule.items):
                self.set(replace(rule, items=tuple(item for item in rule.items if item not in gone)))

    def resolved(self) -> tuple[Story, ...]:
        return stories.resolve(self._library.items, self._now.values())

    def planned(self, root: Path, story: str, message: str) -> Ruled:
        """What it takes to make the files say so."""
        before = {rule.id: rule for rule in self._library.rulings}
        titles = {item.id: item.title for item in self._library.items}
        writes: dict[str, str] = {}
        removes: list[str] = []
        # What other stories were merged into must stand, though it says nothing more itself.
        joined = {rule.into for rule in self._now.values()}
        for rule in sorted(self._now.values(), key=lambda rule: rule.path):
            was = before.get(rule.id)
            if rule == was:
                continue
            if was is None:
                if files.inside(root, rule.path).exists():
                    raise ContentError(f"{rule.path} is in the way", _CHECK_HINT)
                writes[rule.path] = stories.dump(rule, titles)
            elif _says_nothing(rule) and rule.id not in joined:
                removes.append(rule.path)
            else:
                writes[rule.path] = _edited(text_of(root, rule.path), was, rule, titles)
        after = next((one for one in self.resolved() if one.id == story), Story(id=story, items=()))
        trailers = (f"Briefpress-Story: {story}",)
        change = Change(writes=writes, removes=tuple(removes), message=message, trailers=trailers)
        return Ruled(story=after, change=change if writes or removes else None)


def _says_nothing(rule: Ruling) -> bool:
    return not (rule.items or rule.into or rule.pinned or rule.note or rule.extra)


def _edited(text: str, was: Ruling, rule: Ruling, titles: Mapping[str, str]) -> str:
    """The file of a ruling with only the keys changed that say something else now."""
    for key, before, after in (
        ("into", was.into, rule.into or None),
        ("pinned", was.pinned, rule.pinned or None),
        ("items", was.items, Rows(rule.items) if rule.items else None),
    ):
        if (before or None) != after:
            text = frontmatter.replace(text, key, after, rule.path)
    parts = frontmatter.split(text, rule.path)
    return frontmatter.join(remarks.remarked(parts.head, titles), parts.body)


def _story_or_item(library: Library, ref: str) -> Story:
    """The story that `ref` names; for an item that is in none, one without an id."""
    try:
        return find(library, ref)
    except ContentError:
        item = desk.find(library, ref)
        return of_item(library, item.id) or Story(id="", items=(item.id,))


def _free_id(library: Library, item: str) -> str:
    """The id of the story that `item`, which is in none, opens: its own, unless another has that."""
    taken = any(story.id == item for story in library.stories) or any(
        rule.id == item for rule in library.rulings
    )
    return digest.of_value(("story", item))[:10] if taken else item


def _named(library: Library, items: Sequence[str]) -> str:
    """The title of the first of `items`, and how many more there are."""
    titles = {item.id: item.title for item in library.items}
    first = titles.get(items[0], items[0])
    return f"{first} and {count(len(items) - 1, 'more item')}" if len(items) > 1 else first
