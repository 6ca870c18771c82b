"""`briefpress mail preview`, `check` and `export`: the letter before it leaves the house."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder import files
from builder.cli.check import EXIT_FINDINGS
from builder.cli.console import Console, shown
from builder.cli.lint import explain_rule, told_by_level
from builder.cli.newsletter import Newsletter, open_newsletter
from builder.cli.options import common, dry_run
from builder.errors import BriefpressError, Fault
from builder.text import count

if TYPE_CHECKING:
    from builder.mail.letter import Letter
    from builder.model import Edition, Finding

OUTBOX = "outbox"
_SENDER = frozenset({"M801", "M802"})
"""What no page to paste from needs: whoever it is pasted to brings a sender and a way to unsubscribe."""

_edition = click.argument("number", metavar="[EDITION]", type=click.IntRange(min=1), required=False)


@click.command("preview", short_help="Show the letter on this machine only.")
@_edition
@click.option(
    "--port", default=8025, show_default=True, type=click.IntRange(0, 65535), help="0: any free one."
)
@common
@click.pass_obj
def preview_command(console: Console, number: int | None, port: int) -> int:
    """Show the letter on this machine only: phone and desk, light and dark, and the plain text.

    The content is read anew at each look. An edition that is not published can be looked at too. Ctrl-C
    ends it.
    """
    from builder.mail.preview import Preview, failed, pages

    def shown() -> dict[str, str]:
        try:
            return pages(letter_of(open_newsletter(console), number))
        except BriefpressError as error:
            return failed(error)

    letter_of(open_newsletter(console), number)
    preview = Preview(shown, port)
    preview.start()
    try:
        console.note(f"{preview.url}  (Ctrl-C ends it)", "bold")
        preview.wait()
    except KeyboardInterrupt:
        pass
    finally:
        preview.stop()
    return 0


@click.command("check", short_help="Look a letter over before it is sent.")
@_edition
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info"]),
    default="error",
    show_default=True,
    help="The least that makes the exit code 1.",
)
@click.option(
    "--explain", metavar="CODE", default="", help="Say what a rule looks for, such as M302; all lists them."
)
@common
@click.pass_obj
def check_command(console: Console, number: int | None, fail_on: str, explain: str) -> int:
    """Look a letter over before it is sent: subject, size, links, pictures, clients, contrast, stories.

    Nothing is asked of the network. `export`, `test` and `send` refuse a letter with errors, exit code 1; but
    `export` writes the page to paste from when a sender and a way to unsubscribe are all it lacks.
    """
    from builder.mail import service
    from builder.model import Level

    if explain:
        return explain_rule(console, explain)
    newsletter = open_newsletter(console)
    service.refuse_unknown(newsletter.config)
    letter = letter_of(newsletter, number)
    found = findings_of(newsletter, letter)
    tell_findings(console, found)
    failed = any(one.level.weight >= Level(fail_on).weight for one in found)
    data = {"edition": letter.number, **facts(letter), "findings": [asdict(one) for one in found]}
    console.result(data, ok=not failed)
    told = told_by_level(found) or "all in order"
    size = f"{len(letter.html.encode()) / 1024:.1f} KiB, {count(len(letter.stories), 'story', 'stories')}"
    console.note(f"edition {letter.number}: {told} ({size})")
    return EXIT_FINDINGS if failed else 0


@click.command("export", short_help="Write the letter as files, and as a page to paste from.")
@_edition
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Where to.  [default: {OUTBOX}/ in the newsletter's folder]",
)
@click.option(
    "--for",
    "service",
    type=click.Choice(["buttondown", "listmonk", "ghost", "mailchimp"]),
    help="With the merge tags of a service.",
)
@dry_run
@common
@click.pass_obj
def export_command(
    console: Console, number: int | None, out: Path | None, service: str | None, dry_run: bool
) -> int:
    """Write the letter as files: message (.eml), page (.html), text (.txt), and a page to paste from.

    The last one is for services without a way in, such as Substack and beehiiv: open it, copy it, paste it.
    While the config names no sender, it is all there is.
    """
    from builder.mail import exports, mime
    from builder.mail.editions import refuse_unpublished

    newsletter = open_newsletter(console)
    edition = edition_of(newsletter, number)
    refuse_unpublished(edition)
    letter = letter_of(newsletter, edition.number)
    if errors := refusals(console, newsletter, letter, but=_SENDER):
        console.result(errors, ok=False)
        return EXIT_FINDINGS
    desk = mime.desk_of(newsletter.config) if newsletter.config.mail.from_address else None
    made = exports.files(letter, paste_of(newsletter, edition), desk, newsletter.config.mail, service or "")
    folder = out or newsletter.root / OUTBOX
    if not dry_run:
        for name, data in made.items():
            files.write_atomic(folder / name, data)
    console.result({"edition": edition.number, "out": str(folder), "files": sorted(made), **facts(letter)})
    verb = "would write" if dry_run else "wrote"
    console.note(f"{verb} {count(len(made), 'file')} to {shown(folder)}: {', '.join(sorted(made))}")
    if len(made) == 1:
        what = (
            "the page to paste from is all there can be: the letter has no sender, or no way to unsubscribe"
        )
        console.fault(
            Fault(what, hint="Set mail.from_address and mail.unsubscribe for messages of your own.")
        )
    tell_shortened(console, letter)
    return 0


def edition_of(newsletter: Newsletter, number: int | None) -> "Edition":
    """The edition that is meant. Raises ContentError."""
    from builder.mail import editions

    return editions.named(newsletter.loaded.library, number)


def letter_of(newsletter: Newsletter, number: int | None) -> "Letter":
    """The letter of an edition. Raises ContentError and TemplateError."""
    from builder.mail import letter
    from builder.render.theme import Theme

    config, library = newsletter.config, newsletter.loaded.library
    theme = Theme.open(config.root / "templates")
    return letter.compose(config, library, edition_of(newsletter, number), theme, _html_of(newsletter))


def paste_of(newsletter: Newsletter, edition: "Edition") -> str:
    """The page to paste from. Raises TemplateError."""
    from builder.mail import letter
    from builder.render.theme import Theme

    config, library = newsletter.config, newsletter.loaded.library
    theme = Theme.open(config.root / "templates")
    return letter.pasted(config, library, edition, theme, _html_of(newsletter))


def facts(letter: "Letter") -> dict[str, object]:
    """What is told of every letter."""
    return {
        "subject": letter.subject,
        "preheader": letter.preheader,
        "stories": list(letter.stories),
        "bytes": len(letter.html.encode("utf-8")),
        "shortened": letter.shortened,
        "digest": letter.digest,
    }


def findings_of(newsletter: Newsletter, letter: "Letter") -> "tuple[Finding, ...]":
    """What is wrong with a letter, the worst first."""
    from builder.mail import preflight

    edition = edition_of(newsletter, letter.number)
    return preflight.check(letter, edition, newsletter.loaded.library, newsletter.config)


def tell_findings(console: Console, found: "Iterable[Finding]") -> None:
    """Each finding, with its level."""
    for one in found:
        console.fault(Fault(f"{one.code} {one.message}", one.path, one.line, one.hint), one.level.value)


def refusals(
    console: Console, newsletter: Newsletter, letter: "Letter", *, but: frozenset[str] = frozenset()
) -> dict[str, object]:
    """The errors for which a letter may not leave the house, told and as data, `but` those of some rules.

    Empty when it may.
    """
    from builder.model import Level

    found = findings_of(newsletter, letter)
    errors = [one for one in found if one.level is Level.ERROR and one.code not in but]
    if not errors:
        return {}
    tell_findings(console, errors)
    console.note("The letter stays here; `briefpress mail check --explain CODE` says more.")
    return {"edition": letter.number, "findings": [asdict(one) for one in errors]}


def tell_shortened(console: Console, letter: "Letter") -> None:
    """Say so when the letter holds less than it was asked to."""
    if letter.shortened:
        told = count(letter.shortened, "story", "stories")
        console.note(f"shortened: {told} lead to the site, so that the letter stays below mail.max_kib")


def _html_of(newsletter: Newsletter) -> Callable[[str], str]:
    from builder.render import markup

    return cache(partial(markup.to_html, extensions=newsletter.config.markdown.extensions))
