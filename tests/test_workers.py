import os
from threading import Barrier

import pytest
from patience import LONG_S

from builder import workers

MAPPERS = {"in line": workers.in_line, "step by step": workers.step_by_step(3), "forks": workers.forks(3)}


@pytest.mark.parametrize("mapper", MAPPERS.values(), ids=MAPPERS)
@pytest.mark.parametrize("number", [0, 1, 63, 64, 65, 1000])
def test_every_mapper_gives_the_results_in_the_order_of_the_things(mapper, number):
    assert list(mapper(lambda thing: thing * 2, range(number))) == [2 * thing for thing in range(number)]


def test_forks_work_in_other_processes_with_all_that_this_one_has():
    inherited = {"key": "value"}

    told = list(workers.forks(2)(lambda _: (os.getpid(), inherited["key"]), range(100)))

    assert len({pid for pid, _ in told}) == 2
    assert os.getpid() not in {pid for pid, _ in told}
    assert {value for _, value in told} == {"value"}


def test_few_things_are_worth_no_fork():
    assert set(workers.forks(2)(lambda _: os.getpid(), range(5))) == {os.getpid()}


@pytest.mark.parametrize("mapper", MAPPERS.values(), ids=MAPPERS)
def test_a_bug_in_the_work_comes_through(mapper):
    def work(thing: int) -> int:
        if thing == 70:
            raise ZeroDivisionError("seventy")
        return thing

    with pytest.raises(ZeroDivisionError, match="seventy"):
        list(mapper(work, range(100)))


def test_a_worker_that_dies_is_told_and_not_waited_for():
    with pytest.raises(ChildProcessError, match="worker"):
        list(workers.forks(2)(lambda thing: os._exit(1) if thing == 50 else thing, range(100)))


def test_forks_end_with_the_results_that_are_asked_for():
    results = workers.forks(2)(lambda thing: (os.getpid(), "x" * 100_000), range(1000))
    seen = {next(results)[0] for _ in range(300)}
    results.close()

    assert len(seen) == 2
    for pid in seen:
        # One that had only ended, and was not waited for, would still be there.
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_threads_work_at_the_same_time():
    both = Barrier(2, timeout=LONG_S)

    assert len(list(workers.step_by_step(2)(lambda _: both.wait(), range(2)))) == 2
