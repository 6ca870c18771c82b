"""The disk, safely: every file is put in place whole, and nothing leaves its folder."""

import contextlib
import errno
import fcntl
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from builder import digest
from builder.errors import FileError


def read_bytes(path: Path | str) -> bytes:
    """The bytes of `path`. Raises FileError, also for what is no file: a pipe might be read for ever."""
    try:
        # Ten thousand are read at a time, and a Path asks the disk more than once.
        found = os.stat(path)  # noqa: PTH116
        if not stat.S_ISREG(found.st_mode):
            raise FileError(f"cannot read {path}: it is not a file")
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return _all(descriptor, found.st_size)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise FileError(f"cannot read {path}: {_reason(error)}") from error


def _all(descriptor: int, size: int) -> bytes:
    """What is left to read of a file that had `size` bytes; it may have grown since."""
    data = os.read(descriptor, size + 1)
    if len(data) == size:
        return data
    pieces = [data]
    while data:
        data = os.read(descriptor, 1 << 20)
        pieces.append(data)
    return b"".join(pieces)


def write_atomic(path: Path, data: str | bytes, *, durable: bool = True) -> None:
    """Put `data` at `path` in one step, making its folders: a reader sees the old file or the new one, whole.

    `durable` also waits until the disk has it, for files whose loss would embarrass us; what a next run makes
    again may skip that. Raises FileError and leaves the old file as it was.
    """
    _put(path, data, durable, lambda temporary: temporary.replace(path))


def create(path: Path, data: str | bytes) -> None:
    """As `write_atomic`, durably, but only where nothing stands: FileError when something does."""

    def place(temporary: Path) -> None:
        try:
            # A link fails where a rename would replace.
            path.hardlink_to(temporary)
        except FileExistsError:
            raise
        except OSError:
            # Some file systems have no links; the look before the move is the best they offer.
            if os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
            temporary.replace(path)
        else:
            # The file is in place; one that stays beside it is taken away by the next run.
            with contextlib.suppress(OSError):
                temporary.unlink()

    _put(path, data, True, place)


def _put(path: Path, data: str | bytes, durable: bool, place: Callable[[Path], object]) -> None:
    raw = data.encode("utf-8") if isinstance(data, str) else data
    # It brings half of the library along, and most runs write nothing this way.
    import tempfile

    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(
            prefix=f".{path.name[:40]}.{os.getpid()}.", suffix=".tmp", dir=path.parent
        )
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            # mkstemp makes private files; content and pages are as readable as the umask lets others be.
            os.fchmod(file.fileno(), 0o666 & ~_umask())
            if durable:
                os.fsync(file.fileno())
        place(Path(temporary))
        if durable:
            _sync_folder(path.parent)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
        raise FileError(f"cannot write {path}: {_reason(error)}") from error


def remove(path: Path) -> None:
    """Remove the file `path`; one that is not there is no fault. Raises FileError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(f"cannot remove {path}: {_reason(error)}") from error


def leftovers(folder: Path, now_s: float, *, deep: bool = True) -> Iterator[Path]:
    """The temporary files in `folder`, and `deep` below it, of processes that were killed as they wrote.

    `now_s` is the time in seconds since 1970: what was begun a day before has no owner any more, whoever has
    its number now. This process must not be writing.
    """
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"] if deep else []
        for name in sorted(names):
            if found := _TEMPORARY.fullmatch(name):
                path = Path(place, name)
                with contextlib.suppress(OSError):
                    if not lives(int(found[1])) or now_s - path.lstat().st_mtime > _DAY_S:
                        yield path


def lives(process: int) -> bool:
    """Whether another process than this one has that number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return process != os.getpid() and not _is_dead_and_unburied(process)


def _is_dead_and_unburied(process: int) -> bool:
    """Whether a process has ended and still has its number: in a container often nobody asks for its end."""
    try:
        # The state stands after the name, which may hold anything, brackets too.
        state = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state in (b"Z", b"X")


def inside(root: Path, relative: str) -> Path:
    """`relative` below `root`, links followed. Raises FileError when it would be outside of `root`."""
    try:
        path = (root / relative).resolve()
        _refuse_circle(path)
    except (OSError, RuntimeError, ValueError) as error:  # no such name can be, or links in a circle
        raise FileError(f"{relative!r} is no usable path") from error
    if not path.is_relative_to(root.resolve()):
        raise FileError(f"{relative} leads outside of {root}", "Use a path below the newsletter's folder.")
    return path


def _refuse_circle(path: Path) -> None:
    """Raise OSError when links in `path` lead in a circle: from Python 3.13 on `resolve` leaves them be."""
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise


def upward(start: Path, name: str) -> Path | None:
    """The nearest folder with a file `name`: `start` or one above it, absolute; None when there is none."""
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        # A folder we may not look into is none of ours.
        with contextlib.suppress(OSError):
            if (candidate / name).is_file():
                return candidate
    return None


_INSTALLED = Path(__file__).resolve().parent / "_templates"
_CHECKOUT = Path(__file__).resolve().parents[1] / "templates"
THEME = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
"""The folder of the theme that comes with the program."""


@cache
def program() -> str:
    """A digest of our own code: what it made before a change of it, a version or a line, may not stand."""
    return digest_of_tree(Path(__file__).parent, ".py")


@cache
def installed() -> Mapping[str, str]:
    """The version of each distribution that Python finds, by its name in lower case; none is imported."""
    names = (found.stem for folder in sys.path for found in Path(folder or ".").glob("*.dist-info"))
    told = sorted(name.lower().partition("-") for name in names)
    return {name: version for name, _, version in told}


def digest_of(*paths: str) -> str:
    """A digest of what the files at `paths` hold: some of our own code."""
    return digest.of_value([Path(path).read_bytes() for path in paths])


def digest_of_tree(folder: Path, ending: str = "") -> str:
    """A digest of all files in `folder` and below whose names end so: of their names and what they hold."""
    found: list[tuple[str, bytes]] = []
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(ending):
                # Hundreds, at the start of each run: a Path costs as much as to read a file.
                path = f"{place}/{name}"
                with open(path, "rb") as file:  # noqa: PTH123
                    found.append((path[len(str(folder)) + 1 :], file.read()))
    return digest.of_value(sorted(found))


class Tree:
    """A folder that is filled file by file, ten thousand and more of them, and never left by a link."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._own: set[str] = set()

    def put(self, path: str, data: bytes) -> tuple[bool, os.stat_result]:
        """Put `data` at `path` in one step; whether other bytes or none stood there, and what stands now.

        Raises FileError, and leaves the old file as it was.
        """
        place = f"{self._root}/{path}"
        try:
            # In a folder that was made for it nothing stands yet.
            is_new = self._open(path.rpartition("/")[0])
            stands = None if is_new else self._stands(path, place, data)
            return (False, stands) if stands else (True, _replace(place, data))
        except OSError as error:
            raise FileError(f"cannot write {place}: {_reason(error)}") from error

    def _stands(self, path: str, place: str, data: bytes) -> os.stat_result | None:
        """What the disk says of the file at `place` if it holds `data`, else None."""
        try:
            descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError:
            # A link, which may lead to another file of this folder; or what cannot be replaced anyway.
            same = read_bytes(inside(self._root, path)) == data
            return os.stat(place) if same else None  # noqa: PTH116 (a Path costs more than a stat)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise FileError(f"cannot write {place}: something else has that name")
            if found.st_size != len(data):
                return None
            held = os.read(descriptor, len(data))
            while len(held) < len(data) and (more := os.read(descriptor, len(data) - len(held))):
                held += more
            return found if held == data else None
        finally:
            os.close(descriptor)

    def _open(self, folder: str) -> bool:
        """Make sure that `folder` is there and no way out, as none is that we make; whether we made it."""
        if folder in self._own:
            return False
        is_new = False
        place = f"{self._root}/{folder}" if folder else str(self._root)
        if folder:
            self._open(folder.rpartition("/")[0])
            try:
                os.mkdir(place)  # noqa: PTH102
                is_new = True
            except FileExistsError:
                if os.path.islink(place):  # noqa: PTH114
                    inside(self._root, folder)
        else:
            self._root.mkdir(parents=True, exist_ok=True)
        self._own.add(folder)
        return is_new


def _replace(place: str, data: bytes) -> os.stat_result:
    """Put `data` in place, whatever stands there; what stands there now."""
    folder, _, name = place.rpartition("/")
    temporary = f"{folder}/.{name[:40]}.{os.getpid()}.tmp"
    descriptor = os.open(
        temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666
    )
    try:
        try:
            _write(descriptor, data)
            os.replace(temporary, place)  # noqa: PTH105
            # The move changes what the disk says of it.
            return os.fstat(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise


def _write(descriptor: int, data: bytes) -> None:
    # The system may take less than all, of much or when it is interrupted.
    written = os.write(descriptor, data)
    while written < len(data):
        written += os.write(descriptor, memoryview(data)[written:])


@contextlib.contextmanager
def lock(path: Path, owner: str = "", told: Callable[[str], str] = str) -> Iterator[str]:
    """Hold `path` as a lock while the work lasts; what an owner left in it that ended without letting go.

    The system lets go of it when its owner ends, however that happens, so a lock is never stale. `owner` is
    written into it. Raises FileError when somebody has it, with what `told` makes of what they wrote.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise FileError(f"cannot open the lock {path}: {_reason(error)}") from error
    try:
        held = True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held = False
        except OSError as error:
            raise FileError(f"cannot lock {path}: {_reason(error)}") from error
        left = os.read(descriptor, _OWNER_MAX).decode("utf-8", "replace")
        if not held:
            who = f": {told(left)}" if left else ""
            raise FileError(f"another briefpress is at work here{who}", "Wait until it is done, or end it.")
        # Who holds it is told to others where that can be written; the lock is the system's.
        with contextlib.suppress(OSError):
            os.truncate(descriptor, 0)
            os.pwrite(descriptor, (owner or f"process {os.getpid()}").encode("utf-8")[:_OWNER_MAX], 0)
        yield left
        with contextlib.suppress(OSError):
            os.truncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    # Without this a power cut may forget the rename itself (POSIX says nothing about directory entries).
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    return _UMASK


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


_TEMPORARY = re.compile(r"\..*\.(\d+)(?:\.\w{8})?\.tmp")
"""The names that `_put` and `_replace` give, with the number of the process."""
_DAY_S = 86_400
_OWNER_MAX = 500
"""Bytes that are kept of what an owner of a lock says of itself."""

# The only way to read the mask is to set it; done once at import, before any thread runs.
_UMASK = os.umask(0o022)
os.umask(_UMASK)
