"""Asking one service to do something, as JSON over HTTP: once, and knowing whether it was done.

The address is the one the newsletter's owner put into the config, so it may be on this machine or in its
network; no redirect is followed, since a secret goes along.
"""

import contextlib
import json
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import responses
from typing import Any

import httpcore2
import httpx2

from builder.errors import DeliveryError, FetchError, UnsureDeliveryError
from builder.text import excerpt, fold
from builder.web.address import authority
from builder.web.caching import retry_after_s
from builder.web.decode import decoded
from builder.web.dial import Deadline, Dialler, Resolve, look_up

TIMEOUT_S = 60.0
"""For one request, all in all."""
PAUSES_S = (1.0, 3.0, 9.0)
"""Before the second try and those after it, where the service names no time."""
RETRY_AFTER_MAX_S = 120.0
"""A service that asks for a longer pause is not asked again in this run."""
ANSWER_MAX = 8 * 2**20
"""Bytes."""

_PORTS = {"http": 80, "https": 443}
_SAID_MAX = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said."""

    status: int
    data: Any
    """The JSON; None when there was none."""


class Api:
    """One service, asked one question after the other.

    Reading is tried again when it fails. What changes something is tried again only when the service surely
    did not do it: it was not reached, or it asked to come back later.
    """

    def __init__(
        self,
        base: str,
        name: str,
        *,
        headers: Callable[[], Mapping[str, str]],
        secret: str = "",
        wait: Callable[[float], None] = time.sleep,
        resolve: Resolve = look_up,
    ) -> None:
        """`base` ends in a slash; `headers` are made for each request; `secret` is kept out of messages."""
        self._base = httpx2.URL(base)
        host = self._base.raw_host.decode("ascii").lower()
        allowed = authority(host, self._base.port or _PORTS[self._base.scheme])
        self._name = name
        self._headers = headers
        self._secret = secret
        self._timeout_s = TIMEOUT_S
        self._wait = wait
        self._deadline = Deadline()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(),
            max_connections=1,
            # A service is asked a handful of questions in a run: no connection is worth keeping.
            max_keepalive_connections=0,
            network_backend=Dialler(frozenset([allowed]), resolve, self._deadline, threading.Event()),
        )

    def get(self, path: str) -> Answer:
        """What stands at `path`, also when that is nothing (404). Raises DeliveryError."""
        return self._tried("GET", path, None, {})

    def change(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """What the service says to a change. Raises DeliveryError when it refuses.

        Raises UnsureDeliveryError when it may have been done all the same.
        """
        return self._tried(method, path, body, headers or {})

    def _tried(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> Answer:
        pauses = iter(PAUSES_S)
        while True:
            try:
                return self._asked(method, path, body, headers)
            except _LaterError as error:
                pause_s = next(pauses, None)
                if pause_s is None or error.pause_s > RETRY_AFTER_MAX_S:
                    raise error.last() from error
                self._wait(error.pause_s or pause_s)

    def _asked(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> Answer:
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        url = self._base.join(path)
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        told = {
            "Host": url.netloc.decode("ascii"),
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Length": str(len(content)),
            **({"Content-Type": "application/json"} if content else {}),
            **self._headers(),
            **headers,
        }
        each = {"connect": self._timeout_s / 2, "read": self._timeout_s, "write": self._timeout_s}
        reading = method == "GET"
        self._deadline.at = time.monotonic() + self._timeout_s
        try:
            with self._pool.stream(
                method,
                target,
                headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in told.items()],
                content=content,
                extensions={"timeout": each},
            ) as response:
                got = httpx2.Headers(response.headers, encoding="latin-1")
                pieces = decoded(response.iter_stream(), got.get("content-encoding", ""), ANSWER_MAX)
                return self._answer(reading, response.status, got, b"".join(pieces))
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            raise _LaterError(
                f"{self._name} cannot be reached", "Is its address in config.yaml right?"
            ) from error
        except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            late = isinstance(error, httpcore2.TimeoutException)
            what = f"gave no answer within {self._timeout_s:g} s" if late else "broke off the connection"
            if reading:
                raise _LaterError(f"{self._name} {what}") from error
            raise UnsureDeliveryError(f"{self._name} {what}; it may have done what it was asked") from error
        except FetchError as error:
            raise DeliveryError(f"{self._name}: {error.faults[0].message}", error.hint) from error
        finally:
            self._deadline.at = math.inf

    def _answer(self, reading: bool, status: int, headers: httpx2.Headers, raw: bytes) -> Answer:
        data: Any = None
        with contextlib.suppress(ValueError):
            data = json.loads(raw)
        if 200 <= status < 300 or (reading and status == 404):
            return Answer(status, data)
        said = self._said(data, raw)
        message = f"{self._name} answered {status} {responses.get(status, '')}".rstrip()
        told = f"{message}: {said}" if said else message
        if status == 429 or (status == 503 and "retry-after" in headers):
            raise _LaterError(told, "It is asked too often; run it again later.", retry_after_s(headers))
        if status >= 500:
            if reading:
                raise _LaterError(told)
            raise UnsureDeliveryError(f"{told}; it may have done what it was asked")
        if status in (401, 403):
            raise DeliveryError(told, "Look at the key in the environment, and at what it is allowed to do.")
        if 300 <= status < 400:
            raise DeliveryError(message, "It has moved: put its new address into config.yaml.")
        raise DeliveryError(told)

    def _said(self, data: Any, raw: bytes) -> str:
        """What an error's body says, on one line, and never the secret."""
        text = _message(data) if data is not None else raw.decode("utf-8", "replace")
        return excerpt(text.replace(self._secret, "…") if self._secret else text, _SAID_MAX)


class _LaterError(DeliveryError):
    """It was surely not done, and may be asked again."""

    def __init__(self, message: str, hint: str = "", pause_s: float = 0.0) -> None:
        super().__init__(message, hint)
        self.pause_s = pause_s

    def last(self) -> DeliveryError:
        return DeliveryError(self.faults[0].message, self.hint)


def _message(data: Any) -> str:
    """The words in an error's JSON, whatever its form."""
    match data:
        case str():
            return fold(data)
        case list():
            return "; ".join(filter(None, map(_message, data)))
        case dict():
            for key in ("detail", "message", "errors", "error", "title", "msg"):
                if key in data and (told := _message(data[key])):
                    context = data.get("context") or data.get("loc")
                    return f"{told} ({_message(context)})" if context else told
    return "" if data is None or isinstance(data, (dict, list)) else str(data)
