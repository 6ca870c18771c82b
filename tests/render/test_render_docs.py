"""docs/templates.md tells all that a template may use, and nothing else."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from builder.render import theme, views, wording
from builder.render.views import VIEWS, View

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^#{2,3} (.+?)\n(.*?)(?=^#{2,3} |\Z)", PAGE, re.MULTILINE | re.DOTALL))
KINDS = {
    kind.__name__: kind for kind in vars(views).values() if is_dataclass(kind) and not issubclass(kind, View)
}
BASE = [field.name for field in fields(View)]


def rows(section):
    """The first cells of the tables in `section`, with the kinds beside them."""
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]*?) \|", SECTIONS[section], re.MULTILINE))


def kind_of(field):
    """What the page should call the type of `field`."""
    base = str(getattr(field.type, "__name__", field.type))
    words = str(field.type)
    for name in KINDS:
        if re.search(rf"\b{name}\b", words):
            linked = f"[{name}](#{name.lower()})"
            return (
                f"list of {linked}"
                if "tuple" in words
                else f"{linked} or none"
                if "None" in words
                else linked
            )
    if field.name.endswith("_html"):
        return "markup"
    if "datetime" in words:
        return "time or none" if "None" in words else "time"
    if words == "tuple[str, ...]":
        return "list of text"
    return {"str": "text", "int": "number", "bool": "true or false"}[base]


@pytest.mark.parametrize("name", VIEWS)
def test_every_variable_of_a_template_is_told(name):
    told = rows(name)
    expected = [field for field in fields(VIEWS[name]) if field.name not in BASE]

    assert list(told) == [field.name for field in expected]
    assert list(told.values()) == [kind_of(field) for field in expected]


@pytest.mark.parametrize("name", KINDS)
def test_every_field_of_a_kind_is_told(name):
    told = {field: kind.replace("path", "text") for field, kind in rows(name).items()}

    assert told == {field.name: kind_of(field) for field in fields(KINDS[name])}


def test_what_all_templates_see_is_told():
    assert list(rows("What each template sees")) == BASE


def test_every_function_and_form_of_date_is_told():
    calls = re.findall(r"^\| `(\w+)\(", SECTIONS["Functions"], re.MULTILINE)

    assert sorted(calls) == list(theme.FUNCTIONS)
    assert all(f"`{form}`" in SECTIONS["Functions"] for form in wording.FORMS)


def test_every_block_and_part_is_told():
    sources = {path: path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")}
    blocks = {name for text in sources.values() for name in re.findall(r"{% block (\w+) %}", text)}
    parts = {
        path.relative_to(ROOT / "templates").as_posix() for path in sources if path.parent.name == "parts"
    }

    assert set(rows("Change one block")) == blocks | parts


def test_every_language_is_told():
    languages = {path.stem for path in (ROOT / "templates" / "messages").glob("*.json")}

    assert all(f"`{language}`" in SECTIONS["Words"] for language in languages)
