"""`briefpress status`."""

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import worlds

from builder.cli.console import Console
from builder.cli.main import run


@pytest.fixture
def root(make_site):
    files = {
        worlds.item_file(number): worlds.item(number, status=status, title=f"Title {number}")
        for number, status in ((1, "approved"), (2, "approved"), (3, "draft"), (4, "rejected"))
    }
    files |= {"content/editions/0001.md": worlds.edition(1, [1, 3])}
    config = f"-- config.yaml --\n{worlds.config('editions')}"
    return make_site("\n".join([config, *(f"-- {path} --\n{text}" for path, text in files.items())]))


def test_status_says_what_is_where_what_is_held_up_and_what_comes_next(root, capsys):
    assert run(Console(), ["status", "--root", str(root)]) == 0

    out = capsys.readouterr().out
    assert out.startswith("4 items: 1 draft; 2 approved, 1 of them public; 1 rejected\n")
    assert f"{worlds.item_id(3)}  Title 3  is in edition 1 and a draft" in out
    assert "Next edition: Edition 2, 1 item\n" in out
    assert f"{worlds.item_id(2)}  2026-11-01  Policy  Title 2" in out


def test_status_is_one_document_for_programs(root, capsys):
    run(Console(), ["status", "--json", "--root", str(root)])

    data = json.loads(capsys.readouterr().out)["data"]
    assert data["items"] == {"draft": 1, "approved": 2, "rejected": 1, "changed": 0}
    assert (data["public"], data["waiting"], data["broken_files"]) == (1, 1, 0)
    assert [one["id"] for one in data["held"]] == [worlds.item_id(3)]
    assert data["next"]["parts"] == [{"title": "Policy", "items": [worlds.item_id(2)]}]


def test_status_changes_nothing_and_tells_broken_files(root, capsys):
    (root / worlds.item_file(9)).write_text("half a thought", encoding="utf-8")
    before = sorted(root.rglob("*"))

    assert run(Console(), ["status", "--root", str(root)]) == 0
    assert "does not begin with front matter" in capsys.readouterr().err
    assert sorted(path for path in root.rglob("*") if ".briefpress" not in path.parts) == before


def test_an_edition_that_is_not_published_is_said(root, capsys):
    path = root / "content/editions/0001.md"
    told = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^published:.*\n", "", told, flags=re.MULTILINE), encoding="utf-8")
    run(Console(), ["status", "--root", str(root)])

    assert "Not published yet: Edition 1, 2 items; `briefpress edition publish 1`" in capsys.readouterr().out


def test_a_thin_week_is_said(root, capsys):
    config = worlds.config("editions").replace("editorial:\n", "editorial:\n  edition:\n    min_items: 5\n")
    (root / "config.yaml").write_text(config, encoding="utf-8")
    run(Console(), ["status", "--root", str(root)])

    assert "Next edition: 1 item waiting, fewer than the 5 it needs" in capsys.readouterr().out


@pytest.fixture
def torn(root) -> str:
    """The path of item 3, with what a merge left in it from line 18 on."""
    path = root / worlds.item_file(3)
    told = path.read_text(encoding="utf-8")
    mine = f"<<<<<<< HEAD\n{told.splitlines()[-1]}\n=======\nAnother says it.\n>>>>>>> other\n"
    path.write_text(f"{told.rpartition('One sentence')[0]}{mine}", encoding="utf-8")
    return worlds.item_file(3)


def test_a_file_with_the_markers_of_a_merge_is_held_up(root, torn, capsys):
    assert run(Console(), ["status", "--root", str(root)]) == 0
    out = capsys.readouterr().out
    assert "Held up (1)\n" in out
    assert f"{worlds.item_id(3)}  {torn}  cannot be read: an unresolved merge conflict (line 18)" in out

    run(Console(), ["status", "--json", "--root", str(root)])
    (told,) = json.loads(capsys.readouterr().out)["data"]["unread"]
    assert (told["id"], told["path"]) == (worlds.item_id(3), torn)


@pytest.mark.parametrize("command", ["approve", "reject", "reopen", "lint", "explain", "show"])
@pytest.mark.parametrize("by_path", [False, True])
def test_commands_name_the_markers_and_the_file(root, torn, capsys, command, by_path):
    ref = torn if by_path else worlds.item_id(3)

    assert run(Console(), [command, ref, "--root", str(root)]) == 5

    err = capsys.readouterr().err
    assert f"{torn}:18: an unresolved merge conflict" in err
    assert "there is no item" not in err


def commands(root, capsys):
    capsys.readouterr()
    run(Console(), ["status", "--json", "--root", str(root)])
    return json.loads(capsys.readouterr().out)["data"]["commands"]


def test_it_ends_with_what_to_type_next_from_the_first_feed_to_the_built_edition(root, make_site, capsys):
    text = worlds.config("editions")
    bare = make_site(f"-- config.yaml --\n{text}", folder="bare")
    followed = text.replace("feeds: []", "feeds: [https://two.example/feed]")
    empty = make_site(f"-- config.yaml --\n{followed}", folder="empty")
    (root / "config.yaml").write_text(followed, encoding="utf-8")
    assert commands(bare, capsys) == ["briefpress feeds add ADDRESS"]
    assert commands(empty, capsys) == ["briefpress pull"]

    first, *rest = commands(root, capsys)
    assert first in ("briefpress review", "briefpress list --status draft")
    assert rest == ["briefpress edition new", "briefpress build"]

    run(Console(), ["approve", worlds.item_id(3), "--root", str(root)])
    run(Console(), ["edition", "new", "--root", str(root)])
    assert commands(root, capsys) == ["briefpress edition publish 2", "briefpress build"]
    run(Console(), ["edition", "publish", "2", "--root", str(root)])
    assert commands(root, capsys) == ["briefpress build"]
    run(Console(), ["build", "--root", str(root)])
    assert commands(root, capsys) == ["briefpress pull"]
    run(Console(), ["status", "--root", str(root)])
    assert capsys.readouterr().out.endswith("Next\n  briefpress pull  asks the feeds for what is new\n")


@pytest.mark.parametrize(("age", "since"), [(timedelta(days=100), "365"), (timedelta(days=900), "")])
def test_where_all_entries_were_too_old_it_says_how_to_draft_them(make_site, capsys, age, since):
    newest = datetime.now(UTC) - age
    text = worlds.config("editions").replace("feeds: []", "feeds: [samples/feed.xml]")
    words = "<description>The council of Northport opened a second berth for its ferries.</description>"
    item = f"<item><guid>1</guid><title>One</title>{words}<pubDate>{format_datetime(newest)}</pubDate></item>"
    feed = f'<rss version="2.0"><channel><title>Samples</title>{item}</channel></rss>'
    root = make_site(f"-- config.yaml --\n{text}\n-- samples/feed.xml --\n{feed}")
    assert commands(root, capsys) == ["briefpress pull"]

    run(Console(), ["pull", "--root", str(root)])

    assert commands(root, capsys) == [f"briefpress pull --since {since or f'{newest:%Y-%m-%d}'}"]
    run(Console(), ["pull", "--since", since or f"{newest:%Y-%m-%d}", "--root", str(root)])
    assert "briefpress pull" not in " ".join(commands(root, capsys))


def test_where_there_is_no_limit_of_age_it_names_no_older_entries(make_site, capsys):
    text = worlds.config("editions").replace("feeds: []", "feeds: [{url: samples/feed.xml, max_age_days: 0}]")
    item = "<item><guid>1</guid><pubDate>Fri, 22 Jan 2021 08:00:00 GMT</pubDate></item>"
    feed = f'<rss version="2.0"><channel><title>Samples</title>{item}</channel></rss>'
    root = make_site(f"-- config.yaml --\n{text}\n-- samples/feed.xml --\n{feed}")

    run(Console(), ["pull", "--root", str(root)])

    assert not any("--since" in command for command in commands(root, capsys))
