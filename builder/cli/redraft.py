"""`briefpress redraft`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from builder.cli.console import Console, Progress
from builder.cli.engines import shortfall
from builder.cli.listing import matching
from builder.cli.newsletter import Newsletter, lock_of, now, open_newsletter, repo_of
from builder.cli.options import common, dry_run, replay
from builder.cli.outside import refuse_unknown
from builder.errors import EngineError, EngineStoppedError, Fault
from builder.model import Aspect, Item, Status
from builder.text import count

if TYPE_CHECKING:
    from builder.ingest import redraft


EXIT_CONFLICT = 1
_MARKERS_HINT = "Both stand between markers: keep one, or write a third, and remove the markers."
_BESIDE_HINT = "The item stands as you have it; take over from there what you want, then delete that file."


@dataclass
class Tally:
    """What one run did."""

    redrafted: list[dict[str, object]] = field(default_factory=list)
    due: list[dict[str, object]] = field(default_factory=list)
    merged: list[dict[str, object]] = field(default_factory=list)
    left: list[dict[str, object]] = field(default_factory=list)
    failed: list[dict[str, object]] = field(default_factory=list)
    stopped: bool = False
    """Whether the engine gave up for this run."""
    code: int = 0
    """The exit code of the first failure."""
    model: dict[str, object] | None = None
    asked: str = ""


@click.command("redraft")
@click.argument("items", metavar="[ID...]", nargs=-1)
@click.option("--section", metavar="SLUG", help="The drafts of this section.")
@click.option("--feed", metavar="SLUG", help="The drafts from this feed.")
@click.option("--tag", help="The drafts with this tag.")
@click.option("--changed", is_flag=True, help="The drafts whose sources say otherwise now.")
@click.option("--all", "every", is_flag=True, help="All drafts.")
@click.option("--engine", metavar="NAME", help="The engine  [default: summary.engine of the config]")
@click.option(
    "--commit/--no-commit",
    default=False,
    help="In a git repository, commit what was written anew.  [default: no-commit]",
)
@replay
@dry_run
@common
@click.pass_obj
def command(
    console: Console,
    items: Sequence[str],
    section: str | None,
    feed: str | None,
    tag: str | None,
    changed: bool,
    every: bool,
    engine: str | None,
    commit: bool,
    replay: bool,
    dry_run: bool,
) -> int:
    """Write drafts anew, with the newsletter's engine or another.

    Only drafts are written: their TL;DR, their text, who wrote it, and the evidence. Where an editor has
    changed one, both are merged; what both changed stands between markers, or in a file beside it
    (editorial.conflicts), exit code 1, for a person to settle. An edited draft that neither a commit nor
    the cache has as it was is named and left, and so is one that is approved or rejected: reopen it first.
    The text behind an item is taken from the cache, else its page is asked again, or its entry is looked up
    in the copy of its feed; of a draft that is stale this is always done, and the new text is that of the
    source as it is now. Another headline of the source becomes the title, unless you gave it one of yours.
    """
    if not (items or section or feed or tag or changed or every):
        raise click.UsageError("Name items, or choose some by --section, --feed, --tag, --changed or --all.")
    newsletter = open_newsletter(console)
    with lock_of(newsletter.root, dry_run):
        newsletter = open_newsletter(console)
        chosen = _chosen(newsletter, items, section=section, feed=feed, tag=tag, changed=changed, every=every)
        if changed:
            _tell_approved(console, newsletter)
        with console.progress("Writing") as progress:
            progress.expect(len(chosen), "Writing")
            tally = _redraft(
                console, newsletter, chosen, progress, engine=engine or "", replay=replay, dry_run=dry_run
            )
        hash_ = _commit(newsletter, tally) if commit and (tally.redrafted or tally.merged) else ""
    _report(console, tally, hash_, dry_run=dry_run)
    return EngineError.exit_code if tally.stopped else tally.code


def _chosen(
    newsletter: Newsletter,
    refs: Sequence[str],
    *,
    section: str | None,
    feed: str | None,
    tag: str | None,
    changed: bool,
    every: bool,
) -> list[Item]:
    """The items that are named, then the drafts that are asked for, each once."""
    from builder.editorial import desk

    library = newsletter.loaded.library
    refuse_unknown(newsletter.config, library.items, feed=feed, section=section, tag=tag)
    found = [desk.find(library, ref) for ref in refs]
    if section or feed or tag or changed or every:
        found += matching(
            library.items, status=Status.DRAFT.value, section=section, feed=feed, tag=tag, stale=changed
        )
    return list({item.id: item for item in found}.values())


def _tell_approved(console: Console, newsletter: Newsletter) -> None:
    """Say which items are stale and no drafts: what was approved is never written over."""
    from builder.editorial import corrections

    for item in corrections.stale(newsletter.loaded.library):
        if item.status is not Status.DRAFT:
            console.note(
                f"{item.id} is {item.status.value}: `briefpress correct {item.id}`, or reopen it first",
                "yellow",
            )


def _redraft(
    console: Console,
    newsletter: Newsletter,
    chosen: Sequence[Item],
    progress: Progress,
    *,
    engine: str,
    replay: bool,
    dry_run: bool,
) -> Tally:
    from builder.cli import engines
    from builder.cli.outside import client_of, memory_of, quarantine
    from builder.ingest import redraft
    from builder.ingest.origin import Folder
    from builder.ingest.pipeline import Sources
    from builder.ingest.reading import Apart

    config = newsletter.config
    tally = Tally()
    with (
        memory_of(config, look_only=dry_run) as memory,
        client_of(config) as web,
        quarantine() as apart,
        engines.opened(config, engine, replay=replay or dry_run) as writer,
    ):
        for event in redraft.redraft(
            config,
            chosen,
            writer.engine,
            Sources(Folder(config.root, config.site), web),
            Apart(apart),
            memory,
            now=now(),
            drafted=_drafted(newsletter),
            dry_run=dry_run,
        ):
            progress.step()
            _count(console, tally, event)
        tally.model, tally.asked = writer.spent(), writer.told()
    return tally


def _count(console: Console, tally: Tally, event: "redraft.Event") -> None:
    from builder.ingest import redraft

    item = event.item
    row: dict[str, object] = {"id": item.id, "path": item.path, "title": item.title}
    match event:
        case redraft.Redrafted():
            row |= {"by": item.by, "before": event.before, "source_changed": event.source_changed}
            short = shortfall(item.provenance)
            tally.redrafted.append(row | ({"short": short} if short else {}))
            console.detail(f"wrote {item.path} anew, by {item.by}")
            if short:
                console.note(f"{item.id}: {short}", "yellow")
            if event.source_changed:
                console.note(f"{item.id}: its source has changed since the earlier draft", "yellow")
        case redraft.Merged(by=by, title=title, conflicts=conflicts, beside=beside):
            _tell_headline(console, item, title)
            tally.merged.append(row | {"by": by, "conflicts": list(conflicts)})
            console.detail(f"merged {item.path} with what {by} wrote")
            if conflicts:
                tally.code = tally.code or EXIT_CONFLICT
                both = ", ".join(conflicts)
                hint = _BESIDE_HINT if beside else _MARKERS_HINT
                console.fault(Fault(f"you and {by} changed {both}", beside or item.path, hint=hint))
        case redraft.Due(is_sure=is_sure):
            tally.due.append(row | {"is_sure": is_sure})
            console.note(f"{item.id} would be {'written anew' if is_sure else 'tried'}: {item.title}")
        case redraft.Left(reason=reason):
            tally.left.append(row | {"why": reason.value})
            console.note(f"{item.id} is left, {reason}: {item.title}")
            if reason is redraft.Reason.EDITED and item.stale:
                console.note(f"  `briefpress correct {item.id}` says what to take over by hand", "dim")
        case redraft.Failed(error=error):
            why = error.faults[0].message
            tally.failed.append(row | {"why": why})
            tally.code = tally.code or error.exit_code
            if isinstance(error, EngineStoppedError):
                if not tally.stopped:
                    console.fault(Fault(why, hint=error.hint))
                tally.stopped = True
            else:
                console.fault(Fault(why, item.path, hint=error.hint))


def _tell_headline(console: Console, item: Item, title: str) -> None:
    """Say that an editor's own title stands, where the source has another headline now."""
    told = [one.now for one in item.stale.found if one.aspect is Aspect.HEADLINE] if item.stale else []
    if told and title == item.title:
        console.note(f"{item.id} keeps your title; the headline of its source is now: {told[0]}")


def _drafted(newsletter: Newsletter) -> "redraft.Drafted":
    """Git's memory of drafts: the newest commit in which an item's text was as its evidence has it."""
    from builder.content import items
    from builder.errors import ContentError
    from builder.summary import provenance
    from builder.summary.evidence import Evidence

    repo = repo_of(newsletter.root, commit=True)

    def drafted(item: Item, proof: Evidence) -> str:
        for version in repo.versions(newsletter.root / item.path) if repo else ():
            try:
                was = items.parse(version, item.path)
            except ContentError:
                continue
            if provenance.untouched(was, proof):
                return version
        return ""

    return drafted


def _commit(newsletter: Newsletter, tally: Tally) -> str:
    from builder.summary import evidence

    repo = repo_of(newsletter.root, commit=True)
    if repo is None:
        return ""
    settled = [row for row in tally.merged if not row["conflicts"]]
    paths = [str(row["path"]) for row in (*tally.redrafted, *settled)]
    paths += [evidence.path_of(path) for path in paths]
    message = f"Redraft {count(len(paths) // 2, 'item')}\n"
    return repo.commit([newsletter.root / path for path in sorted(paths)], message)


def _report(console: Console, tally: Tally, hash_: str, *, dry_run: bool) -> None:
    data = {
        "redrafted": tally.redrafted,
        "merged": tally.merged,
        "due": tally.due,
        "left": tally.left,
        "failed": tally.failed,
        "commit": hash_,
    } | ({"model": tally.model} if tally.model else {})
    console.result(data, ok=not tally.failed)
    told = [f"{count(len(tally.redrafted), 'draft')} written anew"]
    if tally.merged:
        told.append(f"{len(tally.merged)} merged with your edits")
    if dry_run:
        sure = sum(bool(row["is_sure"]) for row in tally.due)
        told = [f"{count(sure, 'draft')} would be written anew"]
        if tried := len(tally.due) - sure:
            told = [*(told if sure else ()), f"{count(tried, 'draft')} would be tried"]
    if tally.left:
        told.append(f"{len(tally.left)} left")
    if tally.failed:
        told.append(f"{len(tally.failed)} failed, and stand as they were")
    if tally.asked:
        told.append(tally.asked)
    if hash_:
        told.append(f"committed as {hash_}")
    console.note(", ".join(told))
