"""Lists of feeds to and from OPML 2.0 (opml.org/spec2.opml), as other readers write and read them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from builder.errors import FeedError
from builder.ingest import plain
from builder.text import fold

NAMESPACE = "urn:briefpress"
"""Of the one attribute that is ours: a feed's slug, by which its items are known."""
_SLUG = f"{{{NAMESPACE}}}slug"
_DEPTH_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A feed in such a list."""

    url: str
    name: str = ""
    group: str = ""
    """The title of what it stands under; empty at the top."""
    tags: tuple[str, ...] = ()
    slug: str = ""
    """Empty in lists that are not ours."""


def dump(title: str, outlines: Iterable[Outline]) -> str:
    """The list as a document; `parse` is its inverse for outlines whose text is on one line.

    What stands under one group is kept together, at the place of the first of them.
    """
    groups: dict[str, list[str]] = {}
    for one in outlines:
        groups.setdefault(one.group, []).append(_line(one))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:briefpress="{NAMESPACE}">',
        f"<head>{_element('title', title)}</head>",
        "<body>",
    ]
    for group, feeds in groups.items():
        if group:
            lines += [f"<outline text={_attribute(group)} title={_attribute(group)}>"]
            lines += [*(f"  {feed}" for feed in feeds), "</outline>"]
        else:
            lines += feeds
    return "\n".join([*lines, "</body>", "</opml>", ""])


def parse(body: bytes) -> tuple[Outline, ...]:
    """The feeds in the document `body`, each address once, in its order. Raises FeedError.

    Entities of other documents are not read, and expat bounds what those of this one may grow to.
    """
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - in quarantine, and see above
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise FeedError(f"not OPML: {error}") from error
    if root.tag.lower() != "opml":
        raise FeedError(f"not OPML, but <{root.tag[:40]}>")
    once: dict[str, Outline] = {}
    for one in _below(root, "", 0, is_ours=NAMESPACE.encode() in body):
        once.setdefault(one.url, one)
    return tuple(once.values())


def _below(element: ElementTree.Element, group: str, depth: int, *, is_ours: bool) -> Iterator[Outline]:
    for child in element if depth < _DEPTH_MAX else ():
        told = {name.lower(): value for name, value in child.attrib.items()}
        name = fold(told.get("title") or told.get("text") or "")
        if not is_ours:
            # A plain text by the format; many programs write what stood in the feed, which is markup.
            name = plain.name(plain.read(name))
        if url := told.get("xmlurl", "").strip():
            tags = (fold(tag.strip("/ ")) for tag in told.get("category", "").split(","))
            yield Outline(
                url=url,
                name=name,
                group=group,
                tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
                slug=told.get(_SLUG, ""),
            )
        below = name if child.tag == "outline" and not url else group
        yield from _below(child, below, depth + 1, is_ours=is_ours)


def _line(one: Outline) -> str:
    told = {
        "type": "rss",
        "text": one.name or one.url,
        "title": one.name,
        "xmlUrl": one.url,
        "category": ",".join(one.tags),
        "briefpress:slug": one.slug,
    }
    attributes = " ".join(f"{name}={_attribute(value)}" for name, value in told.items() if value)
    return f"<outline {attributes}/>"


def _attribute(value: str) -> str:
    return quoteattr(fold(value))


def _element(name: str, value: str) -> str:
    root = ElementTree.Element(name)
    root.text = fold(value)
    return ElementTree.tostring(root, encoding="unicode")
