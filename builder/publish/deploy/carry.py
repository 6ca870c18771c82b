"""A deployment, in order. It can be cut short at any moment, and the next one makes it whole.

What is ours at a place is what the record of the build there lists, and what a deployment that is under way
lists in a note of its own, written before its first file and removed after its last.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from builder.errors import BriefpressError, DeployError
from builder.publish import plan
from builder.publish.deploy.built import Built
from builder.publish.deploy.changes import Changes, changes
from builder.publish.deploy.places import Place

UNDER_WAY = "briefpress-deploying.json"


@dataclass(frozen=True, slots=True)
class Put:
    """A file was put there."""

    path: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A file was taken away."""

    path: str


@dataclass(frozen=True, slots=True)
class Settled:
    """All of it counts."""

    told: str
    """What the place says of it; may be empty."""


Event = Put | Removed | Settled


def look(built: Built, place: Place) -> Changes:
    """What would make `place` hold the site.

    Raises DeployError for foreign files in the way, and where the site of another newsletter stands.
    """
    standing = place.standing()
    for record in (plan.MANIFEST, UNDER_WAY):
        if record in standing:
            _refuse_another(plan.parse_site(built.read(plan.MANIFEST)), place, record)
    wanted = {path: place.fingerprint(built.read(path)) for path in built.digests}
    return replace(changes(wanted, standing, owned(place, standing)), goes_on=UNDER_WAY in standing)


def owned(place: Place, standing: Mapping[str, str]) -> Collection[str]:
    """The paths of the files that deployments put there. Raises DeployError for a damaged record."""
    ours: set[str] = set()
    if plan.MANIFEST in standing:
        try:
            ours |= {plan.MANIFEST, *plan.parse_manifest(place.read(plan.MANIFEST), plan.MANIFEST)}
        except BriefpressError as error:
            hint = "Remove that file there, and what else it listed, and deploy again."
            raise DeployError(f"the record of the site in {place.name} cannot be read", hint) from error
    if UNDER_WAY in standing:
        ours.update(_parsed(place.read(UNDER_WAY)))
    return ours


def carry_out(built: Built, place: Place, todo: Changes) -> Iterator[Event]:
    """Do what `look` found, yielding each step when it is done. Raises DeployError."""
    if todo.is_none:
        return
    # All that is or will be ours: what an earlier deployment listed, and did not come to, is among it.
    ours = sorted((*todo.clear, *todo.put, *todo.keep, *todo.remove))
    note = {"site": plan.parse_site(built.read(plan.MANIFEST)), "paths": ours}
    place.put(UNDER_WAY, json.dumps(note).encode())
    for path in todo.clear:
        place.remove(path)
        yield Removed(path)
    last = [path for path in todo.put if path == plan.MANIFEST]
    for path in todo.put:
        if path not in last:
            place.put(path, built.read(path))
            yield Put(path)
    for path in todo.remove:
        place.remove(path)
        yield Removed(path)
    for path in last:
        place.put(path, built.read(path))
        yield Put(path)
    place.remove(UNDER_WAY)
    yield Settled(place.settle())


def _refuse_another(own: Mapping[str, str], place: Place, record: str) -> None:
    """Raise DeployError where `record` at `place` says that what stands there is of another newsletter."""
    try:
        told = plan.parse_site(place.read(record))
    except (ValueError, AttributeError, RecursionError):
        return  # damaged, or of an earlier version, which did not say whose it is
    # An address may change where the id stays; one of the two is enough where the other is not told.
    name = next((name for name in ("id", "url") if name in own and name in told), "")
    if name and own[name] != told[name]:
        raise DeployError(
            f"in {place.name} stands the site of another newsletter: its site.{name} is {told[name]}, "
            f"and ours is {own[name]}",
            f"Deploy to another place. To take this one over on purpose, first remove {record} there, and "
            "the files that it lists.",
        )


def _parsed(data: bytes) -> Collection[str]:
    """The paths of a note. One that was cut short came before any file."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return ()
    paths = told.get("paths") if isinstance(told, dict) else told
    return [path for path in paths if isinstance(path, str)] if isinstance(paths, list) else ()
