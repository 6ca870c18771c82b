"""Each service by its own rules, and a law for all: one letter there, sent once, whatever goes wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import newsroom
import pytest
import services

from builder.content import editions
from builder.content.library import text_of
from builder.errors import ConfigError, DeliveryError, UnsureDeliveryError
from builder.mail import send, service
from builder.mail.record import Record, State
from builder.mail.service import Setting, Standing

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SERVERS: dict[str, type[services.Server]] = {
    "buttondown": services.Buttondown,
    "listmonk": services.Listmonk,
    "ghost": services.Ghost,
    "mailchimp": services.Mailchimp,
}
SECRETS = {
    "BUTTONDOWN_API_KEY": services.BUTTONDOWN_KEY,
    "LISTMONK_TOKEN": services.LISTMONK_TOKEN,
    "GHOST_ADMIN_KEY": services.GHOST_KEY,
    "MAILCHIMP_API_KEY": services.MAILCHIMP_KEY,
}
FILE = """\
---
number: 7
title: What happened this week
date: 2026-11-20T00:00:00Z
published: 2026-11-20T09:00:00Z
parts:
  - title: Policy
    items:
      - '0000000001'
      - '0000000002'
---
Hello, *reader*.
"""


class Crash(BaseException):
    """The process ends here."""


@dataclass
class Desk:
    """One newsletter with one service."""

    name: str
    root: Path
    server: services.Server
    waits: list[float] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=lambda: dict(SECRETS))

    @property
    def config(self):
        return newsroom.config(
            f"  buttondown: {{url: {self.server.url}}}\n"
            f"  listmonk: {{url: {self.server.url}, lists: [3], template: 5}}\n"
            f"  ghost: {{url: {self.server.url}, newsletter: weekly}}\n"
            f"  mailchimp: {{url: {self.server.url}, audience: abc}}\n"
        )

    def service(self) -> service.Service:
        setting = Setting(config=self.config, secrets=self.secrets, now=lambda: NOW, wait=self.waits.append)
        return service.load(self.name, setting)

    def record(self) -> Record:
        path = "content/editions/0007.md"
        return Record(self.root, editions.parse(text_of(self.root, path), path))

    def payload(self, **of: str):
        edition = self.record().edition
        items = (newsroom.item(1, title="Say {{ name }} and *|FNAME|* and %%{uuid}%%"), newsroom.item(2))
        letter = newsroom.compose(edition, items, config=self.config)
        return send.payload_of(letter, edition, self.name, send.key_of(self.config, 7, self.record().again))

    def push(self, record: Record | None = None) -> send.Draft:
        return send.push(self.service(), self.name, self.payload(), record or self.record(), lambda: NOW)

    def send(self, record: Record | None = None) -> send.Draft:
        """As the command does it."""
        kept = record or self.record()
        draft = self.push(kept)
        if send.sent_elsewhere(draft):
            send.settle(self.name, draft, self.payload(), kept, lambda: NOW)
        else:
            send.send(self.service(), self.name, draft, self.payload(), kept, lambda: NOW)
        return draft


@pytest.fixture(params=SERVERS)
def desk(request, tmp_path) -> Iterator[Desk]:
    server = SERVERS[request.param]()
    server.clock = NOW.timestamp
    path = tmp_path / "content" / "editions" / "0007.md"
    path.parent.mkdir(parents=True)
    path.write_text(FILE, encoding="utf-8")
    yield Desk(request.param, tmp_path, server)
    server.close()


def crashing(record: Record, at: int) -> Record:
    """`record`, which ends the process before its write number `at`."""
    write, count = record.set_entry, iter(range(1, 100))

    def counted(*args, **of) -> None:
        if next(count) == at:
            raise Crash
        write(*args, **of)

    record.set_entry = counted
    return record


def test_a_push_makes_a_draft_and_sends_nothing(desk):
    draft = desk.push()

    assert (draft.made, draft.standing) == (True, Standing.DRAFT)
    assert desk.service().standing(draft.id) is Standing.DRAFT
    assert desk.server.sent == []
    assert desk.record().entry(desk.name).state is State.DRAFT
    assert desk.record().edition.sent is None


def test_a_second_push_updates_the_first(desk):
    first = desk.push()
    path = desk.root / "content" / "editions" / "0007.md"
    path.write_text(path.read_text().replace("title: What happened this week", "title: What changed since"))
    second = desk.push()

    assert (second.id, second.made) == (first.id, False)
    assert len(desk.server.letters) == 1
    assert "What changed since" in str(next(iter(desk.server.letters.values())))


def test_a_letter_sent_is_on_record_and_is_not_sent_again(desk):
    desk.send()
    desk.send()

    assert len(desk.server.sent) == 1
    assert desk.record().entry(desk.name).state is State.SENT
    assert desk.record().edition.sent == NOW


@pytest.mark.parametrize("at", range(1, 5))
def test_a_crash_at_any_write_of_the_record_doubles_nothing(desk, at):
    with pytest.raises(Crash):
        desk.send(crashing(desk.record(), at))
    desk.send()

    assert len(desk.server.letters) == 1
    assert len(desk.server.sent) == 1
    assert desk.record().edition.sent == NOW


def test_a_letter_another_machine_made_is_found_and_not_doubled(desk):
    path = desk.root / "content" / "editions" / "0007.md"
    before = path.read_text()
    first = desk.push()
    path.write_text(before)

    assert desk.push().id == first.id
    assert len(desk.server.letters) == 1


def test_an_answer_that_is_lost_on_the_way_doubles_nothing(desk):
    desk.server.faults = ["lost"]
    with pytest.raises(UnsureDeliveryError):
        desk.push()
    desk.send()

    assert len(desk.server.letters) == 1
    assert len(desk.server.sent) == 1


def test_a_send_whose_answer_is_lost_is_known_by_asking(desk):
    draft = desk.push()
    desk.server.faults = ["lost"]
    send.send(desk.service(), desk.name, draft, desk.payload(), desk.record(), lambda: NOW)

    assert len(desk.server.sent) == 1
    assert desk.record().edition.sent == NOW


def test_a_service_that_fails_when_told_to_send_is_reported_and_can_be_told_again(desk):
    draft = desk.push()
    desk.server.faults = ["500"]
    with pytest.raises(UnsureDeliveryError, match="still a draft"):
        send.send(desk.service(), desk.name, draft, desk.payload(), desk.record(), lambda: NOW)
    assert desk.record().edition.sent is None
    desk.send()

    assert len(desk.server.sent) == 1


def test_who_asks_too_often_waits_as_long_as_the_service_says(desk):
    desk.server.faults = ["429", "429"]
    desk.push()

    assert desk.waits == [7.0, 7.0]
    assert len(desk.server.letters) == 1


def test_a_refusal_is_told_in_the_words_of_the_service_and_leaves_no_draft(desk):
    desk.server.faults = ["refuse"]
    with pytest.raises(DeliveryError, match=r"422.*not like this") as caught:
        desk.push()

    assert caught.value.exit_code == 9
    assert desk.server.letters == {}


def test_a_wrong_key_is_told_and_never_shown(desk):
    desk.secrets = {name: value[:-3] + "999" for name, value in SECRETS.items()} | {
        "GHOST_ADMIN_KEY": services.GHOST_KEY[:-2] + "cd"
    }
    with pytest.raises(DeliveryError, match="401") as caught:
        desk.push()

    assert all(secret not in str(caught.value) for secret in desk.secrets.values())
    assert desk.server.letters == {}


def test_without_a_key_nothing_is_asked(desk):
    desk.secrets = {}
    with pytest.raises(DeliveryError, match="is not in the environment"):
        desk.push()

    assert desk.server.requests == []


def test_a_service_that_never_answers_is_waited_for_so_long_and_not_asked_twice(desk, monkeypatch):
    monkeypatch.setattr("builder.web.api.TIMEOUT_S", 2.0)
    desk.server.faults = ["hang"]
    with pytest.raises(UnsureDeliveryError, match=r"no answer within 2 s"):
        desk.push()

    assert [method for method, _ in desk.server.requests].count("GET") == len(desk.server.requests) - 1
    desk.server.released.set()
    monkeypatch.undo()
    assert desk.push().made


def test_a_service_that_is_not_there_is_told(desk):
    desk.server.close()
    with pytest.raises(DeliveryError, match="cannot be reached"):
        desk.push()

    assert desk.waits == [1.0, 3.0, 9.0]


def test_words_of_ours_are_no_merge_tags_and_the_unsubscribe_tag_is_the_services_own(desk):
    payload = desk.payload()
    tag = {
        "buttondown": "{{ unsubscribe_url }}",
        "listmonk": "{{ UnsubscribeURL }}",
        "ghost": "%%{unsubscribe_url}%%",
        "mailchimp": "*|UNSUB|*",
    }[desk.name]

    assert payload.html.count(tag) == 1
    own = {"ghost": "%%{uuid}", "mailchimp": "*|FNAME|*"}.get(desk.name, "{{ name }}")
    assert own not in payload.html + payload.text
    assert "unsubscribe.invalid" not in payload.html + payload.text


def test_a_test_goes_to_one_address_and_is_on_record(desk):
    payload, record = desk.payload(), desk.record()
    if desk.name == "ghost":
        with pytest.raises(DeliveryError, match="lets no key send a test"):
            send.test(desk.service(), desk.name, payload, "me@example.org", record, lambda: NOW)
        return
    send.test(desk.service(), desk.name, payload, "me@example.org", record, lambda: NOW)

    ((_, to),) = desk.server.tests
    assert to == ["me@example.org"]
    assert desk.record().tested == payload.digest
    assert desk.server.sent == []


def test_sending_again_on_purpose_makes_another_letter_with_the_reason_on_record(desk):
    desk.send()
    desk.record().begin_again(NOW, "the links were wrong")
    desk.send()

    assert len(desk.server.sent) == 2
    assert len(desk.server.letters) == 2
    assert "the links were wrong" in (desk.root / "content/editions/0007.md").read_text()


def test_buttondown_is_always_told_the_status_and_the_mode(tmp_path):
    server = services.Buttondown()
    path = tmp_path / "content" / "editions" / "0007.md"
    path.parent.mkdir(parents=True)
    path.write_text(FILE, encoding="utf-8")
    try:
        Desk("buttondown", tmp_path, server).push()
    finally:
        server.close()

    (letter,) = server.letters.values()
    assert letter["status"] == "draft"
    assert letter["body"].startswith("<!-- buttondown-editor-mode: fancy -->\n<!DOCTYPE html>")
    assert letter["template"] == "naked"


def test_a_plug_in_may_bring_a_sender_and_nobody_may_pose_as_one(monkeypatch):
    setting = Setting(config=newsroom.config(), secrets={}, now=lambda: NOW, wait=lambda _: None)
    with pytest.raises(ConfigError, match="nothing called"):
        service.load("pigeon", setting)
    monkeypatch.setitem(service.BUILTIN, "pigeon", "builder.text:fold")
    with pytest.raises((ConfigError, TypeError, AttributeError)):
        service.load("pigeon", setting)
    assert service.names()[:4] == ("buttondown", "listmonk", "ghost", "mailchimp")
