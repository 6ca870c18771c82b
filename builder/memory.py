"""What pulls remember of the web: the last good copy of each feed, how it has fared, where pages led.

One SQLite file, `.briefpress/feeds.db`, apart from the cache of builds, which is thrown away more lightly.
Losing it costs requests and what was known of a feed's health, never an item. Any number of threads may ask
it.
"""

import contextlib
import sqlite3
import threading
import zlib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from builder import database, digest
from builder.database import Form
from builder.errors import FileError, SourceError

VERSION = 1
"""Of the form of the file."""
_HINT = "Delete .briefpress/feeds.db; it is made again."
_FORM = Form(
    version=VERSION,
    schema="""
CREATE TABLE copies (
    url TEXT PRIMARY KEY, rules TEXT NOT NULL, found_at TEXT NOT NULL, content_type TEXT NOT NULL,
    etag TEXT NOT NULL, last_modified TEXT NOT NULL, digest TEXT NOT NULL, body BLOB NOT NULL
);
CREATE TABLE health (url TEXT PRIMARY KEY, told TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE pages (url TEXT PRIMARY KEY, page TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE texts (item TEXT PRIMARY KEY, text BLOB NOT NULL);
CREATE TABLE sketches (item TEXT PRIMARY KEY, sketch BLOB NOT NULL);
CREATE TABLE sightings (item TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
""",
    tables=("copies", "health", "pages", "texts", "sketches", "sightings", "looks"),
    # Later than the rest, so that what an earlier version remembered is not lost.
    later="CREATE TABLE IF NOT EXISTS looks (item TEXT PRIMARY KEY, told TEXT NOT NULL) WITHOUT ROWID",
    hint=_HINT,
)
_BODY_MAX = 512 * 2**20
_DRAFT = "/draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The last good answer of an address, without its bytes."""

    found_at: str
    """The address it was found at, after redirects."""
    content_type: str
    etag: str
    last_modified: str
    digest: str
    """Of the bytes."""
    rules: str
    """A digest of what all of it was worked off under; empty while some of it is not."""


class CopyError(SourceError):
    """A copy cannot be read any more."""


class Memory:
    """An open memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path) -> Self:
        """The memory at `path`, made where there is none. Raises FileError when the disk refuses."""
        return cls(database.opened(path, _FORM, threads=True))

    @classmethod
    def of(cls, path: Path) -> Self:
        """What stands at `path`, in a form that can be changed and is forgotten: for looks and dry runs."""
        connection = database.in_memory(_FORM, threads=True)
        if path.is_file():
            with contextlib.suppress(sqlite3.Error), contextlib.closing(database.reader(path)) as stored:
                if stored.execute("PRAGMA user_version").fetchone() == (VERSION,):
                    stored.backup(connection)
                    connection.execute(_FORM.later)
        return cls(connection)

    def copy(self, url: str) -> Copy | None:
        """The last good answer of `url`; None when there is none."""
        query = "SELECT found_at, content_type, etag, last_modified, digest, rules FROM copies WHERE url = ?"
        with self._using():
            row = self._connection.execute(query, (url,)).fetchone()
        if row is None:
            return None
        names = ("found_at", "content_type", "etag", "last_modified", "digest", "rules")
        return Copy(**dict(zip(names, map(str, row), strict=True)))

    def body(self, url: str) -> bytes:
        """The bytes of the copy of `url`. Raises CopyError when they are not there, or damaged."""
        with self._using():
            row = self._connection.execute("SELECT body FROM copies WHERE url = ?", (url,)).fetchone()
        try:
            return _unpacked(row)
        except (TypeError, ValueError, zlib.error) as error:
            raise CopyError("the copy that was kept of it is damaged", _HINT) from error

    def keep_copy(self, url: str, copy: Copy, body: bytes | None) -> None:
        """Remember an answer; `None` for the bytes leaves those that are there."""
        told = (copy.rules, copy.found_at, copy.content_type, copy.etag, copy.last_modified, copy.digest)
        with self._using(), self._connection:
            if body is None:
                self._connection.execute(
                    "UPDATE copies SET rules = ?, found_at = ?, content_type = ?, etag = ?,"
                    " last_modified = ?, digest = ? WHERE url = ?",
                    (*told, url),
                )
            else:
                self._connection.execute(
                    "INSERT OR REPLACE INTO copies VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (url, *told, zlib.compress(body, 6)),
                )

    def health(self) -> dict[str, str]:
        """What was noted of each address."""
        with self._using():
            return {str(url): str(told) for url, told in self._connection.execute("SELECT * FROM health")}

    def keep_health(self, notes: Mapping[str, str]) -> None:
        """Note something of addresses."""
        with self._using(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO health VALUES (?, ?)", notes.items())

    def move(self, url: str, new: str) -> None:
        """Let what is known of the feed at `url` hold for `new`; its copy is asked for anew."""
        with self._using(), self._connection:
            self._connection.execute("UPDATE OR REPLACE health SET url = ? WHERE url = ?", (new, url))
            self._connection.execute("DELETE FROM copies WHERE url = ?", (url,))

    def page(self, url: str) -> str:
        """The page that `url` was found to lead to the last time; empty if unknown."""
        with self._using():
            row = self._connection.execute("SELECT page FROM pages WHERE url = ?", (url,)).fetchone()
        return str(row[0]) if row else ""

    def keep_page(self, url: str, page: str) -> None:
        """Remember the page that `url` leads to, so that it need not be asked again only to learn that."""
        with self._using(), self._connection:
            self._connection.execute("INSERT OR REPLACE INTO pages VALUES (?, ?)", (url, page))

    def text(self, item: str) -> str:
        """What was read for the item with that id, as it was kept; empty if unknown."""
        with self._using():
            row = self._connection.execute("SELECT text FROM texts WHERE item = ?", (item,)).fetchone()
        try:
            return _unpacked(row).decode() if row else ""
        except (TypeError, ValueError, zlib.error):
            return ""

    def keep_text(self, item: str, text: str) -> None:
        """Remember what was read for an item: its page may be gone when it is summarised again."""
        packed = zlib.compress(text.encode("utf-8", "replace"), 6)
        with self._using(), self._connection:
            self._connection.execute("INSERT OR REPLACE INTO texts VALUES (?, ?)", (item, packed))

    def draft(self, item: str) -> str:
        """The file of an item as it was last drafted; empty if unknown."""
        return self.text(_draft_of(item))

    def keep_draft(self, item: str, text: str, file: str) -> None:
        """Remember what was read for an item, and the file that was made of it: what edits are told by."""
        rows = [
            (key, zlib.compress(told.encode("utf-8", "replace"), 6))
            for key, told in ((item, text), (_draft_of(item), file))
        ]
        with self._using(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?)", rows)

    def sketches(self) -> dict[str, bytes]:
        """What was kept of the texts of items, to know them again by."""
        with self._using():
            rows = self._connection.execute("SELECT item, sketch FROM sketches")
            return {str(item): bytes(sketch) for item, sketch in rows}

    def keep_sketch(self, item: str, sketch: bytes) -> None:
        """Keep something of the text of an item."""
        with self._using(), self._connection:
            self._connection.execute("INSERT OR REPLACE INTO sketches VALUES (?, ?)", (item, sketch))

    def sightings(self) -> dict[str, str]:
        """A digest of each entry as its feed last told it, by the id of its item."""
        with self._using():
            rows = self._connection.execute("SELECT item, digest FROM sightings")
            return {str(item): str(seen) for item, seen in rows}

    def keep_sightings(self, seen: Mapping[str, str]) -> None:
        """Remember how feeds tell entries now."""
        with self._using(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO sightings VALUES (?, ?)", seen.items())

    def forget_others(self, feeds: Set[str], items: Set[str]) -> int:
        """Forget the copies and the health of all feeds but those, and the texts of all items but those.

        How many rows that were; the file gives back the room. What entries looked like stays: it tells
        of entries that were never drafted, too.
        """
        kept = {
            "copies": ("url", feeds),
            "health": ("url", feeds),
            "texts": ("item", items),
            "sketches": ("item", items),
            "looks": ("item", items),
        }
        rows = 0
        with self._using(), self._connection:
            for table, (key, known) in kept.items():
                found = self._connection.execute(f"SELECT {key} FROM {table}")  # noqa: S608 (our own names)
                # Of an item there may be its draft, too.
                gone = [row for row in found.fetchall() if row[0].partition(_DRAFT)[0] not in known]
                self._connection.executemany(f"DELETE FROM {table} WHERE {key} = ?", gone)  # noqa: S608
                rows += len(gone)
        if rows:
            with self._using():
                self._connection.execute("VACUUM")
        return rows

    def looks(self) -> dict[str, str]:
        """What was noted when the source of an item was last looked at again, by the item's id."""
        with self._using():
            return {str(item): str(told) for item, told in self._connection.execute("SELECT * FROM looks")}

    def keep_look(self, item: str, told: str) -> None:
        """Note what a look at the source of an item told."""
        with self._using(), self._connection:
            self._connection.execute("INSERT OR REPLACE INTO looks VALUES (?, ?)", (item, told))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _using(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise FileError(f"what pulls remember cannot be used: {error}", _HINT) from error


def _draft_of(item: str) -> str:
    return f"{item}{_DRAFT}"


def copy_of(body: bytes, *, found_at: str, content_type: str, etag: str, last_modified: str) -> Copy:
    """What is remembered of an answer before its entries are worked off."""
    return Copy(
        found_at=found_at,
        content_type=content_type,
        etag=etag,
        last_modified=last_modified,
        digest=digest.of_bytes(body),
        rules="",
    )


def _unpacked(row: tuple[bytes]) -> bytes:
    stream = zlib.decompressobj()
    whole = stream.decompress(row[0], _BODY_MAX)
    if not stream.eof:
        raise ValueError
    return whole
