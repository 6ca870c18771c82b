"""Front matter of other programs: YAML, TOML or JSON. Pure."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from fnmatch import fnmatchcase
from typing import Any

from builder.content import frontmatter
from builder.errors import ContentError
from builder.text import fold

_YAML = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_BEGUN = re.compile(r"(?:---|\+\+\+)[ \t]*\n(?=\s*[\w\"'-]+[ \t]*[:=])")
# YAML 1.1 as Ruby and Go read it, and what Go takes for a truth value.
_SWITCHES = {
    **dict.fromkeys(("true", "yes", "on", "y", "t", "1"), True),
    **dict.fromkeys(("false", "no", "off", "n", "f", "0"), False),
}
_MOMENT = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?"
    r"\s*(Z|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


def read(text: str, path: str) -> tuple[dict[str, Any], str]:
    """The front matter of `text` with its keys in lower case, and what follows; none is no fault.

    Raises ContentError for one that cannot be read, or does not end: its text must not become the page's.
    """
    # Empty lines may stand before it, says Hugo.
    whole, text = text, text.lstrip("\ufeff \t\n")
    before = whole[: len(whole) - len(text)].count("\n")
    try:
        if found := _YAML.match(text):
            return _plain(frontmatter.load(found[1], path, 2 + before).values), text[found.end() :]
        if found := _TOML.match(text):
            return _plain(tomllib.loads(found[1])), text[found.end() :]
        if text.startswith("{"):
            told, end = json.JSONDecoder().raw_decode(text)
            if isinstance(told, dict):
                return _plain(told), text[end:]
        if _BEGUN.match(text):
            raise ContentError("its front matter does not end", path=path, line=1)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise ContentError(f"its front matter cannot be read: {error}", path=path, line=1) from error
    return {}, whole


def words(value: object) -> tuple[str, ...]:
    """A list of words, or one text with commas, as words."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, Sequence):
        return ()
    return tuple(dict.fromkeys(word for one in value if (word := fold(str(one)))))


def text(value: object) -> str:
    """One line of text; empty for what is none."""
    return fold(value) if isinstance(value, str) and value not in ("null", "~") else ""


def unset(value: object) -> bool:
    """Whether a key says nothing."""
    return value is None or (isinstance(value, str) and value.strip().lower() in ("", "~", "null"))


def truth(value: object) -> bool | None:
    """Whether a switch is on; None for what is neither on nor off."""
    return _SWITCHES.get(str(value).strip().lower())


def hides(values: Mapping[str, Any], name: str, *, when: bool) -> str:
    """Why the switch `name` of `values` hides a text, as it does when it is `when` or cannot be read."""
    value = values.get(name)
    if unset(value):
        return ""
    told = truth(value)
    if told is None:
        return f"`{name}: {fold(str(value))[:60]}`, which cannot be read"
    return ("a draft" if name == "draft" else f"`{name}: {str(told).lower()}`") if told is when else ""


def lower(value: object) -> dict[str, Any]:
    """A mapping with its keys in lower case; empty for what is none."""
    return _plain(value) if isinstance(value, Mapping) else {}


def covers(pattern: str, path: str) -> bool:
    """Whether `path` is, or is below, what a pattern of file names says; also where that is not sure."""
    pattern, path = pattern.strip("/").lower(), path.strip("/").lower()
    if any(mark in pattern for mark in "{[!\\"):
        return True
    return (
        path == pattern
        or not pattern
        or any(fnmatchcase(path, one) for one in (pattern, f"{pattern}/*", pattern.replace("/**", "*")))
    )


def moment(value: object, zone: tzinfo) -> datetime | None:
    """A time in UTC; one without a zone is of `zone`. None for what is no time."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone).astimezone(UTC)
    found = _MOMENT.match(str(value).strip()) if value else None
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        told = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - its zone follows
        offset = found[7]
        if not offset:
            return told.replace(tzinfo=zone).astimezone(UTC)
        sign = "+0000" if offset.upper() in {"Z", "UTC"} else offset.replace(":", "")
        return datetime.strptime(f"{told:%Y-%m-%dT%H:%M:%S}{sign}", "%Y-%m-%dT%H:%M:%S%z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def kept(values: Mapping[str, object]) -> dict[str, object]:
    """`values` in the types that a front matter of ours takes, two levels deep; deeper ones as JSON."""
    return {str(key): _kept(value, 2) for key, value in values.items() if value not in (None, "", [], {}, ())}


def _kept(value: object, depth: int) -> object:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if depth and isinstance(value, Mapping):
        return {str(key): _kept(below, depth - 1) for key, below in value.items()}
    if depth and isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_kept(below, depth - 1) for below in value)
    return str(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _plain(values: Mapping[str, object]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in values.items()}
