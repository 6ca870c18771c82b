"""The laws of what goes between the two processes."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.quarantine import wire


def reader(data: bytes) -> wire.Read:
    stream = io.BytesIO(data)

    def read(size: int) -> bytes:
        piece = stream.read(size)
        if len(piece) < size:
            raise EOFError
        return piece

    return read


@given(st.lists(st.binary(max_size=50), max_size=16))
def test_what_is_packed_comes_out_again(parts):
    assert wire.unpacked(reader(wire.packed(parts)), 1000) == tuple(parts)


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=16), st.data())
def test_frame_that_is_cut_is_no_shorter_frame(parts, data):
    frame = wire.packed(parts)
    cut = data.draw(st.integers(0, len(frame) - 1))

    with pytest.raises(EOFError):
        wire.unpacked(reader(frame[:cut]), 1000)


def test_frame_larger_than_agreed_is_refused_before_it_is_read():
    with pytest.raises(wire.TooLargeError):
        wire.unpacked(reader(wire.packed([b"x" * 11])), 10)


@given(st.binary(max_size=200))
def test_noise_is_a_frame_or_a_refusal(noise):
    with contextlib.suppress(EOFError, wire.TooLargeError):
        assert sum(map(len, wire.unpacked(reader(noise), 100))) <= 100
