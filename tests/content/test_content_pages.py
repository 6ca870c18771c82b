import pytest

from builder.content import pages
from builder.errors import ContentError


def test_a_page_is_named_by_its_file() -> None:
    page = pages.parse(
        "---\ntitle: About us\ndescription: Who.\nmenu: 2\n---\n\nWe.", "content/pages/About Us.md"
    )

    assert (page.slug, page.title, page.description) == ("about-us", "About us", "Who.")
    assert (page.body, page.extra) == ("We.\n", {"menu": "2"})


def test_a_page_in_a_folder_is_named_by_both() -> None:
    assert pages.parse("---\ntitle: A\n---\n", "content/pages/docs/start.md").slug == "docs/start"


def test_a_page_may_show_what_a_conflict_looks_like() -> None:
    text = "---\ntitle: A\n---\n```\n<<<<<<< HEAD\n```\n"

    assert "<<<<<<< HEAD" in pages.parse(text, "content/pages/a.md").body


def test_a_page_needs_a_title() -> None:
    with pytest.raises(ContentError, match=r"content/pages/a\.md:2: `title` is empty"):
        pages.parse("---\ntitle:\n---\n", "content/pages/a.md")
