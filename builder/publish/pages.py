"""The library as pages: every page of the site, with its address and all it shows. Pure.

What there are thousands of (cards, the pages of items, list pages) is `made` of its parts by a function that
sees nothing else: its digest follows from those of the parts, so a page that is known is never put together.
What there are few of may be a plain view; its digest is taken from all it holds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from builder import digest, text
from builder.config import Config
from builder.digest import Known
from builder.model import Edition, Item, Library, StaticPage, Status
from builder.publish import lists
from builder.render import markup
from builder.render.places import edition_path, item_path, minutes_to_read, section_link, site_view
from builder.render.views import (
    Card,
    DifferenceView,
    EditionCard,
    EditionPageView,
    EditionsView,
    EditionView,
    FigureView,
    Group,
    HomeView,
    IndexView,
    ItemPageView,
    ItemView,
    Link,
    ListView,
    MissingView,
    Pager,
    PageView,
    PartView,
    SiteView,
    SourceView,
    StaticPageView,
    StoryView,
    View,
)
from builder.summary import figures

DESCRIPTION_MAX = 200
_INTRO_MAX = 180
_EDITIONS_ON_404 = 3


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be: where it goes, its template, and all the template may see."""

    output: str
    """The file below the output folder."""
    template: str
    known: Known[View]
    """The view by its digest, which is all that is asked of a page that is known already."""
    origin: str
    """What it is made from, for messages: a content file, or the name of a list."""
    modified: datetime | None = None
    """When what it shows was last changed; None where nobody says."""
    indexed: bool = True
    """False: search engines are asked to leave it out."""
    texts: tuple[str, ...] = ()
    """The Markdown whose HTML its view will ask for."""

    @property
    def view(self) -> View:
        """All the template may see."""
        return self.known.value

    @property
    def path(self) -> str:
        """Its address below the site's."""
        return self.output.removesuffix("index.html")


@dataclass(frozen=True, slots=True)
class Public:
    """What the public may see of a library, in the order it is shown."""

    items: tuple[Item, ...]
    """Newest first."""
    editions: tuple[Edition, ...]
    """Published ones, newest first."""
    pages: tuple[StaticPage, ...]
    stories: tuple[tuple[str, ...], ...] = ()
    """The ids of public items that report the same event, at least two in each, oldest first."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """The digest of the file of each item, by its path, where it is known."""


def public(library: Library, ids: frozenset[str]) -> Public:
    """The part of `library` that is published; `ids` are the items that are."""
    return Public(
        items=tuple(
            sorted((i for i in library.items if i.id in ids), key=lambda i: (i.date, i.id), reverse=True)
        ),
        editions=tuple(
            sorted((e for e in library.editions if e.published), key=lambda e: e.number, reverse=True)
        ),
        pages=tuple(page for page in library.pages if page.status is Status.APPROVED),
        stories=tuple(
            shown
            for story in library.stories
            if len(shown := tuple(item for item in story.items if item in ids)) > 1
        ),
        digests=library.digests,
    )


def site_pages(
    config: Config, seen: Public, html_of: Callable[[str], str], rendering: str, base_url: str
) -> tuple[Page, ...]:
    """Every page of the site as it stands at `base_url`.

    `html_of` gives the safe HTML of a Markdown text; `rendering` names the way in which it does.
    """
    return tuple(_Pages(config, seen, html_of, rendering, base_url).all())


class _Pages:
    """The pages of one library: what they share is made once."""

    def __init__(
        self, config: Config, seen: Public, html_of: Callable[[str], str], rendering: str, base_url: str
    ) -> None:
        self._config = config
        self._seen = seen
        self._html_of = html_of
        self._rendering = rendering
        self._zone = ZoneInfo(config.site.timezone)
        self._site = site_view(config.site, config.sections, seen.pages, base_url)
        self._shared = digest.known(self._site)
        self._sections = {section.slug: section_link(section) for section in config.sections}
        self._known_sections = {slug: digest.known(link) for slug, link in self._sections.items()}
        self._tags = lists.tag_links(seen.items)
        self._known_tags = {tag: digest.known(link) for tag, link in self._tags.items()}
        self._sources = lists.source_links(seen.items)
        self._items = {item.id: self._known(item) for item in seen.items}
        self._cards = {item.id: self._card(item) for item in seen.items}
        self._stories = {item: story for story in seen.stories for item in story}
        self._carriers = lists.carriers(seen.editions)
        self._edition_cards = tuple(self._edition_card(edition) for edition in seen.editions)

    def all(self) -> Iterable[Page]:
        yield self._home()
        yield from map(self._item, self._seen.items)
        yield from self._editions()
        yield from self._lists()
        yield from self._archive()
        yield from map(self._static_page, self._seen.pages)
        yield self._missing()

    # -- what pages are made of

    def _page(self, path: str, title: str, description: str, template: str) -> PageView:
        return _page_view(self._site, path, title, description, template)

    def _html(self, markdown: str, path: str) -> str:
        return markup.rebase(self._html_of(markdown), up(path)) if markdown else ""

    def _body(self, item: Item, path: str) -> Known[str]:
        of = self._items[item.id]
        # A digest is whatever names the value and nothing else: here no new one need be computed.
        name = f"{self._rendering} {of.digest} {up(path)}"
        return Known(name, lambda: self._html(of.value.body, path))

    def _known(self, item: Item) -> Known[Item]:
        told = self._seen.digests.get(item.path)
        return Known(told, lambda: item) if told else digest.known(item)

    def _card(self, item: Item) -> Known[Card]:
        return digest.made(
            _card,
            self._items[item.id],
            self._known_sections.get(item.section),
            # Two spellings of one tag share a link, and so its digest.
            tuple({tag.digest: tag for tag in map(self._known_tags.__getitem__, item.tags)}.values()),
            self._sources[item.source.feed].path,
            self._config.site.url,
        )

    def _edition_card(self, edition: Edition) -> EditionCard:
        placed = [p.item for part in edition.parts for p in part.items if p.item in self._cards]
        words = len(edition.intro.split()) + sum(len(self._items[item].value.body.split()) for item in placed)
        return EditionCard(
            number=edition.number,
            title=edition.title,
            path=edition_path(edition.number),
            date=edition.published or edition.date,
            count=len(placed),
            minutes=minutes_to_read(words),
            intro=text.excerpt(
                markup.plain(self._html_of(edition.intro)) if edition.intro else "", _INTRO_MAX
            ),
        )

    # -- pages, one kind after the other

    def _home(self) -> Page:
        newest = self._edition_cards[0] if self._edition_cards else None
        order = [item.id for item in self._seen.items]
        if self._seen.editions:
            placed = [p.item for part in self._seen.editions[0].parts for p in part.items]
            lead = next((item for item in placed if item in self._cards), order[0] if order else None)
        else:
            lead = order[0] if order else None
        rest = [item for item in order if item != lead]
        shown = rest[: self._config.build.home_items]
        view = HomeView(
            site=self._site,
            page=self._page("", "", self._site.description, "home.html"),
            edition=newest,
            lead=self._cards[lead].value if lead else None,
            cards=tuple(self._cards[item].value for item in shown),
            older=Link(title="", path="archive/") if len(rest) > len(shown) else None,
        )
        return _at("", view, "the overview")

    def _item(self, item: Item) -> Page:
        path = item_path(item)
        view = digest.made(
            _item_page,
            self._shared,
            self._items[item.id],
            self._cards[item.id],
            self._body(item, path),
            self._carriers.get(item.id),
            self._story(item),
        )
        return Page(f"{path}index.html", "item.html", view, item.path, modified=item.date, texts=(item.body,))

    def _story(self, item: Item) -> Known[StoryView] | None:
        others = [one for one in self._stories.get(item.id, ()) if one != item.id]
        if not others:
            return None
        ids = (item.id, *others)
        items, cards = tuple(self._items[one] for one in ids), tuple(self._cards[one] for one in ids)
        return digest.made(_story, items, cards)

    def _editions(self) -> Iterable[Page]:
        path = "editions/"
        view = EditionsView(
            site=self._site,
            page=self._page(path, "Editions", "", "editions.html"),
            editions=self._edition_cards,
        )
        yield _at(path, view)
        links = [Link(title=card.title, path=card.path) for card in self._edition_cards]
        newer = dict(zip((link.path for link in links[1:]), links, strict=False))
        older = {link.path: after for link, after in pairwise(links)}
        for edition, card in zip(self._seen.editions, self._edition_cards, strict=True):
            page = replace(
                self._page(card.path, card.title, card.intro, "edition.html"),
                kind="article",
                published=card.date,
                modified=card.date,
            )
            yield _at(
                card.path,
                EditionPageView(
                    site=self._site,
                    page=page,
                    edition=EditionView(
                        card=card,
                        intro_html=self._html(edition.intro, card.path),
                        parts=self._parts(edition),
                        newer=newer.get(card.path),
                        older=older.get(card.path),
                    ),
                ),
                edition.path,
            )

    def _parts(self, edition: Edition) -> tuple[PartView, ...]:
        slugs = lists.distinct(text.slug(part.title, "part") for part in edition.parts)
        parts = (
            PartView(
                title=part.title,
                slug=slug,
                cards=tuple(
                    replace(self._cards[placed.item].value, note=placed.note)
                    for placed in part.items
                    if placed.item in self._cards
                ),
            )
            for part, slug in zip(edition.parts, slugs, strict=True)
        )
        return tuple(part for part in parts if part.cards)

    def _lists(self) -> Iterable[Page]:
        by_section: dict[str, list[Item]] = defaultdict(list)
        by_tag: dict[str, list[Item]] = defaultdict(list)
        by_source: dict[str, list[Item]] = defaultdict(list)
        for item in self._seen.items:
            by_section[item.section].append(item)
            by_source[item.source.feed].append(item)
            for path in {self._tags[tag].path for tag in item.tags}:
                by_tag[path].append(item)
        yield from self._kind(
            "section",
            "Sections",
            [(self._sections[s.slug], by_section[s.slug], s.description) for s in self._config.sections],
        )
        tags = {link.path: link for link in self._tags.values()}
        yield from self._kind("tag", "Tags", [(tags[path], by_tag[path], "") for path in sorted(by_tag)])
        yield from self._kind(
            "source", "Sources", [(self._sources[slug], by_source[slug], "") for slug in sorted(by_source)]
        )

    def _kind(self, of: str, heading: str, lists: Sequence[tuple[Link, list[Item], str]]) -> Iterable[Page]:
        counted = [replace(link, count=len(items)) for link, items, _ in lists]
        if of != "section":
            counted.sort(key=lambda link: (link.title.casefold(), link.path))
        path = f"{of}s/"
        view = IndexView(
            site=self._site,
            page=self._page(path, heading, "", "index.html"),
            heading=heading,
            of=f"{of}s",
            groups=(Group(title="", path="", links=tuple(counted)),) if counted else (),
        )
        yield _at(path, view)
        for link, items, about in lists:
            yield from self._list(link.path, link.title, of, items, about)

    def _list(
        self, path: str, heading: str, of: str, items: Sequence[Item], about: str = ""
    ) -> Iterable[Page]:
        chunks = lists.paginate(items, self._config.build.page_size)
        paths = [
            path if number == len(chunks) else f"{path}page/{number}/" for number in range(1, len(chunks) + 1)
        ]
        for number, (chunk, where) in enumerate(zip(chunks, paths, strict=True), start=1):
            pager = Pager(
                number=number,
                total=len(chunks),
                newer=Link(title="", path=paths[number]) if number < len(paths) else None,
                older=Link(title="", path=paths[number - 2]) if number > 1 else None,
            )
            cards = tuple(self._cards[item.id] for item in chunk)
            view = digest.made(_list_page, self._shared, where, heading, of, about, cards, pager)
            yield Page(f"{where}index.html", "list.html", view, f"the list {where}")

    def _archive(self) -> Iterable[Page]:
        months: dict[tuple[int, int], list[Item]] = defaultdict(list)
        for item in self._seen.items:
            local = item.date.astimezone(self._zone)
            months[local.year, local.month].append(item)
        years: dict[int, list[Link]] = defaultdict(list)
        for year, month in sorted(months, reverse=True):
            years[year].append(
                Link(
                    title=f"{year:04}-{month:02}",
                    path=f"archive/{year:04}/{month:02}/",
                    count=len(months[year, month]),
                )
            )
        groups = tuple(
            Group(title=f"{year:04}", path=f"archive/{year:04}/", links=tuple(links))
            for year, links in years.items()
        )
        yield self._archive_index("archive/", "Archive", groups)
        for group in groups:
            yield self._archive_index(group.path, group.title, (group,))
        for (year, month), items in months.items():
            heading = f"{year:04}-{month:02}"
            yield from self._list(f"archive/{year:04}/{month:02}/", heading, "month", items)

    def _archive_index(self, path: str, heading: str, groups: tuple[Group, ...]) -> Page:
        view = IndexView(
            site=self._site,
            page=self._page(path, heading, "", "index.html"),
            heading=heading,
            of="archive",
            groups=groups,
        )
        return _at(path, view)

    def _static_page(self, page: StaticPage) -> Page:
        path = f"{page.slug}/"
        view = StaticPageView(
            site=self._site,
            page=self._page(path, page.title, page.description, "page.html"),
            body_html=self._html(page.body, path),
        )
        return _at(path, view, page.path)

    def _missing(self) -> Page:
        view = MissingView(
            site=self._site,
            page=replace(self._page("404.html", "Not found", "", "404.html"), indexed=False),
            editions=self._edition_cards[:_EDITIONS_ON_404],
        )
        return Page("404.html", "404.html", digest.known(view), "the page for what is missing", indexed=False)


def item_output(item: Item) -> str:
    """The file of an item's page."""
    return f"{item_path(item)}index.html"


def up(path: str) -> str:
    """The way from the page at `path` to the root of the site: `../../`, or `./` from the root itself."""
    return "../" * path.count("/") or "./"


def _at(path: str, view: View, origin: str = "") -> Page:
    page = view.page
    return Page(
        f"{path}index.html",
        page.template,
        digest.known(view),
        origin or f"the list {path}",
        modified=page.modified,
        indexed=page.indexed,
    )


# -- what is made of its parts: each function sees its arguments and nothing else


def _page_view(site: SiteView, path: str, title: str, description: str, template: str) -> PageView:
    return PageView(
        path=path,
        title=title,
        description=text.excerpt(description or site.description, DESCRIPTION_MAX),
        template=template,
        canonical=site.url + path,
    )


def _card(item: Item, section: Link | None, tags: tuple[Link, ...], source_path: str, home: str) -> Card:
    return Card(
        id=item.id,
        title=item.title,
        path=item_path(item),
        tldr=item.tldr,
        date=item.date,
        section=section,
        tags=tags,
        source=_source(item, source_path, home),
    )


def _source(item: Item, path: str, home: str) -> SourceView:
    source = item.source
    local = source.url.startswith(home)
    return SourceView(
        name=source.name,
        path=path,
        url=source.url[len(home) :] if local else source.url,
        host="" if local else urlsplit(source.url).netloc.removeprefix("www."),
        author=source.author,
        published=source.published,
        text=source.text.value,
    )


def _story(items: Sequence[Item], cards: Sequence[Card]) -> StoryView:
    """The story of the first of `items`; the others are those it is shown with."""
    found = figures.differences([item.body for item in items])
    return StoryView(
        others=tuple(cards[1:]),
        differences=tuple(
            DifferenceView(
                figures=tuple(
                    FigureView(source=cards[at].source.name, path=cards[at].path, text=told)
                    for at, told in difference.figures
                )
            )
            for difference in found
        ),
    )


def _item_page(
    site: SiteView,
    item: Item,
    card: Card,
    body_html: str,
    edition: Link | None,
    story: StoryView | None,
) -> ItemPageView:
    page = replace(
        _page_view(site, card.path, item.title, item.tldr, "item.html"),
        kind="article",
        published=item.date,
        modified=item.date,
    )
    return ItemPageView(
        site=site,
        page=page,
        item=ItemView(card=card, body_html=body_html, by=item.by, edition=edition, story=story),
    )


def _list_page(
    site: SiteView, path: str, heading: str, of: str, about: str, cards: tuple[Card, ...], pager: Pager
) -> ListView:
    return ListView(
        site=site,
        page=_page_view(site, path, heading, about, "list.html"),
        heading=heading,
        of=of,
        about=about,
        cards=cards,
        pager=pager,
    )
