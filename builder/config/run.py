"""What may be written under `run` in `config.yaml`: what the daily job does beside pulling and building."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from builder.config.base import Keys
from builder.config.values import wrong

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _time_of_day(value: str) -> str:
    if not _TIME.fullmatch(value):
        raise wrong("is no time of day", "Write it as '07:23', in quotes.")
    return value


_TimeOfDay = Annotated[str, Field(max_length=5), AfterValidator(_time_of_day)]
_Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class RunKeys(Keys):
    """What `briefpress run`, the daily job, does with new drafts and with the letter."""

    publish: Literal["none", "propose", "commit"] = Field(
        "none",
        description="What becomes of new drafts: none leaves them as files, propose makes a pull request, "
        "commit commits them here.",
        examples=["propose"],
    )
    push: bool = Field(
        False,
        description="Whether the run begins with what the branch's remote has, and pushes it at its end.",
    )
    mail: bool = Field(False, description="Whether the letter of a published edition is sent when it is due.")
    mail_days: tuple[_Day, ...] = Field(
        (),
        description="The days on which letters go, in site.timezone; none: every day.",
        examples=[["friday"]],
    )
    mail_from: _TimeOfDay = Field(
        "00:00", description="The time of day from which letters go, in site.timezone.", examples=["07:23"]
    )
    mail_max_age_days: int = Field(
        7, ge=1, le=365, description="An edition that was published longer ago is not sent by itself."
    )
