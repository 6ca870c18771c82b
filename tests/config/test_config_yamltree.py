"""YAML text → nodes that know their line."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from builder.config import yamltree
from builder.errors import ConfigError

_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
_VALUES = st.recursive(
    _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)


def fault(text: str | bytes) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ConfigError) as caught:
        yamltree.parse(data, "config.yaml")
    return str(caught.value)


@given(_VALUES)
def test_any_text_comes_back_as_it_was(value: object) -> None:
    text = yaml.safe_dump(value, allow_unicode=True)
    assert yamltree.parse(text.encode(), "config.yaml").root.plain() == value


@pytest.mark.parametrize(
    "text", ["2026", "no", "on", "2026-02-30", "1e99", ".nan", "0x1F", "9" * 5000, "1:30", "<<"]
)
def test_a_scalar_is_the_text_that_was_written(text: str) -> None:
    assert yamltree.parse(f"title: {text}".encode(), "config.yaml").root.plain() == {"title": text}


@pytest.mark.parametrize("text", ["", "~", "null"])
def test_nothing_written_is_no_value_and_quoted_is_text(text: str) -> None:
    tree = yamltree.parse(f'a: {text}\nb: "{text}"'.encode(), "config.yaml")
    assert tree.root.plain() == {"a": None, "b": text}


def test_the_line_of_a_value_is_that_of_its_key() -> None:
    tree = yamltree.parse(b"# hello\nfeeds:\n\n  - url: a\n    name: b\n  - url: >\n      c\n", "config.yaml")
    assert [node.line for node in tree.root.trail(("feeds", 1, "url"))] == [1, 2, 6, 6]
    assert [node.line for node in tree.root.trail(("feeds", 0, "name", "x"))] == [1, 2, 4, 5]
    assert len(tree.root.trail(("feeds", 2))) == 2


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_line_ends_and_a_mark_at_the_start_change_nothing(ending: bytes) -> None:
    tree = yamltree.parse(b"\xef\xbb\xbf" + ending.join([b"a: x", b"b: y", b""]), "config.yaml")
    assert tree.root.plain() == {"a": "x", "b": "y"}
    assert tree.root.trail(("b",))[-1].line == 2


def test_what_does_not_stop_the_reading_is_told_together() -> None:
    tree = yamltree.parse(b"a: x\na: y\nb: !!python/name:os.system z\n---\nc: d\n", "config.yaml")
    assert [str(fault) for fault in tree.faults] == [
        "config.yaml:2: a: is given twice, first in line 1",
        "config.yaml:3: the tag !!python/name:os.system means nothing here",
        "config.yaml:4: a second document begins here",
    ]


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both of PyYAML's parsers; the one in C is not on every machine."""
    monkeypatch.setattr(yamltree, "LOADER", getattr(yaml, request.param, yaml.SafeLoader))


@pytest.mark.usefixtures("_loader")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("feeds:\n\t- url: x", ":2: not valid YAML: a tab in the indentation"),
        ("feeds:\n  - url: x\n name: y", ":3: not valid YAML"),
        ("feeds: {a: b\n\n\n", ":1: not valid YAML"),
        ('a: b\nc: "\\ud8', ":2: not valid YAML"),
        ("a: b\n[c]: d", ":2: a key must be plain text"),
        ("a: b\nc: *d", ":2: *d stands for nothing above it"),
        ("a: &a [*a]", ":1: *a stands for nothing above it"),
        ("a: b\nc: d\x00", ":2: holds the control character U+0000"),
        ("a: b\nc: d\ufeff\x1b", ":2: holds the control character"),
        (b"a: b\nc: \xff", ":2: is not UTF-8 text"),
        ("a: b".encode("utf-16"), ":1: is not UTF-8 text"),
        ("#" * (yamltree.MAX_BYTES + 1), ":1: is larger than"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str | bytes, said: str) -> None:
    assert fault(text).startswith(f"config.yaml{said}")


@pytest.mark.usefixtures("_loader")
@pytest.mark.parametrize("nest", ["[", "{a: ", "- "])
def test_depth_is_bounded_before_it_costs(nest: str) -> None:
    assert "nested deeper" in fault("a:\n  " + nest * 100_000)


def test_aliases_repeat_a_little_and_no_more() -> None:
    shared = yamltree.parse(b"a: &tags [x, y]\nb: *tags", "config.yaml")
    assert shared.root.plain() == {"a": ["x", "y"], "b": ["x", "y"]}
    bomb = "a0: &a0 [x, x]\n" + "\n".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)
    )
    assert "aliases repeat too much" in fault(bomb)


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_are_an_exception_of_another_kind(data: bytes) -> None:
    try:
        tree = yamltree.parse(data, "config.yaml")
    except ConfigError as error:
        assert all(fault.line >= 1 and fault.path == "config.yaml" for fault in error.faults)
    else:
        assert all(fault.line >= 1 for fault in tree.faults)
