"""`briefpress fmt`."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder import files
from builder.cli.console import Console
from builder.cli.newsletter import config_of, lock_of, reading
from builder.cli.options import common, dry_run
from builder.errors import BriefpressError, ContentError
from builder.text import count

if TYPE_CHECKING:
    from builder.model import Item, Library

EXIT_FINDINGS = 1


@click.command("fmt")
@click.argument("places", metavar="[ID|PATH]...", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 when a file is not in this form.")
@click.option("--diff", is_flag=True, help="Write nothing, and show what would change.")
@dry_run
@common
@click.pass_obj
def command(console: Console, places: Sequence[str], check: bool, diff: bool, dry_run: bool) -> int:
    """Put content files into one form, as after an edit in a browser: that in which Briefpress writes.

    Quotes, times, lists and line ends become what they would be, and nothing else: no word, no key and no
    remark is lost, keys stay in their order, and what was approved stays approved. Without ID or PATH all
    items, editions, pages and stories are read; PATH is a file or a folder. Nothing is committed.
    """
    from builder.content import canonical
    from builder.content.library import text_of

    root = config_of(console).root
    looks_only = check or diff or dry_run
    changed: list[str] = []
    shown: list[str] = []
    broken = 0
    with lock_of(root, looks_only):
        with reading(root) as (loaded, shelf):
            titles = {item.id: item.title for item in loaded.library.items}
            paths = list(_paths(root, loaded.library, places))
            # Asked once of each item while its file stands.
            formed = shelf.judged("form", partial(_formed, root, shelf.held))
            wanted = set(paths)
            done = {item.path for item in loaded.library.items if item.path in wanted and formed(item)}
        with console.progress("Looking") as bar:
            bar.expect(len(paths) - len(done), "Looking")
            for path in paths:
                if path in done:
                    continue
                try:
                    text = text_of(root, path)
                    made = canonical.formatted(text, path, titles)
                except ContentError as error:
                    console.error(error)
                    broken += 1
                else:
                    if made != text:
                        changed.append(path)
                        shown.append(_difference(text, made, path) if diff else path)
                        if not looks_only:
                            files.write_atomic(files.inside(root, path), made)
                bar.step()
    failed = check and bool(changed)
    data = {"files": changed, "read": len(paths), "written": not looks_only}
    console.result(data, "\n".join(shown), ok=not failed and not broken)
    console.note(_summed_up(len(paths), len(changed), broken, looks_only))
    if broken:
        return ContentError.exit_code
    return EXIT_FINDINGS if failed else 0


def _formed(root: Path, held: Mapping[str, str], item: "Item") -> str:
    """`yes` where the file of `item`, read as it is `held`, surely is in our form; else empty."""
    from builder import digest
    from builder.content import canonical
    from builder.content.library import text_of

    try:
        text = text_of(root, item.path)
        is_same = digest.of_text(text) == held.get(item.path)
        return "yes" if is_same and canonical.is_formed(text, item.path) else ""
    except BriefpressError:
        return ""


def _paths(root: Path, library: "Library", places: Sequence[str]) -> Iterator[str]:
    """The content files that `places` name, each once, by path; all of them for none."""
    from builder.content.canonical import FOLDERS
    from builder.editorial import desk

    known = sorted(
        path.relative_to(root).as_posix()
        for folder in FOLDERS
        for path in (root / folder).rglob("*.md")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)
    )
    if not places:
        yield from known
        return
    asked: set[str] = set()
    for place in places:
        told = Path(place).as_posix().rstrip("/").removeprefix("./")
        absolute = Path(place).resolve()
        if absolute.is_relative_to(root) and absolute.exists():
            told = absolute.relative_to(root).as_posix()
        beneath = {path for path in known if path == told or path.startswith(f"{told}/") or told == "."}
        if not beneath and absolute.is_file():
            if not absolute.is_relative_to(root):
                raise ContentError(f"{place} is not in the folder of this newsletter", f"That is {root}.")
            raise ContentError(f"{told} is no content file", f"Those are in {', '.join(FOLDERS)}.")
        if not beneath:
            beneath = {desk.find(library, place).path}
        asked |= beneath
    yield from sorted(asked)


def _difference(text: str, made: str, path: str) -> str:
    old, new = text.splitlines(keepends=True), made.splitlines(keepends=True)
    return "".join(difflib.unified_diff(old, new, path, f"{path} (formatted)")).rstrip("\n")


def _summed_up(read: int, changed: int, broken: int, looks_only: bool) -> str:
    told = [f"{changed:,} {'would change' if looks_only else 'changed'}"] if changed else []
    told += [f"{broken:,} left as {'it is' if broken == 1 else 'they are'}"] if broken else []
    return f"{count(read, 'file')}: {', '.join(told) or 'all in order'}"
