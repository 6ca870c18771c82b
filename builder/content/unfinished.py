"""Changes on their way into git: noted before the first file is written, until they are committed.

Who is killed on the way leaves the note, in git's own folder. The next run that commits makes the same commit
of the same files, so that a decision is never there without one.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from builder import digest, files
from builder.errors import FileError, GitError
from builder.gitrepo import Repo

FOLDER = "briefpress-unfinished"
"""In git's folder: one note for each process that is about to commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A change that a killed run had begun, and what became of it."""

    subject: str
    """The first line of its commit."""
    paths: tuple[str, ...]
    """From the top of the work tree."""
    commit: str = ""
    """The short hash of the commit that was made now; empty where none could be."""
    why: str = ""
    """Why none could be; empty where one was made."""
    again: bool = False
    """Whether the next run tries once more."""


def note(
    repo: Repo,
    before: Mapping[Path, bytes | None],
    after: Mapping[Path, bytes | None],
    along: Sequence[Path],
    message: str,
) -> Path:
    """Note what is about to be written and committed: each file as it is and is to be, None for no file.

    `along` are files that are committed with them as they stand. Raises FileError.
    """
    told = {
        "message": message,
        "along": [repo.path_of(path) for path in along],
        "files": [
            {
                "path": _named(repo, path),
                "before": _known(before[path]),
                "after": None if held is None else held.decode("utf-8"),
            }
            for path, held in after.items()
        ],
    }
    place = repo.folder / FOLDER / f"{os.getpid()}.json"
    files.write_atomic(place, json.dumps(told, ensure_ascii=False))
    return place


def forget(place: Path | None) -> None:
    """Take a note away, if there is one: what it tells of is committed, or undone."""
    if place:
        with suppress(OSError):
            place.unlink(missing_ok=True)


def finish(repo: Repo) -> Iterator[Found]:
    """Commit what runs that are no more had begun to write, each by itself; nothing of what they had not.

    Where one had written some of its files, the others are written. What somebody has changed since is left
    to them, and told.
    """
    for number, theirs in enumerate(sorted((repo.folder / FOLDER).glob("*.json"))):
        process = theirs.stem.partition("-")[0]
        if process.isdecimal() and files.lives(int(process)):
            continue
        ours = theirs.with_name(f"{os.getpid()}-{number}.json")
        try:
            # In one step, so that of two that find it only one goes on.
            theirs.replace(ours)
            found = _finished(repo, json.loads(files.read_bytes(ours)))
        except (OSError, FileError, ValueError, KeyError, TypeError):
            # Found by another, or written by no version that we know.
            forget(ours)
            continue
        if found:
            yield found
        if not (found and found.again):
            forget(ours)


def _finished(repo: Repo, told: Mapping[str, object]) -> Found | None:
    """What became of one note; None when there was nothing to do."""
    message = str(told["message"])
    rows: list[Mapping[str, str | None]] = told["files"]  # type: ignore[assignment]
    places = {_inside(repo, str(row["path"])): row for row in rows}
    along = [_inside(repo, str(path)) for path in told["along"]]  # type: ignore[attr-defined]
    named = [*places, *(path for path in along if path.is_file())]
    paths = tuple(_named(repo, path) for path in places)
    subject = message.partition("\n")[0]
    now = {path: _held(path) for path in places}
    wanted = {path: _bytes(row["after"]) for path, row in places.items()}
    if all(_known(now[path]) == row["before"] for path, row in places.items()) or repo.has(named):
        return None
    if any(now[path] != wanted[path] and _known(now[path]) != row["before"] for path, row in places.items()):
        if _is_committed(repo, paths, wanted.values()):
            # By hand, and then it was edited: what is open now is no decision.
            return None
        return Found(subject=subject, paths=paths, why="it was changed since")
    try:
        for path, held in wanted.items():
            if held is None:
                files.remove(path)
            elif held != now[path]:
                files.write_atomic(path, held)
        commit = repo.commit(named, message)
    except (FileError, GitError) as error:
        return Found(subject=subject, paths=paths, why=error.faults[0].message, again=True)
    return Found(subject=subject, paths=paths, commit=commit) if commit else None


def _is_committed(repo: Repo, paths: Sequence[str], wanted: Iterable[bytes | None]) -> bool:
    """Whether the files at `paths` were in the last commit as they were to be."""
    held = repo.held_at("HEAD", paths)
    return all(held.get(path) == data for path, data in zip(paths, wanted, strict=True))


def _named(repo: Repo, path: Path) -> str:
    """`path` from the top of the work tree; a link by its own name."""
    return (PurePosixPath(repo.path_of(path.parent)) / path.name).as_posix()


def _inside(repo: Repo, path: str) -> Path:
    folder, _, name = path.rpartition("/")
    return files.inside(repo.root, folder) / name


def _held(path: Path) -> bytes | None:
    return files.read_bytes(path) if path.is_file() else None


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("utf-8")


def _known(held: bytes | None) -> str:
    return "" if held is None else digest.of_bytes(held)
