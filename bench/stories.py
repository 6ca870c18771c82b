"""How well items are grouped into stories, and what it costs.

usage: stories.py [FOLDER] [--items 10000]

FOLDER holds `cluster_basil_dev.jsonl.gz` (30 events, three outlets each: `{"cluster", "date", "title",
"paragraphs"}`) and `cluster_gnews_dev.jsonl.gz` (40 stories: `{"cluster", "title", "text"}`, titles with
snippets, without stop words). Printed is B-cubed (F1, precision, recall):

    basil           the articles' own text, all taken for one day: harder than it is in a newsletter
    basil-dated     the same with their dates
    basil-drafted   their summaries, as `pull` drafts them, with their dates
    gnews           title and snippet, all of one day

and the F1 of the two halves of the stories of each set apart, because the measures were chosen on these very
sets. `sklearn` is average-link clustering of tf-idf vectors where scikit-learn is installed, on the same
texts, at the threshold that suits it best on each set. Before that, the CPU time and the memory that so
many made-up items take, a hundred a day. The exit code is 1 when a score is under its floor.
"""

import argparse
import gzip
import json
import random
import resource
import sys
import time
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from builder.editorial import stories
from builder.model import Article, Block, BlockKind, Completeness, Item, Profile, Source, Status
from builder.summary import language, outline
from builder.summary.extract import Extract
from builder.text import fold

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "summaries"
FLOORS = {"basil": 0.95, "basil-dated": 0.95, "basil-drafted": 0.93, "gnews": 0.92}
DAY = datetime(2026, 11, 20, tzinfo=UTC)
Labelled = list[tuple[Item, str]]
"""Items, and the event that people say each reports."""


def item(number: int, title: str, body: str, date: datetime = DAY) -> Item:
    source = Source(feed=f"feed-{number}", name="Bench", url="")
    return Item(
        id=f"{number:010x}",
        path="",
        title=title,
        status=Status.DRAFT,
        date=date,
        source=source,
        tldr="",
        body=body,
    )


def basil(path: Path, *, dated: bool, drafted: bool) -> Labelled:
    """The articles of BASIL, or the summaries drafted of them."""
    found: Labelled = []
    for number, row in enumerate(_rows(path)):
        body = "\n\n".join(row["paragraphs"])
        if drafted:
            article = Article(
                url="https://example.org/",
                title=row["title"],
                blocks=tuple(
                    Block(BlockKind.PARAGRAPH, text) for text in map(fold, row["paragraphs"]) if text
                ),
                completeness=Completeness.FULL,
                language="en",
            )
            body = outline.markdown(Extract().summarise(article, Profile()), article.title, "Example")
        date = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC) if dated else DAY
        found.append((item(number, row["title"], body, date), row["cluster"]))
    return found


def gnews(path: Path) -> Labelled:
    """The titles and snippets of Google News; the snippet begins with the title, which is taken off."""
    return [
        (item(number, row["title"], row["text"].removeprefix(row["title"])), str(row["cluster"]))
        for number, row in enumerate(_rows(path))
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def sets(folder: Path) -> dict[str, Labelled]:
    """All sets by name."""
    one = folder / "cluster_basil_dev.jsonl.gz"
    return {
        "basil": basil(one, dated=False, drafted=False),
        "basil-dated": basil(one, dated=True, drafted=False),
        "basil-drafted": basil(one, dated=True, drafted=True),
        "gnews": gnews(folder / "cluster_gnews_dev.jsonl.gz"),
    }


def grouped(items: Sequence[Item]) -> list[str]:
    """The story of each item."""
    found = stories.find(items, (), {one.id for one in items}, "en")
    return [found.get(one.id, one.id) for one in items]


def b_cubed(wanted: Sequence[str], got: Sequence[str]) -> tuple[float, float, float]:
    """F1, precision and recall, averaged over items (Bagga and Baldwin 1998)."""
    wanted_sets, got_sets = _by_label(wanted), _by_label(got)
    common = [len(wanted_sets[w] & got_sets[g]) for w, g in zip(wanted, got, strict=True)]
    precision = sum(n / len(got_sets[g]) for n, g in zip(common, got, strict=True)) / len(got)
    recall = sum(n / len(wanted_sets[w]) for n, w in zip(common, wanted, strict=True)) / len(wanted)
    return 2 * precision * recall / (precision + recall), precision, recall


def _by_label(labels: Iterable[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for at, label in enumerate(labels):
        found.setdefault(label, set()).add(at)
    return found


def scored(labelled: Labelled) -> tuple[float, float, float]:
    """B-cubed of our grouping."""
    return b_cubed([event for _, event in labelled], grouped([one for one, _ in labelled]))


def halves(labelled: Labelled) -> tuple[Labelled, Labelled]:
    """The items of one half of the events, and of the other."""
    one, other = [], []
    for pair in labelled:
        (one if zlib.crc32(pair[1].encode()) % 2 else other).append(pair)
    return one, other


def peer(labelled: Labelled) -> tuple[float, float, float] | None:
    """The best B-cubed of scikit-learn's average link over tf-idf; None where it is not installed."""
    try:
        from sklearn.cluster import AgglomerativeClustering
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError:
        return None
    texts = [f"{one.title}\n{one.title}\n{one.body}" for one, _ in labelled]
    vectors = TfidfVectorizer(stop_words="english").fit_transform(texts).toarray()
    wanted = [event for _, event in labelled]
    found = []
    for percent in range(70, 99, 2):
        model = AgglomerativeClustering(
            n_clusters=None, metric="cosine", linkage="average", distance_threshold=percent / 100
        )
        found.append(b_cubed(wanted, [str(label) for label in model.fit_predict(vectors)]))
    return max(found)


def made_up(count: int) -> Labelled:
    """`count` items over `count / 100` days, a third of them in stories of two to four."""
    tongue, dice = language.load("en"), random.Random(20261120)
    common = sorted(tongue.frequencies)
    weights = [tongue.frequencies[word] for word in common]
    found: Labelled = []
    while len(found) < count:
        event, number = f"event{len(found)}", len(found)
        own = [f"{event}word{at}" for at in range(4)] + dice.choices(common, k=20)
        date = DAY + timedelta(days=number / 100)
        for _ in range(dice.choice((1, 1, 1, 1, 2, 3, 4))):
            title = " ".join(dice.choices(own, k=4) + dice.choices(common, weights, k=4))
            body = " ".join(dice.choices(own, k=50) + dice.choices(common, weights, k=150))
            found.append((item(len(found), title, body, date + timedelta(hours=dice.random() * 24)), event))
    return found[:count]


def main() -> int:
    """Measure, print, compare with the floors."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("folder", nargs="?", type=Path, default=DATA)
    parser.add_argument("--items", type=int, default=10_000)
    given = parser.parse_args()
    labelled = made_up(given.items)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    score = scored(labelled)
    taken, after = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Measured first: what the peer takes would hide it.
    memory = f"{(after - before) / 1024:.0f} MB over the {before / 1024:.0f} MB of the items"
    print(f"{len(labelled)} made-up items: {taken:.1f} s of CPU, {memory}, F1 {score[0]:.3f}")
    below = []
    if given.folder.is_dir():
        for name, labelled in sets(given.folder).items():
            score = scored(labelled)
            one, other = (scored(half)[0] for half in halves(labelled))
            told = "F1 {:.3f} P {:.3f} R {:.3f}".format(*score)
            best = peer(labelled)
            against = (
                "   sklearn F1 {:.3f} P {:.3f} R {:.3f}".format(*best) if best else "   sklearn: skipped"
            )
            print(f"{name:14} {told}   halves {one:.3f} {other:.3f}{against}")
            if score[0] < FLOORS[name]:
                below.append(f"{name}: {score[0]:.3f} is under {FLOORS[name]}")
    else:
        print(f"skipped: there is no folder {given.folder}")
    for line in below:
        print(f"BELOW: {line}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
