import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import ALL, HARBOUR, article

from builder import digest
from builder.errors import ContentError
from builder.model import Article, Profile, Unit
from builder.summary import evidence, language, sentences
from builder.summary.extract import Extract

FETCHED = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def dump(made: Article = HARBOUR) -> str:
    return evidence.dump(made, Extract().summarise(made, Profile()), FETCHED)


@pytest.mark.parametrize("made", ALL, ids=lambda made: made.title)
def test_parse_is_the_inverse_of_dump(made: Article) -> None:
    summary = Extract().summarise(made, Profile())
    assert evidence.parse(evidence.dump(made, summary, FETCHED)) == evidence.of(made, summary, FETCHED)


@given(st.text(max_size=200))
def test_parse_is_the_inverse_of_dump_for_any_text(text: str) -> None:
    made = article(f"The harbour has eleven berths in all. {' '.join(text.split())}", text[:20])
    summary = Extract().summarise(made, Profile())
    assert evidence.parse(evidence.dump(made, summary, FETCHED)) == evidence.of(made, summary, FETCHED)


def test_cited_sentences_are_in_their_places() -> None:
    found = evidence.parse(dump())
    assert found.digest == digest.of_text(HARBOUR.text)
    assert found.count == len(sentences.split(HARBOUR))
    assert all(HARBOUR.text[cited.start : cited.end] == cited.text for cited in found.sentences)
    indices = {cited.index for cited in found.sentences}
    assert {source for unit in found.units for source in unit.sources} == indices


def test_every_unit_has_its_proof_in_order() -> None:
    summary = Extract().summarise(HARBOUR, Profile())
    found = evidence.of(HARBOUR, summary, FETCHED)
    assert found.units[0].where == "tldr/0"
    assert [unit.where for unit in found.units if unit.where.startswith("1/")][:2] == ["1/0", "1/1"]
    assert all(unit.support == 1.0 for unit in found.units)
    assert found.units[0].digest == digest.of_text(summary.tldr[0].text)


def test_file_is_the_same_for_the_same_input_and_ends_in_a_newline() -> None:
    assert dump() == dump()
    assert dump().endswith("}\n")
    assert list(json.loads(dump())) == ["version", "source", "sentences", "units", "facts"]


def test_time_is_told_in_utc() -> None:
    there = FETCHED.astimezone(timezone(timedelta(hours=9)))
    summary = Extract().summarise(HARBOUR, Profile())
    assert evidence.dump(HARBOUR, summary, there) == dump()
    assert '"fetched": "2026-11-20T08:30:00Z"' in dump()


def test_support_is_the_share_of_what_is_said() -> None:
    tongue = language.load("en")
    cited = ["The harbour authority approved a shore power network on Tuesday."]
    assert evidence.support(Unit(text=cited[0]), cited, tongue) == 1.0
    assert evidence.support(Unit(text="The harbour authority approved a network."), cited, tongue) == 1.0
    assert evidence.support(Unit(text="Pirates burned the cathedral."), cited, tongue) == 0.0
    half = evidence.support(Unit(text="The harbour authority burned the cathedral."), cited, tongue)
    assert 0.2 < half < 0.8


def test_evidence_lies_beside_its_item() -> None:
    assert (
        evidence.path_of("content/items/2026/2026-11-20-x.md")
        == "content/items/2026/2026-11-20-x.evidence.json"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"version": 2}',
        '{"version": 1, "source": 5}',
        dump().replace('"units"', '"unites"'),
        dump().replace('"support"', '"strength"'),
        dump().replace("2026-11-20T08:30:00Z", "yesterday"),
    ],
)
def test_broken_evidence_is_named_with_its_file(text: str) -> None:
    with pytest.raises(ContentError) as caught:
        evidence.parse(text, "content/items/x.evidence.json")
    assert caught.value.faults[0].path == "content/items/x.evidence.json"
    assert caught.value.hint
