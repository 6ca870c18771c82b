"""The packaged templates: whole in every language, honest, safe, and as legible as they claim."""

import importlib.util
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import sample_views as sample

from builder.render.theme import Theme
from builder.render.views import VIEWS

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
THEME = Theme.open(TEMPLATES)
LANGUAGES = sorted(path.stem for path in (TEMPLATES / "messages").glob("*.json"))


class Seen(HTMLParser):
    """What a page holds: tags with attributes in order, ids, and its headings."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)
        self.ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]
        self.headings = [int(tag[1]) for tag, _ in self.tags if re.fullmatch(r"h[1-6]", tag)]

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag, attribute):
        return [
            attributes[attribute] for name, attributes in self.tags if name == tag and attribute in attributes
        ]


def pages(**of):
    return {name: THEME.render(name, view) for name, view in sample.views(sample.site(**of)).items()}


@pytest.mark.parametrize("name", VIEWS)
def test_a_page_names_its_template_and_has_one_title_in_order(name):
    seen = Seen(pages()[name])

    assert seen.all("body", "data-template") == [name.removesuffix(".html")]
    assert seen.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(seen.headings, seen.headings[1:], strict=False))
    assert len(seen.ids) == len(set(seen.ids))


@pytest.mark.parametrize("name", VIEWS)
def test_a_page_asks_no_other_host_and_holds_no_script_or_style(name):
    seen = Seen(pages()[name])

    loaded = [*seen.all("link", "href"), *seen.all("img", "src"), *seen.all("script", "src")]
    canonical = [one["href"] for tag, one in seen.tags if tag == "link" and one["rel"] == "canonical"]
    assert [link for link in loaded if "://" in link] == canonical
    assert not [tag for tag, attributes in seen.tags if tag == "style" or "style" in attributes]
    scripts = [one for tag, one in seen.tags if tag == "script" and one.get("type") != "application/ld+json"]
    assert all(re.search(r"assets/\w+\.\w{8}\.js$", one["src"]) for one in scripts)
    assert not [key for _, attributes in seen.tags for key in attributes if key.startswith("on")]


@pytest.mark.parametrize("name", VIEWS)
def test_every_page_offers_the_feeds_in_its_head_and_to_the_eye(name):
    seen = Seen(pages()[name])

    for feed in ("feed.xml", "atom.xml", "feed.json"):
        assert [link for link in seen.all("link", "href") if link.endswith(feed)]
        assert [link for link in seen.all("a", "href") if link.endswith(feed)]


@pytest.mark.parametrize("name", VIEWS)
def test_every_page_has_a_description_and_a_canonical_address_unless_it_is_none(name):
    seen = Seen(pages(description="")[name])

    described = {
        attributes.get("name"): attributes.get("content") for tag, attributes in seen.tags if tag == "meta"
    }
    assert described["description"].strip()
    assert ("canonical" in seen.all("link", "rel")) == (name != "404.html")
    assert "robots" not in described


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_speaks_every_language(language):
    html = pages(language=language, direction="rtl" if language == "ar" else "ltr")

    for text in html.values():
        assert f'lang="{language}"' in text
        assert "{" not in re.sub(r"<[^>]*>", "", text)


def test_the_page_for_lost_readers_leads_back_from_any_depth():
    seen = Seen(pages()["404.html"])

    relative = [
        link for link in (*seen.all("a", "href"), *seen.all("link", "href")) if not link.startswith("/repo/")
    ]
    assert relative == ["#_content"]


@pytest.mark.parametrize(
    ("text", "said"), [("full", "full article"), ("teaser", "Only a teaser"), ("feed", "feed, not")]
)
def test_an_item_says_how_much_of_the_original_was_read(text, said):
    view = sample.views()["item.html"]
    card = view.item.card
    told = replace(view.item, card=replace(card, source=replace(card.source, text=text)))

    assert THEME.render("item.html", replace(view, item=told)).count(said) == 1


@pytest.mark.parametrize(
    ("writer", "said"),
    [
        ("extraction", "A program chose sentences of the original."),
        ("model", "A language model (x) wrote it"),
        ("engine", "A program (x) wrote it"),
        ("hand", "People wrote it."),
    ],
)
def test_an_item_says_how_it_was_made(writer, said):
    view = sample.views()["item.html"]

    html = THEME.render(
        "item.html", replace(view, item=replace(view.item, made=sample.made(writer=writer, name="x")))
    )

    assert said in html
    assert ("can be traced to the original" in html) == (writer != "hand")


def test_a_link_to_the_original_is_marked_when_it_leaves_the_site():
    view = sample.views()["item.html"]
    card = view.item.card
    ours = replace(card, source=replace(card.source, url="articles/a/", host=""))

    outward = THEME.render("item.html", view)
    inward = THEME.render("item.html", replace(view, item=replace(view.item, card=ours)))

    assert 'href="https://source.example/0" rel="external"' in outward
    assert "(another site)" in outward
    assert 'href="../../articles/a/">Read the original</a>' in inward


def test_a_sentence_shows_its_source_without_a_script():
    html = THEME.render("item.html", sample.views()["item.html"])

    opened = html[html.index("<details") : html.index("</details>")]
    assert '<div class="prose summary" dir="auto" lang="de">' in html
    assert '<details class="proof" lang="en" dir="ltr">' in html
    assert '<blockquote dir="auto" lang="de">Yes, it said.</blockquote>' in opened
    assert "Sentence 4 of the original" in opened
    assert 'href="https://source.example/0#:~:text=Yes"' in opened
    assert "No sentence of the original is named for this." in opened


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"edited": False}, "No sentence has been changed since."),
        ({"edited": True}, "An editor has changed it since."),
        ({"sentences": 0}, "Editors may have changed it."),
    ],
)
def test_an_item_says_whether_a_person_changed_it(changes, said):
    view = sample.views()["item.html"]

    html = THEME.render("item.html", replace(view, item=sample.item(made=sample.made(**changes))))

    assert sum(text in html for text in ("changed since", "has changed it", "may have changed")) == 1
    assert said in html


def test_plain_text_is_not_escaped_and_holds_no_markup():
    view = sample.views()["edition.html"]
    named = replace(view, edition=replace(view.edition, intro="Dogs & <cats>."))

    told = THEME.render("edition.txt", named)

    assert "Dogs & <cats>." in told
    assert "https://brief.example/repo/items/story-1/" in told
    assert "</" not in told


def test_what_only_a_script_can_do_is_hidden_where_none_runs():
    css = (TEMPLATES / "assets" / "style.css").read_text(encoding="utf-8")

    assert ".scheme, .density, .scripted { display: none; }" in css


def test_an_empty_site_has_pages_that_say_so():
    views = sample.views()
    home = replace(views["home.html"], edition=None, lead=None, cards=(), older=None)

    assert "Nothing has been published" in THEME.render("home.html", home)
    assert "Nothing has been published" in THEME.render(
        "editions.html", replace(views["editions.html"], editions=())
    )
    assert "Nothing has been published" in THEME.render("index.html", replace(views["index.html"], groups=()))


def test_hostile_text_in_every_field_of_a_card_runs_nothing(shared):
    pytest.importorskip("html5lib")
    spec = importlib.util.spec_from_file_location("html_oracle", shared("tools", "html_oracle.py"))
    oracle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(oracle)
    lines = shared("data", "hostile", "xss.jsonl").read_text(encoding="utf-8").strip().split("\n")
    cards = tuple(
        replace(
            sample.card(),
            title=payload,
            tldr=payload,
            note=payload,
            path=payload,
            source=replace(sample.card().source, name=payload, path=payload, author=payload),
        )
        for payload in (json.loads(line)["payload"] for line in lines)
    )

    html = THEME.render("home.html", replace(sample.views()["home.html"], cards=cards))

    ours = [f"./{asset.path}" for asset in THEME.assets() if asset.path.endswith(".js")]
    assert oracle.unsafe_page(html, ours) == []
    assert html.count("<article") == len(cards) + 1


# -- the words and colours the theme keeps


def test_every_message_is_used_and_every_one_used_is_there():
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]
    )
    english = json.loads((TEMPLATES / "messages" / "en.json").read_text(encoding="utf-8"))
    own = {"months", "months_short", "weekdays", "thousands"} | {
        key for key in english if key.startswith("date.")
    }
    named = {key for key in english if re.search(rf"['\"]{re.escape(key)}['\"]", sources)}
    # Chosen by a field of the view: `t("text." ~ source.text)`, `t(of)`.
    prefixes = ("text.", "description.", "density.", "feed.", "made.")
    # What `builder.editorial.corrections` drafts for editors; its own tests hold that each is there.
    own |= {key for key in english if key.startswith("note.")}
    computed = {key for key in english if key.startswith(prefixes)} | {
        "section",
        "tag",
        "month",
    }

    assert set(english) - own - named - computed == set()


def test_text_is_legible_in_both_schemes():
    css = (TEMPLATES / "assets" / "style.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--(\w+): (#\w{6})", block))
        for block in re.findall(r":root \{(.*?)\}", css, re.S)[:2]
    )

    for scheme in (light, dark):
        for colour in ("ink", "soft", "spot"):
            assert _contrast(scheme[colour], scheme["paper"]) >= 4.5
    base = (TEMPLATES / "base.html").read_text(encoding="utf-8")
    assert re.findall(r'theme-color" content="(#\w+)"', base) == [light["paper"], dark["paper"]]


def test_the_style_sheet_is_small_and_asks_for_nothing():
    css = (TEMPLATES / "assets" / "style.css").read_text(encoding="utf-8")

    assert len(css.encode()) < 28_000
    assert "url(" not in css
    assert "@import" not in css


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_style_sheet_has_no_left_and_right(side):
    css = (TEMPLATES / "assets" / "style.css").read_text(encoding="utf-8")

    assert not re.search(rf"(?<![\w-])(?:margin-|padding-|border-)?{side}\s*:|text-align:\s*{side}", css)


def _contrast(one, other):
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour):
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_story_in_another_language_says_so_in_every_list():
    view = sample.views()["list.html"]
    html = THEME.render("list.html", replace(view, cards=(sample.card(1, language="ar"), sample.card(2))))

    first, second = html.split("<article")[1:]
    assert first.count('dir="auto" lang="ar"') == 2
    assert "lang=" not in second


def test_the_lead_names_every_other_source_of_its_story_once():
    own = sample.card().source
    others = tuple(
        sample.card(number, source=replace(own, name=name))
        for number, name in ((4, "Another"), (5, "Another"), (6, own.name), (7, "A third"))
    )
    home = replace(sample.views()["home.html"], story=replace(sample.story(), others=others))

    told = THEME.render("home.html", home).partition('class="others">')[2].partition("</p>")[0]

    assert re.findall(r'href="([^"]*)">([^<]*)<', told) == [
        ("./items/story-4/", "Another"),
        ("./items/story-7/", "A third"),
    ]
