"""How `briefpress mail` sends to a list of one's own by a mail server, and tells of it."""

import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from builder.cli.console import Console
from builder.cli.newsletter import Newsletter, now
from builder.errors import DeliveryError, Fault
from builder.text import count

if TYPE_CHECKING:
    from builder.mail.letter import Letter
    from builder.mail.readers import Reader
    from builder.mail.record import Record
    from builder.mail.smtp import Connection

EXIT_PARTIAL = 8
UNSUBSCRIBE_SECRET = "BRIEFPRESS_UNSUBSCRIBE_SECRET"  # noqa: S105 (the name of a variable)


@dataclass
class Outcome:
    """What one run of `send` did."""

    sent: int = 0
    refused: list[str] = field(default_factory=list)
    deferred: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)


def by_smtp(
    console: Console,
    newsletter: Newsletter,
    letter: "Letter",
    record: "Record",
    sender: str,  # noqa: ARG001 (there is one mail server)
    really: bool,
    dry_run: bool,
    resend_doubtful: bool,
) -> tuple[int, dict[str, object]]:
    """Send the letter to the list of one's own, or say to whom: the exit code, and what is told of it."""
    from builder.mail import ledger as ledgers
    from builder.mail import send

    config = newsletter.config
    readers = _readers(console, newsletter)
    # Told before anybody believes that it would go.
    password_of(newsletter)
    path = send.ledger_path(newsletter.root, config, letter.number, record.again)
    send.refuse_lost_ledger(record, path)
    send.refuse_tokenless(readers, config)
    if dry_run or not really:
        known = ledgers.read(path, ledgers.this_boot())
        plan = send.round_of(readers, known, resend_doubtful=resend_doubtful)
        told = count(len(plan.readers), "reader")
        console.note(
            f"would send edition {letter.number} to {told}; {plan.had} have it, {plan.refused} were refused"
        )
        if not dry_run:
            console.note("Nothing was sent; --send sends it.")
        _tell_doubtful(console, [] if resend_doubtful else [one.email for one in plan.doubtful])
        return 0, {"readers": len(plan.readers), "had": plan.had, "doubtful": len(plan.doubtful)}
    with ledgers.opened(path, ledgers.this_boot()) as ledger:
        plan = send.round_of(readers, ledger.steps, resend_doubtful=resend_doubtful)
        before = [] if resend_doubtful else [one.email for one in plan.doubtful]
        outcome = Outcome(doubtful=before)
        send.begin(record, letter, now)
        try:
            with console.progress("Sending") as progress:
                progress.expect(len(plan.readers), "Sending")
                for told_ in send.post(
                    letter,
                    plan,
                    config,
                    ledger,
                    lambda: connect(newsletter),
                    again=record.again,
                    now=now,
                    wait=time.sleep,
                ):
                    progress.step()
                    _count(console, outcome, told_.reader.email, told_.step.value, told_.why)
        finally:
            _tell_outcome(console, letter.number, outcome, plan.had)
        done = send.finish(record, letter, plan, ledger, now)
    if not done:
        console.note("Run it again later: those who have it do not get it again.")
    data: dict[str, object] = {
        "sent": outcome.sent,
        "had": plan.had,
        "refused": outcome.refused,
        "deferred": outcome.deferred,
        "doubtful": outcome.doubtful,
        "done": done,
    }
    return (0 if done and not outcome.doubtful else EXIT_PARTIAL), data


def _count(console: Console, outcome: Outcome, reader: str, step: str, why: str) -> None:
    match step:
        case "sent":
            outcome.sent += 1
            console.detail(f"sent to {reader}")
        case "refused":
            outcome.refused.append(reader)
            console.fault(Fault(f"{reader} was refused: {why}"))
        case "deferred":
            outcome.deferred.append(reader)
            console.fault(Fault(f"{reader} was put off: {why}"))
        case _:
            outcome.doubtful.append(reader)
            console.detail(f"in doubt: {reader}")


def _tell_outcome(console: Console, number: int, outcome: Outcome, had: int) -> None:
    line = f"edition {number}: sent to {count(outcome.sent, 'reader')}"
    if had:
        line += f", {had:,} had it"
    for name, those in (("refused", outcome.refused), ("put off", outcome.deferred)):
        if those:
            line += f", {len(those):,} {name}"
    console.note(line)
    _tell_doubtful(console, outcome.doubtful)


def _tell_doubtful(console: Console, readers: list[str]) -> None:
    for reader in readers:
        what = f"{reader} may have the letter, or not: a run was cut off between the message and its answer"
        console.fault(Fault(what, hint="They get it in no further run but with --resend-doubtful."))


def _readers(console: Console, newsletter: Newsletter) -> "tuple[Reader, ...]":
    from builder import files
    from builder.gitrepo import Repo
    from builder.mail import readers

    config = newsletter.config
    path = files.inside(newsletter.root, config.mail.subscribers)
    if not path.is_file():
        raise DeliveryError(
            f"there is no list of readers at {config.mail.subscribers}",
            "A CSV file with a column `email`; mail.subscribers names another.",
            path="config.yaml",
        )
    repo = Repo.at(newsletter.root)
    if repo and repo.holds(path):
        raise DeliveryError(
            "the list of readers is in git, where every clone has it",
            f"`git rm --cached {config.mail.subscribers}`, and name it in .gitignore.",
            path=config.mail.subscribers,
        )
    found, faults = readers.parse(
        files.read_bytes(path), config.mail.subscribers, os.environ.get(UNSUBSCRIBE_SECRET, "")
    )
    for fault in faults:
        console.fault(fault)
    if not found:
        raise DeliveryError(
            "nobody on the list gets mail", "Rows need an address in `email`.", path=config.mail.subscribers
        )
    return found


def connect(newsletter: Newsletter) -> "Connection":
    """A way to the mail server of the config. Raises DeliveryError."""
    from builder.mail import smtp

    config = newsletter.config
    password = password_of(newsletter)
    return smtp.Server(config.mail.smtp, password, config.mail.from_address.rpartition("@")[2] or "localhost")


def password_of(newsletter: Newsletter) -> str:
    """What the mail server of the config asks for; empty without a login. Raises DeliveryError."""
    from builder.mail import smtp

    config = newsletter.config
    if not config.mail.smtp.host:
        raise DeliveryError(
            "mail.smtp.host is not set", "Name the server that takes your mail.", path="config.yaml"
        )
    password = os.environ.get(smtp.PASSWORD, "")
    if config.mail.smtp.user and not password:
        raise DeliveryError(
            f"{smtp.PASSWORD} is not in the environment", "Secrets are read from there alone."
        )
    return password
