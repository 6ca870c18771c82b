"""Asking for an address: guarded at every hop, within limits of time and bytes, and politely."""

import contextlib
import math
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.client import responses
from urllib.parse import urljoin

import httpcore2
import httpx2

from builder.errors import FetchError
from builder.web.address import Place, place
from builder.web.caching import freshness_s, retry_after_s
from builder.web.decode import ACCEPTED, decoded
from builder.web.dial import Deadline, Dialler, Resolve, look_up

REDIRECTS_MAX = 5
RETRY_AFTER_MAX_S = 10.0
"""A host that asks for a longer pause than this is left alone until the next run."""
PAUSES_S = (0.5, 1.0)
"""Before the second and the third try of one address, where the host names no time; there is no fourth."""

_REDIRECTS = frozenset([301, 302, 303, 307, 308])
_PERMANENT = frozenset([301, 308])
_COOKIE_MAX = 4096
_HINTS = {
    401: "It wants a login; use a feed or page that is open to all.",
    403: "It refuses programs like this one, or visitors from here.",
    404: "Is the address right? If it was, look for the new one on the site.",
    410: "The owner says it is gone for good; remove it.",
    429: "It is asked too often; it is tried again in the next run.",
    451: "It is withheld for legal reasons.",
}


@dataclass(frozen=True, slots=True)
class Validators:
    """What an answer said of its version, sent back to be told whether there is a newer one."""

    etag: str = ""
    """As it came, quotes and weakness included; empty when there was none."""
    last_modified: str = ""
    """As it came; empty when there was none."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer."""

    url: str
    """Where it was found, after redirects."""
    body: bytes
    """Content codings undone; may be empty."""
    content_type: str
    """The header as it came; empty when there was none."""
    validators: Validators
    moved_to: str = ""
    """The new address when every redirect on the way was a permanent one, else empty."""
    fresh_s: float = 0.0
    """How long it need not be asked for again, as its host says (Cache-Control, Expires); 0: it does not."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The version we know is still the current one."""

    moved_to: str = ""
    """As in `Fetched`."""
    fresh_s: float = 0.0
    """As in `Fetched`."""


Admit = Callable[[str], float]
"""For an address about to be asked, the seconds to keep from its host's last answer. Raises FetchError."""


class Client:
    """Fetches from public web hosts, from any number of threads.

    Each host gets one request at a time. A call lasts `timeout_s` at most, redirects, tries and pauses
    included; waiting for the host's other requests to end does not count. Half of that without a byte is
    taken for no answer.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        timeout_s: float = 30.0,
        allow_hosts: Iterable[str] = (),
        resolve: Resolve = look_up,
    ) -> None:
        """`allow_hosts`: the only hosts asked without being public, as `host:port`."""
        self._user_agent = " ".join(user_agent.split())
        self._timeout_s = timeout_s
        self._allow = frozenset(host.strip().lower() for host in allow_hosts)
        self._deadline = Deadline()
        self._closing = threading.Event()
        self._hosts: dict[str, _Host] = {}
        self._hosts_lock = threading.Lock()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(),
            max_connections=None,
            max_keepalive_connections=32,
            keepalive_expiry=15.0,
            network_backend=Dialler(self._allow, resolve, self._deadline, self._closing),
        )

    def get(
        self,
        url: str,
        validators: Validators = Validators(),
        *,
        max_bytes: int,
        admit: Admit = lambda _: 0.0,
    ) -> Fetched | NotModified:
        """What stands at `url`, of at most `max_bytes` bytes packed and unpacked. Raises FetchError.

        NotModified only when `validators` hold something. `admit` is asked about every address on the way.
        """
        visit = _Visit(validators, max_bytes, self._timeout_s)
        here = place(url, self._allow)
        permanent = True
        for _ in range(REDIRECTS_MAX + 1):
            answer = self._ask(here, visit, admit(str(here.url)))
            if not isinstance(answer, _Redirect):
                moved = permanent and visit.redirected
                return replace(answer, moved_to=str(here.url) if moved else "")
            permanent = permanent and answer.permanent
            here = visit.follow(here, answer, self._allow)
        raise FetchError(f"more than {REDIRECTS_MAX} redirects, the last to {here.name}")

    def close(self) -> None:
        """Close all connections. Requests under way in other threads end soon, with a FetchError."""
        self._closing.set()
        self._pool.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, here: Place, visit: "_Visit", keep_off_s: float) -> "Fetched | NotModified | _Redirect":
        with self._turn(here, keep_off_s):
            self._deadline.at = time.monotonic() + visit.left_s
            pauses = iter(PAUSES_S)
            try:
                while True:
                    try:
                        return self._exchange(here, visit)
                    except _PassingError as error:
                        pause_s = next(pauses, None)
                        if pause_s is None or not self._pause(max(error.pause_s, pause_s)):
                            raise
            finally:
                visit.left_s = self._deadline.left()
                self._deadline.at = math.inf

    @contextlib.contextmanager
    def _turn(self, here: Place, keep_off_s: float) -> Iterator[None]:
        with self._hosts_lock:
            host = self._hosts.setdefault(here.authority, _Host())
        with host.lock:
            self._closing.wait(max(0.0, host.answered_at + keep_off_s - time.monotonic()))
            try:
                yield
            finally:
                host.answered_at = time.monotonic()

    def _pause(self, pause_s: float) -> bool:
        # Whether there is time for another try. An event and no sleep, so that closing the client ends it.
        return pause_s < self._deadline.left() and not self._closing.wait(pause_s)

    def _exchange(self, here: Place, visit: "_Visit") -> "Fetched | NotModified | _Redirect":
        if self._closing.is_set():
            raise FetchError("the run was stopped")
        begun = False
        try:
            with self._pool.stream(
                "GET", _target(here), headers=self._headers(here, visit), extensions=self._timeouts()
            ) as response:
                begun = True
                headers = httpx2.Headers(response.headers, encoding="latin-1")
                return _read(here, visit, response, headers)
        except httpcore2.TimeoutException as error:
            if self._closing.is_set():
                raise FetchError("the run was stopped") from error
            total = self._deadline.left() <= 0
            limit = self._timeout_s if total else self._timeout_s / 2
            what = "the whole answer did not come" if begun else "no answer"
            raise FetchError(
                f"{what} from {here.name} within {limit:g} s", "It is tried again in the next run."
            ) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise _failure(here, error, begun=begun) from error

    def _headers(self, here: Place, visit: "_Visit") -> list[tuple[bytes, bytes]]:
        told = {
            "Host": here.url.netloc.decode("ascii"),
            "User-Agent": self._user_agent,
            "Accept": "*/*",
            "Accept-Encoding": ACCEPTED,
            "If-None-Match": visit.validators.etag,
            "If-Modified-Since": visit.validators.last_modified,
            "Cookie": visit.cookie(here),
        }
        sent = {name: value for name, value in told.items() if value}
        return [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in sent.items()]

    def _timeouts(self) -> dict[str, dict[str, float]]:
        half = self._timeout_s / 2
        return {"timeout": {"connect": half, "read": half, "write": half}}


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    answered_at: float = -math.inf


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str
    permanent: bool
    cookies: tuple[str, ...]


class _PassingError(FetchError):
    """A failure that another try may not meet."""


@dataclass(slots=True)
class _Visit:
    """What one call to `get` carries from hop to hop."""

    validators: Validators
    max_bytes: int
    left_s: float
    redirected: bool = False
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def cookie(self, here: Place) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.get(here.authority, {}).items())

    def follow(self, here: Place, answer: _Redirect, allow: frozenset[str]) -> Place:
        self.redirected = True
        self.seen.add((str(here.url), self.cookie(here)))
        jar = self.cookies.setdefault(here.authority, {})
        for cookie in answer.cookies:
            name, equals, value = cookie.partition(";")[0].partition("=")
            if equals and name.strip() and len(cookie) <= _COOKIE_MAX:
                jar[name.strip()] = value.strip()
        if not answer.location:
            raise FetchError(f"{here.name} redirects without saying where to")
        try:
            there = place(urljoin(str(here.url), answer.location), allow)
        except FetchError as error:
            raise FetchError(f"{here.name} redirects, but {error.faults[0].message}", error.hint) from error
        except ValueError as error:
            raise FetchError(f"{here.name} redirects to an address that is not valid") from error
        if (str(there.url), self.cookie(there)) in self.seen:
            raise FetchError(f"{here.name} redirects in a circle")
        return there


def _target(here: Place) -> httpcore2.URL:
    # In parts: from text httpcore would drop the `;parameters` of a path.
    url = here.url
    return httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _read(
    here: Place, visit: _Visit, response: httpcore2.Response, headers: httpx2.Headers
) -> Fetched | NotModified | _Redirect:
    status = response.status
    if status == HTTPStatus.NOT_MODIFIED:
        if visit.validators == Validators():
            raise FetchError(f"{here.name} says “not modified” although we know no earlier version")
        return NotModified(fresh_s=freshness_s(headers))
    if status in _REDIRECTS:
        return _Redirect(
            location=_as_utf8(headers.get("location", "")),
            permanent=status in _PERMANENT,
            cookies=tuple(headers.get_list("set-cookie")),
        )
    if status != HTTPStatus.OK:
        raise _refused(here, status, headers)
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > visit.max_bytes:
        raise FetchError(f"the answer is larger than {visit.max_bytes / 2**20:.3g} MiB")
    pieces = decoded(response.iter_stream(), headers.get("content-encoding", ""), visit.max_bytes)
    return Fetched(
        url=str(here.url),
        body=b"".join(pieces),
        content_type=headers.get("content-type", ""),
        validators=Validators(headers.get("etag", ""), headers.get("last-modified", "")),
        fresh_s=freshness_s(headers),
    )


def _refused(here: Place, status: int, headers: httpx2.Headers) -> FetchError:
    message = f"{here.name} answered {status} {responses.get(status, '')}".rstrip()
    pause_s = retry_after_s(headers)
    kind, hint = FetchError, _HINTS.get(status, "")
    if 500 <= status <= 599 or status == HTTPStatus.TOO_MANY_REQUESTS:
        hint = hint or "The host has a fault of its own; it is tried again in the next run."
        if pause_s > RETRY_AFTER_MAX_S:
            message += f" and asks for a pause of {pause_s:,.0f} s"
        else:
            kind = _PassingError
    error = kind(message, hint)
    error.status, error.pause_s = status, pause_s
    return error


def _failure(here: Place, error: Exception, *, begun: bool) -> FetchError:
    # httpcore hands the exception of the socket on as the argument of its own.
    cause = error.args[0] if error.args else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return FetchError(
            f"the certificate of {here.name} is not valid: {cause.verify_message}",
            "Tell the site's owner; nothing is read over a connection that cannot be trusted.",
        )
    if isinstance(cause, ssl.SSLError):
        return FetchError(f"no secure connection to {here.name}: {(cause.reason or str(cause)).lower()}")
    if isinstance(error, httpcore2.ConnectError):
        reason = (cause.strerror if isinstance(cause, OSError) else None) or str(error)
        return _PassingError(f"no connection to {here.name}: {reason.lower()}")
    if isinstance(error, httpcore2.LocalProtocolError):
        return FetchError(f"the request to {here.name} cannot be written: {error}")
    if begun:
        return _PassingError(f"the answer of {here.name} broke off")
    return _PassingError(f"{here.name} broke off or did not answer in HTTP")


def _as_utf8(value: str) -> str:
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
