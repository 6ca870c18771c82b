import base64
import json
import runpy
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.errors import FeedError
from builder.ingest.feeds import ParsedFeed, parse_feed
from builder.ingest.plain import plain
from builder.model import Entry
from builder.text import fold

URL = "https://example.org/blog/feed.xml"
ROOT = Path(__file__).resolve().parents[2]


def feed(text: str | bytes, content_type: str = "", url: str = URL) -> ParsedFeed:
    return parse_feed(text.encode() if isinstance(text, str) else text, content_type, url, "example")


def rss(items: str, head: str = "<title>A feed</title>") -> ParsedFeed:
    return feed(f'<rss version="2.0"><channel>{head}{items}</channel></rss>')


def atom(entries: str, head: str = "<title>A feed</title>") -> ParsedFeed:
    return feed(f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>')


def only(parsed: ParsedFeed) -> Entry:
    (entry,) = parsed.entries
    return entry


# -- what an entry tells


def test_rss_item_is_an_entry() -> None:
    parsed = rss(
        "<item><title>News &amp;amp; &lt;i&gt;views&lt;/i&gt;</title><link>https://example.org/1</link>"
        "<guid isPermaLink='false'>n1</guid><pubDate>Mon, 05 Jan 2026 08:30:00 +0200</pubDate>"
        "<author>ed@example.org (An Editor)</author><category>web</category><category>Web feeds</category>"
        "<description>&lt;p&gt;Short.&lt;/p&gt;</description></item>",
        "<title>A &amp;amp; B</title><link>https://example.org/</link><language>en-GB</language>",
    )
    assert (parsed.title, parsed.homepage, parsed.language) == ("A & B", "https://example.org/", "en-GB")
    assert only(parsed) == Entry(
        feed="example",
        id="n1",
        url="https://example.org/1",
        title="News & views",
        author="An Editor",
        published=datetime(2026, 1, 5, 6, 30, tzinfo=UTC),
        html="<p>Short.</p>",
        text="Short.",
        tags=("web", "Web feeds"),
        language="en-GB",
    )


def test_atom_entry_is_an_entry() -> None:
    entry = only(
        atom(
            "<entry xml:lang='de'><id>tag:example.org,2026:1</id><title>Vec&lt;b> &amp;amp;</title>"
            "<link rel='enclosure' href='/a.mp3'/><link href='/1'/><updated>2026-01-06T10:00:00Z</updated>"
            "<published>2026-01-05T10:00:00+01:00</published><summary>A &lt;3</summary>"
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Lang.</p></div></content>"
            "</entry>",
            "<title>T</title><author><name>The House</name></author>",
        )
    )
    assert (entry.id, entry.url, entry.title) == (
        "tag:example.org,2026:1",
        "https://example.org/1",
        "Vec<b> &amp;",
    )
    assert entry.published == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert entry.updated == datetime(2026, 1, 6, 10, tzinfo=UTC)
    assert (entry.html, entry.author, entry.language) == ("<p>Lang.</p>", "The House", "de")


def test_rdf_item_is_an_entry() -> None:
    entry = only(
        feed(
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>R</title></channel>'
            '<item rdf:about="https://example.org/1"><title>T</title><link>https://example.org/1</link>'
            "<dc:date>2026-01-05T06:30:00Z</dc:date><dc:creator>C. Writer</dc:creator></item></rdf:RDF>"
        )
    )
    assert (entry.id, entry.author) == ("https://example.org/1", "C. Writer")
    assert entry.published == entry.updated == datetime(2026, 1, 5, 6, 30, tzinfo=UTC)


def test_fullest_text_is_taken() -> None:
    entry = only(
        feed(
            '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item>'
            "<description>Short</description>"
            "<content:encoded><![CDATA[<p>The whole text</p>]]></content:encoded></item></channel></rss>"
        )
    )
    assert entry.html == "<p>The whole text</p>"


def test_plain_text_of_atom_is_escaped_into_markup() -> None:
    entry = only(atom("<entry><id>1</id><summary type='text'>a &lt;b&gt;\n\nc</summary></entry>"))
    assert entry.html == "<p>a &lt;b&gt;</p><p>c</p>"


def test_mail_address_is_no_author() -> None:
    assert only(rss("<item><title>t</title><author>someone@example.org</author></item>")).author == ""


# -- where it leads


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<guid>https://example.org/g</guid>", "https://example.org/g"),
        ("<guid isPermaLink='true'>/g</guid>", "https://example.org/g"),
        ("<guid isPermaLink='false'>https://example.org/g</guid>", ""),
        ("<guid>post-7</guid>", ""),
        ("<link>post/7</link><guid>post/7</guid>", "https://example.org/blog/post/7"),
        ("<link>/post/7</link><guid>7</guid>", "https://example.org/post/7"),
        ("<link>javascript:alert(1)</link>", ""),
        ("<link>https://u:p@example.org/</link>", ""),
    ],
)
def test_id_stands_in_for_a_link_only_where_it_is_one(item: str, url: str) -> None:
    assert only(rss(f"<item><title>t</title>{item}</item>")).url == url


def test_address_behind_a_counting_service_is_preferred() -> None:
    entry = only(
        feed(
            '<rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><item>'
            "<link>https://feedproxy.example/~r/1</link>"
            "<feedburner:origLink>https://example.org/1</feedburner:origLink></item></channel></rss>"
        )
    )
    assert entry.url == "https://example.org/1"


def test_relative_links_of_rss_count_from_the_site() -> None:
    item = "<item><title>t</title><link>news/1</link><description>&lt;a href='x'&gt;</description></item>"
    entry = only(rss(item, "<link>https://site.example/home/</link>"))
    assert entry.url == "https://site.example/home/news/1"
    assert entry.html == '<a href="https://site.example/home/x">'
    assert only(rss(item)).url == "https://example.org/blog/news/1"


def test_relative_links_of_atom_count_from_xml_base_or_the_feed() -> None:
    entry = "<entry{}><id>1</id><link href='1'/><content type='html'>&lt;img src='i.png'></content></entry>"
    based = only(atom(entry.format(" xml:base='/other/'"), "<link href='https://site.example/'/>"))
    assert (based.url, based.html) == (
        "https://example.org/other/1",
        '<img src="https://example.org/other/i.png">',
    )
    assert only(atom(entry.format(""))).url == "https://example.org/blog/1"


# -- who it is


def test_same_entry_told_twice_is_one() -> None:
    item = "<item><title>{}</title><guid>tag:1</guid><link>https://example.org/1{}</link></item>"
    assert len(rss(item.format("a", "") + item.format("A", "?utm_source=feed")).entries) == 1


def test_id_given_to_several_pages_is_told_apart_by_the_page() -> None:
    item = "<item><title>t</title><guid>tag:1</guid><link>https://example.org/{}</link></item>"
    ids = [entry.id for entry in rss(item.format(1) + item.format(2)).entries]
    assert ids == ["tag:1 //example.org/1", "tag:1 //example.org/2"]


def test_entries_without_ids_on_one_page_are_told_apart_by_their_titles() -> None:
    item = "<item><title>{}</title><link>https://example.org/</link></item>"
    parsed = rss(item.format("a") + item.format("b") + item.format("a"))
    assert [entry.id for entry in parsed.entries] == ["https://example.org/ a", "https://example.org/ b"]


def test_entry_without_id_and_link_is_known_by_what_it_says() -> None:
    first, again, other = (
        only(rss(f"<item><title>{title}</title></item>")).id for title in ("one", "one", "two")
    )
    assert first == again != other


# -- dates


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-01-05", datetime(2026, 1, 5, tzinfo=UTC)),
        ("20260105T063000Z", datetime(2026, 1, 5, 6, 30, tzinfo=UTC)),
        ("2026-W02-1", datetime(2026, 1, 5, tzinfo=UTC)),
        ("1767594600", datetime(2026, 1, 5, 6, 30, tzinfo=UTC)),
        ("Mon, 5 Jan 26 06:30 EST", datetime(2026, 1, 5, 11, 30, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 06:30:00", datetime(2026, 1, 5, 6, 30, tzinfo=UTC)),
        ("Fri, 01 Jan 2100 00:00:00 GMT", datetime(2100, 1, 1, tzinfo=UTC)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Tue, 31 Feb 2026 10:00:00 GMT", None),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_date_is_read_in_utc_or_not_at_all(written: str, moment: datetime | None) -> None:
    assert only(rss(f"<item><title>t</title><pubDate>{written}</pubDate></item>")).published == moment


# -- what a feed is wrapped in


@pytest.mark.parametrize(
    "wrap", ["\n\n  \n{}", "\ufeff{}", "{}\n<!-- cached -->\n\0\0", "\ufeff \n{}<script>1</script>"]
)
def test_junk_around_a_feed_is_passed_over(wrap: str) -> None:
    text = '<?xml version="1.0"?><rss version="2.0"><channel><item><title>É</title></item></channel></rss>'
    assert only(feed(wrap.format(text))).title == "É"
    assert (
        only(
            feed(
                wrap.format('{"items": [{"id": 1, "title": "É"}]}'.replace("{", "{{").replace("}", "}}"))
                .replace("{{", "{")
                .replace("}}", "}")
            )
        ).title
        == "É"
    )


def test_broken_markup_loses_no_entry() -> None:
    items = "".join(f"<item><title>R&D {n} &nbsp;\x0b</title></item>" for n in range(5))
    parsed = feed(f'<rss version="2.0"><channel><title>A & B</title>{items}')
    assert [entry.title for entry in parsed.entries] == [f"R&D {n}" for n in range(5)]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "empty"),
        ("\ufeff \n", "empty"),
        ("<!doctype html><html><body>Sign in</body></html>", "web page"),
        ("<?xml version='1.0'?><!-- x --><html xmlns='http://www.w3.org/1999/xhtml'><p/></html>", "web page"),
        ("some words", "not a feed"),
        ("<note><to>you</to></note>", "not a feed"),
        ("42", "not a feed"),
        ("[]", "no JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "no list of items"),
        ('{"items": [', "broken JSON"),
        ("[" * 100_000, "broken JSON"),
    ],
)
def test_what_is_no_feed_is_refused(body: str, message: str) -> None:
    with pytest.raises(FeedError, match=message):
        feed(body)


def test_feed_without_entries_is_a_feed() -> None:
    assert rss("").entries == ()


def test_feed_inside_a_page_is_read() -> None:
    inner = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>t</title></entry></feed>'
    assert only(feed(f"<html><body>{inner}</body></html>")).title == "t"


def test_entities_of_a_feed_reach_nothing() -> None:
    parsed = feed(
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        '<rss version="2.0"><channel><item><title>&x;&b;</title></item></channel></rss>'
    )
    assert "root" not in only(parsed).title and "aaaa" not in only(parsed).title


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"<rss><item>{text}".encode()))
def test_no_bytes_are_too_broken(body: bytes) -> None:
    try:
        feed(body)
    except FeedError as error:
        assert str(error)


# -- third-party feeds


@pytest.fixture(scope="module")
def bench() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "bench" / "pull.py"))


def test_every_feed_at_hand_is_read_or_refused(shared: Callable[..., Path], bench: dict[str, Any]) -> None:
    folder = shared("data", "feeds")
    feeds = list(bench["corpus"](folder))
    outcome = bench["sweep"](iter(feeds))
    assert outcome["read"] >= 5500
    assert outcome["entries"] >= 7800
    real = bench["sweep"](iter(one for one in feeds if ":" not in one[0]))
    assert set(real) == {"read", "entries"}


def test_entries_agree_with_other_parsers(shared: Callable[..., Path], bench: dict[str, Any]) -> None:
    folder = shared("data", "feeds", "conformance")
    agreement = bench["Agreement"]()
    for name, cases in (("gofeed", bench["gofeed"]), ("feed-rs", bench["feed_rs"])):
        bench["compare"](cases(bench["archive"](folder / f"{name}.tar.xz")), agreement)
    assert agreement.all.total() > 1000
    assert agreement.share >= 0.99


def test_hostile_feeds_are_read_or_refused(shared: Callable[..., Path]) -> None:
    for line in shared("data", "hostile", "feeds.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        raw = case["payload"]
        body = (
            base64.b64decode(raw)
            if case.get("encoding") == "base64"
            else raw.encode("utf-8", "surrogatepass")
        )
        try:
            entries = feed(body).entries
        except FeedError:
            assert case["expect"] not in ("no-external-entity", "no-unsafe-link")
            continue
        assert case["expect"] != "reported", case["id"]
        assert all(entry.url.startswith(("http://", "https://")) or not entry.url for entry in entries)
        assert "root:" not in str(entries)


def test_charsets_are_read_whatever_is_said_of_them(shared: Callable[..., Path]) -> None:
    sys.path.insert(0, str(shared("tools")))
    import miniweb

    data = miniweb.Data(str(shared("data", "miniweb")))
    base = "http://127.0.0.1:1"
    for name in ("site-cp1252", "site-liar", "site-zh", "site-ja", "site-utf16", "site-rtl", "site-old91"):
        raw, content_type = miniweb.make_feed(data, data.feeds[name], 3, base)
        expected = {
            (fold(item["title"]), fold(item["summary"]))
            for item in miniweb.build_items(data, data.feeds[name], 3, base)
        }
        for told in (content_type, "text/xml; charset=iso-8859-1", "text/xml; charset=utf-9", ""):
            entries = parse_feed(raw, told, base + "/feeds/" + name, name).entries
            assert {(entry.title, fold(plain(entry.html)[:280])) for entry in entries} == expected or {
                entry.title for entry in entries
            } == {title for title, _ in expected}
            assert "\ufffd" not in str(entries)


@pytest.mark.parametrize(
    "name", ["links", "tags", "authors", "title_detail", "summary_detail", "published_parsed"]
)
def test_element_that_has_the_name_of_a_parsers_own_field_is_no_fault(name):
    strange = f"<{name}>text</{name}>"
    body = (
        f"<rss version='2.0'><channel><title>N</title>{strange}"
        f"<item>{strange}<title>One</title><guid>1</guid></item></channel></rss>"
    )

    (entry,) = parse_feed(body.encode(), "application/xml", "https://a.example/feed", "a").entries

    assert entry.title == "One"
