"""Files of a site that go, and files in its way."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from builder import files
from builder.errors import FileError
from builder.publish import plan, retraction
from builder.publish.plan import Plan, Record

_SEARCHED = "search/"


def refuse_foreign(out: Path, todo: Plan, recorded: Mapping[str, Record]) -> None:
    """Raise FileError when a file that no build wrote is in the way of `todo`."""
    if not os.path.lexists(out):
        return
    cleared = {folder for path in plan.in_the_way(todo) for folder in plan.folders(path)}
    foreign = [
        path
        for path in todo.places
        if path not in recorded and path not in cleared and os.path.lexists(f"{out}/{path}")
    ]
    if foreign:
        raise FileError(
            f"{out / foreign[0]} is in the way: it was not written by briefpress"
            + (f", nor were {len(foreign) - 1} more" if foreign[1:] else ""),
            "Move it away, or build into another folder.",
        )


def showing(out: Path, paths: Iterable[str], gone: retraction.Gone) -> list[str]:
    """Those of `paths` that show what goes; what that is called is read from its pages, which still stand."""
    asked = list(paths)
    if not gone.remove or not asked:
        return []
    leaving = [files.inside(out, path) for path in gone.telling if path.startswith("items/")]
    titles = {retraction.title(files.read_bytes(page)) for page in leaving if page.is_file()} - {""}
    found: list[str] = []
    for path in asked:
        place = files.inside(out, path)
        # What is found by a search is told in it in another way, packed or without links.
        if place.is_file() and (path.startswith(_SEARCHED) or gone.shown_in(files.read_bytes(place), titles)):
            found.append(path)
    return found


def remove(out: Path, path: str) -> None:
    """Remove an output and the folders it leaves empty, up to `out`."""
    target = files.inside(out, path)
    files.remove(target)
    for folder in target.parents:
        if folder == out.resolve() or not folder.is_relative_to(out.resolve()):
            return
        try:
            folder.rmdir()
        except OSError:
            return
