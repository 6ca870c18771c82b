"""JSON-LD: it can be read, says what the page says, and never ends the script it stands in."""

import json
from dataclasses import replace

import sample_views as sample
import worlds
from hypothesis import given
from hypothesis import strategies as st

from builder.cli.console import QUIET, Console
from builder.cli.main import run
from builder.publish import structured
from builder.render.views import Link

SITE = sample.site()


def graph(text):
    return {node["@type"]: node for node in json.loads(text)["@graph"]}


@given(st.text(max_size=50))
def test_no_text_leaves_the_script_element(text):
    card = sample.card(title=f"</script>{text}<!--", tldr=text)

    told = structured.item(SITE, card, sample.NOON, [])

    assert "<" not in told
    assert graph(told)["NewsArticle"]["headline"] == card.title


def test_a_summary_names_its_picture():
    told = graph(structured.item(SITE, sample.card(), sample.NOON, [], "items/story-0/picture.jpg"))

    assert told["NewsArticle"]["image"] == f"{SITE.url}items/story-0/picture.jpg"


def test_a_summary_names_the_original_it_is_made_from():
    told = graph(structured.item(SITE, sample.card(), sample.NOON, [sample.POLICY]))

    article = told["NewsArticle"]
    assert article["url"] == "https://brief.example/repo/items/story-0/"
    assert article["citation"]["url"] == article["isBasedOn"] == "https://source.example/0"
    assert article["citation"]["author"]["name"] == "A. Writer"
    assert [one["name"] for one in told["BreadcrumbList"]["itemListElement"]] == [
        "The Brief",
        "Policy",
        "Story 0",
    ]


def test_an_original_on_this_site_has_its_whole_address():
    source = replace(sample.card().source, url="articles/a/", host="")

    told = graph(structured.item(SITE, sample.card(source=source), sample.NOON, []))

    assert told["NewsArticle"]["citation"]["url"] == "https://brief.example/repo/articles/a/"


def test_home_tells_how_the_site_is_searched():
    told = graph(structured.home(SITE, [sample.card(1), sample.card(2)]))

    assert told["WebSite"]["potentialAction"]["target"] == "https://brief.example/repo/search/?q={query}"
    assert [one["position"] for one in told["ItemList"]["itemListElement"]] == [1, 2]
    assert "ItemList" not in graph(structured.home(SITE, []))


def test_an_edition_is_an_issue_of_a_periodical():
    told = graph(
        structured.edition(SITE, sample.edition_card(7), [sample.card()], [Link(title="E", path="e/")])
    )

    assert told["PublicationIssue"]["issueNumber"] == 7
    assert told["PublicationIssue"]["isPartOf"]["name"] == "The Brief"


def test_lists_are_called_in_the_language_of_the_site(make_site):
    title = "  title: The Small Brief\n"
    root = make_site(
        f"-- config.yaml --\n{worlds.config().replace(title, title + '  language: de' + chr(10))}"
        f"\n-- {worlds.item_file(1)} --\n{worlds.item(1, tags='[a]')}"
    )

    assert run(Console(verbosity=QUIET), ["--root", str(root), "build"]) == 0

    for folder, name in (("tags", "Schlagwörter"), ("archive", "Archiv")):
        page = (root / "site" / folder / "index.html").read_text(encoding="utf-8")
        told = page.partition('ld+json">')[2].partition("</script>")[0]
        assert graph(told)["BreadcrumbList"]["itemListElement"][1]["name"] == name
