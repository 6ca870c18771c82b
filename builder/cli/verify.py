"""`briefpress verify`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from builder.cli.console import VERBOSE, Console, shown
from builder.cli.newsletter import root_of
from builder.cli.options import common
from builder.cli.site import read_site, wish
from builder.errors import ContentError, Fault
from builder.publish.standing import Wish
from builder.text import count
from builder.workers import forks, usable_cores

if TYPE_CHECKING:
    from builder.publish.verify import Difference

EXIT_DIFFERENT = 1


@click.command("verify")
@wish
@common
@click.pass_obj
def command(console: Console, wish: Wish) -> int:
    """Say where the built site is not what its sources make: it is made again, in memory only.

    Exit code 1 when a file is changed, missing or foreign; 4 or 5 when one cannot be made. Give the options
    that the site was built with.
    """
    from builder.publish import verify
    from builder.publish.plan import MANIFEST
    from builder.publish.sources import Sources
    from builder.state import State

    root = root_of(console)
    with State.in_memory() as state, console.progress("Comparing") as progress:
        sources = Sources(root, state, 0)
        mapper = forks(usable_cores())
        site = read_site(console, wish, sources, state, mapper)
        for fault in site.faults:
            console.fault(fault, "error")
        found = verify.differences(
            site.config,
            site.library,
            site.ids,
            site.theme,
            out=site.out,
            held=sources.held,
            base_url=wish.base_url,
            mapper=mapper,
            letter=site.letter,
        )
        same = 0
        different: list[verify.Difference] = []
        for one in found:
            progress.step()
            if isinstance(one, verify.Difference):
                different.append(one)
            elif one != MANIFEST:
                # A build does not count its list of what it made either.
                same += 1
    _tell(console, different)
    kinds = {kind.value: [one.path for one in different if one.kind is kind] for kind in verify.Kind}
    failed = [one.error.exit_code for one in different if one.error]
    code = min(failed, default=ContentError.exit_code if site.faults else EXIT_DIFFERENT if different else 0)
    console.result({"out": str(site.out), "same": same, **kinds}, ok=not code)
    where = shown(site.out)
    told = f"{count(same, 'file')} as they should be"
    console.note(f"{told}, {len(different)} not: {where}" if different else f"{told}: {where}")
    return code


_SENTENCES = {
    "changed": ("is not what the sources make", "are not what the sources make"),
    "missing": ("is missing", "are missing"),
    "foreign": ("is made by nothing", "are made by nothing"),
    "failed": ("cannot be made", "cannot be made"),
}
_NAMED = 8
"""Files of a group that are named; -v names all."""


def _tell(console: Console, different: "Sequence[Difference]") -> None:
    """What differs, in groups: files that differ in one way, and those that fail with one error."""
    groups: dict[tuple[str, str], list[Difference]] = {}
    for one in different:
        groups.setdefault((one.kind.value, str(one.error or "")), []).append(one)
    for (kind, _), group in groups.items():
        one_is, several_are = _SENTENCES[kind]
        faults = [
            Fault(one_is, one.path, hint=one.origin and f"It is made from {one.origin}.") for one in group
        ]
        if len(group) == 1:
            console.fault(faults[0])
        else:
            console.fault(Fault(f"{count(len(group), 'file')} {several_are}"))
            # The document names each.
            console.problems[-1:] = faults
            named = group if console.verbosity >= VERBOSE else group[:_NAMED]
            for one in named:
                console.note(f"  {one.path}{one.origin and f', made from {one.origin}'}", "dim")
            if more := len(group) - len(named):
                console.note(f"  and {more:,} more: -v names all", "dim")
        if error := group[0].error:
            console.error(error)
