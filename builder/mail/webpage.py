"""A letter → a page of the site: what every reader of the site may see of it. Pure.

What only mail clients need goes: the page is as valid as the others, and asks no other host for anything.
"""

import re
from collections.abc import Mapping

from lxml import html as markup

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'"
)
_STYLE = "table{border-spacing:0;width:100%}td{padding:0}.sheet{margin:0 auto}"
"""What the attributes said that HTML knows no more."""
_AS_STYLE: Mapping[str, str] = {
    **dict.fromkeys(["border", "cellpadding", "cellspacing", "bgcolor"], ""),
    "align": "text-align:{}",
    "valign": "vertical-align:{}",
    "width": "width:{}",
}
_FOR_CLIENTS = frozenset(
    ["x-apple-disable-message-reformatting", "format-detection", "supported-color-schemes"]
)
_HIDDEN = re.compile(r"display:\s*none")
_NUMBER = re.compile(r"\d+")


def page(
    letter: str, *, site: str, path: str, canonical: str, description: str, script: str = "", icon: str = ""
) -> str:
    """The HTML `letter` as the page at `path` of the `site`, whose links lead about the site from there.

    `canonical` is the address of the page that holds the same for search engines; `script` is the path of
    what makes links work when the site is opened from a disk, `icon` that of the site's icon.
    """
    document = markup.document_fromstring(letter)
    _bare(document)
    up = "../" * path.count("/") or "./"
    for element in document.iter("a", "img"):
        for name in ("href", "src"):
            address = element.get(name, "")
            if address.startswith(site):
                element.set(name, up + address.removeprefix(site))
    head, body = document.find("head"), document.find("body")
    charset = head.find("meta[@charset]")
    first = 0 if charset is None else head.index(charset) + 1
    head.insert(first, markup.Element("meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY}))
    head.append(markup.Element("meta", name="description", content=description))
    head.append(markup.Element("link", rel="canonical", href=canonical))
    told = {"type": "article", "title": head.findtext("title"), "description": description, "url": canonical}
    for name, content in told.items():
        head.append(markup.Element("meta", property=f"og:{name}", content=content))
    head.append(markup.Element("link", rel="alternate", type="application/rss+xml", href=f"{up}feed.xml"))
    if icon:
        head.append(markup.Element("link", rel="icon", href=up + icon, type="image/svg+xml"))
    if script:
        head.append(markup.Element("script", src=up + script, defer="defer"))
    style = markup.Element("style")
    style.text = _STYLE
    head.insert(head.index(head.find("title")) + 1, style)
    body.set("data-template", "letter")
    whole: str = markup.tostring(document, encoding="unicode", doctype="<!doctype html>")
    return whole + "\n"


def _bare(document: markup.HtmlElement) -> None:
    """Take out what browsers do not know, and what no reader sees."""
    for name in [name for name in document.attrib if ":" in name]:
        del document.attrib[name]
    for element in list(document.iter()):
        if _is_for_clients(element):
            element.drop_tree()
        elif element.tag in ("table", "td", "th", "tr"):
            _styled(element)
        elif element.get("aria-roledescription"):
            # The part of the document that holds the letter is all there is.
            element.tag = "main"
            for name in ("role", "aria-roledescription", "aria-label"):
                element.attrib.pop(name, None)


def _is_for_clients(element: markup.HtmlElement) -> bool:
    if not isinstance(element.tag, str):
        return True
    hidden = element.get("aria-hidden") and _HIDDEN.search(element.get("style", ""))
    return bool(hidden or (element.tag == "meta" and element.get("name") in _FOR_CLIENTS))


def _styled(element: markup.HtmlElement) -> None:
    told = [element.get("style", "").rstrip("; ")]
    for name, style in _AS_STYLE.items():
        value = element.attrib.pop(name, None)
        if value and style:
            told.append(style.format(f"{value}px" if _NUMBER.fullmatch(value) else value))
    if any(told):
        element.set("style", ";".join(filter(None, told)))
