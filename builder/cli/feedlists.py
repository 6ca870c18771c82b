"""`briefpress feeds import` and `export`: lists of feeds, as other readers keep them."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from itertools import count as naturals
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli import configfile
from builder.cli.console import Console
from builder.cli.newsletter import config_of, reading
from builder.cli.options import common, dry_run
from builder.cli.outside import quarantine
from builder.errors import Fault, FileError, SourceError
from builder.text import count, excerpt

if TYPE_CHECKING:
    from builder.config import Config
    from builder.config.editing import Keys
    from builder.ingest.opml import Outline


@click.command("import", short_help="Follow the feeds of an OPML list.")
@click.argument("file", metavar="FILE|-")
@dry_run
@common
@click.pass_obj
def import_command(console: Console, file: str, dry_run: bool) -> int:
    """Follow all feeds of an OPML list, but for those that are followed already.

    What stands under the name of a section goes there. The feeds are not asked: `feeds check` does that.
    """
    from builder.config import editing

    config = config_of(console)
    outlines = outlines_of(file)
    new, refused = feeds_of(config, outlines)
    configfile.write(config, editing.add(configfile.text_of(config), new), dry_run=dry_run)
    rest = len(outlines) - len(new) - len(refused)
    console.result({"followed": [keys["url"] for keys in new], "known": rest, "refused": refused})
    verb = "would follow" if dry_run else "following"
    console.note(f"{verb} {count(len(new), 'feed')} more, {rest:,} known already")
    tell_refused(console, refused)
    return 0


@click.command("export", short_help="Print the feeds as an OPML list.")
@common
@click.pass_obj
def export_command(console: Console) -> int:
    """Print the feeds as an OPML list, which other readers and `feeds import` read."""
    from builder.ingest import opml

    config = config_of(console)
    titles = {section.slug: section.title for section in config.sections}
    # A feed that has no name in config.yaml gave its items one: its own title.
    names: dict[str, str] = {}
    if not all(feed.name for feed in config.feeds):
        with reading(config.root) as (loaded, _):
            for item in loaded.library.items:
                names.setdefault(item.source.feed, item.source.name)
    told = [
        opml.Outline(
            url=feed.url,
            name=feed.name or names.get(feed.slug, ""),
            group=titles.get(feed.section, ""),
            tags=feed.tags,
            slug=feed.slug,
        )
        for feed in config.feeds
        if not feed.is_local
    ]
    text = opml.dump(config.site.title, told)
    console.result({"opml": text}, text.rstrip("\n"))
    if len(told) < len(config.feeds):
        left = count(len(config.feeds) - len(told), "feed")
        console.note(f"{left} of files in the folder left out: they have no address", "dim")
    return 0


def outlines_of(file: str) -> "tuple[Outline, ...]":
    """The feeds of the OPML list in `file`, or in standard input for `-`. Raises FileError."""
    from builder.ingest.reading import Apart

    body = sys.stdin.buffer.read() if file == "-" else configfile.bytes_of(Path(file))
    with quarantine() as apart:
        try:
            return Apart(apart).outlines(body)
        except SourceError as error:
            raise FileError(f"{file}: {error.faults[0].message}", error.hint) from error


def feeds_of(config: "Config", outlines: "Sequence[Outline]") -> "tuple[list[Keys], list[str]]":
    """What is to be written for each feed that `config` does not follow; and what is no address of one."""
    from builder.config.values import normal_address

    known = {feed.url for feed in config.feeds}
    taken = {feed.slug for feed in config.feeds}
    new: list[Keys] = []
    refused: list[str] = []
    for one in outlines:
        url = normal_address(one.url)
        if not url:
            refused.append(one.url)
        elif url not in known:
            known.add(url)
            new.append(_keys_of(replace(one, url=url), taken, _section(config, one.group)))
    return new, refused


def tell_refused(console: Console, refused: Sequence[str]) -> None:
    """Name what a list has that is no address."""
    for url in refused:
        console.fault(Fault(f"left out: {excerpt(url, 100) or 'an empty address'} is no web address"))


def _section(config: "Config", group: str) -> str:
    """The section that is called `group`; empty when there is none."""
    names = {section.title.casefold(): section.slug for section in config.sections}
    return names.get(group.casefold(), group if group in names.values() else "")


def _keys_of(one: "Outline", taken: set[str], section: str) -> "dict[str, str | bool | Sequence[str]]":
    """What is written for a feed of a list; `taken` are the slugs there are, to which its own is added."""
    from builder.config.values import slug_of_address
    from builder.text import slug as slug_of

    name = one.name if one.name != one.url else ""
    made = slug_of(name, "") or slug_of_address(one.url)
    wanted = slug_of(one.slug, "") or made or "feed"
    slug = next(name for name in chain([wanted], (f"{wanted}-{n}" for n in naturals(2))) if name not in taken)
    taken.add(slug)
    told: dict[str, str | bool | Sequence[str]] = {"url": one.url}
    told |= {key: value for key, value in (("name", name), ("section", section)) if value}
    told |= {"slug": slug} if slug != made else {}
    return told | ({"tags": list(one.tags)} if one.tags else {})
