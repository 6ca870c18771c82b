"""`briefpress import`: what was public stays so at its old address, and nothing else becomes it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from builder import files
from builder.cli.console import Console
from builder.cli.main import run
from builder.content import library
from builder.model import Status

sys.path.append(str(Path(__file__).resolve().parents[1] / "migration"))

import exports

CONFIG = "site:\n  title: N\n  url: https://n.example/\n"
OLD_PLACES = {
    "hugo": ("2023/02/the-first", "old/first.html", "2023/03/two", "links/a-link"),
    "jekyll": ("weekly/notes/2022/01/02/hello-world.html",),
    "substack": ("p/a-letter", "p/about"),
    "buttondown": ("archive/one", "archive/fancy"),
}
KINDS = pytest.mark.parametrize("kind", exports.ALL)


@pytest.fixture
def root(make_site) -> Path:
    return make_site(f"-- config.yaml --\n{CONFIG}\n-- .gitignore --\nsubscribers.*\n.briefpress/\n")


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


def held(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".briefpress" not in path.parts
    }


def export(kind: str, tmp_path: Path) -> Path:
    return exports.folder(exports.ALL[kind], tmp_path / "old" / kind)


def told(root: Path, capsys, *arguments: str) -> dict:
    capsys.readouterr()
    assert brief(root, *arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)["data"]


@KINDS
def test_what_was_public_is_found_at_its_old_address(kind, root, tmp_path):
    assert brief(root, "import", str(export(kind, tmp_path))) == 0

    assert brief(root, "check") == 0
    assert brief(root, "build") == 0
    for place in OLD_PLACES[kind]:
        name = place if place.endswith(".html") else f"{place}/index.html"
        assert (root / "site" / name).is_file(), place


@KINDS
def test_what_was_not_public_is_in_no_file_of_the_site(kind, root, tmp_path):
    assert brief(root, "import", str(export(kind, tmp_path))) == 0
    assert brief(root, "build") == 0

    assert any(b"Secret words" in data for name, data in held(root).items() if name.startswith("content/"))
    assert not any(b"Secret words" in data for name, data in held(root).items() if name.startswith("site/"))


@KINDS
def test_the_same_import_again_changes_nothing(kind, root, tmp_path, capsys):
    source = export(kind, tmp_path)
    assert brief(root, "import", str(source)) == 0
    before = held(root)

    again = told(root, capsys, "import", str(source))

    assert again["imported"] == []
    assert held(root) == before


@KINDS
def test_an_import_that_was_cut_off_is_completed(kind, root, tmp_path, monkeypatch):
    source = export(kind, tmp_path)
    empty = held(root)
    assert brief(root, "import", str(source)) == 0
    whole = held(root)
    create = files.create
    for writes in range(len(whole) - len(empty)):
        for name in whole.keys() - empty.keys():
            (root / name).unlink()
        left = iter(range(writes))

        def cut(path, data, left=left):
            if next(left, None) is None:
                raise KeyboardInterrupt
            create(path, data)

        monkeypatch.setattr(files, "create", cut)
        assert brief(root, "import", str(source)) == 130
        monkeypatch.setattr(files, "create", create)

        assert brief(root, "import", str(source)) == 0
        assert held(root) == whole


@KINDS
def test_a_zip_archive_and_a_folder_are_the_same(kind, root, tmp_path):
    archive = exports.archive(exports.ALL[kind], tmp_path / "export.zip", top="export-2026/")
    assert brief(root, "import", str(archive)) == 0
    zipped = {name: data for name, data in held(root).items() if name.startswith("content/")}
    for name in zipped:
        (root / name).unlink()

    assert brief(root, "import", str(export(kind, tmp_path))) == 0

    assert {name: data for name, data in held(root).items() if name.startswith("content/")} == zipped


@KINDS
def test_a_dry_run_writes_nothing_and_tells_the_same(kind, root, tmp_path, capsys):
    source, before = export(kind, tmp_path), held(root)

    dry = told(root, capsys, "import", str(source), "--dry-run")

    assert held(root) == before
    assert not (root / ".briefpress").exists()
    assert told(root, capsys, "import", str(source)) == dry


def test_dates_tags_and_what_is_not_known_are_kept(root, tmp_path):
    assert brief(root, "import", str(export("hugo", tmp_path))) == 0

    first = library.load(root).library.editions[0]
    assert first.title == "The first"
    assert f"{first.published:%Y-%m-%dT%H:%M}" == "2023-02-03T09:00"
    assert first.extra["imported"]["tags"] == ("feeds", "mail")
    assert first.extra["imported"]["weight"] == "3"


def test_old_issues_are_never_mailed(root, tmp_path):
    for kind in ("hugo", "substack"):
        assert brief(root, "import", str(export(kind, tmp_path)), "--as", "editions") == 0

    assert all(edition.sent for edition in library.load(root).library.editions)


def test_everything_that_is_left_is_told(root, tmp_path, capsys):
    data = told(root, capsys, "import", str(export("substack", tmp_path)))

    assert {one["from"] for one in data["left"]} == {"posts.csv", "email_list.old.csv", "notes.txt"}
    (letter,) = (one for one in data["imported"] if one["path"].startswith("content/editions/"))
    assert len(letter["notes"]) == 3


def test_pictures_come_along_when_they_are_shown(root, tmp_path):
    assert brief(root, "import", str(export("hugo", tmp_path))) == 0
    assert brief(root, "build") == 0

    assert (root / "site/img/bird.png").read_bytes() == exports.PNG
    assert (root / "site/2023/03/two/map.png").is_file()
    assert not (root / "static/unused.png").exists()
    assert 'src="../../img/bird.png"' in (root / "site/editions/1/index.html").read_text()


def test_the_first_page_shows_the_newest_issue_that_came(root, tmp_path):
    assert brief(root, "import", str(export("buttondown", tmp_path))) == 0
    assert brief(root, "build") == 0

    page = (root / "site/index.html").read_text()
    assert 'editions/2/"' in page
    assert "Nothing has been published" not in page
    assert "0 stories" not in page + (root / "site/editions/2/index.html").read_text()


def test_links_become_items_where_items_are_published(root, tmp_path):
    (root / "config.yaml").write_text(f"{CONFIG}editorial:\n  publish: items\n")

    assert brief(root, "import", str(export("hugo", tmp_path))) == 0

    (item,) = library.load(root).library.items
    assert (item.title, item.source.url, item.status) == (
        "Linked",
        "https://other.example/story",
        Status.APPROVED,
    )
    assert brief(root, "build") == 0
    assert (root / "site/links/a-link/index.html").is_file()


def test_readers_are_kept_from_git(root, tmp_path, capsys):
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    source = export("substack", tmp_path)
    (root / ".gitignore").write_text("")

    data = told(root, capsys, "import", str(source))

    assert data["subscribers"] == ""
    assert not (root / "subscribers.csv").exists()
    (root / ".gitignore").write_text("subscribers.*\n")
    assert told(root, capsys, "import", str(source))["subscribers"] == "subscribers.csv"
    rows = (root / "subscribers.csv").read_text()
    assert rows == "email,name,status\nada@example.org,,active\nbo@example.org,,unsubscribed\n"


def test_older_issues_do_not_follow_editions_of_ones_own(root, tmp_path, capsys):
    (root / "content/editions").mkdir(parents=True)
    (root / "content/editions/0001.md").write_text(
        "---\nnumber: 1\ntitle: Mine\ndate: 2026-01-01T00:00:00Z\nparts: []\n---\n"
    )
    before = held(root)

    assert brief(root, "import", str(export("hugo", tmp_path))) == 5

    assert held(root) == before
    assert "--as items" in capsys.readouterr().err


def test_an_archive_cannot_write_elsewhere(root, tmp_path):
    made = {"posts.csv": exports.SUBSTACK["posts.csv"], "posts/../../evil.html": "x"}
    made["posts/101.a-letter.html"] = '<img src="../../../evil.png"><a href="../../etc/x.png">y</a>'
    source = exports.archive(made, tmp_path / "x.zip")
    before = set(tmp_path.iterdir())

    assert brief(root, "import", str(source)) == 0

    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("held_", ["nothing", "folder", "text"])
def test_what_is_no_export_is_refused(held_, root, tmp_path, capsys):
    source = tmp_path / "source"
    if held_ == "folder":
        source.mkdir()
    elif held_ == "text":
        source.write_text("words")

    assert brief(root, "import", str(source)) == 6

    assert str(source) in capsys.readouterr().err


def test_a_list_of_feeds_is_followed(root, tmp_path):
    (tmp_path / "l.opml").write_text(
        '<opml><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>'
    )

    assert brief(root, "import", str(tmp_path / "l.opml")) == 0

    assert "https://a.example/f" in (root / "config.yaml").read_text()


def test_without_the_extra_html_is_refused_with_its_name(root, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "markdownify", None)
    before = held(root)

    assert brief(root, "import", str(export("substack", tmp_path))) == 3

    assert "briefpress[import]" in capsys.readouterr().err
    assert held(root) == before
