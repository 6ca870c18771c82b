"""Words, counts and dates in the language of the site."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.render.wording import FORMS, MisuseError, Wording, chain

MESSAGES = Path(__file__).resolve().parents[2] / "templates" / "messages"
LANGUAGES = sorted(path.stem for path in MESSAGES.glob("*.json"))
EVENING = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)


def table(language):
    return json.loads((MESSAGES / f"{language}.json").read_text(encoding="utf-8"))


def wording(language="en", zone="UTC"):
    return Wording([table(language), table("en")], language, ZoneInfo(zone))


def test_languages_fall_back_step_by_step_to_english():
    assert chain("de-AT") == ("de-at", "de", "en")
    assert chain("en") == ("en",)
    assert chain("zh-Hant-TW") == ("zh-hant-tw", "zh-hant", "zh", "en")


@pytest.mark.parametrize(
    ("language", "long"),
    [
        ("en", "1 November 2026"),
        ("de", "1. November 2026"),
        ("fr", "1er novembre 2026"),
        ("es", "1 de noviembre de 2026"),
        ("ar", "1 نوفمبر 2026"),
    ],
)
def test_a_date_is_the_day_it_is_in_the_zone_of_the_site(language, long):
    assert wording(language, "Europe/Berlin").date(EVENING) == long


def test_every_form_of_a_date_is_in_every_language():
    for language in LANGUAGES:
        made = [wording(language).date(EVENING, form) for form in FORMS]
        assert all(made)
        assert len(set(made)) >= len(FORMS) - 1, "only the short month may be the long one"


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(["UTC", "Pacific/Apia", "America/St_Johns"]))
def test_a_date_for_machines_does_not_depend_on_the_zone(value, zone):
    iso = wording(zone=zone).date(value, "iso")

    assert iso.endswith("Z")
    assert abs(datetime.fromisoformat(iso) - value) < timedelta(seconds=1)


def test_text_for_a_month_is_that_month_in_any_zone():
    assert wording(zone="Pacific/Apia").date("2026-11", "month") == "November 2026"
    assert wording("fr", "America/Lima").date("2026-08", "month_name") == "août"


@pytest.mark.parametrize("value", ["2026-13", "2026", "soon", ""])
def test_text_that_is_no_month_is_misuse(value):
    with pytest.raises(MisuseError, match="neither a date nor a month"):
        wording().date(value, "month")


@pytest.mark.parametrize(
    ("language", "counts"),
    [
        ("en", {0: "0 stories", 1: "1 story", 2: "2 stories", 12345: "12,345 stories"}),
        ("de", {0: "0 Beiträge", 1: "1 Beitrag", 12345: "12.345 Beiträge"}),
        ("fr", {0: "0 article", 1: "1 article", 2: "2 articles", 12345: "12\u202f345 articles"}),
        ("ar", {1: "مادة واحدة", 2: "مادتان", 3: "3 مواد", 11: "11 مادة", 100: "100 مادة"}),
    ],
)
def test_a_noun_has_the_form_its_number_asks_for(language, counts):
    assert {number: wording(language).count(number, "item") for number in counts} == counts


def test_the_nearest_table_serves_a_key_and_the_others_the_rest():
    near = Wording([{"skip": "Los!"}, table("de"), table("en")], "de-at", ZoneInfo("UTC"))

    assert near.say("skip") == "Los!"
    assert near.say("tags") == "Schlagwörter"


def test_names_put_into_a_message_are_not_read_as_places():
    assert wording().say("home.title", site="{site} {0}") == "{site} {0}: the latest, in brief"


@pytest.mark.parametrize(
    ("call", "near"),
    [
        (lambda words: words.say("edition.nummer", number=1), "edition.number"),
        (lambda words: words.count(1, "items"), "item"),
        (lambda words: words.date(EVENING, "longer"), "long"),
        (lambda words: words.say("page_of", number=1), "number"),
    ],
)
def test_misuse_names_what_there_is(call, near):
    with pytest.raises(MisuseError) as caught:
        call(wording())

    assert near in caught.value.known


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_all_that_english_says_with_the_same_places(language):
    def places(text):
        return sorted(part.partition("}")[0] for part in text.split("{")[1:])

    english, other = table("en"), table(language)

    assert set(other) - {"first_day"} == set(english)
    for key, text in english.items():
        if isinstance(text, str) and not key.startswith("date."):
            assert places(other[key]) == places(text), key
