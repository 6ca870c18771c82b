"""What a remote has is taken and what we have is given, over real repositories, and nothing is forced."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worktree import git, make

from builder import gitremote
from builder.errors import GitError
from builder.gitrepo import Repo

LINES = "one\ntwo\nthree\nfour\nfive\nsix\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A work tree with one commit, pushed to a bare repository."""
    root = tmp_path / "ours"
    root.mkdir()
    (root / "a.md").write_text(LINES)
    made = make(root, monkeypatch)
    git(tmp_path, "init", "-q", "--bare", "origin.git")
    git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(root, "push", "-q", "--set-upstream", "origin", made.branch())
    return made


@pytest.fixture
def second(tmp_path: Path, repo: Repo) -> Path:
    git(tmp_path, "clone", "-q", "--branch", repo.branch(), "origin.git", "second")
    return tmp_path / "second"


def commit(root: Path, name: str, text: str) -> None:
    (root / name).write_text(text)
    git(root, "add", name)
    git(root, "commit", "-qm", f"Change {name}")


def there(repo: Repo) -> str:
    return git(repo.root.parent / "origin.git", "rev-parse", repo.branch()).strip()


def test_commits_of_ours_are_pushed_and_a_second_push_has_nothing_to_do(repo: Repo):
    to = gitremote.upstream(repo)
    commit(repo.root, "b.md", "b")

    assert gitremote.publish(repo, to) == 1
    assert there(repo) == repo.head()
    assert gitremote.publish(repo, to) == 0


def test_remote_that_moved_on_is_taken_first(repo: Repo, second: Path):
    commit(second, "a.md", LINES.replace("one", "1"))
    git(second, "push", "-q")
    commit(repo.root, "a.md", LINES.replace("six", "6"))
    commit(repo.root, "b.md", "b")
    (repo.root / "unsaved.md").write_text("kept")

    to = gitremote.upstream(repo)

    assert gitremote.catch_up(repo, to) == gitremote.Caught(taken=1, moved=2)
    assert (repo.root / "a.md").read_text() == LINES.replace("one", "1").replace("six", "6")
    assert (repo.root / "unsaved.md").read_text() == "kept"
    assert gitremote.publish(repo, to) == 2
    assert there(repo) == repo.head()
    git(second, "pull", "-q", "--ff-only")
    assert git(second, "log", "--format=%s").split("\n")[:3] == ["Change b.md", "Change a.md", "Change a.md"]
    assert git(repo.root, "worktree", "list").count("\n") == 1


def test_no_other_branch_is_moved_along_whatever_git_is_told(repo: Repo, second: Path):
    commit(second, "c.md", "c")
    git(second, "push", "-q")
    commit(repo.root, "b.md", "b")
    git(repo.root, "config", "rebase.updateRefs", "true")
    git(repo.root, "branch", "other")
    commit(repo.root, "d.md", "d")
    before = git(repo.root, "rev-parse", "other")

    assert gitremote.publish(repo, gitremote.upstream(repo)) == 2
    assert git(repo.root, "rev-parse", "other") == before


def test_commit_that_the_remote_has_already_is_dropped(repo: Repo, second: Path):
    for root in (second, repo.root):
        commit(root, "b.md", "b")
    commit(second, "c.md", "c")
    git(second, "push", "-q")

    assert gitremote.publish(repo, gitremote.upstream(repo)) == 0
    assert there(repo) == repo.head()


def test_what_does_not_fit_changes_nothing_and_names_the_file(repo: Repo, second: Path):
    commit(second, "a.md", LINES.replace("one", "theirs"))
    git(second, "push", "-q")
    commit(repo.root, "a.md", LINES.replace("one", "ours"))
    head, before = repo.head(), there(repo)

    with pytest.raises(GitError, match=r"has moved on.*both changed a\.md") as caught:
        gitremote.publish(repo, gitremote.upstream(repo))

    assert "git pull --rebase origin" in caught.value.faults[0].hint
    assert (repo.head(), there(repo), repo.unfinished()) == (head, before, "")
    assert (repo.root / "a.md").read_text() == LINES.replace("one", "ours")
    assert git(repo.root, "status", "--porcelain") == ""
    assert git(repo.root, "worktree", "list").count("\n") == 1


@pytest.mark.parametrize("name", ["a.md", "new.md"])
def test_file_that_is_not_committed_is_never_written_over(repo: Repo, second: Path, name: str):
    commit(second, name, "theirs")
    git(second, "push", "-q")
    (repo.root / name).write_text("an edit that nobody has but us")
    head = repo.head()

    with pytest.raises(GitError, match="cannot be taken here"):
        gitremote.catch_up(repo, gitremote.upstream(repo))

    assert repo.head() == head
    assert (repo.root / name).read_text() == "an edit that nobody has but us"


def test_what_others_took_out_of_the_history_is_not_put_back(repo: Repo, second: Path):
    commit(second, "secret.md", "a draft that leaked")
    git(second, "push", "-q")
    to = gitremote.upstream(repo)
    gitremote.catch_up(repo, to)
    git(second, "reset", "-q", "--hard", "HEAD^")
    commit(second, "c.md", "c")
    git(second, "push", "-q", "--force")
    before = there(repo)

    for _ in range(2):
        with pytest.raises(GitError, match="was rewritten"):
            gitremote.publish(repo, to)
    assert there(repo) == before


def test_push_that_a_hook_refuses_is_told_in_its_words(repo: Repo):
    hook = repo.root.parent / "origin.git" / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'this branch is protected' >&2\nexit 1\n")
    hook.chmod(0o755)
    commit(repo.root, "b.md", "b")

    with pytest.raises(GitError, match="this branch is protected"):
        gitremote.publish(repo, gitremote.upstream(repo))


def test_who_pushes_between_our_look_and_our_push_is_taken_too(repo: Repo, second: Path):
    # The first push of ours is preceded by one of the second clone, by our own hook.
    commit(second, "theirs.md", "theirs")
    hook = repo.root / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        f"#!/bin/sh\nunset $(git rev-parse --local-env-vars)\n"
        f"test -e {second}/done && exit 0\ntouch {second}/done\ngit -C {second} push -q\n"
    )
    hook.chmod(0o755)
    commit(repo.root, "ours.md", "ours")

    assert gitremote.publish(repo, gitremote.upstream(repo)) == 1
    assert there(repo) == repo.head()
    assert (repo.root / "theirs.md").is_file()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("checkout", "-q", "--detach"), "on no branch"),
        (("remote", "remove", "origin"), "no remote origin"),
    ],
)
def test_where_nothing_can_be_pushed_to_is_told(repo: Repo, command: tuple[str, ...], said: str):
    git(repo.root, *command)

    with pytest.raises(GitError, match=said):
        gitremote.upstream(repo)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)
@given(st.lists(st.sampled_from(["ours", "theirs", "ours publish", "theirs push"]), max_size=8))
def test_no_commit_is_lost_whoever_is_first(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, acts: list[str]
):
    root = tmp_path_factory.mktemp("law") / "ours"
    root.mkdir()
    (root / "a.md").write_text("a")
    repo = make(root, monkeypatch)
    git(root.parent, "init", "-q", "--bare", "origin.git")
    git(root, "remote", "add", "origin", str(root.parent / "origin.git"))
    git(root, "push", "-q", "--set-upstream", "origin", repo.branch())
    git(root.parent, "clone", "-q", "--branch", repo.branch(), "origin.git", "theirs")
    theirs, to = root.parent / "theirs", gitremote.upstream(repo)

    for number, act in enumerate([*acts, "theirs push", "ours publish"]):
        if act == "ours publish":
            gitremote.publish(repo, to)
        elif act == "theirs push":
            git(theirs, "pull", "-q", "--rebase")
            git(theirs, "push", "-q")
        else:
            commit(root if act == "ours" else theirs, f"{number}.md", act)

    assert there(repo) == repo.head()
    names = {f"{number}.md" for number, act in enumerate(acts) if act in ("ours", "theirs")}
    assert {path.name for path in root.glob("*.md")} == names | {"a.md"}
