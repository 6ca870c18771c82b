"""The example behind a host that sends what `_headers` says: nothing of a page is refused."""

import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from builder.cli.console import QUIET, Console
from builder.cli.main import run
from builder.publish.deploy import hostfiles

ROOT = Path(__file__).resolve().parents[2]


class _Host(SimpleHTTPRequestHandler):
    def __init__(self, *args, rules, **more):
        self._rules = rules
        super().__init__(*args, **more)

    def end_headers(self):
        for place, headers in self._rules:
            if hostfiles.holds(place, self.path.partition("?")[0]):
                for name, value in headers.items():
                    self.send_header(name, value)
        super().end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def address(tmp_path):
    for part in ("config.yaml", "content", "samples"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tmp_path / part)
    with (tmp_path / "config.yaml").open("a", encoding="utf-8") as config:
        config.write("\ndeploy:\n  host: cloudflare-pages\n")
    assert run(Console(verbosity=QUIET), ["build", "--root", str(tmp_path)]) == 0
    site = tmp_path / "site"
    rules = hostfiles.parse_headers((site / "_headers").read_text(encoding="utf-8"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, rules=rules, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_nothing_is_refused_by_the_policy_of_the_header(new_page, address):
    page = new_page()

    for path in ("", "search/?q=feed", "editions/1/", "editions/1/letter/", "archive/", "about/", "404.html"):
        answer = page.goto(address + path)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    answer = page.goto(address)
    page.locator("article a").first.click()
    page.wait_for_url(lambda url: url != address)

    assert (page.told, page.faults) == ([], [])
