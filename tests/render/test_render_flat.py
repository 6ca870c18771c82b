"""A page's templates made into one function give what Jinja gives, or are left to Jinja."""

from dataclasses import dataclass, replace
from pathlib import Path

import jinja2
import pytest
import sample_views as sample
from hypothesis import given
from hypothesis import strategies as st

from builder.render import theme as theming
from builder.render.flat import flattened
from builder.render.theme import FUNCTIONS, Theme
from builder.render.views import TEXT_VIEWS, VIEWS


def both(templates, names, page="page.html"):
    """What the flat form of `page` makes of `names`, None where it is left to Jinja; and what Jinja makes."""

    def load(name):
        return (templates[name], name, lambda: True) if name in templates else None

    environment = theming._environment(load)
    form = flattened(environment, page, templates.__getitem__, FUNCTIONS)
    try:
        by_jinja = environment.get_template(page).render(names)
    except (jinja2.TemplateError, TypeError, AttributeError, RecursionError):
        by_jinja = None
    try:
        return form and form(dict(names)), by_jinja
    except Exception:
        return None, by_jinja


@dataclass(frozen=True)
class Thing:
    title: str = 'a <b> & "c"'
    body_html: str = "<p>x</p>"
    parts: tuple[str, ...] = ("one", "<two>")


NAMES = {"thing": Thing(), "things": (Thing(), Thing(title="")), "a": "A&", "b": "", "url": "u/{}".format}


@pytest.mark.parametrize("template", [*VIEWS, *TEXT_VIEWS])
def test_every_packaged_template_is_flat_and_gives_what_jinja_gives(template, monkeypatch):
    theme = Theme.open(Path("nowhere"))
    view = sample.views()[template.replace(".txt", ".html")]

    assert theme._quick_form(template)
    quick = theme.render(template, view)
    assert theme._quick_form(template), "it failed and was left to Jinja"

    monkeypatch.setattr(theming.flat, "flattened", lambda *_: None)
    assert quick == Theme.open(Path("nowhere")).render(template, view)


@pytest.mark.parametrize(
    ("base", "page"),
    [
        ("{% block a %}{{ a }}{% endblock %}", '{% extends "base.html" %}'),
        (
            "[{% block a %}{{ a }}{% endblock %}]",
            '{% extends "base.html" %}{% block a %}<{{ super() }}>{% endblock %}',
        ),
        (
            "{% block a %}{% block b %}{{ b }}{% endblock %}, {{ self.b() }}{% endblock %}{{ self.b() }}",
            '{% extends "base.html" %}{% block b %}{{ thing.title }}{% endblock %}',
        ),
        (
            "{{ x }}{% block a %}{{ x }}{% endblock %}",
            '{% extends "base.html" %}{% set x = a ~ thing.title %}',
        ),
        (
            "{% for a in thing.parts %}{% include 'part.html' %}{% endfor %}",
            "{% set b = 2 %}{% include 'base.html' %}{{ b }}",
        ),
        ("{% set a = 3 %}{{ a }}", "{{ a }}{% include 'base.html' %}{{ a }}"),
        (
            "{% if loop is defined %}{{ loop.index }}{% endif %}",
            "{% for x in things %}{% include 'base.html' %}{% endfor %}",
        ),
        (
            "{% for x in things %}{% block a %}{{ x is defined }}{% endblock %}{% endfor %}",
            '{% extends "base.html" %}',
        ),
        (
            "{% block a %}{% set a = 1 %}{% block b %}{{ a }}{% endblock %}{% endblock %}",
            '{% extends "base.html" %}',
        ),
        (
            "{{ self.a() }}{% block a %}{{ a }}{% endblock %}{% set a = 1 %}{{ self.a() }}",
            '{% extends "base.html" %}',
        ),
        ("{% block a %}{% endblock %}", 'before {% extends "base.html" %}{% block a %}{{ a }}{% endblock %}'),
        ("{{ thing.body_html }}{{ thing.nothing is defined }}{{ {'x': 1}.x }}", '{% include "base.html" %}'),
        ("{% macro url(x) %}<{{ x }}>{% endmacro %}", '{% from "base.html" import url %}{{ url(a) }}'),
        ("{{ url(a) }}", "{% with url = 'x'.upper %}{{ url() }}{% endwith %}{% include 'base.html' %}"),
        ("{% autoescape false %}{{ thing.title }}{% endautoescape %}", '{% include "base.html" %}'),
        ("{% filter upper %}{% include 'part.html' %}{% endfilter %}", '{% include "base.html" %}'),
        ("{% extends 'page.html' %}", '{% extends "base.html" %}'),
        ("{% include 'page.html' %}", '{% include "base.html" %}'),
    ],
)
def test_a_template_says_what_it_says_to_jinja(base, page):
    quick, by_jinja = both({"base.html": base, "page.html": page, "part.html": "({{ a }}{{ b }})"}, NAMES)

    assert quick in (None, by_jinja)


def test_text_is_not_escaped_where_its_template_is_none_of_html():
    assert both({"page.txt": "{{ thing.title }}"}, NAMES, "page.txt") == (Thing.title, Thing.title)


def test_a_part_that_escapes_in_another_way_is_left_to_jinja():
    templates = {"page.html": "{% include 'part.txt' %}", "part.txt": "{{ thing.title }}"}

    assert both(templates, NAMES) == (None, Thing.title)


words = st.sampled_from(
    ["a", "b", "x", "thing.title", "thing.body_html", "url(a)", "x is defined", "loop.index"]
)
plain = words.map("{{{{ {} }}}}".format) | st.sampled_from(
    ["text\n", "<hr>", "{{ self.one() }}", "{{ super() }}"]
)
settings = st.tuples(st.sampled_from("abx"), words).map(lambda told: "{{% set {} = {} %}}".format(*told))


def nested(inner):
    body = st.lists(inner, max_size=3).map("".join)
    return st.one_of(
        body.map("{{% for x in things %}}{}{{% endfor %}}".format),
        body.map("{{% with a = thing.title %}}{}{{% endwith %}}".format),
        body.map("{{% if x is defined %}}{}{{% else %}}no{{% endif %}}".format),
        body.map("{{% set a %}}{}{{% endset %}}".format),
        body.map("{{% filter upper %}}{}{{% endfilter %}}".format),
        body.map("{{% block one %}}{}{{% endblock %}}".format),
        body.map("{{% block two %}}{}{{% endblock %}}".format),
    )


def bodies_of(leaves):
    return st.lists(st.recursive(leaves, nested, max_leaves=6), max_size=4).map("".join)


parts = bodies_of(plain | settings)
bodies = bodies_of(plain | settings | st.just("{% include 'part.html' %}"))


@given(base=bodies, page=bodies, part=parts, extends=st.booleans())
def test_any_template_is_left_to_jinja_or_says_the_same(base, page, part, extends):
    above = '{% extends "base.html" %}' if extends else ""
    templates = {"base.html": base, "page.html": above + page, "part.html": part}

    quick, by_jinja = both(templates, NAMES)

    assert quick in (None, by_jinja)


def test_what_jinja_would_say_of_a_fault_is_said(tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "page.html").write_text("{% if page.nothing is defined %}{% else %}fine{% endif %}")
    theme = Theme.open(folder)

    assert theme.render("page.html", replace(sample.views()["page.html"])) == "fine"
