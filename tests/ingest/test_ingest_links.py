import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ingest.links import absolute, clean_url, normal_url, with_absolute_links

BASE = "https://example.org/blog/feed.xml"
PARTS = st.text(st.sampled_from("abZé9-_.~/%2f+ &=?#:@[]"), max_size=30)
URLS = st.builds(
    "{}://{}{}/{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(["example.org", "www.Example.org", "www.www.x.org", "[2606:4700::1]", "example.org."]),
    st.sampled_from(["", ":80", ":443", ":8080", ":"]),
    PARTS,
)


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("post.html", "https://example.org/blog/post.html"),
        ("/a b?c=d e#f", "https://example.org/a%20b?c=d%20e#f"),
        ("//Other.example/x", "https://other.example/x"),
        ("  https://example.org\n", "https://example.org/"),
        ("http://bücher.example/ä", "http://bücher.example/ä"),
        ("", ""),
        ("  ", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("mailto:a@example.org", ""),
        ("http://me:secret@example.org/", ""),
        ("http://[::bad/", ""),
        ("http://example.org:port/", ""),
        ("http://", ""),
    ],
)
def test_link_is_a_whole_web_address_or_nothing(link: str, whole: str) -> None:
    assert absolute(link, BASE) == whole


@given(st.text(max_size=60))
def test_no_link_is_too_broken(link: str) -> None:
    assert absolute(link, BASE).startswith(("http://", "https://", "")) and isinstance(normal_url(link), str)


def test_printed_address_loses_tracking_only() -> None:
    url = "https://example.org/a?utm_source=x&id=3&fbclid=q&UTM_Medium=y&b=%20+c#utm_part"
    assert clean_url(url) == "https://example.org/a?id=3&b=%20+c#utm_part"
    assert clean_url("https://example.org/a?gclid=1") == "https://example.org/a"
    assert clean_url("https://example.org/a?q=utm_source") == "https://example.org/a?q=utm_source"


@pytest.mark.parametrize(
    "other",
    [
        "http://example.org/a?b=1&c=2",
        "HTTPS://EXAMPLE.ORG:443/a?b=1&c=2",
        "https://www.example.org/a/?c=2&b=1",
        "https://example.org/a?b=1&utm_source=feed&c=2&mc_cid=7#comments",
        "https://reader@example.org./a?b=1&c=2",
    ],
)
def test_addresses_of_one_page_compare_equal(other: str) -> None:
    assert normal_url(other) == normal_url("https://example.org/a?b=1&c=2")


@pytest.mark.parametrize(
    "other", ["https://example.org/A", "https://example.org:8080/a", "https://m.example.org/a"]
)
def test_addresses_of_other_pages_do_not(other: str) -> None:
    assert normal_url(other) != normal_url("https://example.org/a")


@given(URLS)
def test_normal_form_is_its_own(url: str) -> None:
    assert normal_url(normal_url(url)) == normal_url(url)


def test_only_relative_addresses_in_markup_are_changed() -> None:
    markup = (
        '<a href=\'../x?a=1&amp;b=2\'>t</a> <img src="/i.png" alt=\'a href="z"\'> <a href="#n">n</a> href="q"'
    )
    assert with_absolute_links(markup, BASE) == (
        '<a href="https://example.org/x?a=1&amp;b=2">t</a>'
        ' <img src="https://example.org/i.png" alt=\'a href="z"\'> <a href="#n">n</a> href="q"'
    )
    assert with_absolute_links('<a href="javascript:x">', BASE) == '<a href="javascript:x">'
