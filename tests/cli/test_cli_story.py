"""`briefpress story` and what `pull`, `list` and `show` tell of stories."""

import json
from pathlib import Path

import pytest
import worktree
import worlds

from builder.cli.console import Console
from builder.cli.main import run

A, B, C = map(worlds.item_id, (1, 2, 3))
BRIDGE = (
    "The old railway bridge over the Lindau closes in March, because inspectors found cracks in two pillars.",
    "Inspectors who found cracks in two pillars have the railway bridge at Lindau closed from March on.",
)
FEED = """\
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>{name}</title><id>urn:{name}</id>
<updated>2026-11-20T00:00:00Z</updated>
<entry><id>urn:{name}:1</id><title>{title}</title><published>2026-11-{day}T00:00:00Z</published>
<updated>2026-11-20T00:00:00Z</updated><content type="text">{text}</content></entry></feed>
"""
CONFIG = worlds.config().replace(
    "feeds: []",
    "fetch:\n  max_age_days: 0\nfeeds:\n  - {url: one.xml, name: One}\n  - {url: two.xml, name: Two}",
)


@pytest.fixture
def root(make_site) -> Path:
    files = {
        worlds.item_file(1): worlds.item(1, title=BRIDGE[0][:40], text=BRIDGE[0], feed="one"),
        worlds.item_file(2): worlds.item(2, title=BRIDGE[1][:40], text=BRIDGE[1], feed="two"),
        worlds.item_file(3): worlds.item(3, title="Something else", feed="three"),
    }
    config = f"-- config.yaml --\n{worlds.config()}"
    return make_site("\n".join([config, *(f"-- {path} --\n{text}" for path, text in files.items())]))


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


def told(root: Path, capsys, *arguments: str) -> dict:
    capsys.readouterr()
    assert brief(root, *arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)["data"]


def test_the_stories_of_items_that_are_in_none_are_found_and_committed(root, capsys, monkeypatch):
    worktree.make(root, monkeypatch)

    assert told(root, capsys, "story", "find", "--dry-run")["placed"] == [
        {"id": B, "path": worlds.item_file(2), "story": A}
    ]
    assert told(root, capsys, "story", "list")["stories"] == []
    assert told(root, capsys, "story", "find")["commit"]
    assert worktree.committed(root) == [worlds.item_file(2)]
    assert [one["id"] for one in told(root, capsys, "story", "list")["stories"]] == [A]
    assert told(root, capsys, "story", "find")["placed"] == []


def test_a_story_is_listed_and_shown_with_what_it_holds(root, capsys):
    brief(root, "story", "find")
    capsys.readouterr()
    brief(root, "story", "list")
    brief(root, "story", "show", B)

    out = capsys.readouterr().out
    assert f"{A}  2" in out
    assert f"story {A}\n" in out
    assert out.count("2026-11-01") == 2


def test_list_and_show_tell_the_story_of_an_item(root, capsys):
    brief(root, "story", "find")

    capsys.readouterr()
    brief(root, "list")
    assert f"policy   {A}  The old railway" in capsys.readouterr().out
    assert {one["id"]: one["story"] for one in told(root, capsys, "list")["items"]} == {A: A, B: A, C: ""}
    assert told(root, capsys, "show", B)["item"]["story"] == A
    capsys.readouterr()
    brief(root, "show", B)
    assert f"in the story {A} with 1 other item" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["split", "pin", "merge"])
def test_a_decision_is_shown_before_it_is_made_and_committed_unless_told_not_to(
    root, capsys, monkeypatch, verb
):
    brief(root, "story", "find")
    worktree.make(root, monkeypatch)
    call = ("story", verb, B, *([C] if verb == "merge" else []))

    planned = told(root, capsys, *call, "--dry-run")
    assert not (root / "content" / "stories").exists()
    done = told(root, capsys, *call, "--no-commit")
    assert done == planned
    assert all((root / path).is_file() for path in done["files"])
    assert told(root, capsys, "story", "show", B)["story"]["id"] == done["story"]["id"]


def test_an_id_that_a_story_and_the_item_that_left_it_share_is_told_as_such(root, capsys):
    for number in (2, 3):
        (root / worlds.item_file(number)).write_text(worlds.item(number, story=1), encoding="utf-8")
    apart = told(root, capsys, "story", "split", A)["story"]["id"]
    said = f"{A} names the story here. The item that opened it is in the story {apart}; its name is "

    for call in (["show", A], ["pin", A], ["unpin", A], ["merge", A, apart, "--dry-run"]):
        assert brief(root, "story", *call) == 0
        assert said + worlds.item_file(1) in capsys.readouterr().err
    for call in (["show", B], ["show", worlds.item_file(1)], ["merge", worlds.item_file(1), B, "--dry-run"]):
        assert brief(root, "story", *call) == 0
        assert "names the story here" not in capsys.readouterr().err


def test_unpin_undoes_pin(root, capsys):
    brief(root, "story", "find")
    assert told(root, capsys, "story", "pin", A)["story"]["pinned"]

    assert told(root, capsys, "story", "unpin", A)["story"]["pinned"] is False


def test_a_story_that_is_not_there_is_a_fault_of_the_content(root, capsys):
    assert brief(root, "story", "show", C) == 5

    assert f"{C} (Something else) is in no story" in capsys.readouterr().err


def test_pull_writes_the_story_of_a_new_draft_into_its_file(make_site, capsys):
    one = FEED.format(name="one", title=BRIDGE[0][:40], text=BRIDGE[0] * 3, day=19)
    two = FEED.format(name="two", title=BRIDGE[1][:40], text=BRIDGE[1] * 3, day=20)
    root = make_site(f"-- config.yaml --\n{CONFIG}\n-- one.xml --\n{one}")
    brief(root, "pull")
    (root / "two.xml").write_text(two, encoding="utf-8")

    (drafted,) = told(root, capsys, "pull")["drafted"]
    (story,) = told(root, capsys, "story", "list")["stories"]
    assert [item["source"] for item in story["items"]] == ["One", "Two"]
    assert drafted["story"] == story["id"] == story["items"][0]["id"]
    assert f"story: {story['id']}" in (root / drafted["path"]).read_text(encoding="utf-8").replace("'", "")
