"""What rules have to say about items: each is read once, and one rule after the other looks at it.

item's file, evidence → Subject → rule, rule, … → findings, by line, with the levels of the config
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from builder import files, rules
from builder.config import Config
from builder.content import frontmatter
from builder.content.fields import HEAD_LINE
from builder.content.library import text_of
from builder.editorial import facts, style
from builder.editorial.style import Around
from builder.editorial.subject import Subject
from builder.errors import ContentError
from builder.model import Finding, Item, Level
from builder.summary import evidence

EVIDENCE_MAX = 4 * 1024 * 1024
"""Bytes; that of a book would be smaller."""
Rule = Callable[[Subject, Config], Iterable[Finding]]
RULES: tuple[Rule, ...] = (facts.findings,)
"""In the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Linted:
    """An item, and what there is to say about it."""

    item: Item
    findings: tuple[Finding, ...]
    """By line and column."""


def lint(root: Path, items: Sequence[Item], config: Config, around: Around | None = None) -> Iterator[Linted]:
    """What all rules say about each of `items`, in their order; those on editing only where `around` is told.

    A file that cannot be read raises ContentError or FileError; broken evidence is a finding.
    """
    for item in items:
        subject, found = read(root, item)
        for rule in RULES:
            found.extend(rule(subject, config))
        if around:
            found.extend(style.findings(item, subject.body, subject.body_line, subject.lines, around))
        leveled = (_with_level(finding, config) for finding in found)
        kept = [finding for finding in leveled if finding is not None]
        yield Linted(item, tuple(sorted(kept, key=lambda one: (one.path, one.line, one.column, one.code))))


def read(root: Path, item: Item) -> tuple[Subject, list[Finding]]:
    """`item` as rules see it, and what is wrong with its evidence."""
    text = text_of(root, item.path)
    parts = frontmatter.split(text, item.path)
    lines = frontmatter.load(parts.head, item.path, HEAD_LINE).lines
    proof, found = _evidence(root, item)
    return Subject(item=item, lines=lines, body=parts.body, body_line=parts.body_line, evidence=proof), found


def weighs(findings: Iterable[Finding], level: Level) -> bool:
    """Whether one of `findings` is of `level` or worse."""
    return any(finding.level.weight >= level.weight for finding in findings)


def _evidence(root: Path, item: Item) -> tuple[evidence.Evidence | None, list[Finding]]:
    path = evidence.path_of(item.path)
    place = root / path
    if not place.is_file():
        return None, []
    try:
        if place.stat().st_size > EVIDENCE_MAX:
            return None, [rules.finding("F902", "the evidence is larger than any can be", path=path, line=1)]
        return evidence.parse(files.read_bytes(place).decode("utf-8"), path), []
    except UnicodeDecodeError as error:
        return None, [rules.finding("F902", f"the evidence is not UTF-8: {error.reason}", path=path, line=1)]
    except ContentError as error:
        return None, [
            rules.finding("F902", fault.message, path=fault.path, line=fault.line, hint=fault.hint)
            for fault in error.faults
        ]


def _with_level(finding: Finding, config: Config) -> Finding | None:
    """`finding` with the level that the config gives its code; None where that is off."""
    levels = config.lint.levels
    if finding.code not in levels:
        return finding
    level = levels[finding.code]
    return replace(finding, level=level) if level else None
