"""A model server on this machine that says what a test tells it to: real sockets, no model."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """What is sent back."""

    document: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    cut: bool = False
    """Whether the connection ends in the middle of the body."""


@dataclass
class Request:
    """What came."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    number: int
    """Counted from 1."""
    at: float
    """When, on the monotonic clock."""

    @property
    def last(self) -> str:
        """The last message."""
        return str(self.body["messages"][-1]["content"])


class ModelServer:
    """Serves while it is entered; `script` makes a reply of each request."""

    def __init__(self, script: Callable[[Request], Reply]) -> None:
        self.script = script
        self.requests: list[Request] = []
        self.busy = 0
        self.most_at_once = 0
        self._lock = threading.Lock()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                owner._serve(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> "ModelServer":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers["Content-Length"])
        body = json.loads(handler.rfile.read(length))
        with self._lock:
            request = Request(
                handler.path, dict(handler.headers), body, len(self.requests) + 1, time.monotonic()
            )
            self.requests.append(request)
            self.busy += 1
            self.most_at_once = max(self.most_at_once, self.busy)
        try:
            reply = self.script(request)
            time.sleep(reply.delay_s)
        finally:
            with self._lock:
                self.busy -= 1
        data = reply.document if isinstance(reply.document, bytes) else json.dumps(reply.document).encode()
        try:
            handler.send_response(reply.status)
            for name, value in reply.headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data[: len(data) // 2] if reply.cut else data)
            if reply.cut:
                handler.close_connection = True
        except OSError:
            handler.close_connection = True


def said(
    content: object, *, finish: str = "stop", asked: int = 100, answered: int = 50, **more: Any
) -> Reply:
    """A Chat Completions answer; what is no text is sent as JSON text."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    return Reply(
        {
            "model": "stub",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish,
                    "message": {"role": "assistant", "content": text, **more},
                }
            ],
            "usage": {"prompt_tokens": asked, "completion_tokens": answered},
        }
    )


def refused(status: int, message: str, headers: Mapping[str, str] | None = None, **more: str) -> Reply:
    """An error as most servers have it."""
    return Reply({"error": {"message": message, **more}}, status, headers or {})
