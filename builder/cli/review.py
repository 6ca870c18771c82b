"""`briefpress approve`, `briefpress reject`, `briefpress reopen`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from builder.cli.console import Console
from builder.cli.newsletter import open_newsletter, repo_of
from builder.cli.options import commit, common, dry_run

if TYPE_CHECKING:
    from builder.editorial.review import Verdict


@click.command("approve")
@click.argument("items", metavar="ID...", nargs=-1, required=True)
@commit
@dry_run
@common
@click.pass_obj
def approve(console: Console, items: Sequence[str], commit: bool, dry_run: bool) -> int:
    """Let items be published.

    ID is an item's id, at least four characters of one, or a path. One line of each file is changed; in a git
    repository each decision is one commit of that file, with its evidence if that is new to git.
    """
    from builder.editorial.review import Verdict

    return _decide(console, items, Verdict.APPROVE, commit=commit, dry_run=dry_run)


@click.command("reject")
@click.argument("items", metavar="ID...", nargs=-1, required=True)
@commit
@dry_run
@common
@click.pass_obj
def reject(console: Console, items: Sequence[str], commit: bool, dry_run: bool) -> int:
    """Keep items from being published. Their files stay, so that they are not drafted again."""
    from builder.editorial.review import Verdict

    return _decide(console, items, Verdict.REJECT, commit=commit, dry_run=dry_run)


@click.command("reopen")
@click.argument("items", metavar="ID...", nargs=-1, required=True)
@commit
@dry_run
@common
@click.pass_obj
def reopen(console: Console, items: Sequence[str], commit: bool, dry_run: bool) -> int:
    """Make approved or rejected items drafts again."""
    from builder.editorial.review import Verdict

    return _decide(console, items, Verdict.REOPEN, commit=commit, dry_run=dry_run)


def _decide(console: Console, refs: Sequence[str], verdict: "Verdict", *, commit: bool, dry_run: bool) -> int:
    from builder.editorial import desk

    newsletter = open_newsletter(console)
    root, loaded = newsletter.root, newsletter.loaded
    if dry_run:
        decisions = desk.plan_decisions(root, loaded.library, refs, verdict)
    else:
        decisions = desk.decide(root, loaded, refs, verdict, repo_of(root, commit))
    rows = []
    for decision in decisions:
        item = decision.item
        change = f"{item.status.value} → {decision.status.value}" if decision.change else "as it was"
        rows.append((item.id, change, decision.commit, item.title))
    data = [
        {
            "id": decision.item.id,
            "path": decision.item.path,
            "was": decision.item.status.value,
            "status": decision.status.value,
            "commit": decision.commit,
        }
        for decision in decisions
    ]
    console.result({"decisions": data}, "\n".join("  ".join(filter(None, row)) for row in rows))
    return 0
