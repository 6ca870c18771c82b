"""Where a git remote lives for people: the page on which a branch is proposed.

GitHub's own command `gh` opens a pull request where it is at hand and signed in; otherwise the address at
which a person can open it is all there is, and enough.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_REMOTE = re.compile(
    r"(?:(?:https?|ssh|git)://)?(?:[^/@\s]+@)?(?P<host>[\w.-]+)(?::\d+)?[:/](?P<path>[^\s]+?)(?:\.git)?/?\Z"
)
_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Opened:
    """A proposal as people find it."""

    address: str
    """Of the pull request, or of the page on which to open one; empty when the remote has no such page."""
    is_open: bool
    """Whether it is there already; otherwise a person has to open it."""
    said: str = ""
    """Why it was not opened, in the words of `gh`; empty when there was no try."""


def address(remote: str, branch: str, base: str) -> str:
    """Where to propose `branch` for `base` in a browser; empty for a remote that is no web host."""
    found = _REMOTE.match(remote)
    if not found or "." not in found["host"] or remote.startswith(("/", ".", "file:")):
        return ""
    home = f"https://{found['host']}/{found['path']}"
    head = quote(branch, safe="/")
    if "gitlab" in found["host"]:
        query = f"merge_request[source_branch]={head}&merge_request[target_branch]={quote(base, safe='/')}"
        return f"{home}/-/merge_requests/new?{query}"
    return f"{home}/compare/{quote(base, safe='/')}...{head}?expand=1"


def push_options(remote: str, base: str, title: str) -> tuple[str, ...]:
    """What to tell a host with the push, so that it opens the request itself: GitLab does."""
    if "gitlab" not in remote or not address(remote, "x", base):
        return ()
    return ("merge_request.create", f"merge_request.target={base}", f"merge_request.title={title}")


def propose(folder: Path, remote: str, branch: str, base: str, title: str, report: Path) -> Opened:
    """Open a pull request for `branch` with the text in `report`, or say where one can be opened."""
    page = address(remote, branch, base)
    gh = shutil.which("gh")
    if not gh or "gitlab" in remote or not page:
        return Opened(page, False)
    words = ["--title", title, "--body-file", str(report)]
    made = _run(folder, gh, "pr", "create", "--head", branch, "--base", base, *words)
    if made.returncode and "already exists" in made.stderr:
        # The branch stands proposed: its text is that of today.
        made = _run(folder, gh, "pr", "edit", branch, *words)
    lines = made.stdout.split()
    if made.returncode or not lines:
        return Opened(page, False, made.stderr.strip().replace("\n", "; "))
    return Opened(lines[-1], True)


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))
