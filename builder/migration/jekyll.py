"""A Jekyll site: `_posts/`, `_drafts/`, pages and the permalinks of `_config.yml` → posts.

What its front matter means is said at jekyllrb.com/docs/front-matter.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from builder.content import pagelinks
from builder.errors import BriefpressError
from builder.migration import front, hypertext, permalinks, references, shortcodes
from builder.migration.posts import Found, Left, Post
from builder.migration.tree import Tree

_POST = re.compile(
    r"(?:(?P<folder>.+)/)?(?P<kind>_posts|_drafts)/(?:.+/)?(?P<name>[^/]+)\.(?P<ending>md|markdown|html)"
)
_DATED = re.compile(r"(?P<day>\d{4}-\d{1,2}-\d{1,2})-(?P<slug>.+)")
_MADE = re.compile(
    r"(?:^|/)(?:404|index|search|feed|archive|archives|tags|categories)\.(?:md|markdown|html)$"
)
_HIGHLIGHT = re.compile(r"\{%-?\s*+(?:highlight\s++(?P<language>[^\s%]++)[^%]*+|endhighlight\s*+-?)%\}")
_RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_BASE = re.compile(r"\{\{\s*site\.(?:baseurl|url)\s*\}\}")
_RELATIVE = re.compile(r"""\{\{\s*["']([^"'|]+)["']\s*\|\s*(?:relative_url|absolute_url)\s*\}\}""")
_POST_URL = re.compile(r"\{%-?\s*+post_url\s++(?P<name>[^\s%]++)\s*+-?%\}")
_LINK = re.compile(r"\{%-?\s*+link\s++(?P<name>[^\s%]++)\s*+-?%\}")
_LIQUID = re.compile(r"\{%-?\s*(\w+)[^%\n]{0,200}|\{\{\s*([\w.]+)")
_LINKS = ("link", "external_url", "external-url", "link_url", "external_link")
_UNREAD = "\0unread"
"""The key, which no file has, of why all that it would say must be feared."""
_KNOWN = frozenset(
    """
    title date published slug permalink redirect_from tags tag categories category description excerpt author
    authors
    link external_url external-url link_url external_link
    """.split()  # noqa: SIM905 (as a list it is too long to read)
)


@dataclass(frozen=True, slots=True)
class _Head:
    """What is known of a text before its words are read."""

    values: Mapping[str, Any]
    body: str
    found: re.Match[str] | None
    """The parts of the name of a post; None for a page."""
    title: str
    date: datetime | None
    stem: str
    categories: tuple[str, ...]
    place: str
    """Where it stood, from the root of the site."""


def is_one(tree: Tree) -> bool:
    """Whether `tree` is a Jekyll site."""
    return any(_POST.fullmatch(name) for name in tree.names)


def read(tree: Tree, zone: tzinfo, now: datetime) -> Iterator[Found]:
    """The posts of the site, in the order of their files; other texts with front matter are pages."""
    told = _config(tree)
    try:
        zone = ZoneInfo(str(told["timezone"])) if told.get("timezone") else zone
    except (ZoneInfoNotFoundError, ValueError):
        yield Left("_config.yml", f"the zone {told['timezone']} is not known")
    style = front.text(told.get("permalink")) or "date"
    pattern = permalinks.JEKYLL_STYLES.get(style, style)
    if told.get(_UNREAD):
        yield Left("_config.yml", "cannot be read, so that all texts become drafts")
    known = set(tree.names)
    place_of = partial(_place_of, tree, zone, pattern)
    for name in tree.names:
        path = PurePosixPath(name)
        if path.suffix not in {".md", ".markdown", ".html"}:
            continue
        is_post = _POST.fullmatch(name)
        if not is_post and (name.startswith(("_", ".")) or "/_" in name or len(path.parts) > 2):
            if name.startswith("_") and not name.startswith(("_layouts/", "_includes/", "_sass/", "_data/")):
                yield Left(name, "a text of a collection; only posts, drafts and pages are taken")
            continue
        try:
            text = tree.text(name)
            if not is_post and not text.startswith("---"):
                continue
            if not is_post and _MADE.search(name):
                yield Left(name, "a page that a theme fills; such pages are made anew here")
                continue
            yield _post(name, text, zone, now, pattern, told, known, place_of)
        except BriefpressError as error:
            yield Left(name, error.faults[0].message)


def _post(
    name: str,
    text: str,
    zone: tzinfo,
    now: datetime,
    pattern: str,
    told: Mapping[str, Any],
    known: set[str],
    place_of: Callable[[str], str],
) -> Post:
    head = _head(text, name, zone, pattern)
    values, found, title, date = head.values, head.found, head.title, head.date
    stem, categories, place = head.stem, head.categories, head.place
    notes: list[str] = []
    body = pagelinks.outside_code(_plain(head.body), lambda text: _led(text, known, place_of))
    if name.endswith(".html"):
        body, lost = hypertext.markdown(body)
        notes += lost
    folder = place if place.endswith("/") else place.rpartition("/")[0]
    body, files = references.collected(body, folder.rstrip("/"), lambda at: at if at in known else "")
    left = [(_tag(found), found[0]) for found in _LIQUID.finditer(pagelinks.without_code(body))]
    notes += shortcodes.standing("Liquid tag", left, text, name)
    lost_pictures = references.missing(body, folder.rstrip("/"), files)
    notes += shortcodes.standing("picture", lost_pictures, text, name, "was not found")
    notes += references.elsewhere(body)
    own = _why_not_public(values, found, date, zone, now)
    # What the text says itself has the last word; of what is said for it, the strictest.
    said = ({key: value for key, value in one.items() if key not in values} for one in _over(name, told))
    why = next(filter(None, (own, *(_why_not_public(one, found, date, zone, now) for one in said))), "")
    return Post(
        key=f"jekyll:{name}",
        origin=name,
        title=title,
        body=body.strip("\n") + "\n",
        slug=stem,
        date=date if found else None,
        public=not why,
        why=why,
        is_page=not found,
        places=tuple(filter(None, [place, *map(permalinks.place, front.words(values.get("redirect_from")))])),
        description=front.text(values.get("description")) or front.text(values.get("excerpt")),
        tags=front.words(_spaced(values.get("tags") or values.get("tag"))) or categories,
        link=next((url for key in _LINKS if (url := front.text(values.get(key))).startswith("http")), ""),
        author=", ".join(front.words(values.get("author") or values.get("authors"))),
        extra=front.kept({key: value for key, value in values.items() if key not in _KNOWN}),
        files=files,
        notes=tuple(notes),
    )


def _head(text: str, name: str, zone: tzinfo, pattern: str) -> _Head:
    """What is known of the text `name`. Raises ContentError when its front matter cannot be read."""
    values, body = front.read(text, name)
    found = _POST.fullmatch(name)
    path = PurePosixPath(name)
    dated = _DATED.fullmatch(path.stem) if found else None
    stem = dated["slug"] if dated else path.stem
    date = front.moment(values.get("date"), zone) or front.moment(dated and dated["day"], zone)
    title = front.text(values.get("title")) or stem.replace("-", " ").capitalize()
    categories = front.words(_spaced(values.get("categories") or values.get("category")))
    if found and found["folder"]:
        categories = tuple(dict.fromkeys([*found["folder"].split("/"), *categories]))
    place = permalinks.filled(
        front.text(values.get("permalink"))
        or (pattern if found else f"/{path.with_suffix('').as_posix()}.html"),
        name=stem,
        title=title,
        date=date.astimezone(zone) if date else None,
        categories=categories,
        written=front.text(values.get("slug")),
    )
    return _Head(values, body, found, title, date, stem, categories, place)


def _place_of(tree: Tree, zone: tzinfo, pattern: str, called: str) -> str:
    """Where the text stood that `link` or `post_url` names; empty where there is none, or more than one."""
    asked = called.lstrip("/")
    folder, _, stem = asked.rpartition("/")
    above = f"{folder}/_posts/" if folder else "_posts/"
    found = [
        name
        for name in tree.names
        if name == asked
        or (
            PurePosixPath(name).stem == stem
            and (post := _POST.fullmatch(name))
            and (name.startswith(above) or f"/_posts/{asked}." in f"/{name}" or not folder)
            and post["kind"] == "_posts"
        )
    ]
    try:
        return _head(tree.text(found[0]), found[0], zone, pattern).place if len(found) == 1 else ""
    except BriefpressError:
        return ""


def _led(text: str, known: set[str], place_of: Callable[[str], str]) -> str:
    """`text` with the tags `post_url` and `link` resolved, as far as it is clear to what."""

    def to_post(found: re.Match[str]) -> str:
        place = place_of(found["name"])
        return f"/{place}" if place else found[0]

    def to_file(found: re.Match[str]) -> str:
        name = found["name"].lstrip("/")
        if name not in known:
            return found[0]
        if not name.endswith((".md", ".markdown", ".html")):
            return f"/{name}"
        return to_post(found)

    return _LINK.sub(to_file, _POST_URL.sub(to_post, text))


def _why_not_public(
    values: Mapping[str, Any],
    found: re.Match[str] | None,
    date: datetime | None,
    zone: tzinfo,
    now: datetime,
) -> str:
    if values.get(_UNREAD):
        return str(values[_UNREAD])
    if found and found["kind"] == "_drafts":
        return "a draft"
    if why := front.hides(values, "draft", when=True) or front.hides(values, "published", when=False):
        return why
    if not front.unset(values.get("date")) and front.moment(values["date"], zone) is None:
        return f"`date: {str(values['date'])[:60]}`, which is no day that can be read"
    return f"not published before {date:%Y-%m-%d}" if date and date > now else ""


def _over(name: str, told: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What the configuration says for the text `name`, and, where it is not sure for which, maybe for it."""
    if told.get(_UNREAD):
        yield told
    excluded = told.get("exclude")
    if any(front.covers(str(one), name) for one in (excluded if isinstance(excluded, list) else ()) if one):
        yield {_UNREAD: "`exclude` of _config.yml"}
    defaults = told.get("defaults")
    for one in defaults if isinstance(defaults, list) else [] if front.unset(defaults) else [defaults]:
        if not isinstance(one, dict) or not isinstance(values := one.get("values"), dict):
            yield {_UNREAD: "the `defaults` of _config.yml, which cannot be read"}
            continue
        scope = front.lower(one.get("scope"))
        kind = str(scope.get("type") or "")
        post = _POST.fullmatch(name)
        is_kind = not kind or kind in ((post["kind"].strip("_"), "posts") if post else ("pages", "page"))
        if is_kind and front.covers(str(scope.get("path") or ""), name):
            yield front.lower(values)


def _plain(body: str) -> str:
    """`body` with those tags of Liquid replaced that Markdown has words for."""
    return _RELATIVE.sub(r"\1", _BASE.sub("", _RAW.sub("", shortcodes.fenced(body, _HIGHLIGHT))))


def _tag(found: re.Match[str]) -> str:
    return found[1] or found[2]


def _spaced(value: object) -> object:
    # In Jekyll a text is several tags, with spaces between them.
    return value.split() if isinstance(value, str) and "," not in value else value


def _config(tree: Tree) -> dict[str, Any]:
    for name in ("_config.yml", "_config.yaml"):
        if name in tree:
            try:
                told = yaml.safe_load(tree.text(name))
            except (yaml.YAMLError, ValueError):
                told = False
            return told or {} if isinstance(told, dict | None) else {_UNREAD: f"{name} cannot be read"}
    return {}
