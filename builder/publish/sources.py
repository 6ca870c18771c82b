"""The files a site is made from, as they were when its build began. Imports little: see `standing`."""

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from builder import digest
from builder.errors import FileError
from builder.stamps import Stamps, stamp_of, walk
from builder.state import State

TREES = ("config.yaml", "content", "templates")
"""Where they are, beside the folders that the config copies as they are."""
_ROWS = "sources"


class Sources:
    """The digests of all files below some trees of a newsletter."""

    def __init__(self, root: Path, state: State, clock_ns: int) -> None:
        """Look at the newsletter in `root`, of which `state` has hints, at `clock_ns` by the disk's clock."""
        self.root = root
        self._state = state
        self.clock_ns = clock_ns
        self._stamps = Stamps(root, state.rows(_ROWS))
        self._trees: set[str] = set()
        self._later: dict[str, os.stat_result] = {}
        """What was not read yet, because somebody else will read it."""
        self._odd: list[str] = []
        self._held: Mapping[str, str] | None = None
        self._digest = ""

    def read(self, trees: Iterable[str], later: str = "") -> None:
        """Look at the files below `trees`, once; what cannot be read is for others to complain of.

        Of files whose names end as `later` says somebody else may `tell` what they hold; until then, only
        those count as `known` that need not be read.
        """
        wanted = [tree for tree in trees if tree not in self._trees]
        self._trees.update(wanted)
        if not wanted:
            return
        self._held, self._digest = None, ""
        walked = walk(self.root, wanted)
        self._odd.extend(walked.odd)
        for path, stat in walked.files:
            if later and path.endswith(later) and not self._stamps.is_told(path, stat):
                self._later[path] = stat
            else:
                self._read(path, stat)

    def _read(self, path: str, stat: os.stat_result) -> None:
        try:
            self._stamps.digest(path, stat)
        except FileError:
            self._odd.append(path)

    def tell(self, digests: Mapping[str, str]) -> None:
        """Take over the digests of files that somebody read meanwhile, by their paths."""
        for path in self._later.keys() & digests.keys():
            self._held, self._digest = None, ""
            self._stamps.saw(path, stamp_of(self._later.pop(path), digests[path]))

    def plain(self, tree: str) -> Collection[str] | None:
        """The paths of all files below `tree`; None where something of it is a link or cannot be read."""
        below = f"{tree}/"
        if any(path == tree or path.startswith(below) or tree.startswith(f"{path}/") for path in self._odd):
            return None
        return [path for path in (*self._stamps.paths, *self._later) if path.startswith(below)]

    @property
    def known(self) -> Mapping[str, str]:
        """As `held`, without what is still to be read."""
        return self._stamps.held

    @property
    def held(self) -> Mapping[str, str]:
        """The digest of each file, by its path below the newsletter's folder."""
        for path in [*self._later]:
            self._held, self._digest = None, ""
            self._read(path, self._later.pop(path))
        if self._held is None:
            self._held = self._stamps.held
        return self._held

    @property
    def digest(self) -> str:
        """Of all paths and all that the files hold, and of what is there and no plain file."""
        if not self._digest:
            self._digest = _digest(self.held, self._odd)
        return self._digest

    def changed(self, then: str) -> list[str] | None:
        """The files that hold something else than they did when the digest of all was `then`.

        None where that cannot be told, and where files came or went.
        """
        told, held = self._stamps.told, self.held
        if self._odd or told.keys() != held.keys():
            return None
        try:
            before = {path: told[path][2] for path in held}
        except (TypeError, LookupError):
            return None
        if _digest(before, ()) != then:
            return None
        return [path for path, mark in held.items() if mark != before[path]]

    def before(self, path: str) -> str:
        """The digest of what the file at `path` held before it `changed`."""
        return str(self._stamps.told[path][2])

    def save(self) -> None:
        """Keep the hints for the next build."""
        fresh, gone = self._stamps.fresh(self.clock_ns), self._stamps.gone
        if fresh or gone:
            self._state.keep_rows(_ROWS, fresh, gone)


def _digest(held: Mapping[str, str], odd: Iterable[str]) -> str:
    told = sorted([f"{path}\0{mark}" for path, mark in held.items()])
    told.extend(sorted(map(ascii, odd)))
    return digest.of_text("\0".join(told))
