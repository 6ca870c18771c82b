"""The HTTP client on a web of its own, which misbehaves on demand and leads nowhere else."""

import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from patience import LONG_S

from builder.errors import FetchError
from builder.web import Client, Fetched, NotModified, Validators, client

FEED = "/feeds/site-tech"
MIB = 1 << 20


@pytest.fixture(scope="module")
def web(shared: Callable[..., Path]) -> Iterator[Any]:
    sys.path.insert(0, str(shared("tools")))
    import miniweb

    with miniweb.Miniweb(shared("data", "miniweb"), time_scale=0.1, cap_seconds=100, cap_mb=16) as running:
        yield running


@pytest.fixture
def ask(web: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Fetches a path of the web; no call leads to an address that a guard must refuse."""
    monkeypatch.setattr(client, "PAUSES_S", (0.0, 0.0))
    with Client("briefpress-test/1", timeout_s=5, allow_hosts=[web.url.removeprefix("http://")]) as asking:
        yield lambda path, **more: asking.get(web.url + path, **{"max_bytes": 4 * MIB, **more})
    assert web.stats()["canary"] == 0


def requests(web: Any, path: str) -> int:
    return int(web.stats()["by_path"].get(path, 0))


def test_answer_is_whole_with_its_type_and_version(ask: Callable[..., Fetched], web: Any) -> None:
    answer = ask(FEED)
    assert (answer.url, answer.moved_to) == (web.url + FEED, "")
    assert answer.content_type.startswith("application/")
    assert answer.body.rstrip().endswith(b">")
    assert answer.validators.etag.startswith('"')


def test_known_version_is_not_sent_again(ask: Callable[..., Any]) -> None:
    first = ask(FEED)
    assert ask(FEED, validators=first.validators) == NotModified()
    assert ask(FEED, validators=Validators(etag='"older"')).body == first.body


@pytest.mark.parametrize("fault", ["etagweak", "etagquote", "lmfuture"])
def test_version_is_sent_back_as_it_came(ask: Callable[..., Any], fault: str) -> None:
    first = ask(f"/f/{fault}{FEED}")
    assert ask(f"/f/{fault}{FEED}", validators=first.validators) == NotModified()


def test_not_modified_without_a_version_sent_is_a_failure(ask: Callable[..., Any]) -> None:
    with pytest.raises(FetchError, match="not modified"):
        ask(f"/f/always304{FEED}")


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_only_permanent_redirects_are_moves(ask: Callable[..., Fetched], web: Any, code: int) -> None:
    answer = ask(f"/f/r{code}{FEED}")
    assert answer.url == web.url + FEED
    assert answer.moved_to == (answer.url if code in (301, 308) else "")


def test_move_that_ends_in_a_detour_is_no_move(ask: Callable[..., Fetched]) -> None:
    assert ask(f"/f/r301/f/r308{FEED}").moved_to
    assert not ask(f"/f/r301/f/r302{FEED}").moved_to
    assert not ask(f"/f/rrel{FEED}").moved_to


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("chain", "more than 5 redirects"),
        ("loop", "in a circle"),
        ("loop2", "in a circle"),
        ("rempty", "without saying where"),
        ("rbad", "not valid"),
        ("rfile", "not a web address"),
        ("rftp", "not a web address"),
        ("rdata", "not a web address"),
        ("rjs", "not a web address"),
        ("rprivate", "127.0.0.2 is not public"),
        ("rprivate6", "::1 is not public"),
        ("rprivatedec", "not a valid host name"),
        ("rprivatemapped", "::ffff:127.0.0.2 is not public"),
        ("rcred", "user name or password"),
    ],
)
def test_redirect_to_nowhere_good_is_refused(ask: Callable[..., Any], fault: str, message: str) -> None:
    with pytest.raises(FetchError, match=message):
        ask(f"/f/{fault}{FEED}")


def test_five_redirects_are_followed(ask: Callable[..., Fetched]) -> None:
    assert ask(f"/f/chain=5{FEED}").body == ask(FEED).body


def test_cookie_comes_back_within_its_chain_only(ask: Callable[..., Fetched], web: Any) -> None:
    path = f"/f/cookie{FEED}"
    before = requests(web, path)
    assert ask(path).body == ask(path).body
    assert requests(web, path) == before + 4


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("s404", "answered 404 Not Found"),
        ("s410", "answered 410 Gone"),
        ("s401", "answered 401"),
        ("s403", "answered 403"),
        ("s429long", "asks for a pause of 86,400 s"),
        ("badstatus", "answered 999"),
        ("status=204", "answered 204 No Content"),
    ],
)
def test_refusal_is_final_in_one_try(ask: Callable[..., Any], web: Any, fault: str, message: str) -> None:
    path = f"/f/{fault}{FEED}"
    before = requests(web, path)
    with pytest.raises(FetchError, match=message):
        ask(path)
    assert requests(web, path) == before + 1


@pytest.mark.parametrize(
    "fault", ["s500", "s429bad", "close", "trunc", "badchunk", "reset", "duplen", "nothttp"]
)
def test_failure_that_stays_is_tried_three_times(ask: Callable[..., Any], web: Any, fault: str) -> None:
    path = f"/f/{fault}{FEED}"
    before = requests(web, path)
    with pytest.raises(FetchError):
        ask(path)
    assert requests(web, path) == before + 3


@pytest.mark.parametrize("fault", ["flap", "flapclose", "alt"])
def test_failure_that_passes_is_not_noticed(ask: Callable[..., Fetched], fault: str) -> None:
    assert ask(f"/f/{fault}{FEED}?{os.urandom(4).hex()}").body == ask(FEED).body


def test_pause_is_as_long_as_the_host_asks(
    ask: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(Client, "_pause", lambda _, pause_s: pauses.append(pause_s) or True)
    assert ask(f"/f/flap429=2{FEED}?{os.urandom(4).hex()}").body == ask(FEED).body
    assert pauses == [1.0, 1.0]


@pytest.mark.parametrize(
    "fault", ["chunked", "nolength", "gzip", "gzipgzip", "deflate", "deflateraw", "bighead"]
)
def test_way_of_sending_does_not_matter(ask: Callable[..., Fetched], fault: str) -> None:
    assert ask(f"/f/{fault}{FEED}").body == ask(FEED).body


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("gziptrunc", "cut short"),
        ("gzipcorrupt", "corrupt"),
        ("fakegzip", "corrupt"),
        ("unknownenc", "x-rot13"),
        ("brbomb", "larger than 4 MiB"),
        ("zipbomb=64", "larger than 4 MiB"),
        ("infinite", "larger than 4 MiB"),
    ],
)
def test_answer_that_cannot_be_had_whole_is_a_failure(
    ask: Callable[..., Any], fault: str, message: str
) -> None:
    with pytest.raises(FetchError, match=message):
        ask(f"/f/{fault}{FEED}")


def test_answer_larger_than_asked_for_is_a_failure(ask: Callable[..., Fetched]) -> None:
    size = len(ask(FEED).body)
    assert ask(FEED, max_bytes=size)
    with pytest.raises(FetchError, match="larger"):
        ask(FEED, max_bytes=size - 1)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("hang", "no answer"),
        ("stall", "whole answer"),
        ("drip=100", "whole answer"),
        ("slow=100", "no answer"),
    ],
)
def test_waiting_has_an_end(web: Any, fault: str, message: str) -> None:
    with (
        Client("briefpress-test/1", timeout_s=3, allow_hosts=[web.url.removeprefix("http://")]) as asking,
        pytest.raises(FetchError, match=message),
    ):
        asking.get(f"{web.url}/f/{fault}{FEED}", max_bytes=MIB)


def test_closing_the_client_ends_what_is_under_way(web: Any) -> None:
    asking = Client("briefpress-test/1", timeout_s=2 * LONG_S, allow_hosts=[web.url.removeprefix("http://")])
    with ThreadPoolExecutor(2) as threads:
        waiting = [
            threads.submit(asking.get, f"{web.url}/f/{fault}{FEED}", max_bytes=MIB)
            for fault in ("hang", "s503")
        ]
        threading.Event().wait(0.1)
        asking.close()
        for request in waiting:
            assert isinstance(request.exception(timeout=LONG_S), FetchError)


def test_host_gets_one_request_at_a_time(ask: Callable[..., Fetched], web: Any) -> None:
    web.st.reset()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, [f"/f/slow=0.2{FEED}"] * 8))
    assert len({answer.body for answer in answers}) == 1
    assert set(web.stats()["max_concurrent"].values()) == {1}


def test_hosts_do_not_wait_for_each_other(web: Any, shared: Callable[..., Path]) -> None:
    with type(web)(shared("data", "miniweb"), hosts=4, no_canary=True) as running:
        allow = [url.removeprefix("http://") for url in running.urls]
        with Client("briefpress-test/1", allow_hosts=allow) as asking, ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda url: asking.get(f"{url}/f/slow=3{FEED}", max_bytes=MIB), running.urls))
        log = running.stats(log=True)["log"]
    assert max(entry[0] for entry in log) - min(entry[0] for entry in log) < 3


def test_name_that_leads_inside_is_refused_whatever_else_it_leads_to() -> None:
    with (
        Client("briefpress-test/1", resolve=lambda *_: ["93.184.216.34", "127.0.0.2"]) as asking,
        pytest.raises(FetchError, match=r"127\.0\.0\.2 of example\.org is not public"),
    ):
        asking.get("http://example.org/", max_bytes=MIB)


def test_address_that_was_checked_is_the_one_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    dialled: list[object] = []

    def create_connection(address: object, *_: object, **__: object) -> None:
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", create_connection)
    monkeypatch.setattr(client, "PAUSES_S", ())
    answers = iter([["93.184.216.34"], ["127.0.0.2"]])
    with Client("briefpress-test/1", resolve=lambda *_: next(answers)) as asking:
        for reason in ("no connection", "not public"):
            with pytest.raises(FetchError, match=reason):
                asking.get("http://example.org/", max_bytes=MIB)
    assert dialled == [("93.184.216.34", 80)]


def test_plain_host_is_not_read_as_a_secure_one(web: Any) -> None:
    with (
        Client("briefpress-test/1", allow_hosts=[web.url.removeprefix("http://")]) as asking,
        pytest.raises(FetchError, match="no secure connection"),
    ):
        asking.get(web.url.replace("http://", "https://") + FEED, max_bytes=MIB)


def test_allowed_name_may_lead_inside(web: Any) -> None:
    with Client(
        "briefpress-test/1", allow_hosts=[f"news.example:{web.port}"], resolve=lambda *_: ["127.0.0.1"]
    ) as asking:
        answer = asking.get(f"http://news.example:{web.port}{FEED}", max_bytes=MIB)
    assert isinstance(answer, Fetched)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "there is no host"),
        (socket.gaierror(socket.EAI_AGAIN, "later"), "name server"),
        (UnicodeError("label too long"), "there is no host"),
    ],
)
def test_name_that_leads_nowhere_is_told(
    fault: Exception, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAUSES_S", (0.0, 0.0))

    def resolve(host: str, port: int) -> list[str]:
        raise fault

    with Client("briefpress-test/1", resolve=resolve) as asking, pytest.raises(FetchError, match=message):
        asking.get("http://example.org/", max_bytes=MIB)


def test_resolver_that_hangs_does_not_hold_the_request() -> None:
    never = threading.Event()
    with (
        Client("briefpress-test/1", timeout_s=0.2, resolve=lambda *_: never.wait(LONG_S) and []) as asking,
        pytest.raises(FetchError, match="no answer"),
    ):
        asking.get("http://example.org/", max_bytes=MIB)
    never.set()


def test_refused_connection_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAUSES_S", (0.0, 0.0))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        Client("briefpress-test/1", timeout_s=5, allow_hosts=[f"127.0.0.1:{port}"]) as asking,
        pytest.raises(FetchError, match="connection refused"),
    ):
        asking.get(f"http://127.0.0.1:{port}/", max_bytes=MIB)


def test_environment_names_no_proxy(
    web: Any, ask: Callable[..., Fetched], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.2:9")
    with Client("briefpress-test/1", allow_hosts=[web.url.removeprefix("http://")]) as asking:
        assert asking.get(web.url + FEED, max_bytes=MIB) == ask(FEED)


def test_who_asks_is_told(ask: Callable[..., Fetched], web: Any) -> None:
    ask(FEED)
    assert "briefpress-test/1" in web.stats()["user_agents"]
