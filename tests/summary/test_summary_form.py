import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import HARBOUR

from builder.errors import ContentError
from builder.model import Profile
from builder.summary import evidence
from builder.summary.extract import Extract

FETCHED = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
GOOD = evidence.dump(HARBOUR, Extract().summarise(HARBOUR, Profile()), FETCHED, "body\n")
VALUES: list[Any] = [
    None,
    True,
    -1,
    10**12,
    1.5,
    "",
    "\ud800",
    [],
    {},
    [None],
    {"text": 1},
    [[]],
    "9" * 50,
    float("nan"),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each value of a document."""
    keys: Any = (
        value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    return [path, *(place for key in keys for place in places(value[key], (*path, key)))]


@given(st.sampled_from(places(json.loads(GOOD))[1:]), st.sampled_from(VALUES))
def test_broken_evidence_is_a_fault_of_its_file_or_still_evidence(place: tuple[Any, ...], value: Any) -> None:
    document = copy.deepcopy(json.loads(GOOD))
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    try:
        read = evidence.parse(json.dumps(document), "a.evidence.json")
    except ContentError as error:
        assert error.faults[0].path == "a.evidence.json"
        assert error.hint
    else:
        assert evidence.parse(evidence.written(read)) == read


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "9" * 10_000, '{"version": 1e400}', "\ufeff{}", "null"]
)
def test_hostile_json_is_a_fault_and_no_traceback(text: str) -> None:
    with pytest.raises(ContentError) as caught:
        evidence.parse(text, "a.evidence.json")
    assert caught.value.faults[0].path == "a.evidence.json"


def test_fault_names_the_place_in_the_file() -> None:
    document = json.loads(GOOD)
    document["units"][2]["support"] = 7
    with pytest.raises(ContentError, match=r"`units\[2\]\.support` should be a number from 0 to 1"):
        evidence.parse(json.dumps(document), "a.evidence.json")


def test_file_of_the_first_version_is_still_read() -> None:
    document = json.loads(GOOD)
    document["version"] = 1
    for key in ("length", "title", "headings", "links", "published"):
        document["source"].pop(key, None)
    document["facts"]["quotes"] = ["said so"]
    del document["body"]
    read = evidence.parse(json.dumps(document))
    assert (read.title, read.length, read.body) == ("", 0, "")
    assert read.facts.quotes[0].text == "said so"
    assert read.units == evidence.parse(GOOD).units
