"""A branch of a git remote, as hosts serve them: a history of its own, one commit a deployment.

Only plumbing is used, with an index in a folder of its own: the work tree, the current branch and what is
staged are not touched. A host gets the whole site at once, by one push.
"""

import hashlib
import shutil
import weakref
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

from builder import files
from builder.errors import DeployError, GitError
from builder.gitremote import Remote
from builder.gitrepo import Repo
from builder.publish.deploy.places import Asked


class Branch:
    """The newest commit of a branch, and the one that will follow it."""

    def __init__(self, repo: Repo, remote: str, branch: str) -> None:
        """Take `branch` of `remote`, which is asked at once. Raises GitError."""
        self._repo = repo
        self._remote = Remote(repo, remote)
        self._branch = branch
        self._head = self._remote.fetched(branch)
        self._hash = hashlib.sha256 if repo.object_format() == "sha256" else hashlib.sha1
        # What is put waits on the disk: the first deployment of a large site is hundreds of megabytes.
        self._aside = Path(mkdtemp(prefix="briefpress-"))
        weakref.finalize(self, shutil.rmtree, self._aside, ignore_errors=True)
        self._numbers = count()
        self._put: dict[str, Path] = {}
        self._removed: set[str] = set()
        self.name = f"the branch {branch} of {remote}"

    @classmethod
    def open(cls, asked: Asked) -> "Branch":
        """The branch that `deploy.branch` names. Raises DeployError without a repository or remote."""
        rules = asked.config.deploy
        repo = Repo.at(asked.config.root)
        if not repo:
            raise DeployError(
                f"there is no git repository around {asked.config.root}",
                "Run `git init`, and name a remote with `git remote add origin ADDRESS`.",
            )
        if not rules.branch:
            raise DeployError(
                "config.yaml does not say to which branch", "Set `deploy.branch`, such as gh-pages."
            )
        if rules.branch == repo.branch():
            raise DeployError(
                f"{rules.branch} is the branch that the newsletter itself is on",
                "Set `deploy.branch` to one that holds nothing but the site, such as gh-pages.",
            )
        named = repo.remote(rules.remote)
        if not named and not _is_address(rules.remote):
            raise DeployError(
                f"there is no git remote {rules.remote}",
                f"Name it with `git remote add {rules.remote} ADDRESS`, or set `deploy.remote`.",
            )
        return cls(repo, rules.remote, rules.branch)

    def standing(self) -> Mapping[str, str]:
        """The object id of each file of the newest commit."""
        return self._repo.tree(self._head) if self._head else {}

    def fingerprint(self, data: bytes) -> str:
        """The object id, as git makes it."""
        return self._hash(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()

    def read(self, path: str) -> bytes:
        """What the file holds in the newest commit."""
        return self._repo.blob(self._head, path).encode("utf-8", "surrogateescape")

    def put(self, path: str, data: bytes) -> None:
        """Have the file in the commit to come."""
        self._removed.discard(path)
        waiting = self._put.setdefault(path, self._aside / f"{next(self._numbers)}")
        files.write_atomic(waiting, data, durable=False)

    def remove(self, path: str) -> None:
        """Have the file in the commit to come no longer."""
        if path in self._put:
            self._put[path].unlink()
            del self._put[path]
        self._removed.add(path)

    def settle(self) -> str:
        """Commit and push. Raises DeployError when the branch has moved meanwhile, or git refuses."""
        made = self._repo.commit_tree(
            self._head, self._put, self._removed, _message(self._repo), self._aside / "index"
        )
        try:
            self._remote.push_commit(made, self._branch, expected=self._head)
        except GitError as error:
            raise DeployError(
                f"the push to {self.name} was refused: {error.faults[0].message}",
                "Nothing there has changed. See that you may push to it, and deploy again.",
            ) from error
        self._head = made
        return f"commit {made[:10]} on {self._branch}"


def _message(repo: Repo) -> str:
    """What the commit says: from which commit of the newsletter the site was built."""
    head = repo.head()
    return f"Deploy the site of {head[:12]}" if head else "Deploy the site"


def _is_address(remote: str) -> bool:
    return "/" in remote or ":" in remote
