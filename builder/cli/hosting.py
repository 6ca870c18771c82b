"""`briefpress deploy init`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from builder import files
from builder.cli import beginning
from builder.cli.console import Console
from builder.cli.newsletter import config_of, lock_of, root_of
from builder.cli.options import common, dry_run
from builder.errors import ConfigError, Fault
from builder.publish.deploy.hosts import HOSTS
from builder.text import count

PUBLISH = ".github/workflows/briefpress-publish.yml"


@dataclass(frozen=True, slots=True)
class _Beginning:
    """What a host takes to begin with."""

    target: str
    """What `--to` is; empty where the host asks for nothing."""
    then: tuple[str, ...]
    """What only a person can do, in order."""
    secrets: tuple[str, ...] = ()
    """What the workflow hands to `briefpress deploy`."""


_HOSTS: Mapping[str, _Beginning] = {
    "github-pages": _Beginning(
        "", ('At GitHub: Settings, Pages, Source, "GitHub Actions".', "Push to main.")
    ),
    "gitlab-pages": _Beginning("", ("Push to the default branch.",)),
    "netlify": _Beginning("", ("At Netlify: Add new project, Import an existing project.", "Push to it.")),
    "cloudflare-pages": _Beginning(
        "the name of the project",
        (
            "Make the project once: `npx wrangler pages project create NAME --production-branch main`.",
            'At GitHub: Settings, Environments, "publish", and the secrets.',
            "Push to main.",
        ),
        ("CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN"),
    ),
    "vercel": _Beginning(
        "the id of the project, such as prj_a1b2c3d4",
        (
            "Make the project once, at Vercel; its id is under Settings, General.",
            'At GitHub: Settings, Environments, "publish", and the secrets.',
            "Push to main.",
        ),
        ("VERCEL_ORG_ID", "VERCEL_TOKEN"),
    ),
    "s3": _Beginning(
        "s3://bucket/prefix",
        ('At GitHub: Settings, Environments, "publish", and the secrets.', "Push to main."),
        ("AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_SECRET_ACCESS_KEY"),
    ),
    "folder": _Beginning("the folder", ("briefpress build && briefpress deploy",)),
}


@click.command("init", short_help="Prepare the site for the host where it is to stand.")
@click.argument("host", type=click.Choice(list(HOSTS)), metavar="HOST")
@click.option("--to", help="What `deploy.to` is to be: a folder, s3://bucket/prefix, or a project.")
@dry_run
@common
@click.pass_obj
def init_command(console: Console, host: str, to: str | None, dry_run: bool) -> int:
    """Prepare for HOST: write its workflow or its settings, and `deploy` in config.yaml.

    HOST is github-pages, gitlab-pages, netlify, cloudflare-pages, vercel, s3 or folder. No file that is
    there is written over.
    """
    root = root_of(console)
    config = config_of(console)
    begin = _HOSTS[host]
    to = to or config.deploy.to
    if begin.target and not to:
        raise click.UsageError(f"{host} wants --to: {begin.target}")
    with lock_of(root, dry_run):
        wanted = _files(host)
        new = {name: text for name, text in wanted.items() if not (root / name).exists()}
        settings = _settings(root, host, to if begin.target else "", config.deploy.host)
        if not dry_run:
            for name, text in new.items():
                files.create(root / name, text)
            if settings:
                files.write_atomic(root / beginning.CONFIG, settings)
    for name in sorted(wanted.keys() - new.keys()):
        if (root / name).read_text("utf-8", "replace") != wanted[name]:
            console.fault(Fault("is there already, and was left as it is", name))
    written = sorted([*new, *([beginning.CONFIG] if settings else [])])
    console.result({"host": host, "written": written, "then": list(begin.then)}, "\n".join(written))
    verb = "would write" if dry_run else "wrote"
    console.note(f"{verb} {count(len(written), 'file')}" if written else "all of it is there already")
    for step in begin.then:
        console.note(f"  {step}", "bold")
    if begin.secrets:
        console.note(f"  The secrets are {', '.join(begin.secrets)}.", "dim")
    return 0


def target_of(host: str) -> str:
    """What `--to` is for `host`; empty where the host asks for nothing."""
    return _HOSTS[host].target


def _files(host: str) -> dict[str, str]:
    """What the host wants to have in the repository, by place."""
    match host:
        case "github-pages":
            told = beginning.workflows("github")
            return {
                name: text for name, text in told.items() if not name.startswith(".github") or name == PUBLISH
            }
        case "gitlab-pages":
            return beginning.workflows("gitlab")
        case "netlify":
            return {"netlify.toml": _text("netlify.toml"), **beginning.requirements("")}
        case "folder":
            return {}
        case _:
            secrets = "".join(
                f"          {name}: ${{{{ secrets.{name} }}}}\n" for name in _HOSTS[host].secrets
            )
            extra = "[s3]" if host == "s3" else ""
            return {PUBLISH: _text("publish.yml") + secrets, **beginning.requirements(extra)}


def _text(name: str) -> str:
    from importlib.resources import files as resources

    return (resources("builder") / "scaffold" / "hosts" / name).read_text("utf-8")


def _settings(root: Path, host: str, to: str, present: str) -> str:
    """`config.yaml` with `deploy` at its end; empty where it says so already. Raises ConfigError."""
    from builder.config import parse

    if present == host:
        return ""
    text = files.read_bytes(root / beginning.CONFIG).decode("utf-8")
    lines = ["deploy:", f"  host: {host}", *([f"  to: {json.dumps(to, ensure_ascii=False)}"] if to else [])]
    hint = "Write it there: " + "; ".join(line.strip() for line in lines[1:])
    if present:
        raise ConfigError(f"deploy.host is {present}", hint, path=beginning.CONFIG)
    made = text.rstrip("\n") + "\n\n" + "\n".join(lines) + "\n"
    try:
        parse(made.encode(), root)
    except ConfigError as error:
        # There is a `deploy:` without a host, or the file is written in a form that takes no line more.
        raise ConfigError(
            f"`deploy` cannot be added: {error.faults[0].message}", hint, path=beginning.CONFIG
        ) from error
    return made
