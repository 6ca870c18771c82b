"""Which status may follow which.

draft     approve → approved      reject → rejected
approved  reject → rejected       reopen → draft
rejected  reopen → draft
"""

from enum import StrEnum

from builder.errors import ContentError
from builder.model import Item, Status


class Verdict(StrEnum):
    """What an editor says of an item."""

    APPROVE = "approve"
    REJECT = "reject"
    REOPEN = "reopen"


def approve(item: Item) -> Status:
    """The status of `item` once approved, its own if it is already. Raises ContentError when rejected."""
    if item.status is Status.REJECTED:
        hint = f"Reopen it first: `briefpress reopen {item.id}`."
        raise ContentError(f"{item.id} is rejected and cannot be approved", hint, path=item.path)
    return Status.APPROVED


def reject(item: Item) -> Status:  # noqa: ARG001
    """The status of `item` once rejected; its own when it is already."""
    return Status.REJECTED


def reopen(item: Item) -> Status:  # noqa: ARG001
    """The status of `item` once it is open to review again; its own when it is a draft."""
    return Status.DRAFT


def status_after(item: Item, verdict: Verdict) -> Status:
    """The status of `item` after `verdict`. Raises ContentError when the verdict may not be given."""
    return {Verdict.APPROVE: approve, Verdict.REJECT: reject, Verdict.REOPEN: reopen}[verdict](item)
