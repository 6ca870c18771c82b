"""Addresses met in feeds and pages: made absolute, cleaned for printing, made alike for comparison."""

import html
import re
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from builder.text import is_tracking

_DEFAULT_PORTS = {"http": 80, "https": 443}
_WWW = re.compile(r"^(?:www\.)+(?=.)")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_UNSEEN = re.compile(r"[\x00-\x20\x7f\u200b\u200e\u200f\ufeff]+")
_UNSAFE = str.maketrans({letter: f"%{ord(letter):02X}" for letter in ' "<>`{|}^'})
_LINK_ATTRIBUTES = frozenset(["href", "src", "poster", "cite"])
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(\s*=\s*)(?:"([^"]*)"|'([^']*)')""")
_NOT_RELATIVE = re.compile(r"\s*(?:#|[a-z][a-z0-9+.-]*:|$)", re.I)
_TAG = re.compile(r"<[A-Za-z][^<>]*>")


def absolute(link: str, base: str) -> str:
    """`link`, met in a document at `base`, as a whole http(s) address; empty when it is none.

    None is also one that holds a user name or password.
    """
    if not link.strip():
        return ""
    try:
        parts = urlsplit(urljoin(base, _UNSEEN.sub(" ", link).strip().translate(_UNSAFE)))
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not host or "@" in parts.netloc or "\\" in parts.netloc:
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/"))


def clean_url(url: str) -> str:
    """`url` without parameters that only track readers, all else as it was: the address we print."""
    head, mark, rest = url.partition("?")
    if not mark:
        return url
    query, hash_, fragment = rest.partition("#")
    kept = [pair for pair in query.split("&") if not is_tracking(pair.partition("=")[0])]
    return head + (f"?{'&'.join(kept)}" if kept else "") + hash_ + fragment


def normal_url(url: str) -> str:
    """A form of `url` that is the same for all addresses of one page; for comparison only, never asked.

    Host in lower case and without `www.`; no scheme, user, default port, fragment or tracking parameters, no
    slash at the end; the other parameters sorted. What is no address stays as it is.
    `normal_url(normal_url(x)) == normal_url(x)`.
    """
    try:
        parts = urlsplit(clean_url(url.strip()))
        port = parts.port
    except ValueError:
        return url
    if not parts.hostname:
        return url
    host = _WWW.sub("", parts.hostname.rstrip("."))
    host = f"[{host}]" if ":" in host else host
    if port not in (None, _DEFAULT_PORTS.get(parts.scheme)):
        host = f"{host}:{port}"
    path = _ESCAPE.sub(lambda escape: escape[0].upper(), quote(parts.path, safe="/%:@!$&'()*+,;=~"))
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return f"//{host}{path.rstrip('/')}" + (f"?{query}" if query else "")


def with_absolute_links(markup: str, base: str) -> str:
    """`markup` with its relative links and images resolved against `base`, all else as it was."""
    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(lambda one: _resolved(one, base), tag[0]), markup)


def _resolved(attribute: re.Match[str], base: str) -> str:
    value = attribute[3] if attribute[3] is not None else attribute[4]
    if attribute[1].lower() not in _LINK_ATTRIBUTES or _NOT_RELATIVE.match(value):
        return attribute[0]
    whole = absolute(html.unescape(value), base)
    return f'{attribute[1]}{attribute[2]}"{html.escape(whole)}"' if whole else attribute[0]
