"""The feeds that a page names in its head. Pure."""

import re

import lxml.html

from builder.errors import FeedError
from builder.ingest import charset
from builder.ingest.links import absolute
from builder.text import fold

_TYPES = re.compile(r"application/(?:(?:rss|atom|rdf)\+xml|(?:feed\+)?json|xml)|text/xml", re.IGNORECASE)


def alternates(body: bytes, content_type: str, url: str) -> tuple[str, ...]:
    """Their addresses, in the order of the page at `url`. Raises FeedError when that is no page."""
    try:
        tree = lxml.html.fromstring(charset.decode(body, content_type).encode("utf-8", "replace"))
    except MemoryError:
        raise
    except Exception as error:
        raise FeedError("neither a feed nor a page") from error
    bases = tree.xpath("//base/@href")
    base = (absolute(str(bases[0]), url) if bases else "") or url
    found = [
        absolute(link.get("href") or "", base)
        for link in tree.iter("link")
        if "alternate" in fold(link.get("rel") or "").lower().split()
        and _TYPES.fullmatch(fold(link.get("type") or "").partition(";")[0].strip())
    ]
    return tuple(dict.fromkeys(filter(None, found)))
