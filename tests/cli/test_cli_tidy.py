"""`briefpress tidy`: what is safe to lose goes, and nothing else."""

import json
import os
import time
from pathlib import Path

import pytest
import worktree
import worlds

from builder.cli.console import Console
from builder.cli.main import run
from builder.memory import Memory, copy_of
from builder.state import State


@pytest.fixture
def root(make_site) -> Path:
    folder = make_site(f"-- config.yaml --\n{worlds.config()}")
    item = folder / worlds.item_file(1)
    item.parent.mkdir(parents=True)
    item.write_text(worlds.item(1), encoding="utf-8")
    for name in ("2026-11-01-item-1", "2026-11-01-gone"):
        (item.parent / f"{name}.evidence.json").write_text(worlds.evidence("One sentence says it."))
    (folder / ".briefpress").mkdir()
    return folder


def put_old(path: Path, text: str = "old") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    then = time.time() - 40 * 86_400
    os.utime(path, (then, then))
    return path


def tidy(root: Path, capsys, *arguments: str) -> list[str]:
    capsys.readouterr()
    assert run(Console(), ["tidy", "--json", "--root", str(root), *arguments]) == 0
    return [one["path"] for one in json.loads(capsys.readouterr().out)["data"]["removed"]]


def test_old_reports_go_and_young_ones_stay(root, capsys):
    cache = root / ".briefpress"
    put_old(cache / "bug-12345678.txt")
    put_old(cache / "run.log")
    (cache / "bug-87654321.txt").write_text("young")
    before = sorted(root.rglob("*"))

    assert tidy(root, capsys, "--dry-run") == [".briefpress/bug-12345678.txt", ".briefpress/run.log"]
    assert sorted(root.rglob("*")) == before
    assert tidy(root, capsys) == [".briefpress/bug-12345678.txt", ".briefpress/run.log"]
    assert (cache / "bug-87654321.txt").exists()
    assert tidy(root, capsys) == []


def test_content_is_touched_only_when_asked_and_what_git_holds_never(root, capsys, monkeypatch):
    assert tidy(root, capsys) == []

    assert tidy(root, capsys, "--content", "--dry-run") == [
        "content/items/2026/2026-11-01-gone.evidence.json"
    ]

    worktree.make(root, monkeypatch)
    assert tidy(root, capsys, "--content") == []
    assert (root / "content/items/2026/2026-11-01-gone.evidence.json").exists()

    worktree.git(root, "rm", "--cached", "--quiet", "content/items/2026/2026-11-01-gone.evidence.json")
    assert tidy(root, capsys, "--content") == ["content/items/2026/2026-11-01-gone.evidence.json"]
    assert (root / "content/items/2026/2026-11-01-item-1.evidence.json").exists()


def test_nothing_is_an_orphan_while_an_item_cannot_be_read(root, capsys):
    (root / worlds.item_file(1)).write_text("---\ntitle: [\n---\n")

    assert run(Console(), ["tidy", "--content", "--root", str(root)]) == 5

    assert (root / "content/items/2026/2026-11-01-gone.evidence.json").exists()


def test_answers_go_only_when_asked(root, capsys):
    answer = put_old(root / ".briefpress" / "answers" / "ab" / "abcd.json")

    assert tidy(root, capsys) == []
    assert tidy(root, capsys, "--answers") == [".briefpress/answers/ab/abcd.json"]
    assert not answer.exists()


def test_caches_forget_feeds_and_items_that_are_no_more(root, capsys):
    path = root / ".briefpress" / "feeds.db"
    known = worlds.item_id(1)
    told = copy_of(b"x", found_at="", content_type="", etag="", last_modified="")
    with Memory.open(path) as memory:
        memory.keep_copy("https://gone.example/feed", told, b"x" * 100_000)
        memory.keep_draft(known, "text", "file")
        memory.keep_draft("ffffffffff", "text of an item that is gone", "file of it")

    assert tidy(root, capsys, "--dry-run") == [".briefpress/feeds.db"]
    assert tidy(root, capsys) == [".briefpress/feeds.db"]

    with Memory.open(path) as memory:
        assert memory.copy("https://gone.example/feed") is None
        assert memory.text(known) == "text"
        assert memory.draft(known) == "file"
        assert memory.text("ffffffffff") == memory.draft("ffffffffff") == ""
    assert tidy(root, capsys) == []


def test_renderings_that_are_far_more_than_items_go(root, capsys):
    path = root / ".briefpress" / "state.db"
    with State.open(path) as state:
        state.keep_bodies({str(number): "<p>" for number in range(101)})

    assert tidy(root, capsys) == [".briefpress/state.db"]

    with State.open(path) as state:
        assert state.count_bodies() == 0
