"""Sockets, opened only to addresses that were looked at, and never waited on past the end of a request.

httpcore calls this in the thread of the request, so the deadline of the request is kept for each thread.
"""

import contextlib
import math
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore2

from builder.errors import FetchError
from builder.web.address import authority, refusal, why_not_public

Resolve = Callable[[str, int], Sequence[str]]
"""From a host and a port to its IP addresses, the best first. Raises OSError."""

CONNECT_S = 8.0
"""How long one address of a host may take to accept, when there is another to try."""

_ADDRESSES_MAX = 4
_HEARTBEAT_S = 0.5
_QUICK_ACK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux alone knows it


def look_up(host: str, port: int) -> tuple[str, ...]:
    """The IP addresses of `host` as the system's resolver gives them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class Deadline(threading.local):
    """When this thread's request must be done, on the monotonic clock."""

    at: float = math.inf

    def left(self, most: float | None = None) -> float:
        """Seconds until then, at most `most`; 0 when it has passed."""
        left = max(0.0, self.at - time.monotonic())
        return left if most is None else min(left, most)


class Dialler(httpcore2.NetworkBackend):
    """Opens sockets for a connection pool: to the hosts of `allow`, and to public addresses."""

    def __init__(
        self,
        allow: frozenset[str],
        resolve: Resolve,
        deadline: Deadline,
        closing: threading.Event,
    ) -> None:
        self._allow = allow
        self._resolve = resolve
        self._deadline = deadline
        self._closing = closing
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - httpcore's signature
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        """A connection to `host`, on an address that was checked just now.

        Every address of the name is checked before the first is dialled: a name with one inner address is not
        to be trusted with its others. Raises FetchError for such a host, else what httpcore expects.
        """
        addresses = self._addresses(host, port)
        where = authority(host, port)
        if where not in self._allow:
            for address in addresses:
                reason = why_not_public(address)
                if reason:
                    named = address if address == host else f"{address} of {host}"
                    raise refusal(where, f"the address {named} {reason}")
        for address in addresses[:-1]:
            with contextlib.suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                return self._connect(address, port, min(timeout or CONNECT_S, CONNECT_S))
        return self._connect(addresses[-1], port, timeout)

    def _connect(self, address: str, port: int, timeout: float | None) -> httpcore2.NetworkStream:
        left = self._deadline.left(timeout)
        if not left:
            raise httpcore2.ConnectTimeout
        # The address is numeric, so nothing is looked up again.
        return _Stream(self._sockets.connect_tcp(address, port, left), self._deadline, self._closing)

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        # In a thread of its own, since the system's resolver knows no time limit.
        answer: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answer.put(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                answer.put(error)

        threading.Thread(target=ask, daemon=True, name=f"look up {host}").start()
        try:
            found = answer.get(timeout=min(self._deadline.left(), threading.TIMEOUT_MAX))
        except queue.Empty:
            raise httpcore2.ConnectTimeout from None
        if isinstance(found, socket.gaierror) and found.errno == socket.EAI_AGAIN:
            raise httpcore2.ConnectError("the name server did not answer") from found
        if isinstance(found, Exception) or not found:
            raise FetchError(f"there is no host {host}", "Look for a typing error in the address.")
        return found[:_ADDRESSES_MAX]


class _Stream(httpcore2.NetworkStream):
    """A connection that gives up when its thread's deadline passes or the client is closed."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline, closing: threading.Event) -> None:
        self._stream = stream
        self._deadline = deadline
        self._closing = closing

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        until = time.monotonic() + self._deadline.left(timeout)
        # In short waits, so that closing the client is noticed.
        while not self._closing.is_set() and (left := until - time.monotonic()) > 0:
            with contextlib.suppress(httpcore2.ReadTimeout):
                return self._stream.read(max_bytes, min(left, _HEARTBEAT_S))
        raise httpcore2.ReadTimeout

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout) or _HEARTBEAT_S)
        if _QUICK_ACK is not None:
            # Small servers send head and body apart and wait in between until the head is acknowledged, which
            # the kernel would put off by 40 ms. It forgets this wish, so it is repeated for every request.
            with contextlib.suppress(OSError):
                self.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = self._deadline.left(timeout) or _HEARTBEAT_S
        return _Stream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline, self._closing
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
