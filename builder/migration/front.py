"""Front matter of other programs: YAML, TOML or JSON. Pure."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from builder.content import frontmatter
from builder.errors import ContentError
from builder.text import fold

_YAML = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_MOMENT = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?"
    r"\s*(Z|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


def read(text: str, path: str) -> tuple[dict[str, Any], str]:
    """The front matter of `text` with its keys in lower case, and what follows; none is no fault.

    Raises ContentError for one that cannot be read.
    """
    try:
        if found := _YAML.match(text):
            return _plain(frontmatter.load(found[1], path, 2).values), text[found.end() :]
        if found := _TOML.match(text):
            return _plain(tomllib.loads(found[1])), text[found.end() :]
        if text.startswith("{"):
            told, end = json.JSONDecoder().raw_decode(text)
            if isinstance(told, dict):
                return _plain(told), text[end:]
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise ContentError(f"its front matter cannot be read: {error}", path=path, line=1) from error
    return {}, text


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


def truth(value: object) -> bool:
    """Whether a switch is on."""
    return value is True or (isinstance(value, str) and value.strip().lower() in {"true", "yes", "1"})


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
