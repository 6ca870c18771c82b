"""An editor's save in a real browser: Decap CMS as `admin build` set it up, and its local server.

Needs what `make editors` installs; skipped without.
"""

import base64
import hashlib
import os
import re
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import worktree
from patience import until

from builder.cli.console import QUIET, Console
from builder.cli.main import run
from builder.content import editions, items, library
from builder.model import Edition, Item, Status
from builder.publish.admin import SCRIPTS
from builder.publish.serve import Preview

expect = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed").expect

_PUT = """
async (files) => {
  const top = await navigator.storage.getDirectory();
  for (const [path, text] of Object.entries(files)) {
    const names = path.split("/");
    const name = names.pop();
    let folder = top;
    for (const one of names) folder = await folder.getDirectoryHandle(one, { create: true });
    const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await file.write(text);
    await file.close();
  }
}
"""
"""Puts files into the folder that a browser keeps for a site: a real one, which needs no dialog."""
_READ = """
async (path) => {
  try {
    const names = path.split("/");
    const name = names.pop();
    let folder = await navigator.storage.getDirectory();
    for (const one of names) folder = await folder.getDirectoryHandle(one);
    return await (await (await folder.getFileHandle(name)).getFile()).text();
  } catch {
    return "";
  }
}
"""
"""The text of one of them; empty while another takes its place."""


ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def node() -> Path:
    """The folder with the packages of npm."""
    folder = ROOT / ".cache" / "node" / "node_modules"
    if not shutil.which("node"):
        pytest.skip("there is no node")
    for package in ("decap-cms", "decap-server", "@sveltia/cms"):
        if not (folder / package).is_dir():
            pytest.skip(f"{package} is not here: run make editors")
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
    keep_a_key_of_our_own(folder)
    return folder


def keep_a_key_of_our_own(root: Path) -> None:
    path = root / item(root).path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\n---\n", "\nmine:\n  a: 1\n  b: [x, y]\n---\n", 1), encoding="utf-8")
    worktree.git(root, "commit", "--quiet", "--all", "--message=A key of our own")


def changed(root: Path, path: str, since: str = "HEAD") -> tuple[Counter[str], Counter[str]]:
    """The lines that are gone and those that are new; editors may put one that they do not know elsewhere."""
    diff = worktree.git(root, "diff", since, "--", path)
    lines = [line for line in diff.splitlines() if re.match(r"[-+](?![-+])", line)]
    gone, new = (Counter(line[1:] for line in lines if line[0] == side) for side in "-+")
    return gone - new, new - gone


def item(root: Path) -> Item:
    return next(one for one in library.load(root).library.items if "dmarc" in one.path)


def free_port() -> int:
    """One below those that the system deals out, so that nobody is given it before the server has it."""
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with suppress(OSError), socket.socket() as one:
            one.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


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
        until(lambda: listens(port))
        yield f"http://localhost:{preview.url.rstrip('/').rpartition(':')[2]}/repo/admin/"
    finally:
        preview.stop()
        server.kill()
        server.wait()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port)).close()
    except OSError:
        return False
    return True


def test_title_is_changed_in_the_browser_by_one_small_commit(new_page, repo, admin):
    was = item(repo)
    head = worktree.git(repo, "rev-parse", "HEAD").strip()
    page = new_page()
    page.on("dialog", lambda dialog: dialog.accept())

    page.goto(admin)
    page.get_by_role("button", name="Login").click()
    page.wait_for_selector("a[href*='#/collections/']")
    stem = Path(was.path).stem
    page.goto(f"{admin}#/collections/items/entries/{was.date.year}/{stem}")
    title = page.locator("[id^='title-field']").first
    expect(title).to_have_value(was.title)
    expect(page.get_by_text("Changes saved")).to_be_visible()
    title.fill(f"{was.title}, at last")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    expect(title).to_have_value(f"{was.title}, at last")
    page.locator("text=/^Publish$/").first.click()
    with page.expect_response(lambda answer: '"persistEntry"' in (answer.request.post_data or "")) as saved:
        page.locator("text=/^Publish now$/").first.click()
    assert saved.value.ok

    now = items.parse((repo / was.path).read_text(encoding="utf-8"), was.path)
    assert worktree.git(repo, "rev-list", "--count", f"{head}..HEAD").strip() == "1"
    assert worktree.committed(repo) == [was.path]
    assert now.title == f"{was.title}, at last"
    assert (now.body, now.extra, now.source, now.date) == (was.body, was.extra, was.source, was.date)
    assert now.status is Status.CHANGED or was.review is None
    brief(repo, "fmt", was.path)
    title = ({f"title: {was.title}": 1}, {f"title: {now.title}": 1})
    assert changed(repo, was.path, since=head) == title
    assert not [url for url in page.asked if not url.startswith(("data:", "blob:", "http://localhost:"))]
    assert [fault for fault in page.faults if not fault.startswith("Failed to load resource")] == []


def test_sveltia_cms_changes_the_title_in_a_folder_of_this_machine(new_page, node, tmp_path, monkeypatch):
    root = newsletter(tmp_path / "brief", monkeypatch, cms="sveltia", repo="example/brief")
    keep_a_key_of_our_own(root)
    brief(root, "admin", "build", "--script", str(node / "@sveltia" / "cms" / "dist" / "sveltia-cms.js"))
    brief(root, "build", "--out", str(tmp_path / "www" / "repo"))
    was = item(root)
    path = root / was.path
    paths = (*root.glob("content/**/*.md"), root / ".git" / "HEAD", root / ".git" / "config")
    held = {one.relative_to(root).as_posix(): one.read_text(encoding="utf-8") for one in paths}
    page = new_page()
    page.route(re.compile(r"^https:"), lambda route: route.abort())
    page.add_init_script("window.showDirectoryPicker = () => navigator.storage.getDirectory()")
    preview = Preview(tmp_path / "www", 0)
    preview.start()
    try:
        page.goto(f"{preview.url}repo/admin/")
        page.evaluate(_PUT, held)
        page.get_by_text("Work with Local Repository").click()
        page.get_by_text(was.title).first.click()
        title = page.get_by_role("textbox", name="Title", exact=True)
        expect(title).to_have_value(was.title)
        for label in ("Status", "Date", "Section", "Tags", "TL;DR"):
            expect(page.get_by_text(label, exact=True).first).to_be_visible()
        title.fill(f"{was.title}, at last")
        page.get_by_role("button", name="Save", exact=True).click()
        until(lambda: (saved := page.evaluate(_READ, was.path)) != held[was.path] and path.write_text(saved))
    finally:
        preview.stop()

    now = items.parse(path.read_text(encoding="utf-8"), was.path)
    assert now.title == f"{was.title}, at last"
    assert (now.body, now.extra, now.source, now.date) == (was.body, was.extra, was.source, was.date)
    brief(root, "fmt", was.path)
    gone, new = changed(root, was.path)
    # It puts an empty line before the text, which is no matter to anybody.
    assert (gone, new - Counter([""])) == ({f"title: {was.title}": 1}, {f"title: {now.title}": 1})
    assert any(line.startswith("CMS configuration") for line in page.told)
    assert not [line for line in page.told if "configuration" in line and "error" in line.lower()]


EDITION = "content/editions/0001.md"


def an_edition(root: Path, *, note: str) -> tuple[str, Edition]:
    """The edition of the example, its second part without a heading; a `note` on its second item."""
    text = (
        (root / EDITION).read_text(encoding="utf-8").replace("  - title: Hosting\n    items:", "  - items:")
    )
    if note:
        text = re.sub(
            r"\n      - ([0-9a-f]{10})(  #.*\n  - items)",
            rf"\n      - item: \1\n        note: {note}\2",
            text,
        )
    edition = editions.parse(text, EDITION)
    assert edition.parts[1].title == ""
    assert [placed.note for placed in edition.parts[0].items] == ["", note]
    (root / EDITION).write_text(text, encoding="utf-8")
    worktree.git(root, "commit", "--quiet", "--all", "--message=Arrange")
    return text, edition


def ids(edition: Edition) -> list[list[str]]:
    return [[placed.item for placed in part.items] for part in edition.parts]


def test_an_editions_items_are_changed_in_decap_cms_and_notes_stay(new_page, repo, admin):
    _, was = an_edition(repo, note="A note of ours")
    page = new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(admin)
    page.get_by_role("button", name="Login").click()
    page.wait_for_selector("a[href*='#/collections/']")
    page.goto(f"{admin}#/collections/editions/entries/0001")
    fields = page.locator("[id^='item-field']")
    expect(fields.nth(0)).to_have_value(was.parts[0].items[0].item)
    expect(page.get_by_text("Changes saved")).to_be_visible()
    other = item(repo).id
    fields.nth(0).fill(other)
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    page.locator("text=/^Publish$/").first.click()
    with page.expect_response(lambda answer: '"persistEntry"' in (answer.request.post_data or "")) as saved:
        page.locator("text=/^Publish now$/").first.click()
    assert saved.value.ok

    now = editions.parse((repo / EDITION).read_text(encoding="utf-8"), EDITION)
    assert ids(now) == [[other, *ids(was)[0][1:]], *ids(was)[1:]]
    assert [part.title for part in now.parts] == [part.title for part in was.parts]
    assert now.parts[0].items[1].note == "A note of ours"
    assert (now.title, now.date, now.published, now.intro) == (was.title, was.date, was.published, was.intro)


def test_scripts_are_those_that_were_looked_at(node):
    for script in SCRIPTS.values():
        data = (node / script.package / script.file).read_bytes()
        assert script.integrity == f"sha384-{base64.b64encode(hashlib.sha384(data).digest()).decode()}"
