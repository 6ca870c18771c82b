"""The library as pages: every page of the site, with its address and all it shows. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from html import escape
from typing import Any

from builder import digest, text
from builder.digest import Known
from builder.model import Edition, Item, StaticPage
from builder.publish import letters, lists, proofs, shelves, structured
from builder.publish.material import (
    Material,
    Page,
    Place,
    Run,
    at,
    corrected,
    page_view,
    up,
    when,
    whole,
)
from builder.publish.pictures import picture_path
from builder.publish.search import PAGEFIND, Index, ids_path
from builder.publish.shelves import Shelf
from builder.render import markup
from builder.render.places import direction_of, edition_path, item_path
from builder.render.views import (
    BlockView,
    Card,
    DifferenceView,
    EditionCard,
    EditionPageView,
    EditionsView,
    EditionView,
    FeedsView,
    FigureView,
    HomeView,
    ImageView,
    ItemPageView,
    ItemView,
    Link,
    MissingView,
    PartView,
    RedirectView,
    RetoldView,
    SearchView,
    SiteView,
    StaticPageView,
    StoryView,
)
from builder.summary.evidence import Evidence

_EDITIONS_ON_404 = 3
_RUN_BY = 2
"""Letters at the end of the id that the items of a run share: 256 runs, however many items there are."""
_EDITIONS = "editions/"
_AS_TEXT = "edition.txt"
"""The file of an edition without markup, beside its page."""


def site_pages(of: Material, kept: Sequence[Shelf], indexes: Sequence[Index]) -> Iterator[Page | Run]:
    """Every page of the site: `kept` are its lists, `indexes` the files of its search."""
    yield _home(of)
    yield from _items(of)
    yield from _editions(of)
    yield from shelves.pages(of, kept)
    yield from shelves.archive(of)
    for page in of.seen.pages:
        yield _static_page(of, page)
    if of.site.has_search:
        yield _search(of, indexes)
    yield _feeds(of, kept)
    yield _missing(of)
    yield from _redirects(of)


def _home(of: Material) -> Page:
    order = [item.id for item in of.seen.items]
    placed = of.placed(of.seen.editions[0]) if of.seen.editions else []
    lead = next(iter([*placed, *order]), None)
    rest = [item for item in order if item != lead]
    shown = tuple(of.cards[item].value for item in rest[: of.config.build.home_items])
    first = of.cards[lead].value if lead else None
    image = of.image_of(of.items[lead].value) if lead else None
    story = _story_of(of, lead) if lead else None
    data = structured.home(of.site, (first, *shown) if first else ())
    view = HomeView(
        site=of.site,
        page=of.page("", "", of.site.description, "home.html", data),
        edition=of.edition_cards[of.seen.editions[0].number].value if of.seen.editions else None,
        lead=first,
        cards=shown,
        older=Link(title="", path="archive/") if len(rest) > len(shown) else None,
        density=of.config.build.density,
        image=image.value if image else None,
        story=story.value if story else None,
    )
    return at("", view, "the overview")


def _items(of: Material) -> Iterator[Run]:
    """The pages of the items, in runs that do not shift when an item is added."""
    runs: dict[str, list[Item]] = defaultdict(list)
    for item in of.seen.items:
        runs[item.id[-_RUN_BY:]].append(item)
    for end, items in sorted(runs.items()):
        known = digest.gathering(_item_run, partial(_parts_of, of, items))
        yield Run(run_of(end), ("item.html",), known, partial(_item_places, items), tuple(items))


def run_of(item_id: str) -> str:
    """The name of the run in which the page of an item is."""
    return f"items {item_id[-_RUN_BY:]}"


def of_items(of: Material, items: Sequence[Item]) -> tuple[Page, ...]:
    """The pages of `items` alone."""
    return _item_run(*_parts_of(of, items))


def _item_places(items: Sequence[Item]) -> tuple[Place, ...]:
    return tuple((item_file(item), when(item.updated)) for item in items)


def item_file(item: Item) -> str:
    """The file of an item's page, below the output folder."""
    return f"{item_path(item)}index.html"


def _parts_of(of: Material, items: Sequence[Item]) -> tuple[Any, ...]:
    """What the pages of `items` are made of, for `_item_run`."""
    ids = [item.id for item in items]
    return (
        of.shared,
        of.html_known,
        of.config.build.pictures == "all",
        tuple(map(of.items.__getitem__, ids)),
        tuple(map(of.cards.__getitem__, ids)),
        tuple(map(of.evidence_of, items)),
        tuple(map(of.carriers.get, ids)),
        tuple(map(of.after.get, ids)),
        tuple(_story_of(of, item) for item in ids),
        tuple(map(of.image_of, items)),
    )


def _item_run(
    site: Known[SiteView], html: Known[Callable[[str, str], str]], pictures: bool, *columns: tuple[Any, ...]
) -> tuple[Page, ...]:
    return tuple(_item(site, html, pictures, *row) for row in zip(*columns, strict=True))


def _item(
    site: Known[SiteView],
    html: Known[Callable[[str, str], str]],
    pictures: bool,
    known: Known[Item],
    card: Known[Card],
    evidence: Known[Evidence | None],
    carrier: Known[Link] | None,
    after: Known[Link] | None,
    story: Known[StoryView] | None,
    image: Known[ImageView | None] | None,
) -> Page:
    item = known.value
    path = item_path(item)
    # A digest is whatever names the value and nothing else: here no new one need be computed.
    name = f"{html.digest} {known.digest} {up(path)}"
    body = Known(name, lambda: html.value(item.body, path), keep=False)
    picture = picture_path(path) if pictures else ""
    parts = (site, known, card, body, evidence, carrier, after, story, image, picture)
    view = digest.made(_item_page, *parts, keep=False)
    return Page(
        item_file(item),
        "item.html",
        view,
        item.path,
        modified=item.updated,
        texts=lambda: (item.body,),
    )


def _story_of(of: Material, item: str) -> Known[StoryView] | None:
    others = [one for one in of.stories.get(item, ()) if one != item]
    if not others:
        return None
    ids = (item, *others)
    return digest.made(_story, tuple(of.items[one] for one in ids), tuple(of.cards[one] for one in ids))


def _story(items: Sequence[Item], cards: Sequence[Card]) -> StoryView:
    """The story of the first of `items`; the others are those it is shown with."""
    # Most items are in no story.
    from builder.summary import figures

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
    evidence: Evidence | None,
    edition: Link | None,
    after: Link | None,
    story: StoryView | None,
    image: ImageView | None,
    picture: str,
) -> ItemPageView:
    trail = [card.section] if card.section else []
    updated = item.updated
    data = partial(structured.item, site, card, updated, trail, image.path if image else picture)
    page = page_view(
        *(site, card.path, item.title, item.tldr, "item.html", data, picture),
        kind="article",
        published=item.date,
        modified=updated,
    )
    original = card.source.url
    if original and "://" not in original:
        original = up(card.path) + original
    blocks, made = proofs.item_views(item, _told_once(body_html, item.title), evidence, original)
    return ItemPageView(
        site=site,
        page=page,
        item=ItemView(
            card=card,
            blocks=_illustrated(blocks, image),
            made=made,
            direction=direction_of(language) if (language := card.language or made.language) else "auto",
            minutes=proofs.minutes(evidence),
            edition=edition,
            story=story,
            after=after,
            corrections=corrected(item.corrections),
        ),
    )


def _told_once(html: str, title: str) -> str:
    """`html` without the title in the heading of its overview, where no other headline was found for that.

    It stands above, and in the heading of the TL;DR.
    """
    before, same, after = html.rpartition(f": {escape(text.fold(title), quote=False)}</h2>")
    return f"{before.rstrip()}</h2>{after}" if same and before.count("<h2") > 1 else html


def _illustrated(blocks: tuple[BlockView, ...], image: ImageView | None) -> tuple[BlockView, ...]:
    """`blocks` with the picture between TL;DR and overview, or below the one where the other is missing."""
    if image is None:
        return blocks
    if len(blocks) == 1 and not blocks[0].proofs:
        blocks = tuple(BlockView(block_html=one, proofs=()) for one in markup.blocks(blocks[0].block_html))
    headings = [at for at, block in enumerate(blocks) if block.block_html.lstrip().startswith("<h2")]
    if len(headings) < 2:
        return (*blocks, BlockView(block_html="", proofs=(), image=image))
    return tuple(
        replace(block, image=image) if at == headings[1] else block for at, block in enumerate(blocks)
    )


def _editions(of: Material) -> Iterator[Run]:
    """The list of the editions, and a run for each of them."""
    html_of = Known(of.rendering, lambda: of.html_of)
    shown = [edition.number for edition in of.seen.editions]
    cards = tuple(map(of.edition_cards.__getitem__, shown))
    if cards:
        known = digest.gathered(_edition_list, of.shared, of.named(_EDITIONS), cards)
        yield Run("editions", ("editions.html",), known, lambda: ((f"{_EDITIONS}index.html", ""),))
    links = [Link(title=edition.title, path=edition_path(edition.number)) for edition in of.seen.editions]
    newer = dict(zip(shown[1:], links, strict=False))
    older = dict(zip(shown, links[1:], strict=False))
    for edition in of.seen.editions:
        path = edition_path(edition.number)
        known = digest.gathered(
            _edition,
            of.shared,
            of.editions[edition.number],
            of.edition_cards[edition.number],
            tuple(map(of.cards.__getitem__, of.placed(edition))),
            of.retold(edition),
            of.html_known,
            html_of,
            "" if of.config.build.pictures == "none" else picture_path(path),
            letters.path_of(edition) if of.has_letters else "",
            newer.get(edition.number),
            older.get(edition.number),
            of.named(_EDITIONS),
        )
        templates = ("edition.html", "edition.txt")
        yield Run(f"edition {edition.number}", templates, known, partial(_edition_places, edition))


def _edition_places(edition: Edition) -> tuple[Place, ...]:
    path = edition_path(edition.number)
    return (f"{path}index.html", when(_edition_modified(edition))), (f"{path}{_AS_TEXT}", None)


def _edition_modified(edition: Edition) -> datetime:
    """When the page of `edition` last came to say something else."""
    return max([edition.published or edition.date, *(one.date for one in edition.corrections)])


def _edition_list(
    site: Known[SiteView], here: Link, cards: tuple[Known[EditionCard], ...]
) -> tuple[Page, ...]:
    data = structured.trail(site.value, [here])
    page = page_view(site.value, here.path, here.title, "", "editions.html", data)
    view = EditionsView(site=site.value, page=page, editions=tuple(card.value for card in cards))
    return (at(here.path, view),)


def _edition(
    site: Known[SiteView],
    known: Known[Edition],
    edition_card: Known[EditionCard],
    placed: tuple[Known[Card], ...],
    retold: tuple[RetoldView, ...],
    html: Known[Callable[[str, str], str]],
    html_of: Known[Callable[[str], str]],
    picture: str,
    letter: str,
    newer: Link | None,
    older: Link | None,
    above: Link,
) -> tuple[Page, ...]:
    """The edition's page, and the same as plain text."""
    edition, card = known.value, edition_card.value
    cards = [one.value for one in placed]
    dates = [one.date for one in cards] or [card.date]
    notices = corrected(edition.corrections)
    data = structured.edition(site.value, card, cards, [above])
    page = replace(
        page_view(site.value, card.path, card.title, card.intro, "edition.html", data, picture),
        kind="article",
        published=card.date,
        modified=_edition_modified(edition),
    )
    view = EditionPageView(
        site=site.value,
        page=page,
        edition=EditionView(
            card=card,
            intro_html=html.value(edition.intro, card.path),
            intro="\n\n".join(map(markup.plain, markup.blocks(html_of.value(edition.intro)))),
            parts=_parts(edition, {one.id: one for one in cards}),
            first=min(dates),
            last=max(dates),
            text=card.path + _AS_TEXT,
            letter=letter,
            corrections=notices,
            corrected=retold,
            newer=newer,
            older=older,
        ),
    )
    as_text = page_view(site.value, view.edition.text, card.title, card.intro, "edition.txt")
    plain = replace(as_text, published=page.published, modified=page.modified, indexed=False)
    return (
        at(card.path, view, edition.path),
        whole(view.edition.text, replace(view, page=plain), edition.path),
    )


def _parts(edition: Edition, cards: Mapping[str, Card]) -> tuple[PartView, ...]:
    slugs = lists.distinct(text.slug(part.title, "part") for part in edition.parts)
    parts = (
        PartView(
            title=part.title,
            slug=slug,
            cards=tuple(
                replace(cards[placed.item], note=placed.note) for placed in part.items if placed.item in cards
            ),
        )
        for part, slug in zip(edition.parts, slugs, strict=True)
    )
    return tuple(part for part in parts if part.cards)


def _static_page(of: Material, page: StaticPage) -> Page:
    path = f"{page.slug}/"
    data = structured.trail(of.site, [Link(title=page.title, path=path)])
    view = StaticPageView(
        site=of.site,
        page=of.page(path, page.title, page.description, "page.html", data),
        body_html=of.html(page.body, path),
    )
    return at(path, view, page.path)


def _search(of: Material, indexes: Sequence[Index]) -> Page:
    here = of.named("search/")
    data = structured.trail(of.site, [here])
    is_full = of.config.build.search == "pagefind"
    view = SearchView(
        site=of.site,
        page=of.page(here.path, here.title, "", "search.html", data),
        indexes=tuple(index.path for index in indexes),
        total=len(of.seen.items),
        pagefind=f"{PAGEFIND}pagefind.js" if is_full else "",
        ids=ids_path(of) if is_full else "",
    )
    return at("search/", view, "the search")


def _feeds(of: Material, kept: Sequence[Shelf]) -> Page:
    def feeds(kind: str) -> tuple[Link, ...]:
        links = [
            Link(title=shelf.link.title, path=shelf.feed, count=len(shelf.items))
            for shelf in kept
            if shelf.of == kind and shelf.items
        ]
        return tuple(links if kind == "section" else sorted(links, key=lambda one: one.title.casefold()))

    here = of.named("feeds/")
    data = structured.trail(of.site, [here])
    view = FeedsView(
        site=of.site,
        page=of.page(here.path, here.title, "", "feeds.html", data),
        editions=len(of.seen.editions),
        sections=feeds("section"),
        tags=feeds("tag"),
        sources=feeds("source"),
    )
    return at("feeds/", view, "the list of feeds")


def _missing(of: Material) -> Page:
    view = MissingView(
        site=of.site,
        page=replace(of.page("404.html", "Not found", "", "404.html"), indexed=False),
        editions=tuple(
            of.edition_cards[edition.number].value for edition in of.seen.editions[:_EDITIONS_ON_404]
        ),
    )
    return whole("404.html", view, "the page for what is missing")


def moved(of: Material) -> tuple[tuple[str, str], ...]:
    """Each place where something was once, and where it is, as paths from the root of the site."""
    return tuple((alias, target.path) for alias, target, _ in _old_places(of))


def _redirects(of: Material) -> Iterator[Page]:
    """A page at each place where something was once, which leads to where it is."""
    for alias, target, origin in _old_places(of):
        page = replace(of.page(alias, target.title, "", "redirect.html"), indexed=False)
        view = RedirectView(site=of.site, page=page, target=target)
        yield whole(f"{alias}index.html" if alias.endswith("/") else alias, view, origin)


def _old_places(of: Material) -> Iterator[tuple[str, Link, str]]:
    """Each alias with where it leads, and the file that has it."""
    places: Iterable[tuple[tuple[str, ...], Link, str]] = (
        *(
            (one.aliases, Link(title=one.title, path=item_path(one)), one.path)
            for one in of.seen.items
            if one.aliases
        ),
        *(
            (one.aliases, Link(title=one.title, path=edition_path(one.number)), one.path)
            for one in of.seen.editions
        ),
        *((one.aliases, Link(title=one.title, path=f"{one.slug}/"), one.path) for one in of.seen.pages),
    )
    for aliases, target, origin in places:
        for alias in aliases:
            yield alias, target, origin
