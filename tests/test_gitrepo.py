from pathlib import Path

import pytest
import worktree
from worktree import committed, git

from builder.errors import GitError
from builder.gitrepo import Repo


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    for name in ("a.md", "b.md", "c.md"):
        (root / name).write_text("old\n")
    return root


@pytest.fixture
def repo(root: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    return worktree.make(root, monkeypatch)


def hook(root: Path, name: str, script: str) -> None:
    path = root / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_exactly_the_given_paths_are_committed_and_the_rest_stays_staged(root: Path, repo: Repo) -> None:
    for name in ("a.md", "b.md", "c.md"):
        (root / name).write_text("new\n")
    git(root, "add", "b.md")

    made = repo.commit([root / "a.md"], "Change a\n")

    assert committed(root) == ["a.md"]
    assert git(root, "rev-parse", "--short", "HEAD").strip() == made
    assert git(root, "status", "--porcelain").split("\n")[:2] == ["M  b.md", " M c.md"]


def test_new_and_removed_files_are_committed(root: Path, repo: Repo) -> None:
    (root / "a.md").unlink()
    new = root / "deep" / "ünïcode *.md"
    new.parent.mkdir()
    new.write_text("new\n")

    assert repo.commit([root / "a.md", new], "Move")

    assert git(root, "-c", "core.quotepath=off", "show", "--name-status", "--no-renames", "--format=") == (
        "D\ta.md\nA\tdeep/ünïcode *.md\n"
    )


def test_a_path_is_a_path_and_no_pattern(root: Path, repo: Repo) -> None:
    (root / "a.md").write_text("new\n")
    (root / "*.md").write_text("new\n")

    repo.commit([root / "*.md"], "Star")

    assert committed(root) == ["*.md"]


def test_nothing_to_commit_makes_no_commit(root: Path, repo: Repo) -> None:
    before = git(root, "rev-parse", "HEAD")

    assert repo.commit([root / "a.md", root / "never-was.md"], "Nothing") == ""
    assert repo.commit([], "Nothing") == ""

    assert git(root, "rev-parse", "HEAD") == before


def test_a_file_staged_and_gone_again_is_no_obstacle(root: Path, repo: Repo) -> None:
    (root / "new.md").write_text("new\n")
    git(root, "add", "new.md")
    (root / "new.md").unlink()
    (root / "a.md").write_text("new\n")

    assert repo.commit([root / "new.md", root / "a.md"], "Change")

    assert committed(root) == ["a.md"]


def test_the_first_commit_of_a_repository_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = worktree.make(tmp_path, monkeypatch)
    git(tmp_path, "update-ref", "-d", "HEAD")
    (tmp_path / "a.md").write_text("new\n")

    assert repo.commit([tmp_path / "a.md"], "First")

    assert git(tmp_path, "log", "--format=%s") == "First\n"


def test_the_message_is_kept_as_it_is(root: Path, repo: Repo) -> None:
    git(root, "config", "commit.cleanup", "strip")
    (root / "a.md").write_text("new\n")

    repo.commit([root / "a.md"], "# not a comment\n\nBriefpress-Item: 3f9a1c2b4d\n")

    assert git(root, "log", "-1", "--format=%B").strip() == "# not a comment\n\nBriefpress-Item: 3f9a1c2b4d"


def test_an_ignored_path_is_refused_by_name_and_nothing_is_staged(root: Path, repo: Repo) -> None:
    (root / ".gitignore").write_text("secret.md\n")
    (root / "secret.md").write_text("new\n")
    (root / "a.md").write_text("new\n")

    with pytest.raises(GitError, match=r"git ignores .*secret\.md") as refused:
        repo.commit([root / "a.md", root / "secret.md"], "Change")

    assert refused.value.exit_code == 6
    assert git(root, "diff", "--cached", "--name-only") == ""


def test_an_ignored_file_that_is_tracked_is_committed(root: Path, repo: Repo) -> None:
    (root / ".gitignore").write_text("a.md\n")
    (root / "a.md").write_text("new\n")

    assert repo.commit([root / "a.md"], "Change")


def test_a_missing_identity_is_told_with_what_to_do(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = worktree.make(root, monkeypatch, identity=False)
    (root / "a.md").write_text("new\n")

    with pytest.raises(GitError, match="who commits") as refused:
        repo.commit([root / "a.md"], "Change")

    assert "git config --global user.name" in refused.value.hint
    assert repo.author() == ""


def test_the_author_is_named_with_mail(repo: Repo) -> None:
    assert repo.author() == "Ed Itor <ed@example.org>"


def test_hooks_run_and_may_refuse(root: Path, repo: Repo) -> None:
    hook(root, "pre-commit", "echo 'too long' >&2; exit 1")
    (root / "a.md").write_text("new\n")

    with pytest.raises(GitError, match="git commit refused: too long"):
        repo.commit([root / "a.md"], "Change")


def test_a_merge_that_is_not_finished_is_told_in_words_of_git(root: Path, repo: Repo) -> None:
    (root / ".git" / "MERGE_HEAD").write_text(git(root, "rev-parse", "HEAD"))
    (root / "a.md").write_text("new\n")

    with pytest.raises(GitError, match="merge"):
        repo.commit([root / "a.md"], "Change")


def test_inside_a_hook_of_another_repository_ours_is_meant(
    root: Path, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    (root / "a.md").write_text("new\n")

    found = Repo.at(root)
    assert found and found.commit([root / "a.md"], "Change")

    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name)
    assert committed(root) == ["a.md"]


def test_a_newsletter_may_be_in_a_folder_of_the_tree(root: Path, repo: Repo) -> None:
    below = root / "brief"
    below.mkdir()
    (below / "a.md").write_text("new\n")

    found = Repo.at(below)
    assert found and found.root == root
    found.commit([below / "a.md"], "Change")

    assert committed(root) == ["brief/a.md"]


def test_where_there_is_no_tree_or_no_git_there_is_no_repo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert Repo.at(tmp_path) is None

    git(tmp_path, "init", "--quiet")
    assert Repo.at(tmp_path / ".git") is None

    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert Repo.at(tmp_path) is None


def test_without_git_a_commit_says_so(root: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root / "empty"))

    with pytest.raises(GitError, match="git cannot be run"):
        repo.commit([root / "a.md"], "Change")
