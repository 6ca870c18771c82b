"""`briefpress feeds`."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from builder.cli import configfile
from builder.cli.console import Console
from builder.cli.feedlists import export_command, import_command
from builder.cli.newsletter import config_of, lock_of, now
from builder.cli.options import Refusal, as_options, common, dry_run
from builder.cli.outside import client_of, health_of, memory_of, quarantine, slugs_of
from builder.errors import Fault, FeedError, SourceError
from builder.text import count

if TYPE_CHECKING:
    from builder.config import Config
    from builder.ingest.asking import Answer
    from builder.ingest.discover import Found
    from builder.ingest.health import Health
    from builder.memory import Memory
    from builder.model import Feed

EXIT_FINDINGS = 1
MIB = 2**20


@click.group("feeds")
@common
def command() -> None:
    """Follow feeds, leave them, and see how they fare.

    What is changed is changed in config.yaml, where comments and order stay as they are.
    """


@command.command("list")
@common
@click.pass_obj
def list_command(console: Console) -> int:
    """List the feeds and how they have fared in the pulls up to now."""
    from builder.ingest import health as healths

    config, moment = config_of(console), now()
    known = health_of(config)
    rows = []
    for feed in config.feeds:
        health = known[feed.slug]
        state = state_of(feed, health)
        usual = healths.usual(health.rhythm_h).removeprefix("an entry ")
        wait = "" if not health.due or health.is_due(moment) or health.gone else f"{health.due:%m-%d %H:%M}"
        rows.append((feed.slug, state, _day(health.succeeded), _day(health.newest), usual, wait))
    heads = ("feed", "state", "read", "newest", "usual", "not before")
    data = {"feeds": [_row(feed, known[feed.slug]) for feed in config.feeds]}
    console.result(data, console.table(heads, rows))
    for feed in config.feeds:
        if known[feed.slug].why:
            console.note(f"feed {feed.slug}: {known[feed.slug].why}", "yellow")
        if moved := known[feed.slug].moved_to:
            console.note(_moved(feed.slug, moved), "yellow")
    console.note(count(len(config.feeds), "feed"), "dim")
    return 0


@command.command("add", short_help="Follow a feed, or the feed of a site.")
@click.argument("address")
@click.option("--name", help="The source's name  [default: the feed's own title]")
@click.option("--slug", help="Its name in ids and addresses, for ever  [default: made from name or address]")
@click.option("--section", metavar="SLUG", help="Where its items go.")
@click.option("--tag", "tags", multiple=True, help="A tag for each of its items; may be repeated.")
@dry_run
@common
@click.pass_obj
def add_command(
    console: Console,
    address: str,
    name: str | None,
    slug: str | None,
    section: str | None,
    tags: tuple[str, ...],
    dry_run: bool,
) -> int:
    """Follow a feed: by its address, by that of its site, or by a path in the newsletter's folder.

    A site is looked through for the feeds that it names, then at the places where most have one. The feed is
    read before it is added.
    """
    from builder.config import editing

    config = config_of(console)
    url, found, others = find_feed(config, address)
    if known := next((feed for feed in config.feeds if feed.url == url), None):
        raise Refusal(f"{url} is followed already, as {known.slug}", "`briefpress feeds list` shows all.")
    told: dict[str, str | bool | Sequence[str]] = {"url": url}
    told |= {key: value for key, value in (("name", name), ("slug", slug), ("section", section)) if value}
    told |= {"tags": list(tags)} if tags else {}
    at = f"feeds[{len(config.feeds)}]"
    with as_options(
        {f"{at}.name": "--name", f"{at}.slug": "--slug", f"{at}.section": "--section", f"{at}.tags": "--tag"}
    ):
        configfile.write(config, editing.add(configfile.text_of(config), [told]), dry_run=dry_run)
    console.result({"url": url, "title": found.title, "entries": found.entries, "others": others})
    verb = "would follow" if dry_run else "following"
    console.note(f"{verb} {found.title or url}: {url}, {count(found.entries, 'entry', 'entries')}")
    for other in others:
        console.note(f"  it also has {other}", "dim")
    return 0


@command.command("remove")
@click.argument("slugs", metavar="SLUG...", nargs=-1, required=True)
@dry_run
@common
@click.pass_obj
def remove_command(console: Console, slugs: tuple[str, ...], dry_run: bool) -> int:
    """Follow feeds no more. Their items stay."""
    from builder.config import editing

    config = config_of(console)
    text = configfile.text_of(config)
    for index in sorted(_places(config, slugs), reverse=True):
        text = editing.remove(text, index)
    configfile.write(config, text, dry_run=dry_run)
    console.result({"removed": list(slugs)})
    console.note(f"{'would remove' if dry_run else 'removed'} {', '.join(slugs)}; their items stay")
    return 0


@command.command("pause")
@click.argument("slugs", metavar="SLUG...", nargs=-1, required=True)
@click.option("--resume", is_flag=True, help="Ask them again.")
@dry_run
@common
@click.pass_obj
def pause_command(console: Console, slugs: tuple[str, ...], resume: bool, dry_run: bool) -> int:
    """Leave feeds alone for the time being."""
    from builder.config import editing

    config = config_of(console)
    text = configfile.text_of(config)
    changed: list[str] = []
    for index in _places(config, slugs):
        if config.feeds[index].paused == resume:
            text = editing.change(text, index, {"paused": not resume})
            changed.append(config.feeds[index].slug)
    if changed:
        configfile.write(config, text, dry_run=dry_run)
    console.result({"paused": [] if resume else changed, "resumed": changed if resume else []})
    done = "resume" if resume else "pause"
    if changed:
        console.note(f"{'would ' + done if dry_run else done + 'd'} {', '.join(changed)}")
    if same := [slug for slug in dict.fromkeys(slugs) if slug not in changed]:
        console.note(f"{'not paused' if resume else 'paused already'}: {', '.join(same)}")
    return 0


@command.command("mv")
@click.argument("slug")
@click.argument("address")
@click.option("--offline", is_flag=True, help="Ask nobody: take ADDRESS as it is, read or not.")
@dry_run
@common
@click.pass_obj
def mv_command(console: Console, slug: str, address: str, offline: bool, dry_run: bool) -> int:
    """Follow a feed at its new address. Its items stay known: it keeps its slug.

    The feed is read there before anything is changed; the address may be that of its site, as with `add`.
    """
    from builder.config import editing

    config = config_of(console)
    (index,) = _places(config, [slug])
    if not offline:
        address, _, _ = find_feed(config, address)
    keys: dict[str, str | bool | Sequence[str]] = {"url": address}
    text = editing.change(configfile.text_of(config), index, keys)
    if configfile.write(config, text, dry_run=True).feeds[index].slug != slug:
        # It was made from the address, and would be another one now.
        text = editing.change(text, index, {"slug": slug})
    before = config.feeds[index].url
    configfile.write(config, text, dry_run=dry_run)
    if not dry_run:
        with memory_of(config, look_only=False) as memory:
            memory.move(before, address)
    console.result({"feed": slug, "from": before, "to": address})
    console.note(f"{'would move' if dry_run else 'moved'} {slug}: {before} → {address}")
    return 0


@command.command("check")
@click.argument("slugs", metavar="[SLUG...]", nargs=-1)
@common
@click.pass_obj
def check_command(console: Console, slugs: tuple[str, ...]) -> int:
    """Ask feeds now, due or not, and say how they are; nothing is drafted.

    Exit code 1 when one of them needs attention, 7 when none can be read.
    """
    from builder.ingest import health as healths
    from builder.ingest.asking import remember

    config, moment = config_of(console), now()
    rows: list[dict[str, object]] = []
    failed = 0
    with lock_of(config.root, dry_run=False), memory_of(config, look_only=False) as memory:
        for answer in _asked(console, config, memory, slugs_of(config, slugs)):
            remember(memory, answer)
            slug, health = answer.feed.slug, answer.health
            why = answer.error.faults[0].message if answer.error else healths.complaint(health, moment)
            failed += answer.error is not None
            rows.append(_row(answer.feed, health) | {"why": why})
            if answer.error:
                console.fault(Fault(f"feed {slug}: {why}", hint=answer.error.hint))
            elif why:
                console.note(f"feed {slug} {why}", "yellow")
            else:
                newest = f", the newest entry of {_day(health.newest)}" if health.newest else ""
                console.note(f"feed {slug} is well{newest}")
            if health.moved_to:
                console.note(_moved(slug, health.moved_to), "yellow")
    wrong = any(row["why"] or row["moved_to"] for row in rows)
    console.result({"feeds": rows}, ok=not wrong)
    unwell = sum(bool(row["why"] or row["moved_to"]) for row in rows)
    state = f"{unwell:,} need{'s' if unwell == 1 else ''} attention" if unwell else "all well"
    console.note(f"{count(len(rows), 'feed')}: {state}" if rows else "no feed to ask")
    if failed and failed == len(rows):
        return SourceError.exit_code
    return EXIT_FINDINGS if wrong else 0


command.add_command(import_command)
command.add_command(export_command)


def state_of(feed: "Feed", health: "Health") -> str:
    """A word or two on a feed."""
    if feed.paused:
        return "paused"
    if health.gone:
        return "gone"
    if health.failures:
        return f"failed {count(health.failures, 'time')}"
    if health.is_silent(now()):
        return "silent"
    return "well" if health.succeeded else "not asked yet"


def _row(feed: "Feed", health: "Health") -> dict[str, object]:
    moments = {
        "last_success": health.succeeded,
        "failing_since": health.failing_since,
        "newest": health.newest,
        "next_due": health.due,
    }
    return {
        "feed": feed.slug,
        "url": feed.url,
        "name": feed.name,
        "section": feed.section,
        "state": state_of(feed, health),
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
        "failures": health.failures,
        "why": health.why,
        "usual_hours": health.rhythm_h or None,
        "silent": health.is_silent(now()),
        "moved_to": health.moved_to,
    }


def _moved(slug: str, url: str) -> str:
    return f"feed {slug} has moved: `briefpress feeds mv {slug} {url}`"


def _asked(console: Console, config: "Config", memory: "Memory", slugs: tuple[str, ...]) -> "list[Answer]":
    """The answers of feeds, asked now, in the order of the config."""
    from builder import turns
    from builder.ingest.asking import Asker, Sources, Wish, host_of
    from builder.ingest.origin import Folder
    from builder.ingest.reading import Apart

    done: dict[int, Answer] = {}
    wish = Wish(feeds=frozenset(slugs), force=True)
    with client_of(config) as web, quarantine() as apart, console.progress("Asking feeds") as progress:
        sources = Sources(Folder(config.root, config.site), web)
        asker = Asker(config, sources, Apart(apart), memory, now(), wish)
        questions = asker.questions(())
        progress.expect(len(questions), "Asking feeds")
        for place, answer in turns.over_threads(config.fetch.workers)(asker.ask, questions, host_of):
            progress.step()
            done[place] = answer
    return [done[place] for place in sorted(done)]


def find_feed(config: "Config", address: str) -> "tuple[str, Found, list[str]]":
    """What to write as the feed's url, the feed, and the addresses of others. Raises SourceError."""
    from builder.ingest.discover import Found, discover
    from builder.ingest.origin import Folder
    from builder.ingest.origin import address as address_of
    from builder.ingest.reading import Apart, Document
    from builder.model import Feed
    from builder.web import Fetched

    is_path = (config.root / address).exists()
    with client_of(config) as web, quarantine() as apart:
        reader = Apart(apart)
        if is_path:
            feed = Feed(slug="found", url=address, name="")
            at = address_of(feed, config.site)
            told = Folder(config.root, config.site).get(at, max_bytes=config.fetch.max_feed_mib * MIB)
            assert isinstance(told, Fetched)  # noqa: S101 - nothing was said of a version
            document = Document(url=told.url, body=told.body, content_type=told.content_type)
            try:
                parsed = reader.feed(document, feed.slug)
            except FeedError as error:
                raise FeedError(f"{address}: {error.faults[0].message}", error.hint) from error
            return address, Found(url=address, title=parsed.title, entries=len(parsed.entries)), []
        whole = address if "://" in address else f"https://{address}"
        found = list(discover(whole, web, reader))
    if not found:
        raise FeedError(
            f"there is no feed at {whole}, none that its page names, and none where most sites have theirs",
            "Look for the word RSS or Atom on the site, and give that address.",
        )
    return found[0].url, found[0], [one.url for one in found[1:]]


def _places(config: "Config", slugs: Iterable[str]) -> list[int]:
    """Where in the config the feeds with these slugs stand."""
    known = {feed.slug: place for place, feed in enumerate(config.feeds)}
    return [known[slug] for slug in dict.fromkeys(slugs_of(config, slugs))]


def _day(moment: object) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""
