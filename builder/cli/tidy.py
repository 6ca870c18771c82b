"""`briefpress tidy`: removes what is safe to lose."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from builder import files
from builder.cli.console import Console
from builder.cli.engines import ANSWERS
from builder.cli.newsletter import CACHE, PREVIEW, Newsletter, lock_of, now, open_newsletter
from builder.cli.options import common, dry_run
from builder.cli.outside import MEMORY
from builder.cli.run import stray
from builder.errors import ContentError, FileError
from builder.gitrepo import Repo
from builder.text import count

_EVIDENCE = ".evidence.json"
_DAY_S = 86_400
_SPARE_BODIES = 2
"""When there are so many times more rendered bodies than items, most are of texts of before."""


_KINDS = {"rows": "rows of a cache"}
"""What a kind is called where its own name says too little."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that can go."""

    kind: str
    """`temporary`, `report`, `preview`, `evidence`, `answer` or `rows`."""
    path: str
    """From the newsletter's folder, with forward slashes."""
    size: int
    """Bytes; of rows, those that the file is smaller by, or 0 in a dry run, which cannot know."""


@click.command("tidy")
@click.option(
    "--days",
    type=click.IntRange(min=0),
    default=30,
    show_default=True,
    help="Keep reports, logs, previews and answers that are younger.",
)
@click.option("--content", is_flag=True, help="Also evidence in content/ whose item is gone and git has not.")
@click.option("--answers", is_flag=True, help="Also kept answers of a language model, which cost money.")
@dry_run
@common
@click.pass_obj
def command(console: Console, days: int, content: bool, answers: bool, dry_run: bool) -> int:
    """Remove what is safe to lose, and say how much room that makes.

    Files that a killed run left half written; old bug reports, logs and previews; in the caches what is known
    of feeds that are not followed and of items that are not there any more. Nothing that git holds is ever
    touched, and nothing in content/ without --content.
    """
    newsletter = open_newsletter(console)
    with lock_of(newsletter.root, dry_run):
        gone = [*_files(newsletter, days)]
        gone += [*_evidence(newsletter)] if content else []
        gone += [*_old(newsletter.root, f"{CACHE}/{ANSWERS}", "answer", days, deep=True)] if answers else []
        kept = [one for one in gone if _in_git(newsletter.root, one)]
        gone = [one for one in gone if one not in kept]
        if not dry_run:
            for one in gone:
                _remove(newsletter.root / one.path)
        gone += _rows(newsletter, dry_run=dry_run)
    for one in gone:
        console.detail(
            f"{'would remove' if dry_run else 'removed'} {one.path} ({one.kind}, {_size(one.size)})"
        )
    for one in kept:
        console.note(f"{one.path} is in git and stays: `git rm {one.path}`", "yellow")
    data = [{"kind": one.kind, "path": one.path, "bytes": one.size} for one in gone]
    total = sum(one.size for one in gone)
    console.result(
        {"removed": data, "bytes": total, "in_git": [one.path for one in kept]}, _table(console, gone)
    )
    told = count(len(gone), "thing") + (f", {_size(total)}" if total else "")
    console.note(f"{'would remove' if dry_run else 'removed'} {told}" if gone else "nothing to tidy")
    return 0


def _files(newsletter: Newsletter, days: int) -> Iterator[Loss]:
    root = newsletter.root
    for path in stray(newsletter.config):
        yield _loss(root, path, "temporary")
    for pattern in ("bug-*.txt", "*.log"):
        yield from _old(root, CACHE, "report", days, pattern=pattern)
    preview = root / PREVIEW
    if preview.is_dir() and _age_days(preview) >= days:
        yield _loss(root, preview, "preview")


def _old(
    root: Path, folder: str, kind: str, days: int, *, pattern: str = "*.json", deep: bool = False
) -> Iterator[Loss]:
    for path in sorted((root / folder).rglob(pattern) if deep else (root / folder).glob(pattern)):
        if path.is_file() and _age_days(path) >= days:
            yield _loss(root, path, kind)


def _evidence(newsletter: Newsletter) -> Iterator[Loss]:
    """Evidence files without their item. Raises ContentError where not all items could be read."""
    from builder.summary import evidence

    if newsletter.loaded.faults:
        raise ContentError(
            "what evidence belongs to cannot be told while content files are broken",
            "`briefpress check` names them.",
        )
    wanted = {evidence.path_of(item.path) for item in newsletter.loaded.library.items}
    for path in sorted((newsletter.root / "content" / "items").rglob(f"*{_EVIDENCE}")):
        if path.relative_to(newsletter.root).as_posix() not in wanted:
            yield _loss(newsletter.root, path, "evidence")


def _rows(newsletter: Newsletter, *, dry_run: bool) -> list[Loss]:
    """What the two caches know of feeds, items and texts that are no more."""
    from builder.ingest.origin import address
    from builder.memory import Memory
    from builder.state import State

    config, root = newsletter.config, newsletter.root
    feeds = {address(feed, config.site) for feed in config.feeds}
    items = {item.id for item in newsletter.loaded.library.items}
    found = []
    path = root / CACHE / MEMORY
    # Where a file is broken its item is not known, and what was read for it may be all that is left.
    if path.is_file() and not newsletter.loaded.faults:
        before = path.stat().st_size
        with Memory.of(path) if dry_run else Memory.open(path) as memory:
            rows = memory.forget_others(feeds, items)
        if rows:
            found.append(Loss("rows", f"{CACHE}/{MEMORY}", max(before - path.stat().st_size, 0)))
    path = root / CACHE / "state.db"
    if path.is_file():
        before = path.stat().st_size
        with State.open(path) as state:
            spare = state.count_bodies() > _SPARE_BODIES * max(len(items), 50)
            if spare and not dry_run:
                state.forget_bodies()
        if spare:
            found.append(Loss("rows", f"{CACHE}/state.db", max(before - path.stat().st_size, 0)))
    return found


def _in_git(root: Path, loss: Loss) -> bool:
    repo = Repo.at(root)
    return repo is not None and repo.holds(root / loss.path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        try:
            shutil.rmtree(path)
        except OSError as error:
            raise FileError(f"cannot remove {path}: {error.strerror}") from error
    else:
        files.remove(path)


def _loss(root: Path, path: Path, kind: str) -> Loss:
    return Loss(kind, path.relative_to(root).as_posix(), _bytes(path))


def _bytes(path: Path) -> int:
    if path.is_dir():
        return sum(Path(place, name).lstat().st_size for place, _, names in os.walk(path) for name in names)
    return path.lstat().st_size


def _age_days(path: Path) -> float:
    return (now().timestamp() - path.lstat().st_mtime) / _DAY_S


def _table(console: Console, gone: list[Loss]) -> str:
    kinds = dict.fromkeys(one.kind for one in gone)
    rows = []
    for kind in kinds:
        those = [one for one in gone if one.kind == kind]
        size = sum(one.size for one in those)
        rows.append((_KINDS.get(kind, kind), str(len(those)), _size(size) if size else ""))
    return console.table(("what", "number", "size"), rows)


def _size(size: int) -> str:
    for unit, least in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size >= least:
            return f"{size / least:,.1f} {unit}"
    return f"{size} B"
