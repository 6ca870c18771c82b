"""What a site is asked to be, and what it is made of: shared by the commands that make one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import click

from builder.cli.console import Console
from builder.cli.newsletter import CACHE, PREVIEW, config_of, sure_now
from builder.errors import Fault, FileError
from builder.publish.standing import Wish
from builder.workers import Mapper, in_line

if TYPE_CHECKING:
    from builder.config import Config
    from builder.content.library import Period
    from builder.content.shelf import Shelf
    from builder.digest import Known
    from builder.model import Edition, Item, Library
    from builder.publish.bodies import Bodies
    from builder.publish.letters import Writer
    from builder.publish.sources import Sources
    from builder.render.theme import Theme
    from builder.state import State

_LETTER = "mail/letter.html"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Site:
    """All that the build of one site takes."""

    config: "Config"
    library: "Library"
    """Without what is held back."""
    ids: frozenset[str]
    """The items that are shown."""
    theme: "Theme"
    out: Path
    period: "Period"
    """How long this is what is shown."""
    faults: tuple[Fault, ...]
    """What could not be read."""
    letter: "Writer | None"
    """Writes the page with the letter of an edition; None where nothing is mailed."""
    shelf: "Shelf"
    """Where its items were taken from; to be saved."""


def wish(function: F) -> F:
    """The options of what a site is asked to be, given to `function` as one `wish`."""

    @wraps(function)
    def asked(
        *arguments: Any,
        out: Path | None,
        base_url: str,
        drafts: bool,
        clock: datetime | None,
        future: bool,
        **options: Any,
    ) -> Any:
        made = Wish(
            out=out.resolve() if out else None,
            base_url=base_url,
            drafts=drafts,
            clock=None if future else clock or sure_now(),
        )
        return function(*arguments, wish=made, **options)

    for option in reversed(_OPTIONS):
        asked = option(asked)
    return asked  # type: ignore[return-value]


def read_site(
    console: Console,
    asked: Wish,
    sources: "Sources",
    state: "State",
    mapper: Mapper = in_line,
    judges: Mapping[str, Callable[["Item"], str]] | None = None,
) -> Site:
    """What the site that is `asked` for is made of. Raises FileError where it may not lie.

    What the `judges` say of items that are read anew is told along with them; see `Shelf.judged`.
    """
    from builder import files
    from builder.content import library
    from builder.content.shelf import Shelf
    from builder.model import Status
    from builder.publish.sources import TREES

    config = config_of(console, keep=state.lasts)
    out = asked.out or (config.root / config.build.output).resolve()
    if asked.out and asked.out != config.root / PREVIEW:
        _check_apart(out, config)
    sources.read([*TREES, *config.build.static], later=".md")
    shelf = Shelf(state, files.program(), sources.known)
    shelf.judges = judges or {}
    loaded = library.load(config.root, shelf, mapper, sources.plain)
    sources.tell(loaded.library.digests)
    shown, period = library.at(loaded.library, asked.clock)
    if asked.drafts:
        ids = frozenset(item.id for item in shown.items if item.status != Status.REJECTED)
    else:
        ids = library.published_items(shown, config.editorial.publish)
    theme = theme_of(config, state)
    config = _drawable(console, config, theme)
    at = _at(config, asked.base_url)
    letter = _letters(at, shown, theme, config.site.url) if config.mail.from_address else None
    return Site(config, shown, ids, theme, out, period, loaded.faults, letter, shelf)


def theme_of(config: "Config", state: "State") -> "Theme":
    """The theme of the newsletter, with what `state` has of which templates pull in which."""
    from builder.render.theme import Theme

    theme = Theme.open(config.root / "templates", config.build.accent)
    theme.references.update(state.rows(_references()))
    return theme


def keep_references(state: "State", theme: "Theme") -> None:
    """Keep which templates pull in which: to parse them all takes longer than to render a page."""
    known = state.rows(_references())
    if fresh := {mark: names for mark, names in theme.references.items() if mark not in known}:
        state.keep_rows(_references(), fresh)


def _references() -> str:
    """The name of their table: another program or Jinja may read templates otherwise."""
    from builder import files

    return f"templates of {files.program()[:16]} {files.installed().get('jinja2', '')}"


def _drawable(console: Console, config: "Config", theme: "Theme") -> "Config":
    """`config` without pictures where none can be drawn, which is told: the theme's own stands in."""
    if config.build.pictures == "none":
        return config
    from builder.publish import pictures

    lack = pictures.lack(theme.asset(pictures.FONT))
    if not lack:
        return config
    console.fault(Fault(f"{lack}: every page shows the theme's own", "config.yaml", hint=pictures.INSTALL))
    return replace(config, build=replace(config.build, pictures="none"))


def _at(config: "Config", base_url: str) -> "Config":
    return replace(config, site=replace(config.site, url=base_url)) if base_url else config


def _letters(config: "Config", library: "Library", theme: "Theme", home: str) -> "Writer":
    """What writes the page with the letter of an edition, of which it knows all that editions share.

    `home` is the site's address by its own config, with which what lies on it is named in the content.
    """
    from builder import digest, files

    known = {item.id: item for item in library.items}
    shared = digest.known(
        (files.installed().get("css_inline", ""), config.site, config.sections, config.mail, home)
    )
    return partial(_letter, config, library, theme, home, known, shared)


def _letter(
    config: "Config",
    library: "Library",
    theme: "Theme",
    home: str,
    known: "Mapping[str, Item]",
    shared: "Known[Any]",
    edition: "Edition",
    bodies: "Bodies",
) -> "tuple[Known[str], Callable[[], Iterable[str]]]":
    """The page with the letter of `edition`, and the texts that it shows."""
    from builder import digest

    held = [known[one.item] for part in edition.parts for one in part.items if one.item in known]
    marks = [library.digests.get(item.path) or digest.of_value(item) for item in held]
    paths = [item.path for item in held]
    made_of = (bodies.rendering, shared, edition, marks, paths)

    def page() -> str:
        from builder.mail.letter import public
        from builder.publish.letters import path_of

        return public(config, library, edition, theme, bodies, path=path_of(edition), home=home)

    told = digest.of_value((theme.key(_LETTER), made_of))
    shown = held if config.mail.detail == "full" else []
    return digest.Known(told, page), lambda: [edition.intro, *(item.body for item in shown)]


def _web_address(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """`value` as the address of a folder; empty stays empty."""
    parts = urlsplit(value)
    if value and not (parts.scheme in ("http", "https") and parts.hostname):
        raise click.BadParameter("is no web address such as https://brief.example/", ctx, param)
    return value and value.rstrip("/") + "/"


def _time(ctx: click.Context, param: click.Parameter, value: str) -> datetime | None:
    """`value` as a time in UTC; empty is none."""
    if not value:
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter("is no time such as 2026-11-20T09:30:00Z", ctx, param) from error
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The site's folder instead of build.output.",
)
base_url_option = click.option(
    "--base-url",
    metavar="URL",
    default="",
    callback=_web_address,
    help="Where the site will stand instead of site.url.",
)
_OPTIONS = (
    out_option,
    base_url_option,
    click.option("--drafts", is_flag=True, help="Show drafts too; only with --out."),
    click.option(
        "--clock",
        metavar="TIME",
        default="",
        callback=_time,
        help="Hold back what is dated after TIME.  [default: now]",
    ),
    click.option("--future", is_flag=True, help="Hold back nothing, whatever its date."),
)


def _check_apart(target: Path, config: "Config") -> None:
    """Raise FileError when a site in `target` would lie among the newsletter's own files."""
    root = config.root
    own = [root / name for name in ("content", "templates", ".git", CACHE, *config.build.static)]
    if root.is_relative_to(target) or any(
        target.is_relative_to(folder) or folder.is_relative_to(target) for folder in own
    ):
        raise FileError(
            f"{target} holds the newsletter's own files", "Build into a folder that holds nothing else."
        )
