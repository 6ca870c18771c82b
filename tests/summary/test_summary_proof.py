from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import ALL, HARBOUR, article

from builder.model import Article, Passage, Profile, Summary, Unit
from builder.summary import evidence, language, proof
from builder.summary.extract import Extract

FETCHED = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def summary(*texts: str, headline: str = "") -> Summary:
    return Summary(
        tldr=tuple(Unit(text=text) for text in texts), headline=headline, passages=(), language="en", by="x/1"
    )


@pytest.mark.parametrize("made", ALL, ids=lambda made: made.title)
def test_what_is_extracted_has_full_support_and_no_findings(made: Article) -> None:
    checked = proof.check(Extract().summarise(made, Profile()), made)
    assert checked
    assert all(one.support == 1.0 and not one.findings for one in checked)


@pytest.mark.parametrize("made", ALL, ids=lambda made: made.title)
def test_evidence_stands_for_the_article(made: Article) -> None:
    extracted = Extract().summarise(made, Profile())
    kept = evidence.parse(evidence.dump(made, extracted, FETCHED))
    assert proof.check(extracted, kept) == proof.check(extracted, made)


def test_every_part_is_checked_in_its_order() -> None:
    passage = Passage(heading="Money", units=(Unit(text="It costs 48 million euros.", lead="Price"),))
    made = replace(summary("One.", headline="Harbour"), passages=(passage,))
    assert [one.where for one in proof.check(made, HARBOUR)] == ["tldr/0", "headline", "0", "0/0"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The network costs 49 million euros.", "F101"),
        ("The berths will be ready by the end of 2031.", "F202"),
        ("Building work began in Southport in March.", "F301"),
        ("The operators said: “We are very happy with it.”", "F403"),
    ],
)
def test_invented_fact_is_hard(text: str, code: str) -> None:
    (checked,) = proof.check(summary(text), HARBOUR)
    assert [finding.code for finding in checked.findings if finding.hard] == [code]
    assert checked.hard


@pytest.mark.parametrize("code", language.KNOWN)
def test_own_labels_state_nothing(code: str) -> None:
    trial = proof.Trial(HARBOUR)
    assert all(not trial.heading(label).findings for label in language.labels(code).values())


def test_unit_without_sources_is_given_the_nearest() -> None:
    (checked,) = proof.check(summary("The network costs 48 million euros."), HARBOUR)
    assert checked.sources
    assert checked.support > proof.REVIEW_BELOW
    assert proof.check(summary("Pirates burned a cathedral."), HARBOUR)[0].support == 0.0


@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(["en", "de", "fr", "es", "ru", ""]))
def test_any_text_can_be_tried_against_any_source(source: str, text: str, code: str) -> None:
    made = article(f"The harbour has 11 berths. {' '.join(source.split())}", "", code)
    trial = proof.Trial(made)
    for checked in (
        trial.unit(text, (0, 99), copied_words=8),
        trial.heading(text),
        trial.point(text, len(text) // 2),
    ):
        assert 0.0 <= checked.support <= 1.0
        assert all(1 <= finding.column <= max(len(text), 1) for finding in checked.findings)


@pytest.mark.parametrize(
    "text",
    [
        "thousand " * 5_000,
        "9" * 20_000,
        "1,000," * 20_000,
        "Anna " * 5_000,
        "“" * 20_000,
        "in May " * 5_000,
        "2-1 " * 5_000,
    ],
    ids=lambda text: text[:10],
)
def test_text_made_to_hold_the_proof_is_no_fault(text: str) -> None:
    assert proof.Trial(HARBOUR).unit(text)
