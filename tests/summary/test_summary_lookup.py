"""What the source bears out and what it does not, the known ways around a check among it."""

import pytest
from made_up import FRENCH, GERMAN, HARBOUR, SPANISH, article

from builder.model import Article, Verdict
from builder.summary import language
from builder.summary.ground import Ground
from builder.summary.proof import Trial

REPORT = article(
    """
Anna Example, who heads the Northport Harbour Council, said on Friday, 4 September 2026 that fares rose
from 4 to 6 percent in 2025. The council paid $1.2 billion for 48 berths and 9 cranes, and 39 people worked
there.

Ben Sample of the World Ferry Organization (WFO) disagreed. The organization counted 12,345 passengers on
12 routes, which are 40 km long. José Muster lost 2-1 against the French team.
""",
    "A report on ferries",
    "en",
)


def codes(text: str, made: Article = REPORT) -> list[str]:
    return [finding.code for finding in Trial(made).unit(text).findings if finding.code < "F5"]


@pytest.mark.parametrize(
    "text",
    [
        "The council paid $1.2bn for forty-eight berths.",
        "The council paid 1,200 million dollars.",
        "Fares rose from 4% to 6%.",
        "About 12,000 passengers were counted on twelve routes.",
        "More than 12,000 passengers were counted.",
        "It was on September 4, 2026, a Friday.",
        "It was on Sept. 4.",
        "A. Example and Jose Muster met the team of France.",
        "The WFO disagreed, and so did Example’s council.",
        "The routes are 40 kilometres long.",
    ],
)
def test_other_spelling_passes(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The council paid for 49 berths.", "F101"),
        ("The council paid for 12,34 berths.", "F101"),  # digits of another number
        ("There were 345 passengers.", "F101"),  # the end of another number
        ("There were 12.345 passengers.", "F101"),  # another mark
        ("There were 1,23,45 passengers.", "F101"),
        ("The council paid $1.2 million.", "F102"),
        ("The council paid €1.2 billion.", "F102"),
        ("The routes are 40miles long.", "F102"),  # a unit glued to it
        ("The council has 48km of berths.", "F102"),
        ("Some 39 percent of people worked there.", "F102"),
        ("There were 12,000 passengers.", "F103"),
        ("There were more than 13,000 passengers.", "F103"),  # rounded to the wrong side
        ("There were fewer than 12,000 passengers.", "F103"),
        ("Fares rose to 6 percentage points.", "F104"),
        ("The council paid for 9 berths.", "F105"),
        ("He lost 4-1.", "F105"),
        ("It was on 5 September 2026.", "F201"),
        ("It was on Monday.", "F201"),
        ("It was on 4 September 2025.", "F201"),
        ("Fares rose in 2024.", "F202"),
        ("Clara Example heads the council.", "F301"),
        ("Southport was not heard.", "F301"),
        ("The German team won.", "F301"),
        ("Anna Sample heads the council.", "F302"),
    ],
)
def test_changed_fact_is_found(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    ("made", "right", "wrong"),
    [
        (HARBOUR, "It costs €48m and connects 11 berths by 2027.",
         "It costs €48bn and connects 12 berths by 2026."),
        (GERMAN, "Am Montag: 2400 Wohnungen, 31 Mio. Euro, seit 2021.",
         "Am Dienstag: 2500 Wohnungen, 31 Mrd. Euro, seit 2020."),
        (FRENCH, "Lundi : 18 bâtiments, 62 millions d’euros, 40 %.",
         "Mardi : 19 bâtiments, 62 milliards d’euros, 50 %."),
        (SPANISH, "El lunes: 14 solares, 3,2 millones de euros, 30 %.",
         "El martes: 15 solares, 3,2 millones de dólares, 40 %."),
    ],
    ids=["en", "de", "fr", "es"],
)  # fmt: skip
def test_facts_are_looked_up_in_four_languages(made: Article, right: str, wrong: str) -> None:
    assert codes(right, made) == []
    assert len(codes(wrong, made)) == (3 if made is HARBOUR else 4)


def test_contradiction_says_what_the_source_has() -> None:
    (found,) = [one for one in Trial(REPORT).unit("The council paid $1.2 million.").findings if one.hard]
    assert found.verdict is Verdict.CONTRADICTED
    assert "$1.2 billion" in found.message
    assert (found.subject, found.column) == ("$1.2 million", 18)


def test_heading_may_have_capitals_for_no_reason() -> None:
    trial = Trial(REPORT)
    assert trial.heading("Fares That Rose for Good Reason").findings == ()
    assert [one.code for one in trial.heading("Fares in Southport").findings] == ["F301"]
    assert [one.code for one in trial.heading("Fares of 2031").findings] == ["F202"]
    assert [one.code for one in trial.heading("Clara Beispiel Returns").findings] == ["F301"]


def test_figure_behind_a_hyphen_in_an_identifier_is_no_quantity():
    made = article("The gene TaVIH2-3B was switched off in 12 plants of the field.", "A gene", "en")

    assert codes("The gene TaVIH2-3B was switched off.", made) == []
    assert codes("Of the gene TaVIH3-3B it says nothing.", made) == ["F301"]
    assert codes("It was switched off in 3B plants.", made) == ["F101"]


def test_capital_of_a_first_word_says_nothing_where_common_words_are_not_known():
    ground = Ground(language.load(""), {0: "Farmers lost much of the wheat."}, (), complete=False)

    for text in ("Drought cost farmers wheat.", "Evaluation: farmers lost wheat."):
        assert Trial(ground).unit(text).findings == ()
        assert Trial(ground).heading(text).findings == ()
    assert [one.code for one in Trial(ground).unit("Farmers of Northport lost wheat.").findings] == ["F301"]
