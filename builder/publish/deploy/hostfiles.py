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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from builder.publish.deploy import policies
from builder.publish.deploy.hosts import HOSTS

HEADERS, REDIRECTS, CNAME, NOJEKYLL, VERCEL = "_headers", "_redirects", "CNAME", ".nojekyll", "vercel.json"
_SAFE = "/~+,=@"
"""What may stand in an old place, and browsers send as it is."""
_FOREVER = "public, max-age=31536000, immutable"
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
    pages: Callable[[], Sequence[str]]
    """The HTML of one page of each kind."""


@dataclass(frozen=True, slots=True)
class HostFile:
    """A file for a host: its place, what it depends on beside the pages of each kind, and how to make it."""

    path: str
    depends: object
    make: Callable[[], bytes]


def host_files(of: Served) -> Iterator[HostFile]:
    """The files that the host of a site asks for, if any."""
    told = (of.host, of.base_url, tuple(of.assets), tuple(of.moved))
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


def for_all(pages: Sequence[str]) -> Mapping[str, str]:
    """The headers of every answer, for a site that has pages such as `pages`."""
    found = [policies.of_page(page) for page in pages]
    # A page without a policy allows everything, and so does a header that fits it.
    known = [policy for policy in found if policy is not None]
    widest = policies.widest(known) if known and len(known) == len(found) else {}
    policy = policies.dump({**widest, "frame-ancestors": widest.get("frame-ancestors", ())})
    return {
        "Content-Security-Policy": policy,
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "X-Content-Type-Options": "nosniff",
    }


def _headers(of: Served) -> str:
    rules = [
        ("/*", for_all(of.pages())),
        *((f"/{quote(path)}", {"Cache-Control": _FOREVER}) for path in _kept(of)),
    ]
    return "".join(
        f"{place}\n" + "".join(f"  {name}: {value}\n" for name, value in headers.items())
        for place, headers in rules
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
            {"source": "/(.*)", "headers": told(for_all(of.pages()))},
            *(
                {"source": f"/{quote(path)}", "headers": told({"Cache-Control": _FOREVER})}
                for path in _kept(of)
            ),
        ],
        "redirects": [
            {"source": _pattern(old), "destination": new, "permanent": True} for old, new in _moved(of)
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _kept(of: Served) -> Sequence[str]:
    return of.assets[:_MOST_ASSETS]


def _moved(of: Served) -> Iterator[tuple[str, str]]:
    """Old and new addresses, from the root of the host, as they are asked for."""
    # These hosts serve the folder at their root, even where something before them shows it below a path.
    base = urlsplit(of.base_url).path
    for old, new in of.moved:
        yield f"/{quote(old, safe=_SAFE)}", f"{base}{quote(new, safe=_SAFE)}"


def _pattern(path: str) -> str:
    """`path` for a host that reads a place as a pattern (path-to-regexp)."""
    return "".join(f"\\{letter}" if letter in "+*?:(){}" else letter for letter in path)
