"""An item from the shelf is the item that would be parsed."""

from dataclasses import replace

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from builder import digest
from builder.content import items, library
from builder.content.frontmatter import Plain
from builder.content.shelf import Shelf, gist
from builder.state import State
from builder.workers import forks

PATH = "content/items/a.md"
SCALARS = st.text(max_size=5) | st.text(max_size=5).map(Plain)
VALUES = st.recursive(
    SCALARS | st.none(),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def kinds(value: object) -> object:
    match value:
        case dict():
            return {key: kinds(below) for key, below in value.items()}
        case tuple():
            return tuple(map(kinds, value))
        case _:
            return type(value)


@given(extra=st.dictionaries(st.text(), VALUES, max_size=3), tags=st.sampled_from(["[]", "[a, ö]"]))
def test_item_from_the_shelf_is_the_item_that_was_put_there(extra, tags):
    item = items.parse(worlds.item(1, tags=tags, title="“Quoted” & \\n"), PATH)
    item = type(item)(**{name: getattr(item, name) for name in item.__dataclass_fields__} | {"extra": extra})
    with State.in_memory() as state:
        shelf = Shelf(state, "program", {})
        shelf.keep(item, "d")
        shelf.save()

        found = Shelf(state, "program", {PATH: "d"}).items([PATH])[PATH]

        assert type(found) is not type(item)
        assert (found.title, found.date, found.source, found.tags) == (
            item.title,
            item.date,
            item.source,
            item.tags,
        )
        assert found == item
        assert item == found
        assert kinds(found.extra) == kinds(extra)


def shelved(state: State, *numbers: int) -> Shelf:
    """A shelf with items, saved, as the next run finds it."""
    shelf = Shelf(state, "program", {})
    for number in numbers:
        shelf.keep(items.parse(worlds.item(number), f"{number}.md"), f"d{number}")
    shelf.save()
    return Shelf(state, "program", {f"{number}.md": f"d{number}" for number in numbers})


def test_item_from_the_shelf_has_the_digest_of_the_item_and_of_its_face():
    with State.in_memory() as state:
        shelf = shelved(state, 1)
        item = items.parse(worlds.item(1), "1.md")
        found = shelf.items(["1.md"])["1.md"]

        assert shelf.gists() == {"1.md": gist(item)}
        assert digest.of_value(found) == digest.of_value(item)
        assert replace(found, title="Other") == replace(item, title="Other")
        with pytest.raises(AttributeError):
            _ = found.nothing


def test_what_changed_or_was_parsed_by_another_program_is_not_on_the_shelf():
    with State.in_memory() as state:
        shelved(state, 1)

        assert Shelf(state, "program", {"1.md": "e"}).items(["1.md"]) == {}
        assert Shelf(state, "program", {}).items(["1.md"]) == {}
        assert Shelf(state, "another", {"1.md": "d1"}).items(["1.md"]) == {}


def test_what_nobody_asks_for_is_let_go():
    with State.in_memory() as state:
        shelf = shelved(state, 1, 2)
        shelf.items(["2.md"])
        shelf.save()

        assert Shelf(state, "program", {"1.md": "d1", "2.md": "d2"}).items(["1.md", "2.md"]).keys() == {
            "2.md"
        }
        assert state.parsed().keys() == {"2.md"}


def test_a_new_program_forgets_what_the_old_one_kept():
    with State.in_memory() as state:
        shelved(state, 1)
        other = Shelf(state, "another", {"1.md": "d1"})
        other.keep(items.parse(worlds.item(1), "1.md"), "d1")
        other.save()

        assert Shelf(state, "program", {"1.md": "d1"}).items(["1.md"]) == {}
        assert Shelf(state, "another", {"1.md": "d1"}).items(["1.md"]).keys() == {"1.md"}


@pytest.mark.parametrize(
    "row", [None, [], {}, 7, ["d1"], ["d1", "f", 1, {}, "x"], ["d1", "f", 1, {}, *[None] * 40]]
)
def test_damaged_row_costs_a_parse_and_nothing_else(row):
    with State.in_memory() as state:
        shelved(state, 1)
        state.keep_rows("items of program", {"1.md": row})

        assert Shelf(state, "program", {"1.md": "d1"}).items(["1.md"]) == {}


@pytest.mark.parametrize(
    "kept", [None, ("other program", "[]", "b"), ("d1 program", "[]", "b"), ("d1 program", "no json", "b")]
)
def test_text_that_is_lost_is_parsed_again(kept):
    item = items.parse(worlds.item(1), "1.md")
    with State.in_memory() as state:
        shelf = shelved(state, 1)
        state.keep_parsed({"1.md": kept} if kept else {}, [] if kept else ["1.md"])
        shelf.again = lambda path: item if path == "1.md" else pytest.fail(path)

        assert shelf.items(["1.md"])["1.md"].body == item.body


def test_text_is_there_for_many():
    numbers = range(1, 100)
    with State.in_memory() as state:
        shelf = shelved(state, *numbers)
        found = shelf.items(f"{number}.md" for number in numbers)
        read = {path: item.body for path, item in found.items()}

    assert read == {f"{number}.md": items.parse(worlds.item(number), "x").body for number in numbers}


def test_a_fork_reads_texts_from_the_cache(tmp_path):
    paths = [f"{number}.md" for number in range(1, 100)]
    with State.open(tmp_path / "state.db") as state:
        found = shelved(state, *range(1, 100)).items(paths)
        read = list(forks(2)(lambda path: found[path].body, paths))

    assert read == [items.parse(worlds.item(number), "x").body for number in range(1, 100)]


def test_what_was_judged_is_not_judged_again_until_the_file_is_another():
    def never(item):
        pytest.fail(item.path)

    with State.in_memory() as state:
        shelf = shelved(state, 1, 2)
        first, second = shelf.items(["1.md", "2.md"]).values()
        judge = shelf.judged("length", lambda item: f"{len(item.body)}")
        assert judge(first) == f"{len(first.body)}"
        shelf.save()

        again = Shelf(state, "program", {"1.md": "d1", "2.md": "other"})
        again.items(["1.md", "2.md"])
        assert again.judged("length", never)(first) == f"{len(first.body)}"
        assert again.judged("length", lambda _: "anew")(second) == "anew"


def test_what_is_judged_as_it_is_parsed_is_not_judged_again(make_site):
    root = make_site(f"-- config.yaml --\n{worlds.config()}\n-- {worlds.item_file(1)} --\n{worlds.item(1)}")
    with State.in_memory() as state:
        shelf = Shelf(state, "program", {})
        shelf.judges = {"length": lambda item: f"{len(item.body)}"}
        (item,) = library.load(root, shelf).library.items

        assert shelf.judged("length", lambda item: pytest.fail(item.path))(item) == f"{len(item.body)}"


def test_library_from_the_shelf_is_the_library_from_the_files(make_site):
    root = make_site(f"-- config.yaml --\n{worlds.config()}")
    for number in range(1, 5):
        path = root / worlds.item_file(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(worlds.item(number), encoding="utf-8")
    (root / worlds.item_file(3)).write_text("broken", encoding="utf-8")
    held = {
        path.relative_to(root).as_posix(): digest.of_bytes(path.read_bytes()) for path in root.rglob("*.md")
    }
    plain = library.load(root)
    with State.in_memory() as state:
        for _ in range(2):
            shelf = Shelf(state, "program", held)
            loaded = library.load(root, shelf)
            shelf.save()
            assert loaded == plain
            assert loaded.library.gists == {item.path: gist(item) for item in plain.library.items}
        assert shelf.items([worlds.item_file(1)])
