"""Whether what was approved is still what is there.

An approval is bound to the words it was given for: another title, text or source, or other evidence, and the
item waits for its editors again.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from builder import digest, files
from builder.content import items
from builder.editorial import style
from builder.errors import ContentError, Fault
from builder.model import Item, Library, Status
from builder.summary import evidence


def faults_of_words(library: Library, marker: Callable[[Item], str] = style.marker) -> tuple[Fault, ...]:
    """The items whose words must not go out: no longer what was approved, or unfinished; by path.

    `marker` is `style.marker`, or what remembers it.
    """
    changed = (
        Fault(f"is no longer what {_by(item)} approved", item.path, hint=_hint(item))
        for item in library.items
        if item.status is Status.CHANGED
    )
    unfinished = style.faults_of_unfinished(library, marker)
    return tuple(sorted((*changed, *unfinished), key=lambda fault: fault.path))


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
    if item.status is not Status.APPROVED or not item.review or not item.review.evidence:
        return False
    return item.review.evidence != shown(item.path)


def digest_of_evidence(root: Path, item_path: str) -> str:
    """The digest of the evidence beside the item at `item_path`, shortened; empty when there is none."""
    place = root / evidence.path_of(item_path)
    return items.shortened(digest.of_bytes(files.read_bytes(place))) if place.is_file() else ""


def difference(item: Item, text: str, versions: Iterable[str]) -> Iterator[str]:
    """What changed in the file of `item`, now `text`, since it was approved: lines of a unified diff.

    `versions` are what the file was, the newest first. Raises ContentError when none of them is what was
    approved, and when nothing is known of an approval.
    """
    if not item.review or not item.review.digest:
        raise ContentError(
            "no approval is recorded here", f"Give one: `briefpress approve {item.id}`.", path=item.path
        )
    for version in versions:
        try:
            was = items.parse(version, item.path)
        except ContentError:
            continue
        if items.approved_digest(was) == item.review.digest:
            old, new = (text.splitlines(keepends=True) for text in (version, text))
            return difflib.unified_diff(old, new, f"approved/{item.path}", f"now/{item.path}")
    raise ContentError(
        "what was approved is in no commit of this file", "Read it again as it stands.", path=item.path
    )


def _by(item: Item) -> str:
    if not item.review:
        return "somebody"
    return f"{item.review.by.partition(' <')[0] or 'somebody'} ({item.review.at:%Y-%m-%d})"


def _hint(item: Item) -> str:
    return (
        f"`briefpress approve --diff {item.id}` shows what changed; "
        f"then approve it again, or `briefpress reopen {item.id}`."
    )
