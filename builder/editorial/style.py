"""What an editor marks in a text without knowing its source: links, headings, slips, what is missing."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from builder import rules
from builder.content import staleness
from builder.editorial import arrange, links
from builder.editorial.around import Around, notes_of
from builder.editorial.links import visible
from builder.editorial.unfinished import TODO
from builder.model import Aspect, Edition, Finding, Item
from builder.summary import body as bodies
from builder.summary import language
from builder.summary.body import Kind, Place

TITLE_MAX = 120
"""Characters: longer titles are cut by mail programs and search engines, and drown a list."""
AHEAD = timedelta(days=1)
"""How far in the future an item may be dated: somewhere it is tomorrow already."""
_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(")
_IMAGE_TAG = re.compile(r"<img\b(?P<attributes>[^>]*)>", re.IGNORECASE)
_ALT = re.compile(r"\balt\s*=\s*(?:\"[^\"]*\S[^\"]*\"|'[^']*\S[^']*'|[^\s\"'>]+)", re.IGNORECASE)
_EMPTY_POINT = re.compile(
    r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]*(?:\*\*[^*\n]*\*\*:?|\*\*[^*\n]*:\*\*)?[ \t]*$", re.MULTILINE
)
_DOUBLED = re.compile(r"\b([^\W\d_]{2,}) \1\b", re.IGNORECASE)
_MAY_DOUBLE = frozenset(
    ["had", "that", "is", "was", "do", "die", "der", "das", "sie", "nous", "vous", "no", "so"]
)
_OVERVIEW_LEVEL = 3
_TLDR_LEVEL = 2
_TLDR = "TL;DR"
"""What the heading of that section has in it, in any language."""
_WORD = re.compile(r"\w+")
_TWICE_HINT = "Lead to the page of that item or edition, or leave it out."
_Passed = Callable[[str, str], bool]
"""Whether a page that a lead of that name leads to as well is none told twice: (page, name) → bool."""
_NAMES = {"title": "title", "tldr": "TL;DR", "subject": "subject", "preheader": "preheader"}


def findings(
    item: Item, body: str, body_line: int, places: Mapping[str, Place], around: Around
) -> Iterator[Finding]:
    """What is to be said of `item`, whose `body` begins in line `body_line` of its file.

    `places` are those of the keys of its front matter.
    """
    own = links.address(item.source.url)
    for found, offset in _in_text(body, around, item.date, item.path, lambda page, _: page == own):
        yield _placed(found, item.path, bodies.place(body, offset, body_line))
    for found, key in _in_head(item, around):
        yield _placed(found, item.path, _at(places, key))


def of_edition(
    edition: Edition, body: str, body_line: int, places: Mapping[str, Place], around: Around
) -> Iterator[Finding]:
    """What is to be said of an edition's own words: its introduction, its notes, and its titles."""
    listed = arrange.listed(edition.parts)
    date = edition.published or edition.date
    for found, offset in _in_text(body, around, date, edition.path, lambda _, name: name in listed):
        yield _placed(found, edition.path, bodies.place(body, offset, body_line))
    for key, note in notes_of(edition):
        # Where in the file the words of a value stand is known for its beginning alone.
        for found, _ in _in_text(note, around, date, edition.path, lambda _, name: name in listed):
            yield _placed(found, edition.path, _at(places, key))
    told = [("title", edition.title), ("subject", edition.subject), ("preheader", edition.preheader)]
    told += [(f"parts.{at}.title", part.title) for at, part in enumerate(edition.parts)]
    for found, key in (*_long(edition.title), *_slips(told)):
        yield _placed(found, edition.path, _at(places, key))


def _placed(finding: Finding, path: str, place: Place) -> Finding:
    return replace(finding, path=path, line=place.line, column=place.column)


def _at(places: Mapping[str, Place], key: str) -> Place:
    """Where `key` stands, or else the nearest mapping it would stand in."""
    while key and key not in places:
        key = key.rpartition(".")[0]
    return places.get(key, Place(1, 1))


def _in_head(item: Item, around: Around) -> Iterator[tuple[Finding, str]]:
    yield from _long(item.title)
    yield from _slips([("title", item.title), ("tldr", item.tldr)])
    if not item.tldr:
        yield rules.finding("E302", "there is no TL;DR"), "tldr"
    elif _differs(item):
        yield rules.finding("E306", "the TL;DR section of the text does not have this sentence"), "tldr"
    if item.section and item.section not in around.sections:
        yield rules.finding("E301", f"there is no section {item.section}", subject=item.section), "section"
    for at, tag in enumerate(item.tags):
        if around.tags and tag.casefold() not in around.tags:
            yield rules.finding("E305", f"there is no tag {tag}", subject=tag), f"tags.{at}"
    for key, date in (("date", item.date), ("source.published", item.source.published)):
        if date and date > around.now + AHEAD:
            yield rules.finding("E303", f"it is dated {date:%Y-%m-%d}, which is still to come"), key
    for found in links.on_address(item.source.url, around.places, around.site):
        yield found, "source.url"
    others = [lead.name for lead in around.near(item.source.url, item.date, item.path) if lead.is_source]
    if others:
        yield rules.finding("E106", f"{', '.join(others)} leads to the same page"), "source.url"
    for one in item.stale.found if item.stale else ():
        hint = f"`briefpress correct {item.id}` shows what to do about it."
        code = "E402" if one.aspect is Aspect.WORDING else "E401"
        yield rules.finding(code, staleness.told(one), subject=one.was, hint=hint), "stale"
    if around.impact and _wants_impact(item.body):
        yield rules.finding("E304", "no section says what follows from it"), "title"


def _long(title: str) -> Iterator[tuple[Finding, str]]:
    if len(title) > TITLE_MAX:
        yield rules.finding("E203", f"the title has {len(title)} characters"), "title"


def _slips(told: Collection[tuple[str, str]]) -> Iterator[tuple[Finding, str]]:
    """Markers of unfinished work and doubled words in the values of keys."""
    for key, said in told:
        where = _NAMES.get(key, "title of a part")
        for match in TODO.finditer(said):
            yield rules.finding("E205", f"{match[0]} stands in the {where}", subject=match[0]), key
        for match in _doubled(said):
            yield rules.finding("E204", f"“{match[0]}” in the {where}", subject=match[0]), key


def _in_text(
    body: str, around: Around, date: datetime, path: str, passed: _Passed
) -> Iterator[tuple[Finding, int]]:
    """What is to be said of a text in Markdown, and where in it; pages that are `passed` may come again."""
    seen = visible(body)
    for target in links.targets(seen):
        for found in links.on_address(target.url, around.places, around.site):
            yield found, target.offset
        if not target.is_image and (earlier := _earlier(target.url, around, date, path, passed)):
            what = f"{', '.join(earlier)} led to this page before"
            yield rules.finding("E107", what, subject=target.url, hint=_TWICE_HINT), target.offset
    yield from links.on_labels(seen)
    for match in _IMAGE.finditer(seen):
        if not match["alt"].strip():
            yield rules.finding("E206", "an image without a text in its place"), match.start()
    for match in _IMAGE_TAG.finditer(seen):
        if not _ALT.search(match["attributes"]):
            yield rules.finding("E206", "an image without a text in its place"), match.start()
    for match in _EMPTY_POINT.finditer(seen):
        yield rules.finding("E201", "a bullet that says nothing"), match.start()
    for match in TODO.finditer(seen):
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


def _earlier(url: str, around: Around, date: datetime, path: str, passed: _Passed) -> list[str]:
    """The names of what led to the page `url` before the file `path` of `date` did."""
    page = links.address(url)
    return [
        lead.name
        for lead in around.near(url, date, path)
        if (lead.date, lead.path) < (date, path) and not passed(page, lead.name)
    ]


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


def _differs(item: Item) -> bool:
    """Whether the text has a section for the TL;DR, and it does not hold the one of the front matter."""
    told: list[str] = []
    inside = False
    for part in bodies.parts(item.body):
        if part.kind is Kind.HEADING:
            if told:
                break
            inside = part.level == _TLDR_LEVEL and _TLDR in part.text
        elif inside:
            told.append(part.text)
    own = " ".join(part.text for part in bodies.parts(item.tldr))
    return bool(told) and _words(own) not in _words(" ".join(told))


def _words(text: str) -> str:
    """The words of `text` alone: marks and case make no other statement of it."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "
