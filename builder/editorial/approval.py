"""Whether what was approved is still what is there.

An approval is bound to the words it was given for: another title, text or source, or other evidence, and the
item waits for its editors again.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from builder import digest, files
from builder.content import items
from builder.editorial import unfinished
from builder.errors import ContentError, Fault
from builder.model import Item, Library, Status
from builder.summary import evidence


def faults_of_words(library: Library, marker: Callable[[Item], str] = unfinished.marker) -> tuple[Fault, ...]:
    """The items whose words must not go out: no longer what was approved, or unfinished; by path.

    `marker` is `unfinished.marker`, or what remembers it.
    """
    changed = (
        Fault(f"is no longer what {_by(item)} approved", item.path, hint=_hint(item))
        for item in library.items
        if item.status is Status.CHANGED
    )
    marked = unfinished.faults(library, marker)
    return tuple(sorted((*changed, *marked), key=lambda fault: fault.path))


def faults_of_evidence(root: Path, library: Library) -> tuple[Fault, ...]:
    """The approved items whose evidence file is no longer the one that was approved, by path."""
    return tuple(
        Fault(
            f"rests on other evidence than {_by(item)} approved",
            evidence.path_of(item.path),
            hint="Take the file back from git, or look at it and approve again: "
            f"`briefpress approve {item.id}`.",
        )
        for item in library.items
        if rests_on_other(item, lambda path: digest_of_evidence(root, path))
    )


def rests_on_other(item: Item, shown: Callable[[str], str]) -> bool:
    """Whether an approved item has other evidence than it was approved with.

    `shown` tells the digest of the evidence beside the item at a path, as `digest_of_evidence` does.
    """
    return item.status is Status.APPROVED and has_other_evidence(item, shown)


def has_other_evidence(item: Item, shown: Callable[[str], str]) -> bool:
    """As `rests_on_other`, whatever the state of the item."""
    if not item.review or not item.review.evidence:
        return False
    return item.review.evidence != shown(item.path)


def digest_of_evidence(root: Path, item_path: str) -> str:
    """The digest of the evidence beside the item at `item_path`, shortened; empty when there is none."""
    place = root / evidence.path_of(item_path)
    return items.shortened(digest.of_bytes(files.read_bytes(place))) if place.is_file() else ""


def what_changed(item: Item, versions: Iterable[str], *, evidence_too: bool) -> tuple[str, ...]:
    """In what `item` is other than it was approved: its title, text, evidence …, in words.

    `versions` are what its file was, the newest first; where none of them is what was approved, its parts are
    not told apart: `words`. `evidence_too` says that it rests on other evidence. Empty for what is as it was.
    """
    parts: list[str] = []
    if item.status is Status.CHANGED:
        was = next((one for _, one in _approved(item, versions)), None)
        pairs = () if was is None else zip(_bound(was), _bound(item), strict=True)
        parts = [name for name, (old, new) in zip(_PARTS, pairs, strict=False) if old != new] or ["words"]
    return (*parts, *(["evidence"] if evidence_too else []))


def difference(item: Item, text: str, versions: Iterable[str]) -> Iterator[str]:
    """What changed in the file of `item`, now `text`, since it was approved: lines of a unified diff.

    `versions` are what the file was, the newest first. Raises ContentError when none of them is what was
    approved, and when nothing is known of an approval.
    """
    if not item.review or not item.review.digest:
        raise ContentError(
            "no approval is recorded here", f"Give one: `briefpress approve {item.id}`.", path=item.path
        )
    for version, _ in _approved(item, versions):
        return _diff(version, text, item.path)
    raise ContentError(
        "what was approved is in no commit of this file", "Read it again as it stands.", path=item.path
    )


def difference_of_evidence(item: Item, text: str, versions: Iterable[str]) -> Iterator[str]:
    """As `difference`, of the evidence that `item` was approved with, which is now `text`."""
    path = evidence.path_of(item.path)
    for version in versions:
        if item.review and items.shortened(digest.of_text(version)) == item.review.evidence:
            return _diff(version, text, path)
    raise ContentError(
        "the evidence of the approval is in no commit of this file", "Read it again as it stands.", path=path
    )


_PARTS = ("title", "TL;DR", "text", "source")


def _bound(item: Item) -> tuple[str, ...]:
    """What an approval is bound to, as `items.approved_digest` has it."""
    return (item.title, item.tldr, item.body, item.source.url)


def _approved(item: Item, versions: Iterable[str]) -> Iterator[tuple[str, Item]]:
    """Those of `versions` that are what was approved, as text and read."""
    for version in versions:
        try:
            was = items.parse(version, item.path)
        except ContentError:
            continue
        if item.review and items.approved_digest(was) == item.review.digest:
            yield version, was


def _diff(was: str, now: str, path: str) -> Iterator[str]:
    old, new = (text.splitlines(keepends=True) for text in (was, now))
    return difflib.unified_diff(old, new, f"approved/{path}", f"now/{path}")


def _by(item: Item) -> str:
    if not item.review:
        return "somebody"
    return f"{item.review.by.partition(' <')[0] or 'somebody'} ({item.review.at:%Y-%m-%d})"


def _hint(item: Item) -> str:
    return (
        f"`briefpress approve --diff {item.id}` shows what changed; "
        f"then approve it again, or `briefpress reopen {item.id}`."
    )
