"""The scalars of a front matter, taken field by field: what a key means, and what is wrong with it.

Nothing is raised on the way: faults are collected, so that a file tells all of them at once.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from builder.content.frontmatter import Mapped, Parts, load
from builder.content.plainhead import Plain
from builder.errors import ContentError, Fault
from builder.text import clean, fold

E = TypeVar("E", bound=StrEnum)

HEAD_LINE = 2
"""Where the keys of a file begin: below the opening fence."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[Tt ].*)?")
_SPACED_OFFSET = re.compile(r"\s+(?=[+-]\d|[Zz]$)")
_WHOLE = re.compile(r"[0-9]{1,9}")
_NULLS = frozenset(["", "~", "null", "Null", "NULL"])
_NOT_CLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_NEVER = datetime.min.replace(tzinfo=UTC)


class Fields:
    """The values of one mapping; each key is asked for once, and `rest` is what nobody asked for."""

    __slots__ = ("_asked", "_mapped", "_path", "_prefix", "_values", "faults")

    def __init__(self, mapped: Mapped, path: str) -> None:
        self._mapped = mapped
        self._values = mapped.values
        self._path = path
        self._prefix = ""
        self._asked: set[str] = set()
        self.faults: list[Fault] = []
        """What is wrong so far, here and in the mappings below."""

    @classmethod
    def of(cls, parts: Parts, path: str) -> "Fields":
        """The fields of a file that was split. Raises ContentError when its front matter cannot be read."""
        return cls(load(parts.head, path, HEAD_LINE), path)

    def text(self, key: str) -> str:
        """One line of text; empty when the key is missing, empty or null."""
        value = self._take(key)
        if value is None or (type(value) is Plain and value in _NULLS):
            return ""
        return self._line_of_text(key, value)

    def required(self, key: str, hint: str = "") -> str:
        """One line of text, as it was written: `title: null` is a title. Missing or empty is a fault."""
        value = self._take(key)
        text = self._line_of_text(key, value)
        if not text and (value is None or isinstance(value, str)):
            self.fault(key, "is missing" if value is None else "is empty", hint)
        return text

    def time(self, key: str) -> datetime | None:
        """A time in UTC; None when the key is missing, empty or null, and when it is a fault.

        A date alone is its midnight, and a time without a zone is taken for UTC, as YAML has it.
        """
        text = self.text(key)
        if not text:
            return None
        time = time_of(text)
        if time is None:
            self.fault(
                key, f"is `{text[:40]}`, not a time", "Write it as 2026-11-20T09:30:00Z or 2026-11-20."
            )
        return time

    def required_time(self, key: str) -> datetime:
        """A time in UTC. Missing is a fault, and gives a time that must not be used."""
        told = len(self.faults)
        time = self.time(key)
        if time is None and len(self.faults) == told:
            self.fault(key, "is missing", f"Add a line such as `{key}: 2026-11-20T09:30:00Z`.")
        return time or _NEVER

    def number(self, key: str) -> int:
        """A whole number from 1. Anything else is a fault, and gives 0."""
        text = self.required(key)
        number = int(text) if _WHOLE.fullmatch(text) else 0
        if text and not number:
            self.fault(key, f"is `{text[:40]}`, not a whole number from 1")
        return number

    def truth(self, key: str) -> bool:
        """Whether `key` is `true`; missing is false, and anything but `true` and `false` is a fault."""
        text = self.text(key)
        if text not in ("", "true", "false"):
            self.fault(key, f"is `{text[:40]}`, neither `true` nor `false`")
        return text == "true"

    def choice(self, key: str, kind: Iterable[E], default: E | None = None) -> E:
        """One of `kind`; missing gives `default`, and is a fault without one."""
        text = self.text(key)
        members = [*kind]
        for member in members:
            if member == text:
                return member
        if text or default is None:
            names = [member.value for member in members]
            close = difflib.get_close_matches(text.lower(), names, 1)
            advice = f"; did you mean `{close[0]}`?" if close else ""
            what = f"is `{text[:40]}`, which is not known{advice}" if text else "is missing"
            self.fault(key, what, f"It is one of {', '.join(names)}.")
        return default or members[0]

    def words(self, key: str) -> tuple[str, ...]:
        """A list of words; `a, b` without brackets is one too. Empty ones are left out."""
        value = self._take(key)
        if value is None or (isinstance(value, Plain) and value in _NULLS):
            return ()
        if isinstance(value, str):
            value = tuple(value.split(","))
        if not isinstance(value, tuple):
            self.fault(key, "is not a list", f"Write it as `{key}: [one, two]`.")
            return ()
        words = []
        for index, word in enumerate(value):
            if not isinstance(word, str):
                self.fault(f"{key}.{index}", "is not text")
            elif not (isinstance(word, Plain) and word in _NULLS):
                words.append(line(word))
        return tuple(filter(None, words))

    def sequence(self, key: str) -> "tuple[Fields | str, ...]":
        """A list whose entries are text or mappings; lists in it are faults. Empty when missing or null."""
        value = self._take(key)
        if value is None or (isinstance(value, Plain) and value in _NULLS):
            return ()
        if not isinstance(value, tuple):
            self.fault(key, "is not a list", "Write one entry a line, each after `- `.")
            return ()
        entries: list[Fields | str] = []
        for index, entry in enumerate(value):
            match entry:
                case str():
                    entries.append(line(entry))
                case dict():
                    entries.append(self._below(f"{key}.{index}", entry))
                case _:
                    self.fault(f"{key}.{index}", "is a list in a list")
        return tuple(entries)

    def mapping(self, key: str) -> "Fields":
        """The mapping under `key`. Missing or something else is a fault, the only one told of it."""
        value = self._take(key)
        if isinstance(value, dict):
            return self._below(key, value)
        missing = value is None or value in _NULLS
        self.fault(key, "is missing" if missing else "is not a mapping", "Write its keys below it, indented.")
        below = self._below(key, {})
        below.faults = []
        return below

    def optional_mapping(self, key: str) -> "Fields | None":
        """The mapping under `key`; None when the key is missing or null. Something else is a fault."""
        value = self._values.get(key)
        if value is None or (isinstance(value, Plain) and value in _NULLS):
            self._asked.add(key)
            return None
        return self.mapping(key)

    def rest(self) -> dict[str, object]:
        """The keys nobody asked for, as they were written, in their order."""
        return {key: value for key, value in self._values.items() if key not in self._asked}

    def refuse_rest(self) -> None:
        """Make each key nobody asked for a fault."""
        for key in self.rest():
            close = difflib.get_close_matches(key, self._asked, 1)
            hint = f"It may be one of {', '.join(sorted(self._asked))}."
            self.fault(key, f"is not known here{f'; did you mean `{close[0]}`?' if close else ''}", hint)

    def fault(self, key: str, what: str, hint: str = "") -> None:
        """Note that something is wrong with `key`, in the line of the key or of what holds it."""
        where = self._prefix + key
        self.faults.append(Fault(f"`{where}` {what}".strip(), self._path, self._line(where), hint))

    def close(self) -> None:
        """Raise ContentError with all faults, by line, when there are any."""
        if self.faults:
            raise ContentError.of(tuple(sorted(self.faults, key=lambda fault: fault.line)))

    def _take(self, key: str) -> object:
        self._asked.add(key)
        return self._values.get(key)

    def _line_of_text(self, key: str, value: object) -> str:
        if isinstance(value, str):
            return line(value)
        if value is not None:
            self.fault(key, "is not text", "Put quotes around it.")
        return ""

    def _below(self, key: str, values: dict[str, object]) -> "Fields":
        mapped = self._mapped
        below = Fields(Mapped(values, lambda: (mapped.lines, mapped.columns)), self._path)
        below._prefix = f"{self._prefix}{key}."
        below.faults = self.faults
        return below

    def _line(self, where: str) -> int:
        lines = self._mapped.lines
        while where and where not in lines:
            where = where.rpartition(".")[0]
        return lines.get(where, 1)


def is_null(text: str) -> bool:
    """Whether an unquoted `text` stands for nothing."""
    return text in _NULLS


def line(text: str) -> str:
    """`text` as `builder.text.fold` has it, quickly where nothing is to be done."""
    tidy = text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]
    # What is ASCII is in NFC.
    return str(text) if tidy and (text.isascii() or unicodedata.is_normalized("NFC", text)) else fold(text)


def body(text: str) -> str:
    """`text` clean, without blank lines at its start, ending in a newline unless empty."""
    # Most texts are known to be clean at once.
    tidy = text.replace("\n", "").isprintable()
    if (not tidy and _NOT_CLEAN.search(text)) or not unicodedata.is_normalized("NFC", text):
        text = clean(text)
    text = text.lstrip("\n")
    return text if text.endswith("\n") or not text else text + "\n"


def time_of(text: str) -> datetime | None:
    """The time that `text` tells, in UTC; None when it tells none."""
    if not _DATE.fullmatch(text):
        return None
    try:
        time = datetime.fromisoformat(_SPACED_OFFSET.sub("", text.upper()))
        told = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        # At the very ends of the calendar other zones have no date at all.
        return told if 1 < told.year < 9999 else None
    except (ValueError, OverflowError):
        return None
