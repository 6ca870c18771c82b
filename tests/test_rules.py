import re
from pathlib import Path

import pytest

from builder import rules
from builder.model import Level
from builder.rules import RULES, Rule


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_says_what_it_looks_for_and_why(rule: Rule):
    assert re.fullmatch(r"[A-Z]\d{3}", rule.code)
    assert rule.title and "\n" not in rule.title and not rule.title.endswith(".")
    assert len(rule.explanation.split()) > 10
    assert RULES[rule.code] is rule


def test_what_must_not_reach_a_reader_is_an_error():
    assert all(rule.level is Level.ERROR for rule in RULES.values() if rule.hard)


def test_finding_has_the_level_of_its_rule_and_says_where_it_is():
    found = rules.finding("F101", "12 is not in the source", path="content/a.md", line=3, column=7)

    assert (found.level, found.hard) == (Level.ERROR, True)
    assert str(found) == "content/a.md:3:7: F101 12 is not in the source"


def test_docs_list_every_rule_with_its_level_and_title():
    page = (Path(__file__).resolve().parents[1] / "docs" / "lint.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z]\d{3}) \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)

    told = [
        (rule.code, rule.level.value + (", hard" if rule.hard else ""), rule.title)
        for rule in RULES.values()
        if rule.code.startswith(("F", "E"))
    ]
    assert rows == told


def test_code_that_nobody_registered_is_a_bug():
    with pytest.raises(KeyError):
        rules.finding("F000", "nothing")
