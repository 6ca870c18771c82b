"""What the template of the letter may see.

All addresses are absolute: a letter is read far from the site. `*_html` is safe markup.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from builder.render.views import View


class Detail(IntEnum):
    """How much of a story stands in the letter; each holds all of the one before."""

    HEADLINE = 0
    """Its title, as a link."""
    BRIEF = 1
    """Its TL;DR, the editors' note and its source too."""
    FULL = 2
    """The whole summary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An item in the letter."""

    number: int
    """Counted through the letter, from 1."""
    title: str
    url: str
    """Our page of it."""
    tldr: str
    """Empty below `BRIEF`."""
    body_html: str
    """Empty below `FULL`."""
    note: str
    """The editors' line; may be empty."""
    section: str
    """The title of its section, where that is not the heading it stands under."""
    source: str
    """The name of its source."""
    original_url: str
    """The article; empty when unknown, and below `BRIEF`."""
    host: str
    """`example.org`, for display; empty when unknown or our own."""
    date: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPart:
    """A headed part of the letter."""

    title: str
    """May be empty."""
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A correction of an item of an earlier letter."""

    title: str
    """The item's."""
    url: str
    """Our page of it."""
    date: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView(View):
    """`mail/letter.html`."""

    subject: str
    preheader: str
    edition_number: int
    heading: str
    """The edition's title."""
    is_named: bool = True
    """Whether that says more than the number, as `Edition 7` does not."""
    published: datetime
    """The edition's day."""
    story_count: int
    minutes: int
    """To read all of it on the site, at least 1."""
    intro_html: str
    parts: tuple[LetterPart, ...]
    corrected: tuple[Corrected, ...] = ()
    """In the editors' order."""
    shortened: bool
    """Whether the letter holds less of some stories than it was asked to."""
    edition_url: str
    """The edition's page."""
    archive_url: str
    """The page of all editions."""
    unsubscribe_url: str
    """A mark, which each sender replaces by its own address."""
    reason: str
    """Why the reader gets this; empty: the theme says it."""
    postal_address: str
    """May be empty."""
