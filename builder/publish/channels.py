"""Our own feeds: which there are, and what is in each. Pure; `syndicate` writes them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from urllib.parse import urlsplit

from builder import digest
from builder.config import Config
from builder.digest import Known
from builder.model import Edition, Feed, Item, Site
from builder.publish import syndicate
from builder.publish.material import Material
from builder.publish.shelves import Shelf
from builder.publish.syndicate import Channel, Post, Subscription
from builder.render import markup
from builder.render.places import edition_path, item_path
from builder.render.views import Card, EditionCard, RetoldView

ENTRIES = 30
"""Of a feed: the newest."""
_FORMATS: Mapping[str, Callable[[Channel, Sequence[Post]], bytes]] = {
    "feed.xml": syndicate.rss,
    syndicate.ATOM: syndicate.atom,
    "feed.json": syndicate.json_feed,
}
"""What writes a feed, by the name of its file."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Which items a feed of items has."""

    channel: Channel
    items: tuple[str, ...]
    """The paths of their files, the newest first."""


@dataclass(frozen=True, slots=True)
class Written:
    """A feed to be: its place, all it depends on, and how to make it."""

    path: str
    depends: object
    make: Callable[[], bytes]
    texts: Callable[[], Iterable[str]] = tuple
    """Gives the Markdown whose HTML it will ask for."""
    listed: Listed | None = None
    """Of a feed of items; None for any other, which shows none of their texts."""


def feeds(of: Material, shelves: Sequence[Shelf], site: Site) -> Iterator[Written]:
    """Every feed: of items, of editions, of each section, tag and source that has items.

    `site` has the address for which they are made. Items and editions are apart: nobody gets one twice.
    """
    posts: dict[str, Known[Post]] = {}
    issues = tuple(_edition_post(of, edition, site) for edition in of.seen.editions[:ENTRIES])
    for name in _FORMATS:
        yield of_items(of, _channel(of, site, "items", name), of.seen.items[:ENTRIES], posts)
    for name, write in _FORMATS.items() if issues else ():
        channel = _channel(of, site, "editions", f"editions/{name}")
        make = partial(_write, write, channel, issues)
        intros = partial(_intros, of.seen.editions[:ENTRIES])
        yield Written(channel.path, (channel, issues), make, intros)
    for shelf in shelves:
        channel = Channel(
            site=site,
            id=syndicate.channel_id(of.config.site, shelf.link.path),
            title=f"{site.title}: {shelf.link.title}",
            page=shelf.link.path,
            path=shelf.feed,
            about=shelf.about,
        )
        yield of_items(of, channel, shelf.items[:ENTRIES], posts)
    followed = tuple(subscriptions(of.config, site, [shelf for shelf in shelves if shelf.of == "source"]))
    yield Written("feeds/sources.opml", followed, partial(syndicate.opml, site, followed))


def of_items(of: Material, channel: Channel, items: Sequence[Item], posts: dict[str, Known[Post]]) -> Written:
    """The feed `channel` with `items`; `posts` are those known by the ids of their items, and gain others."""
    for item in items:
        if item.id not in posts:
            posts[item.id] = _item_post(of, item, channel.site)
    shown = tuple(posts[item.id] for item in items)
    make = partial(_write, _FORMATS[channel.path.rpartition("/")[2]], channel, shown)
    listed = Listed(channel, tuple(item.path for item in items))
    return Written(channel.path, (channel, shown), make, lambda: [item.body for item in items], listed)


def subscriptions(config: Config, site: Site, sources: Sequence[Shelf]) -> Iterator[Subscription]:
    """The sources that readers may see, in the order of the config.

    The address of a feed may hold what lets its subscriber in, so none with a query is told.
    """
    seen = {shelf.link.path: shelf.link.title for shelf in sources}
    titles = {section.slug: section.title for section in config.sections}
    for feed in config.feeds:
        path = f"sources/{feed.slug}/"
        address = feed_address(feed, config, site)
        if path in seen and address:
            yield Subscription(
                title=seen[path],
                feed=address,
                homepage=feed.homepage,
                section=titles.get(feed.section, ""),
            )


def feed_address(feed: Feed, config: Config, site: Site) -> str:
    """The public address of a source's own feed; empty when it has none that may be told."""
    if not feed.is_local:
        return "" if urlsplit(feed.url).query else feed.url
    places = (
        f"{place}/{feed.url.removeprefix(folder + '/')}".lstrip("/")
        for folder, place in config.build.static.items()
        if feed.url.startswith(f"{folder}/")
    )
    return next((site.url + place for place in places), "")


def _intros(editions: Sequence[Edition]) -> list[str]:
    return [edition.intro for edition in editions]


def _channel(of: Material, site: Site, name: str, path: str) -> Channel:
    return Channel(
        site=site,
        id=syndicate.channel_id(of.config.site, name),
        title=site.title,
        page=path[: path.rfind("/") + 1],
        path=path,
        about=site.description,
    )


def _write(
    write: Callable[[Channel, Sequence[Post]], bytes], channel: Channel, posts: tuple[Known[Post], ...]
) -> bytes:
    return write(channel, [post.value for post in posts])


def _item_post(of: Material, item: Item, site: Site) -> Known[Post]:
    # The two sites are a part of the feed that it stands in.
    return Known(
        f"{of.rendering} {of.items[item.id].digest}",
        lambda: _made_post(item, of.html_of(item.body), of.config.site, site),
    )


def _made_post(item: Item, body_html: str, home: Site, site: Site) -> Post:
    return Post(
        id=syndicate.post_id(home, f"item/{item.id}", item.date),
        url=site.url + item_path(item),
        title=item.title,
        summary=item.tldr,
        html=markup.rebase(body_html, site.url),
        date=item.date,
        updated=item.updated,
        author=item.source.name,
        tags=item.tags,
        via=item.source.url,
        language=item.language,
    )


def _edition_post(of: Material, edition: Edition, site: Site) -> Known[Post]:
    """An edition as one entry: its introduction, and every story with its TL;DR and where it leads."""
    return digest.made(
        _made_edition_post,
        of.editions[edition.number],
        of.edition_cards[edition.number],
        tuple(map(of.cards.__getitem__, of.placed(edition))),
        of.retold(edition),
        Known(of.rendering, lambda: of.html_of),
        of.config.site,
        site,
    )


def _made_edition_post(
    edition: Edition,
    card: EditionCard,
    placed: tuple[Card, ...],
    corrected: tuple[RetoldView, ...],
    html_of: Callable[[str], str],
    home: Site,
    site: Site,
) -> Post:
    told = [markup.rebase(html_of(edition.intro), site.url)] if edition.intro else []
    known = {one.id: one for one in placed}
    for part in edition.parts:
        cards = [(known[one.item], one.note) for one in part.items if one.item in known]
        if cards and part.title:
            told.append(f"<h2>{escape(part.title)}</h2>")
        for shown, note in cards:
            link = escape(site.url + shown.path)
            told.append(f'<h3><a href="{link}">{escape(shown.title)}</a></h3>')
            told.extend(f"<p>{escape(line)}</p>" for line in (shown.tldr, note, shown.source.name) if line)
    told.extend(
        f'<p><a href="{escape(site.url + one.path)}">{escape(one.title)}</a> '
        f"({one.date:%Y-%m-%d}): {escape(one.text)}</p>"
        for one in corrected
    )
    return Post(
        id=syndicate.post_id(home, f"edition/{edition.number}", card.date),
        url=site.url + edition_path(edition.number),
        title=card.title,
        summary=card.intro,
        html="\n".join(told),
        date=card.date,
        updated=max([card.date, *(one.date for one in edition.corrections)]),
        author="",
        tags=(),
        via="",
    )
