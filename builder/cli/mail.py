"""`briefpress mail`."""

import click

from builder.cli.letters import check_command, export_command, preview_command
from builder.cli.mailing import schedule_command, send_command, test_command
from builder.cli.options import common


@click.group("mail")
@common
def command() -> None:
    """Preview, check, export and send the letter: that of a published edition, once.

    EDITION is a number; without one, the newest that is published is meant. Only approved items are ever in
    a letter.
    """


for one in (preview_command, check_command, export_command, test_command, send_command, schedule_command):
    command.add_command(one)
