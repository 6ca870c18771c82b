"""What rules have to say about files: each is read once, and one rule after the other looks at it.

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
from builder.editorial.around import Around
from builder.editorial.subject import Subject
from builder.errors import ContentError
from builder.model import Edition, Finding, Item, Level
from builder.summary import evidence
from builder.summary.body import Place

EVIDENCE_MAX = 4 * 1024 * 1024
"""Bytes; that of a book would be smaller."""
Rule = Callable[[Subject, Config], Iterable[Finding]]
RULES: tuple[Rule, ...] = (facts.findings,)
"""In the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Linted:
    """An item or an edition, and what there is to say about it."""

    noun: Item | Edition
    findings: tuple[Finding, ...]
    """By line and column."""

    @property
    def is_item(self) -> bool:
        """Whether it is an item, and no edition."""
        return isinstance(self.noun, Item)

    @property
    def name(self) -> str:
        """The id of an item; `edition 3`."""
        return self.noun.id if isinstance(self.noun, Item) else f"edition {self.noun.number}"


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds, at one moment."""

    text: str
    evidence: bytes | None = None
    """What the evidence file of an item holds; None when there is none."""


def lint(
    root: Path, nouns: Sequence[Item | Edition], config: Config, around: Around | None = None
) -> Iterator[Linted]:
    """What all rules say about each of `nouns`, in their order; those on editing only where `around` is told.

    A file that cannot be read raises ContentError or FileError; broken evidence is a finding.
    """
    for noun in nouns:
        yield Linted(noun, findings(noun, written(root, noun), config, around))


def findings(
    noun: Item | Edition, held: Written, config: Config, around: Around | None = None
) -> tuple[Finding, ...]:
    """What all rules say about `noun`, whose file is as `held`."""
    found: list[Finding] = []
    if isinstance(noun, Item):
        subject, found = _subject(noun, held)
        for rule in RULES:
            found.extend(rule(subject, config))
        if around:
            found.extend(style.findings(noun, subject.body, subject.body_line, subject.places, around))
    elif around:
        parts = frontmatter.split(held.text, noun.path)
        found.extend(
            style.of_edition(noun, parts.body, parts.body_line, _places(parts.head, noun.path), around)
        )
    leveled = (_with_level(finding, config) for finding in found)
    kept = [finding for finding in leveled if finding is not None]
    return tuple(sorted(kept, key=lambda one: (one.path, one.line, one.column, one.code)))


def written(root: Path, noun: Item | Edition) -> Written:
    """What the file of `noun` holds now. Raises ContentError and FileError."""
    text = text_of(root, noun.path)
    place = root / evidence.path_of(noun.path)
    if not isinstance(noun, Item) or not place.is_file():
        return Written(text)
    # Of what is too large nothing but that is told, so that its bytes need not be read.
    is_large = place.stat().st_size > EVIDENCE_MAX
    return Written(text, bytes(EVIDENCE_MAX + 1) if is_large else files.read_bytes(place))


def read(root: Path, item: Item) -> tuple[Subject, list[Finding]]:
    """`item` as rules see it, and what is wrong with its evidence."""
    return _subject(item, written(root, item))


def weighs(findings: Iterable[Finding], level: Level) -> bool:
    """Whether one of `findings` is of `level` or worse."""
    return any(finding.level.weight >= level.weight for finding in findings)


def _subject(item: Item, held: Written) -> tuple[Subject, list[Finding]]:
    parts = frontmatter.split(held.text, item.path)
    proof, found = _evidence(held.evidence, evidence.path_of(item.path))
    places = _places(parts.head, item.path)
    return Subject(
        item=item, places=places, body=parts.body, body_line=parts.body_line, evidence=proof
    ), found


def _places(head: str, path: str) -> dict[str, Place]:
    mapped = frontmatter.load(head, path, HEAD_LINE)
    return {key: Place(line, mapped.columns[key]) for key, line in mapped.lines.items()}


def _evidence(data: bytes | None, path: str) -> tuple[evidence.Evidence | None, list[Finding]]:
    """What the evidence file `path` says, and what is wrong with it."""
    if data is None:
        return None, []
    faulty = rules.finding("F902", "the evidence is larger than any can be", path=path, line=1, column=1)
    if len(data) > EVIDENCE_MAX:
        return None, [faulty]
    try:
        return evidence.parse(data.decode("utf-8"), path), []
    except UnicodeDecodeError as error:
        return None, [replace(faulty, message=f"the evidence is not UTF-8: {error.reason}")]
    except ContentError as error:
        return None, [
            replace(faulty, message=fault.message, line=max(fault.line, 1), hint=fault.hint)
            for fault in error.faults
        ]


def _with_level(finding: Finding, config: Config) -> Finding | None:
    """`finding` with the level that the config gives its code; None where that is off."""
    levels = config.lint.levels
    if finding.code not in levels:
        return finding
    level = levels[finding.code]
    return replace(finding, level=level) if level else None
