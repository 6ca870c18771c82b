"""The laws of what the config says against a feed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from builder.ingest.overrides import IGNORABLE, overridden
from builder.model import Entry, Feed

FEED = Feed(slug="news", url="https://news.example/feed", name="")
DAY = datetime(2026, 11, 20, tzinfo=UTC)
ONE = Entry(
    feed="news",
    id="g1",
    url="https://news.example/1?utm_source=feed",
    title="One",
    author="A. Writer",
    published=DAY,
    updated=DAY.replace(day=21),
    html="<p>Text</p>",
    text="Text",
    tags=("web",),
    language="en",
)


def read(*entries: Entry, **rules: object) -> tuple[Entry, ...]:
    return overridden(replace(FEED, **rules), entries)


def test_without_overrides_entries_stay_as_told():
    assert read(ONE) == (ONE,)


def test_identity_by_link_survives_a_new_id_and_new_tracking():
    again = replace(ONE, id="g2", url="https://news.example/1?utm_source=mail")

    assert len(read(ONE, again, identity="link")) == 1
    assert read(ONE, identity="link")[0].id == "https://news.example/1"


def test_identity_by_link_keeps_the_id_of_an_entry_without_one():
    assert read(replace(ONE, url=""), identity="link")[0].id == "g1"


def test_identity_by_content_survives_a_new_id_and_a_new_link():
    again = replace(ONE, id="g2", url="https://news.example/2")
    other = replace(ONE, id="g3", title="Another")

    assert len(read(ONE, again, other, identity="content")) == 2


@pytest.mark.parametrize(
    ("dates", "published"), [("published", DAY), ("updated", DAY.replace(day=21)), ("none", None)]
)
def test_date_that_counts_is_the_one_chosen(dates, published):
    assert read(ONE, dates=dates)[0].published == published


@pytest.mark.parametrize("name", IGNORABLE)
def test_what_is_ignored_is_empty_and_the_id_stays(name):
    (one,) = read(ONE, ignore=(name,), identity="content")

    assert not getattr(one, name)
    assert one.id == read(ONE, identity="content")[0].id
