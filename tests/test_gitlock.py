"""Locks that a killed git left are taken away where they are ours, and no others."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import worktree
import worlds

from builder import gitlock
from builder.errors import GitError
from builder.gitrepo import Repo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "refs" / "heads").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def dead() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def locks(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.lock")}


def lock(folder: Path, name: str, *, age_s: float = 0) -> None:
    (folder / name).touch()
    then = (folder / name).stat().st_mtime - age_s
    os.utime(folder / name, (then, then))


def test_what_a_dead_process_of_ours_locked_is_free(folder, dead):
    for name in ("index.lock", "HEAD.lock", f"next-index-{dead}.lock", "refs/heads/main.lock"):
        lock(folder, name)
    gitlock.note(folder, dead)
    gitlock.release(folder)

    assert not locks(folder)
    assert not (folder / gitlock.NOTE).exists()


def test_what_nobody_noted_stays(folder):
    lock(folder, "index.lock")
    gitlock.release(folder)

    assert locks(folder) == {"index.lock"}


def test_what_was_locked_at_another_time_or_by_another_process_stays(folder, dead):
    lock(folder, "index.lock", age_s=60)
    lock(folder, f"next-index-{dead + 1}.lock")
    gitlock.note(folder, dead)
    gitlock.release(folder)

    assert locks(folder) == {"index.lock", f"next-index-{dead + 1}.lock"}


def test_what_a_living_process_locked_stays(folder, monkeypatch):
    monkeypatch.setattr(gitlock, "PATIENCE_S", 0.1)
    lock(folder, "index.lock")
    gitlock.note(folder, os.getpid())
    gitlock.release(folder)

    assert locks(folder) == {"index.lock"}
    assert (folder / gitlock.NOTE).exists()


@pytest.mark.parametrize("text", ["", "no number", "99999999999999999999"])
def test_a_note_that_tells_nothing_takes_nothing_away(folder, text):
    lock(folder, "index.lock")
    (folder / gitlock.NOTE).write_text(text, encoding="utf-8")
    gitlock.release(folder)

    assert locks(folder) == {"index.lock"}


def test_a_commit_goes_on_where_ours_was_killed_and_no_other(make_site, monkeypatch, dead):
    root = make_site(f"-- {worlds.item_file(1)} --\n{worlds.item(1)}")
    repo = worktree.make(root, monkeypatch)
    path = root / worlds.item_file(1)
    path.write_text(worlds.item(1, title="New"), encoding="utf-8")
    lock(root / ".git", "index.lock")
    with pytest.raises(GitError, match=r"index\.lock"):
        repo.commit([path], "Change it\n")

    gitlock.note(root / ".git", dead)
    assert Repo(root).commit([path], "Change it\n")
    assert not (root / ".git" / gitlock.NOTE).exists()
