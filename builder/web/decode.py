"""Content codings undone, piece by piece: what comes out stays small however much was packed in. Pure."""

import zlib
from collections.abc import Iterable, Iterator

from builder.errors import FetchError

ACCEPTED = "gzip, deflate, br"
"""What we ask for: the codings that can be undone within bounds."""

_PIECE = 65536
_GZIP_MAGIC = b"\x1f\x8b"


def decoded(chunks: Iterable[bytes], codings: str, limit: int) -> Iterator[bytes]:
    """`chunks` with the codings of a Content-Encoding header undone, the last one first.

    A coding that is cut short, corrupt or unknown is a failure, never a shorter text, and so is more than
    `limit` bytes before or after any step. Raises FetchError, mostly while it is read.
    """
    pieces = _limited(chunks, limit)
    names = [name.strip().lower() for name in codings.split(",")]
    for name in reversed([name for name in names if name not in ("", "identity")]):
        pieces = _limited(_undo(name, pieces), limit)
    return pieces


def _undo(name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    if name in ("gzip", "x-gzip"):
        return _inflated(chunks, zlib.MAX_WBITS | 16)
    if name == "deflate":
        return _inflated(*_deflate_form(iter(chunks)))
    if name == "br":
        return _unbrotlied(chunks)
    raise FetchError(f"the answer is packed as “{name[:30]}”, which was not asked for")


def _deflate_form(chunks: Iterator[bytes]) -> tuple[Iterator[bytes], int]:
    # "deflate" means zlib's form, but some servers send it without its two-byte header (RFC 9110, 8.4.1.2).
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= 2:
            break
    zlib_form = len(start) >= 2 and start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0
    return _chain(start, chunks), zlib.MAX_WBITS if zlib_form else -zlib.MAX_WBITS


def _chain(start: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield start
    yield from chunks


def _inflated(chunks: Iterable[bytes], window: int) -> Iterator[bytes]:
    stream = zlib.decompressobj(window)
    try:
        for chunk in chunks:
            yield from _pieces(stream, chunk)
            # Members of a gzip stream may follow each other; anything else behind the end is padding.
            while stream.unused_data.startswith(_GZIP_MAGIC):
                rest, stream = stream.unused_data, zlib.decompressobj(window)
                yield from _pieces(stream, rest)
    except zlib.error as error:
        raise FetchError("the packed answer is corrupt") from error
    if not stream.eof:
        raise FetchError("the packed answer is cut short")


def _unbrotlied(chunks: Iterable[bytes]) -> Iterator[bytes]:
    import brotli

    stream = brotli.Decompressor()
    try:
        for chunk in chunks:
            rest = chunk
            # Output that is over the limit of a piece waits inside, and is asked for with nothing.
            while rest or not stream.can_accept_more_data():
                yield stream.process(rest, output_buffer_limit=_PIECE)
                rest = b""
                if stream.is_finished():
                    break
            if stream.is_finished():
                break
    except brotli.error as error:
        raise FetchError("the packed answer is corrupt") from error
    if not stream.is_finished():
        raise FetchError("the packed answer is cut short")


def _pieces(stream: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    rest = packed
    while True:
        piece = stream.decompress(rest, _PIECE)
        yield piece
        rest = stream.unconsumed_tail
        # A full piece may leave output waiting inside although all input is taken.
        if stream.eof or (not rest and len(piece) < _PIECE):
            return


def _limited(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise FetchError(f"the answer is larger than {limit / 2**20:.3g} MiB")
        yield piece
