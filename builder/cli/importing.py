"""`briefpress import`."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder import files
from builder.cli.console import Console, shown
from builder.cli.newsletter import Newsletter, lock_of, now, open_newsletter, repo_of
from builder.cli.options import common, dry_run
from builder.errors import ContentError, Fault, FileError
from builder.text import count

if TYPE_CHECKING:
    from builder.migration.placing import Placed
    from builder.migration.posts import Found, Left, Post, Subscriber
    from builder.migration.tree import Tree
    from builder.model import Library

_KINDS = ("hugo", "jekyll", "substack", "buttondown", "opml")
_TOLD_MAX = 20


@click.command("import")
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path))
@click.option(
    "--from", "kind", type=click.Choice(_KINDS), help="What SOURCE is.  [default: told by what it holds]"
)
@click.option(
    "--as",
    "wanted",
    type=click.Choice(["editions", "items"]),
    default="editions",
    show_default=True,
    help="What posts with a day become. Posts with a link are items where editorial.publish is items.",
)
@dry_run
@common
@click.pass_obj
def command(console: Console, source: Path, kind: str | None, wanted: str, dry_run: bool) -> int:
    """Take over a newsletter that was made elsewhere, or a list of feeds.

    It is a folder of Hugo or Jekyll, or an export of Substack or Buttondown.

    What was public stays public and is found at its old address; a draft, or what was for paying readers,
    becomes a page with `status: draft`. No file that is there is written over. The same import again adds
    nothing but what is new, and one that was cut off is completed.
    """
    from builder.migration import tree

    if kind == "opml" or (not kind and source.suffix.lower() in {".opml", ".xml"} and source.is_file()):
        return _feeds(source, dry_run=dry_run)
    newsletter = open_newsletter(console)
    with tree.opened(source) as held, lock_of(newsletter.root, dry_run):
        newsletter = open_newsletter(console)
        if newsletter.loaded.faults:
            raise ContentError.of(newsletter.loaded.faults)
        found = _read(newsletter, held, kind)
        return _take(console, newsletter, held, found, wanted, dry_run=dry_run)


def _feeds(source: Path, *, dry_run: bool) -> int:
    from builder.cli.feedlists import import_command

    context = click.get_current_context()
    return int(context.invoke(import_command, file=str(source), dry_run=dry_run))


def _read(newsletter: Newsletter, held: "Tree", kind: str | None) -> "list[Found]":
    """All that an export holds. Raises FileError for what is none."""
    from zoneinfo import ZoneInfo

    from builder.migration import hugo, jekyll, services

    readers: dict[str, tuple[Callable[[Tree], bool], Callable[..., object]]] = {
        "hugo": (hugo.is_one, hugo.read),
        "jekyll": (jekyll.is_one, jekyll.read),
        "substack": (services.is_substack, services.substack),
        "buttondown": (services.is_buttondown, services.buttondown),
    }
    name = kind or next((name for name, (is_one, _) in readers.items() if is_one(held)), "")
    if not name or not readers[name][0](held):
        what = f"no export of {name.capitalize()}" if name else "no export that is known here"
        raise FileError(
            f"{held.origin} is {what}",
            "A Hugo or Jekyll folder, a zip archive of Substack or Buttondown, or a list of feeds (.opml).",
        )
    zone = ZoneInfo(newsletter.config.site.timezone)
    return list(readers[name][1](held, zone, now()))  # type: ignore[call-overload, no-any-return]


def _take(
    console: Console,
    newsletter: Newsletter,
    held: "Tree",
    found: "list[Found]",
    wanted: str,
    *,
    dry_run: bool,
) -> int:
    from builder.content.editions import path_of
    from builder.migration import placing
    from builder.migration.posts import Left, Post, Subscriber

    repo = repo_of(newsletter.root, commit=True)
    library, begun = _without_beginning(newsletter)
    posts = _once([one for one in found if isinstance(one, Post)])
    left = [one for one in found if isinstance(one, Left)]
    placed = list(
        placing.place(
            posts,
            library,
            links_are_items=newsletter.config.editorial.publish == "items",
            all_items=wanted == "items",
            was=lambda number: bool(repo and repo.knew(newsletter.root / path_of(number))),
        )
    )
    with console.progress("Importing") as progress:
        progress.expect(len(placed), "Importing")
        for one in placed:
            left += _write_files(newsletter, held, one.post, dry_run=dry_run)
            if not dry_run:
                put = files.write_atomic if one.path in begun else files.create
                put(newsletter.root / one.path, one.text)
            progress.step()
    readers = [one for one in found if isinstance(one, Subscriber)]
    listed = _subscribers(console, newsletter, readers, dry_run=dry_run)
    _report(
        console, newsletter, placed, len(posts) - len(placed), left, len(readers), listed, dry_run=dry_run
    )
    return 0


def _without_beginning(newsletter: Newsletter) -> "tuple[Library, frozenset[str]]":
    """The library without those pages that `init` wrote and nobody has touched; and their paths."""
    from dataclasses import replace

    from builder.cli import beginning

    library = newsletter.loaded.library
    texts = beginning.others()
    begun = frozenset(
        page.path
        for page in library.pages
        if page.path in texts
        and (newsletter.root / page.path).read_bytes() == texts[page.path].encode("utf-8")
    )
    return replace(library, pages=tuple(page for page in library.pages if page.path not in begun)), begun


def _once(posts: "Sequence[Post]") -> "list[Post]":
    """Each key once: an export that has one twice has it by mistake, and the first stands."""
    once: dict[str, Post] = {}
    for post in posts:
        once.setdefault(post.key, post)
    return list(once.values())


def _write_files(newsletter: Newsletter, held: "Tree", post: "Post", *, dry_run: bool) -> "list[Left]":
    """Copy what a post shows; what is there and is another file, or cannot be read, is left."""
    from builder.migration.posts import Left

    static = newsletter.config.build.static
    folder = next((name for name, place in static.items() if not place), "")
    left = []
    for place, name in post.files:
        if not folder:
            left.append(Left(name, "build.static has no folder for the root of the site"))
            continue
        try:
            path = files.inside(newsletter.root, f"{folder}/{place}")
            data = held.read(name)
            if path.exists():
                if path.read_bytes() != data:
                    left.append(Left(name, f"{folder}/{place} is there already, and is another file"))
            elif not dry_run:
                files.create(path, data)
        except (FileError, OSError) as error:
            left.append(Left(name, error.faults[0].message if isinstance(error, FileError) else str(error)))
    return left


def _subscribers(
    console: Console, newsletter: Newsletter, readers: "list[Subscriber]", *, dry_run: bool
) -> str:
    """Write the list of readers, where there is none yet and git does not hold it: its path, or nothing."""
    import csv
    import io

    if not readers:
        return ""
    name = newsletter.config.mail.subscribers
    path = files.inside(newsletter.root, name)
    repo = repo_of(newsletter.root, commit=True)
    if repo and not repo.ignores(path):
        hint = f"Add `{name}` to .gitignore, and import again."
        console.fault(Fault(f"{count(len(readers), 'reader')} left out: git would take up {name}", hint=hint))
        return ""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("email", "name", "status"))
    rows.writerows((one.email, one.name, one.status) for one in readers)
    if path.exists():
        if path.read_bytes() != text.getvalue().encode("utf-8"):
            console.note(f"{name} is there already, and stays as it is", "yellow")
        return ""
    if not dry_run:
        files.create(path, text.getvalue())
    return name


def _report(
    console: Console,
    newsletter: Newsletter,
    placed: "Sequence[Placed]",
    rest: int,
    left: "Sequence[Left]",
    readers: int,
    listed: str,
    *,
    dry_run: bool,
) -> None:
    rows: list[dict[str, object]] = []
    for one in placed:
        row: dict[str, object] = {"from": one.post.origin, "path": one.path, "public": one.public}
        row |= {"why": one.post.why} if one.post.why else {}
        row |= {"notes": list(one.post.notes)} if one.post.notes else {}
        rows.append(row)
        told = "" if one.public else f", not public: {one.post.why}"
        console.detail(f"{one.post.origin} → {one.path}{told}")
    lost = [(one.path, note) for one in placed for note in one.post.notes]
    lost += [(one.origin, one.why) for one in left]
    shown_ = lost if console.verbosity > 0 else lost[:_TOLD_MAX]
    for path, note in shown_:
        console.note(f"{path}: {note}", "yellow")
    if len(lost) > len(shown_):
        console.note(f"and {len(lost) - len(shown_):,} more such lines: --verbose shows all", "yellow")
    hidden = [one for one in placed if not one.public]
    for why, number in Counter(one.post.why for one in hidden).most_common():
        console.note(f"{count(number, 'post')} not public: {why}", "dim")
    data = {"imported": rows, "known": rest, "left": [{"from": one.origin, "why": one.why} for one in left]}
    console.result(data | {"readers": readers, "subscribers": listed})
    kinds = Counter(one.kind.value for one in placed)
    parts = [count(number, kind) for kind, number in kinds.items()] or ["nothing new"]
    parts += [f"{rest:,} known already"] if rest else []
    parts += [f"{count(readers, 'reader')} in {listed}"] if listed else []
    where = shown(newsletter.root)
    verb = "would import" if dry_run else "imported"
    console.note(f"{verb} {', '.join(parts)}{'' if where == '.' else f' into {where}'}")
    if kinds["item"] and newsletter.config.editorial.publish != "items":
        console.note(
            "Items are public once an edition lists them, or with `editorial.publish: items`.", "yellow"
        )
    if placed and not dry_run:
        console.note("Next: `briefpress check && briefpress serve`, then commit content/ and static/", "dim")
