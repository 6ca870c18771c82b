"""The schema that editors complete from, and docs/config.md."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from builder.config import parse, schema
from builder.config.keys import every_key
from builder.errors import ConfigError

REPOSITORY = Path(__file__).resolve().parents[2]
SHORT = """
site: {title: 2026, url: https://brief.example}
feeds:
  - https://example.org/feed.xml
  - {url: samples/feed.xml, name: 3.5, tags: "a, b", include: [x, 2026], exclude: no, max_age_days: 0}
sections: [Policy, {title: Tools, slug: tools}, 2026]
summary: {sections: 4, language: de}
fetch: {allow_hosts: ["127.0.0.1:8080"], timeout_s: 5}
build: {static: {static: "", photos: images}}
"""


def rows() -> dict[str, list[str]]:
    """The rows of the tables of docs/config.md: key → its other cells."""
    text = (REPOSITORY / "docs" / "config.md").read_text(encoding="utf-8")
    cells = [re.split(r" *(?<!\\)\| *", line)[1:-1] for line in text.splitlines() if line.startswith("| `")]
    return {key.strip("`"): rest for key, *rest in cells}


def errors(document: object) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema())
    return [error.message for error in validator.iter_errors(document)]


def test_the_schema_is_one_and_every_key_says_what_it_means() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert all(field.description for field in every_key().values())


def test_short_forms_are_valid_for_the_schema_and_for_us() -> None:
    assert errors(yaml.safe_load(SHORT)) == []
    assert parse(SHORT.encode(), Path("/nowhere")).feeds[1].name == "3.5"


def test_examples_are_valid() -> None:
    for example in schema()["examples"]:
        assert errors(example) == []
        parse(yaml.safe_dump(example).encode(), Path("/nowhere"))


def test_the_newsletter_of_this_repository_is_valid() -> None:
    data = (REPOSITORY / "config.yaml").read_bytes()
    assert errors(yaml.safe_load(data)) == []
    assert parse(data, REPOSITORY).feeds


@pytest.mark.parametrize(
    "broken", ["post: {}", "build: {page_size: 0}", "editorial: {publish: all}", "feeds: x"]
)
def test_what_the_schema_refuses_we_refuse(broken: str) -> None:
    source = f"site: {{title: x, url: https://a.example/}}\n{broken}\n"
    assert len(errors(yaml.safe_load(source))) == 1
    with pytest.raises(ConfigError):
        parse(source.encode(), Path("/nowhere"))


def test_every_key_is_in_the_docs_and_the_reverse() -> None:
    text = (REPOSITORY / "docs" / "config.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^## `(\w+)`$", text, re.MULTILINE))
    assert headings | set(rows()) == set(every_key())


def test_the_docs_state_the_defaults() -> None:
    def told(default: Any) -> Any:
        return list(default) if isinstance(default, tuple) else default

    for key, (_, default, _, _) in rows().items():
        field = every_key()[key]
        if field.is_required():
            assert default == "required", key
        elif field.default is not None:
            assert yaml.safe_load(default.strip("`")) == told(field.default), key


def test_the_examples_of_the_docs_are_accepted() -> None:
    for key, (*_, example) in rows().items():
        part, _, name = key.partition(".")
        *above, last = name.split(".")
        inner: Any = {last: yaml.safe_load(example.strip("`"))}
        for outer in reversed(above):
            inner = {outer: inner}
        known = {
            "site": {"title": "x", "url": "https://a.example/"},
            "feeds": {"url": "a.xml"},
            "sections": {"title": "x"},
        }
        entry = (known.get(part.removesuffix("[]"), {}) | inner) if name else inner[""]
        document = {"site": known["site"], "sections": [{"title": "Policy"}]}
        document[part.removesuffix("[]")] = [entry] if part.endswith("[]") else entry
        parse(yaml.safe_dump(document).encode(), Path("/nowhere"))
