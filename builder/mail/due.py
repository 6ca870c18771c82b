"""Whether the letter of an edition is due, by what the config says of the daily job. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from builder.config import RunRules
from builder.model import Edition, Library

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def newest(library: Library, now: datetime) -> Edition | None:
    """The newest edition that is published at `now`; None when none is."""
    published = [one for one in library.editions if one.published and one.published <= now]
    return published[-1] if published else None


def hindrance(edition: Edition, rules: RunRules, now: datetime, zone: str, *, begun: bool) -> str:
    """Why the letter of a published edition is not to be sent at `now`; empty when it is due.

    One whose sending was `begun`, and broke off, is due on any day, whatever its age.
    """
    if edition.sent:
        return f"edition {edition.number} was sent on {edition.sent:%Y-%m-%d}"
    if begun:
        return ""
    assert edition.published is not None  # noqa: S101 (the caller has it from `newest`)
    age = now - edition.published
    if age > timedelta(days=rules.mail_max_age_days):
        return f"edition {edition.number} was published {age.days} days ago, too long to be sent by itself"
    here = now.astimezone(ZoneInfo(zone))
    if rules.mail_days and _DAYS[here.weekday()] not in rules.mail_days:
        return f"letters go on {', '.join(day.capitalize() for day in rules.mail_days)}"
    if f"{here:%H:%M}" < rules.mail_from:
        return f"letters go from {rules.mail_from}"
    return ""
