"""Some files to write and remove, as one commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from builder import files
from builder.content import unfinished
from builder.errors import FileError, GitError
from builder.gitrepo import Repo
from builder.text import fold

_PUT_BACK_HINT = "Nothing was changed: the files are as they were. Settle this, then give the command again."


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
    FileError before anything is written when a path leads outside, and GitError when nobody is named as
    author or a merge is under way. When the disk or git refuses later, all files are put back as they were,
    unless somebody has written one of them meanwhile: then they stand as changed, and are not committed. A
    file to create that is there is left alone: FileError. Who is killed on the way is finished by the next
    run that commits: `builder.content.unfinished`.
    """
    creates = {files.inside(root, path): text for path, text in change.creates.items()}
    writes = {files.inside(root, path): text for path, text in change.writes.items()}
    removes = [_entry(root, path) for path in change.removes]
    along = [path for path in (files.inside(root, path) for path in change.along) if path.is_file()]
    named = [*writes, *creates, *removes, *along]
    touched = _Touched({**writes, **creates}, removes)
    noted: Path | None = None
    if repo and touched.is_any:
        repo.require_author()
        repo.require_settled(named)
        noted = unfinished.note(repo, touched.before, touched.after, along, commit_message(change))
    try:
        for path, text in writes.items():
            files.write_atomic(path, text)
        for path, text in creates.items():
            files.create(path, text)
        for path in removes:
            files.remove(path)
        commit = repo.commit(named, commit_message(change)) if repo else ""
    except GitError as error:
        # Git may have committed and failed after that.
        is_undone = repo and touched.is_any and not repo.has(named) and touched.put_back()
        unfinished.forget(noted)
        if repo and is_undone:
            repo.unstage(named)
            raise GitError(error.faults[0].message, _PUT_BACK_HINT) from error
        raise
    except FileError:
        touched.put_back()
        unfinished.forget(noted)
        raise
    unfinished.forget(noted)
    return commit


class _Touched:
    """Files as they were before they are changed, and as they are to be."""

    def __init__(self, texts: Mapping[Path, str], removed: Sequence[Path]) -> None:
        self.before = {path: _held(path) for path in (*texts, *removed)}
        after: dict[Path, bytes | None] = {path: text.encode("utf-8") for path, text in texts.items()}
        self.after = {**after, **dict.fromkeys(removed)}

    @property
    def is_any(self) -> bool:
        """Whether anything is to be other than it was."""
        return self.before != self.after

    def put_back(self) -> bool:
        """Make every file what it was, if none has been made a third thing since; whether that was done."""
        # A link has no words of its own to write again.
        if any(path.is_symlink() for path in self.before):
            return False
        now = {path: _held(path) for path in self.before}
        if any(held not in (self.before[path], self.after[path]) for path, held in now.items()):
            return False
        try:
            for path, before in self.before.items():
                if now[path] == before:
                    continue
                if before is None:
                    files.remove(path)
                else:
                    files.write_atomic(path, before)
        except FileError:
            return False
        return True


def _held(path: Path) -> bytes | None:
    """The bytes of the file at `path`; None when there is none."""
    return files.read_bytes(path) if path.is_file() else None


def commit_message(change: Change) -> str:
    """The subject on one line, and the trailers in a paragraph of their own."""
    return "\n\n".join(filter(None, [fold(change.message), "\n".join(change.trailers)])) + "\n"


def _entry(root: Path, path: str) -> Path:
    # A link is itself removed, not what it leads to; only its folder is followed.
    return files.inside(root, str(Path(path).parent)) / Path(path).name
