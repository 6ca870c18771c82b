"""`briefpress review`."""

import sys

import click

from builder.cli.console import Console
from builder.cli.newsletter import config_of, finish_begun, now, reading, repo_of
from builder.cli.options import commit, common
from builder.text import count


@click.command("review")
@commit
@common
@click.pass_obj
def command(console: Console, commit: bool) -> int:
    """Work through the drafts in a terminal screen: each sentence beside its source, one key a decision.

    It needs the extra `review`. Without a terminal, use list, show, approve and reject.
    """
    from builder.content import items
    from builder.editorial.desk import Judge
    from builder.editorial.sitting import Sitting
    from builder.summary.evidence import path_of

    config = config_of(console)
    if commit:
        finish_begun(console)
    with reading(config.root) as (loaded, shelf):
        for fault in loaded.faults:
            console.fault(fault)
    try:
        from builder.cli.screen import Screen
    except ImportError as error:
        raise click.ClickException(
            "install the extra: pip install 'briefpress[review]' (by pipx or from a clone: docs/install.md)"
        ) from error
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.ClickException("this needs a terminal; use list, show, approve and reject instead")
    repo = repo_of(config.root, commit=True)
    by = repo.author() if repo else ""
    sitting = Sitting(
        config.root,
        loaded,
        config.sections,
        lambda reason: Judge(by=by, at=now(), reason=reason),
        repo if commit else None,
        lambda path: items.shortened(shelf.held.get(path_of(path), "")),
    )
    Screen(sitting, config.site.title).run()
    done = len(sitting.steps)
    console.result({"steps": [step.said for step in sitting.steps]}, f"{count(done, 'step')} taken")
    return 0
