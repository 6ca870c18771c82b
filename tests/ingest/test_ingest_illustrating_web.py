"""Pictures over real sockets: pages that name those of other hosts, moved, mislabelled, forbidden."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import worlds

from builder.cli.console import Console
from builder.cli.main import run

Image = pytest.importorskip("PIL.Image")


class Host(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.says: dict[str, tuple[int, str, bytes]] = {}
        self.asked: list[str] = []

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Visit(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, told, body = self.server.says.get(self.path, (404, "text/plain", b""))
        self.send_response(status)
        self.send_header("Location" if status == 302 else "Content-Type", told)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def hosts() -> Iterator[tuple[Host, Host, Host]]:
    running = (Host(), Host(), Host())
    threads = [
        threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.01}) for host in running
    ]
    for thread in threads:
        thread.start()
    yield running
    for host, thread in zip(running, threads, strict=True):
        host.shutdown()
        thread.join()
        host.server_close()


def picture(size: tuple[int, int] = (640, 360)) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, "#336699").save(data, "PNG")
    return data.getvalue()


def page(number: int, head: str) -> bytes:
    words = " ".join(
        f"<p>Sentence {one} of article {number} says what happened at pier {number}.</p>" for one in range(40)
    )
    top = f"<html><head><title>Pier {number}</title>{head}</head>"
    return f"{top}<body><article>{words}</article></body></html>".encode()


def test_pull_gets_the_pictures_that_pages_name_wherever_they_lie(make_site, hosts, capsys):
    news, cdn, private = hosts
    named = {
        "relative": "/a.png",
        "elsewhere": f"http://{cdn.name}/b.png",
        "moved": f"http://{cdn.name}/moved.png",
        "mislabelled": f"http://{cdn.name}/text.png",
        "small": f"http://{cdn.name}/small.png",
        "page": f"http://{cdn.name}/page.png",
        "forbidden": f"http://{private.name}/c.png",
        "moved there": f"http://{cdn.name}/inside.png",
    }
    items = ""
    for number, (name, url) in enumerate(named.items()):
        head = f'<meta property="og:image" content="{url}">'
        news.says[f"/{number}"] = (200, "text/html; charset=utf-8", page(number, head))
        link = f"http://{news.name}/{number}"
        items += f"<item><title>{name}</title><link>{link}</link><guid>{link}</guid></item>"
    rss = f'<rss version="2.0"><channel><title>Piers</title>{items}</channel></rss>'
    news.says["/feed.xml"] = (200, "application/rss+xml", rss.encode())
    news.says["/a.png"] = cdn.says["/b.png"] = private.says["/c.png"] = (200, "image/png", picture())
    cdn.says["/moved.png"] = (302, f"http://{news.name}/a.png", b"")
    cdn.says["/inside.png"] = (302, f"http://{private.name}/c.png", b"")
    cdn.says["/text.png"] = (200, "text/plain", picture())
    cdn.says["/small.png"] = (200, "image/png", picture((16, 16)))
    cdn.says["/page.png"] = (200, "image/png", b"<html><script>alert(1)</script></html>")
    root: Path = make_site(f"-- config.yaml --\n{worlds.config()}")
    config = root / "config.yaml"
    feeds = f"feeds:\n  - url: http://{news.name}/feed.xml\n    slug: piers\n    name: Piers\n"
    fetch = f"fetch:\n  images: true\n  delay_s: 0\n  allow_hosts: ['{news.name}', '{cdn.name}']\n"
    told = config.read_text(encoding="utf-8")
    config.write_text(told.replace("feeds: []\n", feeds + fetch), encoding="utf-8")

    assert run(Console(), ["--root", str(root), "pull"]) == 0

    got = {path.with_suffix(".md") for path in (root / "content").rglob("*.jpg")}
    titles = {
        name for name in named for path in got if f"title: {name}\n" in path.read_text(encoding="utf-8")
    }
    assert titles == {"relative", "elsewhere", "moved", "mislabelled"}
    assert private.asked == []
    err = capsys.readouterr().err
    assert err.count("has no picture") == 4
    assert "16 by 16 pixels" in err
    assert err.count("127.0.0.1 is not public") == 2
