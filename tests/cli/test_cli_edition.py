"""What `edition` tells, and that it says so when there is nothing to do."""

import json
from pathlib import Path

import pytest
import worktree
import worlds

from builder.cli.console import Console
from builder.cli.main import run


@pytest.fixture
def root(make_site, monkeypatch) -> Path:
    one, two = (worlds.item(number) for number in (1, 2))
    edition = worlds.edition(1, [1, 2], published=False).replace(
        f"- {worlds.item_id(2)}", f"- item: {worlds.item_id(2)}\n        note: Read this"
    )
    root = make_site(
        f"-- config.yaml --\n{worlds.config('editions')}\n-- {worlds.item_file(1)} --\n{one}"
        f"\n-- {worlds.item_file(2)} --\n{two}\n-- content/editions/0001.md --\n{edition}"
    )
    worktree.make(root, monkeypatch)
    return root


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


def test_show_tells_the_items_with_parts_states_and_notes(root, capsys):
    assert brief(root, "edition", "show", "1") == 0
    told = capsys.readouterr()
    assert "Policy  0000000001  approved  Item 1" in told.out
    assert "Item 2 (Read this)" in told.out
    assert "2 items, not published yet, not mailed yet" in told.err

    assert brief(root, "edition", "show", "1", "--json") == 0
    edition = json.loads(capsys.readouterr().out)["data"]["edition"]
    assert [(one["id"], one["part"], one["note"]) for one in edition["items"]] == [
        ("0000000001", "Policy", ""),
        ("0000000002", "Policy", "Read this"),
    ]
    assert brief(root, "edition", "show", "9") == 5


def test_a_move_to_where_it_is_changes_nothing_and_says_so(root, capsys):
    before = worktree.git(root, "rev-parse", "HEAD")

    assert brief(root, "edition", "move", "1", "0000000001", "--before", "0000000002") == 0
    assert capsys.readouterr().out.startswith("as it was: Edition 1 (2 items)")
    assert worktree.git(root, "rev-parse", "HEAD") == before


def test_status_and_list_say_whether_an_edition_was_mailed(root, capsys):
    assert brief(root, "edition", "publish", "1") == 0
    capsys.readouterr()
    assert brief(root, "status") == 0
    assert "Last published: Edition 1, " in (told := capsys.readouterr().out)
    assert "; not mailed" in told

    path = root / "content/editions/0001.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("parts:", "sent: 2026-11-23T09:00:00Z\nparts:"), encoding="utf-8")
    assert brief(root, "status") == 0
    assert "; mailed 2026-11-23" in capsys.readouterr().out
    assert brief(root, "edition", "list") == 0
    assert "2026-11-23" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command", [["list"], ["approve"], ["reject"], ["redraft"], ["pull"]], ids=lambda command: command[0]
)
def test_a_misspelt_feed_is_told_alike_everywhere(root, capsys, command):
    config = (root / "config.yaml").read_text(encoding="utf-8")
    feed = "feeds: [{url: 'https://example.org/feed.xml', slug: news}]"
    (root / "config.yaml").write_text(config.replace("feeds: []", feed), encoding="utf-8")

    assert brief(root, *command, "--feed", "nwes") == 2
    assert "there is no feed 'nwes'; did you mean 'news'?" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["list"], ["approve", "-n"], ["redraft", "-n"]], ids=lambda it: it[0])
def test_a_feed_that_is_followed_no_more_is_one_while_items_came_from_it(root, command):
    assert brief(root, *command, "--feed", "example") == 0


def test_to_add_to_what_is_published_or_what_another_has_is_said(root, capsys):
    path = root / "content/editions/0001.md"
    told = worlds.edition(1, [1])
    path.write_text(told.replace("parts:\n", "sent: 2026-11-20T10:00:00Z\nparts:\n"), encoding="utf-8")
    (root / "content/editions/0002.md").write_text(worlds.edition(2, [2], published=False), encoding="utf-8")

    for options in (["--dry-run"], []):
        assert brief(root, "edition", "add", "1", worlds.item_id(2), *options) == 0
        err = capsys.readouterr().err
        assert "edition 1 is published: the next build changes what readers see" in err
        assert "its letter, mailed on 2026-11-20, stays as it is" in err
        assert f"{worlds.item_id(2)} is in edition 2 too, which is not published yet" in err

    assert brief(root, "edition", "add", "2", worlds.item_id(1)) == 0
    err = capsys.readouterr().err
    assert "edition 2 is published" not in err
    assert f"{worlds.item_id(1)} is in edition 1 too, which is published" in err
