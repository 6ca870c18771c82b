"""`briefpress list`."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

import click

from builder.cli.console import Console
from builder.cli.newsletter import Newsletter, open_newsletter
from builder.cli.options import common
from builder.cli.outside import refuse_unknown
from builder.model import Item, Status
from builder.text import count, excerpt


@click.command("list")
@click.option("--status", type=click.Choice([status.value for status in Status]), help="Only these.")
@click.option("--section", metavar="SLUG", help="Only items of this section.")
@click.option("--feed", metavar="SLUG", help="Only items from this feed.")
@click.option("--tag", help="Only items with this tag.")
@click.option("--stale", is_flag=True, help="Only items whose sources say otherwise now.")
@common
@click.pass_obj
def command(
    console: Console,
    status: str | None,
    section: str | None,
    feed: str | None,
    tag: str | None,
    stale: bool,
) -> int:
    """List items by status, section, feed or tag, newest first."""
    newsletter = open_newsletter(console)
    for fault in newsletter.loaded.faults:
        console.fault(fault)
    every = newsletter.loaded.library.items
    refuse_unknown(newsletter.config, every, feed=feed, section=section, tag=tag)
    items = matching(every, status=status, section=section, feed=feed, tag=tag, stale=stale)
    zone = ZoneInfo(newsletter.config.site.timezone)
    story_of = {one: story.id for story in newsletter.loaded.library.stories for one in story.items}
    # A column for those who have stories; the others need not read past it.
    shown = any(item.id in story_of for item in items)
    rows = [
        (
            item.id,
            f"{item.status.value}, stale" if item.stale else item.status.value,
            f"{item.date.astimezone(zone):%Y-%m-%d}",
            item.section,
            *((story_of.get(item.id, ""),) if shown else ()),
            _title(item),
        )
        for item in items
    ]
    heads = ("id", "status", "date", "section", *(("story",) if shown else ()), "title")
    data = [row_of(item, story_of.get(item.id, "")) for item in items]
    console.result({"items": data}, console.table(heads, rows))
    console.note(count(len(items), "item"), "dim")
    if not items and (known := _known(newsletter, section=section, tag=tag)):
        console.note(f"There is: {known}", "dim")
    return 0


def matching(
    items: Iterable[Item],
    *,
    status: str | None,
    section: str | None,
    feed: str | None,
    tag: str | None,
    stale: bool = False,
) -> list[Item]:
    """Those of `items` that have all that is asked for, newest first."""
    return [
        item
        for item in sorted(items, key=lambda i: (i.date, i.id), reverse=True)
        if (not status or item.status == status)
        and (not section or item.section == section)
        and (not feed or item.source.feed == feed)
        and (not tag or tag in item.tags)
        and (not stale or item.stale)
    ]


def _known(newsletter: Newsletter, *, section: str | None, tag: str | None) -> str:
    """What could have been asked for, where what was asked for is in no item."""
    items = newsletter.loaded.library.items
    for asked, names in (
        (section, {item.section for item in items} - {""}),
        (tag, {one for item in items for one in item.tags}),
    ):
        if asked and asked not in names:
            return ", ".join(sorted(names))
    return ""


def row_of(item: Item, story: str = "") -> dict[str, object]:
    """What the JSON document says of an item; `story` is the id of the one it is in."""
    from builder.content import staleness

    return {
        "id": item.id,
        "path": item.path,
        "title": item.title,
        "status": item.status.value,
        "date": item.date.isoformat(),
        "section": item.section,
        "tags": list(item.tags),
        "feed": item.source.feed,
        "source_url": item.source.url,
        "text": item.source.text.value,
        "story": story,
        "stale": [staleness.told(one) for one in item.stale.found] if item.stale else [],
        "tldr": item.tldr,
    }


def _title(item: Item) -> str:
    return excerpt(item.title, 100)
