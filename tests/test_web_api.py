"""Asking a service: once, at its own address alone, and knowing what was surely not done."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from builder.errors import DeliveryError, UnsureDeliveryError
from builder.web.api import Api


class Service:
    """Gives the answers it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[tuple[str, str, str]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                service.asked.append((self.command, self.path, raw.decode()))
                status, headers, body = service.answers.pop(0) if service.answers else (200, {}, b"{}")
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.close()


def api(service: Service, waits: list[float] | None = None) -> Api:
    pauses = [] if waits is None else waits
    return Api(
        service.url + "v1/", "It", headers=lambda: {"Authorization": "x"}, secret="s3cret", wait=pauses.append
    )


def test_what_is_asked_is_json_below_its_address(service):
    assert api(service).change("POST", "letters", {"title": "é"}).data == {}
    (asked,) = service.asked
    assert asked[:2] == ("POST", "/v1/letters")
    assert json.loads(asked[2]) == {"title": "é"}


def test_no_redirect_is_followed_since_a_secret_goes_along(service):
    other = Service()
    service.answers = [(302, {"Location": other.url}, b"")]
    try:
        with pytest.raises(DeliveryError, match=r"answered 302"):
            api(service).change("POST", "x", {})
    finally:
        other.close()

    assert other.asked == []


def test_reading_is_tried_again_and_a_change_that_may_be_done_is_not(service):
    waits: list[float] = []
    service.answers = [(500, {}, b"")] * 3
    assert api(service, waits).get("x").status == 200
    assert waits == [1.0, 3.0, 9.0]

    service.answers = [(500, {}, b"")]
    with pytest.raises(UnsureDeliveryError):
        api(service).change("POST", "x", {})
    assert len(service.asked) == 5


def test_a_pause_longer_than_we_wait_ends_the_run(service):
    waits: list[float] = []
    service.answers = [(429, {"Retry-After": "3600"}, b"")]
    with pytest.raises(DeliveryError, match="429"):
        api(service, waits).change("POST", "x", {})

    assert waits == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"detail": "no s3cret here"}', "no … here"),
        (b'{"errors": [{"message": "Bad", "context": "the title"}]}', r"Bad \(the title\)"),
        (b'{"detail": [{"loc": ["body", "subject"], "msg": "Field required"}]}', "Field required"),
        (b"<html>plainly wrong</html>", "plainly wrong"),
    ],
)
def test_a_refusal_is_told_in_its_own_words_without_the_secret(service, body, told):
    service.answers = [(400, {}, body)]
    with pytest.raises(DeliveryError, match=told) as caught:
        api(service).change("POST", "x", {})

    assert "s3cret" not in str(caught.value)


def test_what_is_not_there_is_an_answer_to_a_question_and_a_refusal_of_a_change(service):
    service.answers = [(404, {}, b""), (404, {}, b"")]

    assert api(service).get("x").status == 404
    with pytest.raises(DeliveryError, match="404"):
        api(service).change("POST", "x", {})
