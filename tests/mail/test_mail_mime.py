"""The message: the headers we meant and no other, and the letter as it was."""

import email
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import policy

import newsroom
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builder.errors import BriefpressError
from builder.mail import mime
from builder.mail.mime import Recipient, Sheet

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DESK = mime.desk_of(newsroom.config())
HEADERS = [
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Archive", "List-Unsubscribe"),
    *("List-Unsubscribe-Post", "Precedence", "MIME-Version", "Content-Type"),
]
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def reader(address="reader@example.net", **of) -> Recipient:
    told = {
        "unsubscribe": "https://brief.example/leave?t=abc",
        "unsubscribe_mail": "mailto:leave@brief.example",
    }
    return Recipient(address=address, **(told | of))


def sent(letter, to=None, desk=DESK) -> bytes:
    to = to or reader()
    number = mime.message_id(desk, letter.number, to.address)
    return Sheet(letter, desk).message(to, id=number, date=NOW)


def parsed(raw: bytes):
    return email.message_from_bytes(raw, policy=policy.default)


def test_headers_are_these_once_each_and_text_comes_first():
    message = parsed(sent(newsroom.compose()))

    assert message.keys() == HEADERS
    assert str(message["From"]) == "The Small Brief <desk@brief.example>"
    assert message["List-Id"] == '"The Small Brief" <news.brief.example>'
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Date"].datetime == NOW
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_parts_are_the_letter_with_the_readers_own_address():
    letter = newsroom.compose()
    url = "https://brief.example/leave?t=" + "long-" * 30 + "&x=1"
    text, html = (part.get_content() for part in parsed(sent(letter, reader(unsubscribe=url))).iter_parts())

    shown = letter.addressed(url)
    assert text.replace("\r\n", "\n") == shown.text
    assert html.replace("\r\n", "\n") == shown.html
    assert letter.mark not in text + html


@example("", "0" * 20 + "\x80" * 9)
@example("", "0" * 21 + "\x80" * 9)
@example("", "0" * 22 + "\x80" * 9)
@given(ANY, ANY)
def test_body_comes_back_whatever_it_holds(text, rest):
    letter = replace(newsroom.compose(), text=text + newsroom.compose().mark + rest)
    part, _ = parsed(sent(letter)).iter_parts()

    told = letter.addressed("https://brief.example/leave?t=abc").text
    assert part.get_content().replace("\r\n", "\n") == re.sub("\r\n?", "\n", told)


@given(ANY)
def test_no_line_is_longer_than_the_rfcs_allow(text):
    raw = sent(replace(newsroom.compose(), subject=text, text=text * 3 + newsroom.compose().mark + text))

    head, _, body = raw.partition(b"\r\n\r\n")
    assert raw.isascii()
    assert all(len(line) <= 998 for line in head.split(b"\r\n"))
    assert all(len(line) <= 76 for line in body.split(b"\r\n"))
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)


@given(ANY)
def test_subject_is_read_as_one_line_of_the_same_words(subject):
    message = parsed(sent(replace(newsroom.compose(), subject=subject)))

    assert message.keys() == HEADERS
    assert "\n" not in str(message["Subject"])


def test_message_id_is_the_readers_own_and_the_same_in_each_run():
    one = mime.message_id(DESK, 7, "a@example.net")

    assert one == mime.message_id(DESK, 7, "A@example.net")
    assert one.endswith("@brief.example>")
    others = {mime.message_id(DESK, 8, "a@example.net"), mime.message_id(DESK, 7, "b@example.net")}
    assert one not in others | {mime.message_id(DESK, 7, "a@example.net", again=1)}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://brief.example/", "brief.example"),
        ("https://example.org/ai/weekly/", "weekly.ai.example.org"),
        ("http://localhost/", "localhost.list"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
    ],
)
def test_list_id_is_made_of_the_sites_address(url, name):
    assert mime.list_id(url) == name


def _hostile(letter, kind, payload):
    match kind:
        case "subject":
            return sent(replace(letter, subject=payload))
        case "from_name":
            return sent(letter, desk=replace(DESK, name=payload))
        case "from_addr":
            return sent(letter, desk=replace(DESK, address=payload))
        case "reply_to":
            return sent(letter, desk=replace(DESK, reply_to=payload))
        case "to_addr":
            return sent(letter, reader(payload))
        case "list_unsubscribe":
            return sent(letter, reader(unsubscribe=payload))
        case "preheader":
            edition = newsroom.edition(("Policy", (1, 2, 3)), preheader=payload)
            return sent(newsroom.compose(edition))
        case _:
            return sent(replace(letter, text=payload))


def test_no_hostile_input_makes_a_header(shared):
    letter = newsroom.compose()
    lines = shared("data", "hostile", "email.jsonl").read_text(encoding="utf-8").split("\n")
    for told in map(json.loads, filter(None, lines)):
        try:
            message = parsed(_hostile(letter, told["kind"], told["payload"]))
        except BriefpressError:
            continue
        keys = [key for key in message if key != "Reply-To"]
        assert keys == HEADERS, told["id"]
        assert [one.addr_spec for one in message["To"].addresses] in (
            ["reader@example.net"],
            [told["payload"]],
        )
        assert len(message["From"].addresses) == 1, told["id"]
        assert "\n" not in str(message["Subject"]), told["id"]
