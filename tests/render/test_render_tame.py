"""What needs no cleaning is exactly what the allow-list gives back."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.render import engines, markup, tame

TAGS = [
    *("<p>", "</p>", "<h1>", "</h1>", "<h3>", "</h3>", "<ul>\n", "</ul>", "<ol>\n", "</ol>"),
    *("<li>", "</li>\n", "<strong>", "</strong>", "<em>", "</em>", "<code>", "</code>", "</a>", "\n"),
]
ODD = [
    *("<script>", "</script>", "<img src=x onerror=alert(1)>", "<svg/onload=x>", "<!--", "-->", "<p", "<P>"),
    *("<p >", "<strong\n>", "<a>", '<a href="javascript:x">', '<a href="//x.example">', "<br />", "<hr>"),
    *('<p onclick="x">', '<li id="fn:1">', "<pre>", "<h7>", "</h2>", "<ul>", "<table>", "<math>", "</p"),
]
TEXTS = [
    *("word", "two words", "é", "\u00a0", "'", "&amp;", "&lt;", "&gt;", "&quot;", "&#60;", "&lt", "&copy;"),
    *('"', ">", "<", "&", "\0", "\r", "\t", "\x0c", "\x85", "\u2028", "\ufeff", "\ufffe", "\U0001f4f0"),
]
ADDRESS = st.text(alphabet="abxnz019.-/?#%&;:@[]_~=+ \"'<>\\\u00e9", max_size=14).map(
    lambda rest: f'<a href="https://{rest}">'
)
GOOD_ADDRESS = st.sampled_from(
    ["https://example.org", "http://a.b.example/x?y=1&amp;z=%20#f", "https://xn--a.example/", "https://1.2/"]
).map(lambda url: f'<a href="{url}">')
PIECES = st.one_of(st.sampled_from(TAGS), st.sampled_from(ODD), st.sampled_from(TEXTS), ADDRESS, GOOD_ADDRESS)
INSIDE = st.lists(
    st.one_of(
        st.sampled_from(TEXTS),
        st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["strong", "em", "code"]), st.sampled_from(TEXTS)),
        st.builds("{}{}</a>".format, st.one_of(ADDRESS, GOOD_ADDRESS), st.sampled_from(TEXTS)),
    ),
    max_size=4,
).map("".join)
BLOCKS = st.one_of(
    st.builds("<{0}>{1}</{0}>\n".format, st.sampled_from(["p", "h1", "h2", "h6"]), INSIDE),
    st.builds(
        lambda kind, points: f"<{kind}>\n{''.join(f'<li>{one}</li>{chr(10)}' for one in points)}</{kind}>\n",
        st.sampled_from(["ul", "ol"]),
        st.lists(INSIDE, max_size=3),
    ),
)


def _holds(html):
    told = tame.as_cleaned(html)
    assert told is None or told == markup._CLEANER.clean(html)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=12).map("".join))
@example('<p><a href="https://a.example">x</p></a>')
@example('<p><a href="https://a.example"><strong>x</a></strong></p>')
@example("<ul>\n</ul>")
@example('<p><a href="https://a.example">" ></a></p>')
def test_tags_in_any_order_come_out_as_from_the_allow_list(html):
    _holds(html)


@settings(max_examples=400)
@given(st.lists(BLOCKS, max_size=4).map("".join))
@example('<p><a href="https://1.2.3.example/">x</a></p>')
@example('<p><a href="https://-.-.aa">x</a></p>')
@example("<p>\u00a0&quot;'</p>")
def test_blocks_come_out_as_from_the_allow_list(html):
    _holds(html)


@settings(max_examples=200)
@given(st.text(alphabet="abcxnz0189.-", max_size=30), st.text(alphabet="ax1./%?=~:@!$+,;#&_-", max_size=20))
def test_only_links_that_stand_in_the_allow_list_are_left_as_they_are(host, rest):
    address = f"https://{host}.example/{rest}".replace("&", "&amp;")

    _holds(f'<p>See <a href="{address}">there</a>.</p>')


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "# A",
                    "\n\n",
                    "\n",
                    "- a",
                    "1. a",
                    "**b**",
                    "*i*",
                    "`c`",
                    "[x](https://x.example)",
                    "<b>",
                    ">",
                ),
                *(
                    "[x](javascript:a)",
                    "<https://x.example>",
                    "&amp;",
                    '"q"',
                    "  \n",
                    "    ",
                    "![a](/b.png)",
                    "\u00a0",
                ),
            ]
        ),
        max_size=10,
    ).map("".join)
)
@pytest.mark.parametrize("engine", ["markdown", "comrak"])
def test_what_engines_give_comes_out_as_from_the_allow_list(engine, text):
    if engine == "comrak":
        pytest.importorskip("comrak")
    _holds(engines.engine(engine, ())(text))


@pytest.mark.parametrize(
    "text",
    [
        '## TL;DR Summary of "X"\n\nYes & no.\n\n- **Where:** here\n- [There](https://x.example/?a=1&b=2)\n',
        "It *was* said `here`.\n\n1. One\n2. Two\n",
    ],
)
@pytest.mark.parametrize("engine", ["markdown", "comrak"])
def test_what_summaries_are_made_of_needs_no_cleaning(engine, text):
    if engine == "comrak":
        pytest.importorskip("comrak")
    assert tame.as_cleaned(engines.engine(engine, ())(text)) is not None


@pytest.mark.parametrize(
    "html",
    [
        "<p>x</p><script>x</script>",
        '<p onclick="x">x</p>',
        '<p><a href="javascript:x">x</a></p>',
        '<p><a href="//other.example">x</a></p>',
        "<p>x",
        "<p>\0</p>",
        "<p>a > b</p>",
    ],
)
def test_anything_else_is_left_to_the_allow_list(html):
    assert tame.as_cleaned(html) is None


def test_a_long_text_is_looked_at_once():
    assert tame.as_cleaned("<p>" + "&amp;x" * 500_000) is None
