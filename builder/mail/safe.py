"""HTML of the site → HTML that a mail client keeps whole; addresses that lead back from a mailbox. Pure.

Takes what `builder.render.markup.to_html` gives: each `<` begins a tag, each attribute is in double quotes.
"""

import html as entities
import re
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

IMAGE_WIDTH = 552
"""Of the column, in CSS pixels: classic Outlook shows a picture without `width` at its file's own size."""

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^"<>]|"[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_HEADING = re.compile(r"h([1-6])")
_ANCHOR = re.compile(r"<a\b((?:[^\"<>]|\"[^\"]*\")*)>(.*?)</a>", re.DOTALL)
_LOST = frozenset(["id", "rel", "loading", "hreflang"])
"""What means nothing in a mailbox, or is there once a story."""


def for_mail(html: str, page: str, link: Callable[[str], str], deeper: int) -> str:
    """`html` of the page at the address `page` for a letter, its headings `deeper` by so many levels.

    `link` gives the address to use for an absolute one. Links within the text go: clients do not follow them.
    """
    if "<a " in html:
        html = _ANCHOR.sub(lambda found: found[0] if _leads_out(found[1]) else found[2], html)
    return _TAG.sub(lambda tag: _tag(tag, page, link, deeper), html)


def links(html: str) -> tuple[str, ...]:
    """Where the links of `html` lead, in order, each once."""
    targets = (
        entities.unescape(value)
        for tag in _TAG.finditer(html)
        if tag[2] == "a"
        for name, value in _ATTRIBUTE.findall(tag[3])
        if name == "href"
    )
    return tuple(dict.fromkeys(targets))


def absolute(url: str, page: str, site: str) -> str:
    """`url` of the page at `page` as an address of its own; `/x` is below the address of the `site`."""
    if url.startswith("/") and not url.startswith("//"):
        return site + url[1:]
    try:
        return urljoin(page, url)
    except ValueError:
        return url


def marked(url: str, source: str, campaign: str) -> str:
    """`url` with utm_ parameters in its query, but for those it has already."""
    parts = urlsplit(url)
    had = parse_qsl(parts.query, keep_blank_values=True)
    names = {name for name, _ in had}
    told = {"utm_source": source, "utm_medium": "email", "utm_campaign": campaign}
    added = [(name, value) for name, value in told.items() if name not in names]
    return parts._replace(query=urlencode([*had, *added])).geturl()


def in_attribute(value: str) -> str:
    """`value` as it stands between the double quotes of an attribute."""
    return entities.escape(value, quote=True)


def _leads_out(attributes: str) -> bool:
    return any(
        name == "href" and value and not value.startswith("#")
        for name, value in _ATTRIBUTE.findall(attributes)
    )


def _tag(found: re.Match[str], page: str, link: Callable[[str], str], deeper: int) -> str:
    closing, name, attributes = found.groups()
    if heading := _HEADING.fullmatch(name):
        name = f"h{min(6, int(heading[1]) + deeper)}"
    if closing or not attributes:
        return f"<{closing}{name}>"
    kept = {key: value for key, value in _ATTRIBUTE.findall(attributes) if key not in _LOST}
    for key in ("href", "src"):
        if key in kept:
            url = urljoin(page, entities.unescape(kept[key]))
            kept[key] = in_attribute(link(url) if key == "href" else url)
    if name == "img":
        kept["width"] = str(_width(kept.get("width", "")))
        kept.pop("height", None)
    return f"<{name}{_written(kept.items())}>"


def _width(told: str) -> int:
    return (
        min(IMAGE_WIDTH, int(told))
        if told.isascii() and told.isdecimal() and 0 < len(told) < 5
        else IMAGE_WIDTH
    )


def _written(attributes: Iterable[tuple[str, str]]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes)
