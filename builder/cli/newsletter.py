"""The newsletter a command works on: its folder, config and content."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from builder import files
from builder.cli.console import Console

if TYPE_CHECKING:
    from builder.config import Config
    from builder.content.library import Loaded
    from builder.gitrepo import Repo

CACHE = ".briefpress"
PREVIEW = f"{CACHE}/preview"
"""Where `serve` builds."""


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


def repo_of(root: Path, commit: bool) -> "Repo | None":
    """The git work tree around `root`, when there is one and commits are wanted."""
    from builder.gitrepo import Repo

    return Repo.at(root) if commit else None


def lock_of(root: Path, dry_run: bool) -> AbstractContextManager[None]:
    """What a command that writes much holds while it works; a dry run writes nothing, not even a lock."""
    return nullcontext() if dry_run else files.lock(root / CACHE / "lock")


def now() -> datetime:
    """The time in UTC, in whole seconds: the one place where the program asks for it."""
    return datetime.now(UTC).replace(microsecond=0)
