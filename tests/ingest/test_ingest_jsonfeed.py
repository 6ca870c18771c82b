import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.errors import FeedError
from builder.ingest.feeds import ParsedFeed, parse_feed
from builder.model import Entry

URL = "https://example.org/feed.json"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    max_leaves=5,
)
KEYS = ["id", "url", "external_url", "title", "content_html", "content_text", "summary", "authors", "author"]
KEYS += ["date_published", "date_modified", "tags", "language"]


def feed(items: object, **more: object) -> ParsedFeed:
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, **more})
    return parse_feed(body.encode(), "application/feed+json", URL, "example")


def test_item_is_an_entry() -> None:
    parsed = feed(
        [
            {
                "id": "1",
                "url": "/one",
                "title": " One & only ",
                "content_html": "<a href='x'>more</a>",
                "date_published": "2026-01-05T08:30:00+02:00",
                "date_modified": "2026-01-06T10:00:00Z",
                "authors": [{"name": "A. Writer"}, {"url": "https://example.org/b"}, {"name": "B. Writer"}],
                "tags": ["web", "feeds", "web"],
            }
        ],
        title="A feed",
        home_page_url="https://example.org/home/",
        language="en",
    )
    assert (parsed.title, parsed.homepage, parsed.language) == ("A feed", "https://example.org/home/", "en")
    assert parsed.entries == (
        Entry(
            feed="example",
            id="1",
            url="https://example.org/one",
            title="One & only",
            author="A. Writer, B. Writer",
            published=datetime(2026, 1, 5, 6, 30, tzinfo=UTC),
            updated=datetime(2026, 1, 6, 10, tzinfo=UTC),
            html='<a href="https://example.org/home/x">more</a>',
            text="more",
            tags=("web", "feeds"),
            language="en",
        ),
    )


def test_version_1_names_one_author() -> None:
    assert feed([{"id": "1", "author": {"name": "A. Writer"}}]).entries[0].author == "A. Writer"


def test_plain_text_becomes_paragraphs() -> None:
    assert feed([{"id": "1", "content_text": "a < b\n\nc"}]).entries[0].html == "<p>a &lt; b</p><p>c</p>"


def test_number_is_an_id_and_an_outside_link_a_link() -> None:
    (entry,) = feed([{"id": 7, "external_url": "https://other.example/"}]).entries
    assert (entry.id, entry.url) == ("7", "https://other.example/")


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6) | VALUES, max_size=4))
def test_wrong_types_are_passed_over(items: list[object]) -> None:
    entries = feed(items).entries
    assert len(entries) <= len([item for item in items if isinstance(item, dict)])
    assert all(entry.id and isinstance(entry.title, str) for entry in entries)


@pytest.mark.parametrize("items", [None, {}, "a", 7])
def test_feed_without_a_list_of_items_is_none(items: object) -> None:
    with pytest.raises(FeedError, match="no list of items"):
        feed(items)


def test_broken_json_is_told_with_its_line() -> None:
    with pytest.raises(FeedError, match="in line 2"):
        parse_feed(b'{"items":\n [,]}', "", URL, "example")
