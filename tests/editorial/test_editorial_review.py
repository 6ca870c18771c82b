from datetime import UTC, datetime

import pytest

from builder.editorial.review import Verdict, approve, reject, reopen, status_after
from builder.errors import ContentError
from builder.model import Item, Source, Status


def item(status: Status) -> Item:
    return Item(
        id="3f9a1c2b4d",
        path="content/items/2026/2026-11-20-a.md",
        title="A",
        status=status,
        date=datetime(2026, 11, 20, tzinfo=UTC),
        source=Source(feed="x", name="X", url=""),
        tldr="",
        body="",
    )


@pytest.mark.parametrize(
    ("before", "verdict", "after"),
    [
        (Status.DRAFT, Verdict.APPROVE, Status.APPROVED),
        (Status.DRAFT, Verdict.REJECT, Status.REJECTED),
        (Status.APPROVED, Verdict.REJECT, Status.REJECTED),
        (Status.APPROVED, Verdict.REOPEN, Status.DRAFT),
        (Status.REJECTED, Verdict.REOPEN, Status.DRAFT),
    ],
)
def test_a_verdict_gives_the_next_status(before: Status, verdict: Verdict, after: Status) -> None:
    assert status_after(item(before), verdict) is after


def test_the_same_verdict_again_changes_nothing() -> None:
    assert approve(item(Status.APPROVED)) is Status.APPROVED
    assert reject(item(Status.REJECTED)) is Status.REJECTED
    assert reopen(item(Status.DRAFT)) is Status.DRAFT


def test_what_was_rejected_is_not_approved_by_accident() -> None:
    with pytest.raises(ContentError, match="3f9a1c2b4d is rejected and cannot be approved") as refused:
        approve(item(Status.REJECTED))

    assert refused.value.faults[0].path.endswith("2026-11-20-a.md")
    assert "Reopen it" in refused.value.hint
