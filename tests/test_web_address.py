"""Which addresses may be asked."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from builder.errors import FetchError
from builder.web.address import place, why_not_public

INNER = [
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "192.0.0.192",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::808:808",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2606:4700::5efe:a00:1",
    "not an address",
]
PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INNER)
def test_inner_address_is_not_public(address: str) -> None:
    assert why_not_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_is_public(address: str) -> None:
    assert why_not_public(address) == ""


def judged(url: str) -> str:
    """`allow` or `refuse`, as the client decides it, with names looked up in a list instead of a network."""
    inner = ("nip.io", "localtest.me", "1u.ms", "rebind")
    try:
        found = place(url)
    except FetchError:
        return "refuse"
    leads_in = any(name in found.host for name in inner)
    return "refuse" if why_not_public("127.0.0.1" if leads_in else "93.184.216.34") else "allow"


def test_every_hostile_address_is_judged_as_it_must_be(shared: Callable[..., Path]) -> None:
    lines = shared("data", "hostile", "urls.jsonl").read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    wrong = [
        case["payload"]
        for case in cases
        if "-or-" not in case["expect"] and not case["expect"].startswith(judged(case["payload"]))
    ]
    assert len(cases) > 100
    assert wrong == []


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("feed://example.org/rss", "http://example.org/rss"),
        ("feed:https://example.org/rss", "https://example.org/rss"),
        (" HTTP://Example.ORG:80/a b?q=ü#part ", "http://example.org/a%20b?q=%C3%BC"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://example.org/a;b=c", "http://example.org/a;b=c"),
    ],
)
def test_address_is_put_in_the_form_it_is_asked_in(asked: str, leads_to: str) -> None:
    assert str(place(asked).url) == leads_to


def test_allowed_host_is_that_host_on_that_port_only() -> None:
    allow = frozenset(["127.0.0.1:8080", "[::1]:9000", "printer:80"])
    assert place("http://127.0.0.1:8080/feed", allow).authority == "127.0.0.1:8080"
    assert place("http://[::1]:9000/", allow).authority == "[::1]:9000"
    assert place("http://printer/", allow).host == "printer"
    for url in (
        "http://127.0.0.1:8081/",
        "http://127.0.0.2:8080/",
        "http://localhost:8080/",
        "http://printer:8080/",
    ):
        with pytest.raises(FetchError):
            place(url, allow)


def test_refusal_says_how_to_allow_the_host() -> None:
    with pytest.raises(FetchError, match=r"127\.0\.0\.1 is not public") as caught:
        place("http://127.0.0.1:8080/")
    assert '"127.0.0.1:8080"' in caught.value.hint


def test_no_message_holds_a_password() -> None:
    for url in ("ftp://me:secret@example.org/", "http://me:secret@example.org/", "http://me:secret@[::bad/"):
        with pytest.raises(FetchError) as caught:
            place(url)
        assert "secret" not in str(caught.value) + caught.value.hint
