from datetime import UTC, datetime

import pytest
from made_up import ALL, HARBOUR

from builder.model import Article, Profile
from builder.summary import evidence, outline
from builder.summary.body import Kind
from builder.summary.evidence import Evidence
from builder.summary.extract import Extract
from builder.summary.trace import Traced, trace

FETCHED = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def written(made: Article = HARBOUR) -> tuple[str, Evidence]:
    summary = Extract().summarise(made, Profile())
    return outline.markdown(summary, made.title, "Brief"), evidence.of(made, summary, FETCHED)


def edited(traced: tuple[Traced, ...]) -> list[str]:
    return [one.text for one in traced if one.edited]


@pytest.mark.parametrize("made", ALL, ids=lambda made: made.title)
def test_every_sentence_as_drafted_is_beside_its_source(made: Article) -> None:
    body, kept = written(made)
    found = [one for one in trace(body, kept) if one.kind is not Kind.HEADING]
    assert len(found) == len(kept.units)
    assert all(one.proof and one.cited and one.cited[0].text in one.text for one in found)


def test_changed_sentence_is_edited_and_its_neighbours_are_not() -> None:
    body, kept = written()
    changed = body.replace("48 million euros", "94 million euros")
    assert changed != body
    (sentence,) = edited(trace(changed, kept))
    assert "94 million" in sentence


def test_added_sentence_is_edited() -> None:
    body, kept = written()
    assert edited(trace(body + "\nThis was added. And this.\n", kept)) == ["This was added.", "And this."]


def test_moved_sentence_keeps_its_proof() -> None:
    body, kept = written()
    head, _, rest = body.partition("\n\n")
    moved = f"{rest}\n\n{head}\n"
    assert edited(trace(moved, kept)) == []


def test_lead_in_put_before_a_sentence_does_not_hide_its_proof() -> None:
    body, kept = written()
    sentence = next(one.text for one in trace(body, kept) if one.proof)
    (point,) = trace(f"- **So it is:** {sentence}\n", kept)
    assert point.proof


def test_without_evidence_all_is_edited() -> None:
    assert edited(trace("# A\n\nOne. Two.\n", None)) == ["One.", "Two."]
