"""New drafts on a branch of their own, with real git and a real remote."""

import json
from pathlib import Path

import pytest
import worktree
import worlds
from worktree import git

from builder.cli.console import Console
from builder.cli.main import run


@pytest.fixture
def root(make_site, monkeypatch, tmp_path) -> Path:
    folder = make_site(f"-- config.yaml --\n{worlds.config()}\n-- .gitignore --\n.briefpress/\nsite/")
    worktree.make(folder, monkeypatch)
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(folder, "remote", "add", "origin", str(tmp_path / "origin.git"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    return folder


def draft(root: Path, number: int, status: str = "draft") -> None:
    path = root / worlds.item_file(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(worlds.item(number, status=status), encoding="utf-8")


def propose(root: Path, capsys, *options: str) -> dict:
    capsys.readouterr()
    assert run(Console(), ["propose", "--json", "--root", str(root), *options]) == 0
    return json.loads(capsys.readouterr().out)["data"]


def on(root: Path, branch: str) -> list[str]:
    return git(root, "ls-tree", "-r", "--name-only", branch, "content").split()


def test_new_drafts_go_onto_a_branch_and_nothing_here_changes(root, capsys):
    draft(root, 1)
    draft(root, 2)
    (root / "notes.txt").write_text("staged")
    git(root, "add", "notes.txt")
    before = git(root, "status", "--porcelain"), git(root, "rev-parse", "HEAD")

    data = propose(root, capsys)

    assert (git(root, "status", "--porcelain"), git(root, "rev-parse", "HEAD")) == before
    assert data["items"] == [worlds.item_id(1), worlds.item_id(2)]
    assert on(root, "briefpress/drafts") == [worlds.item_file(1), worlds.item_file(2)]
    message = git(root, "log", "-1", "--format=%B", "briefpress/drafts")
    assert message.startswith("Review 2 new drafts\n") and f"Briefpress-Item: {worlds.item_id(2)}" in message
    assert git(root, "ls-remote", "origin").split()[1] == "refs/heads/briefpress/drafts"
    assert (root / ".briefpress/proposal.html").is_file()


def test_findings_stand_in_the_report_beside_what_the_source_says(root, capsys, make_site):
    draft(root, 1)
    path = root / worlds.item_file(1)
    url = "https://elsewhere.example/page"
    path.write_text(path.read_text(encoding="utf-8") + f"\nSee [more]({url}).\n", encoding="utf-8")

    propose(root, capsys)

    report = (root / ".briefpress/proposal.md").read_text(encoding="utf-8")
    assert f"**F601** the source does not lead to {url}" in report


def test_a_second_proposal_goes_on_where_the_first_ended(root, capsys):
    draft(root, 1)
    propose(root, capsys)
    draft(root, 2)

    propose(root, capsys)

    assert on(root, "briefpress/drafts") == [worlds.item_file(1), worlds.item_file(2)]
    assert git(root, "rev-list", "--count", "main..briefpress/drafts").strip() == "2"
    assert git(root, "rev-parse", "briefpress/drafts") == git(root, "ls-remote", "origin").split()[0] + "\n"


def test_after_the_branch_was_merged_a_proposal_begins_anew(root, capsys):
    draft(root, 1)
    propose(root, capsys)
    (root / worlds.item_file(1)).unlink()
    git(root, "merge", "--quiet", "briefpress/drafts")
    draft(root, 2)

    propose(root, capsys)

    assert git(root, "rev-list", "--count", "main..briefpress/drafts").strip() == "1"


def test_what_is_decided_or_in_git_already_is_not_proposed(root, capsys):
    draft(root, 1, "approved")
    draft(root, 2)
    git(root, "add", worlds.item_file(2))
    git(root, "commit", "--quiet", "--message=Mine")

    assert propose(root, capsys)["items"] == []
    assert git(root, "branch", "--format=%(refname:short)").split() == ["main"]


def test_a_dry_run_and_a_clone_without_a_remote_push_nothing(root, capsys):
    draft(root, 1)

    assert (dry := propose(root, capsys, "--dry-run"))["items"] == [worlds.item_id(1)]
    assert git(root, "branch", "--format=%(refname:short)").split() == ["main"]
    assert (kept := propose(root, capsys, "--no-push"))["address"] == ""
    assert set(dry) == set(kept) and not kept["pushed"]
    assert git(root, "ls-remote", "origin") == ""


def test_a_dry_run_says_what_a_run_would(root, capsys):
    def said(*options: str) -> str:
        capsys.readouterr()
        before = git(root, "for-each-ref"), git(root, "count-objects")
        assert run(Console(), ["propose", "--dry-run", "--root", str(root), *options]) == 0
        assert (git(root, "for-each-ref"), git(root, "count-objects")) == before
        return capsys.readouterr().err.partition(":")[0]

    assert said() == "nothing to propose"
    draft(root, 1)
    assert said() == "would propose"
    propose(root, capsys, "--no-push")
    assert (said(), said("--no-push")) == ("would push", "already proposed")
    propose(root, capsys)
    assert said() == "already proposed"
    path = root / worlds.item_file(1)
    path.write_text(path.read_text(encoding="utf-8").replace("Item 1", "Item one"), encoding="utf-8")
    assert said() == "would propose"


def test_without_the_remote_the_proposal_stays_here_and_says_so(root, capsys):
    draft(root, 1)
    git(root, "remote", "remove", "origin")

    assert run(Console(), ["propose", "--root", str(root)]) == 0
    assert "there is no remote origin" in capsys.readouterr().err


def test_without_git_there_is_nothing_to_propose_with(make_site, capsys):
    root = make_site(f"-- config.yaml --\n{worlds.config()}")

    assert run(Console(), ["propose", "--root", str(root)]) == 6
    assert "is in no git repository" in capsys.readouterr().err


MARK = "stale:\n  at: 2026-11-20T09:00:00Z\n  found:\n    - what: figure\n      was: '12'\n      now: '14'\n"


def test_marks_of_changed_sources_go_along_and_edits_do_not(root, capsys):
    for number in (1, 2):
        draft(root, number, status="approved")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=Items")
    for number, text in ((1, "One sentence says it."), (2, "My own edit.")):
        path = root / worlds.item_file(number)
        path.write_text(worlds.item(number, more=MARK, text=text), encoding="utf-8")

    propose(root, capsys)

    assert worktree.committed(root, "briefpress/drafts") == [worlds.item_file(1)]
    message = git(root, "log", "-1", "--format=%B", "briefpress/drafts")
    assert message == f"Mark 1 changed source\n\nBriefpress-Item: {worlds.item_id(1)}\n\n"
    assert "it gave 12" in (root / ".briefpress/proposal.md").read_text()


@pytest.mark.parametrize("options", [[], ["--no-push"]])
def test_what_is_proposed_already_is_not_proposed_again(root, capsys, options):
    draft(root, 1)
    assert propose(root, capsys, *options)["commit"]

    again = propose(root, capsys, *options)

    assert (again["items"], again["commit"], again["pushed"]) == ([worlds.item_id(1)], "", False)
    assert run(Console(), ["propose", *options, "--root", str(root)]) == 0
    said = capsys.readouterr().err
    assert "already proposed: Review 1 new draft, on briefpress/drafts" in said and "pushed" not in said


def test_what_did_not_reach_the_remote_is_pushed_later(root, capsys):
    draft(root, 1)
    propose(root, capsys, "--no-push")

    assert propose(root, capsys)["pushed"]
    assert git(root, "rev-parse", "briefpress/drafts").strip() == git(root, "ls-remote", "origin").split()[0]


def test_what_others_did_with_a_proposal_since_is_no_reason_to_propose_it_again(
    root, capsys, tmp_path, monkeypatch
):
    draft(root, 1)
    propose(root, capsys)
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", "--branch=briefpress/drafts", "origin.git", str(other))
    git(other, "commit", "--quiet", "--allow-empty", "--message=Theirs")
    git(other, "push", "--quiet", "origin", "briefpress/drafts")

    assert not propose(root, capsys)["pushed"]

    # Another clone with the same draft has no branch of its own yet.
    git(other, "checkout", "--quiet", "-b", "main", "HEAD~2")
    git(other, "branch", "--quiet", "-D", "briefpress/drafts")
    draft(other, 1)
    assert not propose(other, capsys)["pushed"]
