"""The addresses in a file of a site, as whoever reads it will follow them. Pure."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree, html

_CSS_ADDRESS = re.compile(r"url\(\s*[\"']?([^\"')]+)[\"']?\s*\)|@import\s+[\"']([^\"']+)[\"']")
_REFRESH = re.compile(r"\s*\d+\s*;\s*url\s*=\s*[\"']?([^\"']+)", re.IGNORECASE)
_JSON_ADDRESSES = frozenset(["home_page_url", "feed_url", "next_url", "url"])
"""Of JSON Feed; `external_url` leads elsewhere by its nature."""
_ATTRIBUTES = ("href", "src", "action", "poster", "data", "cite", "longdesc")
_OTHER = ("mailto:", "tel:", "data:", "javascript:", "blob:", "about:", "sms:", "urn:", "tag:")


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says of others."""

    addresses: tuple[str, ...]
    """As they are written, each once, in their order; those that lead to no file are left out."""
    anchors: frozenset[str] = frozenset()
    """Where in a page a link can lead."""
    canonical: str = ""
    """The address that a page says is its own; empty where it says none."""
    is_moved: bool = False
    """Whether a page only leads to another."""


def read(path: str, data: bytes) -> Read | None:
    """What the file at `path` says; None for a kind that says nothing."""
    ending = path.rpartition(".")[2].lower()
    match ending:
        case "html" | "htm":
            return _page(data)
        case "xml" | "opml":
            return Read(_once(_of_xml(data)))
        case "css":
            text = data.decode("utf-8", "replace")
            return Read(_once(one or other for one, other in _CSS_ADDRESS.findall(text)))
        case "json" if path.endswith("feed.json"):
            return Read(_once(_of_json(data)))
    return None


def _page(data: bytes) -> Read:
    try:
        root = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
    except etree.ParserError:  # an empty page
        return Read(())
    canonical, refresh = "", ""
    found: list[str] = []
    anchors: set[str] = set()
    for element in root.iter(etree.Element):
        given = element.attrib
        if anchor := given.get("id") or (element.tag == "a" and given.get("name")):
            anchors.add(str(anchor))
        if element.tag == "link" and "canonical" in given.get("rel", "").lower().split():
            canonical = given.get("href", "").strip()
        if element.tag == "meta":
            refreshes = given.get("http-equiv", "").lower() == "refresh"
            leads = _REFRESH.match(given.get("content", "")) if refreshes else None
            refresh = leads[1].strip() if leads else refresh
            if given.get("property") in ("og:image", "og:url"):
                found.append(given.get("content", ""))
        found += [given[name] for name in _ATTRIBUTES if name in given]
        found += [one.split()[0] for one in given.get("srcset", "").split(",") if one.strip()]
    found.append(refresh)
    return Read(_once(found), frozenset(anchors), canonical, bool(refresh))


def _of_xml(data: bytes) -> Iterator[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(data, parser)
    for element in root.iter(etree.Element) if root is not None else ():
        name = etree.QName(element).localname
        is_address = name in ("link", "loc") or (name == "guid" and element.get("isPermaLink") != "false")
        if is_address and element.text:
            yield element.text
        if name in ("link", "enclosure"):
            yield element.get("href") or element.get("url") or ""


def _of_json(data: bytes) -> Iterator[str]:
    try:
        yield from _strings(json.loads(data))
    except (ValueError, RecursionError):
        return


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _JSON_ADDRESSES and isinstance(inner, str):
                yield inner
            else:
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _once(addresses: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    stripped = (address.strip() for address in addresses)
    return tuple(dict.fromkeys(one for one in stripped if one and not one.lower().startswith(_OTHER)))
