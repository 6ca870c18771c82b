"""What hosts let programs read, asked once a run, and how long to wait between two of their pages.

A host without a robots.txt lets all be read; one that cannot be asked for it, nothing (RFC 9309, 2.3.1).
Feeds are not looked up there: a feed is published for programs.
"""

import threading
from collections import defaultdict
from urllib.parse import urlsplit

from builder.errors import FetchError, SourceError
from builder.ingest.origin import Origin
from builder.ingest.reading import Reader
from builder.web import NotModified

AGENT = "briefpress"
"""The name by which robots.txt may address us."""
DELAY_MAX_S = 10.0
"""A host may ask for longer pauses, but a run must end."""
READ_BYTES = 512 * 1024
"""So much of a robots.txt is read; RFC 9309, 2.5, asks for 500 kibibytes at least."""
_FETCHED_MAX = 4 * 2**20
_GONE = range(400, 500)
_TOO_MANY = 429


class Robots:
    """The rules of all hosts that are asked in a run. Used by many threads."""

    def __init__(self, web: Origin, reader: Reader, delay_s: float) -> None:
        """`delay_s` lies between two pages of a host where it asks for no longer pause; 0: none at all."""
        self._web = web
        self._reader = reader
        self._delay_s = delay_s
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()
        self._rules: dict[str, bytes | FetchError] = {}
        self._delays: dict[str, float] = {}

    def admit(self, url: str) -> float:
        """Seconds to keep from the last answer of the host of `url`. Raises FetchError when it says no."""
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            lock = self._locks[host]
        with lock:
            if host not in self._rules:
                self._rules[host] = self._ask(host)
        rules = self._rules[host]
        if isinstance(rules, FetchError):
            raise rules
        try:
            allowed, delay_s = self._reader.robots(rules, AGENT, url) if rules else (True, 0.0)
        except SourceError as error:
            raise FetchError(
                f"the robots.txt of {parts.netloc} is no use: {error.faults[0].message}"
            ) from error
        if not allowed:
            raise FetchError(
                f"the robots.txt of {parts.netloc} asks programs not to read this page",
                "Its items keep to the feed's own text.",
            )
        self._delays[parts.netloc] = min(delay_s, DELAY_MAX_S)
        return self.pause_s(parts.netloc)

    def pause_s(self, host: str) -> float:
        """Seconds between two pages of `host`, as far as it is known now."""
        return max(self._delay_s, self._delays.get(host, 0.0)) if self._delay_s and host else 0.0

    def _ask(self, host: str) -> bytes | FetchError:
        try:
            told = self._web.get(f"{host}/robots.txt", max_bytes=_FETCHED_MAX)
        except FetchError as error:
            if error.status in _GONE and error.status != _TOO_MANY:
                return b""
            why = error.faults[0].message
            return FetchError(f"whether its pages may be read cannot be learnt from robots.txt: {why}")
        return b"" if isinstance(told, NotModified) else told.body[:READ_BYTES]
