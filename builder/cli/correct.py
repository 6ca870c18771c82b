"""`briefpress correct`."""

import shlex
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import click

from builder.cli.console import Console
from builder.cli.newsletter import Newsletter, now, open_desk, repo_of
from builder.cli.options import commit, common, dry_run
from builder.text import fold

if TYPE_CHECKING:
    from builder.editorial.corrections import Note, Recorded
    from builder.model import Difference, Item


@click.command("correct")
@click.argument("item", metavar="[ID]", default="")
@click.option("--what", metavar="TEXT", default="", help="What was wrong, in a sentence for readers.")
@click.option("--right", metavar="TEXT", default="", help="What is right.")
@click.option("--dismiss", is_flag=True, help="There is nothing to correct: only take the mark away.")
@commit
@dry_run
@common
@click.pass_obj
def command(
    console: Console, item: str, what: str, right: str, dismiss: bool, commit: bool, dry_run: bool
) -> int:
    """Record what was wrong in a published item, or see what its source says otherwise now.

    With --what the correction is written into the item, with the time: it shows on its page, updates its
    entry in the feeds, and the next edition tells of it once. The text stays as it was approved; where you
    change that too, it waits for an approval again. Without --what and --dismiss nothing is written: what
    was found in the source of ID is shown with a note to begin from, or without ID all items whose sources
    have changed. ID is an item\u2019s id, at least four characters of one, or a path.
    """
    what, right = fold(what), fold(right)
    if dismiss and (what or right):
        raise click.UsageError("Give either --dismiss or --what, not both.")
    if right and not what:
        raise click.UsageError("Say with --what what was wrong.")
    if not item and (what or dismiss):
        raise click.UsageError("Say which item: ID.")
    newsletter = open_desk(console, commit=commit and bool(what or dismiss), dry_run=dry_run)
    if not (what or dismiss):
        return _show(console, newsletter, item)
    return _record(console, newsletter, item, what, right, commit=commit, dry_run=dry_run)


def _show(console: Console, newsletter: Newsletter, ref: str) -> int:
    from builder.editorial import corrections, desk

    library = newsletter.loaded.library
    found = (desk.find(library, ref),) if ref else corrections.stale(library)
    words, publish = _Words(newsletter), newsletter.config.editorial.publish
    shown = [
        _paragraph(item, words.draft(item), public=corrections.may_correct(library, publish, item))
        for item in found
    ]
    console.result({"items": [row_of(item, words.draft(item)) for item in found]}, "\n\n".join(shown))
    if not any(item.stale for item in found):
        console.note(
            "its source is not known to have changed" if ref else "no source is known to have changed"
        )
    return 0


class _Words:
    """Notes for items, each in the language of its item, else in that of the newsletter."""

    def __init__(self, newsletter: Newsletter) -> None:
        from builder.render.theme import Theme

        self._site = newsletter.config.site
        self._theme = Theme.open(newsletter.root / "templates")

    def draft(self, item: "Item") -> "Note":
        """A note to begin from; empty when there is nothing to tell readers. Raises TemplateError."""
        from builder.editorial import corrections

        tongue = item.language or self._site.language
        words = self._theme.words(tongue, self._site.timezone)
        code = tongue.partition("-")[0]
        return corrections.draft(item.stale.found if item.stale else (), words.say, code)


def row_of(item: "Item", note: "Note") -> dict[str, object]:
    """What the JSON document says of an item whose source may have changed."""
    from builder.content import staleness

    found = item.stale.found if item.stale else ()
    return {
        "id": item.id,
        "path": item.path,
        "title": item.title,
        "status": item.status.value,
        "at": item.stale.at if item.stale else None,
        "found": [{**asdict(one), "text": staleness.told(one)} for one in found],
        "draft": asdict(note),
        "corrections": [asdict(one) for one in item.corrections],
    }


def _paragraph(item: "Item", note: "Note", *, public: bool) -> str:
    """What was found, and the commands that deal with it: what nobody has read is written anew instead."""
    from builder.model import Status

    lines = [f"{item.id}  {item.title}", *([f"  {item.source.url}"] if item.source.url else [])]
    lines += [f"  corrected {one.date:%Y-%m-%d}: {one.words}" for one in item.corrections]
    if item.stale:
        for one in item.stale.found:
            lines += [f"  {line}" for line in _told(one)]
        if not public:
            # What is approved is never written over.
            reopened = "" if item.status is Status.DRAFT else f"briefpress reopen {item.id} && "
            lines.append(f"  {reopened}briefpress redraft {item.id}")
        elif note.what:
            what, right = shlex.quote(note.what), shlex.quote(note.right)
            lines.append(f"  briefpress correct {item.id} --what {what} --right {right}")
        lines.append(f"  briefpress correct {item.id} --dismiss")
    return "\n".join(lines)


def _told(one: "Difference") -> list[str]:
    """A difference for the eye: two sentences stand one below the other."""
    from builder.content import staleness
    from builder.model import Aspect

    if one.aspect not in (Aspect.WORDING, Aspect.STATEMENT) or not one.now:
        return [staleness.told(one)]
    head = "The source says otherwise now:"
    if one.aspect is Aspect.WORDING:
        head = "The source uses other words now; no figure, date or name that the summary gives is another:"
    return [head, f"  was  {one.was}", f"  now  {one.now}"]


def _record(
    console: Console, newsletter: Newsletter, ref: str, what: str, right: str, *, commit: bool, dry_run: bool
) -> int:
    from builder.content import changes
    from builder.editorial import corrections

    root, library = newsletter.root, newsletter.loaded.library
    if what:
        publish = newsletter.config.editorial.publish
        recorded = corrections.plan_correction(root, library, publish, ref, what, right, now())
    else:
        recorded = corrections.plan_dismissal(root, library, ref)
    if recorded.change and not dry_run:
        repo = repo_of(root, commit)
        recorded = replace(recorded, commit=changes.apply(recorded.change, root, repo))
    console.result(_data(recorded), _line(recorded, dry_run=dry_run))
    if what and recorded.change and not dry_run:
        console.note("Next: `briefpress build`; the next edition tells of it.", "dim")
    return 0


def _data(recorded: "Recorded") -> dict[str, object]:
    item, correction = recorded.item, recorded.correction
    return {
        "id": item.id,
        "path": item.path,
        "correction": asdict(correction) if correction else None,
        "commit": recorded.commit,
    }


def _line(recorded: "Recorded", *, dry_run: bool) -> str:
    item, correction = recorded.item, recorded.correction
    verb = "would be" if dry_run else "is"
    if correction and not recorded.change:
        return f"{item.id} was corrected so already: {correction.words}"
    done = f"{verb} corrected: {correction.words}" if correction else f"{verb} not stale any more"
    return f"{item.id} {done}  {recorded.commit}".rstrip()
