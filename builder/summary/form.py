"""JSON that others may have written, read field by field: whatever is wrong is a fault with its place."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Self

from builder.errors import ContentError

HINT = "Take the file back from git, or draft the item again."
_MOST = 10**9
_SURROGATE = re.compile("[\ud800-\udfff]")


class Form:
    """An object of a JSON document."""

    def __init__(self, values: dict[str, object], path: str, where: str = "") -> None:
        self._values = values
        self._path = path
        self._where = where

    @classmethod
    def of(cls, text: str, path: str) -> Self:
        """The document in `text`. Raises ContentError when it is no JSON object."""
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            message = f"the evidence is not JSON: {error.msg}"
            raise ContentError(message, HINT, path=path, line=error.lineno) from error
        except (ValueError, RecursionError) as error:
            raise ContentError(f"the evidence is not JSON: {error}", HINT, path=path) from error
        if not isinstance(value, dict):
            raise ContentError("the evidence is no JSON object", HINT, path=path)
        return cls(value, path)

    def fault(self, key: str, what: str) -> ContentError:
        """The error that says what is wrong with `key`."""
        return ContentError(f"the evidence is broken: `{self._where}{key}` {what}", HINT, path=self._path)

    def has(self, key: str) -> bool:
        """Whether there is a `key`."""
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """A text; `default` when there is no such key."""
        value = self._values.get(key, default)
        if not isinstance(value, str):
            raise self.fault(key, "should be a text" if self.has(key) else "is missing")
        return self._sound(key, value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when there is no such key."""
        values = self._list(key) if self.has(key) else []
        if not all(isinstance(value, str) for value in values):
            raise self.fault(key, "should be a list of texts")
        return tuple(self._sound(key, str(value)) for value in values)

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number, not negative."""
        return self._whole(key, self._values.get(key, default))

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        return tuple(self._whole(key, value) for value in self._list(key))

    def share(self, key: str) -> float:
        """A number from 0 to 1."""
        value = self._values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.fault(key, "should be a number from 0 to 1")
        return float(value)

    def time(self, key: str) -> datetime:
        """A point in time, in UTC."""
        value = self.text(key)
        try:
            time = datetime.fromisoformat(value)
            return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise self.fault(key, "should be a time such as 2026-11-20T08:30:00Z") from error

    def part(self, key: str) -> "Form":
        """An object within this one."""
        value = self._values.get(key)
        if not isinstance(value, dict):
            raise self.fault(key, "should be an object" if self.has(key) else "is missing")
        return Form(value, self._path, f"{self._where}{key}.")

    def parts(self, key: str) -> Iterator["Form"]:
        """A list of objects."""
        for number, value in enumerate(self._list(key)):
            if not isinstance(value, dict):
                raise self.fault(f"{key}[{number}]", "should be an object")
            yield Form(value, self._path, f"{self._where}{key}[{number}].")

    def _sound(self, key: str, value: str) -> str:
        if _SURROGATE.search(value):
            raise self.fault(key, "holds half a character")
        return value

    def _list(self, key: str) -> list[object]:
        value = self._values.get(key)
        if not isinstance(value, list):
            raise self.fault(key, "should be a list" if self.has(key) else "is missing")
        return value

    def _whole(self, key: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _MOST:
            raise self.fault(key, "should be a whole number" if self.has(key) else "is missing")
        return value
