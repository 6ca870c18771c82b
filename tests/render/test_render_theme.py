"""Where templates are found, what a key depends on, what is said when one is wrong."""

import re
from dataclasses import replace
from datetime import datetime

import pytest
import sample_views as sample

from builder import files
from builder.errors import TemplateError
from builder.render import theme as theming
from builder.render.theme import Theme
from builder.render.views import VIEWS


@pytest.fixture
def site(tmp_path):
    """Opens the theme of a site whose templates folder holds the files given as text."""

    def opened(**files):
        for name, text in files.items():
            path = tmp_path / "templates" / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Theme.open(tmp_path / "templates")

    return opened


def page_html(text):
    return {"page_dot_html": text}


def render(theme, name="page.html", **changes):
    return theme.render(name, replace(sample.views()[name], **changes))


# -- finding


def test_a_missing_folder_leaves_the_packaged_theme(tmp_path):
    theme = Theme.open(tmp_path / "nowhere")

    assert 'data-template="page"' in render(theme)


def test_a_site_changes_one_block_and_keeps_the_rest(site):
    theme = site(
        base_dot_html='{% extends "default/base.html" %}{% block footer %}<p>Ours.</p>{% endblock %}'
    )

    html = render(theme)

    assert "<p>Ours.</p>" in html
    assert "imprint" not in html
    assert 'class="masthead"' in html


def test_a_part_of_the_site_is_used_by_packaged_templates(site):
    assert "<p>Our footer.</p>" in render(site(parts__footer_dot_html="<p>Our footer.</p>"))


def test_an_asset_of_the_site_hides_the_packaged_one_and_others_are_added(site):
    theme = site(assets__style_dot_css="body{}", assets__fonts__one_dot_woff2=b"\x00\xff")

    paths = {asset.path: asset.data for asset in theme.assets()}

    assert b"body{}" in paths.values()
    assert [path for path in paths if re.fullmatch(r"assets/fonts/one\.[0-9a-f]{8}\.woff2", path)]
    assert sum(path.startswith("assets/style.") for path in paths) == 1


def test_a_message_of_the_site_hides_the_packaged_one(site):
    theme = site(messages__en_dot_json='{"skip": "Jump"}', messages__de_dot_json='{"tags": "Themen"}')

    assert ">Jump<" in render(theme)
    german = render(theme, site=sample.site(language="de-AT"))
    assert ">Zum Inhalt springen<" in german
    assert ">Themen<" in german


def test_hidden_files_and_editors_copies_are_no_templates(site, tmp_path):
    site(**{"page_dot_html~": "copy", ".page_dot_html_dot_swp": b"\xff", ".git__config": "x"})

    assert Theme.open(tmp_path / "templates").key("page.html") == Theme.open(tmp_path / "no").key("page.html")


def test_what_happens_to_the_files_later_changes_nothing(site, tmp_path):
    theme = site(**page_html("before"))
    key = theme.key("page.html")
    (tmp_path / "templates" / "page.html").write_text("after")

    assert render(theme) == "before"
    assert theme.key("page.html") == key


# -- links


@pytest.mark.parametrize(
    ("path", "target", "link"),
    [
        ("", "", "./"),
        ("", "items/a/", "./items/a/"),
        ("items/a/", "", "../../"),
        ("items/a/", "feed.xml", "../../feed.xml"),
        ("items/a/", "#part", "#part"),
        ("items/a/", "https://x.example/?a=b", "https://x.example/?a=b"),
        ("", "javascript:alert(1)", "./javascript:alert(1)"),
        ("", "//evil.example", ".///evil.example"),
        ("about/", "files/a b.pdf", "../files/a%20b.pdf"),
        ("404.html", "", "/repo/"),
        ("404.html", "items/a/", "/repo/items/a/"),
    ],
)
def test_a_link_leads_from_the_page_to_the_place(site, path, target, link):
    theme = site(**page_html(f"{{{{ url('{target}') }}}}"))

    assert render(theme, page=sample.page(path, "page.html")) == link


def test_a_link_to_an_asset_names_its_content(site):
    theme = site(**page_html("{{ asset('style.css') }}"))

    [style] = [asset.path for asset in theme.assets() if "style" in asset.path]
    assert render(theme) == "../" + style


# -- safety


def test_text_of_a_view_is_escaped_and_its_markup_is_not(site):
    theme = site(**page_html("{{ page.title }} {{ body_html }} {{ site.title | upper }}"))

    html = render(theme, page=sample.page("a/", "page.html", title="<b>{{ 7*7 }}"), body_html="<i>x</i>")

    assert html == "&lt;b&gt;{{ 7*7 }} <i>x</i> THE BRIEF"


def test_markup_below_the_top_is_safe_by_its_name(site):
    theme = site(
        item_dot_html="{% for one in item.blocks %}{{ one.block_html }}|{{ one['block_html'] }}|{% endfor %}"
        "{{ item.made.name }}"
    )

    html = theme.render("item.html", sample.views()["item.html"])

    assert html.startswith("<h2>TL;DR</h2>")
    assert html.endswith("|extraction")


def test_nothing_random_is_at_hand(site):
    for name in ("{{ lipsum() }}", "{{ [1, 2] | random }}"):
        with pytest.raises(TemplateError):
            render(site(**page_html(name)))


# -- keys


def test_a_key_follows_what_a_template_extends_and_includes(site):
    before = site()
    keys = {name: before.key(name) for name in VIEWS}
    after = site(parts__card_dot_html="changed")

    changed = {name for name in VIEWS if after.key(name) != keys[name]}
    assert changed == {"home.html", "edition.html", "list.html"}


@pytest.mark.parametrize("name", ["assets__style_dot_css", "messages__fr_dot_json"])
def test_a_key_follows_assets_and_messages(site, name):
    before = {page: site().key(page) for page in VIEWS}
    after = site(**{name: "{}"})

    assert all(after.key(page) != before[page] for page in VIEWS)


def test_a_key_does_not_follow_what_is_not_used(site):
    before = site().key("page.html")

    assert site(item_dot_html="changed", mine_dot_html="new").key("page.html") == before


def test_a_computed_name_may_be_any_template(site):
    files = page_html("{% include ['parts/' ~ page.template, 'mine.html'] %}")
    before = site(**files, mine_dot_html="1").key("page.html")

    assert site(**files, mine_dot_html="1", other_dot_html="2").key("page.html") != before


def test_a_template_that_cannot_be_read_has_a_key(site):
    assert site(**page_html("{% if %}")).key("page.html") != site(**page_html(b"\xff")).key("page.html")
    assert site().key("none.html") == site().key("none.html")


# -- faults


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("a\n{% if x %}", 2, "not a valid template", "needs its end"),
        ("a\n\n{{ sight.title }}", 3, "nothing here is called sight", "Did you mean site?"),
        ("{{ page.titel }}", 1, "PageView has no titel", "Did you mean title?"),
        ("\n{% if page.zzz %}{% endif %}", 2, "PageView has no zzz", "canonical"),
        (
            '\n{% include "parts/crad.html" %}',
            2,
            "no template parts/crad.html",
            "Did you mean parts/card.html?",
        ),
        ('{% extends "bas.html" %}', 1, "no template bas.html", "Did you mean base.html?"),
        ("\n{{ asset('styl.css') }}", 2, "no asset styl.css", "Did you mean style.css?"),
        ("{{ t('skp') }}", 1, "no message 'skp'", "Did you mean skip?"),
        ("{{ date(page.canonical) }}", 1, "neither a date nor a month", "docs/templates.md"),
        ("{{ date(none) }}", 1, "cannot be evaluated", "docs/templates.md"),
        ("\n{{ 1 / 0 }}", 2, "cannot be evaluated: division by zero", "docs/templates.md"),
        ('{% include "page.html" %}', 1, "cannot be evaluated: maximum recursion", "docs/templates.md"),
        (b"a\nb\xff", 2, "not UTF-8 text", "needs its end"),
        ("\n{{ page.title | shout }}", 2, "no filter named 'shout'", "needs its end"),
    ],
)
def test_a_fault_names_the_template_the_line_and_the_way_out(site, text, line, message, hint):
    with pytest.raises(TemplateError) as caught:
        render(site(**page_html(text)))

    [fault] = caught.value.faults
    assert (fault.path, fault.line) == ("templates/page.html", line)
    assert message in fault.message
    assert hint in fault.hint


def test_a_fault_in_a_part_names_the_part(site):
    with pytest.raises(TemplateError) as caught:
        render(site(parts__footer_dot_html="\n\n{{ nothing }}"))

    assert str(caught.value).startswith("templates/parts/footer.html:3: ")


def test_a_fault_in_a_packaged_template_says_so(site):
    theme = site(base_dot_html='{% extends "default/base.html" %}')

    with pytest.raises(TemplateError) as caught:
        theme.render("home.html", sample.views()["page.html"])

    assert caught.value.faults[0].path == "default/home.html"


def test_a_macro_that_sees_no_page_is_told_how_to(site):
    macro = "{% macro link(path) %}{{ url(path) }}{% endmacro %}"
    use = '{% from "m.html" import link CONTEXT %}{{ link("a/") }}'

    assert render(site(m_dot_html=macro, **page_html(use.replace("CONTEXT", "with context")))) == "../a/"
    with pytest.raises(TemplateError) as caught:
        render(site(m_dot_html=macro, **page_html(use.replace("CONTEXT", ""))))
    assert "with context" in caught.value.hint


def test_a_page_without_a_template_is_told_without_a_line(site):
    with pytest.raises(TemplateError, match=r"there is no template gone\.html") as caught:
        site().render("gone.html", sample.views()["page.html"])

    assert caught.value.faults[0].line == 0


@pytest.mark.parametrize(("data", "line"), [('{\n"a": }', 2), ("[]", 0), (b"\xff", 0)])
def test_a_broken_message_file_is_named(site, data, line):
    with pytest.raises(TemplateError) as caught:
        render(site(messages__en_dot_json=data))

    assert (caught.value.faults[0].path, caught.value.faults[0].line) == ("templates/messages/en.json", line)


def test_functions_are_the_documented_ones():
    view = sample.views()["page.html"]
    made = theming._functions(view.site, view.page, Theme.open(files.THEME).wording(view.site), {})

    assert tuple(sorted(made)) == theming.FUNCTIONS


def test_the_same_view_gives_the_same_page_at_any_time(site, monkeypatch):
    first = {name: site().render(name, view) for name, view in sample.views().items()}
    monkeypatch.setenv("TZ", "Pacific/Apia")

    assert {name: site().render(name, view) for name, view in sample.views().items()} == first
    assert str(datetime.now().year + 1) not in "".join(first.values())
