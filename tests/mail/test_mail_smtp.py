"""One message a reader, by a real server: privately, once, and with every answer on record."""

import email
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from pathlib import Path

import mailserver
import newsroom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.config.rules import SmtpRules
from builder.errors import DeliveryError, FileError
from builder.mail import ledger as ledgers
from builder.mail import send, smtp
from builder.mail.ledger import Step
from builder.mail.readers import Reader

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CONFIG = newsroom.config()
LETTER = newsroom.compose()


def readers(count: int) -> tuple[Reader, ...]:
    return tuple(Reader(f"reader{number}@example.org", "", f"t{number}") for number in range(count))


@pytest.fixture
def server() -> Iterator[mailserver.MailServer]:
    made = mailserver.MailServer()
    yield made
    made.close()


def rules(server: mailserver.MailServer, **of: object) -> SmtpRules:
    plain = replace(CONFIG.mail.smtp, host="127.0.0.1", port=server.port, security="none", retry_s=0.0)
    return replace(plain, **of)


class Run:
    """Rounds over one list with one ledger, as the command makes them."""

    def __init__(self, server: mailserver.MailServer, path: Path, **of: object) -> None:
        self.rules = rules(server, **of)
        self.path = path
        self.waits: list[float] = []

    def __call__(self, those, *, resend_doubtful: bool = False, password: str = "") -> list[smtp.Told]:
        config = replace(CONFIG, mail=replace(CONFIG.mail, smtp=self.rules))
        with ledgers.opened(self.path) as ledger:
            plan = send.round_of(those, ledger.steps, resend_doubtful=resend_doubtful)
            return list(
                send.post(
                    LETTER,
                    plan,
                    config,
                    ledger,
                    lambda: smtp.Server(self.rules, password, "brief.example"),
                    again=0,
                    now=lambda: NOW,
                    wait=self.waits.append,
                )
            )


def steps(told: list[smtp.Told]) -> dict[str, str]:
    return {one.reader.email: one.step.value for one in told}


def test_each_reader_gets_a_message_of_their_own_over_one_connection(server, tmp_path):
    told = Run(server, tmp_path / "l.jsonl")(readers(5))

    assert set(steps(told).values()) == {"sent"}
    assert server.sessions == 1
    for reader, (address, raw) in zip(readers(5), server.taken, strict=True):
        message = email.message_from_bytes(raw, policy=policy.default)
        assert address == reader.email
        assert str(message["To"]) == reader.email
        assert f"leave?t={reader.token}>" in message["List-Unsubscribe"]
        assert f"leave?t={reader.token}" in message.get_body(("html",)).get_content()
        assert "\r\n..\r\n" not in message.get_body(("plain",)).get_content()


def test_a_second_run_sends_nobody_anything(server, tmp_path):
    run = Run(server, tmp_path / "l.jsonl")
    run(readers(5))

    assert run(readers(5)) == []
    assert steps(run(readers(7))) == {"reader5@example.org": "sent", "reader6@example.org": "sent"}
    assert len(server.taken) == 7


def test_what_is_put_off_is_tried_again_and_what_is_refused_is_not(server, tmp_path):
    server.deferred["reader1@example.org"] = 2
    server.refused = {"reader2@example.org"}
    run = Run(server, tmp_path / "l.jsonl", retry_s=60.0)
    told = {one.reader.email: one for one in run(readers(4))}

    assert told["reader1@example.org"].step is Step.SENT
    assert told["reader2@example.org"].why == "550 5.1.1 no such mailbox"
    assert run.waits == [60.0, 60.0]
    assert run(readers(4)) == []


def test_what_stays_put_off_waits_for_the_next_run(server, tmp_path):
    server.deferred["reader1@example.org"] = 3
    run = Run(server, tmp_path / "l.jsonl")

    assert steps(run(readers(2))) == {"reader0@example.org": "sent", "reader1@example.org": "deferred"}
    assert steps(run(readers(2))) == {"reader1@example.org": "sent"}
    assert [server.to(reader.email) for reader in readers(2)] == [1, 1]


def test_a_connection_lost_after_the_message_leaves_it_in_doubt_and_is_not_sent_again(server, tmp_path):
    server.lost["reader1@example.org"] = 1
    run = Run(server, tmp_path / "l.jsonl")

    assert steps(run(readers(3))) == {
        "reader0@example.org": "sent",
        "reader1@example.org": "sending",
        "reader2@example.org": "sent",
    }
    assert run(readers(3)) == []
    assert [server.to(reader.email) for reader in readers(3)] == [1, 1, 1]
    assert steps(run(readers(3), resend_doubtful=True)) == {"reader1@example.org": "sent"}


def test_a_connection_lost_before_the_end_of_a_message_is_made_anew(server, tmp_path):
    run = Run(server, tmp_path / "l.jsonl")
    real = smtp.Server.deliver
    calls = iter(range(100))

    def cut(self, sender, reader, message, before_dot):
        if next(calls) == 1:
            self._smtp.sock.shutdown(socket.SHUT_RDWR)
        return real(self, sender, reader, message, before_dot)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(smtp.Server, "deliver", cut)
        assert set(steps(run(readers(3))).values()) == {"sent"}
    assert [server.to(reader.email) for reader in readers(3)] == [1, 1, 1]
    assert server.sessions == 2


def test_a_server_that_refuses_everything_is_left_alone(server, tmp_path):
    server.refuses_all = "554 5.7.1 you are on a list"
    with pytest.raises(DeliveryError, match="20 messages in a row"):
        Run(server, tmp_path / "l.jsonl")(readers(50))

    assert len((tmp_path / "l.jsonl").read_bytes().splitlines()) == 60


def test_messages_go_out_no_faster_than_asked(server, tmp_path):
    clock = [0.0]
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        clock[0] += seconds

    with ledgers.opened(tmp_path / "l.jsonl") as ledger:
        told = smtp.post(
            readers(4),
            lambda _: b"To: x\r\n\r\nx\r\n",
            "desk@brief.example",
            ledger,
            rules(server, per_minute=120),
            lambda: smtp.Server(rules(server), "", "x"),
            facts={},
            wait=wait,
            monotonic=lambda: clock[0],
        )
        assert len(list(told)) == 4
    assert waits == [0.5, 0.5, 0.5]


# -- privacy


@pytest.fixture
def private(tmp_path, monkeypatch) -> Iterator[mailserver.MailServer]:
    pem = mailserver.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    made = mailserver.MailServer(certificate=pem, login=True)
    yield made
    made.close()


def test_starttls_and_login_come_before_the_first_message(private, tmp_path):
    run = Run(private, tmp_path / "l.jsonl", security="starttls", user=mailserver.USER)
    told = run(readers(2), password=mailserver.PASSWORD)

    assert set(steps(told).values()) == {"sent"}
    assert private.private == [True, True]


def test_a_wrong_password_stops_the_run_with_nothing_sent_or_written(private, tmp_path):
    run = Run(private, tmp_path / "l.jsonl", security="starttls", user=mailserver.USER)
    with pytest.raises(DeliveryError, match="refuses the login") as caught:
        run(readers(2), password="guessed")

    assert "guessed" not in str(caught.value)
    assert private.taken == []
    assert (tmp_path / "l.jsonl").read_bytes() == b""


def test_a_certificate_nobody_vouches_for_is_refused(private, tmp_path, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(DeliveryError, match="no secure connection"):
        Run(private, tmp_path / "l.jsonl", security="starttls")(readers(1))

    assert private.taken == []


def test_a_server_without_starttls_gets_nothing(server, tmp_path):
    with pytest.raises(DeliveryError, match="STARTTLS"):
        Run(server, tmp_path / "l.jsonl", security="starttls")(readers(1))

    assert server.taken == []


def test_no_password_goes_to_another_machine_in_the_clear():
    plain = replace(CONFIG.mail.smtp, host="smtp.example.org", security="none", user="brief")
    with pytest.raises(DeliveryError, match="for everybody to read"):
        smtp.Server(plain, "x", "brief.example")


def test_a_server_that_is_not_there_is_told(tmp_path):
    gone = mailserver.MailServer()
    run = Run(gone, tmp_path / "l.jsonl")
    gone.close()
    with pytest.raises(DeliveryError, match="cannot be reached"):
        run(readers(1))


# -- the ledger


def test_half_a_line_at_the_end_is_dropped_and_the_next_one_can_be_read(tmp_path):
    path = tmp_path / "l.jsonl"
    with ledgers.opened(path) as ledger:
        ledger.write("a@example.org", Step.SENDING)
    with path.open("ab") as file:
        file.write(b'{"to": "a@exam')
    with ledgers.opened(path) as ledger:
        assert ledger.steps == {"a@example.org": Step.SENDING}
        ledger.write("a@example.org", Step.SENT)

    assert [json.loads(line)["step"] for line in path.read_bytes().splitlines()] == ["sending", "sent"]


def test_a_message_that_was_only_ready_is_sent_in_the_same_boot_and_in_doubt_after_another(tmp_path):
    path = tmp_path / "l.jsonl"
    with ledgers.opened(path, "monday") as ledger:
        ledger.write("reader0@example.org", Step.READY)
        ledger.write("reader1@example.org", Step.READY)
        ledger.write("reader1@example.org", Step.SENDING, durable=False)

    same = send.round_of(readers(3), ledgers.read(path, "monday"))
    assert [one.email for one in same.readers] == ["reader0@example.org", "reader2@example.org"]
    assert [one.email for one in same.doubtful] == ["reader1@example.org"]
    for boot in ("tuesday", ""):
        later = send.round_of(readers(3), ledgers.read(path, boot))
        assert [one.email for one in later.readers] == ["reader2@example.org"]


def test_a_ledger_that_cannot_be_read_stops_the_run(tmp_path):
    path = tmp_path / "l.jsonl"
    path.write_bytes(b'{"to": "a@example.org", "step": "sent"}\nsent to b\n')

    with pytest.raises(FileError, match="line 2"), ledgers.opened(path):
        pass


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(list(Step))), max_size=20), st.integers(0, 200)
)
def test_a_ledger_cut_anywhere_knows_all_that_was_written_before(tmp_path_factory, lines, cut):
    path = tmp_path_factory.mktemp("ledger") / "l.jsonl"
    with ledgers.opened(path, "monday") as ledger:
        for reader, step in lines:
            ledger.write(reader, step)
    raw = path.read_bytes()[:cut]
    path.write_bytes(raw)

    whole = raw.count(b"\n")
    assert ledgers.read(path, "monday") == dict(lines[:whole])
    with ledgers.opened(path, "monday") as ledger:
        assert ledger.steps == ledgers.read(path, "monday")
