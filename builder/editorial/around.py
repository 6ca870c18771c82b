"""What is around an item or an edition: what rules must know of the config and of all other files."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from builder.editorial import links
from builder.model import Edition, Item, Library, Status
from builder.render.places import edition_path, item_path

Linked = Callable[[Item], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Lead:
    """A file that leads readers to a page."""

    date: datetime
    path: str
    name: str
    """The id of an item, or `edition 3`."""
    is_source: bool
    """Whether the page is the item's source, and not only linked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is around a file that rules need to know."""

    now: datetime
    sections: frozenset[str] = frozenset()
    """The slugs of the config."""
    tags: frozenset[str] = frozenset()
    """Those of the config, case folded; empty: any."""
    impact: bool = False
    """Whether the closing section is to be on impact."""
    site: str = ""
    """The site's address; empty: not known."""
    places: frozenset[str] = frozenset()
    """The addresses of the pages of items, editions and sections, as `items/x/`."""
    lookback: timedelta | None = None
    """None: without limit."""
    leads: Mapping[str, tuple[Lead, ...]] = field(default_factory=dict)
    """A page, as `links.address` has it → what leads there, where several files do; the earliest first."""

    def near(self, url: str, date: datetime, path: str) -> Iterator[Lead]:
        """What leads to the page `url` within the look-back from `date`, beside the file `path`."""
        for lead in self.leads.get(links.address(url), ()):
            if lead.path != path and (self.lookback is None or abs(lead.date - date) <= self.lookback):
                yield lead


def linked(item: Item) -> frozenset[str]:
    """The pages to which the text of an item leads, as `links.address` has them."""
    return links.pages(item.body)


def around(
    library: Library,
    sections: Iterable[str],
    *,
    lookback_days: int,
    impact: bool,
    now: datetime,
    tags: Iterable[str] = (),
    site: str = "",
    linked: Linked = linked,
) -> Around:
    """What the rules need to know of a whole `library`; a look-back of no days is one without limit.

    `linked` tells to which pages the text of an item leads, for those who know it without reading.
    """
    leads: dict[str, list[Lead]] = defaultdict(list)
    of_items = (_of_item(item, linked) for item in library.items)
    for told in (*of_items, *map(_of_edition, library.editions)):
        for page, lead in told:
            leads[page].append(lead)
    slugs = frozenset(sections)
    kept = [item for item in library.items if item.status is not Status.REJECTED]
    return Around(
        now=now,
        sections=slugs,
        tags=frozenset(map(str.casefold, tags)),
        impact=impact,
        site=site,
        places=frozenset(
            (
                *map(item_path, kept),
                *(edition_path(edition.number) for edition in library.editions),
                *(f"sections/{slug}/" for slug in slugs),
                *(alias for item in kept for alias in item.aliases),
                *(alias for edition in library.editions for alias in edition.aliases),
            )
        ),
        lookback=timedelta(days=lookback_days) if lookback_days else None,
        leads={
            page: tuple(sorted(told, key=lambda lead: (lead.date, lead.path)))
            for page, told in leads.items()
            if len({lead.path for lead in told}) > 1
        },
    )


def pages_of(noun: Item | Edition, linked: Linked = linked) -> frozenset[str]:
    """The pages to which an item or an edition leads, as `links.address` has them."""
    if isinstance(noun, Item):
        return linked(noun) | {links.address(noun.source.url)}
    return frozenset().union(links.pages(noun.intro), *(links.pages(note) for _, note in notes_of(noun)))


def notes_of(edition: Edition) -> Iterator[tuple[str, str]]:
    """The notes of an edition: where each stands in its front matter, and what it says."""
    for at, part in enumerate(edition.parts):
        for turn, placed in enumerate(part.items):
            if placed.note:
                yield f"parts.{at}.items.{turn}.note", placed.note


def _of_item(item: Item, linked: Linked) -> Iterator[tuple[str, Lead]]:
    if item.status is Status.REJECTED:
        return
    source = links.address(item.source.url)
    if source:
        yield source, Lead(item.date, item.path, item.id, True)
    for page in linked(item):
        if page != source:
            yield page, Lead(item.date, item.path, item.id, False)


def _of_edition(edition: Edition) -> Iterator[tuple[str, Lead]]:
    lead = Lead(edition.published or edition.date, edition.path, f"edition {edition.number}", False)
    for said in (edition.intro, *(note for _, note in notes_of(edition))):
        for page in links.pages(said):
            yield page, lead
