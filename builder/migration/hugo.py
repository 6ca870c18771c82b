"""A Hugo site: `content/`, `static/` and the permalinks of its configuration → posts.

What its front matter means is said at gohugo.io/content-management/front-matter.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from builder.content import pagelinks
from builder.errors import BriefpressError
from builder.migration import front, hypertext, permalinks, references, shortcodes
from builder.migration.posts import Found, Left, Post
from builder.migration.tree import Tree
from builder.text import slug

CONFIGS = tuple(
    f"{folder}{name}.{ending}"
    for folder in ("", "config/_default/")
    for name in ("hugo", "config")
    for ending in ("toml", "yaml", "yml", "json")
)
_SETTINGS = re.compile(r"config/(?:_default|production)/(?P<name>[\w-]+)\.(?:toml|yaml|yml|json)")
# What Go and Python read alike, and in a time that goes with its length.
_SIMPLE = re.compile(r"\^?(?:[\w/ -]|\\[./-]|\.(?!\*)|\.\*(?!.*\.\*.*\.\*))*\$?")
_LINKS = ("link", "external_url", "externalurl", "link_url", "linkurl", "external_link", "externallink")
_BEGINS = ("publishdate", "pubdate", "published")
_ENDS = ("expirydate", "unpublishdate")
_WHOLE = "\0whole"
"""The key, which no file has, of a file that is a list."""
_UNREAD = "\0unread"
"""The key, which no file has, of why all that it would say must be feared."""
_Cascade = tuple[str, Mapping[str, Any]]
"""A folder, and what is said for the texts below it."""
_KNOWN = frozenset(
    """
    title date publishdate pubdate published draft slug url aliases tags categories description summary author
    authors expirydate unpublishdate lastmod
    link external_url externalurl link_url linkurl external_link externallink
    """.split()  # noqa: SIM905 (as a list it is too long to read)
)


@dataclass(frozen=True, slots=True)
class _Head:
    """What is known of a text before its words are read."""

    values: Mapping[str, Any]
    body: str
    title: str
    date: datetime | None
    stem: str
    folder: str
    """Below `content/`, without that of a bundle; empty for that itself."""
    bundle: bool
    place: str
    """Where it stood, from the root of the site."""


def is_one(tree: Tree) -> bool:
    """Whether `tree` is a Hugo site."""
    return any(name in tree for name in CONFIGS) and any(name.startswith("content/") for name in tree.names)


def read(tree: Tree, zone: tzinfo, now: datetime) -> Iterator[Found]:
    """The posts of the site, in the order of their files. What has a day is a post, what has none a page."""
    told = _config(tree)
    try:
        zone = ZoneInfo(str(told["timezone"])) if told.get("timezone") else zone
    except (ZoneInfoNotFoundError, ValueError):
        yield Left("its configuration", f"the zone {told['timezone']} is not known")
    patterns = _patterns(told)
    if told.get(_UNREAD):
        yield Left("its configuration", "cannot be read, so that all texts become drafts")
    place_of = _places(tree, zone, patterns)
    cascades = _cascades(tree, told)
    ignored = tuple(_ignored(told))
    known = set(tree.names)
    for name in tree.names:
        if not name.startswith("content/"):
            continue
        path = PurePosixPath(name)
        if path.suffix not in {".md", ".markdown", ".html"}:
            continue
        if path.name.startswith("_index."):
            yield Left(name, "the text of a list; lists are made anew here")
            continue
        try:
            yield _post(tree, name, zone, now, patterns, cascades, ignored, known, place_of)
        except BriefpressError as error:
            yield Left(name, error.faults[0].message)


def _post(
    tree: Tree,
    name: str,
    zone: tzinfo,
    now: datetime,
    patterns: Mapping[str, str],
    cascades: Sequence[_Cascade],
    ignored: Sequence[_Cascade],
    known: set[str],
    place_of: Callable[[str, str], str],
) -> Post:
    text = tree.text(name)
    head = _head(text, name, zone, patterns)
    values, body, title, date = head.values, head.body, head.title, head.date
    stem, folder, place = head.stem, head.folder, head.place
    notes: list[str] = []
    body = shortcodes.resolved(body, lambda target: place_of(target, name))
    if name.endswith(".html"):
        body, found = hypertext.markdown(body)
        notes += found
    home = PurePosixPath(name).parent.as_posix()

    def named(at: str) -> str:
        beside = f"{home}/{at.removeprefix(place)}" if head.bundle and place and at.startswith(place) else ""
        return next((one for one in (beside, f"static/{at}") if one in known), "")

    body, files = references.collected(body, place.rstrip("/"), named)
    left = [(one[1], one[0]) for one in shortcodes.WRITTEN.finditer(pagelinks.without_code(body))]
    notes += shortcodes.standing("shortcode", left, text, name)
    lost_pictures = references.missing(body, place.rstrip("/"), files)
    notes += shortcodes.standing("picture", lost_pictures, text, name, "was not found")
    notes += references.elsewhere(body)
    own = _why_not_public(values, zone, now)
    # What the text says itself has the last word; of what is said for it, the strictest.
    over = (*_over(name, cascades), *(said for pattern, said in ignored if _matches(pattern, name)))
    said = ({key: value for key, value in one.items() if key not in values} for one in over)
    why = next(filter(None, (own, *(_why_not_public(one, zone, now) for one in said))), "")
    return Post(
        key=f"hugo:{name.removeprefix('content/')}",
        origin=name,
        title=title,
        body=body.strip("\n") + "\n",
        slug=stem if date else f"{folder}/{stem}".lstrip("/"),
        date=date,
        public=not why,
        why=why,
        is_page=date is None,
        places=tuple(filter(None, [place, *map(permalinks.place, front.words(values.get("aliases")))])),
        description=front.text(values.get("description")) or front.text(values.get("summary")),
        tags=front.words(values.get("tags")) or front.words(values.get("categories")),
        link=next((url for key in _LINKS if (url := front.text(values.get(key))).startswith("http")), ""),
        author=", ".join(front.words(values.get("author") or values.get("authors"))),
        extra=front.kept({key: value for key, value in values.items() if key not in _KNOWN}),
        files=files,
        notes=tuple(notes),
    )


def _head(text: str, name: str, zone: tzinfo, patterns: Mapping[str, str]) -> _Head:
    """What is known of the text `name`. Raises ContentError when its front matter cannot be read."""
    values, body = front.read(text, name)
    path = PurePosixPath(name.removeprefix("content/"))
    bundle = path.stem == "index"
    stem = path.parent.name if bundle else path.stem
    folder = (path.parent.parent if bundle else path.parent).as_posix()
    folder = "" if folder == "." else folder
    section = folder.partition("/")[0]
    title = front.text(values.get("title")) or stem
    date = front.moment(values.get("date"), zone) or front.moment(
        values.get("publishdate") or values.get("published") or values.get("pubdate"), zone
    )
    written = front.text(values.get("slug"))
    place = permalinks.place(front.text(values.get("url")))
    if not place and section in patterns:
        place = permalinks.filled(
            patterns[section],
            name=stem,
            title=title,
            date=date.astimezone(zone) if date else None,
            section=folder,
            categories=front.words(values.get("categories")),
            written=written,
        )
    elif not place:
        place = permalinks.place(f"{folder}/{written or stem}".lower())
    return _Head(values, body, title, date, stem, folder, bundle, place)


def _places(tree: Tree, zone: tzinfo, patterns: Mapping[str, str]) -> Callable[[str, str], str]:
    """Where the text stood that a reference in another names, as Hugo finds it; empty when unsure."""
    texts = [
        name
        for name in tree.names
        if name.startswith("content/") and name.endswith((".md", ".markdown", ".html"))
    ]
    called: dict[str, list[str]] = {}
    for name in texts:
        path = name.removeprefix("content/").rpartition(".")[0]
        for one in (path, path.removesuffix("/index")):
            whole = f"/{one}"
            for call in {whole, whole.rpartition("/")[2]}:
                called.setdefault(call, []).append(name)

    def place_of(target: str, origin: str) -> str:
        wanted = re.sub(r"\.(?:md|markdown|html)$", "", target.strip().rstrip("/"))
        home = PurePosixPath(origin.removeprefix("content/")).parent.as_posix()
        beside = normpath(f"/{home}/{wanted}")
        for call in (f"/{wanted.lstrip('/')}", beside, wanted):
            if len(found := set(called.get(call, ()))) == 1:
                (name,) = found
                try:
                    return _head(tree.text(name), name, zone, patterns).place
                except BriefpressError:
                    return ""
        return ""

    return place_of


def _why_not_public(values: Mapping[str, Any], zone: tzinfo, now: datetime) -> str:
    if values.get(_UNREAD):
        return str(values[_UNREAD])
    if why := front.hides(values, "draft", when=True) or front.hides(values, "headless", when=True):
        return why
    # It is a switch, or another name of the day.
    is_day = front.moment(values.get("published"), zone) is not None
    if why := "" if is_day else front.hides(values, "published", when=False):
        return why
    if why := _unbuilt(values):
        return why
    days: dict[str, datetime] = {}
    for key in (*_BEGINS, "date", *_ENDS):
        value = values.get(key)
        if front.unset(value) or (key == "published" and not is_day):
            continue
        day = front.moment(value, zone)
        if day is None:
            return f"`{key}: {str(value)[:60]}`, which is no day that can be read"
        days[key] = day
    ends = next((days[key] for key in _ENDS if key in days), None)
    begins = next((days[key] for key in (*_BEGINS, "date") if key in days), None)
    if ends and ends <= now:
        return f"expired on {ends:%Y-%m-%d}"
    return f"not published before {begins:%Y-%m-%d}" if begins and begins > now else ""


def _unbuilt(values: Mapping[str, Any]) -> str:
    """Why a text is not among those that are built and listed; empty where it is."""
    for key in ("build", "_build"):
        told = front.lower(values.get(key))
        if not told and not front.unset(values.get(key)):
            return f"`{key}`, which cannot be read"
        for part in ("render", "list"):
            value = told.get(part)
            if not front.unset(value) and str(value).lower() not in ("always", "true"):
                return f"`{key}: {{{part}: {str(value)[:60]}}}`"
    return ""


def _cascades(tree: Tree, told: Mapping[str, Any]) -> tuple[_Cascade, ...]:
    """What the configuration, and the text of each list, says for the texts below."""
    found: list[_Cascade] = []
    if told.get(_UNREAD):
        found.append(("", told))
    found += _cascade("", told.get("cascade"))
    for name in tree.names:
        path = PurePosixPath(name)
        if name.startswith("content/") and path.name.startswith("_index."):
            folder = f"{path.parent.as_posix()}/"
            try:
                found += _cascade(folder, front.read(tree.text(name), name)[0].get("cascade"))
            except BriefpressError:
                found.append((folder, {_UNREAD: f"below {name}, which cannot be read"}))
    return tuple(found)


def _cascade(folder: str, told: object) -> Iterator[_Cascade]:
    if front.unset(told):
        return
    for one in told if isinstance(told, Sequence) and not isinstance(told, str) else (told,):
        if isinstance(one, Mapping):
            yield folder, front.lower(one)
        else:
            yield folder, {_UNREAD: f"a `cascade` of {folder or 'the configuration'} cannot be read"}


def _over(name: str, cascades: Sequence[_Cascade]) -> Iterator[Mapping[str, Any]]:
    """What is said for the text `name`, and, where it is not sure for which, maybe for it."""
    for folder, said in cascades:
        target = front.lower(said.get("target") or said.get("_target"))
        is_page = str(target.get("kind", "page")).lower() in ("page", "{page}")
        path = name.removeprefix("content/").rpartition(".")[0].removesuffix("/index")
        if name.startswith(folder) and is_page and front.covers(str(target.get("path", "")), path):
            yield said


def _matches(pattern: str, name: str) -> bool:
    """Whether `ignoreFiles` has a pattern for `name`, or one of which that cannot be said for sure."""
    return len(pattern) > 200 or not _SIMPLE.fullmatch(pattern) or bool(re.search(pattern, f"/{name}"))


def _config(tree: Tree) -> dict[str, Any]:
    """What the configuration says, of one file or of a folder of them, one for each of its keys."""
    told: dict[str, Any] = {}
    main = next((name for name in CONFIGS if name in tree), "")
    parts = [name for name in sorted(tree.names) if _SETTINGS.fullmatch(name) and name != main]
    for name in filter(None, (main, *parts)):
        values = _settings(tree, name)
        found = _SETTINGS.fullmatch(name)
        key = found["name"].lower() if found else "config"
        if key not in ("hugo", "config") and _UNREAD not in values:
            # One of a language, such as `menus.de`, is no key.
            values = {key: values.get(_WHOLE, values)}
        for key, value in values.items():
            before = told.get(key)
            told[key] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value
    return told


def _settings(tree: Tree, name: str) -> dict[str, Any]:
    """What one file of the configuration says, by its keys in lower case."""
    text = tree.text(name)
    try:
        if name.endswith(".toml"):
            told: Any = tomllib.loads(text)
        else:
            told = json.loads(text) if name.endswith(".json") else yaml.safe_load(text)
    except (tomllib.TOMLDecodeError, yaml.YAMLError, ValueError):
        return {_UNREAD: f"{name} cannot be read"}
    if isinstance(told, list):
        return {_WHOLE: told}
    return {str(key).lower(): value for key, value in told.items()} if isinstance(told, dict) else {}


def _ignored(told: Mapping[str, Any]) -> Iterator[_Cascade]:
    """The texts that `ignoreFiles` leaves out, or all where it cannot be said for sure which."""
    patterns = told.get("ignorefiles")
    for one in patterns if isinstance(patterns, list) else [] if front.unset(patterns) else [patterns]:
        yield str(one), {_UNREAD: f"`ignoreFiles: {str(one)[:60]}`"}


def _patterns(told: Mapping[str, Any]) -> dict[str, str]:
    """The pattern of each section that has one; since 0.115 they may stand under `page`."""
    patterns = told.get("permalinks")
    if not isinstance(patterns, dict):
        return {}
    pages = patterns.get("page")
    flat = {**patterns, **(pages if isinstance(pages, dict) else {})}
    return {slug(str(key), "") or str(key): value for key, value in flat.items() if isinstance(value, str)}
