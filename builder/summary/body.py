"""An item's body read back: the plain text of its headings, paragraphs and points, with where it stands.

`builder.summary.outline` writes bodies; people edit them. What comes out here is what a reader sees: marks,
escapes and tags are gone, links are kept apart.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(?P<text>.*?)[ \t]*#*[ \t]*\Z")
_POINT = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_QUOTE = re.compile(r" {0,3}> ?")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|=+[ \t]*)\Z")
_DEFINITION = re.compile(r" {0,3}\[(?P<name>[^\]]+)\]:[ \t]*<?(?P<url>[^\s>]+)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_INLINE = re.compile(
    r"""\\(?P<escaped>[!-/:-@\[-`{-~])
      | (?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|\w{1,32});)
      | (?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
      | !\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?
      | (?<!\\)\[(?P<label>(?:[^\[\]\\]|\\.)*)\]\(\s*<?(?P<target>[^\s)>]*)>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)
      | <(?P<address>https?://[^\s<>]+|mailto:[^\s<>]+)>
      | <(?P<tag>/?[A-Za-z][^<>]*)>
      | (?P<bare>https?://[^\s<>()\[\]"']+[^\s<>()\[\]"'.,;:!?])
      | (?P<emphasis>\*{1,3}|(?<!\w)_{1,3}(?=\w)|(?<=[\w.,!?])_{1,3}(?!\w))
    """,
    re.VERBOSE | re.DOTALL,
)
_HREF = re.compile(r"""\b(?:href|src)\s*=\s*["']?(?P<url>[^\s"'>]+)""", re.IGNORECASE)


class Kind(StrEnum):
    """What a part of a body is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a body leads to."""

    url: str
    offset: int
    """Where it stands in the body."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, paragraph or point of a body."""

    kind: Kind
    level: int
    """Of a heading, 1 to 6; else 0."""
    text: str
    """On one line, as a reader sees it."""
    offsets: tuple[int, ...]
    """For each letter of `text`, where it stands in the body."""
    links: tuple[Link, ...]
    bold: int
    """How many letters at the start are set in bold: the lead-in of a point."""


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, both counted from 1."""

    line: int
    column: int


def parts(body: str) -> tuple[Part, ...]:
    """The parts of `body` in order; code and what is commented out is in none."""
    blanked = _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), body)
    return tuple(_parts(blanked))


def definitions(body: str) -> tuple[Link, ...]:
    """The addresses of reference links such as `[name]: https://example.org/`."""
    found: list[Link] = []
    at = 0
    for line in body.split("\n"):
        if match := _DEFINITION.match(line):
            found.append(Link(match["url"], at + match.start("url")))
        at += len(line) + 1
    return tuple(found)


def place(body: str, offset: int, first_line: int = 1) -> Place:
    """Where `offset` of `body` is in a file whose line `first_line` begins the body."""
    starts = [0, *(match.end() for match in re.finditer("\n", body))]
    row = bisect_right(starts, offset) - 1
    return Place(first_line + row, offset - starts[row] + 1)


def _parts(body: str) -> Iterator[Part]:
    lines: list[tuple[int, int]] = []
    """The open paragraph or point: where each of its lines begins and ends."""
    kind = Kind.PARAGRAPH
    fence = ""
    at = 0
    for line in body.split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        closing = _FENCE.match(line)
        if fence:
            fence = "" if closing and closing[1].startswith(fence) else fence
            continue
        while quoted := _QUOTE.match(body, start, end):
            start = quoted.end()
        text = body[start:end]
        heading, point = _HEADING.match(text), _POINT.match(text)
        if closing or heading or point or not text.strip() or _RULE.match(text) or _DEFINITION.match(text):
            yield from _closed(body, kind, lines)
            lines, kind = [], Kind.PARAGRAPH
        if closing:
            fence = closing[1]
        elif heading:
            span = (start + heading.start("text"), start + heading.end("text"))
            yield from _closed(body, Kind.HEADING, [span], len(heading[1]))
        elif point and not _RULE.match(text):
            kind, lines = Kind.POINT, [(start + point.end(), end)]
        elif text.strip() and not _RULE.match(text) and not _DEFINITION.match(text):
            lines.append((start, end))
    yield from _closed(body, kind, lines)


def _closed(body: str, kind: Kind, lines: Sequence[tuple[int, int]], level: int = 0) -> Iterator[Part]:
    if not lines:
        return
    reader = _Inline(body)
    for start, end in lines:
        reader.read(start + len(body[start:end]) - len(body[start:end].lstrip()), end)
        reader.put(" ", end)
    text, offsets = reader.folded()
    if text:
        yield Part(kind, level, text, offsets, tuple(reader.links), reader.bold)


class _Inline:
    """Reads the marks of running text."""

    def __init__(self, body: str) -> None:
        self.links: list[Link] = []
        self.bold = 0
        self._body = body
        self._letters: list[str] = []
        self._offsets: list[int] = []
        self._in_bold = False

    def read(self, start: int, end: int) -> None:
        at = start
        for match in _INLINE.finditer(self._body, start, end):
            self._plain(at, match.start())
            self._mark(match)
            at = match.end()
        self._plain(at, end)

    def put(self, text: str, offset: int) -> None:
        self._letters.extend(text)
        self._offsets.extend([offset] * len(text))

    def folded(self) -> tuple[str, tuple[int, ...]]:
        """What was read with single spaces, and where each letter came from."""
        letters: list[str] = []
        offsets: list[int] = []
        bold = self.bold
        for index, (letter, offset) in enumerate(zip(self._letters, self._offsets, strict=True)):
            if letter.isspace():
                if not letters or letters[-1] == " ":
                    bold -= index < self.bold
                    continue
                letter = " "  # noqa: PLW2901
            letters.append(letter)
            offsets.append(offset)
        while letters and letters[-1] == " ":
            letters.pop()
            offsets.pop()
        self.bold = min(bold, len(letters))
        return "".join(letters), tuple(offsets)

    def _plain(self, start: int, end: int) -> None:
        self._letters.extend(self._body[start:end])
        self._offsets.extend(range(start, end))

    def _mark(self, match: re.Match[str]) -> None:
        if match["escaped"]:
            self.put(match["escaped"], match.start("escaped"))
        elif match["entity"]:
            self.put(html.unescape(match["entity"]), match.start())
        elif match["code"]:
            self._plain(match.start("code"), match.end("code"))
        elif match["label"] is not None:
            self.links.append(Link(match["target"], match.start("target")))
            self.read(match.start("label"), match.end("label"))
        elif url := match["address"] or match["bare"]:
            offset = match.start("address") if match["address"] else match.start("bare")
            self.links.append(Link(url, offset))
            self._plain(offset, offset + len(url))
        elif match["tag"]:
            self.links.extend(
                Link(found["url"], match.start("tag") + found.start("url"))
                for found in _HREF.finditer(match["tag"])
            )
        elif match["emphasis"]:
            self._emphasis(match["emphasis"])

    def _emphasis(self, marks: str) -> None:
        if len(marks) < 2:
            return
        if not self._letters:
            self._in_bold = True
        elif self._in_bold:
            self._in_bold = False
            self.bold = len(self._letters)
