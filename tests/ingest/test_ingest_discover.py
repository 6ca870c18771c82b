"""The laws of finding the feeds of a site."""

import pytest

from builder.errors import FetchError
from builder.ingest.alternates import alternates
from builder.ingest.discover import discover
from builder.ingest.reading import InPlace
from builder.web import Fetched, Validators

SITE = "https://news.example/blog/"
RSS = (
    "<rss version='2.0'><channel><title>{}</title><item><guid>1</guid><title>A</title></item></channel></rss>"
)


class Said:
    def __init__(self, pages: dict[str, str]) -> None:
        self.pages = pages

    def get(self, url, validators=None, *, max_bytes, admit=None):
        if url not in self.pages:
            raise FetchError(f"{url} answered 404")
        return Fetched(url, self.pages[url].encode(), "", Validators())


def page(*links: str) -> str:
    heads = "".join(f"<link rel='alternate' type='application/rss+xml' href='{link}'>" for link in links)
    return f"<!doctype html><html><head><title>Blog</title>{heads}</head><body><p>Words</p></body></html>"


def found(pages: dict[str, str], address: str = SITE) -> list[str]:
    return [one.url for one in discover(address, Said(pages), InPlace())]


def test_address_of_a_feed_is_that_feed():
    assert found({SITE: RSS.format("News")}) == [SITE]


def test_feeds_that_a_page_names_are_found_in_its_order_and_comments_last():
    pages = {
        SITE: page("/comments/feed", "/main.xml", "other.xml", "/broken.xml"),
        "https://news.example/comments/feed": RSS.format("Comments"),
        "https://news.example/main.xml": RSS.format("Main"),
        "https://news.example/blog/other.xml": RSS.format("Other"),
        "https://news.example/broken.xml": "<html>gone</html>",
    }

    assert found(pages) == [
        "https://news.example/main.xml",
        "https://news.example/blog/other.xml",
        "https://news.example/comments/feed",
    ]


@pytest.mark.parametrize("guess", ["https://news.example/blog/feed", "https://news.example/rss.xml"])
def test_feed_that_no_page_names_is_guessed(guess):
    assert found({SITE: page(), guess: RSS.format("News")}) == [guess]


def test_site_without_a_feed_has_none():
    assert found({SITE: page()}) == []


def test_address_that_does_not_answer_is_told():
    with pytest.raises(FetchError):
        found({})


def test_link_is_read_against_the_base_and_unsafe_ones_are_not():
    body = b"""<html><head><base href="https://cdn.example/x/">
        <link REL="Alternate home" TYPE="application/atom+xml; charset=utf-8" href="a.xml">
        <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
        <link rel="alternate" type="text/html" hreflang="de" href="/de">
        <link rel="stylesheet" type="application/rss+xml" href="/style"></head></html>"""

    assert alternates(body, "text/html", SITE) == ("https://cdn.example/x/a.xml",)


def test_every_site_of_the_small_web_leads_to_its_feed(shared, monkeypatch):
    monkeypatch.syspath_prepend(str(shared("tools")))
    import miniweb

    from builder.web import Client

    with miniweb.Miniweb(shared("data", "miniweb")) as web:
        ids = [name for name, feed in web.st.data.feeds.items() if feed["kind"] == "site"]
        with Client("briefpress-test/1", allow_hosts=[web.url.removeprefix("http://")]) as client:
            for name in ids:
                first = next(discover(f"{web.url}/sites/{name}/", client, InPlace()))
                assert first.url == f"{web.url}/feeds/{name}"
