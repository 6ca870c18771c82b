"""The web, the quarantine and the memory of pulls, opened for a command."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from builder import __version__
from builder.cli.newsletter import CACHE
from builder.text import count

if TYPE_CHECKING:
    from builder.cli.console import Console
    from builder.config import Config
    from builder.ingest.health import Health
    from builder.memory import Memory
    from builder.model import Item
    from builder.quarantine import Quarantine
    from builder.web import Client

_NEAREST = 2
_LISTED = 12
"""Names that are told where none is near: more would hide what was wrong."""
MEMORY = "feeds.db"
"""What pulls remember, in the cache folder."""


def client_of(config: "Config") -> "Client":
    """A client that asks in the name of the newsletter."""
    from builder.web import Client

    return Client(
        user_agent(config.site.url, config.fetch.contact),
        allow_hosts=config.fetch.allow_hosts,
        timeout_s=config.fetch.timeout_s,
    )


def user_agent(site: str, contact: str) -> str:
    """Who we say we are: the program, the newsletter's address, and whom to write to."""
    return f"briefpress/{__version__} (+{site}{'; ' + contact if contact else ''})"


def quarantine() -> "Quarantine":
    """Where documents are read, with a process for each processor."""
    from builder.quarantine import Quarantine
    from builder.workers import usable_cores

    return Quarantine("builder.ingest.reading", usable_cores())


def memory_of(config: "Config", *, look_only: bool) -> "Memory":
    """What pulls of the newsletter remember; with `look_only` nothing is written, not even a file."""
    from builder.memory import Memory

    path = config.root / CACHE / MEMORY
    return Memory.of(path) if look_only else Memory.open(path)


def health_of(config: "Config") -> dict[str, "Health"]:
    """How each feed has fared, by its slug."""
    from builder.ingest.asking import parse_health
    from builder.ingest.health import Health
    from builder.ingest.origin import address

    with memory_of(config, look_only=True) as memory:
        told = memory.health()
    return {
        feed.slug: parse_health(told[url]) if (url := address(feed, config.site)) in told else Health()
        for feed in config.feeds
    }


def ailing(
    config: "Config", moment: datetime
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Each feed that is gone, keeps failing or has moved; each that is silent: the slug, and what to say."""
    from builder.ingest import health as healths

    told: list[tuple[str, str]] = []
    silent: list[tuple[str, str]] = []
    for slug, health in health_of(config).items():
        if wrong := healths.complaint(health, moment):
            (silent if healths.is_quiet(health, moment) else told).append((slug, wrong))
        if health.moved_to:
            told.append((slug, f"has moved: `briefpress feeds mv {slug} {health.moved_to}`"))
    return tuple(told), tuple(silent)


def tell_silent(console: "Console", silent: Sequence[tuple[str, str]]) -> None:
    """One line on feeds that tell nothing new, each its slug and what to say of it; all of them for -v."""
    for slug, why in silent:
        console.detail(f"feed {slug} {why}")
    if silent:
        feeds = f"{count(len(silent), 'feed')} {'has' if len(silent) == 1 else 'have'}"
        console.note(
            f"{feeds} told nothing new for longer than usual: `briefpress feeds list` shows which", "dim"
        )


def slugs_of(config: "Config", told: Iterable[str], items: "Iterable[Item]" = ()) -> tuple[str, ...]:
    """`told`, when each is the slug of a feed. Raises a usage error that names the nearest.

    A feed that is followed no more is one too where `items` came from it.
    """
    known = [feed.slug for feed in config.feeds] + [item.source.feed for item in items]
    for slug in told:
        _refuse_unknown("feed", slug, known)
    return tuple(told)


def refuse_unknown(
    config: "Config",
    items: "Sequence[Item]",
    *,
    feed: str | None = None,
    section: str | None = None,
    tag: str | None = None,
) -> None:
    """Raise a usage error that names the nearest when one of these is asked for and cannot be.

    What the config does not name, and an item has all the same, may be.
    """
    slugs_of(config, filter(None, [feed]), items)
    if section:
        known = [one.slug for one in config.sections] + [item.section for item in items if item.section]
        _refuse_unknown("section", section, known)
    if tag:
        _refuse_unknown("tag", tag, [*config.tags, *(one for item in items for one in item.tags)])


def _refuse_unknown(what: str, asked: str, known: Iterable[str]) -> None:
    """Raise a usage error when `asked` is none of `known`; it names the nearest, else what there is."""
    names = list(dict.fromkeys(known))
    if asked in names:
        return
    near = get_close_matches(asked, names, n=_NEAREST)
    if near:
        hint = f"; did you mean {' or '.join(map(repr, near))}?"
    elif names:
        more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
        hint = f"; there is: {', '.join(names[:_LISTED])}{more}"
    else:
        hint = ": there is none at all"
    raise click.UsageError(f"there is no {what} {asked!r}{hint}")
