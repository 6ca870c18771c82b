"""A SQLite file of ours that may be deleted at any time: opened, made again if it is no use, looked at.

A file of another version, or one that is torn or no database, is thrown away and made again: a cache needs
no migrations. One that somebody holds locked, or that the disk does not give, is left alone and told of.
"""

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from builder.errors import FileError

_BROKEN = frozenset(
    (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
)
"""What SQLite says of a file that is no use: the first is that of a table or a column that is not there."""
_LOCKED = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL))
_LOCKED_HINT = "Another program has it open. Wait until that ends, then try again."
_TIMEOUT_S = 10
"""For so long a writer waits for another."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a database of ours holds."""

    version: int
    schema: str
    tables: tuple[str, ...]
    """Those without which it cannot be used."""
    later: str = ""
    """A statement run each time: the table that files of this version made by an earlier program lack."""
    hint: str = ""
    """What to do when it cannot be opened."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a database of ours stands, looked at and not touched."""

    size: int
    """Bytes, with the two files that SQLite keeps beside it."""
    version: int
    """0 when it cannot be told."""
    damage: str
    """What SQLite says of it; empty when it can be read whole."""


def opened(path: Path, form: Form, *, threads: bool = False) -> sqlite3.Connection:
    """The database at `path`, made where there is none or what is there is no use.

    With `threads` any thread may use the connection, one at a time. Raises FileError when the disk refuses,
    and when another program does not let go of it for as long as a writer waits.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _connected(str(path), form, threads=threads)
        except _UnusableError:
            # Once more before it goes: another program may have been making it in that moment.
            with contextlib.suppress(_UnusableError):
                return _connected(str(path), form, threads=threads)
            discard(path)
            return _connected(str(path), form, threads=threads)
    except (OSError, sqlite3.Error) as error:
        hint = _LOCKED_HINT if _code(error) in _LOCKED else form.hint
        raise FileError(f"cannot open the cache {path}: {error}", hint) from error


def in_memory(form: Form, *, threads: bool = False) -> sqlite3.Connection:
    """A database that forgets. Raises FileError when there is no room for it."""
    try:
        return _connected(":memory:", form, threads=threads)
    except sqlite3.Error as error:
        raise FileError(f"cannot keep a cache in memory: {error}", "Is there memory left?") from error


def reader(path: Path) -> sqlite3.Connection:
    """The database at `path` to read, which makes no file. Raises sqlite3.Error."""
    # Even a reader makes the two files beside it, unless it is told that nobody writes; where somebody does,
    # they are there already.
    still = "" if path.with_name(path.name + "-wal").exists() else "&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{still}", uri=True, timeout=_TIMEOUT_S)


def of_a_fork(path: Path) -> sqlite3.Connection:
    """The database at `path`, which is in use, to read: SQLite forbids the use of a connection inherited."""
    connection = sqlite3.connect(path, timeout=_TIMEOUT_S)
    connection.execute("PRAGMA query_only = ON")
    return connection


def discard(path: Path) -> None:
    """Remove the database at `path`, which nobody has open. Raises OSError."""
    for beside in _files(path):
        beside.unlink(missing_ok=True)


def look(path: Path) -> Look | None:
    """How the database at `path` stands; None when there is none. Raises FileError when the disk refuses."""
    try:
        size = sum(beside.stat().st_size for beside in _files(path) if beside.is_file())
    except OSError as error:
        raise FileError(f"cannot look at {path}: {error.strerror}") from error
    if not path.is_file():
        return None
    version = 0
    try:
        with contextlib.closing(reader(path)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return Look(size, version, str(error))
    return Look(size, version, "" if said == "ok" else str(said))


def _files(path: Path) -> tuple[Path, ...]:
    """The database and the two files that SQLite keeps beside it."""
    return tuple(path.with_name(path.name + ending) for ending in ("", "-wal", "-shm"))


class _UnusableError(sqlite3.DatabaseError):
    """The file is torn, no database, or of another form: it may go."""


def _code(error: Exception) -> int:
    """The primary code by which SQLite tells what is wrong; -1 for none."""
    code = getattr(error, "sqlite_errorcode", None)
    return -1 if code is None else code & 0xFF


def _connected(place: str, form: Form, *, threads: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(place, timeout=_TIMEOUT_S, check_same_thread=not threads)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in (0, form.version):
            raise _UnusableError(f"version {version}")
        if version == 0:
            # Most rows are some kilobytes, which would be cut up and take twice as long to write.
            connection.execute("PRAGMA page_size = 16384")
        connection.execute("PRAGMA journal_mode = WAL")
        # A cache may lose its last moments in a power cut, but must not wait for the disk.
        connection.execute("PRAGMA synchronous = NORMAL")
        if version == 0:
            connection.executescript(
                f"BEGIN IMMEDIATE;{form.schema}PRAGMA user_version = {form.version};COMMIT;"
            )
        if form.later:
            connection.execute(form.later)
        for table in form.tables:
            connection.execute(f"SELECT * FROM {table} LIMIT 1")  # noqa: S608 (our own names)
    except sqlite3.Error as error:
        connection.close()
        if _code(error) in _BROKEN:
            raise _UnusableError(str(error)) from error
        raise
    return connection
