"""Two editors, two clones, one newsletter: git brings their work together, and nothing goes out unseen."""

import subprocess
from pathlib import Path

import pytest
import worktree
import worlds
from worktree import git

from builder.cli.console import Console
from builder.cli.main import run
from builder.content import library
from builder.model import Status

ONE, TWO = worlds.item_file(1), worlds.item_file(2)
EDITION = "content/editions/0001.md"


@pytest.fixture
def clones(make_site, tmp_path, monkeypatch) -> tuple[Path, Path]:
    """Ann's work tree and Ben's, a clone of it."""
    text = "First sentence.\n\n### More\n\nSecond sentence."
    files = {
        "config.yaml": worlds.config("editions"),
        ".gitignore": ".briefpress/\nsite/\n",
        ONE: worlds.item(1, status="draft").replace("\nOne sentence says it.\n", f"\n{text}\n"),
        TWO: worlds.item(2, status="draft"),
    }
    ann = make_site("\n".join(f"-- {path} --\n{held}" for path, held in files.items()), "ann")
    worktree.make(ann, monkeypatch)
    ben = tmp_path / "ben"
    git(ann, "clone", "--quiet", str(ann), str(ben))
    return ann, ben


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")
    git(root, "commit", "--quiet", "--all", "--message=Edit")


def bring_together(ann: Path, ben: Path) -> int:
    """Merge what Ben has into what Ann has; the exit code of git."""
    git(ann, "fetch", "--quiet", str(ben), "main")
    merge = ["git", "-C", str(ann), "merge", "--quiet", "--no-edit", "FETCH_HEAD"]
    return subprocess.run(merge, capture_output=True, check=False).returncode


def statuses(root: Path) -> dict[str, Status]:
    return {item.id: item.status for item in library.load(root).library.items}


def test_work_on_different_items_comes_together_by_itself(clones):
    ann, ben = clones
    edit(ann, ONE, "title: Item 1", "title: Ann's title")
    assert brief(ben, "approve", worlds.item_id(2)) == 0

    assert bring_together(ann, ben) == 0
    assert statuses(ann) == {worlds.item_id(1): Status.DRAFT, worlds.item_id(2): Status.APPROVED}
    assert "Ann's title" in (ann / ONE).read_text(encoding="utf-8")


def test_an_edit_and_an_approval_that_git_merges_are_no_approval_of_the_edit(clones, capsys):
    ann, ben = clones
    edit(ann, ONE, "Second sentence.", "Something nobody has seen.")
    assert brief(ben, "approve", worlds.item_id(1)) == 0

    assert bring_together(ann, ben) == 0
    assert statuses(ann)[worlds.item_id(1)] is Status.CHANGED
    assert brief(ann, "check") == 1
    assert brief(ann, "build", "--production") != 0
    assert f"{ONE}: is no longer what Ed Itor" in capsys.readouterr().err


def test_two_edits_of_one_item_in_different_places_are_both_kept(clones):
    ann, ben = clones
    edit(ann, ONE, "First sentence.", "Ann's sentence.")
    edit(ben, ONE, "Second sentence.", "Ben's sentence.")

    assert bring_together(ann, ben) == 0
    text = (ann / ONE).read_text(encoding="utf-8")
    assert "Ann's sentence." in text and "Ben's sentence." in text
    assert brief(ann, "check") == 0


def test_two_edits_of_one_line_are_refused_by_name_until_somebody_chooses(clones, capsys):
    ann, ben = clones
    edit(ann, ONE, "First sentence.", "Ann's sentence.")
    edit(ben, ONE, "First sentence.", "Ben's sentence.")

    assert bring_together(ann, ben) == 1
    text = (ann / ONE).read_text(encoding="utf-8")
    assert "Ann's sentence." in text and "Ben's sentence." in text
    for command in (["check"], ["approve", worlds.item_id(1)], ["build", "--production"], ["fmt", ONE]):
        assert brief(ann, *command) == 5
    assert f"{ONE}:18: an unresolved merge conflict" in capsys.readouterr().err
    assert (ann / ONE).read_text(encoding="utf-8") == text

    settled = "\n".join(line for line in text.splitlines() if line[:7] not in ("<" * 7, "=" * 7, ">" * 7))
    (ann / ONE).write_text(f"{settled}\n", encoding="utf-8")
    git(ann, "commit", "--quiet", "--all", "--no-edit")
    assert brief(ann, "check") == 0


def test_a_decision_amid_a_merge_is_refused_and_takes_nothing_from_git(clones, capsys):
    ann, ben = clones
    edit(ann, ONE, "First sentence.", "Ann's sentence.")
    edit(ben, ONE, "First sentence.", "Ben's sentence.")
    assert bring_together(ann, ben) == 1
    text = (ann / ONE).read_text(encoding="utf-8")
    settled = [line for line in text.splitlines() if line[:7] not in ("<" * 7, "=" * 7, ">" * 7)]
    (ann / ONE).write_text("\n".join(settled) + "\n", encoding="utf-8")
    before = git(ann, "status", "--porcelain"), (ann / ONE).read_bytes()
    assert before[0].startswith("UU ")

    assert brief(ann, "approve", worlds.item_id(1)) == 6
    assert f"{ONE} is in a conflict" in capsys.readouterr().err
    assert brief(ann, "approve", worlds.item_id(2)) == 6
    assert "a merge is under way" in capsys.readouterr().err
    assert (git(ann, "status", "--porcelain"), (ann / ONE).read_bytes()) == before

    git(ann, "add", ONE)
    assert brief(ann, "approve", worlds.item_id(1)) == 6
    assert "`git merge --continue`" in capsys.readouterr().err
    git(ann, "commit", "--quiet", "--no-edit")
    assert brief(ann, "approve", worlds.item_id(1)) == 0
    assert worktree.committed(ann) == [ONE]


def test_a_decision_amid_a_rebase_is_refused_since_its_end_may_drop_it(clones, capsys):
    ann, ben = clones
    edit(ann, ONE, "First sentence.", "Ann's sentence.")
    edit(ben, ONE, "First sentence.", "Ben's sentence.")
    assert bring_together(ann, ben) == 1
    git(ann, "merge", "--abort")
    told = subprocess.run(["git", "-C", ann, "rebase", "FETCH_HEAD"], capture_output=True, check=False)
    assert told.returncode == 1
    before = git(ann, "status", "--porcelain"), git(ann, "rev-parse", "HEAD")

    assert brief(ann, "approve", worlds.item_id(2)) == 6
    assert "a rebase is under way" in capsys.readouterr().err
    assert (git(ann, "status", "--porcelain"), git(ann, "rev-parse", "HEAD")) == before
    git(ann, "rebase", "--abort")
    assert brief(ann, "approve", worlds.item_id(2)) == 0


def test_two_verdicts_on_one_item_are_a_conflict_and_not_the_last_ones(clones):
    ann, ben = clones
    assert brief(ann, "approve", worlds.item_id(1)) == 0
    assert brief(ben, "reject", worlds.item_id(1), "--reason", "An advertisement") == 0

    assert bring_together(ann, ben) == 1
    assert brief(ann, "check") == 5


def test_two_editions_opened_at_once_never_share_a_number_unnoticed(clones, capsys):
    ann, ben = clones
    for root, number in ((ann, 1), (ben, 2)):
        assert brief(root, "approve", worlds.item_id(number)) == 0
        assert brief(root, "edition", "new", "--title", f"Of item {number}") == 0

    assert bring_together(ann, ben) == 1
    assert brief(ann, "check") == 5
    assert EDITION in capsys.readouterr().err
    assert brief(ann, "edition", "new") == 5


def test_an_edition_that_both_work_on_keeps_what_each_did(clones):
    ann, ben = clones
    for number in (1, 2):
        assert brief(ann, "approve", worlds.item_id(number)) == 0
    assert brief(ann, "edition", "new") == 0
    git(ben, "pull", "--quiet", str(ann), "main")
    edit(ann, EDITION, "title: Edition 1", "title: The first of all")
    path = ben / EDITION
    path.write_text(path.read_text(encoding="utf-8") + "Ben's introduction.\n", encoding="utf-8")
    git(ben, "commit", "--quiet", "--all", "--message=Introduce")

    assert bring_together(ann, ben) == 0
    (edition,) = library.load(ann).library.editions
    assert (edition.title, edition.intro) == ("The first of all", "Ben's introduction.\n")
