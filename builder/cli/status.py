"""`briefpress status`."""

from collections.abc import Sequence
from datetime import timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from builder.cli.console import Console
from builder.cli.newsletter import config_of, now, reading
from builder.cli.options import common
from builder.model import Edition, Item, Status, Unread
from builder.text import count, excerpt

if TYPE_CHECKING:
    from builder.config import Config
    from builder.editorial.standing import Standing

_SHOWN = 12
_TITLE = 80


@click.command("status")
@common
@click.pass_obj
def command(console: Console) -> int:
    """Say how the newsletter stands, and what comes next: items by state, what is held up and why.

    Nothing is changed. `check` reads more closely and fails when something is wrong; this never does.
    """
    from builder.content import items
    from builder.editorial import approval, corrections, standing, unfinished
    from builder.summary.evidence import path_of

    config = config_of(console, keep=True)
    with reading(config.root) as (loaded, shelf):
        stands = standing.of(
            loaded.library,
            config.sections,
            config.editorial.edition,
            config.editorial.publish,
            now=now(),
            zone=config.site.timezone,
            marker=shelf.judged("marker", unfinished.marker),
            rests_on_other=lambda item: approval.rests_on_other(
                item, lambda path: items.shortened(shelf.held.get(path_of(path), ""))
            ),
        )
    for fault in loaded.faults:
        console.fault(fault)
    known = {item.id: item for item in loaded.library.items}
    paragraphs = [_counted(stands)]
    # A file that cannot be read comes first: whatever it says, its item goes nowhere.
    held = [(one.id, one.path, _why_unread(one)) for one in loaded.library.unread]
    held += [(one.item.id, excerpt(one.item.title, _TITLE), one.why) for one in stands.held]
    if held:
        table = _lines(console, ("id", "title", "why"), held[:_SHOWN], len(held))
        paragraphs.append(f"Held up ({len(held):,})\n{table}")
    stale = corrections.stale(loaded.library)
    if stale:
        rows = [(one.id, excerpt(one.title, _TITLE), _why_stale(one)) for one in stale[:_SHOWN]]
        table = _lines(console, ("id", "title", "why"), rows, len(stale))
        paragraphs.append(f"Sources that changed ({len(stale):,}); `briefpress correct ID`\n{table}")
    if stands.latest:
        paragraphs.append(_latest(stands.latest))
    if stands.unpublished:
        paragraphs.append("\n".join(map(_waits, stands.unpublished)))
    if config.editorial.publish == "editions":
        paragraphs.append(_next(console, stands, known, ZoneInfo(config.site.timezone)))
    steps = _steps(config, stands, len(loaded.faults))
    width = max(len(command) for command, _ in steps)
    paragraphs.append("\n".join(["Next", *(f"  {command:{width}}  {why}" for command, why in steps)]))
    data = _data(stands, len(loaded.faults))
    data["unread"] = [
        {"id": one.id, "path": one.path, "why": _why_unread(one)} for one in loaded.library.unread
    ]
    data["commands"] = [command for command, _ in steps]
    data["stale"] = [{"id": one.id, "title": one.title, "why": _why_stale(one)} for one in stale]
    console.result(data, "\n\n".join(paragraphs))
    return 0


def _steps(config: "Config", stands: "Standing", broken: int) -> list[tuple[str, str]]:
    """What to type next, the first thing first, each with what it does; never empty."""
    from builder.render import places

    steps: list[tuple[str, str]] = []
    if broken:
        steps.append(("briefpress check", f"names {count(broken, 'file')} to mend by hand"))
    drafts = stands.counts[Status.DRAFT]
    if changed := stands.counts[Status.CHANGED] + stands.other_evidence:
        steps.append(
            ("briefpress approve --diff", f"shows what changed in {count(changed, 'item')} to approve anew")
        )
    if drafts and find_spec("textual"):
        steps.append(("briefpress review", f"decides {count(drafts, 'draft')}, one after the other"))
    elif drafts:
        steps.append(
            ("briefpress list --status draft", f"names {count(drafts, 'draft')} to approve or reject")
        )
    steps += [
        (f"briefpress edition publish {one.number}", f"lets readers see {one.title} from the next build on")
        for one in stands.unpublished[:1]
    ]
    editions = config.editorial.publish == "editions"
    if editions and stands.edition and not stands.unpublished:
        items = sum(len(part.items) for part in stands.edition.parts)
        steps.append(("briefpress edition new", f"opens {stands.edition.title} with {count(items, 'item')}"))
    output = config.root / config.build.output
    shown = places.edition_path(stands.latest.number) if editions and stands.latest else ""
    if stands.public and not (output / shown / "index.html").is_file():
        steps.append(("briefpress build", f"renders what readers may see into {config.build.output}/"))
    if steps:
        return steps
    if not config.feeds:
        return [("briefpress feeds add ADDRESS", "follows a feed, by its address or that of its site")]
    return [
        (not sum(stands.counts.values()) and _older(config))
        or ("briefpress pull", "asks the feeds for what is new")
    ]


def _older(config: "Config") -> tuple[str, str] | None:
    """What drafts the first items where feeds were read and each entry is too old; None elsewhere."""
    from builder.cli.outside import health_of

    known = health_of(config)
    told = [(feed, newest) for feed in config.feeds if (newest := known[feed.slug].newest)]
    moment = now()
    if not told or any(
        not feed.max_age_days or moment - newest <= timedelta(days=feed.max_age_days) for feed, newest in told
    ):
        return None
    last = max(newest for _, newest in told)
    since = "365" if moment - last < timedelta(days=365) else f"{last:%Y-%m-%d}"
    return (
        f"briefpress pull --since {since}",
        "drafts older entries; all those read were too old for a plain pull",
    )


def _counted(stands: "Standing") -> str:
    counts = stands.counts
    states = [
        count(counts[Status.DRAFT], "draft"),
        f"{counts[Status.APPROVED]:,} approved, {stands.public:,} of them public",
        f"{counts[Status.REJECTED]:,} rejected",
    ]
    if counts[Status.CHANGED]:
        states.insert(2, f"{counts[Status.CHANGED]:,} changed since they were approved")
    return f"{count(sum(counts.values()), 'item')}: {'; '.join(states)}"


def _why_unread(unread: Unread) -> str:
    fault = unread.faults[0]
    line = f" (line {fault.line})" if fault.line else ""
    return f"cannot be read: {fault.message}{line}"


def _why_stale(item: Item) -> str:
    from builder.content import staleness

    return "; ".join(map(staleness.told, item.stale.found)) if item.stale else ""


def _latest(edition: Edition) -> str:
    mailed = f"mailed {edition.sent:%Y-%m-%d}" if edition.sent else "not mailed"
    return f"Last published: {edition.title}, {edition.published:%Y-%m-%d}; {mailed}"


def _waits(edition: Edition) -> str:
    items = count(sum(len(part.items) for part in edition.parts), "item")
    return f"Not published yet: {edition.title}, {items}; `briefpress edition publish {edition.number}`"


def _next(console: Console, stands: "Standing", known: dict[str, Item], zone: ZoneInfo) -> str:
    if stands.edition is None:
        if not stands.waiting:
            return "Next edition: no approved item waits for it"
        return (
            f"Next edition: {count(stands.waiting, 'item')} waiting, fewer than the {stands.wanted} it needs"
        )
    placed = _placed(stands.edition, known)
    rows = [
        (item.id, f"{item.date.astimezone(zone):%Y-%m-%d}", part, excerpt(item.title, _TITLE))
        for part, item in placed[:_SHOWN]
    ]
    head = f"Next edition: {stands.edition.title}, {count(len(placed), 'item')}"
    return f"{head}\n{_lines(console, ('id', 'date', 'part', 'title'), rows, len(placed))}"


def _placed(edition: Edition, known: dict[str, Item]) -> list[tuple[str, Item]]:
    return [(part.title, known[placed.item]) for part in edition.parts for placed in part.items]


def _lines(console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]], total: int) -> str:
    """The first `rows` of `total` as a table, and how many more there are."""
    table = console.table(heads, rows)
    return f"{table}\nand {total - len(rows):,} more" if total > len(rows) else table


def _data(stands: "Standing", broken: int) -> dict[str, object]:
    edition = stands.edition
    return {
        "items": {status.value: number for status, number in stands.counts.items()},
        "public": stands.public,
        "waiting": stands.waiting,
        "broken_files": broken,
        "held": [{"id": one.item.id, "title": one.item.title, "why": one.why} for one in stands.held],
        "unpublished": [_row(one) for one in stands.unpublished],
        "latest": stands.latest and _row(stands.latest) | _times(stands.latest),
        "next": edition and _row(edition),
        "needed": stands.wanted,
    }


def _times(edition: Edition) -> dict[str, object]:
    return {"published": edition.published, "sent": edition.sent}


def _row(edition: Edition) -> dict[str, object]:
    parts = [{"title": part.title, "items": [placed.item for placed in part.items]} for part in edition.parts]
    return {"number": edition.number, "title": edition.title, "parts": parts}
