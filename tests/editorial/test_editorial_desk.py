from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import worktree
import worlds
from worktree import git

from builder.content import items, library
from builder.content.library import Loaded
from builder.editorial import arrange, desk
from builder.editorial.desk import Prepared
from builder.editorial.review import Verdict
from builder.errors import ContentError
from builder.gitrepo import Repo
from builder.model import Policy, Section, Status

Site = Callable[..., Path]
NOW = datetime(2026, 11, 21, 7, 0, 0, 123456, tzinfo=UTC)
JUDGE = desk.Judge(by="Ed Itor <ed@example.org>", at=NOW.replace(microsecond=0), reason="off topic")
SECTIONS = (Section(slug="policy", title="Policy"),)
TODAY = datetime(2026, 11, 21, tzinfo=UTC)


def world(*items: str, **files: str) -> str:
    base = {worlds.item_file(number): text for number, text in enumerate(items, start=1)}
    return "\n".join(f"-- {path} --\n{text}" for path, text in (base | files).items())


def drafts(count: int) -> list[str]:
    return [worlds.item(number, status="draft") for number in range(1, count + 1)]


def refused(call: Callable[[], object]) -> list[str]:
    with pytest.raises(ContentError) as error:
        call()
    return [str(fault) for fault in error.value.faults]


# -- found


@pytest.fixture
def loaded(make_site: Site) -> Loaded:
    text = worlds.item(3).replace("0000000003", "abcd000003")
    other = worlds.item(4).replace("0000000004", "abcd000004")
    return library.load(make_site(world(*drafts(2), text, other)))


@pytest.mark.parametrize(
    "ref",
    [
        "abcd000003",
        "abcd000003"[:10].upper(),
        "content/items/2026/2026-11-01-item-3.md",
        "./content/items/2026/2026-11-01-item-3.md",
        "/home/ed/brief/content/items/2026/2026-11-01-item-3.md",
        "../2026/2026-11-01-item-3.md",
        "2026-11-01-item-3.md",
    ],
)
def test_an_item_is_found_by_id_and_by_path(loaded: Loaded, ref: str) -> None:
    assert desk.find(loaded.library, ref).id == "abcd000003"


def test_an_item_is_found_by_the_start_of_its_id(make_site: Site) -> None:
    text = worlds.item(1).replace("0000000001", "3f9a1c2b4d")

    assert desk.find(library.load(make_site(world(text))).library, "3f9a").id == "3f9a1c2b4d"


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        ("3f9a", "there is no item 3f9a"),
        ("item-3.md", "there is no item item-3.md"),
        ("3f9a1c2b4d00", "there is no item 3f9a1c2b4d00"),
        ("abc", "`abc` is too short for an id"),
        ("", "`` is too short for an id"),
        ("abcd", "abcd may be any of 2 items: abcd000003 Item 3; abcd000004 Item 4"),
    ],
)
def test_what_names_no_item_or_several_is_refused(loaded: Loaded, ref: str, told: str) -> None:
    assert refused(lambda: desk.find(loaded.library, ref)) == [told]


# -- decided


def test_one_decision_is_one_commit_of_one_file(make_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_site(world(*drafts(3)))
    repo = worktree.make(root, monkeypatch)
    (root / "notes.txt").write_text("mine\n")

    decisions = desk.decide(
        root, library.load(root), ["0000000002", worlds.item_file(1)], Verdict.APPROVE, JUDGE, repo
    )

    assert git(root, "log", "--format=%s|%(trailers:only,separator=%x7C)", "-2") == (
        "Approve: Item 1|Briefpress-Item: 0000000001\nApprove: Item 2|Briefpress-Item: 0000000002\n"
    )
    assert git(root, "diff", "--shortstat", "HEAD~2").strip() == (
        "2 files changed, 10 insertions(+), 2 deletions(-)"
    )
    assert [len(one.commit) >= 7 for one in decisions] == [True, True]
    assert git(root, "status", "--porcelain") == "?? notes.txt\n"
    assert library.load(root).library.items[0].status is Status.APPROVED


def test_a_decision_already_taken_is_no_change(make_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_site(world(*drafts(1)))
    repo = worktree.make(root, monkeypatch)
    desk.decide(root, library.load(root), ["0000000001"], Verdict.APPROVE, JUDGE, None)
    worktree.git(root, "commit", "--quiet", "--all", "--message=Approve")

    (decision,) = desk.decide(root, library.load(root), ["0000000001"], Verdict.APPROVE, JUDGE, repo)

    assert (decision.change, decision.commit, decision.status) == (None, "", Status.APPROVED)
    assert git(root, "log", "--format=%s") == "Approve\nBegin\n"


def test_an_item_named_twice_is_decided_once(make_site: Site) -> None:
    root = make_site(world(*drafts(1)))

    assert len(desk.decide(root, library.load(root), ["0000000001"] * 2, Verdict.REJECT, JUDGE, None)) == 1


def test_a_plan_writes_nothing_and_shows_what_would_be(make_site: Site) -> None:
    root = make_site(world(*drafts(1)))
    before = (root / worlds.item_file(1)).read_text()

    (decision,) = desk.plan_decisions(
        root, library.load(root).library, ["0000000001"], Verdict.APPROVE, JUDGE
    )

    assert decision.change
    digest = items.approved_digest(decision.item)
    assert decision.change.writes == {
        worlds.item_file(1): before.replace("draft", "approved").replace(
            "by: extract/1\n",
            "by: extract/1\nreview:\n  by: Ed Itor <ed@example.org>\n  at: 2026-11-21T07:00:00Z\n"
            f"  digest: {digest}\n",
        )
    }
    assert (root / worlds.item_file(1)).read_text() == before


def test_when_one_cannot_be_decided_all_are_told_and_none_is(make_site: Site) -> None:
    root = make_site(world(*drafts(1), worlds.item(2, status="rejected")))
    loaded = library.load(root)
    refs = ["0000000001", "0000000002", "ffff"]

    assert refused(lambda: desk.decide(root, loaded, refs, Verdict.APPROVE, JUDGE, None)) == [
        f"{worlds.item_file(2)}: 0000000002 is rejected and cannot be approved",
        "there is no item ffff",
    ]
    assert library.load(root) == loaded


def test_the_file_as_it_stands_is_decided_on(make_site: Site) -> None:
    root = make_site(world(*drafts(1)))
    loaded = library.load(root)
    path = root / worlds.item_file(1)
    path.write_text(path.read_text().replace("status: draft", "status: rejected").replace("Item 1", "Edited"))

    assert len(refused(lambda: desk.decide(root, loaded, ["0000000001"], Verdict.APPROVE, JUDGE, None))) == 1
    (decision,) = desk.decide(root, loaded, ["0000000001"], Verdict.REOPEN, JUDGE, None)

    assert decision.change and decision.change.message == "Reopen: Edited"


def test_without_git_it_just_writes(make_site: Site) -> None:
    root = make_site(world(*drafts(1)))

    (decision,) = desk.decide(root, library.load(root), ["0000000001"], Verdict.REJECT, JUDGE, None)

    assert decision.commit == ""
    assert library.load(root).library.items[0].status is Status.REJECTED


def test_a_rejection_keeps_its_reason_and_reopening_forgets_it(make_site: Site) -> None:
    root = make_site(world(*drafts(1)))
    before = (root / worlds.item_file(1)).read_text()

    desk.decide(root, library.load(root), ["0000000001"], Verdict.REJECT, JUDGE, None)
    (item,) = library.load(root).library.items
    assert item.review and (item.review.by, item.review.reason) == (JUDGE.by, "off topic")

    desk.decide(root, library.load(root), ["0000000001"], Verdict.REOPEN, JUDGE, None)
    assert (root / worlds.item_file(1)).read_text() == before


def test_an_approval_by_hand_can_be_bound_to_the_text(make_site: Site) -> None:
    root = make_site(world(worlds.item(1)))

    (decision,) = desk.decide(root, library.load(root), ["0000000001"], Verdict.APPROVE, JUDGE, None)

    assert decision.change
    (item,) = library.load(root).library.items
    assert item.review and item.review.digest == items.approved_digest(item)


def test_what_waits_is_drafts_and_what_changed_since_it_was_approved(make_site: Site) -> None:
    root = make_site(world(*drafts(2), worlds.item(3), worlds.item(4, status="rejected")))
    desk.decide(root, library.load(root), ["0000000001", "0000000003"], Verdict.APPROVE, JUDGE, None)
    path = root / worlds.item_file(3)
    path.write_text(path.read_text().replace("One sentence says it.", "One sentence says it!", 1))

    waiting = desk.waiting(library.load(root).library, lambda _: "")

    assert [(item.id, item.status) for item in waiting] == [
        ("0000000002", Status.DRAFT),
        ("0000000003", Status.CHANGED),
    ]


# -- editions


def opened_edition(root: Path, repo: Repo | None = None, **policy: int) -> Prepared | None:
    prepared = desk.plan_edition(
        root,
        library.load(root),
        SECTIONS,
        Policy(**policy),
        title="The Brief {number}",
        date=TODAY,
        repo=repo,
    )
    return desk.carry_out(prepared, root, repo) if prepared else None


def published_edition(root: Path, loaded: Loaded, number: int, repo: Repo | None) -> Prepared:
    return desk.carry_out(desk.plan_publication(root, loaded, number, NOW), root, repo)


def test_an_edition_is_opened_with_what_waits(make_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_site(world(worlds.item(1), worlds.item(2, day=2), *drafts(3)[2:]))
    repo = worktree.make(root, monkeypatch)

    opened = opened_edition(root, repo)

    assert opened and opened.commit
    assert (root / "content/editions/0001.md").read_text() == (
        "---\nnumber: 1\ntitle: The Brief 1\ndate: 2026-11-21T00:00:00Z\n"
        "parts:\n  - title: Policy\n    items:\n"
        "      - '0000000002'  # Item 2\n      - '0000000001'  # Item 1\n---\n"
    )
    assert git(root, "log", "-1", "--format=%B").strip() == "Open: The Brief 1\n\nBriefpress-Edition: 1"
    assert library.load(root).library.editions == (opened.edition,)


def test_when_nothing_waits_no_edition_is_opened(make_site: Site) -> None:
    root = make_site(world(*drafts(2)))

    assert opened_edition(root) is None
    assert not (root / "content/editions").exists()


def test_an_edition_that_cannot_be_read_is_not_written_over(make_site: Site) -> None:
    root = make_site(world(worlds.item(1), **{"content/editions/0001.md": "---\nnumber: [\n---\n"}))
    loaded = library.load(root)

    assert refused(lambda: desk.plan_edition(root, loaded, SECTIONS, Policy(), title="A", date=TODAY)) == [
        "content/editions/0001.md is in the way"
    ]


def test_publishing_adds_one_line_and_is_one_commit(make_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = worlds.edition(1, [2, 1], published=False)
    root = make_site(world(worlds.item(1), worlds.item(2), **{"content/editions/0001.md": edition}))
    repo = worktree.make(root, monkeypatch)

    published = published_edition(root, library.load(root), 1, repo)

    assert git(root, "show", "--format=", "--unified=0").split("\n")[5:-1] == [
        "+published: 2026-11-21T07:00:00Z"
    ]
    assert git(root, "log", "-1", "--format=%B").strip() == "Publish: Edition 1\n\nBriefpress-Edition: 1"
    assert library.load(root).library.editions == (published.edition,)


def test_an_edition_with_anything_not_approved_is_not_published(make_site: Site) -> None:
    files = {"content/editions/0001.md": worlds.edition(1, [1, 2, 3, 9], published=False)}
    root = make_site(world(worlds.item(1), worlds.item(2, status="rejected"), *drafts(3)[2:], **files))
    loaded = library.load(root)

    assert refused(lambda: published_edition(root, loaded, 1, None)) == [
        "content/editions/0001.md:10: 0000000002 (Item 2) is not approved: rejected",
        "content/editions/0001.md:11: 0000000003 (Item 3) is not approved: draft",
        "content/editions/0001.md:12: there is no item 0000000009",
    ]
    assert library.load(root) == loaded


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (1, "content/editions/0001.md: edition 1 is already published (2026-11-20T09:00:00Z)"),
        (2, "content/editions/0002.md: edition 2 lists no items"),
        (3, "there is no edition 3"),
    ],
)
def test_an_edition_is_published_once_and_never_empty(make_site: Site, number: int, told: str) -> None:
    empty = "---\nnumber: 2\ntitle: Empty\ndate: 2026-11-20\n---\n"
    files = {"content/editions/0001.md": worlds.edition(1, [1]), "content/editions/0002.md": empty}
    root = make_site(world(worlds.item(1), **files))

    assert refused(lambda: published_edition(root, library.load(root), number, None)) == [told]


def test_evidence_that_git_has_not_yet_is_committed_with_the_decision(
    make_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_site(world(*drafts(1)))
    repo = worktree.make(root, monkeypatch)
    proof = worlds.item_file(1).replace(".md", ".evidence.json")
    (root / proof).write_text("{}\n")
    (root / "other.txt").write_text("not asked for")

    desk.decide(root, library.load(root), [worlds.item_id(1)], Verdict.APPROVE, JUDGE, repo)

    assert sorted(worktree.committed(root)) == sorted([worlds.item_file(1), proof])


def test_a_number_that_was_given_once_is_not_given_again(
    make_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_site(world(worlds.item(1), **{"content/editions/0001.md": worlds.edition(1, [])}))
    repo = worktree.make(root, monkeypatch)
    (root / "content/editions/0001.md").unlink()

    opened = opened_edition(root, repo)

    assert opened and opened.edition.number == 2


def test_a_thin_week_writes_nothing(make_site: Site) -> None:
    root = make_site(world(worlds.item(1)))

    assert opened_edition(root, min_items=2) is None
    assert not (root / "content/editions").exists()


def arranged(root: Path, rule, repo: Repo | None = None) -> str:
    prepared = desk.plan_arrangement(root, library.load(root), 1, rule, "Move in")
    desk.carry_out(prepared, root, repo)
    return (root / "content/editions/0001.md").read_text()


def test_moving_an_item_moves_its_lines_and_no_other(
    make_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = worlds.edition(1, [1, 2]).replace("0000000002", "0000000002  # the lead, says Ed")
    root = make_site(world(worlds.item(1), worlds.item(2), **{"content/editions/0001.md": edition}))
    repo = worktree.make(root, monkeypatch)

    text = arranged(root, lambda one: arrange.moved(one, "0000000002", before="0000000001"), repo)

    first, second = "      - 0000000001\n", "      - 0000000002  # the lead, says Ed\n"
    assert text == edition.replace(first + second, second + first)
    assert git(root, "log", "-1", "--format=%s").strip() == "Move in: Edition 1"


def test_a_draft_does_not_become_public_by_an_edition_that_is_published(make_site: Site) -> None:
    files = {"content/editions/0001.md": worlds.edition(1, [2])}
    root = make_site(world(worlds.item(1, status="draft"), worlds.item(2), **files))

    assert refused(lambda: arranged(root, lambda one: arrange.added(one, [("0000000001", "Policy")]))) == [
        "content/editions/0001.md: 0000000001 (Item 1) is not approved: draft"
    ]


def test_unpublishing_undoes_publishing(make_site: Site) -> None:
    edition = worlds.edition(1, [1], published=False)
    root = make_site(world(worlds.item(1), **{"content/editions/0001.md": edition}))
    published_edition(root, library.load(root), 1, None)

    desk.carry_out(desk.plan_withdrawal(root, library.load(root), 1), root, None)

    assert (root / "content/editions/0001.md").read_text() == edition
    assert refused(lambda: desk.plan_withdrawal(root, library.load(root), 1)) == [
        "content/editions/0001.md: edition 1 is not published"
    ]
