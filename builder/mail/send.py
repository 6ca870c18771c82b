"""Sending a letter, once and on record: what is about to be done is written down first, what was done after.

    with a service      record `pushing` → make or update the draft → record `draft`
                        record `sending` → send → record `sent`
    with a mail server  record `sending` → each reader by the ledger → record `sent`

After a crash anywhere, the next run asks the service, or reads the ledger, and goes on from there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from builder.config import Config
from builder.content.frontmatter import timestamp
from builder.errors import DeliveryError, UnsureDeliveryError
from builder.mail import ledger as ledgers
from builder.mail import mime, smtp
from builder.mail.ledger import Ledger, Step
from builder.mail.letter import Letter
from builder.mail.mime import Recipient, Sheet
from builder.mail.readers import Reader, unsubscribe_url
from builder.mail.record import Entry, Record, State
from builder.mail.service import Payload, Service, Standing
from builder.mail.smtp import Connection, Told
from builder.mail.tags import TAGS
from builder.model import Edition
from builder.text import slug

SMTP = "smtp"
_WAITING = (None, Step.READY, Step.DEFERRED)
"""Steps of readers who surely have no message yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it is at a service."""

    id: str
    standing: Standing
    made: bool
    """Whether it was not there before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Who is still to get a letter by the ledger."""

    readers: tuple[Reader, ...]
    """In the order of the list."""
    had: int
    """How many of the list have it."""
    refused: int
    doubtful: tuple[Reader, ...]
    """Those whose message may have gone out when a run was cut off."""


# -- what may be sent


def refuse_sent(edition: Edition, on_purpose: bool) -> None:
    """Raise DeliveryError for an edition that went out, unless it is sent once more `on_purpose`."""
    if edition.sent and not on_purpose:
        raise DeliveryError(
            f"edition {edition.number} was sent on {timestamp(edition.sent)}",
            'To send it once more on purpose: --again "the reason".',
            path=edition.path,
        )


def refuse_other(record: Record, sender: str, again: str) -> None:
    """Raise DeliveryError when another sender has the letter, or began it: its readers would get two."""
    for other in record.senders:
        entry = record.entry(other)
        if other != sender and entry and entry.state in (State.SENDING, State.SENT) and not again:
            raise DeliveryError(
                f"edition {record.edition.number} was begun by {other} on {entry.at}",
                f"Go on with it: --via {other}.",
                path=record.edition.path,
            )


def refuse_untested(letter: Letter, record: Record, address: str) -> None:
    """Raise DeliveryError unless exactly this letter was tested."""
    if record.tested == letter.digest:
        return
    what = "changed since its test" if record.tested else "was not tested"
    raise DeliveryError(
        f"the letter of edition {letter.number} {what}",
        f"`briefpress mail test {letter.number} {address or 'you@your.domain'}` sends it to you alone;"
        " mail.require_test: false does without.",
        path=record.edition.path,
    )


def key_of(config: Config, number: int, again: int) -> str:
    """By what a letter is found again at a service."""
    name = f"briefpress-{slug(config.site.title, 'edition')}-{number}"
    return f"{name}-again-{again}" if again else name


def payload_of(letter: Letter, edition: Edition, sender: str, key: str) -> Payload:
    """The letter as `sender` takes it, with its merge tags."""
    if sender in TAGS:
        html, text = TAGS[sender].filled(letter)
    else:
        html, text = letter.html, letter.text
    return Payload(
        key=key,
        title=edition.title,
        subject=letter.subject,
        preheader=letter.preheader,
        html=html,
        text=text,
        edition_url=letter.edition_url,
        digest=letter.digest,
    )


# -- with a service


def push(
    service: Service, sender: str, payload: Payload, record: Record, now: Callable[[], datetime]
) -> Draft:
    """The letter as a draft at the service: the one of an earlier run made the same as it, or a new one.

    One that was sent there already, by whomever, is left alone. Raises DeliveryError.
    """
    entry = record.entry(sender)
    known = entry.id if entry else ""
    standing = service.standing(known) if known else Standing.GONE
    if standing is Standing.GONE:
        # Also where no run is on record: another machine may have made it, or a crash came before the record.
        known = service.find(payload.key)
        standing = service.standing(known) if known else Standing.GONE
    if standing in (Standing.SENDING, Standing.SENT):
        return Draft(known, standing, made=False)
    _note(record, sender, State.PUSHING, known, payload.digest, now())
    found = service.push(payload, known)
    _note(record, sender, State.DRAFT, found, payload.digest, now())
    return Draft(found, Standing.DRAFT, made=not known)


def settle(sender: str, draft: Draft, payload: Payload, record: Record, now: Callable[[], datetime]) -> None:
    """Write down that the letter was sent at the service."""
    at = now()
    _note(record, sender, State.SENT, draft.id, payload.digest, at, sent=at)


def send(
    service: Service, sender: str, draft: Draft, payload: Payload, record: Record, now: Callable[[], datetime]
) -> None:
    """Send the draft to the whole list. Raises DeliveryError, and UnsureDeliveryError when nobody knows.

    Whether a service that gave no answer sends all the same is asked of the service.
    """
    _note(record, sender, State.SENDING, draft.id, payload.digest, now())
    try:
        service.send(draft.id)
    except UnsureDeliveryError as error:
        if service.standing(draft.id) not in (Standing.SENDING, Standing.SENT):
            raise UnsureDeliveryError(
                f"{error.faults[0].message}, and the letter is still a draft there",
                "Look there, then run it again: what was sent is not sent twice.",
            ) from error
    except DeliveryError:
        _note(record, sender, State.DRAFT, draft.id, payload.digest, now())
        raise
    settle(sender, draft, payload, record, now)


def test(
    service: Service, sender: str, payload: Payload, address: str, record: Record, now: Callable[[], datetime]
) -> Draft:
    """Send the letter to `address` alone, by way of its draft at the service. Raises DeliveryError."""
    draft = push(service, sender, payload, record, now)
    if draft.standing is not Standing.DRAFT:
        raise DeliveryError(f"edition {record.edition.number} is sent already by {sender}")
    service.test(draft.id, payload, address)
    record.set_tested(payload.digest, now(), address)
    return draft


def _note(
    record: Record,
    sender: str,
    state: State,
    id: str,  # noqa: A002 (it is one)
    digest: str,
    at: datetime,
    *,
    sent: datetime | None = None,
) -> None:
    record.set_entry(sender, Entry(id=id, state=state, digest=digest, at=timestamp(at)), sent=sent)


# -- with a mail server


def ledger_path(root: Path, config: Config, number: int, again: int) -> Path:
    """Where the ledger of an edition is: beside the list, which is not in git either."""
    readers = root / config.mail.subscribers
    name = f"{number:04}-again-{again}.jsonl" if again else f"{number:04}.jsonl"
    return readers.parent / f"{readers.stem}.ledger" / name


def refuse_lost_ledger(record: Record, path: Path) -> None:
    """Raise DeliveryError when a run has begun, and its ledger is not there."""
    entry = record.entry(SMTP)
    if entry and entry.state is not State.DRAFT and not ledgers.exists(path):
        raise DeliveryError(
            f"edition {record.edition.number} was begun on {entry.at}, and its ledger {path.name} is gone",
            "It alone says who has the letter. Take it back from a backup, or go on where it is.",
            path=record.edition.path,
        )


def round_of(readers: Sequence[Reader], known: Mapping[str, Step], *, resend_doubtful: bool = False) -> Round:
    """Who of the list is still to get the letter: nobody who has it, or was refused, or may have it."""
    steps = {reader.key: known.get(reader.key) for reader in readers}
    open_to = (*_WAITING, Step.SENDING) if resend_doubtful else _WAITING
    return Round(
        readers=tuple(reader for reader in readers if steps[reader.key] in open_to),
        had=sum(step is Step.SENT for step in steps.values()),
        refused=sum(step is Step.REFUSED for step in steps.values()),
        doubtful=tuple(reader for reader in readers if steps[reader.key] is Step.SENDING),
    )


def recipient_of(reader: Reader, config: Config) -> Recipient:
    """Where the reader's message goes, and how the reader leaves."""
    mail = config.mail
    return Recipient(
        address=reader.email,
        name=reader.name,
        unsubscribe=unsubscribe_url(mail.unsubscribe, reader.email, reader.token),
        unsubscribe_mail=mime.mailto(mail.unsubscribe_mail, reader.token) if mail.unsubscribe_mail else "",
    )


def refuse_tokenless(readers: Sequence[Reader], config: Config) -> None:
    """Raise DeliveryError when the unsubscribe address needs a token that a reader does not have."""
    lacking = [reader for reader in readers if not reader.token]
    if "{token}" in config.mail.unsubscribe and lacking:
        raise DeliveryError(
            f"{len(lacking)} readers have no token for mail.unsubscribe",
            "Add a column `token`, or set BRIEFPRESS_UNSUBSCRIBE_SECRET, from which tokens are made.",
            path=config.mail.subscribers,
        )


def begin(record: Record, letter: Letter, now: Callable[[], datetime]) -> None:
    """Write down that messages are about to go out."""
    _note(record, SMTP, State.SENDING, "", letter.digest, now())


def post(
    letter: Letter,
    plan: Round,
    config: Config,
    ledger: Ledger,
    connect: Callable[[], Connection],
    *,
    again: int,
    now: Callable[[], datetime],
    wait: Callable[[float], None],
) -> Iterator[Told]:
    """One message to each reader of the round. Raises DeliveryError with all that was sent on record."""
    desk = mime.desk_of(config)
    sheet = Sheet(letter, desk)

    def message_of(reader: Reader) -> bytes:
        number = mime.message_id(desk, letter.number, reader.key, again)
        return sheet.message(recipient_of(reader, config), id=number, date=now())

    facts = {"digest": letter.digest, "at": timestamp(now())}
    yield from smtp.post(
        plan.readers, message_of, desk.address, ledger, config.mail.smtp, connect, facts=facts, wait=wait
    )


def finish(record: Record, letter: Letter, plan: Round, ledger: Ledger, now: Callable[[], datetime]) -> bool:
    """Write down that the letter went out, if nobody waits for it any more; whether that is so."""
    waiting = [one for one in plan.readers if ledger.steps.get(one.key) in _WAITING]
    if not waiting:
        at = now()
        _note(record, SMTP, State.SENT, "", letter.digest, at, sent=at)
    return not waiting


def post_test(
    letter: Letter,
    address: str,
    config: Config,
    connect: Callable[[], Connection],
    record: Record,
    now: Callable[[], datetime],
) -> None:
    """Send the letter to `address` alone, by the mail server. Raises DeliveryError."""
    desk = mime.desk_of(config)
    reader = Reader(address, "", "test")
    # Its own id: a mailbox that is on the list must not take the letter itself for a repetition.
    number = mime.message_id(desk, letter.number, f"test {timestamp(now())} {address}")
    message = Sheet(letter, desk).message(recipient_of(reader, config), id=number, date=now())
    connection = connect()
    try:
        said = connection.deliver(desk.address, address, message, lambda: None)
    except smtp.LostError as error:
        raise DeliveryError(f"the mail server broke off: {error}") from error
    finally:
        connection.close()
    if said.step is not Step.SENT:
        raise DeliveryError(f"the mail server says {said}")
    record.set_tested(letter.digest, now(), address)


def sent_elsewhere(draft: Draft) -> bool:
    """Whether the service has sent the letter, or is sending it, without being asked by this run."""
    return draft.standing in (Standing.SENDING, Standing.SENT)
