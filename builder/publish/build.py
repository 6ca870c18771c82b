"""The library made into a site on disk.

    library                         what is public of it
    | pages                         every page with its view; bodies rendered once, by digest
    | plan                          which outputs are new, which stand, which are to go
    | render, write                 each file beside its place, then moved
    | remove                        what the last build recorded and this one does not claim
    | record                        the manifest, in the output folder

Nothing here knows the time: the same content gives the same bytes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from builder import digest, files
from builder.config import Config
from builder.errors import BriefpressError, FileError
from builder.model import Library
from builder.publish import backdrop, catalogue, clearing, letters, material, plan, retraction, writing
from builder.publish.bodies import bodies_of
from builder.publish.material import Place
from builder.publish.plan import Making, Output, Plan, Record, Run
from builder.publish.recall import Recall, line_of
from builder.render.theme import Theme
from builder.stamps import Stamp, Stamps, stamp_of
from builder.state import State
from builder.workers import Mapper, in_line

_FEW = 500
"""So many outputs are worked out sooner than workers are begun."""


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
    runs, loose, whole = catalogue.site_runs(
        config, seen, theme, bodies, base_url, held or {}, letter, recorded
    )
    making = catalogue.making_of(config, seen, held or {})
    todo = _plan(runs, loose, recall, known, recorded, stamps, base_url, exact=dry_run)
    gone = retraction.gone(todo.remove, library, faults)
    if faults:
        showing = clearing.showing(out, gone.doubtful, gone)
        todo = replace(todo, remove=tuple(sorted({*gone.remove, *showing})))
    clearing.refuse_foreign(out, todo, recorded)
    yield Planned(todo)
    if dry_run:
        return
    records = dict(recorded)
    if new := [path for path in todo.places if path not in recorded]:
        # Recorded before it is done: after a kill in the middle we still know what is ours.
        records.update((path, Record("", "", 0)) for path in new)
        _record(out, records, making, stamps)
    failed: list[str] = []
    try:
        cleared = plan.in_the_way(todo)
        yield from _removed(out, cleared, records)
        for run, puts in writing.all_put(out, todo, bodies, theme, partial(_stood, stamps, recorded), mapper):
            for put in puts:
                if put.stamp:
                    stamps.saw(put.path, put.stamp)
                    records[put.path] = Record(put.key, put.stamp[2], put.stamp[0])
                    yield Wrote(put.path, put.changed)
                elif put.error:
                    failed.append(put.path)
                    yield Failed(put.path, put.error)
            if run:
                recall.keep(run, [(put.path, put.key, put.modified) for put in puts])
        # While an output failed nothing goes unless something was retracted: an old page beats none.
        leaving = todo.remove if faults or not failed else gone.remove
        stale = clearing.showing(out, [path for path in failed if path in recorded], gone)
        yield from _removed(out, [path for path in leaving if path not in cleared], records)
        yield from _removed(out, stale, records, stale=True)
    finally:
        listed = _ours(records, recorded, out)
        recall.close(loose, _record(out, listed, making, stamps), len(listed))
        recall.backdrop = backdrop.dump(whole)


def _plan(
    runs: Sequence[Run],
    loose: list[Output],
    recall: Recall,
    known: Mapping[str, Record] | None,
    recorded: Mapping[str, Record],
    stamps: Stamps,
    base_url: str,
    *,
    exact: bool,
) -> Plan:
    """What to do for `runs` and what is `loose`, to which the sitemap is added.

    Of many outputs in runs that are not as they were, it is for those who make them to tell which of them
    are; but for a plan that is to be `exact`.
    """
    stood = partial(_stood, stamps, recorded)
    changed: list[tuple[Run, Sequence[Place]]] = []
    standing: list[Place] = []
    with stamps.near():
        for run in runs:
            lines = recall.standing(run, stood)
            if lines is None:
                changed.append((run, run.places()))
            else:
                standing.extend([(path, modified) for path, _, modified in lines])
    told = [*standing, *chain(*(places for _, places in changed)), *map(catalogue.place_of, loose)]
    loose.append(catalogue.sitemap(base_url, told))
    claimed = [catalogue.SITEMAP, *(path for path, _ in told)]
    paths = [path for path, _ in standing]
    sure = loose
    # Where the last build left no others, and was done, they are apart.
    as_before = known is not None and len(claimed) == len(known) and known.keys() == {*claimed}
    if not as_before and not plan.apart(claimed):
        # Those that clash are told by what they are made of.
        sure, paths, changed = [*loose, *_worked_out(runs, recall)], [], []
    elif exact or sum(len(places) for _, places in changed) <= _FEW:
        sure, changed = [*loose, *_worked_out([run for run, _ in changed], recall)], []

    def whole(path: str, record: Record) -> bool:
        return stood(path, record.key) is not None

    return plan.plan(sure, recorded, whole, paths, changed)


def _worked_out(runs: Iterable[Run], recall: Recall) -> Iterator[Output]:
    for run in runs:
        made = run.known.value
        recall.keep(run, map(line_of, made))
        yield from made


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


def _stood(stamps: Stamps, recorded: Mapping[str, Record], path: str, key: str) -> Stamp | None:
    """How the output at `path` with `key` stands there as the last build wrote it; None where it does not."""
    record = recorded.get(path)
    try:
        if record is not None and record.key == key and stamps.digest(path) == record.digest:
            return stamps.seen(path)
    except FileError:
        pass
    return None


def _removed(
    out: Path, paths: Iterable[str], records: dict[str, Record], *, stale: bool = False
) -> Iterator[Removed]:
    for path in paths:
        clearing.remove(out, path)
        del records[path]
        yield Removed(path, stale)
