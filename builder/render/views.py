"""What a template may see, and nothing else.

One dataclass a template: its fields are the template's variables. A page is a pure function of its template
and its view, so whatever a page shows must be here, and what is not here cannot make a page stale.

A `path` is a place in the site, from its root, without a leading slash: `items/x/`, `feed.xml`, or empty
for home. Templates turn it into a link with `url(path)`; they never build one themselves. `*_html` is safe
markup.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A name that leads somewhere."""

    title: str
    path: str
    count: int = 0
    """How many items are behind it; 0 when not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """The same on every page: nothing here may change when an item is added."""

    title: str
    url: str
    """Ends in a slash."""
    language: str
    direction: str
    """`ltr` or `rtl`."""
    timezone: str
    """An IANA zone name: the days of `date(…)` begin there."""
    description: str
    author: str
    sections: tuple[Link, ...]
    """The configured sections, in the order of the config."""
    pages: tuple[Link, ...]
    """The pages of `content/pages`, by title."""
    generator: str
    """`Briefpress 0.1.0`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """The page itself."""

    path: str
    title: str
    """Without the site's title; empty on home."""
    description: str
    template: str
    """`item.html`."""
    canonical: str
    """Absolute address."""
    kind: str = "website"
    """Open Graph type: `website` or `article`."""
    indexed: bool = True
    """False: search engines are asked to leave it out."""
    published: datetime | None = None
    modified: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """Where an item came from."""

    name: str
    path: str
    """Our page about the source."""
    url: str
    """The original article: absolute, or a site path when it lives on this site; empty when unknown."""
    host: str
    """`example.org`, for display; empty when unknown."""
    author: str
    published: datetime | None
    text: str
    """`full`, `teaser` or `feed`: how much of the original was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An item in a list."""

    id: str
    title: str
    path: str
    tldr: str
    date: datetime
    section: Link | None
    tags: tuple[Link, ...]
    source: SourceView
    note: str = ""
    """The editors' line in an edition; empty elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureView:
    """What one source says of a thing that another puts differently."""

    source: str
    """The source's name."""
    path: str
    """The page of the item that has it from there."""
    text: str
    """The figure and what it counts, as written: `12,000 jobs`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceView:
    """Figures for one thing that do not agree, at least two."""

    figures: tuple[FigureView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """What other sources report of the same event."""

    others: tuple[Card, ...]
    """The story's other public items, oldest first; at least one."""
    differences: tuple[DifferenceView, ...]
    """Where the items plainly disagree; mostly empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An item on its own page."""

    card: Card
    body_html: str
    by: str
    """`extract/1`."""
    edition: Link | None
    """The published edition that carries it, the first when several do."""
    story: StoryView | None
    """None when no other public item reports the same event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionCard:
    """An edition in a list."""

    number: int
    title: str
    path: str
    date: datetime
    count: int
    """How many items it holds."""
    minutes: int
    """To read all of it, at least 1."""
    intro: str
    """The first words of the introduction as plain text; may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """A headed part of an edition or a list."""

    title: str
    slug: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionView:
    """An edition on its own page."""

    card: EditionCard
    intro_html: str
    parts: tuple[PartView, ...]
    newer: Link | None
    older: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Where a page of a long list stands. Numbered from the oldest, so that old pages never change."""

    number: int
    total: int
    newer: Link | None
    older: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Links under a heading: the months of a year, the letters of an index."""

    title: str
    path: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What every template sees."""

    site: SiteView
    page: PageView


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView(View):
    """`home.html`: the overview."""

    edition: EditionCard | None
    """The newest published edition."""
    lead: Card | None
    """The item that leads the page: the first of the newest edition, else the newest."""
    cards: tuple[Card, ...]
    """The rest, newest first."""
    older: Link | None
    """Where the items beyond these are; None when all are here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPageView(View):
    """`item.html`."""

    item: ItemView


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPageView(View):
    """`edition.html`."""

    edition: EditionView


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionsView(View):
    """`editions.html`: all editions, newest first."""

    editions: tuple[EditionCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView(View):
    """`list.html`: the items of a section, a tag, a source or a month, newest first."""

    heading: str
    of: str
    """`section`, `tag`, `source` or `month`."""
    about: str
    """A sentence on the list as plain text; may be empty."""
    cards: tuple[Card, ...]
    pager: Pager


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexView(View):
    """`index.html`: all sections, tags or sources, or the archive's years and months."""

    heading: str
    of: str
    """`sections`, `tags`, `sources` or `archive`."""
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticPageView(View):
    """`page.html`: a page of `content/pages`."""

    body_html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingView(View):
    """`404.html`: the address is not here."""

    editions: tuple[EditionCard, ...]
    """The newest, at most three."""


VIEWS: dict[str, type[View]] = {
    "home.html": HomeView,
    "item.html": ItemPageView,
    "edition.html": EditionPageView,
    "editions.html": EditionsView,
    "list.html": ListView,
    "index.html": IndexView,
    "page.html": StaticPageView,
    "404.html": MissingView,
}
"""Every template of the site, and what it is a function of."""
