"""The library made into a site on disk.

    library                         what is public of it
    | pages                         every page with its view; bodies rendered once, by digest
    | plan                          which outputs are new, which stand, which are to go
    | render, write                 each file beside its place, then moved
    | remove                        what the last build recorded and this one does not claim
    | record                        the manifest, in the output folder

Nothing here knows the time: the same content gives the same bytes.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from builder import digest, files
from builder.config import FILE, Config
from builder.content import pictures as item_pictures
from builder.digest import Known
from builder.errors import BriefpressError, ContentError, FileError
from builder.model import Item, Library, Site
from builder.publish import (
    channels,
    letters,
    material,
    pages,
    pictures,
    plan,
    retraction,
    search,
    shelves,
    syndicate,
)
from builder.publish.bodies import Bodies, bodies_of, versions
from builder.publish.channels import Written
from builder.publish.illustrations import Illustrations
from builder.publish.material import Material, Public
from builder.publish.plan import Making, Output, Plan, Record, Run
from builder.publish.recall import Line, Recall
from builder.render.theme import Theme
from builder.stamps import Stamp, Stamps, stamp_of
from builder.state import State
from builder.summary import evidence
from builder.summary.evidence import Evidence
from builder.workers import Mapper, in_line

# Copied by file managers, wanted by nobody.
_LITTER = frozenset(["Thumbs.db", "desktop.ini"])
# Hidden by name, and yet for hosts and visitors (RFC 8615, and what static hosts ask for).
_SERVED = frozenset([".well-known", ".nojekyll", ".htaccess"])
SITEMAP = "sitemap.xml"
_SEARCHED = "search/"
_AT_ONCE = 16_000
"""Outputs for which workers are made; they let go what they made of them when they end."""
_KEPT_AT_ONCE = 500
"""Texts whose HTML is put into the cache together."""


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
    runs, loose = site_runs(config, seen, theme, bodies, base_url, held or {}, letter, recorded)
    making = making_of(config, seen, held or {})
    with stamps.near():
        made, standing = _looked_at(runs, recall, recorded, partial(_stands, stamps))
    loose.append(_sitemap(base_url, [*map(_line, (*made, *loose)), *standing]))
    made.extend(loose)
    paths = [path for path, _, _ in standing]
    places = [*paths, *(output.path for output in made)]
    # Where the last build left no others, and was done, they are apart.
    as_before = known is not None and len(places) == len(known) and known.keys() == {*places}
    if not as_before and not plan.apart(places):
        # Those that clash are told by what they are made of.
        made, paths = [*_all_of(runs), *loose], []
    todo = plan.plan(made, recorded, partial(_stands, stamps), paths)
    gone = retraction.gone(todo.remove, library, faults)
    if faults:
        showing = _showing(out, gone.doubtful, gone)
        todo = replace(todo, remove=tuple(sorted({*gone.remove, *showing})))
    _refuse_foreign(out, todo, recorded)
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
        for output, put in _all_put(out, todo.write, bodies, theme, mapper):
            if put.stamp:
                stamps.saw(output.path, put.stamp)
                records[output.path] = Record(output.key, put.stamp[2], put.stamp[0])
                yield Wrote(output.path, put.changed)
            elif put.error:
                failed.append(output.path)
                yield Failed(output.path, put.error)
        # While an output failed nothing goes unless something was retracted: an old page beats none.
        leaving = todo.remove if faults or not failed else gone.remove
        yield from _removed(out, [path for path in leaving if path not in cleared], records)
        stale = _showing(out, [path for path in failed if path in recorded], gone)
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


def _line(output: Output) -> Line:
    return output.path, output.key, output.modified


def _all_of(runs: Iterable[Run]) -> Iterator[Output]:
    for run in runs:
        yield from run.known.value


class _Put(NamedTuple):
    """What became of an output, as a worker tells it."""

    fresh: Mapping[str, str]
    """The HTML of Markdown texts that had to be rendered for it."""
    changed: bool = False
    """Whether other bytes stood there, or none."""
    stamp: Stamp | None = None
    """Of the file as it stands; None where it could not be made."""
    error: BriefpressError | None = None


def _all_put(
    out: Path, outputs: Sequence[Output], bodies: Bodies, theme: Theme, mapper: Mapper
) -> Iterator[tuple[Output, _Put]]:
    """Each of `outputs` made and put in place. So many at a time that what is made fits into memory."""
    tree = files.Tree(out)
    for start in range(0, len(outputs), _AT_ONCE):
        batch = outputs[start : start + _AT_ONCE]
        # Compiled here, templates are shared by all workers.
        theme.prepare({output.template for output in batch if output.template})
        fresh: dict[str, str] = {}
        for output, put in zip(batch, mapper(partial(_put, tree, bodies), batch), strict=True):
            fresh.update(put.fresh)
            if len(fresh) >= _KEPT_AT_ONCE:
                # Before all is done, while others work.
                bodies.keep(fresh)
                fresh = {}
            yield output, put
        bodies.keep(fresh)


def _put(tree: files.Tree, bodies: Bodies, output: Output) -> _Put:
    try:
        bodies.fetch(output.texts())
        data = output.make()
        changed, stat = tree.put(output.path, data)
    except BriefpressError as error:
        return _Put(error=error, fresh=bodies.fresh())
    return _Put(changed=changed, stamp=stamp_of(stat, digest.of_bytes(data)), fresh=bodies.fresh())


def making_of(config: Config, seen: Public, held: Mapping[str, str]) -> Making:
    """What the site is made from and with. Only what is public: the name of a draft's file is a leak."""
    shown = {
        FILE,
        *(item.path for item in seen.items),
        *(edition.path for edition in seen.editions),
        *(page.path for page in seen.pages),
    }
    beside = (evidence.SUFFIX, *item_pictures.ENDINGS)
    copied = tuple(f"{folder}/" for folder in ("templates", *config.build.static))
    inputs = {
        path: mark
        for path, mark in held.items()
        if path in shown
        or (path.startswith(copied) and _is_for_readers(path))
        or (path.endswith(beside) and not shown.isdisjoint(_items_beside(path, beside)))
    }
    site = {"id": config.site.id, "url": config.site.url}
    return Making(inputs, versions(config), {name: value for name, value in site.items() if value})


def _items_beside(path: str, endings: Iterable[str]) -> tuple[str, ...]:
    """The paths that the item may have beside which the file `path` with one of `endings` lies."""
    stem = path.removesuffix(next(ending for ending in endings if path.endswith(ending)))
    return f"{stem}.md", stem


def site_outputs(
    config: Config,
    seen: Public,
    theme: Theme,
    bodies: Bodies,
    base_url: str,
    held: Mapping[str, str],
    letter: letters.Writer | None = None,
) -> tuple[Output, ...]:
    """Every file of the site as it stands at `base_url`, with its key and how to make it.

    `held` are the digests of the newsletter's files, as far as they are known.
    """
    runs, loose = site_runs(config, seen, theme, bodies, base_url, held, letter, {})
    made = (*_all_of(runs), *loose)
    return (*made, _sitemap(base_url, map(_line, made)))


def site_runs(
    config: Config,
    seen: Public,
    theme: Theme,
    bodies: Bodies,
    base_url: str,
    held: Mapping[str, str],
    letter: letters.Writer | None,
    recorded: Mapping[str, Record],
) -> tuple[list[Run], list[Output]]:
    """Every file of the site but its sitemap, in runs that are known as one, and those that are in none.

    The arguments are those of `site_outputs`; `recorded` is what the last build wrote.
    """
    bodies.fetch([*(edition.intro for edition in seen.editions), *(page.body for page in seen.pages)])
    evidence_of = partial(_evidence, config.root, held)
    has_letters = letter is not None
    shown = Illustrations(config.root, held)
    of = Material(
        *(config, seen, bodies, evidence_of, bodies.rendering, base_url),
        image_of=shown.view_of,
        has_letters=has_letters,
    )
    kept = shelves.shelves(of)
    indexes = search.indexes(of) if of.site.has_search else ()
    made = list(pages.site_pages(of, kept, indexes))
    site = replace(config.site, url=base_url)
    both = digest.known((config.site, site))
    machine = (*channels.feeds(of, kept, site), Written("robots.txt", (), partial(syndicate.robots, site)))
    drawn = list(pictures.pictures(of, theme.asset(pictures.FONT)))
    runs = [_page_run(run, theme) for run in made if isinstance(run, material.Run)]
    loose = [
        *(_page_output(page, theme) for page in made if isinstance(page, material.Page)),
        *(_generated(file, both) for file in machine),
        *(
            Output(path, picture.digest, f"the picture {path}", partial(getattr, picture, "value"))
            for path, picture in drawn
        ),
        *(_fulltext(of, recorded) if config.build.search == "pagefind" else ()),
        *shown.outputs(seen.items),
        *(letters.outputs(seen.editions, bodies, letter) if letter else ()),
        *(
            Output(index.path, index.data.digest, "the search", partial(getattr, index.data, "value"))
            for index in indexes
        ),
        *(
            Output(
                asset.path,
                digest.of_bytes(asset.data),
                f"the theme's {asset.path}",
                partial(bytes, asset.data),
            )
            for asset in theme.assets()
        ),
        *_static_outputs(config),
    ]
    if config.deploy.host:
        from builder.publish.deploy.outputs import host_outputs

        assets = [asset.path for asset in theme.assets()]
        kinds = (*_samples(runs), *loose)
        loose.extend(host_outputs(config, base_url, kinds, assets, pages.moved(of)))
    return runs, loose


def _fulltext(of: Material, recorded: Mapping[str, Record]) -> tuple[Output, ...]:
    from builder.publish import fulltext

    return fulltext.outputs(of, recorded)


def _samples(runs: Iterable[Run]) -> Iterator[Output]:
    """An output of each template, always the same one of the same site."""
    seen: set[str] = set()
    for run in runs:
        if not seen.issuperset(run.templates):
            for output in run.known.value:
                if output.template not in seen:
                    seen.add(output.template)
                    yield output


def _sitemap(base_url: str, lines: Iterable[Line]) -> Output:
    """The sitemap of the outputs of which `lines` tell."""
    told = sorted(
        (path.removesuffix("index.html"), modified) for path, _, modified in lines if modified is not None
    )

    def make() -> bytes:
        return syndicate.sitemap(
            (base_url + path, datetime.fromisoformat(modified) if modified else None)
            for path, modified in told
        )

    known = digest.of_text("\n".join([base_url, *(f"{path}\t{modified}" for path, modified in told)]))
    return Output(SITEMAP, digest.of_value((files.program(), known)), f"the generated {SITEMAP}", make)


def _generated(file: Written, sites: Known[tuple[Site, Site]]) -> Output:
    key = digest.of_value((files.program(), file.path, sites, file.depends))
    return Output(file.path, key, f"the generated {file.path}", file.make, file.texts)


def _page_run(run: material.Run, theme: Theme) -> Run:
    def outputs() -> tuple[Output, ...]:
        made = run.pages.value
        if not {page.template for page in made} <= {*run.templates}:
            raise AssertionError(f"{run.name} is rendered with other templates than {run.templates}")
        return tuple(_page_output(page, theme) for page in made)

    templates = "".join(theme.key(template)[:20] for template in run.templates)
    return Run(run.name, Known(templates + run.pages.digest, outputs), run.templates)


def _page_output(page: material.Page, theme: Theme) -> Output:
    def make() -> bytes:
        return theme.render(page.template, page.view).encode("utf-8", "replace")

    # Both are digests: as much of them as no two pages will ever share.
    key = f"{theme.key(page.template)[:20]}{page.known.digest[:40]}"
    modified = (page.modified.isoformat() if page.modified else "") if page.indexed else None
    return Output(page.output, key, page.origin, make, page.texts, page.template, modified)


_NO_EVIDENCE: Known[Evidence | None] = Known("", lambda: None)


def _evidence(root: Path, held: Mapping[str, str], item: Item) -> Known[Evidence | None]:
    """What `item` rests on; None when there is no evidence, and when it is damaged: a page can do without."""
    path = evidence.path_of(item.path)
    if not held and (root / path).is_file():
        mark = digest.of_bytes(files.read_bytes(root / path))
    else:
        mark = held.get(path, "")
    return Known(mark, partial(_read_evidence, root, path), keep=False) if mark else _NO_EVIDENCE


def _read_evidence(root: Path, path: str) -> Evidence | None:
    try:
        return evidence.parse(files.read_bytes(root / path).decode("utf-8", "replace"), path)
    except (ContentError, FileError):
        return None


def _static_outputs(config: Config) -> Iterator[Output]:
    for folder, place in config.build.static.items():
        source = files.inside(config.root, folder)
        if not source.is_dir():
            continue
        for path in sorted(source.rglob("*")):
            relative = path.relative_to(source).as_posix()
            if not path.is_file() or not _is_for_readers(relative):
                continue
            origin = f"{folder}/{relative}"
            # A link may lead to another file of this folder, not to drafts and settings.
            data = files.read_bytes(files.inside(source, relative))
            target = f"{place.strip('/')}/{relative}".lstrip("/")
            yield Output(target, digest.of_bytes(data), origin, partial(bytes, data))


def _is_for_readers(relative: str) -> bool:
    """Whether a static file is meant to be copied: hidden files are somebody's settings or secrets."""
    parts = relative.split("/")
    return parts[-1] not in _LITTER and all(not part.startswith(".") or part in _SERVED for part in parts)


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


def _refuse_foreign(out: Path, todo: Plan, recorded: Mapping[str, Record]) -> None:
    if not os.path.lexists(out):
        return
    cleared = {folder for path in plan.in_the_way(todo) for folder in plan.folders(path)}
    foreign = [
        output.path
        for output in todo.write
        if output.path not in recorded
        and output.path not in cleared
        and os.path.lexists(f"{out}/{output.path}")
    ]
    if foreign:
        raise FileError(
            f"{out / foreign[0]} is in the way: it was not written by briefpress"
            + (f", nor were {len(foreign) - 1} more" if foreign[1:] else ""),
            "Move it away, or build into another folder.",
        )


def _showing(out: Path, paths: Iterable[str], gone: retraction.Gone) -> list[str]:
    """Those of `paths` that show what goes."""
    if not gone.remove:
        return []
    showing: list[str] = []
    for path in paths:
        place = files.inside(out, path)
        # What is found by a search is told in it in another way, packed or without links.
        if place.is_file() and (path.startswith(_SEARCHED) or gone.shown_in(files.read_bytes(place))):
            showing.append(path)
    return showing


def _removed(
    out: Path, paths: Iterable[str], records: dict[str, Record], *, stale: bool = False
) -> Iterator[Removed]:
    for path in paths:
        _remove(out, path)
        del records[path]
        yield Removed(path, stale)


def _remove(out: Path, path: str) -> None:
    """Remove an output and the folders it leaves empty, up to `out`."""
    target = files.inside(out, path)
    files.remove(target)
    for folder in target.parents:
        if folder == out.resolve() or not folder.is_relative_to(out.resolve()):
            return
        try:
            folder.rmdir()
        except OSError:
            return
