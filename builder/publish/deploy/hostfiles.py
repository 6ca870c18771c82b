"""The files of a site that are for its host and not for readers. Pure.

- GitHub Pages takes a branch through Jekyll, which drops what begins with `_`, unless there is `.nojekyll`,
  and learns from `CNAME` of a domain of one's own.
  <https://docs.github.com/pages/configuring-a-custom-domain-for-your-github-pages-site/troubleshooting-custom-domains-and-github-pages>
- Netlify and Cloudflare read `_headers` and `_redirects`. Netlify shows a file rather than follow a redirect
  from its place, unless the status ends in `!`; Cloudflare always follows, and knows no `!`.
  <https://docs.netlify.com/manage/routing/redirects/rewrites-proxies/>
  <https://developers.cloudflare.com/pages/configuration/redirects/>
- Vercel reads `vercel.json` at the top of what is deployed; without `trailingSlash` it shows a page at two
  addresses, and relative links are wrong at one. <https://vercel.com/docs/project-configuration>
- GitLab shows a file rather than follow a redirect from its place, always, so there are the pages alone.
  <https://docs.gitlab.com/user/project/pages/redirects/>
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from builder.publish.deploy import policies
from builder.publish.deploy.hosts import HOSTS

HEADERS, REDIRECTS, CNAME, NOJEKYLL, VERCEL = "_headers", "_redirects", "CNAME", ".nojekyll", "vercel.json"
_SAFE = "/~+,=@"
"""What may stand in an old place, and browsers send as it is."""
_FOREVER = "public, max-age=31536000, immutable"
_FOLDERS = ("archive", "editions", "items", "sections", "sources", "tags")
"""Where the pages of a site are that are many."""
_MOST_ASSETS = 90
"""Rules of headers for assets: Cloudflare reads 100 rules, and some are for people's own needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a host has to be told of a site."""

    host: str
    """As `deploy.host` has it."""
    base_url: str
    """Ends in a slash."""
    assets: Sequence[str]
    """Files whose names change with what they hold."""
    moved: Sequence[tuple[str, str]]
    """Old places and where what was there is now, both from the root of the site."""
    pages: Sequence[str]
    """The files of pages: all but those in the folders that every site has."""
    kinds: Callable[[], Mapping[str, str]]
    """The HTML of one page of each kind, by its file; a page that is copied is a kind of its own."""
    copied: frozenset[str] = frozenset()
    """The files of the pages that are copied."""


@dataclass(frozen=True, slots=True)
class HostFile:
    """A file for a host: its place, what it depends on beside the pages of each kind, and how to make it."""

    path: str
    depends: object
    make: Callable[[], bytes]


def host_files(of: Served) -> Iterator[HostFile]:
    """The files that the host of a site asks for, if any."""
    tops = sorted({path.partition("/")[0] for path in of.pages})
    told = (of.host, of.base_url, tuple(of.assets), tuple(of.moved), tuple(tops), tuple(sorted(of.copied)))
    match of.host:
        case "github-pages":
            yield HostFile(NOJEKYLL, (), bytes)
            if domain := own_domain(of.host, of.base_url):
                yield HostFile(CNAME, domain, f"{domain}\n".encode)
        case "netlify" | "cloudflare-pages":
            yield HostFile(HEADERS, told, lambda: _headers(of).encode())
            if of.moved:
                yield HostFile(REDIRECTS, told, lambda: _redirects(of).encode())
        case "vercel":
            yield HostFile(VERCEL, told, lambda: _vercel(of).encode())


def own_domain(host: str, base_url: str) -> str:
    """The domain of a site at `base_url` where it is one's own; empty where it is one of the host's."""
    domain = urlsplit(base_url).hostname or ""
    shared = HOSTS[host].shared if host in HOSTS else ""
    return "" if shared and (domain == shared or domain.endswith(f".{shared}")) else domain


_ALWAYS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}


def rules(of: Served) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The headers of answers, by places that may end in `*`. More than one may hold for an answer."""
    found = {path: policies.of_page(html) for path, html in of.kinds().items()}
    own = [policy for path, policy in found.items() if path not in of.copied]
    known = [policy for policy in own if policy is not None]
    widest = policies.widest(known) if len(known) == len(own) else {}
    apart = {
        path for path in of.copied if (policy := found[path]) is None or policies.forbidden(widest, policy)
    }
    whole = policies.dump({**widest, "frame-ancestors": widest.get("frame-ancestors", ())})
    told = {"Content-Security-Policy": whole}
    if not apart or not widest:
        yield "/*", {**told, **_ALWAYS}
    else:
        # A page of somebody's own may do what ours may not, such as an editor in the browser: it is left out.
        yield "/*", _ALWAYS
        for place in _apart(of.pages, apart):
            yield place, told
    for path in of.assets[:_MOST_ASSETS]:
        yield f"/{quote(path, safe=_SAFE)}", {"Cache-Control": _FOREVER}


def _apart(pages: Sequence[str], apart: Set[str]) -> Iterator[str]:
    """Places that hold all pages whose top folder has none of `apart`, and none of those."""
    tops: dict[str, list[str]] = {f"{folder}/": [] for folder in _FOLDERS}
    for path in pages:
        top, slash, _ = path.partition("/")
        tops.setdefault(top + slash, []).append(path)
    for top, paths in sorted(tops.items()):
        if apart.isdisjoint(paths):
            yield (
                f"/{quote(top, safe=_SAFE)}*"
                if top.endswith("/")
                else f"/{quote(top.removesuffix('index.html'), safe=_SAFE)}"
            )


def parse_headers(text: str) -> Sequence[tuple[str, Mapping[str, str]]]:
    """The rules of a `_headers` file: places, and the headers of each by their names as they are written."""
    found: list[tuple[str, dict[str, str]]] = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, colon, value = line.partition(":")
        if not line[0].isspace():
            found.append((line.strip(), {}))
        elif found and colon:
            found[-1][1][name.strip()] = value.strip()
    return found


def holds(place: str, path: str) -> bool:
    """Whether a rule for `place` holds for an answer from `path`, which begins with a slash."""
    return re.fullmatch(re.escape(place).replace(r"\*", ".*"), path) is not None


def _headers(of: Served) -> str:
    return "".join(
        f"{place}\n" + "".join(f"  {name}: {value}\n" for name, value in headers.items())
        for place, headers in rules(of)
    )


def _redirects(of: Served) -> str:
    status = "301!" if of.host == "netlify" else "301"
    return "".join(f"{old} {new} {status}\n" for old, new in _moved(of))


def _vercel(of: Served) -> str:
    def told(headers: Mapping[str, str]) -> list[dict[str, str]]:
        return [{"key": name, "value": value} for name, value in headers.items()]

    document = {
        "$schema": "https://openapi.vercel.sh/vercel.json",
        "trailingSlash": True,
        "headers": [
            {"source": place.replace("*", "(.*)"), "headers": told(headers)} for place, headers in rules(of)
        ],
        "redirects": [
            {"source": _pattern(old), "destination": new, "permanent": True} for old, new in _moved(of)
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _moved(of: Served) -> Iterator[tuple[str, str]]:
    """Old and new addresses, from the root of the host, as they are asked for."""
    # These hosts serve the folder at their root, even where something before them shows it below a path.
    base = urlsplit(of.base_url).path
    for old, new in of.moved:
        yield f"/{quote(old, safe=_SAFE)}", f"{base}{quote(new, safe=_SAFE)}"


def _pattern(path: str) -> str:
    """`path` for a host that reads a place as a pattern (path-to-regexp)."""
    return "".join(f"\\{letter}" if letter in "+*?:(){}" else letter for letter in path)
