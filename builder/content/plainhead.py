"""Front matter in the form in which we write it, read without a parser, in a third of the time.

One key a line, a mapping or a list of texts below it, scalars that are plain or in quotes and end in their
line. Anything else, and anything that YAML may take for more, is left to the parser; `tests/content` holds
both side by side.
"""

import re

_PLAIN = r"[^\W_](?:[^:#\n]|:(?=[^\s])|(?<=[^\s])#)*(?<=[^\s])"
"""Begins with no sign of YAML's, and holds neither the end of a key nor the beginning of a comment."""
_WORD = r"[^\W_](?:[\w ./+-]*[\w.+])?"
_SCALAR = rf"""'((?:[^']|'')*)'|"([^"\\]*)"|({_PLAIN})"""
_LINE = re.compile(
    rf"(  )?(?:([a-z][a-z0-9_]*):(?: (?:{_SCALAR}|\[((?:{_WORD}(?:, {_WORD})*)?)\]))?|- (?:{_SCALAR}))"
)


class Plain(str):
    """A scalar that stood without quotes, so that it can be written back as it was: `5` is not `'5'`."""

    __slots__ = ()


_Told = tuple[dict[str, object], dict[str, int], dict[str, int]]


def load(head: str, first_line: int) -> _Told | None:
    """The values of `head`, the line and the column of each, as the parser gives them; None: ask that."""
    # What cannot be printed is a line's end to YAML, or a fault.
    if not head.endswith("\n") or not head.replace("\n", "").isprintable():
        return None
    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    columns: dict[str, int] = {}
    below: dict[str, object] | list[object] | None = None
    above = ""
    for number, line in enumerate(head[:-1].split("\n"), first_line):
        found = _LINE.fullmatch(line)
        if not found:
            return None
        indent, key, single, double, plain, words, *item = found.groups()
        where = key
        if not indent:
            if not key or key in values:
                return None
            values[key] = _scalar(single, double, plain) if words is None else _words(words)
            above, below = (key, None) if line[-1] == ":" else ("", None)
            if words:
                column = len(key) + 4
                for index, word in enumerate(words.split(", ")):
                    lines[f"{key}.{index}"] = number
                    columns[f"{key}.{index}"] = column
                    column += len(word) + 2
        elif not above:
            return None
        elif key:
            if below is None:
                below = values[above] = {}
                columns[above] = 1
            if not isinstance(below, dict) or key in below or words is not None:
                return None
            below[key] = _scalar(single, double, plain)
            where = f"{above}.{key}"
        else:
            if below is None:
                below = values[above] = []
                columns[above] = 1
            if not isinstance(below, list):
                return None
            where = f"{above}.{len(below)}"
            below.append(_scalar(*item))
        lines[where] = number
        # Behind a colon with nothing after it the parser sees an empty text.
        columns[where] = (
            found.end(2) + (3 if line[-1] != ":" or found.end(2) < len(line) - 1 else 2) if key else 5
        )
    told = {key: tuple(value) if type(value) is list else value for key, value in values.items()}
    return told, lines, columns


def _scalar(single: str | None, double: str | None, plain: str | None) -> str:
    if single is not None:
        return single.replace("''", "'")
    return Plain(plain or "") if double is None else double


def _words(words: str) -> tuple[str, ...]:
    return tuple(map(Plain, words.split(", "))) if words else ()
