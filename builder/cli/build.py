"""`briefpress build`."""

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import click

from builder.cli.console import Console, Progress
from builder.cli.newsletter import CACHE, Newsletter, lock_of, open_newsletter
from builder.cli.options import common, dry_run
from builder.errors import BriefpressError, ContentError, FileError
from builder.text import count


@dataclass
class Tally:
    """What one build did."""

    written: list[str] = field(default_factory=list)
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)
    failed: int = 0
    exit_code: int = 0


def _web_address(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """`value` as the address of a folder; empty stays empty."""
    parts = urlsplit(value)
    if value and not (parts.scheme in ("http", "https") and parts.hostname):
        raise click.BadParameter("is no web address such as https://brief.example/", ctx, param)
    return value and value.rstrip("/") + "/"


@click.command("build")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Build here instead of build.output."
)
@click.option(
    "--base-url",
    metavar="URL",
    default="",
    callback=_web_address,
    help="Where the site will stand instead of site.url.",
)
@click.option(
    "--production/--no-production",
    default=lambda: bool(os.environ.get("CI")),
    help="Build nothing while an approved item is other than it was approved.  [default: on where CI is set]",
)
@dry_run
@common
@click.pass_obj
def command(console: Console, out: Path | None, base_url: str, production: bool, dry_run: bool) -> int:
    """Render the site: only what changed is written, what is no longer public is removed.

    An item that changed since it was approved is named and left out; with --production nothing is built then.

    Exit code 4 when a template fails and 5 when a content file does; the other pages are built all the same.
    """
    newsletter = open_newsletter(console)
    target = (out or newsletter.root / newsletter.config.build.output).resolve()
    if out:
        _check_apart(target, newsletter)
    _check_approvals(console, newsletter, production=production)
    with lock_of(newsletter.root, dry_run), console.progress("Reading") as progress:
        tally = build_site(console, newsletter, target, progress, base_url=base_url, dry_run=dry_run)
    console.result(
        {
            "out": str(target),
            "written": tally.written,
            "unchanged": tally.unchanged,
            "removed": tally.removed,
        },
        ok=not tally.exit_code,
    )
    done = "would write" if dry_run else "wrote"
    line = f"{done} {count(len(tally.written), 'file')}, {tally.unchanged:,} unchanged"
    if tally.removed:
        line += f", {'would remove' if dry_run else 'removed'} {len(tally.removed)}"
    if tally.failed:
        line += f", {tally.failed} failed: nothing was removed"
    console.note(f"{line}: {_shown(target)}")
    return tally.exit_code


def _check_approvals(console: Console, newsletter: Newsletter, *, production: bool) -> None:
    """Tell which items are not what was approved. Raises ContentError for them in `production`."""
    from builder.editorial import approval

    library = newsletter.loaded.library
    if production:
        changed = (*approval.faults_of_words(library), *approval.faults_of_evidence(newsletter.root, library))
        if changed:
            raise ContentError.of(changed)
    for fault in approval.faults_of_words(library):
        console.fault(fault)


def _check_apart(target: Path, newsletter: Newsletter) -> None:
    """Raise FileError when a site in `target` would lie among the newsletter's own files."""
    root = newsletter.root
    own = [root / name for name in ("content", "templates", ".git", CACHE, *newsletter.config.build.static)]
    if root.is_relative_to(target) or any(
        target.is_relative_to(folder) or folder.is_relative_to(target) for folder in own
    ):
        raise FileError(
            f"{target} holds the newsletter's own files", "Build into a folder that holds nothing else."
        )


def build_site(
    console: Console,
    newsletter: Newsletter,
    out: Path,
    progress: Progress,
    *,
    base_url: str = "",
    drafts: bool = False,
    dry_run: bool = False,
) -> Tally:
    """Build into `out`, telling each fault; `drafts` shows everything that is not rejected."""
    from builder.content import library
    from builder.model import Status
    from builder.publish import build
    from builder.render.theme import Theme
    from builder.state import State

    config, loaded = newsletter.config, newsletter.loaded
    tally = Tally()
    for fault in loaded.faults:
        console.fault(fault, "error")
        tally.exit_code = ContentError.exit_code
    if drafts:
        ids = frozenset(item.id for item in loaded.library.items if item.status != Status.REJECTED)
    else:
        ids = library.published_items(loaded.library, config.editorial.publish)
    theme = Theme.open(config.root / "templates")
    failed: list[BriefpressError] = []
    with State.in_memory() if dry_run else State.open(config.root / CACHE / "state.db") as state:
        for event in build.build(
            config,
            loaded.library,
            ids,
            theme,
            state,
            out=out,
            base_url=base_url,
            dry_run=dry_run,
            remove=not loaded.faults,
        ):
            match event:
                case build.Planned(plan):
                    progress.expect(len(plan.write), "Building")
                    tally.unchanged = len(plan.keep)
                    if dry_run:
                        tally.written = [output.path for output in plan.write]
                        tally.removed = list(plan.remove)
                        for path in tally.written:
                            console.detail(f"would write {path}")
                        for path in tally.removed:
                            console.detail(f"would remove {path}")
                case build.Wrote(path, changed):
                    progress.step()
                    if changed:
                        tally.written.append(path)
                        console.detail(f"wrote {path}")
                    else:
                        tally.unchanged += 1
                case build.Failed(_, error):
                    progress.step()
                    failed.append(error)
                case build.Removed(path):
                    tally.removed.append(path)
                    console.detail(f"removed {path}")
    _tell_failures(console, failed)
    tally.failed = len(failed)
    if failed:
        # A template's fault first: it is nearer to the cause of many.
        tally.exit_code = min(error.exit_code for error in failed)
    return tally


def _tell_failures(console: Console, errors: list[BriefpressError]) -> None:
    """Each cause once, however many pages it felled."""
    for message, times in Counter(map(str, errors)).items():
        console.error(next(error for error in errors if str(error) == message))
        if times > 1:
            console.note(f"  and {count(times - 1, 'more page')} for the same reason", "dim")


def _shown(path: Path) -> str:
    """`path` from here when it is below, else whole."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
