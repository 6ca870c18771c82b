"""The letter as a page of the site: all that is told, and nothing that is a reader's own."""

from dataclasses import replace

import newsroom
import pytest
from lxml import html as markup

from builder.mail import letter
from builder.model import Library

PATH = "editions/7/letter/"
MORE = "  detail: full\n  utm_source: letter\n  reason: You signed up on paper.\n"


def page(more: str = "") -> str:
    items = tuple(map(newsroom.item, range(1, 4)))
    edition = newsroom.edition(("Policy", (1, 2, 3)))
    return letter.public(
        newsroom.config(more), Library(items=items), edition, newsroom.THEME, newsroom.html_of, path=PATH
    )


@pytest.mark.parametrize("more", ["", MORE])
def test_nothing_of_an_addressee_is_on_it(more):
    told = page(more)

    for word in ("nsubscribe", ".invalid", "utm_", "1 Sample Street", "signed up", "You get this letter"):
        assert word not in told


def test_it_tells_what_the_letter_tells():
    sent = markup.document_fromstring(newsroom.compose(config=newsroom.config(MORE)).html)
    shown = markup.document_fromstring(page(MORE))

    for tag in ("h1", "h2", "h3", "li"):
        assert [one.text_content() for one in shown.iter(tag)] == [
            one.text_content() for one in sent.iter(tag)
        ]


def test_its_links_lead_about_the_site_wherever_that_stands():
    links = [link.get("href") for link in markup.document_fromstring(page(MORE)).iter("a")]

    assert "../../../items/2026-11-02-story-1/" in links
    assert not [link for link in links if link.startswith("https://brief.example")]
    assert "https://example.org/1" in links


def test_a_source_on_the_site_is_linked_there_though_the_site_is_built_for_another_address():
    home = "https://brief.example/news/"
    item = newsroom.item(1)
    items = (replace(item, source=replace(item.source, url=f"{home}samples/1.html")),)
    config = newsroom.config(MORE)
    config = replace(config, site=replace(config.site, url="https://pages.example/repo/"))

    told = letter.public(
        config,
        Library(items=items),
        newsroom.edition(("Policy", (1,))),
        newsroom.THEME,
        newsroom.html_of,
        path=PATH,
        home=home,
    )

    links = [link.get("href") for link in markup.document_fromstring(told).iter("a")]
    assert "../../../samples/1.html" in links
    assert home not in told


def test_it_holds_no_more_than_browsers_know():
    told = page(MORE)

    for gone in ("cellpadding", "bgcolor", "<!--", "valign=", "xmlns", "format-detection", 'role="article"'):
        assert gone not in told
    assert told.count("<main") == 1
    assert "noindex" not in told
    assert '<link rel="canonical" href="https://brief.example/news/editions/7/">' in told
    assert '<meta property="og:url" content="https://brief.example/news/editions/7/">' in told


def test_an_unknown_way_off_the_list_is_no_link():
    assert 'href=""' not in page()
