"""`briefpress config`."""

import json

import click

from builder import files
from builder.cli.console import Console
from builder.cli.newsletter import CACHE, config_of
from builder.cli.options import common, dry_run

SCHEMA = f"{CACHE}/config.schema.json"


@click.group("config")
@common
def command() -> None:
    """Work with config.yaml."""


@command.command("schema", short_help="Write the JSON Schema of config.yaml, for editors.")
@click.option("--print", "to_stdout", is_flag=True, help="Print it instead.")
@dry_run
@common
@click.pass_obj
def schema_command(console: Console, to_stdout: bool, dry_run: bool) -> int:
    """Write the JSON Schema of config.yaml, so that editors complete its keys."""
    from pathlib import Path

    from builder.config import find_root

    if to_stdout:
        text = schema_text()
        console.result({"schema": json.loads(text)}, text.rstrip("\n"))
        return 0
    # The config itself may be broken; its schema is what helps to mend it.
    root = console.root or find_root(Path.cwd())
    if not dry_run:
        files.write_atomic(root / SCHEMA, schema_text())
    console.result({"path": SCHEMA})
    console.note(f"{'would write' if dry_run else 'wrote'} {SCHEMA}")
    return 0


@command.command("check", short_help="Say whether config.yaml is in order.")
@common
@click.pass_obj
def check_command(console: Console) -> int:
    """Say whether config.yaml is in order, and who is to send the letter is installed."""
    from builder.mail import service

    config = config_of(console)
    service.refuse_unknown(config)
    console.result({"feeds": len(config.feeds), "sections": len(config.sections)})
    console.note("config.yaml is in order")
    return 0


def schema_text() -> str:
    """The schema as a JSON document."""
    from builder.config import schema

    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
