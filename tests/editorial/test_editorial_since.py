"""What a change brought in: findings that were there before are old, wherever they stand now."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import worktree
import worlds

from builder import config
from builder.config import Config
from builder.content import library
from builder.editorial import since
from builder.editorial.around import Around, around
from builder.model import Library

ITEM = worlds.item_file(1)
OTHER = worlds.item_file(2, day=2)
EVIDENCE = ITEM.replace(".md", ".evidence.json")


@pytest.fixture
def root(make_site, monkeypatch) -> Path:
    """Two items in git; the first has an old slip."""
    root = make_site(
        f"-- config.yaml --\n{worlds.config()}\n-- {ITEM} --\n{worlds.item(1, text='It was the the first.')}"
        f"\n-- {OTHER} --\n{worlds.item(2, day=2)}"
    )
    for path, text in ((EVIDENCE, "It was the the first."), (OTHER.replace(".md", ".evidence.json"), "")):
        (root / path).write_text(worlds.evidence(text or "One sentence says it."), encoding="utf-8")
    worktree.make(root, monkeypatch)
    return root


def edit(root: Path, path: str, *changes: tuple[str, str]) -> None:
    text = (root / path).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (root / path).write_text(text, encoding="utf-8")


def new(root: Path, ref: str = "HEAD", told: Config | None = None) -> list[str]:
    """`item-1.md:17 E204`, for all that is new since `ref`."""
    repo = worktree.Repo.at(root)
    assert repo
    commit = repo.start_of_change(ref)
    now = config.load(root)
    before = since.then(
        repo.changed_since(commit, [root / "content"]), lambda paths: repo.held_at(commit, paths)
    )

    def of(one: Config) -> Callable[[Library], Around]:
        return lambda lib: around(
            lib,
            [section.slug for section in one.sections],
            lookback_days=0,
            impact=False,
            now=datetime(2026, 11, 25, tzinfo=UTC),
            tags=one.tags,
            site=one.site.url,
        )

    read = library.load(root).library
    nouns = (*read.items, *read.editions)
    linted = since.new(root, read, nouns, before, now, of(now), of(told or now))
    return [
        f"{Path(one.path).name.removeprefix('2026-11-')}:{one.line} {one.code}"
        for each in linted
        for one in each.findings
    ]


def test_nothing_changed_brings_in_nothing(root):
    assert new(root) == []


def test_a_finding_that_moved_to_another_line_is_old(root):
    edit(root, ITEM, ("## TL;DR", "A line above.\n\n## TL;DR"))

    assert [one for one in new(root) if "E204" in one] == []


def test_what_was_written_since_is_new_and_the_same_slip_beside_it_old(root):
    edit(root, ITEM, ("## TL;DR", "It is what what it is.\n\n## TL;DR"))

    assert [one for one in new(root) if "E204" in one] == ["01-item-1.md:16 E204"]


def test_of_two_equal_slips_the_one_in_the_new_line_is_new(root):
    edit(root, ITEM, ("## TL;DR", "So the the second one.\n\n## TL;DR"))

    assert [one for one in new(root) if "E204" in one] == ["01-item-1.md:16 E204"]


def test_a_file_that_was_moved_brings_its_findings_along(root):
    place = worlds.item_file(7)
    worktree.git(root, "mv", ITEM, place)
    worktree.git(root, "mv", EVIDENCE, place.replace(".md", ".evidence.json"))

    assert new(root) == []


def test_a_file_that_was_moved_past_git_and_rewritten_is_known_by_its_id(root):
    place = worlds.item_file(7)
    text = worlds.item(1, text="It was the the first.", title="Quite another title", more="weight: 3\n")
    (root / place).write_text(text + "\n".join(f"\nLine {n} is new." for n in range(40)), encoding="utf-8")
    for path in (ITEM, EVIDENCE):
        (root / path).unlink()

    assert not [one for one in new(root) if "E204" in one]
    assert "07-item-7.md:1 E204" not in new(root)


def test_all_of_a_new_file_is_new(root):
    (root / worlds.item_file(3)).write_text(worlds.item(3, text="It was the the third."), encoding="utf-8")

    assert [one for one in new(root) if "E204" in one] == ["01-item-3.md:13 E204", "01-item-3.md:18 E204"]


def test_evidence_that_was_deleted_is_new_and_evidence_that_was_never_there_is_old(root):
    (root / EVIDENCE).unlink()
    assert new(root) == ["01-item-1.md:2 F901"]

    worktree.git(root, "commit", "-qam", "Lose the evidence")
    edit(root, ITEM, ("title: Item 1", "title: Item One"))
    assert new(root) == []


def test_a_change_of_the_evidence_alone_is_a_change(root):
    (root / EVIDENCE).write_text(worlds.evidence("Something about 12 horses."), encoding="utf-8")

    assert any(" F" in one for one in new(root))


def test_a_file_that_could_not_be_read_before_has_only_new_findings(root):
    edit(root, ITEM, ("status: approved", "status: nothing"))
    worktree.git(root, "commit", "-qam", "Break it")
    edit(root, ITEM, ("status: nothing", "status: approved"))

    assert [one for one in new(root) if "E204" in one] == ["01-item-1.md:13 E204", "01-item-1.md:18 E204"]


def test_a_page_that_is_gone_breaks_the_links_of_files_that_did_not_change(root):
    edit(root, ITEM, ("## TL;DR", "See [it](/items/2026-11-02-item-2/).\n\n## TL;DR"))
    worktree.git(root, "commit", "-qam", "Link it")
    (root / OTHER).unlink()

    assert new(root) == ["01-item-1.md:16 E105"]


def test_a_second_item_on_one_page_is_told_of_both(root):
    (root / worlds.item_file(3)).write_text(
        worlds.item(3).replace("https://example.org/3", "https://example.org/1"), encoding="utf-8"
    )

    assert [one for one in new(root) if "E106" in one] == ["01-item-1.md:11 E106", "01-item-3.md:11 E106"]


def test_a_section_that_the_config_lost_is_new_in_files_that_did_not_change(root):
    was = config.load(root)
    edit(root, "config.yaml", ("sections: [Policy, Research]", "sections: [Research]\ntags: [else]"))

    assert sorted(new(root, told=was)) == [
        *("01-item-1.md:6 E301", "01-item-1.md:7 E305", "02-item-2.md:6 E301", "02-item-2.md:7 E305"),
    ]


def test_a_branch_is_compared_with_where_it_left(root):
    worktree.git(root, "switch", "-qc", "work")
    edit(root, ITEM, ("## TL;DR", "It is what what it is.\n\n## TL;DR"))
    worktree.git(root, "commit", "-qam", "Write")
    worktree.git(root, "switch", "-q", "main")
    edit(root, OTHER, ("One sentence says it.\n", "One one sentence says it.\n"))
    worktree.git(root, "commit", "-qam", "Go on")
    worktree.git(root, "switch", "-q", "work")

    assert [one for one in new(root, "main") if "E204" in one] == ["01-item-1.md:16 E204"]


def test_names_with_spaces_and_letters_beyond_ascii_are_found_in_git(root):
    odd = "content/items/2026/ein schöner name.md"
    (root / odd).write_text(worlds.item(5, text="It was the the fifth."), encoding="utf-8")
    worktree.git(root, "add", ".")
    worktree.git(root, "commit", "-qm", "Add")
    edit(root, odd, ("title: Item 5", "title: Item Five"))

    assert new(root) == []
