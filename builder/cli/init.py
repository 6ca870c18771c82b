"""`briefpress init`."""

import shlex
import sys
from pathlib import Path

import click

from builder import __version__, files
from builder.cli.config import SCHEMA, schema_text
from builder.cli.console import Console
from builder.cli.options import common, dry_run
from builder.errors import FileError
from builder.text import count

_CONFIG = """\
# yaml-language-server: $schema={schema}
# Everything about this newsletter. Every key is explained in docs/config.md of Briefpress.

site:
  title: {title}
  url: {url}                   # where the site will stand; with a path when it lives under one
  language: {language}
  timezone: UTC                # days begin in this zone
  description: ""

feeds:{feeds}

fetch:
  max_age_days: 30             # older entries are not drafted; 0 for no limit

sections: []                   # e.g. [Policy, Research]; a feed names one with `section:`

editorial:
  publish: editions            # or items: an approved item is published at once
"""
_NO_FEEDS = """ []
#  - url: https://example.org/feed.xml
#    name: Example
#    tags: [example]"""
_ABOUT = """\
---
title: About
description: What this newsletter is, and how it is made.
status: draft
---

Say who writes this newsletter, for whom, and how to reach you.

The summaries are made of sentences of the articles they link to. Editors read each before it appears.
"""
_IGNORE = ".briefpress/\noutbox/\nsite/\nsubscribers.*\n"


@click.command("init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--title", help="The newsletter's name.")
@click.option("--url", help="Where the site will stand, such as https://brief.example/.")
@click.option("--language", default="en", show_default=True, help="A language tag, such as de.")
@click.option("--feed", "feeds", multiple=True, metavar="URL", help="A feed to follow; may be repeated.")
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab"]),
    help="Also write workflows that pull and propose, check what is proposed, and publish what is merged.",
)
@dry_run
@common
@click.pass_obj
def command(
    console: Console,
    folder: Path,
    title: str | None,
    url: str | None,
    language: str,
    feeds: tuple[str, ...],
    ci: str | None,
    dry_run: bool,
) -> int:
    """Start a newsletter in FOLDER, which is made if need be.

    What is not given is asked for at a terminal. No file that is there is written over: in a folder with a
    config.yaml, only --ci has something to add.
    """
    if (folder / "config.yaml").exists():
        if not ci:
            raise FileError(f"{folder / 'config.yaml'} is already there", "Choose another folder.")
        return _add_workflows(console, folder, ci, dry_run=dry_run)
    title = title or _asked("The newsletter's name", "My Brief")
    url = url or _asked("Where the site will stand", "https://brief.example/")
    written = _files(title, url, language, feeds) | (_workflows(ci) if ci else {})
    _check(folder, written["config.yaml"])
    if not dry_run:
        for name, text in written.items():
            if not (folder / name).exists():
                files.write_atomic(folder / name, text)
        (folder / "content" / "items").mkdir(parents=True, exist_ok=True)
    console.result({"folder": str(folder), "written": sorted(written)})
    console.note(f"{'would start' if dry_run else 'started'} {title} in {folder}")
    if dry_run:
        return 0
    if not feeds:
        console.note(f"Next: name your feeds in {folder / 'config.yaml'}, then")
    console.note(f"  cd {shlex.quote(str(folder))} && briefpress pull && briefpress list", "bold")
    return 0


def _add_workflows(console: Console, folder: Path, ci: str, *, dry_run: bool) -> int:
    """Write those workflows that are not there yet."""
    missing = {name: text for name, text in _workflows(ci).items() if not (folder / name).exists()}
    if not dry_run:
        for name, text in missing.items():
            files.create(folder / name, text)
    console.result({"folder": str(folder), "written": sorted(missing)}, "\n".join(sorted(missing)))
    verb = "would write" if dry_run else "wrote"
    console.note(f"{verb} {count(len(missing), 'file')}" if missing else "all of them are there already")
    return 0


def _workflows(ci: str) -> dict[str, str]:
    """The files by which the host `ci` does the daily work, and what they install."""
    from importlib.resources import files as resources

    folder = resources("builder") / "scaffold" / ci
    place = ".github/workflows/" if ci == "github" else ""
    found = {f"{place}{one.name}": one.read_text("utf-8") for one in folder.iterdir()}
    return found | {"requirements.txt": f"briefpress=={__version__}\n"}


def _files(title: str, url: str, language: str, feeds: tuple[str, ...]) -> dict[str, str]:
    import json

    # JSON is YAML: quoted this way any title is a title.
    quoted = {
        "title": json.dumps(title, ensure_ascii=False),
        "url": json.dumps(url, ensure_ascii=False),
        "language": json.dumps(language, ensure_ascii=False),
        "feeds": "".join(f"\n  - url: {json.dumps(feed, ensure_ascii=False)}" for feed in feeds) or _NO_FEEDS,
    }
    return {
        "config.yaml": _CONFIG.format(schema=SCHEMA, **quoted),
        "content/pages/about.md": _ABOUT,
        ".gitignore": _IGNORE,
        SCHEMA: schema_text(),
    }


def _check(folder: Path, config: str) -> None:
    """Raise ConfigError for answers that make no usable config, before anything is written."""
    from builder.config import parse

    parse(config.encode(), folder.resolve())


def _asked(question: str, default: str) -> str:
    """The answer at a terminal; elsewhere `default`."""
    if not sys.stdin.isatty():
        return default
    return str(click.prompt(question, default=default, err=True))
