"""A mail server of one's own: one message a reader, and nothing said to have gone out that did not.

A message is sent in two parts: all of it but the dot that ends it, then, once the ledger says so, the dot. A
server takes no message without its dot (RFC 5321, 4.1.1.4): a crash leaves at most one in doubt.
"""

import contextlib
import re
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from builder.config.rules import SmtpRules
from builder.errors import DeliveryError, UnsureDeliveryError
from builder.mail.ledger import Ledger, Step
from builder.mail.readers import Reader
from builder.text import excerpt

PASSWORD = "BRIEFPRESS_SMTP_PASSWORD"  # noqa: S105 (the name of a variable)
REFUSED_IN_A_ROW = 20
"""So many messages refused one after the other, and the server means us, not the readers."""
LOST_IN_A_ROW = 3
"""So many connections lost before a message was taken, and the server is left alone."""

_DOT = re.compile(rb"^\.", re.MULTILINE)
_SAID_MAX = 200
_HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Said:
    """A server's answer."""

    code: int
    words: str

    @property
    def step(self) -> Step:
        """What it makes of a message."""
        return Step.SENT if self.code < 400 else Step.DEFERRED if self.code < 500 else Step.REFUSED

    def __str__(self) -> str:
        return f"{self.code} {self.words}".strip()


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one reader's message."""

    reader: Reader
    step: Step
    why: str = ""
    """The server's words; empty when it took the message."""


class LostError(Exception):
    """The connection is gone; `unsure` when a message was complete but for the answer."""

    def __init__(self, why: str, *, unsure: bool = False) -> None:
        super().__init__(why)
        self.unsure = unsure


class Connection(Protocol):
    """An open way to a mail server."""

    def deliver(self, sender: str, reader: str, message: bytes, before_dot: Callable[[], None]) -> Said:
        """Hand over one message; `before_dot` is called when only its end is missing. Raises LostError."""
        ...

    def close(self) -> None:
        """Say goodbye."""
        ...

    def drop(self) -> None:
        """Go without a word: what was begun is not taken."""
        ...


class Server:
    """A connection by smtplib, private and logged in as the config asks."""

    def __init__(self, rules: SmtpRules, password: str, hello: str) -> None:
        """Raises DeliveryError when the server cannot be reached, is not private, or refuses the login."""
        if rules.security == "none" and rules.user and rules.host not in _HERE:
            raise DeliveryError(
                f"the password would be sent to {rules.host} for everybody to read",
                "Set mail.smtp.security to starttls or tls.",
                path="config.yaml",
            )
        name = f"{rules.host}:{rules.port}"
        context = ssl.create_default_context()
        try:
            self._smtp = _reached(rules, hello, context)
            with contextlib.ExitStack() as stack:
                stack.callback(self._smtp.close)
                self._smtp.ehlo_or_helo_if_needed()
                if rules.security == "starttls":
                    self._smtp.starttls(context=context)
                    self._smtp.ehlo_or_helo_if_needed()
                if rules.user:
                    self._smtp.login(rules.user, password)
                # All went well: it stays open.
                stack.pop_all()
        except smtplib.SMTPAuthenticationError as error:
            raise DeliveryError(
                f"{name} refuses the login of {rules.user}: {_words(error.smtp_error)}",
                f"Look at {PASSWORD}.",
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryError(
                f"{name} offers no {'login' if rules.security == 'tls' else 'STARTTLS or login'}: {error}",
                "Nothing is sent over a connection that others can read.",
            ) from error
        except ssl.SSLError as error:
            reason = getattr(error, "verify_message", "") or error.reason or str(error)
            raise DeliveryError(f"no secure connection to {name}: {reason}") from error
        except smtplib.SMTPResponseException as error:
            said = Said(error.smtp_code, _words(error.smtp_error))
            raise UnreachableError(f"{name} says {said}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise UnreachableError(
                f"{name} cannot be reached: {error}", "Look at mail.smtp in config.yaml."
            ) from error

    def deliver(self, sender: str, reader: str, message: bytes, before_dot: Callable[[], None]) -> Said:
        """As `Connection`."""
        whole = False
        try:
            for verb in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{reader}>", "DATA"):
                said = Said(*_answer(self._smtp.docmd(verb)))
                if said.code >= 400 or (verb == "DATA" and said.code != 354):
                    with contextlib.suppress(smtplib.SMTPException):
                        self._smtp.rset()
                    return said
            self._smtp.send(_DOT.sub(b"..", message))
            before_dot()
            whole = True
            self._smtp.send(b".\r\n")
            return Said(*_answer(self._smtp.getreply()))
        except (OSError, smtplib.SMTPException) as error:
            raise LostError(str(error) or type(error).__name__, unsure=whole) from error

    def close(self) -> None:
        """As `Connection`."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self._smtp.quit()

    def drop(self) -> None:
        """As `Connection`. A goodbye in the middle of a message would be taken for a part of it."""
        self._smtp.close()


def _reached(rules: SmtpRules, hello: str, context: ssl.SSLContext) -> smtplib.SMTP:
    if rules.security == "tls":
        return smtplib.SMTP_SSL(rules.host, rules.port, hello, timeout=rules.timeout_s, context=context)
    return smtplib.SMTP(rules.host, rules.port, hello, timeout=rules.timeout_s)


class UnreachableError(DeliveryError):
    """The server does not answer, or not now."""


def post(
    readers: Sequence[Reader],
    message_of: Callable[[Reader], bytes],
    sender: str,
    ledger: Ledger,
    rules: SmtpRules,
    connect: Callable[[], Connection],
    *,
    facts: Mapping[str, str],
    wait: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[Told]:
    """Send each reader's message that the ledger does not know; what is put off is tried again at the end.

    `facts` stand in each line of the ledger. What is in doubt is told as `Step.SENDING`. Raises DeliveryError
    when the server will take no more, with all that was sent on record.
    """
    run = _Run(message_of, sender, ledger, rules, connect, facts, wait, monotonic)
    try:
        left = list(readers)
        for attempt in range(rules.tries):
            if attempt and left:
                wait(rules.retry_s)
            put_off: list[Reader] = []
            for reader in left:
                told = run.one(reader)
                if told.step is Step.DEFERRED:
                    put_off.append(reader)
                    if attempt + 1 < rules.tries:
                        continue
                yield told
            left = put_off
    except BaseException:
        run.drop()
        raise
    run.close()


class _Run:
    """One run: its connection, its pace, and what went wrong in a row."""

    def __init__(
        self,
        message_of: Callable[[Reader], bytes],
        sender: str,
        ledger: Ledger,
        rules: SmtpRules,
        connect: Callable[[], Connection],
        facts: Mapping[str, str],
        wait: Callable[[float], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._message_of = message_of
        self._sender = sender
        self._ledger = ledger
        self._rules = rules
        self._connect = connect
        self._facts = facts
        self._wait = wait
        self._monotonic = monotonic
        self._free_at = 0.0
        self._refused = 0
        self._connection: Connection | None = None

    def one(self, reader: Reader) -> Told:
        """One reader's message, over a new connection where the old one is lost."""
        message = self._message_of(reader)
        for lost in range(1, LOST_IN_A_ROW + 1):
            self._keep_pace()
            try:
                self._connection = self._connection or self._connect()
                self._ledger.write(reader.key, Step.READY, self._facts)
                said = self._connection.deliver(
                    self._sender,
                    reader.email,
                    message,
                    lambda: self._ledger.write(reader.key, Step.SENDING, durable=False),
                )
            except LostError as error:
                self.drop()
                if error.unsure:
                    self._ledger.write(reader.key, Step.SENDING, {"why": str(error), **self._facts})
                    return Told(reader, Step.SENDING, str(error))
                self._ledger.write(reader.key, Step.DEFERRED, {"why": str(error), **self._facts})
                if lost == LOST_IN_A_ROW:
                    raise DeliveryError(
                        f"the mail server breaks off: {error}", "Run it again later."
                    ) from error
                continue
            except UnreachableError:
                if lost == LOST_IN_A_ROW:
                    raise
                self._wait(self._rules.retry_s)
                continue
            return self._told(reader, said)
        raise UnsureDeliveryError("a message was tried too often")  # pragma: no cover (the loop above ends)

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def drop(self) -> None:
        if self._connection:
            self._connection.drop()
            self._connection = None

    def _told(self, reader: Reader, said: Said) -> Told:
        why = "" if said.step is Step.SENT else str(said)
        self._ledger.write(reader.key, said.step, {"why": why, **self._facts})
        if said.code == 421:
            self.drop()
        self._refused = self._refused + 1 if said.step is Step.REFUSED else 0
        if self._refused >= REFUSED_IN_A_ROW:
            raise DeliveryError(
                f"the mail server refused {self._refused} messages in a row, the last with {said}",
                "It means the letter or its sender: mend that, then take these readers out of the ledger.",
            )
        return Told(reader, said.step, why)

    def _keep_pace(self) -> None:
        if self._rules.per_minute:
            now = self._monotonic()
            if now < self._free_at:
                self._wait(self._free_at - now)
            self._free_at = max(now, self._free_at) + 60 / self._rules.per_minute


def _answer(told: tuple[int, bytes]) -> tuple[int, str]:
    code, words = told
    if code == -1:
        raise smtplib.SMTPServerDisconnected("the server closed the connection")
    return code, _words(words)


def _words(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return excerpt(text, _SAID_MAX)
