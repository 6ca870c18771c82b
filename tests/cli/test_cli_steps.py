"""The order of the daily job as a law, and when a letter is due."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.cli.steps import End, Outcome, Step, exit_code, hindrance
from builder.config import RunRules
from builder.mail import due
from builder.model import Edition

GOOD = (End.DONE, End.IDLE)


WORKING = (Step.SYNC, Step.BUILD, Step.DEPLOY)
"""Those on whose end others wait."""


@pytest.mark.parametrize("step", [Step.SYNC, Step.PULL, Step.PUBLISH, Step.BUILD, Step.PUSH])
def test_nothing_holds_up_a_pull_a_proposal_a_build_or_a_push(step):
    for ends in product(End, repeat=len(WORKING)):
        assert hindrance(step, dict(zip(WORKING, ends, strict=True))) == ""


def test_unbuilt_site_is_not_deployed_and_the_letter_waits_for_the_site_and_the_remote():
    for ends in product(End, repeat=len(WORKING)):
        known = dict(zip(WORKING, ends, strict=True))
        whole = known[Step.BUILD] in GOOD
        reached = known[Step.SYNC] in (*GOOD, End.OFF)

        assert (hindrance(Step.DEPLOY, known) == "") == whole
        there = known[Step.DEPLOY] in (*GOOD, End.OFF)
        assert (hindrance(Step.MAIL, known) == "") == (whole and reached and there)


def test_step_that_was_not_taken_is_no_good_end():
    assert hindrance(Step.DEPLOY, {}) == "build was skipped"
    assert hindrance(Step.MAIL, {Step.SYNC: End.OFF, Step.BUILD: End.DONE}) == "deploy was skipped"


@given(st.lists(st.sampled_from([0, 4, 5, 6, 7, 8, 9]), min_size=len(Step), max_size=len(Step)))
def test_exit_code_is_that_of_the_first_step_that_failed(codes):
    outcomes = {step: Outcome(End.DONE, "", code) for step, code in zip(Step, codes, strict=True)}

    assert exit_code(outcomes) == next((code for code in codes if code), 0)


NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)  # a Friday; 07:30 in Berlin


def edition(published: datetime | None, sent: datetime | None = None) -> Edition:
    return Edition(
        number=1,
        path="content/editions/0001.md",
        title="One",
        date=NOW,
        parts=(),
        published=published,
        sent=sent,
    )


def rules(**changed) -> RunRules:
    told = {
        "publish": "none",
        "push": False,
        "mail": True,
        "mail_days": ("friday",),
        "mail_from": "07:23",
        "mail_max_age_days": 7,
    }
    return RunRules(**told | changed)


def why(one: Edition, told: RunRules, *, now: datetime = NOW, begun: bool = False) -> str:
    return due.hindrance(one, told, now, "Europe/Berlin", begun=begun)


def test_letter_is_due_on_its_day_from_its_time_in_the_zone_of_the_site():
    fresh = edition(NOW - timedelta(hours=1))

    assert why(fresh, rules()) == ""
    assert why(fresh, rules(), now=NOW - timedelta(minutes=10)) == "letters go from 07:23"
    assert why(fresh, rules(), now=NOW + timedelta(days=1)) == "letters go on Friday"
    assert why(fresh, rules(mail_days=()), now=NOW + timedelta(days=1)) == ""


def test_old_letter_does_not_go_by_itself_unless_it_was_begun():
    old = edition(NOW - timedelta(days=8))

    assert "too long" in why(old, rules())
    assert why(old, rules(), begun=True) == ""


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(ZoneInfo("UTC"))),
    st.booleans(),
)
def test_letter_that_was_sent_is_never_due(now, begun):
    assert why(edition(NOW, sent=NOW), rules(mail_days=()), now=now, begun=begun)


def test_edition_of_tomorrow_is_not_the_newest_yet():
    library = type("Library", (), {"editions": (edition(NOW), edition(NOW + timedelta(days=1)))})

    assert due.newest(library, NOW) is library.editions[0]
    assert due.newest(library, NOW - timedelta(days=1)) is None
