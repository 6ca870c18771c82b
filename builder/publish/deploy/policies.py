"""Content-Security-Policies: what each page's own allows, and one for a header that forbids none of it. Pure.

A browser holds a page against both, the header and the page's own. So the header must allow all that any
page allows; each page's own does the rest. <https://www.w3.org/TR/CSP3/#multiple-policies>
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import unescape

Policy = Mapping[str, tuple[str, ...]]
"""Directives with their sources, in the order in which they were written; `'none'` is no source."""

_META = re.compile(
    r"<meta\s[^>]*http-equiv=[\"']Content-Security-Policy[\"'][^>]*?\bcontent=\"(?P<double>[^\"]*)\""
    r"|<meta\s[^>]*http-equiv=[\"']Content-Security-Policy[\"'][^>]*?\bcontent='(?P<single>[^']*)'"
    r"|<meta\s[^>]*?\bcontent=\"(?P<before>[^\"]*)\"[^>]*http-equiv=[\"']Content-Security-Policy[\"']",
    re.IGNORECASE,
)
_DATA = re.compile(r"<script type=\"application/ld\+json\">(.*?)</script>", re.DOTALL)
_FETCH = frozenset(
    f"{name}-src"
    for name in (
        *("child", "connect", "font", "frame", "img", "manifest", "media", "object", "worker"),
        *("script", "script-src-elem", "script-src-attr", "style", "style-src-elem", "style-src-attr"),
    )
)
_DEFAULT = "default-src"


def of_page(html: str) -> Policy | None:
    """What a page's own policy allows; None where it has none.

    The hash of its structured data is left out: a block of data is never run, and asks for no permission
    <https://html.spec.whatwg.org/multipage/scripting.html#prepare-the-script-element>.
    """
    found = _META.search(html)
    if not found:
        return None
    data = {f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in _DATA.findall(html)}
    told = next(one for one in found.groups() if one is not None)
    return {
        name: tuple(source for source in sources if source not in data)
        for name, sources in parse(unescape(told)).items()
    }


def parse(text: str) -> Policy:
    """The directives of a policy as it is written. Of two with one name the first counts."""
    found: dict[str, tuple[str, ...]] = {}
    for directive in text.split(";"):
        name, *sources = directive.split() or [""]
        if name:
            found.setdefault(name.lower(), tuple(one for one in sources if one.lower() != "'none'"))
    return found


def dump(policy: Policy) -> str:
    """`policy` as it is written in a header."""
    return "; ".join(
        " ".join((name, *(sources or (("'none'",) if _takes_sources(name) else ()))))
        for name, sources in policy.items()
    )


def widest(policies: Sequence[Policy]) -> Policy:
    """The narrowest policy that forbids nothing that one of `policies` allows; empty for none of them."""
    names = dict.fromkeys(name for policy in policies for name in policy)
    merged: dict[str, tuple[str, ...]] = {}
    for name in names:
        allowed = [_allowed(policy, name) for policy in policies]
        if all(sources is not None for sources in allowed):
            merged[name] = tuple(dict.fromkeys(one for sources in allowed for one in sources or ()))
    return merged


def forbidden(header: Policy, page: Policy) -> tuple[str, ...]:
    """The directives by which `header` forbids something that `page` allows."""
    found = []
    for name in dict.fromkeys((*header, *page)):
        there, here = _allowed(header, name), _allowed(page, name)
        if there is None or "*" in there or name == "frame-ancestors":
            continue  # a page cannot say by whom it may be framed
        if here is None or not set(here) <= set(there):
            found.append(name)
    return tuple(found)


def _allowed(policy: Policy, name: str) -> tuple[str, ...] | None:
    """The sources that `policy` allows for `name`; None where it does not restrict it."""
    if name in policy:
        return policy[name]
    return policy.get(_DEFAULT) if name in _FETCH else None


def _takes_sources(name: str) -> bool:
    return name in _FETCH or name in (_DEFAULT, "base-uri", "form-action", "frame-ancestors")
