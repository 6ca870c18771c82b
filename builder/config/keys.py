"""What may be written in `config.yaml`: every key with its type, bounds, default and meaning.

The models read text, as the node tree gives it, and forgive the short forms people write.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator
from pydantic.fields import FieldInfo

from builder import text
from builder.config.admin import AdminKeys
from builder.config.base import Keys
from builder.config.colours import LEGIBLE, Colour, contrast
from builder.config.deploy import DeployKeys
from builder.config.lint import LintKeys
from builder.config.mail import MailKeys
from builder.config.rules import PAPER
from builder.config.run import RunKeys
from builder.config.values import (
    Contact,
    Endpoint,
    Extension,
    FeedAddress,
    HostPort,
    Language,
    Line,
    OutputFolder,
    Permanent,
    Place,
    SiteAddress,
    Slug,
    StaticFolder,
    Timezone,
    Variable,
    WebAddress,
    Words,
    overlap,
    slug_of_address,
    wrong,
)

_MAX_DAYS = 36500
_Title = Annotated[Line, Field(min_length=1, max_length=300)]
_Name = Annotated[Line, Field(max_length=200)]
_Prose = Annotated[Line, Field(max_length=2000)]
_Few = Annotated[int, Field(ge=1, le=8)]


class SiteKeys(Keys):
    """The newsletter as it presents itself."""

    title: _Title = Field(description="The newsletter's name.", examples=["The Open Web Brief"])
    url: SiteAddress = Field(
        description="Where the site will live: http or https, with a path when it lives under one.",
        examples=["https://brief.example/", "https://example.org/brief/"],
    )
    language: Language = Field(
        "en", description="The site's language, a BCP 47 tag.", examples=["en", "pt-BR"]
    )
    timezone: Timezone = Field(
        "UTC", description="The zone in which days begin, an IANA name.", examples=["Europe/Berlin"]
    )
    description: _Prose = Field("", description="A sentence on what the newsletter is about.")
    author: _Name = Field("", description="Who publishes it.")
    id: Permanent = Field(
        "",
        description="What the ids in feeds begin with, for ever, wherever the site moves: a host that was "
        "yours on a day. Left out: the host of url.",
        examples=["brief.example,2026-11-20"],
    )


class FeedKeys(Keys):
    """A source that is followed. A bare address stands for one with `url` alone."""

    url: FeedAddress = Field(
        description="The feed's address, or its path relative to this file.",
        examples=["https://example.org/feed.xml", "samples/feed.xml"],
    )
    name: _Name = Field("", description="The source's name; the feed's own title when left out.")
    slug: Slug = Field(
        "",
        description="Its name in ids and addresses, for ever; made from name or url when left out.",
        examples=["example-blog"],
    )
    section: _Name = Field(
        "", description="Where its items go: the slug or the title of one of the sections."
    )
    tags: Words = Field((), description="Tags for each of its items: a list, or text with commas.")
    include: Words = Field((), description="Only entries that hold one of these words; case is ignored.")
    exclude: Words = Field((), description="No entry that holds one of these words; case is ignored.")
    max_items: int = Field(
        0, ge=0, le=10_000, description="At most so many drafts in one pull, newest first; 0 for no limit."
    )
    max_age_days: int | None = Field(
        None,
        ge=0,
        le=_MAX_DAYS,
        description="Older entries are not drafted; 0 for no limit; fetch.max_age_days when left out.",
    )
    full_text: bool = Field(
        True,
        description="Whether the page behind an entry is read, or only the feed's own text.",
    )
    identity: Literal["auto", "link", "content"] = Field(
        "auto",
        description="What its entries are known by: auto is their id; link or content where the ids change.",
    )
    dates: Literal["published", "updated", "none"] = Field(
        "published", description="Which date of an entry counts; with none, the time it was first seen."
    )
    ignore: tuple[Literal["author", "language", "tags", "text", "title"], ...] = Field(
        (), description="What the feed tells wrong and is not read.", examples=[["author"]]
    )
    paused: bool = Field(False, description="Whether it is left alone for the time being.")
    about: _Prose = Field("", description="A sentence on the source, shown on its page.")
    homepage: WebAddress = Field(
        "", description="The source's own site, linked to from its page.", examples=["https://example.org/"]
    )

    @property
    def made_slug(self) -> str:
        """The slug as written, else made from the name, else from the address."""
        return self.slug or text.slug(self.name, "") or slug_of_address(self.url)

    @model_validator(mode="after")
    def _has_slug(self) -> Self:
        if not self.made_slug:
            raise wrong(
                "needs a slug: neither name nor url has Latin letters", "Add one, such as slug: news."
            )
        return self


class SectionKeys(Keys):
    """A heading of the newsletter. A bare text stands for one with `title` alone."""

    title: _Title = Field(description="The heading.", examples=["Policy"])
    slug: Slug = Field("", description="Its name in addresses; made from the title when left out.")
    description: _Prose = Field("", description="A sentence on what belongs here.")
    max_items: int = Field(
        0, ge=0, le=1000, description="At most so many of its items in a new edition; 0 for no limit."
    )

    @property
    def made_slug(self) -> str:
        """The slug as written, else made from the title."""
        return self.slug or text.slug(self.title, "")

    @model_validator(mode="after")
    def _has_slug(self) -> Self:
        if not self.made_slug:
            raise wrong("needs a slug: its title has no Latin letters", "Add one, such as slug: news.")
        return self


class SpanKeys(Keys):
    """From so many to so many. A bare number stands for both."""

    min: _Few = Field(3, description="At least so many, where the article is long enough.")
    max: _Few = Field(5, description="At most so many.")

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if self.min > self.max:
            raise wrong(f"min is {self.min}, but max is {self.max}", "Give both, the smaller as min.")
        return self


FeedEntry = Annotated[
    FeedKeys, BeforeValidator(lambda value: _under(value, "url"), json_schema_input_type=str | FeedKeys)
]
SectionEntry = Annotated[
    SectionKeys,
    BeforeValidator(lambda value: _under(value, "title"), json_schema_input_type=Line | SectionKeys),
]
_Span = Annotated[
    SpanKeys,
    BeforeValidator(lambda value: _under(value, "min", "max"), json_schema_input_type=_Few | SpanKeys),
]


class ModelKeys(Keys):
    """The language model behind the engine llm."""

    name: _Name = Field("", description="The model, as its server calls it.", examples=["qwen3:8b"])
    endpoint: Endpoint = Field(
        "",
        description="The server's address, up to and with its version; it may be on this machine.",
        examples=["http://127.0.0.1:11434/v1", "https://api.openai.com/v1"],
    )
    api: Literal["openai", "anthropic"] = Field(
        "openai", description="The protocol: openai is Chat Completions, which most servers speak."
    )
    api_key_env: Variable = Field(
        "", description="The environment variable that holds the key.", examples=["OPENAI_API_KEY"]
    )
    at_once: int = Field(4, ge=1, le=64, description="How many articles are drafted at once.")
    answer_s: float = Field(
        120.0, ge=1, le=3600, allow_inf_nan=False, description="Seconds for one answer, all in all."
    )
    temperature: float = Field(
        0.0, ge=0, le=2, allow_inf_nan=False, description="0 for the likeliest words; more for others."
    )
    answer_tokens: int = Field(
        2000, ge=100, le=100_000, description="The longest answer; a model that reasons needs more."
    )
    article_chars: int = Field(
        24_000, ge=1000, le=2_000_000, description="How much of an article a model is shown, in characters."
    )
    max_tokens: int = Field(
        1_000_000, ge=0, le=10**12, description="The most tokens that one run may spend; 0 for no limit."
    )
    max_cost: float = Field(
        0.0, ge=0, le=10**9, allow_inf_nan=False, description="The same in money; 0 for no limit."
    )
    price_in: float = Field(
        0.0, ge=0, le=10**6, allow_inf_nan=False, description="What a million tokens of questions cost."
    )
    price_out: float = Field(
        0.0, ge=0, le=10**6, allow_inf_nan=False, description="What a million tokens of answers cost."
    )


class SummaryKeys(Keys):
    """How summaries are written."""

    engine: Slug = Field(
        "extract",
        description="Who writes: extract chooses sentences of the article, with no model and no network; "
        "llm has a language model write them, and proves each.",
        examples=["extract", "llm"],
    )
    sections: _Span = Field(
        {}, validate_default=True, description="Headed sections of the overview: a number, or min and max."
    )
    tldr_sentences: int = Field(3, ge=1, le=3, description="At most so many sentences in the TL;DR.")
    section_sentences: int = Field(
        3, ge=1, le=10, description="At most so many sentences or bullets in a section."
    )
    impact: bool = Field(True, description="Whether the last section is on impact.")
    language: Language = Field("", description="The language of headings; the article's own when left out.")
    tone: Annotated[Line, Field(max_length=500)] = Field(
        "", description="How a model should write, in a few words.", examples=["dry, and for engineers"]
    )
    model: ModelKeys = Field(
        {}, validate_default=True, description="The language model behind the engine llm."
    )


class FetchKeys(Keys):
    """How other people's servers are asked."""

    allow_hosts: tuple[HostPort, ...] = Field(
        (),
        description="host:port of each address outside the public net that may be asked.",
        examples=[["127.0.0.1:8080"]],
    )
    timeout_s: float = Field(
        30.0, ge=1, le=600, allow_inf_nan=False, description="Seconds for one request, all in all."
    )
    max_feed_mib: int = Field(
        16, ge=1, le=256, description="The largest feed that is read, unpacked, in MiB."
    )
    max_page_mib: int = Field(8, ge=1, le=256, description="The largest page that is read, unpacked, in MiB.")
    max_age_days: int = Field(
        30, ge=0, le=_MAX_DAYS, description="Older entries are not drafted; 0 for no limit."
    )
    workers: int = Field(8, ge=1, le=64, description="How many hosts are asked at once.")
    delay_s: float = Field(
        1.0,
        ge=0,
        le=60,
        allow_inf_nan=False,
        description="Seconds between two pages of one host, or its longer Crawl-delay; 0 for none at all.",
    )
    images: bool = Field(
        False,
        description="Whether pull gets the picture that an article's page names for itself; see that you may "
        "show them. Needs `briefpress[images]`.",
    )
    contact: Contact = Field(
        "",
        max_length=200,
        description="A mail or web address for publishers, told with each request.",
        examples=["editor@brief.example"],
    )


class PolicyKeys(Keys):
    """What a new edition takes of what is approved and waits."""

    window_days: int = Field(
        0, ge=0, le=_MAX_DAYS, description="Only items of the last so many days; 0 for no limit."
    )
    max_items: int = Field(0, ge=0, le=1000, description="At most so many items; 0 for no limit.")
    per_source: int = Field(
        0, ge=0, le=1000, description="At most so many items from one feed; 0 for no limit."
    )
    min_items: int = Field(
        1, ge=1, le=1000, description="With fewer the week is thin, and no edition is opened."
    )
    order: Literal["newest", "weight"] = Field(
        "newest", description="newest, or weight: what has the greatest weight in its front matter first."
    )
    lookback_days: int = Field(
        365,
        ge=0,
        le=_MAX_DAYS,
        description="An item that an edition so many days before has already is a finding; 0: no limit.",
    )


class EditorialKeys(Keys):
    """What counts as published, and what an edition is made of."""

    publish: Literal["editions", "items"] = Field(
        "editions", description="editions: what a published edition lists; items: each approved item at once."
    )
    recheck_days: int = Field(
        14,
        ge=0,
        le=366,
        description="The sources of what was published so many days ago are looked at again; 0: none.",
    )
    conflicts: Literal["markers", "rej"] = Field(
        "markers", description="Where a new draft stands that meets an edit: in the file, or beside it."
    )
    edition: PolicyKeys = Field({}, validate_default=True, description="What a new edition takes.")


class AccentKeys(Keys):
    """The one spot colour of the theme, legible on the paper of each scheme."""

    light: Colour = Field(
        "#a8201a", description="On light paper, as #rrggbb.", examples=["#0b5c4b"], validate_default=True
    )
    dark: Colour = Field(
        "#ff8170", description="On dark paper, as #rrggbb.", examples=["#5fd0b4"], validate_default=True
    )

    @model_validator(mode="after")
    def _is_legible(self) -> Self:
        for scheme, colour in (("light", self.light), ("dark", self.dark)):
            found = contrast(colour, PAPER[scheme])
            if found < LEGIBLE:
                raise wrong(
                    f"{scheme}, {colour}, has a contrast of {found:.1f} on the {scheme} paper; "
                    f"text needs {LEGIBLE} (WCAG 2.2, 1.4.3)",
                    f"Choose a {'darker' if scheme == 'light' else 'lighter'} one.",
                )
        return self


class BuildKeys(Keys):
    """Where the site goes."""

    output: OutputFolder = Field("site", validate_default=True, description="The folder of the built site.")
    static: dict[StaticFolder, Place] = Field(
        {"static": ""},
        validate_default=True,
        max_length=100,
        description="Folders that are copied as they are, each with its place in the site.",
        examples=[{"static": "", "photos": "images"}],
    )
    page_size: int = Field(20, ge=1, le=500, description="Items on a list page.")
    home_items: int = Field(27, ge=1, le=500, description="Items on the overview beside the lead, at most.")
    density: Literal["cards", "list", "headlines"] = Field(
        "cards", description="How the overview shows its items until a reader chooses."
    )
    search: Literal["index", "pagefind", "none"] = Field(
        "index",
        description="index finds titles, sources, tags and the latest TL;DRs; pagefind finds all texts and "
        "needs `briefpress[search]`; none is no search.",
    )
    pictures: Literal["none", "editions", "all"] = Field(
        "none", description="Which pages get a picture of their own for link previews; needs Pillow."
    )
    accent: AccentKeys = Field({}, validate_default=True, description="The spot colour.")

    @model_validator(mode="after")
    def _is_apart(self, info: ValidationInfo) -> Self:
        for folder in self.static:
            if overlap(self.output, folder, info):
                raise wrong(f"output, {self.output}, must be apart from the static folder {folder}")
        return self


class MarkdownKeys(Keys):
    """How Markdown becomes HTML."""

    engine: Literal["markdown", "comrak"] = Field(
        "markdown", description="markdown is Python-Markdown; comrak is for large sites: `briefpress[fast]`."
    )
    extensions: tuple[Extension, ...] = Field(
        (),
        description="Extensions of Python-Markdown beside those always in use, by name or by module.",
        examples=[["admonition", "smarty"]],
    )

    @model_validator(mode="after")
    def _can_extend(self) -> Self:
        if self.engine != "markdown" and self.extensions:
            raise wrong("extensions are those of Python-Markdown", "Leave them out, or the engine.")
        return self


class ConfigKeys(Keys):
    """The configuration of a newsletter that Briefpress builds."""

    site: SiteKeys = Field(description="The newsletter as it presents itself.")
    feeds: tuple[FeedEntry, ...] = Field((), description="The sources that are followed.")
    sections: tuple[SectionEntry, ...] = Field((), description="The headings of the newsletter, in order.")
    tags: Words = Field((), description="The tags that items may have; any when left out.")
    summary: SummaryKeys = Field({}, validate_default=True, description="How summaries are written.")
    fetch: FetchKeys = Field({}, validate_default=True, description="How other people's servers are asked.")
    editorial: EditorialKeys = Field(
        {}, validate_default=True, description="What counts as published, and what an edition is made of."
    )
    lint: LintKeys = Field(
        {}, validate_default=True, description="What is looked for in items, and how much it weighs."
    )
    build: BuildKeys = Field({}, validate_default=True, description="Where the site goes.")
    deploy: DeployKeys = Field(
        {}, validate_default=True, description="Where the site is put for readers, and how it gets there."
    )
    admin: AdminKeys = Field({}, validate_default=True, description="The editor in a browser.")
    mail: MailKeys = Field({}, validate_default=True, description="The letter, and who sends it.")
    markdown: MarkdownKeys = Field({}, validate_default=True, description="How Markdown becomes HTML.")
    run: RunKeys = Field({}, validate_default=True, description="What the daily job does.")


@cache
def every_key() -> Mapping[str, FieldInfo]:
    """All keys by their full names, such as `feeds[].url` and `summary.sections.min`, in their order."""
    return dict(_below(ConfigKeys, ""))


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `config.yaml`, for editors to complete keys; short forms pass."""
    made = ConfigKeys.model_json_schema()
    site = {"title": "The Open Web Brief", "url": "https://brief.example/"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "Briefpress: config.yaml",
        "examples": [{"site": site, "feeds": ["https://example.org/feed.xml"]}],
    }


def _under(value: object, *keys: str) -> object:
    return dict.fromkeys(keys, value) if isinstance(value, str) else value


def _below(model: type[Keys], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        yield f"{prefix}{name}", field
        if inner := _model(field.annotation):
            listed = "[]" if get_origin(field.annotation) is tuple else ""
            yield from _below(inner, f"{prefix}{name}{listed}.")


def _model(annotation: Any) -> type[Keys] | None:
    if isinstance(annotation, type) and issubclass(annotation, Keys):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model(inner))), None)
