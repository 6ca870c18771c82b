"""Front matter in the form in which we write it, read without a parser, in a third of the time.

One key a line, a mapping or a list of texts below it, scalars that are plain or in quotes and end in their
line. Anything else, and anything that YAML may take for more, is left to the parser; `tests/content` holds
both side by side.
"""

import re

_PLAIN = r"[^\W_](?:[^:#\n]++|:(?=[^\s])|(?<=[^\s])#)*+(?<=[^\s])"
"""Begins with no sign of YAML's, and holds neither the end of a key nor the beginning of a comment."""
_WORD = r"[^\W_](?:[\w ./+-]*[\w.+])?"
_SCALAR = rf"""'((?:[^']++|'')*+)'|"([^"\\]*)"|({_PLAIN})"""
_LINE = re.compile(
    rf"(  )?(?:([a-z][a-z0-9_]*):(?: (?:{_SCALAR}|\[((?:{_WORD}(?:, {_WORD})*)?)\]))?|- (?:{_SCALAR}))"
)
_INDENT, _KEY, _SINGLE, _DOUBLE, _UNQUOTED, _WORDS = range(1, 7)
"""The groups of a line. Those of an entry of a list follow, in the order of those of a scalar."""
_ENTRY = _WORDS + 1 - _SINGLE


class Plain(str):
    """A scalar that stood without quotes, so that it can be written back as it was: `5` is not `'5'`."""

    __slots__ = ()


def load(head: str) -> dict[str, object] | None:
    """The values of `head` as the parser gives them; None: ask that."""
    # What cannot be printed is a line's end to YAML, or a fault.
    if not head.endswith("\n") or not head.replace("\n", "").isprintable():
        return None
    values: dict[str, object] = {}
    below: dict[str, object] | list[object] | None = None
    above = ""
    listed: list[str] = []
    for line in head[:-1].split("\n"):
        found = _LINE.fullmatch(line)
        if not found:
            return None
        key, kind = found[_KEY], found.lastindex
        if not found[_INDENT]:
            if not key or key in values:
                return None
            values[key] = _words(found[_WORDS]) if kind == _WORDS else _scalar(found, kind)
            above, below = (key, None) if kind == _KEY else ("", None)
        elif not above:
            return None
        elif key:
            if below is None:
                below = values[above] = {}
            if not isinstance(below, dict) or key in below or kind == _WORDS:
                return None
            below[key] = _scalar(found, kind)
        else:
            if below is None:
                below = values[above] = []
                listed.append(above)
            if not isinstance(below, list):
                return None
            below.append(_scalar(found, kind, _ENTRY))
    for key in listed:
        values[key] = tuple(values[key])  # type: ignore[arg-type] # a list, as it was made
    return values


def places(head: str, first_line: int) -> tuple[dict[str, int], dict[str, int]]:
    """The line and the column of each value of a `head` that was read here, as the parser gives them."""
    lines: dict[str, int] = {}
    columns: dict[str, int] = {}
    above, entries = "", 0
    for number, line in enumerate(head[:-1].split("\n"), first_line):
        found = _LINE.fullmatch(line)
        if not found:
            raise ValueError(head)
        key = where = found[_KEY]
        if not found[_INDENT]:
            above, entries = key, 0
            column = len(key) + 4
            for index, word in enumerate((found[_WORDS] or "").split(", ") if found[_WORDS] else ()):
                lines[f"{key}.{index}"] = number
                columns[f"{key}.{index}"] = column
                column += len(word) + 2
        else:
            columns[above] = 1
            where = f"{above}.{key or entries}"
            entries += 1
        lines[where] = number
        # Behind a colon with nothing after it the parser sees an empty text.
        columns[where] = found.end(_KEY) + (2 if found.lastindex == _KEY else 3) if key else 5
    return lines, columns


def _scalar(found: re.Match[str], kind: int | None, shift: int = 0) -> str:
    """The scalar of a line, whose last group is `kind`; none is an empty one."""
    at = (kind or 0) - shift
    if at == _UNQUOTED:
        return Plain(found[at + shift])
    if at == _SINGLE:
        return found[at + shift].replace("''", "'")
    return found[at + shift] if at == _DOUBLE else Plain("")


def _words(words: str) -> tuple[str, ...]:
    return tuple(map(Plain, words.split(", "))) if words else ()
