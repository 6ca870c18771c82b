"""The newsletter of this repository: example, smoke test and demonstration in one."""

import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from builder.cli.console import QUIET, Console
from builder.cli.main import run
from builder.config import load
from builder.content import library

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("config.yaml", "content", "samples")


def brief(root: Path, *arguments: str) -> int:
    return run(Console(verbosity=QUIET), [*arguments, "--root", str(root)])


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("example")
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, root / part)
        else:
            shutil.copy(source, root / part)
    assert brief(root, "build") == 0
    return root


class Links(HTMLParser):
    """The links of a page, its ids, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if "id" in told:
            self.ids.add(told["id"])
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        loaded = told.get("src") or (told.get("href") if told.get("rel") in ("stylesheet", "icon") else "")
        if tag in ("img", "script", "link", "source", "iframe") and loaded:
            self.loads.append(loaded)


@pytest.fixture(scope="module")
def pages(example) -> dict[str, Links]:
    site = example / "site"
    return {
        path.relative_to(site).as_posix(): Links(path.read_text(encoding="utf-8"))
        for path in site.rglob("*.html")
    }


def target(page: str, link: str) -> str | None:
    """The file that `link` on `page` leads to; None when it leads elsewhere."""
    where = urljoin(f"https://site.example/{page}", urldefrag(link).url)
    parts = urlsplit(where)
    if parts.netloc != "site.example":
        return None
    path = parts.path.lstrip("/")
    return f"{path}index.html" if not path or path.endswith("/") else path


def test_content_is_in_order():
    assert brief(ROOT, "check") == 0


def test_pull_of_the_samples_writes_nothing_new(example):
    before = tree(example / "content")

    assert brief(example, "pull") == 0

    assert tree(example / "content") == before


def test_pull_into_an_empty_newsletter_drafts_every_sample(example, tmp_path):
    shutil.copytree(example / "samples", tmp_path / "samples")
    shutil.copy(example / "config.yaml", tmp_path / "config.yaml")

    assert brief(tmp_path, "pull") == 0

    drafted = {item.id for item in library.load(tmp_path).library.items}
    kept = {item.id for item in library.load(ROOT).library.items}
    assert drafted == kept
    assert len(drafted) >= 10


def test_building_twice_gives_the_same_bytes(example):
    before = tree(example / "site")

    assert brief(example, "build", "--out", str(example / "again")) == 0

    assert tree(example / "again") == before


def test_every_internal_link_leads_to_a_page(pages, example):
    broken = [
        (page, link)
        for page, told in pages.items()
        if page != "404.html"
        for link in told.links
        if (file := target(page, link)) and not (example / "site" / file).is_file()
    ]

    assert broken == []


def test_every_fragment_leads_to_an_id(pages):
    for page, told in pages.items():
        for link in told.links:
            # Behind :~: stands what the browser looks for in the text, which no page need have as an id.
            fragment = urldefrag(link).fragment.partition(":~:")[0]
            file = target(page, link)
            if fragment and file in pages:
                assert fragment in pages[file].ids, (page, link)


def test_no_page_loads_anything_from_another_host(pages):
    for page, told in pages.items():
        for loaded in told.loads:
            assert not urlsplit(loaded).netloc, (page, loaded)


def test_missing_page_works_at_any_depth(example):
    told = Links((example / "site" / "404.html").read_text(encoding="utf-8"))

    assert all(link.startswith(("/", "#")) for link in told.links)
    assert all(loaded.startswith("/") for loaded in told.loads)


def test_drafts_and_rejected_items_are_nowhere(example):
    config, loaded = load(example), library.load(example)
    public = library.published_items(loaded.library, config.editorial.publish)
    hidden = [item for item in loaded.library.items if item.id not in public]
    assert hidden
    for path, data in tree(example / "site").items():
        if path.startswith("samples/"):
            continue
        for item in hidden:
            assert item.id.encode() not in data, (path, item.title)
            assert item.title.encode() not in data, (path, item.title)
