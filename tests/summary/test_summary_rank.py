import math

from hypothesis import given
from hypothesis import strategies as st

from builder.summary import language, rank

TONGUE = language.load("en")
TERMS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), min_size=1, max_size=12)


@given(TERMS)
def test_vectors_have_length_one_or_are_empty(texts: list[list[str]]) -> None:
    for vector in rank.vectors(texts, TONGUE):
        length = math.sqrt(sum(weight * weight for weight in vector.values()))
        assert not vector or math.isclose(length, 1.0)


@given(TERMS)
def test_likeness_is_one_to_itself_and_never_more(texts: list[list[str]]) -> None:
    made = rank.vectors(texts, TONGUE)
    for one in made:
        assert not one or math.isclose(rank.likeness(one, one), 1.0)
        assert all(-1e-9 <= rank.likeness(one, other) <= 1.0 + 1e-9 for other in made)


@given(TERMS, st.integers(0, 15))
def test_selection_takes_each_sentence_once_and_no_more_than_asked(
    texts: list[list[str]], count: int
) -> None:
    made = rank.vectors(texts, TONGUE)
    chosen = rank.select(made, rank.scores(made, {}, rank.LEAD), count, rank.LEAD.mmr)
    assert len(chosen) == min(count, len(texts)) == len(set(chosen))


def test_first_of_equals_is_chosen_first() -> None:
    made = rank.vectors([["ferry"], ["grid"], ["harbour"]], TONGUE)
    assert rank.select(made, [1.0, 1.0, 1.0], 3, 0.7) == (0, 1, 2)


def test_repetition_loses_to_novelty() -> None:
    made = rank.vectors([["ferry", "grid"], ["ferry", "grid"], ["quarter", "fumes"]], TONGUE)
    assert rank.select(made, [1.0, 0.9, 0.8], 2, 0.6) == (0, 2)
    assert rank.select(made, [1.0, 0.9, 0.8], 1, 0.6, beside=(0,), among={1, 2}) == (2,)


def test_place_counts_for_the_lead_more_than_for_the_body() -> None:
    texts = [["weather"], *([["ferry", "grid", "berth"]] * 5)]
    made = rank.vectors(texts, TONGUE)
    lead, body = (rank.scores(made, {}, weights) for weights in (rank.LEAD, rank.BODY))
    assert lead[0] > lead[5]
    assert body[0] < body[5]
