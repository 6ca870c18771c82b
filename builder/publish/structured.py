"""Pages for machines: JSON-LD in the vocabulary of schema.org. Pure.

What comes out may stand in a script element: no `<` of a text is left as it is.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from builder.render.views import Card, EditionCard, Link, SiteView

_LISTED = 20
"""Entries of an ItemList; the page itself has them all."""
# In a script element these may begin a tag or a comment, or end a line (JSON is no part of old JavaScript).
_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def home(site: SiteView, cards: Sequence[Card]) -> str:
    """The site, how it is searched, and what leads its overview."""
    website: dict[str, object] = {
        "@type": "WebSite",
        "@id": f"{site.url}#site",
        "name": site.title,
        "url": site.url,
        "inLanguage": site.language,
    }
    if site.has_search:
        website["potentialAction"] = {
            "@type": "SearchAction",
            "target": f"{site.url}search/?q={{query}}",
            "query-input": "required name=query",
        }
    if site.description:
        website["description"] = site.description
    if site.author:
        website["publisher"] = {"@type": "Organization", "name": site.author}
    return _script([website, _list(site, cards)] if cards else [website])


def item(site: SiteView, card: Card, updated: datetime, trail: Sequence[Link]) -> str:
    """A summary, and the original it is made from."""
    source = card.source
    url = source.url if "://" in source.url else site.url + source.url if source.url else ""
    # An article without a date is none to those who check.
    kind = "Article" if source.published else "CreativeWork"
    original: dict[str, object] = {"@type": kind, "headline": card.title}
    if url:
        original["url"] = url
    if source.author:
        original["author"] = {"@type": "Person", "name": source.author}
    if source.published:
        original["datePublished"] = _iso(source.published)
    original["publisher"] = {"@type": "Organization", "name": source.name}
    article: dict[str, object] = {
        "@type": "NewsArticle",
        "headline": card.title,
        "url": site.url + card.path,
        "mainEntityOfPage": site.url + card.path,
        "datePublished": _iso(card.date),
        "dateModified": _iso(updated),
        "inLanguage": card.language or site.language,
        "isPartOf": {"@id": f"{site.url}#site"},
        "author": {"@type": "Organization", "name": site.author or site.title, "url": site.url},
        "publisher": {"@type": "Organization", "name": site.author or site.title, "url": site.url},
        "citation": original,
    }
    if url:
        article["isBasedOn"] = url
    if card.tldr:
        article["description"] = card.tldr
    if card.section:
        article["articleSection"] = card.section.title
    if card.tags:
        article["keywords"] = [tag.title for tag in card.tags]
    return _script([article, _trail(site, [*trail, Link(title=card.title, path=card.path)])])


def edition(site: SiteView, card: EditionCard, cards: Sequence[Card], trail: Sequence[Link]) -> str:
    """An issue and what is in it."""
    issue = {
        "@type": "PublicationIssue",
        "name": card.title,
        "issueNumber": card.number,
        "datePublished": _iso(card.date),
        "url": site.url + card.path,
        "isPartOf": {"@type": "Periodical", "name": site.title, "url": site.url},
    }
    return _script(
        [issue, _list(site, cards), _trail(site, [*trail, Link(title=card.title, path=card.path)])]
    )


def trail(site: SiteView, links: Sequence[Link]) -> str:
    """The way from home to a page, the page itself last."""
    return _script([_trail(site, links)])


def _list(site: SiteView, cards: Iterable[Card]) -> Mapping[str, object]:
    return {
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "url": site.url + card.path, "name": card.title}
            for place, card in enumerate(list(cards)[:_LISTED], start=1)
        ],
    }


def _trail(site: SiteView, links: Sequence[Link]) -> Mapping[str, object]:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": link.title, "item": site.url + link.path}
            for place, link in enumerate([Link(title=site.title, path=""), *links], start=1)
        ],
    }


def _script(graph: Sequence[Mapping[str, object]]) -> str:
    document = {"@context": "https://schema.org", "@graph": graph}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
