"""The newsletter a command works on: its folder, config and content."""

import json
import os
import shlex
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder import files
from builder.cli.console import Console, shown
from builder.errors import Fault, FileError
from builder.text import count

if TYPE_CHECKING:
    from builder.config import Config
    from builder.content.library import Loaded
    from builder.content.shelf import Shelf
    from builder.gitrepo import Repo

CACHE = ".briefpress"
PREVIEW = f"{CACHE}/preview"
"""Where `serve` builds."""
BORN = datetime(2026, 1, 1, tzinfo=UTC)
"""No copy of this program is older, so no true clock shows less."""


@dataclass(frozen=True)
class Newsletter:
    """What stands in one folder."""

    config: "Config"
    loaded: "Loaded"

    @property
    def root(self) -> Path:
        """The folder of config.yaml."""
        return self.config.root


def root_of(console: Console) -> Path:
    """The folder named by `--root`, or the nearest one above with a config.yaml. Raises ConfigError."""
    root = console.root or files.upward(Path.cwd(), "config.yaml")
    if root is None:
        from builder.config import find_root

        root = find_root(Path.cwd())
    console.root = root.resolve()
    return console.root


def config_of(console: Console, *, keep: bool = False) -> "Config":
    """The configuration of the folder named by `--root`, or of the nearest one above. Raises ConfigError.

    With `keep` the cache has it for the next command, if there is a cache.
    """
    from builder.config import load

    return load(root_of(console), keep=keep)


def open_newsletter(console: Console) -> Newsletter:
    """Config and content. Broken content files are in `loaded.faults` and are not told here."""
    from builder.content import library

    config = config_of(console)
    return Newsletter(config, library.load(config.root))


@contextmanager
def reading(root: Path) -> Iterator[tuple["Loaded", "Shelf"]]:
    """All content; what did not change since it was last read is taken from the cache, open for so long."""
    from builder.content import library
    from builder.content.shelf import Shelf
    from builder.publish.sources import TREES, Sources
    from builder.stamps import clock_of
    from builder.state import State

    with State.open(root / CACHE / "state.db") as state:
        sources = Sources(root, state, clock_of(root / CACHE))
        sources.read(TREES)
        shelf = Shelf(state, files.program(), sources.held)
        yield library.load(root, shelf, found=sources.plain), shelf
        shelf.save()
        sources.save()


def repo_of(root: Path, commit: bool) -> "Repo | None":
    """The git work tree around `root`, when there is one and commits are wanted."""
    from builder.gitrepo import Repo

    return Repo.at(root) if commit else None


def open_desk(console: Console, *, commit: bool, dry_run: bool = False) -> Newsletter:
    """As `open_newsletter`, for who is about to decide: what a killed run had begun is committed first."""
    if commit and not dry_run:
        finish_begun(console)
    return open_newsletter(console)


def finish_begun(console: Console) -> None:
    """Commit what a killed run had begun to decide, and tell of it; and of what cannot be committed."""
    from builder.content import unfinished

    repo = repo_of(root_of(console), commit=True)
    if repo is None:
        return
    for found in unfinished.finish(repo):
        if found.commit:
            console.note(f"committed what a killed run had begun: {found.subject}  {found.commit}")
            continue
        places = [repo.root / path for path in found.paths]
        what = f"a killed run had begun “{found.subject}”, which is not committed: {found.why}"
        hint = f"Look at it, then {how_to_commit(found.subject, places)}."
        console.fault(Fault(what, found.paths[0], hint=hint))


def how_to_commit(subject: str, paths: Sequence[Path]) -> str:
    """How people commit these files themselves, as a command."""
    named = ["--", *map(shown, paths)]
    return f"`{shlex.join(['git', 'add', *named])} && {shlex.join(['git', 'commit', '-m', subject, *named])}`"


@contextmanager
def lock_of(root: Path, dry_run: bool) -> Iterator[None]:
    """What a command that writes much holds while it works; a dry run writes nothing, not even a lock.

    Raises FileError that says who holds it, and since when. The lock of an owner that died is taken over.
    """
    if dry_run:
        yield
        return
    context = click.get_current_context(silent=True)
    owner = {
        "command": context.command_path if context else "briefpress",
        "process": os.getpid(),
        "host": socket.gethostname(),
        "since": now().isoformat(),
    }
    with files.lock(root / CACHE / "lock", json.dumps(owner), _owner_in_words):
        yield


def _owner_in_words(told: str) -> str:
    """Who holds a lock: "`briefpress pull`, process 12 on desk, since 2026-11-20 09:30 UTC (4 minutes)"."""
    try:
        owner = json.loads(told)
        since = datetime.fromisoformat(owner["since"])
        minutes = max((now() - since).total_seconds() // 60, 0)
        age = count(int(minutes), "minute") if minutes < 120 else count(int(minutes // 60), "hour")
        who = f"`{owner['command']}`, process {owner['process']} on {owner['host']}"
        return f"{who}, since {since:%Y-%m-%d %H:%M} UTC ({age})"
    except (ValueError, KeyError, TypeError, OverflowError):
        return told.strip()


def now() -> datetime:
    """The time in UTC, in whole seconds: the one place where the program asks for it."""
    return datetime.now(UTC).replace(microsecond=0)


def sure_now() -> datetime:
    """`now`, for what writes down when something was. Raises FileError when the clock cannot be right."""
    moment = now()
    if moment < BORN:
        raise FileError(
            f"the clock of this machine says {moment:%Y-%m-%d %H:%M}, before this program was written",
            "Set it, such as by `timedatectl set-ntp true`; nothing was written.",
        )
    return moment
