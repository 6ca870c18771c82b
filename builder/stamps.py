"""What a file held when it was last read: a hint that saves reading it again while its size and time stand.

A file can be changed twice within one tick of the disk's clock and keep its size. So what was written just
before it was looked at is not hinted at: it is read once more the next time.
"""

import contextlib
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder import digest, files
from builder.errors import FileError

_TICK_NS = 100_000_000
"""Longer than a tick of the clocks of disks that tell parts of a second."""
_COARSE_NS = 2_500_000_000
"""The same for those that tell whole seconds, or every second one (FAT)."""

_NEVER = -1

Stamp = tuple[int, int, str, int, int]
"""What is known of a file: its size, its time in nanoseconds, the digest of what it holds, and when the disk
last changed anything about it, which nobody can set back, with the number by which the disk knows it."""


def stamp_of(found: os.stat_result, held: str) -> Stamp:
    """The stamp of a file of which the disk says `found`, and which holds what has the digest `held`."""
    return found.st_size, found.st_mtime_ns, held, found.st_ctime_ns, found.st_ino


def _is_as(stamp: Any, now: os.stat_result) -> bool:
    """Whether the disk says the same now. Raises TypeError and ValueError for what is no stamp."""
    size, changed_ns, held, disk_ns, number = stamp
    return (
        size == now.st_size
        and changed_ns == now.st_mtime_ns
        and disk_ns == now.st_ctime_ns
        and number == now.st_ino
        and type(held) is str
    )


class Stamps:
    """The digests of the files below one folder, by their paths in it."""

    def __init__(self, folder: Path, told: Mapping[str, Any] | None = None) -> None:
        """Take what earlier ones told, as `fresh`, of `folder`; what none can have told counts as nothing."""
        self._folder = str(folder)
        self._told: dict[str, Any] = dict(told or {})
        self._seen: dict[str, Any] = {}
        self._near: int | None = None
        """The folder, while it is open."""

    @contextlib.contextmanager
    def near(self) -> Iterator[None]:
        """Have the folder open, if it is there: many files are found sooner from it."""
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):
                self._near = stack.enter_context(_opened(self._folder))
            try:
                yield
            finally:
                self._near = None

    def digest(self, path: str, found: os.stat_result | None = None) -> str:
        """The digest of the file at `path`; `found` is its stat, if at hand. Raises FileError."""
        place = f"{self._folder}/{path}"
        try:
            near = self._near
            now = found or os.stat(place if near is None else path, dir_fd=near)
        except OSError as error:
            raise FileError(f"cannot read {place}: {error.strerror}") from error
        told = self._told.get(path)
        try:
            if _is_as(told, now):
                self._seen[path] = told
                return str(told[2])  # type: ignore[index] # told by nobody, it is None
        except (TypeError, ValueError):
            pass
        held = digest.of_bytes(files.read_bytes(Path(place)))
        self._seen[path] = stamp_of(now, held)
        return held

    def is_told(self, path: str, now: os.stat_result) -> bool:
        """Whether what the file at `path` holds is known without reading it, as it is `now`."""
        told = self._told.get(path)
        try:
            return told is not None and _is_as(told, now)
        except (TypeError, ValueError):
            return False

    def stand(self) -> bool:
        """Whether all that an earlier run told of holds what it held then."""
        told, seen = self._told, self._seen
        try:
            with _opened(self._folder) as folder:
                for path, stamp in told.items():
                    now = os.stat(path, dir_fd=folder)
                    if _is_as(stamp, now):
                        seen[path] = stamp
                    elif self.digest(path, now) != stamp[2]:
                        return False
        except (OSError, FileError, TypeError, ValueError):
            return False
        return True

    def seen(self, path: str) -> Stamp:
        """The stamp of the file at `path`, whose digest was asked for."""
        stamp: Stamp = self._seen[path]
        return stamp

    def saw(self, path: str, stamp: Stamp) -> None:
        """Note what the file at `path` was found to be."""
        self._seen[path] = stamp

    @property
    def told(self) -> Mapping[str, Stamp]:
        """What an earlier run saw."""
        return self._told

    @property
    def paths(self) -> Collection[str]:
        """The files that were asked for or noted so far."""
        return self._seen.keys()

    @property
    def held(self) -> Mapping[str, str]:
        """The digest of each file that was asked for or noted so far."""
        return {path: stamp[2] for path, stamp in self._seen.items()}

    def fresh(self, clock_ns: int) -> dict[str, Stamp]:
        """What was seen and not told so, for later ones; `clock_ns` is the disk's time when that was."""
        told = self._told
        return {
            path: stamp if _is_settled(stamp, clock_ns) else (stamp[0], _NEVER, *stamp[2:])
            for path, stamp in self._seen.items()
            if told.get(path) is not stamp
        }

    @property
    def gone(self) -> set[str]:
        """The files that were told of and not seen."""
        return self._told.keys() - self._seen.keys()


def clock_of(folder: Path) -> int:
    """The time by the clock of the disk that `folder` is on, in nanoseconds. Raises FileError."""
    probe = folder / "clock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        return probe.stat().st_mtime_ns
    except OSError as error:
        raise FileError(f"cannot write to {folder}: {error.strerror}") from error


@dataclass(slots=True)
class Walked:
    """What is below some trees."""

    files: list[tuple[str, os.stat_result]]
    """By path, with what the disk says of each."""
    odd: list[str]
    """What is neither a file nor a folder, is a link, has an odd name, or cannot be looked at."""


def walk(folder: Path, trees: Iterable[str]) -> Walked:
    """What `trees`, files or folders below `folder`, hold.

    Folders that are links are not followed, as nothing of ours does.
    """
    walked = Walked([], [])
    for tree in trees:
        try:
            there = os.stat(folder / tree)  # noqa: PTH116
        except OSError:
            continue
        if stat.S_ISDIR(there.st_mode):
            if (folder / tree).is_symlink():
                walked.odd.append(tree)
            _gather(str(folder / tree), None, tree, walked)
        else:
            walked.files.append((tree, there))
    return walked


@contextlib.contextmanager
def _opened(name: str, above: int | None = None) -> Iterator[int]:
    """The folder `name` in the folder `above`, open: the way to what is in it need not be gone each time."""
    descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=above)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _gather(name: str, above: int | None, tree: str, walked: Walked) -> None:
    """Walk the folder `name` in the open folder `above`, which is called `tree`."""
    try:
        with _opened(name, above) as folder, os.scandir(folder) as entries:
            for entry in entries:
                path = f"{tree}/{entry.name}"
                try:
                    if entry.is_dir(follow_symlinks=False):
                        _gather(entry.name, folder, path, walked)
                        continue
                    if not entry.is_file(follow_symlinks=False) or not path.isprintable():
                        walked.odd.append(path)
                    if entry.is_file():
                        walked.files.append((path, entry.stat()))
                except OSError:
                    walked.odd.append(path)
    except OSError:
        walked.odd.append(tree)


def _is_settled(stamp: Stamp, clock_ns: int) -> bool:
    # A time that was set back hides that it was just changed; the disk's own does not.
    changed_ns = max(stamp[1], stamp[3])
    return clock_ns - changed_ns > (_TICK_NS if changed_ns % 1_000_000_000 else _COARSE_NS)
