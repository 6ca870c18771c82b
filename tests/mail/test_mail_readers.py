"""A list of one's own: who gets mail, each once, whatever a spreadsheet made of it."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.errors import DeliveryError
from builder.mail import readers
from builder.mail.readers import unsubscribe_url
from builder.text import is_mail_address


def parse(text: str, secret: str = "") -> tuple[readers.Reader, ...]:
    return readers.parse(text.encode(), "subscribers.csv", secret)[0]


@pytest.mark.parametrize(
    "text",
    [
        "email,name\na@example.org,Ann\n",
        "\ufeffEmail;Name\r\na@example.org;Ann\r\n",
        'name\temail\n"Ann"\ta@example.org\n\n',
    ],
)
def test_a_list_is_read_however_it_was_saved(text):
    assert [(one.email, one.name) for one in parse(text)] == [("a@example.org", "Ann")]


def test_who_left_gets_nothing_and_who_is_listed_twice_gets_one():
    rows = ["a@example.org,active", "A@EXAMPLE.org,", "b@example.org,unsubscribed", "c@example.org,bounced"]

    assert [one.email for one in parse("\n".join(["email,status", *rows]))] == ["a@example.org"]


def test_a_token_is_the_readers_own_and_the_same_in_each_run():
    one, two = parse("email\na@example.org\nb@example.org\n", "secret")

    assert one.token != two.token
    assert parse("email\nA@example.org\n", "secret")[0].token == one.token
    assert parse("email\na@example.org\n", "other")[0].token != one.token
    assert parse("email,token\na@example.org,own\n", "secret")[0].token == "own"


@pytest.mark.parametrize("text", ["", "name\nAnn\n", "a@example.org\nb@example.org\n"])
def test_what_is_no_list_is_told(text):
    with pytest.raises(DeliveryError, match="no column `email`"):
        parse(text)


def test_no_cell_of_a_hostile_table_is_taken_for_an_address(shared):
    lines = shared("data", "hostile", "csv.jsonl").read_text(encoding="utf-8").strip().split("\n")
    cells = [json.loads(line)["payload"] for line in lines]
    table = io.StringIO()
    csv.writer(table).writerows([["email", "name"], *([cell, cell] for cell in cells)])

    found, faults = readers.parse(table.getvalue().encode("utf-8", "replace"), "subscribers.csv")
    assert all(is_mail_address(one.email) for one in found)
    assert len(found) + len(faults) <= len(cells)


@given(st.text(max_size=60), st.text(max_size=20))
def test_an_unsubscribe_address_stays_one_whatever_stands_in_it(email, token):
    url = unsubscribe_url("https://brief.example/leave?t={token}&e={email}", email, token)

    assert url.startswith("https://brief.example/leave?t=")
    assert url.count("&") == 1
    assert url.isascii()
    assert not set(url) & set(' <>"\r\n#')
