"""What is fuzzed: functions of bytes that hold a law for every input, and seeds of our own to begin from.

Each raises AssertionError where the law is broken; any other exception but those of `builder.errors` is a
fault too.
"""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from html.parser import HTMLParser
from pathlib import Path

from builder.config import parse as parse_config
from builder.content import editions, frontmatter, items
from builder.errors import ConfigError, ContentError, SourceError
from builder.ingest.entries import moment
from builder.ingest.feeds import parse_feed
from builder.model import Status
from builder.render.markup import to_html
from builder.summary import dates
from builder.text import slug

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_IGNORED = re.compile(r"^[\0-\x20]+|[\t\r\n]")
"""What browsers leave out of an address before they look for its scheme (WHATWG URL, 4.4)."""
_FORBIDDEN = frozenset(
    [
        "script",
        "style",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "meta",
        "link",
        "svg",
        "math",
        "template",
    ]
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def feed(data: bytes) -> None:
    """A feed is read or refused; ids are told apart, and addresses are of the web."""
    try:
        read = parse_feed(data, "application/xml", "https://feed.example/feed.xml", "feed")
    except SourceError:
        return
    ids = [entry.id for entry in read.entries]
    assert len(ids) == len(set(ids))
    for entry in read.entries:
        assert not entry.url or re.match(r"https?://", entry.url), entry.url
        for time in (entry.published, entry.updated):
            assert time is None or time.utcoffset() == timedelta(0)


class _Looked(HTMLParser):
    """Raises AssertionError where markup could do something."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in _FORBIDDEN, tag
        for name, value in attrs:
            assert not name.startswith("on") and name not in ("style", "srcdoc", "formaction"), name
            if name in ("href", "src", "cite", "poster", "background"):
                scheme = _SCHEME.match(_IGNORED.sub("", value or ""))
                assert not scheme or scheme[1].lower() in ("http", "https", "mailto", "tel"), value


def markup(data: bytes) -> None:
    """Whatever is written in Markdown, its HTML does nothing."""
    looked = _Looked()
    looked.feed(to_html(data.decode("utf-8", "replace")))
    looked.close()


def item(data: bytes) -> None:
    """An item's file is read or refused; a key that is changed changes nothing else."""
    text = data.decode("utf-8", "replace")
    try:
        read = items.parse(text, "content/items/2026/a.md")
        changed = frontmatter.replace(text, "title", "Another title", "a.md")
    except ContentError:
        return
    again = items.parse(changed, "content/items/2026/a.md")
    # What was approved under the other title is approved no more.
    assert replace(again, title=read.title, status=read.status, review=read.review) == read
    assert again.status in (read.status, Status.CHANGED)


def edition(data: bytes) -> None:
    """An edition's file is read or refused; what is read is written and read alike."""
    try:
        read = editions.parse(data.decode("utf-8", "replace"), "content/editions/0001.md")
    except ContentError:
        return
    again = editions.parse(editions.dump(read), "content/editions/0001.md")
    assert (again.number, again.title, again.parts) == (read.number, read.title, read.parts)


def date(data: bytes) -> None:
    """A date is a time in UTC, or none; those in a text are found without a fault."""
    text = data.decode("utf-8", "replace")
    found = moment(text)
    assert found is None or found.tzinfo is UTC or found.utcoffset() == timedelta(0)
    for language in ("en", "de", "fr", "es", "xx"):
        for one in dates.find(text[:2000], language):
            assert dates.says(one, one)


def name(data: bytes) -> None:
    """A slug is made of a safe alphabet, and is its own slug."""
    text = data.decode("utf-8", "replace")
    made = slug(text)
    assert _SLUG.fullmatch(made), made
    assert slug(made) == made
    path = items.path_of("0123456789", text, moment("2026-11-20T09:30:00Z") or _never(), ())
    assert Path(path).as_posix() == path
    assert ".." not in path
    assert path.startswith("content/items/2026/")


def config(data: bytes) -> None:
    """A config is read, or all its faults are told, each with words."""
    try:
        parse_config(data, Path("/nowhere"))
    except ConfigError as error:
        assert error.faults
        assert all(fault.message and fault.line >= 0 for fault in error.faults)


def _never() -> None:
    raise AssertionError("a plain date was not read")


_ITEM = b"""---
id: 0123456789
title: "A title: with a colon"
status: approved
date: 2026-11-20T09:30:00Z
tags: [feeds, 'open web']
source:
  feed: example
  name: Example
  url: https://example.org/1
  published: 2026-11-20T08:00:00Z
tldr: >-
  One sentence
  says it.
by: extract/1
---
## TL;DR Summary of A title

One sentence says it.
"""
_EDITION = b"""---
number: 1
title: One
date: 2026-11-20T00:00:00Z
parts:
  - title: Policy
    items: [0123456789, {item: 1123456789, note: "Read this"}]
---
Hello.
"""
_CONFIG = b"""# yaml-language-server: $schema=.briefpress/config.schema.json
site: {title: 2026, url: https://brief.example/a, language: en, timezone: Europe/Berlin}
feeds:
  - https://example.org/feed.xml
  - &one {url: samples/feed.xml, name: One, tags: "a, b", max_age_days: 0}
sections: [Policy, {title: Tools, slug: tools, max_items: 3}]
summary: {sections: 4, language: de}
fetch: {allow_hosts: ["127.0.0.1:8080", "[::1]:80"], timeout_s: 5.5}
build: {static: {static: "", photos: images}, accent: {light: '#0b5c4b', dark: '#5fd0b4'}}
run: {mail: true, mail_days: [friday], mail_from: '07:23'}
"""
_RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Notes</title>
<link>https://notes.example/</link><item><title>A &amp; B</title><guid isPermaLink="false">1</guid>
<link>/1?utm_source=feed</link><pubDate>Fri, 20 Nov 2026 09:30:00 +0100</pubDate>
<description><![CDATA[<p onclick="x()">Text &mdash; <a href="javascript:y()">link</a></p>]]></description>
<content:encoded>&lt;p&gt;More&lt;/p&gt;</content:encoded></item></channel></rss>"""
_ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://a.example/"><title>N</title>
<id>urn:x</id><updated>2026-11-20T09:30:00Z</updated><entry><id>urn:x:1</id>
<title type="html">&lt;b&gt;T&lt;/b&gt;</title><link href="1"/><updated>2026-11-20T09:30:00.5+02:00</updated>
<content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>One</p></div></content></entry></feed>"""
_MARKDOWN = b"""# Title {#id}

A [link](https://example.org "t"), <https://example.org>, ![p](a.png), **b**, `c`, <b onclick=x>raw</b>.

- one
    - two

| a | b |
| - | - |
| 1 | 2 |

> [ref]: javascript:alert(1)

```html
<script>x</script>
```

[ref]: <javascript:x> 'y'
<details><summary>s</summary>&#x6a;avascript:</details> [x](java\tscript:y) [z](data:text/html,<script>)
"""
TARGETS: dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {
    "feed": (feed, (_RSS, _ATOM)),
    "markup": (markup, (_MARKDOWN,)),
    "item": (item, (_ITEM,)),
    "edition": (edition, (_EDITION,)),
    "date": (
        date,
        (
            b"Fri, 20 Nov 2026 09:30:00 +0100",
            b"2026-11-20T09:30:00.123Z",
            "Am 3. März 2026 und am 4.5.".encode(),
            b"20 de noviembre de 2026, le 1er janvier",
            b"Mon, 31 Feb 2026 25:61:61 PST",
        ),
    ),
    "name": (
        name,
        ("Grüße aus Łódź".encode(), "日本語 と ١٢٣".encode(), b"../../etc/passwd", b"CON.txt", b"a" * 300),
    ),
    "config": (config, (_CONFIG,)),
}
"""By name: what is called, and what is changed to call it with."""

_TOKENS = tuple(
    token.encode()
    for token in (
        *(
            "<",
            ">",
            "&",
            '"',
            "'",
            "\\",
            "/",
            ":",
            ": ",
            "- ",
            "---\n",
            "\n",
            "\r\n",
            "\t",
            "\0",
            "\u2028",
            "\ufeff",
        ),
        *(
            "&#0;",
            "&amp;",
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "<script>",
            "</p>",
            "javascript:",
            "onload=",
            "{{",
            "%}",
        ),
        *(
            "!!python/object:x",
            "&a ",
            "*a",
            "[",
            "]",
            "{",
            "}",
            "|",
            ">-",
            "~",
            "null",
            "no",
            "0x1F",
            "1e999",
            "9" * 40,
        ),
        *(
            "2026-02-30",
            "24:00",
            "+99:99",
            "../",
            "%2e%2e",
            "é",
            "\u0301",
            "🙂",
            "ﬁ",
            "İ",
            "\ud7ff",
            "١",
            "`",
            "**",
            "# ",
        ),
    )
)


def changed(seed: bytes, rng: random.Random) -> bytes:
    """`seed` after a few changes: pieces taken out, doubled, moved, put in, single bytes turned."""
    data = bytearray(seed)
    for _ in range(rng.randint(1, 6)):
        at = rng.randint(0, len(data))
        to = min(len(data), at + rng.choice((1, 2, 8, 40)))
        match rng.randrange(5):
            case 0:
                del data[at:to]
            case 1:
                data[at:at] = data[at:to] * rng.choice((1, 2, 50))
            case 2:
                data[at:at] = rng.choice(_TOKENS)
            case 3 if data:
                data[at % len(data)] = rng.randrange(256)
            case _:
                piece = data[at:to]
                del data[at:to]
                there = rng.randint(0, len(data))
                data[there:there] = piece
    return bytes(data)
