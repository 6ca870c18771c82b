"""What a Markdown text shows and leads to in its own site. Pure."""

import re
from collections.abc import Callable
from posixpath import normpath
from urllib.parse import SplitResult, unquote, urlsplit

from builder.content.pagelinks import outside_code, without_code
from builder.text import count

_LINK = re.compile(r"(?P<before>\]\(\s*<?)(?P<url>[^\s)<>]+)")
_SOURCE = re.compile(r"""(?P<before>\b(?:src|href)=["'])(?P<url>[^"'<>\s]+)""", re.IGNORECASE)
_PICTURE = re.compile(
    # Bounds, so that a text of beginnings without ends is read in a time that goes with its length.
    r"""!\[[^\]]{0,500}\]\(\s*<?(?P<md>[^\s)<>]+)|<img\b[^<>]*\bsrc=["'](?P<html>[^"'<]+)""",
    re.IGNORECASE,
)
_SHOWN = re.compile(
    r"\.(?:png|jpe?g|gif|webp|avif|svg|pdf|mp3|mp4|ogg|webm|zip|csv|txt|epub)$", re.IGNORECASE
)


def parts(url: str) -> SplitResult:
    """`url` in its parts; all empty for what is none, such as `//[name]/`."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def collected(body: str, folder: str, named: Callable[[str], str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """`body` with its own files named from the root of the site, and these: their places and their names.

    `folder` is the place of the text, and `named` gives the name in the export of the file at a place, empty
    when there is none.
    """
    files: dict[str, str] = {}

    def rooted(found: re.Match[str]) -> str:
        told = parts(found["url"])
        if told.scheme or told.netloc or not told.path or not _SHOWN.search(told.path):
            return found[0]
        path = unquote(told.path)
        place = normpath(path.lstrip("/") if path.startswith("/") else f"{folder}/{path}".lstrip("/"))
        name = "" if place.startswith("..") else named(place)
        if not name:
            return found[0]
        files[place] = name
        return f"{found['before']}/{place}" if " " not in place else found[0]

    made = outside_code(body, lambda text: _SOURCE.sub(rooted, _LINK.sub(rooted, text)))
    return made, tuple(files.items())


def missing(body: str, folder: str, files: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """The pictures of its own site that `body` shows and that are not there.

    `body` and `files` are as `collected` gives them. Each is told twice, as its name and as it is written, in
    the order of the text.
    """
    there = {place for place, _ in files}
    found = []
    for one in _PICTURE.finditer(without_code(body)):
        url = one["md"] or one["html"]
        told = parts(url)
        path = unquote(told.path)
        place = normpath(path.lstrip("/") if path.startswith("/") else f"{folder}/{path}".lstrip("/"))
        if _SHOWN.search(path) and not (told.scheme or told.netloc) and place not in there:
            found.append((url, url))
    return found


def elsewhere(body: str) -> tuple[str, ...]:
    """A note on pictures that stand on other hosts, where there are some: readers see their descriptions."""
    found = [one["md"] or one["html"] for one in _PICTURE.finditer(body)]
    foreign = sum(1 for url in found if parts(url).netloc)
    if not foreign:
        return ()
    verb = "is" if foreign == 1 else "are"
    return (f"{count(foreign, 'picture')} {verb} on another host: readers see the description",)
