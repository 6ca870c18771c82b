"""Where things stand on the site, for pages and letters alike. Pure."""

from collections.abc import Sequence

from builder import __version__
from builder.model import Item, Section, Site, StaticPage
from builder.render.views import Link, SiteView

_WORDS_A_MINUTE = 230
"""Silent reading of English non-fiction (Brysbaert 2019: 238), a little less for lists of links."""
_RTL = frozenset(["ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"])


def site_view(
    site: Site,
    sections: Sequence[Section],
    pages: Sequence[StaticPage],
    base_url: str,
    *,
    has_search: bool = True,
    lists: tuple[str, ...] = (),
) -> SiteView:
    """What every template sees of the site as it stands at `base_url`; `lists` are those that there are."""
    return SiteView(
        title=site.title,
        url=base_url,
        language=site.language,
        direction=direction_of(site.language),
        timezone=site.timezone,
        description=site.description,
        author=site.author,
        sections=tuple(map(section_link, sections)),
        pages=tuple(Link(title=page.title, path=f"{page.slug}/") for page in pages),
        has_search=has_search,
        lists=lists,
        generator=f"Briefpress {__version__}",
    )


def direction_of(language: str) -> str:
    """`rtl` for a language that is written from right to left, else `ltr`."""
    return "rtl" if language.partition("-")[0].lower() in _RTL else "ltr"


def item_path(item: Item) -> str:
    """The place of an item's page: from the name of its file, so that a new title moves nothing."""
    return f"items/{item.path.rpartition('/')[2].removesuffix('.md')}/"


def edition_path(number: int) -> str:
    """The place of an edition's page."""
    return f"editions/{number}/"


def section_link(section: Section) -> Link:
    """The link to a section's list."""
    return Link(title=section.title, path=f"sections/{section.slug}/")


def minutes_to_read(words: int) -> int:
    """How long so many words take, at least 1."""
    return max(1, round(words / _WORDS_A_MINUTE))
