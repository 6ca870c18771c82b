"""The library made into a site on disk.

    library                         what is public of it
    | pages                         every page with its view; bodies rendered once, by digest
    | plan                          which outputs are new, which stand, which are to go
    | render, write                 each file beside its place, then moved
    | remove                        what the last build recorded and this one does not claim
    | record                        the manifest, in the output folder

Nothing here knows the time: the same content gives the same bytes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from builder import digest, files
from builder.config import Config
from builder.errors import BriefpressError, FileError
from builder.model import Item, Library, Status
from builder.publish import pages, plan, syndicate
from builder.publish.plan import Output, Plan, Record
from builder.render import markup
from builder.render.places import item_path
from builder.render.theme import Theme
from builder.state import State

# Copied by file managers, wanted by nobody.
_LITTER = frozenset(["Thumbs.db", "desktop.ini"])
# Hidden by name, and yet for hosts and visitors (RFC 8615, and what static hosts ask for).
_SERVED = frozenset([".well-known", ".nojekyll", ".htaccess"])


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


Event = Planned | Wrote | Failed | Removed


def build(
    config: Config,
    library: Library,
    ids: frozenset[str],
    theme: Theme,
    state: State,
    *,
    out: Path,
    base_url: str = "",
    dry_run: bool = False,
    remove: bool = True,
) -> Iterator[Event]:
    """Make `out` the site of `library`, in which the items `ids` are public, yielding what happens.

    First comes Planned, then one Wrote or Failed for each output to write, then Removed; a dry run ends
    after Planned. When an output fails the others are made, and nothing is removed. Raises ContentError for
    two pages in one place, FileError when a file is in the way that no build wrote.

    Without `remove`, because the library lacks something, only pages of items no longer approved go.
    """
    recorded = _recorded(out)
    outputs = site_outputs(config, pages.public(library, ids), theme, state, base_url or config.site.url)
    todo = plan.plan(outputs, recorded, partial(_stands, out))
    if not remove:
        # What was retracted is known to go; whatever else is missing may be missing by the fault.
        retracted = {pages.item_output(item) for item in library.items if item.status is not Status.APPROVED}
        todo = replace(todo, remove=tuple(path for path in todo.remove if path in retracted))
    _refuse_foreign(out, todo, recorded)
    yield Planned(todo)
    if dry_run:
        return
    # Recorded before it is done: after a kill in the middle we still know what is ours.
    records = {**recorded, **{output.path: Record(output.key, "", 0) for output in todo.write}}
    _record(out, records)
    failed = False
    try:
        cleared = plan.in_the_way(todo)
        yield from _removed(out, cleared, records)
        for output in todo.write:
            try:
                data = output.make()
                changed = _put(out, output.path, data)
            except BriefpressError as error:
                failed = True
                yield Failed(output.path, error)
                continue
            records[output.path] = Record(output.key, digest.of_bytes(data), len(data))
            yield Wrote(output.path, changed)
        if not failed:
            yield from _removed(out, [path for path in todo.remove if path not in cleared], records)
    finally:
        _record(out, _ours(records, recorded, out))


def site_outputs(
    config: Config, seen: pages.Public, theme: Theme, state: State, base_url: str
) -> tuple[Output, ...]:
    """Every file of the site as it stands at `base_url`, with its key and how to make it."""
    html_of = _bodies(seen, state, config.markdown.extensions)
    rendering = digest.of_value((markup.VERSION, config.markdown.extensions))
    made = pages.site_pages(config, seen, html_of, rendering, base_url)
    site = replace(config.site, url=base_url)
    posts = tuple(_post(config, base_url, item, html_of) for item in seen.items[: syndicate.FEED_ITEMS])
    addresses = tuple((base_url + page.path, page.modified) for page in made if page.indexed)
    machine = (
        ("feed.xml", posts, partial(syndicate.rss, site, posts)),
        ("atom.xml", posts, partial(syndicate.atom, site, posts)),
        ("feed.json", posts, partial(syndicate.json_feed, site, posts)),
        ("sitemap.xml", addresses, partial(syndicate.sitemap, addresses)),
        ("robots.txt", (), partial(syndicate.robots, site)),
    )
    return (
        *(_page_output(page, theme) for page in made),
        *(
            Output(path, digest.of_value((files.program(), path, site, what)), f"the generated {path}", make)
            for path, what, make in machine
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
    )


def _page_output(page: pages.Page, theme: Theme) -> Output:
    def make() -> bytes:
        return theme.render(page.template, page.view).encode("utf-8", "replace")

    key = digest.of_value((theme.key(page.template), page.known))
    return Output(page.output, key, page.origin, make)


def _bodies(seen: pages.Public, state: State, extensions: tuple[str, ...]) -> Callable[[str], str]:
    """The HTML of every Markdown text the public sees, rendered once and kept by digest."""
    texts = [
        *(item.body for item in seen.items),
        *(edition.intro for edition in seen.editions),
        *(page.body for page in seen.pages),
    ]
    keys = {text: digest.of_value((markup.VERSION, extensions, text)) for text in texts}
    known = state.bodies(keys.values())
    fresh = {key: markup.to_html(text, extensions) for text, key in keys.items() if key not in known}
    state.keep_bodies(fresh)
    html = {**known, **fresh}
    return lambda text: html[keys[text]]


def _post(config: Config, base_url: str, item: Item, html_of: Callable[[str], str]) -> syndicate.Post:
    return syndicate.Post(
        id=syndicate.post_id(config.site, item.id, item.date),
        url=base_url + item_path(item),
        title=item.title,
        summary=item.tldr,
        html=markup.rebase(html_of(item.body), base_url),
        date=item.date,
        author=item.source.name,
        tags=item.tags,
        via=item.source.url,
    )


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


def _record(out: Path, records: Mapping[str, Record]) -> None:
    files.write_atomic(out / plan.MANIFEST, plan.dump_manifest(records), durable=False)


def _ours(records: Mapping[str, Record], recorded: Mapping[str, Record], out: Path) -> Mapping[str, Record]:
    """`records` without those that were planned, never written, and are not there."""
    return {
        path: recorded.get(path, record) if not record.digest else record
        for path, record in records.items()
        if record.digest or path in recorded or (out / path).exists()
    }


def _stands(out: Path, path: str, size: int) -> bool:
    try:
        return (out / path).stat().st_size == size
    except OSError:
        return False


def _refuse_foreign(out: Path, todo: Plan, recorded: Mapping[str, Record]) -> None:
    cleared = {folder for path in plan.in_the_way(todo) for folder in plan.folders(path)}
    foreign = [
        output.path
        for output in todo.write
        if output.path not in recorded and output.path not in cleared and (out / output.path).exists()
    ]
    if foreign:
        raise FileError(
            f"{out / foreign[0]} is in the way: it was not written by briefpress"
            + (f", nor were {len(foreign) - 1} more" if foreign[1:] else ""),
            "Move it away, or build into another folder.",
        )


def _put(out: Path, path: str, data: bytes) -> bool:
    target = files.inside(out, path)
    if target.exists() and files.read_bytes(target) == data:
        return False
    files.write_atomic(target, data, durable=False)
    return True


def _removed(out: Path, paths: Iterable[str], records: dict[str, Record]) -> Iterator[Removed]:
    for path in paths:
        _remove(out, path)
        del records[path]
        yield Removed(path)


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
