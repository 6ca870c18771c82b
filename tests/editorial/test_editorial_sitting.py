from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import worktree
import worlds
from worktree import git

from builder.content import library
from builder.editorial.desk import Judge
from builder.editorial.review import Verdict
from builder.editorial.sitting import Sitting
from builder.errors import ContentError
from builder.gitrepo import Repo
from builder.model import Section, Status

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
SECTIONS = (Section(slug="research", title="Research"), Section(slug="policy", title="Policy"))


@pytest.fixture
def root(make_site: Callable[..., Path]) -> Path:
    texts = {
        worlds.item_file(1, 2): worlds.item(1, status="draft", day=2),
        worlds.item_file(2): worlds.item(2, status="draft"),
        worlds.item_file(3, 3): worlds.item(3, status="draft", section="research", day=3),
        worlds.item_file(4): worlds.item(4),
        "content/editions/0001.md": worlds.edition(1, [4], published=False),
    }
    return make_site("\n".join(f"-- {path} --\n{text}" for path, text in texts.items()))


def sitting(root: Path, repo: Repo | None = None) -> Sitting:
    judge = lambda reason: Judge(by="Ed", at=NOW, reason=reason)  # noqa: E731
    return Sitting(root, library.load(root), SECTIONS, judge, repo)


def texts(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*.md")}


def test_the_pile_is_in_the_order_of_sections_the_oldest_first(root: Path) -> None:
    assert [int(item.id, 16) for item in sitting(root).waiting()] == [3, 2, 1]


def test_every_step_can_be_taken_back_to_the_letter(root: Path) -> None:
    before, here = texts(root), sitting(root)

    here.decide(worlds.item_id(1), Verdict.APPROVE)
    here.decide(worlds.item_id(2), Verdict.REJECT, "off topic")
    here.tag(worlds.item_id(3), ["new", "tags"])
    here.place(worlds.item_id(1), here.open_edition())
    assert [int(item.id, 16) for item in here.waiting()] == [3]
    assert here.item(worlds.item_id(3)).tags == ("new", "tags")
    while here.steps:
        here.undo()

    assert texts(root) == before
    assert [int(item.id, 16) for item in here.waiting()] == [3, 2, 1]
    with pytest.raises(ContentError, match="nothing to undo"):
        here.undo()


def test_undo_never_takes_an_edit_with_it(root: Path) -> None:
    here = sitting(root)
    here.tag(worlds.item_id(2), ["new"])
    here.decide(worlds.item_id(1), Verdict.APPROVE)
    path = here.path(worlds.item_id(1))
    path.write_text(path.read_text() + "\nMy own words.\n")

    with pytest.raises(ContentError, match="changed since this step"):
        here.undo()

    assert "My own words." in path.read_text()
    assert here.undo().item == worlds.item_id(2)


def test_each_step_is_a_commit_and_so_is_taking_it_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = sitting(root, worktree.make(root, monkeypatch))

    here.decide(worlds.item_id(1), Verdict.APPROVE)
    here.tag(worlds.item_id(1), [])
    here.undo()

    assert git(root, "log", "--format=%s").split("\n")[:3] == [
        f"Undo: tag {worlds.item_id(1)}",
        "Tag: Item 1",
        "Approve: Item 1",
    ]
    assert git(root, "status", "--porcelain") == ""


def test_what_was_edited_meanwhile_is_read_again(root: Path) -> None:
    here = sitting(root)
    path = here.path(worlds.item_id(1))
    path.write_text(path.read_text().replace("title: Item 1", "title: Mine"))

    assert here.read_again(worlds.item_id(1)).title == "Mine"
    here.decide(worlds.item_id(1), Verdict.APPROVE)
    assert here.item(worlds.item_id(1)).status is Status.APPROVED


def test_a_sentence_without_evidence_is_told_as_somebodys_own(root: Path) -> None:
    told = sitting(root).beside(worlds.item_id(1))

    assert [(one.traced.text, one.traced.edited) for one in told] == [
        ("TL;DR Summary of Item 1", False),
        ("One sentence says it.", True),
    ]


def test_where_no_edition_is_open_that_is_said(root: Path) -> None:
    (root / "content/editions/0001.md").unlink()

    with pytest.raises(ContentError, match="no edition is open"):
        sitting(root).open_edition()


def test_what_is_other_than_it_was_approved_waits_again_and_tells_in_what(root, monkeypatch):
    beside = root / worlds.item_file(2).replace(".md", ".evidence.json")
    beside.write_text(worlds.evidence("One sentence says it."), encoding="utf-8")
    repo = worktree.make(root, monkeypatch)
    before = sitting(root, repo)
    for number in (1, 2, 3):
        before.decide(worlds.item_id(number), Verdict.APPROVE)
    assert before.waiting() == ()
    path = root / worlds.item_file(1, 2)
    path.write_text(path.read_text().replace("title: Item 1", "title: Another"), encoding="utf-8")
    beside.write_text(worlds.evidence("Another sentence says it."), encoding="utf-8")

    here = sitting(root, repo)
    assert [int(item.id, 16) for item in here.waiting()] == [2, 1]
    assert here.changes(worlds.item_id(1)) == (("title",), ("-title: Item 1", "+title: Another"))
    assert here.changes(worlds.item_id(2)) == (("evidence",), ())
    assert here.changes(worlds.item_id(3)) == ((), ())
    for number in (1, 2):
        here.decide(worlds.item_id(number), Verdict.APPROVE)
    assert here.waiting() == ()
    here.undo()
    assert [int(item.id, 16) for item in here.waiting()] == [2]
