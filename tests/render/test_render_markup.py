"""Whatever the text, the HTML is safe, normal, and soon there."""

import importlib.util
import json
import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builder.render import markup


@pytest.fixture(scope="module")
def oracle(shared):
    pytest.importorskip("html5lib")
    spec = importlib.util.spec_from_file_location("html_oracle", shared("tools", "html_oracle.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["xss", "markdown", "templates"])
def test_no_hostile_text_becomes_unsafe_html(shared, oracle, name):
    lines = shared("data", "hostile", f"{name}.jsonl").read_text(encoding="utf-8").strip().split("\n")
    payloads = {case["id"]: case["payload"] for case in map(json.loads, lines)}

    unsafe = {key: oracle.unsafe(markup.to_html(payload)) for key, payload in payloads.items()}

    assert {key: problems for key, problems in unsafe.items() if problems} == {}


def test_template_code_stays_text(shared):
    lines = shared("data", "hostile", "templates.jsonl").read_text(encoding="utf-8").strip().split("\n")

    for payload in (json.loads(line)["payload"] for line in lines):
        assert markup.plain(markup.to_html(f"`` {payload} ``")) == " ".join(payload.split())


# Each of these holds stock Python-Markdown for 2 to 15 seconds, or ends its stack.
BOMBS = {
    "brackets": "[" * 20_000,
    "nested brackets": "[" * 10_000 + "]" * 10_000,
    "images": "![" * 10_000,
    "links": "[a](" * 5_000,
    "footnotes": ("[^1]" * 150 + "\n\n") * 33 + "[^1]: x",
    "tags": "<a " * 7_000,
    "sections": "<![CDATA[" * 2_200,
    "definitions": "a\n: " * 5_000,
    "lists": "- " * 5_000,
    "numbers": "1. " * 6_600,
    "quotes": "> " * 5_000,
    "indented": "\n".join("    " * depth + "- a" for depth in range(200)),
    "fences": "```a\n" * 9_000,
}


@pytest.mark.parametrize("source", BOMBS.values(), ids=BOMBS)
def test_text_built_to_exhaust_the_parser_comes_back_as_plain_paragraphs(source):
    html = markup.to_html(source)

    assert set(re.findall(r"<[^>]*>", html)) == {"<p>", "</p>"}
    assert markup.plain(html) == " ".join(source.split())


def test_a_long_ordinary_page_is_not_taken_for_a_bomb():
    blogroll = "\n".join(f"- [Site {number}](https://site.example/{number})" for number in range(3_000))

    assert markup.to_html(blogroll).count("<a ") == 3_000


@given(st.text(alphabet="#*_`[]()!<>&\"'|:-+~^\\/ \n\tabc1.{}=", max_size=120))
@example("</p><h1>x")
@example('![a"b<c>](https://x.example/p.png)')
@example("<a title='a>b' href='/x'>y</a>")
def test_every_tag_is_closed_and_every_attribute_quoted(source):
    html = markup.to_html(source)
    outside = re.sub(r'<(?:[^"<>]|"[^"]*")*>', "", html)

    assert "<" not in outside
    assert _Open.left_by(html) == []


@given(st.text(max_size=200))
def test_any_text_at_all_is_rendered(source):
    assert isinstance(markup.to_html(source), str)


def test_the_form_of_a_summary_is_kept():
    html = markup.to_html(
        "## TL;DR Summary of X\n\nYes.\n\n### Reach\n\n- **Where:** here\n- **When:** now\n"
    )

    assert html == (
        '<h2 id="h_tl-dr-summary-of-x">TL;DR Summary of X</h2>\n<p>Yes.</p>\n<h3 id="h_reach">Reach</h3>\n'
        "<ul>\n<li><strong>Where:</strong> here</li>\n<li><strong>When:</strong> now</li>\n</ul>"
    )


def test_heading_ids_are_unique_and_can_be_no_template_s():
    html = markup.to_html("# A\n\n## A\n\n## A!\n\n<h3 id='content' class='x'>A</h3>\n\n## 日本")

    assert re.findall(r'<(h\d) id="([^"]*)"', html) == [
        ("h2", "h_a"),
        ("h2", "h_a-2"),
        ("h2", "h_a-3"),
        ("h3", "h_a-4"),
        ("h2", "h_section"),
    ]
    assert "class" not in html


def test_a_picture_on_another_host_becomes_its_description():
    html = markup.to_html("![a cat](https://t.example/p.gif) ![a dog](//t.example/p.gif) ![ours](/p.png)")

    assert html == '<p>a cat a dog <img alt="ours" src="/p.png" loading="lazy"></p>'


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "//evil.example", "/\\evil.example", "data:text/html,x"]
)
def test_a_link_that_may_not_be_followed_is_only_its_text(target):
    assert markup.to_html(f"[read on](<{target}>)") == "<p>read on</p>"


def test_tables_are_aligned_by_class_and_footnotes_lead_there_and_back():
    html = markup.to_html("|a|b|\n|:-|-:|\n|1|2[^n]|\n\n[^n]: A note.")

    assert '<td class="start">1</td>' in html
    assert '<th class="end">b</th>' in html
    assert "style" not in html
    assert 'href="#fn:n"' in html
    assert '<li id="fn:n">' in html


def test_code_that_looks_like_our_attributes_is_left_alone():
    html = markup.to_html('`<td style="text-align:right" href="/x">` style="text-align:right" href="/x"')

    assert markup.rebase(html, "../") == html
    assert html.count('style="text-align:right"') == 2


def test_rebase_moves_links_from_the_root_and_no_others():
    html = markup.to_html("[a](/about/) [b](https://x.example/) [c](#d) [e](f/) ![g](/g.png)")

    moved = markup.rebase(html, "https://brief.example/a&b/")

    assert re.findall(r'(?:href|src)="([^"]*)"', moved) == [
        "https://brief.example/a&amp;b/about/",
        "https://x.example/",
        "#d",
        "f/",
        "https://brief.example/a&amp;b/g.png",
    ]


@given(st.text(alphabet="ab <>&\"'/[]()=\n", max_size=80))
def test_rebase_to_the_root_changes_nothing(source):
    html = markup.to_html(source)

    assert markup.rebase(html, "/") == html


def test_plain_keeps_words_apart():
    assert markup.plain(markup.to_html("# A\n\nb *c*d &lt;e>\n\n- f\n- g")) == "A b cd <e> f g"


def test_threads_do_not_mix_their_texts():
    texts = [f"[{number}][r]\n\n[r]: https://x.example/{number}" for number in range(200)]

    with ThreadPoolExecutor(4) as pool:
        threaded = list(pool.map(markup.to_html, texts))

    assert threaded == [markup.to_html(text) for text in texts]


def test_one_text_leaves_nothing_behind_for_the_next():
    before = markup.to_html("[a] b[^1]")
    markup.to_html("[a]: https://x.example/\n\n[^1]: note\n\nb[^1] [a]")

    assert markup.to_html("[a] b[^1]") == before


class _Open(HTMLParser):
    """The tags that are still open at the end."""

    VOID = frozenset(["br", "hr", "img", "wbr"])

    def __init__(self):
        super().__init__()
        self.stack = []

    @classmethod
    def left_by(cls, html):
        parser = cls()
        parser.feed(html)
        return parser.stack

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag


def test_contents_lead_to_the_headings_of_a_text():
    html = markup.to_html("# A\n\n## B & *c*\n\ntext\n\n### B & c\n\n#### d\n")

    assert [(one.title, one.path, one.level) for one in markup.contents(html)] == [
        ("A", "#h_a", 2),
        ("B & c", "#h_b-c", 2),
        ("B & c", "#h_b-c-2", 3),
    ]


def test_a_head_of_a_table_without_words_is_no_head():
    html = markup.to_html("| | a | |\n| --- | --- | ---: |\n| 1 | 2 | 3 |\n")

    assert re.findall(r"<t[hd][^>]*></t[hd]>", html) == ["<td></td>", '<td class="end"></td>']
    assert html.count("<th") - html.count("<thead") == 1
