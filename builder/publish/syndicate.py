"""The site for machines: RSS 2.0, Atom, JSON Feed 1.1, OPML, sitemap and robots.txt. Pure.

XML is made by the standard library's tree, and not by pasting text together; the sitemap alone is too long.
"""

import json
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlsplit
from xml.etree import ElementTree as Tree

from builder import text
from builder.model import Site

ATOM = "atom.xml"
"""The name of an Atom feed."""
_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DC = "http://purl.org/dc/elements/1.1/"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_TAG = re.compile(rb"<entry[^>]*>\s*<id>tag:([^,<]+),(\d{4}(?:-\d{2}-\d{2})?):")
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_NONCHARACTERS = dict.fromkeys([0xFFFE, 0xFFFF])

Tree.register_namespace("atom", _ATOM)
Tree.register_namespace("content", _CONTENT)
Tree.register_namespace("dc", _DC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One of our own feeds, without its entries."""

    site: Site
    """As it stands at the address for which the feed is made."""
    id: str
    """An absolute, permanent identifier, whatever the address."""
    title: str
    page: str
    """The path of the page that shows the same; empty for home."""
    path: str
    """The path of the feed itself."""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """An entry of one of our own feeds."""

    id: str
    """An absolute, permanent identifier (RFC 4151 tag URI)."""
    url: str
    title: str
    summary: str
    html: str
    """Safe, every link absolute."""
    date: datetime
    updated: datetime
    """When it was last corrected; `date` when it never was."""
    author: str
    tags: tuple[str, ...]
    via: str
    """The original article; empty when unknown."""
    language: str = ""
    """Empty for the site's."""


def authority(site: Site) -> str:
    """Who the ids in feeds say they are from: a host, with a day where the config names one (RFC 4151)."""
    return site.id or urlsplit(site.url).hostname or ""


def authority_in(feed: bytes) -> str:
    """What `authority` was when the Atom feed `feed` was made; empty when no entry of it tells."""
    found = _TAG.search(feed)
    if not found:
        return ""
    told, day = found[1].decode("utf-8", "replace"), found[2].decode("ascii")
    return told if len(day) == len("2026") else f"{told},{day}"


def post_id(site: Site, name: str, date: datetime) -> str:
    """The tag URI (RFC 4151) of `item/3f9a1c2b4d` or `edition/7`: no part of it is the page's address.

    Without a day in the site's own id it is the year of `date` that stands there.
    """
    told = authority(site)
    return f"tag:{told}:{name}" if "," in told else f"tag:{told},{date.year:04}:{name}"


def channel_id(site: Site, name: str) -> str:
    """The identifier of one of our feeds: of `items`, `editions`, `tags/rss/`."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"tag:{authority(site)}:feed/{name}").urn


def rss(told: Channel, posts: Sequence[Post]) -> bytes:
    """The RSS 2.0 feed."""
    site = told.site
    root = Tree.Element("rss", version="2.0")
    channel = Tree.SubElement(root, "channel")
    _add(channel, "title", told.title)
    _add(channel, "link", site.url + told.page)
    _add(channel, "description", told.about or told.title)
    _add(channel, "language", site.language)
    if posts:
        _add(channel, "lastBuildDate", _rfc822(_newest(posts)))
    _add(channel, "generator", "Briefpress")
    Tree.SubElement(
        channel, f"{{{_ATOM}}}link", rel="self", type="application/rss+xml", href=site.url + told.path
    )
    for post in posts:
        item = Tree.SubElement(channel, "item")
        _add(item, "title", post.title)
        _add(item, "link", post.url)
        _add(item, "guid", post.id).set("isPermaLink", "false")
        _add(item, "pubDate", _rfc822(post.date))
        if post.updated != post.date:
            _add(item, f"{{{_ATOM}}}updated", _rfc3339(post.updated))
        if post.author:
            _add(item, f"{{{_DC}}}creator", post.author)
        for tag in post.tags:
            _add(item, "category", tag)
        # Readers take it for HTML.
        _add(item, "description", escape(post.summary, quote=False))
        _add(item, f"{{{_CONTENT}}}encoded", post.html)
    return _xml(root)


def atom(told: Channel, posts: Sequence[Post]) -> bytes:
    """The Atom feed (RFC 4287)."""
    site = told.site
    root = Tree.Element("feed", {"xmlns": _ATOM, _LANG: site.language})
    _add(root, "id", told.id)
    _add(root, "title", told.title)
    if told.about:
        _add(root, "subtitle", told.about)
    _add(root, "updated", _rfc3339(_newest(posts)))
    _add(_add(root, "author", ""), "name", site.author or site.title)
    _add(root, "generator", "Briefpress")
    home, own = site.url + told.page, site.url + told.path
    Tree.SubElement(root, "link", rel="alternate", type="text/html", href=home)
    Tree.SubElement(root, "link", rel="self", type="application/atom+xml", href=own)
    for post in posts:
        entry = _add(root, "entry", "")
        if post.language:
            entry.set(_LANG, post.language)
        _add(entry, "id", post.id)
        _add_text(entry, "title", post.title)
        _add(entry, "updated", _rfc3339(post.updated))
        _add(entry, "published", _rfc3339(post.date))
        Tree.SubElement(entry, "link", rel="alternate", type="text/html", href=_legal(post.url))
        if post.via:
            Tree.SubElement(entry, "link", rel="via", href=_legal(post.via))
        if post.author:
            _add(_add(entry, "author", ""), "name", post.author)
        for tag in post.tags:
            Tree.SubElement(entry, "category", term=_legal(tag))
        if post.summary:
            _add_text(entry, "summary", post.summary)
        _add(entry, "content", post.html).set("type", "html")
    return _xml(root)


def _add_text(parent: Tree.Element, name: str, text: str) -> None:
    """A text of Atom; one that looks like HTML is told as HTML that says it, so that nobody has to guess."""
    if "<" in text or "&" in text:
        _add(parent, name, escape(text, quote=False)).set("type", "html")
    else:
        _add(parent, name, text)


def json_feed(told: Channel, posts: Sequence[Post]) -> bytes:
    """The JSON Feed (version 1.1)."""
    site = told.site
    feed: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": told.title,
        "home_page_url": site.url + told.page,
        "feed_url": site.url + told.path,
        "language": site.language,
    }
    if told.about:
        feed["description"] = told.about
    if site.author:
        feed["authors"] = [{"name": site.author}]
    feed["items"] = [_json_item(post) for post in posts]
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A source that others may follow too."""

    title: str
    feed: str
    """The absolute address of its own feed."""
    homepage: str
    """Absolute; may be empty."""
    section: str
    """The title of its section; empty for none."""


def opml(site: Site, sources: Sequence[Subscription]) -> bytes:
    """The sources as a list of subscriptions (OPML 2.0), by section in the order given."""
    root = Tree.Element("opml", version="2.0")
    head = Tree.SubElement(root, "head")
    _add(head, "title", site.title)
    if site.author:
        _add(head, "ownerName", site.author)
    body = Tree.SubElement(root, "body")
    groups: dict[str, Tree.Element] = {}
    for source in sources:
        parent = body
        if source.section:
            if source.section not in groups:
                groups[source.section] = Tree.SubElement(body, "outline", text=_legal(source.section))
            parent = groups[source.section]
        told = {"text": source.title, "title": source.title, "type": "rss", "xmlUrl": source.feed}
        if source.homepage:
            told["htmlUrl"] = source.homepage
        Tree.SubElement(parent, "outline", {name: _legal(value) for name, value in told.items()})
    return _xml(root)


def sitemap(addresses: Iterable[tuple[str, datetime | None]]) -> bytes:
    """The sitemap of pages by their addresses, each with the time it was last changed where that is known."""
    # The one document that has a line for each page, and nothing in it but two kinds of text: as a tree it
    # would take half a second for ten thousand of them.
    urls = [
        f" <url>\n  <loc>{escape(_legal(address), quote=False)}</loc>\n"
        + (f"  <lastmod>{_rfc3339(modified)}</lastmod>\n </url>\n" if modified else " </url>\n")
        for address, modified in sorted(addresses, key=lambda pair: pair[0])
    ]
    if not urls:
        return _xml(Tree.Element("urlset", xmlns=_SITEMAP))
    return f'{_DECLARATION}<urlset xmlns="{_SITEMAP}">\n{"".join(urls)}</urlset>\n'.encode()


def robots(site: Site) -> bytes:
    """A robots.txt that welcomes all (RFC 9309) and names the sitemap."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {site.url}sitemap.xml\n".encode()


def _json_item(post: Post) -> dict[str, object]:
    item: dict[str, object] = {
        "id": post.id,
        "url": post.url,
        "title": post.title,
        "summary": post.summary,
        "content_html": post.html,
        "date_published": _rfc3339(post.date),
    }
    if post.updated != post.date:
        item["date_modified"] = _rfc3339(post.updated)
    if post.via:
        item["external_url"] = post.via
    if post.language:
        item["language"] = post.language
    if post.author:
        item["authors"] = [{"name": post.author}]
    if post.tags:
        item["tags"] = list(post.tags)
    return item


def _newest(posts: Sequence[Post]) -> datetime:
    # A feed with nothing in it still needs a date; the build knows no clock.
    return max((post.updated for post in posts), default=datetime(2000, 1, 1, tzinfo=UTC))


def _add(parent: Tree.Element, name: str, value: str) -> Tree.Element:
    child = Tree.SubElement(parent, name)
    child.text = _legal(value)
    return child


def _legal(value: str) -> str:
    # XML 1.0 section 2.2: no control characters, no U+FFFE and U+FFFF, even escaped.
    told = text.clean(value)
    return told.translate(_NONCHARACTERS) if "\ufffe" in told or "\uffff" in told else told


def _xml(root: Tree.Element) -> bytes:
    Tree.indent(root, " ")
    body = Tree.tostring(root, "unicode")
    return f"{_DECLARATION}{body}\n".encode()


def _rfc822(when: datetime) -> str:
    # It brings the network along, and one feed in three has such times.
    from email.utils import format_datetime

    return format_datetime(when.astimezone(UTC), usegmt=True)


def _rfc3339(when: datetime) -> str:
    return f"{when.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()}Z"
