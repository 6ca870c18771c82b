"""Pulls over a web of its own that misbehaves on demand: each fault behind a feed and behind a page."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from builder import turns
from builder.config import load
from builder.content import library
from builder.ingest import pipeline
from builder.ingest.asking import FeedState
from builder.ingest.novelty import Skipped
from builder.ingest.origin import Folder
from builder.ingest.reading import Apart
from builder.memory import Memory
from builder.quarantine import Quarantine
from builder.summary import engine
from builder.web import Client

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOSTS = 6

# What a careful client reads in spite of it; all others are reported, and nothing is drafted of them.
READ = frozenset(
    [
        *("r301", "r302", "r303", "r307", "r308", "rrel", "cookie", "flap", "flap429", "flapclose", "alt"),
        *("slow", "drip", "chunked", "nolength", "gzip", "gzipgzip", "deflate", "deflateraw", "bighead"),
        *("longhead", "ctplain", "ctoctet", "cthtml", "ctnone", "ctbad", "cslatin1", "csbogus", "bom"),
        *("leading", "trailing", "novalid", "etagweak", "etagvary", "etagquote", "lmfuture", "datepast"),
    ]
)
FEEDS_READ = READ | {"ctimage"}
"""A picture it cannot be, since it is a feed; of a page we believe it."""
VARIANTS_READ = frozenset(
    [
        *("noindex", "wide", "hugeattr", "nocharset", "utf16", "canonical-loop", "plaintext", "markdown"),
        *("script-title", "xhtml"),
    ]
)


@pytest.fixture(scope="module")
def web(shared: Any) -> Iterator[Any]:
    sys.path.insert(0, str(shared("tools")))
    import miniweb

    with miniweb.Miniweb(
        shared("data", "miniweb"), hosts=HOSTS, time_scale=0.05, cap_seconds=20, cap_mb=20
    ) as running:
        yield running


def newsletter(folder: Path, web: Any, feeds: dict[str, str]) -> Path:
    """With the feeds at these paths, spread over the hosts, between two good ones."""
    hosts = json.dumps([url.removeprefix("http://") for url in web.urls])
    lines = [f"  - {{url: '{web.url}/feeds/site-tech', slug: good-a}}"]
    for number, (slug, path) in enumerate(feeds.items()):
        lines.append(f"  - {{url: '{web.urls[number % HOSTS]}{path}', slug: '{slug}'}}")
    lines.append(f"  - {{url: '{web.url}/feeds/site-json', slug: good-b}}")
    (folder / "config.yaml").write_text(
        "site: {title: A Brief, url: 'https://brief.example/'}\n"
        f"fetch: {{allow_hosts: {hosts}, max_age_days: 0, delay_s: 0, timeout_s: 5, max_page_mib: 10}}\n"
        "feeds:\n" + "\n".join(lines) + "\n"
    )
    return folder


def pulled(root: Path) -> list[pipeline.Event]:
    config = load(root)
    with (
        Memory.open(root / ".briefpress" / "feeds.db") as memory,
        Client(
            "briefpress-test/1", allow_hosts=config.fetch.allow_hosts, timeout_s=config.fetch.timeout_s
        ) as client,
        Quarantine("builder.ingest.reading", 2) as quarantine,
    ):
        return list(
            pipeline.pull(
                config,
                library.load(root),
                engine.load("extract"),
                pipeline.Sources(Folder(root, config.site), client),
                Apart(quarantine),
                memory,
                turns.over_threads(8),
                now=NOW,
            )
        )


def states(events: list[pipeline.Event]) -> dict[str, FeedState]:
    return {event.feed.slug: event.state for event in events if isinstance(event, pipeline.FeedRead)}


def drafted(events: list[pipeline.Event]) -> list[str]:
    return [event.item.source.feed for event in events if isinstance(event, pipeline.Drafted)]


def files(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in (root / "content").rglob("*") if path.is_file()}


def pages(root: Path) -> set[str]:
    """The articles of a newsletter. One that several feeds tell is the item of whichever told it first."""
    return {item.source.url or item.title for item in library.load(root).library.items}


def whole(events: list[pipeline.Event]) -> bool:
    """Whether the good feed in front is, and of the one behind all that is not its doublet."""
    doublets = [one for one in events if isinstance(one, Skipped) and one.entry.feed == "good-b"]
    told = drafted(events)
    return told.count("good-a") == 8 and told.count("good-b") + len(doublets) == 8


def test_feed_behind_any_fault_is_read_or_reported_twice_in_a_row(web, tmp_path):
    import miniweb

    root = newsletter(tmp_path, web, {fault: f"/f/{fault}/feeds/site-news" for fault in miniweb.FAULTS})
    first = pulled(root)
    before = files(root)
    second = pulled(root)

    assert whole(first)
    assert {slug for slug, state in states(first).items() if state is FeedState.READ} == (
        FEEDS_READ | {"good-a", "good-b"}
    )
    assert {slug for slug, state in states(second).items() if state is FeedState.UNCHANGED} == (
        FEEDS_READ | {"good-a", "good-b"}
    )
    assert states(second)["s410"] is FeedState.GONE
    assert states(second)["s429long"] is FeedState.NOT_DUE
    assert files(root) == before
    assert web.stats()["canary"] == 0


@pytest.mark.parametrize("what", ["FAULTS", "VARIANTS"])
def test_page_behind_any_fault_is_the_article_or_none_twice_in_a_row(web, tmp_path, what):
    import miniweb

    page = min(web.st.data.pages)
    paths = (
        {fault: f"/f/{fault}/p/{page}" for fault in miniweb.FAULTS}
        if what == "FAULTS"
        else {variant: f"/v/{variant}/{page}" for variant in miniweb.VARIANTS}
    )
    root = newsletter(tmp_path, web, {name: f"/dyn/rss?t={name}&u={path}" for name, path in paths.items()})
    first = pulled(root)
    before = files(root)
    second = pulled(root)

    assert whole(first)
    assert set(drafted(first)) - {"good-a", "good-b"} == (READ if what == "FAULTS" else VARIANTS_READ)
    assert all(one.item.source.text == "full" for one in first if isinstance(one, pipeline.Drafted))
    failed = [event for event in first if isinstance(event, pipeline.Failed)]
    assert len(failed) == len(paths) - len(READ if what == "FAULTS" else VARIANTS_READ)
    assert not any("feed carries" in str(event.error) for event in failed)
    assert not drafted(second)
    assert files(root) == before
    assert web.stats()["canary"] == 0


def test_feeds_that_change_by_the_day_give_each_article_once(web, tmp_path):
    ids = [name for name, feed in web.st.data.feeds.items() if feed["kind"] == "site"]
    root = newsletter(
        tmp_path, web, {name: f"/feeds/{name}" for name in ids if name not in ("site-tech", "site-json")}
    )
    drafts: list[str] = []
    for day in range(web.st.data.maxday + 1):
        web.day(day)
        drafts += [event.item.id for event in pulled(root) if isinstance(event, pipeline.Drafted)]
    (tmp_path / "at once").mkdir()
    at_once = newsletter(tmp_path / "at once", web, {})
    (at_once / "config.yaml").write_text((root / "config.yaml").read_text())
    pulled(at_once)

    assert len(drafts) == len(set(drafts))
    assert pages(at_once) <= pages(root)
    items = library.load(root).library.items
    assert len({(item.source.url, item.title) for item in items}) == len(items)
