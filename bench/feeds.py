"""Feed parsing, measured: what is read of real feeds, how that agrees with other parsers, and how fast.

    python bench/feeds.py FOLDER [--verbose]

FOLDER holds `real/*.gz` and `conformance/*.tar.xz`. Nothing is fetched. The expectations are those that
gofeed and feed-rs keep beside their own test feeds; a field counts where they expect something, and the
number of entries counts as a field of its feed.
"""

import argparse
import gzip
import json
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from builder.errors import FeedError
from builder.ingest.feeds import ParsedFeed, parse_feed
from builder.ingest.links import absolute
from builder.ingest.plain import plain
from builder.model import Entry
from builder.text import fold

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


def main() -> None:
    """Print all figures."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("folder", type=Path)
    options.add_argument("--verbose", action="store_true", help="print each difference")
    told = options.parse_args()
    started = time.process_time()
    print("sweep:", dict(sweep(corpus(told.folder))), f"in {time.process_time() - started:.1f} CPU s")
    for name, cases in (("gofeed", gofeed), ("feed-rs", feed_rs)):
        agreement = Agreement()
        compare(cases(archive(told.folder / "conformance" / f"{name}.tar.xz")), agreement)
        parts = ", ".join(
            f"{key} {agreement.same[key]}/{agreement.all[key]}" for key in sorted(agreement.all)
        )
        print(f"{name}: {agreement.share:.4f} ({parts})")
        if told.verbose:
            print(*agreement.differences, sep="\n")
    real = [body for name, body in corpus(told.folder) if ":" not in name]
    started = time.process_time()
    entries = sweep(("", body) for body in real)["entries"]
    spent = time.process_time() - started
    print(
        f"real feeds, CPU: {spent / len(real) * 1000:.1f} ms a feed, {spent / entries * 1000:.2f} ms an entry"
    )


if __name__ == "__main__":
    main()
