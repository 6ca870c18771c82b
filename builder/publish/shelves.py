"""The pages that gather items: sections, tags, sources, the archive, each whole and in pages. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from builder import digest
from builder.digest import Known
from builder.model import Item
from builder.publish import lists, structured
from builder.publish.material import Material, Page, Place, Run, at, by_tag, page_view
from builder.render.views import Card, Group, IndexView, Link, ListView, Pager, SiteView

FEED = "atom.xml"
"""The name of a list's own feed, in the folder of its page."""
_TEMPLATE = "list.html"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A list with a page and a feed of its own."""

    of: str
    """`section`, `tag` or `source`."""
    link: Link
    items: tuple[Item, ...]
    """Newest first."""
    about: str = ""
    homepage: str = ""

    @property
    def feed(self) -> str:
        """The path of its feed."""
        return self.link.path + FEED


def shelves(material: Material) -> tuple[Shelf, ...]:
    """Every list with a page of its own: sections as configured, tags and sources by path."""
    by_section: dict[str, list[Item]] = defaultdict(list)
    by_source: dict[str, list[Item]] = defaultdict(list)
    for item in material.seen.items:
        by_section[item.section].append(item)
        by_source[item.source.feed].append(item)
    feeds = {feed.slug: feed for feed in material.config.feeds}
    tags = by_tag(material)
    return (
        *(
            Shelf("section", material.sections[one.slug], tuple(by_section[one.slug]), one.description)
            for one in material.config.sections
        ),
        *(Shelf("tag", tags[path][0], tuple(tags[path][1])) for path in sorted(tags)),
        *(
            Shelf(
                "source",
                material.sources[slug],
                tuple(by_source[slug]),
                feeds[slug].about if slug in feeds else "",
                feeds[slug].homepage if slug in feeds else "",
            )
            for slug in sorted(by_source)
        ),
    )


def pages(material: Material, kept: Sequence[Shelf]) -> Iterator[Page | Run]:
    """The index of each kind of list, then each list."""
    for of in ("section", "tag", "source"):
        above = material.named(f"{of}s/")
        group = [shelf for shelf in kept if shelf.of == of]
        counted = [replace(shelf.link, count=len(shelf.items)) for shelf in group]
        if of != "section":
            counted.sort(key=lambda link: (link.title.casefold(), link.path))
        if counted:
            groups = (Group(title="", path="", links=tuple(counted)),)
            yield _index(material, above.path, above.title, f"{of}s", groups)
        for shelf in group:
            yield _list(material, shelf, above)


def archive(material: Material) -> Iterator[Page | Run]:
    """The archive: its years, each year's months, each month's items."""
    months: dict[str, list[Item]] = defaultdict(list)
    days = material.days
    for item in material.seen.items:
        months[days[item.id][:7]].append(item)
    years: dict[str, list[Link]] = defaultdict(list)
    for month in sorted(months, reverse=True):
        path = f"archive/{month[:4]}/{month[5:]}/"
        years[month[:4]].append(Link(title=month, path=path, count=len(months[month])))
    groups = tuple(
        Group(title=year, path=f"archive/{year}/", links=tuple(links)) for year, links in years.items()
    )
    above = material.named("archive/")
    if groups:
        yield _index(material, above.path, above.title, "archive", groups)
    for group in groups:
        yield _index(material, group.path, group.title, "archive", (group,))
        for link in group.links:
            month_shelf = Shelf("month", link, tuple(months[link.title]))
            yield _list(material, month_shelf, above)


def _index(material: Material, path: str, heading: str, of: str, groups: tuple[Group, ...]) -> Page:
    trail = [Link(title=heading, path=path)]
    view = IndexView(
        site=material.site,
        page=material.page(path, heading, "", "index.html", structured.trail(material.site, trail)),
        heading=heading,
        of=of,
        groups=groups,
    )
    return at(path, view)


def _list(material: Material, shelf: Shelf, above: Link) -> Run:
    known = digest.gathering(_list_run, partial(_list_parts, material, shelf, above))
    places = partial(_list_places, shelf.link.path, len(shelf.items), material.config.build.page_size)
    return Run(f"list {shelf.link.path}", (_TEMPLATE,), known, places)


def _list_parts(material: Material, shelf: Shelf, above: Link) -> tuple[Any, ...]:
    """What the pages of a list are made of, for `_list_run`."""
    cards = tuple([material.cards[item.id] for item in shelf.items])
    # They follow from the cards, which tell all tags.
    related = Known("", lambda: material.related(shelf.items, shelf.link.path) if shelf.of == "tag" else ())
    told = replace(shelf, items=())
    return material.shared, told, cards, related, above, material.config.build.page_size


def _list_places(path: str, items: int, size: int) -> tuple[Place, ...]:
    return tuple((f"{where}index.html", "") for where in _list_paths(path, lists.pages(items, size)))


def _list_paths(path: str, count: int) -> list[str]:
    """The addresses of the `count` pages of the list at `path`, the oldest first."""
    return [*(f"{path}page/{number}/" for number in range(1, count)), path]


def _list_run(
    site: Known[SiteView],
    shelf: Shelf,
    cards: tuple[Known[Card], ...],
    related: Known[tuple[Link, ...]],
    above: Link,
    size: int,
) -> tuple[Page, ...]:
    """The pages of a list: `shelf` without its items, whose `cards` they are."""
    chunks = lists.paginate(cards, size)
    path = shelf.link.path
    paths = _list_paths(path, len(chunks))
    trail = digest.known((above, replace(shelf.link, count=0)))
    found: list[Page] = []
    for number, (chunk, where) in enumerate(zip(chunks, paths, strict=True), start=1):
        newest = number == len(chunks)
        view = digest.made(
            _list_page,
            site,
            where,
            shelf.link.title,
            shelf.of,
            shelf.about,
            tuple(chunk),
            Pager(
                number=number,
                total=len(chunks),
                newer=None if newest else Link(title="", path=paths[number]),
                older=Link(title="", path=paths[number - 2]) if number > 1 else None,
            ),
            trail,
            # An older page says nothing that a new item would change.
            len(cards) if newest else 0,
            related.value if newest else (),
            "" if shelf.of == "month" else shelf.feed,
            shelf.homepage,
        )
        found.append(Page(f"{where}index.html", _TEMPLATE, view, f"the list {where}"))
    return tuple(found)


def _list_page(
    site: SiteView,
    path: str,
    heading: str,
    of: str,
    about: str,
    cards: tuple[Card, ...],
    pager: Pager,
    trail: tuple[Link, ...],
    total: int,
    related: tuple[Link, ...],
    feed: str,
    homepage: str,
) -> ListView:
    return ListView(
        site=site,
        page=page_view(site, path, heading, about, _TEMPLATE, partial(structured.trail, site, trail)),
        heading=heading,
        of=of,
        about=about,
        cards=cards,
        pager=pager,
        total=total,
        related=related,
        feed=feed,
        homepage=homepage,
    )
