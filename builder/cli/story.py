"""`briefpress story`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from builder.cli.console import Console
from builder.cli.newsletter import Newsletter, config_of, lock_of, open_desk, open_newsletter, repo_of
from builder.cli.options import commit, common, dry_run
from builder.model import Item, Library, Story
from builder.text import count, excerpt

if TYPE_CHECKING:
    from builder.editorial.rulings import Plan

_SHOWN = 70


@click.group("story")
@common
def command() -> None:
    """See and decide which items report the same event.

    `pull` finds the story of each new draft and writes it into its file. What you decide stands in
    content/stories/ and outranks that for ever. STORY is a story's id, at least four characters of it, or an
    item in it.
    """


@command.command("list")
@common
@click.pass_obj
def list_command(console: Console) -> int:
    """List the stories, the one with the newest item first."""
    newsletter = open_newsletter(console)
    for fault in newsletter.loaded.faults:
        console.fault(fault)
    library = newsletter.loaded.library
    known = _known(library)
    newest_first = sorted(
        library.stories, key=lambda story: (known[story.items[-1]].date, story.id), reverse=True
    )
    # A column for those who pin; the others need not read past it.
    pins = any(story.pinned for story in newest_first)
    rows = [
        (
            story.id,
            str(len(story.items)),
            *(("pinned" if story.pinned else "",) if pins else ()),
            ", ".join(dict.fromkeys(known[item].source.name for item in story.items)),
            excerpt(known[story.items[0]].title, _SHOWN),
        )
        for story in newest_first
    ]
    data = {"stories": [_row_of(story, known) for story in newest_first]}
    heads = ("id", "items", *(("",) if pins else ()), "sources", "begins with")
    console.result(data, console.table(heads, rows))
    console.note(count(len(rows), "story", "stories"), "dim")
    return 0


@command.command("show")
@click.argument("story", metavar="STORY")
@common
@click.pass_obj
def show_command(console: Console, story: str) -> int:
    """Show one story: its items, the oldest first."""
    from builder.editorial import rulings

    library = open_newsletter(console).loaded.library
    _tell(console, library, rulings.find(library, story))
    _tell_namesakes(console, library, [story])
    return 0


@command.command("find", short_help="Find the story of every item that is in none.")
@commit
@dry_run
@common
@click.pass_obj
def find_command(console: Console, commit: bool, dry_run: bool) -> int:
    """Find the story of every item that is in none, as `pull` does for new drafts.

    For items written by hand, or brought together from two clones. Each item that joins a story gets one
    line, `story: ID`; stories there are keep their ids and items.
    """
    from builder.content import changes
    from builder.editorial import rulings, stories

    # Read under the lock: a pull may just have placed them.
    with lock_of(config_of(console).root, dry_run):
        newsletter = open_desk(console, commit=commit, dry_run=dry_run)
        library = newsletter.loaded.library
        wanted = stories.unplaced(library.items, library.stories)
        found = stories.find(library.items, library.stories, wanted, language_of(newsletter))
        change = rulings.placement(newsletter.root, library.items, found)
        hash_ = ""
        if found and not dry_run:
            hash_ = changes.apply(change, newsletter.root, repo_of(newsletter.root, commit))
    known = _known(library)
    rows = [(item, f"→ {story}", excerpt(known[item].title, _SHOWN)) for item, story in found.items()]
    placed = [{"id": item, "path": known[item].path, "story": story} for item, story in found.items()]
    console.result({"placed": placed, "commit": hash_}, "\n".join("  ".join(row) for row in rows))
    verb = "would join" if dry_run else "joined"
    console.note(f"{count(len(found), 'item')} of {len(wanted):,} in no story {verb} one  {hash_}".rstrip())
    return 0


@command.command("split")
@click.argument("items", metavar="ITEM...", nargs=-1, required=True)
@commit
@dry_run
@common
@click.pass_obj
def split_command(console: Console, items: Sequence[str], commit: bool, dry_run: bool) -> int:
    """Take items out of their story, and make them a story of their own."""
    from builder.editorial import rulings

    return _rule(console, rulings.split(items), (), commit=commit, dry_run=dry_run)


@command.command("merge", short_help="Make several stories one.")
@click.argument("stories", metavar="STORY...", nargs=-1, required=True)
@commit
@dry_run
@common
@click.pass_obj
def merge_command(console: Console, stories: Sequence[str], commit: bool, dry_run: bool) -> int:
    """Make several stories one, the first; an item that is in no story can be named as well."""
    from builder.editorial import rulings

    return _rule(console, rulings.merge(stories), stories, commit=commit, dry_run=dry_run)


@command.command("pin")
@click.argument("story", metavar="STORY")
@commit
@dry_run
@common
@click.pass_obj
def pin_command(console: Console, story: str, commit: bool, dry_run: bool) -> int:
    """Keep a story as it is: no item joins it by itself."""
    from builder.editorial import rulings

    return _rule(console, rulings.pin(story), [story], commit=commit, dry_run=dry_run)


@command.command("unpin")
@click.argument("story", metavar="STORY")
@commit
@dry_run
@common
@click.pass_obj
def unpin_command(console: Console, story: str, commit: bool, dry_run: bool) -> int:
    """Open a pinned story to new items again."""
    from builder.editorial import rulings

    return _rule(console, rulings.unpin(story), [story], commit=commit, dry_run=dry_run)


def language_of(newsletter: Newsletter) -> str:
    """The language of texts too short to tell theirs: the site's."""
    return newsletter.config.site.language.partition("-")[0].lower()


def _rule(console: Console, plan: "Plan", refs: Sequence[str], *, commit: bool, dry_run: bool) -> int:
    """Carry out what was decided about the stories that `refs` name, and tell of it."""
    from builder.editorial import rulings

    with lock_of(config_of(console).root, dry_run):
        newsletter = open_desk(console, commit=commit, dry_run=dry_run)
        root, loaded = newsletter.root, newsletter.loaded
        ruled = (
            plan(root, loaded) if dry_run else rulings.carry_out(plan, root, loaded, repo_of(root, commit))
        )
    changed = [*ruled.change.writes, *ruled.change.removes] if ruled.change else []
    _tell(console, loaded.library, ruled.story, {"files": changed, "commit": ruled.commit})
    verb = "would write" if dry_run else "wrote"
    console.note(f"{verb} {', '.join(changed)}  {ruled.commit}".rstrip() if changed else "it was so already")
    _tell_namesakes(console, loaded.library, refs)
    return 0


def _tell_namesakes(console: Console, library: Library, refs: Sequence[str]) -> None:
    """Say of each id that names a story what else has it: the item that opened the story and has left it."""
    from builder.editorial import rulings

    for item in filter(None, (rulings.namesake(library, ref) for ref in refs)):
        story = rulings.of_item(library, item.id)
        where = f"is in the story {story.id}" if story else "is in no story"
        console.note(
            f"{item.id} names the story here. The item that opened it {where}; its name is {item.path}",
            "yellow",
        )


def _tell(console: Console, library: Library, story: Story, more: Mapping[str, object] | None = None) -> None:
    known = _known(library)
    items = [known[item] for item in story.items]
    rows = [
        (item.id, item.status.value, f"{item.date:%Y-%m-%d}", item.source.name, excerpt(item.title, _SHOWN))
        for item in items
    ]
    head = f"story {story.id}{' (pinned)' if story.pinned else ''}"
    text = f"{head}\n{console.table(('id', 'status', 'date', 'source', 'title'), rows)}"
    console.result({"story": _row_of(story, known), **(more or {})}, text.rstrip())


def _row_of(story: Story, known: Mapping[str, Item]) -> dict[str, object]:
    items = [
        {"id": item.id, "status": item.status.value, "source": item.source.name, "title": item.title}
        for item in map(known.__getitem__, story.items)
    ]
    return {"id": story.id, "pinned": story.pinned, "items": items}


def _known(library: Library) -> dict[str, Item]:
    return {item.id: item for item in library.items}
