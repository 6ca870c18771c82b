"""What editors decide about stories: in files, for ever, and one commit each."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import worktree
import worlds
from hypothesis import example, given, settings
from hypothesis import strategies as st
from worktree import git

from builder.content import changes, library, stories
from builder.editorial import rulings
from builder.errors import ContentError
from builder.model import Library

Site = Callable[..., Path]
A, B, C, D, E = map(worlds.item_id, range(1, 6))


@pytest.fixture
def root(make_site: Site) -> Path:
    """Two stories, of items 1 to 3 and of 4 and 5, and item 6 in none."""
    opened = {2: 1, 3: 1, 5: 4}
    files = {
        worlds.item_file(number): worlds.item(number, story=opened.get(number, 0)) for number in range(1, 7)
    }
    return make_site("\n".join(f"-- {path} --\n{text}" for path, text in files.items()))


def decide(root: Path, plan: rulings.Plan) -> rulings.Ruled:
    return rulings.carry_out(plan, root, library.load(root), None)


def held(root: Path) -> dict[str, tuple[str, ...]]:
    loaded = library.load(root)
    assert loaded.faults == ()
    return {story.id: story.items for story in loaded.library.stories}


def refused(root: Path, plan: rulings.Plan) -> str:
    with pytest.raises(ContentError) as error:
        plan(root, library.load(root))
    return str(error.value)


def arrive(root: Path, number: int, story: int) -> None:
    (root / worlds.item_file(number)).write_text(worlds.item(number, story=story), encoding="utf-8")


def test_items_split_off_are_a_story_of_their_own_and_the_rest_keeps_its_name(root: Path) -> None:
    apart = decide(root, rulings.split([C])).story

    assert held(root) == {A: (A, B), D: (D, E), apart.id: (C,)}
    assert apart.id not in (A, B, C)


def test_a_story_may_lose_the_item_that_opened_it(root: Path) -> None:
    apart = decide(root, rulings.split([A])).story

    assert held(root) == {A: (B, C), D: (D, E), apart.id: (A,)}


def test_merged_stories_are_the_first_and_what_comes_for_the_others_joins_it(root: Path) -> None:
    decide(root, rulings.merge([D, A]))
    arrive(root, 7, story=1)

    assert held(root) == {D: (A, B, C, D, E, worlds.item_id(7))}


def test_an_item_that_is_in_no_story_can_be_merged_into_one_or_open_one(root: Path) -> None:
    alone = worlds.item_id(6)
    decide(root, rulings.merge([A, alone]))
    assert held(root)[A] == (A, B, C, alone)

    decide(root, rulings.split([alone]))
    assert decide(root, rulings.merge([alone, D])).story.items == (D, E, alone)


def test_a_pinned_story_takes_nothing_until_it_is_unpinned(root: Path) -> None:
    before = held(root)
    decide(root, rulings.pin(A))
    arrive(root, 7, story=1)
    assert held(root) == before

    decide(root, rulings.unpin(A))
    assert held(root) == {**before, A: (*before[A], worlds.item_id(7))}
    assert not (root / stories.path_of(A)).exists()


def test_a_pinned_story_keeps_what_is_merged_into_it(root: Path) -> None:
    decide(root, rulings.pin(A))
    decide(root, rulings.merge([A, D]))
    arrive(root, 7, story=4)

    assert held(root) == {A: (A, B, C, D, E)}


def test_a_split_is_undone_by_a_merge(root: Path) -> None:
    before = held(root)
    apart = decide(root, rulings.split([B])).story
    decide(root, rulings.merge([A, apart.id]))

    assert held(root) == before


def test_deciding_what_is_so_already_writes_nothing(root: Path) -> None:
    decide(root, rulings.pin(A))

    assert decide(root, rulings.pin(A)).change is None
    assert decide(root, rulings.unpin(D)).change is None


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (rulings.split([C, D]), f"{D} is not in the story {A}"),
        (rulings.split([D, E]), f"these are all items of the story {D}"),
        (rulings.split([worlds.item_id(6)]), f"{worlds.item_id(6)} (Item 6) is in no story"),
        (rulings.merge([A, B]), "these are one story already"),
        (rulings.pin("ffff"), "there is no item ffff"),
        (rulings.pin("0000"), "0000 may be any of 2 stories"),
    ],
)
def test_what_cannot_be_decided_says_why(root: Path, plan: rulings.Plan, told: str) -> None:
    assert refused(root, plan) == told


def test_a_story_is_found_by_its_id_by_one_merged_into_it_and_by_an_item(root: Path) -> None:
    decide(root, rulings.merge([A, D]))
    known = library.load(root).library

    assert {rulings.find(known, ref).id for ref in (A, D, E, worlds.item_file(5))} == {A}


def test_the_id_of_a_story_whose_first_item_left_it_is_the_storys_and_the_item_has_its_file(
    root: Path,
) -> None:
    apart = decide(root, rulings.split([A])).story.id
    read = library.load(root).library
    path = next(item.path for item in read.items if item.id == A)

    assert rulings.find(read, A).items == (B, C)
    assert rulings.find(read, path).id == apart
    assert decide(root, rulings.pin(A)).story.items == (B, C)
    # It can be taken back to where it was, and `split` names items alone.
    assert decide(root, rulings.merge([A, path])).story.items == (A, B, C)


def test_an_item_that_left_its_story_can_be_split_from_its_next_one(root: Path) -> None:
    decide(root, rulings.split([A]))
    path = next(item.path for item in library.load(root).library.items if item.id == A)
    decide(root, rulings.merge([D, path]))

    assert decide(root, rulings.split([A])).story.items == (A,)


def test_a_file_that_cannot_be_read_is_not_written_over(root: Path) -> None:
    path = root / stories.path_of(A)
    path.parent.mkdir()
    path.write_text("half a thought", encoding="utf-8")

    assert refused(root, rulings.pin(A)) == f"{stories.path_of(A)} is in the way"
    assert path.read_text(encoding="utf-8") == "half a thought"


def test_what_people_wrote_into_a_ruling_stays(root: Path) -> None:
    path = root / stories.path_of(A)
    path.parent.mkdir()
    text = f"---\n# Ask before you change this.\nid: {A}\nwhy: one fire  # says the desk\n---\nOur note.\n"
    path.write_text(text, encoding="utf-8")
    decide(root, rulings.pin(A))
    decide(root, rulings.unpin(A))

    assert path.read_text(encoding="utf-8") == text


def test_a_decision_is_one_commit_of_exactly_its_files(root: Path, monkeypatch) -> None:
    repo = worktree.make(root, monkeypatch)
    (root / "notes.txt").write_text("mine", encoding="utf-8")
    ruled = rulings.carry_out(rulings.pin(D), root, library.load(root), repo)

    assert worktree.committed(root) == [f"content/stories/{D}.md"]
    assert (
        git(root, "log", "-1", "--format=%B").strip()
        == f"Pin: Item 4 and 1 more item\n\nBriefpress-Story: {D}"
    )
    assert git(root, "rev-parse", "--short", "HEAD").strip() == ruled.commit
    assert git(root, "status", "--porcelain") == "?? notes.txt\n"


def test_decisions_of_two_clones_about_different_stories_merge_by_themselves(root: Path, monkeypatch) -> None:
    worktree.make(root, monkeypatch)
    git(root, "checkout", "--quiet", "-b", "other")
    other = library.load(root)
    rulings.carry_out(rulings.split([C]), root, other, worktree.Repo.at(root))
    arrive(root, 7, story=1)
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=Draft")
    git(root, "checkout", "--quiet", "main")
    rulings.carry_out(rulings.pin(D), root, library.load(root), worktree.Repo.at(root))
    arrive(root, 8, story=1)
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=Draft")
    git(root, "merge", "--quiet", "--no-edit", "other")

    assert sorted(map(len, held(root).values())) == [1, 2, 4]


deciding = st.one_of(
    st.builds(lambda refs: ("split", refs), st.lists(st.integers(1, 6), min_size=1, max_size=2, unique=True)),
    st.builds(lambda refs: ("merge", refs), st.lists(st.integers(1, 6), min_size=2, max_size=3, unique=True)),
    st.builds(lambda ref: ("pin", ref), st.integers(1, 6)),
    st.builds(lambda ref: ("unpin", ref), st.integers(1, 6)),
    st.builds(lambda story: ("arrive", story), st.integers(1, 6)),
)


@settings(max_examples=30)
@example(steps=[("split", [2]), ("merge", [2, 1]), ("split", [2])])
@given(st.lists(deciding, max_size=6))
def test_whatever_is_decided_and_arrives_what_was_decided_stands(tmp_path_factory, steps) -> None:
    """An arrival renames no story and takes nothing out of one; a decision holds when the files are read."""
    root = tmp_path_factory.mktemp("newsletter")
    opened = {2: 1, 3: 1, 5: 4}
    for number in range(1, 7):
        path = root / worlds.item_file(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(worlds.item(number, story=opened.get(number, 0)), encoding="utf-8")
    for at, (verb, given_) in enumerate(steps, start=7):
        before = held(root)
        if verb == "arrive":
            arrive(root, at, story=given_)
            after = held(root)
            assert all(set(items) <= set(after[story]) for story, items in before.items())
            continue
        refs = [worlds.item_id(one) for one in given_] if isinstance(given_, list) else worlds.item_id(given_)
        # An id may be that of a story which its first item has left; the file is always the item.
        named = [worlds.item_file(one) for one in given_] if verb == "merge" else refs
        try:
            ruled = decide(root, getattr(rulings, verb)(named))
        except ContentError:
            assert held(root) == before
            continue
        assert held(root).get(ruled.story.id, ruled.story.items) == ruled.story.items
        if verb == "merge":
            assert set(refs) <= set(held(root)[ruled.story.id])
        if verb == "split":
            assert held(root)[ruled.story.id] == tuple(sorted(refs))


def test_the_story_found_for_an_item_is_one_line_of_its_file(root: Path) -> None:
    known = library.load(root).library
    change = rulings.placement(root, known.items, {worlds.item_id(6): A})
    before = (root / worlds.item_file(6)).read_text(encoding="utf-8")
    changes.apply(change, root, None)

    after = (root / worlds.item_file(6)).read_text(encoding="utf-8")
    assert after == before.replace("tags: [feeds]\n", f"tags: [feeds]\nstory: '{A}'\n")
    assert rulings.of_item(replace(Library(), stories=library.load(root).library.stories), A)
