"""What a file held when it was last read: a hint that saves reading it again while its size and time stand.

A file can be changed twice within one tick of the disk's clock and keep its size. So what was written just
before it was looked at is not hinted at: it is read once more the next time.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from builder import digest, files
from builder.errors import FileError

_TICK_NS = 100_000_000
"""Longer than a tick of the clocks of disks that tell parts of a second."""
_COARSE_NS = 2_500_000_000
"""The same for those that tell whole seconds, or every second one (FAT)."""

_NEVER = -1


class Stamp(NamedTuple):
    """What is known of a file."""

    size: int
    changed_ns: int
    digest: str


def stamp_of(stat: os.stat_result, held: str) -> Stamp:
    """The stamp of a file of which the disk says `stat`, and which holds what has the digest `held`."""
    return Stamp(stat.st_size, stat.st_mtime_ns, held)


class Stamps:
    """The digests of the files below one folder, by their paths in it."""

    def __init__(self, folder: Path, told: str = "") -> None:
        """Take what an earlier `dump` told of `folder`; text that none can have written counts as nothing."""
        self._folder = str(folder)
        self._told = _parsed(told)
        self._seen: dict[str, Stamp] = {}

    def digest(self, path: str, stat: os.stat_result | None = None) -> str:
        """The digest of the file at `path`, whose `stat` may be at hand. Raises FileError."""
        place = f"{self._folder}/{path}"
        try:
            now = stat or os.stat(place)  # noqa: PTH116 (ten thousand times, and a Path costs more than a stat)
        except OSError as error:
            raise FileError(f"cannot read {place}: {error.strerror}") from error
        told = self._told.get(path)
        if not told or told.size != now.st_size or told.changed_ns != now.st_mtime_ns:
            told = stamp_of(now, digest.of_bytes(files.read_bytes(Path(place))))
        self._seen[path] = told
        return told.digest

    def saw(self, path: str, stamp: Stamp) -> None:
        """Note what the file at `path` was found to be."""
        self._seen[path] = stamp

    @property
    def told(self) -> Mapping[str, Stamp]:
        """What an earlier run saw."""
        return self._told

    @property
    def seen(self) -> Mapping[str, Stamp]:
        """What was asked for or noted so far."""
        return self._seen

    @property
    def moved(self) -> bool:
        """Whether what was seen is other than what was told."""
        return self._seen != self._told

    def dump(self, clock_ns: int) -> str:
        """What was seen, as text for a later `Stamps`; `clock_ns` is the disk's time when that was."""
        return json.dumps(
            {
                path: stamp if _is_settled(stamp, clock_ns) else _doubtful(stamp)
                for path, stamp in self._seen.items()
            }
        )


def clock_of(folder: Path) -> int:
    """The time by the clock of the disk that `folder` is on, in nanoseconds. Raises FileError."""
    probe = folder / "clock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        return probe.stat().st_mtime_ns
    except OSError as error:
        raise FileError(f"cannot write to {folder}: {error.strerror}") from error


def walk(folder: Path, trees: Iterable[str]) -> Iterator[tuple[str, os.stat_result]]:
    """Every file that `trees`, files or folders below `folder`, hold, with what the disk says of it.

    Folders that are links are not followed, as nothing of ours does. What cannot be looked at is left out.
    """
    for tree in trees:
        try:
            found = os.stat(folder / tree)  # noqa: PTH116
        except OSError:
            continue
        if (folder / tree).is_dir():
            yield from _below(str(folder), tree)
        else:
            yield tree, found


def _below(folder: str, tree: str) -> Iterator[tuple[str, os.stat_result]]:
    try:
        with os.scandir(f"{folder}/{tree}") as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        path = f"{tree}/{entry.name}"
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _below(folder, path)
            elif entry.is_file():
                yield path, entry.stat()
        except OSError:
            continue


def _is_settled(stamp: Stamp, clock_ns: int) -> bool:
    changed = stamp.changed_ns
    return clock_ns - changed > (_TICK_NS if changed % 1_000_000_000 else _COARSE_NS)


def _doubtful(stamp: Stamp) -> Stamp:
    """`stamp` with a time that no file has, so that the file is read again."""
    return stamp._replace(changed_ns=_NEVER)


def _parsed(told: str) -> dict[str, Stamp]:
    try:
        return {
            path: Stamp(int(size), int(changed), str(held))
            for path, (size, changed, held) in json.loads(told).items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
