"""The laws of what is laid aside."""

import errno
import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.aside import Aside
from builder.errors import FileError

VALUES = st.one_of(st.none(), st.text(), st.binary(max_size=2000), st.tuples(st.integers(), st.text()))


@given(st.lists(VALUES, max_size=20), st.randoms(use_true_random=False))
def test_each_value_is_had_back_as_it_was_in_any_order(values, chance):
    with Aside() as aside:
        slips = [(aside.put(value), value) for value in values]
        chance.shuffle(slips)

        assert [aside.take(slip) for slip, _ in slips] == [value for _, value in slips]


@given(st.lists(st.booleans(), max_size=60))
def test_values_come_and_go_as_they_will(steps):
    with Aside() as aside:
        lying: list[tuple] = []
        for number, comes in enumerate(steps):
            if comes:
                lying.append((aside.put([number] * number), [number] * number))
            elif lying:
                slip, value = lying.pop(len(lying) // 2)
                assert aside.take(slip) == value
        assert all(aside.take(slip) == value for slip, value in lying)


def test_room_is_used_again_once_nothing_lies_there():
    with Aside() as aside:
        for number in range(100):
            slip = aside.put(bytes(1000))
            assert slip.start == 0, number
            aside.take(slip)


def test_any_number_of_threads_may_lay_down():
    with Aside() as aside:
        had: list[bool] = []

        def work(mark: int) -> None:
            slips = [(aside.put((mark, number) * 50), (mark, number) * 50) for number in range(100)]
            had.extend(aside.take(slip) == value for slip, value in slips)

        threads = [threading.Thread(target=work, args=(mark,)) for mark in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert had == [True] * 800


def test_what_the_disk_refuses_stays_in_memory(monkeypatch):
    import tempfile

    def full(**_: object):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with Aside() as aside:
        slips = [aside.put(value) for value in ("one", None)]

        assert [aside.take(slip) for slip in slips] == ["one", None]


def test_what_cannot_be_read_any_more_is_a_fault_of_the_disk(monkeypatch):
    with Aside() as aside:
        slip = aside.put("one")
        descriptor = aside._file.fileno()
        elsewhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(elsewhere, descriptor)
        os.close(elsewhere)

        with pytest.raises(FileError, match="temporary file"):
            aside.take(slip)


def test_file_has_no_name(tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Aside() as aside:
        aside.put("one")

        assert not list(tmp_path.iterdir())
