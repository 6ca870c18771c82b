"""Pictures for link previews, drawn when the site is built."""

import io
import sys

import pytest
import worlds

from builder.cli.console import Console
from builder.cli.main import run
from builder.config import load
from builder.content import library
from builder.errors import ConfigError
from builder.publish import build, pictures
from builder.render.theme import Theme
from builder.state import State

pytest.importorskip("font_source_serif_pro")
Image = pytest.importorskip("PIL.Image")
EDITION, ITEM = "editions/1/", "items/2026-11-01-item-1/"


@pytest.fixture
def site(make_site):
    def make(asked: str, title: str = "A title") -> dict[str, bytes]:
        root = make_site(
            f"-- config.yaml --\n{worlds.config()}  pictures: {asked}\n"
            f"\n-- {worlds.item_file(1)} --\n{worlds.item(1, title=title)}"
            f"\n-- content/editions/0001.md --\n{worlds.edition(1, [1])}"
        )
        config, loaded = load(root), library.load(root)
        ids = library.published_items(loaded.library, "items")
        theme = Theme.open(root / "templates")
        with State.in_memory() as state:
            list(build.build(config, loaded.library, ids, theme, state, out=root / "o"))
        out = root / "o"
        return {
            path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()
        }

    return make


def meta(page: bytes) -> str:
    return page.decode().partition('og:image" content="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("asked", "drawn"), [("none", []), ("editions", [EDITION]), ("all", [EDITION, ITEM])]
)
def test_pages_have_pictures_as_asked_and_the_themes_own_otherwise(site, asked, drawn):
    files = site(asked)

    assert sorted(path for path in files if path.endswith("/social.png")) == [
        f"{path}social.png" for path in drawn
    ]
    for path in (EDITION, ITEM):
        own = f"https://brief.example/{path}social.png"
        shown = meta(files[f"{path}index.html"])
        assert shown == own if path in drawn else shown.startswith("https://brief.example/assets/social.")


def test_a_picture_has_the_size_that_its_page_tells_and_is_the_same_each_time(site):
    data = site("all")[f"{ITEM}social.png"]

    assert Image.open(io.BytesIO(data)).size == (pictures.WIDTH, pictures.HEIGHT)
    assert b'og:image:width" content="1200"' in site("all")[f"{ITEM}index.html"]
    assert site("all")[f"{ITEM}social.png"] == data
    assert site("all", "Another")[f"{ITEM}social.png"] != data
    assert len(data) < 40_000


@pytest.mark.parametrize("title", ["word " * 60, "a" * 300, "\u4e2d\u6587"])
def test_a_title_without_end_or_letters_makes_a_picture_all_the_same(site, title):
    assert Image.open(io.BytesIO(site("all", title)[f"{ITEM}social.png"])).size == (1200, 630)


def test_letters_that_the_font_lacks_are_told_from_those_it_has():
    face = pictures._face(pictures._fonts()[0], 40)

    assert pictures._has_letters(face, "Z\u00fcrich")
    assert not pictures._has_letters(face, "\u4e2d")


def test_without_pillow_the_config_is_at_fault_and_says_what_to_do(site, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)

    with pytest.raises(ConfigError) as caught:
        site("all")

    assert "briefpress[images]" in caught.value.hint


def test_a_site_without_pillow_has_the_themes_own_and_says_so_once(make_site, monkeypatch, capsys):
    root = make_site(
        f"-- config.yaml --\n{worlds.config()}  pictures: all\n"
        f"\n-- {worlds.item_file(1)} --\n{worlds.item(1)}"
        f"\n-- {worlds.item_file(2)} --\n{worlds.item(2)}"
    )
    monkeypatch.setitem(sys.modules, "PIL", None)

    assert run(Console(), ["--root", str(root), "build"]) == 0

    told = capsys.readouterr().err
    assert told.count("warning: config.yaml: build.pictures: Pillow") == 1
    assert "pip install 'briefpress[images]'" in told
    page = (root / "site" / ITEM / "index.html").read_bytes()
    assert meta(page).startswith("https://brief.example/assets/social.")
    assert not list((root / "site").rglob("social.png"))
