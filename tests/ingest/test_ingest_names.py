"""Names and titles as readers shall see them, whatever programs made of them on the way."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ingest import charset, opml, plain, sightings
from builder.ingest.feeds import ParsedFeed, parse_feed
from builder.ingest.opml import Outline

URL = "https://example.org/feed"


def rss(title: str, entry: str = "One") -> ParsedFeed:
    text = (
        f'<rss version="2.0"><channel><title>{title}</title><item><title>{entry}</title>'
        "<link>https://example.org/1</link></item></channel></rss>"
    )
    return parse_feed(text.encode(), "", URL, "f")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("News &amp;#8211; Events", "News – Events"),
        ("News &amp;amp;#8211; Events", "News – Events"),
        ("Caf&amp;amp;eacute;", "Café"),
        ("R&amp;D", "R&D"),
        ("Writing &amp;amp;amp; in HTML", "Writing &amp; in HTML"),
        ("<![CDATA[Writing &amp;amp; in HTML]]>", "Writing &amp; in HTML"),
    ],
)
def test_feed_is_called_by_letters_and_keeps_what_code_is_written_with(written, name):
    assert rss(written).title == name


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Blog &#8211; Example", "Blog – Example"),
        ("Lists &amp; Dictionaries", "Lists & Dictionaries"),
        ("&quot;Wireless&quot; it&#039;s", '"Wireless" it\'s'),
        ("Writing &amp;amp; in HTML", "Writing &amp; in HTML"),
        ("Vec<String> & <b>", "Vec<String> & <b>"),
        ("R&D; Q&A", "R&D; Q&A"),
    ],
)
def test_titles_of_json_feeds_are_read_once_and_keep_their_angles(written, title):
    feed = {"title": written, "items": [{"id": "1", "url": "https://example.org/1", "title": written}]}

    parsed = parse_feed(json.dumps(feed).encode(), "", URL, "f")

    assert (parsed.title, parsed.entries[0].title) == (title, title)


def test_lists_of_other_programs_are_read_and_ours_are_taken_by_the_letter():
    theirs = b"""<opml version="2.0"><body><outline text="Arts &amp;amp; Letters">
        <outline text="News &amp;#8211; Events" xmlUrl="https://a.example/"/></outline></body></opml>"""
    ours = Outline(url="https://a.example/", name="News &#8211; Events", group="&amp;")

    assert opml.parse(theirs) == (
        Outline(url="https://a.example/", name="News – Events", group="Arts & Letters"),
    )
    assert opml.parse(opml.dump("T", [ours]).encode()) == (ours,)


@given(st.text())
def test_what_has_no_references_stays(text):
    assert plain.read(text.replace("&", "+")) == text.replace("&", "+")


def test_headline_that_was_remembered_as_it_was_escaped_is_no_other():
    feed = {"items": [{"id": "1", "title": "Lists &amp; Dictionaries"}]}
    (entry,) = parse_feed(json.dumps({"title": "T"} | feed).encode(), "", URL, "f").entries

    assert sightings.headline_before({"i": "Lists &amp; Dictionaries"}, "i", entry) is None
    assert sightings.headline_before({"i": "Lists &amp; Tables"}, "i", entry) == "Lists &amp; Tables"


def twisted(text: str) -> str:
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode()
    )


@given(st.text(st.characters(min_codepoint=0xA0, exclude_categories=["Cs"]), min_size=3), st.text("ab <>"))
def test_text_that_was_encoded_twice_is_read_as_it_was(letters, rest):
    assert charset.untwisted(twisted(rest + letters)) == rest + letters


@given(st.text(st.characters(max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"])))
def test_text_with_one_letter_that_is_meant_stays(text):
    assert charset.untwisted(text + "ä.") == text + "ä."
    assert charset.untwisted(text + "新") == text + "新"


def test_feed_that_was_encoded_twice_is_read_and_one_that_shows_such_letters_is_not():
    assert rss(twisted("Яндекс: Москва"), twisted("Un été à l’hôpital")).title == "Яндекс: Москва"
    assert rss("Why é becomes Ã© and ü becomes Ã¼").title == "Why é becomes Ã© and ü becomes Ã¼"
