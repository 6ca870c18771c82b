"""The letter as it looks, on this machine only: a phone and a desk, light and dark, and the plain text."""

import html as entities
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from builder.errors import BriefpressError, FileError
from builder.mail import safe
from builder.mail.letter import Letter

_FRAMES = (Path(__file__).parent / "preview.html").read_text(encoding="utf-8")
_TEXT = """\
<!doctype html><html lang="%s"><head><meta charset="utf-8"><title>Text</title>
<style>html{color-scheme:%s}body{margin:0;padding:20px}
pre{margin:0;font:14px/1.5 Menlo,Consolas,monospace;white-space:pre-wrap}</style>
</head><body><pre>%s</pre></body></html>
"""
_DARK = "(prefers-color-scheme:dark)"


def pages(letter: Letter) -> dict[str, str]:
    """What the preview shows, by path. A scheme is shown on any machine: its rules are switched on or off."""
    shown = letter.addressed(letter.edition_url)
    # Frames follow the machine's own scheme, and here one asks for the other.
    light = shown.html.replace(_DARK, "not all")
    dark = shown.html.replace(_DARK, "all")
    facts = f"{len(shown.html.encode()) / 1024:,.1f} KiB, {len(letter.stories)} stories"
    if letter.shortened:
        facts += f", {letter.shortened} shortened"
    names = {
        "subject": safe.in_attribute(letter.subject),
        "preheader": safe.in_attribute(letter.preheader),
        "facts": facts,
    }
    return {
        "/": _FRAMES % names,
        "/letter/light": light.replace('content="light dark"', 'content="light"'),
        "/letter/dark": dark.replace('content="light dark"', 'content="dark"'),
        **{
            f"/text/{scheme}": _TEXT % (letter.language, scheme, entities.escape(shown.text))
            for scheme in ("light", "dark")
        },
    }


def failed(error: BriefpressError) -> dict[str, str]:
    """What the preview shows while there is no letter."""
    told = "\n".join(f"{fault}\n  {fault.hint}".rstrip() for fault in error.faults)
    page = _TEXT % ("en", "light dark", entities.escape(told))
    return dict.fromkeys(("/", "/letter/light", "/letter/dark", "/text/light", "/text/dark"), page)


class Preview:
    """A server on this machine only, which asks `pages` anew at each look."""

    def __init__(self, pages: Callable[[], Mapping[str, str]], port: int) -> None:
        """Listen on `port`, 0 for any. Raises FileError when another program does already."""
        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(pages))
        except OSError as error:
            raise FileError(
                f"port {port} cannot be used: {error.strerror}", "Choose another with --port, or --port 0."
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def start(self) -> None:
        """Answer from now on, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    def wait(self) -> None:
        """Stay until it is stopped."""
        self._thread.join()


def _handler(pages: Callable[[], Mapping[str, str]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = pages().get(urlsplit(self.path).path)
            body = (found or "There is nothing here.").encode("utf-8", "replace")
            self.send_response(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it)
            """Requests are not worth a line."""

    return Handler
