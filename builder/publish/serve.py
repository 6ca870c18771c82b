"""The site on this machine only, built again and shown again at each change."""

import queue
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from builder.errors import FileError

RELOAD_PATH = "/.briefpress/reload"
SCRIPT_PATH = "/.briefpress/reload.js"
"""A script of its own, because our pages run none that stands in them."""
_SCRIPT = f"""new EventSource("{RELOAD_PATH}").onmessage = () => location.reload();\n""".encode()
_RELOAD = f"""<script src="{SCRIPT_PATH}"></script>""".encode()
_HEARTBEAT_S = 15.0


class Reloads:
    """Tells every open page that the site is new."""

    def __init__(self) -> None:
        self._listeners: list[queue.SimpleQueue[bool]] = []
        self._lock = threading.Lock()

    def announce(self) -> None:
        """Make every listening page load again."""
        self._tell(True)

    def end(self) -> None:
        """Let every listener go."""
        self._tell(False)

    def listen(self) -> Iterator[bytes]:
        """Server-sent events for one page, with a comment now and then so that a closed page is noticed."""
        mine: queue.SimpleQueue[bool] = queue.SimpleQueue()
        with self._lock:
            self._listeners.append(mine)
        try:
            yield b"retry: 500\n\n"
            while True:
                try:
                    if not mine.get(timeout=_HEARTBEAT_S):
                        return
                    yield b"data: new\n\n"
                except queue.Empty:
                    yield b": here\n\n"
        finally:
            with self._lock:
                self._listeners.remove(mine)

    def _tell(self, going_on: bool) -> None:
        with self._lock:
            for listener in self._listeners:
                listener.put(going_on)


class _Handler(SimpleHTTPRequestHandler):
    """Files of the built site; the reload script is added here and never stands in a built file."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: object, reloads: Reloads, directory: str) -> None:
        self._reloads = reloads
        super().__init__(*args, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """A file, its folder's index, or the reload stream."""
        if urlsplit(self.path).path == RELOAD_PATH:
            self._stream()
            return
        if urlsplit(self.path).path == SCRIPT_PATH:
            self._send(HTTPStatus.OK, "text/javascript", _SCRIPT)
            return
        target = Path(self.translate_path(self.path))
        if target.is_dir() and urlsplit(self.path).path.endswith("/"):
            target /= "index.html"
        if target.suffix == ".html" and target.is_file():
            self._page(HTTPStatus.OK, target.read_bytes())
        else:
            super().do_GET()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's own page for what is not there."""
        page = Path(self.directory) / "404.html"
        if code == HTTPStatus.NOT_FOUND and page.is_file():
            self._page(HTTPStatus.NOT_FOUND, page.read_bytes())
        else:
            super().send_error(code, message, explain)

    def end_headers(self) -> None:
        """Nothing is kept by the browser: the next look must show the next build."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it)
        """Requests are not worth a line."""

    def _page(self, status: HTTPStatus, html: bytes) -> None:
        self._send(status, "text/html; charset=utf-8", html.replace(b"</body>", _RELOAD + b"</body>"))

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for event in self._reloads.listen():
                self.wfile.write(event)
                self.wfile.flush()
        except OSError:
            return  # the page was closed


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


class Preview:
    """A running server on the loopback address."""

    def __init__(self, folder: Path, port: int) -> None:
        """Listen on `port`, or on any free one for 0. Raises FileError when the port is taken."""
        self.reloads = Reloads()
        handler = partial(_Handler, reloads=self.reloads, directory=str(folder))
        try:
            self._server = _Server(("127.0.0.1", port), handler)
        except OSError as error:
            raise FileError(
                f"cannot listen on port {port}: {error.strerror or error}", "Choose another one with --port."
            ) from error
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> None:
        """Answer requests from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self.reloads.end()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def changes(paths: list[Path], stop: threading.Event) -> Iterator[None]:
    """Once for each burst of changes below `paths`, until `stop` is set. Lets KeyboardInterrupt through."""
    from watchfiles import watch

    for _ in watch(*paths, stop_event=stop):
        yield None


def rebuilt(seen: Iterator[None], rebuild: Callable[[], bool], reloads: Reloads) -> Iterator[bool]:
    """For each change seen: whether the site could be rebuilt; open pages load again when it could."""
    for _ in seen:
        done = rebuild()
        if done:
            reloads.announce()
        yield done
