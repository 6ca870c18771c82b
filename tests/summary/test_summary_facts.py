import pytest
from made_up import FRENCH, GERMAN, HARBOUR, SPANISH, article

from builder.summary import facts


@pytest.mark.parametrize(
    ("code", "text", "numbers"),
    [
        ("en", "It cost $1.2 billion, or 25 percent more than 1,000 euros in 48 hours.",
         ("$1.2 billion", "25 percent", "1,000 euros", "48 hours")),
        ("en", "Version 5.3 runs at 10% of the price.", ("5.3", "10%")),
        ("de", "Das kostet 3,5 Mio. Euro und 31 Millionen Euro im Jahr.",
         ("3,5 Mio. Euro", "31 Millionen Euro")),
        ("fr", "La hausse est de 11 pour cent pour 62 millions d'euros.",
         ("11 pour cent", "62 millions d'euros")),
        ("es", "Ocupa 80.000 kilómetros y el 1,3% del país.", ("80.000 kilómetros", "1,3%")),
    ],
)  # fmt: skip
def test_numbers_keep_their_scale_and_unit(code: str, text: str, numbers: tuple[str, ...]) -> None:
    assert facts.of(article(text, language=code)).numbers == numbers


@pytest.mark.parametrize(
    ("code", "text", "dates"),
    [
        ("en", "On 12 March 2015 and March 13, 2016 it may rain in May 2020, not in 1999 or on 2026-01-02.",
         ("12 March 2015", "March 13, 2016", "May 2020", "1999", "2026-01-02")),
        ("de", "Am 3. Oktober 1990 und am 08.04.2015 war es so weit.", ("3. Oktober 1990", "08.04.2015")),
        ("fr", "Le vote du 5 mai 2015 suit celui de juin 2014.", ("5 mai 2015", "juin 2014")),
        ("es", "Llegó el 17 de marzo de 2018 y volvió en noviembre de 2019.",
         ("17 de marzo de 2018", "noviembre de 2019")),
    ],
)  # fmt: skip
def test_dates_are_no_numbers(code: str, text: str, dates: tuple[str, ...]) -> None:
    found = facts.of(article(text, language=code))
    assert found.dates == dates
    assert found.numbers == ()


def test_names_are_found_without_the_capitals_of_sentences() -> None:
    found = facts.of(HARBOUR).names
    assert {"Northport", "European Union"} <= set(found)
    assert not {"The", "Residents", "Ferry", "Air"} & set(found)


def test_possessive_parts_two_names() -> None:
    made = article("The city asked Northport’s Harbour Council and the BBC’s Anna Example for an answer.")
    assert facts.of(made).names == ("Northport", "Harbour Council", "BBC", "Anna Example")


def test_quotations_are_kept_without_marks() -> None:
    made = article(
        'She said: “The sockets are too late.” It is called "green" and "a very good plan" by him.'
    )
    assert tuple(said.text for said in facts.of(made).quotes) == (
        "The sockets are too late.",
        "a very good plan",
    )


@pytest.mark.parametrize("made", [HARBOUR, GERMAN, FRENCH, SPANISH], ids=["en", "de", "fr", "es"])
def test_each_fact_is_told_once_and_stands_in_the_text(made) -> None:  # type: ignore[no-untyped-def]
    found = facts.of(made)
    for kind in (found.numbers, found.dates, found.names, [said.text for said in found.quotes]):
        assert len(set(kind)) == len(kind)
        assert all(one in made.text for one in kind)
    assert found.numbers
