"""Corrections at the command line: from a source that changed to the edition that tells of it, once."""

import json
import shlex
from pathlib import Path

import pytest
import worktree
import worlds
from harbour import newsletter_of_pages

from builder.cli.console import Console
from builder.cli.main import run
from builder.content import editions, library
from builder.model import Aspect, Item, Status

WHAT, RIGHT = "We gave the stone as forty thousand tons.", "It was fifty thousand."


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


def told(root: Path, capsys, *arguments: str) -> dict:
    capsys.readouterr()
    assert brief(root, *arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)["data"]


def item(root: Path, number: int = 0) -> Item:
    return sorted(library.load(root).library.items, key=lambda one: one.path)[number]


def edition(root: Path, number: int):
    path = f"content/editions/{number:04}.md"
    return editions.parse((root / path).read_text(), path)


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """Two items in a published edition, and the tons of stone in the source of one changed since."""
    folder = newsletter_of_pages(tmp_path / "brief", "http://127.0.0.1:9", 2)
    config = folder / "config.yaml"
    text = (
        config.read_text()
        .replace("engine: llm", "engine: extract")
        .replace("publish: items", "publish: editions")
    )
    mail = "mail:\n  from_address: desk@brief.example\n  unsubscribe: https://brief.example/leave?t={token}\n"
    config.write_text(f"{text}\n{mail}")
    assert brief(folder, "pull") == 0
    worktree.make(folder, monkeypatch)
    assert brief(folder, "approve", "--feed", "harbour") == 0
    assert brief(folder, "edition", "new") == 0
    assert brief(folder, "edition", "publish", "1") == 0
    return folder


def change_source(root: Path, number: int, old: str, new: str) -> None:
    page = root / "samples" / f"{number}.html"
    assert old in page.read_text()
    page.write_text(page.read_text().replace(old, new))


@pytest.fixture
def stale(root) -> Path:
    number = 1 if "1.html" in item(root).source.url else 2
    change_source(root, number, "twenty ferries", "thirty ferries")
    assert brief(root, "pull") == 0
    assert item(root).stale, "the summary must rest on what was changed"
    return root


def test_pull_marks_what_changed_and_everything_that_shows_items_says_so(stale, capsys):
    one = item(stale)
    assert [found.aspect for found in one.stale.found] == [Aspect.FIGURE]
    assert one.status is Status.APPROVED
    assert [row["id"] for row in told(stale, capsys, "status")["stale"]] == [one.id]
    assert [row["id"] for row in told(stale, capsys, "list", "--stale")["items"]] == [one.id]
    assert told(stale, capsys, "check")["stale"] == [one.id]
    assert brief(stale, "check") == 0
    said = capsys.readouterr().err
    assert "1 stale item to look at" in said and "all in order" not in said
    assert [row["code"] for row in told(stale, capsys, "lint", one.id)["findings"]].count("E401") == 1
    assert "thirty" in json.dumps(told(stale, capsys, "correct", one.id)["items"][0]["draft"])


def test_pull_with_commit_commits_the_mark_alone(root):
    number = 1 if "1.html" in item(root).source.url else 2
    change_source(root, number, "twenty ferries", "thirty ferries")

    assert brief(root, "pull", "--commit") == 0

    assert worktree.committed(root) == [item(root).path]
    assert f"Briefpress-Item: {item(root).id}" in worktree.git(root, "log", "-1", "--format=%B")


def test_second_pull_tells_nothing_new(stale, capsys):
    text = (stale / item(stale).path).read_text()

    data = told(stale, capsys, "pull")

    assert not [row for row in data["stale"] if row["new"]]
    assert (stale / item(stale).path).read_text() == text


def test_correction_is_recorded_and_keeps_the_approval(stale, capsys):
    one = item(stale)

    data = told(stale, capsys, "correct", one.id, "--what", WHAT, "--right", RIGHT)

    now = item(stale)
    assert data["correction"]["text"] == WHAT
    assert [(note.text, note.right) for note in now.corrections] == [(WHAT, RIGHT)]
    assert (now.stale, now.status, now.review) == (None, Status.APPROVED, one.review)
    assert worktree.committed(stale) == [one.path]
    assert worktree.git(stale, "log", "-1", "--format=%B").split("\n")[:3] == [
        f"Correct: {one.title}",
        "",
        f"Briefpress-Item: {one.id}",
    ]
    assert brief(stale, "build", "--production") == 0


def test_note_that_is_shown_can_be_given_as_it_stands(stale, capsys):
    capsys.readouterr()
    assert brief(stale, "correct", item(stale).id) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "--what" in line)

    assert brief(stale, *shlex.split(line)[1:]) == 0

    assert "thirty" in item(stale).corrections[0].right


def test_note_is_in_the_language_of_the_item_else_of_the_newsletter(stale, capsys):
    def drafted() -> str:
        (row,) = told(stale, capsys, "correct", item(stale).id)["items"]
        return row["draft"]["what"]

    config, path = stale / "config.yaml", stale / item(stale).path
    english = drafted()
    config.write_text(config.read_text().replace("site:\n", "site:\n  language: es\n", 1))
    spanish = drafted()
    path.write_text(path.read_text().replace("\nstatus:", "\nlanguage: de\nstatus:", 1))

    assert english.startswith("The source gave")
    assert spanish.startswith("La fuente daba la cifra")
    assert drafted().startswith("Die Quelle nannte die Zahl")


def test_sentence_in_other_words_is_shown_beside_the_old_one_and_only_dismissed(root, capsys):
    number = 1 if "1.html" in item(root).source.url else 2
    change_source(
        root, number, "The old pier stays open for fishing boats", "Fishing boats keep the old pier"
    )
    assert brief(root, "pull") == 0
    assert [found.aspect for found in item(root).stale.found] == [Aspect.WORDING]
    capsys.readouterr()

    assert brief(root, "correct", item(root).id) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if "old pier" in line] == ["was", "now"]
    assert [line.split()[3:] for line in lines if "briefpress correct" in line] == [["--dismiss"]]
    assert brief(root, "check") == 0
    assert brief(root, "build", "--production") == 0


def test_what_nobody_has_read_is_shown_with_the_command_that_writes_it_anew(stale, capsys):
    def commands() -> list[str]:
        capsys.readouterr()
        assert brief(stale, "correct", item(stale).id) == 0
        lines = capsys.readouterr().out.splitlines()
        return [line.strip() for line in lines if line.startswith("  briefpress ")]

    one = item(stale).id
    assert brief(stale, "edition", "unpublish", "1") == 0
    assert commands() == [
        f"briefpress reopen {one} && briefpress redraft {one}",
        f"briefpress correct {one} --dismiss",
    ]
    assert brief(stale, "reopen", one) == 0
    assert commands() == [f"briefpress redraft {one}", f"briefpress correct {one} --dismiss"]

    assert brief(stale, "redraft", one) == 0
    assert "thirty ferries" in item(stale).body


def test_force_looks_again_at_what_was_looked_at_today(root):
    assert brief(root, "pull") == 0
    number = 1 if "1.html" in item(root).source.url else 2
    change_source(root, number, "twenty ferries", "thirty ferries")
    assert brief(root, "pull") == 0
    assert item(root).stale is None

    assert brief(root, "pull", "--force") == 0

    assert item(root).stale


def test_text_that_is_changed_with_the_correction_waits_for_an_approval_again(stale):
    path = stale / item(stale).path
    path.write_text(path.read_text().replace("twenty ferries", "thirty ferries"))

    assert brief(stale, "correct", item(stale).id, "--what", WHAT) == 0

    assert item(stale).status is Status.CHANGED
    assert item(stale).corrections


def test_dry_run_and_no_commit(stale, capsys):
    head = worktree.git(stale, "rev-parse", "HEAD")
    text = (stale / item(stale).path).read_text()

    told(stale, capsys, "correct", item(stale).id, "--what", WHAT, "--dry-run")
    assert (stale / item(stale).path).read_text() == text
    told(stale, capsys, "correct", item(stale).id, "--what", WHAT, "--no-commit")
    assert item(stale).corrections
    assert worktree.git(stale, "rev-parse", "HEAD") == head


def test_what_is_dismissed_is_no_correction_and_is_not_found_again(stale):
    assert brief(stale, "correct", item(stale).id, "--dismiss") == 0
    (stale / ".briefpress" / "feeds.db").unlink()

    assert brief(stale, "pull") == 0

    assert (item(stale).stale, item(stale).corrections) == (None, ())
    assert brief(stale, "correct", item(stale).id, "--dismiss") == 5


def test_what_nobody_has_read_is_not_corrected(root, capsys):
    assert brief(root, "reopen", item(root).id) == 0

    assert brief(root, "correct", item(root).id, "--what", WHAT) == 5
    assert brief(root, "correct", "--what", WHAT) == 2
    assert brief(root, "correct", item(root).id, "--right", RIGHT) == 2
    assert brief(root, "correct", item(root).id, "--what", WHAT, "--dismiss") == 2
    assert not item(root).corrections


def approve_one_more(root: Path, number: int) -> None:
    text = worlds.item(number, day=24, feed="harbour")
    path = root / worlds.item_file(number, day=24)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_correction_is_told_in_the_next_edition_and_in_no_other(root):
    one = item(root)
    assert brief(root, "correct", one.id, "--what", WHAT, "--right", RIGHT) == 0
    approve_one_more(root, 7)
    assert brief(root, "edition", "new") == 0
    assert brief(root, "edition", "publish", "2") == 0
    approve_one_more(root, 8)
    assert brief(root, "edition", "new") == 0
    assert brief(root, "edition", "publish", "3") == 0

    assert [note.item for note in edition(root, 2).corrected] == [one.id]
    assert edition(root, 3).corrected == ()
    assert f"- item: {one.id}  # {one.title}" in (root / "content/editions/0002.md").read_text()


def test_correction_made_while_an_edition_is_open_is_told_when_that_is_published(root):
    approve_one_more(root, 7)
    assert brief(root, "edition", "new") == 0
    assert edition(root, 2).corrected == ()
    assert brief(root, "correct", item(root).id, "--what", WHAT) == 0

    assert brief(root, "edition", "publish", "2") == 0

    assert [note.item for note in edition(root, 2).corrected] == [item(root).id]


def test_reader_sees_it_on_the_page_in_the_feeds_in_the_edition_and_in_the_letter(root, capsys):
    one = item(root)
    brief(root, "correct", one.id, "--what", WHAT, "--right", RIGHT)
    approve_one_more(root, 7)
    brief(root, "edition", "new")
    brief(root, "edition", "publish", "2")
    assert brief(root, "build") == 0

    site = root / "site"
    name = Path(one.path).stem
    assert f"{WHAT} {RIGHT}" in (site / "items" / name / "index.html").read_text()
    for name in ("editions/2/index.html", "editions/2/edition.txt"):
        assert WHAT in " ".join((site / name).read_text().split()), name
    stamp = item(root).corrections[0].date.strftime("%Y-%m-%dT%H:%M:%S")
    assert any(f"<updated>{stamp}" in path.read_text() for path in site.rglob("*.xml"))
    assert brief(root, "mail", "export", "2") == 0
    letters = [path for path in (root / "outbox").rglob("*") if path.suffix in (".html", ".txt")]
    assert len(letters) == 3
    for path in letters:
        assert WHAT in " ".join(path.read_text().split()), path.name


def test_edition_that_tells_of_a_correction_nobody_made_is_named(root, capsys):
    path = root / "content/editions/0001.md"
    path.write_text(
        path.read_text().replace(
            "parts:", f"corrected:\n  - item: {item(root).id}\n    date: 2026-11-24\nparts:", 1
        )
    )

    assert brief(root, "check") == 1
    assert "tells of a correction of 2026-11-24T00:00:00Z" in capsys.readouterr().err
