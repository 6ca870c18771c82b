"""Which status may follow which.

draft     approve → approved      reject → rejected
approved  reject → rejected       reopen → draft
changed   approve → approved      reject → rejected       reopen → draft
rejected  reopen → draft

An item is *changed* when it was approved and is no longer what was approved: see `builder.model.Status`.
"""

from datetime import datetime
from enum import StrEnum

from builder.content import items
from builder.errors import ContentError
from builder.model import Item, Review, Status


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


def reviewed(
    item: Item, status: Status, by: str, at: datetime, evidence: str, reason: str = ""
) -> Review | None:
    """What stands in the file of `item` of the decision that gave it `status`; None once it is a draft.

    `evidence` is the digest of its evidence file, empty without one.
    """
    if status is Status.DRAFT:
        return None
    if status is Status.REJECTED:
        return Review(by=by, at=at, reason=reason)
    return Review(by=by, at=at, digest=items.approved_digest(item), evidence=evidence)


def status_after(item: Item, verdict: Verdict) -> Status:
    """The status of `item` after `verdict`. Raises ContentError when the verdict may not be given."""
    return {Verdict.APPROVE: approve, Verdict.REJECT: reject, Verdict.REOPEN: reopen}[verdict](item)
