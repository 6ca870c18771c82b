"""`briefpress fmt`: files in our own form, and nothing else done to them."""

import json
from pathlib import Path

import pytest
import worktree
import worlds

from builder.cli.console import Console
from builder.cli.main import run

ITEM, OTHER = worlds.item_file(1), worlds.item_file(2)


@pytest.fixture
def root(make_site) -> Path:
    """An item as a browser wrote it, and one as we did."""
    root = make_site(f"-- config.yaml --\n{worlds.config()}\n-- {OTHER} --\n{worlds.item(2)}")
    text = worlds.item(1).replace("T09:30:00Z", "T09:30:00.000Z").replace("tags: [feeds]", "tags:\n- 'feeds'")
    (root / ITEM).write_bytes(text.replace("\n", "\r\n").encode())
    # An id of digits alone is quoted, or it would be a number to others.
    (root / OTHER).write_text(worlds.item(2).replace("id: 0000000002", "id: '0000000002'"), encoding="utf-8")
    return root


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), ["fmt", *arguments, "--root", str(root)])


def test_what_is_not_in_form_is_put_into_it_and_the_rest_is_not_touched(root, capsys):
    before = (root / OTHER).stat().st_mtime_ns

    assert brief(root) == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == (f"{ITEM}\n", "2 files: 1 changed\n")
    assert (root / ITEM).read_bytes() == worlds.item(1).replace("id: 0000000001", "id: '0000000001'").encode()
    assert (root / OTHER).stat().st_mtime_ns == before
    assert brief(root, "--check") == 0


@pytest.mark.parametrize(("flag", "code"), [("--check", 1), ("--diff", 0), ("--dry-run", 0)])
def test_looking_writes_nothing(root, capsys, flag, code):
    before = (root / ITEM).read_bytes()

    assert brief(root, flag) == code
    told = capsys.readouterr()
    assert (root / ITEM).read_bytes() == before
    assert "1 would change" in told.err
    assert ("+tags: [feeds]" in told.out) == (flag == "--diff")
    assert not (root / ".briefpress" / "lock").exists()


def test_one_file_or_folder_may_be_asked_for(root, capsys, monkeypatch):
    assert brief(root, OTHER, "--check") == 0
    assert brief(root, "0000000001", "--check") == 1
    assert brief(root, "content/items/", "--check") == 1
    monkeypatch.chdir(root / "content")
    assert brief(root, "items", "--check") == 1
    assert brief(root, "nowhere") == 5


def test_a_broken_file_is_told_and_the_others_are_done(root, capsys):
    (root / "content/items/2026/broken.md").write_text("---\nid: x\n", encoding="utf-8")

    assert brief(root) == 5
    assert "broken.md:1: front matter is not closed" in capsys.readouterr().err
    assert b"\r" not in (root / ITEM).read_bytes()


def test_json_names_the_files(root, capsys):
    assert brief(root, "--check", "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["ok"], document["data"]) == (False, {"files": [ITEM], "read": 2, "written": False})


def test_an_approved_item_is_approved_after_it(root, capsys, monkeypatch):
    worktree.make(root, monkeypatch)
    (root / ITEM).write_bytes((root / ITEM).read_bytes().replace(b"status: approved", b"status: draft"))
    assert run(Console(), ["approve", "0000000001", "--root", str(root)]) == 0
    text = (root / ITEM).read_bytes().replace(b"title: Item 1", b'title:   "Item 1"')
    (root / ITEM).write_bytes(text)

    assert brief(root) == 0
    assert run(Console(), ["check", "--root", str(root)]) == 0


def test_a_place_that_holds_no_content_is_named_for_what_it_is(root, tmp_path, capsys):
    outside = tmp_path / "elsewhere.md"
    outside.write_text("Mine.\n")
    assert brief(root, str(outside)) == 5
    assert f"{outside} is not in the folder of this newsletter" in capsys.readouterr().err

    assert brief(root, str(root / "config.yaml")) == 5
    assert "config.yaml is no content file" in capsys.readouterr().err

    assert brief(root, "content/items/none.md") == 5
    assert "there is no item content/items/none.md" in capsys.readouterr().err
    assert outside.read_text() == "Mine.\n"


def test_what_was_found_in_form_is_looked_at_again_once_it_is_other_than_it_was(root, capsys):
    assert brief(root) == 0
    good = (root / OTHER).read_text(encoding="utf-8")
    for _ in range(2):
        assert brief(root, "--check") == 0
        (root / OTHER).write_text(good.replace("title: Item 2", "title: 'Item 2'"), encoding="utf-8")
        assert brief(root, "--check") == 1
        assert brief(root) == 0
        assert (root / OTHER).read_text(encoding="utf-8") == good


def test_a_file_that_cannot_be_read_is_not_in_order(root, capsys):
    assert brief(root) == 0
    (root / ITEM).write_text("not an item\n", encoding="utf-8")
    capsys.readouterr()

    assert brief(root, "--check") == 5
    said = capsys.readouterr().err
    assert "2 files: 1 left as it is" in said and "all in order" not in said
