"""HTML of other programs as Markdown. Pure, but for the libraries that know HTML.

What cannot be text is said: an embedded frame becomes a link to what it shows, a form goes.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from builder.errors import ConfigError
from builder.migration import references
from builder.text import clean, count, fold

_EXTRA = "Install it: pip install 'briefpress[import]'"
_TAGS = frozenset(
    """
    a abbr b blockquote br caption cite code dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img
    ins kbd li mark ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul var
    """.split()  # noqa: SIM905 (as a list it is fifty lines)
)
_SUBSCRIBE = (
    ".subscription-widget-wrap, .subscription-widget-wrap-editor, .subscribe-widget, .comment, "
    ".paywall-jump, .header-anchor-parent, form, button, input, "
    ".button-wrapper:has(a:is([href*='%%'], [href*='/subscribe'], [href*='action=share']))"
)
"""What asks for readers in a Substack post; it means nothing in another place."""
_EMBEDS = "iframe, video, audio, embed, object, .youtube-wrap, .vimeo-wrap, .spotify-wrap, .tweet"
_PROXY = re.compile(r"https://substackcdn\.com/image/fetch/[^\s]*?/(https?(?:%3A|:).+)$", re.IGNORECASE)
# What Python-Markdown takes for a mark, and lets stand for itself behind a backslash.
_SPECIAL = re.compile(r"[\\`*_\[\]{}]")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_AT_START = re.compile(r"^(\s*(?:\d+(?=\.))?)([#>+.:|~=-])", re.MULTILINE)
_DEEP = 200
"""Elements in each other; pages of people have a tenth."""


def markdown(html: str) -> tuple[str, tuple[str, ...]]:
    """The Markdown of `html`, and what is lost or changed in it. Raises ConfigError without the libraries.

    Scripts, styles and handlers are gone; what is left still counts as foreign text, as every body does.
    """
    try:
        import markdownify  # noqa: F401 - so that it is missed before anything is done
        from bs4 import BeautifulSoup
    except ImportError as error:
        raise ConfigError("HTML can only be read with the extra `import`", _EXTRA) from error
    import nh3

    soup = BeautifulSoup(clean(html), "lxml")
    if _depth(soup) > _DEEP:
        return fold(soup.get_text(" ")) + "\n", ("is nested too deeply: only its words came along",)
    notes = tuple(_prepared(soup))
    safe = nh3.clean(
        str(soup.body or soup),
        tags=set(_TAGS),
        clean_content_tags={"script", "style"},
        attributes={"a": {"href", "title"}, "img": {"src", "alt"}, "code": {"class"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    made = _converter()(heading_style="ATX", bullets="-", code_language_callback=_language).convert(safe)
    lines = re.sub(r"[ \t]+$", "", made, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n", notes


def _prepared(soup: Any) -> Iterator[str]:
    """Put what Markdown can say in place of what it cannot; what was taken out is told."""
    for picture in soup.select("img"):
        if found := _PROXY.match(str(picture.get("src", ""))):
            picture["src"] = unquote(found[1])
    gone = 0
    for element in soup.select(_SUBSCRIBE):
        if not element.decomposed:
            gone += 1
            element.decompose()
    if gone:
        yield f"{count(gone, 'form or button', 'forms and buttons')} left out"
    embeds: Counter[str] = Counter()
    for element in soup.select(_EMBEDS):
        if element.decomposed:
            continue
        address = _address(element)
        embeds[references.parts(address).hostname or "no address"] += 1
        if not address:
            element.decompose()
            continue
        paragraph, link = soup.new_tag("p"), soup.new_tag("a", href=address)
        link.string = fold(element.get_text(" "))[:300] or address
        paragraph.append(link)
        element.replace_with(paragraph)
        # What is in it is of it, and is not looked at again.
        element.decompose()
    for host, number in sorted(embeds.items()):
        yield (
            f"{count(number, 'embedded object')} of {host} became a link"
            if host != "no address"
            else (f"{count(number, 'embedded object')} without an address left out")
        )


def _address(element: Any) -> str:
    """What an embedded object shows; empty when it cannot be told."""
    try:
        told = json.loads(element.get("data-attrs") or "{}")
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    if "youtube-wrap" in (element.get("class") or ()) and told.get("videoId"):
        return f"https://www.youtube.com/watch?v={told['videoId']}"
    if "vimeo-wrap" in (element.get("class") or ()) and told.get("videoId"):
        return f"https://vimeo.com/{told['videoId']}"
    inner = element.select_one("a[href], source[src], iframe[src]")
    candidates = [element.get("src"), element.get("data"), told.get("url"), told.get("canonical_url")]
    candidates += [inner.get("href") or inner.get("src")] if inner else []
    return next((str(one) for one in candidates if str(one or "").startswith(("https://", "http://"))), "")


def _converter() -> Any:
    """The converter, but that text stays text in the Markdown that is read here."""
    from markdownify import MarkdownConverter

    class Converter(MarkdownConverter):
        def escape(self, text: str, parent_tags: Any) -> str:  # noqa: ARG002 - the library calls it so
            told = _SPECIAL.sub(r"\\\g<0>", text)
            told = _ENTITY.sub("&amp;", told).replace("<", "&lt;")
            return _AT_START.sub(lambda mark: f"{mark[1]}&#{ord(mark[2])};", told)

    return Converter


def _language(element: Any) -> str:
    code = element.find("code") if element.name == "pre" else element
    names = (code.get("class") or ()) if code else ()
    found = (re.fullmatch(r"(?:language|lang)-([\w+#-]{1,30})", name) for name in names)
    return next((one[1] for one in found if one), "")


def _depth(soup: Any) -> int:
    deepest, stack = 0, [(soup, 0)]
    while stack:
        element, depth = stack.pop()
        deepest = max(deepest, depth)
        if deepest > _DEEP:
            break
        stack += [
            (below, depth + 1) for below in getattr(element, "children", ()) if getattr(below, "name", None)
        ]
    return deepest
