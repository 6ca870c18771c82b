"""How a newsletter stands: how much is in which state, what is held up and why, what comes next. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from builder.content.library import published_items
from builder.editorial import approval, compose, unfinished
from builder.model import Edition, Item, Library, Policy, Section, Status

_OTHER_EVIDENCE = "rests on other evidence than was approved"


@dataclass(frozen=True, slots=True)
class Held:
    """An item that does not go out although somebody wants it to, or that would be forgotten."""

    item: Item
    why: str
    """As a sentence about the item, without its name and a final stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a newsletter stands at one moment."""

    counts: Mapping[Status, int]
    """How many items are in each state, none left out."""
    public: int
    """How many readers may see."""
    waiting: int
    """How many are approved and in no edition."""
    held: tuple[Held, ...]
    """By date, newest first."""
    other_evidence: int
    """How many of them are as they were approved, and rest on other evidence."""
    latest: Edition | None
    """The edition that was published last; None where none is."""
    unpublished: tuple[Edition, ...]
    """The editions that wait to be published, the oldest first."""
    edition: Edition | None
    """What `edition new` would open now; None when that is less than the policy wants."""
    wanted: int
    """How many items an edition must hold at least."""


def of(
    library: Library,
    sections: tuple[Section, ...],
    policy: Policy,
    publish: str,
    *,
    now: datetime,
    zone: str,
    marker: Callable[[Item], str] = unfinished.marker,
    rests_on_other: Callable[[Item], bool] = lambda item: False,  # noqa: ARG005
) -> Standing:
    """How the newsletter of `library` stands at `now`; `publish` is `editorial.publish` of the config.

    `marker` is as in `approval.faults_of_words`; `rests_on_other` says whether an approved item has other
    evidence than it was approved with.
    """
    counts = Counter(item.status for item in library.items)
    number = compose.next_number(library)
    edition = compose.compose(
        library,
        sections,
        policy,
        number=number,
        date=now,
        title=f"Edition {number}",
        zone=zone,
        publish=publish,
    )
    waiting = compose.waiting(library)
    chosen = {placed.item for part in edition.parts for placed in part.items} if edition else set()
    held = [*_unapproved(library, marker, rests_on_other)]
    if publish == "editions" and edition:
        held.extend(_passed_over(waiting, chosen, policy, now, zone))
    return Standing(
        counts={status: counts[status] for status in Status},
        public=len(published_items(library, publish)),
        waiting=len(waiting),
        other_evidence=sum(one.why == _OTHER_EVIDENCE for one in held),
        held=tuple(sorted(held, key=lambda one: (one.item.date, one.item.id), reverse=True)),
        latest=max(
            (one for one in library.editions if one.published),
            key=lambda one: (one.published or one.date, one.number),
            default=None,
        ),
        unpublished=tuple(one for one in library.editions if not one.published),
        edition=edition,
        wanted=max(policy.min_items, 1),
    )


def _unapproved(
    library: Library, marker: Callable[[Item], str], rests_on_other: Callable[[Item], bool]
) -> Iterator[Held]:
    """Items that were approved or listed, and are not what was approved."""
    changed = {fault.path: fault.message for fault in approval.faults_of_words(library, marker)}
    listed = {
        placed.item: edition.number
        for edition in reversed(library.editions)
        for part in edition.parts
        for placed in part.items
    }
    for item in library.items:
        if item.path in changed:
            yield Held(item, changed[item.path])
        elif rests_on_other(item):
            yield Held(item, _OTHER_EVIDENCE)
        elif item.id in listed and item.status in (Status.DRAFT, Status.REJECTED):
            state = "a draft" if item.status is Status.DRAFT else "rejected"
            yield Held(item, f"is in edition {listed[item.id]} and {state}")


def _passed_over(
    waiting: list[Item], chosen: set[str], policy: Policy, now: datetime, zone: str
) -> Iterator[Held]:
    """Approved items that the next edition would not take."""
    start = compose.window_start(now, policy.window_days, zone) if policy.window_days else None
    for item in waiting:
        if item.id not in chosen:
            old = start is not None and item.date < start
            yield Held(
                item,
                f"is older than the {policy.window_days} days of editorial.edition.window_days"
                if old
                else "has no room in the next edition: the config limits its items",
            )
