"""The kinds of text a key can hold: what is accepted, and what becomes of it.

Each kind is a type for the models in `keys`; refusals are `wrong(…)`, in our words. The disk is asked only
where a path may be a link that leads elsewhere: the newsletter's `Folder` is the validation context.
"""

import difflib
import re
import zoneinfo
from collections.abc import Collection
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, cast
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, Url

from builder import text
from builder.config.folder import Folder

_OUR_FOLDERS = ("content", ".git", ".briefpress")
"""What no build may write to and no site may show: drafts, history, cache."""
_OUR_PLACES = (*_OUR_FOLDERS, "templates", "static", "samples", "config.yaml")
"""What no build may write to."""
REFUSED = "refused"
"""The error type of `wrong`."""

_WEB = re.compile(r"https?://[^/\\?#\s]", re.IGNORECASE)
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+")
_FEED_ENDINGS = frozenset([".xml", ".rss", ".atom", ".rdf", ".json"])
_HOST_PORT = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})")
# Language, script, region and variants of BCP 47; its private and grandfathered forms help no reader.
# Keys have small letters and hyphens; names of variables hardly ever do.
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
)
_ASCII_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+")
_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+(:[A-Za-z_]\w*)?", re.ASCII)
# What the addresses of feeds are full of and no source is called.
_NO_NAMES = frozenset(["www", "feed", "feeds", "rss", "atom", "rdf", "xml", "json", "index", "html", "php"])
_EXTENSIONS = (
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "extra",
    "fenced_code",
    "footnotes",
    "md_in_html",
    "nl2br",
    "sane_lists",
    "smarty",
    "tables",
    "toc",
)
"""Those Python-Markdown brings along, but for those that need more software or change what a page means."""


def wrong(message: str, hint: str = "") -> PydanticCustomError:
    """The refusal of a value, to be raised by a validator: what is wrong, and what to do about it."""
    return PydanticCustomError(REFUSED, "{message}", {"message": message, "hint": hint})


def nearest(word: str, known: Collection[str]) -> str:
    """`Did you mean x?` for the one of `known` that looks most like `word`; empty when none does."""
    found = difflib.get_close_matches(word.casefold(), known, n=1)
    return f"Did you mean {found[0]}?" if found else ""


def overlap(one: str, other: str, info: ValidationInfo) -> bool:
    """Whether one folder is or holds the other, by name or by where links lead; case is ignored."""
    named = PurePosixPath(one), PurePosixPath(other)
    return _meet(*named) or _meet(_settled(one, info), _settled(other, info))


def _relative(value: str, info: ValidationInfo) -> str:
    if text.clean(value) != value or "\n" in value or "\\" in value:
        raise wrong("must be a plain path", "Write / between folders.")
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or value.startswith("~") or re.match("[A-Za-z]:", value):
        raise wrong("must be a path inside the newsletter's folder")
    _settled(str(path), info)
    return str(path)


def _folder_of(info: ValidationInfo) -> Folder:
    return cast("Folder", info.context)


def slug_of_address(url: str) -> str:
    """A name for the feed at `url`, a web address or a path; empty when it has no Latin letters.

    It depends on this address alone: a feed of the same host that is added later must not rename this one.
    """
    address = urlsplit(url)
    parts = re.split(r"[./]", f"{address.hostname or ''}/{address.path}")
    return text.slug("-".join(part for part in parts if part.lower() not in _NO_NAMES), "")


def _settled(folder: str, info: ValidationInfo) -> PurePosixPath:
    found = _folder_of(info).settled(folder)
    if found is None:
        raise wrong("leads outside of the newsletter's folder")
    return found


def _meet(one: PurePosixPath, other: PurePosixPath) -> bool:
    # Many disks ignore case.
    pairs = zip(one.parts, other.parts, strict=False)
    return all(left.casefold() == right.casefold() for left, right in pairs)


def _folder(value: str, info: ValidationInfo, ours: tuple[str, ...]) -> str:
    folder = _relative(value, info)
    if not PurePosixPath(folder).parts or not _settled(folder, info).parts:
        raise wrong("must not be the newsletter's folder itself")
    for name in ours:
        if overlap(folder, name, info):
            raise wrong(f"must be apart from {name}")
    return folder


def _output(value: str, info: ValidationInfo) -> str:
    return _folder(value, info, _OUR_PLACES)


def _static(value: str, info: ValidationInfo) -> str:
    return _folder(value, info, _OUR_FOLDERS)


def _place(value: str, info: ValidationInfo) -> str:
    place = _relative(value.strip("/"), info)
    return "" if place == "." else place


def web_address(value: str) -> Url:
    """`value` as browsers read it. Raises when it is no http(s) address, or would carry a password about."""
    if not _WEB.match(value):
        hint = f"Did you mean https://{value}?" if _HOST.match(value) and "@" not in value else ""
        raise wrong("must be an address that begins with https:// or http://", hint)
    if re.search(r"\s", value) or text.clean(value) != value:
        raise wrong("must not hold white space")
    try:
        url = Url(value)
    except ValidationError as error:
        raise wrong("is not a valid web address") from error
    if url.username is not None or url.password is not None:
        raise wrong("must not hold a user name or password", "Secrets do not belong into a file.")
    return url


def _site_address(value: str) -> str:
    url = web_address(value)
    if url.query is not None or url.fragment is not None:
        raise wrong("must be without ? and #")
    return str(url).rstrip("/") + "/"


def normal_address(value: str) -> str:
    """The web address `value` as a feed's url is kept; empty when it is none that may be followed."""
    try:
        url = web_address(value.strip())
    except PydanticCustomError:
        return ""
    return str(url).removesuffix(f"#{url.fragment}")


def _feed_address(value: str, info: ValidationInfo) -> str:
    if _WEB.match(value):
        url = web_address(value)
        return str(url).removesuffix(f"#{url.fragment}")
    if "://" in value or re.match(r"https?:", value, re.IGNORECASE):
        raise wrong(
            "must be an address that begins with https:// or http://, or a path in the newsletter's folder"
        )
    path = _relative(value, info)
    host = PurePosixPath(path).parts[:1]
    if not host:
        raise wrong("must be a file")
    named = _HOST.fullmatch(host[0]) and PurePosixPath(host[0]).suffix.lower() not in _FEED_ENDINGS
    if named and not _folder_of(info).has(host[0]):
        raise wrong(f"there is no {host[0]} in the newsletter's folder", f"Did you mean https://{value}?")
    return path


def _endpoint(value: str) -> str:
    if not value:
        return value
    url = web_address(value)
    if url.query is not None or url.fragment is not None:
        raise wrong("must be without ? and #")
    return str(url).rstrip("/")


def _variable(value: str) -> str:
    if value and not _VARIABLE.fullmatch(value):
        hint = "Put the key into an environment variable, and that variable's name here."
        raise wrong("must be the name of an environment variable, such as OPENAI_API_KEY", hint)
    return value


def _homepage(value: str) -> str:
    return value and str(web_address(value))


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        swapped = value.replace("_", "-")
        hint = f"Did you mean {swapped}?" if _LANGUAGE.fullmatch(swapped) else "Write it as en, de or pt-BR."
        raise wrong("must be a language tag", hint)
    primary, *rest = value.split("-")
    cased = {4: str.title, 2: str.upper}
    return "-".join([primary.lower(), *(cased.get(len(part), str.lower)(part) for part in rest)])


def _permanent(value: str) -> str:
    """An authority and perhaps a day, as tag URIs have them (RFC 4151, section 2.1)."""
    authority, comma, day = value.lower().partition(",")
    hint = "Write a host, or a host and a day: brief.example,2026-11-20."
    if value and not (_ASCII_HOST.fullmatch(authority) or _MAIL.fullmatch(authority)):
        raise wrong("must begin with a host or a mail address of yours", hint)
    if comma and not (_DAY.fullmatch(day) and _is_day(day)):
        raise wrong("must end in a day on which the host was yours", hint)
    return authority + comma + day


def _is_day(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


def _timezone(value: str) -> str:
    # The machine's own zone differs from machine to machine, and with it the site.
    if value != "localtime":
        try:
            return zoneinfo.ZoneInfo(value).key
        except (KeyError, ValueError, OSError):
            pass
    zones = {zone.casefold(): zone for zone in sorted(zoneinfo.available_timezones())}
    names = zones | {zone.rpartition("/")[2]: whole for zone, whole in zones.items() if "/" in zone}
    found = difflib.get_close_matches(value.casefold().replace(" ", "_"), names, n=1)
    hint = f"Did you mean {names[found[0]]}?" if found else "Write it as Europe/Berlin."
    raise wrong("is no known time zone", hint)


def _host_port(value: str) -> str:
    parts = _HOST_PORT.fullmatch(value)
    if not parts:
        raise wrong("must be host:port", "Write it as 127.0.0.1:8080.")
    host, port = parts.groups()
    try:
        url = Url(f"http://{host}:{port}/")
    except ValidationError as error:
        raise wrong("must be host:port", "Write it as 127.0.0.1:8080.") from error
    return f"{url.host}:{url.port}"


def _contact(value: str) -> str:
    if not value or _MAIL.fullmatch(value):
        return value
    if _WEB.match(value):
        return str(web_address(value))
    raise wrong("must be a mail address or a web address")


def _mail_address(value: str) -> str:
    if value and not text.is_mail_address(value):
        raise wrong("must be a mail address", "Write it as editor@brief.example, without a name.")
    return value


def _service_address(value: str) -> str:
    url = web_address(value)
    if url.query is not None or url.fragment is not None:
        raise wrong("must be without ? and #")
    if url.scheme != "https" and url.host not in _THIS_MACHINE:
        raise wrong("must begin with https://", "A secret is sent there; only this machine may do without.")
    return str(url).rstrip("/") + "/"


def _unsubscribe_address(value: str) -> str:
    if re.sub(r"\{(?:token|email)\}", "", value).count("{"):
        raise wrong("may hold {token} and {email}, and no other braces")
    url = web_address(value.replace("{token}", "token").replace("{email}", "email"))
    if url.scheme != "https":
        raise wrong("must begin with https://", "Mail services unsubscribe with one click over https only.")
    return value


def _extension(value: str) -> str:
    if value not in _EXTENSIONS and not _DOTTED.fullmatch(value):
        hint = nearest(value, _EXTENSIONS) or "Name one of Python-Markdown's own, or a module such as a.b."
        raise wrong("is no known extension", hint)
    return value


def _slug(value: str) -> str:
    made = text.slug(value, "")
    if not made or made != value:
        raise wrong("must be lower-case letters, digits and hyphens", f"Did you mean {made}?" if made else "")
    return value


def _words(value: object) -> object:
    return value.split(",") if isinstance(value, str) else value


def _folded(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folded for value in values if (folded := text.fold(value))))


# A title such as 2026 or `no` is text to us; the schema must not make an editor complain of it.
_WRITTEN = ["string", "number", "boolean"]

_Short = Annotated[str, Field(max_length=1000)]

Line = Annotated[str, AfterValidator(text.fold), WithJsonSchema({"type": _WRITTEN})]
"""Plain text on one line."""
Words = Annotated[
    tuple[Annotated[str, Field(max_length=100)], ...],
    BeforeValidator(_words),
    AfterValidator(_folded),
    WithJsonSchema({"type": [*_WRITTEN, "array"], "items": {"type": _WRITTEN}}),
]
"""A list, or its parts in one text with commas between; empty and repeated ones are dropped."""
Slug = Annotated[_Short, AfterValidator(_slug)]
SiteAddress = Annotated[_Short, AfterValidator(_site_address)]
"""Ends in a slash."""
FeedAddress = Annotated[_Short, AfterValidator(_feed_address)]
"""Web address or path below the root."""
Endpoint = Annotated[_Short, AfterValidator(_endpoint)]
"""An address without a slash at its end; empty for none."""
Variable = Annotated[_Short, AfterValidator(_variable)]
"""The name of an environment variable; never what it holds."""
WebAddress = Annotated[_Short, AfterValidator(_homepage)]
"""http or https; may be empty."""
Language = Annotated[_Short, AfterValidator(_language)]
Permanent = Annotated[_Short, AfterValidator(_permanent)]
"""A BCP 47 tag in its usual case."""
Timezone = Annotated[_Short, AfterValidator(_timezone)]
HostPort = Annotated[_Short, AfterValidator(_host_port)]
Contact = Annotated[_Short, AfterValidator(_contact)]
OutputFolder = Annotated[_Short, AfterValidator(_output)]
StaticFolder = Annotated[_Short, AfterValidator(_static)]
Place = Annotated[_Short, BeforeValidator(lambda value: value or ""), AfterValidator(_place)]
"""A folder of the built site; empty for its root."""
MailAddress = Annotated[_Short, AfterValidator(_mail_address)]
ServiceAddress = Annotated[_Short, AfterValidator(_service_address)]
"""Of an API that is told a secret; ends in a slash."""
UnsubscribeAddress = Annotated[_Short, AfterValidator(_unsubscribe_address)]
PrivateFile = Annotated[_Short, AfterValidator(_relative)]
"""A file below the root."""
Extension = Annotated[_Short, AfterValidator(_extension)]
