"""Whether the work that a host does by the clock still goes on.

GitHub switches off the scheduled workflows of a public repository in which nothing has happened for 60 days:
<https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule>
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from builder import files
from builder.errors import Fault

_WORKFLOWS = ".github/workflows"
_QUIET = timedelta(days=60)
_SOON = timedelta(days=14)
_SCHEDULE = re.compile(r"^\s*(?:schedule\s*:|-\s*cron\s*:)", re.MULTILINE)
_HINT = (
    "Push a commit, and look under Actions whether GitHub has disabled the workflow. "
    "Private repositories are not concerned."
)


def scheduled(top: Path) -> tuple[str, ...]:
    """The workflows in the work tree at `top` that GitHub runs by the clock, by name."""
    found = sorted((top / _WORKFLOWS).glob("*.y*ml"))
    return tuple(
        path.relative_to(top).as_posix()
        for path in found
        if path.is_file() and _SCHEDULE.search(files.read_bytes(path).decode("utf-8", "replace"))
    )


def doubts(workflows: tuple[str, ...], last: datetime | None, now: datetime) -> Iterator[Fault]:
    """What to fear for `workflows` at `now`, when nothing has happened in the repository since `last`."""
    if not workflows or last is None:
        return
    end = last + _QUIET
    if now < end - _SOON:
        return
    verb = "has stopped" if now >= end else "will stop"
    quiet = (now - last).days
    for path in workflows:
        yield Fault(
            f"the schedule {verb} on {end:%Y-%m-%d} where the repository is public: nothing has happened "
            f"in it for {quiet} days",
            path,
            hint=_HINT,
        )
