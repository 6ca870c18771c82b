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
NAMES |= {"y": "why", "parts": ("p", "<q>")}


@pytest.mark.parametrize("template", [*VIEWS, *TEXT_VIEWS])
def test_every_packaged_template_is_flat_and_gives_what_jinja_gives(template, monkeypatch):
    theme = Theme.open(Path("nowhere"))
    view = sample.views()[template.replace(".txt", ".html")]

    assert theme._quick_form(template)
    with monkeypatch.context() as patch:
        patch.setattr(theme._environment, "get_template", lambda _: pytest.fail("it was left to Jinja"))
        quick = theme.render(template, view)
    monkeypatch.setattr(theming.flat, "flattened", lambda *_: None)
    assert quick == Theme.open(Path("nowhere")).render(template, view)


EXTENDS = '{% extends "base.html" %}'


@pytest.mark.parametrize(
    ("base", "page"),
    [
        ("{% block a %}{{ a }}{% endblock %}", EXTENDS),
        (
            "[{% block a %}{{ a }}{% endblock %}]",
            EXTENDS + "{% block a %}<{{ super() }}>{% endblock %}",
        ),
        (
            "{% block a %}{% block b %}{{ b }}{% endblock %}, {{ self.b() }}{% endblock %}{{ self.b() }}",
            EXTENDS + "{% block b %}{{ thing.title }}{% endblock %}",
        ),
        (
            "{{ x }}{% block a %}{{ x }}{% endblock %}",
            EXTENDS + "{% set x = a ~ thing.title %}",
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
            EXTENDS,
        ),
        (
            "{% block a %}{% set a = 1 %}{% block b %}{{ a }}{% endblock %}{% endblock %}",
            EXTENDS,
        ),
        (
            "{{ self.a() }}{% block a %}{{ a }}{% endblock %}{% set a = 1 %}{{ self.a() }}",
            EXTENDS,
        ),
        ("{% block a %}{% endblock %}", 'before {% extends "base.html" %}{% block a %}{{ a }}{% endblock %}'),
        ("{{ thing.body_html }}{{ thing.nothing is defined }}{{ {'x': 1}.x }}", '{% include "base.html" %}'),
        ("{% macro url(x) %}<{{ x }}>{% endmacro %}", '{% from "base.html" import url %}{{ url(a) }}'),
        ("{{ url(a) }}", "{% with url = 'x'.upper %}{{ url() }}{% endwith %}{% include 'base.html' %}"),
        ("{% autoescape false %}{{ thing.title }}{% endautoescape %}", '{% include "base.html" %}'),
        ("{% filter upper %}{% include 'part.html' %}{% endfilter %}", '{% include "base.html" %}'),
        # Here names would be seen that Jinja does not see, or text be kept that it makes anew.
        (
            "{% block b %}[{{ y }}]{% endblock %}",
            EXTENDS + "{% block b %}{% set y = 'child' %}{{ super() }}{% endblock %}",
        ),
        (
            "{% block b %}[{{ y }}]{% endblock %}",
            EXTENDS + "{% block b %}{% for y in parts %}{{ super() }}{% endfor %}{% endblock %}",
        ),
        (
            "{% block b %}[{{ y }}]{% endblock %}",
            EXTENDS + "{% block b %}{% with y = 1 %}{{ super() }}{% endwith %}{% endblock %}",
        ),
        (
            "{% block b %}[{{ loop is defined }}]{% endblock %}",
            EXTENDS + "{% block b %}{% for x in parts %}{{ super() }}{% endfor %}{% endblock %}",
        ),
        (
            "{% block b %}{% block c %}{{ y }}{% endblock %}{% endblock %}",
            EXTENDS + "{% block b %}{% set y = 1 %}{{ super() }}{% endblock %}",
        ),
        ("{% block b %}{% include 'asks.html' %}{% set y = 1 %}{% endblock %}", EXTENDS),
        ("{% include 'asks.html' %}{% set y = 1 %}", EXTENDS),
        (
            "{% block b %}{% if a %}{% set y = 1 %}{% endif %}{% include 'asks.html' %}{% endblock %}",
            EXTENDS,
        ),
        (
            "{% block b %}{% if b %}{% set y = 1 %}{% endif %}{% include 'asks.html' %}{% endblock %}",
            EXTENDS,
        ),
        (
            "{% block b %}{% set y %}{% include 'asks.html' %}{% endset %}{{ y }}{% endblock %}",
            EXTENDS,
        ),
        (
            "{% set y = 1 %}{% for x in parts %}{% include 'asks.html' %}{% set y = 2 %}{% endfor %}",
            EXTENDS,
        ),
        ("{% block b %}{{ y }}{% endblock %}{% set y = 1 %}", EXTENDS),
        (
            "{% if b %}{% set y = 1 %}{% endif %}{% block b %}{{ y }}{% endblock %}",
            EXTENDS,
        ),
        (
            "{{ self.b() }}{% block b %}{% endblock %}",
            EXTENDS + "{% set c = cycler('a', 'b') %}{% block b %}{{ c.next() }}{% endblock %}",
        ),
        (
            "{{ self.b() }}{% block b %}{% endblock %}",
            EXTENDS + "{% set c = [] %}{% block b %}{{ c.append(1) }}{{ c }}{% endblock %}",
        ),
        (
            "{{ self.b() }}{% block b %}{% endblock %}",
            EXTENDS + "{% set c = parts | map('upper') %}{% block b %}{{ c | join }}{% endblock %}",
        ),
        (
            "{{ self.b() }}{% block b %}{% endblock %}",
            EXTENDS + "{% set c = joiner('|') %}{% block b %}{{ c() }}x{% endblock %}",
        ),
        (
            "{% block a %}{{ c.append(1) }}{% endblock %}{{ self.b() }}{% block b %}{% endblock %}",
            EXTENDS + "{% set c = [] %}{% block b %}{{ c }}{% endblock %}",
        ),
        (
            "{% if a %}{% set y = 1 %}{% endif %}{{ self.b() }}{% block b %}{{ y }}{% endblock %}",
            EXTENDS,
        ),
        ("{% set y %}[{{ y }}]{% endset %}{{ y }}", EXTENDS + "{% set y = 1 %}"),
        ("{% set y = 2 %}{{ x }}{{ y }}", EXTENDS + "{% set x %}{{ y }}{% endset %}"),
        (
            "{% block b %}{% endblock %}",
            EXTENDS + "{% set y = 1 %}{% block b %}{% set y %}[{{ y }}]{% endset %}{{ y }}{% endblock %}",
        ),
        (
            "{% block b %}{% endblock %}",
            EXTENDS + "{% set y = 1 %}{% block b %}{% for x in parts %}{{ y }}{% endfor %}"
            "{% set y = 2 %}{% endblock %}",
        ),
        (
            "{% block b %}x{% endblock %}",
            EXTENDS + "{% block b %}{{ super(1) }}{% endblock %}",
        ),
        ("{% block b %}x{% endblock %}{{ self.b(1) }}", EXTENDS),
        ("{% extends 'page.html' %}", EXTENDS),
        ("{% include 'page.html' %}", '{% include "base.html" %}'),
    ],
)
def test_a_template_says_what_it_says_to_jinja(base, page):
    parts = {"part.html": "({{ a }}{{ b }})", "asks.html": "<{{ y | default('D') }}>"}
    quick, by_jinja = both({"base.html": base, "page.html": page, **parts}, NAMES)

    assert quick in (None, by_jinja)


def test_text_is_not_escaped_where_its_template_is_none_of_html():
    assert both({"page.txt": "{{ thing.title }}"}, NAMES, "page.txt") == (Thing.title, Thing.title)


def test_a_part_that_escapes_in_another_way_is_left_to_jinja():
    templates = {"page.html": "{% include 'part.txt' %}", "part.txt": "{{ thing.title }}"}

    assert both(templates, NAMES) == (None, Thing.title)


# Of `x` pages know nothing; `a` and `y` are theirs, and may be set by templates too.
words = st.sampled_from(
    [
        *("a", "b", "x", "y", "thing.title", "thing.body_html", "url(a)", "x is defined", "loop.index"),
        *("y | default('D')", "c.next()", "d.append(a)", "d", "loop is defined", "x | default(y)"),
        *("e | join", "d | length"),
    ]
)
plain = words.map("{{{{ {} }}}}".format) | st.sampled_from(
    ["text\n", "<hr>", "{{ self.one() }}", "{{ self.two() }}", "{{ super() }}", "{{ y }}"]
)
settings = st.tuples(st.sampled_from("abxy"), words).map(lambda told: "{{% set {} = {} %}}".format(*told))
makers = st.sampled_from(
    [
        "{% set c = cycler('a', 'b') %}",
        "{% set d = [] %}",
        "{% set e = parts | map('upper') %}",
        "{% set y = 'set' %}",
        "{% set y %}[{{ y }}]{% endset %}",
    ]
)


def nested(inner):
    body = st.lists(inner, max_size=3).map("".join)
    return st.one_of(
        body.map("{{% for x in things %}}{}{{% endfor %}}".format),
        body.map("{{% with a = thing.title %}}{}{{% endwith %}}".format),
        body.map("{{% if x is defined %}}{}{{% else %}}no{{% endif %}}".format),
        body.map("{{% set a %}}{}{{% endset %}}".format),
        body.map("{{% set y %}}{}{{% endset %}}".format),
        body.map("{{% for y in parts %}}{}{{% else %}}{{{{ y }}}}{{% endfor %}}".format),
        body.map("{{% with y = x | default('w') %}}{}{{% endwith %}}".format),
        body.map("{{% if b %}}{}{{% elif thing %}}{{% set x = 1 %}}{{% endif %}}".format),
        body.map("{{% filter upper %}}{}{{% endfilter %}}".format),
        body.map("{{% block one %}}{}{{% endblock %}}".format),
        body.map("{{% block two %}}{}{{% endblock %}}".format),
    )


def bodies_of(leaves):
    return st.lists(st.recursive(leaves, nested, max_leaves=6), max_size=4).map("".join)


parts = bodies_of(plain | settings)
bodies = bodies_of(plain | settings | makers | st.just("{% include 'part.html' %}"))


def extending(bodies):
    """Bodies of templates that extend another: what counts of those are blocks and what is set."""
    block = st.tuples(st.sampled_from(["one", "two"]), bodies)
    blocks = st.lists(block, max_size=2, unique_by=lambda told: told[0]).map(
        lambda found: "".join(f"{{% block {name} %}}{body}{{% endblock %}}" for name, body in found)
    )
    return st.tuples(st.lists(settings | makers, max_size=2).map("".join), blocks).map("".join)


@given(
    base=bodies | st.tuples(parts, extending(bodies), parts).map("".join),
    middle=st.none() | extending(bodies),
    page=bodies | extending(bodies),
    part=parts,
    extends=st.booleans(),
)
def test_any_template_is_left_to_jinja_or_says_the_same(base, middle, page, part, extends):
    above = '{% extends "base.html" %}'
    templates = {"base.html": base, "page.html": page, "part.html": part}
    if middle is not None:
        templates |= {"middle.html": above + middle}
        above = '{% extends "middle.html" %}'
    if extends:
        templates["page.html"] = above + page

    quick, by_jinja = both(templates, NAMES)

    assert quick in (None, by_jinja)


asking = st.sampled_from(
    [
        *("[{{ y }}]", "{{ y | default('D') }}", "{{ loop is defined }}", "{% include 'part.html' %}"),
        *(
            "{{ c.next() }}",
            "{{ d.append(1) }}{{ d }}",
            "{{ e | join }}",
            "{{ self.one() }}",
            "{{ super() }}",
        ),
        *("{% block two %}{{ y }}{{ d }}{% endblock %}", "{% for y in parts %}{{ y }}{% endfor %}"),
    ]
)
around = st.sampled_from(
    [
        *(
            "{}",
            "{{% set y = 1 %}}{}",
            "{}{{% set y = 1 %}}{{{{ y }}}}",
            "{{% for y in parts %}}{}{{% endfor %}}",
        ),
        *("{{% with y = 2 %}}{}{{% endwith %}}", "{{% set y %}}{}{{% endset %}}{{{{ y }}}}"),
        *(
            "{{% if b %}}{{% set y = 3 %}}{{% endif %}}{}",
            "{{% for z in parts %}}{}{{% set y = z %}}{{% endfor %}}",
        ),
    ]
)
placed = st.tuples(around, asking).map(lambda told: told[0].format(told[1]))
block = st.tuples(around, placed).map(
    lambda told: told[0].format("{% block one %}" + told[1] + "{% endblock %}")
)
made = st.lists(makers, max_size=2, unique=True).map("".join)


@given(
    base=st.tuples(st.just("") | placed, block, st.just("") | placed).map("".join),
    page=st.tuples(made, st.just("") | placed.map("{{% block one %}}{}{{% endblock %}}".format)).map("".join),
    part=placed,
)
def test_names_are_seen_where_jinja_sees_them(base, page, part):
    templates = {"base.html": base, "page.html": EXTENDS + page, "part.html": part}

    quick, by_jinja = both(templates, NAMES)

    assert quick in (None, by_jinja)


def test_what_jinja_would_say_of_a_fault_is_said(tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "page.html").write_text("{% if page.nothing is defined %}{% else %}fine{% endif %}")
    theme = Theme.open(folder)

    assert theme.render("page.html", replace(sample.views()["page.html"])) == "fine"


def test_what_a_page_is_like_hangs_on_no_other_page(tmp_path):
    """A page that fails in the quick form is asked of Jinja, and the next one is not."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "page.html").write_text(
        "{% set d = {'x': 1} %}{{ page.title }}{% if not page.indexed %}{{ d.x }}{% endif %}"
    )
    theme = Theme.open(folder)
    view = sample.views()["page.html"]
    shown, hidden = (replace(view, page=replace(view.page, indexed=told)) for told in (True, False))

    first = theme.render("page.html", shown)
    assert theme.render("page.html", hidden) == first + "1"
    theme._environment.get_template = lambda _: pytest.fail("it was left to Jinja")
    assert theme.render("page.html", shown) == first
