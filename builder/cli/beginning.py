"""The files that a newsletter begins with, and the looks it may begin in."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from builder import __version__, files
from builder.cli.config import SCHEMA, schema_text
from builder.errors import FileError

CONFIG = "config.yaml"
_HARMLESS = {".git", ".gitattributes", ".DS_Store"}
"""What a folder may hold that has only just been made; besides a README and a licence."""


_NOBODYS = (".example", "example.com", "example.net", "example.org", ".invalid", ".localhost", ".test")
"""Names that belong to nobody (RFC 2606)."""
_NAME = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Look:
    """How a site looks on its first day; all of it is said in config.yaml and can be said otherwise."""

    density: str
    light: str
    """The spot colour on light paper, `#rrggbb`."""
    dark: str


LOOKS: Mapping[str, Look] = {
    "magazine": Look("cards", "#a8201a", "#ff8170"),
    "journal": Look("list", "#1f4e9c", "#8fb4ff"),
    "wire": Look("headlines", "#0b5c4b", "#5fd0b4"),
}
"""The looks by name, that of the theme first."""


def config(
    title: str,
    url: str,
    language: str,
    *,
    sections: Sequence[str] = (),
    allow_hosts: Sequence[str] = (),
    look: str = "magazine",
    today: date,
) -> str:
    """The text of a config.yaml that follows no feed yet. Whether it is a sound one is not looked at."""
    look_of = LOOKS[look]
    # What might break a comment is no host either.
    host = (urlsplit(url).hostname or "brief.example") if url.isprintable() and "[" not in url else ""
    return Template(_text("config.yaml")).substitute(
        schema=SCHEMA,
        title=_quoted(title),
        url=_quoted(url),
        permanent=_permanent(host, today),
        language=_quoted(language),
        sections=_quoted(list(sections)),
        allow_hosts=_quoted(list(allow_hosts)),
        host=host or "brief.example",
        density=look_of.density,
        light=look_of.light,
        dark=look_of.dark,
    )


def _permanent(host: str, today: date) -> str:
    """The line with the id that the newsletter has for ever; a comment where the host is nobody's yet."""
    is_owned = _NAME.fullmatch(host) and not host.endswith(_NOBODYS)
    return f"id: {host},{today}" if is_owned else f"#id: brief.example,{today}"


def others() -> dict[str, str]:
    """The files beside config.yaml, by their place in the folder."""
    return {
        "content/pages/about.md": _text("about.md"),
        ".gitignore": _text("gitignore"),
        SCHEMA: schema_text(),
    }


def workflows(ci: str) -> dict[str, str]:
    """The files by which the host `ci` does the daily work, and what they install."""
    from importlib.resources import files as resources

    folder = resources("builder") / "scaffold" / ci
    place = ".github/workflows/" if ci == "github" else ""
    found = {f"{place}{one.name}": one.read_text("utf-8") for one in folder.iterdir()}
    return found | requirements()


def requirements(extra: str = "") -> dict[str, str]:
    """`requirements.txt`, by its place: what the host's workflows install, with `extra` such as `[s3]`."""
    told = (
        "# What the workflows install: this version, from PyPI once it is released there.\n"
        "# To install it from a repository, put this in place of the line below:\n"
        f"# briefpress{extra} @ git+https://HOST/OWNER/NAME@COMMIT\n"
    )
    return {"requirements.txt": f"{told}briefpress{extra}=={__version__}\n"}


def refuse_used(folder: Path, written: Mapping[str, str]) -> None:
    """Raise FileError where `folder` holds more than a beginning that was cut off has left of `written`."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise FileError(f"{folder} is no folder", "Choose another name.")
    try:
        used = sorted(name for name in _names(folder, written) if not _is_left_of(folder, name, written))
    except OSError as error:
        raise FileError(f"{folder} cannot be read: {error.strerror}", "Choose another folder.") from error
    if used:
        more = f" and {len(used) - 3:,} more" if len(used) > 3 else ""
        raise FileError(
            f"there are files in {folder} already: {', '.join(used[:3])}{more}",
            "Nothing was written. Start in a folder of its own, then move in what you want to keep.",
        )


def write(folder: Path, written: Mapping[str, str]) -> None:
    """Write the files, config.yaml last: what is cut off before can be begun again. Raises FileError."""
    for name in sorted(written, key=lambda name: name == CONFIG):
        if not (folder / name).exists():
            files.write_atomic(folder / name, written[name])
    (folder / "content" / "items").mkdir(parents=True, exist_ok=True)


def _is_harmless(name: str) -> bool:
    return name in _HARMLESS or name.upper().startswith(("README", "LICENSE", "LICENCE"))


def _names(folder: Path, written: Mapping[str, str]) -> Iterator[str]:
    """What stands in `folder`: files where ours would stand too, else just the name of what holds them."""
    ours = {name.partition("/")[0] for name in written}
    for top in folder.iterdir():
        if _is_harmless(top.name):
            continue
        if top.name in ours and top.is_dir():
            yield from (path.relative_to(folder).as_posix() for path in top.rglob("*") if not path.is_dir())
        else:
            yield top.name


def _is_left_of(folder: Path, name: str, written: Mapping[str, str]) -> bool:
    path = folder / name
    return name in written and path.is_file() and path.read_bytes() == written[name].encode("utf-8")


def _text(name: str) -> str:
    from importlib.resources import files as resources

    return (resources("builder") / "scaffold" / "newsletter" / name).read_text("utf-8")


def _quoted(value: str | list[str]) -> str:
    # JSON is YAML: quoted this way any title is a title.
    return json.dumps(value, ensure_ascii=False)
