"""The theme's own words in the language of the site: messages, counts and dates. Pure.

The words are data: `messages/{language}.json` of the theme. Months and the order of a date are among them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo

FORMS = ("full", "long", "short", "month", "month_name", "iso")
"""What `Wording.date` can make of a date."""

_DATES_MAX = 50_000
_PLACE = re.compile(r"\{(\w+)\}")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


class MisuseError(Exception):
    """A template asked a function for what is not there."""

    def __init__(self, message: str, wanted: str, known: Sequence[str]) -> None:
        super().__init__(message)
        self.wanted = wanted
        self.known = tuple(known)
        """What could have been asked for."""


def chain(language: str) -> tuple[str, ...]:
    """The message files that serve `language`, the nearest first: `de-at`, `de`, `en`."""
    parts = language.lower().split("-")
    nearer = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return tuple(dict.fromkeys([*nearer, "en"]))


class Wording:
    """Messages, counts and dates for one site."""

    def __init__(self, tables: Sequence[Mapping[str, object]], language: str, zone: tzinfo) -> None:
        """Take the message tables for `language`, nearest first: the first that has a key serves it."""
        self._words: dict[str, object] = {}
        for table in reversed(tables):
            self._words.update(table)
        self._plural = _PLURALS.get(language.lower().partition("-")[0], _one_or_other)
        self._zone = zone
        self._dates: dict[tuple[datetime | str, str], str] = {}

    def say(self, key: str, /, **names: object) -> str:
        """The message `key` with `names` in its places. Raises MisuseError."""
        message = self._words.get(key)
        if not isinstance(message, str):
            near = sorted(word for word, value in self._words.items() if isinstance(value, str))
            raise MisuseError(f"no message {key!r} in messages/en.json", key, tuple(near))
        return _filled(message, names)

    def number(self, number: int) -> str:
        """`12,345`, grouped as the language does."""
        return f"{number:,}".replace(",", str(self._words.get("thousands", ",")))

    def count(self, number: int, noun: str) -> str:
        """`1 story`, `2 stories`: `number` and the form of `noun`, a message's key. Raises MisuseError."""
        forms = self._words.get(noun)
        if not isinstance(forms, Mapping):
            near = sorted(word for word, value in self._words.items() if isinstance(value, Mapping))
            raise MisuseError(f"no noun {noun!r} in messages/en.json", noun, tuple(near))
        form = str(forms.get(self._plural(number)) or forms.get("other", "{n}"))
        return _filled(form, {"n": self.number(number)})

    def date(self, value: datetime | str, form: str = "long") -> str:
        """`value` in the site's time zone, in one of FORMS; text such as `2026-11` stands for that month.

        `full` has the day of the week, `short` a short month, `month_name` no year; `iso` is for machines: it
        does not depend on the zone. Raises MisuseError.
        """
        # A day stands on its item's page and in half a dozen lists.
        asked = (value, form)
        if (told := self._dates.get(asked)) is None:
            if len(self._dates) > _DATES_MAX:
                self._dates.clear()
            told = self._dates[asked] = self._date(value, form)
        return told

    def _date(self, value: datetime | str, form: str) -> str:
        if isinstance(value, str):
            when = _month(value)
        elif form == "iso":
            return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        else:
            when = value.astimezone(self._zone)
        pattern = self._words.get(f"date.{form}")
        if not isinstance(pattern, str):
            raise MisuseError(f"no form of date {form!r}", form, FORMS)
        day = self._words.get("first_day") if when.day == 1 else None
        return _filled(
            pattern,
            {
                "day": day or when.day,
                "month": self._name("months", when.month - 1),
                "mon": self._name("months_short", when.month - 1),
                "weekday": self._name("weekdays", when.weekday()),
                "year": f"{when.year:04}",
            },
        )

    def _name(self, key: str, index: int) -> str:
        names = self._words.get(key)
        if isinstance(names, Sequence) and len(names) > index:
            return str(names[index])
        raise MisuseError(f"{key!r} in the messages is not a full list of names", key, ())


def _filled(message: str, names: Mapping[str, object]) -> str:
    if "{" not in message:
        return message

    def name(place: re.Match[str]) -> str:
        if place[1] not in names:
            raise MisuseError(f"no {place[0]} for the message {message!r}", place[1], tuple(names))
        return str(names[place[1]])

    return _PLACE.sub(name, message)


def _month(value: str) -> datetime:
    found = _MONTH.fullmatch(value)
    if not found or not 1 <= int(found[2]) <= 12:
        raise MisuseError(f"{value!r} is neither a date nor a month such as 2026-11", value, ())
    return datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC)


def _one_or_other(number: int) -> str:
    return "one" if number == 1 else "other"


def _french(number: int) -> str:
    return "one" if number in (0, 1) else "other"


def _arabic(number: int) -> str:
    if number in (0, 1, 2):
        return ("zero", "one", "two")[number]
    tail = number % 100
    return "few" if 3 <= tail <= 10 else "many" if 11 <= tail <= 99 else "other"


# CLDR's plural rules for whole numbers, where they are not `one` for 1 and `other` for the rest.
_PLURALS: Mapping[str, Callable[[int], str]] = {"fr": _french, "ar": _arabic}
