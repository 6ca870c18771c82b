"""What the pages of a library share, made once: cards, links, counts. Pure.

What there are thousands of (cards, the pages of items, list pages) is `made` of its parts by a function that
sees nothing else: its digest follows from those of the parts, so what is known is never put together.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from builder import digest, text
from builder.config import Config
from builder.content.library import retold
from builder.digest import Known
from builder.model import Correction, Edition, Face, Gist, Item, Library, Source, StaticPage, Status
from builder.publish import lists
from builder.render import markup
from builder.render.places import edition_path, item_path, minutes_to_read, section_link, site_view
from builder.render.views import (
    Card,
    CorrectionView,
    EditionCard,
    ImageView,
    Link,
    PageView,
    RetoldView,
    SiteView,
    SourceView,
    View,
)
from builder.summary.evidence import Evidence

DESCRIPTION_MAX = 200
_INTRO_MAX = 180
_TITLES = 3
"""Of its first stories, which tell what is in an edition without an introduction."""
_RELATED_MAX = 8


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
    texts: Callable[[], Iterable[str]] = tuple
    """Gives the Markdown whose HTML its view will ask for."""

    @property
    def view(self) -> View:
        """All the template may see."""
        return self.known.value

    @property
    def place(self) -> "Place":
        """Where it goes, and when it was last changed."""
        return self.output, when(self.modified) if self.indexed else None

    @property
    def path(self) -> str:
        """Its address below the site's."""
        return self.output.removesuffix("index.html")


Place = tuple[str, str | None]
"""The file of a page to be, and when it was last changed, for the sitemap: empty where nobody says, None
where search engines are asked to leave it out."""


@dataclass(frozen=True, slots=True)
class Run:
    """Pages that are known together: while nothing changed that any of them is made of, none is looked at."""

    name: str
    """Unique, and the same while what it is about stays the same."""
    templates: tuple[str, ...]
    """All that its pages are rendered with."""
    pages: Known[tuple[Page, ...]]
    """Worked out each time it is asked for."""
    places: Callable[[], tuple[Place, ...]]
    """Tells where these pages go, in their order, which takes less than to work them out."""
    items: tuple[Item, ...] = ()
    """Those whose texts they show."""


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
    """The digest of the file of each item and edition, by its path, where it is known."""
    gists: Mapping[str, Gist] = field(default_factory=dict)
    """The gist of items by their paths, where it is known."""


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
        gists=library.gists,
    )


@dataclass(frozen=True, slots=True)
class Common:
    """What the pages of items share, and all items together decide."""

    site: SiteView
    tags: Mapping[str, Link]
    """As `lists.tag_links` gives them."""
    sources: Mapping[str, Link]
    """As `lists.source_links` gives them."""


def _no_image(item: Item) -> Known[ImageView | None] | None:  # noqa: ARG001
    return None


class Material:
    """What is on the pages of one site."""

    def __init__(
        self,
        config: Config,
        seen: Public,
        html_of: Callable[[str], str],
        evidence_of: Callable[[Item], Known[Evidence | None]],
        rendering: str,
        base_url: str,
        *,
        image_of: Callable[[Item], Known[ImageView | None] | None] = _no_image,
        has_letters: bool = False,
        common: Common | None = None,
        words: Callable[[str], str] = str.capitalize,
    ) -> None:
        """Take the public part of a library for the site at `base_url`.

        `html_of` gives the safe HTML of a Markdown text, `rendering` names the way in which it does;
        `evidence_of` gives what a summary rests on, if that is known, `image_of` its picture, if there
        is one; editions may have a page with the letter. What is `common` to all need not be worked out
        where it is known: then `seen` may lack items. `words` says how lists are called: `editions`.
        """
        self.config = config
        self.seen = seen
        self.html_of = html_of
        self.evidence_of = evidence_of
        self.rendering = rendering
        self.has_letters = has_letters
        self.image_of = image_of
        self._words = words
        self.zone = ZoneInfo(config.site.timezone)
        self.common = common or _common(config, seen, base_url)
        self.site = self.common.site
        self.shared = digest.known(self.site)
        self.html_known = Known(rendering, lambda: self.html)
        """`html` as a part of what is known."""
        self.sections = {section.slug: section_link(section) for section in config.sections}
        self._known_sections = {slug: digest.known(link) for slug, link in self.sections.items()}
        self.tags = self.common.tags
        self._tags_of: dict[tuple[str, ...], tuple[Link, ...]] = {}
        self._known_tags = {tag: digest.known(link) for tag, link in self.tags.items()}
        self.sources = self.common.sources
        self._nouns = {item.id: item for item in seen.items}
        self._places = {feed: f"{link.path} {config.site.url}" for feed, link in self.sources.items()}
        self.gists = {item.id: seen.gists.get(item.path) or _gist(item) for item in seen.items}
        self.days = self._days()
        self.items = {item.id: self._known(item) for item in seen.items}
        self.cards = {item.id: self._card(item) for item in seen.items}
        self.stories = {item: story for story in seen.stories for item in story}
        self.carriers = {item: _named(link) for item, link in lists.carriers(seen.editions).items()}
        self.after = self._after()
        self.editions = {edition.number: self._known_edition(edition) for edition in seen.editions}
        self.edition_cards = {edition.number: self._edition_card(edition) for edition in seen.editions}

    def page(
        self, path: str, title: str, description: str, template: str, data: str = "", picture: str = ""
    ) -> PageView:
        """The page at `path`; `data` is its JSON-LD."""
        return page_view(self.site, path, title, description, template, data, picture)

    def named(self, path: str) -> Link:
        """The link to the list or the page at `path`, as the site's language calls it."""
        return Link(title=self._words(path.removesuffix("/")), path=path)

    def html(self, markdown: str, path: str) -> str:
        """The HTML of `markdown` as the page at `path` shows it."""
        return markup.rebase(self.html_of(markdown), up(path)) if markdown else ""

    def retold(self, edition: Edition) -> tuple[RetoldView, ...]:
        """The corrections of public items that `edition` tells of, in its order."""
        return tuple(
            RetoldView(title=item.title, path=item_path(item), date=one.date, text=one.words)
            for item, one in retold(self._nouns, edition)
        )

    def placed(self, edition: Edition) -> list[str]:
        """The ids of the public items of an edition, in its order."""
        return [p.item for part in edition.parts for p in part.items if p.item in self.cards]

    def tag_of(self, item: Item) -> tuple[Link, ...]:
        """The tags of an item; spellings that share an address are one."""
        found = self._tags_of.get(item.tags)
        if found is None:
            links = {link.path: link for link in map(self.tags.__getitem__, item.tags)}
            found = self._tags_of[item.tags] = tuple(links.values())
        return found

    def related(self, items: Sequence[Item], path: str) -> tuple[Link, ...]:
        """The tags that `items` have besides the one at `path`, with counts, the most frequent first."""
        counts = Counter(tag.path for item in items for tag in self.tag_of(item) if tag.path != path)
        links = {link.path: link for link in self.tags.values()}
        often = sorted(counts, key=lambda other: (-counts[other], links[other].title.casefold(), other))
        return tuple(replace(links[other], count=counts[other]) for other in often[:_RELATED_MAX])

    def _days(self) -> Mapping[str, str]:
        """The day of each item in the site's zone, `2026-11-20`."""
        zone = self.zone
        return {item.id: item.date.astimezone(zone).date().isoformat() for item in self.seen.items}

    def _after(self) -> Mapping[str, Known[Link]]:
        """For each item, the next of the first edition that carries it."""
        after: dict[str, Known[Link]] = {}
        for edition in self.seen.editions:
            placed = self.placed(edition)
            after.update({one: self._link(other) for one, other in pairwise(placed)})
            for last in placed[-1:]:
                after.pop(last, None)
        return after

    def _link(self, item: str) -> Known[Link]:
        return _named(Link(title=self.items[item].value.title, path=item_path(self.items[item].value)))

    def _known(self, item: Item) -> Known[Item]:
        told = self.seen.digests.get(item.path)
        # The file does not hold its own name, of which the page's address is made.
        return Known(f"{told} {item.path}", lambda: item) if told else digest.known(item)

    def _known_edition(self, edition: Edition) -> Known[Edition]:
        told = self.seen.digests.get(edition.path)
        return Known(f"{told} {edition.path}", lambda: edition) if told else digest.known(edition)

    def _card(self, item: Item) -> Known[Card]:
        section = self._known_sections.get(item.section)
        tags = [self._known_tags[tag] for tag in item.tags]
        feed = item.source.feed
        is_unapproved = item.status is not Status.APPROVED

        def card() -> Card:
            return _card(
                item.face,
                item_path(item),
                section.value if section else None,
                # Two spellings of one tag share a link.
                tuple({tag.value.path: tag.value for tag in tags}.values()),
                self.sources[feed].path,
                self.config.site.url,
                is_unapproved,
            )

        # All that it sees by its digests: ten thousand times, joining them takes a fifth of hashing them.
        told = ",".join([tag.digest for tag in tags])
        under = section.digest if section else ""
        told += " unapproved" if is_unapproved else ""
        return Known(f"{self.gists[item.id].face} {under} {told} {self._places[feed]} {item.path}", card)

    def _edition_card(self, edition: Edition) -> Known[EditionCard]:
        placed = self.placed(edition)
        words = sum(self.gists[item].words for item in placed)
        html_of = Known(self.rendering, lambda: self.html_of)
        first = () if edition.intro else tuple(self._nouns[item].title for item in placed[:_TITLES])
        return digest.made(_edition_card, self.editions[edition.number], words, len(placed), first, html_of)


def _lists(config: Config, seen: Public) -> tuple[str, ...]:
    """The lists that hold something."""
    there = {
        "editions": seen.editions,
        "sections": config.sections,
        "tags": any(item.tags for item in seen.items),
        "sources": seen.items,
        "archive": seen.items,
    }
    return tuple(name for name, held in there.items() if held)


def _common(config: Config, seen: Public, base_url: str) -> Common:
    return Common(
        site_view(
            config.site,
            config.sections,
            seen.pages,
            base_url,
            has_search=config.build.search != "none",
            lists=_lists(config, seen),
        ),
        lists.tag_links(seen.items),
        lists.source_links(seen.items),
    )


class _PageView(PageView):
    """A page whose form for machines is made when a template shows it; otherwise as any other."""

    __slots__ = ("_data",)
    _data: Callable[[], str]

    def __getattr__(self, name: str) -> str:
        # Called for what is not there yet.
        if name not in ("data_html", "data_digest"):
            raise AttributeError(name)
        data = self._data()
        object.__setattr__(self, "data_html", data)
        object.__setattr__(self, "data_digest", _digest_of(data))
        told: str = object.__getattribute__(self, name)
        return told


_HTML, _DIGEST, _DATA = (
    *(vars(PageView)[name] for name in ("data_html", "data_digest")),
    vars(_PageView)["_data"],
)
"""Slots of a frozen noun."""


def page_view(
    site: SiteView,
    path: str,
    title: str,
    description: str,
    template: str,
    data: str | Callable[[], str] = "",
    picture: str = "",
    *,
    kind: str = "website",
    published: datetime | None = None,
    modified: datetime | None = None,
) -> PageView:
    """The page at `path`; `data` is its JSON-LD, or gives it when a template asks for it."""
    at_once = data if isinstance(data, str) else ""
    page = (PageView if isinstance(data, str) else _PageView)(
        path=path,
        title=title,
        description=text.excerpt(description, DESCRIPTION_MAX),
        template=template,
        canonical=site.url + path,
        data_html=at_once,
        data_digest=_digest_of(at_once),
        picture=picture,
        kind=kind,
        published=published,
        modified=modified,
    )
    if not isinstance(data, str):
        _HTML.__delete__(page)
        _DIGEST.__delete__(page)
        _DATA.__set__(page, data)
    return page


def _digest_of(data: str) -> str:
    return base64.b64encode(hashlib.sha256(data.encode()).digest()).decode() if data else ""


def _gist(item: Item) -> Gist:
    return Gist(digest.of_value(item.face)[:40], len(item.body.split()))


def _named(link: Link) -> Known[Link]:
    """`link`, known by all that it says."""
    return Known(f"{link.path}\n{link.title}\n{link.count}", lambda: link)


def _card(
    face: Face,
    path: str,
    section: Link | None,
    tags: tuple[Link, ...],
    source_path: str,
    home: str,
    is_unapproved: bool,
) -> Card:
    return Card(
        id=face.id,
        title=face.title,
        path=path,
        tldr=face.tldr,
        date=face.date,
        section=section,
        tags=tags,
        source=_source(face.source, source_path, home),
        language=face.language,
        is_unapproved=is_unapproved,
    )


def _edition_card(
    edition: Edition, words: int, count: int, first: Sequence[str], html_of: Callable[[str], str]
) -> EditionCard:
    """The card of an edition with so many public items, which have so many `words`; `first` are titles."""
    intro = markup.plain(html_of(edition.intro)) if edition.intro else "; ".join(first)
    return EditionCard(
        number=edition.number,
        title=edition.title,
        path=edition_path(edition.number),
        is_named=edition.is_named,
        date=edition.published or edition.date,
        count=count,
        minutes=minutes_to_read(words + len(edition.intro.split())),
        intro=text.excerpt(intro, _INTRO_MAX),
    )


def _source(source: Source, path: str, home: str) -> SourceView:
    url = source.url
    if url.count("#") > 1:
        # Feeds hang one fragment on another; an address has one, in which this sign is written so (RFC 3986).
        page, _, fragment = url.partition("#")
        url = f"{page}#{fragment.replace('#', '%23')}"
    local = url.startswith(home)
    return SourceView(
        name=source.name,
        path=path,
        url=url[len(home) :] if local else url,
        host="" if local else urlsplit(url).netloc.removeprefix("www."),
        author=source.author,
        published=source.published,
        text=source.text.value,
    )


def corrected(corrections: Iterable[Correction]) -> tuple[CorrectionView, ...]:
    """Notices of corrections, the newest first."""
    newest = sorted(corrections, key=lambda one: (one.date, one.text), reverse=True)
    return tuple(CorrectionView(date=one.date, text=one.words) for one in newest)


def when(modified: datetime | None) -> str:
    """When a page was last changed, as the sitemap says it; empty where nobody does."""
    return modified.isoformat() if modified else ""


def up(path: str) -> str:
    """The way from the page at `path` to the root of the site: `../../`, or `./` from the root itself."""
    return "../" * path.count("/") or "./"


def at(path: str, view: View, origin: str = "") -> Page:
    """The page whose place is the folder `path`."""
    return whole(f"{path}index.html", view, origin or f"the list {path}")


def whole(output: str, view: View, origin: str) -> Page:
    """The page in the file `output`, whose view is all there."""
    page = view.page
    return Page(
        output, page.template, digest.known(view), origin, modified=page.modified, indexed=page.indexed
    )


def by_tag(material: Material) -> Mapping[str, tuple[Link, list[Item]]]:
    """Each tag by its path, with its items, newest first."""
    found: dict[str, tuple[Link, list[Item]]] = {}
    for item in material.seen.items:
        for link in material.tag_of(item):
            held = found.get(link.path)
            if held is None:
                held = found[link.path] = (link, [])
            held[1].append(item)
    return found
