"""Pages for machines: JSON-LD in the vocabulary of schema.org. Pure.

What comes out may stand in a script element: no `<` of a text is left as it is.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from builder.render.views import Card, EditionCard, Link, SiteView

_LISTED = 20
"""Entries of an ItemList; the page itself has them all."""
# In a script element these may begin a tag or a comment, or end a line (JSON is no part of old JavaScript).
_ESCAPES = {letter: f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


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
    return _graph(_json(website), *([_json(_list(site, cards))] if cards else []))


def item(site: SiteView, card: Card, updated: datetime, trail: Sequence[Link], picture: str = "") -> str:
    """A summary, and the original it is made from; `picture` is the path of its picture."""
    source = card.source
    url = source.url if "://" in source.url else site.url + source.url if source.url else ""
    # An article without a date is none to those who check.
    kind = "Article" if source.published else "CreativeWork"
    original = {"@type": _said(kind), "headline": _said(card.title)}
    if url:
        original["url"] = _said(url)
    if source.author:
        original["author"] = f'{{"@type":"Person","name":{_said(source.author)}}}'
    if source.published:
        original["datePublished"] = f'"{_iso(source.published)}"'
    original["publisher"] = f'{{"@type":"Organization","name":{_said(source.name)}}}'
    address = _said(site.url + card.path)
    publisher = _publisher(site.author or site.title, site.url)
    article = {
        "@type": '"NewsArticle"',
        "headline": original["headline"],
        "url": address,
        "mainEntityOfPage": address,
        "datePublished": f'"{_iso(card.date)}"',
        "dateModified": f'"{_iso(updated)}"',
        "inLanguage": _said(card.language or site.language),
        "isPartOf": f'{{"@id":{_said(f"{site.url}#site")}}}',
        "author": publisher,
        "publisher": publisher,
        "citation": _object(original),
    }
    if url:
        article["isBasedOn"] = original["url"]
    if picture:
        article["image"] = _said(site.url + picture)
    if card.tldr:
        article["description"] = _said(card.tldr)
    if card.section:
        article["articleSection"] = _said(card.section.title)
    if card.tags:
        article["keywords"] = f"[{','.join([_said(tag.title) for tag in card.tags])}]"
    return _graph(_object(article), _trail(site, [*trail, Link(title=card.title, path=card.path)]))


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
    here = Link(title=card.title, path=card.path)
    return _graph(_json(issue), _json(_list(site, cards)), _trail(site, [*trail, here]))


def trail(site: SiteView, links: Sequence[Link]) -> str:
    """The way from home to a page, the page itself last."""
    return _graph(_trail(site, links))


def _list(site: SiteView, cards: Iterable[Card]) -> Mapping[str, object]:
    return {
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "url": site.url + card.path, "name": card.title}
            for place, card in enumerate(list(cards)[:_LISTED], start=1)
        ],
    }


def _trail(site: SiteView, links: Sequence[Link]) -> str:
    steps = [
        f'{{"@type":"ListItem","position":{place},"name":{_said(title)},"item":{_said(site.url + path)}}}'
        for place, (title, path) in enumerate(
            [(site.title, ""), *((link.title, link.path) for link in links)], start=1
        )
    ]
    return f'{{"@type":"BreadcrumbList","itemListElement":[{",".join(steps)}]}}'


# There are as many of these as pages, and making a document only to write it down takes three times as long.
_said = json.encoder.encode_basestring


def _object(values: Mapping[str, str]) -> str:
    """The JSON of an object, of which every value is JSON already."""
    told = [f'"{name}":{value}' for name, value in values.items()]
    return f"{{{','.join(told)}}}"


@lru_cache
def _publisher(name: str, url: str) -> str:
    return f'{{"@type":"Organization","name":{_said(name)},"url":{_said(url)}}}'


def _graph(*nodes: str) -> str:
    """The document of `nodes`, each of them JSON, as it may stand in a script."""
    told = f'{{"@context":"https://schema.org","@graph":[{",".join(nodes)}]}}'
    for letter, escape in _ESCAPES.items():
        told = told.replace(letter, escape)
    return told


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@lru_cache(4096)
def _iso(when: datetime) -> str:
    return f"{when.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()}Z"
