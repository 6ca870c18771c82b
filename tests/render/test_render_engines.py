"""The quick engine is the stock one, and both engines say the same of what summaries are made of."""

from pathlib import Path

import markdown
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builder.content import frontmatter
from builder.errors import ConfigError
from builder.model import Passage, Summary, Unit
from builder.render import engines, markup, prose, quick
from builder.summary import outline

ROOT = Path(__file__).resolve().parents[2]
EXTENSIONS = [(), ("smarty", "toc"), ("extra", "admonition", "nl2br", "sane_lists")]
PIECES = st.sampled_from(
    [
        *(
            "a",
            "Word",
            "two words",
            " ",
            "  \n",
            "\n",
            "\n\n",
            "\t",
            "é",
            "\\",
            "`",
            "``",
            "*",
            "**",
            "_",
            "__",
        ),
        *(
            "[",
            "](",
            ")",
            "]",
            "![",
            "[^1]",
            "[^1]: ",
            "[a]: https://x.example/",
            "<",
            ">",
            "<b>",
            "</b>",
            "<!--",
        ),
        *(
            "&",
            "&amp;",
            "#",
            "## ",
            "- ",
            "1. ",
            "> ",
            ": ",
            "|",
            "|-|-|",
            "---",
            "...",
            "--",
            "'",
            '"',
            "'s",
        ),
        *(
            "```",
            "~~~",
            "    ",
            "<div>",
            "</div>",
            "***",
            "a@b.example",
            "https://x.example/",
            "===",
            "*[A]: b",
        ),
    ]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


def stock(extensions: tuple[str, ...]) -> markdown.Markdown:
    return markdown.Markdown(extensions=[*engines._EXTENSIONS, *extensions], output_format="html")


STOCK = {extensions: stock(extensions) for extensions in EXTENSIONS}
QUICK = {extensions: quick.quickened(stock(extensions)) for extensions in EXTENSIONS}


@pytest.mark.parametrize("extensions", EXTENSIONS)
@given(text=TEXTS)
@example('Term\n:   Definition\n\n*A* [b][c] ![d](e "f")\n\n[c]: https://x.example/\n')
@example("He said \"so\" -- 'twas... the '90s [^1]\n\n[^1]: A note.\n")
@example("a&b < c\n\n<p>x</p>\n\n***\n\n- - -\n")
def test_quick_engine_says_what_the_stock_engine_says(extensions, text):
    assert QUICK[extensions].reset().convert(text) == STOCK[extensions].reset().convert(text)


WORD = st.sampled_from(
    [
        *(
            "a",
            "B.",
            "1.",
            "2)",
            "(x)",
            "-",
            "--",
            "+",
            "#",
            "**",
            "**b**",
            "*c*",
            "`d`",
            "[e](f)",
            "[e f](https://x.example/a_b?c=d#e)",
            "(*a b*),",
            "`a*b_c`",
            "![i](j)",
        ),
        *(
            "&",
            "&amp;",
            "_",
            "g_h",
            "\\*",
            ">",
            "|",
            ":",
            "=",
            "~",
            "!",
            "“k”",
            "é",
            "'l'",
            '"',
            "…",
            "http://m.n",
            "n\xa0o\u202f?",
            "*p\xa0*",
        ),
    ]
)
SPACE = st.sampled_from(
    [*[""] * 9, " ", "  ", "\\", " \\", *"\t\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2003\u2028\u2029\u3000\u200b\ufeff"]
)
"""What may stand before words and behind them: among it all that some call space or the end of a line."""
LINES = st.one_of(
    st.tuples(
        st.sampled_from(["", "", "# ", "## ", "### ", "- ", "- ", "- **Lead:** ", "1. "]),
        SPACE,
        st.lists(WORD, min_size=1, max_size=5).map(" ".join),
        SPACE,
    ).map("".join),
    TEXTS,
)


@given(st.lists(LINES, max_size=6), st.sampled_from(["\n\n", "\n", "\n\n"]))
@example(["- a", "- b"], "\n\n")
@example(["##  Two spaces", "a"], "\n\n")
@example(["# a *b* \\"], "\n\n")
@example(["## a\xa0"], "\n\n")
@example(["- a\x85", "b\u3000"], "\n\n")
@example(["## a #b", "## ", "##a", "- **a** b", "- ** a**", "- **a **", "**a**"], "\n\n")
@example(["It *was* [in full](https://x.example/a_b), (**b c**) `--kept`!", "a*b* c", "**a***b*"], "\n\n")
@example(["Some [words](https://x.example/a_b) and `code`", "- a\\*b", "a > b", "snake_case_"], "\n\n")
def test_prose_is_what_the_stock_engine_makes_of_it(lines, between):
    text = between.join(lines) + "\n"
    made = prose.to_html(text, lambda text: QUICK[()].reset().convert(text))

    assert made is None or made == STOCK[()].reset().convert(text)


def test_prose_is_what_summaries_are():
    text = (
        "## TL;DR Summary of A\n\nOne. Two?\n\n### Reach\n\n- **Where:** here\n- **When:** now\n\n"
        'It *was* said [in full](https://x.example/a_b) and `--kept` "as is".\n'
    )

    assert prose.to_html(text, lambda _: pytest.fail("asked")) == STOCK[()].reset().convert(text)


@pytest.mark.parametrize("extensions", EXTENSIONS)
def test_quick_engine_says_what_the_stock_engine_says_of_real_texts(extensions):
    paths = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("content/**/*.md")]
    assert len(paths) > 10
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert QUICK[extensions].reset().convert(text) == STOCK[extensions].reset().convert(text), path


def test_engine_that_is_not_installed_is_a_config_error(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "comrak", None)

    with pytest.raises(ConfigError, match="not installed"):
        engines._comrak()


def both(text: str) -> tuple[str, str]:
    pytest.importorskip("comrak")
    return markup.to_html(text), markup.to_html(text, engine="comrak")


def test_engines_differ_in_nothing_that_the_example_holds():
    paths = sorted(ROOT.glob("content/**/*.md"))
    assert paths
    for path in paths:
        body = frontmatter.split(path.read_text(encoding="utf-8"), str(path)).body
        one, other = both(body)
        assert one == other, path


WORDS = st.text(
    alphabet=st.sampled_from(list("abcXYZ09 .,:;!?-–—'\"“”‘’()[]{}<>&*_`~#+=|/\\@$%^éß日")),
    min_size=1,
    max_size=40,
).filter(str.strip)  # a sentence of a summary is never blank


@given(headline=WORDS, lead=WORDS, sentences=st.lists(WORDS, min_size=1, max_size=3), bulleted=st.booleans())
def test_engines_differ_in_nothing_that_our_own_summaries_contain(headline, lead, sentences, bulleted):
    units = tuple(Unit(text=text, lead=lead if bulleted else "") for text in sentences)
    summary = Summary(
        tldr=units[:1],
        headline=headline,
        passages=(Passage(heading=headline, units=units, bulleted=bulleted),),
        language="en",
        by="test/1",
    )

    one, other = both(outline.markdown(summary, headline, "The Brief"))

    assert one == other


@pytest.mark.parametrize(
    "text",
    [
        "## TL;DR Summary of A: B & C\n\nOne “sentence” — and it's *so*.\n",
        "### Reach\n\n- **Where:** here, 3 < 4 & more\n- **When:** now: at 10:30\n",
        "A [link](https://example.org/a_b_c?d=e&f=g) and `code <b>`.\n",
        "|a|b|\n|:-|-:|\n|1|2|\n",
        "> quoted\n\n1. one\n2. two\n",
        "**Bold** and *slanted*, snake_case_word, 2 * 3 * 4\n",
        "A line\nand another  \nand a break\n",
        "```\ncode\n```\n",
        "***\n",
    ],
)
def test_engines_agree_on_what_editors_write(text):
    one, other = both(text)

    assert one == other


def test_engine_may_be_either_and_the_allow_list_stands():
    pytest.importorskip("comrak")
    html = markup.to_html('So <script>x</script> [a](javascript:x) <b onclick="x">b</b>', engine="comrak")

    assert html == "<p>So  a <b>b</b></p>"


def test_footnotes_of_either_engine_lead_there_and_back():
    pytest.importorskip("comrak")
    for engine in ("markdown", "comrak"):
        html = markup.to_html("A[^n].\n\n[^n]: A note.\n", engine=engine)
        for end in ("fn", "fnref"):
            marks = [mark for mark in (f"{end}:n", f"{end}-n") if f'id="{mark}"' in html]
            assert marks, html
            assert f'href="#{marks[0]}"' in html
