"""What `briefpress doctor` finds: one noun, and what it looks at on the machine, newsletter or none."""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from builder import __version__, files, gitcommand, gitrepo
from builder.cli.newsletter import BORN
from builder.errors import GitError

if TYPE_CHECKING:
    from builder.gitrepo import Repo

DISTRIBUTION = "briefpress"
EXTRAS = {
    "fast": "Markdown by comrak, for large sites",
    "review": "the terminal screen of `briefpress review`",
    "images": "pictures for link previews",
    "search": "an index by Pagefind, for sites of many thousand items",
    "import": "HTML of other newsletters as Markdown, in `briefpress import`",
    "s3": "`briefpress deploy` to storage that speaks S3",
}
"""What each extra gives. Those for the work on the program itself are not told."""
_OUR_OWN = frozenset({"dev", "models-test"})

_DRIFT = timedelta(minutes=5)
_REST = timedelta(days=3 * 365)
"""A clock so far after the last commit is more likely wrong than a newsletter rested so long."""
_LITTLE_SPACE = 200 * 2**20
_NO_SPACE = 20 * 2**20
_FEW_FILES = 1000


class State(StrEnum):
    """How one thing stands."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    area: str
    """`git`, `disk` …; several checks may share one."""
    state: State
    said: str
    """What was found, in a few words."""
    fix: str = ""
    """What to do about it; empty where all is well."""


def ok(area: str, said: str) -> Check:
    """All is well."""
    return Check(area, State.OK, said)


def warn(area: str, said: str, fix: str) -> Check:
    """It works now, and may not later, or not as wanted."""
    return Check(area, State.WARN, said, fix)


def fail(area: str, said: str, fix: str) -> Check:
    """Something cannot work."""
    return Check(area, State.FAIL, said, fix)


def program() -> Iterator[Check]:
    """Python, the packages that the program stands on, and the extras."""
    yield ok("python", f"{sys.version.split()[0]}, briefpress {__version__}")
    told = _requirements()
    if not told:
        yield warn(
            "packages",
            "briefpress runs without being installed",
            "`pip install briefpress` in a virtual environment lets what it needs be checked.",
        )
        return
    core = [name for name, extra in told if not extra]
    if missing := [name for name in core if not _installed(name)]:
        yield fail("packages", f"missing: {', '.join(missing)}", f"`pip install --upgrade {DISTRIBUTION}`")
    else:
        yield ok("packages", f"all {len(core)} are here")
    for extra, gives in EXTRAS.items():
        parts = [name for name, of in told if of == extra]
        if parts and all(map(_installed, parts)):
            yield ok("extras", f"{extra}: {gives}")
        else:
            yield ok("extras", f"{extra} is not installed: {gives}; `pip install '{DISTRIBUTION}[{extra}]'`")


def has_extra(extra: str) -> bool:
    """Whether all parts of an extra are installed."""
    parts = [name for name, of in _requirements() if of == extra]
    return bool(parts) and all(map(_installed, parts))


def git(folder: Path) -> Iterator[Check]:
    """The command, and the repository around `folder`."""
    found = gitcommand.version()
    oldest = ".".join(map(str, gitrepo.OLDEST))
    if not found:
        yield warn("git", "there is no command git", "Install git; without it nothing is committed.")
        return
    if tuple(map(int, found.split(".")[:2])) < gitrepo.OLDEST:
        yield fail("git", f"git {found} is too old", f"Install git {oldest} or newer.")
        return
    try:
        repo = gitrepo.Repo.at(folder)
    except GitError as error:
        yield fail("git", str(error), error.hint)
        return
    if repo is None:
        hint = "`git init` begins one: reviews and proposals go through git."
        yield warn("git", f"git {found}; {folder.name or folder} is in no repository", hint)
        return
    yield from _repository(repo, found)


def _repository(repo: "Repo", version: str) -> Iterator[Check]:
    if who := repo.author():
        yield ok("git", f"git {version}, as {who}")
    else:
        yield fail(
            "git",
            f"git {version} does not know who commits",
            gitrepo.IDENTITY_HINT,
        )
    if what := repo.unfinished():
        end = "end it, or go back with `git bisect reset`" if what == "bisect" else f"`git {what} --abort`"
        yield fail("git", f"a {what} is under way", f"`git {what} --continue` once it is settled, or {end}.")
    elif not repo.branch():
        yield warn(
            "git", "HEAD is on no branch: commits made here are easily lost", "`git switch main`, or yours."
        )
    elif repo.last_commit() is None:
        yield warn("git", "nothing is committed yet", '`git add . && git commit -m "Begin"`')
    if not repo.remote("origin"):
        yield warn("git", "there is no remote origin: proposals stay here", "`git remote add origin ADDRESS`")


def clock(now: datetime, last: datetime | None) -> Check:
    """Whether `now` can be the time, when the last commit was made at `last`."""
    shown = f"{now:%Y-%m-%d %H:%M} UTC"
    fix = "Set the clock of this machine, such as by `timedatectl set-ntp true`."
    if now < BORN:
        return fail("clock", f"{shown} is before this program was written", fix)
    if last and last - now > _DRIFT:
        return fail("clock", f"{shown} is before the last commit ({last:%Y-%m-%d %H:%M})", fix)
    if last and now - last > _REST:
        return warn("clock", f"{shown} is {(now - last).days // 365} years after the last commit", fix)
    return ok("clock", shown)


def disk(root: Path, places: tuple[Path, ...]) -> Iterator[Check]:
    """Room, whether each of `places` can be written to, and how names are told apart."""
    try:
        usage = shutil.disk_usage(root)
        left = os.statvfs(root)
    except OSError as error:
        yield fail("disk", f"{root}: {error.strerror}", "See that the disk is there and can be read.")
        return
    room = f"{usage.free / 2**30:,.1f} GiB free of {usage.total / 2**30:,.1f}"
    fix = "Make room: `briefpress tidy` removes what is safe to lose."
    if usage.free < _NO_SPACE:
        yield fail("disk", room, fix)
    elif usage.free < _LITTLE_SPACE:
        yield warn("disk", room, fix)
    elif left.f_files and left.f_favail < _FEW_FILES:
        yield warn("disk", f"room for {left.f_favail:,} more files only", fix)
    else:
        yield ok("disk", room)
    shut = [place for place in (*places, Path(tempfile.gettempdir())) if not _writable(place)]
    for place in shut:
        yield fail(
            "disk",
            f"{place} cannot be written to",
            "Give yourself the right to (`ls -ld` shows whose it is), or mount it for writing.",
        )
    if not shut:
        yield ok("disk", "all folders can be written to")
    if (root / "config.yaml").is_file() and (root / "CONFIG.YAML").exists():
        yield ok("disk", "names that differ in capitals only are one file here, and two elsewhere")


def folder_of_newsletter(start: Path) -> Path | None:
    """The nearest folder with a config.yaml; None when there is none."""
    return files.upward(start, "config.yaml")


def _writable(place: Path) -> bool:
    """Whether a file could be put there; folders that are not yet are made in the nearest that is."""
    while not place.exists() and place != place.parent:
        place = place.parent
    return os.access(place, os.W_OK | os.X_OK)


def _requirements() -> list[tuple[str, str]]:
    """Each distribution that we ask for, with the extra that wants it; empty when we are not installed."""
    try:
        told = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return []
    found = []
    for line in told:
        name = re.match(r"[A-Za-z0-9._-]+", line)
        extra = re.search(r"""extra\s*==\s*["']([^"']+)""", line)
        if name and (not extra or extra[1] not in _OUR_OWN):
            found.append((name[0], extra[1] if extra else ""))
    return found


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
