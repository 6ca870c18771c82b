"""What is wrong with a letter, found without a network: rules `M…` of the register. Pure.

subject and size | links | pictures | what clients know | words | the edition | the desk
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import lxml.html

from builder.config import Config
from builder.content.library import published_items
from builder.mail import contrast, safe
from builder.mail.letter import Letter
from builder.model import Edition, Finding, Level, Library, Status
from builder.rules import finding
from builder.text import excerpt, fold

GMAIL_CUTS_AT = 102 * 1024
STYLE_MAX = 16 * 1024
BRINGS_ITS_OWN = ("buttondown", "listmonk", "ghost", "mailchimp")
"""Services that put each reader's unsubscribe address in themselves."""

_SHORTENERS = frozenset(
    [
        "bit.ly",
        "t.co",
        "tinyurl.com",
        "goo.gl",
        "ow.ly",
        "is.gd",
        "buff.ly",
        "rebrand.ly",
        "cutt.ly",
        "lnkd.in",
    ]
)
_VAGUE = re.compile(
    r"(?:click |tap )?(?:here|this|link|more|read more|learn more|hier|mehr|weiter|ici|aquí|más)\.?"
)
_SPAM = re.compile(
    r"\b(?:act now|100% free|risk[- ]free|no obligation|click below|earn money|extra income|cash bonus|"
    r"limited time offer|order now|buy direct|winner|congratulations you|double your|guaranteed income|"
    r"this is not spam|miracle|lowest price|once in a lifetime|urgent response)\b",
    re.IGNORECASE,
)
_TAG_LEFT = re.compile(
    r"\{\{[^{}]{1,60}\}\}|\{%[^{}]{1,60}%\}|\*\|[A-Z_:]{1,40}\|\*|%%[^%\s]{1,40}%%|\[\[[^\[\]]{1,40}\]\]"
)
_UNFINISHED = re.compile(r"\b(?:TODO|TBD|FIXME|XXX)\b|\blorem ipsum\b")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)\s*(\d{4})(?:\s*[-–]\s*(\d{4}))?", re.IGNORECASE)
_REMOVED = frozenset(["script", "iframe", "form", "object", "embed", "base", "applet", "frame", "frameset"])
_DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;{}]+)")
_URL = re.compile(r"https?://[^\s<>]+|mailto:[^\s<>]+")
_ENDING = re.compile(r"\.([a-z0-9]+)(?:[?#]|$)")
_TOLD_MAX = 5
"""Of one kind: a fault in a template is met once a story."""


def check(letter: Letter, edition: Edition, library: Library, config: Config) -> tuple[Finding, ...]:
    """What is wrong, the worst first; of many findings of a rule the first few, and how many more."""
    page = lxml.html.document_fromstring(letter.html)
    style = "".join(page.xpath("//style/text()"))
    found = [
        *_heads(letter, config),
        *_size(letter, style),
        *_links(page, letter),
        *_pictures(page),
        *_clients(page, style),
        *_structure(page),
        *_faint(page, style),
        *_words(page, letter, edition),
        *_edition(letter, edition, library),
        *_desk(config),
    ]
    weighed = _weighed(_capped(found), config.lint.levels)
    return tuple(sorted(weighed, key=lambda one: -one.level.weight))


def _weighed(found: Iterable[Finding], levels: Mapping[str, Level | None]) -> Iterator[Finding]:
    """What the newsletter wants to be told, at the level it gives to a rule."""
    for one in found:
        level = levels.get(one.code, one.level)
        if level:
            yield replace(one, level=level)


def _capped(found: list[Finding]) -> Iterator[Finding]:
    counts = Counter(one.code for one in found)
    told: Counter[str] = Counter()
    for one in found:
        told[one.code] += 1
        if told[one.code] <= _TOLD_MAX:
            yield one
        elif told[one.code] == counts[one.code]:
            yield finding(one.code, f"and {counts[one.code] - _TOLD_MAX} more like this")


def _heads(letter: Letter, config: Config) -> Iterator[Finding]:
    subject, preheader = letter.subject, letter.preheader
    if not subject:
        yield finding("M101", "the letter has no subject")
    elif not 8 <= len(subject) <= 70:
        yield finding("M102", f"the subject has {len(subject)} characters", subject=subject)
    if not 30 <= len(preheader) <= 130:
        told = f"the preheader has {len(preheader)} characters" if preheader else "there is no preheader"
        yield finding("M103", told, subject=preheader)
    letters = [letter for letter in subject if letter.isalpha()]
    if len(letters) > 8 and all(letter.isupper() for letter in letters):
        yield finding("M104", "the subject is all in capitals", subject=subject)
    if "!!" in subject:
        yield finding("M104", "the subject has a row of exclamation marks", subject=subject)
    # The newsletter's own name is its own affair.
    for phrase in _some(_SPAM.findall(f"{subject} {preheader}".replace(config.site.title, ""))):
        yield finding("M104", f"{phrase!r} is a phrase of spam", subject=phrase)


def _size(letter: Letter, style: str) -> Iterator[Finding]:
    size = len(letter.html.encode("utf-8"))
    if size > GMAIL_CUTS_AT:
        yield finding("M201", f"the letter has {size / 1024:.0f} KiB")
    if letter.shortened:
        yield finding("M202", f"{letter.shortened} of {len(letter.stories)} stories were shortened")
    if len(style.encode("utf-8")) > STYLE_MAX:
        yield finding("M203", f"the style sheets have {len(style) / 1024:.0f} KiB")
    if re.search(r"@media[^{]*\{[^{}]*@", style) or re.search(r"url\(", style):
        yield finding("M203", "a style sheet holds an at-rule within an at-rule, or url()")


def _links(page: Any, letter: Letter) -> Iterator[Finding]:
    for anchor in page.iter("a"):
        url = anchor.get("href", "").strip()
        words = fold(anchor.text_content()) or fold(" ".join(anchor.xpath(".//img/@alt")))
        label = fold(anchor.get("aria-label", ""))
        shown = excerpt(words or url, 40)
        parts = urlsplit(url) if _is_address(url) else None
        if parts is None or not (parts.hostname or parts.scheme == "mailto"):
            yield finding("M301", f"{shown!r} leads to {excerpt(url, 60)!r}", subject=shown)
            continue
        if parts.scheme == "http":
            yield finding("M302", f"{excerpt(url, 80)} is not https", subject=shown)
        if (parts.hostname or "").removeprefix("www.") in _SHORTENERS:
            yield finding("M303", f"{excerpt(url, 60)} is a shortener", subject=shown)
        if not words and not label:
            yield finding("M305", f"a link to {excerpt(url, 60)} has no words")
        elif _VAGUE.fullmatch(words.casefold()) and len(label) <= len(words):
            yield finding("M304", f"{words!r} does not say where it leads: {excerpt(url, 60)}", subject=words)
    html, text = set(safe.links(letter.html)), set(_URL.findall(letter.text))
    for url in _some(sorted(html - text)):
        yield finding("M702", f"{excerpt(url, 80)} is in the HTML and not in the text")
    # An address that is words in both leads nowhere in the HTML, and is not missing there.
    words = page.text_content()
    for url in _some(sorted(url for url in text - html if url not in words)):
        yield finding("M702", f"{excerpt(url, 80)} is in the text and not in the HTML")


def _pictures(page: Any) -> Iterator[Finding]:
    formats = _known()["images"]
    for image in page.iter("img"):
        url = image.get("src", "")
        shown = excerpt(url, 60)
        if image.get("alt") is None:
            yield finding("M401", f"{shown} has no alt")
        if not re.fullmatch(r"\d+%?", image.get("width", "")):
            yield finding("M402", f"{shown} has no width")
        if not url.startswith("https://"):
            yield finding("M403", f"{shown or 'a picture'} has no https address")
        ending = _ENDING.search(url.lower())
        if ending and ending[1] in formats:
            yield finding("M404", f"{shown}: {_list(formats[ending[1]])} cannot show {ending[1]}")


def _clients(page: Any, style: str) -> Iterator[Finding]:
    """What is used, and which clients do not know it; rules for single schemes and widths are a bonus."""
    known, elements = _known()["css"], _known()["html"]
    plain = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|\[data-og[^{}]*\{[^{}]*\}", "", style)
    styles = [element.get("style", "") for element in page.xpath("//*[@style]") if _is_seen(element)]
    uses = list(_declared(";".join(styles)))
    uses.extend(_declared(" ".join(re.findall(r"\{([^{}]*)\}", plain))))
    for used in dict.fromkeys(uses):
        if used in known:
            without = _list(known[used]["without"])
            code = "M501" if known[used]["layout"] else "M504"
            yield finding(code, f"`{used}`: not in {without} (Can I Email, {_known()['date']})", subject=used)
    tags = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    for tag in sorted(tags & _REMOVED) + (["link"] if page.xpath("//link[@rel='stylesheet']") else []):
        yield finding("M502", f"<{tag}> is removed", subject=tag)
    for tag in sorted((tags & elements.keys()) - _REMOVED):
        yield finding(
            "M501", f"<{tag}>: not in {_list(elements[tag])} (Can I Email, {_known()['date']})", subject=tag
        )


def _structure(page: Any) -> Iterator[Finding]:
    plain = [
        table
        for table in page.iter("table")
        if table.get("role") not in ("presentation", "none") and not table.xpath(".//th|.//caption")
    ]
    if plain:
        yield finding("M505", f"{len(plain)} tables have no role")
    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels.count(1) != 1:
        yield finding("M506", f"the letter has {levels.count(1)} headings of the first level")
    elif any(after - before > 1 for before, after in pairwise(levels)):
        yield finding("M506", "a level of headings is left out")


def _faint(page: Any, style: str) -> Iterator[Finding]:
    body = page.find("body")
    for one in _some(contrast.faint(body, style) if body is not None else ()):
        told = f"{one.words!r} has {one.ratio:.1f} to 1 in the {one.scheme} scheme, and needs {one.needed:g}"
        yield finding("M503", told, subject=one.words)


def _words(page: Any, letter: Letter, edition: Edition) -> Iterator[Finding]:
    words = " ".join(_said(page.find("body")))
    intro = re.sub(r"(`+).*?\1", "", edition.intro, flags=re.DOTALL)
    own = _TAG_LEFT.findall(f"{letter.subject} {letter.preheader} {intro}")
    for tag in _some(own):
        yield finding("M601", f"{tag!r} would be read as it stands", subject=tag)
    for tag in _some(tag for tag in _TAG_LEFT.findall(words) if tag not in own):
        yield finding("M604", f"{tag!r} is shown as it stands", subject=tag)
    for mark in _some(_UNFINISHED.findall(f"{letter.subject} {words}")):
        yield finding("M602", f"{mark!r} is for editors", subject=mark)
    year = (edition.published or edition.date).year
    for found in _COPYRIGHT.finditer(words):
        if int(found[2] or found[1]) != year:
            yield finding("M603", f"{found[0]!r} in a letter of {year}", subject=found[0])


def _edition(letter: Letter, edition: Edition, library: Library) -> Iterator[Finding]:
    public = published_items(library, "items")
    known = {item.id: item for item in library.items}
    told = set(letter.stories)
    for listed in dict.fromkeys(one.item for part in edition.parts for one in part.items):
        if listed not in told:
            item = known.get(listed)
            standing = (
                f"is not approved: {item.status.value}" if item and listed not in public else "is not there"
            )
            title = f" ({excerpt(item.title, 60)})" if item else ""
            hint = (
                f"Approve it: `briefpress approve {listed}`."
                if item and item.status is not Status.REJECTED
                else ""
            )
            yield finding("M701", f"{listed}{title} {standing}", subject=listed, path=edition.path, hint=hint)
    if not letter.stories:
        yield finding("M703", "the letter holds no story", path=edition.path)
    if not edition.published:
        yield finding("M704", f"edition {edition.number} is not published", path=edition.path)


def _desk(config: Config) -> Iterator[Finding]:
    mail, path = config.mail, "config.yaml"
    if not mail.from_address and mail.via not in BRINGS_ITS_OWN:
        yield finding("M801", "mail.from_address is not set", path=path)
    if mail.via not in BRINGS_ITS_OWN:
        if not mail.unsubscribe and not mail.unsubscribe_mail:
            yield finding("M802", "neither mail.unsubscribe nor mail.unsubscribe_mail is set", path=path)
        elif not mail.unsubscribe:
            yield finding("M803", "mail.unsubscribe is not set", path=path)
    if not mail.postal_address:
        yield finding("M804", "mail.postal_address is not set", path=path)


# -- what is asked of a document


@cache
def _known() -> Mapping[str, Any]:
    """What clients do not know: facts of our own making, from public data of the date told in it."""
    told: Mapping[str, Any] = json.loads((Path(__file__).parent / "clients.json").read_text(encoding="utf-8"))
    return told


def _declared(style: str) -> Iterator[str]:
    """What a style uses, as the table names it: properties, some with their value, functions, units."""
    for name, value in _DECLARATION.findall(style.lower()):
        yield name
        yield re.sub(r"-(?:start|end|columns|rows|areas)$", "", name)
        yield f"{name}:{value.split()[0].replace('inline-', '')}" if value.split() else name
        yield from re.findall(r"[a-z-]+\(", value)
        yield from re.findall(r"(?<![\w#.])[\d.]+(rem|vw|vh|ch)\b", value)


def _is_seen(element: Any) -> bool:
    return "display:none" not in element.get("style", "").replace(" ", "").lower()


def _said(element: Any) -> Iterator[str]:
    """The words below `element`, without those that are code."""
    if element is None or not isinstance(element.tag, str) or element.tag in ("code", "pre", "style"):
        return
    yield element.text or ""
    for child in element:
        yield from _said(child)
        yield child.tail or ""


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://", "mailto:", "tel:")) and not re.search(r"[\s<>\"]", url)


def _list(names: list[str]) -> str:
    return ", ".join(names)


def _some(found: Any) -> list[Any]:
    return list(dict.fromkeys(found))[:_TOLD_MAX]
