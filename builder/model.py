"""The nouns of a newsletter: frozen, without behaviour that touches the world.

Sequences are tuples, times are aware and in UTC, URLs are absolute, text is NFC.
Each step of the walk makes the next noun and changes none:

    Feed → Entry → Article → Summary → Item → Edition → page and letter
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from builder.errors import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The newsletter as it presents itself."""

    title: str
    url: str
    """Where the site will live; http or https, ends in a slash, may have a path."""
    language: str = "en"
    """A BCP 47 tag."""
    timezone: str = "UTC"
    """An IANA zone name: the zone in which days begin."""
    description: str = ""
    author: str = ""
    id: str = ""
    """Who feeds say they are from, whatever the address: a host, or a host and a day on which it was owned.

    `brief.example,2026-11-20`; empty for the host of `url`.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading of the newsletter, such as *Policy*."""

    slug: str
    title: str
    description: str = ""
    max_items: int = 0
    """Most items of it in a new edition; 0 for no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a new edition takes of what is approved and waits."""

    window_days: int = 0
    """Days of the site's zone before the day of opening from which items are taken; 0 for no limit."""
    max_items: int = 0
    """0 for no limit."""
    per_source: int = 0
    """Most items from one feed; 0 for no limit."""
    min_items: int = 1
    """With fewer there is no edition."""
    order: str = "newest"
    """`newest`, or `weight`: what has the greatest `weight` in its front matter first, then the newest."""
    lookback_days: int = 365
    """An item that an edition of so many days before listed already is a finding; 0 for no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source we follow, from `config.yaml`."""

    slug: str
    """Unique; part of every item id, so it must outlive changes of address."""
    url: str
    """An http(s) address, or a path relative to the newsletter's folder."""
    name: str
    """Empty: the feed's own title is used."""
    section: str = ""
    """The slug of a section; empty when the items have none."""
    tags: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    """Words of which an entry's title or text must hold one; empty lets all pass. Case is ignored."""
    exclude: tuple[str, ...] = ()
    """Words none of which may be in an entry's title or text."""
    max_items: int = 0
    """Most drafts from this feed in one pull, newest first; 0 for no limit."""
    max_age_days: int = 0
    """Older entries are not drafted; 0 for no limit."""
    full_text: bool = True
    """Whether the page behind an entry is read; otherwise the feed's own text is all there is."""
    identity: str = "auto"
    """What an entry is known by: `auto`, `link` or `content`."""
    dates: str = "published"
    """Which date of an entry counts: `published`, `updated`, or `none` of them."""
    ignore: tuple[str, ...] = ()
    """What of an entry is not read: `author`, `language`, `tags`, `text`, `title`."""
    paused: bool = False
    """Whether it is not asked for the time being."""
    about: str = ""
    """A sentence on the source for readers; may be empty."""
    homepage: str = ""
    """The source's own site, http or https; empty when not told."""

    @property
    def is_local(self) -> bool:
        """Whether the feed is a file of the newsletter's folder."""
        return not self.url.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item as the feed told it."""

    feed: str
    """The slug of the feed."""
    id: str
    """As told (guid, atom:id, JSON Feed id), else link and title, else a digest of the text; never empty."""
    url: str
    """The page behind it; empty when the feed gives no usable http(s) link."""
    title: str
    """Plain text; may be empty."""
    author: str = ""
    published: datetime | None = None
    """None when the feed gives no readable date; never guessed here."""
    updated: datetime | None = None
    html: str = ""
    """The fullest text the feed carries, as it came: unsafe HTML, links absolute where the base was known."""
    text: str = ""
    """The words of `html` on one line: what filters look at."""
    tags: tuple[str, ...] = ()
    language: str = ""
    """As declared by the entry or its feed; empty when not declared."""


class BlockKind(StrEnum):
    """What a block of an article is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    POINT = "point"
    QUOTE = "quote"
    LISTING = "listing"
    """Code, or a row of a table: part of the text, never of a summary."""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of plain text in an article: a paragraph, a subheading, a list item, a block quotation."""

    kind: BlockKind
    text: str
    """One line of plain text: no markup, white space folded, never empty."""


class Completeness(StrEnum):
    """How much of the original was read."""

    FULL = "full"
    """The page's article."""
    TEASER = "teaser"
    """A few sentences: the page is a stub, behind a wall, or could not be read."""
    FEED = "feed"
    """The text the feed carried, long enough to stand for the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The text behind an entry, read."""

    url: str
    """The page's own canonical address where it names one on the same site, else the address asked."""
    title: str
    blocks: tuple[Block, ...]
    completeness: Completeness
    author: str = ""
    published: datetime | None = None
    language: str = ""
    """A two-letter code in lower case; empty when unknown."""
    notices: tuple[str, ...] = ()
    """What its page says of corrections to it, or of its withdrawal; a line each."""
    image: str = ""
    """The address of the picture that the page names for itself; empty for none."""

    @property
    def text(self) -> str:
        """All blocks, a blank line between two; spans in evidence count characters of this."""
        return "\n\n".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article and its place in `Article.text`."""

    text: str
    start: int
    end: int
    """`article.text[start:end] == text`."""
    block: int
    """The index of its block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A sentence or bullet of a summary, and what it rests on."""

    text: str
    lead: str = ""
    """A bold lead-in such as *Geographic reach*, without its colon; empty for none."""
    sources: tuple[int, ...] = ()
    """Indices into the article's sentences, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A headed section of a summary: a paragraph of units, or bullets."""

    heading: str
    units: tuple[Unit, ...]
    bulleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How a language model had its part in a summary; the `provenance` mapping of an item's front matter."""

    engine: str
    """`engine/version` of what asked it and judged its answer."""
    model: str
    prompt: str
    """The start of a digest of the prompt's templates, the profile, and the form that was asked for."""
    source: str
    """The start of the digest of `Article.text`."""
    tokens: int = 0
    """Of all that was asked and answered for this summary, by the endpoint's own count; cached ones too."""
    refused: str = ""
    """Why nothing of the answer is shown; empty when some of it is."""
    replaced: tuple[str, ...] = ()
    """Where sentences of the source stand instead of the model's: places as in the evidence file."""
    review: tuple[str, ...] = ()
    """Where the source supports what is said only in part, so that a person should read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """Something a model wrote that is not shown."""

    where: str
    """The place of what stands there instead; empty when nothing does."""
    text: str
    """As the model wrote it."""
    why: str
    """The rule that refused it, and what it found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What an engine made of an article."""

    tldr: tuple[Unit, ...]
    """One to three sentences; the first is the item's one-line TL;DR."""
    headline: str
    """The headline of the overview; empty when the article is too short for one."""
    passages: tuple[Passage, ...]
    """Three to five for a full article, fewer or none for a short one; the last is on impact if asked for."""
    language: str
    """The language of headings and labels, two letters."""
    by: str
    """Who wrote it: `engine/version`, or `engine/model`."""
    provenance: Provenance | None = None
    """None: no model had a part in it."""
    replaced: tuple[Replaced, ...] = ()
    """What of a model's answer is not shown, in the order of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a summary should look like; data from `config.yaml`."""

    passages_min: int = 3
    passages_max: int = 5
    tldr_sentences: int = 3
    """At most this many."""
    passage_sentences: int = 3
    """At most this many units in a passage."""
    impact: bool = True
    """Whether the closing passage is on impact."""
    language: str = ""
    """The language of labels and headings; empty: the article's own."""
    tone: str = ""
    """How a model should write, in a few words; the extractive engine has no tone but its article's."""


class Level(StrEnum):
    """How much a finding weighs; `lint` in `config.yaml` may set another for a code."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def weight(self) -> int:
        """Greater for what is worse."""
        return {"info": 1, "warning": 2, "error": 3}[self.value]


class Verdict(StrEnum):
    """What a source says to a statement."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    """The source says otherwise."""
    UNSUPPORTED = "unsupported"
    """The source does not say it."""
    NOT_CHECKABLE = "not checkable"
    """The source, or that part of it, is not at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a rule has to say about a file, a summary or a letter; `builder.rules.finding` makes one."""

    code: str
    """Stable, such as `F101`; `builder.rules` explains it."""
    message: str
    """What was found, as a sentence without a final stop."""
    level: Level
    hard: bool = False
    """Whether what it was found in must not reach a reader unless a person has decided so."""
    verdict: Verdict | None = None
    """Of facts; None for rules of another kind."""
    subject: str = ""
    """The words in question, as written there; empty when it is about the whole."""
    path: str = ""
    """Relative to the newsletter's folder; empty before there is a file."""
    line: int = 0
    """Counted from 1; 0 when unknown."""
    column: int = 0
    """As `line`, in characters."""
    hint: str = ""
    """What to do about it; may be empty."""

    def __str__(self) -> str:
        """`path:line:column: CODE message`."""
        places = (self.path, *(str(number) for number in (self.line, self.column) if number))
        where = ":".join(filter(None, places))
        return f"{where}: {self.code} {self.message}" if where else f"{self.code} {self.message}"


class Status(StrEnum):
    """Where an item stands with its editors."""

    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"
    CHANGED = "changed"
    """Approved once, and other now than what was approved: it waits for its editors again.

    Never written in a file; it follows from what is.
    """


WRITTEN = (Status.DRAFT, Status.APPROVED, Status.REJECTED)
"""What a file may say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Who decided on an item, when, and on what; the `review` mapping of its front matter."""

    by: str
    """`Name <mail>` as git has it; empty when nobody is known."""
    at: datetime
    digest: str = ""
    """Of what was approved, as `builder.content.items.approved_digest` has it; empty when it was rejected."""
    evidence: str = ""
    """The digest of the evidence file as it was approved; empty when there was none."""
    reason: str = ""
    """Why it was rejected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an item comes from; the `source` mapping of its front matter."""

    feed: str
    name: str
    url: str
    """Empty when the feed gave no link."""
    author: str = ""
    published: datetime | None = None
    text: Completeness = Completeness.FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A notice that something published was wrong and has been put right."""

    date: datetime
    text: str
    """One line: what was wrong."""
    right: str = ""
    """One line: what is right; empty where `text` says it all."""

    @property
    def words(self) -> str:
        """All of it on one line, for readers."""
        return f"{self.text} {self.right}".strip()


class Aspect(StrEnum):
    """In what a source differs from what it was."""

    HEADLINE = "headline"
    FIGURE = "figure"
    DATE = "date"
    NAME = "name"
    STATEMENT = "statement"
    """A sentence that the summary rests on is gone, or denies now what it said."""
    WORDING = "wording"
    """Such a sentence stands in other words now, and no fact that the summary states is another."""
    NOTICE = "notice"
    """Its page says that it was corrected or withdrawn."""
    GONE = "gone"
    """There is nothing at its address any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a source says otherwise than when the item was drafted: observed, never concluded."""

    aspect: Aspect
    was: str = ""
    """As it stood in the source; empty for what is new in it."""
    now: str = ""
    """As it stands there; empty for what is there no more."""
    sentence: str = ""
    """The sentence of the source in which `now` stands; empty where that says nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """What a look at the source of an item found; the `stale` mapping of its front matter."""

    at: datetime
    """When it was looked at."""
    found: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What is shown of an item where it stands among others, as far as it says it itself."""

    id: str
    title: str
    tldr: str
    date: datetime
    source: Source
    language: str


class Gist(NamedTuple):
    """What is known of an item whose text is not at hand."""

    face: str
    """The digest of its `Face`."""
    words: int
    """How long its body is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One feed item, summarised: the file editors own."""

    id: str
    path: str
    """Relative to the newsletter's folder, with forward slashes; empty before it has one."""
    title: str
    status: Status
    date: datetime
    source: Source
    tldr: str
    body: str
    """Markdown below the front matter, ends in a newline unless empty."""
    by: str = ""
    provenance: Provenance | None = None
    """None: no model had a part in it."""
    section: str = ""
    tags: tuple[str, ...] = ()
    review: Review | None = None
    """None: nobody decided, or somebody wrote the status by hand."""
    language: str = ""
    """Of its title and text, a BCP 47 tag; empty for the site's."""
    story: str = ""
    """The id of the story it was found to belong to when it was drafted; empty for its own, or none."""
    corrections: tuple[Correction, ...] = ()
    """As in the file."""
    stale: Stale | None = None
    """That its source has changed, and no editor has dealt with it yet; None: not known to have."""
    settled: tuple[str, ...] = ()
    """The marks of the differences that editors have dealt with; see `builder.content.staleness`."""
    aliases: tuple[str, ...] = ()
    """Places where the page was once, from the root of the site; a folder ends in a slash."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Front matter keys we do not know: kept as they are."""

    @property
    def updated(self) -> datetime:
        """When it was last corrected; its date when it never was."""
        corrections = self.corrections
        return max(self.date, *(one.date for one in corrections)) if corrections else self.date

    @property
    def face(self) -> Face:
        """What is shown of it where it stands among others."""
        return Face(
            id=self.id,
            title=self.title,
            tldr=self.tldr,
            date=self.date,
            source=self.source,
            language=self.language,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What editors decided about a story: a file of `content/stories`."""

    id: str
    """The story's."""
    path: str
    """As in `Item`."""
    items: tuple[str, ...] = ()
    """The ids of items that belong here, whatever else is said of them."""
    into: str = ""
    """The id of the story that it is a part of since; empty while it stands."""
    pinned: bool = False
    """Whether no item belongs here but those that editors put here."""
    note: str = ""
    """Markdown for those who edit; never shown to readers."""
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Items that report the same event, at least two, or fewer where editors said so."""

    id: str
    """That of the item that opened it, or one of its own; it never changes."""
    items: tuple[str, ...]
    """Ids, by date and id."""
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An item's place in an edition."""

    item: str
    """The item's id."""
    note: str = ""
    """A line from the editors shown with the item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A headed part of an edition."""

    title: str
    """Empty for a part without a heading."""
    items: tuple[Placed, ...]
    """In the order the editors chose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """A correction of an item that an edition tells its readers of."""

    item: str
    """The item's id."""
    date: datetime
    """That of the correction, by which it is known among those of the item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One issue of the newsletter: an ordered choice of items."""

    number: int
    path: str
    """As in `Item`."""
    title: str
    date: datetime
    parts: tuple[Part, ...]
    intro: str = ""
    """Markdown."""
    published: datetime | None = None
    """None: not published; its items are not public by it."""
    subject: str = ""
    """Of the letter; empty: made from the title."""
    preheader: str = ""
    """The line that mail clients show beside the subject; empty: the start of the introduction."""
    sent: datetime | None = None
    """When the letter went out to all readers; None: it did not."""
    corrections: tuple[Correction, ...] = ()
    """Of the edition itself, as in the file."""
    corrected: tuple[Retold, ...] = ()
    """The corrections of items it tells of, in the order of the file."""
    aliases: tuple[str, ...] = ()
    """As in `Item`."""
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_named(self) -> bool:
        """Whether its title says more than its number, as *Edition 7*, *No. 7* and *7* do not."""
        *words, last = self.title.replace("#", " ").split() or [""]
        return last != str(self.number) or len(words) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticPage:
    """A page in the editors' own words, such as *About*."""

    slug: str
    path: str
    """As in `Item`."""
    title: str
    body: str
    """Markdown."""
    status: Status = Status.APPROVED
    """Only an approved page is public; a page that says nothing is."""
    description: str = ""
    aliases: tuple[str, ...] = ()
    """As in `Item`."""
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An item's file that cannot be used."""

    path: str
    """As in `Item`."""
    id: str
    """Of the item; empty when it cannot be made out."""
    faults: tuple[Fault, ...]
    """What is wrong, by line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All of `content/` at one moment."""

    items: tuple[Item, ...] = ()
    """By path."""
    editions: tuple[Edition, ...] = ()
    """By number, ascending."""
    pages: tuple[StaticPage, ...] = ()
    """By slug."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """The digest of each item's file by its path, as it was read; what is not read from a file has none."""
    gists: Mapping[str, Gist] = field(default_factory=dict, compare=False)
    """The gist of items by their paths, where it is known without reading them."""
    rulings: tuple[Ruling, ...] = ()
    """What editors decided about stories, by path."""
    stories: tuple[Story, ...] = ()
    """What follows from them and the items, by id."""
    unread: tuple[Unread, ...] = ()
    """The files of items that could not be used, by path; they are in none of the above."""
