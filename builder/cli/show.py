"""`briefpress show`."""

import click

from builder import files
from builder.cli.console import Console
from builder.cli.listing import row_of
from builder.cli.newsletter import open_newsletter
from builder.cli.options import common


@click.command("show")
@click.argument("item", metavar="ID")
@common
@click.pass_obj
def command(console: Console, item: str) -> int:
    """Show one item: its file as it stands.

    ID is an item's id, at least four characters of one, or a path.
    """
    from builder.editorial import desk

    newsletter = open_newsletter(console)
    found = desk.find(newsletter.loaded.library, item)
    text = files.read_bytes(newsletter.root / found.path).decode("utf-8")
    console.note(found.path, "dim")
    console.result({"item": {**row_of(found), "body": found.body}}, text.rstrip("\n"))
    return 0
