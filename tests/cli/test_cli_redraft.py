"""Drafts written anew: what is written, what is left, and that no edit is lost."""

import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import worktree
from harbour import faithful, newsletter, newsletter_of_pages
from model_server import ModelServer

from builder.cli.console import Console
from builder.cli.main import run
from builder.cli.outside import MEMORY
from builder.content import items as item_files
from builder.content import library
from builder.ingest.redraft import Reason, nothing_drafted, why_left
from builder.model import Item, Status
from builder.summary import evidence

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


def told(root: Path, capsys, *arguments: str) -> dict:
    capsys.readouterr()
    brief(root, *arguments, "--json")
    return json.loads(capsys.readouterr().out)["data"]


def items(root: Path) -> tuple[Item, ...]:
    return library.load(root).library.items


def proof_of(root: Path, item: Item) -> evidence.Evidence:
    return evidence.parse((root / evidence.path_of(item.path)).read_text())


def edit(root: Path, item: Item, old: str, new: str) -> None:
    path = root / item.path
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.fixture
def server():
    with ModelServer(faithful) as one:
        yield one


@pytest.fixture
def root(make_site, server) -> Path:
    """Three drafts by extraction, in a newsletter that now has a model."""
    folder = newsletter(make_site, server.url, 3)
    config = folder / "config.yaml"
    text = config.read_text()
    config.write_text(text.replace("engine: llm", "engine: extract"))
    assert brief(folder, "pull") == 0
    config.write_text(text)
    return folder


def test_untouched_drafts_are_written_anew_by_the_engine_of_the_config(root, server, capsys):
    before = items(root)
    data = told(root, capsys, "redraft", "--all")

    after = items(root)
    assert len(data["redrafted"]) == len(server.requests) == 3
    assert {item.by for item in after} == {"llm/stub"}
    assert [replace(item, by="", tldr="", body="", provenance=None) for item in after] == [
        replace(item, by="", tldr="", body="", provenance=None) for item in before
    ]
    for item in after:
        assert item.provenance
        assert item.provenance.source == proof_of(root, item).digest[:16]
        assert why_left(item, proof_of(root, item), nothing_drafted) is None


def test_another_engine_is_taken_by_its_name_and_the_way_back_is_exact(root, server, capsys):
    before = {item.path: (root / item.path).read_text() for item in items(root)}
    brief(root, "redraft", "--all")

    data = told(root, capsys, "redraft", "--all", "--engine", "extract")

    assert {row["before"] for row in data["redrafted"]} == {"llm/stub"}
    assert {item.path: (root / item.path).read_text() for item in items(root)} == before


def test_same_again_is_written_nowhere_and_asks_nobody_twice(root, server, capsys):
    brief(root, "redraft", "--all")

    data = told(root, capsys, "redraft", "--all")

    assert [row["why"] for row in data["left"]] == ["the same again"] * 3
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ferries a day", "boats a day"),
        ("## TL;DR", "Read this.\n\n## TL;DR"),
        ("### ", "### A word on "),
        ("tldr: ", "tldr: Note, "),
    ],
    ids=["sentence", "new paragraph", "heading", "line"],
)
def test_edited_draft_is_named_and_left_to_the_letter(root, server, capsys, old, new):
    item = items(root)[0]
    edit(root, item, old, new)
    (root / ".briefpress" / MEMORY).unlink()
    before = (root / item.path).read_bytes(), (root / evidence.path_of(item.path)).read_bytes()

    data = told(root, capsys, "redraft", item.id)

    assert [row["why"] for row in data["left"]] == [Reason.EDITED.value]
    assert before == ((root / item.path).read_bytes(), (root / evidence.path_of(item.path)).read_bytes())
    assert not server.requests


def test_an_edited_draft_that_git_knows_is_merged(root, monkeypatch, capsys):
    worktree.make(root, monkeypatch)
    item = items(root)[0]
    edit(root, item, "## TL;DR", "A word before.\n\n## TL;DR")
    edit(root, item, "source:", "# mine\nsource:")

    data = told(root, capsys, "redraft", item.id)

    text = (root / item.path).read_text()
    assert [(row["id"], row["conflicts"]) for row in data["merged"]] == [(item.id, [])]
    assert "A word before.\n\n## TL;DR" in text
    assert "# mine\nsource:" in text
    assert "by: llm/stub\n" in text
    assert brief(root, "check") == 0


def test_what_an_editor_and_an_engine_both_changed_stands_between_markers(root, monkeypatch, capsys):
    worktree.make(root, monkeypatch)
    item = items(root)[0]
    edit(root, item, f"\n{item.tldr}", "\nMy own sentence.")

    assert brief(root, "redraft", item.id) == 1

    said, text = capsys.readouterr().err, (root / item.path).read_text()
    assert f"{item.path}: you and llm/stub changed the text below" in said
    assert "<<<<<<< edited\nMy own sentence." in text
    assert ">>>>>>> proposed by llm/stub\n" in text
    assert brief(root, "check") == 5
    brief(root, "redraft", "--all")
    assert (root / item.path).read_text() == text


def test_what_both_changed_can_stand_beside_the_file_and_holds_the_item_back(root, monkeypatch, capsys):
    worktree.make(root, monkeypatch)
    config = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(config.replace("editorial:\n", "editorial:\n  conflicts: rej\n"))
    item = items(root)[0]
    edit(root, item, f"\n{item.tldr}", "\nMy own sentence.")
    before = len(items(root))

    assert brief(root, "redraft", item.id) == 1
    beside = root / f"{item.path}.rej"
    assert f"{item.path}.rej: you and llm/stub changed the text below" in capsys.readouterr().err
    assert "My own sentence." in (root / item.path).read_text()
    assert "<<<" not in (root / item.path).read_text()
    assert "<<<<<<< edited\nMy own sentence." in beside.read_text()

    for command in (["check"], ["build", "--production"], ["approve", item.id]):
        assert brief(root, *command) == 5
    assert f"{item.path}.rej: holds a proposed text that was not settled" in capsys.readouterr().err
    assert len(items(root)) == before - 1
    assert item.id in library.load(root).broken_ids
    beside.unlink()
    assert brief(root, "check") == 0
    assert brief(root, "approve", item.id) == 0


def test_an_edited_draft_of_which_nothing_new_is_said_stays_to_the_byte(root, monkeypatch, capsys):
    worktree.make(root, monkeypatch)
    item = items(root)[0]
    edit(root, item, "## TL;DR", "A word before.\n\n## TL;DR")
    before = (root / item.path).read_bytes(), (root / evidence.path_of(item.path)).read_bytes()

    data = told(root, capsys, "redraft", item.id, "--engine", "extract")

    assert [row["why"] for row in data["left"]] == [Reason.SAME.value]
    assert before == ((root / item.path).read_bytes(), (root / evidence.path_of(item.path)).read_bytes())


def test_what_editors_own_besides_the_text_stays(root, server):
    item = items(root)[0]
    edit(root, item, f"title: {item.title}", "title: A better one # mine")
    edit(root, item, "status: draft\n", "status: draft\nseen-by: me\ntags: [piers]\n")

    assert brief(root, "redraft", item.id) == 0

    text = (root / item.path).read_text()
    assert "title: A better one # mine\n" in text
    assert "seen-by: me\ntags: [piers]\n" in text
    assert "## TL;DR Summary of A better one" in text
    assert items(root)[0].by == "llm/stub"


@pytest.mark.parametrize(("verdict", "why"), [("approve", "approved"), ("reject", "rejected")])
def test_decided_item_is_left_until_it_is_reopened(root, server, capsys, verdict, why):
    item = items(root)[0]
    brief(root, verdict, item.id)

    data = told(root, capsys, "redraft", item.id)
    assert why in data["left"][0]["why"]
    brief(root, "reopen", item.id)
    assert len(told(root, capsys, "redraft", item.id)["redrafted"]) == 1


def test_dry_run_says_what_is_due_and_asks_and_writes_nothing(root, server, capsys):
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}

    data = told(root, capsys, "redraft", "--section", "policy", "--all", "--dry-run")

    assert data["due"] == []
    assert len(told(root, capsys, "redraft", "--all", "--dry-run")["due"]) == 3
    assert not server.requests
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_dry_run_of_the_extraction_foresees_what_the_run_does(root, server, capsys):
    brief(root, "redraft", items(root)[0].id)
    chosen = ("redraft", "--all", "--engine", "extract")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}

    foreseen = told(root, capsys, *chosen, "--dry-run")

    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    assert [row["why"] for row in foreseen["left"]] == ["the same again"] * 2
    assert [row["is_sure"] for row in foreseen["due"]] == [True]
    brief(root, *chosen, "--dry-run")
    assert "1 draft would be written anew, 2 left" in capsys.readouterr().err
    done = told(root, capsys, *chosen)
    assert done["left"] == foreseen["left"]
    assert [row["id"] for row in done["redrafted"]] == [row["id"] for row in foreseen["due"]]


def test_dry_run_promises_nothing_of_a_model_that_it_does_not_ask(root, server, capsys):
    brief(root, "redraft", "--all", "--dry-run")

    assert "3 drafts would be tried" in capsys.readouterr().err
    assert not server.requests


def test_text_that_is_not_kept_and_came_with_its_feed_is_read_there_again(root, server, capsys):
    (root / ".briefpress" / MEMORY).unlink()

    assert brief(root, "redraft", items(root)[0].id) == 0

    assert items(root)[0].by == "llm/stub"


def test_text_that_is_kept_nowhere_and_told_no_more_is_named(root, server, capsys):
    (root / ".briefpress" / MEMORY).unlink()
    config = root / "config.yaml"
    config.write_text(config.read_text().replace("slug: harbour", "slug: other"))

    assert brief(root, "redraft", items(root)[0].id) == 7

    assert "came with the feed harbour, which config.yaml has no more" in capsys.readouterr().err


def test_page_that_is_not_kept_is_asked_again(tmp_path, server, capsys):
    root = newsletter_of_pages(tmp_path / "letter", server.url, 1)
    brief(root, "pull")
    (root / ".briefpress" / MEMORY).unlink()

    (row,) = told(root, capsys, "redraft", "--all", "--engine", "extract")["redrafted"]

    assert row["source_changed"] is False


def test_commit_holds_exactly_what_was_written_anew(root, server):
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.example", "-C", str(root)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "config", "user.name", "A"], check=True)
    subprocess.run([*git, "config", "user.email", "a@b.example"], check=True)
    subprocess.run([*git, "add", "content"], check=True)
    subprocess.run([*git, "commit", "-qm", "Begin"], check=True)
    item = items(root)[0]

    assert brief(root, "redraft", item.id, "--commit") == 0

    shown = subprocess.run(
        [*git, "show", "--format=%s", "--name-only"], capture_output=True, text=True, check=True
    )
    assert shown.stdout.split("\n")[0] == "Redraft 1 item"
    assert set(shown.stdout.split("\n")[2:-1]) == {item.path, evidence.path_of(item.path)}


def test_nothing_named_is_a_wrong_call(root, capsys):
    assert brief(root, "redraft") == 2


def test_decision_holds_for_every_status_and_for_older_evidence(root):
    item = items(root)[0]
    proof = proof_of(root, item)

    assert why_left(item, None, nothing_drafted) is Reason.UNKNOWN
    assert why_left(item, replace(proof, body=""), nothing_drafted) is Reason.UNKNOWN
    assert why_left(replace(item, status=Status.CHANGED), proof, nothing_drafted) is Reason.APPROVED
    assert why_left(replace(item, status=Status.REJECTED), proof, nothing_drafted) is Reason.REJECTED
    assert why_left(item_files.parse(item_files.dump(item), item.path), proof, nothing_drafted) is None
