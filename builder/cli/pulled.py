"""What a pull did, event by event, and how it is told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from builder.cli import looks
from builder.cli.console import Console, Progress
from builder.cli.engines import shortfall
from builder.cli.looks import Looks
from builder.cli.outside import tell_silent
from builder.errors import EngineStoppedError, Fault, FileError
from builder.model import Item
from builder.text import count

if TYPE_CHECKING:
    from builder.ingest import illustrating, pipeline
    from builder.ingest.looking import Announced

OLDER = "`briefpress pull --since 365` drafts older ones"


@dataclass
class Tally:
    """What one pull did."""

    feeds: list[dict[str, object]] = field(default_factory=list)
    drafted: list[dict[str, object]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    failed: list[dict[str, object]] = field(default_factory=list)
    revised: list[dict[str, object]] = field(default_factory=list)
    announced: "dict[str, Announced]" = field(default_factory=dict)
    """What feeds tell otherwise now, by item."""
    pictures: list[dict[str, object]] = field(default_factory=list)
    """Which drafts got one, and where it lies."""
    looks: Looks = field(default_factory=Looks)
    """What came of a second look at sources."""
    silent: list[tuple[str, str]] = field(default_factory=list)
    """Feeds that have told nothing new for long: the slug, and what to say of it."""
    dormant: list[tuple[str, datetime]] = field(default_factory=list)
    """Feeds read for the first time that fell silent long ago: the slug, and the date of the newest entry."""
    broken: int = 0
    """Feeds that failed."""
    sound: int = 0
    """Feeds that did not, or need not be asked yet."""
    new: int = 0
    items: list[Item] = field(default_factory=list)
    """What was drafted."""
    commit: str = ""
    """The short hash; empty when nothing was committed."""
    unwritten: bool = False
    """Whether the disk refused a draft."""
    stopped: bool = False
    """Whether the engine gave up for this run."""
    model: dict[str, object] | None = None
    """What a language model was asked for; None where there is none."""
    asked: str = ""
    """The same in words."""


def note(console: Console, tally: Tally, event: "pipeline.Event", progress: Progress, now: datetime) -> None:
    """Count what happened, and say what a person should know at once."""
    from builder.ingest import novelty, pipeline, recheck

    match event:
        case pipeline.Step():
            progress.step()
        case pipeline.FeedRead():
            _note_feed(console, tally, event, now)
        case novelty.Skipped(entry, reason):
            told = {"feed": entry.feed, "entry": entry.id, "title": entry.title, "reason": reason.value}
            tally.skipped.append(told | ({"item": event.twin} if event.twin else {}))
            console.event("skipped", tally.skipped[-1])
            console.detail(f"skipped {entry.title or entry.id}: {reason}")
        case pipeline.Revised(entry, item, before):
            tally.revised.append({"feed": entry.feed, "item": item, "title": entry.title, "before": before})
            tally.announced[item] = recheck.Announced(entry, recheck.revised(before, entry.title))
        case pipeline.Updated(entry, item):
            tally.announced[item] = recheck.Announced(entry)
            console.detail(f"{item} is told otherwise by its feed now: {entry.title or entry.id}")
        case pipeline.Chosen(number):
            tally.new = number
            progress.expect(number, "Reading articles")
        case pipeline.Drafted(item, problem):
            tally.items.append(item)
            short = shortfall(item.provenance)
            row: dict[str, object] = {"id": item.id, "path": item.path, "title": item.title}
            row |= {"by": item.by, "why": problem} | ({"short": short} if short else {})
            tally.drafted.append(row)
            console.event("drafted", row)
            console.detail(f"drafted {item.path}")
            if problem:
                console.note(f"{item.id} {item.source.text.value} only: {problem}", "yellow")
            if short:
                console.note(f"{item.id}: {short}", "yellow")
        case pipeline.Failed(entry, error):
            why = error.faults[0].message
            tally.unwritten = tally.unwritten or isinstance(error, FileError)
            tally.failed.append({"feed": entry.feed, "entry": entry.id, "why": why})
            console.event("failed", tally.failed[-1])
            if isinstance(error, EngineStoppedError):
                # All entries that follow fail for the same reason.
                if not tally.stopped:
                    console.fault(Fault(why, hint=error.hint))
                tally.stopped = True
                return
            console.fault(Fault(f"feed {entry.feed}: {entry.title or entry.id}: {why}", hint=error.hint))


def note_picture(
    console: Console, tally: Tally, event: "illustrating.Illustrated | illustrating.Bare"
) -> None:
    """Count a picture that was got, or tell why there is none."""
    from builder.ingest import illustrating

    match event:
        case illustrating.Illustrated(item, path):
            tally.pictures.append({"id": item.id, "path": path})
            console.detail(f"got {path}")
        case illustrating.Bare(item, why):
            console.note(f"{item.id} has no picture: {why}", "yellow")


def _note_feed(console: Console, tally: Tally, read: "pipeline.FeedRead", now: datetime) -> None:
    from builder.ingest import health as healths
    from builder.ingest.asking import FeedState

    slug, state, health = read.feed.slug, read.state, read.health
    why = read.error.faults[0].message if read.error else ""
    told: dict[str, object] = {"feed": slug, "state": state.value, "entries": read.entries, "why": why}
    if health.moved_to:
        told["moved_to"] = health.moved_to
    if health.due and state is FeedState.NOT_DUE:
        told["due"] = health.due.isoformat()
    tally.feeds.append(told)
    console.event("feed", told)
    if read.error:
        tally.broken += 1
        times = f" ({count(health.failures, 'time')} in a row now)" if health.failures > 1 else ""
        gone = f"`briefpress feeds remove {slug}` forgets it; it is not asked again." if health.gone else ""
        console.fault(Fault(f"feed {slug}: {why}{times}", hint=gone or read.error.hint))
        return
    tally.sound += state is not FeedState.PAUSED and state is not FeedState.GONE
    later = f" until {health.due:%Y-%m-%d %H:%M} UTC" if health.due and state is FeedState.NOT_DUE else ""
    console.detail(f"feed {slug}: {state}{later}, {count(read.entries, 'entry', 'entries')}")
    if wrong := "" if state is FeedState.PAUSED else healths.complaint(health, now):
        if healths.is_quiet(health, now):
            tally.silent.append((slug, wrong))
        else:
            console.note(f"feed {slug} {wrong}", "yellow")
    elif health.newest and health.first == now and health.was_silent():
        tally.dormant.append((slug, health.newest))
    if health.moved_to:
        console.note(f"feed {slug} has moved: `briefpress feeds mv {slug} {health.moved_to}`", "yellow")


def data_of(tally: Tally) -> dict[str, object]:
    """What is told of a pull."""
    return (
        {
            "feeds": tally.feeds,
            "drafted": tally.drafted,
            "skipped": tally.skipped,
            "revised": tally.revised,
            "failed": tally.failed,
            "pictures": tally.pictures,
            "commit": tally.commit,
        }
        | tally.looks.data
        | ({"model": tally.model} if tally.model else {})
    )


def report(console: Console, tally: Tally, *, dry_run: bool) -> None:
    """Tell what was done, and what could be done next."""
    tell_silent(console, tally.silent)
    _tell_dormant(console, tally.dormant)
    for revised in tally.revised:
        # Of one that was marked for it, that was said with the mark.
        if revised["item"] not in tally.looks.headlines:
            now = revised["title"] or "none"
            console.note(f"{revised['item']} is told under another headline now: {now}")
    console.note(in_words(tally, dry_run=dry_run))
    if any(skipped["reason"] == "too old" for skipped in tally.skipped) and not tally.drafted:
        console.note(
            f"How old an entry may be is fetch.max_age_days in config.yaml; {OLDER} for once.", "dim"
        )
    for step in looks.next_steps(tally.looks):
        console.note(step, "dim")
    if tally.drafted:
        console.note("Next: `briefpress list --status draft`", "dim")


def _tell_dormant(console: Console, dormant: Sequence[tuple[str, datetime]]) -> None:
    """Say of feeds that were just added how old their newest entry is; a line, and none of it later."""
    if len(dormant) == 1:
        ((slug, newest),) = dormant
        console.note(f"feed {slug} has been quiet for long: its newest entry is of {newest:%Y-%m-%d}", "dim")
    elif dormant:
        told = ", ".join(f"{slug} {newest:%Y-%m-%d}" for slug, newest in dormant)
        console.note(f"{len(dormant):,} feeds have been quiet for long; their newest entries: {told}", "dim")


def in_words(tally: Tally, *, dry_run: bool) -> str:
    """What was done, in a line."""
    states = Counter(str(feed["state"]) for feed in tally.feeds)
    kept_off = {state: states[state] for state in ("not due", "paused", "gone") if states[state]}
    told = [f"{count(len(tally.feeds) - sum(kept_off.values()), 'feed')} asked"]
    told += [f"{number:,} {state}" for state, number in kept_off.items()]
    if tally.broken:
        told.append(f"{tally.broken} failed")
    new = tally.new if dry_run else len(tally.drafted)
    told.append(f"{count(new, 'new item')} {'would be drafted' if dry_run else 'drafted'}")
    if tally.skipped:
        reasons = Counter(str(skipped["reason"]) for skipped in tally.skipped)
        why = ", ".join(f"{times:,} {reason}" for reason, times in reasons.most_common())
        told.append(f"{count(len(tally.skipped), 'entry', 'entries')} skipped ({why})")
    if tally.failed:
        told.append(f"{count(len(tally.failed), 'entry', 'entries')} failed, to be tried again")
    if looked := looks.in_words(tally.looks):
        told.append(looked)
    if tally.asked:
        told.append(tally.asked)
    if tally.commit:
        told.append(f"committed as {tally.commit}")
    return ", ".join(told)
