"""What an export holds: a folder or a zip archive, read by name and within bounds."""

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from builder import files
from builder.errors import FileError

MIB = 2**20
TEXT_MAX = 16 * MIB
"""Bytes of one text; longer ones are no issue of a newsletter."""
FILE_MAX = 64 * MIB
_NAMES_MAX = 200_000
_ASIDE = frozenset(
    [".git", ".github", ".jekyll-cache", "__MACOSX", "_site", "node_modules", "public", "resources", "vendor"]
)
"""Folders that hold what programs made; nothing in them is anybody's text."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Files by their names, relative and with forward slashes."""

    origin: str
    """The path it was read from, as it was given."""
    names: tuple[str, ...]
    """In order."""
    read: Callable[[str], bytes]
    """The bytes of one of them. Raises FileError."""

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def text(self, name: str) -> str:
        """One of them as text, with line ends of Unix. Raises FileError."""
        data = self.read(name)
        if len(data) > TEXT_MAX:
            raise FileError(f"is {len(data):,} bytes long, more than a text is", path=name)
        try:
            return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as error:
            raise FileError("is not UTF-8 text", "Save it as UTF-8.", path=name) from error


@contextmanager
def opened(path: Path) -> Iterator[Tree]:
    """What `path` holds, a folder, an archive or one file. Raises FileError."""
    if path.is_dir():
        yield _folder(path)
    elif zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                yield _archive(path, archive)
        except (zipfile.BadZipFile, OSError) as error:
            raise FileError(f"{path} cannot be unpacked: {error}", "Download the export again.") from error
    elif path.is_file():
        yield Tree(str(path), (path.name,), lambda _: _bytes(path, path.name))
    else:
        raise FileError(f"there is nothing at {path}", "Name the folder or the file of the export.")


def _folder(top: Path) -> Tree:
    names = []
    for folder, below, found in os.walk(top):
        below[:] = sorted(name for name in below if name not in _ASIDE)
        relative = Path(folder).relative_to(top)
        names += [(relative / name).as_posix() for name in sorted(found)]
        if len(names) > _NAMES_MAX:
            what = f"{top} holds more than {_NAMES_MAX:,} files"
            raise FileError(what, "Name the folder of the newsletter.")

    def read(name: str) -> bytes:
        # A link must not lead out of what was named.
        return _bytes(files.inside(top, name), name)

    return Tree(str(top), tuple(names), read)


def _archive(path: Path, archive: zipfile.ZipFile) -> Tree:
    infos = {info.filename: info for info in archive.infolist() if not info.is_dir()}
    if len(infos) > _NAMES_MAX:
        raise FileError(f"{path} holds more than {_NAMES_MAX:,} files")
    names = {name: name for name in sorted(infos) if not _ASIDE & set(name.split("/"))}
    # Archives of folders have one folder at the top, in which all else is.
    tops = {name.partition("/")[0] for name in names}
    if len(tops) == 1 and all("/" in name for name in names):
        names = {name.partition("/")[2]: name for name in names}

    def read(name: str) -> bytes:
        info = infos[names[name]]
        if info.file_size > FILE_MAX:
            raise FileError(f"is {info.file_size:,} bytes long unpacked", path=name)
        try:
            with archive.open(info) as file:
                # The size in the directory of an archive need not be the truth.
                data = file.read(FILE_MAX + 1)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
            raise FileError(f"cannot be unpacked: {error}", path=name) from error
        if len(data) > FILE_MAX:
            raise FileError(f"is more than {FILE_MAX:,} bytes long unpacked", path=name)
        return data

    return Tree(str(path), tuple(names), read)


def _bytes(path: Path, name: str) -> bytes:
    if path.stat().st_size > FILE_MAX:
        raise FileError(f"is more than {FILE_MAX:,} bytes long", path=name)
    return files.read_bytes(path)
