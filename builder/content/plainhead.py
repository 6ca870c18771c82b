"""Front matter in the form in which we write it, read and written without YAML, in a fraction of the time.

One key a line, a mapping or a list of texts below it, scalars that are plain or in quotes and end in their
line. Anything else, and anything that YAML may take for more, is left to the parser and the emitter;
`tests/content` holds both side by side.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

import yaml

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


FLOW_MAX = 80
"""Characters: a list of words that is longer is written one a line."""
# Numbers for YAML 1.2, which browsers' editors speak, and text for the emitter, which speaks 1.1.
NUMBER_1_2 = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_IN_A_LIST = re.compile(_WORD)
# What begins so is not plain to YAML, whatever follows.
_SIGNS = frozenset("#,[]{}&*!|>'\"%@`")
_GUESSES = yaml.resolver.Resolver.yaml_implicit_resolvers
"""What YAML takes for no text, by the first letter: pairs of a tag and an expression."""


class Plain(str):
    """A scalar that stood without quotes, so that it can be written back as it was: `5` is not `'5'`."""

    __slots__ = ()


class Rows(tuple[object, ...]):
    """A sequence that is written one entry a line however short it is, because people move its lines."""

    __slots__ = ()


def timestamp(time: datetime) -> str:
    """`2026-11-20T09:30:00Z`: `time` in UTC, with a fraction only where there is one."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


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


def dump(values: Mapping[str, object]) -> str | None:
    """The YAML text of `values`, as `frontmatter.dump` has it; None: ask the emitter."""
    lines: list[str] = []
    for key, value in values.items():
        if not _is_key(key):
            return None
        if isinstance(value, dict):
            below = [(name, _written(one) if _is_key(name) else None) for name, one in value.items()]
            if not below or any(text is None for _, text in below):
                return None
            lines.append(f"{key}:\n")
            lines += [f"  {name}: {text}\n" for name, text in below]
        elif isinstance(value, tuple):
            listed = _listed(value)
            if listed is None:
                return None
            lines.append(f"{key}:{listed}\n")
        else:
            text = _written(value)
            if text is None:
                return None
            lines.append(f"{key}: {text}\n")
    return "".join(lines)


def _listed(value: tuple[object, ...]) -> str | None:
    """A list of texts as it stands behind the colon of its key."""
    texts = [one for one in value if isinstance(one, str) and one]
    if not value or len(texts) < len(value):
        return None
    if isinstance(value, Rows) or sum(len(one) + 2 for one in texts) > FLOW_MAX:
        rows = [_written(one) for one in texts]
        return None if None in rows else "".join(f"\n  - {row}" for row in rows)
    words = [one for one in texts if _IN_A_LIST.fullmatch(one) and _written(one) == one]
    return None if len(words) < len(texts) else f" [{', '.join(words)}]"


def _written(value: object) -> str | None:
    """A scalar as the emitter writes it; None where that cannot be foretold."""
    if isinstance(value, datetime):
        return timestamp(value)
    if not isinstance(value, str) or not value or not value.isprintable() or " " in (value[0], value[-1]):
        return None
    is_word = value[0].isalnum()
    if not is_word and (value[0] not in _SIGNS or isinstance(value, Plain)):
        return None
    if is_word and not (": " in value or " #" in value or value[-1] == ":"):
        if isinstance(value, Plain) or not (_is_guessed(value) or NUMBER_1_2.fullmatch(value)):
            return str(value)
    elif isinstance(value, Plain):
        return None
    if "'" not in value:
        return f"'{value}'"
    # Double quotes turn letters beyond the first plane, such as emoji, into escapes.
    if '"' in value or "\\" in value or max(value) > "\uffff":
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def _is_guessed(value: str) -> bool:
    """Whether YAML would take `value`, without quotes, for a number, a time or the like."""
    return any(expression.match(value) for _, expression in _GUESSES.get(value[0], ()))


@lru_cache(maxsize=256)
def _is_key(key: str) -> bool:
    return bool(_NAME.fullmatch(key)) and not _is_guessed(key)
