"""Working through the pile: what waits, one decision after the other, and each can be taken back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from builder import files
from builder.content import changes, frontmatter, items
from builder.content.changes import Change
from builder.content.library import Loaded, text_of
from builder.editorial import approval, arrange, desk, facts, lint
from builder.editorial.desk import Judge
from builder.editorial.facts import Statement
from builder.editorial.review import Verdict
from builder.errors import ContentError
from builder.gitrepo import Repo
from builder.model import Edition, Item, Section, Status


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done and can be undone."""

    said: str
    """What it was, for people."""
    item: str
    """The id."""
    texts: Mapping[str, str]
    """What the files it changed held before, by path."""
    left: Mapping[str, str]
    """What they held after it."""


class Sitting:
    """One editor's sitting: reads files as they stand, writes and commits one decision at a time."""

    def __init__(
        self,
        root: Path,
        loaded: Loaded,
        sections: Sequence[Section],
        judge: Callable[[str], Judge],
        repo: Repo | None,
        shown: Callable[[str], str] | None = None,
    ) -> None:
        """`shown` is as in `approval.rests_on_other`, where what is beside the items is known already."""
        self._root = root
        self._loaded = loaded
        self._rank = {section.slug: place for place, section in enumerate(sections)}
        self._titles = {section.slug: section.title for section in sections}
        self._judge = judge
        self._repo = repo
        self._items = {item.id: item for item in loaded.library.items}
        shown = shown or self._shown
        self._other = {item.id for item in loaded.library.items if approval.rests_on_other(item, shown)}
        self.steps: list[Step] = []

    def waiting(self) -> tuple[Item, ...]:
        """What waits for a decision: by section in the order of the config, the oldest first."""
        last = len(self._rank)
        waits = (item for item in self._items.values() if self.waits(item))
        return tuple(sorted(waits, key=lambda item: (self._rank.get(item.section, last), item.date, item.id)))

    def waits(self, item: Item) -> bool:
        """Whether `item` waits for a decision, for the first time or again."""
        return item.status in (Status.DRAFT, Status.CHANGED) or item.id in self._other

    def changes(self, item_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """In what an item is other than it was approved, in words, and the lines that came and went.

        Both are empty for a draft; the lines also where git does not know what was approved.
        """
        item = self._items[item_id]
        other = approval.has_other_evidence(item, self._shown)
        if item.status is not Status.CHANGED:
            return approval.what_changed(item, (), evidence_too=other), ()
        versions = tuple(self._repo.versions(self.path(item_id))) if self._repo else ()
        try:
            told = approval.difference(item, text_of(self._root, item.path), versions)
        except ContentError:
            told = iter(())
        lines = (line.rstrip("\n") for line in told)
        return (
            approval.what_changed(item, versions, evidence_too=other),
            tuple(line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")),
        )

    def item(self, item_id: str) -> Item:
        """The item as it was last read."""
        return self._items[item_id]

    def read_again(self, item_id: str) -> Item:
        """The item as its file stands now. Raises ContentError when it cannot be read."""
        path = self._items[item_id].path
        item = self._items[item_id] = items.parse(text_of(self._root, path), path)
        (self._other.add if approval.rests_on_other(item, self._shown) else self._other.discard)(item_id)
        return item

    def beside(self, item_id: str) -> tuple[Statement, ...]:
        """The sentences of an item, each with the sentences it rests on and what the proof has to say."""
        subject, _ = lint.read(self._root, self._items[item_id])
        return tuple(facts.statements(subject))

    def decide(self, item_id: str, verdict: Verdict, reason: str = "") -> Item:
        """Take a decision on an item. Raises ContentError when it may not be taken."""
        path = self._items[item_id].path
        before = text_of(self._root, path)
        desk.decide(self._root, self._loaded, [path], verdict, self._judge(reason), self._repo)
        return self._done(f"{verdict.value} {item_id}", item_id, {path: before})

    def tag(self, item_id: str, tags: Sequence[str]) -> Item:
        """Give an item other tags; none takes them away."""
        item = self._items[item_id]
        before = text_of(self._root, item.path)
        after = frontmatter.replace(before, "tags", tuple(tags) or None, item.path)
        self._apply({item.path: after}, f"Tag: {item.title}", item_id)
        return self._done(f"tag {item_id}", item_id, {item.path: before})

    def place(self, item_id: str, edition: Edition) -> Item:
        """Put an item at the end of its part in `edition`. Raises ContentError when it is there already."""
        item = self._items[item_id]
        before = text_of(self._root, edition.path)
        part = self._titles.get(item.section, "")
        prepared = desk.plan_arrangement(
            self._root,
            self._loaded,
            edition.number,
            lambda one: arrange.added(one, [(item_id, part)]),
            "Add to",
        )
        desk.carry_out(prepared, self._root, self._repo)
        return self._done(f"put {item_id} into edition {edition.number}", item_id, {edition.path: before})

    def open_edition(self) -> Edition:
        """The newest edition that is not published. Raises ContentError when there is none."""
        for edition in reversed(self._loaded.library.editions):
            if not edition.published:
                return edition
        raise ContentError("no edition is open", "`briefpress edition new` opens one.")

    def undo(self) -> Step:
        """Take the last step back: its files are what they were.

        Raises ContentError when there is none, and when somebody has changed a file since: then that file
        stays as it is, and the step before is the last.
        """
        if not self.steps:
            raise ContentError("there is nothing to undo")
        step = self.steps.pop()
        for path, text in step.left.items():
            if text_of(self._root, path) != text:
                raise ContentError(
                    f"it was changed since this step: {step.said}", "Change it by hand.", path=path
                )
        self._apply(step.texts, f"Undo: {step.said}", step.item)
        self.read_again(step.item)
        return step

    def path(self, item_id: str) -> Path:
        """The item's file."""
        return files.inside(self._root, self._items[item_id].path)

    def _shown(self, path: str) -> str:
        return approval.digest_of_evidence(self._root, path)

    def _done(self, said: str, item_id: str, before: Mapping[str, str]) -> Item:
        left = {path: text_of(self._root, path) for path in before}
        self.steps.append(Step(said, item_id, before, left))
        return self.read_again(item_id)

    def _apply(self, texts: Mapping[str, str], message: str, item_id: str) -> None:
        change = Change(writes=texts, message=message, trailers=(f"Briefpress-Item: {item_id}",))
        changes.apply(change, self._root, self._repo)
