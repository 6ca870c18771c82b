"""A letter → the bytes of a message, by RFC 5322, 2045, 2369, 2919 and 8058. Pure.

What is the same for every reader is encoded once; a message is its own headers, and that.
"""

import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote, urlsplit

from builder import digest, text
from builder.config import Config
from builder.errors import DeliveryError
from builder.mail import safe
from builder.mail.letter import Letter

LINE_MAX = 998
"""Characters of a header line (RFC 5322)."""
_LINE_WANTED = 78

_ENCODED_WORD = re.compile(r"=\?")
_PRINTABLE = re.compile(r"[!-~]+(?: [!-~]+)*")
_NOT_IN_PHRASE = re.compile(r"[^A-Za-z0-9 !#$%&'*+/=?^_`{|}~.-]+")
_NOT_IN_LABEL = re.compile(r"[^a-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who a newsletter's letters come from: the same for every letter."""

    name: str
    address: str
    reply_to: str
    """Empty: answers go to `address`."""
    list_id: str
    """A name in the form of a host that lasts as long as the list (RFC 2919)."""
    title: str

    @property
    def domain(self) -> str:
        """Of the sender's address."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Where one message goes."""

    address: str
    name: str = ""
    unsubscribe: str
    """The reader's own https address; empty when there is none."""
    unsubscribe_mail: str = ""
    """A `mailto:` address; empty when there is none."""


def desk_of(config: Config) -> Desk:
    """The desk of a newsletter. Raises DeliveryError when its config names no sender."""
    mail = config.mail
    if not mail.from_address:
        raise DeliveryError(
            "mail.from_address is not set: a letter needs a sender",
            "Add `from_address: editor@your.domain` under `mail` in config.yaml.",
            path="config.yaml",
        )
    return Desk(
        name=mail.from_name,
        address=mail.from_address,
        reply_to=mail.reply_to,
        list_id=list_id(config.site.url),
        title=config.site.title,
    )


def list_id(url: str) -> str:
    """The list's name: `brief.example` for https://brief.example/, `ai.brief.example` for …/ai/."""
    parts = urlsplit(url)
    labels = [label for label in reversed(parts.path.lower().split("/")) if label]
    labels = [cleaned for label in labels if (cleaned := _NOT_IN_LABEL.sub("-", label).strip("-."))]
    host = (parts.hostname or "list").encode("idna").decode("ascii")
    return ".".join([*labels, host if "." in host else f"{host}.list"])


def message_id(desk: Desk, number: int, address: str, again: int = 0) -> str:
    """The id of edition `number` for one reader: the same in every run, so that servers know a repetition.

    `again` counts the times the whole edition was sent on purpose before.
    """
    told = digest.of_value((desk.list_id, number, address.lower(), again))[:24]
    return f"<{number}.{told}@{desk.domain}>"


class Sheet:
    """A letter, encoded: only what is a reader's own is missing."""

    def __init__(self, letter: Letter, desk: Desk) -> None:
        self._letter = letter
        self._desk = desk
        self._text = _encoded(letter.text.split(letter.mark))
        self._html = _encoded(letter.html.split(letter.mark))
        # No quoted-printable text holds `=_`, so no boundary of ours is ever met in one.
        self._boundary = f"=_{letter.digest}"

    def message(self, to: Recipient, *, id: str, date: datetime) -> bytes:  # noqa: A002 (it is a Message-ID)
        """The message to one reader, its lines ended by CR LF.

        Raises DeliveryError for an address that no header can hold.
        """
        letter, desk = self._letter, self._desk
        head = EmailMessage(policy=SMTP)
        head["From"] = _address(desk.name, desk.address)
        head["To"] = _address(to.name, to.address)
        if desk.reply_to:
            head["Reply-To"] = _address("", desk.reply_to)
        head["Subject"] = _unencoded(letter.subject)
        lines = [
            ("Date", format_datetime(date)),
            ("Message-ID", id),
            ("List-Id", f"{_phrase(desk.title)} <{desk.list_id}>".strip()),
            ("List-Archive", f"<{ascii_url(letter.archive_url)}>"),
            *_unsubscribing(to),
            ("Precedence", "bulk"),
            ("MIME-Version", "1.0"),
            ("Content-Type", f'multipart/alternative; boundary="{self._boundary}"'),
        ]
        mark = self._boundary.encode()
        url = to.unsubscribe or to.unsubscribe_mail
        return b"".join(
            (
                head.as_bytes().removesuffix(b"\r\n"),
                *(_line(name, value) for name, value in lines),
                b"\r\n--",
                mark,
                _PART_HEAD % b"plain",
                _filled(self._text, url),
                b"\r\n--",
                mark,
                _PART_HEAD % b"html",
                _filled(self._html, safe.in_attribute(url)),
                b"\r\n--",
                mark,
                b"--\r\n",
            )
        )


_PART_HEAD = (
    b'\r\nContent-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
)


def ascii_url(url: str) -> str:
    """`url` as a header can hold it: what is not ASCII is percent-encoded, its host in IDNA."""
    parts = urlsplit(url)
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    return quote(parts._replace(netloc=host).geturl(), safe="/?#[]@!$&'()*+,;=:%~")


def mailto(address: str, token: str = "") -> str:
    """The address to write to in order to leave the list."""
    return f"mailto:{address}?subject=unsubscribe{quote(f' {token}' if token else '')}"


def _unsubscribing(to: Recipient) -> list[tuple[str, str]]:
    ways = [way for way in (to.unsubscribe, to.unsubscribe_mail) if way]
    if not ways:
        return []
    told = [("List-Unsubscribe", ",\r\n ".join(f"<{ascii_url(way)}>" for way in ways))]
    if to.unsubscribe:
        told.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return told


def _address(name: str, address: str) -> Address:
    if not text.is_mail_address(address):
        raise DeliveryError(f"{text.excerpt(address, 60)!r} is not a mail address")
    return Address(_unencoded(name), addr_spec=address)


def _unencoded(value: str) -> str:
    """`value` on one line, and never taken for an encoded word, which readers' programs would decode."""
    return _ENCODED_WORD.sub("= ?", text.fold(value))


def _phrase(title: str) -> str:
    plain = text.fold(_NOT_IN_PHRASE.sub(" ", title))
    return f'"{plain}"' if plain else ""


def _line(name: str, value: str) -> bytes:
    """A header whose value we made ourselves; the standard library would encode a long address to pieces."""
    lines = value.split("\r\n ")
    if not all(_PRINTABLE.fullmatch(line) and len(line) < LINE_MAX - len(name) - 2 for line in lines):
        raise DeliveryError(f"{name} cannot be {text.excerpt(value, 80)!r}")
    # RFC 5322 asks for lines of at most 78; a value that is longer by itself begins on the next one.
    gap = "\r\n " if len(name) + 2 + len(lines[0]) > _LINE_WANTED else " "
    return f"{name}:{gap}{value}\r\n".encode("ascii")


def _encoded(pieces: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(map(_quoted_printable, pieces))


def _filled(pieces: Sequence[bytes], value: str) -> bytes:
    """The pieces with `value` between any two; a soft line break, which says nothing, joins them."""
    return (b"=\r\n" + _quoted_printable(value) + b"=\r\n").join(pieces)


def _quoted_printable(value: str) -> bytes:
    raw = value.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    lines = binascii.b2a_qp(raw, istext=True)
    # Old stores take a line that begins with these letters for the start of the next message.
    lines = (b"\n" + lines).replace(b"\nFrom ", b"\n=46rom ")[1:]
    last = lines[lines.rfind(b"\n") + 1 :]
    if len(last) > _LAST_MAX:
        # Room for the `=` of a soft break, and never a cut through an encoded byte, `=E2`.
        within = last[:_LAST_MAX].rfind(b"=", _LAST_MAX - 2)
        cut = len(lines) - len(last) + (within if within >= 0 else _LAST_MAX)
        lines = lines[:cut] + b"=\n" + lines[cut:]
    return lines.replace(b"\n", b"\r\n")


_LAST_MAX = 72
