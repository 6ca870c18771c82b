"""Dates in a text, by what they say: `4 November 2026`, `Nov. 4` and `2026-11-04` in one form."""

import re
from dataclasses import dataclass
from functools import lru_cache

from builder.summary import lexicon
from builder.summary.lexicon import Lexicon

_YEAR = r"(?:1[5-9]|20)\d\d"
_ISO = re.compile(rf"\b(?P<year>{_YEAR})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")
_NUMERIC = re.compile(
    r"(?<![\d./])(?P<one>\d{1,2})(?P<mark>[./])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)(?![\d/])"
)
_FIGURE = re.compile(r"\d")
_WORDS = re.compile(r"[^\W\d_]+")
_YEARS = ("year", "late_year", "lone_year")
_BARE_YEAR = re.compile(rf"(?<![\w.,$€£#/-])(?P<year>{_YEAR})(?P<decade>s|er)?(?![\w%°]|[.,:/]\d|-\d\d-)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A date as it stands in a text; what it does not say is 0."""

    text: str
    start: int
    end: int
    year: int = 0
    month: int = 0
    day: int = 0
    weekday: int = 0
    """1 for Monday."""
    decade: bool = False
    """Whether `year` stands for the ten from it on."""
    swapped: bool = False
    """Whether `day` and `month` may be the other way round, as in `3/4/2026`."""

    @property
    def is_year(self) -> bool:
        """Whether it says nothing but a year."""
        return bool(self.year) and not self.month and not self.weekday


def find(text: str, code: str) -> tuple[Date, ...]:
    """The dates in `text`, a text in the language `code`, in order and apart from each other."""
    lists = lexicon.load(code)
    found: list[Date] = []
    taken: list[tuple[int, int]] = []
    named = () if lists.calendar.isdisjoint(_WORDS.findall(text.lower())) else (_named(code),)
    figures = (_BARE_YEAR,) if _FIGURE.search(text) else ()
    for pattern in (*((_ISO, _NUMERIC) if figures else ()), *named, *figures):
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            date = _date(match, text, lists)
            if date:
                found.append(date)
                taken.append(match.span())
    return tuple(sorted(found, key=lambda date: date.start))


def says(date: Date, other: Date) -> bool:
    """Whether all that `date` says is in `other`."""
    if date.decade:
        return other.year // 10 == date.year // 10
    if date.swapped and _fits(date, other, month=date.day, day=date.month):
        return True
    return _fits(date, other, month=date.month, day=date.day)


def _fits(date: Date, other: Date, *, month: int, day: int) -> bool:
    months = {(other.month, other.day)} | ({(other.day, other.month)} if other.swapped else set())
    return (
        (not date.year or (date.year == other.year and not other.decade))
        and (not date.weekday or date.weekday == other.weekday)
        and (
            not month or any(month == known and (not day or day == known_day) for known, known_day in months)
        )
    )


def _date(match: re.Match[str], text: str, lists: Lexicon) -> Date | None:
    parts = match.groupdict()
    if "one" in parts:
        return _numeric(match, lists)
    if "decade" in parts:
        return _made(match, year=int(parts["year"]), decade=bool(parts["decade"]))
    if match.re is _ISO:
        month, day = int(parts["month"]), int(parts["day"])
        return _made(match, year=int(parts["year"]), month=month, day=day) if _real(month, day) else None
    year = int(next((parts[name] for name in _YEARS if parts[name]), 0))
    month = lists.months.get((parts["first"] or parts["last"] or parts["alone"] or "").lower(), 0)
    day = int(parts["day"] or parts["late_day"] or 0)
    weekday = lists.weekdays.get((parts["weekday"] or parts["lone_day"] or "").lower(), 0)
    if day > 31 or (not month and not weekday):
        return None
    if month and not day and not year and not weekday and not _is_month(match, text, lists):
        return None
    if weekday and not month and not _is_weekday(match[0], lists):
        return None
    return _made(match, year=year, month=month, day=day, weekday=weekday)


def _made(
    match: re.Match[str],
    *,
    year: int = 0,
    month: int = 0,
    day: int = 0,
    weekday: int = 0,
    decade: bool = False,
    swapped: bool = False,
) -> Date:
    return Date(
        text=match[0],
        start=match.start(),
        end=match.end(),
        year=year,
        month=month,
        day=day,
        weekday=weekday,
        decade=decade,
        swapped=swapped,
    )


def _numeric(match: re.Match[str], lists: Lexicon) -> Date | None:
    one, two = int(match["one"]), int(match["two"])
    year = int(match["year"])
    year += 0 if year > 99 else 2000 if year < 70 else 1900
    either = lists.day_order == "either" and match["mark"] == "/" and one <= 12 and two <= 12
    day, month = (one, two) if two <= 12 else (two, one)
    return _made(match, year=year, month=month, day=day, swapped=either) if _real(month, day) else None


def _real(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31


def _is_month(match: re.Match[str], text: str, lists: Lexicon) -> bool:
    """Whether a month that stands by itself is one: *May* may be a verb or somebody's name."""
    name = match[0].lower().rstrip(".")
    if name not in lists.doubtful_months and len(name) > 3:
        return match[0][0].isupper() or lists.code in ("fr", "es")
    before = text[max(0, match.start() - 16) : match.start()].lower().split()
    return bool(before) and before[-1] in lists.month_cues and match[0][0].isupper()


def _is_weekday(name: str, lists: Lexicon) -> bool:
    lowered = name.lower().rstrip(".")
    return lowered not in lists.doubtful_weekdays and (name[0].isupper() or lists.code in ("fr", "es"))


@lru_cache(maxsize=8)
def _named(code: str) -> re.Pattern[str]:
    """Days, months and weekdays by name, in any order."""
    lists = lexicon.load(code)
    names = "|".join(sorted(lists.months, key=lambda name: (-len(name), name)))
    weekdays = "|".join(sorted(lists.weekdays, key=lambda name: (-len(name), name)))
    joiners = "|".join(sorted(lists.date_joiners)) or "(?!)"
    endings = "|".join(sorted(lists.ordinal_endings, key=lambda one: (-len(one), one)))
    join = rf"(?:(?:{joiners})\s){{0,2}}"
    return re.compile(
        rf"""(?:\b(?P<weekday>{weekdays})\b\.?,?\s(?:(?:the|den|le|el)\s)?)?
            (?:
              (?<![\d.,$€£])(?P<day>\d{{1,2}})(?:{endings}|\.)?\s{join}(?P<first>{names})\b\.?
                (?:,?\s{join}(?P<year>{_YEAR})\b(?![.,]?\d))?
            | \b(?P<last>{names})\b\.?\s(?:the\s)?(?P<late_day>\d{{1,2}})(?:{endings})?(?![\d%]|[.,:]\d)
                (?:,?\s(?P<late_year>{_YEAR})\b(?![.,]?\d))?
            | \b(?P<alone>{names})\b\.?(?:,?\s{join}(?P<lone_year>{_YEAR})\b(?![.,]?\d))?
            )
            | \b(?P<lone_day>{weekdays})\b
        """,
        re.IGNORECASE | re.VERBOSE,
    )
