"""Where feeds and pages are read from: the web, or the newsletter's own folder.

A feed that is a file, such as `samples/feed.xml`, is read as though it stood on the site at that path. Its
entries then have ordinary absolute links, and a link below the site's address is read from the same folder.
A feed that is a folder has an entry for each page or text in it.
"""

import json
import mimetypes
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from builder import digest, files
from builder.errors import BriefpressError, FetchError
from builder.model import Feed, Site
from builder.web import Admit, Fetched, NotModified, Validators

_ARTICLES = frozenset([".html", ".htm", ".xhtml", ".md", ".txt"])
NO_VALIDATORS = Validators()
"""Ask in full."""


def open_to_all(url: str) -> float:  # noqa: ARG001
    """No address is refused, and no pause kept."""
    return 0.0


class Origin(Protocol):
    """Something that answers for an address."""

    def get(
        self, url: str, validators: Validators = ..., *, max_bytes: int, admit: Admit = ...
    ) -> Fetched | NotModified:
        """What stands at `url`; `admit` is asked about each address on the way. Raises FetchError."""
        ...


class Folder:
    """The newsletter's folder, answering for addresses below the site's own."""

    def __init__(self, root: Path, site: Site) -> None:
        self._root = root
        self._base = site.url

    def get(
        self,
        url: str,
        validators: Validators = NO_VALIDATORS,
        *,
        max_bytes: int,
        admit: Admit = open_to_all,  # noqa: ARG002 - our own files are
    ) -> Fetched | NotModified:
        """The file for `url`; its digest serves as ETag. Raises FetchError."""
        path = unquote(urlsplit(url[len(self._base) :]).path)
        kind = mimetypes.guess_type(path)[0] or ""
        try:
            place = files.inside(self._root, path)
            if place.is_dir():
                body, kind = self._listed(place, path.rstrip("/")), "application/feed+json"
            else:
                body = files.read_bytes(place)
        except OSError as error:
            raise FetchError(f"{path} cannot be read: {error.strerror}") from error
        except BriefpressError as error:
            raise FetchError(error.faults[0].message, error.hint) from error
        if len(body) > max_bytes:
            raise FetchError(f"{path} is larger than {max_bytes // 2**20} MiB")
        etag = digest.of_bytes(body)
        if validators.etag == etag:
            return NotModified()
        return Fetched(url=url, body=body, content_type=kind, validators=Validators(etag=etag))

    def _listed(self, folder: Path, path: str) -> bytes:
        """A folder as a JSON Feed: an entry for each file of it that can be an article, by name."""
        names = sorted(
            child.name
            for child in folder.iterdir()
            if child.suffix.lower() in _ARTICLES and not child.name.startswith(".") and child.is_file()
        )
        items = [{"id": f"{path}/{name}", "url": self._base + quote(f"{path}/{name}")} for name in names]
        told = {"version": "https://jsonfeed.org/version/1.1", "title": folder.name, "items": items}
        return json.dumps(told).encode()


def address(feed: Feed, site: Site) -> str:
    """The absolute address under which `feed` is read and its relative links resolved."""
    return site.url + feed.url.removeprefix("./") if feed.is_local else feed.url


def origin_of(url: str, feed: Feed, site: Site, folder: Origin, web: Origin) -> Origin:
    """Who answers for `url`, met in `feed`: the folder only when a feed of the folder names our own site."""
    return folder if feed.is_local and url.startswith(site.url) else web
