from pathlib import Path

import pytest
import worktree

from builder.content.changes import Change, apply
from builder.errors import FileError, GitError
from builder.gitrepo import Repo


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "newsletter"
    root.mkdir()
    (root / "old.md").write_text("old\n")
    (root / "other.md").write_text("old\n")
    return root


def test_files_are_written_and_removed_without_git(root: Path) -> None:
    made = apply(Change(writes={"a/b.md": "new\n"}, removes=("old.md",), message="Move"), root, None)

    assert made == ""
    assert (root / "a/b.md").read_text() == "new\n"
    assert not (root / "old.md").exists()


def test_with_git_exactly_these_files_are_one_commit(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = worktree.make(root, monkeypatch)
    (root / "other.md").write_text("new\n")
    change = Change(
        writes={"a/b.md": "new\n"},
        removes=("old.md", "never-was.md"),
        message="Approve: Two\nlines",
        trailers=("Briefpress-Item: 3f9a1c2b4d", "Reviewed-by: Ed"),
    )

    made = apply(change, root, repo)

    assert worktree.git(root, "rev-parse", "--short", "HEAD").strip() == made
    assert sorted(worktree.committed(root)) == ["a/b.md", "old.md"]
    assert worktree.git(root, "log", "-1", "--format=%s|%(trailers:only,separator=%x7C)").strip() == (
        "Approve: Two lines|Briefpress-Item: 3f9a1c2b4d|Reviewed-by: Ed"
    )


def test_what_changes_nothing_is_no_commit(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = worktree.make(root, monkeypatch)

    assert apply(Change(writes={"old.md": "old\n"}, message="Nothing"), root, repo) == ""


@pytest.mark.parametrize("path", ["../out.md", "/tmp/out.md", "link/out.md"])
def test_nothing_is_written_when_a_path_leads_outside(root: Path, path: str) -> None:
    (root / "link").symlink_to(root.parent)

    with pytest.raises(FileError, match="leads outside"):
        apply(Change(writes={"a.md": "new\n", path: "new\n"}, message="Out"), root, None)
    with pytest.raises(FileError, match="leads outside"):
        apply(Change(writes={"a.md": "new\n"}, removes=(path,), message="Out"), root, None)

    assert not (root / "a.md").exists()


def test_a_link_is_removed_and_not_what_it_leads_to(root: Path) -> None:
    (root / "link.md").symlink_to(root / "old.md")

    apply(Change(removes=("link.md",), message="Remove"), root, None)

    assert not (root / "link.md").is_symlink()
    assert (root / "old.md").exists()


def refuse(root: Path, script: str = "exit 1") -> Path:
    """A hook of `root` that refuses every commit."""
    hook = root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{script}\n")
    hook.chmod(0o755)
    return hook


def test_without_an_author_nothing_is_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = worktree.make(root, monkeypatch, identity=False)

    with pytest.raises(GitError, match="does not know who commits"):
        apply(
            Change(writes={"old.md": "new\n", "a.md": "a"}, removes=("other.md",), message="No"), root, repo
        )

    assert worktree.git(root, "status", "--porcelain") == ""


def test_what_git_refuses_is_put_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = worktree.make(root, monkeypatch)
    (root / "other.md").write_text("an edit\n")
    (root / "beside.md").write_text("new\n")
    hook = refuse(root)
    before = worktree.git(root, "status", "--porcelain")
    change = Change(
        writes={"other.md": "new\n", "a/b.md": "new\n"},
        creates={"c.md": "new\n"},
        removes=("old.md",),
        along=("beside.md",),
        message="Try",
    )

    with pytest.raises(GitError, match="refused") as caught:
        apply(change, root, repo)

    assert "Nothing was changed" in caught.value.hint
    assert worktree.git(root, "status", "--porcelain") == before
    assert (root / "other.md").read_text() == "an edit\n"
    assert (root / "old.md").read_text() == "old\n"
    hook.unlink()
    assert apply(change, root, repo)
    assert worktree.git(root, "status", "--porcelain") == ""


def test_what_somebody_wrote_meanwhile_stays(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = worktree.make(root, monkeypatch)
    refuse(root, "echo theirs >> old.md; exit 1")

    with pytest.raises(GitError) as caught:
        apply(Change(writes={"old.md": "new\n", "other.md": "new\n"}, message="Try"), root, repo)

    assert (root / "old.md").read_text() == "new\ntheirs\n"
    assert (root / "other.md").read_text() == "new\n"
    assert "Your files are written" in caught.value.hint


def test_what_is_committed_stays_whatever_follows(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = worktree.make(root, monkeypatch)

    def commit(paths: list[Path], message: str) -> str:
        Repo.commit(repo, paths, message)
        raise GitError("git rev-parse refused")

    monkeypatch.setattr(repo, "commit", commit)
    with pytest.raises(GitError):
        apply(Change(writes={"old.md": "new\n"}, message="Done"), root, repo)

    assert (root / "old.md").read_text() == "new\n"
    assert worktree.git(root, "status", "--porcelain") == ""


def test_a_half_written_change_is_put_back(root: Path) -> None:
    with pytest.raises(FileError, match="cannot write"):
        apply(Change(writes={"old.md": "new\n"}, creates={"other.md": "new\n"}, message="Half"), root, None)

    assert ((root / "old.md").read_text(), (root / "other.md").read_text()) == ("old\n", "old\n")
