"""docs/cli.md, from the commands: `python tests/cli_reference.py` writes it, a test compares it."""

from collections.abc import Iterator
from pathlib import Path

import click

from builder.cli.main import COMMANDS, cli

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
HEAD = """\
# The command line

Data goes to stdout, messages and progress to stderr. `--json` prints one document:
`{"ok": true, "command": "build", "data": {…}, "problems": [{"message", "path", "line", "hint"}, …]}`.
Every command finds its newsletter upward from the working folder, by `config.yaml`, or takes `--root`.
Commands that write take `--dry-run`. `NO_COLOR` is honoured, and nothing moves where stderr is no terminal.
`--root`, `--json`, `-v`, `-q` and `--debug` may stand before a command's name or after it.

## Exit codes

| code | meaning |
| ---: | --- |
| 0 | done |
| 1 | findings: `check` or `lint` found something, or a letter that was to go out has errors |
| 2 | the call is wrong: an unknown command or option, a missing argument |
| 3 | `config.yaml` cannot be used; every fault is told with its line |
| 4 | a template cannot be used |
| 5 | a file in `content/` cannot be used (the others were), or holds no such item or edition |
| 6 | the disk, a lock or git said no |
| 7 | every feed failed; the article that `draft` was given could not be had or read |
| 8 | some feeds failed (only with `pull --fail-on partial`) |
| 9 | a summary could not be written, a model's limit is reached, or a letter or a site may not go out |
| 70 | a bug in Briefpress; the traceback is in a file whose path is printed (`--debug` shows it) |
| 130 | interrupted; what was done is kept |
| 143 | ended by SIGTERM; what was done is kept |
"""


def reference() -> str:
    """The whole page."""
    return HEAD + "".join(_section(name, command) for name, command in _commands())


def _commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for part in command.list_commands(click.Context(command)):
                yield f"{name} {part}", command.commands[part]


def _section(name: str, command: click.Command) -> str:
    top = click.Context(cli, info_name="briefpress", **cli.context_settings)
    context = click.Context(command, parent=top, info_name=name, max_content_width=100, terminal_width=100)
    return f"\n## briefpress {name}\n\n```text\n{command.get_help(context)}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
