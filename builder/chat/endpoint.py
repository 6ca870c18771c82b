"""One model server, asked over HTTP: within limits of time, number and money, and politely.

The address is the one that the owner of the newsletter put into the config, so it may be on this machine or
in its network; no other is ever asked. What an article holds never becomes an address here.
"""

import contextlib
import json
import math
import ssl
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.client import responses
from typing import Any

import httpcore2
import httpx2

from builder.chat.forms import Form, adapted, read
from builder.chat.meter import Call, Meter
from builder.chat.talk import Answer, Question
from builder.errors import ConfigError, EngineError, EngineStoppedError, FetchError
from builder.text import excerpt
from builder.web.address import authority, is_inner
from builder.web.caching import retry_after_s
from builder.web.decode import decoded
from builder.web.dial import Deadline, Dialler, Resolve, look_up

TRIES = 4
PAUSES_S = (1.0, 3.0, 9.0)
"""Before the second try and those after it, where the server names no time."""
RETRY_AFTER_MAX_S = 120.0
"""A server that asks for a longer pause than this is not asked again in this run."""
FAILURES_MAX = 5
"""So many questions in a row without an answer, and the server is left alone."""
ANSWER_MAX = 4 * 2**20
"""Bytes."""

_UNSPENT_STATUSES = frozenset([408, 409, 425, 429, 500, 502, 503, 504, 529])
_SAID_MAX = 200
_PORTS = {"http": 80, "https": 443}


class Endpoint:
    """Asks one server, from any number of threads, `at_once` of them at a time.

    One request lasts `timeout_s` at most, and a question is put `TRIES` times at most. When the server wants
    a pause, all threads keep it.
    """

    def __init__(
        self,
        url: str,
        form: Form,
        meter: Meter,
        *,
        key: str = "",
        user_agent: str,
        timeout_s: float = 120.0,
        at_once: int = 4,
        resolve: Resolve = look_up,
    ) -> None:
        """`url` is what the paths of `form` are below. Raises ConfigError for one that cannot be asked."""
        parsed = _parsed(url)
        self._host = parsed.raw_host.decode("ascii").lower()
        self._authority = authority(self._host, parsed.port or _PORTS[parsed.scheme])
        if key and parsed.scheme == "http" and not is_inner(self._host):
            raise ConfigError(
                f"the key would be sent to {self._host} for everybody to read",
                "Write https:// in summary.model.endpoint.",
            )
        path = parsed.raw_path.rstrip(b"/")
        tail = form.path.encode()
        self._target = httpcore2.URL(
            scheme=parsed.raw_scheme,
            host=parsed.raw_host,
            port=parsed.port,
            target=path if path.endswith(tail) else path + tail,
        )
        self._netloc = parsed.netloc
        self._form = form
        self._taste = form.taste
        self._meter = meter
        self._key = key
        self._headers = {"User-Agent": user_agent, **form.headers(key)}
        self._timeout_s = timeout_s
        self._deadline = Deadline()
        self._closing = threading.Event()
        self._slots = threading.BoundedSemaphore(at_once)
        self._free_at = 0.0
        self._failures = 0
        self._stopped: EngineStoppedError | None = None
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(),
            max_connections=at_once,
            keepalive_expiry=15.0,
            network_backend=Dialler(frozenset([self._authority]), resolve, self._deadline, self._closing),
        )

    def ask(self, question: Question, /) -> Answer:
        """The server's answer. Raises EngineError, and EngineStoppedError when it will not give any other."""
        with self._slots:
            try:
                answer = self._tried(question)
            except EngineStoppedError as error:
                self._stopped = error
                raise
            except _TasteError:
                # The question's own fault: a text that is too long says nothing of the next.
                raise
            except EngineError as error:
                self._failures += 1
                if self._failures >= FAILURES_MAX:
                    self._stopped = _stop(
                        f"{error.faults[0].message}, {FAILURES_MAX} times in a row", error.hint
                    )
                raise
            self._failures = 0
            return answer

    def close(self) -> None:
        """Close all connections. Questions under way in other threads end soon, with an EngineError."""
        self._closing.set()
        self._pool.close()

    def __enter__(self) -> "Endpoint":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _tried(self, question: Question) -> Answer:
        pauses = iter(PAUSES_S)
        while True:
            self._closing.wait(max(0.0, self._free_at - time.monotonic()))
            if self._stopped:
                raise self._stopped
            if self._closing.is_set():
                raise EngineStoppedError("the run was stopped")
            taste = self._taste
            try:
                return self._exchange(question)
            except _TasteError as error:
                # Another thread may have learned the same meanwhile.
                if self._taste is taste:
                    learned = adapted(taste, error.said)
                    if learned is None:
                        raise
                    self._taste = learned
            except _PassingError as error:
                pause_s = next(pauses, None)
                if pause_s is None:
                    raise error.last() from error
                if error.pause_s and error.pause_s > RETRY_AFTER_MAX_S:
                    raise _stop(
                        f"{error.faults[0].message} and asks for a pause of {error.pause_s:,.0f} s"
                    ) from error
                self._free_at = time.monotonic() + (error.pause_s if error.pause_s is not None else pause_s)

    def _exchange(self, question: Question) -> Answer:
        body = self._form.body(question, self._taste)
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        # No token is shorter than a byte, so that this is more than can be asked.
        with self._meter.call(len(content), question.answer_tokens) as call:
            self._deadline.at = time.monotonic() + self._timeout_s
            try:
                status, headers, data = self._posted(content, call)
            finally:
                self._deadline.at = math.inf
            if status == HTTPStatus.OK:
                answer = read(self._form, data)
                call.used(answer.asked, answer.answered)
                return answer
            call.free()
            raise self._refused(status, headers, data)

    def _posted(self, content: bytes, call: Call) -> tuple[int, httpx2.Headers, bytes]:
        sent = {
            "Host": self._netloc.decode("ascii"),
            **self._headers,
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
        }
        each = {"connect": self._timeout_s, "read": self._timeout_s, "write": self._timeout_s}
        try:
            with self._pool.stream(
                "POST",
                self._target,
                headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in sent.items()],
                content=content,
                extensions={"timeout": each},
            ) as response:
                headers = httpx2.Headers(response.headers, encoding="latin-1")
                coding = headers.get("content-encoding", "")
                return response.status, headers, b"".join(decoded(response.iter_stream(), coding, ANSWER_MAX))
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            call.free()
            raise self._unreachable(error) from error
        except httpcore2.TimeoutException as error:
            if self._closing.is_set():
                raise EngineStoppedError("the run was stopped") from error
            raise EngineError(
                f"no whole answer from {self._authority} within {self._timeout_s:g} s",
                "Raise summary.model.answer_s, or lower at_once: a small server answers one after the other.",
            ) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            if self._closing.is_set():
                raise EngineStoppedError("the run was stopped") from error
            raise _PassingError(f"the connection to {self._authority} broke off") from error
        except FetchError as error:
            raise _stop(error.faults[0].message, error.hint) from error

    def _unreachable(self, error: Exception) -> EngineError:
        cause = error.args[0] if error.args else None
        if isinstance(cause, ssl.SSLError):
            return _stop(f"no secure connection to {self._authority}: {(cause.reason or str(cause)).lower()}")
        reason = (cause.strerror if isinstance(cause, OSError) else None) or "it does not answer"
        return _PassingError(
            f"no connection to the model's server {self._authority}: {reason.lower()}",
            "Is it running, and is summary.model.endpoint its address?",
            down=True,
        )

    def _refused(self, status: int, headers: httpx2.Headers, data: bytes) -> EngineError:
        said = self._said(data)
        message = f"{self._authority} answered {status} {responses.get(status, '')}".rstrip()
        told = f"{message}: {said}" if said else message
        if status in (400, 422):
            return _TasteError(told, said)
        if status in (401, 403):
            return _stop(told, "Look at the key: summary.model.api_key_env names the variable that holds it.")
        if status == 402 or (status == 429 and "quota" in said.lower()):
            return _stop(told, "The account has nothing left to spend.")
        if status == 404:
            return _stop(told, "Look at summary.model.name and summary.model.endpoint in config.yaml.")
        if status in _UNSPENT_STATUSES:
            return _PassingError(told, "It is tried again in the next run.", retry_after_s(headers) or None)
        if 300 <= status < 400:
            return _stop(message, "It has moved: put its new address into summary.model.endpoint.")
        return EngineError(told)

    def _said(self, data: bytes) -> str:
        """What an error's body says, on one line, and never the key: some servers repeat it."""
        text = data.decode("utf-8", "replace")
        with contextlib.suppress(ValueError):
            text = _message(json.loads(text))
        return excerpt(text.replace(self._key, "…") if self._key else text, _SAID_MAX)


class _PassingError(EngineError):
    """A failure that another try may not meet."""

    def __init__(
        self, message: str, hint: str = "", pause_s: float | None = None, *, down: bool = False
    ) -> None:
        super().__init__(message, hint)
        self.pause_s = pause_s
        self.down = down

    def last(self) -> EngineError:
        """What it is when no try is left."""
        kind = EngineStoppedError if self.down else EngineError
        return kind(self.faults[0].message, self.hint)


class _TasteError(EngineError):
    """The server did not take the request; `said` may tell why."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(
            message, "The model may not take a text of this length: see summary.model.article_chars."
        )
        self.said = said


def _stop(message: str, hint: str = "") -> EngineStoppedError:
    return EngineStoppedError(message, hint)


def _parsed(url: str) -> httpx2.URL:
    try:
        parsed = httpx2.URL(url).copy_with(fragment=None)
    except (httpx2.InvalidURL, ValueError, TypeError) as error:
        raise ConfigError("summary.model.endpoint is not a valid address") from error
    if parsed.scheme not in _PORTS or not parsed.raw_host:
        raise ConfigError("summary.model.endpoint must begin with https:// or http://")
    return parsed


def _message(document: Any) -> str:
    """The words in an error document: `error.message`, `error`, `message` or `detail`."""
    if isinstance(document, Mapping):
        for name in ("error", "message", "detail"):
            if name in document:
                inner = document[name]
                told = _message(inner)
                code = inner.get("code") if isinstance(inner, Mapping) else None
                return f"{told} ({code})" if isinstance(code, str) and code not in told else told
    return document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
