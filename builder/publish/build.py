"""The library made into a site on disk.

    library                         what is public of it
    | pages                         every page with its view; bodies rendered once, by digest
    | plan                          which outputs are new, which stand, which are to go
    | render, write                 each file beside its place, then moved
    | remove                        what the last build recorded and this one does not claim
    | record                        the manifest, in the output folder

Nothing here knows the time: the same content gives the same bytes.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from builder import digest, files
from builder.config import Config
from builder.errors import BriefpressError, FileError
from builder.model import Library
from builder.publish import catalogue, clearing, letters, material, plan, retraction, writing
from builder.publish.bodies import bodies_of
from builder.publish.plan import Making, Output, Plan, Record, Run
from builder.publish.recall import Line, Recall
from builder.render.theme import Theme
from builder.stamps import Stamps, stamp_of
from builder.state import State
from builder.workers import Mapper, in_line


@dataclass(frozen=True, slots=True)
class Planned:
    """What is about to happen."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Wrote:
    """An output was made."""

    path: str
    changed: bool
    """False when the bytes were already there."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An output could not be made; the last one of that name, if any, stands."""

    path: str
    error: BriefpressError


@dataclass(frozen=True, slots=True)
class Removed:
    """An output of an earlier build was removed."""

    path: str
    stale: bool = False
    """Whether it would be there, had it not failed: as it was, it showed what is no longer public."""


Event = Planned | Wrote | Failed | Removed


def build(
    config: Config,
    library: Library,
    ids: frozenset[str],
    theme: Theme,
    state: State,
    *,
    out: Path,
    stamps: Stamps | None = None,
    held: Mapping[str, str] | None = None,
    base_url: str = "",
    dry_run: bool = False,
    faults: Collection[str] = (),
    mapper: Mapper = in_line,
    letter: letters.Writer | None = None,
    recall: Recall | None = None,
) -> Iterator[Event]:
    """Make `out` the site of `library`, in which the items `ids` are public, yielding what happens.

    First comes Planned, then one Wrote or Failed for each output to write, then Removed; a dry run ends
    after Planned. Raises ContentError for two pages in one place, FileError when a file is in the way that no
    build wrote.

    When an output fails the others are made. Then, and while there are `faults`, the paths of broken content,
    nothing is removed but what is known to be public no more, and what still shows it: see `retraction`.
    `stamps` are those of `out`, and know all that stands there in the end; `held` are the digests of the
    newsletter's files. Outputs are made by `mapper`. `letter` writes the page with the letter of an edition,
    if there are letters. What the last build made is known from `recall`, which is told what this one made.
    """
    stamps, recall = stamps or Stamps(out), recall or Recall()
    known = recall.recorded(stamps)
    recorded = _recorded(out) if known is None else known
    seen = material.public(library, ids)
    bodies = bodies_of(config, state)
    base_url = base_url or config.site.url
    runs, loose = catalogue.site_runs(config, seen, theme, bodies, base_url, held or {}, letter, recorded)
    making = catalogue.making_of(config, seen, held or {})
    with stamps.near():
        made, standing = _looked_at(runs, recall, recorded, partial(_stands, stamps))
    loose.append(catalogue.sitemap(base_url, [*map(catalogue.line_of, (*made, *loose)), *standing]))
    made.extend(loose)
    paths = [path for path, _, _ in standing]
    places = [*paths, *(output.path for output in made)]
    # Where the last build left no others, and was done, they are apart.
    as_before = known is not None and len(places) == len(known) and known.keys() == {*places}
    if not as_before and not plan.apart(places):
        # Those that clash are told by what they are made of.
        made, paths = [*catalogue.all_of(runs), *loose], []
    todo = plan.plan(made, recorded, partial(_stands, stamps), paths)
    gone = retraction.gone(todo.remove, library, faults)
    if faults:
        showing = clearing.showing(out, gone.doubtful, gone)
        todo = replace(todo, remove=tuple(sorted({*gone.remove, *showing})))
    clearing.refuse_foreign(out, todo, recorded)
    yield Planned(todo)
    if dry_run:
        return
    records = dict(recorded)
    if new := [output for output in todo.write if output.path not in recorded]:
        # Recorded before it is done: after a kill in the middle we still know what is ours.
        records.update((output.path, Record(output.key, "", 0)) for output in new)
        _record(out, records, making, stamps)
    failed: list[str] = []
    try:
        cleared = plan.in_the_way(todo)
        yield from _removed(out, cleared, records)
        for output, put in writing.all_put(out, todo.write, bodies, theme, mapper):
            if put.stamp:
                stamps.saw(output.path, put.stamp)
                records[output.path] = Record(output.key, put.stamp[2], put.stamp[0])
                yield Wrote(output.path, put.changed)
            elif put.error:
                failed.append(output.path)
                yield Failed(output.path, put.error)
        # While an output failed nothing goes unless something was retracted: an old page beats none.
        leaving = todo.remove if faults or not failed else gone.remove
        stale = clearing.showing(out, [path for path in failed if path in recorded], gone)
        yield from _removed(out, [path for path in leaving if path not in cleared], records)
        yield from _removed(out, stale, records, stale=True)
    finally:
        listed = _ours(records, recorded, out)
        recall.close(loose, _record(out, listed, making, stamps), len(listed))


def _looked_at(
    runs: Iterable[Run], recall: Recall, recorded: Mapping[str, Record], whole: Callable[[str, Record], bool]
) -> tuple[list[Output], list[Line]]:
    """The outputs of those of `runs` that are not as they were, and what is told of all others."""

    def stands(path: str, key: str) -> bool:
        record = recorded.get(path)
        return record is not None and record.key == key and bool(record.digest) and whole(path, record)

    made: list[Output] = []
    standing: list[Line] = []
    for run in runs:
        lines = recall.standing(run, stands)
        if lines is None:
            recall.keep(run)
            made.extend(run.known.value)
        else:
            standing.extend(lines)
    return made, standing


def _recorded(out: Path) -> Mapping[str, Record]:
    manifest = out / plan.MANIFEST
    return plan.parse_manifest(files.read_bytes(manifest), str(manifest)) if manifest.exists() else {}


def _record(out: Path, records: Mapping[str, Record], making: Making, stamps: Stamps) -> str:
    """Write down what the build made; the digest of the record."""
    data = plan.dump_manifest(records, making).encode()
    _, stat = files.Tree(out).put(plan.MANIFEST, data)
    held = digest.of_bytes(data)
    stamps.saw(plan.MANIFEST, stamp_of(stat, held))
    return held


def _ours(records: Mapping[str, Record], recorded: Mapping[str, Record], out: Path) -> Mapping[str, Record]:
    """`records` without those that were planned, never written, and are not there."""
    return {
        path: recorded.get(path, record) if not record.digest else record
        for path, record in records.items()
        if record.digest or path in recorded or (out / path).exists()
    }


def _stands(stamps: Stamps, path: str, record: Record) -> bool:
    try:
        return stamps.digest(path) == record.digest
    except FileError:
        return False


def _removed(
    out: Path, paths: Iterable[str], records: dict[str, Record], *, stale: bool = False
) -> Iterator[Removed]:
    for path in paths:
        clearing.remove(out, path)
        del records[path]
        yield Removed(path, stale)
