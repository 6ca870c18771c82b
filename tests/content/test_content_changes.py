from pathlib import Path

import pytest
import worktree

from builder.content.changes import Change, apply
from builder.errors import FileError


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
