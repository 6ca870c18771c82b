"""Every file of a site, as outputs: what it is made of, and how; none is made here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from builder import digest, files
from builder.config import FILE, Config
from builder.content import pictures as item_pictures
from builder.content import shelf
from builder.digest import Known
from builder.errors import ContentError, FileError, TemplateError
from builder.model import Item, Site
from builder.publish import channels, letters, material, pages, pictures, search, shelves, syndicate
from builder.publish.backdrop import Backdrop, backdrop
from builder.publish.bodies import Bodies, versions
from builder.publish.channels import Written
from builder.publish.illustrations import Illustrations
from builder.publish.material import Material, Place, Public
from builder.publish.plan import Making, Output, Record, Run
from builder.render.theme import Theme
from builder.summary import evidence
from builder.summary.evidence import Evidence

# Copied by file managers, wanted by nobody.
_LITTER = frozenset(["Thumbs.db", "desktop.ini"])
# Hidden by name, and yet for hosts and visitors (RFC 8615, and what static hosts ask for).
_SERVED = frozenset([".well-known", ".nojekyll", ".htaccess"])
SITEMAP = "sitemap.xml"


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


def _names(theme: Theme, site: Site) -> Callable[[str], str]:
    """What lists are called. Where the theme's words cannot be read no page can be made, and each says so."""
    try:
        return theme.words(site.language, site.timezone).say
    except TemplateError:
        return str.capitalize


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
    runs, loose, _ = site_runs(config, seen, theme, bodies, base_url, held, letter, {})
    made = (*all_of(runs), *loose)
    return (*made, sitemap(base_url, map(place_of, made)))


def site_runs(
    config: Config,
    seen: Public,
    theme: Theme,
    bodies: Bodies,
    base_url: str,
    held: Mapping[str, str],
    letter: letters.Writer | None,
    recorded: Mapping[str, Record],
) -> tuple[list[Run], list[Output], Backdrop | None]:
    """Every file of the site but its sitemap, in runs that are known as one, and those that are in none.

    Last comes what the next build is to know of the whole. The arguments are those of `site_outputs`;
    `recorded` is what the last build wrote.
    """
    bodies.fetch([*(edition.intro for edition in seen.editions), *(page.body for page in seen.pages)])
    has_letters = letter is not None
    shown = Illustrations(config.root, held)
    of = Material(
        *(config, seen, bodies, partial(evidence_of, config.root, held), bodies.rendering, base_url),
        image_of=shown.view_of,
        has_letters=has_letters,
        words=_names(theme, config.site),
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
        *(page_output(page, theme) for page in made if isinstance(page, material.Page)),
        *(generated(file, both) for file in machine),
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
    samples: list[Output] = []
    if config.deploy.host:
        from builder.publish.deploy.outputs import host_outputs

        assets = [asset.path for asset in theme.assets()]
        samples.extend(_samples(runs))
        kinds = (*samples, *loose)
        loose.extend(host_outputs(config, base_url, kinds, assets, pages.moved(of)))
    return runs, loose, backdrop(of, machine, samples)


def all_of(runs: Iterable[Run]) -> Iterator[Output]:
    """The outputs of `runs`, each worked out."""
    for run in runs:
        yield from run.known.value


def place_of(output: Output) -> Place:
    """Where `output` goes, and when it was last changed."""
    return output.path, output.modified


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


def sitemap(base_url: str, places: Iterable[Place]) -> Output:
    """The sitemap of the outputs that go to `places`."""
    told = sorted(
        (path.removesuffix("index.html"), modified) for path, modified in places if modified is not None
    )

    def make() -> bytes:
        return syndicate.sitemap(
            (base_url + path, datetime.fromisoformat(modified) if modified else None)
            for path, modified in told
        )

    known = digest.of_text("\n".join([base_url, *(f"{path}\t{modified}" for path, modified in told)]))
    return Output(SITEMAP, digest.of_value((files.program(), known)), f"the generated {SITEMAP}", make)


def generated(file: Written, sites: Known[tuple[Site, Site]]) -> Output:
    """The output of `file`; `sites` are the site by the config, and as it stands at its address."""
    key = digest.of_value((files.program(), file.path, sites, file.depends))
    return Output(file.path, key, f"the generated {file.path}", file.make, file.texts)


def _page_run(run: material.Run, theme: Theme) -> Run:
    def outputs() -> tuple[Output, ...]:
        made = run.pages.value
        if not {page.template for page in made} <= {*run.templates}:
            raise AssertionError(f"{run.name} is rendered with other templates than {run.templates}")
        found = tuple(page_output(page, theme) for page in made)
        if tuple(map(place_of, found)) != run.places():
            raise AssertionError(f"{run.name} has other places than it tells")
        return found

    way = "".join(theme.key(template)[:20] for template in run.templates)
    known = digest.under(way, run.pages, outputs)
    return Run(run.name, known, run.templates, run.places, way, partial(shelf.fetch, run.items))


def page_output(page: material.Page, theme: Theme) -> Output:
    """The output of `page`."""

    def make() -> bytes:
        return theme.render(page.template, page.view).encode("utf-8", "replace")

    # Both are digests: as much of them as no two pages will ever share.
    key = f"{theme.key(page.template)[:20]}{page.known.digest[:40]}"
    _, modified = page.place
    return Output(page.output, key, page.origin, make, page.texts, page.template, modified)


_NO_EVIDENCE: Known[Evidence | None] = Known("", lambda: None)


def evidence_of(root: Path, held: Mapping[str, str], item: Item) -> Known[Evidence | None]:
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
