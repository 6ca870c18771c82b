"""The laws of lists of feeds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.errors import FeedError
from builder.ingest import opml
from builder.ingest.opml import Outline
from builder.text import fold

line = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff"), max_size=20).map(fold)
# A category is parted by commas and may be a path, so neither mark is in one.
tag = line.map(lambda text: fold(text.replace(",", "").strip("/ "))).filter(bool)
outlines = st.lists(
    st.builds(
        Outline,
        url=st.integers(0, 99).map("https://example.org/?a=1&b={}".format),
        name=line,
        group=line,
        tags=st.lists(tag, max_size=3, unique=True).map(tuple),
        slug=st.sampled_from(["", "one", "two-2"]),
    ),
    unique_by=lambda one: one.url,
)


def named(one: Outline) -> Outline:
    """As other readers show it: what has no name is called by its address."""
    return Outline(url=one.url, name=one.name or one.url, group=one.group, tags=one.tags, slug=one.slug)


@given(line, outlines)
def test_list_is_read_as_it_was_written(title, told):
    read = opml.parse(opml.dump(title, told).encode())

    assert sorted(read, key=lambda one: one.url) == sorted(map(named, told), key=lambda one: one.url)


@given(line, outlines)
def test_list_that_was_read_is_written_the_same(title, told):
    first = opml.dump(title, opml.parse(opml.dump(title, told).encode()))

    assert opml.dump(title, opml.parse(first.encode())) == first


def test_group_is_what_a_feed_stands_under_and_case_does_not_matter():
    body = b"""<opml version="1.1"><body><outline text="News"><outline text="In">
        <outline TITLE="A" xmlURL="https://a.example/" category="/x/y,z"/></outline></outline>
        <outline text="B" xmlUrl=" https://b.example/ "/><outline text="no feed"/></body></opml>"""

    assert opml.parse(body) == (
        Outline(url="https://a.example/", name="A", group="In", tags=("x/y", "z")),
        Outline(url="https://b.example/", name="B"),
    )


@pytest.mark.parametrize("body", [b"", b"<html/>", b"no xml", b"<opml>", b"\xff\xfe"])
def test_what_is_no_list_is_told(body):
    with pytest.raises(FeedError, match="not OPML"):
        opml.parse(body)


def test_entities_are_neither_fetched_nor_blown_up():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    list_of = '<opml><body><outline text="{}" xmlUrl="x"/></body></opml>'
    bomb = f'<!DOCTYPE opml [<!ENTITY l0 "lol">{laughs}]>{list_of.format("&l9;")}'
    outside = f'<!DOCTYPE opml [<!ENTITY e SYSTEM "file:///etc/passwd">]>{list_of.format("&e;")}'

    for body in (bomb, outside):
        with pytest.raises(FeedError):
            opml.parse(body.encode())
