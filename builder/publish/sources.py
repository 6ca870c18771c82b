"""The files a site is made from, as they were when its build began. Imports little: see `standing`."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from builder import digest
from builder.errors import FileError
from builder.stamps import Stamps, walk
from builder.state import State

TREES = ("config.yaml", "content", "templates")
"""Where they are, beside the folders that the config copies as they are."""
_ROWS = "sources"


class Sources:
    """The digests of all files below some trees of a newsletter."""

    def __init__(self, root: Path, state: State, clock_ns: int) -> None:
        """Look at the newsletter in `root`, of which `state` has hints, at `clock_ns` by the disk's clock."""
        self._root = root
        self._state = state
        self.clock_ns = clock_ns
        self._stamps = Stamps(root, state.rows(_ROWS))
        self._trees: set[str] = set()

    def read(self, trees: Iterable[str]) -> None:
        """Look at the files below `trees`, once; what cannot be read is for others to complain of."""
        wanted = [tree for tree in trees if tree not in self._trees]
        self._trees.update(wanted)
        for path, stat in walk(self._root, wanted):
            with suppress(FileError):
                self._stamps.digest(path, stat)

    @property
    def held(self) -> Mapping[str, str]:
        """The digest of each file, by its path below the newsletter's folder."""
        return self._stamps.held

    @property
    def digest(self) -> str:
        """Of all paths and all that the files hold."""
        told = sorted(f"{path}\0{held}" for path, held in self._stamps.held.items())
        return digest.of_text("\0".join(told))

    def save(self) -> None:
        """Keep the hints for the next build."""
        if moved := self._stamps.moved:
            self._state.keep_rows(_ROWS, self._stamps.rows(self.clock_ns), moved)
