"""The laws of a feed's health."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ingest import health
from builder.ingest.asking import dump_health, parse_health
from builder.ingest.health import Health
from builder.model import Entry

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NEW = Health()
ASKED_LONG = Health(first=NOW - 1000 * DAY, succeeded=NOW - DAY)


def entries(*days_ago: float) -> list[Entry]:
    return [
        Entry(feed="f", id=str(n), url="", title="t", published=NOW - DAY * days)
        for n, days in enumerate(days_ago)
    ]


def well(before: Health = NEW, fresh_s: float = 0, told: list[Entry] | None = None) -> Health:
    return health.succeeded(before, NOW, fresh_s=fresh_s, moved_to="", entries=told)


def ill(before: Health = NEW, pause_s: float = 0, *, gone: bool = False, now=NOW) -> Health:
    return health.failed(before, now, why="no answer", pause_s=pause_s, gone=gone)


def test_feed_is_not_due_before_the_time_it_names():
    told = well(fresh_s=600)

    assert not told.is_due(NOW + timedelta(seconds=599))
    assert told.is_due(NOW + timedelta(seconds=600))


@given(st.floats(0, 1e15))
def test_no_feed_is_left_alone_for_a_day(seconds):
    assert well(fresh_s=seconds).is_due(NOW + DAY)
    assert ill(pause_s=seconds).is_due(NOW + DAY)


def test_feed_that_names_no_time_is_due_at_once():
    assert well().is_due(NOW)


def test_failures_are_counted_from_the_first_and_forgotten_at_a_success():
    first = ill(now=NOW - DAY)
    third = ill(ill(first))

    assert (third.failures, third.failing_since) == (3, NOW - DAY)
    assert "3 times in a row, since 2026-11-22: no answer" in health.complaint(third, NOW)
    assert not health.complaint(first, NOW)
    assert well(third) == well()


def test_feed_that_is_gone_is_never_due_and_says_so():
    told = ill(gone=True)

    assert not told.is_due(NOW + 1000 * DAY)
    assert "gone for good" in health.complaint(told, NOW)


@pytest.mark.parametrize(
    ("days_ago", "silent"),
    [
        ((1, 2, 3, 4), False),
        ((8, 9, 10, 11), True),
        ((6, 7, 8, 9), False),
        ((20, 27, 34, 41), False),
        ((30, 37, 44, 51), True),
        ((300,), False),
        ((), False),
    ],
)
def test_feed_is_silent_when_it_is_quiet_for_longer_than_usual(days_ago, silent):
    told = well(ASKED_LONG, told=entries(*days_ago))

    assert told.is_silent(NOW) is silent
    assert bool(health.complaint(told, NOW)) is silent


def test_feed_that_fell_silent_before_it_was_followed_is_not_silent_until_it_was_watched_for_as_long():
    told = well(told=entries(300, 307, 314))

    assert told.was_silent()
    assert not told.is_silent(NOW)
    assert not health.complaint(told, NOW + 27 * DAY)
    assert told.is_silent(NOW + 29 * DAY)
    assert not well(told=entries(1, 8, 15)).was_silent()
    assert not well(told=entries(300)).was_silent()


def test_feed_that_was_read_before_its_first_reading_was_kept_is_silent_as_before():
    told = well(Health(succeeded=NOW - DAY), told=entries(300, 307, 314))

    assert told.is_silent(NOW)
    assert not told.was_silent()


def test_date_from_the_future_hides_no_silence():
    assert well(ASKED_LONG, told=entries(-400, 30, 31, 32)).is_silent(NOW)


def test_what_is_known_of_entries_stays_while_nothing_new_is_told():
    told = well(told=entries(2, 4, 6))

    assert (well(told).newest, well(told).rhythm_h) == (NOW - 2 * DAY, 48)
    assert ill(told).newest == NOW - 2 * DAY


times = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(
    st.builds(
        Health,
        asked=times,
        succeeded=times,
        failing_since=times,
        failures=st.integers(0, 99),
        why=st.text(st.characters(codec="utf-8")),
        gone=st.booleans(),
        due=times,
        rhythm_h=st.floats(0, 1e6),
    )
)
def test_health_is_read_as_it_was_written(told):
    assert parse_health(dump_health(told)) == told


@given(st.text(st.characters(codec="utf-8")))
def test_no_note_is_too_broken(told):
    assert isinstance(parse_health(told), Health)
