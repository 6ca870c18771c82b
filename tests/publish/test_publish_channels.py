"""Which feeds there are, and what is told in them."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest
import worlds

from builder.config import load
from builder.content import library
from builder.publish import build, channels
from builder.render.theme import Theme
from builder.state import State

FEEDS = """\
feeds:
  - {url: "https://example.org/feed.xml", slug: example, name: Example, homepage: "https://example.org/"}
  - {url: "https://example.net/feed?key=s3cret", slug: paid, name: Paid}
  - {url: "static/own.xml", slug: own, name: Own}
  - {url: "https://example.com/unseen.xml", slug: unseen, name: Unseen}
"""


@pytest.fixture
def site(make_site):
    def make(base_url: str = "https://brief.example/") -> dict[str, bytes]:
        root = make_site(
            f"-- config.yaml --\n{worlds.config().replace('feeds: []', FEEDS)}"
            f"\n-- {worlds.item_file(1)} --\n{worlds.item(1)}"
            f"\n-- {worlds.item_file(2)} --\n{worlds.item(2).replace('feed: example', 'feed: paid')}"
            f"\n-- {worlds.item_file(3)} --\n{worlds.item(3).replace('feed: example', 'feed: own')}"
            f"\n-- content/editions/0001.md --\n{worlds.edition(1, [1, 2])}"
        )
        config, loaded = load(root), library.load(root)
        ids = library.published_items(loaded.library, "items")
        theme = Theme.open(root / "templates")
        with State.in_memory() as state:
            list(build.build(config, loaded.library, ids, theme, state, out=root / "o", base_url=base_url))
        out = root / "o"
        return {
            path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()
        }

    return make


def test_every_list_has_a_feed_that_its_page_and_the_page_of_feeds_name(site):
    files = site()

    for path in ("tags/feeds/", "sources/example/", "sections/policy/"):
        assert Tree.fromstring(files[f"{path}atom.xml"]).tag.endswith("feed")
        assert f'href="../../{path}atom.xml"'.encode() in files[f"{path}index.html"]
        assert f'href="../{path}atom.xml"'.encode() in files["feeds/index.html"]


def test_items_and_editions_are_apart(site):
    files = site()

    items = json.loads(files["feed.json"])["items"]
    issues = json.loads(files["editions/feed.json"])["items"]
    assert [one["id"].rpartition(":")[2] for one in issues] == ["edition/1"]
    assert len(items) == 3
    assert issues[0]["content_html"].count("<h3>") == 2
    assert "https://brief.example/items/2026-11-01-item-1/" in issues[0]["content_html"]


def test_ids_do_not_depend_on_where_the_site_stands(site):
    def ids(files):
        atoms = [Tree.fromstring(files[f"{path}atom.xml"]) for path in ("", "editions/", "tags/feeds/")]
        return [one.text for atom in atoms for one in atom.iter("{http://www.w3.org/2005/Atom}id")]

    here, there = site(), site("https://moved.example/moved/")

    assert ids(here) == ids(there)
    assert b"moved" not in " ".join(ids(there)).encode()
    assert b"https://moved.example/moved/tags/feeds/" in there["tags/feeds/atom.xml"]


def test_opml_tells_sources_with_public_stories_and_no_address_with_a_query(site):
    told = site()["feeds/sources.opml"].decode()

    assert 'xmlUrl="https://example.org/feed.xml" htmlUrl="https://example.org/"' in told
    assert "https://brief.example/own.xml" in told
    assert "s3cret" not in told
    assert "unseen" not in told


def test_a_local_feed_outside_the_static_folders_has_no_public_address(site, make_site):
    root = make_site(f"-- config.yaml --\n{worlds.config().replace('feeds: []', FEEDS)}", "other")
    config = load(root)
    own = replace(config.feeds[2], url="drafts/own.xml")

    assert channels.feed_address(own, config, config.site) == ""
    assert Path(config.feeds[2].url).parts[0] == "static"
