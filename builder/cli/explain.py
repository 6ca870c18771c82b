"""`briefpress explain`."""

import shutil
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from builder.cli.console import Console
from builder.cli.newsletter import open_newsletter
from builder.cli.options import common
from builder.model import Verdict
from builder.text import clean, count

if TYPE_CHECKING:
    from builder.editorial.facts import Statement
    from builder.editorial.subject import Subject
    from builder.summary.evidence import Cited, Evidence

_MARKS = {
    Verdict.SUPPORTED: ("✓", "green"),
    Verdict.CONTRADICTED: ("✗", "red"),
    Verdict.UNSUPPORTED: ("✗", "red"),
    Verdict.NOT_CHECKABLE: ("?", "yellow"),
}
_WIDEST = 100
_INDENT = "    "


@click.command("explain")
@click.argument("item", metavar="ID")
@common
@click.pass_obj
def command(console: Console, item: str) -> int:
    """Show each sentence of an item beside its source: the sentences that it rests on.

    ID is an item's id, at least four characters of one, or a path. Sentences that a person changed or added
    are marked as edited; they are tried against all that the evidence keeps of the source.
    """
    from builder.editorial import desk, facts, lint

    newsletter = open_newsletter(console)
    found = desk.find(newsletter.loaded.library, item)
    subject, broken = lint.read(newsletter.root, found)
    for finding in broken:
        console.note(str(finding), "yellow")
    told = tuple(facts.statements(subject, newsletter.config.lint.copied_words))
    console.result(_data(subject, told), "\n".join(_lines(subject, told)))
    sentences = [one for one in told if one.traced.kind.value != "heading"]
    edited = sum(one.traced.edited for one in sentences)
    console.note(f"{count(len(sentences), 'sentence')}, {edited} edited: {_tally(sentences)}", "dim")
    return 0


def _tally(told: "list[Statement]") -> str:
    counts = [(verdict, sum(one.verdict is verdict for one in told)) for verdict in Verdict]
    return ", ".join(f"{number} {verdict.value}" for verdict, number in counts if number)


# -- for programs


def _data(subject: "Subject", told: "tuple[Statement, ...]") -> dict[str, object]:
    proof = subject.evidence
    return {
        "id": subject.item.id,
        "path": subject.item.path,
        "title": subject.item.title,
        "source": {
            "url": proof.url,
            "digest": proof.digest,
            "fetched": proof.fetched,
            "sentences": proof.count,
        }
        if proof
        else None,
        "statements": [
            {
                "text": one.traced.text,
                "kind": one.traced.kind.value,
                "edited": one.traced.edited,
                "verdict": one.verdict.value,
                "support": one.checked.support if one.checked else None,
                "sources": [asdict(cited) for cited in _cited(one, proof)],
                "findings": [asdict(finding) for finding in one.findings],
            }
            for one in told
        ],
    }


# -- for people


def _lines(subject: "Subject", told: "tuple[Statement, ...]") -> Iterator[str]:
    width = min(_width(), _WIDEST)
    proof = subject.evidence
    yield click.style(subject.item.title, bold=True)
    if proof:
        yield click.style(f"{proof.url}, read {proof.fetched:%Y-%m-%d %H:%M} UTC", dim=True)
    else:
        yield click.style("no evidence: nothing can be checked", fg="yellow")
    for one in told:
        yield ""
        yield from _statement(one, subject.item.body, proof, width)


def _statement(one: "Statement", body: str, proof: "Evidence | None", width: int) -> Iterator[str]:
    if one.traced.kind.value == "heading":
        yield from _wrapped(one.traced.text, f"{_hashes(one, body)} ", width, bold=True)
    else:
        mark, colour = _MARKS[one.verdict]
        support = f" {one.checked.support:.2f}" if one.checked and not one.traced.edited else ""
        edited = click.style(", edited by hand", fg="yellow") if one.traced.edited else ""
        yield click.style(f"{mark} {one.verdict.value}{support}", fg=colour) + edited
        yield from _wrapped(one.traced.text, _INDENT, width)
        yield from _sources(one, proof, width)
    for finding in one.findings:
        yield from _wrapped(
            f"{finding.code} {finding.message}", f"{_INDENT}! ", width, fg="red" if finding.hard else "yellow"
        )


def _hashes(one: "Statement", body: str) -> str:
    """The marks of a heading, as they stand in its line."""
    line = body[body.rfind("\n", 0, one.traced.offsets[0]) + 1 :].lstrip(" ")
    return line[: len(line) - len(line.lstrip("#"))] or "##"


def _sources(one: "Statement", proof: "Evidence | None", width: int) -> Iterator[str]:
    for cited in _cited(one, proof):
        where = f"sentence {cited.index + 1} of {proof.count if proof else 0}"
        if cited.text in one.traced.text:
            yield click.style(f"{_INDENT}│ word for word: {where}", dim=True)
        else:
            nearest = "nearest: " if one.traced.edited else ""
            yield from _wrapped(f"{nearest}{where}: {cited.text}", f"{_INDENT}│ ", width, dim=True)


def _cited(one: "Statement", proof: "Evidence | None") -> "tuple[Cited, ...]":
    """Its own sentences of the source; of an edited one those that come nearest."""
    if one.traced.cited or proof is None or one.checked is None:
        return one.traced.cited
    return tuple(cited for cited in proof.sentences if cited.index in one.checked.sources)


def _wrapped(text: str, indent: str, width: int, **style: object) -> Iterator[str]:
    """`text` on lines of `width`, each after `indent`; on one line when `width` is 0."""
    words = clean(text)
    lines = textwrap.wrap(words, width - len(indent), break_on_hyphens=False) if width else [words]
    for line in lines or [""]:
        yield indent + click.style(line, **style)  # type: ignore[arg-type]


def _width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
