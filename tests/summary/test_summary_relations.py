import pytest
from made_up import ALL, article

from builder.model import Article
from builder.summary.proof import Trial

REPORT = article(
    """
Anna Example sued the Northport Council on Monday over the loss of her ferry licence. The council had
withdrawn the licence in March after an inspection by Ben Sample, an engineer.

Clara Muster, a lawyer from Eastham, represents the ferry company in the appeal court. She called the
inspection a farce. The appeal court in Westham will hear the case in autumn.

Sample repaired the harbour crane in 2019 and painted the lighthouse in 2021.
""",
    "",
    "en",
)


def doubts(text: str, made: Article = REPORT) -> list[str]:
    return [
        one.code for one in Trial(made).unit(text).findings if one.code in ("F501", "F502", "F203", "F105")
    ]


def test_names_as_the_source_has_them_are_left_alone() -> None:
    assert doubts("Anna Example sued the council over her licence.") == []
    assert doubts("Muster, a lawyer, represents the ferry company.") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The Northport Council sued Anna Example on Monday over the loss of a licence.", "F502"),
        ("Anna Example, a lawyer from Eastham, represents the ferry company in court.", "F501"),
        ("The appeal court in Northport will hear the case in autumn.", "F501"),
        ("Sample repaired the harbour crane in 2021.", "F203"),
    ],
)
def test_name_or_year_in_the_place_of_another_is_doubted(text: str, code: str) -> None:
    assert code in doubts(text)


def test_doubt_is_a_warning_and_never_hard() -> None:
    (found,) = [
        one
        for one in Trial(REPORT).unit("The appeal court in Northport will hear the case in autumn.").findings
        if one.code == "F501"
    ]
    assert (found.hard, found.level.value, found.subject) == (False, "warning", "Northport")


@pytest.mark.parametrize("made", ALL, ids=lambda made: made.title)
def test_own_sentences_of_a_source_are_never_doubted(made: Article) -> None:
    trial = Trial(made)
    for known in trial.ground.sentences.values():
        # The blank keeps the sentence from being known as a whole.
        assert [one.message for one in trial.unit(known.text + " ").findings] == []
