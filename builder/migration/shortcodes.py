"""Shortcodes of Hugo that Markdown has words for, and where the others stand. Pure.

What each means is said at gohugo.io/shortcodes.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from builder.content import pagelinks

WRITTEN: Final = re.compile(r"\{\{[<%]\s*+/?+\s*+([\w./-]++)[^{}]*[>%]\}\}")
_CODE = re.compile(r"\{\{[<%]\s*+(?:highlight\s++(?P<language>[\w+#-]++)[^{}]*|/highlight\s*+)[>%]\}\}")
_ARGUMENT = re.compile(
    r"""(?:(?P<key>\w++)\s*+=\s*+)?+(?:"(?P<quoted>[^"]*+)"|`(?P<raw>[^`]*+)`|(?P<bare>[^\s"`]++))"""
)
_VIDEOS = {"youtube": "https://www.youtube.com/watch?v={}", "vimeo": "https://vimeo.com/{}"}
_PLAIN = re.compile(r"[\w-]+")
_LINES = 5
"""So many lines of a name are told, at most."""


def resolved(body: str, place_of: Callable[[str], str]) -> str:
    """`body` with figures, code, references and what was embedded in words of Markdown; the rest as written.

    `place_of` tells where the text stood that a reference names, from the root of the site; empty when there
    is no such text, or more than one.
    """
    if "{{" not in body:
        return body
    return pagelinks.outside_code(
        fenced(body, _CODE), lambda text: WRITTEN.sub(lambda found: _told(found, place_of), text)
    )


def fenced(body: str, tag: re.Pattern[str]) -> str:
    """`body` with the code between two of `tag`, of which the first names its `language`, in fences.

    In one go: a text of beginnings alone costs no more.
    """
    parts: list[str] = []
    at = 0
    opened: re.Match[str] | None = None
    for found in tag.finditer(body):
        if found["language"]:
            opened = opened or found
        elif opened:
            code = body[opened.end() : found.start()].removeprefix("\n").removesuffix("\n")
            parts += [body[at : opened.start()], f"```{opened['language'].rstrip('-')}\n{code}\n```"]
            at, opened = found.end(), None
    return "".join((*parts, body[at:]))


def standing(
    what: str, left: Iterable[tuple[str, str]], text: str, origin: str, said: str = "stands as it was written"
) -> tuple[str, ...]:
    """A note for each name among `left`, its name and how it is written, on where it stands in `text`.

    `said` is what is said of it.
    """
    lines: dict[str, list[int]] = {}
    at, line = 0, 1
    for name, written in left:
        found = text.find(written, at)
        told = lines.setdefault(name, [])
        if found >= 0:
            line += text.count("\n", at, found)
            at = found
            told.append(line)
    return tuple(f"the {what} {name} {said}{_where(origin, lines[name])}" for name in sorted(lines))


def _where(origin: str, lines: list[int]) -> str:
    if not lines:
        return ""
    shown = list(dict.fromkeys(lines))
    more = " …" if len(shown) > _LINES else ""
    return f": {origin}:{', '.join(map(str, shown[:_LINES]))}{more}"


def _told(found: re.Match[str], place_of: Callable[[str], str]) -> str:
    name = found[1].lower()
    inner = found[0][found[0].index(found[1]) + len(found[1]) : -3].rstrip(" /")
    named: dict[str, str] = {}
    plain: list[str] = []
    for one in _ARGUMENT.finditer(inner):
        value = one["quoted"] if one["quoted"] is not None else one["raw"] or one["bare"] or ""
        if one["key"]:
            named[one["key"].lower()] = value
        else:
            plain.append(value)
    return _words(name, named, plain, place_of) or found[0]


def _words(name: str, named: dict[str, str], plain: list[str], place_of: Callable[[str], str]) -> str:
    """A shortcode in words of Markdown; empty where there are none for it."""
    first = named.get("id") or (plain[0] if plain else "")
    if name == "figure":
        return _figure(named)
    if name in ("ref", "relref"):
        path, mark, fragment = (named.get("path") or first).partition("#")
        place = place_of(path)
        return f"/{place}{mark}{fragment}" if place else ""
    if name == "gist" and len(plain) > 1 and all(map(_PLAIN.fullmatch, plain[:2])):
        return _link("Gist", f"https://gist.github.com/{plain[0]}/{plain[1]}")
    if not _PLAIN.fullmatch(first):
        return ""
    if name in _VIDEOS:
        return _link("Video", _VIDEOS[name].format(first))
    if name == "instagram":
        return _link("Picture at Instagram", f"https://www.instagram.com/p/{first}/")
    user = named.get("user", "i")
    if name in ("tweet", "twitter", "x", "twitter_simple") and _PLAIN.fullmatch(user):
        return _link("Post at X", f"https://x.com/{user}/status/{first}")
    return ""


def _figure(named: dict[str, str]) -> str:
    source = named.get("src", "")
    if not source or re.search(r"[\s<>()]", source):
        return ""
    alt = (
        (named.get("alt") or named.get("caption") or named.get("title") or "")
        .replace("[", "(")
        .replace("]", ")")
    )
    shown = f"![{alt}]({source})"
    link = named.get("link", "")
    if link and not re.search(r"[\s<>()]", link):
        shown = f"[{shown}]({link})"
    beside = ". ".join(filter(None, (named.get("title", ""), named.get("caption", ""))))
    return f"{shown}\n\n{beside}" if beside and beside != alt else shown


def _link(words: str, url: str) -> str:
    return f"[{words}]({url})"
