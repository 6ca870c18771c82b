"""`briefpress pull`."""

import os
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from builder import __version__
from builder.cli.console import Console, Progress
from builder.cli.newsletter import CACHE, Newsletter, config_of, lock_of, now, open_newsletter, repo_of
from builder.cli.options import common, dry_run
from builder.errors import ContentError, Fault, SourceError
from builder.text import count

if TYPE_CHECKING:
    from builder.ingest import pipeline

EXIT_PARTIAL = 8


@dataclass
class Tally:
    """What one pull did."""

    feeds: list[dict[str, object]] = field(default_factory=list)
    drafted: list[dict[str, object]] = field(default_factory=list)
    skipped: list[dict[str, object]] = field(default_factory=list)
    failed: list[dict[str, object]] = field(default_factory=list)
    broken: int = 0
    """Feeds that failed."""
    new: int = 0


@click.command("pull")
@click.option("--commit", is_flag=True, help="In a git repository, commit the drafts, and nothing else.")
@click.option(
    "--fail-on",
    type=click.Choice(["all", "partial"]),
    default="all",
    show_default=True,
    help="Fail when all feeds fail (exit code 7), or when any does (8).",
)
@dry_run
@common
@click.pass_obj
def command(console: Console, commit: bool, fail_on: str, dry_run: bool) -> int:
    """Fetch the feeds and write a draft for each new entry.

    A feed or page that fails is told in one line and holds up no other. What was drafted, approved or
    rejected before is left alone, so a second pull writes nothing.
    """
    config = config_of(console)
    # What is known is read under the lock: another pull may just have drafted it.
    with lock_of(config.root, dry_run):
        newsletter = open_newsletter(console)
        _refuse_blind(console, newsletter)
        if not config.feeds:
            console.note("There are no feeds yet: name some under `feeds:` in config.yaml.")
        with console.progress("Asking feeds") as progress:
            tally = _pull(console, newsletter, progress, dry_run=dry_run)
        hash_ = _commit(newsletter, tally) if commit and tally.drafted else ""
    _report(console, tally, hash_, dry_run=dry_run)
    if tally.broken and tally.broken == len(config.feeds):
        return SourceError.exit_code
    return EXIT_PARTIAL if fail_on == "partial" and (tally.broken or tally.failed) else 0


def _refuse_blind(console: Console, newsletter: Newsletter) -> None:
    """Tell what is broken, and raise ContentError where it cannot even be told which item that is."""
    for fault in newsletter.loaded.faults:
        console.fault(fault)
    if newsletter.loaded.blind:
        raise ContentError(
            f"it cannot be told which items these are: {', '.join(newsletter.loaded.blind)}",
            "Mend or move them first, so that no item is drafted twice.",
        )


def _pull(console: Console, newsletter: Newsletter, progress: Progress, *, dry_run: bool) -> Tally:
    from builder import workers
    from builder.ingest import pipeline
    from builder.ingest.origin import Folder
    from builder.ingest.reading import Apart
    from builder.quarantine import Quarantine
    from builder.state import State
    from builder.summary import engine
    from builder.web import Client

    config = newsletter.config
    engine_ = engine.load(config.summary.engine)
    tally = Tally()
    progress.expect(len(config.feeds), "Asking feeds")
    state_ = State.in_memory() if dry_run else State.open(config.root / CACHE / "state.db")
    web_ = Client(
        user_agent=user_agent(config.site.url, config.fetch.contact),
        allow_hosts=config.fetch.allow_hosts,
        timeout_s=config.fetch.timeout_s,
    )
    with state_ as state, web_ as web, Quarantine("builder.ingest.reading", cores()) as quarantine:
        for event in pipeline.pull(
            config,
            newsletter.loaded,
            engine_,
            pipeline.Sources(Folder(config.root, config.site), web),
            Apart(quarantine),
            state,
            workers.threads(config.fetch.workers),
            now=now(),
            dry_run=dry_run,
        ):
            _count(console, tally, event, progress)
    return tally


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def user_agent(site: str, contact: str) -> str:
    """Who we say we are: the program, the newsletter's address, and whom to write to."""
    return f"briefpress/{__version__} (+{site}{'; ' + contact if contact else ''})"


def _count(console: Console, tally: Tally, event: "pipeline.Event", progress: Progress) -> None:
    from builder.ingest import novelty, pipeline

    match event:
        case pipeline.FeedRead(feed=feed, error=error):
            progress.step()
            state = "failed" if error else "unchanged" if event.unchanged else "read"
            why = error.faults[0].message if error else ""
            tally.feeds.append({"feed": feed.slug, "state": state, "entries": event.entries, "why": why})
            if error:
                tally.broken += 1
                console.fault(Fault(f"feed {feed.slug}: {why}", hint=error.hint))
            else:
                console.detail(f"feed {feed.slug}: {state}, {count(event.entries, 'entry', 'entries')}")
            if event.moved_to:
                console.note(f"feed {feed.slug} has moved to {event.moved_to}: change its url in config.yaml")
        case novelty.Skipped(entry, reason):
            tally.skipped.append({"feed": entry.feed, "entry": entry.id, "reason": reason.value})
            console.detail(f"skipped {entry.title or entry.id}: {reason}")
        case pipeline.Chosen(number):
            tally.new = number
            progress.expect(number, "Reading articles")
        case pipeline.Drafted(item, problem):
            progress.step()
            tally.drafted.append({"id": item.id, "path": item.path, "title": item.title, "why": problem})
            console.detail(f"drafted {item.path}")
            if problem:
                console.note(f"{item.id} {item.source.text.value} only: {problem}", "yellow")
        case pipeline.Failed(entry, error):
            progress.step()
            why = error.faults[0].message
            tally.failed.append({"feed": entry.feed, "entry": entry.id, "why": why})
            console.fault(Fault(f"feed {entry.feed}: {entry.title or entry.id}: {why}", hint=error.hint))


def _commit(newsletter: Newsletter, tally: Tally) -> str:
    from builder.summary import evidence

    repo = repo_of(newsletter.root, commit=True)
    if repo is None:
        return ""
    paths = [str(draft["path"]) for draft in tally.drafted]
    paths += [evidence.path_of(path) for path in paths]
    message = f"Draft {count(len(tally.drafted), 'item')}\n"
    return repo.commit([newsletter.root / path for path in sorted(paths)], message)


def _report(console: Console, tally: Tally, hash_: str, *, dry_run: bool) -> None:
    data = {
        "feeds": tally.feeds,
        "drafted": tally.drafted,
        "skipped": tally.skipped,
        "failed": tally.failed,
        "commit": hash_,
    }
    console.result(data, ok=not tally.broken and not tally.failed)
    told = [f"{count(len(tally.feeds), 'feed')} asked"]
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
    if hash_:
        told.append(f"committed as {hash_}")
    console.note(", ".join(told))
    if any(skipped["reason"] == "too old" for skipped in tally.skipped) and not tally.drafted:
        console.note("How old an entry may be is fetch.max_age_days in config.yaml.", "dim")
    if tally.drafted:
        console.note("Next: `briefpress list --status draft`", "dim")
