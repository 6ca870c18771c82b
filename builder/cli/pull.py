"""`briefpress pull`."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from builder import files
from builder.cli.console import Console, Progress
from builder.cli.engines import shortfall
from builder.cli.newsletter import (
    CACHE,
    Newsletter,
    config_of,
    lock_of,
    now,
    open_newsletter,
    repo_of,
    sure_now,
)
from builder.cli.options import common, dry_run, json_lines, moment_of, replay
from builder.cli.outside import client_of, memory_of, quarantine, slugs_of, tell_silent
from builder.errors import (
    BriefpressError,
    ConfigError,
    ContentError,
    EngineError,
    EngineStoppedError,
    Fault,
    FileError,
    SourceError,
)
from builder.model import Item, Status
from builder.text import count

if TYPE_CHECKING:
    from builder.ingest import illustrating, pipeline, recheck
    from builder.ingest.asking import Wish
    from builder.model import Difference

EXIT_PARTIAL = 8
OLDER = "`briefpress pull --since 365` drafts older ones"
UNPLACED = "unplaced"
"""A file in the cache folder, while a pull writes drafts that are in no story yet: what was there before."""


@dataclass
class Tally:
    """What one pull did."""

    feeds: list[dict[str, object]] = field(default_factory=list)
    drafted: list[dict[str, object]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    failed: list[dict[str, object]] = field(default_factory=list)
    revised: list[dict[str, object]] = field(default_factory=list)
    announced: "dict[str, Difference | None]" = field(default_factory=dict)
    """What feeds tell otherwise now, by item."""
    pictures: list[dict[str, object]] = field(default_factory=list)
    """Which drafts got one, and where it lies."""
    rechecked: int = 0
    """Sources that were looked at again."""
    stale: list[dict[str, object]] = field(default_factory=list)
    unmarked: list[dict[str, object]] = field(default_factory=list)
    unknown: list[dict[str, object]] = field(default_factory=list)
    silent: list[tuple[str, str]] = field(default_factory=list)
    """Feeds that have told nothing new for long: the slug, and what to say of it."""
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


@click.command("pull")
@click.option("--feed", "slugs", metavar="SLUG", multiple=True, help="Only this feed; may be repeated.")
@click.option(
    "--since", metavar="DATE|DAYS", help="Draft what was published since 2026-11-01, or for 14 days."
)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many drafts, the newest.")
@click.option(
    "--force",
    is_flag=True,
    help="Also ask feeds that are not due, are paused or said to be gone, and judge each entry anew.",
)
@click.option("--offline", is_flag=True, help="Ask nobody; read the last good copies of the feeds.")
@click.option(
    "--commit/--no-commit",
    default=False,
    help="In a git repository, commit the drafts, and nothing else.  [default: no-commit]",
)
@click.option(
    "--fail-on",
    type=click.Choice(["all", "partial"]),
    default="all",
    show_default=True,
    help="Fail when all feeds fail (exit code 7), or when any does (8).",
)
@replay
@json_lines
@dry_run
@common
@click.pass_obj
def command(
    console: Console,
    slugs: tuple[str, ...],
    since: str | None,
    limit: int | None,
    force: bool,
    offline: bool,
    commit: bool,
    fail_on: str,
    replay: bool,
    dry_run: bool,
) -> int:
    """Fetch the feeds and write a draft for each new entry.

    A feed or page that fails is told in one line and holds up no other. What was drafted, approved or
    rejected before is left alone, so a second pull writes nothing. What --since or --limit leaves out is
    drafted by the next pull without them. The sources of what was published lately are looked at again, once
    a day: where one says otherwise now, its item is marked stale, and nothing else of it is touched.
    """
    from builder.ingest.asking import Wish

    config = config_of(console)
    wish = Wish(
        feeds=frozenset(slugs_of(config, slugs)),
        force=force,
        offline=offline,
        since=moment_of(since, now()) if since else None,
        limit=limit or 0,
    )
    with lock_of(config.root, dry_run):
        tally = pull_feeds(console, wish, commit=commit, replay=replay, dry_run=dry_run)
    console.result(data_of(tally), ok=not tally.broken and not tally.failed)
    code = exit_code(tally)
    return EXIT_PARTIAL if not code and fail_on == "partial" and (tally.broken or tally.failed) else code


def pull_feeds(console: Console, wish: "Wish", *, commit: bool, replay: bool, dry_run: bool) -> Tally:
    """Ask the feeds, write the drafts, find their stories, and tell of it. The caller holds the lock.

    Raises ContentError where it cannot be told what is known already.
    """
    # What is known is read under the lock: another pull may just have drafted it.
    newsletter = open_newsletter(console)
    _refuse_blind(console, newsletter)
    if newsletter.config.fetch.images and find_spec("PIL") is None:
        raise ConfigError(
            "fetch.images: Pillow, which makes pictures small, is not installed",
            "Install it with `pip install 'briefpress[images]'`, or set fetch.images: false.",
            path="config.yaml",
        )
    if not newsletter.config.feeds:
        console.note("There are no feeds yet: `briefpress feeds add ADDRESS` follows one.")
    begun = begun_before(newsletter)
    with console.progress("Asking feeds") as progress:
        tally = _pull(console, newsletter, progress, wish, replay=replay, dry_run=dry_run)
    if not dry_run:
        _find_stories(newsletter, tally, begun)
        files.remove(newsletter.root / CACHE / UNPLACED)
        _keep_html(newsletter, tally.items)
    if commit:
        tally.commit = _commit(newsletter, tally)
    _report(console, tally, dry_run=dry_run)
    if not (newsletter.loaded.library.items or tally.new or tally.skipped) and any(
        feed["state"] == "unchanged" for feed in tally.feeds
    ):
        told = (
            "The feeds are as they were, and nothing of them was drafted: `briefpress pull --force` says why."
        )
        console.note(told, "dim")
    return tally


def _keep_html(newsletter: Newsletter, drafted: Sequence[Item]) -> None:
    """Have the HTML of what was drafted in the cache, where the first build that shows it looks for it."""
    from builder.publish.bodies import bodies_of
    from builder.state import State

    # What cannot be rendered or kept is for that build to tell.
    with suppress(BriefpressError):
        if drafted:
            with State.open(newsletter.root / CACHE / "state.db") as state:
                bodies = bodies_of(newsletter.config, state)
                for item in drafted:
                    bodies(item.body)
                bodies.keep(bodies.fresh())


def exit_code(tally: Tally) -> int:
    """Of a pull that fails when all feeds do, or when the engine gave up."""
    if tally.unwritten:
        return FileError.exit_code
    if tally.broken and not tally.sound:
        return SourceError.exit_code
    return EngineError.exit_code if tally.stopped else 0


def begun_before(newsletter: Newsletter) -> tuple[Item, ...]:
    """The drafts that a pull wrote which was killed before it had found their stories."""
    note = newsletter.root / CACHE / UNPLACED
    if not note.is_file():
        return ()
    before = set(files.read_bytes(note).decode("utf-8", "replace").split())
    return tuple(one for one in _drafts(newsletter) if one.id not in before and not one.story)


def _begin(newsletter: Newsletter) -> None:
    """Note which drafts are there, before others are written; what a killed pull noted stays."""
    note = newsletter.root / CACHE / UNPLACED
    if not note.is_file():
        files.write_atomic(note, "".join(f"{one.id}\n" for one in _drafts(newsletter)), durable=False)


def _drafts(newsletter: Newsletter) -> tuple[Item, ...]:
    return tuple(item for item in newsletter.loaded.library.items if item.status is Status.DRAFT)


def _refuse_blind(console: Console, newsletter: Newsletter) -> None:
    """Tell what is broken, and raise ContentError where it cannot even be told which item that is."""
    for fault in newsletter.loaded.faults:
        console.fault(fault)
    if newsletter.loaded.blind:
        raise ContentError(
            f"it cannot be told which items these are: {', '.join(newsletter.loaded.blind)}",
            "Mend or move them first, so that no item is drafted twice.",
        )


def _pull(
    console: Console,
    newsletter: Newsletter,
    progress: Progress,
    wish: "Wish",
    *,
    replay: bool,
    dry_run: bool,
) -> Tally:
    from builder import turns
    from builder.cli import engines
    from builder.ingest import illustrating, pipeline, recheck
    from builder.ingest.origin import Folder
    from builder.ingest.reading import Apart
    from builder.ingest.robots import Robots

    config = newsletter.config
    tally = Tally()
    moment = sure_now()
    progress.expect(len(wish.feeds) or len(config.feeds), "Asking feeds")
    with (
        memory_of(config, look_only=dry_run) as memory,
        client_of(config) as web,
        quarantine() as apart,
        engines.opened(config, replay=replay or wish.offline or dry_run) as writer,
    ):
        sources = pipeline.Sources(Folder(config.root, config.site), web)
        reader, taking = Apart(apart), turns.over_threads(config.fetch.workers)
        robots = Robots(web, reader, config.fetch.delay_s)
        for event in pipeline.pull(
            config,
            newsletter.loaded,
            writer.engine,
            sources,
            reader,
            memory,
            taking,
            now=moment,
            wish=wish,
            robots=robots,
            dry_run=dry_run,
        ):
            if isinstance(event, pipeline.Chosen) and event.count and not dry_run:
                _begin(newsletter)
            _count(console, tally, event, progress, moment)
        if config.fetch.images and tally.items and not (dry_run or wish.offline):
            progress.expect(len(tally.items), "Getting pictures")
            for got in illustrating.illustrate(config, tally.items, sources, reader, memory, taking, robots):
                progress.step()
                _count_picture(console, tally, got)
        if not (dry_run or wish.offline):
            for look in recheck.recheck(
                config,
                newsletter.loaded,
                sources,
                reader,
                memory,
                taking,
                robots,
                now=moment,
                announced=tally.announced,
                feeds=wish.feeds,
            ):
                _count_look(console, tally, look, progress)
        tally.model, tally.asked = writer.spent(), writer.told()
    return tally


def _count(
    console: Console, tally: Tally, event: "pipeline.Event", progress: Progress, now: datetime
) -> None:
    from builder.ingest import novelty, pipeline, recheck

    match event:
        case pipeline.Step():
            progress.step()
        case pipeline.FeedRead():
            _count_feed(console, tally, event, now)
        case novelty.Skipped(entry, reason):
            told = {"feed": entry.feed, "entry": entry.id, "title": entry.title, "reason": reason.value}
            tally.skipped.append(told | ({"item": event.twin} if event.twin else {}))
            console.event("skipped", tally.skipped[-1])
            console.detail(f"skipped {entry.title or entry.id}: {reason}")
        case pipeline.Revised(entry, item, before):
            tally.revised.append({"feed": entry.feed, "item": item, "title": entry.title, "before": before})
            tally.announced[item] = recheck.revised(before, entry.title)
            console.note(f"{item} is told under another headline now: {entry.title or 'none'}")
        case pipeline.Updated(entry, item):
            tally.announced.setdefault(item, None)
            console.detail(f"{item} was updated, its feed says: {entry.title or entry.id}")
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


def _count_picture(
    console: Console, tally: Tally, event: "illustrating.Illustrated | illustrating.Bare"
) -> None:
    from builder.ingest import illustrating

    match event:
        case illustrating.Illustrated(item, path):
            tally.pictures.append({"id": item.id, "path": path})
            console.detail(f"got {path}")
        case illustrating.Bare(item, why):
            console.note(f"{item.id} has no picture: {why}", "yellow")


def _count_look(console: Console, tally: Tally, event: "recheck.Event", progress: Progress) -> None:
    from builder.content import staleness
    from builder.ingest import recheck

    match event:
        case recheck.Due(number):
            tally.rechecked = number
            if number:
                progress.expect(number, "Looking at sources again")
        case recheck.Looked():
            progress.step()
        case recheck.Marked(item, new):
            row: dict[str, object] = {"id": item.id, "path": item.path, "title": item.title, "new": new}
            row["status"] = item.status.value
            found = [staleness.told(one) for one in item.stale.found] if item.stale else []
            tally.stale.append(row | {"found": found})
            if new:
                console.note(f"{item.id} is stale: {item.title}", "yellow")
                for one in found:
                    console.note(f"  {one}", "yellow")
        case recheck.Unmarked(item):
            tally.unmarked.append({"id": item.id, "path": item.path, "title": item.title})
            console.note(f"{item.id} is not stale any more: {item.title}")
        case recheck.Unknown(item, why):
            tally.unknown.append({"id": item.id, "why": why})
            console.detail(f"the source of {item.id} could not be compared: {why}")


def _count_feed(console: Console, tally: Tally, read: "pipeline.FeedRead", now: datetime) -> None:
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
    if health.moved_to:
        console.note(f"feed {slug} has moved: `briefpress feeds mv {slug} {health.moved_to}`", "yellow")


def _find_stories(newsletter: Newsletter, tally: Tally, begun: tuple[Item, ...]) -> None:
    """Write into each new draft, and each that was `begun` by a killed pull, the story it belongs to."""
    from builder.cli.story import language_of
    from builder.content import changes
    from builder.editorial import rulings, stories

    new = (*begun, *tally.items)
    if not new:
        return
    library = newsletter.loaded.library
    wanted = {item.id for item in new}
    found = stories.find((*library.items, *tally.items), library.stories, wanted, language_of(newsletter))
    changes.apply(rulings.placement(newsletter.root, new, found), newsletter.root, None)
    for draft in tally.drafted:
        draft["story"] = found.get(str(draft["id"]), "")


def _commit(newsletter: Newsletter, tally: Tally) -> str:
    from builder.summary import evidence

    repo = repo_of(newsletter.root, commit=True)
    if repo is None:
        return ""
    marked = [one for one in (*tally.stale, *tally.unmarked) if one.get("new", True)]
    looks = ""
    if marked:
        trailers = "".join(f"Briefpress-Item: {one['id']}\n" for one in marked)
        message = f"Mark {count(len(marked), 'changed source')}\n\n{trailers}"
        looks = repo.commit([newsletter.root / str(one["path"]) for one in marked], message)
    paths = [str(draft["path"]) for draft in tally.drafted]
    paths += [evidence.path_of(path) for path in paths] + [str(one["path"]) for one in tally.pictures]
    message = f"Draft {count(len(tally.drafted), 'item')}\n"
    return repo.commit([newsletter.root / path for path in sorted(paths)], message) or looks


def data_of(tally: Tally) -> dict[str, object]:
    """What is told of a pull."""
    return {
        "feeds": tally.feeds,
        "drafted": tally.drafted,
        "skipped": tally.skipped,
        "revised": tally.revised,
        "failed": tally.failed,
        "pictures": tally.pictures,
        "rechecked": tally.rechecked,
        "stale": tally.stale,
        "unmarked": tally.unmarked,
        "unknown": tally.unknown,
        "commit": tally.commit,
    } | ({"model": tally.model} if tally.model else {})


def _report(console: Console, tally: Tally, *, dry_run: bool) -> None:
    tell_silent(console, tally.silent)
    console.note(in_words(tally, dry_run=dry_run))
    if any(skipped["reason"] == "too old" for skipped in tally.skipped) and not tally.drafted:
        console.note(
            f"How old an entry may be is fetch.max_age_days in config.yaml; {OLDER} for once.", "dim"
        )
    if fresh := [str(one["id"]) for one in tally.stale if one["new"]]:
        which = fresh[0] if len(fresh) == 1 else "ID"
        console.note(f"A source has changed: `briefpress correct {which}` shows what to do about it.", "dim")
        if any(one["new"] and one["status"] == Status.DRAFT.value for one in tally.stale):
            console.note("For drafts, `briefpress redraft --changed` proposes new texts.", "dim")
    if tally.drafted:
        console.note("Next: `briefpress list --status draft`", "dim")


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
    if tally.rechecked:
        told.append(f"{count(tally.rechecked, 'source')} looked at again")
    if tally.asked:
        told.append(tally.asked)
    if tally.commit:
        told.append(f"committed as {tally.commit}")
    return ", ".join(told)
