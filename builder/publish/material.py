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
from builder.model import Correction, Edition, Item, Library, StaticPage, Status
from builder.publish import lists
from builder.render import markup
from builder.render.places import edition_path, item_path, minutes_to_read, section_link, site_view
from builder.render.views import (
    Card,
    CorrectionView,
    EditionCard,
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
        has_letters: bool = False,
    ) -> None:
        """Take the public part of a library for the site at `base_url`.

        `html_of` gives the safe HTML of a Markdown text, `rendering` names the way in which it does;
        `evidence_of` gives what a summary rests on, if that is known; editions may have a page with the
        letter.
        """
        self.config = config
        self.seen = seen
        self.html_of = html_of
        self.evidence_of = evidence_of
        self.rendering = rendering
        self.has_letters = has_letters
        self.zone = ZoneInfo(config.site.timezone)
        self.site = site_view(
            config.site, config.sections, seen.pages, base_url, has_search=config.build.search != "none"
        )
        self.shared = digest.known(self.site)
        self.sections = {section.slug: section_link(section) for section in config.sections}
        self._known_sections = {slug: digest.known(link) for slug, link in self.sections.items()}
        self.tags = lists.tag_links(seen.items)
        self._known_tags = {tag: digest.known(link) for tag, link in self.tags.items()}
        self.sources = lists.source_links(seen.items)
        self._nouns = {item.id: item for item in seen.items}
        self.items = {item.id: self._known(item) for item in seen.items}
        self.cards = {item.id: self._card(item) for item in seen.items}
        self.stories = {item: story for story in seen.stories for item in story}
        self.carriers = lists.carriers(seen.editions)
        self.after = self._after()
        self.edition_cards = tuple(self._edition_card(edition) for edition in seen.editions)

    def page(
        self, path: str, title: str, description: str, template: str, data: str = "", picture: str = ""
    ) -> PageView:
        """The page at `path`; `data` is its JSON-LD."""
        return page_view(self.site, path, title, description, template, data, picture)

    def body(self, item: Item) -> Known[str]:
        """The HTML of an item's body as its own page shows it."""
        of, path = self.items[item.id], item_path(item)
        # A digest is whatever names the value and nothing else: here no new one need be computed.
        return Known(f"{self.rendering} {of.digest} {up(path)}", lambda: self.html(of.value.body, path))

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
        return tuple({link.path: link for link in map(self.tags.__getitem__, item.tags)}.values())

    def related(self, items: Sequence[Item], path: str) -> tuple[Link, ...]:
        """The tags that `items` have besides the one at `path`, with counts, the most frequent first."""
        counts = Counter(tag.path for item in items for tag in self.tag_of(item) if tag.path != path)
        links = {link.path: link for link in self.tags.values()}
        often = sorted(counts, key=lambda other: (-counts[other], links[other].title.casefold(), other))
        return tuple(replace(links[other], count=counts[other]) for other in often[:_RELATED_MAX])

    def _after(self) -> Mapping[str, Link]:
        """For each item, the next of the first edition that carries it."""
        after: dict[str, Link] = {}
        for edition in self.seen.editions:
            placed = self.placed(edition)
            after.update({one: self._link(other) for one, other in pairwise(placed)})
            after = {one: link for one, link in after.items() if one not in placed[-1:]}
        return after

    def _link(self, item: str) -> Link:
        return Link(title=self.items[item].value.title, path=item_path(self.items[item].value))

    def _known(self, item: Item) -> Known[Item]:
        told = self.seen.digests.get(item.path)
        # The file does not hold its own name, of which the page's address is made.
        return Known(f"{told} {item.path}", lambda: item) if told else digest.known(item)

    def _card(self, item: Item) -> Known[Card]:
        return digest.made(
            _card,
            self.items[item.id],
            self._known_sections.get(item.section),
            # Two spellings of one tag share a link, and so its digest.
            tuple({tag.digest: tag for tag in map(self._known_tags.__getitem__, item.tags)}.values()),
            self.sources[item.source.feed].path,
            self.config.site.url,
        )

    def _edition_card(self, edition: Edition) -> EditionCard:
        placed = self.placed(edition)
        words = len(edition.intro.split()) + sum(len(self.items[item].value.body.split()) for item in placed)
        return EditionCard(
            number=edition.number,
            title=edition.title,
            path=edition_path(edition.number),
            date=edition.published or edition.date,
            count=len(placed),
            minutes=minutes_to_read(words),
            intro=text.excerpt(
                markup.plain(self.html_of(edition.intro)) if edition.intro else "", _INTRO_MAX
            ),
        )


def page_view(
    site: SiteView,
    path: str,
    title: str,
    description: str,
    template: str,
    data: str = "",
    picture: str = "",
) -> PageView:
    """The page at `path`; `data` is its JSON-LD."""
    return PageView(
        path=path,
        title=title,
        description=text.excerpt(description, DESCRIPTION_MAX),
        template=template,
        canonical=site.url + path,
        data_html=data,
        data_digest=base64.b64encode(hashlib.sha256(data.encode()).digest()).decode() if data else "",
        picture=picture,
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
        language=item.language,
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


def corrected(corrections: Iterable[Correction]) -> tuple[CorrectionView, ...]:
    """Notices of corrections, the newest first."""
    newest = sorted(corrections, key=lambda one: (one.date, one.text), reverse=True)
    return tuple(CorrectionView(date=one.date, text=one.words) for one in newest)


def item_output(item: Item) -> str:
    """The file of an item's page."""
    return f"{item_path(item)}index.html"


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
            found.setdefault(link.path, (link, []))[1].append(item)
    return found
