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
    has_search: bool
    lists: tuple[str, ...] = ()
    """Which of `editions`, `sections`, `tags`, `sources`, `archive` there are: an empty list has no page."""
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
    data_html: str = ""
    """The page for machines: JSON-LD (schema.org) that may stand in a script element; empty for none."""
    data_digest: str = ""
    """The SHA-256 of `data_html` in base64, by which a Content-Security-Policy knows it."""
    picture: str = ""
    """The path of its picture for link previews, 1200 by 630; empty where the theme's own serves."""


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
    language: str = ""
    """Of its title and text, where it is not the site's; empty where it is."""
    is_unapproved: bool = False
    """Whether its editors have yet to approve it, which only a build with drafts shows."""


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
class QuoteView:
    """A sentence of the original."""

    text: str
    number: int
    """Its place among the original's sentences, from 1."""
    url: str
    """The original, at this sentence in browsers that can find it; empty when the address is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofView:
    """A sentence of a summary and what it rests on."""

    text: str
    verbatim: bool
    """Whether the original has it word for word."""
    quotes: tuple[QuoteView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageView:
    """A picture, in pixels."""

    path: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockView:
    """A heading, a paragraph or a list of a summary."""

    block_html: str
    proofs: tuple[ProofView, ...]
    """One for each of its sentences that rests on the original as it stands."""
    image: ImageView | None = None
    """The story's picture, above the block at which it has its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeView:
    """How a summary was made, worked out from the summary and its evidence."""

    writer: str
    """Who began it: `extraction`, `model`, `engine` (another one) or `hand`."""
    name: str
    """The model or the engine; empty for a text by hand."""
    sentences: int
    """How many sentences and points were drafted; 0 when there is no evidence."""
    standing: int
    """How many of these stand in the summary as they were drafted."""
    verbatim: int
    """How many of these the original has word for word."""
    edited: bool
    """Whether a person changed, added or removed a sentence; false when there is no evidence."""
    read: datetime | None
    """When the original was read."""
    language: str
    """The original's; empty when unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """A notice of what was wrong and has been put right."""

    date: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetoldView:
    """A correction of an item, told in an edition."""

    title: str
    """The item's."""
    path: str
    date: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An item on its own page."""

    card: Card
    blocks: tuple[BlockView, ...]
    """The summary, in order."""
    made: MadeView
    direction: str
    """Of its text: `ltr` or `rtl`, or `auto` where its language is not known."""
    minutes: int
    """To read the original, at least 1; 0 when its length is not known."""
    edition: Link | None
    """The published edition that carries it, the first when several do."""
    story: StoryView | None
    """None when no other public item reports the same event."""
    after: Link | None
    """The next item of that edition."""
    corrections: tuple[CorrectionView, ...]
    """The newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionCard:
    """An edition in a list."""

    number: int
    title: str
    path: str
    is_named: bool = True
    """Whether its title says more than its number, as `Edition 7` does not."""
    date: datetime
    count: int
    """How many items it holds."""
    minutes: int
    """To read all of it, at least 1."""
    intro: str
    """The first words of the introduction as plain text, or the titles of its first items; may be empty."""


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
    intro: str
    """The same as plain text, a blank line between paragraphs."""
    parts: tuple[PartView, ...]
    first: datetime
    """The date of its oldest item, or its own when it has none."""
    last: datetime
    """The date of its newest item, or its own."""
    text: str
    """The path of the same as plain text."""
    letter: str
    """The path of the same as it was mailed; empty where nothing is mailed."""
    corrections: tuple[CorrectionView, ...]
    """Of the edition itself, the newest first."""
    corrected: tuple[RetoldView, ...] = ()
    """Of items of earlier editions, in the editors' order."""
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
    density: str
    """`cards`, `list` or `headlines`: how it is shown until the reader chooses."""
    image: ImageView | None = None
    """The picture of the lead."""
    story: StoryView | None = None
    """Who else covers the lead; None when nobody does."""


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
    total: int
    """How many items the whole list has; 0 on its older pages, which a new item must not change."""
    related: tuple[Link, ...]
    """Tags that its items often have besides, the most frequent first; none on its older pages."""
    feed: str
    """The path of the list's own feed; empty when it has none."""
    homepage: str
    """The address of a source; empty when it is not known, and for other lists."""


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
class SearchView(View):
    """`search.html`: the search, which runs in the reader's browser."""

    indexes: tuple[str, ...]
    """The paths of the index files, the newest items first."""
    total: int
    """How many items they hold."""
    pagefind: str
    """The path of the script that searches whole texts; empty where only the index files are searched."""
    ids: str
    """The path of the file that says which of its results is which item; empty as `pagefind`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedsView(View):
    """`feeds.html`: every feed of the site. The links lead to the feeds themselves."""

    editions: int
    """How many editions are published; without any they have no feed."""

    sections: tuple[Link, ...]
    tags: tuple[Link, ...]
    sources: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectView(View):
    """`redirect.html`: a place where a page was once."""

    target: Link
    """Where it is now."""


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
    "search.html": SearchView,
    "feeds.html": FeedsView,
    "redirect.html": RedirectView,
    "404.html": MissingView,
}
"""Every page template of the site, and what it is a function of."""

TEXT_VIEWS: dict[str, type[View]] = {"edition.txt": EditionPageView}
"""The templates whose output is plain text: nothing is escaped in them."""
