"""Who is killed between writing a decision and its commit: the same command, given again, commits it."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import worktree
import worlds
from worktree import git

from builder import files
from builder.cli.console import Console
from builder.cli.main import run
from builder.content import unfinished
from builder.gitrepo import Repo

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

COMMANDS = {
    "approve": (["approve", worlds.item_id(1)], 0),
    "approve many": (["approve", "--feed", "example"], 0),
    "reject": (["reject", worlds.item_id(1), "--reason", "An advertisement"], 0),
    "reopen": (["reopen", worlds.item_id(5)], 0),
    "edition move": (["edition", "move", "1", worlds.item_id(6), "--before", worlds.item_id(5)], 0),
    # What is done already is refused with a word, and committed all the same.
    "edition publish": (["edition", "publish", "1"], 5),
    "correct": (["correct", worlds.item_id(8), "--what", "It said 12.", "--right", "It is 14."], 0),
    "story split": (["story", "split", worlds.item_id(3)], 5),
    "story merge": (["story", "merge", worlds.item_id(2), worlds.item_id(9)], 5),
}


@pytest.fixture
def root(make_site, monkeypatch) -> Path:
    """Drafts, approved items, two editions and two stories, in git."""
    held = {"config.yaml": worlds.config("editions"), ".gitignore": ".briefpress/\n"}
    stories = {2: 2, 3: 2, 4: 2, 9: 9, 10: 9}
    for number in range(1, 11):
        status = "draft" if number < 4 else "approved"
        feed = "example" if number < 3 else "other"
        text = worlds.item(number, status=status, feed=feed, story=stories.get(number, 0))
        held[worlds.item_file(number)] = text
    held["content/editions/0001.md"] = worlds.edition(1, [5, 6], published=False)
    held["content/editions/0002.md"] = worlds.edition(2, [8])
    root = make_site("\n".join(f"-- {path} --\n{text}" for path, text in held.items()))
    worktree.make(root, monkeypatch)
    return root


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


def killed(root: Path, command: list[str], arrange: Callable[[], None]) -> None:
    """Run the command in a process of its own in which `arrange` has set where it is killed."""
    pid = os.fork()
    if not pid:
        try:
            arrange()
            run(Console(), [*command, "--root", str(root)])
        finally:
            os._exit(70)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def at_the_commit() -> None:
    def die(*_: object) -> str:
        os.kill(os.getpid(), signal.SIGKILL)
        return ""

    Repo.commit = die  # type: ignore[method-assign]


def at_the_second_file() -> None:
    write, written = files.write_atomic, []

    def die(path: Path, data: str | bytes, *, durable: bool = True) -> None:
        if "content" in path.parts:
            written.append(path)
        if len(written) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        write(path, data, durable=durable)

    files.write_atomic = die


def decisions(root: Path, since: str) -> list[tuple[str, str, list[str]]]:
    """Each commit after `since`, the oldest first: subject, trailers, and the files it touched."""
    told = git(root, "log", "--reverse", "--format=%H|%s|%(trailers:only,separator=%x2C)", f"{since}..HEAD")
    rows = (line.split("|") for line in told.splitlines())
    return [(subject, trailers, worktree.committed(root, commit)) for commit, subject, trailers in rows]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_decision_without_its_commit_is_committed_by_the_same_command(root, capsys, name):
    command, code = COMMANDS[name]
    start = git(root, "rev-parse", "HEAD").strip()
    assert brief(root, *command) == 0
    wanted = decisions(root, start)
    assert wanted
    git(root, "reset", "--quiet", "--hard", start)

    killed(root, command, at_the_commit)
    assert decisions(root, start) == []
    assert git(root, "status", "--porcelain").strip()
    assert brief(root, *command) == code
    assert "committed what a killed run had begun: " in capsys.readouterr().err
    assert decisions(root, start) == wanted
    assert git(root, "status", "--porcelain") == ""
    assert not list((root / ".git" / unfinished.FOLDER).iterdir())


def test_a_decision_on_several_files_is_not_left_at_the_first(root, capsys):
    command, code = COMMANDS["story merge"]
    git(root, "tag", "start")
    assert brief(root, *command) == 0
    wanted = decisions(root, "start")
    assert len(wanted[0][2]) == 2
    git(root, "reset", "--quiet", "--hard", "start")

    killed(root, command, at_the_second_file)
    assert len(git(root, "status", "--porcelain", "--untracked-files=all").splitlines()) == 1
    assert brief(root, *command) == code
    assert decisions(root, "start") == wanted
    assert git(root, "status", "--porcelain") == ""


def test_another_decision_commits_the_one_before_by_itself(root):
    git(root, "tag", "start")
    killed(root, ["approve", worlds.item_id(1)], at_the_commit)
    assert brief(root, "reject", worlds.item_id(2)) == 0

    assert [paths for *_, paths in decisions(root, "start")] == [[worlds.item_file(1)], [worlds.item_file(2)]]


def test_what_somebody_changed_since_is_theirs_to_commit(root, capsys):
    killed(root, ["approve", worlds.item_id(1)], at_the_commit)
    path = root / worlds.item_file(1)
    path.write_text(path.read_text(encoding="utf-8") + "One more.\n", encoding="utf-8")
    before = git(root, "rev-parse", "HEAD")

    assert brief(root, "reopen", worlds.item_id(5), "--dry-run") == 0
    assert "killed" not in capsys.readouterr().err
    assert brief(root, "edition", "unpublish", "2", "--no-commit") == 0
    assert brief(root, "reopen", worlds.item_id(6)) == 0
    told = capsys.readouterr().err
    assert "a killed run had begun “Approve: Item 1”, which is not committed: it was changed since" in told
    assert f"git add -- {path} && git commit -m 'Approve: Item 1' -- {path}" in told
    assert git(root, "rev-parse", "HEAD~1") == before
    assert brief(root, "reopen", worlds.item_id(7)) == 0
    assert "killed" not in capsys.readouterr().err


def test_what_was_committed_by_hand_and_then_edited_is_no_open_decision(root, capsys):
    killed(root, ["approve", worlds.item_id(1)], at_the_commit)
    git(root, "commit", "--quiet", "--all", "--message=By hand")
    path = root / worlds.item_file(1)
    path.write_text(path.read_text(encoding="utf-8") + "One more.\n", encoding="utf-8")

    assert brief(root, "reopen", worlds.item_id(6)) == 0
    assert "killed" not in capsys.readouterr().err
    assert worktree.committed(root) == [worlds.item_file(6)]
    assert not list((root / ".git" / unfinished.FOLDER).iterdir())


def test_what_git_refuses_is_told_until_it_is_settled(root, capsys):
    killed(root, ["approve", worlds.item_id(1)], at_the_commit)
    hook = root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    for _ in range(2):
        assert brief(root, "edition", "move", "1", worlds.item_id(6), "--before", worlds.item_id(5)) == 6
        assert "which is not committed: git commit refused" in capsys.readouterr().err
    hook.unlink()

    assert brief(root, "approve", worlds.item_id(1)) == 0
    assert worktree.committed(root) == [worlds.item_file(1)]
    assert git(root, "status", "--porcelain") == ""


def test_who_is_at_work_is_left_alone(root):
    killed(root, ["approve", worlds.item_id(1)], at_the_commit)
    folder = root / ".git" / unfinished.FOLDER
    (note,) = folder.iterdir()
    living = note.rename(folder / f"{os.getppid()}.json")
    (folder / "1-a.json").write_text("torn", encoding="utf-8")
    before = git(root, "rev-parse", "HEAD")

    assert list(unfinished.finish(Repo(root))) == []
    assert living.exists()
    assert git(root, "rev-parse", "HEAD") == before
