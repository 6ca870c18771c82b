"""How results, progress and errors look: data on stdout, messages on stderr.

Nothing here decides anything. `rich` is imported only when something is drawn.
"""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.errors import BriefpressError, Fault, FileError

if TYPE_CHECKING:
    from rich.console import Console as Screen

# Colours of our own; every other control character is somebody's.
_COLOURS = r"(?:\x1b\[[\d;]*m)*"
_CONTROL = re.compile(r"\x1b(?!\[[\d;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u2028\u2029]")
# A runner of GitHub takes a line that begins with `::`, and `##[` anywhere, for a command to itself:
# https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
_COMMAND = re.compile(
    rf"^((?:\s|\x1b\[[\d;]*m)*:)(?={_COLOURS}:)|(#{_COLOURS}#)(?={_COLOURS}\[)", re.MULTILINE
)

QUIET, NORMAL, VERBOSE = -1, 0, 1


@dataclass
class Console:
    """One run of the command line: its options, and its two streams."""

    command: str = ""
    """`edition new`."""
    root: Path | None = None
    """As given; None: found upward from the working folder."""
    json: bool = False
    lines: bool = False
    """Whether each event is told as a line of JSON, the document last."""
    verbosity: int = NORMAL
    debug: bool = False
    terminated: bool = False
    """Whether it is SIGTERM that interrupts it."""
    problems: list[Fault] = field(default_factory=list)
    """What was reported so far, for the JSON document."""
    _screen: "Screen | None" = None

    @property
    def screen(self) -> "Screen":
        """The drawing side of stderr; plain where stderr is no terminal or NO_COLOR is set."""
        if self._screen is None:
            from rich.console import Console as Screen
            from rich.theme import Theme

            self._screen = Screen(
                stderr=True,
                highlight=False,
                soft_wrap=True,
                theme=Theme({"progress.elapsed": "dim", "progress.remaining": "dim", "bar.pulse": "cyan"}),
            )
        return self._screen

    # -- messages

    def note(self, text: str, style: str = "") -> None:
        """A line for people, unless they asked for quiet."""
        if self.verbosity > QUIET:
            self._say(text, style)

    def detail(self, text: str) -> None:
        """A line for people who asked for more."""
        if self.verbosity >= VERBOSE:
            self._say(text, "dim")

    def fault(self, fault: Fault, kind: str = "warning") -> None:
        """One fault, with what to do about it; told even when quiet."""
        self.problems.append(fault)
        self._say(line(f"{kind}: {fault}"), {"error": "bold red", "warning": "yellow"}.get(kind, ""))
        if fault.hint:
            self._say(line(f"  {fault.hint}"), "dim")

    def error(self, error: BriefpressError) -> None:
        """All faults of an error."""
        for fault in error.faults:
            self.fault(fault, "error")

    def _say(self, text: str, style: str) -> None:
        if _plain():
            _echo(harmless(text), err=True)
        else:
            self.screen.print(harmless(text), style=style or None, markup=False)

    # -- data

    def result(
        self, data: Mapping[str, object], text: str = "", *, ok: bool = True, commands: bool = False
    ) -> None:
        """The run's one result: `text` for people, or one JSON document with `data`.

        Only a `text` of `commands` to who runs this may have any.
        """
        if self.json:
            document = {
                "ok": ok,
                "command": self.command,
                "data": dict(data),
                "problems": [asdict(problem) for problem in self.problems],
            }
            self._print(document)
        elif text:
            # Colour is taken out away from a terminal; here for those who want none.
            told = text if commands else harmless(text)
            _echo(told, color=False if os.environ.get("NO_COLOR") else None)

    def event(self, kind: str, data: Mapping[str, object]) -> None:
        """Something that happened on the way to the result, as a line of JSON for who asked for lines."""
        if self.lines:
            self._print({"event": kind, "command": self.command, "data": dict(data)})

    def _print(self, document: Mapping[str, object]) -> None:
        indent = None if self.lines else 2
        _echo(json.dumps(document, ensure_ascii=False, indent=indent, default=_told))

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        """Columns of text without rules; lines are cut to the terminal's width, and not in a pipe."""
        if not rows:
            return ""
        rows = [[line(cell) for cell in row] for row in rows]
        widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
        room = width()
        lines = []
        for row in (tuple(head.upper() for head in heads), *rows):
            told = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            lines.append(told if not room or len(told) <= room else told[: room - 1] + "…")
        return "\n".join(lines)

    @contextmanager
    def progress(self, label: str) -> "Iterator[Progress]":
        """A bar on stderr while the work lasts; silent when quiet, with JSON, or away from a terminal."""
        if self.verbosity <= QUIET or _plain() or not self.screen.is_terminal:
            yield Progress()
            return
        from rich import progress as bars

        with bars.Progress(
            bars.TextColumn("{task.description}"),
            bars.BarColumn(bar_width=28, complete_style="cyan", finished_style="cyan"),
            bars.MofNCompleteColumn(),
            bars.TimeElapsedColumn(),
            console=self.screen,
            transient=True,
        ) as bar:
            yield Progress(bar, bar.add_task(label, total=None))


@dataclass
class Progress:
    """A bar, or the silence in its place."""

    _bar: Any = None
    _task: Any = None

    def expect(self, total: int, label: str) -> None:
        """Begin again for `total` steps under a new label."""
        if self._bar:
            self._bar.reset(self._task, total=total, description=label)

    def step(self, count: int = 1) -> None:
        """So many steps done."""
        if self._bar:
            self._bar.advance(self._task, count)


def harmless(text: str) -> str:
    """`text` for people, from whomever: control characters are shown, and no program reads a command in it.

    Line ends, tabs and colours stay.
    """
    shown = _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)
    return _COMMAND.sub(lambda found: f"{found[0]} ", shown)


def line(text: str) -> str:
    """`text` on one line: its line ends are shown."""
    return text.replace("\r", "\\r").replace("\n", "\\n")


def shown(path: Path) -> str:
    """`path` from here when it is below, else whole."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _told(value: object) -> str:
    """What JSON has no form for; times all have one, that with the T."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _echo(text: str, *, err: bool = False, color: bool | None = None) -> None:
    """Print. Where nobody reads any more, nothing is printed from then on, and the work goes on.

    Raises FileError when a result cannot be written, such as to a file on a full disk.
    """
    try:
        click.echo(text, err=err, color=color)
    except OSError as error:
        stream = sys.stderr if err else sys.stdout
        # Python would try again, and complain again, when it closes the stream at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not err and not isinstance(error, BrokenPipeError):
            raise FileError(f"cannot write the result: {error.strerror}") from error


def _plain() -> bool:
    # A program that is started without streams has None in their place.
    return not sys.stderr or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb"


def width() -> int:
    """The terminal's columns; 0 when stdout is none, so that nothing is cut."""
    if not sys.stdout or not sys.stdout.isatty():
        return 0
    return os.get_terminal_size(sys.stdout.fileno()).columns
