"""`briefpress deploy`."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.console import Console
from builder.cli.deploycheck import check_command
from builder.cli.hosting import init_command
from builder.cli.newsletter import config_of, lock_of, now, root_of
from builder.cli.options import common, dry_run
from builder.cli.site import base_url_option, out_option, read_site
from builder.errors import DeployError, Fault
from builder.publish.standing import Wish
from builder.text import count
from builder.workers import forks, usable_cores

if TYPE_CHECKING:
    from builder.config import Config
    from builder.publish.deploy.built import Built
    from builder.publish.verify import Difference

_TOLD = 10
"""Of the files that differ: as many as a person reads."""


@dataclass
class Deployed:
    """What one deployment did."""

    to: str = ""
    """Where the site went, for messages."""
    put: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    told: str = ""
    """What the place said of it; may be empty."""


@click.group("deploy", invoke_without_command=True)
@out_option
@base_url_option
@click.option(
    "--max-deletes",
    type=click.IntRange(min=0),
    metavar="N",
    help="Deploy nothing when more than N files would be deleted  [default: deploy.max_deletes]",
)
@dry_run
@common
@click.pass_obj
@click.pass_context
def command(
    context: click.Context,
    console: Console,
    out: Path | None,
    base_url: str,
    max_deletes: int | None,
    dry_run: bool,
) -> int:
    """Put the built site where readers are: `deploy` in config.yaml says where.

    Only files that changed are put there, and only files of an earlier deployment are deleted. First the
    site is made again in memory: one that is not exactly what may be public now is not deployed, exit code 9.
    """
    if context.invoked_subcommand:
        return 0
    root = root_of(console)
    config = config_of(console)
    with lock_of(root, dry_run):
        done = deploy_site(
            console,
            config,
            Wish(out=out.resolve() if out else None, base_url=base_url, clock=now()),
            max_deletes=config.deploy.max_deletes if max_deletes is None else max_deletes,
            dry_run=dry_run,
        )
    console.result(data_of(done))
    console.note(in_words(done, dry_run=dry_run))
    if done.told:
        console.note(done.told, "dim")
    return 0


def data_of(done: Deployed) -> dict[str, object]:
    """What is told of a deployment."""
    return {
        "to": done.to,
        "put": done.put,
        "removed": done.removed,
        "unchanged": done.unchanged,
        "told": done.told,
    }


def in_words(done: Deployed, *, dry_run: bool) -> str:
    """What was done, in a line."""
    line = f"{'would put' if dry_run else 'put'} {count(len(done.put), 'file')}, {done.unchanged:,} unchanged"
    if done.removed:
        line += f", {'would delete' if dry_run else 'deleted'} {len(done.removed)}"
    return f"{line}: {done.to}"


command.add_command(init_command)
command.add_command(check_command)


def deploys(config: "Config") -> bool:
    """Whether `deploy` has something to do: there is a host, and it does not fetch the site by itself."""
    from builder.publish.deploy.routes import Route, route

    return route(config) not in (Route.NONE, Route.HOST)


def deploy_site(
    console: Console, config: "Config", wish: Wish, *, max_deletes: int, dry_run: bool = False
) -> Deployed:
    """Put the site that `wish` asked for where the config says; who calls holds the newsletter's lock.

    Raises DeployError where the config names no place, where the site is not exactly what may be public at
    `wish.clock`, where more than `max_deletes` files would go, or where the place refuses.
    """
    from builder.publish.deploy import built, carry, check, places
    from builder.publish.deploy.routes import Route, route

    way = route(config)
    if way in (Route.NONE, Route.HOST):
        raise _nowhere(config)
    folder = wish.out or (config.root / config.build.output).resolve()
    site = built.read(folder)
    if local := tuple(check.of_editor(site)):
        raise DeployError.of(local)
    _refuse_other(console, wish)
    if way is Route.VENDOR:
        return _by_vendor(config, site, dry_run=dry_run)
    base_url = wish.base_url or config.site.url
    kind = config.deploy.host if way is Route.PLUGIN else way.value
    place = places.open_place(kind, places.Asked(config, base_url, os.environ))
    todo = carry.look(site, place)
    done = Deployed(place.name, unchanged=len(todo.keep))
    if todo.deletes > max_deletes:
        shown = ", ".join((*todo.clear, *todo.remove)[:3])
        raise DeployError(
            f"{count(todo.deletes, 'file')} would be deleted in {place.name}, "
            f"which is more than {max_deletes}: {shown}, …",
            f"If that is meant: `briefpress deploy --max-deletes {todo.deletes}`.",
        )
    if dry_run:
        done.put, done.removed = list(todo.put), [*todo.clear, *todo.remove]
        for path in done.put:
            console.detail(f"would put {path}")
        for path in done.removed:
            console.detail(f"would delete {path}")
        return done
    with console.progress("Deploying") as progress:
        progress.expect(len(todo.put) + todo.deletes, "Deploying")
        for event in carry.carry_out(site, place, todo):
            progress.step()
            match event:
                case carry.Put(path):
                    done.put.append(path)
                    console.detail(f"put {path}")
                case carry.Removed(path):
                    done.removed.append(path)
                    console.detail(f"deleted {path}")
                case carry.Settled(told):
                    done.told = told
    return done


def _by_vendor(config: "Config", site: "Built", *, dry_run: bool) -> Deployed:
    """Have the host's own command line take the site; it knows itself what changed."""
    from builder.publish.deploy import vendors

    rules = config.deploy
    done = Deployed(f"{rules.to} at {rules.host}", put=list(site.digests))
    told = vendors.line(rules.host, site.folder, rules.to)
    if dry_run:
        done.told = f"would run: npx {' '.join(told)}"
    else:
        done.told = vendors.run(rules.host, site.folder, rules.to, cwd=config.root, environment=os.environ)
    return done


def _nowhere(config: "Config") -> DeployError:
    """Why there is nothing to deploy to."""
    host = config.deploy.host
    if not host:
        return DeployError(
            "config.yaml names no host", "Run `briefpress deploy init HOST`, or set `deploy.host`."
        )
    return DeployError(
        f"{host} builds the site by itself, from what you push to it with git",
        f"Push your commits; `briefpress deploy init {host}` writes what it needs. "
        "To push the built site instead, set `deploy.branch`.",
    )


def _refuse_other(console: Console, wish: Wish) -> None:
    """Raise DeployError when what stands is not, to the byte, what may be public at the time of `wish`.

    So nothing that was built with drafts, ahead of its date, of older content or with faults gets out: what
    the site is made of is not remembered but made again, and compared.
    """
    from builder.publish import verify
    from builder.publish.sources import Sources
    from builder.state import State

    root = root_of(console)
    with State.in_memory() as state, console.progress("Comparing") as progress:
        sources = Sources(root, state, 0)
        mapper = forks(usable_cores())
        site = read_site(console, wish, sources, state, mapper)
        if site.faults:
            raise DeployError.of(
                (
                    *site.faults,
                    Fault("the site lacks what these files hold", hint="Mend them, and build again."),
                )
            )
        different: list[Difference] = []
        for one in verify.differences(
            site.config,
            site.library,
            site.ids,
            site.theme,
            out=site.out,
            held=sources.held,
            base_url=wish.base_url,
            mapper=mapper,
            letter=site.letter,
        ):
            progress.step()
            if isinstance(one, verify.Difference):
                different.append(one)
    if different:
        raise DeployError.of(_faults(different))


def _faults(different: "Sequence[Difference]") -> tuple[Fault, ...]:
    """What to say of a site that is not what its sources make now."""
    first = Fault(
        "the built site is not what may be public now, and is not deployed",
        hint="Run `briefpress build` and deploy again. Files of yours belong into a static folder.",
    )
    worst_first = sorted(different, key=lambda one: list(_SENTENCES).index(one.kind))
    told = [Fault(_SENTENCES[one.kind], one.path) for one in worst_first[:_TOLD]]
    more = len(different) - _TOLD
    return (first, *told, *([Fault(f"{more:,} more differ")] if more > 0 else []))


_SENTENCES = {
    "foreign": "is made by nothing that may be public now",
    "failed": "cannot be made",
    "changed": "is not what the sources make",
    "missing": "is missing",
}
"""By the kind of a difference, the worst first."""
