"""An editor's save in a real browser: Decap CMS as `admin build` set it up, and its local server.

Needs what npm installs, in the folder that BRIEFPRESS_NODE names (see CONTRIBUTING.md); skipped without.
"""

import base64
import hashlib
import os
import re
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import worktree
from conftest import ROOT

from builder.cli.console import QUIET, Console
from builder.cli.main import run
from builder.content import items, library
from builder.model import Item, Status
from builder.publish.admin import SCRIPTS
from builder.publish.serve import Preview

STAY_S = 30


@pytest.fixture(scope="session")
def node() -> Path:
    """The folder with the packages of npm."""
    folder = Path(os.environ.get("BRIEFPRESS_NODE", ROOT / ".cache" / "node")) / "node_modules"
    if not shutil.which("node"):
        pytest.skip("there is no node")
    for package in ("decap-cms", "decap-server", "@sveltia/cms"):
        if not (folder / package).is_dir():
            pytest.skip(f"{package} is not in {folder}")
    return folder


def newsletter(folder: Path, monkeypatch, **admin: str) -> Path:
    folder.mkdir()
    for part in ("config.yaml", "content", "samples"):
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / part)
    lines = "".join(f"  {key}: {value}\n" for key, value in admin.items())
    with (folder / "config.yaml").open("a", encoding="utf-8") as config:
        config.write(f"admin:\n  vendor: true\n{lines}")
    shutil.copy(ROOT / ".gitignore", folder / ".gitignore")
    worktree.make(folder, monkeypatch)
    return folder


def brief(root: Path, *arguments: str) -> None:
    assert run(Console(verbosity=QUIET), [*arguments, "--root", str(root)]) == 0


@pytest.fixture
def repo(tmp_path, monkeypatch, node) -> Path:
    folder = newsletter(tmp_path / "brief", monkeypatch, cms="decap", backend="local")
    path = folder / item(folder).path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\n---\n", "\nmine:\n  a: 1\n  b: [x, y]\n---\n", 1), encoding="utf-8")
    worktree.git(folder, "commit", "--quiet", "--all", "--message=A key of our own")
    return folder


def item(root: Path) -> Item:
    return next(one for one in library.load(root).library.items if "dmarc" in one.path)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def admin(repo, node) -> Iterator[str]:
    """The address of the editor, published at a path, with its server beside it."""
    port = free_port()
    script = node / "decap-cms" / "dist" / "decap-cms.js"
    brief(repo, "admin", "build", "--script", str(script))
    for name, old, new in (
        ("config.yml", "local_backend: true", f"local_backend: {{url: 'http://localhost:{port}/api/v1'}}"),
        ("index.html", "http://localhost:8081", f"http://localhost:{port}"),
    ):
        place = repo / "static" / "admin" / name
        text = place.read_text(encoding="utf-8")
        assert old in text
        place.write_text(text.replace(old, new), encoding="utf-8")
    worktree.git(repo, "add", "--force", "static")
    worktree.git(repo, "commit", "--quiet", "--message=Edit in a browser")
    out = repo.parent / "www" / "repo"
    brief(repo, "build", "--out", str(out))
    server = subprocess.Popen(
        ["node", str((node / "decap-server" / "dist" / "index.js").resolve())],
        cwd=repo,
        env=os.environ
        | {"GIT_REPO_DIRECTORY": str(repo), "PORT": str(port), "MODE": "git", "BIND_HOST": "localhost"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    preview = Preview(out.parent, 0)
    preview.start()
    try:
        _wait_for(port)
        yield f"http://localhost:{preview.url.rstrip('/').rpartition(':')[2]}/repo/admin/"
    finally:
        preview.stop()
        server.kill()
        server.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + STAY_S
    while True:
        try:
            socket.create_connection(("localhost", port), 1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def test_title_is_changed_in_the_browser_by_one_small_commit(browser, repo, admin):
    was = item(repo)
    head = worktree.git(repo, "rev-parse", "HEAD")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    faults, strangers = [], []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: strangers.append(asked.url) if "//localhost:" not in asked.url else None)
    page.on("dialog", lambda dialog: dialog.accept())

    page.goto(admin)
    page.get_by_role("button", name="Login").click(timeout=STAY_S * 1000)
    page.wait_for_selector("a[href*='#/collections/']", timeout=STAY_S * 1000)
    stem = Path(was.path).stem
    page.goto(f"{admin}#/collections/items/entries/{was.date.year}/{stem}")
    title = page.locator("[id^='title-field']").first
    title.wait_for(timeout=STAY_S * 1000)
    page.wait_for_function("document.querySelector(\"[id^='title-field']\").value !== ''")
    page.wait_for_timeout(1500)
    title.fill(f"{was.title}, at last")
    page.wait_for_timeout(500)
    page.locator("text=/^Publish$/").first.click()
    page.locator("text=/^Publish now$/").first.click()
    for _ in range(STAY_S * 10):
        if worktree.git(repo, "rev-parse", "HEAD") != head:
            break
        page.wait_for_timeout(100)

    now = items.parse((repo / was.path).read_text(encoding="utf-8"), was.path)
    assert worktree.git(repo, "rev-list", "--count", f"{head.strip()}..HEAD").strip() == "1"
    assert worktree.committed(repo) == [was.path]
    assert now.title == f"{was.title}, at last"
    assert (now.body, now.extra, now.source, now.date) == (was.body, was.extra, was.source, was.date)
    assert now.status is Status.CHANGED or was.review is None
    brief(repo, "fmt", was.path)
    diff = worktree.git(repo, "diff", head.strip(), "--", was.path)
    lines = [line for line in diff.splitlines() if re.match(r"[-+](?![-+])", line)]
    # Beside keys that it does not know, Decap CMS may put a line elsewhere.
    gone, new = (Counter(line[1:] for line in lines if line[0] == side) for side in "-+")
    assert (gone - new, new - gone) == ({f"title: {was.title}": 1}, {f"title: {now.title}": 1}), diff
    assert not [url for url in strangers if not url.startswith(("data:", "blob:"))]
    assert faults == []
    page.close()


def test_sveltia_cms_takes_the_configuration(browser, node, tmp_path, monkeypatch):
    root = newsletter(tmp_path / "brief", monkeypatch, cms="sveltia", repo="example/brief")
    brief(root, "admin", "build", "--script", str(node / "@sveltia/cms" / "dist" / "sveltia-cms.js"))
    brief(root, "build", "--out", str(tmp_path / "www" / "repo"))
    preview = Preview(tmp_path / "www", 0)
    preview.start()
    page = browser.new_page()
    faults, told = [], []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: told.append(line.text))
    page.route(re.compile(r"^https:"), lambda route: route.abort())
    try:
        page.goto(f"{preview.url}repo/admin/")
        page.get_by_text("GitHub").first.wait_for(timeout=STAY_S * 1000)
    finally:
        page.close()
        preview.stop()

    assert any(line.startswith("CMS configuration") for line in told)
    assert not [line for line in told if "configuration" in line and "error" in line.lower()]
    assert faults == []


def test_scripts_are_those_that_were_looked_at(node):
    for script in SCRIPTS.values():
        data = (node / script.package / script.file).read_bytes()
        assert script.integrity == f"sha384-{base64.b64encode(hashlib.sha384(data).digest()).decode()}"
