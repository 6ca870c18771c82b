"""The laws of taking turns."""

import threading
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import turns


def owner(thing: str) -> str:
    return thing[0]


@given(st.lists(st.text("abc", min_size=1, max_size=3), max_size=30), st.integers(1, 5))
def test_every_thing_is_done_once_and_knows_its_place(things, number):
    done = list(turns.over_threads(number)(str.upper, things, owner))

    assert sorted(done) == [(place, thing.upper()) for place, thing in enumerate(things)]
    assert list(turns.in_line(str.upper, things, owner)) == sorted(done)


@given(st.lists(st.text("ab", min_size=1, max_size=2), max_size=20))
def test_things_of_one_owner_are_done_in_their_order(things):
    began: list[str] = []
    list(turns.over_threads(4)(began.append, things, owner))

    for one in "ab":
        assert [thing for thing in began if thing[0] == one] == [thing for thing in things if thing[0] == one]


def test_one_owner_is_never_asked_twice_at_once_and_others_are():
    at_once: Counter[str] = Counter()
    most: Counter[str] = Counter()
    lock = threading.Lock()

    def work(thing: str) -> None:
        with lock:
            at_once[thing[0]] += 1
            at_once["all"] += 1
            most.update({key: max(0, at_once[key] - most[key]) for key in at_once})
        time.sleep(0.01)
        with lock:
            at_once[thing[0]] -= 1
            at_once["all"] -= 1

    list(turns.over_threads(4)(work, ["a1", "a2", "a3", "b1", "b2", "b3", "c1"], owner))

    assert most["a"] == most["b"] == 1
    assert most["all"] > 1


def test_an_owner_rests_after_each_thing_and_holds_up_no_other():
    at: dict[str, float] = {}

    def work(thing: str) -> None:
        at[thing] = time.monotonic()

    pauses = {"a": 0.2, "b": 0.0}
    list(turns.over_threads(1)(work, ["a1", "a2", "b1", "b2"], owner, pauses.__getitem__))

    assert at["a2"] - at["a1"] >= 0.2
    assert at["b2"] < at["a2"]


def test_a_bug_in_the_work_ends_the_run():
    with pytest.raises(ZeroDivisionError):
        list(turns.over_threads(2)(lambda thing: 1 // len(thing), ["a", "", "b"], lambda thing: thing))


def test_leaving_early_drops_what_has_not_begun():
    done: list[str] = []

    def work(thing: str) -> None:
        time.sleep(0.01)
        done.append(thing)

    for _ in turns.over_threads(1)(work, [f"a{number}" for number in range(50)], owner):
        break
    time.sleep(0.1)

    assert len(done) < 10
