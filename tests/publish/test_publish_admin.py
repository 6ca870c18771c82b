"""The editor in a browser: what it lets people fill in is what our files take."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from builder.config import parse
from builder.content import editions, forms, items, pages
from builder.errors import ConfigError, ContentError
from builder.model import WRITTEN, Edition, Item, StaticPage
from builder.publish import admin

CONFIG = """\
site: {title: "The <Small> Brief", url: https://brief.example/repo/}
sections: [Policy, Research]
tags: [feeds, mail]
admin: {repo: example/brief%s}
"""
NOUNS = {"items": Item, "editions": Edition, "pages": StaticPage}
NOT_WRITTEN = {"path", "body", "extra", "intro", "slug"}
"""Of the nouns: where a file is, what is below its front matter, and what is not ours."""


def config(tmp_path, more: str = ""):
    return parse((CONFIG % more).encode(), tmp_path)


def settings(tmp_path, more: str = "") -> dict:
    return yaml.safe_load(admin.settings(config(tmp_path, more)))


def collection(told: dict, name: str) -> dict:
    return next(one for one in told["collections"] if one["name"] == name)


@pytest.mark.parametrize("form", forms.FORMS, ids=lambda form: form.name)
def test_every_key_of_a_file_is_a_field_or_one_that_only_programs_write(form):
    shown = {field.name for field in form.fields} - {"body"}
    known = {field.name for field in fields(NOUNS[form.name])} - NOT_WRITTEN

    assert shown <= known
    assert known - shown == forms.MADE[form.name] - {"mail"}


@pytest.mark.parametrize("form", forms.FORMS, ids=lambda form: form.name)
def test_what_may_be_chosen_is_what_a_file_may_say(form):
    for field in form.fields:
        if field.name == "status":
            assert field.choices == tuple(status.value for status in WRITTEN)
        elif field.choices:
            raise AssertionError(field.name)


def test_fields_stand_in_the_order_of_the_file_and_the_text_is_edited_as_markdown(tmp_path):
    told = collection(settings(tmp_path), "items")
    names = [field["name"] for field in told["fields"]]

    assert names[:6] == ["id", "title", "status", "date", "section", "tags"]
    assert next(field for field in told["fields"] if field["name"] == "body")["modes"] == ["raw"]
    assert {field["name"] for field in told["fields"] if field["widget"] == "hidden"} == forms.MADE["items"]


def test_sections_and_tags_are_those_of_the_config(tmp_path):
    by_name = {field["name"]: field for field in collection(settings(tmp_path), "items")["fields"]}

    assert [one["value"] for one in by_name["section"]["options"]] == ["policy", "research"]
    assert by_name["tags"]["options"] == ["feeds", "mail"]


@pytest.mark.parametrize(("cms", "widget"), [("sveltia", "relation"), ("decap", "string")])
def test_an_editions_items_are_a_list_of_single_fields_none_of_which_may_be_empty(tmp_path, cms, widget):
    told = settings(tmp_path, f", cms: {cms}")
    by_name = {field["name"]: field for field in collection(told, "editions")["fields"]}
    title, listed = by_name["parts"]["fields"]

    assert (title["name"], title["required"]) == ("title", False)
    # `multiple` drops what it has not loaded, and what may be empty is dropped where it has a note.
    assert "field" in listed and "fields" not in listed
    assert listed["field"]["widget"] == widget
    assert "multiple" not in listed["field"] and listed["field"].get("required", True)


def test_patterns_are_what_a_browser_can_read(tmp_path):
    for one in settings(tmp_path)["collections"]:
        for field in one["fields"]:
            if "pattern" in field:
                re.compile(field["pattern"][0])


@pytest.mark.parametrize(
    ("more", "name", "mode"),
    [
        ("", "github", "simple"),
        (", workflow: true", "github", "editorial_workflow"),
        (", backend: gitlab", "gitlab", "simple"),
        (", backend: git-gateway, cms: decap", "git-gateway", "simple"),
    ],
)
def test_backend_and_workflow_are_those_of_the_config(tmp_path, more, name, mode):
    told = settings(tmp_path, more)

    assert (told["backend"]["name"], told["publish_mode"]) == (name, mode)
    assert told["backend"].get("repo", "example/brief") == "example/brief"
    assert "local_backend" not in told


def test_work_on_ones_own_machine(tmp_path):
    assert settings(tmp_path, ", backend: local, cms: decap")["local_backend"] is True
    assert "http://localhost:8081" in admin.policy(config(tmp_path, ", backend: local, cms: decap"))


def test_page_is_not_indexed_and_loads_one_file_by_its_version_and_digest(tmp_path):
    for cms, script in admin.SCRIPTS.items():
        html = admin.page(config(tmp_path, f", cms: {cms}"))

        assert '<meta name="robots" content="noindex, nofollow">' in html
        assert f'src="https://unpkg.com/{script.package}@{script.version}/{script.file}"' in html
        assert f'integrity="{script.integrity}" crossorigin="anonymous"' in html
        assert "The &lt;Small&gt; Brief" in html
        assert html.count("<script") == 1


def test_page_may_load_no_other_package_and_a_vendored_one_nothing_from_elsewhere(tmp_path):
    away = admin.policy(config(tmp_path))
    here = admin.policy(config(tmp_path, ", vendor: true"))

    assert "script-src 'self' https://unpkg.com/@sveltia/cms@0.221.1/;" in away
    assert "unpkg.com" not in here
    assert "'unsafe-eval'" not in away
    assert "font-src 'self' data: https://cdn.jsdelivr.net/fontsource/;" in here
    assert "script-src 'self' 'unsafe-eval';" in admin.policy(config(tmp_path, ", vendor: true, cms: decap"))
    assert "default-src 'none'" in away


def test_repository_must_be_told(tmp_path):
    with pytest.raises(ConfigError, match="which repository"):
        admin.files(parse(CONFIG.replace("repo: example/brief%s", "branch: main").encode(), tmp_path))
    with pytest.raises(ConfigError, match="git-gateway"):
        config(tmp_path, ", backend: git-gateway")


DECAP = """\
---
id: b6968a2e29
title: DMARC joins the standards track as RFC 9989, at last
status: approved
date: 2026-11-19T08:30:00.000Z
section: email
tags:
  - newsletters
source:
  feed: field-notes-mail
  name: "Field Notes: Mail"
  url: https://brief.example/samples/articles/dmarc-standard.html
  author: The Briefpress project
  published: 2026-11-19T08:30:00.000Z
tldr: DMARC, the check that ties a message to the domain in its From line,
  became a Proposed Standard in May 2026 with RFC 9989.
by: extract/1
mine:
  a: 1
  b:
    - x
    - y
---
## TL;DR Summary of DMARC joins the standards track as RFC 9989

One sentence.
"""
"""As Decap CMS 3.16.3 wrote it."""


def test_what_a_browser_wrote_is_read_as_what_was_there():
    item = items.parse(DECAP, "content/items/2026/x.md")
    again = items.parse(items.dump(item), item.path)

    assert again == item
    assert (item.tags, item.source.name) == (("newsletters",), "Field Notes: Mail")
    assert item.date == item.source.published
    assert item.tldr.startswith("DMARC, the check that ties") and item.tldr.endswith("RFC 9989.")
    assert item.extra == {"mine": {"a": "1", "b": ("x", "y")}}


@pytest.mark.parametrize("status", [status.value for status in WRITTEN])
def test_whatever_is_chosen_is_taken(status):
    assert items.parse(DECAP.replace("approved", status), "x.md").status == status
    with pytest.raises(ContentError):
        items.parse(DECAP.replace("approved", "published"), "x.md")
    assert (
        pages.parse(f"---\ntitle: About\nstatus: {status}\n---\n", "content/pages/about.md").status == status
    )


def test_edition_of_a_browser_keeps_its_items():
    text = (
        "---\nnumber: 1\ntitle: A new title\ndate: 2026-11-23T09:00:00.000Z\n"
        "parts:\n  - title: Email\n    items:\n"
        "      - b6968a2e29\n      - item: 01883482f5\n        note: Short.\n---\nHello.\n"
    )

    assert [one.item for one in editions.parse(text, "x.md").parts[0].items] == ["b6968a2e29", "01883482f5"]


def test_what_is_fetched_for_tests_is_what_is_pinned():
    told = (Path(__file__).resolve().parents[2] / "Makefile").read_text(encoding="utf-8")

    for script in admin.SCRIPTS.values():
        assert f"{script.package}@{script.version}" in told
