"""The steps of the daily job, and which of them still make sense when another did not end well. Pure.

    sync → pull → publish → build → deploy → mail → push

- Drafts are written after a remote that could not be reached, too.
- A pull that failed, wholly or in part, holds up nothing: what is approved has nothing to do with it.
- Drafts that cannot be proposed hold up nothing either: they are files, and are proposed the next time.
- A site that was not built whole is not deployed.
- A letter goes only when the site that its links lead to was built whole and, where we deploy it, deployed
  in this very run; and only when the remote was reached that tells which letters others have sent.
- What was committed is pushed whatever became of the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Step(StrEnum):
    """A part of the daily job, in the order in which they are done."""

    SYNC = "sync"
    PULL = "pull"
    PUBLISH = "publish"
    BUILD = "build"
    DEPLOY = "deploy"
    MAIL = "mail"
    PUSH = "push"


class End(StrEnum):
    """How a step ended."""

    DONE = "done"
    IDLE = "idle"
    """There was nothing to do."""
    PARTLY = "partly"
    """Some of it failed, and what failed is told."""
    OFF = "off"
    """The config does not ask for it."""
    SKIPPED = "skipped"
    """It was left out, or could not be done after what came before."""
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """What became of a step."""

    end: End
    said: str
    """What was done, or why not."""
    exit_code: int = 0
    """As of the command that does the step alone."""
    data: Mapping[str, object] = field(default_factory=dict)
    """The same."""


_WELL = (End.DONE, End.IDLE)
_NEEDS: Mapping[Step, Mapping[Step, tuple[End, ...]]] = {
    Step.DEPLOY: {Step.BUILD: _WELL},
    Step.MAIL: {
        Step.SYNC: (*_WELL, End.OFF),
        Step.BUILD: _WELL,
        Step.DEPLOY: (*_WELL, End.OFF),
    },
}
"""How earlier steps must have ended for a step to be taken."""


def hindrance(step: Step, ends: Mapping[Step, End]) -> str:
    """Why `step` may not be taken after steps that ended so; empty when it may. One not there was skipped."""
    for needed, good in _NEEDS.get(step, {}).items():
        end = ends.get(needed, End.SKIPPED)
        if end not in good:
            return f"{needed} {'was skipped' if end is End.SKIPPED else f'ended as {end}'}"
    return ""


def exit_code(outcomes: Mapping[Step, Outcome]) -> int:
    """Of the whole job: that of the first step that failed; 0 when none did."""
    return next((one.exit_code for one in outcomes.values() if one.exit_code), 0)
