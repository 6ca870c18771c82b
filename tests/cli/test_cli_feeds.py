"""Feeds as things one manages: what the commands leave in config.yaml, and their exit codes."""

import json
import re
from pathlib import Path

import pytest
import worlds
from patience import until

from builder.cli.console import VERBOSE, Console
from builder.cli.main import run
from builder.cli.newsletter import now
from builder.cli.outside import tell_silent
from builder.config import load

CONFIG = """\
# my newsletter
site:
  title: A Brief
  url: https://brief.example/
sections: [Policy, Research]

feeds:
  # one of ours
  - url: samples/feed.xml   # a file
    name: Samples
  - https://two.example/feed
fetch:
  contact: ed@brief.example  # me
"""
RSS = (
    '<rss version="2.0"><channel><title>{}</title><item><guid>1</guid><title>One</title>'
    "<description>Words.</description><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate></item></channel></rss>"
)


@pytest.fixture
def root(make_site) -> Path:
    return make_site(f"-- config.yaml --\n{CONFIG}\n-- samples/feed.xml --\n{RSS.format('Samples')}")


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


def told(root: Path, capsys, *arguments: str) -> dict:
    capsys.readouterr()
    brief(root, *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def text(root: Path) -> str:
    return (root / "config.yaml").read_text()


@pytest.fixture
def web(shared, monkeypatch):
    monkeypatch.syspath_prepend(str(shared("tools")))
    import miniweb

    with miniweb.Miniweb(shared("data", "miniweb"), time_scale=0.1) as running:
        yield running


@pytest.fixture
def allowed(root, web) -> Path:
    host = web.url.removeprefix("http://")
    (root / "config.yaml").write_text(
        text(root)
        .replace("  - https://two.example/feed\n", "")
        .replace("fetch:\n", f'fetch:\n  allow_hosts: ["{host}"]\n  delay_s: 0\n  max_age_days: 0\n')
    )
    return root


def test_file_in_the_folder_is_followed_by_its_path(root, capsys):
    (root / "samples" / "more.xml").write_text(RSS.format("More"))

    assert brief(root, "feeds", "add", "samples/more.xml", "--section", "Policy", "--tag", "ai") == 0

    added = "  - url: samples/more.xml\n    section: Policy\n    tags: [ai]\n"
    assert text(root) == CONFIG.replace("fetch:\n", f"{added}fetch:\n")
    assert "following More" in capsys.readouterr().err


def test_site_is_followed_by_the_feed_that_its_page_names(allowed, web, capsys):
    assert brief(allowed, "feeds", "add", f"{web.url}/sites/site-news/") == 0

    assert load(allowed).feeds[-1].url == f"{web.url}/feeds/site-news"


def test_site_without_a_feed_exits_7_and_changes_nothing(allowed, web, capsys):
    before = text(allowed)

    assert brief(allowed, "feeds", "add", f"{web.url}/p/{min(web.st.data.pages)}") == 7

    assert "there is no feed at" in capsys.readouterr().err
    assert text(allowed) == before


def test_feed_is_not_followed_twice(root, capsys):
    before = text(root)

    assert brief(root, "feeds", "add", "samples/feed.xml") == 2
    assert text(root) == before
    told = capsys.readouterr().err
    assert "followed already, as samples" in told
    assert "--help" not in told


def test_section_that_there_is_not_is_told_and_nothing_is_written(root, capsys):
    (root / "samples" / "more.xml").write_text(RSS.format("More"))

    assert brief(root, "feeds", "add", "samples/more.xml", "--section", "Polcy") == 3

    told = capsys.readouterr().err
    assert "error: --section: " in told
    assert "Did you mean" in told
    assert "config.yaml" not in told
    assert text(root) == CONFIG


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "samples/more.xml"),
        ("remove", "samples"),
        ("pause", "samples"),
        ("mv", "samples", "samples/more.xml"),
    ],
)
def test_dry_run_changes_nothing(root, arguments):
    (root / "samples" / "more.xml").write_text(RSS.format("More"))

    assert brief(root, "feeds", *arguments, "--dry-run") == 0
    assert text(root) == CONFIG


def test_feed_removed_takes_its_lines_and_leaves_the_comments(root):
    assert brief(root, "feeds", "remove", "samples") == 0

    assert text(root) == CONFIG.replace("  - url: samples/feed.xml   # a file\n    name: Samples\n", "")


def test_several_feeds_are_removed_at_once(root):
    assert brief(root, "feeds", "remove", "samples", "two-example") == 0

    assert load(root).feeds == ()


def test_unknown_feed_suggests_the_near_one(root, capsys):
    assert brief(root, "feeds", "remove", "sample") == 2

    assert "did you mean 'samples'" in capsys.readouterr().err


def test_pausing_what_is_paused_already_says_so(root, capsys):
    brief(root, "feeds", "pause", "two-example")
    before = text(root)
    capsys.readouterr()
    assert brief(root, "feeds", "pause", "two-example") == 0
    assert capsys.readouterr().err == "paused already: two-example\n"
    assert brief(root, "feeds", "pause", "two-example", "samples") == 0
    assert capsys.readouterr().err == "paused samples\npaused already: two-example\n"
    assert brief(root, "feeds", "pause", "two-example", "--resume") == 0
    assert text(root) != before


def test_paused_feed_is_resumed(root):
    brief(root, "feeds", "pause", "two-example")
    assert [feed.paused for feed in load(root).feeds] == [False, True]
    assert "  - url: https://two.example/feed\n    paused: true\n" in text(root)

    brief(root, "feeds", "pause", "two-example", "--resume")
    assert [feed.paused for feed in load(root).feeds] == [False, False]


def test_feed_that_moves_keeps_its_slug(root):
    assert brief(root, "feeds", "mv", "two-example", "https://new.example/rss", "--offline") == 0

    feed = load(root).feeds[1]
    assert (feed.slug, feed.url) == ("two-example", "https://new.example/rss")


def test_feed_is_read_at_its_new_address_before_it_moves(root, capsys):
    (root / "samples" / "more.xml").write_text(RSS.format("More"))
    (root / "samples" / "none.xml").write_text("no feed")

    assert brief(root, "feeds", "mv", "two-example", "samples/none.xml") == 7
    assert text(root) == CONFIG
    assert "samples/none.xml" in capsys.readouterr().err
    assert brief(root, "feeds", "mv", "two-example", "samples/more.xml") == 0

    assert [feed.url for feed in load(root).feeds][1] == "samples/more.xml"


def test_list_says_how_feeds_fare(root, capsys):
    before = sorted(root.rglob("*"))
    data = told(root, capsys, "feeds", "list")["data"]["feeds"]

    assert [(row["feed"], row["state"]) for row in data] == [
        ("samples", "not asked yet"),
        ("two-example", "not asked yet"),
    ]
    assert sorted(root.rglob("*")) == before
    brief(root, "feeds", "check", "samples")
    (row, _) = told(root, capsys, "feeds", "list")["data"]["feeds"]
    assert (row["newest"], row["failures"]) == ("2026-11-20T08:00:00+00:00", 0)


def test_check_exits_1_when_one_of_several_fails_and_7_when_all_do(allowed, web, capsys):
    brief(allowed, "feeds", "add", f"{web.url}/feeds/site-news", "--slug", "good")
    gone = f"  - url: {web.url}/f/s410/feeds/site-tech\n    slug: gone\n"
    (allowed / "config.yaml").write_text(text(allowed).replace("    slug: good\n", f"    slug: good\n{gone}"))

    assert brief(allowed, "feeds", "check", "gone") == 7
    capsys.readouterr()
    assert brief(allowed, "feeds", "check") == 1
    assert re.search(r"^\d feeds: \d needs? attention$", capsys.readouterr().err, re.MULTILINE)
    assert brief(allowed, "feeds", "check", "samples") in (0, 1)

    capsys.readouterr()
    assert brief(allowed, "check") == 0
    assert "feed gone is gone for good" in capsys.readouterr().err


def test_pull_names_the_command_for_a_feed_that_moved(allowed, web, capsys):
    brief(allowed, "feeds", "add", f"{web.url}/f/r301/feeds/site-news", "--slug", "news")
    new = f"{web.url}/feeds/site-news"
    assert load(allowed).feeds[-1].url == new
    brief(allowed, "feeds", "mv", "news", f"{web.url}/f/r301/feeds/site-news", "--offline")
    capsys.readouterr()

    brief(allowed, "pull", "--feed", "news", "--limit", "1")

    assert f"briefpress feeds mv news {new}" in capsys.readouterr().err


def test_exported_list_is_imported_as_the_same_feeds(root, make_site, capsys):
    brief(root, "feeds", "mv", "samples", "https://one.example/feed", "--offline")
    capsys.readouterr()
    assert brief(root, "feeds", "export") == 0
    (root / "list.opml").write_text(capsys.readouterr().out)
    other = make_site("-- config.yaml --\n" + CONFIG.partition("feeds:")[0], folder="other")

    assert brief(other, "feeds", "import", str(root / "list.opml")) == 0

    ours, theirs = load(root).feeds, load(other).feeds
    assert [(feed.slug, feed.url) for feed in ours] == [(feed.slug, feed.url) for feed in theirs]
    before = text(other)
    assert brief(other, "feeds", "import", str(root / "list.opml")) == 0
    assert text(other) == before


def test_list_with_addresses_that_none_may_follow_is_imported_without_them(root, capsys):
    (root / "list.opml").write_text(
        '<opml><body><outline text="Policy"><outline text="A" xmlUrl="https://a.example/feed"/></outline>'
        '<outline text="B" xmlUrl="javascript:alert(1)"/><outline text="A" xmlUrl="https://b.example"/></body></opml>'
    )

    assert brief(root, "feeds", "import", str(root / "list.opml")) == 0

    new = load(root).feeds[2:]
    assert [(feed.slug, feed.name, feed.section) for feed in new] == [("a", "A", "policy"), ("a-2", "A", "")]
    assert "javascript" in capsys.readouterr().err


@pytest.mark.parametrize("body", ["", "no list", "<rss/>"])
def test_file_that_is_no_list_exits_6(root, capsys, body):
    (root / "list.opml").write_text(body)

    assert brief(root, "feeds", "import", str(root / "list.opml")) == 6

    assert "not OPML" in capsys.readouterr().err
    assert text(root) == CONFIG


@pytest.mark.parametrize("since", ["2026-11-01", "14", "2026-11-01T10:00:00+02:00"])
def test_since_is_a_date_or_days(root, since):
    assert brief(root, "pull", "--since", since, "--feed", "samples", "--dry-run") == 0


@pytest.mark.parametrize("arguments", [("--since", "soon"), ("--feed", "sample"), ("--limit", "0")])
def test_pull_that_cannot_be_meant_exits_2(root, arguments):
    assert brief(root, "pull", *arguments) == 2


def test_offline_pull_of_files_needs_no_copy(root, capsys):
    assert brief(root, "pull", "--offline", "--feed", "samples") == 0

    assert "1 new item drafted" in capsys.readouterr().err


def test_feeds_that_tell_nothing_new_take_one_line_and_more_when_asked_for(capsys):
    silent = (
        ("one", "has told nothing new since 2026-01-01"),
        ("two", "has told nothing new since 2026-02-01"),
    )

    tell_silent(Console(), silent)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("2 feeds have told nothing new")
    tell_silent(Console(verbosity=VERBOSE), silent)
    assert "feed two has told nothing new since 2026-02-01" in capsys.readouterr().err
    tell_silent(Console(), ())
    assert not capsys.readouterr().err


def test_a_feed_without_a_name_is_exported_with_the_one_that_its_items_tell(root, capsys):
    item = worlds.item(1, feed="two-example")
    (root / worlds.item_file(1)).parent.mkdir(parents=True)
    (root / worlds.item_file(1)).write_text(item)
    name = re.search(r"^  name: (.+)$", item, re.MULTILINE)[1]

    assert brief(root, "feeds", "export") == 0

    assert f'text="{name}"' in capsys.readouterr().out


def test_feed_that_fell_silent_before_it_was_followed_is_told_of_once_by_its_newest_entry(root, capsys):
    item = "<item><guid>{0}</guid><title>No. {0}</title><pubDate>{0} Jan 2021 08:00:00 GMT</pubDate></item>"
    items = "".join(item.format(day) for day in (8, 15, 22))
    feed = f'<rss version="2.0"><channel><title>Samples</title>{items}</channel></rss>'
    (root / "samples/feed.xml").write_text(feed, encoding="utf-8")

    brief(root, "pull", "--feed", "samples")
    assert (
        "feed samples has been quiet for long: its newest entry is of 2021-01-22" in capsys.readouterr().err
    )
    # A reading in the same second cannot be told from the first.
    begun = now()
    until(lambda: now() > begun)
    for command in (("pull", "--feed", "samples"), ("pull", "--feed", "samples", "--force"), ("check",)):
        brief(root, *command)
        err = capsys.readouterr().err
        assert "2021-01-22" not in err
        assert "nothing new for longer than usual" not in err
