"""`briefpress show`."""

import click

from builder import files
from builder.cli.console import Console
from builder.cli.listing import row_of
from builder.cli.newsletter import open_newsletter
from builder.cli.options import common
from builder.text import count


@click.command("show")
@click.argument("item", metavar="ID")
@common
@click.pass_obj
def command(console: Console, item: str) -> int:
    """Show one item: its file as it stands.

    ID is an item's id, at least four characters of one, or a path.
    """
    from builder.editorial import desk, rulings

    newsletter = open_newsletter(console)
    found = desk.find(newsletter.loaded.library, item)
    story = rulings.of_item(newsletter.loaded.library, found.id)
    text = files.read_bytes(newsletter.root / found.path).decode("utf-8")
    console.note(found.path, "dim")
    if story and len(story.items) > 1:
        console.note(f"in the story {story.id} with {count(len(story.items) - 1, 'other item')}", "dim")
    console.result(
        {"item": {**row_of(found, story.id if story else ""), "body": found.body}}, text.rstrip("\n")
    )
    return 0
