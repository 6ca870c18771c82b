import pytest
from made_up import article

from builder.summary import phrases
from builder.summary.reading import Reading


def found(text: str, code: str, *, wide: bool = False) -> list[str]:
    reading = Reading(article(text, language=code))
    return [phrase.text for phrase in phrases.phrases(reading.lines[0], 0, reading, wide=wide)]


@pytest.mark.parametrize(
    ("code", "text", "phrase"),
    [
        ("en", "The council approved a stricter gun control law on Monday.", "stricter gun control law"),
        ("en", "They spoke about the state of Louisiana and the price of diesel.", "price of diesel"),
        ("en", "An update for the Windows 10 desktop was sent to users on Monday.", "Windows 10 desktop"),
        ("de", "Der Rat rügt die neue Preisformel der Bank ohne jede Not.", "die neue Preisformel der Bank"),
        ("de", "Sie sprachen mit dem Chef über die Überwachung der Bank.", "die Überwachung der Bank"),
        ("fr", "La ville paie la rénovation des écoles avec des crédits.", "la rénovation des écoles"),
        ("fr", "Le maire défend les libertés publiques contre le bruit.", "les libertés publiques"),
        ("es", "La ciudad estudia la calidad del suelo en los solares abandonados.", "la calidad del suelo"),
    ],
)  # fmt: skip
def test_noun_phrase_is_found(code: str, text: str, phrase: str) -> None:
    assert phrase in found(text, code)


@pytest.mark.parametrize(
    ("code", "text", "phrase"),
    [
        ("en", "Retailers work hard to reassure consumers about the new rules.", "reassure consumers"),
        ("en", "The mayor said “a silent majority” wanted the plan to go ahead.", "silent majority"),
        ("de", "Sie sprachen mit dem neuen Vorstand über die Anlage in der Stadt.", "dem neuen Vorstand"),
        (
            "es",
            "La decisión de aprobar la red llegó tarde para los vecinos del barrio.",
            "La decisión de aprobar",
        ),
        ("fr", "Le maire refuse de décider avant la fin de l'année du budget.", "de décider"),
    ],
)
def test_what_is_no_noun_phrase_is_not(code: str, text: str, phrase: str) -> None:
    assert phrase not in found(text, code)


def test_every_phrase_is_a_run_of_the_source() -> None:
    reading = Reading(
        article("The harbour authority of Northport expects the berths to save carbon dioxide.")
    )
    line = reading.lines[0]
    for phrase in phrases.phrases(line, 0, reading, wide=True):
        assert line.text[phrase.start : phrase.end] == phrase.text


def test_language_without_data_has_no_phrases() -> None:
    assert found("Rada miasta przyjęła w poniedziałek nowy plan dla szkół.", "pl") == []
