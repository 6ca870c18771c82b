"""The options that every command takes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from builder.cli.console import QUIET, VERBOSE, Console
from builder.errors import ConfigError, Fault

F = TypeVar("F", bound=Callable[..., Any])


class Refusal(click.UsageError):
    """A call that is well formed and cannot be followed; with what to do instead of a word on `--help`."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@contextmanager
def as_options(names: Mapping[str, str]) -> Iterator[None]:
    """Tell what is wrong with a value of config.yaml that an option brought as `--url: …`, without a line.

    `names` gives the option by the key, such as `site.url`.
    """
    try:
        yield
    except ConfigError as error:
        raise ConfigError.of(tuple(_of_option(fault, names) for fault in error.faults)) from error


def _of_option(fault: Fault, names: Mapping[str, str]) -> Fault:
    key, _, message = fault.message.partition(": ")
    for name, option in names.items():
        if key == name or key.startswith((f"{name}.", f"{name}[")):
            return Fault(f"{option}: {message}", hint=fault.hint)
    return fault


def common(function: F) -> F:
    """The options that may stand before a command's name and after it."""
    for option in reversed(
        (
            click.option(
                "--root",
                type=click.Path(file_okay=False, path_type=Path),
                expose_value=False,
                callback=_keep("root"),
                help="The newsletter's folder  [default: the nearest above with a config.yaml]",
            ),
            click.option(
                "--json",
                is_flag=True,
                expose_value=False,
                callback=_keep("json"),
                help="Print one JSON document.",
            ),
            click.option(
                "-v", "--verbose", is_flag=True, expose_value=False, callback=_louder, help="Say more."
            ),
            click.option(
                "-q",
                "--quiet",
                is_flag=True,
                expose_value=False,
                callback=_quieter,
                help="Only say what is wrong.",
            ),
            click.option(
                "--debug",
                is_flag=True,
                expose_value=False,
                callback=_keep("debug"),
                help="Show the traceback of a bug.",
            ),
        )
    ):
        function = option(function)
    return function


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(ctx: click.Context, param: click.Parameter, value: Any) -> None:  # noqa: ARG001
        console = ctx.ensure_object(Console)
        console.command = ctx.command_path.partition(" ")[2]
        if value:
            setattr(console, name, value)

    return callback


def _louder(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001
    if value:
        ctx.ensure_object(Console).verbosity = VERBOSE


def _quieter(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001
    if value:
        ctx.ensure_object(Console).verbosity = QUIET


def dry_run(function: F) -> F:
    """`--dry-run`, for commands that write."""
    return click.option("-n", "--dry-run", is_flag=True, help="Say what would be done, and do nothing.")(
        function
    )


def json_lines(function: F) -> F:
    """`--json-lines`, for commands that take long."""
    return click.option(
        "--json-lines",
        is_flag=True,
        expose_value=False,
        callback=_in_lines,
        help="Print a line of JSON for each event, and the document as the last line.",
    )(function)


def _in_lines(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001
    if value:
        console = ctx.ensure_object(Console)
        console.json = console.lines = True


def replay(function: F) -> F:
    """`--replay`, for commands that may ask a language model."""
    return click.option(
        "--replay", is_flag=True, help="Ask no model: use the answers that are kept, and fail without one."
    )(function)


def commit(function: F) -> F:
    """`--no-commit`, for commands that record a decision."""
    return click.option(
        "--commit/--no-commit",
        default=True,
        help="In a git repository, commit exactly the files written.  [default: commit]",
    )(function)


def moment_of(told: str, now: datetime) -> datetime:
    """What `--since` names: a date, a time, or so many days ago. Raises UsageError."""
    if told.isdecimal() and len(told) <= 5:
        return now - timedelta(days=int(told))
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        raise click.UsageError(
            f"--since {told!r} is neither a date such as 2026-11-01 nor a number of days"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
