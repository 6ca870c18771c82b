"""`briefpress edition`."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from builder.cli.console import Console
from builder.cli.newsletter import Newsletter, how_to_commit, now, open_desk, open_newsletter, repo_of
from builder.cli.options import commit, common, dry_run
from builder.model import Status
from builder.text import count, excerpt

if TYPE_CHECKING:
    from datetime import datetime

    from builder.editorial.desk import Prepared
    from builder.model import Edition, Item, Part


_TITLE = 80


@click.group("edition")
@common
def command() -> None:
    """Compose and publish editions."""


@command.command("new", short_help="Open the next edition, of approved items.")
@click.option("--title", default="Edition {number}", show_default=True, help="May hold {number}.")
@click.option(
    "--limit", type=click.IntRange(min=0), help="At most so many items, whatever the config says; 0 for all."
)
@click.option("--thin", is_flag=True, help="Open it even with fewer items than editorial.edition.min_items.")
@commit
@dry_run
@common
@click.pass_obj
def new_command(
    console: Console, title: str, limit: int | None, thin: bool, commit: bool, dry_run: bool
) -> int:
    """Open the next edition: approved items that no edition has, by section.

    The config says what it takes, below editorial.edition. The file is yours then: reorder its lines,
    take some out, add an introduction and notes.
    """
    from builder.editorial import desk

    newsletter = open_desk(console, commit=commit, dry_run=dry_run)
    config = newsletter.config
    policy = config.editorial.edition
    chosen = replace(
        policy,
        max_items=policy.max_items if limit is None else limit,
        min_items=1 if thin else policy.min_items,
    )
    prepared = desk.plan_edition(
        newsletter.root,
        newsletter.loaded,
        config.sections,
        chosen,
        title=title,
        date=now(),
        zone=config.site.timezone,
        publish=config.editorial.publish,
        repo=repo_of(newsletter.root, commit=True),
    )
    if prepared is None:
        console.result({"edition": None})
        console.note(_why_none(newsletter, chosen.min_items))
        return 0
    _finish(console, newsletter, prepared, ("open", "opened"), commit=commit, dry_run=dry_run)
    if not dry_run:
        console.note(f"Next: edit the file, then `briefpress edition publish {prepared.edition.number}`")
    return 0


@command.command("list")
@common
@click.pass_obj
def list_command(console: Console) -> int:
    """List the editions, the newest first."""
    editions = open_newsletter(console).loaded.library.editions[::-1]
    rows = [
        (
            str(edition.number),
            f"{edition.published:%Y-%m-%d}" if edition.published else "not yet",
            f"{edition.sent:%Y-%m-%d}" if edition.sent else "not yet",
            str(sum(len(part.items) for part in edition.parts)),
            edition.title,
        )
        for edition in editions
    ]
    data = [_row(edition) | {"sent": edition.sent} for edition in editions]
    console.result(
        {"editions": data}, console.table(("number", "published", "mailed", "items", "title"), rows)
    )
    console.note(count(len(rows), "edition"), "dim")
    return 0


@command.command("show", short_help="Show an edition: its items by part, in order.")
@click.argument("number", type=int)
@common
@click.pass_obj
def show_command(console: Console, number: int) -> int:
    """Show edition NUMBER: its items by part, in order, each with its state and note."""
    from builder.editorial import desk

    library = open_newsletter(console).loaded.library
    edition = desk.edition_of(library, number)
    known = {item.id: item for item in library.items}
    rows = [(part.title, placed, known.get(placed.item)) for part in edition.parts for placed in part.items]
    table = console.table(
        ("part", "id", "status", "title"),
        [
            (
                title,
                placed.item,
                item.status.value if item else "not there",
                f"{excerpt(item.title, _TITLE) if item else ''}{f' ({placed.note})' if placed.note else ''}",
            )
            for title, placed, item in rows
        ],
    )
    stands = f"{_day('published', edition.published)}, {_day('mailed', edition.sent)}"
    items = [
        {
            "id": placed.item,
            "part": title,
            "note": placed.note,
            "status": item.status.value if item else None,
            "title": item.title if item else None,
        }
        for title, placed, item in rows
    ]
    data = _row(edition) | {"sent": edition.sent, "intro": edition.intro, "items": items}
    text = "\n\n".join(filter(None, [edition.title, edition.intro.strip(), table]))
    console.result({"edition": data}, text)
    console.note(f"{edition.path}: {count(len(rows), 'item')}, {stands}", "dim")
    return 0


@command.command("add")
@click.argument("number", type=int)
@click.argument("items", metavar="ID...", nargs=-1, required=True)
@click.option("--part", "title", help="The heading to put them under  [default: that of their section]")
@commit
@dry_run
@common
@click.pass_obj
def add_command(
    console: Console, number: int, items: Sequence[str], title: str | None, commit: bool, dry_run: bool
) -> int:
    """Add items to edition NUMBER, at the end of a part.

    A published edition may be added to, and an item may be in two: it is done, and said.
    """
    from builder.editorial import arrange, desk

    newsletter = open_desk(console, commit=commit, dry_run=dry_run)
    titles = {section.slug: section.title for section in newsletter.config.sections}
    added = _found(newsletter, items)
    places = [(item.id, titles.get(item.section, "") if title is None else title) for item in added]
    code = _arrange(
        console,
        newsletter,
        number,
        lambda edition: arrange.added(edition, places),
        "Add to",
        commit=commit,
        dry_run=dry_run,
    )
    edition = desk.edition_of(newsletter.loaded.library, number)
    if edition.published:
        mailed = f"; its letter, mailed on {edition.sent:%Y-%m-%d}, stays as it is" if edition.sent else ""
        console.note(
            f"edition {number} is published: the next build changes what readers see{mailed}", "yellow"
        )
    for item in added:
        for other in newsletter.loaded.library.editions:
            if other.number != number and item.id in arrange.listed(other.parts):
                state = "published" if other.published else "not published yet"
                console.note(
                    f"{item.id} is in edition {other.number} too, which is {state}: "
                    f"`briefpress edition drop {other.number} {item.id}` takes it out there",
                    "yellow",
                )
    for item in added:
        if item.status is not Status.APPROVED:
            console.note(
                f"{item.id} is {item.status.value}: `edition publish {number}` waits for its approval"
            )
    return code


@command.command("drop")
@click.argument("number", type=int)
@click.argument("items", metavar="ID...", nargs=-1, required=True)
@commit
@dry_run
@common
@click.pass_obj
def drop_command(console: Console, number: int, items: Sequence[str], commit: bool, dry_run: bool) -> int:
    """Take items out of edition NUMBER."""
    from builder.editorial import arrange

    newsletter = open_desk(console, commit=commit, dry_run=dry_run)
    ids = {item.id for item in _found(newsletter, items)}
    return _arrange(
        console,
        newsletter,
        number,
        lambda edition: arrange.dropped(edition, ids),
        "Drop from",
        commit=commit,
        dry_run=dry_run,
    )


@command.command("move")
@click.argument("number", type=int)
@click.argument("item", metavar="ID")
@click.option("--before", metavar="ID", help="Put it right before this item.")
@click.option("--part", "title", help="Put it at the end of the part with this heading.")
@commit
@dry_run
@common
@click.pass_obj
def move_command(
    console: Console,
    number: int,
    item: str,
    before: str | None,
    title: str | None,
    commit: bool,
    dry_run: bool,
) -> int:
    """Move an item within edition NUMBER."""
    from builder.editorial import arrange

    if (before is None) == (title is None):
        raise click.UsageError("Say where to: --before ID or --part TITLE.")
    newsletter = open_desk(console, commit=commit, dry_run=dry_run)
    (moving,) = _found(newsletter, [item])
    ahead = _found(newsletter, [before])[0].id if before else ""
    return _arrange(
        console,
        newsletter,
        number,
        lambda edition: arrange.moved(edition, moving.id, before=ahead, part=title),
        "Move in",
        commit=commit,
        dry_run=dry_run,
    )


@command.command("publish", short_help="Publish an edition, from the next build on.")
@click.argument("number", type=int)
@commit
@dry_run
@common
@click.pass_obj
def publish_command(console: Console, number: int, commit: bool, dry_run: bool) -> int:
    """Publish edition NUMBER: from the next build on, its items are public.

    It also tells of the corrections that were made since the last one, and that none has told yet.
    """
    from builder.editorial import desk

    newsletter = open_desk(console, commit=commit, dry_run=dry_run)
    publish = newsletter.config.editorial.publish
    prepared = desk.plan_publication(newsletter.root, newsletter.loaded, number, now(), publish)
    _finish(console, newsletter, prepared, ("publish", "published"), commit=commit, dry_run=dry_run)
    if not dry_run:
        console.note("Next: `briefpress build`, and `briefpress mail preview` for the letter")
    return 0


@command.command("unpublish", short_help="Take a published edition back.")
@click.argument("number", type=int)
@commit
@dry_run
@common
@click.pass_obj
def unpublish_command(console: Console, number: int, commit: bool, dry_run: bool) -> int:
    """Take edition NUMBER back: the next build removes it, and the items that no other edition publishes."""
    from builder.editorial import desk

    newsletter = open_desk(console, commit=commit, dry_run=dry_run)
    prepared = desk.plan_withdrawal(newsletter.root, newsletter.loaded, number)
    _finish(console, newsletter, prepared, ("unpublish", "unpublished"), commit=commit, dry_run=dry_run)
    if not dry_run:
        console.note("Next: `briefpress build`")
    return 0


def _found(newsletter: Newsletter, refs: Sequence[str]) -> "list[Item]":
    from builder.editorial import desk

    return [desk.find(newsletter.loaded.library, ref) for ref in refs]


def _arrange(
    console: Console,
    newsletter: Newsletter,
    number: int,
    arrange: "Callable[[Edition], tuple[Part, ...]]",
    verb: str,
    *,
    commit: bool,
    dry_run: bool,
) -> int:
    from builder.editorial import desk

    prepared = desk.plan_arrangement(newsletter.root, newsletter.loaded, number, arrange, verb)
    _finish(console, newsletter, prepared, ("change", "changed"), commit=commit, dry_run=dry_run)
    return 0


def _finish(
    console: Console,
    newsletter: Newsletter,
    prepared: "Prepared",
    verbs: tuple[str, str],
    *,
    commit: bool,
    dry_run: bool,
) -> None:
    """Carry out what was planned, unless this is a dry run, and tell it."""
    from builder.editorial import desk

    is_same = desk.is_as_it_is(prepared, newsletter.root)
    if not dry_run and not is_same:
        prepared = desk.carry_out(prepared, newsletter.root, repo_of(newsletter.root, commit))
    edition = prepared.edition
    verb = "as it was:" if is_same else f"would {verbs[0]}" if dry_run else verbs[1]
    items = count(sum(len(part.items) for part in edition.parts), "item")
    if edition.corrected:
        items += f", {count(len(edition.corrected), 'correction')}"
    line = f"{verb} {edition.title} ({items}): {edition.path}  {prepared.commit}"
    console.result({"edition": _row(edition) | {"commit": prepared.commit}}, line.rstrip())
    place = newsletter.root / edition.path
    repo = repo_of(newsletter.root, commit=is_same and commit)
    if repo and repo.unsaved_of([place]):
        how = how_to_commit(prepared.change.message, [place])
        console.note(f"{edition.path} is not committed as it stands: {how}", "yellow")


def _row(edition: "Edition") -> dict[str, object]:
    return {
        "number": edition.number,
        "path": edition.path,
        "title": edition.title,
        "items": [placed.item for part in edition.parts for placed in part.items],
        "corrected": [{"item": one.item, "date": one.date} for one in edition.corrected],
        "published": edition.published,
    }


def _day(verb: str, moment: "datetime | None") -> str:
    return f"{verb} {moment:%Y-%m-%d}" if moment else f"not {verb} yet"


def _why_none(newsletter: Newsletter, wanted: int) -> str:
    from builder.editorial import compose

    config, library = newsletter.config, newsletter.loaded.library
    policy = config.editorial.edition
    fit = compose.choose(
        compose.waiting(library), config.sections, policy, date=now(), zone=config.site.timezone
    )
    waits = count(len(tuple(fit)), "approved item")
    if wanted > 1:
        return f"A thin week: {waits} fit, and editorial.edition.min_items is {wanted}. Nothing was written."
    return "No approved item waits for an edition; `briefpress list --status draft` shows the drafts."
