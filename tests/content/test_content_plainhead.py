"""Front matter that is read without a parser says what the parser says."""

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
