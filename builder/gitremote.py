"""A remote of a git repository: what it has is taken, what we have is given, and nothing is ever forced."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from builder.errors import GitError
from builder.gitrepo import Repo

_HINT = "See that `git fetch` and `git push` work with that remote."
_AS_IT_IS = ("-c", "rebase.updateRefs=false", "-c", "rebase.autoSquash=false")
"""For git: move no other branch along with commits of ours, and keep each of them for itself."""
_TRIES = 3
"""How often a push is tried while others push between our look and ours."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where the current branch comes from and goes to."""

    remote: str
    branch: str
    """Its name there."""
    here: str
    """Its name here."""

    def __str__(self) -> str:
        return f"{self.remote}/{self.branch}"


@dataclass(frozen=True, slots=True)
class Caught:
    """What came of taking what a remote has."""

    taken: int
    """Commits of others."""
    moved: int
    """Commits of ours that were put after theirs."""


class Remote:
    """A remote by its name, or by its address."""

    def __init__(self, repo: Repo, name: str) -> None:
        self._repo = repo
        self.name = name

    def fetched(self, branch: str) -> str:
        """The commit on which `branch` is there, and have it here; empty when there is no such branch.

        Raises GitError when the remote cannot be reached.
        """
        name = f"refs/heads/{branch}"
        told = self._repo.run("ls-remote", "--refs", "--", self.name, name, hint=_HINT).split()
        if not told:
            return ""
        if not self._repo.succeeds("cat-file", "-e", f"{told[0]}^{{tree}}"):
            quietly = ("--quiet", "--no-tags", "--no-write-fetch-head")
            self._repo.run("fetch", *quietly, "--", self.name, name, hint=_HINT)
        return told[0]

    def is_pushed(self, branch: str) -> bool:
        """Whether `branch` there has all that ours has; so it has, too, where there is none here.

        Raises GitError when the remote cannot be reached.
        """
        there = self.fetched(branch)
        here = self._repo.tried("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")
        if not there or here.returncode != 0:
            return bool(there)
        return self._repo.has_in(here.stdout.strip(), there)

    def is_known_pushed(self, branch: str) -> bool:
        """As `is_pushed`, by what was last heard of the remote; it is not asked."""
        known = f"refs/remotes/{self.name}/{branch}"
        return self._repo.has_in(f"refs/heads/{branch}", known)

    def push(self, branch: str, options: Sequence[str] = ()) -> None:
        """Push `branch` with push options, never by force. Raises GitError when refused."""
        told = [f"--push-option={option}" for option in options]
        name = f"refs/heads/{branch}"
        self._repo.run("push", "--quiet", *told, "--", self.name, f"{name}:{name}", hint=_HINT)

    def push_commit(self, commit: str, branch: str, *, expected: str) -> None:
        """Make `commit` that of `branch` there, where it must still be `expected`, empty for none.

        Raises GitError when it is not, or the remote refuses.
        """
        name = f"refs/heads/{branch}"
        lease = f"--force-with-lease={name}:{expected}"
        self._repo.run("push", "--quiet", lease, "--", self.name, f"{commit}:{name}", hint=_HINT)


def upstream(repo: Repo) -> Upstream:
    """Where the current branch goes: what git has been told of it, else its name at `origin`.

    Raises GitError where that cannot be said.
    """
    here = repo.branch()
    if not here:
        raise GitError("HEAD is on no branch, so nothing can be pushed", "`git switch main`, or yours.")
    if what := repo.unfinished():
        raise GitError(
            f"a {what} is under way, so nothing is pushed", f"`git status` says how to end the {what}."
        )
    remote = repo.setting(f"branch.{here}.remote") or "origin"
    branch = repo.setting(f"branch.{here}.merge").removeprefix("refs/heads/") or here
    if not repo.remote(remote):
        raise GitError(
            f"there is no remote {remote}, so nothing can be pushed",
            f"`git remote add {remote} ADDRESS` names one.",
        )
    return Upstream(remote, branch, here)


def catch_up(repo: Repo, to: Upstream) -> Caught:
    """Take what the remote has, and put what is ours alone after it.

    That is worked out in a work tree aside, so that this one is as it was or has all of it, whenever we are
    killed; files that were changed here and not committed stay as they are. Raises GitError when the two
    do not fit: nothing has changed then.
    """
    there = Remote(repo, to.remote).fetched(to.branch)
    here = repo.head()
    if not there or repo.has_in(there, here):
        return Caught(0, 0)
    _refuse_rewritten(repo, here, there, to)
    taken = repo.number_of(here, there)
    if repo.has_in(here, there):
        _adopt(repo, here, there, to)
        return Caught(taken, 0)
    ours = repo.number_of(there, here)
    _adopt(repo, here, _rebased(repo, here, there, to), to)
    return Caught(taken, ours)


def publish(repo: Repo, to: Upstream) -> int:
    """Push the current branch, never by force, and return how many commits went.

    What others pushed meanwhile is taken first. Raises GitError when that does not fit, or when the remote
    refuses.
    """
    remote = Remote(repo, to.remote)
    for tries in range(1, _TRIES + 1):
        catch_up(repo, to)
        there, here = remote.fetched(to.branch), repo.head()
        if there == here:
            return 0
        number = repo.number_of(there, here)
        try:
            repo.run("push", "--quiet", "--", to.remote, f"{here}:refs/heads/{to.branch}", hint=_HINT)
        except GitError:
            if tries == _TRIES or remote.fetched(to.branch) == there:
                raise
        else:
            return number
    return 0


def _refuse_rewritten(repo: Repo, here: str, there: str, to: Upstream) -> None:
    # What somebody took out of the remote's history would look like commits of ours, and go back into it.
    forked = repo.tried("merge-base", "--fork-point", f"refs/remotes/{to}", here)
    if forked.returncode == 0 and not repo.has_in(forked.stdout.strip(), there):
        raise GitError(
            f"the history of {to} was rewritten: it has not all that it had when this copy last saw it",
            f"Look at both with `git fetch` and `git log {to}...HEAD`, then settle by hand what is to stay.",
        )


def _rebased(repo: Repo, here: str, there: str, to: Upstream) -> str:
    """The commit that has all of `here` after `there`. Raises GitError when they do not fit."""
    repo.require_author()
    repo.run("worktree", "prune")
    with TemporaryDirectory(prefix="briefpress-") as folder:
        aside = Path(folder) / "tree"
        repo.run("worktree", "add", "--quiet", "--detach", str(aside), here)
        try:
            apart = Repo(aside)
            done = apart.tried(*_AS_IT_IS, "rebase", "--quiet", there)
            if done.returncode != 0:
                raise GitError(
                    f"{to} has moved on, and what was committed here does not fit after it"
                    f"{_conflict(apart, done.stdout + done.stderr)}",
                    f"Nothing was pushed or changed. `git pull --rebase {to.remote} {to.branch}`, settle it, "
                    "and run again.",
                )
            return apart.head()
        finally:
            with suppress(GitError):
                repo.run("worktree", "remove", "--force", str(aside))


def _conflict(apart: Repo, said: str) -> str:
    """Which files both sides changed; git's own words where it is something else."""
    names = apart.tried("diff", "--name-only", "--diff-filter=U", "-z").stdout.strip("\0").split("\0")
    if names[0]:
        return f": both changed {', '.join(names[:3])}{' …' if len(names) > 3 else ''}"
    return f": {'; '.join(said.split(chr(10))[:2]).strip('; ')}"


def _adopt(repo: Repo, here: str, commit: str, to: Upstream) -> None:
    """Have branch and work tree go on from `here` to `commit`; what was changed is never written over."""
    if repo.head() != here:
        raise GitError("somebody committed here meanwhile", "Run again.")
    try:
        repo.run("reset", "--quiet", "--keep", commit, locks=True)
    except GitError as error:
        raise GitError(
            f"what {to} has cannot be taken here: {error.faults[0].message}",
            "A file was changed here and not committed: commit it, or put it aside, and run again.",
        ) from error
