"""The letter: whole, safe, in order, small enough, and the same in HTML and text."""

import importlib.util
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import newsroom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.mail import safe
from builder.text import fold

LINE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


class Seen(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.headings = [int(tag[1]) for tag, _ in self.tags if re.fullmatch(r"h[1-6]", tag)]
        self.links = [told["href"] for tag, told in self.tags if tag == "a"]

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def full(more: str = ""):
    return newsroom.config(f"  detail: full\n{more}")


@pytest.mark.parametrize("config", [newsroom.config(), full()])
def test_headings_are_in_order_and_there_is_one_first(config):
    seen = Seen(newsroom.compose(config=config).html)

    assert seen.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(seen.headings, seen.headings[1:], strict=False))


@pytest.mark.parametrize("config", [newsroom.config(), full(), full("  utm_source: letter\n")])
def test_html_and_text_lead_to_the_same_places(config):
    letter = newsroom.compose(config=config)

    in_text = re.findall(r"https?://[^\s<>]+", letter.text)
    assert set(Seen(letter.html).links) <= set(in_text)


def test_every_link_is_absolute_and_a_place_of_ours_is_on_the_site():
    links = Seen(newsroom.compose(config=full()).html).links

    assert all(link.startswith("https://") for link in links)
    assert "https://brief.example/news/about/" in links


def test_utm_marks_our_links_and_never_the_unsubscribe_link_nor_others():
    letter = newsroom.compose(config=newsroom.config("  utm_source: letter\n"))
    links = Seen(letter.html).links

    marked = [link for link in links if "utm_" in link]
    assert all(link.startswith("https://brief.example/news/") for link in marked)
    assert letter.mark in links
    assert (
        "https://brief.example/news/editions/7/?utm_source=letter&utm_medium=email&utm_campaign=edition-7"
        in links
    )


def test_marking_a_link_keeps_its_query_and_marks_it_once():
    once = safe.marked("https://a.example/x?a=1&utm_source=own#part", "letter", "e")

    assert once == "https://a.example/x?a=1&utm_source=own&utm_medium=email&utm_campaign=e#part"
    assert safe.marked(once, "letter", "e") == once


def test_only_approved_items_are_in_the_letter():
    items = (newsroom.item(1), newsroom.item(2, status="draft"), newsroom.item(3, status="rejected"))
    letter = newsroom.compose(newsroom.edition(("Policy", (1, 2, 3))), items)

    assert letter.stories == (items[0].id,)
    assert "number 2" not in letter.html + letter.text


def test_an_item_listed_twice_is_told_once():
    letter = newsroom.compose(newsroom.edition(("Policy", (1, 1)), ("Research", (1, 2))))

    assert letter.html.count("Story number 1 is told</a>") == 1
    assert len(letter.stories) == 2


@settings(max_examples=25)
@given(count=st.integers(1, 60), limit=st.integers(16, 100))
def test_a_letter_that_is_too_large_says_less_and_drops_no_story(count, limit):
    items = tuple(newsroom.item(number, body=newsroom.BODY * 2) for number in range(1, count + 1))
    letter = newsroom.compose(items=items, config=full(f"  max_kib: {limit}\n"))

    links = Seen(letter.html).links
    assert sum("/items/" in link for link in set(links)) == count
    headlines = len(newsroom.compose(items=items, config=newsroom.config("  max_kib: 16\n")).html.encode())
    assert len(letter.html.encode()) <= max(limit * 1024, headlines)
    assert ("shortened" in letter.text) == bool(letter.shortened)


def test_first_stories_keep_their_detail_longest():
    items = tuple(map(newsroom.item, range(1, 31)))
    letter = newsroom.compose(items=items, config=full("  max_kib: 60\n"))

    told = [f"Number {number} was told" in letter.html for number in range(1, 31)]
    assert 0 < letter.shortened < 30
    assert told == sorted(told)


@given(title=LINE, note=LINE)
def test_words_of_people_are_never_markup(title, note):
    items = (newsroom.item(1),)
    letter = newsroom.compose(newsroom.edition(("P", (1,)), title=title, preheader=note), items)
    plain = newsroom.compose(newsroom.edition(("P", (1,)), title="x", preheader="y"), items)

    assert [tag for tag, _ in Seen(letter.html).tags] == [tag for tag, _ in Seen(plain.html).tags]


def test_subject_is_filled_once():
    config = newsroom.config('  subject: "{site} {number}: {title}"\n')
    letter = newsroom.compose(newsroom.edition(("P", (1,)), title="{site} {number}"), config=config)

    assert letter.subject == "The Small Brief 7: {site} {number}"


def test_another_text_is_another_digest_and_the_same_is_the_same():
    first = newsroom.compose()

    assert newsroom.compose().digest == first.digest
    assert newsroom.compose(newsroom.edition(("Policy", (1, 2, 3)), preheader="Else")).digest != first.digest
    assert newsroom.compose(newsroom.edition(("Policy", (2, 1, 3)))).digest != first.digest


def test_what_only_a_client_for_mail_reads_survives_inlining():
    html = newsroom.compose().html

    assert html.startswith("<!DOCTYPE html>")
    assert html.count("<!--[if mso]>") == 3
    assert "prefers-color-scheme:dark" in html
    assert "[data-ogsc]" in html
    assert html.count("<style") == 2
    assert "data-css-inline" not in html


def test_letter_and_site_have_the_same_colours():
    style = (newsroom.TEMPLATES / "assets" / "style.css").read_text(encoding="utf-8")
    template = (newsroom.TEMPLATES / "mail" / "letter.html").read_text(encoding="utf-8")

    assert set(re.findall(r"#[0-9a-f]{6}", template)) <= set(re.findall(r"--\w+: (#[0-9a-f]{6});", style))


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar"])
def test_letter_speaks_the_language_of_the_site(language):
    config = newsroom.config(source=newsroom.CONFIG.replace("site:", f"site:\n  language: {language}"))
    seen = Seen(newsroom.compose(config=config).html)

    article = next(told for tag, told in seen.tags if told.get("role") == "article")
    assert (article["lang"], article["dir"]) == (language, "rtl" if language == "ar" else "ltr")


def test_pictures_have_an_address_a_width_and_no_height():
    html = safe.for_mail(
        '<p><img src="a/b.png" alt="x" height="9" loading="lazy"></p>', "https://a.example/x/", str, 0
    )

    assert html == '<p><img src="https://a.example/x/a/b.png" alt="x" width="552"></p>'


# -- what comes in is hostile


@pytest.fixture(scope="module")
def oracle(shared):
    pytest.importorskip("html5lib")
    spec = importlib.util.spec_from_file_location("html_oracle", shared("tools", "html_oracle.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["xss", "markdown", "templates"])
def test_no_hostile_text_makes_an_unsafe_letter(shared, oracle, name):
    lines = shared("data", "hostile", f"{name}.jsonl").read_text(encoding="utf-8").strip().split("\n")
    payloads = [json.loads(line)["payload"] for line in lines]
    base = newsroom.item(1)
    # Forty texts a letter, each in every field of an item.
    for start in range(0, len(payloads), 40):
        items = tuple(
            replace(base, id=f"{number:010x}", title=safe_line(text), tldr=safe_line(text), body=text)
            for number, text in enumerate(payloads[start : start + 40], start=1)
        )
        edition = newsroom.edition(("P", tuple(range(1, len(items) + 1))), intro=payloads[start])
        html = newsroom.compose(edition, items, config=full("  max_kib: 100\n")).html
        assert oracle.unsafe_page(html) == []


def safe_line(text: str) -> str:
    """As the front matter of an item gives it."""
    return fold(text) or "x"
