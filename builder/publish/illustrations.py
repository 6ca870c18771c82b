"""The picture of an item: a file of the item's name beside it, shown on its page.

Whoever put it there, `pull` where the config asks for pictures or an editor, it is content: it stands under
git, so that every clone builds the same site and no build asks anybody for anything. Of what is in it nothing
but its size is read.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from builder import digest, files
from builder.content.pictures import ENDINGS, paths_of
from builder.digest import Known
from builder.model import Item
from builder.publish.plan import Output
from builder.render.places import item_path
from builder.render.views import ImageView

FOLDER = "content/items/"


def found(root: Path, held: Mapping[str, str]) -> Mapping[str, str]:
    """The digest of each picture below the folder of items, by its path; `held` are those of all files.

    With none at hand the folder is looked through.
    """
    if held:
        return {
            path: mark for path, mark in held.items() if path.startswith(FOLDER) and path.endswith(ENDINGS)
        }
    paths = (path for ending in ENDINGS for path in (root / FOLDER).rglob(f"*{ending}"))
    return {path.relative_to(root).as_posix(): digest.of_bytes(files.read_bytes(path)) for path in paths}


class Illustrations:
    """The pictures of the items of one newsletter."""

    def __init__(self, root: Path, held: Mapping[str, str]) -> None:
        """Look for them below `root`; `held` are the digests of its files, or nothing."""
        self._root = root
        self._found = found(root, held)

    def file_of(self, item: Item) -> str:
        """The file with the picture of `item`; empty when there is none."""
        return next((path for path in paths_of(item.path) if path in self._found), "")

    def view_of(self, item: Item) -> Known[ImageView | None] | None:
        """What the page of `item` shows of its picture: nothing when it cannot be read; None without one."""
        # Most newsletters have none at all.
        if not self._found or not (path := self.file_of(item)):
            return None
        return Known(f"{self._found[path]} {path}", partial(self._view, item, path))

    def outputs(self, items: Sequence[Item]) -> Iterator[Output]:
        """The files of the site with the pictures of `items`."""
        for item in items if self._found else ():
            if path := self.file_of(item):
                read = partial(files.read_bytes, files.inside(self._root, path))
                yield Output(place_of(item, path), self._found[path], path, read)

    def _view(self, item: Item, path: str) -> ImageView | None:
        size = size_of(files.read_bytes(files.inside(self._root, path)))
        return ImageView(path=place_of(item, path), width=size[0], height=size[1]) if size else None


def place_of(item: Item, path: str) -> str:
    """The place in the site of the picture in the file `path`."""
    return f"{item_path(item)}picture{Path(path).suffix}"


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG, PNG or WebP, in pixels; None when it is none, or does not say."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack_from(">II", data, 16)
        elif data.startswith(b"\xff\xd8"):
            width, height = _jpeg(data)
        elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            width, height = _webp(data)
        else:
            return None
    except (struct.error, IndexError, ValueError):
        return None
    return (width, height) if width and height else None


def _jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    while data[at] == 0xFF:
        kind, length = data[at + 1], struct.unpack_from(">H", data, at + 2)[0]
        # The frame's header (ITU T.81, table B.1); 0xC4, 0xC8 and 0xCC are other tables.
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + length
    raise ValueError("no frame")


def _webp(data: bytes) -> tuple[int, int]:
    form = data[12:16]
    if form == b"VP8X":
        wide, high = data[24:27], data[27:30]
        return int.from_bytes(wide, "little") + 1, int.from_bytes(high, "little") + 1
    if form == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF
