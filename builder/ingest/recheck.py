"""The sources of what was published, looked at again: the order of the steps, and who is looked at.

    items of the library
    | choose      public for a few days, or told anew by their feed; not asked today yet; so many at most
    | ask page    over threads, one host after itself with pauses; conditional, and as robots.txt allows
    | read page   page → article, in quarantine; or the entry of the feed, where that is all there is
    | compare     with the evidence beside the item
    | mark        `stale` in the front matter of the item; nothing else of it is touched

A mark changes nothing that readers see, and no approval. It says what stands in the source now, and editors
decide. What was marked and is as it was again is unmarked. A fault of one page is a value that is yielded.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from builder.config import Config
from builder.content.library import Loaded, published_when
from builder.ingest.asking import Sources
from builder.ingest.looking import Announced, Look, Looker, Question, asks_page, parse_look
from builder.ingest.marking import Marked, Marker, Unknown, Unmarked, revised
from builder.ingest.reading import Reader
from builder.ingest.robots import Robots
from builder.memory import Memory
from builder.model import Completeness, Item, Status
from builder.turns import Turns

__all__ = [
    "Announced",
    "Due",
    "Event",
    "Look",
    "Looked",
    "Marked",
    "Unknown",
    "Unmarked",
    "due",
    "recheck",
    "revised",
]

MOST = 200
"""Pages asked in one run, those that waited longest first."""
MOST_OF_HOST = 50
"""Of those, pages of one host: at a second each, it is asked for under a minute."""
AGAIN_AFTER = timedelta(hours=20)
"""Under a day, so that a daily pull looks each time, and an hourly one once a day."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A page has answered; for those who watch."""


@dataclass(frozen=True, slots=True)
class Due:
    """So many sources are looked at; as many Looked follow."""

    count: int


Event = Due | Looked | Marked | Unmarked | Unknown


def recheck(
    config: Config,
    loaded: Loaded,
    sources: Sources,
    reader: Reader,
    memory: Memory,
    turns: Turns,
    robots: Robots,
    *,
    now: datetime,
    announced: Mapping[str, Announced],
    feeds: frozenset[str] = frozenset(),
    force: bool = False,
) -> Iterator[Event]:
    """Look at sources again and mark what differs, yielding what happens: Due first.

    `announced` has the items that their feed tells otherwise now, by id; these are looked at whatever their
    age, drafts too. `feeds` keeps to those slugs; with `force` those are looked at, too, that were today.
    """
    marker = Marker(config, memory, now, announced)
    # What is only too much for this run is announced again by the next.
    marker.heard(one.id for one in loaded.library.items if not _may_be_marked(config, one))
    known = {item: parse_look(told) for item, told in memory.looks().items()}
    chosen = due(config, loaded, known, now=now, announced=frozenset(announced), feeds=feeds, force=force)
    questions = [marker.question(item, known.get(item.id)) for item in chosen]
    yield Due(len(questions))
    looker, host = Looker(config, sources, reader, robots, now), partial(_host, config)
    again: list[Question] = []
    for _, answer in turns(looker.look, questions, host, robots.pause_s):
        if answer.is_first_miss:
            # Where no run remembers another, this is the only second time there is.
            again.append(replace(answer.question, look=answer.look))
            continue
        yield Looked()
        if event := marker.settled(answer):
            yield event
    for _, answer in turns(looker.look, again, host, robots.pause_s):
        yield Looked()
        if event := marker.settled(answer):
            yield event


def due(
    config: Config,
    loaded: Loaded,
    known: Mapping[str, Look],
    *,
    now: datetime,
    announced: frozenset[str],
    feeds: frozenset[str] = frozenset(),
    force: bool = False,
) -> list[Item]:
    """The items whose sources are to be looked at, those that waited longest first.

    At most `MOST` whose pages are asked, and `MOST_OF_HOST` of a host.
    """
    days = config.editorial.recheck_days
    if not days:
        return []
    when = published_when(loaded.library, config.editorial.publish)
    oldest = now - timedelta(days=days)

    def wanted(item: Item) -> bool:
        if feeds and item.source.feed not in feeds:
            return False
        if not _may_be_marked(config, item):
            return False
        if item.id in announced:
            return True
        look = known.get(item.id)
        recent = item.id in when and when[item.id] >= oldest
        rested = force or look is None or now - look.asked >= AGAIN_AFTER
        return recent and rested and asks_page(item, config.feeds)

    chosen = [item for item in loaded.library.items if wanted(item)]
    never = datetime.min.replace(tzinfo=UTC)
    chosen.sort(key=lambda item: known[item.id].asked if item.id in known else never)
    return list(_within_reason(config, chosen))


def _may_be_marked(config: Config, item: Item) -> bool:
    """Whether it is looked at what feeds tell otherwise of `item`, or its page does."""
    told_of = bool(item.source.url) or item.source.text is not Completeness.FULL
    return bool(config.editorial.recheck_days) and item.status is not Status.REJECTED and told_of


def _within_reason(config: Config, chosen: list[Item]) -> Iterator[Item]:
    """`chosen` without those whose pages would be too many for a run, or for their host."""
    asked: Counter[str] = Counter()
    for item in chosen:
        host = urlsplit(item.source.url).netloc
        if asks_page(item, config.feeds):
            if asked.total() >= MOST or asked[host] >= MOST_OF_HOST:
                continue
            asked[host] += 1
        yield item


def _host(config: Config, question: Question) -> str:
    """Empty for what is read from our own folder or from the feed alone, and so asks nobody's patience."""
    item = question.item
    ours = any(feed.is_local and feed.slug == item.source.feed for feed in config.feeds)
    if not asks_page(item, config.feeds) or (ours and item.source.url.startswith(config.site.url)):
        return ""
    return urlsplit(item.source.url).netloc
