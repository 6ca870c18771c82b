from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.errors import ContentError, FileError
from builder.publish.plan import (
    Making,
    Output,
    Record,
    amended,
    dump_manifest,
    names,
    parse_manifest,
    plan,
)

KEYS = st.sampled_from(["k1", "k2", "k3"])
PATHS = st.sampled_from(["a", "b", "c", "d/e", "d/f", "g.html"])
RECORDS = st.dictionaries(PATHS, st.builds(Record, KEYS, st.sampled_from(["", "digest"]), st.just(1)))


def output(path: str, key: str = "k1", origin: str = "here") -> Output:
    return Output(path, key, origin, partial(bytes, 1))


def always(path: str, size: int) -> bool:
    return True


@given(st.dictionaries(PATHS, KEYS), RECORDS)
def test_every_output_is_written_or_kept_and_everything_else_recorded_is_removed(outputs, recorded):
    made = plan([output(path, key) for path, key in outputs.items()], recorded, always)

    written = {o.path for o in made.write}
    kept = set(made.keep)
    assert written | kept == set(outputs)
    assert not written & kept
    assert set(made.remove) == set(recorded) - set(outputs)


@given(RECORDS)
def test_manifest_parse_and_dump_are_inverse(records):
    assert parse_manifest(dump_manifest(records).encode(), "m") == records


PLAIN = st.builds(Record, KEYS, st.sampled_from(["d1", "d2"]), st.integers(0, 9))
HELD = st.sampled_from(["h1", "h2", "h3"])


@given(st.data(), st.dictionaries(PATHS, PLAIN), st.dictionaries(PATHS, HELD))
def test_amended_manifest_is_that_of_what_it_tells_now(data, records, inputs):
    fresh = {path: data.draw(PLAIN) for path in data.draw(st.sets(PATHS)) if path in records}
    held = {path: data.draw(HELD) for path in data.draw(st.sets(PATHS)) if path in inputs}
    before = dump_manifest(records, Making(inputs)).encode()

    changed = {path: (inputs[path], mark) for path, mark in held.items()}
    written = {path: (records[path], record) for path, record in fresh.items()}
    now = dump_manifest({**records, **fresh}, Making({**inputs, **held})).encode()
    assert amended(before, changed, written) == now
    assert all(names(before, path) == (path in inputs) for path in ("a", "b", "c", "d/e"))


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ({"a": ("other", "h2")}, {}),
        ({"b": ("h1", "h2")}, {}),
        ({}, {"a": (Record("k1", "d", 2), Record("k2", "d", 1))}),
        ({}, {"b": (Record("k1", "d", 1), Record("k2", "d", 1))}),
    ],
)
def test_manifest_that_tells_something_else_is_not_amended(inputs, outputs):
    told = dump_manifest({"a": Record("k1", "d", 1)}, Making({"a": "h1"})).encode()

    assert amended(told, inputs, outputs) is None


def test_output_whose_key_is_known_is_kept():
    made = plan([output("a")], {"a": Record("k1", "d", 1)}, always)

    assert made.keep == ("a",)


def test_output_that_is_gone_from_disk_is_written_again():
    made = plan([output("a")], {"a": Record("k1", "d", 1)}, lambda path, size: False)

    assert [o.path for o in made.write] == ["a"]


def test_output_that_was_only_planned_when_the_build_died_is_written_again():
    made = plan([output("a")], {"a": Record("k1", "", 0)}, always)

    assert [o.path for o in made.write] == ["a"]


@pytest.mark.parametrize(
    ("one", "other"), [("a", "a"), ("a", "A"), ("a/b", "a"), ("A/b", "a"), ("ä", "a\u0308")]
)
def test_two_outputs_in_one_place_name_both_origins(one, other):
    with pytest.raises(ContentError) as caught:
        plan([output(one, origin="one.md"), output(other, origin="other.md")], {}, always)

    assert "one.md" in str(caught.value)
    assert "other.md" in str(caught.value)


@pytest.mark.parametrize(
    "damage", [b"", b"{}", b"[]", b'{"format": 99, "outputs": {}}', b"\xff", b"[" * 100_000]
)
def test_damaged_manifest_stops_the_build_instead_of_forgetting_pages(damage):
    with pytest.raises(FileError, match="record"):
        parse_manifest(damage, "site/briefpress-manifest.json")
