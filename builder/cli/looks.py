"""What came of a second look at sources, event by event, and how it is told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from builder.cli.console import Console, Progress
from builder.model import Aspect, Item, Status
from builder.text import count

if TYPE_CHECKING:
    from builder.gitrepo import Repo
    from builder.ingest import recheck


@dataclass
class Looks:
    """What the looks of one pull found."""

    asked: int = 0
    """Sources that were looked at."""
    stale: list[dict[str, object]] = field(default_factory=list)
    headlines: set[str] = field(default_factory=set)
    """The items of which it was said that their source has another headline."""
    unmarked: list[dict[str, object]] = field(default_factory=list)
    unknown: list[dict[str, object]] = field(default_factory=list)

    @property
    def data(self) -> dict[str, object]:
        """What the JSON document says of it."""
        return {
            "rechecked": self.asked,
            "stale": self.stale,
            "unmarked": self.unmarked,
            "unknown": self.unknown,
        }

    @property
    def fresh(self) -> list[dict[str, object]]:
        """The items that say something else of their sources now than before."""
        return [one for one in self.stale if one["new"]]


def note(console: Console, looks: Looks, event: "recheck.Event", progress: Progress) -> None:
    """Count what happened, and say what a person should know at once."""
    from builder.content import staleness
    from builder.ingest import recheck

    match event:
        case recheck.Due(number):
            looks.asked = number
            if number:
                progress.expect(number, "Looking at sources again")
        case recheck.Looked():
            progress.step()
        case recheck.Marked(item, new):
            differs = item.stale.found if item.stale else ()
            found = [staleness.told(one) for one in differs]
            looks.stale.append(_row(item) | {"new": new, "status": item.status.value, "found": found})
            if new:
                if any(one.aspect is Aspect.HEADLINE for one in differs):
                    looks.headlines.add(item.id)
                console.note(f"{item.id} is stale: {item.title}", "yellow")
                for one in found:
                    console.note(f"  {one}", "yellow")
        case recheck.Unmarked(item):
            looks.unmarked.append(_row(item))
            console.note(f"{item.id} is not stale any more: {item.title}")
        case recheck.Unknown(item, why):
            looks.unknown.append({"id": item.id, "why": why})
            console.detail(f"the source of {item.id} could not be compared: {why}")


def commit(repo: "Repo", root: Path, looks: Looks) -> str:
    """The short hash of a commit of the marks, and of nothing else; empty when there are none."""
    marked = [*looks.fresh, *looks.unmarked]
    if not marked:
        return ""
    trailers = "".join(f"Briefpress-Item: {one['id']}\n" for one in marked)
    message = f"Mark {count(len(marked), 'changed source')}\n\n{trailers}"
    return repo.commit([root / str(one["path"]) for one in marked], message)


def in_words(looks: Looks) -> str:
    """How many sources were looked at; empty for none."""
    if not looks.asked:
        return ""
    told = f"{count(looks.asked, 'source')} looked at again"
    return f"{told} ({len(looks.unknown):,} could not be compared)" if looks.unknown else told


def next_steps(looks: Looks) -> Iterator[str]:
    """What to do about what is new."""
    if fresh := looks.fresh:
        one = len(fresh) == 1
        who, which = ("A source has", f" {fresh[0]['id']}") if one else ("Sources have", "")
        yield f"{who} changed: `briefpress correct{which}` shows what to do about it."
        if any(one["status"] == Status.DRAFT.value for one in fresh):
            yield "For drafts, `briefpress redraft --changed` proposes new texts."


def _row(item: Item) -> dict[str, object]:
    return {"id": item.id, "path": item.path, "title": item.title}
