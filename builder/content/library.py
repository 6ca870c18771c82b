"""All of `content/`, read once."""

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from builder import digest, files
from builder.content import editions, frontmatter, items, merge, pages, stories
from builder.content.fields import HEAD_LINE
from builder.content.shelf import Plainly, Shelf, plainly
from builder.errors import ContentError, Fault, FileError
from builder.model import Correction, Edition, Gist, Item, Library, Ruling, StaticPage, Status, Unread
from builder.workers import Mapper, in_line

Noun = TypeVar("Noun", Item, Edition, StaticPage, Ruling)

_Found = tuple[Any, str] | ContentError | FileError
"""What a file holds, an item that is kept in plain values, and its digest; or what is wrong with it."""
_URL = re.compile(rb"^[ \t]+url:[ \t]*[\"']?(https?://[^\s\"']+)", re.MULTILINE)
_ID_LINE = re.compile(rb"^id:[ \t]*[\"']?([0-9a-f]{10})\b", re.MULTILINE)
_UNSETTLED = "holds a proposed text that was not settled"
_UNSETTLED_HINT = "Take over into the item's file what you want of it, then delete this one."
_LINK_HINT = "Put the file itself there; content is read from the newsletter's own folder."


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read, and what could not be."""

    library: Library
    faults: tuple[Fault, ...]
    """By path and line."""
    broken_ids: frozenset[str] = frozenset()
    """Ids of items whose files cannot be used, as far as they can be made out.

    They are not in the library, and must not be drafted again.
    """
    broken_urls: frozenset[str] = frozenset()
    """The addresses in the files of such items: no other feed's entry on them may be drafted either."""
    blind: tuple[str, ...] = ()
    """What is below the folder of items and could not even be looked into: any item may be there."""

    @property
    def paths(self) -> frozenset[str]:
        """The files of all items, the broken ones too, as `items.path_key` gives them."""
        read = (item.path for item in self.library.items)
        broken = (fault.path for fault in self.faults)
        return frozenset(map(items.path_key, (*read, *broken)))


def load(
    root: Path,
    shelf: Shelf | None = None,
    mapper: Mapper = in_line,
    found: Callable[[str], Collection[str] | None] = lambda _: None,
) -> Loaded:
    """All that stands in `content/` of the newsletter in `root`.

    Items that the `shelf` has are not read again; the others are parsed by `mapper`. `found` tells all
    files below a folder, if somebody has looked already and met with files and folders only, all readable.

    A file that cannot be used is a fault and not in the library. So are, of two items with one id, of two
    editions with one number, of two pages with one slug and of two rulings on one story, those whose path
    comes later. An edition or a ruling that lists an item which does not exist is a fault, and in the
    library.
    """
    reader = _Reader(root, shelf, mapper, found)
    all_items = reader.read(items.FOLDER, items.parse)
    all_editions = reader.read(editions.FOLDER, editions.parse)
    all_pages = reader.read(pages.FOLDER, pages.parse)
    kept = reader.unique(all_items, "id", lambda item: item.id)
    numbered = reader.unique(all_editions, "number", lambda edition: f"{edition.number}")
    named = reader.unique(all_pages, "slug", lambda page: page.slug)
    known = {item.id for item in all_items} | reader.broken_ids
    reader.refuse_unknown(numbered, known)
    ruled = reader.unique(reader.read(stories.FOLDER, stories.parse), "id", lambda ruling: ruling.id)
    reader.refuse_rulings(ruled, kept, known)
    return Loaded(
        Library(
            items=tuple(kept),
            editions=tuple(sorted(numbered, key=lambda edition: edition.number)),
            pages=tuple(sorted(named, key=lambda page: page.slug)),
            digests=reader.digests,
            gists=reader.gists(),
            rulings=tuple(ruled),
            stories=stories.resolve(kept, ruled),
            unread=tuple(sorted(reader.unread, key=lambda one: one.path)),
        ),
        tuple(sorted(reader.faults, key=lambda fault: (fault.path, fault.line))),
        frozenset(reader.broken_ids),
        frozenset(reader.broken_urls),
        tuple(sorted(reader.blind)),
    )


@dataclass(frozen=True, slots=True)
class Period:
    """The times at which a library shows the same."""

    since: datetime | None
    """The newest date of what is shown; None when nothing has one."""
    until: datetime | None
    """When the first of what is held back is due; None when nothing is."""


def at(library: Library, clock: datetime | None) -> tuple[Library, Period]:
    """`library` without what is dated after `clock`, and how long that stays so.

    An item is dated by its `date`, an edition by its `published`. Without a clock nothing is held back.
    """
    dates = (*(item.date for item in library.items), *(edition.published for edition in library.editions))
    told = [date for date in dates if date]
    if clock is None:
        return library, Period(None, None)
    due = min((date for date in told if date > clock), default=None)
    period = Period(max((date for date in told if date <= clock), default=None), due)
    if due is None:
        return library, period
    shown = replace(
        library,
        items=tuple(item for item in library.items if item.date <= clock),
        editions=tuple(
            edition for edition in library.editions if not edition.published or edition.published <= clock
        ),
    )
    return shown, period


def published_items(library: Library, publish: str) -> frozenset[str]:
    """The ids of the items that are public, by `editorial.publish` of the config.

    `items`: all that are approved. `editions`: those of them that a published edition lists.
    """
    approved = frozenset(item.id for item in library.items if item.status is Status.APPROVED)
    if publish == "items":
        return approved
    return approved & {
        placed.item
        for edition in library.editions
        if edition.published
        for part in edition.parts
        for placed in part.items
    }


def published_when(library: Library, publish: str) -> dict[str, datetime]:
    """When each public item went out, by its id: with the first edition that has it, else by its approval."""
    public = published_items(library, publish)
    when: dict[str, datetime] = {}
    if publish == "items":
        return {
            item.id: item.review.at if item.review else item.date
            for item in library.items
            if item.id in public
        }
    for edition in library.editions:
        if edition.published:
            for item in (placed.item for part in edition.parts for placed in part.items):
                if item in public:
                    when[item] = min(when.get(item, edition.published), edition.published)
    return when


def retold(known: Mapping[str, Item], edition: Edition) -> tuple[tuple[Item, Correction], ...]:
    """The corrections of the items `known`, by id, that `edition` tells of, each once, in its order."""
    found = {
        (item.id, correction.date): (item, correction)
        for told in edition.corrected
        if (item := known.get(told.item))
        for correction in item.corrections
        if correction.date == told.date
    }
    return tuple(found.values())


def faults_of_editions(library: Library, lookback_days: int = 0) -> tuple[Fault, ...]:
    """What is wrong with what editions list, by edition and place.

    A published edition lists an item that is not approved, and so is not public; an edition lists one twice,
    or one that an edition of at most `lookback_days` before listed already; 0 looks back without limit.
    """
    known = {item.id: item for item in library.items}
    faults: list[Fault] = []
    used: dict[str, Edition] = {}
    for edition in library.editions:
        faults.extend(_of_nothing(edition, known))
        seen: set[str] = set()
        for item_id in (placed.item for part in edition.parts for placed in part.items):
            item = known.get(item_id)
            if item_id in seen:
                faults.append(Fault(f"lists {_named(item, item_id)} twice", edition.path))
            elif edition.published and item and item.status is not Status.APPROVED:
                what = f"is published and lists {_named(item, item_id)}, which is {_STANDING[item.status]}"
                hint = f"Approve it (`briefpress approve {item_id}`) or take it out of the edition."
                faults.append(Fault(what, edition.path, hint=hint))
            earlier = used.get(item_id)
            if earlier and not (lookback_days and (edition.date - earlier.date).days > lookback_days):
                what = f"lists {_named(item, item_id)}, which edition {earlier.number} has already"
                hint = f"`briefpress edition drop {edition.number} {item_id}` takes it out."
                faults.append(Fault(what, edition.path, hint=hint))
            seen.add(item_id)
        used.update(dict.fromkeys(seen, edition))
    return tuple(faults)


def _of_nothing(edition: Edition, known: Mapping[str, Item]) -> Iterator[Fault]:
    """The corrections that `edition` tells of and no item has."""
    for told in edition.corrected:
        item = known.get(told.item)
        if item is None or told.date not in {one.date for one in item.corrections}:
            when = frontmatter.timestamp(told.date)
            what = f"tells of a correction of {when} that {_named(item, told.item)} does not have"
            yield Fault(what, edition.path, hint="Take the entry out of `corrected`, or mend its date.")


def faults_of_sections(library: Library, sections: Collection[str]) -> tuple[Fault, ...]:
    """The items whose section is none of `sections`, and which are in no list of one."""
    return tuple(
        Fault(
            f"there is no section {item.section}",
            item.path,
            hint=f"There is: {', '.join(sections)}." if sections else "The config has no sections.",
        )
        for item in library.items
        if item.section and item.section not in sections
    )


_STANDING = {
    Status.DRAFT: "a draft",
    Status.REJECTED: "rejected",
    Status.CHANGED: "not what was approved any more",
}


def _named(item: Item | None, item_id: str) -> str:
    return f"{item_id} ({item.title})" if item else item_id


class _Reader:
    """Reads the files of one newsletter, gathering what is wrong."""

    def __init__(
        self,
        root: Path,
        shelf: Shelf | None,
        mapper: Mapper,
        found: Callable[[str], Collection[str] | None],
    ) -> None:
        self._found = found
        self._root = root
        self._shelf = shelf
        self._mapper = mapper
        self.faults: list[Fault] = []
        self.broken_ids: set[str] = set()
        self.broken_urls: set[str] = set()
        self.blind: set[str] = set()
        self.unread: list[Unread] = []
        self.digests: dict[str, str] = {}
        self._unsettled: set[str] = set()
        """Items beside which a proposed text lies that an editor has not settled."""

    def read(self, folder: str, parse: Callable[[str, str], Noun]) -> list[Noun]:
        """The nouns of all Markdown files in `folder`, by path."""
        known = self._found(folder)
        every = sorted(self._markdown(folder) if known is None else self._shown(known))
        paths = [path for path in every if path not in self._unsettled]
        for path in every:
            if path in self._unsettled:
                self._taken(path, ContentError(_UNSETTLED, _UNSETTLED_HINT, path=merge.rejected_path(path)))
        shelved: Mapping[str, Any] = {}
        if self._shelf and folder == items.FOLDER:
            self._shelf.again = partial(_again, self._root)
            shelved = self._shelf.items(paths)
            self.digests.update((path, self._shelf.held[path]) for path in shelved)
        fresh = [path for path in paths if path not in shelved]
        shelf = self._shelf if folder == items.FOLDER else None
        plain = partial(plainly, judges=shelf.judges) if shelf else None
        read = self._mapper(partial(_parsed, self._root, parse, plain), fresh)
        parsed = dict(zip(fresh, read, strict=True))
        return [noun for path in paths if (noun := shelved.get(path) or self._taken(path, parsed[path]))]

    def gists(self) -> Mapping[str, Gist]:
        """The gists of items, as far as the shelf knows them."""
        return self._shelf.gists() if self._shelf else {}

    def _taken(self, path: str, found: _Found) -> Any:
        """The noun in the file `path`; None, and a fault told, when it could not be read."""
        if isinstance(found, ContentError):
            self.faults.extend(found.faults)
            if path.startswith(items.FOLDER):
                self.unread.append(Unread(path=path, id=self._salvage(path), faults=found.faults))
            return None
        if isinstance(found, FileError):
            self._fault_unseen(found.faults[0].message, path, found.hint)
            if path.startswith(items.FOLDER):
                self.unread.append(Unread(path=path, id="", faults=(self.faults[-1],)))
            return None
        noun, held = found
        self.digests[path] = held
        # Of what is kept plain values come, which cost less on their way.
        return self._shelf.take(path, held, noun) if self._shelf and type(noun) is tuple else noun

    def unique(self, nouns: list[Noun], key: str, value_of: Callable[[Noun], str]) -> list[Noun]:
        """`nouns` without those whose value of `key` an earlier one has."""
        first: dict[str, Noun] = {}
        for noun in nouns:
            value = value_of(noun)
            earlier = first.setdefault(value, noun)
            if earlier is not noun:
                what = f"the {key} {value} is already that of {earlier.path}"
                self._fault(what, noun.path, self._line_of(noun.path, key), "Remove one of the two.")
        return list(first.values())

    def refuse_unknown(self, numbered: list[Edition], known: set[str]) -> None:
        """Make each item that is listed and not `known` a fault."""
        for edition in numbered:
            listed = dict.fromkeys(placed.item for part in edition.parts for placed in part.items)
            if unknown := [item for item in listed if item not in known]:
                lines = editions.lines(text_of(self._root, edition.path), edition.path)
                for item in unknown:
                    hint = "Correct the id or take the line out; `briefpress list` shows the ids."
                    self._fault(f"there is no item {item}", edition.path, lines.get(item, 1), hint)

    def refuse_rulings(self, ruled: list[Ruling], kept: list[Item], known: set[str]) -> None:
        """Make all that is wrong between rulings a fault, in its line."""
        for key, fault in stories.faults_of(ruled, kept, known):
            line = stories.lines(text_of(self._root, fault.path), fault.path).get(key, 1)
            self.faults.append(replace(fault, line=line))

    def _markdown(self, folder: str) -> Iterator[str]:
        """The paths of the Markdown files in `folder` and below, hidden ones left out."""
        place = self._root / folder
        if not place.is_dir():
            return
        if not self._is_inside(folder):
            return
        try:
            with os.scandir(place) as entries:
                found = list(entries)
        except OSError as error:
            self._fault_unseen(f"the folder cannot be read: {error.strerror}", folder)
            return
        for entry in found:
            path = f"{folder}/{entry.name}"
            if not _is_unicode(entry.name):
                self._fault_unseen("its name is not UTF-8", ascii(path)[1:-1], "Give it another name.")
                continue
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._markdown(path)
            elif not _can_be_followed(entry):
                self._fault_unseen("is a link that leads to itself", path, _LINK_HINT)
            elif entry.is_symlink() and entry.is_dir():
                self._fault_unseen("a link to a folder is not followed", path, _LINK_HINT)
            elif self._is_markdown(path) and (not entry.is_symlink() or self._is_inside(path)):
                yield path

    def _shown(self, paths: Iterable[str]) -> Iterator[str]:
        """Those of `paths`, plain files all of them, that `_markdown` would come upon."""
        return (path for path in paths if "/." not in path and self._is_markdown(path))

    def _is_markdown(self, path: str) -> bool:
        """Whether the file `path` is one of ours; what lies beside an item and was not settled is noted."""
        if path.endswith(merge.REJECTED) and path.startswith(items.FOLDER):
            self._unsettled.add(path.removesuffix(merge.REJECTED))
        return path.lower().endswith(".md")

    def _is_inside(self, path: str) -> bool:
        try:
            files.inside(self._root, path)
        except FileError:
            self._fault_unseen("is a link that leads out of the newsletter's folder", path, _LINK_HINT)
            return False
        return True

    def _salvage(self, path: str) -> str:
        """Learn which item a broken file is, so that it is not drafted again: its id, empty for unknown."""
        try:
            data = files.read_bytes(self._root / path)
        except FileError:
            self.blind.add(path)
            return ""
        if found := _ID_LINE.search(data):
            self.broken_ids.add(found[1].decode())
            self.broken_urls.update(url.decode("ascii", "replace") for url in _URL.findall(data))
            return found[1].decode()
        if data.lstrip(b"\xef\xbb\xbf").startswith(b"---") or b"\0" in data:
            # It has front matter, or an encoding in which we cannot tell; a note without any is no item.
            self.blind.add(path)
        return ""

    def _line_of(self, path: str, key: str) -> int:
        head = frontmatter.split(text_of(self._root, path), path).head
        return frontmatter.load(head, path, HEAD_LINE).lines.get(key, 1)

    def _fault_unseen(self, message: str, path: str, hint: str = "") -> None:
        """A fault of what could not be looked into."""
        self._fault(message, path, 0, hint)
        if path.startswith(items.FOLDER):
            self.blind.add(path)

    def _fault(self, message: str, path: str, line: int = 0, hint: str = "") -> None:
        self.faults.append(Fault(message, path, line, hint))


def _parsed(
    root: Path, parse: Callable[[str, str], Any], plain: Callable[[Any], Plainly] | None, path: str
) -> _Found:
    """What is found in the file `path`, made `plain` where it is to be kept."""
    try:
        text, data = _read(root, path)
        noun = parse(text, path)
        return plain(noun) if plain else noun, digest.of_bytes(data)
    except (ContentError, FileError) as error:
        return error


def _again(root: Path, path: str) -> Item:
    return items.parse(text_of(root, path), path)


def _can_be_followed(entry: os.DirEntry[str]) -> bool:
    """False for links in a circle; one to nowhere is no trouble yet."""
    try:
        entry.is_dir()
    except OSError:
        return False
    return True


def _is_unicode(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def text_of(root: Path, path: str) -> str:
    """The text of the content file `path`. Raises ContentError when it is not UTF-8, and FileError."""
    return _read(root, path)[0]


def _read(root: Path, path: str) -> tuple[str, bytes]:
    # There are ten thousand of them, and a Path costs as much as to read one.
    place = f"{root}/{path}"
    # Whatever else has the name, such as a pipe, might be read for ever.
    if not os.path.isfile(place):  # noqa: PTH113
        raise ContentError("is not a file", path=path)
    data = files.read_bytes(place)
    try:
        return data.decode("utf-8"), data
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ContentError("is not UTF-8 text", "Save the file as UTF-8.", path=path, line=line) from error
