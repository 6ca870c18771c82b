"""The documentation as a site that Briefpress builds of the files in `docs/`."""

import re
import sys
from html import unescape
from pathlib import Path

import pytest

from builder.cli.console import Console
from builder.cli.main import run

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "docs-site"))

import make  # noqa: E402


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("docs") / "docs"
    root.mkdir()
    make.write(root)
    assert run(Console(), ["build", "--root", str(root), "--production"]) == 0
    return root / "site"


def test_every_page_stands_in_one_chapter():
    listed = [page for _, pages in make.chapters() for page in pages]

    assert sorted(listed) == sorted(make.sources())


def test_every_link_leads_to_a_page_and_a_heading_that_are_there(site):
    ids = {
        page: set(re.findall(r' id="([^"]+)"', page.read_text(encoding="utf-8")))
        for page in site.rglob("*.html")
    }
    broken = []
    for page in ids:
        for target in re.findall(r'<a [^>]*href="([^"]*)"', page.read_text(encoding="utf-8")):
            path, _, fragment = unescape(target).partition("#")
            if "://" in path or path.startswith("mailto:"):
                continue
            at = (page.parent / path).resolve() if path else page
            at = at / "index.html" if at.is_dir() else at
            # The page for what is not found is shown at any address.
            if page.name != "404.html" and (
                not at.exists() or (fragment and fragment not in ids.get(at, {fragment}))
            ):
                broken.append(f"{page.relative_to(site)}: {target}")

    assert broken == []


def test_what_a_page_says_is_what_its_file_says(site):
    for name, path in make.sources().items():
        page = (site / name / "index.html").read_text(encoding="utf-8")
        title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")

        assert f"<h1>{title}</h1>" in unescape(page).replace("’", "'"), name
        assert ".md)" not in re.sub(r"<(pre|code)\b.*?</\1>", "", page, flags=re.DOTALL), name


def test_pictures_are_small_and_shown(site):
    pictures = [
        path for path in (ROOT / "docs/pictures").iterdir() if path.suffix in {".webp", ".png", ".svg"}
    ]

    assert pictures
    shown = "".join(page.read_text(encoding="utf-8") for page in site.rglob("index.html"))
    for path in pictures:
        assert path.stat().st_size < 100_000, path.name
        assert f"pictures/{path.name}" in shown, path.name


def test_the_index_is_found_and_holds_each_page(site):
    (index,) = (site / "assets").glob("index.*.js")
    text = index.read_text(encoding="utf-8")

    assert all(f'"{name}/' in text for name in make.sources())


def test_a_page_without_a_heading_is_refused(tmp_path, monkeypatch):
    (tmp_path / "x.md").write_text("Words.\n")
    monkeypatch.setattr(make, "ROOT", tmp_path)

    with pytest.raises(SystemExit, match=r"x\.md:1"):
        make.read(tmp_path / "x.md")


def test_every_page_is_linked_from_another(site):
    pages = {page.parent for page in site.rglob("index.html")}
    linked = {
        (at.parent / unescape(target).partition("#")[0]).resolve()
        for at in site.rglob("index.html")
        for target in re.findall(r'<a [^>]*href="([^":]*)"', at.read_text(encoding="utf-8"))
    }

    assert {page.resolve() for page in pages} <= linked
