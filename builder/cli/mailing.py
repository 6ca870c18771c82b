"""`briefpress mail test`, `send` and `schedule`: the commands by which letters leave the house."""

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from builder.cli.check import EXIT_FINDINGS
from builder.cli.console import Console
from builder.cli.letters import edition_of, letter_of, refusals, tell_shortened
from builder.cli.newsletter import (
    Newsletter,
    config_of,
    lock_of,
    now,
    open_desk,
    open_newsletter,
    repo_of,
    sure_now,
)
from builder.cli.options import commit, common, dry_run
from builder.cli.posting import by_smtp, connect, password_of
from builder.errors import DeliveryError
from builder.text import count

if TYPE_CHECKING:
    from builder.mail.letter import Letter
    from builder.mail.record import Record
    from builder.mail.service import Service


@dataclass(frozen=True)
class Terms:
    """How a letter is handed over."""

    via: str = ""
    """Empty: mail.via."""
    really: bool = False
    """Whether it goes out to all readers; else a draft is made."""
    again: str = ""
    """Why an edition is sent once more; empty when it is not."""
    resend_doubtful: bool = False
    commit: bool = True


_edition = click.argument("number", metavar="[EDITION]", type=click.IntRange(min=1), required=False)
_via = click.option("--via", default="", metavar="SENDER", help="Instead of mail.via.")


@click.command("test")
@click.argument("number", metavar="EDITION", type=click.IntRange(min=1))
@click.argument("address")
@_via
@commit
@dry_run
@common
@click.pass_obj
def test_command(console: Console, number: int, address: str, via: str, commit: bool, dry_run: bool) -> int:
    """Send the letter to ADDRESS alone.

    A letter is sent to all only after a test of exactly this letter; when it changes, it needs another.
    """
    from builder.mail import send
    from builder.mail.editions import refuse_unpublished
    from builder.text import is_mail_address

    if not is_mail_address(address):
        raise click.BadParameter("is no mail address", param_hint="ADDRESS")
    newsletter = open_newsletter(console)
    edition = edition_of(newsletter, number)
    refuse_unpublished(edition)
    letter = letter_of(newsletter, number)
    if errors := refusals(console, newsletter, letter):
        console.result(errors, ok=False)
        return EXIT_FINDINGS
    sender = _sender(newsletter, via)
    data: dict[str, object] = {"edition": number, "to": address, "via": sender, "digest": letter.digest}
    if dry_run:
        # What is not set is told now.
        if sender == send.SMTP:
            password_of(newsletter)
        else:
            _service(newsletter, sender)
        console.result(data | {"commit": ""})
        console.note(f"would send edition {number} to {address} by {sender}")
        return 0
    with lock_of(newsletter.root, False):
        record = _record(newsletter, number, commit)
        if sender == send.SMTP:
            send.post_test(letter, address, newsletter.config, lambda: connect(newsletter), record, now)
        else:
            key = send.key_of(newsletter.config, number, record.again)
            payload = send.payload_of(letter, edition, sender, key)
            send.test(_service(newsletter, sender), sender, payload, address, record, now)
        hash_ = record.commit("test")
    console.result(data | {"commit": hash_})
    console.note(f"sent edition {number} to {address} by {sender}")
    return 0


@click.command("send", short_help="Hand the letter over, once; with --send let it go out.")
@_edition
@_via
@click.option("--send", "really", is_flag=True, help="Send it to all readers; without, a draft is made.")
@click.option("--again", metavar="REASON", default="", help="Send an edition once more that was sent.")
@click.option("--resend-doubtful", is_flag=True, help="Also to readers whose message may have gone out.")
@commit
@dry_run
@common
@click.pass_obj
def send_command(
    console: Console,
    number: int | None,
    via: str,
    really: bool,
    again: str,
    resend_doubtful: bool,
    commit: bool,
    dry_run: bool,
) -> int:
    """Hand the letter over as a draft, and with --send let it go out to all readers, once.

    Run it again after whatever went wrong: nobody gets the letter twice. Without an edition, the newest that
    is published is meant, and nothing is done when it was sent.
    """
    if again and not really:
        raise click.UsageError("--again is for sending: it goes with --send")
    terms = Terms(via=via, really=really, again=again, resend_doubtful=resend_doubtful, commit=commit)
    with lock_of(config_of(console).root, dry_run):
        newsletter = open_desk(console, commit=commit, dry_run=dry_run)
        code, data = send_letter(console, newsletter, number, terms, dry_run=dry_run)
    console.result(data, ok=not code)
    return code


def send_letter(
    console: Console, newsletter: Newsletter, number: int | None, terms: Terms, *, dry_run: bool
) -> tuple[int, dict[str, object]]:
    """Hand over the letter of an edition, by default the newest published: exit code, and what was done.

    The caller holds the lock. Raises DeliveryError.
    """
    from builder.mail import send
    from builder.mail.editions import refuse_unpublished

    sure_now()
    edition = edition_of(newsletter, number)
    refuse_unpublished(edition)
    on_purpose = bool(terms.again or terms.resend_doubtful)
    if edition.sent and number is None and not on_purpose:
        return _nothing(
            console, edition.number, f"edition {edition.number} was sent on {edition.sent:%Y-%m-%d}"
        )
    send.refuse_sent(edition, on_purpose)
    letter = letter_of(newsletter, edition.number)
    least = newsletter.config.mail.min_stories
    if len(letter.stories) < least:
        told = count(len(letter.stories), "story", "stories")
        return _nothing(console, edition.number, f"edition {edition.number} has {told}, fewer than {least}")
    if errors := refusals(console, newsletter, letter):
        return EXIT_FINDINGS, errors
    tell_shortened(console, letter)
    sender = _sender(newsletter, terms.via)
    record = _record(newsletter, edition.number, terms.commit and not dry_run)
    # An editor may have written since the library was read.
    send.refuse_sent(record.edition, on_purpose)
    if terms.really:
        send.refuse_other(record, sender, terms.again)
    if terms.really and newsletter.config.mail.require_test:
        send.refuse_untested(letter, record, newsletter.config.mail.from_address)
    if terms.again and record.edition.sent and not dry_run:
        record.begin_again(now(), terms.again)
    by = by_smtp if sender == send.SMTP else _by_service
    code, data = by(console, newsletter, letter, record, sender, terms.really, dry_run, terms.resend_doubtful)
    if not dry_run:
        data["commit"] = record.commit()
    return code, {"edition": edition.number, "via": sender, "digest": letter.digest, **data}


@click.command("schedule", short_help="Print what sends each new edition by itself.")
@click.option(
    "--cadence", type=click.Choice(["daily", "weekly", "monthly"]), default="weekly", show_default=True
)
@click.option(
    "--day",
    type=click.IntRange(0, 31),
    default=5,
    show_default=True,
    help="Of the week (0: Sunday) or month.",
)
@click.option("--at", metavar="HH:MM", default="07:23", show_default=True, help="In UTC.")
@click.option("--for", "host", type=click.Choice(["cron", "github"]), default="cron", show_default=True)
@_via
@common
@click.pass_obj
def schedule_command(console: Console, cadence: str, day: int, at: str, host: str, via: str) -> int:
    """Print what sends the newest edition at a cadence: a line for cron, or a workflow for GitHub Actions.

    An edition that is not published, was sent, or is thin is not sent: such a day passes.
    """
    from builder.mail import schedule

    newsletter = open_newsletter(console)
    sender = _sender(newsletter, via)
    try:
        line = schedule.cron(cadence, day, at)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--day / --at") from error
    if host == "github":
        text = schedule.workflow(line, sender, newsletter.config)
    else:
        text = schedule.crontab(line, sender, newsletter.root)
    console.result({"cron": line, "text": text}, text.rstrip("\n"))
    return 0


# -- by a service


def _by_service(
    console: Console,
    newsletter: Newsletter,
    letter: "Letter",
    record: "Record",
    sender: str,
    really: bool,
    dry_run: bool,
    resend_doubtful: bool,  # noqa: ARG001 (a service knows whom it sent what)
) -> tuple[int, dict[str, object]]:
    from builder.mail import send

    service = _service(newsletter, sender)
    edition = edition_of(newsletter, letter.number)
    key = send.key_of(newsletter.config, letter.number, record.again)
    payload = send.payload_of(letter, edition, sender, key)
    if dry_run:
        entry = record.entry(sender)
        known = entry.id if entry else service.find(key)
        verb = "update the draft" if known else "make a draft"
        console.note(f"would {verb} at {sender}" + (", and send it" if really else ""))
        return 0, {"id": known}
    draft = send.push(service, sender, payload, record, now)
    if send.sent_elsewhere(draft):
        send.settle(sender, draft, payload, record, now)
        console.note(f"{sender} has sent edition {letter.number} already ({draft.id}); written down")
        return 0, {"id": draft.id, "state": "sent"}
    console.note(f"{'made' if draft.made else 'updated'} the draft {draft.id} at {sender}")
    if not really:
        console.note("Nothing was sent. Look at it there; --send sends it.")
        return 0, {"id": draft.id, "state": "draft"}
    send.send(service, sender, draft, payload, record, now)
    console.note(f"sent edition {letter.number} by {sender}")
    return 0, {"id": draft.id, "state": "sent"}


# -- what both need


def _sender(newsletter: Newsletter, via: str) -> str:
    """Who sends. Raises DeliveryError for `files`, which send nothing."""
    sender = via or newsletter.config.mail.via
    if sender == "files":
        raise DeliveryError(
            "mail.via is files, which send nothing",
            "`briefpress mail export` writes them; set mail.via to who sends, or name one with --via.",
            path="config.yaml",
        )
    return sender


def _service(newsletter: Newsletter, sender: str) -> "Service":
    from builder.mail import service

    setting = service.Setting(config=newsletter.config, secrets=os.environ, now=now, wait=time.sleep)
    return service.load(sender, setting)


def _record(newsletter: Newsletter, number: int, commit: bool = False) -> "Record":
    """The record as it is on disk now, which another run may have changed since the library was read."""
    from builder.content import editions
    from builder.content.library import text_of
    from builder.mail.record import Record

    edition = edition_of(newsletter, number)
    text = text_of(newsletter.root, edition.path)
    return Record(newsletter.root, editions.parse(text, edition.path), repo_of(newsletter.root, commit))


def is_begun(newsletter: Newsletter, number: int) -> bool:
    """Whether the sending of an edition was begun and broke off: some readers have it, and others wait."""
    from builder.mail.record import State

    record = _record(newsletter, number)
    entry = record.entry(_sender(newsletter, ""))
    return entry is not None and entry.state is State.SENDING and not record.edition.sent


def _nothing(console: Console, number: int, why: str) -> tuple[int, dict[str, object]]:
    console.note(f"nothing was sent: {why}")
    return 0, {"edition": number, "sent": 0, "why": why}
