"""The `git` command: run in a clean environment, its words read, its locks noted."""

import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path

from builder import gitlock
from builder.errors import GitError

# Set by git for the hooks and aliases it runs, these would point us at another repository. What says who
# commits, how to reach a remote and what is configured stays.
_KEPT = (
    *("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_", "GIT_SSH", "GIT_SSL_", "GIT_HTTP_"),
    *(
        "GIT_ASKPASS",
        "GIT_EXEC_PATH",
        "GIT_ALLOW_PROTOCOL",
        "GIT_CEILING_DIRECTORIES",
        "GIT_DISCOVERY_",
        "GIT_TRACE",
    ),
)
WRITTEN_HINT = "Your files are written; once this is settled, commit them with git."


class Git:
    """Git in one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        """The top of the work tree; the newsletter may be in a folder of it."""

    def tried(
        self,
        *command: str,
        stdin: str = "",
        env: Mapping[str, str] | None = None,
        begun: Callable[[int], None] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """A git command run to its end, however that is; `begun` is told its process."""
        return run(self.root, *command, stdin=stdin, env=env, begun=begun)

    def succeeds(self, *command: str) -> bool:
        """Whether a git command ends well."""
        return self.tried(*command).returncode == 0

    @cached_property
    def folder(self) -> Path:
        """Git's own folder for this work tree."""
        return Path(self.run("rev-parse", "--absolute-git-dir").removesuffix("\n"))

    def run(
        self,
        *command: str,
        env: Mapping[str, str] | None = None,
        stdin: str = "",
        hint: str = WRITTEN_HINT,
        locks: bool = False,
    ) -> str:
        """What a git command says. Raises GitError with its own words when it fails.

        One that `locks` is noted while it works, so that its locks can be known for ours if it is killed.
        """
        if locks:
            gitlock.release(self.folder)
        # A file named `*.md` is one file. (`check-ignore` knows no pathspecs, and refuses to be told.)
        begun = partial(gitlock.note, self.folder) if locks else None
        done = self.tried("--literal-pathspecs", *command, env=env, stdin=stdin, begun=begun)
        if locks:
            gitlock.done(self.folder)
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").replace(
                "\n", "; "
            )
            raise GitError(f"git {command[0]} refused: {said}", hint)
        return done.stdout


def version() -> str:
    """The version of the `git` command, such as `2.43.0`; empty when there is none."""
    try:
        told = run(Path(), "--version").stdout
    except GitError:
        return ""
    found = re.search(r"\d+(\.\d+)+", told)
    return found[0] if found else ""


def run(
    folder: Path,
    *command: str,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    begun: Callable[[int], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    """A git command run to its end; `begun` is told its process."""
    line = _line(folder, command)
    try:
        process = subprocess.Popen(  # noqa: S603
            line,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment() | dict(env or {}),
            encoding="utf-8",
            errors="surrogateescape",
        )
    except OSError as error:
        raise _not_there(error) from error
    with process:
        try:
            if begun:
                begun(process.pid)
            out, told = process.communicate(stdin)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(line, process.returncode, out, told)


def run_bytes(folder: Path, *command: str, stdin: str) -> subprocess.CompletedProcess[bytes]:
    """As `run`, for what is no text, or whose line ends must stay."""
    try:
        return subprocess.run(  # noqa: S603
            _line(folder, command),
            input=stdin.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
            env=_environment(),
        )
    except OSError as error:
        raise _not_there(error) from error


def _line(folder: Path, command: Sequence[str]) -> list[str]:
    return ["git", "-C", str(folder), "-c", "core.quotepath=off", *command]


def _not_there(error: OSError) -> GitError:
    return GitError(f"git cannot be run: {error.strerror}", "Install git, or work without commits.")


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(_KEPT)
    }
    # English words, which we read; the character set, which hooks need, stays as it is.
    # Looking takes no lock: who is killed while looking would leave it behind.
    return kept | {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LANGUAGE": "en"}
