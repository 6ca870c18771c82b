import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import digest
from builder.model import Status, Unit

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.text(), inner, max_size=3),
)


def frozen(value: object) -> object:
    """`value` with its types, so that 1 and True differ."""
    if isinstance(value, dict):
        return ("dict", tuple(sorted((key, frozen(part)) for key, part in value.items())))
    return (type(value).__name__, tuple(map(frozen, value)) if isinstance(value, tuple) else value)


@given(VALUES, VALUES)
def test_values_share_a_digest_only_when_they_are_equal(one, other):
    assert (digest.of_value(one) == digest.of_value(other)) == (frozen(one) == frozen(other))


def test_digest_is_the_same_in_another_process():
    value = {"b": (1, "é", None), "a": datetime(2026, 1, 1, tzinfo=UTC)}
    code = (
        "from builder import digest; from datetime import *;"
        "print(digest.of_value({'a': datetime(2026, 1, 1, tzinfo=timezone.utc), 'b': (1, 'é', None)}))"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert told.strip() == digest.of_value(value)


def test_nouns_and_enums_have_a_digest_and_sets_have_none():
    assert digest.of_value(Unit(text="a")) != digest.of_value(Unit(text="a", lead="b"))
    assert digest.of_value(Status.DRAFT) == digest.of_value("draft")
    with pytest.raises(TypeError):
        digest.of_value({1, 2})


def test_item_id_has_its_form_and_keeps_feed_and_entry_apart():
    assert digest.is_item_id(digest.item_id("a", "b"))
    assert digest.item_id("ab", "c") != digest.item_id("a", "bc")
    assert not digest.is_item_id("xyz")
