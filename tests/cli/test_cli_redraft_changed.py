"""A source that changed under a draft: the feed says so, the draft is marked, and a new text is proposed."""

import os
import random
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import worktree
from harbour import PROSE, newsletter, newsletter_of_pages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.cli.console import Console
from builder.cli.main import run
from builder.content import changes, library
from builder.ingest import recheck
from builder.memory import Memory
from builder.model import Aspect, Item, Status
from builder.summary import evidence


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


def item(root: Path) -> Item:
    (one,) = library.load(root).library.items
    return one


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """A draft that git has, whose source says otherwise since; its feed has told so."""
    folder = newsletter_of_pages(tmp_path / "brief", "http://127.0.0.1:9", 1)
    config = folder / "config.yaml"
    config.write_text(config.read_text().replace("engine: llm", "engine: extract"))
    assert brief(folder, "pull") == 0
    worktree.make(folder, monkeypatch)
    change(folder, PROSE[7], PROSE[7].replace("twenty", "thirty"))
    feed = folder / "samples" / "feed.xml"
    before = feed.read_text()
    feed.write_text(before.replace("<title>Pier 1 opens", "<title>Pier 1 opens after all"))
    assert feed.read_text() != before
    assert brief(folder, "pull") == 0
    return folder


def change(root: Path, old: str, new: str) -> None:
    page = root / "samples" / "1.html"
    assert old in page.read_text()
    page.write_text(page.read_text().replace(old, new))


def test_feed_that_tells_otherwise_has_the_draft_marked_and_nothing_else_of_it_changed(root):
    assert any("thirty" in one.now for one in item(root).stale.found)
    assert "twenty ferries" in item(root).body


def test_new_text_is_that_of_the_source_as_it_is_now_and_the_mark_goes(root):
    assert brief(root, "redraft", "--changed") == 0

    now = item(root)
    proof = evidence.parse((root / evidence.path_of(now.path)).read_text())
    assert now.stale is None
    assert "thirty ferries" in now.body and "twenty ferries" not in now.body
    assert any("thirty" in cited.text for cited in proof.sentences)
    assert brief(root, "pull") == 0
    assert item(root).stale is None


def test_edit_is_merged_with_the_new_text(root):
    path = root / item(root).path
    path.write_text(path.read_text().replace("title: Pier 1 opens", "title: A title of mine", 1))
    text = path.read_text()
    path.write_text(text.replace("\n### ", "\nA sentence of mine.\n\n### ", 1))

    assert brief(root, "redraft", "--changed") in (0, 1)

    now = path.read_text()
    assert "title: A title of mine" in now
    assert "A sentence of mine." in now
    assert "thirty ferries" in now


def test_what_is_approved_is_named_and_not_written_over(root, capsys):
    assert brief(root, "approve", item(root).id) == 0
    text = (root / item(root).path).read_text()
    capsys.readouterr()

    assert brief(root, "redraft", "--changed") == 0

    assert (root / item(root).path).read_text() == text
    assert item(root).status is Status.APPROVED
    assert f"briefpress correct {item(root).id}" in capsys.readouterr().err


def test_page_that_is_gone_leaves_the_draft_as_it_is(root):
    (root / "samples" / "1.html").unlink()
    text = (root / item(root).path).read_text()

    assert brief(root, "redraft", "--changed") != 0
    assert (root / item(root).path).read_text() == text


@given(st.randoms(use_true_random=False))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_each_line_that_an_editor_wrote_survives_or_stands_in_a_conflict(root, chance: random.Random):
    path = root / item(root).path
    proof = root / evidence.path_of(item(root).path)
    before = path.read_text(), proof.read_text()
    lines = before[0].splitlines()
    start = lines.index("---", 1) + 1
    mine = []
    for number in range(chance.randrange(1, 5)):
        at = chance.randrange(start, len(lines))
        mine.append(f"Line {number} of an editor, {chance.randrange(1000)}.")
        if chance.random() < 0.5 and lines[at] and not lines[at].startswith("#"):
            lines[at] = mine[-1]
        else:
            lines.insert(at, mine[-1])
    mine = [line for line in mine if line in lines]
    path.write_text("\n".join(lines) + "\n")
    try:
        assert brief(root, "redraft", "--changed") in (0, 1)
        now = path.read_text().splitlines()
        assert [line for line in mine if line not in now] == []
    finally:
        path.write_text(before[0])
        proof.write_text(before[1])


# -- an item whose text came with its feed


OTHER = "The office expects thirty ferries a day when the pier is in full use."


@pytest.fixture
def told(make_site, monkeypatch) -> Path:
    """A draft of an entry without a page of its own, which its feed tells otherwise since."""
    folder = newsletter(make_site, "http://127.0.0.1:9", 1)
    config = folder / "config.yaml"
    config.write_text(config.read_text().replace("engine: llm", "engine: extract"))
    assert brief(folder, "pull") == 0
    worktree.make(folder, monkeypatch)
    assert "twenty ferries" in item(folder).body
    change_feed(folder, "twenty ferries", "thirty ferries")
    return folder


def change_feed(root: Path, old: str, new: str) -> None:
    feed = root / "samples" / "feed.xml"
    assert old in feed.read_text()
    feed.write_text(feed.read_text().replace(old, new))


def test_entry_that_is_told_otherwise_marks_its_draft_and_touches_nothing_else(told):
    before = item(told)

    assert brief(told, "pull") == 0

    (found,) = item(told).stale.found
    assert "thirty" in found.now
    assert replace(item(told), stale=None) == before


def test_text_of_the_entry_as_it_is_now_is_proposed_and_the_mark_goes(told):
    brief(told, "pull")

    assert brief(told, "redraft", "--changed") == 0

    now = item(told)
    proof = evidence.parse((told / evidence.path_of(now.path)).read_text())
    assert now.stale is None
    assert "thirty ferries" in now.body and "twenty ferries" not in now.body
    assert OTHER in [cited.text for cited in proof.sentences]
    assert brief(told, "pull") == 0
    assert item(told).stale is None


def test_edit_is_merged_with_the_entry_as_it_is_now(told):
    brief(told, "pull")
    path = told / item(told).path
    path.write_text(path.read_text().replace("\n### ", "\nA sentence of mine.\n\n### ", 1))

    assert brief(told, "redraft", "--changed") in (0, 1)

    now = path.read_text()
    assert "A sentence of mine." in now
    assert "thirty ferries" in now


def test_edit_of_a_draft_that_no_commit_has_as_it_was_is_merged_as_well(told):
    path = told / item(told).path
    path.write_text(path.read_text().replace("\n### ", "\nA sentence of mine.\n\n### ", 1))
    shutil.rmtree(told / ".git")
    brief(told, "pull")

    assert brief(told, "redraft", "--changed") in (0, 1)

    now = path.read_text()
    assert "A sentence of mine." in now
    assert "thirty ferries" in now


def test_entry_that_is_told_as_before_again_takes_the_mark_away(told):
    brief(told, "pull")
    change_feed(told, "thirty ferries", "twenty ferries")

    assert brief(told, "pull") == 0

    assert item(told).stale is None


def test_mark_is_found_without_what_earlier_pulls_remember(told):
    (told / ".briefpress" / "feeds.db").unlink()

    assert brief(told, "pull") == 0

    assert item(told).stale


def test_headline_of_the_feed_is_proposed_as_the_title_where_that_is_as_drafted(told):
    change_feed(told, "<title>Pier 1 opens", "<title>Pier 1 opens after all")
    brief(told, "pull")
    assert item(told).title == "Pier 1 opens"
    assert [one.now for one in item(told).stale.found if one.aspect is Aspect.HEADLINE] == [
        "Pier 1 opens after all"
    ]

    assert brief(told, "redraft", "--changed") == 0

    assert item(told).title == "Pier 1 opens after all"
    assert item(told).stale is None
    assert brief(told, "pull") == 0
    assert item(told).stale is None


def test_title_of_an_editor_stands_and_the_headline_is_named(told, capsys):
    change_feed(told, "<title>Pier 1 opens", "<title>Pier 1 opens after all")
    brief(told, "pull")
    path = told / item(told).path
    path.write_text(path.read_text().replace("title: Pier 1 opens", "title: A title of mine", 1))

    assert brief(told, "redraft", "--changed") == 0

    assert item(told).title == "A title of mine"
    assert "Pier 1 opens after all" in capsys.readouterr().err


def test_entry_that_its_feed_tells_no_more_leaves_the_draft_as_it_is(told, capsys):
    brief(told, "pull")
    text = (told / item(told).path).read_text()
    feed = told / "samples" / "feed.xml"
    feed.write_text(feed.read_text().replace(">g1<", ">g9<").replace("/1</link>", "/9</link>"))
    brief(told, "pull", "--limit", "1", "--since", "2026-12-31")

    assert brief(told, "redraft", "--changed") != 0

    assert (told / item_of(told, "/1").path).read_text() == text
    assert "tells of it no more" in capsys.readouterr().err


def item_of(root: Path, ending: str) -> Item:
    return next(one for one in library.load(root).library.items if one.source.url.endswith(ending))


def test_headline_alone_that_changes_in_the_feed_marks_an_item_with_a_page_and_can_be_had(root):
    assert [one.aspect for one in item(root).stale.found] == [Aspect.HEADLINE, Aspect.FIGURE]

    assert brief(root, "redraft", "--changed") == 0

    assert item(root).title == "Pier 1 opens after all"


def before_looking() -> None:
    recheck.recheck = die


def before_marking() -> None:
    changes.apply = die


def after_marking() -> None:
    Memory.keep_sightings = die  # type: ignore[method-assign]


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("moment", [before_looking, before_marking, after_marking])
@pytest.mark.parametrize("headline", [False, True])
def test_change_that_a_killed_pull_has_seen_is_told_by_the_next(told, tmp_path, moment, headline):
    if headline:
        change_feed(told, "thirty ferries", "twenty ferries")
        change_feed(told, "<title>Pier 1 opens", "<title>Pier 1 opens after all")
    whole = shutil.copytree(told, tmp_path / "whole")
    assert brief(whole, "pull") == 0
    child = os.fork()
    if not child:
        try:
            moment()
            brief(told, "pull")
        finally:
            os._exit(70)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert bool(item(told).stale) is (moment is after_marking)

    assert brief(told, "pull") == 0

    assert item(whole).stale.found == item(told).stale.found
    text = (told / item(told).path).read_text()
    assert brief(told, "pull") == 0
    assert (told / item(told).path).read_text() == text


@pytest.mark.parametrize("days", [14, 0])
def test_changed_headline_is_named_once(told, capsys, days):
    config = told / "config.yaml"
    config.write_text(config.read_text().replace("editorial:\n", f"editorial:\n  recheck_days: {days}\n"))
    change_feed(told, "<title>Pier 1 opens", "<title>Pier 1 opens after all")
    capsys.readouterr()

    assert brief(told, "pull") == 0

    assert capsys.readouterr().err.count("Pier 1 opens after all") == 1
    assert brief(told, "pull") == 0
    assert "Pier 1 opens after all" not in capsys.readouterr().err
