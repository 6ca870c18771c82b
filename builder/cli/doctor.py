"""`briefpress doctor`."""

import os
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from builder.cli import checkup
from builder.cli.check import EXIT_FINDINGS
from builder.cli.checkup import Check, State, fail, warn
from builder.cli.console import Console, width
from builder.cli.newsletter import CACHE, now
from builder.cli.options import common
from builder.errors import BriefpressError, Fault
from builder.gitrepo import Repo
from builder.text import count

_COLOURS = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}
_INDENT = 16


@click.command("doctor")
@click.option("--network", is_flag=True, help="Also ask each feed's host whether it answers.")
@common
@click.pass_obj
def command(console: Console, network: bool) -> int:
    """Look at all that Briefpress stands on, and say how to mend what is wrong.

    Python and its packages, git, the config, the caches, the clock, the disk, the schedule and the mail; with
    --network the hosts of the feeds. Nothing is written. Outside of a newsletter the machine alone is looked
    at. Exit code 1 when something cannot work.
    """
    found = tuple(_checks(console, network=network))
    tally = Counter(check.state for check in found)
    problems = [check for check in found if check.state is not State.OK]
    console.problems.extend(Fault(f"{check.area}: {check.said}", hint=check.fix) for check in problems)
    data = {"checks": [asdict(check) for check in found], **{state.value: tally[state] for state in State}}
    console.result(data, _drawn(found), ok=not tally[State.FAIL])
    told = [f"{tally[State.OK]} in order"]
    told += [f"{tally[State.WARN]} to look at"] if tally[State.WARN] else []
    told += [f"{count(tally[State.FAIL], 'thing')} that cannot work"] if tally[State.FAIL] else []
    console.note(", ".join(told))
    return EXIT_FINDINGS if tally[State.FAIL] else 0


def _checks(console: Console, *, network: bool) -> Iterator[Check]:
    from builder.cli import premises

    root = console.root.resolve() if console.root else checkup.folder_of_newsletter(Path.cwd())
    folder = root or Path.cwd()
    console.root = root
    yield from checkup.program()
    yield from checkup.git(folder)
    moment = now()
    yield checkup.clock(moment, _last_commit(folder))
    if root is None:
        yield from checkup.disk(folder, ())
        yield warn("config", "there is no newsletter here", "`briefpress init DIR` starts one.")
        return
    config, told = premises.config(root)
    output = config.build.output if config else "site"
    places = (root, root / "content", root / "content/items", root / CACHE, root / output)
    yield from checkup.disk(root, places)
    yield from told
    yield from premises.caches(root)
    if config is None:
        return
    yield premises.engine(config)
    yield from _whole("content", premises.content(config, moment))
    yield from _whole("mail", premises.mail(config, os.environ))
    if network:
        yield from _whole("network", premises.hosts(config))


def _whole(area: str, checks: Iterator[Check]) -> Iterator[Check]:
    """`checks`; what keeps one of them from looking is a finding too, and no end."""
    try:
        yield from checks
    except BriefpressError as error:
        yield fail(area, str(error), error.hint or "`briefpress check` says more.")


def _last_commit(folder: Path) -> datetime | None:
    try:
        repo = Repo.at(folder)
    except BriefpressError:
        return None
    return repo.last_commit() if repo else None


def _drawn(checks: tuple[Check, ...]) -> str:
    """One line a check, and under it what to do; an area is named once."""
    room = width()
    lines = []
    before = ""
    for check in checks:
        mark = click.style(
            f"{check.state.value:<5}", fg=_COLOURS[check.state], bold=check.state is State.FAIL
        )
        area = check.area if check.area != before else ""
        before = check.area
        said, *more = _wrapped(check.said, room)
        lines.append(f"{mark} {area:<10}{said}")
        lines += [" " * _INDENT + part for part in more]
        if check.fix:
            lines += [click.style(" " * _INDENT + part, dim=True) for part in _wrapped(check.fix, room)]
    return "\n".join(lines)


def _wrapped(text: str, room: int) -> list[str]:
    """`text` in lines that fit beside the columns; one line where nothing limits them."""
    least = 20
    return textwrap.wrap(text, max(room - _INDENT, least), break_on_hyphens=False) if room else [text]
