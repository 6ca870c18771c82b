"""What has to go of a site that could not be made whole. Pure.

Where something failed, what is missing may be missing by the fault, so nothing is removed. What is known to
be public no more is another matter: it goes at once, and so does whatever still shows it.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote

from builder.content import editions, items, merge, pages
from builder.model import Edition, Item, Library, StaticPage, Status
from builder.render.places import item_path

_INDEX = "/index.html"
_GATHERED = frozenset(["archive", "feeds", "search", "sections", "sources", "tags"])
"""The folders of what is made of many files at once."""
_DATA = re.compile(rb'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_SAYS_WHICH = 8
"""Characters of a title by which an item is known again. Shorter ones stand in texts that mean no item."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The outputs that the last build made and this one does not."""

    remove: tuple[str, ...] = ()
    """Those that go. None while nothing is known to have been public."""
    doubtful: tuple[str, ...] = ()
    """Those that may be of a file that cannot be read now: they stay, unless they show what goes."""
    telling: tuple[str, ...] = ()
    """Those that go of which no other may tell: a list that goes may be missed by the broken file alone."""

    def shown_in(self, data: bytes, titles: Collection[str] = ()) -> bool:
        """Whether `data`, a page or a feed, leads to one that goes and of which none may tell, or names it.

        `titles` are those of the pages that go: a template may tell of an item without a link.
        """
        folders = [path.removesuffix("index.html") for path in self.telling if path.endswith(_INDEX)]
        if not folders:
            return False
        ways = {way.encode() for folder in folders for way in (folder, quote(folder))}
        if re.search(rb"(?<![\w-])(?:%s)" % b"|".join(map(re.escape, sorted(ways))), data):
            return True
        said = _plain(data.decode("utf-8", "replace")) if titles else ""
        return any(_plain(title) in said for title in titles)


def title(page: bytes) -> str:
    """What the item on `page` is called, as the page tells machines; empty for one too short to know."""
    for data in _DATA.findall(page):
        try:
            nodes = json.loads(data)["@graph"]
            found = next(node["headline"] for node in nodes if "headline" in node)
        except (ValueError, LookupError, TypeError, StopIteration):
            continue
        if isinstance(found, str) and len(found) >= _SAYS_WHICH:
            return found
    return ""


def _plain(words: str) -> str:
    """`words` whichever way they are escaped, spaced or written large."""
    return " ".join(unescape(words).split()).casefold()


def gone(unclaimed: Iterable[str], library: Library, faults: Collection[str]) -> Gone:
    """What becomes of the outputs `unclaimed`, when something failed.

    `faults` are the paths of what is broken; what is in `library` could be read.
    """
    doubted = _doubts(library, faults)
    told = [(path, doubted(path)) for path in unclaimed]
    if not any(doubt is False for _, doubt in told):
        return Gone()
    return Gone(
        remove=tuple(path for path, doubt in told if not doubt),
        doubtful=tuple(path for path, doubt in told if doubt),
        telling=tuple(path for path, doubt in told if doubt is False or (doubt is None and not faults)),
    )


def _doubts(library: Library, faults: Collection[str]) -> Callable[[str], bool | None]:
    """Tells whether an output may be of a broken file; None for one that is of no single file."""
    nouns: tuple[Item | Edition | StaticPage, ...] = (*library.items, *library.editions, *library.pages)
    read = {noun.path for noun in nouns}
    broken = [path for path in faults if path not in read]
    lost = [path.removesuffix(merge.REJECTED) for path in broken if path.startswith(items.FOLDER)]
    names = {path.rpartition("/")[2].removesuffix(".md") for path in lost}
    # A folder that cannot be looked into may hold any item.
    blind = any(not path.lower().endswith(".md") for path in lost)
    lacks_edition = any(path.startswith(editions.FOLDER) for path in broken)
    lacks_page = any(path.startswith(pages.FOLDER) for path in broken)
    known = {item_path(item): item for item in library.items}
    numbers = {str(edition.number) for edition in library.editions}
    slugs = {page.slug for page in library.pages}

    def doubted(path: str) -> bool | None:
        parts = path.split("/")
        if len(parts) > 2 and parts[0] == "items":
            item = known.get(f"items/{parts[1]}/")
            if item:
                return lacks_edition and item.status is Status.APPROVED
            return blind or parts[1] in names
        if len(parts) > 2 and parts[0] == "editions" and parts[1].isdigit():
            return lacks_edition and parts[1] not in numbers
        if parts[0] in _GATHERED or parts[0] in ("items", "editions") or not path.endswith(_INDEX):
            return None
        return lacks_page and path.removesuffix(_INDEX) not in slugs

    return doubted
