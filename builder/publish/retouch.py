"""A site of which nothing but the texts of a few items changed, made again without a look at all the rest.

Where an item stands, and what is shown of it among others, follows from the head of its file. What it says
below stands on its own page and in the feeds that list it, and nowhere else, unless it is in an edition, in a
story, in the full-text search, or is the sample that a host's policy is told from. So where

- the sources, the program and the wish are those of the last build that went well, but for the files of a few
  items, and all that it left stands as it left it (`standing`),
- each of those files can be read, and holds an item that is as it was in all but its text and such,
- and none of these items is `bound` to anything beside its page and the feeds of items,

these pages and feeds are made by the functions that make them in any build, and nothing else can have
changed. In every other case, and where anything needed is not at hand, the whole build is for the caller to
do: nothing is written before all is made.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from builder import digest, files
from builder.config import Config
from builder.content import items
from builder.content.library import text_of
from builder.content.shelf import Shelf
from builder.digest import Known
from builder.errors import BriefpressError
from builder.model import Item
from builder.publish import backdrop, catalogue, channels, pages, plan, standing
from builder.publish.bodies import Bodies, bodies_of
from builder.publish.channels import Listed
from builder.publish.illustrations import Illustrations
from builder.publish.material import Common, Material, Public
from builder.publish.plan import MANIFEST, Output, Record
from builder.publish.recall import LOOSE
from builder.publish.sources import Sources
from builder.publish.standing import Edited, Wish
from builder.publish.syndicate import Post
from builder.render.theme import Theme
from builder.stamps import Stamps, stamp_of
from builder.state import State

_DAMAGE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Items whose texts changed, and what shows them."""

    items: tuple[Item, ...]
    feeds: tuple[Listed, ...]
    """Those that list any of them."""
    listed: tuple[Item, ...]
    """The other items of these feeds."""
    shelf: Shelf
    """Where all of them are; to be saved."""
    edited: Edited
    common: Common
    rows: Mapping[str, Any]
    """What was noted of the runs with their pages and of what is in no run; see `recall`."""


def change(root: Path, state: State, sources: Sources, wish: Wish, edited: Edited) -> Change | None:
    """What was `edited` since the build that was noted for `wish`; None where that is not texts alone."""
    try:
        whole = backdrop.parse(state.note(standing.backdrop_of(wish)))
        paths = sorted(edited.paths)
        feeds = tuple(feed for feed in whole.feeds if not set(paths).isdisjoint(feed.items))
        others = sorted({path for feed in feeds for path in feed.items}.difference(paths))
        shelf = Shelf(state, files.program(), sources.held, only=[*paths, *others])
        shelf.again = partial(_parsed, root)
        listed = shelf.items(others)
        changed = tuple(_text_changed(root, path, shelf, sources) for path in paths)
        if len(listed) < len(others) or not set(whole.bound).isdisjoint(item.id for item in changed):
            return None
        runs = {pages.run_of(item.id) for item in changed}
        rows = state.some_rows(standing.runs_of(wish), [LOOSE, *runs])
    except (*_DAMAGE, BriefpressError):
        return None
    return Change(
        items=changed,
        feeds=feeds,
        listed=tuple(listed.values()),
        shelf=shelf,
        edited=edited,
        common=whole.common,
        rows=rows,
    )


def _text_changed(root: Path, path: str, shelf: Shelf, sources: Sources) -> Item:
    """The item at `path` as it is now, put on the `shelf`. Raises LookupError where more changed."""
    text = text_of(root, path)
    item, held = items.parse(text, path), digest.of_text(text)
    if held != sources.held[path] or not shelf.is_as_before(item, sources.before(path)):
        raise LookupError(path)
    shelf.keep(item, held)
    return item


def _parsed(root: Path, path: str) -> Item:
    return items.parse(text_of(root, path), path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retouched:
    """What is to stand in a site in place of what stands there, all of it made."""

    made: Mapping[str, tuple[bytes, Record]]
    """By path, in the order of paths."""
    manifest: bytes
    bodies: Bodies
    """Holds the HTML that had to be rendered."""
    stamps: Stamps
    """Of all that stands there now."""


def retouched(
    of: Change,
    config: Config,
    theme: Theme,
    state: State,
    *,
    sources: Sources,
    wish: Wish,
) -> Retouched | None:
    """What becomes of the site by that change; None where only a build can tell."""
    out = of.edited.out
    stamps = standing.left(out, state, wish, of.edited.note)
    if stamps is None:
        return None
    base_url = wish.base_url or config.site.url
    try:
        if of.rows[LOOSE][0] != stamps.told[MANIFEST][2]:
            return None
        lines = {line[0]: line for row in of.rows.values() for line in row[-1]}
        shown = [item for item in of.items if pages.item_file(item) in lines]
        bodies = bodies_of(config, state)
        of.shelf.fetch([item.path for item in of.listed])
        made: dict[str, tuple[bytes, Record]] = {}
        told: dict[str, tuple[Record, Record]] = {}
        for output in _outputs(of, shown, config, theme, bodies, base_url, sources.held):
            _, key, modified = lines[output.path]
            if output.modified != modified:
                return None
            bodies.fetch(output.texts())
            data = output.make()
            stamp = stamps.told[output.path]
            record = Record(output.key, digest.of_bytes(data), len(data))
            made[output.path] = (data, record)
            told[output.path] = (Record(key, stamp[2], stamp[0]), record)
        manifest = files.read_bytes(out / MANIFEST)
        inputs = {item.path: (sources.before(item.path), sources.held[item.path]) for item in shown}
        hidden = (item.path for item in of.items if item not in shown)
        amended = plan.amended(manifest, inputs, told)
        if amended is None or any(plan.names(manifest, path) for path in hidden):
            return None
    except (*_DAMAGE, BriefpressError):
        return None
    return Retouched(made=made, manifest=amended, bodies=bodies, stamps=stamps)


def _outputs(
    of: Change,
    shown: Sequence[Item],
    config: Config,
    theme: Theme,
    bodies: Bodies,
    base_url: str,
    held: Mapping[str, str],
) -> list[Output]:
    """The pages of the items `shown`, and the feeds that list them, by path."""
    known = {item.path: item for item in (*shown, *of.listed)}
    seen = Public(
        items=tuple(known.values()),
        editions=(),
        pages=(),
        digests={path: held[path] for path in known},
        gists=of.shelf.gists(),
    )
    material = Material(
        *(
            config,
            seen,
            bodies,
            partial(catalogue.evidence_of, config.root, held),
            bodies.rendering,
            base_url,
        ),
        image_of=Illustrations(config.root, held).view_of,
        common=of.common,
    )
    posts: dict[str, Known[Post]] = {}
    feeds = [
        channels.of_items(material, feed.channel, [known[path] for path in feed.items], posts)
        for feed in of.feeds
    ]
    sites = digest.known((config.site, replace(config.site, url=base_url)))
    made = [
        *(catalogue.page_output(page, theme) for page in pages.of_items(material, shown)),
        *(catalogue.generated(feed, sites) for feed in feeds),
    ]
    return sorted(made, key=lambda output: output.path)


def put(
    found: Retouched,
    of: Change,
    state: State,
    *,
    sources: Sources,
    wish: Wish,
    clock: Callable[[], int],
) -> Iterator[tuple[str, bool]]:
    """Put what was `found` in place: each path, and whether other bytes stood there. Raises FileError.

    `clock` tells the time of the disk. What a stop in the middle leaves, the next build mends.
    """
    standing.forget(state, wish)
    tree, stamps = files.Tree(of.edited.out), found.stamps
    for path, (data, record) in found.made.items():
        changed, stat = tree.put(path, data)
        stamps.saw(path, stamp_of(stat, record.digest))
        yield path, changed
    _, stat = tree.put(MANIFEST, found.manifest)
    manifest = digest.of_bytes(found.manifest)
    stamps.saw(MANIFEST, stamp_of(stat, manifest))
    found.bodies.keep(found.bodies.fresh())
    of.shelf.save()
    rows = _rows(of, found, manifest)
    standing.renew(state, sources, wish, of.edited, outputs=stamps, runs=rows, clock_ns=clock())


def _rows(of: Change, found: Retouched, manifest: str) -> dict[str, Any]:
    """What the next build is to know of the runs and feeds that it was about."""
    rows: dict[str, Any] = {}
    for name, row in of.rows.items():
        lines = [
            [path, found.made[path][1].key if path in found.made else key, modified]
            for path, key, modified in row[-1]
        ]
        # Of a run its parts are known, and no more all of them together: by no digest is it what it was.
        rows[name] = [manifest, row[1], lines] if name == LOOSE else ["", lines]
    return rows
