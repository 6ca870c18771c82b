"""Whether a site is what its sources make: it is made again in memory, and compared with what stands.

Neither the cache nor the record of a build is believed here, only bytes. That sources have other bytes, and
make the same of them, is no difference.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path

from builder import digest, files
from builder.config import Config
from builder.errors import BriefpressError, FileError
from builder.model import Library
from builder.publish import catalogue, material, plan
from builder.publish.bodies import bodies_of
from builder.publish.letters import Writer
from builder.publish.plan import Output, Record
from builder.render.theme import Theme
from builder.state import State
from builder.workers import Mapper

_DIGEST = re.compile(r"[0-9a-f]{1,64}")
_OF_GIT = frozenset([".git", ".gitignore", ".gitkeep"])
"""A site may be a work tree of its own, as for a branch that a host serves."""


class Kind(StrEnum):
    """How a file of a site can differ."""

    CHANGED = "changed"
    MISSING = "missing"
    FOREIGN = "foreign"
    """It is there, and no build of these sources makes it."""
    FAILED = "failed"
    """It cannot be made."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A file of a site that is not as it should be."""

    path: str
    kind: Kind
    origin: str = ""
    """What it is made from; empty for what is not made at all."""
    error: BriefpressError | None = None
    """Why it cannot be made."""


def differences(
    config: Config,
    library: Library,
    ids: frozenset[str],
    theme: Theme,
    *,
    out: Path,
    held: Mapping[str, str],
    base_url: str,
    mapper: Mapper,
    letter: Writer | None = None,
) -> Iterator[Difference | str]:
    """For each output its path where it is as it should be, else how it differs; then what is too many.

    The arguments are those of `build.build`. Raises ContentError as that does.
    """
    with State.in_memory() as state:
        seen = material.public(library, ids)
        bodies = bodies_of(config, state)
        outputs = catalogue.site_outputs(
            config, seen, theme, bodies, base_url or config.site.url, held, letter
        )
        # Compiled here, templates are shared by all workers.
        made = plan.plan(outputs, {}, lambda *_: False).write
        theme.prepare({output.template for output in made if output.template})
        records: dict[str, Record] = {}
        for output, (record, difference) in zip(made, mapper(partial(_compared, out), made), strict=True):
            if record:
                records[output.path] = record
            yield difference or output.path
    for path in sorted(_standing(out) - {plan.MANIFEST, *(output.path for output in made)}):
        yield Difference(path, Kind.FOREIGN)
    making = catalogue.making_of(config, seen, held)
    making = replace(making, inputs=_inputs(out, making.inputs))
    told = plan.dump_manifest(records, making).encode()
    yield _difference(out, plan.MANIFEST, told, "all other files") or plan.MANIFEST


def _inputs(out: Path, now: Mapping[str, str]) -> Mapping[str, str]:
    """What the record in `out` says the site was made from, where it may say so; else `now`.

    A remark in the config, a mark on an item change a file and nothing that is made of it. But no file may
    be named that the public sees nothing of, and nothing else be said there than digests.
    """
    try:
        then = plan.inputs_of(files.read_bytes(files.inside(out, plan.MANIFEST)))
    except FileError:
        return now
    sound = then.keys() <= now.keys() and all(map(_DIGEST.fullmatch, then.values()))
    return then if sound else now


def _compared(out: Path, output: Output) -> tuple[Record | None, Difference | None]:
    try:
        data = output.make()
    except BriefpressError as error:
        return None, Difference(output.path, Kind.FAILED, output.origin, error)
    record = Record(output.key, digest.of_bytes(data), len(data))
    return record, _difference(out, output.path, data, output.origin)


def _difference(out: Path, path: str, data: bytes, origin: str) -> Difference | None:
    try:
        if files.read_bytes(files.inside(out, path)) == data:
            return None
    except FileError:
        if not (out / path).exists():
            return Difference(path, Kind.MISSING, origin)
    return Difference(path, Kind.CHANGED, origin)


def _standing(out: Path) -> set[str]:
    """Every file in `out` and below but what git keeps there for itself."""
    found: set[str] = set()
    for place, folders, names in os.walk(out):
        folders[:] = [folder for folder in folders if folder not in _OF_GIT]
        found |= {(Path(place) / name).relative_to(out).as_posix() for name in names if name not in _OF_GIT}
    return found
