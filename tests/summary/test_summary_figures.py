"""Where sources disagree on a figure: told when it is plain, and never when it may not be."""

import gzip
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.summary import figures


def told(*bodies: str) -> list[list[tuple[int, str]]]:
    return [list(difference.figures) for difference in figures.differences(bodies)]


@pytest.mark.parametrize(
    ("one", "other", "figures_"),
    [
        (
            "The company will cut 12,000 jobs by June, it said on Monday.",
            "It plans to cut 10,000 jobs over two years, the company said on Monday.",
            ("12,000 jobs", "10,000 jobs"),
        ),
        (
            "The carmaker announced 12,000 layoffs on Monday at its plants in Ohio.",
            "On Monday the carmaker announced 10,000 layoffs at plants in Ohio and Texas.",
            ("12,000 layoffs", "10,000 layoffs"),
        ),
        (
            "12 people were killed when the bridge at Lindau collapsed.",
            "15 people were killed in the collapse of the bridge at Lindau.",
            ("12 people", "15 people"),
        ),
        (
            "The regulator imposed a $1.2 billion fine on the bank over its controls.",
            "The regulator has imposed a $1.4 billion fine over controls on the bank.",
            ("$1.2 billion fine", "$1.4 billion fine"),
        ),
        (
            "The survey found that 45 percent of the voters support the plan for schools.",
            "The survey says 54 percent of voters support the plan for schools.",
            ("45 percent of the voters", "54 percent of voters"),
        ),
    ],
)
def test_a_plain_disagreement_is_told_as_it_is_written(
    one: str, other: str, figures_: tuple[str, str]
) -> None:
    assert told(one, other) == [[(0, figures_[0]), (1, figures_[1])]]


JOBS = "On Monday the carmaker announced {} at its plants in Ohio and Texas."


@pytest.mark.parametrize(
    "other",
    [
        "12,000 layoffs",
        "12.0 thousand layoffs",
        "12,050 layoffs",
        "about 10,000 layoffs",
        "more than 10,000 layoffs",
        "up to 15,000 layoffs",
        "10,000 to 15,000 layoffs",
        "10,000-15,000 layoffs",
        "10,000 or more layoffs",
        "another 10,000 layoffs",
        "120 layoffs",
        "10,000 hirings",
        "$10,000 layoffs",
        "10,000 first layoffs",
        "2019 layoffs",
        "Section 10,000 layoffs",
        "ten thousand layoffs",
        "10,000 layoffs in March and 9,000 layoffs",
    ],
)
def test_what_may_not_be_a_disagreement_is_not_told(other: str) -> None:
    assert told(JOBS.format("12,000 layoffs"), JOBS.format(other)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Killed and injured, planned and made, this place and that one.
        (
            "12 people were killed when the Lindau bridge fell.",
            "30 people were injured when the Lindau bridge fell.",
        ),
        ("The bridge fall killed 12 people in Lindau.", "The bridge fall injured 30 people in Lindau."),
        ("The plan would cut 12,000 jobs in Ohio plants.", "The firm created 10,000 jobs in Ohio plants."),
        (
            "The carmaker announced 12,000 layoffs at plants in Ohio.",
            "A bank in Peru announced 10,000 layoffs.",
        ),
        ("The work took 12 months at the Lindau bridge.", "The work took 15 months at the Lindau bridge."),
    ],
)
def test_figures_for_different_things_are_not_compared(one: str, other: str) -> None:
    assert told(one, other) == []


def test_what_a_text_itself_gives_in_two_ways_is_not_compared() -> None:
    both = f"{JOBS.format('12,000 layoffs')} A week before the carmaker had announced 10,000 layoffs."

    assert told(both, JOBS.format("9,000 layoffs")) == []


def test_headings_code_and_addresses_state_nothing() -> None:
    heading, code = JOBS.format("10,000 layoffs"), JOBS.format("9,000 layoffs")
    other = f"### {heading}\n\n```\n{code}\n```\n\n[x](https://x.example/11,000)"

    assert told(JOBS.format("12,000 layoffs"), other) == []


def test_a_language_without_a_list_of_vague_words_is_left_alone() -> None:
    german = "Am Montag hat der Konzern angekündigt, dass {} Stellen in den Werken und Büros wegfallen."

    assert told(german.format("12.000"), german.format("10.000")) == []


@given(st.lists(st.text(max_size=80), max_size=3))
def test_any_text_can_be_looked_through(bodies: list[str]) -> None:
    for difference in figures.differences(bodies):
        assert len(difference.figures) > 1


def test_three_outlets_on_thirty_events_never_seem_to_disagree(shared: Callable[..., Path]) -> None:
    """Read by hand: none of these articles contradicts another on a figure that it states plainly."""
    events = defaultdict(list)
    with gzip.open(
        shared("data", "summaries", "cluster_basil_dev.jsonl.gz"), "rt", encoding="utf-8"
    ) as lines:
        for row in map(json.loads, lines):
            events[row["cluster"]].append("\n\n".join(row["paragraphs"]))

    assert sum(len(list(figures.figures(body))) for bodies in events.values() for body in bodies) > 20
    assert [told(*bodies) for bodies in events.values()] == [[]] * len(events)
