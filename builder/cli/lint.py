"""`briefpress lint`."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder import __version__
from builder.cli.console import Console
from builder.cli.newsletter import Newsletter, config_of, now, reading, repo_of
from builder.cli.options import common
from builder.errors import ConfigError, ContentError, Fault
from builder.model import Finding, Level, Status
from builder.text import count

if TYPE_CHECKING:
    from builder.config import Config
    from builder.content.shelf import Shelf
    from builder.editorial.around import Around, Linked
    from builder.editorial.lint import Linted
    from builder.editorial.since import Pair, Then
    from builder.gitrepo import Repo
    from builder.model import Edition, Item, Library
    from builder.rules import Rule

EXIT_FINDINGS = 1
CONFIG = "config.yaml"
_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.INFO: "blue"}


@click.command("lint")
@click.argument("items", metavar="[ID|PATH]...", nargs=-1)
@click.option(
    "--since", metavar="REF", help="Only what the change since this commit, branch or tag of git brought in."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    help="For people, for programs, for code scanning (SARIF 2.1.0), or for GitHub's workflows.",
)
@click.option("--explain", metavar="CODE", help="Say what a rule looks for, such as F101; all lists them.")
@click.option(
    "--fail-on",
    type=click.Choice([level.value for level in Level]),
    help="The level from which on the exit code is 1.  [default: lint.fail_on of the config]",
)
@common
@click.pass_obj
def command(
    console: Console,
    items: Sequence[str],
    since: str | None,
    form: str,
    explain: str | None,
    fail_on: str | None,
) -> int:
    """Say where items state what their sources do not, and what an editor would mark in them and in editions.

    Numbers, dates, names, quotations, links and who did what are looked up in the evidence beside each item;
    it is no proof of truth. Without ID or PATH all editions and all items but rejected ones are read; PATH is
    a file or a folder. Each finding is a line PATH:LINE:COLUMN: CODE message. Exit code 1 when one is of the
    failure level or worse.
    """
    if console.json and form not in ("text", "json"):
        raise click.UsageError(f"--json is --format json, and --format {form} was asked for")
    console.json = console.json or form == "json"
    if explain:
        return explain_rule(console, explain)
    from builder.editorial import lint

    config = config_of(console)
    # What is not at hand of an item is fetched while the cache is open.
    with reading(config.root) as (loaded, shelf):
        linted, faults = _linted(Newsletter(config, loaded), items, since, _linked(shelf, loaded.library))
    for fault in faults:
        console.fault(fault, "error")
    found = [finding for one in linted for finding in one.findings]
    failed = lint.weighs(found, Level(fail_on) if fail_on else config.lint.fail_on)
    data = {
        "items": len(linted),
        "findings": [{"item": one.name, **asdict(finding)} for one in linted for finding in one.findings],
    }
    console.result(
        data,
        _told(form, found, faults, config.root),
        ok=not failed and not faults,
        commands=form in ("sarif", "github"),
    )
    console.note(_summed_up(linted, found, since))
    if faults:
        return ContentError.exit_code
    return EXIT_FINDINGS if failed else 0


def _linked(shelf: "Shelf", library: "Library") -> "Linked":
    """To which pages the text of an item leads, as the cache knows it of those in `library`."""
    from builder.editorial.around import linked

    judged = shelf.judged("pages", lambda item: "\n".join(sorted(linked(item))))
    now_there = set(map(id, library.items))

    def told(item: "Item") -> frozenset[str]:
        # The cache knows items by their paths, and an item as it was has the path of what it became.
        if id(item) not in now_there:
            return linked(item)
        return frozenset(filter(None, judged(item).split("\n")))

    return told


def _linted(
    newsletter: Newsletter, refs: Sequence[str], since: str | None, linked: "Linked"
) -> "tuple[list[Linted], tuple[Fault, ...]]":
    """What there is to say of what was asked for, and the files that cannot be read."""
    from builder.editorial import lint

    asked = _asked(newsletter, refs)
    config, library = newsletter.config, newsletter.loaded.library
    if since is None:
        around = around_of(config, library, linked)
        return list(lint.lint(newsletter.root, asked, config, around)), newsletter.loaded.faults
    from builder.editorial import since as change

    before, config_then, changed = _before(config, since)
    linted = change.new(
        newsletter.root,
        library,
        asked,
        before,
        config,
        lambda now_library: around_of(config, now_library, linked),
        lambda then_library: around_of(config_then, then_library, linked),
        linked,
    )
    return list(linted), tuple(fault for fault in newsletter.loaded.faults if fault.path in changed)


def around_of(config: "Config", library: "Library", linked: "Linked") -> "Around":
    """What is around the files of `library`, for the rules on editing."""
    from builder.editorial.around import around

    return around(
        library,
        (section.slug for section in config.sections),
        lookback_days=config.editorial.edition.lookback_days,
        impact=config.summary.profile.impact,
        now=now(),
        tags=config.tags,
        site=config.site.url,
        linked=linked,
    )


def _before(config: "Config", ref: str) -> "tuple[Then, Config, frozenset[str]]":
    """What stood at `ref` of what differs now, the config of then, and the paths of what differs now."""
    from builder.editorial.since import then

    root = config.root
    repo = repo_of(root, commit=True)
    if repo is None:
        raise click.UsageError("--since needs git, and this folder is in no repository of it")
    commit = repo.start_of_change(ref)
    if not commit:
        raise click.UsageError(
            f"--since: git knows no commit, branch or tag {ref!r} here; a workflow must fetch the history"
        )
    folder = _folder(repo, root)
    pairs = [
        (_beneath(was, folder), _beneath(now_path, folder))
        for was, now_path in repo.changed_since(commit, [root / "content", root / CONFIG])
    ]

    def read(paths: Sequence[str]) -> dict[str, bytes]:
        held = repo.held_at(commit, [folder + path for path in paths])
        return {path.removeprefix(folder): data for path, data in held.items()}

    changed = frozenset(path for _, path in pairs if path)
    return then(pairs, read), _config_then(config, pairs, read([CONFIG])), changed


def _config_then(config: "Config", pairs: "Sequence[Pair]", held: dict[str, bytes]) -> "Config":
    """The config of then; that of now where it is the same, was not there, or cannot be read."""
    from builder.config.loading import parse

    if CONFIG not in held or all(CONFIG not in pair for pair in pairs):
        return config
    try:
        return parse(held[CONFIG], config.root)
    except ConfigError:
        return config


def _folder(repo: "Repo", root: Path) -> str:
    """What the paths of the newsletter in `root` begin with in its repository."""
    folder = repo.path_of(root)
    return f"{folder}/" if folder else ""


def _beneath(path: str, folder: str) -> str:
    return path.removeprefix(folder)


def _asked(newsletter: Newsletter, refs: Sequence[str]) -> "tuple[Item | Edition, ...]":
    from builder.editorial import desk

    library = newsletter.loaded.library
    if not refs:
        kept = (item for item in library.items if item.status is not Status.REJECTED)
        return (*kept, *library.editions)
    found: dict[str, Item | Edition] = {}
    for ref in refs:
        is_path = "/" in ref or ref.endswith(".md") or (newsletter.root / ref).is_dir()
        beneath = desk.beneath(library, ref) if is_path else ()
        for noun in beneath or (desk.find(library, ref),):
            found[noun.path] = noun
    return tuple(found.values())


def _told(form: str, found: Sequence[Finding], faults: Sequence[Fault], root: Path) -> str:
    if form not in ("sarif", "github"):
        return "\n".join(map(_line, found))
    from builder.editorial import report

    repo = repo_of(root, commit=True)
    folder = repo.path_of(root) if repo else ""
    if form == "github":
        return "\n".join(report.annotations(found, faults, folder))
    return json.dumps(report.sarif(found, faults, folder, __version__), ensure_ascii=False, indent=2)


def _summed_up(linted: "Sequence[Linted]", found: Sequence[Finding], since: str | None) -> str:
    items = sum(one.is_item for one in linted)
    editions = len(linted) - items
    read = ", ".join(
        filter(
            None,
            [
                count(items, "item") if items or not editions else "",
                count(editions, "edition") if editions else "",
            ],
        )
    )
    if since:
        return f"{read} changed since {since}: {told_by_level(found) or 'nothing new found'}"
    return f"{read}: {told_by_level(found) or 'nothing found, which is no proof of truth'}"


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
