"""What files say of their own past."""

from datetime import UTC, datetime

import pytest
import worlds

from builder.content import editions, items, pages
from builder.errors import ContentError
from builder.model import Correction

MORE = """\
corrections:
  - date: 2026-11-22
    text: A number was wrong.
aliases: [2019/old, /older.html, 2019/old/]
"""


def test_corrections_and_aliases_are_read_from_items_and_written_back():
    item = items.parse(worlds.item(1, more=MORE), worlds.item_file(1))

    assert item.corrections == (
        Correction(date=datetime(2026, 11, 22, tzinfo=UTC), text="A number was wrong."),
    )
    assert item.aliases == ("2019/old/", "older.html")
    assert item.updated == datetime(2026, 11, 22, tzinfo=UTC)
    assert items.parse(items.dump(item), item.path) == item


def test_corrections_and_aliases_are_read_from_editions_and_written_back():
    text = worlds.edition(1, [1]).replace("parts:", f"{MORE}parts:")
    edition = editions.parse(text, "content/editions/0001.md")

    assert (len(edition.corrections), edition.aliases) == (1, ("2019/old/", "older.html"))
    assert editions.parse(editions.dump(edition), edition.path) == edition


def test_a_page_has_aliases_too():
    page = pages.parse("---\ntitle: About\naliases: [us]\n---\n", "content/pages/about.md")

    assert page.aliases == ("us/",)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("aliases: [../up/]", "`aliases.0` is `../up/`, no place in this site"),
        ("aliases: ['https://a.example/']", "no place in this site"),
        ("aliases: [a//b]", "no place in this site"),
        ("aliases: [.git/]", "no place in this site"),
        ("corrections: [Wrong.]", "`corrections.0` is not a correction"),
        ("corrections:\n  - date: 2026-11-22", "`corrections.0.text` is missing"),
        ("corrections:\n  - text: Wrong.\n    date: soon", "`corrections.0.date` is `soon`, not a time"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_line(more, said):
    with pytest.raises(ContentError) as caught:
        items.parse(worlds.item(1, more=f"{more}\n"), worlds.item_file(1))

    assert said in str(caught.value)
    assert worlds.item_file(1) + ":" in str(caught.value)
