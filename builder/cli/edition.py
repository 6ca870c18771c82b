"""`briefpress edition`."""

from typing import TYPE_CHECKING

import click

from builder.cli.console import Console
from builder.cli.newsletter import now, open_newsletter, repo_of
from builder.cli.options import commit, common, dry_run
from builder.text import count

if TYPE_CHECKING:
    from builder.editorial.desk import Prepared


@click.group("edition")
@common
def command() -> None:
    """Compose and publish editions."""


@command.command("new")
@click.option("--title", default="Edition {number}", show_default=True, help="May hold {number}.")
@click.option("--limit", default=0, type=click.IntRange(min=0), help="At most so many items; 0 for all.")
@commit
@dry_run
@common
@click.pass_obj
def new_command(console: Console, title: str, limit: int, commit: bool, dry_run: bool) -> int:
    """Open the next edition: approved items that no edition has, by section, newest first.

    The file is yours then: reorder its lines, take some out, add an introduction and notes.
    """
    from builder.editorial import desk

    newsletter = open_newsletter(console)
    root, loaded, sections = newsletter.root, newsletter.loaded, newsletter.config.sections
    date = now()
    if dry_run:
        prepared = desk.plan_edition(root, loaded, sections, title=title, date=date, limit=limit)
    else:
        repo = repo_of(root, commit)
        prepared = desk.open_edition(root, loaded, sections, title=title, date=date, limit=limit, repo=repo)
    if prepared is None:
        console.result({"edition": None})
        console.note(
            "No approved item waits for an edition; `briefpress list --status draft` shows the drafts."
        )
        return 0
    _tell(console, prepared, "would open" if dry_run else "opened")
    if not dry_run:
        console.note(f"Next: edit the file, then `briefpress edition publish {prepared.edition.number}`")
    return 0


@command.command("publish")
@click.argument("number", type=int)
@commit
@dry_run
@common
@click.pass_obj
def publish_command(console: Console, number: int, commit: bool, dry_run: bool) -> int:
    """Publish edition NUMBER: from the next build on, its items are public."""
    from builder.editorial import desk

    newsletter = open_newsletter(console)
    root, loaded = newsletter.root, newsletter.loaded
    if dry_run:
        prepared = desk.plan_publication(root, loaded, number, now())
    else:
        prepared = desk.publish_edition(root, loaded, number, now(), repo_of(root, commit))
    _tell(console, prepared, "would publish" if dry_run else "published")
    if not dry_run:
        console.note("Next: `briefpress build`")
    return 0


def _tell(console: Console, prepared: "Prepared", verb: str) -> None:
    edition = prepared.edition
    items = [placed.item for part in edition.parts for placed in part.items]
    data = {
        "number": edition.number,
        "path": edition.path,
        "title": edition.title,
        "items": items,
        "published": edition.published,
        "commit": prepared.commit,
    }
    line = f"{verb} {edition.title} ({count(len(items), 'item')}): {edition.path}"
    console.result({"edition": data}, f"{line}  {prepared.commit}".rstrip())
