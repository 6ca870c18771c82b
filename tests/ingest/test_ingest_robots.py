"""The laws of robots.txt."""

import pytest

from builder.errors import FetchError
from builder.ingest.reading import InPlace
from builder.ingest.robots import DELAY_MAX_S, Robots
from builder.web import Fetched, Validators

PAGE = "https://news.example/1"


class Said:
    """A web on which only robots.txt is ever asked."""

    def __init__(self, rules: str | int) -> None:
        self.rules = rules
        self.asked: list[str] = []

    def get(self, url, validators=None, *, max_bytes, admit=None):
        self.asked.append(url)
        if isinstance(self.rules, int):
            error = FetchError(f"answered {self.rules}")
            error.status = self.rules
            raise error
        return Fetched(url, self.rules.encode(), "text/plain", Validators())


def robots(rules: str | int, delay_s: float = 1.0) -> Robots:
    return Robots(Said(rules), InPlace(), delay_s)


def test_page_that_is_not_disallowed_is_let_in():
    assert robots("User-agent: *\nDisallow: /private/").admit(PAGE) == 1.0


@pytest.mark.parametrize(
    "rules",
    [
        "User-agent: *\nDisallow: /",
        "User-agent: briefpress\nDisallow: /1",
        "User-agent: *\nAllow: /\n\nUser-agent: Briefpress\nDisallow: /",
        "\ufeffUser-agent: *\nDisallow: /*1$",
    ],
)
def test_page_that_is_disallowed_is_not_asked(rules):
    with pytest.raises(FetchError, match=r"robots.txt of news\.example"):
        robots(rules).admit(PAGE)


def test_rules_for_others_are_not_ours():
    robots("User-agent: other\nDisallow: /").admit(PAGE)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_host_without_rules_lets_all_in(status):
    robots(status).admit(PAGE)


@pytest.mark.parametrize("status", [0, 429, 500, 503])
def test_host_whose_rules_cannot_be_learnt_lets_nothing_in(status):
    with pytest.raises(FetchError, match="cannot be learnt"):
        robots(status).admit(PAGE)


def test_host_is_asked_for_its_rules_once():
    web = Said("User-agent: *\nDisallow: /private/")
    rules = Robots(web, InPlace(), 1.0)
    for number in range(3):
        rules.admit(f"https://news.example/{number}")

    assert web.asked == ["https://news.example/robots.txt"]


@pytest.mark.parametrize(
    ("asked", "ours", "kept"),
    [("3", 1.0, 3.0), ("0.1", 1.0, 1.0), ("900", 1.0, DELAY_MAX_S), ("3", 0.0, 0.0)],
)
def test_pause_is_the_longer_one_within_bounds(asked, ours, kept):
    assert robots(f"User-agent: *\nCrawl-delay: {asked}", ours).admit(PAGE) == kept


def test_page_of_html_in_place_of_rules_lets_all_in():
    robots("<html><body>Welcome</body></html>").admit(PAGE)
