"""The links of a text: where they stand, where they lead, and what an editor marks in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from builder import rules, text
from builder.model import Finding

SHORTENERS = frozenset(
    (
        "bit.ly",
        "buff.ly",
        "cutt.ly",
        "dlvr.it",
        "goo.gl",
        "ift.tt",
        "is.gd",
        "lnkd.in",
        "ow.ly",
        "rb.gy",
        "rebrand.ly",
        "t.co",
        "t.ly",
        "tiny.cc",
        "tinyurl.com",
        "v.gd",
    )
)
"""Hosts that only lead on to another page."""
VAGUE = frozenset(
    (
        "click here",
        "here",
        "this",
        "this link",
        "this page",
        "link",
        "read more",
        "more",
        "learn more",
        "see here",
        "this article",
        "article",
        "source",
        "hier",
        "hier klicken",
        "mehr",
        "weiterlesen",
        "link zum artikel",
        "ici",
        "cliquez ici",
        "lire la suite",
        "en savoir plus",
        "aquí",
        "haz clic aquí",
        "leer más",
        "más información",
    )
)
"""Link texts that say nothing of where they lead."""
_IMAGE = re.compile(r"!\[[^\]]*\]\(\s*<?")
_LABELS = (
    re.compile(
        r"(?<![!\\])\[(?P<label>(?:[^\[\]\\]|\\.|!\[[^\]]*\]\([^)]*\))*)\]"
        r"(?:\(\s*<?(?P<target>[^\s)>]*)|\[(?P<name>[^\]]*)\])"
    ),
    re.compile(
        r"<a\b[^>]*\bhref\s*=\s*[\"']?(?P<target>[^\s\"'>]*)[^>]*>(?P<label>.*?)</a>",
        re.IGNORECASE | re.DOTALL,
    ),
)
_TARGET = re.compile(
    r"""\]\(\s*<?(?P<target>(?:[^\s()<>]|\([^\s()]*\))+)
      | ^\ {0,3}\[[^\]]+\]:[ \t]*<?(?P<defined>[^\s>]+)
      | \bhref\s*=\s*["']?(?P<href>[^\s"'>]+)
      | (?P<bare>https?://[^\s<>()\[\]"'`]*[^\s<>()\[\]"'`.,;:!?*_])""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
# Of all texts of a library: what begins with letters that are always the same is found ten times as fast.
_WEB = re.compile(r"https?://(?:[^\s<>()\[\]\"'`]|\([^\s()]*\))+")
_AFTER = ".,;:!?*_"
"""What ends the sentence around a bare address, and not the address."""
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)|<img\b[^>]*>", re.IGNORECASE)
_HIDDEN = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)|\Z)|<!--.*?(?:-->|\Z)|`[^`\n]*`",
    re.DOTALL | re.MULTILINE,
)
_OURS = frozenset(["items", "editions", "sections"])
"""Folders of the site of which it is known what is in them."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads."""

    url: str
    offset: int
    """Where it stands in the text."""
    is_image: bool
    """Whether it is the picture that is shown, and no page."""


def visible(said: str) -> str:
    """`said` of the same length, code and comments blank."""
    if "`" not in said and "<!--" not in said and "~~~" not in said:
        return said
    return _HIDDEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), said)


def targets(seen: str) -> Iterator[Target]:
    """Every address in the text `seen`, code and comments left out: of links, images, definitions, bare."""
    if "](" not in seen and "://" not in seen and "href" not in seen and "]:" not in seen:
        return
    images = {match.end() for match in _IMAGE.finditer(seen)}
    for match in _TARGET.finditer(seen):
        group = match.lastgroup or ""
        yield Target(match[group], match.start(group), match.start(group) in images)


@lru_cache(maxsize=65_536)
def pages(said: str) -> frozenset[str]:
    """The pages outside that a text leads to, as `address` has them; pictures and sites as such are none."""
    if "://" not in said or not _WEB.search(said):
        return frozenset()
    seen = visible(said)
    images = {match.end() for match in _IMAGE.finditer(seen)} if "![" in seen else ()
    found = (address(match[0].rstrip(_AFTER)) for match in _WEB.finditer(seen) if match.start() not in images)
    return frozenset(page for page in found if "/" in page or "?" in page)


def address(url: str) -> str:
    """`url` without what two spellings of one page differ in; empty when it is no web address."""
    scheme, _, rest = url.partition("#")[0].partition("://")
    if scheme.lower() not in ("http", "https"):
        return ""
    page, _, query = rest.partition("?")
    host, slash, path = page.partition("/")
    place = f"{host.lower().removeprefix('www.')}{slash}{path.rstrip('/')}".rstrip("/")
    told = [pair for pair in query.split("&") if pair and not text.is_tracking(pair.partition("=")[0])]
    return f"{place}?{'&'.join(told)}" if told else place


def on_address(url: str, places: frozenset[str], site: str) -> Iterator[Finding]:
    """What is to be said of one address; `places` are the pages of the site at `site`."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return
    ours = url.startswith("/") and not url.startswith("//")
    if parts.scheme.lower() in ("http", "https"):
        tracking = [
            name
            for name in (pair.partition("=")[0] for pair in parts.query.split("&"))
            if text.is_tracking(name)
        ]
        if tracking:
            yield rules.finding("E101", f"the address carries {', '.join(tracking)}", subject=url)
        if host in SHORTENERS:
            yield rules.finding("E102", f"{parts.hostname} only leads on to another page", subject=url)
        ours = bool(site) and url.startswith(site)
    if ours:
        path = parts.path if url.startswith("/") else parts.path.removeprefix(urlsplit(site).path)
        place = path.lstrip("/")
        if place and place.partition("/")[0] in _OURS and place.rstrip("/") + "/" not in places:
            yield rules.finding("E105", f"there is no page /{place} on this site", subject=url)


def on_labels(seen: str) -> Iterator[tuple[Finding, int]]:
    """What is to be said of the texts of links in `seen`, and where."""
    for form in _LABELS:
        for match in form.finditer(seen):
            label = " ".join(re.sub(r"<[^>]*>", "", _PICTURE.sub("", match["label"])).strip(" *_`").split())
            if not label and not _PICTURE.search(match["label"]):
                yield (
                    rules.finding("E104", "a link without text", subject=match["target"] or ""),
                    match.start(),
                )
            elif label.lower().rstrip(".:… ") in VAGUE:
                what = f"the link text “{label}” says nothing"
                yield rules.finding("E103", what, subject=label), match.start()
