"""What a deployment will do, as data. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from builder.errors import BriefpressError, DeployError, Fault
from builder.publish import plan
from builder.text import count

_PAGES = (".html", ".htm")
_LEADS = (".xml", ".json", ".txt", ".opml")
"""Feeds, sitemap, text of editions: they name pages, and no page needs them to be shown."""
_SHOWN = 10
"""Of the files in the way: as many as a person reads."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What to do, each part in the order in which it is done."""

    clear: tuple[str, ...]
    """Files of ours that stand where a folder is to be, or are in a folder where a file is to be."""
    put: tuple[str, ...]
    keep: tuple[str, ...]
    remove: tuple[str, ...]
    goes_on: bool = False
    """Whether an earlier deployment was cut short, and this one ends it."""

    @property
    def deletes(self) -> int:
        """How many files will be gone."""
        return len(self.clear) + len(self.remove)

    @property
    def is_none(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.put or self.clear or self.remove or self.goes_on)


def changes(wanted: Mapping[str, str], standing: Mapping[str, str], owned: Collection[str]) -> Changes:
    """What makes a place that has the files `standing` have those `wanted`, both with their fingerprints.

    `owned` are the paths that earlier deployments put there; only they are deleted or written over. An empty
    fingerprint is like no other. Raises DeployError naming foreign files that are in the way.
    """
    stale = {path for path in owned if path in standing and path not in wanted}
    put = [path for path in wanted if not wanted[path] or standing.get(path) != wanted[path]]
    needed = {folder for path in put for folder in plan.folders(path)}
    targets = set(put)
    clear = {path for path in stale if path in needed or not targets.isdisjoint(plan.folders(path))}
    foreign = sorted(
        path
        for path in standing
        if path not in owned
        and (path in targets or path in needed or not targets.isdisjoint(plan.folders(path)))
    )
    if foreign:
        raise _in_the_way(foreign)
    return Changes(
        clear=tuple(sorted(clear)),
        put=tuple(sorted(put, key=_turn)),
        keep=tuple(sorted(wanted.keys() - targets)),
        remove=tuple(sorted(stale - clear, key=_turn, reverse=True)),
    )


def _turn(path: str) -> tuple[int, int, str]:
    """When a file is put: what pages are shown with, pages from the leaves to the root, what leads to pages.

    So at any moment no page there asks for a file that is not yet there. Deletions go the other way.
    """
    if path == plan.MANIFEST:
        return 3, 0, path
    if path.endswith(_PAGES):
        return 1, -path.count("/"), path
    return 2 if path.endswith(_LEADS) or path.startswith("search") else 0, 0, path


def _in_the_way(foreign: list[str]) -> BriefpressError:
    hint = "Move it away there, or deploy to another place."
    faults = [
        Fault("stands there, is not as in the site, and no deployment put it there", path, hint=hint)
        for path in foreign[:_SHOWN]
    ]
    if (more := len(foreign) - _SHOWN) > 0:
        faults.append(Fault(f"{count(more, 'more file is', 'more files are')} in the way"))
    return DeployError.of(tuple(faults))
