"""A content file in the form in which the program itself would write it, and with the same meaning.

Editors in browsers write values back in ways of their own: other quotes, `.000Z`, lists one a line, long
lines folded, line ends of Windows. What comes out here is what `dump` would make of each key, in the
order of the file; remarks and keys that nobody knows stay. Of the body only line ends are touched, and empty
lines before its first, which the parser does not read either: two spaces at the end of a line are a line
break there, and an approval is bound to its words.
"""

from collections.abc import Callable, Mapping

from builder.content import editions, fields, frontmatter, items, pages, plainhead, remarks, stories
from builder.content.frontmatter import Rows
from builder.content.plainhead import Plain
from builder.errors import ContentError

_TIMES = frozenset(("date", "published", "sent", "source.published", "review.at", "corrections.date"))
_WORDS = frozenset(("tags", "aliases", "provenance.replaced", "provenance.review"))
_ROWS = frozenset(("parts", "parts.items", "items", "corrections"))
_LISTS_OF_ITEMS = ("parts", "items")
"""Whose ids have titles behind them, for people: of editions, and of what editors decided about stories."""
_TEXTS = frozenset(
    (
        *("id", "title", "status", "section", "story", "tldr", "by", "subject", "preheader", "description"),
        *("language", "into", "source.feed", "source.name", "source.url", "source.author", "source.text"),
        *("provenance.engine", "provenance.model", "provenance.prompt", "provenance.source"),
        *("provenance.refused", "review.by", "review.digest", "review.evidence", "review.reason"),
        *("corrections.text", "parts.title", "parts.items", "parts.items.item", "parts.items.note"),
    )
)
"""What is text whatever it looks like; other scalars keep their quotes or the lack of them."""
_PARSERS: tuple[tuple[str, Callable[[str, str], object]], ...] = (
    (items.FOLDER, items.parse),
    (editions.FOLDER, editions.parse),
    (pages.FOLDER, pages.parse),
    (stories.FOLDER, stories.parse),
)
FOLDERS = tuple(folder for folder, _ in _PARSERS)
"""The folders of content whose files have a form."""


def formatted(text: str, path: str, titles: Mapping[str, str] | None = None) -> str:
    """`text` in our own form: `formatted` of it is itself, and the parser reads the same from both.

    Where items are listed without a remark behind any, their `titles` are put there for people. Raises
    ContentError when the file cannot be read, and when its front matter is not written one key a line.
    """
    parse = next(parse for folder, parse in _PARSERS if path.startswith(f"{folder}/"))
    was = parse(text, path)
    if is_formed(text, path, titles or {}):
        return text
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    parts = frontmatter.split(plain, path)
    kept = frontmatter.remarked_keys(parts.head, path)
    made = frontmatter.join(_head(parts.head, path, kept, titles or {}), _body(parts.body))
    for key in kept:
        made = _beside_remark(made, key, path)
    if parse(made, path) != was:
        what = "cannot be put into our form without changing what it says"
        raise ContentError(what, "Nothing was done to it. Please report this.", path=path)
    return made


def is_formed(text: str, path: str, titles: Mapping[str, str] | None = None) -> bool:
    """Whether `text`, which the parser takes, surely is in our form: most files are, and need no YAML.

    Without `titles` a file that lists items is none of these.
    """
    parts = frontmatter.split(text, path)
    told = plainhead.load(parts.head)
    if told is None or "\r" in text or text != frontmatter.join(parts.head, _body(parts.body)):
        return False
    # What was read so holds no remark, and each of its keys is read alone.
    pieces: list[str] = []
    for key, value in told.items():
        lines = plainhead.dump({key: _canonical(value, key)})
        if lines is None or (titles is None and key in _LISTS_OF_ITEMS):
            return False
        pieces.append(remarks.remarked(lines, titles or {}) if key in _LISTS_OF_ITEMS else lines)
    return "".join(pieces) == parts.head


def _head(head: str, path: str, kept: frozenset[str], titles: Mapping[str, str]) -> str:
    """The front matter key by key; what lies between two keys stays, and so does each of `kept`."""
    values = frontmatter.load(head, path, fields.HEAD_LINE).values
    pieces: list[str] = []
    at = 0
    for key, (start, end) in frontmatter.spans(head, path).items():
        pieces.append(_between(head[at:start]))
        if key in kept:
            pieces.append(head[start:end] if head[:end].endswith("\n") else head[start:end] + "\n")
        else:
            lines = frontmatter.dump({key: _canonical(values[key], key)})
            pieces.append(remarks.remarked(lines, titles) if key in _LISTS_OF_ITEMS else lines)
        at = end
    return "".join((*pieces, _between(head[at:])))


def _between(lines: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in lines.splitlines())


def _beside_remark(text: str, key: str, path: str) -> str:
    """`text` with the value of `key` in our form, its remark kept; as it is where that cannot be done."""
    value = frontmatter.load(frontmatter.split(text, path).head, path, fields.HEAD_LINE).values[key]
    try:
        made = frontmatter.replace(text, key, _canonical(value, key), path)
        is_kept = key in frontmatter.remarked_keys(frontmatter.split(made, path).head, path)
    except ContentError:
        return text
    return made if is_kept else text


def _canonical(value: object, where: str) -> object:
    """`value` of the key `where`, as `dump` should be told it."""
    match value:
        case str():
            return _scalar(value, where)
        case dict():
            return {key: _canonical(below, f"{where}.{key}") for key, below in value.items()}
        case tuple() if where in _ROWS:
            return Rows(_canonical(below, where) for below in value)
        case tuple():
            return tuple(_canonical(below, where) for below in value)
        case _:
            return value


def _scalar(value: str, where: str) -> object:
    is_null = isinstance(value, Plain) and fields.is_null(value)
    if where in _TIMES and (time := fields.time_of(fields.line(value))):
        return time
    if where in _WORDS and not is_null:
        return fields.line(value)
    return fields.line(value) if where in _TEXTS and not is_null else value


def _body(body: str) -> str:
    body = body.lstrip("\n")
    return body if body.endswith("\n") or not body else f"{body}\n"
