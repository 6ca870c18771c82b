"""What takes a letter for a list that it holds itself, and how one is found by its name in the config."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, cast

from builder import plugins
from builder.config import Config
from builder.errors import ConfigError, DeliveryError

GROUP = "briefpress.senders"
"""The entry point group for senders: a callable that takes a `Setting` and returns a `Service`."""
BUILTIN = {
    "buttondown": "builder.mail.senders.buttondown:Buttondown",
    "listmonk": "builder.mail.senders.listmonk:Listmonk",
    "ghost": "builder.mail.senders.ghost:Ghost",
    "mailchimp": "builder.mail.senders.mailchimp:Mailchimp",
}

_OURS = ("files", "smtp")
"""Senders that are no service."""


class Standing(StrEnum):
    """How far a letter is at a service."""

    GONE = "gone"
    """It is not there, or was cancelled."""
    DRAFT = "draft"
    SENDING = "sending"
    """It will go out, or is going out."""
    SENT = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A letter as services take it."""

    key: str
    """By what it is found there again: the same in each run, and no other letter's."""
    title: str
    """Of the edition."""
    subject: str
    preheader: str
    html: str
    """With the merge tags of the service."""
    text: str
    edition_url: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a sender is made of."""

    config: Config
    secrets: Mapping[str, str]
    """The environment."""
    now: Callable[[], datetime]
    wait: Callable[[float], None]
    """Waits so many seconds."""

    def secret(self, name: str) -> str:
        """The secret `name`. Raises DeliveryError when the environment has none."""
        found = self.secrets.get(name, "").strip()
        if not found:
            raise DeliveryError(f"{name} is not in the environment", "Secrets are read from there alone.")
        return found


class Service(Protocol):
    """Takes drafts, and sends one when it is asked to. Each method raises DeliveryError."""

    def find(self, key: str) -> str:
        """The id of the letter that carries `key`; empty when there is none."""
        ...

    def push(self, payload: Payload, known: str) -> str:
        """Make a draft of `payload`, or make the draft `known` the same as it; its id."""
        ...

    def standing(self, id: str) -> Standing:  # noqa: A002 (it is one)
        """How far the letter `id` is."""
        ...

    def test(self, id: str, payload: Payload, address: str) -> None:  # noqa: A002
        """Send the draft `id` to `address` alone."""
        ...

    def send(self, id: str) -> None:  # noqa: A002
        """Send the draft `id` to the whole list."""
        ...


def load(name: str, setting: Setting) -> Service:
    """The service `name` of the config. Raises ConfigError when there is none of that name."""
    made = plugins.load(GROUP, name, BUILTIN, _OURS)
    service = made(setting) if callable(made) else made
    if not all(hasattr(service, method) for method in ("find", "push", "standing", "test", "send")):
        raise ConfigError(
            f"{name!r} is not a sender", "A sender has the methods find, push, standing, test and send."
        )
    return cast("Service", service)


def refuse_unknown(config: Config) -> None:
    """Raise ConfigError when `mail.via` names no sender that is installed; none is loaded."""
    plugins.refuse_unknown(GROUP, config.mail.via, BUILTIN, _OURS, "config.yaml")


def known() -> tuple[str, ...]:
    """All that `mail.via` may name."""
    return (*_OURS, *names())


def names() -> tuple[str, ...]:
    """The services that `load` knows."""
    return plugins.names(GROUP, BUILTIN)
