"""Hosts that take a site by a command line of their own: which one, and how it is called."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.errors import DeployError

_TIMEOUT_S = 1800


@dataclass(frozen=True, slots=True)
class Vendor:
    """A host's command line."""

    package: str
    """Of npm, with its version: what another day would bring is not run."""
    secrets: tuple[str, ...]
    """The environment variables that it wants."""


VENDORS: Mapping[str, Vendor] = {
    "netlify": Vendor("netlify-cli@27.10.2", ("NETLIFY_AUTH_TOKEN",)),
    "cloudflare-pages": Vendor("wrangler@4.164.0", ("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID")),
    "vercel": Vendor("vercel@64.0.2", ("VERCEL_TOKEN", "VERCEL_ORG_ID")),
}
NAMES = frozenset(VENDORS)


def line(host: str, folder: Path, project: str) -> tuple[str, ...]:
    """The command that puts the site in `folder` before the readers of `project`, after its first word."""
    called = ("--yes", VENDORS[host].package)
    match host:
        case "netlify":
            return (*called, "deploy", "--prod", "--no-build", "--dir", str(folder), "--site", project)
        case "cloudflare-pages":
            return (*called, "pages", "deploy", str(folder), "--project-name", project)
        case _:
            # It is told the project by the environment, together with whose it is, or not at all.
            return (*called, "deploy", str(folder), "--prod", "--yes")


def run(host: str, folder: Path, project: str, *, cwd: Path, environment: Mapping[str, str]) -> str:
    """Have the host's command line take the site; the last line of what it says.

    Raises DeployError when it is not at hand, a secret is missing, or it refuses.
    """
    npx = shutil.which("npx", path=environment.get("PATH"))
    if not npx:
        raise DeployError(
            f"{host} takes a site by its own command line, which needs npx",
            "Install Node.js 22 or newer, or let the host build from git: see docs/hosting.md.",
        )
    if missing := [name for name in VENDORS[host].secrets if not environment.get(name)]:
        raise DeployError(
            f"{host} wants to know who asks: {' and '.join(missing)} not set",
            "Set it in the environment; where it comes from is in docs/hosting.md.",
        )
    try:
        done = subprocess.run(  # noqa: S603
            [npx, *line(host, folder, project)],
            cwd=cwd,
            env={**environment, **({"VERCEL_PROJECT_ID": project} if host == "vercel" else {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DeployError(f"the command line of {host} did not end well: {error}") from error
    told = [one.strip() for one in done.stdout.splitlines() if one.strip()]
    if done.returncode:
        said = done.stderr.strip() or "\n".join(told[-5:]) or f"exit code {done.returncode}"
        raise DeployError(f"{VENDORS[host].package} refused: {said}", "What readers see has not changed.")
    return told[-1] if told else ""
