import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as Tree

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.model import Site
from builder.publish import syndicate
from builder.publish.syndicate import Channel, Post

SITE = Site(title="The <Brief> & Co", url="https://brief.example/sub/", description="On feeds")
CHANNEL = Channel(
    site=SITE, id="urn:uuid:0", title=SITE.title, page="", path="feed.xml", about=SITE.description
)
TEXT = st.text(max_size=60)
DATES = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))
POSTS = st.builds(
    Post,
    id=st.just("tag:brief.example,2026:item/3f9a1c2b4d"),
    url=st.just("https://brief.example/sub/items/x/"),
    title=TEXT,
    summary=TEXT,
    html=TEXT,
    date=DATES,
    updated=DATES,
    author=TEXT,
    tags=st.lists(TEXT, max_size=3).map(tuple),
    via=st.sampled_from(["", "https://example.org/a?b=1&c=2"]),
)


def post(**changes) -> Post:
    told = {
        "id": "tag:brief.example,2026:item/3f9a1c2b4d",
        "url": "https://brief.example/sub/items/x/",
        "title": "Dogs & <cats>",
        "summary": "One sentence.",
        "html": "<p>Dogs &amp; cats</p>",
        "date": datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        "updated": datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        "author": "Example",
        "tags": ("a & b",),
        "via": "https://example.org/a?b=1&c=2",
    }
    return Post(**(told | changes))


@given(st.lists(POSTS, max_size=3))
def test_feeds_are_well_formed_whatever_the_text(posts):
    for make in (syndicate.rss, syndicate.atom):
        assert not feedparser.parse(make(CHANNEL, posts)).bozo
    assert len(json.loads(syndicate.json_feed(CHANNEL, posts))["items"]) == len(posts)


def test_feeds_say_the_same():
    rss = feedparser.parse(syndicate.rss(CHANNEL, [post()])).entries[0]
    atom = feedparser.parse(syndicate.atom(CHANNEL, [post()])).entries[0]
    told = json.loads(syndicate.json_feed(CHANNEL, [post()]))["items"][0]

    assert rss.id == atom.id == told["id"]
    assert rss.link == atom.link == told["url"]
    assert rss.published_parsed == atom.published_parsed
    assert rss.content[0].value == atom.content[0].value == told["content_html"]


def test_empty_feed_has_a_date_without_a_clock():
    assert syndicate.atom(CHANNEL, []) == syndicate.atom(CHANNEL, [])
    assert b"2000-01-01T00:00:00Z" in syndicate.atom(CHANNEL, [])


def test_post_id_does_not_change_with_the_address_of_the_page():
    moved = Site(title="T", url="https://brief.example/elsewhere/")

    assert syndicate.post_id(SITE, "item/3f9a1c2b4d", datetime(2026, 1, 1, tzinfo=UTC)) == syndicate.post_id(
        moved, "item/3f9a1c2b4d", datetime(2026, 1, 1, tzinfo=UTC)
    )


def test_an_id_of_the_site_outlives_its_host_and_the_date_of_an_entry():
    here = replace(SITE, id="brief.example,2026-11-20")
    there = replace(here, url="https://other.example/")

    told = syndicate.post_id(here, "item/1", datetime(2026, 1, 1, tzinfo=UTC))

    assert told == "tag:brief.example,2026-11-20:item/1"
    assert syndicate.post_id(there, "item/1", datetime(2019, 1, 1, tzinfo=UTC)) == told
    assert syndicate.channel_id(there, "items") == syndicate.channel_id(here, "items")


def test_a_host_alone_keeps_the_ids_that_its_address_gave():
    kept = replace(SITE, id="brief.example", url="https://other.example/")
    when = datetime(2019, 1, 1, tzinfo=UTC)

    assert syndicate.post_id(kept, "item/1", when) == syndicate.post_id(SITE, "item/1", when)
    assert syndicate.channel_id(kept, "items") == syndicate.channel_id(SITE, "items")


@pytest.mark.parametrize("name", ["", "brief.example", "other.example,2026-11-20"])
def test_a_feed_tells_whose_ids_it_has(name):
    site = replace(SITE, id=name)
    told = syndicate.post_id(site, "item/1", datetime(2019, 1, 1, tzinfo=UTC))
    feed = syndicate.atom(CHANNEL, [post(id=told, language="de")])

    assert syndicate.authority_in(feed) == syndicate.authority(site)
    assert syndicate.authority_in(syndicate.atom(CHANNEL, [])) == ""


def test_feeds_tell_the_language_of_an_entry():
    posts = [post(language="de"), post()]

    atom = syndicate.atom(CHANNEL, posts).decode()
    first, second = json.loads(syndicate.json_feed(CHANNEL, posts))["items"]

    assert atom.count('<entry xml:lang="de">') == 1
    assert first["language"] == "de"
    assert "language" not in second


def test_text_that_looks_like_html_is_text_to_every_reader():
    posts = [post(title="Use <b> & <i>", summary="A <p> is no <div>."), post(summary="")]

    rss = Tree.fromstring(syndicate.rss(CHANNEL, posts))
    atom = Tree.fromstring(syndicate.atom(CHANNEL, posts))

    assert rss.findtext("channel/item/description") == "A &lt;p&gt; is no &lt;div&gt;."
    (title, *_) = atom.iterfind("{*}entry/{*}title")
    assert (title.get("type"), title.text) == ("html", "Use &lt;b&gt; &amp; &lt;i&gt;")
    assert len(list(atom.iterfind("{*}entry/{*}summary"))) == 1


@pytest.mark.skipif(
    "FEEDVALIDATOR_SRC" not in os.environ, reason="FEEDVALIDATOR_SRC names no source of the W3C's validator"
)
@pytest.mark.parametrize("write", [syndicate.rss, syndicate.atom])
def test_the_validator_of_the_w3c_finds_nothing(write, monkeypatch):
    monkeypatch.syspath_prepend(os.environ["FEEDVALIDATOR_SRC"])
    validator = pytest.importorskip("feedvalidator")
    posts = [
        post(
            title="Dogs",
            id=f"tag:brief.example,2026:item/{day}",
            updated=datetime(2026, 11, day, 10, tzinfo=UTC),
            **more,
        )
        for day, more in ((23, {}), (22, {"language": "ar"}), (21, {"summary": ""}), (20, {"via": ""}))
    ]
    name = {syndicate.rss: "feed.xml", syndicate.atom: "atom.xml"}[write]
    channel = replace(
        CHANNEL, title="The Brief", path=name, id="urn:uuid:8e4b7b8a-64a4-5a0f-9f3c-0d7f4a0d3a11"
    )

    told = validator.validateString(
        write(channel, posts).decode(), firstOccurrenceOnly=1, base=SITE.url + channel.path
    )

    levels = (validator.logging.Error, validator.logging.Warning)
    assert [str(one) for one in told["loggedEvents"] if isinstance(one, levels)] == []
