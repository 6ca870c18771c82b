"""Entries put behind those of a list in a front matter, whose lines stay as people wrote them. Pure."""

from collections.abc import Mapping

from builder.content import frontmatter
from builder.content.frontmatter import Rows
from builder.content.remarks import remarked
from builder.errors import ContentError


def appended(
    text: str, path: str, key: str, more: Rows, every: Rows, titles: Mapping[str, str] | None = None
) -> str:
    """`text` with the entries `more` at the end of the list `key`; `every` are those it then has.

    Behind a new entry that names an item stands its title from `titles`. Where the list is written in a way
    that cannot be gone on with, it is written anew. Raises ContentError as `frontmatter.replace` does.
    """
    whole = frontmatter.replace(text, key, every, path)
    head = frontmatter.split(text, path).head
    span = frontmatter.spans(head, path).get(key)
    lines = remarked(frontmatter.dump({key: more}), titles or {})
    if span and len(every) > len(more):
        lines = head[slice(*span)] + lines.partition("\n")[2]
    made = frontmatter.put(text, key, lines.replace("\r\n", "\n").replace("\n", _newline(head)), path)
    return made if _values(made, path) == _values(whole, path) else whole


def _newline(head: str) -> str:
    return "\r\n" if "\r\n" in head else "\n"


def _values(text: str, path: str) -> object:
    try:
        return frontmatter.load(frontmatter.split(text, path).head, path, 2).values
    except ContentError:
        return None
