"""Reading, measured: what is read of real feeds, how that agrees with other parsers, and how fast it is.

    python bench/pull.py shared/data [--rounds 5] [--verbose]

`shared/data` holds `feeds/real/*.gz`, `feeds/conformance/*.tar.xz`, `miniweb/pages/*.gz`. Nothing is fetched.
Speed is in CPU seconds of one process, each parser in its turn over the same bytes, the best of the rounds;
the other parsers are feedparser as it comes and fastfeedparser (`pip install fastfeedparser`), for pages
trafilatura as it comes. Reading apart is the same through the quarantine, in wall time, with its start.

The expectations are those that gofeed and feed-rs keep beside their own test feeds; a field counts where they
expect something, and the number of entries counts as a field of its feed.
"""

import argparse
import contextlib
import gzip
import importlib.util
import io
import json
import os
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from builder.errors import ArticleError, FeedError, SourceError
from builder.ingest import articles
from builder.ingest.feeds import ParsedFeed, parse_feed
from builder.ingest.links import absolute
from builder.ingest.plain import plain
from builder.ingest.reading import Apart, Document
from builder.model import Entry
from builder.quarantine import Quarantine
from builder.text import fold

Parse = Callable[[bytes], int]
"""The entries of a feed, counted; 0 where it cannot be read."""
BASE = "http://feeds.example/folder/feed"
NOT_FEEDS = (".json", ".md", ".txt", ".py", ".js", ".yml", ".html", ".opml")
Expected = Mapping[str, Any]


@dataclass
class Agreement:
    """How often a field is what another parser expects."""

    same: Counter[str] = field(default_factory=Counter)
    all: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def note(self, name: str, expected: object, found: object, where: str) -> None:
        """Count `name` once; a difference is kept with `where` it was."""
        self.all[name] += 1
        if expected == found:
            self.same[name] += 1
        else:
            self.differences.append(f"{where}: {name}: expected {expected!r}, found {found!r}")

    @property
    def share(self) -> float:
        """Of all fields, from 0 to 1."""
        return self.same.total() / self.all.total()


def archive(path: Path) -> dict[str, bytes]:
    """The files of a tar archive by their names."""
    with tarfile.open(path) as tar:
        members = [member for member in tar.getmembers() if member.isfile()]
        return {member.name: tar.extractfile(member).read() for member in members}  # type: ignore[union-attr]


def corpus(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every feed of `folder` under a name, the real ones first."""
    for path in sorted((folder / "real").glob("*.gz")):
        yield path.name, gzip.decompress(path.read_bytes())
    for path in sorted((folder / "conformance").glob("*.tar.xz")):
        for name, body in sorted(archive(path).items()):
            if not name.endswith(NOT_FEEDS):
                yield f"{path.name}:{name}", body


def gofeed(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes, Expected]]:
    """gofeed's feeds that it expects to be read, each with its expectation."""
    for name, body in sorted(files.items()):
        expected = files.get(str(PurePosixPath(name).with_suffix(".json")))
        if name.endswith(".xml") and expected:
            yield name, body, json.loads(expected)


def feed_rs(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes, Expected]]:
    """feed-rs' feeds, each with its expectation."""
    for name, body in sorted(files.items()):
        expected = files.get(str(PurePosixPath(name).with_suffix("")) + ".serde.json")
        if expected and not name.endswith(".serde.json"):
            yield name, body, json.loads(expected)


def compare(cases: Iterator[tuple[str, bytes, Expected]], agreement: Agreement) -> None:
    """Count how the entries of `cases` agree with what is expected of them."""
    for name, body, expected in cases:
        items = expected.get("items") or expected.get("entries") or []
        feed = parsed(body)
        agreement.note("entries", len(items), len(feed.entries), name)
        for item, entry in zip(items, feed.entries, strict=False):
            # feed-rs makes an id where none is told; only what stands in the feed can be agreed on.
            told_id = expected_id(item)
            if told_id and told_id.encode() in body:
                agreement.note("id", fold(told_id), entry.id, name)
            compare_entry(item, entry, feed.homepage or BASE, agreement, name)


def compare_entry(item: Expected, entry: Entry, base: str, agreement: Agreement, where: str) -> None:
    """Count the title, link and date of one entry. The others keep markup in titles and relative links."""
    if title := expected_title(item):
        read = fold(title) if fold(title) == entry.title else plain(title)
        agreement.note("title", read, entry.title, where)
    if link := expected_link(item):
        whole = absolute(link, BASE) if absolute(link, BASE) == entry.url else absolute(link, base)
        agreement.note("link", whole, entry.url, where)
    if date := expected_date(item):
        found = entry.published or entry.updated
        agreement.note("date", date, found and found.replace(microsecond=0), where)


def expected_title(item: Expected) -> str:
    """The title, which feed-rs wraps with its type."""
    title = item.get("title") or ""
    return title["content"] if isinstance(title, dict) else title


def expected_link(item: Expected) -> str:
    """The link to the page: given as one, or the first alternate one of several."""
    links = [link for link in item.get("links") or () if isinstance(link, dict)]
    alternates = [link.get("href") or "" for link in links if link.get("rel") in (None, "", "alternate")]
    return item.get("link") or next(iter(alternates), "")


def expected_id(item: Expected) -> str:
    """The id as told."""
    guid = item.get("guid")
    return (guid.get("value") if isinstance(guid, dict) else guid) or str(item.get("id") or "")


def expected_date(item: Expected) -> datetime | None:
    """When it was published, else updated."""
    for key in ("pubDateParsed", "publishedParsed", "published", "updatedParsed", "updated"):
        try:
            return datetime.fromisoformat(item[key]).astimezone(UTC).replace(microsecond=0)
        except (KeyError, TypeError, ValueError):
            continue
    return None


def parsed(body: bytes) -> ParsedFeed:
    """The feed, or an empty one where it cannot be read."""
    try:
        return parse_feed(body, "", BASE, "bench")
    except FeedError:
        return ParsedFeed(title="", homepage="", language="", entries=())


def sweep(feeds: Iterator[tuple[str, bytes]], parse: Callable[..., ParsedFeed] = parse_feed) -> Counter[str]:
    """What became of each feed; any exception but FeedError goes through, and so stops the run."""
    outcome: Counter[str] = Counter()
    for _, body in feeds:
        try:
            feed = parse(body, "", BASE, "bench")
        except FeedError as error:
            outcome[error.faults[0].message.partition(":")[0]] += 1
            continue
        outcome["read"] += 1
        outcome["entries"] += len(feed.entries)
    return outcome


def ours(body: bytes) -> int:
    """By this program."""
    return len(parsed(body).entries)


def plain_feedparser(body: bytes) -> int:
    """By feedparser as it comes."""
    import feedparser

    return len(feedparser.parse(io.BytesIO(body)).entries)


def fastfeedparser(body: bytes) -> int:
    """By fastfeedparser."""
    import fastfeedparser

    try:
        return len(fastfeedparser.parse(body)["entries"])
    except Exception:  # whatever it raises at a feed it does not read
        return 0


def in_turn(jobs: Mapping[str, Callable[[], int]], rounds: int) -> dict[str, tuple[int, float]]:
    """For each job what it counted and its best time in CPU seconds; round by round, each in its turn."""
    best: dict[str, tuple[int, float]] = {}
    for _ in range(rounds):
        for name, job in jobs.items():
            started = time.process_time()
            count = job()
            spent = time.process_time() - started
            if name not in best or spent < best[name][1]:
                best[name] = (count, spent)
    return best


def parsing_speed(bodies: list[bytes], rounds: int) -> None:
    """Print entries a second for each parser, and how often as fast as plain feedparser."""
    parsers: dict[str, Parse] = {"feedparser, as it comes": plain_feedparser, "ours": ours}
    if importlib.util.find_spec("fastfeedparser"):
        parsers["fastfeedparser"] = fastfeedparser
    jobs = {name: partial(lambda parse: sum(map(parse, bodies)), parse) for name, parse in parsers.items()}
    found = in_turn(jobs, rounds)
    base = found["feedparser, as it comes"]
    for name, (entries, spent) in found.items():
        times = (entries / spent) / (base[0] / base[1])
        print(f"parsing, {name}: {entries:,} entries, {entries / spent:,.0f} a CPU second, x {times:.1f}")


def extraction_speed(pages: list[bytes], rounds: int) -> None:
    """Print pages a second for the extraction of articles."""
    import trafilatura

    def extracted(page: bytes) -> bool:
        try:
            return bool(articles.extract(page, "text/html", "http://pages.example/one").blocks)
        except ArticleError:
            return False

    def plainly(page: bytes) -> bool:
        return bool(trafilatura.extract(page))

    jobs = {
        name: partial(lambda read: sum(map(read, pages)), read)
        for name, read in {"trafilatura, as it comes": plainly, "ours": extracted}.items()
    }
    for name, (read, spent) in in_turn(jobs, rounds).items():
        print(f"extraction, {name}: {read} of {len(pages)} pages, {len(pages) / spent:,.0f} a CPU second")


def apart_speed(bodies: list[bytes], pages: list[bytes]) -> None:
    """Print what reading in quarantine takes, from the start of its processes on."""
    entry = Entry(feed="bench", id="1", url="http://pages.example/one", title="One")
    number = os.cpu_count() or 1

    def feed(apart: Apart, body: bytes) -> int:
        try:
            return len(apart.feed(Document(url=BASE, body=body, content_type=""), "bench").entries)
        except SourceError:
            return 0

    def page(apart: Apart, body: bytes) -> int:
        with contextlib.suppress(SourceError):
            apart.text(entry, Document(url=entry.url, body=body, content_type="text/html"))
        return 1

    for what, unit, read, documents in (
        ("feeds", "entries", feed, bodies),
        ("pages", "pages", page, pages),
    ):
        started = time.perf_counter()
        with Quarantine("builder.ingest.reading", number) as quarantine, ThreadPoolExecutor(8) as threads:
            count = sum(threads.map(partial(read, Apart(quarantine)), documents))
        spent = time.perf_counter() - started
        print(f"apart, {what}: {count:,} {unit} in {spent:.1f} s over {number} processors")


def main() -> None:
    """Print all figures."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("folder", type=Path)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--verbose", action="store_true", help="print each difference")
    told = options.parse_args()
    feeds = told.folder / "feeds"
    real = [body for name, body in corpus(feeds) if ":" not in name]
    pages = [
        gzip.decompress(path.read_bytes()) for path in sorted((told.folder / "miniweb/pages").glob("*.gz"))
    ]
    parsing_speed(real, told.rounds)
    extraction_speed(pages, told.rounds)
    apart_speed(real, pages)
    started = time.process_time()
    print("sweep:", dict(sweep(corpus(feeds))), f"in {time.process_time() - started:.1f} CPU s")
    for name, cases in (("gofeed", gofeed), ("feed-rs", feed_rs)):
        agreement = Agreement()
        compare(cases(archive(feeds / "conformance" / f"{name}.tar.xz")), agreement)
        parts = ", ".join(
            f"{key} {agreement.same[key]}/{agreement.all[key]}" for key in sorted(agreement.all)
        )
        print(f"{name}: {agreement.share:.4f} ({parts})")
        if told.verbose:
            print(*agreement.differences, sep="\n")


if __name__ == "__main__":
    main()
