"""What of a file people may fill in: its keys as fields of a form, for editors in a browser. Pure.

The readers of the files (`builder.content.items` and its sisters) say what is right; a test holds that every
key they know is either a field here or one that only programs write, and that they take what may be chosen.
"""

from dataclasses import dataclass
from enum import StrEnum

from builder.model import WRITTEN

MADE = {
    "items": frozenset(
        ("id", "language", "story", "source", "by", "provenance", "review", "corrections", "stale", "settled")
    ),
    "editions": frozenset(("number", "published", "sent", "mail", "corrections", "corrected")),
    "pages": frozenset(),
}
"""The keys that are no field: commands write them, and a form leaves them as they are."""
_SHORT = 300


class Kind(StrEnum):
    """What is put into a field."""

    LINE = "line"
    TEXT = "text"
    """Several lines, which are read as one."""
    TIME = "time"
    CHOICE = "choice"
    WORDS = "words"
    """A list."""
    PARTS = "parts"
    """Headings, each with items in an order."""
    MARKDOWN = "markdown"
    """The text below the front matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A key of a front matter, or the body, as a field of a form."""

    name: str
    """The key; `body` for what is below."""
    label: str
    kind: Kind
    hint: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    """What may be chosen; empty where the config says it, or anything may stand."""
    pattern: str = ""
    """A regular expression that what is put in must match; empty for none."""
    otherwise: str = ""
    """What a new file has; empty for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A kind of file."""

    name: str
    """The folder below `content/`."""
    label: str
    one: str
    """A single one of them."""
    about: str
    fields: tuple[Field, ...]
    new: bool = False
    """Whether people begin such files by hand."""


_STATUSES = tuple(status.value for status in WRITTEN)
_PLACE = r"^/?[A-Za-z0-9_~+,=@.-]+(/[A-Za-z0-9_~+,=@.-]+)*/?$"

_TITLE = Field(name="title", label="Title", kind=Kind.LINE, required=True, pattern=rf"^.{{1,{_SHORT}}}$")
_ALIASES = Field(
    name="aliases",
    label="Old places",
    kind=Kind.WORDS,
    hint="Where the page was once, from the root of the site, such as 2019/an-old-page/; each leads here.",
    pattern=_PLACE,
)

ITEMS = Form(
    name="items",
    label="Items",
    one="item",
    about="Drafts are written by `briefpress pull`. Read the source, mend the text, then decide.",
    fields=(
        Field(
            name="title",
            label="Title",
            kind=Kind.LINE,
            required=True,
            pattern=_TITLE.pattern,
            hint="A change of title, TL;DR or text after an approval puts the item back to review.",
        ),
        Field(
            name="status",
            label="Status",
            kind=Kind.CHOICE,
            required=True,
            choices=_STATUSES,
            otherwise="draft",
            hint="approved lets it be published. Set here, an approval says neither who gave it nor for "
            "which words: `briefpress approve` binds it to them. rejected keeps the file, so that it is not "
            "drafted again.",
        ),
        Field(name="section", label="Section", kind=Kind.CHOICE, hint="Where it stands in an edition."),
        Field(name="tags", label="Tags", kind=Kind.WORDS),
        Field(
            name="tldr",
            label="TL;DR",
            kind=Kind.TEXT,
            hint="One sentence that says what happened; shown in lists, feeds and the letter.",
        ),
        Field(
            name="date",
            label="Date",
            kind=Kind.TIME,
            required=True,
            hint="In UTC. It decides the order in lists; the page does not move.",
        ),
        _ALIASES,
        Field(name="body", label="Text", kind=Kind.MARKDOWN, hint="Every sentence should be in the source."),
    ),
)
EDITIONS = Form(
    name="editions",
    label="Editions",
    one="edition",
    about="Open one with `briefpress edition new`. What stands behind a # in its file does not survive a "
    "save here; an edition with notes on its items is better arranged in its file.",
    fields=(
        _TITLE,
        Field(name="date", label="Date", kind=Kind.TIME, required=True, hint="In UTC."),
        Field(
            name="subject", label="Subject of the letter", kind=Kind.LINE, hint="Empty: made of the title."
        ),
        Field(
            name="preheader",
            label="Line beside the subject",
            kind=Kind.LINE,
            hint="Empty: the start of the introduction.",
        ),
        Field(
            name="parts",
            label="Parts",
            kind=Kind.PARTS,
            hint="Its items in their order: drag them, take some out, put others in.",
        ),
        _ALIASES,
        Field(name="body", label="Introduction", kind=Kind.MARKDOWN),
    ),
)
PAGES = Form(
    name="pages",
    label="Pages",
    one="page",
    about="Pages in your own words, such as About.",
    fields=(
        _TITLE,
        Field(
            name="status",
            label="Status",
            kind=Kind.CHOICE,
            choices=_STATUSES,
            otherwise="draft",
            hint="A page that says nothing is public.",
        ),
        Field(name="description", label="Description", kind=Kind.TEXT, hint="For search engines."),
        _ALIASES,
        Field(name="body", label="Text", kind=Kind.MARKDOWN),
    ),
    new=True,
)
FORMS = (ITEMS, EDITIONS, PAGES)
"""In the order in which they are shown."""
