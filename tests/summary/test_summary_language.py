import json
from dataclasses import fields
from importlib.resources import files

import pytest
from made_up import ALL, FRENCH, article

from builder.summary import language
from builder.summary.language import KNOWN, Phrases, Words

FOLDER = files("builder.summary") / "languages"


def test_language_is_told_by_its_words_whatever_the_page_declares() -> None:
    assert [language.of(made).code for made in ALL] == ["en", "en", "de", "fr", "es"]
    assert language.detect("en", FRENCH.blocks) == "fr"
    assert language.detect("", FRENCH.blocks) == "fr"


def test_language_without_data_keeps_its_declaration() -> None:
    portuguese = article(
        "O conselho da cidade aprovou na segunda-feira um plano para as escolas, que não agradou.",
        language="pt",
    )
    assert language.detect("pt", portuguese.blocks) == "pt"
    assert not language.of(portuguese).known
    assert language.detect("", ()) == ""


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("en", "regulations", "regulation"),
        ("en", "cities", "city"),
        ("en", "connected", "connect"),
        ("de", "Leitungen", "Leitung"),
        ("fr", "nationales", "national"),
        ("es", "ciudades", "ciudad"),
    ],
)
def test_forms_of_a_word_share_a_stem(code: str, one: str, other: str) -> None:
    tongue = language.load(code)
    assert tongue.terms(one) == tongue.terms(other)


def test_elided_article_is_a_word_of_its_own() -> None:
    assert language.tokens("L’école d'été n’est-ce pas") == ["l", "école", "d", "été", "n", "est-ce", "pas"]
    assert language.load("fr").terms("l’école") == language.load("fr").terms("écoles")


def test_common_words_say_less_than_rare_ones() -> None:
    tongue = language.load("en")
    assert tongue.rarity("govern") < tongue.rarity("substation")


@pytest.mark.parametrize("code", KNOWN)
def test_data_files_are_whole(code: str) -> None:
    data = json.loads((FOLDER / f"{code}.json").read_text("utf-8"))
    known = {field.name for kind in (Words, Phrases) for field in fields(kind)}
    assert set(data) - known == {"code", "head", "title_case", "longest", "labels", "suffixes"} | (
        {"verb_forms"} if code == "en" else set()
    )
    assert set(language.labels("en")) - {"possessive", "possessive_s"} <= set(data["labels"])


def test_table_of_frequencies_stays_small() -> None:
    assert all(len(path.read_bytes()) <= 100_000 for path in FOLDER.glob("*.frequencies.json"))


@pytest.mark.parametrize("code", KNOWN)
def test_word_lists_are_in_lower_case_and_bare(code: str) -> None:
    words = language.load(code).words
    for field in fields(words):
        for word in getattr(words, field.name):
            assert word == word.lower(), (field.name, word)
            assert not any(mark in word for mark in '",;'), (field.name, word)


def test_labels_of_an_unknown_language_are_english() -> None:
    assert language.labels("fi") == language.labels("en")


def test_phrases_are_found_among_words_and_at_their_start() -> None:
    cues = language.load("en").phrases.future
    assert language.mentions(language.tokens("The berths are expected to open in May."), cues)
    assert not language.mentions(language.tokens("The opening was expected."), cues)
    assert language.opens(["for", "example", "the", "berth"], language.load("en").phrases.dependent)
    assert not language.opens(["for", "examples"], language.load("en").phrases.dependent)
    assert not language.opens([], cues)


def test_boilerplate_does_not_begin_within_a_word() -> None:
    found = language.load("en").phrases.boilerplate
    assert found.search("you can read more about it")
    assert not found.search("they spread more rumours")


@pytest.mark.parametrize("code", KNOWN)
def test_every_language_says_how_common_its_words_are(code: str) -> None:
    tongue = language.load(code)
    common, rare = {
        "en": ("year", "substation"),
        "de": ("Jahr", "Umspannwerk"),
        "fr": ("année", "transbordeur"),
        "es": ("año", "transbordador"),
    }[code]
    assert len(tongue.frequencies) > 5000
    assert tongue.rarity(tongue.stem(common.lower())) < 2.0 < tongue.rarity(tongue.stem(rare.lower()))
    counted = json.loads((FOLDER / f"{code}.frequencies.json").read_text("utf-8"))
    assert code == "en" or "CC BY 3.0" in counted["source"]
