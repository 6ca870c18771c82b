"""`briefpress lint`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from builder.cli.console import Console
from builder.cli.newsletter import Newsletter, now, open_newsletter
from builder.cli.options import common
from builder.errors import ContentError
from builder.model import Finding, Level, Status
from builder.text import count

if TYPE_CHECKING:
    from builder.model import Item
    from builder.rules import Rule

EXIT_FINDINGS = 1
_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.INFO: "blue"}


@click.command("lint")
@click.argument("items", metavar="[ID|PATH]...", nargs=-1)
@click.option("--explain", metavar="CODE", help="Say what a rule looks for, such as F101; all lists them.")
@click.option(
    "--fail-on",
    type=click.Choice([level.value for level in Level]),
    help="The level from which on the exit code is 1.  [default: lint.fail_on of the config]",
)
@common
@click.pass_obj
def command(console: Console, items: Sequence[str], explain: str | None, fail_on: str | None) -> int:
    """Say where items state what their sources do not, and what an editor would mark in them.

    Numbers, dates, names, quotations, links and who did what are looked up in the evidence beside each item;
    it is no proof of truth. Without ID or PATH all items but rejected ones are read; PATH is a file or a
    folder. Each finding is a line PATH:LINE[:COLUMN]: CODE message. Exit code 1 when one is of the failure
    level or worse.
    """
    if explain:
        return explain_rule(console, explain)
    from builder.editorial import lint, style

    newsletter = open_newsletter(console)
    config = newsletter.config
    for fault in newsletter.loaded.faults:
        console.fault(fault, "error")
    asked = _asked(newsletter, items)
    around = style.around(
        newsletter.loaded.library,
        (section.slug for section in config.sections),
        lookback_days=config.editorial.edition.lookback_days,
        impact=config.summary.profile.impact,
        now=now(),
    )
    linted = list(lint.lint(newsletter.root, asked, config, around))
    found = [finding for one in linted for finding in one.findings]
    failed = lint.weighs(found, Level(fail_on) if fail_on else config.lint.fail_on)
    data = {
        "items": len(linted),
        "findings": [{"item": one.item.id, **asdict(finding)} for one in linted for finding in one.findings],
    }
    console.result(data, "\n".join(map(_line, found)), ok=not failed and not newsletter.loaded.faults)
    console.note(
        f"{count(len(linted), 'item')}: {told_by_level(found) or 'nothing found, which is no proof of truth'}"
    )
    if newsletter.loaded.faults:
        return ContentError.exit_code
    return EXIT_FINDINGS if failed else 0


def _asked(newsletter: Newsletter, refs: Sequence[str]) -> "tuple[Item, ...]":
    from builder.editorial import desk

    items = newsletter.loaded.library.items
    if not refs:
        return tuple(item for item in items if item.status is not Status.REJECTED)
    found: dict[str, Item] = {}
    for ref in refs:
        is_folder = "/" in ref or (newsletter.root / ref).is_dir()
        beneath = desk.beneath(newsletter.loaded.library, ref) if is_folder else ()
        for item in beneath or (desk.find(newsletter.loaded.library, ref),):
            found[item.id] = item
    return tuple(found.values())


def _line(finding: Finding) -> str:
    head, _, message = str(finding).partition(f": {finding.code} ")
    line = f"{head}: {click.style(finding.code, fg=_COLOURS[finding.level], bold=True)} {message}"
    return f"{line}\n  {click.style(finding.hint, dim=True)}" if finding.hint else line


def told_by_level(found: Sequence[Finding]) -> str:
    """`2 errors, 1 note`; empty when nothing was found."""
    levels = Counter(finding.level for finding in found)
    names = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}
    return ", ".join(count(levels[level], name) for level, name in names.items() if levels[level])


def explain_rule(console: Console, code: str) -> int:
    """Tell what the rule `code` looks for, or all rules in a line each."""
    from builder.rules import RULES

    if code.lower() == "all":
        rows = [(rule.code, _weight(rule), rule.title) for rule in RULES.values()]
        data = [
            {"code": rule.code, "level": rule.level.value, "title": rule.title} for rule in RULES.values()
        ]
        console.result({"rules": data}, console.table(("code", "level", "finds"), rows))
        return 0
    rule = RULES.get(code.upper())
    if rule is None:
        raise click.BadParameter(f"there is no rule {code}; --explain all lists them", param_hint="--explain")
    text = f"{rule.code}: {rule.title} ({_weight(rule)})\n\n{rule.explanation.strip()}"
    console.result(asdict(rule), text)
    return 0


def _weight(rule: "Rule") -> str:
    return f"{rule.level.value}, hard" if rule.hard else rule.level.value
