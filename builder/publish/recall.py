"""What the last build made, run by run, so that most of it need not be looked at one by one.

It is kept in the cache, as plain rows: the digest of a run, and of each of its outputs the path, the key and
what the sitemap says. It is believed where the digest is the same, which is that of all they are made of.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from builder.errors import FileError
from builder.publish.plan import MANIFEST, Output, Record, Run
from builder.stamps import Stamps

Line = tuple[str, str, str | None]
"""The path of an output, its key, and when it was last changed, as in `Output`."""
LOOSE = ""
"""The row of what is in no run. It has the digest of the record of the build, and how many it lists."""


class Recall:
    """What a build knows of the last one, and tells the next."""

    def __init__(self, told: Mapping[str, Any] | None = None) -> None:
        """Take the `rows` of the last build."""
        self._told: Mapping[str, Any] = told or {}
        self.rows: dict[str, Any] = {}
        """By the names of runs: what this build makes, and found made."""
        self.backdrop = ""
        """What it takes to make the page of one item again; see `retouch`. Empty where that takes it all."""

    def recorded(self, stamps: Stamps) -> dict[str, Record] | None:
        """What the record of a build in the folder of `stamps` lists, where that is known without reading it.

        Its digest is known, and those of all files it lists.
        """
        told = stamps.told
        try:
            held, count, _ = self._told[LOOSE]
            if held != stamps.digest(MANIFEST):
                return None
            found = {
                path: Record(key, told[path][2], told[path][0])
                for row in self._told.values()
                for path, key, _ in row[-1]
            }
        except (LookupError, TypeError, ValueError, FileError):
            return None
        return found if len(found) == count else None

    def standing(self, run: Run, stood: Callable[[str, str], object]) -> Iterable[Line] | None:
        """The outputs of `run`, if it is as it was and each, with its path and key, `stood`; else None."""
        row = self._told.get(run.name)
        try:
            # When a template changed, what else did is found out later, while others are at work.
            if not row or not row[0].startswith(run.way):
                return None
            if row[0] == run.known.digest and all(stood(path, key) for path, key, _ in row[-1]):
                self.rows[run.name] = row
                return cast("list[Line]", row[-1])
        except (LookupError, TypeError, ValueError, AttributeError):
            pass
        return None

    def keep(self, run: Run, lines: Iterable[Line]) -> None:
        """Note what `run` consists of."""
        self.rows[run.name] = [run.known.digest, [*lines]]

    def close(self, loose: Iterable[Output], manifest: str, count: int) -> None:
        """Note what is in no run, and the digest of the record of this build, which lists so many."""
        self.rows[LOOSE] = [manifest, count, [*map(line_of, loose)]]

    @property
    def fresh(self) -> dict[str, Any]:
        """The rows that were not told so."""
        return {name: row for name, row in self.rows.items() if self._told.get(name) is not row}

    @property
    def gone(self) -> set[str]:
        """The names of runs that are no more."""
        return self._told.keys() - self.rows.keys()


def line_of(output: Output) -> Line:
    """What is remembered of `output`."""
    return output.path, output.key, output.modified
