"""The cache of builds, which may be deleted at any time: losing it costs some parsing and rendering.

One SQLite file, `.briefpress/state.db`. Where a part of it is damaged, that is as good as not known, and the
file goes when it is closed. Each text has a check sum: SQLite notices damage to its own order, and none to
what it keeps.
"""

import contextlib
import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zlib import crc32

from builder import database
from builder.database import Form

VERSION = 6
"""Of the form of the file."""
_FORM = Form(
    version=VERSION,
    schema="""
CREATE TABLE bodies (key TEXT PRIMARY KEY, html TEXT NOT NULL, seal INTEGER NOT NULL);
CREATE TABLE parsed (path TEXT PRIMARY KEY, digest TEXT NOT NULL, head TEXT NOT NULL, body TEXT NOT NULL,
    seal INTEGER NOT NULL);
CREATE TABLE notes (name TEXT PRIMARY KEY, note TEXT NOT NULL, seal INTEGER NOT NULL);
CREATE TABLE rows (name TEXT, piece INTEGER, told TEXT NOT NULL, seal INTEGER NOT NULL,
    PRIMARY KEY (name, piece));
""",
    tables=("bodies", "parsed", "notes", "rows"),
)
_PIECES = 64
"""Into so many is a table of rows cut, so that one changed row does not write all of them."""
_QUERY_BATCH = 500


class State:
    """An open cache. Used by one thread, and to read by the processes that are forked while it is open."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None = None) -> None:
        self._connection = connection
        self._path = path
        self._damaged = False
        self._owner = os.getpid()
        self._inherited: sqlite3.Connection | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """The cache at `path`, made where there is none. Raises FileError when the disk refuses."""
        return cls(database.opened(path, _FORM), path)

    @classmethod
    def in_memory(cls) -> Self:
        """A cache that forgets, for dry runs. Raises FileError when there is no room for it."""
        return cls(database.in_memory(_FORM))

    @property
    def lasts(self) -> bool:
        """Whether what is kept outlives the run."""
        return self._path is not None

    def bodies(self, keys: Iterable[str]) -> dict[str, str]:
        """The rendered HTML for each of `keys` that is known."""
        found: dict[str, str] = {}
        for batch in _batches(list(keys)):
            query = f"SELECT key, html, seal FROM bodies WHERE key IN ({_marks(batch)})"  # noqa: S608 (only question marks)
            found.update((key, html) for key, html in self._sound(query, batch))
        return found

    def keep_bodies(self, bodies: Mapping[str, str]) -> None:
        """Remember rendered HTML by key."""
        with self._hoping(), self._connection:
            rows = [(key, html, _seal(key, html)) for key, html in bodies.items()]
            self._connection.executemany("INSERT OR REPLACE INTO bodies VALUES (?, ?, ?)", rows)

    def has_bodies(self) -> bool:
        """Whether any rendered bodies are known."""
        row = None
        with self._hoping():
            row = self._own().execute("SELECT 1 FROM bodies LIMIT 1").fetchone()
        return row is not None

    def count_bodies(self) -> int:
        """How many rendered bodies are known."""
        row = None
        with self._hoping():
            row = self._connection.execute("SELECT count(*) FROM bodies").fetchone()
        return int(row[0]) if row else 0

    def forget_bodies(self) -> None:
        """Forget all rendered bodies; the file gives back the room."""
        with self._hoping():
            with self._connection:
                self._connection.execute("DELETE FROM bodies")
            self._connection.execute("VACUUM")

    def parsed(self, paths: Sequence[str] | None = None) -> dict[str, tuple[str, str, str]]:
        """What was kept of the files at `paths`, or of all, by path: its digest, its head, its body."""
        query = "SELECT path, digest, head, body, seal FROM parsed"
        found: dict[str, tuple[str, str, str]] = {}
        if paths is None:
            found.update((path, (held, head, body)) for path, held, head, body in self._sound(query, []))
        for batch in _batches(paths or []):
            only = f"{query} WHERE path IN ({_marks(batch)})"
            found.update((path, (held, head, body)) for path, held, head, body in self._sound(only, batch))
        return found

    def keep_parsed(self, fresh: Mapping[str, tuple[str, str, str]], gone: Iterable[str]) -> None:
        """Remember what was parsed, by path, and forget what is `gone`."""
        with self._hoping(), self._connection:
            self._connection.executemany("DELETE FROM parsed WHERE path = ?", [(path,) for path in gone])
            rows = [(path, *row, _seal(path, *row)) for path, row in fresh.items()]
            self._connection.executemany("INSERT OR REPLACE INTO parsed VALUES (?, ?, ?, ?, ?)", rows)

    def note(self, name: str) -> str:
        """The note of that name; empty when there is none."""
        for _, note in self._sound("SELECT name, note, seal FROM notes WHERE name = ?", [name]):
            return str(note)
        return ""

    def keep_note(self, name: str, note: str) -> None:
        """Remember a note by its name; an empty one is forgotten."""
        with self._hoping(), self._connection:
            self._connection.execute("DELETE FROM notes WHERE name = ?", (name,))
            if note:
                row = (name, note, _seal(name, note))
                self._connection.execute("INSERT INTO notes VALUES (?, ?, ?)", row)

    def rows(self, name: str) -> dict[str, Any]:
        """The table of that name: plain values by text. What is damaged of it is not there."""
        found: dict[str, Any] = {}
        for _, _, told in self._sound("SELECT name, piece, told, seal FROM rows WHERE name = ?", [name]):
            with contextlib.suppress(ValueError, RecursionError):
                found.update(json.loads(told))
        return found

    def some_rows(self, name: str, keys: Iterable[str]) -> dict[str, Any]:
        """As `rows`, of those of `keys` alone."""
        wanted = set(keys)
        found: dict[str, Any] = {}
        for piece in {*map(_piece_of, wanted)}:
            found.update(self._piece(name, piece))
        return {key: found[key] for key in wanted & found.keys()}

    def keep_rows(self, name: str, fresh: Mapping[str, Any], gone: Iterable[str] = ()) -> None:
        """Remember `fresh` rows of the table of that name, and forget those that are `gone`."""
        pieces: dict[int, dict[str, Any]] = defaultdict(dict)
        for key, value in fresh.items():
            pieces[_piece_of(key)][key] = value
        lost = set(gone)
        with self._hoping(), self._connection:
            for piece in {*pieces, *map(_piece_of, lost)}:
                kept = self._piece(name, piece)
                rest = {key: value for key, value in kept.items() if key not in lost}
                row = (name, piece, json.dumps({**rest, **pieces[piece]}))
                query = "INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?)"
                self._connection.execute(query, (*row, _seal(*row)))

    def _piece(self, name: str, piece: int) -> dict[str, Any]:
        query = "SELECT name, piece, told, seal FROM rows WHERE name = ? AND piece = ?"
        for _, _, told in self._sound(query, [name, piece]):
            with contextlib.suppress(ValueError, RecursionError):
                return dict(json.loads(told))
        return {}

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
        if self._damaged and self._path:
            with contextlib.suppress(OSError):
                database.discard(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def drop_rows(self, start: str) -> None:
        """Forget all tables whose names begin with `start`."""
        with self._hoping(), self._connection:
            self._connection.execute("DELETE FROM rows WHERE substr(name, 1, ?) = ?", (len(start), start))

    def _sound(self, query: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
        """The rows that `query` finds and that are as they were kept, without their check sums."""
        with self._hoping():
            for *row, seal in self._own().execute(query, values):
                if _seal(*row) == seal:
                    yield tuple(row)
                else:
                    self._damaged = True

    def _own(self) -> sqlite3.Connection:
        """The connection of this process, which may be a fork of the one that opened the cache."""
        if self._path and os.getpid() != self._owner:
            connection = database.of_a_fork(self._path)
            # Kept, since to close it would be felt by the process that opened it.
            self._inherited, self._connection = self._connection, connection
            self._owner = os.getpid()
        return self._connection

    @contextlib.contextmanager
    def _hoping(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            # Another run may hold it for a while; whatever else is wrong will be wrong the next time too.
            self._damaged = self._damaged or "locked" not in str(error)


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """`keys`, so many at a time as one query may name."""
    return (keys[start : start + _QUERY_BATCH] for start in range(0, len(keys), _QUERY_BATCH))


def _marks(keys: Sequence[str]) -> str:
    return ",".join("?" * len(keys))


def _seal(*row: object) -> int:
    """The check sum of a row: damage is noticed, intent is not."""
    return crc32("\0".join(map(str, row)).encode("utf-8", "surrogatepass"))


def _piece_of(key: str) -> int:
    return crc32(key.encode("utf-8", "surrogatepass")) % _PIECES
