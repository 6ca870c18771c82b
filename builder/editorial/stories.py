"""Which items report the same event. Pure: items and stories in, the stories of new items out.

    text        title twice, then the summary without its headings, the first TERMS_MAX stems
    weight      how often here × how rare in the language × how rare among the items of these days
    one pass    by date: each item joins the story that is most like it on average, or opens its own
    second look whole stories that turned out to be one are joined, where at least one of them is new
    reprint     half of the three-word runs in common make it the same text, whatever the rest is like

What is found is written down with the item and not worked out again: no function of a set of items keeps its
value under every order in which they may arrive, so a name that shall last must be kept.

The measures were chosen on BASIL and Google News (`bench/stories.py`, docs/stories.md).
"""

import heapq
import math
import re
from collections import Counter, defaultdict, deque
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from builder.model import Block, BlockKind, Item, Status, Story
from builder.summary import language
from builder.summary.language import Language

WINDOW = timedelta(days=3)
"""An item joins a story only when one of the story's items is no further from it in time."""
TERMS_MAX = 120
"""Stems of a text that count, so that long and short articles are measured alike."""
COMMON = 3
"""How strongly a word that many items of these days share is held down: the power of the share without it."""
FEW = 20
"""So many more items without a word are assumed: in a handful of items a share says little."""
LONG, SHORT, TINY = 120, 24, 18
ALIKE_LONG, ALIKE_SHORT, ALIKE_TINY = 0.28, 0.14, 0.4
"""The mean cosine at which items join, for texts of LONG and of SHORT stems; between them on a line.

A text of fewer than TINY is a bare title, which names a subject more than an event.
"""
UNWEIGHED = 1.5
"""How much more alike texts must be in a language whose common words are not counted."""
SHARED_MIN = 3
"""Stems that a text must share with a story: two in a short text may be no more than its subject."""
FAINT = 0.35
"""Of the mean at which items join: less alike groups are not even weighed against each other."""
REPRINT = 0.5
"""The share of the shorter text's three-word runs that makes a reprint."""
REPRINT_WORDS = 120
"""The words at the start of a text that are looked at for that."""
RUNS_MIN = 20
"""Texts with fewer runs are too short to be told reprints."""
KEPT = 50
"""The weightiest stems of a text are compared; the rest change little and cost as much."""
_CHARACTERS_MAX = 4000
_Run = tuple[str, str, str]
_HEADING = re.compile(r"^#.*$", re.MULTILINE)
_TARGET = re.compile(r"\]\([^)\s]*\)|<[^>\n]*>")


@dataclass(frozen=True, slots=True)
class _Text:
    """An item as it is compared."""

    item: Item
    counts: Mapping[str, int]
    """Stem → how often, title words twice; empty for a language without data."""
    code: str
    """Its language; empty for one without data."""


@dataclass(slots=True)
class _Group:
    """Items taken together so far."""

    id: str
    """Of the story, or of the item that is alone; empty while all in it is new."""
    items: list[Item] = field(default_factory=list)
    sums: dict[str, float] = field(default_factory=dict)
    """The sum of the items' vectors: its product with a vector, over the number of items, is the mean."""
    feeds: set[str] = field(default_factory=set)

    @property
    def first(self) -> datetime:
        return min(item.date for item in self.items)

    @property
    def last(self) -> datetime:
        return max(item.date for item in self.items)

    def add(self, item: Item, vector: Mapping[str, float]) -> None:
        self.items.append(item)
        self.feeds.add(item.source.feed)
        for term, weight in vector.items():
            self.sums[term] = self.sums.get(term, 0.0) + weight


def unplaced(items: Iterable[Item], stories: Iterable[Story]) -> frozenset[str]:
    """The ids of items that are in no story and not rejected."""
    placed = {one for story in stories for one in story.items}
    return frozenset(
        item.id for item in items if item.id not in placed and item.status is not Status.REJECTED
    )


def find(
    items: Iterable[Item], stories: Iterable[Story], wanted: Container[str], code: str
) -> dict[str, str]:
    """For each item of `wanted` that reports the same event as others, the id of the story it joins, by id.

    An item that opens a story is not told: the story has its id. `wanted` are ids of items that are in no
    story; no other item moves, and no story joins another. Pinned stories take nothing. `code` is the
    language of texts too short to tell theirs. The order of `items` does not matter.
    """
    known = {one: story for story in stories for one in story.items}
    shown = [
        item
        for item in sorted(items, key=lambda item: (item.date, item.id))
        if not (item.id in known and known[item.id].pinned)
        and (item.id in known or item.status is not Status.REJECTED)
    ]
    near = list(_near(shown, wanted))
    texts = [_text(item, code) for item in near]
    vectors = _vectors(texts)
    groups = _one_pass(texts, vectors, _copies(near, wanted), known, wanted)
    found: dict[str, str] = {}
    for group in _second_look(groups):
        named = group.id or min(group.items, key=lambda item: (item.date, item.id)).id
        found.update((item.id, named) for item in group.items if item.id in wanted and item.id != named)
    return dict(sorted(found.items()))


# -- texts


def _near(shown: Sequence[Item], wanted: Container[str]) -> Iterator[Item]:
    """Those of `shown` (by date) that a wanted item may have anything to do with: within two windows."""
    dates = [item.date for item in shown if item.id in wanted]
    at = 0
    for item in shown:
        while at < len(dates) and dates[at] < item.date - 2 * WINDOW:
            at += 1
        if at < len(dates) and dates[at] <= item.date + 2 * WINDOW:
            yield item


def _text(item: Item, code: str) -> _Text:
    body = _body(item)
    tongue = _language(f"{item.title}. {body[:800]}", code)
    terms = tongue.terms(item.title) * 2 + tongue.terms(body)[:TERMS_MAX] if tongue.known else ()
    # Single letters beyond ASCII are what is left of words in a feed of the wrong charset.
    return _Text(item, Counter(term for term in terms if len(term) > 1), tongue.code)


def _language(text: str, code: str) -> Language:
    """The language of `text`; `code` for one too short to tell, when its words are met in that language."""
    if told := language.detect("", [Block(BlockKind.PARAGRAPH, text)]):
        return language.load(told)
    tongue = language.load(code)
    terms = tongue.terms(text)
    known = sum(term in tongue.frequencies for term in terms)
    return tongue if known > len(terms) / 4 else language.load("")


def _body(item: Item) -> str:
    """The item's text without headings, addresses and tags."""
    return _TARGET.sub(" ", _HEADING.sub("", (item.body or item.tldr)[:_CHARACTERS_MAX]))


def _vectors(texts: Sequence[_Text]) -> list[dict[str, float]]:
    """Each text as weights of its stems, of such length that the product of two is 1 where they join."""
    shared = Counter(term for text in texts for term in text.counts)
    held_down = {term: (1 - (count - 1) / (len(texts) + FEW)) ** COMMON for term, count in shared.items()}
    vectors = []
    for text in texts:
        rarity = language.load(text.code).rarity
        weights = ((term, count * rarity(term) * held_down[term]) for term, count in text.counts.items())
        kept = heapq.nlargest(KEPT, weights, key=lambda pair: pair[1])
        length = math.sqrt(sum(weight * weight for _, weight in kept))
        scale = 1 / (length * math.sqrt(_alike(text))) if length else 0.0
        vectors.append({term: weight * scale for term, weight in kept})
    return vectors


def _alike(text: _Text) -> float:
    """The cosine at which two texts like this one join."""
    size = sum(text.counts.values())
    share = min(1.0, max(0.0, (size - SHORT) / (LONG - SHORT)))
    alike = ALIKE_TINY if size < TINY else ALIKE_SHORT + (ALIKE_LONG - ALIKE_SHORT) * share
    return alike if language.load(text.code).documents else alike * UNWEIGHED


def _copies(items: Iterable[Item], wanted: Container[str]) -> dict[str, str]:
    """For each wanted item with the text of an earlier one of another feed, the id of that one. By date."""
    holders: dict[_Run, list[int]] = {}
    near: deque[tuple[datetime, frozenset[_Run]]] = deque()
    met: list[tuple[Item, int]] = []
    copies: dict[str, str] = {}
    for item in items:
        while near and near[0][0] < item.date - WINDOW:
            for run in near.popleft()[1]:
                # Those before it are gone already.
                del holders[run][0]
                if not holders[run]:
                    del holders[run]
        words = language.tokens(_body(item))[:REPRINT_WORDS]
        runs = frozenset(zip(words, words[1:], words[2:], strict=False))
        if len(runs) < RUNS_MIN:
            continue
        if item.id in wanted:
            common = Counter(other for run in runs for other in holders.get(run, ()))
            for other, count in sorted(common.items()):
                earlier, size = met[other]
                if count >= REPRINT * min(len(runs), size) and earlier.source.feed != item.source.feed:
                    copies[item.id] = earlier.id
                    break
        for run in runs:
            holders.setdefault(run, []).append(len(met))
        met.append((item, len(runs)))
        near.append((item.date, runs))
    return copies


# -- groups


class _Index:
    """Groups by the terms in them; those that are too old for what comes are forgotten."""

    def __init__(self) -> None:
        self._postings: dict[str, dict[int, float]] = defaultdict(dict)
        self._open: dict[int, tuple[datetime, _Group]] = {}
        self._oldest: list[tuple[datetime, int]] = []

    def put(self, key: int, group: _Group, terms: Iterable[str], last: datetime) -> None:
        """Remember `group`, whose sums of `terms` have changed and whose last item is of `last`, as `key`."""
        # One that was forgotten is remembered whole.
        changed = terms if key in self._open else group.sums
        self._open[key] = (last, group)
        heapq.heappush(self._oldest, (last, key))
        for term in changed:
            self._postings[term][key] = group.sums[term]

    def forget(self, before: datetime) -> None:
        """Drop the groups whose last item is older."""
        while self._oldest and self._oldest[0][0] < before:
            _, key = heapq.heappop(self._oldest)
            if key in self._open and self._open[key][0] < before:
                for term in self._open.pop(key)[1].sums:
                    del self._postings[term][key]

    def products(self, vector: Mapping[str, float]) -> dict[int, float]:
        """The product of `vector` with the sums of each group that shares at least SHARED_MIN terms."""
        products: dict[int, float] = defaultdict(float)
        shared: dict[int, int] = defaultdict(int)
        for term, weight in vector.items():
            for key, held in self._postings.get(term, {}).items():
                products[key] += weight * held
                shared[key] += 1
        return {key: product for key, product in products.items() if shared[key] >= SHARED_MIN}


def _one_pass(
    texts: Sequence[_Text],
    vectors: Sequence[Mapping[str, float]],
    copies: Mapping[str, str],
    known: Mapping[str, Story],
    wanted: Container[str],
) -> list[_Group]:
    """Every text in a group: those with a story in its own, the wanted where they are most alike."""
    groups: list[_Group] = []
    of_story: dict[str, int] = {}
    of_item: dict[str, int] = {}
    index = _Index()
    for text, vector in zip(texts, vectors, strict=True):
        item, story = text.item, known.get(text.item.id)
        index.forget(item.date - WINDOW)
        if story:
            at = of_story.setdefault(story.id, len(groups))
        elif item.id in wanted:
            original = copies.get(item.id, "")
            at = of_item[original] if original else _most_alike(groups, index.products(vector), item)
        else:
            at = len(groups)
        if at == len(groups):
            groups.append(_Group(story.id if story else "" if item.id in wanted else item.id))
        of_item[item.id] = at
        groups[at].add(item, vector)
        index.put(at, groups[at], vector, item.date)
    return groups


def _most_alike(groups: Sequence[_Group], products: Mapping[int, float], item: Item) -> int:
    """The group with the highest mean, of equals the first, when that is enough to join; else a new one.

    What one feed alone says is no story: it may tell of one subject day after day.
    """
    feeds = {item.source.feed}
    means = (
        (product / len(groups[at].items), -at)
        for at, product in products.items()
        if groups[at].feeds != feeds
    )
    mean, best = max(means, default=(0.0, 0))
    return -best if mean >= 1 else len(groups)


def _second_look(groups: Sequence[_Group]) -> list[_Group]:
    """The groups, those joined that are one by the mean over all pairs; of two, at most one has an id."""
    products = _products(groups)
    left: dict[int, _Group] = dict(enumerate(groups))
    queue = [
        (-mean, a, b)
        for a, row in products.items()
        for b in row
        if (mean := _mean(left, products, a, b)) >= 1
    ]
    heapq.heapify(queue)
    while queue:
        mean, a, b = heapq.heappop(queue)
        if a not in left or b not in left or b not in products[a] or _mean(left, products, a, b) != -mean:
            continue
        left[a].id = left[a].id or left[b].id
        left[a].feeds |= left[b].feeds
        left[a].items += left.pop(b).items
        for c, product in products.pop(b).items():
            del products[c][b]
            if c != a:
                products[a][c] = products[c][a] = products[a].get(c, 0.0) + product
        for c in [c for c in products[a] if left[a].id and left[c].id]:
            del products[a][c], products[c][a]
        for c in products[a]:
            if (mean := _mean(left, products, a, c)) >= 1:
                heapq.heappush(queue, (-mean, min(a, c), max(a, c)))
    return list(left.values())


def _mean(left: Mapping[int, _Group], products: Mapping[int, Mapping[int, float]], a: int, b: int) -> float:
    return products[a][b] / (len(left[a].items) * len(left[b].items))


def _products(groups: Sequence[_Group]) -> dict[int, dict[int, float]]:
    """How alike groups are that may be one: both ways, summed over all pairs of their items."""
    products: dict[int, dict[int, float]] = {at: {} for at in range(len(groups))}
    index = _Index()
    for at in sorted(products, key=lambda at: (groups[at].first, at)):
        group = groups[at]
        index.forget(group.first - WINDOW)
        for other, product in sorted(index.products(group.sums).items()):
            faint = FAINT * len(group.items) * len(groups[other].items)
            is_one_feed = len(group.feeds | groups[other].feeds) == 1
            if product >= faint and not is_one_feed and not (group.id and groups[other].id):
                products[at][other] = products[other][at] = product
        index.put(at, group, group.sums, group.last)
    return products
