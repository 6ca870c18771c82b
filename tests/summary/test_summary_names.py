import pytest

from builder.summary import language, names


def found(text: str, code: str = "en") -> list[str]:
    tongue = language.load(code)
    return [name.text for name in names.find(text, tongue, lambda word: names.is_common(word, tongue))]


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("en", "Experts asked Northport’s Harbour Council and the BBC’s Anna Example.",
         ["Northport", "Harbour Council", "BBC", "Anna Example"]),
        ("en", "The Bank of Northport and Example Lines met on Monday in May.",
         ["Bank of Northport", "Example Lines"]),
        ("en", "“Nobody” left. Two of them stayed.", []),
        ("de", "Der Sprecher Achim Beispiel lobte die EU und das Wasser.", ["Sprecher Achim Beispiel", "EU"]),
        ("fr", "Les habitants de Montrivage écrivent à l’Union européenne.", ["Montrivage", "Union"]),
    ],
)  # fmt: skip
def test_names_are_told_from_capitals_of_sentences(code: str, text: str, expected: list[str]) -> None:
    assert found(text, code) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("José’s", "Jose"), ("U.S.", "US"), ("Müller", "Muller"), ("Łódź", "lodz"), ("STRASSE", "Straße")],
)
def test_spellings_of_a_name_have_one_plain_form(one: str, other: str) -> None:
    assert names.plain_words(one) == names.plain_words(other)


def test_acronyms_are_the_initials_of_any_run() -> None:
    assert "eu" in names.acronyms(("european", "union"))
    assert "who" in names.acronyms(("geneva", "world", "health", "organization"))
    assert names.acronyms(("union",)) == frozenset()
