"""Every link of a built site, followed as at the address where readers will find it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import normpath
from urllib.parse import unquote, urljoin, urlsplit

from builder.errors import Fault
from builder.publish.deploy.reading import Read

_BUILD = "Build the site for the address where it will stand: `site.url`, or `--base-url`."


@dataclass(frozen=True, slots=True)
class Crawl:
    """What a crawl found."""

    faults: tuple[Fault, ...]
    """In the order of the files."""
    links: int
    """Within the site, that were followed."""


def crawl(read: Mapping[str, Read], files: frozenset[str], base_url: str) -> Crawl:
    """Follow every address in the files `read`, which with all `files` are a site at `base_url`."""
    home = read.get("index.html")
    if home and home.canonical and home.canonical != base_url:
        # Nothing else would be said but this, once a page.
        told = f"the site was built for {home.canonical}, and not for {base_url}"
        return Crawl((Fault(told, "index.html", hint=_BUILD),), 0)
    faults: list[Fault] = []
    links = 0
    for path, one in read.items():
        here = address(path, base_url)
        if path == "404.html":
            faults += _of_lost(one, path)
        if one.canonical:
            faults += _of_canonical(one, path, here, files, base_url)
        for written in one.addresses:
            whole = _joined(here, written)
            if whole.startswith(base_url):
                links += 1
                faults += _of_link(whole.removeprefix(base_url), written, path, read, files)
            elif not _host(written) and whole and _host(whole) == _host(base_url):
                faults.append(Fault(f"{written} leads out of {urlsplit(base_url).path}", path, hint=_BUILD))
    return Crawl(tuple(faults), links)


def address(path: str, base_url: str) -> str:
    """Where readers find the file at `path`."""
    return base_url + (path.removesuffix("index.html") if f"/{path}".endswith("/index.html") else path)


def _of_link(
    place: str, written: str, path: str, read: Mapping[str, Read], files: frozenset[str]
) -> Iterator[Fault]:
    plain, _, anchor = place.partition("#")
    plain = unquote(plain.partition("?")[0])
    target = f"{plain}index.html" if not plain or plain.endswith("/") else plain
    if target not in files:
        if f"{target}/index.html" in files:
            yield Fault(f"{written} lacks a slash at its end: some hosts show nothing there", path)
        else:
            yield Fault(f"{written} leads to nothing", path)
        return
    # A text fragment is for the browser, and leads nowhere by itself.
    anchor = unquote(anchor.partition(":~:")[0])
    is_known = target in read and target.endswith((".html", ".htm"))
    if is_known and anchor not in read[target].anchors | {"", "top"}:
        yield Fault(f"{written} leads to a place in the page that is not there", path)


def _of_canonical(one: Read, path: str, here: str, files: frozenset[str], base_url: str) -> Iterator[Fault]:
    """A page may call itself by its own address, or by that of another page that shows the same."""
    if one.canonical == here:
        return
    place = unquote(one.canonical.removeprefix(base_url)) if one.canonical.startswith(base_url) else "//"
    if (f"{place}index.html" if not place or place.endswith("/") else place) not in files:
        yield Fault(f"calls itself {one.canonical}, and stands at {here}", path, hint=_BUILD)


def _of_lost(one: Read, path: str) -> Iterator[Fault]:
    """A page that is shown wherever nothing is, however deep: its links must begin at the root."""
    for written in one.addresses:
        if not written.startswith(("/", "#")) and not _host(written):
            yield Fault(f"{written} is relative, and is wrong where the page is shown", path)


def _host(address: str) -> str:
    """The host that `address` names; empty for none, and `?` for what is no address."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return "?"


def _joined(here: str, written: str) -> str:
    try:
        whole = urljoin(here, written)
        parts = urlsplit(whole)
    except ValueError:  # no address at all, such as http://[
        return ""
    # `a/../b` is followed as `b`; urljoin leaves what a written path has of its own.
    if ".." in parts.path:
        tail = "/" if parts.path.endswith("/") else ""
        return parts._replace(path=normpath(parts.path).rstrip("/") + tail).geturl()
    return whole
