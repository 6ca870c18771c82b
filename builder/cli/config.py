"""`briefpress config`."""

import json
from typing import TYPE_CHECKING

import click

from builder import files
from builder.cli.console import Console
from builder.cli.newsletter import CACHE, config_of
from builder.cli.options import common, dry_run
from builder.errors import ConfigError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builder.config import Config

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
    """Say whether config.yaml is in order, and what it names is installed.

    That is who writes summaries, who sends the letter and who serves the site, which plug-ins may be, too.
    """
    config = config_of(console)
    if faults := tuple(_not_installed(config)):
        raise ConfigError.of(faults)
    console.result({"feeds": len(config.feeds), "sections": len(config.sections)})
    console.note("config.yaml is in order")
    return 0


def _not_installed(config: "Config") -> "Iterator[Fault]":
    """What the config names that neither comes with the program nor is brought by a plug-in. Loads none."""
    from builder import plugins
    from builder.config import FILE
    from builder.config.yamltree import line_of
    from builder.mail import service
    from builder.publish.deploy import hosts, places
    from builder.summary import engine

    named = (
        ("summary.engine", config.summary.engine, "summary engine", engine.names()),
        (
            "deploy.host",
            config.deploy.host,
            "host",
            plugins.names(places.GROUP, dict.fromkeys(hosts.HOSTS, "")),
        ),
        ("mail.via", config.mail.via, "sender", service.known()),
    )
    for key, name, what, known in named:
        if name and name not in known:
            yield Fault(
                f"{key}: there is no {what} {name}, and no plug-in of that name is installed",
                FILE,
                line_of(files.read_bytes(config.root / FILE), FILE, key),
                plugins.advice(known, name),
            )


def schema_text() -> str:
    """The schema as a JSON document."""
    from builder.config import schema

    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
