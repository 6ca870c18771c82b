"""`briefpress approve`, `briefpress reject`, `briefpress reopen`."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from builder.cli.console import Console
from builder.cli.newsletter import Newsletter, now, open_desk, repo_of
from builder.cli.options import commit, common, dry_run, moment_of
from builder.cli.outside import refuse_unknown
from builder.model import Status
from builder.text import count

if TYPE_CHECKING:
    from builder.editorial.review import Verdict
    from builder.gitrepo import Repo
    from builder.model import Item

_LOOKED_UP = 20
_SINCE_HINT = "; --since counts the dates of the articles, as `briefpress list` shows them"

F = TypeVar("F", bound=Callable[..., Any])


def _chosen(function: F) -> F:
    """What names items: ids and paths, a file of them, or a query over what waits."""
    for option in reversed(
        (
            click.argument("items", metavar="[ID]...", nargs=-1),
            click.option(
                "--from",
                "listed",
                type=click.File(encoding="utf-8"),
                metavar="FILE|-",
                help="Also the items this file lists, one a line; - is stdin.",
            ),
            click.option("--feed", metavar="SLUG", default="", help="All that wait from this feed."),
            click.option("--tag", default="", help="All that wait with this tag."),
            click.option("--section", metavar="SLUG", default="", help="All that wait in this section."),
            click.option(
                "--since",
                metavar="DATE|DAYS",
                default="",
                help="All that wait and whose articles are from 2026-11-01 (UTC) or later, or from the last "
                "14 days; when they were pulled does not count.",
            ),
        )
    ):
        function = option(function)
    return function


@click.command("approve")
@_chosen
@click.option(
    "--diff",
    "show",
    is_flag=True,
    help="Show what changed since it was approved, of all items where none is named; decide nothing.",
)
@commit
@dry_run
@common
@click.pass_obj
def approve(console: Console, /, show: bool, commit: bool, dry_run: bool, **chosen: Any) -> int:
    """Let items be published.

    ID is an item's id, at least four characters of one, or a path. The approval holds for the text as it
    stands: who gave it and when is written beside the status, and one changed character puts the item back
    to review. In a git repository each decision is one commit of that file, with its evidence if that is new
    to git.
    """
    from builder.editorial.review import Verdict

    newsletter = open_desk(console, commit=commit, dry_run=dry_run or show)
    if show and not any(chosen.values()):
        changed = [item.id for item in newsletter.loaded.library.items if _is_other(newsletter, item)]
        return _show_changes(console, newsletter, changed)
    refs = _refs(newsletter, **chosen)
    if show:
        return _show_changes(console, newsletter, refs)
    dated = bool(chosen["since"])
    return _decide(console, newsletter, refs, Verdict.APPROVE, dated=dated, commit=commit, dry_run=dry_run)


@click.command("reject")
@_chosen
@click.option("--reason", default="", help="Why; kept in the file.")
@commit
@dry_run
@common
@click.pass_obj
def reject(console: Console, /, reason: str, commit: bool, dry_run: bool, **chosen: Any) -> int:
    """Keep items from being published. Their files stay, so that they are not drafted again."""
    from builder.editorial.review import Verdict

    newsletter = open_desk(console, commit=commit, dry_run=dry_run)
    refs = _refs(newsletter, **chosen)
    return _decide(
        console,
        newsletter,
        refs,
        Verdict.REJECT,
        reason=reason,
        dated=bool(chosen["since"]),
        commit=commit,
        dry_run=dry_run,
    )


@click.command("reopen")
@click.argument("items", metavar="ID...", nargs=-1, required=True)
@commit
@dry_run
@common
@click.pass_obj
def reopen(console: Console, items: Sequence[str], commit: bool, dry_run: bool) -> int:
    """Make approved or rejected items drafts again."""
    from builder.editorial.review import Verdict

    newsletter = open_desk(console, commit=commit, dry_run=dry_run)
    return _decide(console, newsletter, items, Verdict.REOPEN, commit=commit, dry_run=dry_run)


def _refs(
    newsletter: Newsletter,
    *,
    items: Sequence[str],
    listed: Any,
    feed: str,
    tag: str,
    section: str,
    since: str,
) -> tuple[str, ...]:
    """What to decide on, by all the ways to say so. Raises UsageError when nothing was said."""
    from builder.editorial import approval, desk

    refuse_unknown(newsletter.config, newsletter.loaded.library.items, feed=feed, section=section, tag=tag)
    lines = [line.partition("#")[0].split() for line in listed] if listed else []
    refs = [*items, *(words[0] for words in lines if words)]
    if feed or tag or section or since:
        start = moment_of(since, now()) if since else None
        shown = partial(approval.digest_of_evidence, newsletter.root)
        library = newsletter.loaded.library
        found = desk.waiting(library, shown, feed=feed, tag=tag, section=section, since=start)
        refs.extend(item.id for item in found)
    elif not refs and not listed:
        raise click.UsageError("Say which: an ID, --from FILE, --feed, --tag, --section or --since.")
    return tuple(refs)


def _tell_of_errors(console: Console, newsletter: Newsletter, items: "Sequence[Item]") -> None:
    """Say in which of `items`, as they are approved, lint finds errors; of many only the first are read."""
    from builder.cli.lint import around_of
    from builder.editorial import lint
    from builder.model import Level

    if not items:
        return
    # Who leads to the same page is a warning, and would take the texts of all items.
    around = around_of(newsletter.config, newsletter.loaded.library, lambda _: frozenset())
    for one in lint.lint(newsletter.root, items[:_LOOKED_UP], newsletter.config, around):
        if errors := sum(found.level is Level.ERROR for found in one.findings):
            console.note(f"lint finds {count(errors, 'error')} in it: briefpress lint {one.name}", "yellow")
    if len(items) > _LOOKED_UP:
        rest = count(len(items) - _LOOKED_UP, "more item")
        console.note(f"lint was not asked about {rest}: briefpress lint", "dim")


def _show_changes(console: Console, newsletter: Newsletter, refs: Sequence[str]) -> int:
    from builder.content.library import text_of
    from builder.editorial import approval, desk

    root, repo = newsletter.root, repo_of(newsletter.root, commit=True)
    shown: dict[str, str] = {}
    for ref in refs:
        item = desk.find(newsletter.loaded.library, ref)
        versions = repo.versions(root / item.path) if repo else ()
        lines = [*approval.difference(item, text_of(root, item.path), versions)]
        if approval.has_other_evidence(item, partial(approval.digest_of_evidence, root)):
            lines += _difference_of_evidence(newsletter, item, repo)
        shown[item.id] = "".join(lines)
    console.result({"changes": shown}, "\n".join(shown.values()).rstrip("\n"))
    if not any(shown.values()):
        console.note("nothing changed since it was approved")
    return 0


def _is_other(newsletter: Newsletter, item: "Item") -> bool:
    """Whether `item` has other words or other evidence than were approved."""
    from builder.editorial import approval

    shown = partial(approval.digest_of_evidence, newsletter.root)
    return item.status is Status.CHANGED or approval.rests_on_other(item, shown)


def _changes(
    newsletter: Newsletter, items: "Sequence[Item]", repo: "Repo | None"
) -> dict[str, tuple[str, ...]]:
    """In what each of `items`, by id, is other than it was approved; those that are not are left out.

    Of many only the first are looked up in git, which takes its time.
    """
    from builder.editorial import approval

    shown = partial(approval.digest_of_evidence, newsletter.root)
    found: dict[str, tuple[str, ...]] = {}
    for item in items:
        known = repo if len(found) < _LOOKED_UP else None
        versions = known.versions(newsletter.root / item.path) if known else ()
        other = approval.has_other_evidence(item, shown)
        if what := approval.what_changed(item, versions, evidence_too=other):
            found[item.id] = what
    return found


def _difference_of_evidence(newsletter: Newsletter, item: "Item", repo: "Repo | None") -> "Iterator[str]":
    from builder.content.library import text_of
    from builder.editorial import approval
    from builder.summary.evidence import path_of

    path = path_of(item.path)
    place = newsletter.root / path
    text = text_of(newsletter.root, path) if place.is_file() else ""
    return approval.difference_of_evidence(item, text, repo.versions(place) if repo else ())


def _decide(
    console: Console,
    newsletter: Newsletter,
    refs: Sequence[str],
    verdict: "Verdict",
    *,
    reason: str = "",
    dated: bool = False,
    commit: bool,
    dry_run: bool,
) -> int:
    """Carry out the verdict and tell of it; `dated`: the items were asked for by date."""
    from builder.editorial import desk

    root, loaded = newsletter.root, newsletter.loaded
    repo = repo_of(root, commit=True)
    judge = desk.Judge(by=repo.author() if repo else "", at=now(), reason=reason)
    if dry_run:
        decisions = desk.plan_decisions(root, loaded.library, refs, verdict, judge, repo if commit else None)
    else:
        decisions = desk.decide(root, loaded, refs, verdict, judge, repo if commit else None)
    rows = []
    changes = _changes(newsletter, [decision.item for decision in decisions if decision.change], repo)
    for decision in decisions:
        item = decision.item
        outcome = f"{item.status.value} → {decision.status.value}"
        if item.status is decision.status:
            outcome = f"{item.status.value} again" if decision.change else "as it was"
        if decision.is_taken:
            outcome = f"{item.status.value} already, {'not committed yet' if dry_run else 'committed now'}"
        if item.id in changes:
            outcome += f" (changed since it was approved: {', '.join(changes[item.id])})"
        rows.append((item.id, outcome, decision.commit, item.title))
    data = [
        {
            "id": decision.item.id,
            "path": decision.item.path,
            "was": decision.item.status.value,
            "status": decision.status.value,
            "changed": changes.get(decision.item.id, ()),
            "commit": decision.commit,
        }
        for decision in decisions
    ]
    for one in (decision.item for decision in decisions if decision.status is Status.APPROVED):
        if one.stale:
            console.note(
                f"{one.id} is stale: `briefpress correct {one.id}` shows what its source says.", "yellow"
            )
    console.result({"decisions": data}, "\n".join("  ".join(filter(None, row)) for row in rows))
    _tell_of_errors(console, newsletter, [one.item for one in decisions if one.status is Status.APPROVED])
    if not decisions:
        console.note(f"nothing waits that fits{_SINCE_HINT if dated else ''}")
    return 0
