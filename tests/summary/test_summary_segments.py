from hypothesis import given
from hypothesis import strategies as st
from made_up import HARBOUR, article

from builder.summary import segments
from builder.summary.reading import Reading

READING = Reading(HARBOUR)


@given(st.sets(st.integers(0, len(READING.lines) - 1), min_size=1), st.integers(1, 6))
def test_runs_hold_every_sentence_once_and_in_order(chosen: set[int], count: int) -> None:
    indices = sorted(chosen)
    runs = segments.part(indices, READING.vectors, READING.lines, count)
    assert [index for run in runs for index in run] == indices
    assert 1 <= len(runs) <= count
    assert all(runs)


def test_text_is_cut_where_it_turns() -> None:
    ferries = "Ferries carry passengers across the bay. Ferries and passengers wait for the tide in the bay. "
    bread = "Bakers knead dough before dawn. Dough needs an hour and bakers need patience. "
    reading = Reading(
        article(ferries + ferries.replace("wait", "look") + bread + bread.replace("an hour", "a day"))
    )
    runs = segments.part(range(8), reading.vectors, reading.lines, 2)
    assert runs == ((0, 1, 2, 3), (4, 5, 6, 7))


def test_nothing_is_parted_from_what_it_leans_on() -> None:
    text = "The council met in the hall. However, it did not vote. The bakers met in the mill. They ate."
    reading = Reading(article(text))
    for run in segments.part(range(4), reading.vectors, reading.lines, 4):
        assert run[0] in (0, 2)


def test_no_sentences_make_no_runs() -> None:
    assert segments.part((), (), (), 3) == ()
