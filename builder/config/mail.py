"""What may be written under `mail` in `config.yaml`. Secrets have no key: they come from the environment."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from builder.config.base import Keys
from builder.config.values import Line, MailAddress, PrivateFile, ServiceAddress, Slug, UnsubscribeAddress

_Name = Annotated[Line, Field(max_length=200)]
_Prose = Annotated[Line, Field(max_length=500)]
_Host = Annotated[str, Field(max_length=253, pattern=r"^[A-Za-z0-9.:_-]*$")]
_Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]*$", max_length=100)]


class SmtpKeys(Keys):
    """A mail server of one's own, for a list one holds oneself. Its password is BRIEFPRESS_SMTP_PASSWORD."""

    host: _Host = Field("", description="The server that takes the mail.", examples=["smtp.example.org"])
    port: int = Field(587, ge=1, le=65535, description="Its port: 587 for starttls, 465 for tls.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection is kept private; none only for a server on this machine."
    )
    user: _Name = Field("", description="Who logs in; no login when left out.", examples=["brief"])
    per_minute: int = Field(
        0, ge=0, le=100_000, description="At most so many messages a minute; 0 for no limit."
    )
    timeout_s: float = Field(
        60.0, ge=1, le=600, allow_inf_nan=False, description="Seconds for one answer of the server."
    )
    tries: int = Field(3, ge=1, le=10, description="How often a message that is put off is tried in one run.")
    retry_s: float = Field(
        60.0,
        ge=0,
        le=3600,
        allow_inf_nan=False,
        description="Seconds before messages put off are tried again.",
    )


class ButtondownKeys(Keys):
    """Buttondown. Its key is BUTTONDOWN_API_KEY."""

    url: ServiceAddress = Field("https://api.buttondown.com/v1/", description="Its API.")


class ListmonkKeys(Keys):
    """listmonk. Its user and token are LISTMONK_TOKEN, as user:token."""

    url: ServiceAddress = Field(
        "", validate_default=False, description="Where it runs.", examples=["https://lists.example.org/"]
    )
    lists: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (), description="The numbers of the lists that get the letter.", examples=[[1]]
    )
    template: int = Field(
        0, ge=0, description="The number of its raw template; 0 for the server's default.", examples=[5]
    )


class GhostKeys(Keys):
    """Ghost. Its Admin API key is GHOST_ADMIN_KEY, as id:secret."""

    url: ServiceAddress = Field(
        "", validate_default=False, description="Where it runs.", examples=["https://ghost.example.org/"]
    )
    newsletter: _Word = Field("", description="The slug of the newsletter that is sent.", examples=["weekly"])
    email_only: bool = Field(True, description="Whether the letter is mail alone, or a post of the site too.")


class MailchimpKeys(Keys):
    """Mailchimp. Its key is MAILCHIMP_API_KEY; what follows its last hyphen names the data centre."""

    url: ServiceAddress = Field(
        "", validate_default=False, description="Its API; made from the key when left out."
    )
    audience: _Word = Field(
        "", description="The id of the audience that gets the letter.", examples=["a1b2c3d4e5"]
    )


class MailKeys(Keys):
    """The letter, and who sends it."""

    via: Slug = Field(
        "files",
        description="Who sends: files, smtp, buttondown, listmonk, ghost, mailchimp or that of a plug-in.",
        examples=["buttondown"],
    )
    from_name: _Name = Field("", description="The sender as readers see it; site.title when left out.")
    from_address: MailAddress = Field(
        "", description="The sender's mail address.", examples=["editor@brief.example"]
    )
    reply_to: MailAddress = Field("", description="Where answers go; from_address when left out.")
    postal_address: _Prose = Field(
        "",
        description="The postal address in the footer, which the law asks for in many places.",
        examples=["The Example Society, 1 Sample Street, Sampletown"],
    )
    reason: _Prose = Field(
        "", description="Why a reader gets the letter; a sentence of the theme when left out."
    )
    unsubscribe: UnsubscribeAddress = Field(
        "",
        description="The https address that takes a reader off the list; may hold {token} and {email}.",
        examples=["https://brief.example/unsubscribe?t={token}"],
    )
    unsubscribe_mail: MailAddress = Field(
        "", description="A mail address that does the same.", examples=["leave@brief.example"]
    )
    subject: _Name = Field(
        "{title}",
        description="The subject of editions that name none; may hold {title}, {number} and {site}.",
        examples=["{site} No. {number}: {title}"],
    )
    detail: Literal["brief", "full"] = Field(
        "brief", description="brief: each story's TL;DR; full: its whole summary."
    )
    max_kib: int = Field(
        90, ge=16, le=100, description="The letter is shortened beyond this; Gmail cuts at 102 KiB."
    )
    min_stories: int = Field(1, ge=1, le=500, description="Editions with fewer stories are not sent.")
    require_test: bool = Field(
        True, description="Whether a letter is sent only after a test of exactly this letter."
    )
    utm_source: _Word = Field(
        "", description="Marks links to the site with utm_ parameters under this name; none when left out."
    )
    subscribers: PrivateFile = Field(
        "subscribers.csv", description="The list for smtp, a CSV file that git does not hold."
    )
    smtp: SmtpKeys = Field({}, validate_default=True, description="A mail server of one's own.")
    buttondown: ButtondownKeys = Field({}, validate_default=True, description="Buttondown.")
    listmonk: ListmonkKeys = Field({}, validate_default=True, description="listmonk.")
    ghost: GhostKeys = Field({}, validate_default=True, description="Ghost.")
    mailchimp: MailchimpKeys = Field({}, validate_default=True, description="Mailchimp.")
    options: dict[Annotated[str, Field(max_length=100)], Annotated[Line, Field(max_length=1000)]] = Field(
        {}, max_length=100, description="What a plug-in that sends wants to be told."
    )
