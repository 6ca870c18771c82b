"""Findings for other programs: what they read is what was found, whatever is in the words."""

import json
import re
from urllib.parse import unquote

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from builder import rules
from builder.editorial import report
from builder.errors import Fault
from builder.model import Finding, Level
from builder.rules import RULES

TEXT = st.text(min_size=1, max_size=30).filter(lambda text: not re.search("[\ud800-\udfff]", text))
FINDINGS = st.builds(
    rules.finding,
    st.sampled_from(sorted(RULES)),
    TEXT,
    path=TEXT,
    line=st.integers(1, 9999),
    column=st.integers(1, 999),
    hint=st.one_of(st.just(""), TEXT),
)
WEIGHT = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}
RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
        "locations": {"type": "array", "items": {"type": "object", "required": ["physicalLocation"]}},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
"""The part of SARIF 2.1.0 that we write; the whole schema is 3,000 lines of somebody else."""


def read_back(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner reads it."""
    found = re.fullmatch(r"::(error|warning|notice)(?: ([^:]*))?::(.*)", line)
    assert found, line
    told = {}
    for pair in filter(None, (found[2] or "").split(",")):
        name, _, value = pair.partition("=")
        for code, letter in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
            value = value.replace(code, letter)
        told[name] = value
    message = found[3]
    for code, letter in (("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        message = message.replace(code, letter)
    return found[1], told, message


@given(FINDINGS)
def test_an_annotation_reads_back_as_what_was_found(finding: Finding) -> None:
    (line,) = report.annotations([finding], [], "sub")

    assert "\n" not in line and "\r" not in line
    kind, told, message = read_back(line)
    assert kind == WEIGHT[finding.level].replace("note", "notice")
    assert told["file"] == f"sub/{finding.path}"
    assert (told["line"], told["col"]) == (f"{finding.line}", f"{finding.column}")
    assert told["title"].startswith(f"{finding.code}: ")
    assert message == "\n".join(filter(None, [finding.message, finding.hint]))


@given(st.lists(FINDINGS, max_size=4))
def test_a_sarif_log_holds_each_finding_with_its_rule_and_place(findings: list[Finding]) -> None:
    log = json.loads(json.dumps(report.sarif(findings, [], "", "1.0")))

    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert len(run["results"]) == len(findings)
    for finding, result in zip(findings, run["results"], strict=True):
        jsonschema.validate(result, RESULT)
        place = result["locations"][0]["physicalLocation"]
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == finding.code == result["ruleId"]
        assert unquote(place["artifactLocation"]["uri"]) == finding.path
        assert place["region"] == {"startLine": finding.line, "startColumn": finding.column}
        assert result["level"] == WEIGHT[finding.level]


def test_a_file_that_cannot_be_read_is_told_in_both_forms() -> None:
    fault = Fault("is no item", "content/items/x.md", 3, "Mend it.")

    (line,) = report.annotations([], [fault], "")
    assert line == "::error file=content/items/x.md,line=3::is no item%0AMend it."
    invocation = report.sarif([], [fault], "", "1.0")["runs"][0]["invocations"][0]  # type: ignore[index]
    assert not invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "is no item. Mend it."


def test_a_finding_keeps_its_fingerprint_where_it_moves() -> None:
    first, moved = (rules.finding("E204", "“the the”", path="x.md", line=line) for line in (3, 9))
    told = [report.sarif([one], [], "", "1.0")["runs"][0]["results"][0] for one in (first, moved)]  # type: ignore[index]

    assert told[0]["partialFingerprints"] == told[1]["partialFingerprints"]
