"""A real browser on the example, served from this machine; skipped where there is no browser."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from patience import LONG_S

from builder.cli.console import QUIET, Console
from builder.cli.main import run
from builder.publish.serve import Preview

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"there is no browser: none of {', '.join(NAMES)}")
    # What comes of an act is waited for: on a busy machine longer than Playwright would.
    api.expect.set_options(timeout=LONG_S * 1000)
    with api.sync_playwright() as started:
        chromium = started.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"], timeout=LONG_S * 1000
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The example, built below a folder, so that it can be served at a path."""
    return _built(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="session")
def texts(tmp_path_factory) -> Iterator[str]:
    """The address of the example with a search of whole texts."""
    pytest.importorskip("pagefind_bin", reason="pagefind_bin is not installed")
    preview = Preview(_built(tmp_path_factory.mktemp("texts"), search="pagefind").parent, 0)
    preview.start()
    yield f"{preview.url}repo/"
    preview.stop()


def _built(root: Path, search: str = "index") -> Path:
    for part in ("config.yaml", "content", "samples"):
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, root / part)
    config = (root / "config.yaml").read_text(encoding="utf-8")
    (root / "config.yaml").write_text(
        config.replace("build:\n", f"build:\n  search: {search}\n"), encoding="utf-8"
    )
    out = root / "www" / "repo"
    where = ["--root", str(root), "--out", str(out), "--base-url", "https://openweb-brief.example/repo/"]
    assert run(Console(verbosity=QUIET), ["build", *where]) == 0
    return out


@pytest.fixture(scope="session")
def address(site) -> Iterator[str]:
    preview = Preview(site.parent, 0)
    preview.start()
    yield f"{preview.url}repo/"
    preview.stop()


@pytest.fixture
def new_page(browser) -> Iterator[Callable[..., object]]:
    """An empty page in a browser of its own.

    What went wrong in it, what it told, and what it asked for, is in its `faults`, `told` and `asked`.
    """
    contexts = []

    def made(**options: object):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        context.set_default_timeout(LONG_S * 1000)
        contexts.append(context)
        page = context.new_page()
        page.faults, page.told, page.asked = [], [], []
        page.on("console", lambda told: page.told.append(told.text))
        page.on("console", lambda told: page.faults.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        return page

    yield made
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(new_page, address) -> Callable[..., object]:
    """`open_page("tags/")` is that page of the site."""

    def opened(path: str = "", **options: object):
        page = new_page(**options)
        page.goto(path if ":" in path else address + path)
        return page

    return opened
