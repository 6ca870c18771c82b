"""What the config asks of the newsletter's folder: where links lead, and whether a file is there.

The answers are noted, so that a config which was found sound before is taken for that only while they stand.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from builder import files
from builder.errors import FileError

_OUTSIDE = "/"
"""The answer for what leads out of the folder; no path in it is that."""


class Folder:
    """The folder of one newsletter."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._settled: dict[str, str] = {}
        self._there: dict[str, bool] = {}

    def settled(self, path: str) -> PurePosixPath | None:
        """`path`, relative to the folder, with links followed; None when it leads out of it."""
        if path not in self._settled:
            self._settled[path] = self._where(path)
        found = self._settled[path]
        return None if found == _OUTSIDE else PurePosixPath(found)

    def has(self, name: str) -> bool:
        """Whether something of that name is in the folder."""
        if name not in self._there:
            self._there[name] = (self._root / name).exists()
        return self._there[name]

    @property
    def answers(self) -> list[dict[str, object]]:
        """All that was answered so far, in the form that `still` takes."""
        return [dict(self._settled), dict(self._there)]

    def still(self, settled: Mapping[str, str], there: Mapping[str, bool]) -> bool:
        """Whether the folder would answer so today."""
        return all(self._where(path) == was for path, was in settled.items()) and all(
            self.has(name) == was for name, was in there.items()
        )

    def _where(self, path: str) -> str:
        try:
            return files.inside(self._root, path).relative_to(self._root).as_posix()
        except FileError:
            return _OUTSIDE
