"""`briefpress admin`."""

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder import files
from builder.cli.console import Console, shown
from builder.cli.newsletter import config_of
from builder.cli.options import common, dry_run
from builder.errors import FetchError, FileError
from builder.text import count

if TYPE_CHECKING:
    from builder.config import Config
    from builder.publish.admin import Script

FOLDER = "static/admin"
"""From where `build` copies it to `admin/` of the site."""
_SCRIPT_MAX = 32 * 2**20


@click.group("admin")
@common
def command() -> None:
    """Set up editing in a browser."""


@command.command("build", short_help="Write the editor's page and its configuration.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Where to.  [default: {FOLDER} in the newsletter's folder]",
)
@click.option(
    "--script",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The script as a file, for admin.vendor without a network.",
)
@dry_run
@common
@click.pass_obj
def build_command(console: Console, out: Path | None, script: Path | None, dry_run: bool) -> int:
    """Write the editor's page and its configuration, for Sveltia CMS or Decap CMS.

    What may be filled in, and what may be chosen, follows from the content and from config.yaml; run it
    again when your sections or tags change. `briefpress build` publishes it with the site, at admin/. Which
    CMS it is and where it commits is set below `admin` in config.yaml. Only files that this command made are
    replaced.
    """
    from builder.publish import admin

    config = config_of(console)
    folder = out or config.root / FOLDER
    made = {name: text.encode() for name, text in admin.files(config).items()}
    for name in made:
        _refuse_foreign(folder / name)
    if config.admin.vendor:
        chosen = admin.SCRIPTS[config.admin.cms]
        place = folder / chosen.name
        if not (place.is_file() and _is_whole(files.read_bytes(place), chosen)):
            made[chosen.name] = b"" if dry_run else _script(config, chosen, script)
    written = []
    for name, data in made.items():
        place = folder / name
        if not (place.is_file() and files.read_bytes(place) == data):
            written.append(shown(place))
            if not dry_run:
                files.write_atomic(place, data)
    console.result(
        {"written": written, "cms": config.admin.cms, "backend": config.admin.backend}, "\n".join(written)
    )
    verb = "would write" if dry_run else "wrote"
    console.note(f"{verb} {count(len(written), 'file')}" if written else "all is as it should be")
    if written and not dry_run:
        console.note("Next: commit them, and `briefpress build`; the editor is at admin/ of the site.", "dim")
    return 0


def _refuse_foreign(place: Path) -> None:
    from builder.publish import admin

    if place.is_file() and not admin.is_ours(files.read_bytes(place).decode("utf-8", "replace")):
        raise FileError(
            f"{shown(place)} was not made by this command, so it is not replaced",
            "Move it away, or write elsewhere with --out.",
        )


def _script(config: "Config", chosen: "Script", given: Path | None) -> bytes:
    """The script itself: the file `given`, else asked for. Raises FileError or FetchError for another."""
    if given:
        data = files.read_bytes(given)
        if not _is_whole(data, chosen):
            raise FileError(
                f"{shown(given)} is not {chosen.file} of {chosen.package} {chosen.version}",
                f"It is at {chosen.url}.",
            )
        return data
    from builder.cli.outside import client_of
    from builder.web import NotModified

    with client_of(config) as web:
        told = web.get(chosen.url, max_bytes=_SCRIPT_MAX)
    if isinstance(told, NotModified) or not _is_whole(told.body, chosen):
        raise FetchError(
            f"{chosen.url} is not the file that was looked at",
            "Nothing was written. Fetch it elsewhere and name it with --script.",
        )
    return told.body


def _is_whole(data: bytes, chosen: "Script") -> bool:
    digest = base64.b64encode(hashlib.sha384(data).digest()).decode()
    return f"sha384-{digest}" == chosen.integrity
