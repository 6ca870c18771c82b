"""Content codings, undone within bounds."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.errors import FetchError
from builder.web.decode import decoded

PACKERS = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "X-GZIP": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "br, gzip": lambda data: gzip.compress(brotli.compress(data)),
    "gzip, gzip": lambda data: gzip.compress(gzip.compress(data)),
    "deflate, gzip": lambda data: gzip.compress(zlib.compress(data)),
}


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(st.binary(max_size=3000), st.sampled_from(sorted(PACKERS)), st.integers(1, 400))
def test_what_was_packed_comes_out_however_it_arrives(data: bytes, coding: str, size: int) -> None:
    assert b"".join(decoded(cut(PACKERS[coding](data), size), coding, 10_000)) == data


@given(st.binary(min_size=1, max_size=500), st.sampled_from(["gzip", "deflate", "br"]), st.data())
def test_cut_stream_is_a_failure(data: bytes, coding: str, draw: st.DataObject) -> None:
    packed = PACKERS[coding](data)
    short = packed[: draw.draw(st.integers(0, len(packed) - 1))]
    with pytest.raises(FetchError):
        list(decoded([short], coding, 10_000))


def test_deflate_without_its_header_is_read() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(b"some text" * 50) + packer.flush()
    assert b"".join(decoded(cut(packed, 1), "deflate", 1000)) == b"some text" * 50


def test_members_follow_each_other_and_padding_is_ignored() -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0 padding"
    for size in (1, 7, 1000):
        assert b"".join(decoded(cut(packed, size), "gzip", 100)) == b"one two"


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "deflate", "br", ""])
def test_bomb_is_stopped_at_the_limit(coding: str) -> None:
    seen = 0
    with pytest.raises(FetchError, match="larger than 1 MiB"):
        for piece in decoded(cut(PACKERS[coding](bytes(50 << 20)), 65536), coding, 1 << 20):
            seen += len(piece)
    assert seen <= 1 << 20


def test_inner_step_of_a_double_coding_is_limited_too() -> None:
    packed = gzip.compress(gzip.compress(b"") + bytes(5 << 20))
    with pytest.raises(FetchError, match="larger"):
        list(decoded([packed], "gzip, gzip", 1 << 20))


@pytest.mark.parametrize("packed", [b"plain text", gzip.compress(b"text", mtime=0)[:-8] + bytes(8)])
def test_corrupt_stream_is_a_failure(packed: bytes) -> None:
    with pytest.raises(FetchError, match="corrupt"):
        list(decoded([packed], "gzip", 1000))


def test_what_is_no_brotli_is_a_failure() -> None:
    with pytest.raises(FetchError, match=r"corrupt|cut short"):
        list(decoded([b"plain text that is none"], "br", 1000))


@pytest.mark.parametrize("coding", ["zstd", "x-rot13", "gzip, zstd"])
def test_unknown_coding_is_a_failure(coding: str) -> None:
    with pytest.raises(FetchError, match="not asked for"):
        list(decoded([b"data"], coding, 1000))
