"""`briefpress pull`."""

from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from builder import files
from builder.cli import looks, pulled
from builder.cli.console import Console, Progress
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
from builder.cli.outside import client_of, memory_of, quarantine, slugs_of
from builder.cli.pulled import Tally
from builder.errors import BriefpressError, ConfigError, ContentError, EngineError, FileError, SourceError
from builder.model import Item, Status
from builder.text import count

if TYPE_CHECKING:
    from builder.ingest.asking import Wish

EXIT_PARTIAL = 8
UNPLACED = "unplaced"
"""A file in the cache folder, while a pull writes drafts that are in no story yet: what was there before."""


@click.command("pull")
@click.option("--feed", "slugs", metavar="SLUG", multiple=True, help="Only this feed; may be repeated.")
@click.option(
    "--since", metavar="DATE|DAYS", help="Draft what was published since 2026-11-01, or for 14 days."
)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many drafts, the newest.")
@click.option(
    "--force",
    is_flag=True,
    help="Also ask feeds that are not due, are paused or said to be gone, judge each entry anew, and look"
    " again at sources that were looked at today.",
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
    console.result(pulled.data_of(tally), ok=not tally.broken and not tally.failed)
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
    pulled.report(console, tally, dry_run=dry_run)
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
            pulled.note(console, tally, event, progress, moment)
        if config.fetch.images and tally.items and not (dry_run or wish.offline):
            progress.expect(len(tally.items), "Getting pictures")
            for got in illustrating.illustrate(config, tally.items, sources, reader, memory, taking, robots):
                progress.step()
                pulled.note_picture(console, tally, got)
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
                force=wish.force,
            ):
                looks.note(console, tally.looks, look, progress)
        tally.model, tally.asked = writer.spent(), writer.told()
    return tally


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
    marks = looks.commit(repo, newsletter.root, tally.looks)
    paths = [str(draft["path"]) for draft in tally.drafted]
    paths += [evidence.path_of(path) for path in paths] + [str(one["path"]) for one in tally.pictures]
    message = f"Draft {count(len(tally.drafted), 'item')}\n"
    return repo.commit([newsletter.root / path for path in sorted(paths)], message) or marks
