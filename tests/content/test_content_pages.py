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


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("[m](mail.md)", "[m](/mail/)"),
        ("[m](mail.md#how-good-how-fast)", "[m](/mail/#h_how-good-how-fast)"),
        ("[m](../about.md)", "[m](/about/)"),
        ("[m](other/x_y.md 'T')", "[m](/docs/other/x-y/ 'T')"),
        ("[m](#here)", "[m](#h_here)"),
        ("[m](#h_here)", "[m](#h_here)"),
        ("[m][1]\n\n[1]: mail.md", "[m][1]\n\n[1]: /mail/"),
        ("`[m](mail.md)`", "`[m](mail.md)`"),
        ("```\n[m](mail.md)\n```", "```\n[m](mail.md)\n```"),
        ("[m](https://x.example/mail.md)", "[m](https://x.example/mail.md)"),
        ("[m](/mail.md)", "[m](/mail.md)"),
        ("[m](../../../README.md)", "[m](../../../README.md)"),
        ("[m](mail.txt)", "[m](mail.txt)"),
    ],
)
def test_links_to_files_of_other_pages_lead_to_the_pages(link, leads):
    at = (
        "content/pages/docs/a.md"
        if "about" in link or "other" in link or "README" in link
        else "content/pages/a.md"
    )
    page = pages.parse(f"---\ntitle: A\n---\n{link}\n", at)

    assert page.body == f"{leads}\n"
