"""`briefpress build`."""

import gc
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.console import Console, Progress, shown
from builder.cli.newsletter import CACHE, config_of, lock_of, root_of
from builder.cli.options import common, dry_run, json_lines
from builder.cli.site import Site, keep_references, read_site, theme_of, wish
from builder.errors import BriefpressError, ContentError, Fault
from builder.text import count
from builder.workers import Mapper, forks, in_line, usable_cores

if TYPE_CHECKING:
    from builder.publish.sources import Sources
    from builder.publish.standing import Edited, Wish
    from builder.state import State


_MARKER = "marker"
"""The name of what `unfinished.marker` says of an item, for the shelf."""


@dataclass
class Tally:
    """What one build did."""

    out: Path
    written: list[str] = field(default_factory=list)
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)
    failed: int = 0
    exit_code: int = 0


@click.command("build")
@wish
@click.option(
    "--production/--no-production",
    default=lambda: bool(os.environ.get("CI")),
    help="Build nothing while an approved item is other than it was approved.  [default: on where CI is set]",
)
@json_lines
@dry_run
@common
@click.pass_obj
def command(console: Console, wish: "Wish", production: bool, dry_run: bool) -> int:
    """Render the site: only what changed is written, what is no longer public is removed.

    An item that changed since it was approved is named and left out; with --production nothing is built then.
    A dry run names what would be made, since something it is made of changed; the build then writes only
    those files that come out otherwise.

    Exit code 4 when a template fails and 5 when a content file does; the other pages are built all the same.
    """
    root = root_of(console)
    if wish.drafts and not wish.out:
        raise click.UsageError("--drafts needs --out: drafts do not go where the public site goes")
    if not (root / CACHE).is_dir():
        # A folder whose config is broken gets no cache.
        config_of(console)
    with lock_of(root, dry_run), keeping_all(), console.progress("Reading") as progress:
        asked = replace(wish, production=production)
        tally = build_site(console, root, asked, progress, mapper=forks(usable_cores()), dry_run=dry_run)
    console.result(data_of(tally), ok=not tally.exit_code)
    console.note(in_words(tally, dry_run=dry_run))
    return tally.exit_code


def data_of(tally: Tally) -> dict[str, object]:
    """What is told of a build."""
    return {
        "out": str(tally.out),
        "written": tally.written,
        "unchanged": tally.unchanged,
        "removed": tally.removed,
    }


def in_words(tally: Tally, *, dry_run: bool) -> str:
    """What was done, in a line."""
    line = f"wrote {count(len(tally.written), 'file')}"
    if dry_run:
        # Their sources are other than they were; what comes of them only making them tells.
        line = f"would make {count(len(tally.written), 'file')}"
        line += " and write those that come out otherwise" if tally.written else ""
    line += f", {tally.unchanged:,} unchanged"
    if tally.removed:
        line += f", {'would remove' if dry_run else 'removed'} {len(tally.removed)}"
    if tally.failed:
        what = "only what shows what is no longer public" if tally.removed else "nothing"
        line += f", {tally.failed} failed: {what} was removed"
    return f"{line}: {shown(tally.out)}"


@contextmanager
def keeping_all() -> Iterator[None]:
    """No garbage is looked for: what a build reads stays to its end, so nearly none would be found."""
    gc.disable()
    try:
        yield
    finally:
        # Else the first thing that is made now has all of it looked through.
        gc.freeze()
        gc.enable()


def _check_ids(console: Console, site: Site) -> None:
    """Tell when this build gives every entry of the feeds another id than the last one did."""
    from builder import files
    from builder.publish import syndicate

    feed = site.out / syndicate.ATOM
    was = syndicate.authority_in(files.read_bytes(feed)) if feed.is_file() else ""
    if was and was != syndicate.authority(site.config.site):
        console.fault(
            Fault(
                f"the ids in feeds began with {was} and begin with {syndicate.authority(site.config.site)} "
                "now: feed readers will show every entry again",
                path="config.yaml",
                hint=f"Write `id: {was}` below `site:` to keep them.",
            )
        )


def _check_approvals(console: Console, site: Site, *, production: bool) -> None:
    """Tell which items are not what was approved. Raises ContentError for them in `production`."""
    from builder.editorial import approval, unfinished

    words = approval.faults_of_words(site.library, site.shelf.judged(_MARKER, unfinished.marker))
    if production and (changed := (*words, *approval.faults_of_evidence(site.config.root, site.library))):
        raise ContentError.of(changed)
    for fault in words:
        console.fault(fault)


def build_site(
    console: Console,
    root: Path,
    wish: "Wish",
    progress: Progress,
    *,
    mapper: Mapper = in_line,
    dry_run: bool = False,
) -> Tally:
    """Make the site that `wish` asks for, telling each fault."""
    from builder.publish import standing
    from builder.publish.sources import Sources
    from builder.stamps import clock_of
    from builder.state import State

    with State.in_memory() if dry_run else State.open(root / CACHE / "state.db") as state:
        sources = Sources(root, state, 0 if dry_run else clock_of(root / CACHE))
        found = standing.look(root, state, sources, wish)
        if isinstance(found, standing.Stands):
            return Tally(out=found.out, unchanged=found.count)
        if found and not dry_run and (tally := _retouched(console, state, sources, wish, found)):
            return tally
        return _built(console, state, sources, wish, progress, mapper, dry_run)


def _retouched(
    console: Console, state: "State", sources: "Sources", wish: "Wish", edited: "Edited"
) -> Tally | None:
    """The site made again where it shows texts that were `edited`; None where only a build can do it."""
    from builder.editorial import approval, unfinished
    from builder.model import Library
    from builder.publish import retouch
    from builder.stamps import clock_of

    root = sources.root
    change = retouch.change(root, state, sources, wish, edited)
    if not change:
        return None
    library = Library(items=change.items)
    # What is wrong with them is for a whole build to tell, and to act on.
    if approval.faults_of_words(library, change.shelf.judged(_MARKER, unfinished.marker)):
        return None
    if wish.production and approval.faults_of_evidence(root, library):
        return None
    config = config_of(console, keep=True)
    found = retouch.retouched(change, config, theme_of(config, state), state, sources=sources, wish=wish)
    if not found:
        return None
    tally = Tally(out=edited.out, unchanged=len(found.stamps.told) - 1)
    clock = partial(clock_of, root / CACHE)
    for path, changed in retouch.put(found, change, state, sources=sources, wish=wish, clock=clock):
        if changed:
            _tell_written(console, tally, path)
            tally.unchanged -= 1
    return tally


def _tell_written(console: Console, tally: Tally, path: str) -> None:
    tally.written.append(path)
    console.detail(f"wrote {path}")
    console.event("wrote", {"path": path})


def _built(
    console: Console,
    state: "State",
    sources: "Sources",
    wish: "Wish",
    progress: Progress,
    mapper: Mapper,
    dry_run: bool,
) -> Tally:
    from builder.editorial import unfinished

    site = read_site(console, wish, sources, state, mapper, {_MARKER: unfinished.marker})
    try:
        return _made(console, state, sources, site, wish, progress, mapper, dry_run)
    finally:
        # What was parsed need not be parsed again, whatever came of it.
        site.shelf.save()


def _made(
    console: Console,
    state: "State",
    sources: "Sources",
    site: Site,
    wish: "Wish",
    progress: Progress,
    mapper: Mapper,
    dry_run: bool,
) -> Tally:
    from builder.publish import build, standing
    from builder.stamps import Stamps, clock_of

    _check_ids(console, site)
    _check_approvals(console, site, production=wish.production)
    tally = Tally(out=site.out)
    for fault in site.faults:
        console.fault(fault, "error")
        tally.exit_code = ContentError.exit_code
    stamps = Stamps(site.out, standing.outputs_rows(state, wish))
    recall = standing.recalled(state, wish)
    failed: list[BriefpressError] = []
    is_saved = False
    for event in build.build(
        site.config,
        site.library,
        site.ids,
        site.theme,
        state,
        out=site.out,
        stamps=stamps,
        held=sources.held,
        base_url=wish.base_url,
        dry_run=dry_run,
        faults=tuple(fault.path for fault in site.faults),
        mapper=mapper,
        letter=site.letter,
        recall=recall,
    ):
        match event:
            case build.Planned(plan):
                standing.forget(state, wish)
                progress.expect(len(plan.places), "Building")
                tally.unchanged = len(plan.keep)
                if dry_run:
                    tally.written = list(plan.places)
                    tally.removed = list(plan.remove)
                    for path in tally.written:
                        console.detail(f"would make {path}")
                    for path in tally.removed:
                        console.detail(f"would remove {path}")
            case build.Wrote(path, changed):
                if not is_saved:
                    # Whoever makes the outputs goes on meanwhile.
                    site.shelf.save()
                    is_saved = True
                progress.step()
                if changed:
                    _tell_written(console, tally, path)
                else:
                    tally.unchanged += 1
            case build.Failed(_, error):
                progress.step()
                failed.append(error)
            case build.Removed(path, stale):
                tally.removed.append(path)
                if stale:
                    console.note(
                        f"removed {path}: it could not be made anew and shows what is no longer public"
                    )
                console.detail(f"removed {path}")
                console.event("removed", {"path": path})
    _tell_failures(console, failed)
    tally.failed = len(failed)
    if failed:
        # A template's fault first: it is nearer to the cause of many.
        tally.exit_code = min(error.exit_code for error in failed)
    if not console.problems and not dry_run:
        clock_ns = clock_of(site.config.root / CACHE)
        keep_references(state, site.theme)
        standing.remember(
            state,
            sources,
            wish,
            out=site.out,
            static=tuple(site.config.build.static),
            outputs=stamps,
            recall=recall,
            clock_ns=clock_ns,
            since=site.period.since,
            until=site.period.until,
        )
    return tally


def _tell_failures(console: Console, errors: list[BriefpressError]) -> None:
    """Each cause once, however many pages it felled."""
    for message, times in Counter(map(str, errors)).items():
        console.error(next(error for error in errors if str(error) == message))
        if times > 1:
            console.note(f"  and {count(times - 1, 'more page')} for the same reason", "dim")
