"""An item from the shelf is the item that would be parsed."""

import json

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from builder import digest
from builder.content import items, library
from builder.content.frontmatter import Plain
from builder.content.shelf import Shelf
from builder.state import State

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

        found = Shelf(state, "program", {PATH: "d"}).item(PATH)

    assert found == (item, "d")
    assert kinds(found[0].extra) == kinds(extra)


def test_what_changed_or_was_parsed_by_another_program_is_not_on_the_shelf():
    with State.in_memory() as state:
        shelf = Shelf(state, "program", {})
        shelf.keep(items.parse(worlds.item(1), PATH), "d")
        shelf.save()

        assert Shelf(state, "program", {PATH: "e"}).item(PATH) is None
        assert Shelf(state, "program", {}).item(PATH) is None
        assert Shelf(state, "another", {PATH: "d"}).item(PATH) is None


@pytest.mark.parametrize(
    "head", ["", "[]", "{}", "null", "[1,2]", "[" * 100_000, '["a"]', json.dumps([None] * 40)]
)
def test_damaged_row_costs_a_parse_and_nothing_else(head):
    with State.in_memory() as state:
        state.keep_parsed("program", {PATH: ("d", head, "body")}, [])

        assert Shelf(state, "program", {PATH: "d"}).item(PATH) is None


def test_each_value_of_a_wrong_kind_costs_a_parse():
    with State.in_memory() as state:
        shelf = Shelf(state, "program", {})
        shelf.keep(items.parse(worlds.item(1), PATH), "d")
        shelf.save()
        (_, head, body) = state.parsed("program")[PATH]
        for at in range(len(json.loads(head))):
            row = json.loads(head)
            row[at] = 7.5
            state.keep_parsed("program", {PATH: ("d", json.dumps(row), body)}, [])

            assert Shelf(state, "program", {PATH: "d"}).item(PATH) is None, row


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
        assert shelf.item(worlds.item_file(1)) is not None
