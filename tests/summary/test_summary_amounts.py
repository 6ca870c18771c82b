from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.summary import amounts, language, lexicon


def worth(text: str, code: str = "en") -> list[tuple[Decimal, str]]:
    """The value and unit of each plain amount."""
    found = amounts.find(text, language.load(code))
    return [(amount.values[0], amount.unit) for amount in found if amount.values]


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("en", "$1.2bn", "1,200 million dollars"),
        ("en", "$1.2 billion", "US$1.2 billion"),
        ("en", "25%", "25 per cent"),
        ("en", "twenty-one days", "21 days"),
        ("en", "two hundred and five miles", "205 miles"),
        ("en", "a million euros", "€1m"),
        ("en", "12km", "12 kilometres"),
        ("en", "3 p.m.", "3pm"),
        ("en", "1,20,000 rupees", "120,000 rupees"),
        ("de", "3,5 Mio. Euro", "3.500.000 €"),
        ("de", "zweihundertfünfzig Tonnen", "250 Tonnen"),
        ("de", "einundzwanzig Prozent", "21 %"),
        ("fr", "quatre-vingt-dix-sept kilomètres", "97 km"),
        ("fr", "62 millions d’euros", "62 000 000 euros"),
        ("es", "3 mil millones de dólares", "3.000 millones de dólares"),
        ("es", "treinta y uno por ciento", "31 %"),
    ],
)
def test_two_spellings_of_an_amount_are_one(code: str, one: str, other: str) -> None:
    assert worth(one, code) == worth(other, code)
    assert len(worth(one, code)) == 1


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("en", "1,200 euros", "1.200 euros"),
        ("de", "1.200 Euro", "1,200 Euro"),
        ("en", "5 percent", "5 percentage points"),
        ("en", "12 km", "12 miles"),
        ("en", "£5m", "£5bn"),
        ("de", "eine Milliarde Euro", "eine Million Euro"),
        ("en", "12", "12,000"),
    ],
)
def test_what_differs_in_mark_unit_or_scale_is_another_amount(code: str, one: str, other: str) -> None:
    assert worth(one, code) != worth(other, code)


@given(st.integers(0, 999_999), st.sampled_from(["en", "de", "fr", "es"]))
def test_grouped_figures_are_worth_what_plain_ones_are(number: int, code: str) -> None:
    grouped = f"{number:,}".replace(",", lexicon.load(code).grouping)
    assert worth(f"{grouped} km", code) == [(Decimal(number), "km")]


def test_range_gives_its_unit_and_scale_to_both_ends() -> None:
    low, high, pair = amounts.find("between 2 and 3 million euros", language.load("en"))
    assert (low.values[0], low.unit) == (Decimal(2_000_000), "€")
    assert (high.values[0], pair.code, pair.pair) == (Decimal(3_000_000), "2-3000000", True)


def test_versions_and_letters_on_figures_are_codes() -> None:
    found = amounts.find("Version 2.2.1 on an A380 with 3D in 12:30", language.load("en"))
    assert [amount.code for amount in found] == ["2.2.1", "3d", "12:30"]


@given(st.text(max_size=120), st.sampled_from(["en", "de", "fr", "es", "ru"]))
def test_amounts_stand_where_they_say(text: str, code: str) -> None:
    for amount in amounts.find(text, language.load(code)):
        assert text[amount.start : amount.end] == amount.text


@pytest.mark.parametrize(("text", "said"), [
    ("about 50", "about"), ("more than 50", "above"), ("nearly $50", "below"), ("a route of 50", ""),
])  # fmt: skip
def test_what_is_said_before_a_rounded_number_is_heard(text: str, said: str) -> None:
    assert amounts.hedge(text, text.index("50"), lexicon.load("en")) == said
