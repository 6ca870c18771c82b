"""Findings in the forms that other programs read: SARIF 2.1.0, and the annotations of GitHub's workflows.

SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/; annotations:
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands.
"""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from builder import digest
from builder.errors import Fault
from builder.model import Finding, Level
from builder.rules import RULES
from builder.text import fold

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SARIF_LEVEL = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}
_GITHUB_LEVEL = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice"}
# GitHub reads a percent sign and two digits back, and ends a message at a line's end.
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def sarif(
    findings: Sequence[Finding], faults: Sequence[Fault], folder: str, version: str
) -> dict[str, object]:
    """One SARIF log of one run; `faults` are files that could not be read at all.

    Paths are told from the top of the repository, in which the newsletter is in `folder` (empty: at the top).
    `version` is the program's.
    """
    codes = sorted({finding.code for finding in findings})
    rank = {code: at for at, code in enumerate(codes)}
    driver = {
        "name": "Briefpress",
        "version": version,
        "rules": [_rule(code) for code in codes],
    }
    run: dict[str, object] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, rank, folder) for finding in findings],
        "invocations": [
            {
                "executionSuccessful": not faults,
                "toolExecutionNotifications": [_notification(fault, folder) for fault in faults],
            }
        ],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def annotations(findings: Iterable[Finding], faults: Iterable[Fault], folder: str) -> Iterator[str]:
    """A workflow command a line; paths as for `sarif`."""
    for fault in faults:
        yield _annotation("error", _place(fault.path, fault.line, 0, folder), "", fault.message, fault.hint)
    for finding in findings:
        place = _place(finding.path, finding.line, finding.column, folder)
        title = f"{finding.code}: {RULES[finding.code].title}"
        yield _annotation(_GITHUB_LEVEL[finding.level], place, title, finding.message, finding.hint)


def _rule(code: str) -> dict[str, object]:
    rule = RULES[code]
    return {
        "id": code,
        "shortDescription": {"text": f"{rule.title[0].upper()}{rule.title[1:]}"},
        "fullDescription": {"text": fold(rule.explanation)},
        "help": {"text": fold(rule.explanation), "markdown": rule.explanation.strip()},
        "defaultConfiguration": {"level": _SARIF_LEVEL[rule.level]},
    }


def _result(finding: Finding, rank: dict[str, int], folder: str) -> dict[str, object]:
    said = f"{finding.message}. {finding.hint}" if finding.hint else f"{finding.message}."
    return {
        "ruleId": finding.code,
        "ruleIndex": rank[finding.code],
        "level": _SARIF_LEVEL[finding.level],
        "message": {"text": said},
        "locations": [_location(finding.path, finding.line, finding.column, folder)],
        # What stays the same when lines are put above it.
        "partialFingerprints": {
            "briefpress/v1": digest.of_value((finding.code, finding.path, finding.message, finding.subject))
        },
    }


def _notification(fault: Fault, folder: str) -> dict[str, object]:
    told: dict[str, object] = {
        "level": "error",
        "message": {"text": f"{fault.message}. {fault.hint}".strip()},
    }
    return told | ({"locations": [_location(fault.path, fault.line, 0, folder)]} if fault.path else {})


def _location(path: str, line: int, column: int, folder: str) -> dict[str, object]:
    where: dict[str, object] = {
        "artifactLocation": {"uri": quote(_below(folder, path)), "uriBaseId": "%SRCROOT%"}
    }
    if line:
        where["region"] = {"startLine": line} | ({"startColumn": column} if column else {})
    return {"physicalLocation": where}


def _place(path: str, line: int, column: int, folder: str) -> list[tuple[str, str]]:
    told = [
        ("file", _below(folder, path) if path else ""),
        ("line", f"{line or ''}"),
        ("col", f"{column or ''}"),
    ]
    return [(name, value) for name, value in told if value]


def _annotation(kind: str, place: list[tuple[str, str]], title: str, message: str, hint: str) -> str:
    told = [*place, *([("title", title)] if title else [])]
    properties = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in told)
    said = f"{message}\n{hint}" if hint else message
    return f"::{kind}{f' {properties}' if properties else ''}::{said.translate(_DATA)}"


def _below(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path
