import pytest
from made_up import HARBOUR, article

from builder.summary import headings, language
from builder.summary.headings import Namer
from builder.summary.reading import Reading

EN = language.load("en")


@pytest.mark.parametrize(
    ("heading", "shown"),
    [
        ("1. Ask with validators", "Ask with validators"),
        ("2) Respect the pace:", "Respect the pace"),
        ("#3 Handle errors", "Handle errors"),
        ("IV. What follows", "What follows"),
        ("Step 2: Install it", "Install it"),
        ("2.1 Methods", "Methods"),
        ("Preise [Bearbeiten]", "Preise"),
        ("Background ¶", "Background"),
        ("5 ways to ask", "5 ways to ask"),
        ("75 % seulement !", "75 % seulement !"),
        ("2027", ""),
        ("***", ""),
    ],
)
def test_subheading_loses_its_number_and_marks(heading: str, shown: str) -> None:
    assert headings.cleaned(heading) == shown


@pytest.mark.parametrize(
    "heading", ["Related articles", "Comments", "About the author", "How To Ask", "", "x" * 120]
)
def test_page_furniture_and_the_title_structure_nothing(heading: str) -> None:
    assert not headings.is_structural(heading, "How to ask", EN)


def test_headings_have_the_capitals_of_their_language() -> None:
    assert headings.shown("the state of the grid", EN) == "The State of the Grid"
    assert headings.shown("proof-of-concept code for iPhone and setup.py", EN) == (
        "Proof-of-Concept Code for iPhone and setup.py"
    )
    assert headings.shown("la qualité de l'air", language.load("fr")) == "La qualité de l'air"
    assert headings.shown("die neue Preisformel", language.load("de")) == "Die neue Preisformel"


def namer(text: str, title: str = "") -> tuple[Namer, Reading]:
    reading = Reading(article(text, title, "en"))
    return Namer(reading, language.labels("en")), reading


REPEATED = (
    "The transformer station stands on the site of a cold store. "
    "Building work on the transformer station began in March. "
)


def test_phrase_that_sentences_share_names_them() -> None:
    made, _ = namer(REPEATED)
    assert made.phrase((0, 1)) == "Transformer Station"


def test_no_heading_is_given_twice() -> None:
    made, _ = namer(REPEATED + REPEATED.replace("cold store", "tannery").replace("March", "May"))
    assert made.phrase((0, 1)) == "Transformer Station"
    assert made.phrase((2, 3)) != "Transformer Station"


def test_person_met_once_is_no_heading() -> None:
    made, _ = namer(
        "Mr. Anton Beispiel opened the meeting in the town hall. He asked for order and patience."
    )
    assert "Beispiel" not in made.phrase((0, 1))


def test_label_is_true_of_its_sentences() -> None:
    made, _ = namer(
        "“The sockets come too late for all of our ships,” said Anna Example. "
        "“Nobody has asked the crews about the price,” said Karl Example. "
        "Fares rise by 2 percent to 14 euros. The grant covers 33 percent of 48 million euros."
    )
    assert made.label((0, 1), first=True) == "What Was Said"
    assert made.label((2, 3), first=False) == "The Figures"
    assert made.label((2, 3), first=False) == "Key Points"


def test_headline_takes_the_clause_of_the_title_and_never_the_title() -> None:
    made, _ = namer(REPEATED, "Clean ports: how the city grid gets its transformer station")
    assert made.headline((0,), (0, 1)) == "How the City Grid Gets Its Transformer Station"
    same, _ = namer(REPEATED, "Transformer station")
    assert not headings.same(same.headline((0,), (0, 1)), "Transformer station")


def test_headline_is_made_of_phrases_of_the_text() -> None:
    reading = Reading(HARBOUR)
    made = Namer(reading, language.labels("en"))
    headline = made.headline((0,), range(len(reading.lines)))
    words = {word.lower() for word in language.tokens(HARBOUR.text)} | {"and"}
    assert headline
    assert set(language.tokens(headline)) <= words


def test_one_of_a_list_names_no_part() -> None:
    made, _ = namer(
        "The plan was written by the port, the grid company, the transformer station and the ferry line. "
        "The transformer station has to be finished first."
    )
    assert made.phrase((0,)) == ""


def test_heading_begins_with_a_capital_after_an_elided_article() -> None:
    assert headings.shown("l'université libre", language.load("fr")) == "L'université libre"
    assert headings.shown("l'Université libre", language.load("fr")) == "L'Université libre"
