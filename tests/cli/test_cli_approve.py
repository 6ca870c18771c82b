"""An approval is bound to what was approved: words, source and evidence; and to one commit of its own."""

import json
import shutil
from pathlib import Path

import pytest
import worktree
import worlds

from builder.cli.console import Console
from builder.cli.main import run
from builder.content import library
from builder.model import Status

ITEM = worlds.item_file(1)
EVIDENCE = ITEM.replace(".md", ".evidence.json")
ID = worlds.item_id(1)


@pytest.fixture
def root(make_site, monkeypatch) -> Path:
    """One item, approved, with its evidence, in git."""
    root = make_site(f"-- config.yaml --\n{worlds.config()}\n-- {ITEM} --\n{worlds.item(1, status='draft')}")
    (root / EVIDENCE).write_text(worlds.evidence("One sentence says it."), encoding="utf-8")
    worktree.make(root, monkeypatch)
    assert brief(root, "approve", ID) == 0
    return root


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Item 1", "title: Item l"),
        ("tldr: One", "tldr: Our"),
        ("says it.\n", "says it!\n"),
        ("https://example.org/1", "https://example.org/2"),
    ],
    ids=["title", "tldr", "body", "link"],
)
def test_one_changed_byte_puts_an_item_back(root, capsys, old, new):
    path = root / ITEM
    head, _, tail = path.read_text(encoding="utf-8").rpartition(old)
    path.write_text(head + new + tail, encoding="utf-8")

    assert [item.status for item in library.load(root).library.items] == [Status.CHANGED]
    assert brief(root, "check") == 1
    assert brief(root, "build", "--production") == 5
    assert f"{ITEM}: is no longer what Ed Itor" in capsys.readouterr().err
    assert brief(root, "approve", ID) == 0
    assert brief(root, "build", "--production") == 0


def test_one_changed_byte_of_the_evidence_does_so_too(root, capsys):
    text = (root / EVIDENCE).read_text(encoding="utf-8")
    (root / EVIDENCE).write_text(text.replace("One sentence", "Our sentence"), encoding="utf-8")

    assert brief(root, "check") == 1
    assert brief(root, "build", "--production") == 5
    assert f"{EVIDENCE}: rests on other evidence than Ed Itor" in capsys.readouterr().err
    assert brief(root, "status") == 0
    assert "rests on other evidence than was approved" in capsys.readouterr().out
    assert brief(root, "approve", ID) == 0
    assert "approved" in capsys.readouterr().out
    assert brief(root, "check") == 0
    assert brief(root, "build", "--production") == 0
    assert worktree.committed(root) == [EVIDENCE, ITEM]


def test_without_commits_and_without_git_it_just_writes(root, make_site, capsys):
    before = worktree.git(root, "rev-parse", "HEAD")
    assert brief(root, "reopen", ID, "--no-commit") == 0
    assert worktree.git(root, "rev-parse", "HEAD") == before
    assert library.load(root).library.items[0].status is Status.DRAFT

    bare = make_site(f"-- config.yaml --\n{worlds.config()}\n-- {ITEM} --\n{worlds.item(1)}", "bare")
    assert brief(bare, "reject", ID, "--reason", "An advertisement") == 0
    review = library.load(bare).library.items[0].review
    assert review is not None
    assert review.reason == "An advertisement"


def test_a_decision_that_only_git_does_not_have_is_committed_by_the_same_command(root, capsys):
    for command in (["reopen"], ["approve"], ["reject", "--reason", "An advertisement"]):
        before = worktree.git(root, "rev-parse", "HEAD")
        assert brief(root, *command, ID, "--no-commit") == 0
        held = (root / ITEM).read_bytes()
        assert brief(root, *command, ID, "--dry-run") == 0
        assert "already, not committed yet" in capsys.readouterr().out
        assert brief(root, *command, ID, "--no-commit") == 0
        assert worktree.git(root, "rev-parse", "HEAD") == before

        assert brief(root, *command, ID) == 0
        assert "already, committed now" in capsys.readouterr().out
        assert worktree.git(root, "rev-parse", "HEAD~1") == before
        assert worktree.committed(root) == [ITEM]
        told = worktree.git(root, "log", "-1", "--format=%s|%(trailers:only)").strip()
        assert told == f"{command[0].capitalize()}: Item 1|Briefpress-Item: {ID}"
        assert (root / ITEM).read_bytes() == held


def test_an_edit_beside_a_decision_is_not_committed_as_one(root):
    path = root / ITEM
    path.write_text(
        path.read_text(encoding="utf-8").replace("tags: [feeds]", "tags: [web]"), encoding="utf-8"
    )
    before = worktree.git(root, "rev-parse", "HEAD")

    assert brief(root, "approve", ID) == 0
    assert worktree.git(root, "rev-parse", "HEAD") == before


def test_a_decision_that_git_refuses_is_not_half_done(root, monkeypatch, capsys):
    assert brief(root, "reopen", ID) == 0
    for name in worktree.IDENTITY:
        monkeypatch.delenv(name)
    worktree.git(root, "config", "user.useConfigOnly", "true")
    for command in (["approve"], ["reject", "--reason", "An advertisement"]):
        assert brief(root, *command, ID) == 6
        assert "does not know who commits" in capsys.readouterr().err
        assert worktree.git(root, "status", "--porcelain") == ""

    worktree.git(root, "config", "user.name", "Ed Itor")
    worktree.git(root, "config", "user.email", "ed@example.org")
    assert brief(root, "approve", ID) == 0
    assert worktree.committed(root) == [ITEM]
    review = library.load(root).library.items[0].review
    assert review is not None
    assert review.by == "Ed Itor <ed@example.org>"
    hook = root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert brief(root, "reopen", ID) == 6
    assert "Nothing was changed" in capsys.readouterr().err
    assert worktree.git(root, "status", "--porcelain") == ""


def test_the_reason_of_a_rejected_item_may_follow(root):
    assert brief(root, "reject", ID) == 0
    assert brief(root, "reject", ID, "--reason", "An advertisement") == 0
    review = library.load(root).library.items[0].review
    assert review is not None
    assert review.reason == "An advertisement"
    before = worktree.git(root, "rev-parse", "HEAD")
    assert brief(root, "reject", ID, "--reason", "An advertisement") == 0
    assert brief(root, "reject", ID) == 0
    assert worktree.git(root, "rev-parse", "HEAD") == before


CHANGES = {
    "title": (ITEM, "title: Item 1", "title: Item l"),
    "TL;DR": (ITEM, "tldr: One", "tldr: Our"),
    "text": (ITEM, "says it.\n", "says it!\n"),
    "source": (ITEM, "https://example.org/1", "https://example.org/2"),
    "evidence": (EVIDENCE, "One sentence", "Our sentence"),
}


def change(root: Path, what: str) -> None:
    path, old, new = CHANGES[what]
    head, _, tail = (root / path).read_text(encoding="utf-8").rpartition(old)
    (root / path).write_text(head + new + tail, encoding="utf-8")


@pytest.mark.parametrize("what", CHANGES)
def test_what_changed_since_waits_again_for_a_query_and_tells_in_what(root, capsys, what):
    assert brief(root, "approve", "--feed", "example") == 0
    assert "nothing waits that fits" in capsys.readouterr().err
    change(root, what)
    was = "approved again" if what == "evidence" else "changed → approved"
    for query in (["--feed", "example"], ["--tag", "feeds"], ["--since", "2026-11-01"]):
        assert brief(root, "approve", *query, "--dry-run") == 0
        told = capsys.readouterr().out
        assert (
            told
            == f"{ID}  {was} (changed since it was approved: {what})  Item {'l' if what == 'title' else 1}\n"
        )

    assert brief(root, "status") == 0
    assert (
        "briefpress approve --diff  shows what changed in 1 item to approve anew" in capsys.readouterr().out
    )
    assert brief(root, "approve", "--diff") == 0
    assert f"+++ now/{CHANGES[what][0]}" in capsys.readouterr().out
    assert brief(root, "approve", "--section", "policy") == 0
    assert brief(root, "approve", "--diff") == 0
    assert "nothing changed" in capsys.readouterr().err


def test_all_that_changed_is_told_also_where_git_knows_nothing(root, capsys):
    for what in CHANGES:
        change(root, what)
    assert brief(root, "approve", ID, "--dry-run", "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)["data"]["decisions"]
    assert told["changed"] == list(CHANGES)

    shutil.rmtree(root / ".git")
    assert brief(root, "approve", ID) == 0
    assert "changed → approved (changed since it was approved: words, evidence)" in capsys.readouterr().out


def test_errors_that_lint_finds_in_what_is_approved_are_told(root, capsys):
    assert "lint finds" not in capsys.readouterr().err
    path = root / ITEM
    path.write_text(path.read_text() + "\nSee [the item](/items/2026-11-02-gone/).\n", encoding="utf-8")

    assert brief(root, "approve", ID, "--no-commit") == 0
    said = capsys.readouterr().err
    run(Console(), ["lint", ID, "--json", "--root", str(root)])
    found = json.loads(capsys.readouterr().out)["data"]["findings"]
    errors = sum(one["level"] == "error" for one in found)

    assert errors >= 1
    assert f"lint finds {errors} error{'s' * (errors > 1)} in it: briefpress lint {ID}" in said
