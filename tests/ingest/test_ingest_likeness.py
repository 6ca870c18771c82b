"""The laws of likeness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ingest import likeness

TEXT = [f"word{n} and then{n % 50} some{n % 7} more{n * 31 % 1000}" for n in range(200)]


def joined(parts: list[str]) -> bytes:
    return likeness.sketch(" ".join(parts))


@given(st.lists(st.text("abcdefgh ", min_size=1), min_size=likeness.WORDS_LEAST * 2))
def test_text_is_like_itself_and_likeness_goes_both_ways(parts):
    one, other = joined(parts), joined(TEXT)

    assert likeness.likeness(one, one) == (1.0 if one else 0.0)
    assert likeness.likeness(one, other) == likeness.likeness(other, one)


def test_edited_text_is_the_same_and_another_is_not():
    edited = [*TEXT[:100], "one corrected sentence here", *TEXT[101:]]
    other = [f"quite{n} another{n} story{n} altogether{n}" for n in range(200)]

    assert likeness.likeness(joined(TEXT), joined(edited)) >= likeness.SAME
    assert likeness.likeness(joined(TEXT), joined(other)) < 0.1


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_text_that_shares_a_part_is_as_like_as_that_part(share):
    cut = int(200 * share)
    other = [*TEXT[:cut], *(f"quite{n} another{n} story{n} goes{n}" for n in range(200 - cut))]

    found = likeness.likeness(joined(TEXT), joined(other))

    assert abs(found - share / (2 - share)) < 0.12


def test_short_text_is_like_nothing():
    short = likeness.sketch("A few words. " * 10)

    assert short == b""
    assert likeness.likeness(short, short) == 0.0
