"""What an export is made of: posts, and what of it is not taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A text of a newsletter that was made elsewhere."""

    key: str
    """What it is known by in every export of the same newsletter, such as `substack:140001`."""
    origin: str
    """Its file in the export."""
    title: str
    body: str
    """Markdown."""
    slug: str
    """A name for the file of a page."""
    date: datetime | None = None
    """When it was published; None for what has no day, such as a page."""
    public: bool = True
    why: str = ""
    """Why it is not public; empty where it is."""
    is_page: bool = False
    sent: datetime | None = None
    """When it went out as mail; None: that is not known."""
    places: tuple[str, ...] = ()
    """Where it stood, from the root of its site: `p/a-post/`; the first is where it was last."""
    description: str = ""
    tags: tuple[str, ...] = ()
    link: str = ""
    """Of a post about something else: the address of that."""
    author: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)
    """What else its front matter says; kept."""
    files: tuple[tuple[str, str], ...] = ()
    """Pictures and the like that it shows: the place on the site, and the name in the export."""
    notes: tuple[str, ...] = ()
    """What of it did not come along, or not as it was: one sentence each, without a final stop."""


@dataclass(frozen=True, slots=True)
class Left:
    """What of an export is not taken."""

    origin: str
    why: str


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A reader in an export."""

    email: str
    name: str = ""
    status: str = "active"
    """`active`, or what the service says of one who gets no mail."""


Found = Post | Left | Subscriber
