"""Build a newsletter of N made-up items, and say what the time is spent on: `python bench/build.py [N]`.

Prints seconds of CPU of one process, for a first build, for one with nothing changed, and for one edit.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from builder.config import load
from builder.content import library
from builder.publish import build, pages
from builder.render.theme import Theme
from builder.state import State

WORDS = ["feed", "reader", "entry", "draft", "edition", "page", "source", "editor", "commit", "site"]
CONFIG = "site:\n  title: Bench\n  url: https://bench.example/\nfeeds: []\neditorial:\n  publish: items\n"


def sentence(rng: random.Random) -> str:
    words = rng.choices(WORDS, k=rng.randint(8, 22))
    return " ".join(words).capitalize() + "."


def item(number: int, rng: random.Random) -> str:
    day = f"2026-{1 + number % 12:02}-{1 + number % 28:02}"
    parts = [f"## TL;DR Summary of Item {number}\n\n{sentence(rng)} {sentence(rng)}\n"]
    parts.append(f"## Bench's Overview: {sentence(rng)[:-1]}\n")
    for heading in range(3):
        parts.append(f"### Heading {heading}\n\n{' '.join(sentence(rng) for _ in range(3))}\n")
    points = "\n".join(f"- **Point {n}:** {sentence(rng)}" for n in range(4))
    parts.append(f"### Impact\n\n{points}\n")
    tags = ", ".join(rng.sample([f"tag {n}" for n in range(40)], k=2))
    head = (
        f"id: {number:010x}\ntitle: Item {number}\nstatus: approved\ndate: {day}T09:30:00Z\ntags: [{tags}]\n"
        f"source:\n  feed: bench-{number % 20}\n  name: Bench {number % 20}\n  url: https://example.org/{number}\n"
        f"tldr: {sentence(rng)}\nby: extract/1\n"
    )
    return f"---\n{head}---\n" + "\n".join(parts)


def make(root: Path, count: int) -> None:
    rng = random.Random(1)
    (root / "config.yaml").write_text(CONFIG)
    for number in range(count):
        path = root / "content" / "items" / "2026" / f"item-{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(item(number, rng))


@contextmanager
def timed(label: str) -> Iterator[None]:
    start = time.process_time()
    yield
    print(f"  {label:<28} {time.process_time() - start:8.2f} s")


def run(root: Path, label: str) -> None:
    print(label)
    start = time.perf_counter()
    with timed("read the config"):
        config = load(root)
    with timed("read the content"):
        loaded = library.load(root)
        ids = library.published_items(loaded.library, config.editorial.publish)
    with timed("read the theme"):
        theme = Theme.open(root / "templates")
    with State.open(root / ".briefpress" / "state.db") as state:
        seen = pages.public(loaded.library, ids)
        with timed("bodies, views and keys"):
            outputs = build.site_outputs(config, seen, theme, state, config.site.url)
        with timed("all of that again, and files"):
            events = list(build.build(config, loaded.library, ids, theme, state, out=root / "site"))
    wrote = sum(isinstance(event, build.Wrote) for event in events)
    print(f"  {len(outputs)} outputs, {wrote} written, {time.perf_counter() - start:.2f} s of wall time")


def main() -> None:
    count = int(sys.argv[1]) if sys.argv[1:] else 1000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make(root, count)
        run(root, f"first build of {count} items")
        run(root, "nothing changed")
        path = root / "content" / "items" / "2026" / "item-1.md"
        path.write_text(path.read_text() + "\nOne more line.\n")
        run(root, "one item edited")


if __name__ == "__main__":
    main()
