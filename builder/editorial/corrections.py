"""What was wrong in what is published: recorded, told once, or found to be nothing.

A correction is a line of the item\u2019s front matter. It changes nothing that was approved. In which edition
readers are told of it stands in the file of that edition.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from builder.content import frontmatter, items, notices, rows, staleness
from builder.content.changes import Change
from builder.content.library import text_of
from builder.editorial import desk
from builder.errors import ContentError
from builder.model import Aspect, Correction, Difference, Item, Library, Status
from builder.summary import changed

Say = Callable[..., str]
"""A message of the theme, with names for its places: `builder.render.wording.Wording.say`."""


@dataclass(frozen=True, slots=True)
class Note:
    """A correction as it could be written, of nothing but what was observed."""

    what: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What is to be written into the file of an item."""

    item: Item
    """As it was."""
    correction: Correction | None
    """None: there is nothing to correct."""
    change: Change | None
    """None when the item says so already."""
    commit: str = ""
    """The short hash once it is committed."""


def draft(found: Iterable[Difference], say: Say, language: str) -> Note:
    """A note on `found` for an editor to check, in the words of `say`; empty when readers need none.

    That a sentence was put in other words is for editors to read, and nothing to tell readers. So is another
    headline, as long as it gives no other figure or date, in `language`, than the one before.
    """
    notes = [_note(one, say) for one in found if _is_for_readers(one, language)]
    return Note(" ".join(one.what for one in notes), " ".join(one.right for one in notes))


def plan_correction(
    root: Path, library: Library, publish: str, ref: str, what: str, right: str, now: datetime
) -> Recorded:
    """The item `ref` with a correction, dated `now`, and without a mark that its source has changed.

    One whose last correction has these words gets no second. Raises ContentError when nobody has read the
    item: it is a draft, rejected, or in no edition yet.
    """
    item = desk.find(library, ref)
    _refuse_unread(library, publish, item)
    text = text_of(root, item.path)
    here = items.parse(text, item.path)
    latest = here.corrections[-1] if here.corrections else None
    if latest and not here.stale and (latest.text, latest.right) == (what, right):
        return Recorded(item=here, correction=latest, change=None)
    taken = {one.date for one in here.corrections}
    while now in taken:
        now += timedelta(seconds=1)
    correction = Correction(date=now, text=what, right=right)
    made = _settled(_with(text, here, correction), here)
    change = Change(
        writes={item.path: made},
        message=f"Correct: {here.title}",
        trailers=(f"Briefpress-Item: {here.id}",),
    )
    return Recorded(item=here, correction=correction, change=change)


def plan_dismissal(root: Path, library: Library, ref: str) -> Recorded:
    """The item `ref` without the mark that its source has changed. Raises ContentError when it has none."""
    item = desk.find(library, ref)
    text = text_of(root, item.path)
    here = items.parse(text, item.path)
    if not here.stale:
        raise ContentError(f"{here.id} is not stale: there is nothing to dismiss", path=item.path)
    change = Change(
        writes={item.path: _settled(text, here)},
        message=f"Nothing to correct: {here.title}",
        trailers=(f"Briefpress-Item: {here.id}",),
    )
    return Recorded(item=here, correction=None, change=change)


def stale(library: Library) -> tuple[Item, ...]:
    """The items whose sources have changed, rejected ones left out, the latest found first."""
    marked = [item for item in library.items if item.stale and item.status is not Status.REJECTED]
    return tuple(
        sorted(marked, key=lambda item: (item.stale.at, item.id) if item.stale else (), reverse=True)
    )


def may_correct(library: Library, publish: str, item: Item) -> bool:
    """Whether readers have `item`, so that there is something to correct."""
    try:
        _refuse_unread(library, publish, item)
    except ContentError:
        return False
    return True


def _refuse_unread(library: Library, publish: str, item: Item) -> None:
    if item.status in (Status.DRAFT, Status.REJECTED):
        raise ContentError(
            f"{item.id} is not published: {item.status.value}",
            "Change its text, or write it anew: `briefpress redraft --changed`.",
            path=item.path,
        )
    listed = {
        placed.item
        for edition in library.editions
        if edition.published
        for part in edition.parts
        for placed in part.items
    }
    if publish == "editions" and item.id not in listed:
        raise ContentError(
            f"no published edition has {item.id}, so nobody has read it",
            "Change its text, and approve it again.",
            path=item.path,
        )


def _with(text: str, item: Item, correction: Correction) -> str:
    more, every = notices.dumped([correction]), notices.dumped((*item.corrections, correction))
    return rows.appended(text, item.path, "corrections", more, every)


def _settled(text: str, item: Item) -> str:
    """`text` without the mark, its differences noted as dealt with."""
    if not item.stale:
        return text
    marks = tuple(dict.fromkeys((*item.settled, *map(staleness.mark_of, item.stale.found))))
    return frontmatter.replace(staleness.marked(text, None, item.path), "settled", marks, item.path)


def _is_for_readers(one: Difference, language: str) -> bool:
    if one.aspect is Aspect.HEADLINE:
        return changed.gives_other_facts(one.was, one.now, language)
    return one.aspect is not Aspect.WORDING


def _note(one: Difference, say: Say) -> Note:
    key = f"note.{one.aspect.value}"
    what = say(f"{key}.was", was=one.was)
    return Note(what, say(f"{key}.now", now=one.now) if one.now else say(f"{key}.gone"))
