"""Real git for tests: nobody's configuration, a fixed identity."""

import subprocess
from pathlib import Path

import pytest

from builder.gitrepo import Repo

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ed Itor",
    "GIT_AUTHOR_EMAIL": "ed@example.org",
    "GIT_COMMITTER_NAME": "Ed Itor",
    "GIT_COMMITTER_EMAIL": "ed@example.org",
}


def git(root: Path, *command: str) -> str:
    done = subprocess.run(["git", "-C", root, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make(root: Path, monkeypatch: pytest.MonkeyPatch, *, identity: bool = True) -> Repo:
    """`root` as a work tree with all its files committed."""
    # A file that is not there: what wrote to it would otherwise write to the device, or in its place.
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(root / ".git" / "nobodys-config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--allow-empty", "--message=Begin")
    if not identity:
        for name in IDENTITY:
            monkeypatch.delenv(name)
        git(root, "config", "user.useConfigOnly", "true")
    repo = Repo.at(root)
    assert repo
    return repo


def committed(root: Path, revision: str = "HEAD") -> list[str]:
    """The files that the commit `revision` touched."""
    return git(root, "show", "--name-only", "--format=", revision).split("\n")[:-1]
