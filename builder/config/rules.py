"""The configuration as the other rooms see it: complete, checked, with every default filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.model import Feed, Level, Policy, Profile, Section, Site

FILE = "config.yaml"
"""Its name in the newsletter's folder."""
PAPER = {"light": "#fdfdfb", "dark": "#141518"}
"""What the default theme writes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRules:
    """The language model behind the engine `llm`."""

    name: str
    """As its server calls it; empty when there is none."""
    endpoint: str
    """An address without a slash at its end; empty when there is none."""
    api: str
    """`openai` or `anthropic`: the protocol."""
    api_key_env: str
    """The name of the environment variable that holds the key; empty for no key."""
    at_once: int
    """How many articles are drafted at a time."""
    answer_s: float
    """For one request as a whole."""
    temperature: float
    answer_tokens: int
    """The most that an answer may have."""
    article_chars: int
    """How much of an article is shown."""
    max_tokens: int
    """For one run; 0 for no limit."""
    max_cost: float
    """The same, in the money of the prices."""
    price_in: float
    """For a million tokens."""
    price_out: float
    """For a million tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRules:
    """How summaries are written."""

    engine: str
    """`extract`, `llm`, or the name of a plug-in; whether there is one is not known here."""
    profile: Profile
    model: ModelRules


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRules:
    """How we ask other people's servers."""

    allow_hosts: tuple[str, ...]
    """`host:port`, lower case, IPv6 in brackets: the only addresses off the public net that may be asked."""
    timeout_s: float
    """For one request as a whole, from the first byte sent to the last received."""
    max_feed_mib: int
    """Of a feed, after decompression."""
    max_page_mib: int
    """Of a page, after decompression."""
    max_age_days: int
    """For feeds that set none of their own; 0 for no limit. `Feed.max_age_days` already has it."""
    workers: int
    """How many hosts are asked at once."""
    delay_s: float
    """Between two pages of one host; 0 asks for no pause, whatever the host would like."""
    images: bool
    """Whether the pictures of new drafts are asked for."""
    contact: str
    """An address of ours for the User-Agent, ASCII, mail or web; may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorialRules:
    """What counts as published, and what an edition is made of."""

    publish: str
    """`editions`: an item that a published edition lists. `items`: an approved item."""
    edition: Policy
    conflicts: str = "markers"
    """Where stands what an editor and a new draft both changed: `markers` in the file, or `rej` beside it."""
    recheck_days: int = 14
    """For so many days after it was published the source of an item is looked at again; 0 for never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminRules:
    """The editor in a browser."""

    cms: str = "sveltia"
    """`sveltia` or `decap`."""
    backend: str = "github"
    """`github`, `gitlab`, `git-gateway` or `local`."""
    repo: str = ""
    """`owner/name`; empty where none is told."""
    branch: str = "main"
    auth_url: str = ""
    """Where signing in goes; empty: to the CMS's own helper."""
    workflow: bool = False
    """Whether a change is proposed before it is published."""
    vendor: bool = False
    """Whether the script is kept beside the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRules:
    """What is looked for in items, and how much it weighs."""

    fail_on: Level
    levels: Mapping[str, Level | None]
    """By code: another level than the rule's own, or None where it is off."""
    allow_links: tuple[str, ...]
    """Hosts in lower case."""
    copied_words: int
    copied_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRules:
    """Where the site goes, and how long its lists are."""

    output: str
    """A folder relative to the root, with forward slashes; never one that holds our own files."""
    static: Mapping[str, str]
    """Folder relative to the root → place in the site, no slash at either end, empty for the site's root."""
    page_size: int
    """Items on a list page."""
    home_items: int
    """Items on the overview, at most."""
    density: str
    """`cards`, `list` or `headlines`: how the overview shows them until a reader chooses."""
    search: str
    """`index`, `pagefind` or `none`."""
    pictures: str
    """`none`, `editions` or `all`: what gets a picture of its own for link previews."""
    accent: tuple[str, str]
    """The spot colour on light and on dark paper, `#rrggbb`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployRules:
    """Where the site is put for readers."""

    host: str
    """Empty for none; whether there is one of that name is not known here."""
    to: str
    """A folder, `s3://bucket/prefix`, or a project at the host; empty when none is set."""
    branch: str
    """Empty when none is set."""
    remote: str
    endpoint: str
    """An address that ends in a slash; empty for Amazon's own."""
    max_deletes: int
    """With more files to delete, nothing is deployed."""
    options: Mapping[str, str]
    """For plug-ins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownRules:
    """How Markdown becomes HTML."""

    engine: str
    """`markdown`, which is Python-Markdown, or `comrak`."""
    extensions: tuple[str, ...]
    """Of Python-Markdown, beside those always in use, in the order in which they are applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpRules:
    """A mail server of one's own."""

    host: str
    """Empty when none is set."""
    port: int
    security: str
    """`starttls`, `tls` or `none`."""
    user: str
    """Empty: no login."""
    per_minute: int
    """Messages; 0 for no limit."""
    timeout_s: float
    """For one answer."""
    tries: int
    """Of one message in one run, the first counted."""
    retry_s: float
    """Between two tries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtondownRules:
    """Where Buttondown is."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListmonkRules:
    """A listmonk, and what of it is used."""

    url: str
    """Empty when none is set."""
    lists: tuple[int, ...]
    template: int
    """0: the server's default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GhostRules:
    """A Ghost, and what of it is used."""

    url: str
    """Empty when none is set."""
    newsletter: str
    email_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailchimpRules:
    """What of Mailchimp is used."""

    url: str
    """Empty: made from the key."""
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRules:
    """The letter, and who sends it."""

    via: str
    """The name of the sender; whether there is one is not known here."""
    from_name: str
    """Never empty: the site's title stands in."""
    from_address: str
    """Empty when none is set: then nothing can be sent."""
    reply_to: str
    postal_address: str
    reason: str
    """Empty: the theme says it."""
    unsubscribe: str
    """May hold `{token}` and `{email}`; empty when none is set."""
    unsubscribe_mail: str
    subject: str
    """May hold `{title}`, `{number}` and `{site}`."""
    detail: str
    """`brief` or `full`."""
    max_kib: int
    min_stories: int
    require_test: bool
    utm_source: str
    """Empty: links are not marked."""
    subscribers: str
    """Relative to the root, with forward slashes."""
    smtp: SmtpRules
    buttondown: ButtondownRules
    listmonk: ListmonkRules
    ghost: GhostRules
    mailchimp: MailchimpRules
    options: Mapping[str, str]
    """For plug-ins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRules:
    """What the daily job does with new drafts and with the letter."""

    publish: str
    """`none`, `propose` or `commit`."""
    push: bool
    """Whether the branch at hand takes what its remote has, and is pushed."""
    mail: bool
    """Whether letters are sent."""
    mail_days: tuple[str, ...]
    """`monday` to `sunday`, in the site's zone; empty: every day."""
    mail_from: str
    """`HH:MM`, in the site's zone."""
    mail_max_age_days: int
    """Of an edition, since it was published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All of `config.yaml`."""

    root: Path
    """The newsletter's folder, absolute, links followed."""
    site: Site
    feeds: tuple[Feed, ...]
    """In the order of the file; slugs and addresses are unique."""
    sections: tuple[Section, ...]
    """In the order of the file; slugs are unique."""
    tags: tuple[str, ...]
    """Those that items may have; empty: any."""
    summary: SummaryRules
    fetch: FetchRules
    editorial: EditorialRules
    admin: AdminRules
    lint: LintRules
    build: BuildRules
    deploy: DeployRules
    markdown: MarkdownRules
    mail: MailRules
    run: RunRules
