"""The laws of taking turns."""

import threading
import time
from collections import Counter
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import LONG_S, until

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
    both = threading.Barrier(2, timeout=LONG_S)

    def work(thing: str) -> None:
        with lock:
            at_once[thing[0]] += 1
            at_once["all"] += 1
            most.update({key: max(0, at_once[key] - most[key]) for key in at_once})
        if thing in ("a1", "b1"):
            both.wait()
        with lock:
            at_once[thing[0]] -= 1
            at_once["all"] -= 1

    list(turns.over_threads(4)(work, ["a1", "a2", "a3", "b1", "b2", "b3", "c1"], owner))

    assert most["a"] == most["b"] == 1
    assert most["all"] > 1


def test_an_owner_rests_after_each_thing():
    at: list[float] = []
    work = lambda _: at.append(time.monotonic())  # noqa: E731

    list(turns.over_threads(2)(work, ["a1", "a2"], owner, lambda _: 0.1))

    assert at[1] - at[0] >= 0.1


def test_an_owner_who_rests_holds_up_no_other():
    pauses = {"a": 10.0 * LONG_S, "b": 0.0}
    done = turns.over_threads(1)(str.upper, ["a1", "a2", "b1", "b2"], owner, pauses.__getitem__)

    assert [result for _, result in islice(done, 3)] == ["A1", "B1", "B2"]
    done.close()


def test_a_bug_in_the_work_ends_the_run():
    with pytest.raises(ZeroDivisionError):
        list(turns.over_threads(2)(lambda thing: 1 // len(thing), ["a", "", "b"], lambda thing: thing))


def test_leaving_early_drops_what_has_not_begun():
    begun: list[str] = []
    left = threading.Event()
    before = set(threading.enumerate())

    def work(thing: str) -> None:
        begun.append(thing)
        assert thing == "a0" or left.wait(LONG_S)

    results = turns.over_threads(1)(work, [f"a{number}" for number in range(50)], owner)
    next(results)
    results.close()
    left.set()
    until(lambda: set(threading.enumerate()) <= before)

    assert begun in (["a0"], ["a0", "a1"])
