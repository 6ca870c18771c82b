"""Front matter that is read or written without YAML says what YAML says."""

from datetime import UTC, datetime

import pytest
import worlds
from hypothesis import example, given
from hypothesis import strategies as st

from builder.content import frontmatter, plainhead
from builder.errors import ContentError


def by_parser(head):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plainhead, "load", lambda *_: None)
        try:
            return frontmatter.load(head, "x.md", 2)
        except ContentError:
            return None


def kinds(value):
    """`value` with whether each text stood without quotes."""
    if isinstance(value, dict):
        return {key: kinds(below) for key, below in value.items()}
    if isinstance(value, tuple):
        return tuple(map(kinds, value))
    return type(value).__name__, value


KEYS = st.sampled_from(["title", "tags", "source", "a", "y", "null"])
TEXTS = st.one_of(
    st.text("ab1 :#'\"-,[]{}&*!|>%@`?\\äé“.", max_size=12),
    st.sampled_from(
        [
            "",
            "~",
            "null",
            "yes",
            "2026-11-20T09:30:00Z",
            "12:30:45",
            "0x1F",
            "a: b",
            "a #b",
            "a#b",
            "a:",
            "- a",
        ]
    ),
)
QUOTED = (
    TEXTS.map("'{}'".format)
    | TEXTS.map('"{}"'.format)
    | st.lists(TEXTS, max_size=3).map(lambda words: f"[{', '.join(words)}]")
)
VALUES = TEXTS | QUOTED
LINES = st.one_of(
    st.tuples(st.sampled_from(["", "  ", "    ", " "]), KEYS, VALUES).map(
        lambda told: "{}{}: {}".format(*told)
    ),
    st.tuples(st.sampled_from(["", "  "]), KEYS).map(lambda told: "{}{}:".format(*told)),
    st.tuples(st.sampled_from(["", "  "]), VALUES).map(lambda told: "{}- {}".format(*told)),
    TEXTS,
)


@given(head=st.lists(LINES, max_size=6).map("\n".join), ends=st.sampled_from(["\n", ""]))
@example("a: b\n  c: d", "\n")
@example("a:\n  b: c\n  d:\n  - e", "\n")
@example("a:\n- b", "\n")
@example("a: 'b''c'\ntags: []", "\n")
@example("a: b:c#d", "\n")
@example("a:\n\n  b: c", "\n")
@example("a: b\u2028c", "\n")
@example("tags: [one two, ä.]\nb:\n  - x\n  - 'y: z'", "\n")
def test_what_is_read_without_a_parser_is_what_the_parser_reads(head, ends):
    quick = plainhead.load(head + ends)
    told = by_parser(head + ends)

    if quick is not None:
        assert told is not None
        assert kinds(quick) == kinds(told.values)
        assert list(quick) == list(told.values)
        assert plainhead.places(head + ends, 2) == (told.lines, told.columns)


def test_the_usual_front_matter_needs_no_parser():
    head = frontmatter.split(worlds.item(1), "x.md").head

    assert plainhead.load(head)


@given(values=st.dictionaries(KEYS, TEXTS | st.lists(TEXTS, max_size=3).map(tuple), min_size=1, max_size=4))
def test_what_we_write_is_read_as_the_parser_reads_it(values):
    head = frontmatter.dump(values)

    assert kinds(frontmatter.load(head, "x.md", 2).values) == kinds(by_parser(head).values)


SCALARS = (
    TEXTS
    | st.text(max_size=12)
    | TEXTS.map(plainhead.Plain)
    | st.datetimes(timezones=st.just(UTC), min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30))
)
WORDS = st.lists(TEXTS | st.text("abc é", min_size=1, max_size=30), max_size=5)


@given(
    values=st.dictionaries(
        KEYS | st.sampled_from(["on", "yes", "z-a", "Title", "n"]),
        SCALARS | WORDS.map(tuple) | WORDS.map(plainhead.Rows) | st.dictionaries(KEYS, SCALARS, max_size=3),
        min_size=1,
        max_size=4,
    )
)
@example({"a": "It's: so", "tags": ("a", "b"), "b": {"c": "it's \U0001f600: x"}})
@example({"a": "x: '\"", "b": "#1", "c": "'a'", "d": '"a"', "e": "[a]", "f": "@a: 'b\\'"})
@example(
    {"a": "1e5", "b": "1:30", "c": "2026-11-20", "d": "0o7", "e": "no", "f": "n", "g": "1_000", "h": "5."}
)
@example(
    {"a": "x\u00ad", "b": "x\ufeff", "c": "\u00e9: x", "d": "\uff11", "e": "\u0661", "f": "a:", "g": "a #"}
)
@example({"tags": ("no", "b"), "a": plainhead.Rows(("b",)), "b": ("x" * 50, "y" * 50)})
def test_what_is_written_without_the_emitter_is_what_the_emitter_writes(values):
    quick = plainhead.dump(values)

    if quick is not None:
        assert quick == frontmatter._emitted(values)


def test_the_usual_front_matter_needs_no_emitter():
    told = frontmatter.load(frontmatter.split(worlds.item(1), "x.md").head, "x.md", 2).values
    told["title"] = "It's \u201cso\u201d: a title"

    assert plainhead.dump(told)
