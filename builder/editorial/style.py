"""What an editor marks in an item without knowing its source: links, headings, slips, what is missing."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from builder import rules, text
from builder.errors import Fault
from builder.model import Finding, Item, Library, Status
from builder.render.places import edition_path, item_path
from builder.summary import body as bodies
from builder.summary import language
from builder.summary.body import Kind

TITLE_MAX = 120
"""Characters: longer titles are cut by mail programs and search engines, and drown a list."""
AHEAD = timedelta(days=1)
"""How far in the future an item may be dated: somewhere it is tomorrow already."""
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
_LINK = re.compile(
    r"(?<![!\\])\[(?P<label>(?:[^\[\]\\]|\\.|!\[[^\]]*\]\([^)]*\))*)\]\(\s*<?(?P<target>[^\s)>]*)"
)
_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(")
_IMAGE_TAG = re.compile(r"<img\b(?P<attributes>[^>]*)>", re.IGNORECASE)
_ALT = re.compile(r"\balt\s*=\s*(?:\"[^\"]*\S[^\"]*\"|'[^']*\S[^']*'|[^\s\"'>]+)", re.IGNORECASE)
_EMPTY_POINT = re.compile(
    r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]*(?:\*\*[^*\n]*\*\*:?|\*\*[^*\n]*:\*\*)?[ \t]*$", re.MULTILINE
)
_TODO = re.compile(r"\b(?:TODO|FIXME|XXX|TBD|TKTK|TK)\b(?!\.[a-z])")
_TODO_PIECES = ("TODO", "FIXME", "XXX", "TBD", "TK")
_DOUBLED = re.compile(r"\b([^\W\d_]{2,}) \1\b", re.IGNORECASE)
_MAY_DOUBLE = frozenset(
    ["had", "that", "is", "was", "do", "die", "der", "das", "sie", "nous", "vous", "no", "so"]
)
_HIDDEN = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)|\Z)|<!--.*?(?:-->|\Z)|`[^`\n]*`",
    re.DOTALL | re.MULTILINE,
)
_OVERVIEW_LEVEL = 3
_UNFINISHED_HINT = "Do what it says, or put it between `<!--` and `-->`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is around an item that rules need to know."""

    now: datetime
    sections: frozenset[str] = frozenset()
    """The slugs of the config."""
    impact: bool = False
    """Whether the closing section is to be on impact."""
    places: frozenset[str] = frozenset()
    """The addresses of the pages of items, editions and sections, as `items/x/`."""
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Address of a source → ids of the items that lead to it, where several do within the look-back."""


def findings(
    item: Item, body: str, body_line: int, lines: Mapping[str, int], around: Around
) -> Iterator[Finding]:
    """What is to be said of `item`, whose `body` begins in line `body_line` of its file.

    `lines` are those of the keys of its front matter.
    """
    for found, offset in _in_body(body, around):
        place = bodies.place(body, offset, body_line)
        yield replace(found, path=item.path, line=place.line, column=place.column)
    for found, key in _in_head(item, around):
        yield replace(found, path=item.path, line=lines.get(key, lines.get(key.partition(".")[0], 1)))


def marker(item: Item) -> str:
    """The first marker such as TODO that readers would see in `item`; empty for none."""
    said = f"{item.title}\n{item.tldr}\n{item.body}"
    # Ten thousand texts have none: looking for a few pieces of text takes a tenth of what the pattern does.
    if not any(piece in said for piece in _TODO_PIECES) or not _TODO.search(said):
        return ""
    found = _TODO.search(_visible(said))
    return found[0] if found else ""


def faults_of_unfinished(library: Library, marker: Callable[[Item], str] = marker) -> tuple[Fault, ...]:
    """The approved items in which a `marker` stands where readers would see it, by path."""
    return tuple(
        Fault(f"is approved and has {found} in it", item.path, hint=_UNFINISHED_HINT)
        for item in library.items
        if item.status is Status.APPROVED and (found := marker(item))
    )


def around(
    library: Library, sections: Iterable[str], *, lookback_days: int, impact: bool, now: datetime
) -> Around:
    """What the rules need to know of a whole `library`."""
    leading: dict[str, list[Item]] = defaultdict(list)
    for item in library.items:
        if item.source.url and item.status is not Status.REJECTED:
            leading[item.source.url].append(item)
    apart = timedelta(days=lookback_days)
    slugs = frozenset(sections)
    return Around(
        now=now,
        sections=slugs,
        impact=impact,
        places=frozenset(
            (
                *map(item_path, library.items),
                *(edition_path(edition.number) for edition in library.editions),
                *(f"sections/{slug}/" for slug in slugs),
            )
        ),
        near={
            url: tuple(item.id for item in items)
            for url, items in leading.items()
            if len(items) > 1 and max(i.date for i in items) - min(i.date for i in items) <= apart
        },
    )


def _in_head(item: Item, around: Around) -> Iterator[tuple[Finding, str]]:
    if len(item.title) > TITLE_MAX:
        yield rules.finding("E203", f"the title has {len(item.title)} characters"), "title"
    for key, said in (("title", item.title), ("tldr", item.tldr)):
        for match in _TODO.finditer(said):
            yield rules.finding("E205", f"{match[0]} stands in the {_NAMES[key]}", subject=match[0]), key
        for match in _doubled(said):
            yield rules.finding("E204", f"“{match[0]}” in the {_NAMES[key]}", subject=match[0]), key
    if not item.tldr:
        yield rules.finding("E302", "there is no TL;DR"), "tldr"
    if item.section and item.section not in around.sections:
        yield rules.finding("E301", f"there is no section {item.section}", subject=item.section), "section"
    if item.date > around.now + AHEAD:
        yield rules.finding("E303", f"it is dated {item.date:%Y-%m-%d}, which is still to come"), "date"
    yield from ((found, "source.url") for found in _of_link(item.source.url, around))
    if others := [one for one in around.near.get(item.source.url, ()) if one != item.id]:
        yield rules.finding("E106", f"{', '.join(others)} leads to the same page"), "source.url"
    if around.impact and _wants_impact(item.body):
        yield rules.finding("E304", "no section says what follows from it"), "title"


def _in_body(body: str, around: Around) -> Iterator[tuple[Finding, int]]:
    seen = _visible(body)
    for match in _LINK.finditer(seen):
        label = " ".join(_IMAGE.sub("", match["label"]).strip(" *_`").split())
        yield from ((found, match.start("target")) for found in _of_link(match["target"], around))
        if not label and not _IMAGE.search(match["label"]):
            yield rules.finding("E104", "a link without text", subject=match["target"]), match.start()
        elif label.lower().rstrip(".:… ") in VAGUE:
            yield rules.finding("E103", f"the link text “{label}” says nothing", subject=label), match.start()
    for match in _IMAGE.finditer(seen):
        if not match["alt"].strip():
            yield rules.finding("E206", "an image without a text in its place"), match.start()
    for match in _IMAGE_TAG.finditer(seen):
        if not _ALT.search(match["attributes"]):
            yield rules.finding("E206", "an image without a text in its place"), match.start()
    for match in _EMPTY_POINT.finditer(seen):
        yield rules.finding("E201", "a bullet that says nothing"), match.start()
    for match in _TODO.finditer(seen):
        yield rules.finding("E205", f"{match[0]} stands in the text", subject=match[0]), match.start()
    level = 1
    for part in bodies.parts(body):
        for match in _doubled(part.text):
            yield rules.finding("E204", f"“{match[0]}”", subject=match[0]), part.offsets[match.start()]
        if part.kind is Kind.HEADING:
            if part.level > level + 1:
                yield (
                    rules.finding("E202", f"from level {level} to {part.level}", subject=part.text),
                    part.offsets[0],
                )
            level = part.level


def _of_link(url: str, around: Around) -> Iterator[Finding]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    if parts.scheme in ("http", "https"):
        tracking = [
            name
            for name in (pair.partition("=")[0] for pair in parts.query.split("&"))
            if text.is_tracking(name)
        ]
        if tracking:
            yield rules.finding("E101", f"the address carries {', '.join(tracking)}", subject=url)
        if (parts.hostname or "").removeprefix("www.") in SHORTENERS:
            yield rules.finding("E102", f"{parts.hostname} only leads on to another page", subject=url)
    elif url.startswith("/") and not url.startswith("//"):
        place = parts.path.lstrip("/")
        known = place.rstrip("/") + "/" in around.places
        if place and not known and place.partition("/")[0] in _OURS:
            yield rules.finding("E105", f"there is no page {parts.path} on this site", subject=url)


def _doubled(said: str) -> Iterator[re.Match[str]]:
    return (match for match in _DOUBLED.finditer(said) if match[1].lower() not in _MAY_DOUBLE)


def _wants_impact(body: str) -> bool:
    """Whether the body has an overview in sections, and none of their headings is on what follows."""
    headings = [
        part.text
        for part in bodies.parts(body)
        if part.kind is Kind.HEADING and part.level >= _OVERVIEW_LEVEL
    ]
    return len(headings) > 1 and not any(_closes(heading) for heading in headings)


def _closes(heading: str) -> bool:
    said = heading.lower()
    return any(
        closing in said
        for code in language.KNOWN
        for closing in (
            *language.load(code).phrases.closing_headings,
            language.labels(code)["impact"].lower(),
            language.labels(code)["bottom_line"].lower(),
        )
    )


def _visible(body: str) -> str:
    """`body` of the same length, code and comments blank."""
    return _HIDDEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), body)


_NAMES = {"title": "title", "tldr": "TL;DR"}
_OURS = frozenset(["items", "editions", "sections"])
"""Folders of the site of which it is known what is in them."""
