"""Small newsletters as text, for tests that need a whole one."""

from datetime import UTC, datetime

from builder.model import Article, Block, BlockKind, Completeness, Summary, Unit
from builder.summary import evidence as evidence_files

CONFIG = """\
site:
  title: The Small Brief
  url: https://brief.example/
  timezone: Europe/Berlin
  description: A newsletter made for tests.
sections: [Policy, Research]
feeds: []
editorial:
  publish: {publish}
build:
  page_size: 3
  home_items: 4
"""


def config(publish: str = "items") -> str:
    return CONFIG.format(publish=publish)


def item(
    number: int,
    *,
    title: str = "",
    status: str = "approved",
    tags: str = "[feeds]",
    section: str = "policy",
    text: str = "One sentence says it.",
    day: int = 1,
    feed: str = "example",
    story: int = 0,
    more: str = "",
) -> str:
    """An item file; `number` gives its id, `story` is the number of the item that opened its story.

    `more` are further lines of its front matter.
    """
    return f"""\
---
id: {item_id(number)}
title: {title or f"Item {number}"}
status: {status}
date: 2026-11-{day:02}T09:30:00Z
section: {section}
tags: {tags}{f"{chr(10)}story: {item_id(story)}" if story else ""}
source:
  feed: {feed}
  name: Example
  url: https://example.org/{number}
  published: 2026-11-{day:02}T08:00:00Z
tldr: {text}
by: extract/1
{more}---
## TL;DR Summary of Item {number}

{text}
"""


def evidence(text: str, source: str = "") -> str:
    """The evidence of an item that says `text`, which rests on the sentence `source`, or on its own."""
    article = Article(
        url="https://example.org/1",
        title="",
        blocks=(Block(BlockKind.PARAGRAPH, f"Not this one. {source or text}"),),
        completeness=Completeness.FULL,
        language="en",
    )
    summary = Summary(
        tldr=(Unit(text=text, sources=(1,)),), headline="", passages=(), language="en", by="extract/1"
    )
    return evidence_files.dump(article, summary, datetime(2026, 11, 20, tzinfo=UTC))


def item_id(number: int) -> str:
    return f"{number:010x}"


def item_file(number: int, day: int = 1) -> str:
    return f"content/items/2026/2026-11-{day:02}-item-{number}.md"


def edition(number: int, items: list[int], *, published: bool = True) -> str:
    lines = "\n".join(f"      - {item_id(one)}" for one in items)
    return f"""\
---
number: {number}
title: "Edition {number}"
date: 2026-11-20T00:00:00Z
{"published: 2026-11-20T09:00:00Z" if published else ""}
parts:
  - title: Policy
    items:
{lines}
---
Hello.
"""
