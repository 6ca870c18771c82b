"""A small newsletter with letters to send, for the tests of the mail room."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from builder.config import Config, parse
from builder.content import editions, items
from builder.mail import letter
from builder.mail.letter import Letter
from builder.model import Edition, Item, Library, Part, Placed
from builder.render import markup
from builder.render.theme import Theme

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
THEME = Theme.open(TEMPLATES / "none")
CONFIG = """\
site:
  title: The Small Brief
  url: https://brief.example/news/
  description: A newsletter made for tests.
sections: [Policy, Research]
mail:
  from_address: desk@brief.example
  unsubscribe: https://brief.example/leave?t={token}
  unsubscribe_mail: leave@brief.example
  postal_address: 1 Sample Street, Sampletown
"""
ITEM = """\
---
id: {id}
title: {title}
status: {status}
date: 2026-11-{day:02}T09:30:00Z
section: policy
source:
  feed: example
  name: Example
  url: https://example.org/{number}
tldr: {tldr}
---
{body}
"""
BODY = """\
## TL;DR Summary of the matter

It says what happened, and [where](https://example.net/there).

## The Small Brief's Overview: What Happened

### The first part

- **Lead:** a point with a [page of ours](/about/).

### Impact

It follows.
"""


def item(number: int, **of: object) -> Item:
    made = {
        "id": f"{number:010x}",
        "title": f"Story number {number} is told",
        "status": "approved",
        "day": number % 28 + 1,
        "number": number,
        "tldr": f"Number {number} was told in one sentence.",
        "body": BODY,
    } | of
    path = f"content/items/2026/2026-11-{made['day']:02}-story-{number}.md"
    return items.parse(ITEM.format(**made), path)


def edition(*parts: tuple[str, tuple[int, ...]], **of: object) -> Edition:
    text = """\
---
number: 7
title: What happened this week
date: 2026-11-20T00:00:00Z
published: 2026-11-20T09:00:00Z
parts:
---
Hello, *reader*: see [the list](https://example.org/list).
"""
    made = editions.parse(text, "content/editions/0007.md")
    placed = tuple(
        Part(title=title, items=tuple(Placed(item=f"{number:010x}") for number in numbers))
        for title, numbers in parts
    )
    return replace(made, parts=placed, **of)


def config(more: str = "", source: str = CONFIG) -> Config:
    return parse((source + more).encode(), Path("/nowhere/newsletter"))


_CONFIG = config()
html_of = cache(markup.to_html)


def library(*items: Item) -> Library:
    return Library(items=items)


def compose(
    made: Edition | None = None,
    items: tuple[Item, ...] = (),
    *,
    config: Config | None = None,
    theme: Theme = THEME,
) -> Letter:
    shown = items or tuple(map(item, range(1, 4)))
    edition_of = made or edition(("Policy", tuple(range(1, len(shown) + 1))))
    return letter.compose(config or _CONFIG, Library(items=shown), edition_of, theme, html_of)
