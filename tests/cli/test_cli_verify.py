"""Whatever is done to a built site, `verify` names it."""

import contextlib
import json
import os
import sqlite3
from pathlib import Path

import pytest
import worlds

from builder import files
from builder.cli.console import Console
from builder.cli.main import run
from builder.publish.plan import MANIFEST
from builder.state import State


@pytest.fixture
def root(make_site) -> Path:
    folder = make_site(f"-- config.yaml --\n{worlds.config()}")
    for number in range(1, 4):
        path = folder / worlds.item_file(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(worlds.item(number), encoding="utf-8")
    assert brief(folder, "build") == 0
    return folder


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


def page(root: Path, number: int = 1) -> Path:
    return root / "site" / "items" / f"2026-11-01-item-{number}" / "index.html"


def told(root: Path, capsys) -> dict:
    capsys.readouterr()
    assert brief(root, "verify", "--json") == 1
    return json.loads(capsys.readouterr().out)["data"]


def test_built_site_is_what_its_sources_make(root, capsys):
    capsys.readouterr()
    assert brief(root, "build", "--json") == 0
    built = json.loads(capsys.readouterr().out)["data"]
    assert brief(root, "verify", "--json") == 0
    assert json.loads(capsys.readouterr().out)["data"]["same"] == built["unchanged"]


def test_files_that_differ_in_one_way_are_told_together(root, capsys):
    strangers = [root / "site" / f"stranger-{number:02}.txt" for number in range(12)]
    for path in strangers:
        path.write_text("mine")
    page(root).unlink()
    capsys.readouterr()
    assert brief(root, "verify") == 1
    lines = capsys.readouterr().err.splitlines()
    assert "warning: 12 files are made by nothing" in lines
    assert lines.index("  stranger-07.txt") < lines.index("  and 4 more: -v names all")
    assert "  stranger-08.txt" not in lines
    assert "warning: items/2026-11-01-item-1/index.html: is missing" in lines
    assert brief(root, "verify", "-v") == 1
    assert "  stranger-11.txt" in capsys.readouterr().err.splitlines()

    assert brief(root, "verify", "--json") == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert {path.name for path in strangers} <= {one["path"] for one in problems}
    assert all(one["message"].startswith("is ") for one in problems)


def test_page_changed_by_hand_is_named_even_at_the_same_size_and_time(root, capsys):
    stat = page(root).stat()
    page(root).write_bytes(page(root).read_bytes().replace(b"One", b"Two", 1))
    os.utime(page(root), ns=(stat.st_atime_ns, stat.st_mtime_ns))

    data = told(root, capsys)

    assert data["changed"] == ["items/2026-11-01-item-1/index.html"]
    assert not data["missing"] + data["foreign"] + data["failed"]


def test_missing_and_foreign_files_are_named(root, capsys):
    page(root, 2).unlink()
    (root / "site" / "extra.html").write_text("mine")

    data = told(root, capsys)

    assert data["missing"] == ["items/2026-11-01-item-2/index.html"]
    assert data["foreign"] == ["extra.html"]


def test_what_git_keeps_in_a_site_is_no_difference(root, capsys):
    (root / "site" / ".git").mkdir()
    (root / "site" / ".git" / "HEAD").write_text("ref: refs/heads/pages\n")
    (root / "site" / ".gitkeep").touch()
    (root / "site" / ".env").write_text("SECRET=1\n")

    assert told(root, capsys)["foreign"] == [".env"]


def test_what_the_cache_got_wrong_is_found(root, capsys):
    place = root / ".briefpress" / "state.db"
    with contextlib.closing(sqlite3.connect(place)) as cache:
        keys = [key for (key,) in cache.execute("SELECT key FROM bodies")]
    with State.open(place) as state:
        state.keep_bodies(dict.fromkeys(keys, "forged"))
    path = root / worlds.item_file(1)
    path.write_text(path.read_text().replace("title: Item 1", "title: Another"))
    assert brief(root, "build") == 0
    assert b"forged" in page(root).read_bytes()

    assert "items/2026-11-01-item-1/index.html" in told(root, capsys)["changed"]


def test_content_that_was_not_built_yet_and_a_record_that_was_edited_are_differences(root, capsys):
    (root / "site" / MANIFEST).write_text("{}")
    path = root / worlds.item_file(3)
    path.write_text(worlds.item(3, status="draft"))

    data = told(root, capsys)

    # The search is named by what is in it.
    assert [path for path in data["foreign"] if not path.startswith("search/")] == [
        "items/2026-11-01-item-3/index.html"
    ]
    assert {MANIFEST, "index.html", "sitemap.xml"} <= set(data["changed"])


def test_source_that_changed_and_makes_the_same_is_no_difference(root, capsys):
    config = root / "config.yaml"
    config.write_text(config.read_text() + "# a remark\n")

    assert brief(root, "verify") == 0


@pytest.mark.parametrize(
    ("old", "new"), [('"inputs":{', '"inputs":{\n"content/items/secret.md":"00",'), ('yaml":"', 'yaml":"No!')]
)
def test_record_that_names_a_file_of_nobodys_or_says_something_is_a_difference(root, capsys, old, new):
    record = root / "site" / MANIFEST
    assert old in record.read_text()
    record.write_text(record.read_text().replace(old, new))

    assert told(root, capsys)["changed"] == [MANIFEST]


def test_verify_writes_nothing_and_fails_as_a_build_would(root, capsys):
    (root / "templates").mkdir()
    (root / "templates" / "404.html").write_text("{{ nonsense }}")
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}

    assert brief(root, "verify") == 4
    assert "404.html:1" in capsys.readouterr().err
    assert before == {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}


def test_what_is_dated_after_the_clock_is_held_back_until_it_is_due(root):
    for number, day in ((1, 1), (2, 2), (3, 3)):
        (root / worlds.item_file(number)).write_text(worlds.item(number, day=day))

    for clock, shown in (
        ("2026-11-02T12:00:00Z", {1, 2}),
        ("2026-11-01T12:00:00Z", {1}),
        ("2026-11-04", {1, 2, 3}),
    ):
        assert brief(root, "build", "--clock", clock) == 0
        assert {number for number in (1, 2, 3) if page(root, number).exists()} == shown
        assert brief(root, "verify", "--clock", clock) == 0
    assert brief(root, "build", "--clock", "2026-11-01", "--future") == 0
    assert page(root, 3).exists()


def test_held_back_comes_out_when_it_is_due_though_no_file_changed(root):
    (root / worlds.item_file(3)).write_text(worlds.item(3, day=9))
    brief(root, "build", "--clock", "2026-11-08")
    brief(root, "build", "--clock", "2026-11-08")
    assert not page(root, 3).exists()

    brief(root, "build", "--clock", "2026-11-10")

    assert page(root, 3).exists()


def test_drafts_are_built_only_into_a_folder_of_their_own(root, tmp_path, capsys):
    (root / worlds.item_file(3)).write_text(worlds.item(3, status="draft", title="Secret"))

    assert brief(root, "build", "--drafts") == 2
    assert "--out" in capsys.readouterr().err
    assert brief(root, "build", "--drafts", "--out", str(tmp_path / "preview")) == 0
    assert (tmp_path / "preview" / "items" / "2026-11-01-item-3" / "index.html").is_file()
    assert brief(root, "build") == 0
    assert not page(root, 3).exists()


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar"])
def test_preview_marks_what_nobody_approved_and_nothing_else(root, tmp_path, language):
    config = root / "config.yaml"
    config.write_text(config.read_text().replace("site:\n", f"site:\n  language: {language}\n", 1))
    for number in (2, 3):
        (root / worlds.item_file(number)).write_text(worlds.item(number, status="draft"))
    out = tmp_path / "preview"

    def marks(place: str) -> int:
        word = json.loads((files.THEME / "messages" / f"{language}.json").read_text())["unapproved"]
        return (out / place / "index.html").read_text().count(f"<mark>{word}</mark>")

    assert brief(root, "build", "--drafts", "--out", str(out)) == 0
    assert [marks(f"items/2026-11-01-item-{number}") for number in (1, 2, 3)] == [0, 1, 1]
    assert marks("") == marks("sections/policy") == 2

    (root / worlds.item_file(2)).write_text(worlds.item(2))
    assert brief(root, "build", "--drafts", "--out", str(out)) == 0
    assert [marks(f"items/2026-11-01-item-{number}") for number in (1, 2, 3)] == [0, 0, 1]
    assert marks("") == marks("sections/policy") == 1
    assert brief(root, "build") == 0
    assert not any("<mark>" in path.read_text() for path in (root / "site").rglob("*.html"))


def test_second_build_finds_all_standing_and_reads_no_template(root, monkeypatch, capsys):
    monkeypatch.setattr("builder.render.theme.Theme.open", lambda *_: pytest.fail("a template was read"))
    capsys.readouterr()

    assert brief(root, "build", "--json") == 0

    data = json.loads(capsys.readouterr().out)["data"]
    assert data["written"] == []
    assert data["unchanged"] > 10
