"""Newsletters of harbour news, and a model's faithful answers to them."""

from collections.abc import Callable
from html import escape
from pathlib import Path

import worlds
from model_server import Reply, Request, said

PROSE = [
    "The harbour office of Northport opened pier {n} on Monday after two years of work.",
    "Ships of the northern line will use the pier from spring, the office said.",
    "The old pier stays open for fishing boats, which need less depth than ferries.",
    "Builders moved forty thousand tons of stone to the new site by barge.",
    "The city paid half of the cost and the state paid the rest of it.",
    "Residents had asked for a wall against noise, which is to follow next year.",
    "A second crane will be delivered in May and tested through the summer.",
    "The office expects twenty ferries a day when the pier is in full use.",
]


def answer(number: int) -> dict[str, object]:
    """A faithful answer for story `number`."""
    return {
        "tldr": [{"text": f"Northport's harbour office opened pier {number} on Monday.", "sources": [1]}],
        "headline": "Northport's New Pier",
        "sections": [
            {
                "heading": "The Cost",
                "bullets": False,
                "units": [
                    {
                        "lead": "",
                        "text": "The city and the state each paid half of the cost.",
                        "sources": [5],
                    },
                    {
                        "lead": "",
                        "text": "Builders moved the stone to the new site by barge.",
                        "sources": [4],
                    },
                ],
            }
        ],
    }


def number_in(request: Request) -> int:
    return int(request.body["messages"][1]["content"].partition("pier ")[2].partition(" ")[0])


def faithful(request: Request) -> Reply:
    return said(answer(number_in(request)))


def newsletter(make_site: Callable[..., Path], url: str, stories: int, **model: object) -> Path:
    """A newsletter whose feed is a file with so many stories, whole."""
    entries = "".join(_entry(n, f"https://news.example/{n}", story(n)) for n in range(1, stories + 1))
    config = _config(url, **model).replace("slug: harbour\n", "slug: harbour\n    full_text: false\n")
    return make_site(f"-- config.yaml --\n{config}\n-- samples/feed.xml --\n{_feed(entries)}")


def newsletter_of_pages(folder: Path, url: str, stories: int, **model: object) -> Path:
    """The same with a page for each story, in `folder`."""
    samples = folder / "samples"
    samples.mkdir(parents=True)
    (folder / "config.yaml").write_text(_config(url, **model), encoding="utf-8")
    entries = ""
    for n in range(1, stories + 1):
        page = (
            f"<html lang='en'><title>Pier {n} opens</title><body><article>{story(n)}</article></body></html>"
        )
        (samples / f"{n}.html").write_text(page, encoding="utf-8")
        entries += _entry(n, f"https://brief.example/samples/{n}.html", "Soon.")
    (samples / "feed.xml").write_text(_feed(entries), encoding="utf-8")
    return folder


def story(number: int) -> str:
    """Story `number` as HTML."""
    return "".join(f"<p>{line}</p>" for line in PROSE).format(n=number)


def _config(url: str, **model: object) -> str:
    named = {"name": "stub", "endpoint": url, **model}
    keys = "".join(f"    {key}: {value}\n" for key, value in named.items())
    return worlds.config().replace(
        "feeds: []\n",
        "feeds:\n  - url: samples/feed.xml\n    slug: harbour\n"
        f"summary:\n  engine: llm\n  model:\n{keys}fetch:\n  max_age_days: 0\n",
    )


def _entry(number: int, link: str, html: str) -> str:
    return (
        f"<item><guid isPermaLink='false'>g{number}</guid><title>Pier {number} opens</title>"
        f"<link>{link}</link><pubDate>20 Nov 2026 08:00:00 GMT</pubDate>"
        f"<description>{escape(html)}</description></item>"
    )


def _feed(entries: str) -> str:
    return f"<rss version='2.0'><channel><title>Harbour</title>{entries}</channel></rss>"
