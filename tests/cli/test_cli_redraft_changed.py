"""A source that changed under a draft: the feed says so, the draft is marked, and a new text is proposed."""

import random
from pathlib import Path

import pytest
import worktree
from harbour import PROSE, newsletter_of_pages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.cli.console import Console
from builder.cli.main import run
from builder.content import library
from builder.model import Item, Status
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
    assert "thirty" in item(root).stale.found[0].now
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
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
