import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.summary import dates


def only(text: str, code: str = "en") -> dates.Date:
    (found,) = dates.find(text, code)
    return found


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("en", "4 November 2026", "November 4, 2026"),
        ("en", "Nov. 4, 2026", "2026-11-04"),
        ("en", "the 4th of November", "November 4th"),
        ("de", "4. November 2026", "04.11.2026"),
        ("fr", "4 novembre 2026", "04/11/2026"),
        ("es", "4 de noviembre de 2026", "04/11/2026"),
    ],
)
def test_two_spellings_of_a_day_say_the_same(code: str, one: str, other: str) -> None:
    assert dates.says(only(one, code), only(other, code))
    assert dates.says(only(other, code), only(one, code))


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("in November", "4 November 2026"),
        ("2026", "November 2026"),
        ("Friday", "Friday, 4 November"),
        ("1990s", "1994"),
    ],
)
def test_date_may_say_less_but_not_more(less: str, more: str) -> None:
    assert dates.says(only(less), only(more))
    assert not dates.says(only(more), only(less))


@pytest.mark.parametrize(
    "text", ["They march on.", "It may rain.", "He sat in the sun.", "It costs $2012 or 2,012."]
)
def test_common_words_and_money_are_no_dates(text: str) -> None:
    assert dates.find(text, "en") == ()


def test_day_and_month_in_doubt_fit_both_ways() -> None:
    assert dates.says(only("3/4/2026"), only("April 3, 2026"))
    assert dates.says(only("3/4/2026"), only("March 4, 2026"))
    assert not dates.says(only("13/4/2026"), only("April 4, 2026"))


@given(st.text(max_size=120), st.sampled_from(["en", "de", "fr", "es", "ru"]))
def test_dates_stand_where_they_say_and_apart(text: str, code: str) -> None:
    end = 0
    for date in dates.find(text, code):
        assert text[date.start : date.end] == date.text
        assert date.start >= end
        end = date.end
