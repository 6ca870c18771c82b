"""`briefpress deploy check`."""

from pathlib import Path

import click

from builder.cli.console import Console, shown
from builder.cli.newsletter import config_of, now, root_of
from builder.cli.options import common
from builder.cli.site import base_url_option, out_option
from builder.text import count
from builder.workers import forks, usable_cores

EXIT_FINDINGS = 1
_MOST = 50
"""Of the faults that are told; all are in the document of `--json`."""


@click.command("check", short_help="Say whether the built site will work where it is to stand.")
@out_option
@base_url_option
@common
@click.pass_obj
def check_command(console: Console, out: Path | None, base_url: str) -> int:
    """Say whether the built site will work where it is to stand; nothing is asked of the network.

    Every link, asset, feed and canonical address is followed as at the site's address. What the host in
    config.yaml takes is known, and so is when GitHub stops a schedule. Exit code 1 when something is broken.
    """
    from builder.gitrepo import Repo
    from builder.publish.deploy import built, schedules
    from builder.publish.deploy.check import check
    from builder.publish.deploy.routes import route

    root = root_of(console)
    config = config_of(console)
    route(config)
    folder = out.resolve() if out else (root / config.build.output).resolve()
    site = built.read(folder)
    repo = Repo.at(root)
    remote = repo.remote(config.deploy.remote) if repo else ""
    found = check(site, base_url or config.site.url, config.deploy.host, remote, mapper=forks(usable_cores()))
    workflows = schedules.scheduled(repo.root if repo else root)
    last = repo.last_activity() if repo and workflows else None
    doubts = (*found.doubts, *schedules.doubts(workflows, last, now()))
    for fault in found.faults[:_MOST]:
        console.fault(fault, "error")
    if more := found.faults[_MOST:]:
        console.note(f"and {len(more):,} more", "bold red")
        console.problems.extend(more)
    for fault in doubts:
        console.fault(fault)
    console.result(
        {
            "out": str(folder),
            "pages": found.pages,
            "links": found.links,
            "files": found.files,
            "bytes": found.size,
            "errors": len(found.faults),
            "warnings": len(doubts),
        },
        ok=not found.faults,
    )
    told = f"{count(found.pages, 'page')}, {count(found.links, 'link')}, {found.size / 1e6:,.1f} MB"
    wrong = [count(len(found.faults), "fault")] if found.faults else []
    wrong += [count(len(doubts), "warning")] if doubts else []
    console.note(f"{told}: {', '.join(wrong) or 'all in order'}: {shown(folder)}")
    return EXIT_FINDINGS if found.faults else 0
