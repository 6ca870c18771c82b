"""Whether a built site will work where it is to stand: its address, its links, and what its host allows.

Nothing is asked of the network. What is a fault is broken for readers; what is a doubt may be.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from builder.errors import DeployError, Fault
from builder.publish import admin
from builder.publish.deploy import crawl, hostfiles, policies, reading
from builder.publish.deploy.built import Built
from builder.publish.deploy.hosts import HOSTS, Host
from builder.workers import Mapper, in_line

_NOBODYS = (".example", ".invalid", ".localhost", ".test")
"""Names that lead nowhere (RFC 2606)."""
_NEAR = 0.9
"""The share of a limit from which on it is told that it is near."""
_PAGES = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found."""

    faults: tuple[Fault, ...]
    """What is broken, in the order of the files."""
    doubts: tuple[Fault, ...]
    """What may be, or will be."""
    pages: int
    links: int
    """Within the site."""
    files: int
    size: int
    """Of all files, in bytes."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one file came to."""

    size: int
    read: reading.Read | None
    policy: policies.Policy | None


def check(site: Built, base_url: str, host: str, remote: str = "", *, mapper: Mapper = in_line) -> Checked:
    """Look at every file of `site` as it will stand at `base_url` with `host`, of which it may be none.

    `remote` is the address of the git remote, empty for none. Raises DeployError for a file not as built.
    """
    seen = dict(zip(site.digests, mapper(partial(_look, site), list(site.digests)), strict=True))
    read = {path: one.read for path, one in seen.items() if one.read}
    crawled = crawl.crawl(read, frozenset(seen), base_url)
    of = HOSTS.get(host)
    sizes = {path: one.size for path, one in seen.items()}
    faults = [*crawled.faults, *of_editor(site)]
    doubts = [*_of_address(base_url, of, remote)]
    if "404.html" not in seen:
        faults.append(Fault("is missing: lost readers see the host's own page", "404.html"))
    if of:
        faults += _of_domain(site, base_url, of)
        for fault, is_broken in _of_limits(site, sizes, of):
            (faults if is_broken else doubts).append(fault)
        faults += _of_policies(site, {path: one.policy for path, one in seen.items()})
    pages = sum(path.endswith(_PAGES) for path in seen)
    return Checked(tuple(faults), tuple(doubts), pages, crawled.links, len(seen), sum(sizes.values()))


def of_editor(site: Built) -> Iterator[Fault]:
    """What is wrong where the editor in a browser is for one's own machine alone.

    Raises DeployError for a page that is not as built.
    """
    path = f"admin/{admin.PAGE}"
    if path in site.digests and admin.is_local(site.read(path).decode("utf-8", "replace")):
        yield Fault(
            "is an editor for your own machine alone, made with admin.backend: local",
            path,
            hint="Set another `admin.backend` and run `briefpress admin build`, or remove static/admin; "
            "then `briefpress build`.",
        )


def _look(site: Built, path: str) -> _Seen:
    data = site.read(path)
    page = data.decode("utf-8", "replace") if path.endswith(_PAGES) else ""
    return _Seen(len(data), reading.read(path, data), policies.of_page(page) if page else None)


def _of_address(base_url: str, host: Host | None, remote: str) -> Iterator[Fault]:
    told = urlsplit(base_url)
    name = told.hostname or ""
    hint = "Set `site.url` to where the site will stand."
    if name.endswith(_NOBODYS) or f".{name}" in _NOBODYS:
        yield Fault(f"site.url, {base_url}, is an address that belongs to nobody", "config.yaml", hint=hint)
    if told.scheme == "http":
        yield Fault(f"site.url, {base_url}, is not https", "config.yaml", hint=hint)
    if not host:
        return
    if told.path != "/" and not host.below:
        yield Fault(
            f"{host.title} shows the site at the root of an address, and site.url has the path {told.path}",
            "config.yaml",
            hint="Leave the path out, unless something of yours stands before the host.",
        )
    if host.shared and host.below and name.endswith(f".{host.shared}"):
        yield from _of_project(told.path, name, host, remote)


def _of_project(path: str, name: str, host: Host, remote: str) -> Iterator[Fault]:
    """Whether the path is that of the repository: `OWNER.github.io/REPOSITORY/`, or none for one so named."""
    found = re.search(r"[:/]([^/:]+(?:/[^/:]+)*?)/([^/]+?)(?:\.git)?/?\Z", remote)
    owner = name.partition(".")[0]
    if not found or found[1].rpartition("/")[2].lower() != owner:
        return
    wanted = "/" if found[2].lower() == name else f"/{found[2]}/"
    if path != wanted:
        yield Fault(
            f"{host.title} will show this repository at https://{name}{wanted}, site.url has the path {path}",
            "config.yaml",
            hint=f"Set `site.url: https://{name}{wanted}`.",
        )


def _of_domain(site: Built, base_url: str, host: Host) -> Iterator[Fault]:
    if host.name != "github-pages" or hostfiles.CNAME not in site.digests:
        return
    told = site.read(hostfiles.CNAME).decode("utf-8", "replace").strip()
    name = urlsplit(base_url).hostname or ""
    if told.lower() not in (name, f"www.{name}") and f"www.{told.lower()}" != name:
        yield Fault(
            f"says {told}, and the site is made for {name}",
            hostfiles.CNAME,
            hint="Set `site.url`, or mend or remove the file in your static folder.",
        )


def _of_limits(site: Built, sizes: Mapping[str, int], host: Host) -> Iterator[tuple[Fault, bool]]:
    """What is beyond what the host takes, and what is near to it."""
    largest = max(sizes, key=lambda path: sizes[path])
    longest = max(sizes, key=lambda path: len(path.encode()))
    redirects, redirects_bytes, rules, line = _told(site)
    for limit, found, what, path in (
        (host.files, len(sizes), "files", ""),
        (host.site_bytes, sum(sizes.values()), "bytes in all", ""),
        (host.file_bytes, sizes[largest], "bytes in one file", largest),
        (host.path_bytes, len(longest.encode()), "bytes in a path", longest),
        (host.redirects, redirects, "redirects", ""),
        (host.redirects_bytes, redirects_bytes, "bytes of redirects", hostfiles.REDIRECTS),
        (host.header_rules, rules, "rules for headers", hostfiles.HEADERS),
        (host.header_chars, line, "characters in a header", hostfiles.HEADERS),
    ):
        if limit and found >= _NEAR * limit:
            beyond = found > limit
            verb = "takes no more than" if beyond else "takes"
            yield Fault(f"{found:,} {what}; {host.title} {verb} {limit:,}", path), beyond


def _told(site: Built) -> tuple[int, int, int, int]:
    """How much the host is told: redirects, bytes of their file, rules for headers, the longest line."""
    if vercel := _vercel(site):
        return len(vercel.get("redirects", ())) + len(vercel.get("headers", ())), 0, 0, 0
    redirects = site.read(hostfiles.REDIRECTS) if hostfiles.REDIRECTS in site.digests else b""
    rules = _rules(site)
    lines = [f"  {name}: {value}" for _, told in rules for name, value in told.items()]
    count = sum(bool(line.strip()) and not line.lstrip().startswith(b"#") for line in redirects.splitlines())
    return count, len(redirects), len(rules), max(map(len, lines), default=0)


def _of_policies(site: Built, pages: Mapping[str, policies.Policy | None]) -> Iterator[Fault]:
    """Where a header forbids what the page itself allows."""
    headers = [
        (place, policies.parse(value))
        for place, told in _rules(site)
        for name, value in told.items()
        if name.lower() == "content-security-policy"
    ]
    for path, own in pages.items() if headers else ():
        at = crawl.address(path, "/")
        found = [header for place, header in headers if hostfiles.holds(place, at)]
        if own and (names := {name for header in found for name in policies.forbidden(header, own)}):
            yield Fault(
                f"allows more by its own policy than the header does: {', '.join(sorted(names))}",
                path,
                hint="Mend the Content-Security-Policy of your own headers, or the `policy` of the template.",
            )


def _rules(site: Built) -> Sequence[tuple[str, Mapping[str, str]]]:
    """The headers that the host is told to send, by place."""
    if hostfiles.HEADERS in site.digests:
        return hostfiles.parse_headers(site.read(hostfiles.HEADERS).decode("utf-8", "replace"))
    return [
        (rule["source"].replace("(.*)", "*"), {one["key"]: one["value"] for one in rule["headers"]})
        for rule in _vercel(site).get("headers", ())
    ]


def _vercel(site: Built) -> Mapping[str, Any]:
    """What Vercel is told; empty where it is told nothing. Raises DeployError for what it cannot read."""
    if hostfiles.VERCEL not in site.digests:
        return {}
    try:
        document: dict[str, Any] = json.loads(site.read(hostfiles.VERCEL))
        # What is looked at must have the form that is looked for.
        pairs = [pair for rule in document.get("headers", ()) for pair in rule["headers"]]
        told = [rule["source"] for name in ("headers", "redirects") for rule in document.get(name, ())]
        told += [pair[name] for pair in pairs for name in ("key", "value")]
        is_sound = all(isinstance(one, str) for one in told)
    except (ValueError, AttributeError, TypeError, KeyError):
        is_sound = False
    if not is_sound:
        raise DeployError("is nothing that Vercel can read", path=hostfiles.VERCEL)
    return document
