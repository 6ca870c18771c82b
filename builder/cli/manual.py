"""`briefpress manual`: the manual page, made from the commands, for `man`."""

import re
import textwrap
from collections.abc import Iterator

import click

from builder import __version__
from builder.cli.console import Console
from builder.cli.options import common

EXIT_CODES = {
    0: "done",
    1: "something needs attention: what `check`, `lint` or `doctor` found, or the errors of a letter",
    2: "the call is wrong",
    3: "config.yaml cannot be used",
    4: "a template cannot be used",
    5: "a file in content/ cannot be used, or there is no such item or edition",
    6: "the disk, a lock or git said no",
    7: "every feed failed, or the article that was given",
    8: "a part failed",
    9: "a summary could not be written, or a letter or a site may not go out",
    70: "a bug; where its story is kept is told",
    130: "interrupted; what was done is kept",
    143: "ended by SIGTERM; what was done is kept",
}
_COMMON = frozenset({"root", "json", "verbose", "quiet", "debug", "help", "version"})


@click.command("manual")
@common
@click.pass_context
def command(ctx: click.Context) -> int:
    """Print the manual page.

    To read it: briefpress manual | man -l -   To keep it, where man looks: briefpress manual >
    ~/.local/share/man/man1/briefpress.1
    """
    top = ctx.find_root()
    assert isinstance(top.command, click.Group)  # noqa: S101 (it is `briefpress`)
    text = page(top.command, top)
    ctx.ensure_object(Console).result({"page": text}, text.rstrip("\n"))
    return 0


def page(cli: click.Group, top: click.Context) -> str:
    """The whole page of a program, as roff."""
    lines = [
        f'.TH BRIEFPRESS 1 "" "briefpress {__version__}" "User Commands"',
        ".SH NAME",
        r"briefpress \- feeds in, a reviewed newsletter out",
        ".SH SYNOPSIS",
        r".B briefpress",
        r"[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGUMENTS\fR]",
        ".SH DESCRIPTION",
        *_prose(cli.help or ""),
        ".SH OPTIONS",
        "Every command takes these, before its name or after it.",
        *(line for part in cli.params for line in _option(part, top)),
        ".SH COMMANDS",
    ]
    for name, command in _commands(cli, top):
        lines += _command(name, command, top)
    lines += [".SH EXIT STATUS"]
    for code, meaning in EXIT_CODES.items():
        lines += [".TP", f".B {code}", _text(meaning)]
    lines += [
        ".SH ENVIRONMENT",
        ".TP",
        ".B NO_COLOR",
        "No colour is used when it is set.",
        ".TP",
        ".B CI",
        _text("Where it is set, `build` and `run` take nothing that changed since it was approved."),
        ".SH FILES",
        ".TP",
        r".I config.yaml",
        "Makes a folder a newsletter.",
        ".TP",
        r".I .briefpress/",
        "Caches and logs, which may be deleted at any time.",
        ".SH SEE ALSO",
        ".BR git (1)",
    ]
    return "\n".join(lines) + "\n"


def _commands(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            continue
        yield name, command
        if isinstance(command, click.Group):
            for part in command.list_commands(click.Context(command)):
                yield f"{name} {part}", command.commands[part]


def _command(name: str, command: click.Command, top: click.Context) -> list[str]:
    context = click.Context(command, parent=top, info_name=name)
    pieces = " ".join(command.collect_usage_pieces(context))
    told = [f".SS briefpress {_text(name)} {_text(pieces)}", *_prose(command.help or "")]
    options = [part for part in command.params if part.name not in _COMMON]
    return told + [line for part in options for line in _option(part, context)]


def _option(part: click.Parameter, context: click.Context) -> list[str]:
    record = part.get_help_record(context) if isinstance(part, click.Option) else None
    return [] if record is None else [".TP", rf"\fB{_text(record[0])}\fR", _text(record[1])]


def _prose(text: str) -> list[str]:
    """Paragraphs; the first follows its heading without a mark."""
    parts = [" ".join(part.split()) for part in textwrap.dedent(text).strip().split("\n\n")]
    lines: list[str] = []
    for part in parts:
        lines += [".PP", _text(part.replace("\b ", ""))]
    return lines[1:]


def _text(text: str) -> str:
    """`text` as roff takes it: nothing in it is a request or an escape."""
    told = " ".join(text.split()).replace("\\", r"\e").replace("-", r"\-")
    told = re.sub(r"`([^`]*)`", r"\\fB\1\\fR", told)
    return rf"\&{told}" if told.startswith((".", "'")) else told
