"""Sources looked at again over real sockets: for each answer of a page, what comes of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import worlds
from test_ingest_pipeline import NOW, entry, feed, of, page

from builder import turns
from builder.config import load
from builder.content import library
from builder.editorial import desk
from builder.editorial.review import Verdict
from builder.ingest import pipeline, recheck
from builder.ingest.origin import Folder
from builder.ingest.reading import InPlace
from builder.ingest.robots import Robots
from builder.memory import Memory
from builder.model import Aspect, Item, Status
from builder.summary import engine
from builder.web import Client

DAY = timedelta(days=1)
WALL = "<html><body><article><h1>News</h1><p>Subscribe to read on.</p></article></body></html>"
SOFT = "<html><head><title>Page not found</title></head><body><h1>Page not found</h1></body></html>"
_STORY = "<p>A story of the day, and one more of yesterday.</p>"
HOME = f"<html><body><h1>News</h1>{_STORY * 40}</body></html>"


class Town(ThreadingHTTPServer):
    """A web of one host whose pages answer as they are told to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.says: dict[str, tuple[int, dict[str, str], str]] = {}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def say(self, path: str, body: str, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = "text/html; charset=utf-8" if "<html" in body else "application/xml"
        self.says[path] = (status, {"Content-Type": kind} | named, body)


class _Visit(BaseHTTPRequestHandler):
    server: Town

    def do_GET(self) -> None:
        status, headers, body = self.server.says.get(self.path, (404, {}, ""))
        if self.path != "/robots.txt":
            self.server.asked.append(self.path)
        tag = headers.get("ETag")
        if tag and self.headers.get("If-None-Match") == tag:
            status, body = 304, ""
        if not status:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def town() -> Iterator[Town]:
    running = Town()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def root(make_site, town) -> Path:
    """A story of the town, public since NOW."""
    host = town.url.removeprefix("http://")
    config = worlds.config().replace(
        "feeds: []\n",
        f"feeds:\n  - url: {town.url}/feed\n    slug: news\n    section: policy\n"
        f"fetch:\n  allow_hosts: ['{host}']\n  delay_s: 0\n",
    )
    folder = make_site(f"-- config.yaml --\n{config}")
    town.say("/feed", feed(entry(1, link=f"{town.url}/news/1")))
    town.say("/news/1", page(1), ETag='"one"')
    town.say("/", HOME)
    with _web(folder) as (sources, reader, memory):
        list(
            pipeline.pull(
                load(folder),
                library.load(folder),
                engine.load("extract"),
                sources,
                reader,
                memory,
                turns.in_line,
                now=NOW,
            )
        )
    loaded = library.load(folder)
    judge = desk.Judge(by="", at=NOW)
    desk.decide(folder, loaded, [one.id for one in loaded.library.items], Verdict.APPROVE, judge, None)
    town.asked.clear()
    return folder


@contextmanager
def _web(root: Path) -> Iterator[tuple[pipeline.Sources, InPlace, Memory]]:
    config = load(root)
    with (
        Memory.open(root / ".briefpress" / "feeds.db") as memory,
        Client("briefpress-test/1", allow_hosts=config.fetch.allow_hosts, timeout_s=5) as client,
    ):
        yield pipeline.Sources(Folder(root, config.site), client), InPlace(), memory


def looked(root: Path, days: float) -> list[recheck.Event]:
    with _web(root) as (sources, reader, memory):
        return list(
            recheck.recheck(
                load(root),
                library.load(root),
                sources,
                reader,
                memory,
                turns.over_threads(2),
                Robots(sources.web, reader, 0.0),
                now=NOW + days * DAY,
                announced={},
            )
        )


def item(root: Path) -> Item:
    (one,) = library.load(root).library.items
    return one


def found(root: Path) -> list[tuple[Aspect, str]]:
    stale = item(root).stale
    return [(one.aspect, one.now) for one in stale.found] if stale else []


def test_page_as_it_was_is_asked_by_its_version_and_marks_nothing(root, town):
    assert not of(recheck.Unknown, looked(root, 1))
    assert not of(recheck.Unknown, looked(root, 2))

    assert found(root) == []
    assert town.asked == ["/news/1"] * 2


def test_page_that_says_otherwise_marks_its_item(root, town):
    town.say("/news/1", page(1).replace("forty thousand", "ninety thousand"), ETag='"two"')

    looked(root, 1)

    assert [aspect for aspect, _ in found(root)] == [Aspect.FIGURE]
    assert item(root).status is Status.APPROVED


def test_page_that_is_gone_for_good_marks_at_once(root, town):
    town.say("/news/1", "", 410)

    looked(root, 1)

    assert found(root) == [(Aspect.GONE, "410 Gone")]
    assert town.asked == ["/news/1"]


MISSING = {
    "404": ("", 404, {}, "404 Not Found"),
    "front page": ("", 301, {"Location": "/"}, "{town}/"),
    "says so": (SOFT, 200, {}, ""),
}


@pytest.mark.parametrize("how", MISSING)
def test_page_that_is_missing_is_asked_twice_where_no_run_remembers_another(root, town, how):
    body, status, headers, now = MISSING[how]
    town.say("/news/1", body, status, **headers)

    looked(root, 1)

    assert found(root) == [(Aspect.GONE, now.format(town=town.url))]
    assert town.asked.count("/news/1") == 2


@pytest.mark.parametrize("how", MISSING)
def test_page_that_is_missing_marks_at_the_second_look_and_unmarks_when_it_is_back(root, town, how):
    body, status, headers, now = MISSING[how]
    looked(root, 1)
    whole = town.says["/news/1"]
    town.say("/news/1", body, status, **headers)

    (unknown,) = of(recheck.Unknown, looked(root, 2))
    assert "for the first time" in unknown.why
    assert found(root) == []

    looked(root, 3)
    assert found(root) == [(Aspect.GONE, now.format(town=town.url))]

    town.says["/news/1"] = whole
    assert of(recheck.Unmarked, looked(root, 4))
    assert found(root) == []


def test_page_that_is_missing_for_an_hour_marks_nothing(root, town):
    looked(root, 1)
    whole = town.says["/news/1"]
    town.say("/news/1", "", 404)
    looked(root, 2)
    town.says["/news/1"] = whole
    looked(root, 3)
    town.say("/news/1", "", 404)
    looked(root, 4)

    assert found(root) == []


UNKNOWN = {
    "login wanted": ("", 401, {}),
    "forbidden, or paid for": (WALL, 403, {}),
    "barred by law": ("", 451, {}),
    "too many questions": ("", 429, {"Retry_After": "86400"}),
    "broken": ("", 501, {}),
    "wall": (WALL, 200, {}),
    "another article": (HOME, 200, {}),
    "no answer": ("", 0, {}),
    "a wall at another address": ("", 302, {"Location": "/wall"}),
}


@pytest.mark.parametrize("how", UNKNOWN)
def test_what_cannot_be_told_marks_nothing_however_often(root, town, how):
    body, status, headers = UNKNOWN[how]
    town.say("/news/1", body, status, **headers)
    town.say("/wall", WALL)

    for days in (1, 2, 3):
        assert of(recheck.Unknown, looked(root, days)), days

    assert found(root) == []


def test_page_that_has_moved_is_read_where_it_is_now(root, town):
    town.say("/2026/news-1", page(1).replace("forty thousand", "ninety thousand"))
    town.say("/news/1", "", 301, Location="/2026/news-1")

    looked(root, 1)

    assert [aspect for aspect, _ in found(root)] == [Aspect.FIGURE]


def test_page_that_robots_may_not_read_any_more_is_not_asked(root, town):
    town.say("/robots.txt", "User-agent: briefpress\nDisallow: /news/")

    assert of(recheck.Unknown, looked(root, 1))

    assert town.asked == []


def test_mark_stays_while_the_page_cannot_be_read(root, town):
    town.say("/news/1", page(1).replace("forty thousand", "ninety thousand"))
    looked(root, 1)
    before = found(root)
    town.say("/news/1", WALL, 403)

    looked(root, 2)

    assert before
    assert found(root) == before
