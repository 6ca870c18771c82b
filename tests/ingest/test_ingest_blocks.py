import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ingest.blocks import blocks_of

PROSE = "This row of a table is a whole sentence, as pages laid out by tables have them."


def read(markup: str) -> list[tuple[str, str]]:
    tree = lxml.html.fromstring(f"<div>{markup}</div>")
    return [(block.kind.value, block.text) for block in blocks_of(tree)]


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        (
            "<h2>A head</h2>text<p>in <b>one</b>\n line",
            [("heading", "A head"), ("paragraph", "text"), ("paragraph", "in one line")],
        ),
        ("<ul><li>a<ul><li>b</li></ul>c<li><p>d</p><p>e</p></ul>", [("point", x) for x in "abcde"]),
        (
            "<blockquote><p>q</p><ul><li>p</ul></blockquote>t",
            [("quote", "q"), ("point", "p"), ("paragraph", "t")],
        ),
        ("a<br>\n b<br><br>c", [("paragraph", "a b"), ("paragraph", "c")]),
        (
            "<p>Use <code>x = 1</code> here</p><pre><code>x = 1\ny</code></pre>",
            [("paragraph", "Use x = 1 here"), ("listing", "x = 1 y")],
        ),
        ("<table><tr><td>1</td><td>Kyle</td></tr></table>", [("listing", "1 Kyle")]),
        (f"<table><tr><td>{PROSE}</td></tr></table>", [("paragraph", PROSE)]),
        ("<h3>Spectra[edit] ¶</h3><p>***</p><p>–</p>", [("heading", "Spectra")]),
        (
            "a<script>x</script><style>y</style><!-- z -->b<figure><figcaption>c</figcaption></figure>",
            [("paragraph", "ab")],
        ),
        ("", []),
    ],
)
def test_tree_becomes_blocks(markup: str, blocks: list[tuple[str, str]]) -> None:
    assert read(markup) == blocks


@given(st.lists(st.text("abcXYZ019äß", min_size=1, max_size=8), max_size=20))
def test_no_word_is_lost_and_none_made(words: list[str]) -> None:
    tags = ["p", "h2", "li", "blockquote", "div", "b", "td"]
    markup = "".join(f"<{tag}>{word}</{tag}> " for word, tag in zip(words, tags * 3, strict=False))
    assert " ".join(text for _, text in read(markup)).split() == words


def test_depth_has_no_limit() -> None:
    assert read("<div>" * 200 + "deep" + "</div>" * 200) == [("paragraph", "deep")]


def test_share_buttons_glued_to_the_text_are_no_part_of_it() -> None:
    bar = "Share this withEmailFacebookMessengerTwitterWhatsAppLinkedInCopy this link"
    assert read(f"<p>{bar}The council met.</p>") == [("paragraph", "The council met.")]
    assert read("<p>Email Facebook and Twitter are read by many.</p>") == [
        ("paragraph", "Email Facebook and Twitter are read by many.")
    ]


def test_code_within_a_heading_stays_in_it() -> None:
    assert read("<h2>What <code>max_items</code> means</h2>") == [("heading", "What max_items means")]
