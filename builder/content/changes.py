"""Some files to write and remove, as one commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder import files
from builder.gitrepo import Repo
from builder.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to happen to the files of a newsletter, and why."""

    writes: Mapping[str, str] = field(default_factory=dict)
    """Path → text, relative to the newsletter's folder."""
    creates: Mapping[str, str] = field(default_factory=dict)
    """Path → text of files that must not be there yet."""
    removes: tuple[str, ...] = ()
    along: tuple[str, ...] = ()
    """Files that are not touched, and committed with the rest where they are there."""
    message: str
    """The subject of the commit."""
    trailers: tuple[str, ...] = ()
    """Lines such as `Briefpress-Item: 3f9a1c2b4d`."""


def apply(change: Change, root: Path, repo: Repo | None) -> str:
    """Write and remove the files of `change` below `root`, then commit exactly those when there is a `repo`.

    Returns the commit's short hash; empty without a repo, and when no file is other than it was. Raises
    FileError before anything is written when a path leads outside, and GitError when git refuses: the files
    then stand as changed, and are not committed. A file to create that is there is left alone: FileError.
    """
    creates = {files.inside(root, path): text for path, text in change.creates.items()}
    writes = {files.inside(root, path): text for path, text in change.writes.items()}
    removes = [_entry(root, path) for path in change.removes]
    for path, text in writes.items():
        files.write_atomic(path, text)
    for path, text in creates.items():
        files.create(path, text)
    for path in removes:
        files.remove(path)
    along = [path for path in (files.inside(root, path) for path in change.along) if path.is_file()]
    return repo.commit([*writes, *creates, *removes, *along], commit_message(change)) if repo else ""


def commit_message(change: Change) -> str:
    """The subject on one line, and the trailers in a paragraph of their own."""
    return "\n\n".join(filter(None, [fold(change.message), "\n".join(change.trailers)])) + "\n"


def _entry(root: Path, path: str) -> Path:
    # A link is itself removed, not what it leads to; only its folder is followed.
    return files.inside(root, str(Path(path).parent)) / Path(path).name
