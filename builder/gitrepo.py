"""Git, by the `git` command: hooks, credentials and signing behave as people expect."""

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from builder.errors import GitError
from builder.gitcommand import Git, run, run_bytes

OLDEST = (2, 18)
"""The first git whose `status` knows all that it is asked here (`--no-renames`)."""

_UNFINISHED = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}
"""What lies in git's folder while something is under way, and what that is."""
_WHOLE = {"MERGE_HEAD": "merge", "CHERRY_PICK_HEAD": "cherry-pick"}
"""Those of them in which git commits all or nothing."""
IDENTITY_HINT = (
    'Tell git who you are: `git config --global user.name "Your Name"` and '
    "`git config --global user.email you@example.org`."
)
_OBJECT = re.compile(rb"[0-9a-f]{40,64} (?P<kind>[a-z]+) (?P<size>[0-9]+)")


class Repo(Git):
    """A git work tree."""

    @classmethod
    def at(cls, root: Path) -> "Repo | None":
        """The work tree around the folder `root`; None when there is none or git is missing.

        Raises GitError when there is one that git does not trust.
        """
        try:
            found = run(root, "rev-parse", "--show-toplevel")
        except GitError:
            return None
        if found.returncode == 0:
            return cls(Path(found.stdout.removesuffix("\n")))
        # Without this, a container that runs as another user would write and silently not commit.
        if "dubious ownership" in found.stderr:
            hint = f"If you trust it: `git config --global --add safe.directory {root.resolve()}`."
            raise GitError(f"git does not trust {root}: it belongs to another user", hint)
        return None

    def commit(self, paths: Sequence[Path], message: str) -> str:
        """Commit exactly `paths` as they stand on disk, removed ones too, and return its short hash.

        Empty when none of them is other than in the last commit. What else is staged stays staged. Hooks run.
        Raises GitError: a path is ignored, nobody is named as author, a hook or git itself refuses.
        """
        asked = [str(path) for path in paths]
        if not asked:
            return ""
        self._refuse_ignored(asked)
        changed = self._changed(asked)
        if not changed:
            return ""
        self.require_author()
        self.require_settled(paths)
        self.run("add", "--", *changed, locks=True)
        # A file that was only staged and is gone is now unknown to git, and must not be named to it.
        if staged := self._changed(changed):
            self.run(
                *("commit", "--quiet", "--cleanup=whitespace", f"--message={message}", "--only", "--"),
                *staged,
                locks=True,
            )
            return self.run("rev-parse", "--short", "HEAD").strip()
        return ""

    def commit_onto(self, branch: str, paths: Sequence[Path], message: str) -> str:
        """Commit `paths` as they stand on disk onto `branch`, and return the short hash; empty for no change.

        The branch begins at HEAD, or goes on from where it stands, here or as last fetched from `origin`,
        while that is not merged. Neither the work tree, nor what is staged, nor the current branch changes;
        hooks do not run. Raises GitError.
        """
        asked = [str(path) for path in paths]
        if not asked:
            return ""
        self._refuse_ignored(asked)
        if self.run("symbolic-ref", "--quiet", "--short", "HEAD").strip() == branch:
            return self.commit(paths, message)
        self.require_author()
        start = self._start_of(branch)
        with TemporaryDirectory(prefix="briefpress-") as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self.run("read-tree", start, env=index)
            self.run("add", "--", *asked, env=index)
            tree = self.run("write-tree", env=index).strip()
        if tree == self.run("rev-parse", f"{start}^{{tree}}").strip():
            return ""
        made = self.run("commit-tree", tree, "-p", start, "-m", message).strip()
        self.run("update-ref", f"refs/heads/{branch}", made)
        return self.run("rev-parse", "--short", made).strip()

    def is_new_to(self, branch: str, paths: Sequence[Path]) -> bool:
        """Whether `commit_onto` would commit anything of `paths`; nothing is written. Raises GitError."""
        held = self.tree(self._start_of(branch))
        names = self.run(
            "hash-object", "--stdin-paths", stdin="".join(f"{self.path_of(path)}\n" for path in paths)
        )
        return any(
            held.get(self.path_of(path)) != name for path, name in zip(paths, names.split(), strict=True)
        )

    def unfinished(self) -> str:
        """What is under way here and waits for an end: `merge`, `rebase` …; empty for nothing."""
        for name, what in _UNFINISHED.items():
            found = self.tried("rev-parse", "--git-path", name)
            if found.returncode == 0 and (self.root / found.stdout.removesuffix("\n")).exists():
                return what
        return ""

    def last_commit(self) -> datetime | None:
        """When the last commit of this branch was made; None before the first."""
        found = self.tried("log", "-1", "--format=%ct")
        told = found.stdout.strip()
        return datetime.fromtimestamp(int(told), UTC) if found.returncode == 0 and told else None

    def branch(self) -> str:
        """The name of the current branch; empty when HEAD is on none."""
        found = self.tried("symbolic-ref", "--quiet", "--short", "HEAD")
        return found.stdout.strip() if found.returncode == 0 else ""

    def remote(self, name: str) -> str:
        """The address of the remote `name`; empty when there is none."""
        found = self.tried("remote", "get-url", "--", name)
        return found.stdout.strip() if found.returncode == 0 else ""

    def setting(self, name: str) -> str:
        """What git is told by its setting `name`; empty when nothing."""
        found = self.tried("config", "--get", name)
        return found.stdout.strip() if found.returncode == 0 else ""

    def has_in(self, commit: str, later: str) -> bool:
        """Whether `later` has all that `commit` has."""
        return self.succeeds("merge-base", "--is-ancestor", commit, later)

    def number_of(self, since: str, commit: str) -> int:
        """How many commits `commit` has that `since` has not; with an empty `since` all of them."""
        return int(self.run("rev-list", "--count", commit, *([f"^{since}"] if since else [])))

    def head(self) -> str:
        """The id of the last commit; empty when there is none."""
        found = self.tried("rev-parse", "--verify", "--quiet", "HEAD")
        return found.stdout.strip() if found.returncode == 0 else ""

    def object_format(self) -> str:
        """How objects are named: `sha1` or `sha256`."""
        return self.run("rev-parse", "--show-object-format").strip()

    def last_activity(self) -> datetime | None:
        """When the newest commit on any branch was made, remote ones too; None when there is none."""
        found = self.tried("log", "-1", "--branches", "--remotes", "--format=%cI")
        told = found.stdout.strip() if found.returncode == 0 else ""
        return datetime.fromisoformat(told).astimezone(UTC) if told else None

    def tree(self, commit: str) -> Mapping[str, str]:
        """The object id of each file of a commit by its path; empty for what is no plain file."""
        found: dict[str, str] = {}
        for line in self.run("ls-tree", "-r", "-z", "--full-tree", commit).split("\0"):
            facts, _, path = line.partition("\t")
            if path:
                mode, _, name = facts.split()
                found[path] = name if mode.startswith("100") else ""
        return found

    def blob(self, commit: str, path: str) -> str:
        """The text of a file of a commit. Raises GitError."""
        return self.run("cat-file", "blob", f"{commit}:{path}")

    def commit_tree(
        self, parent: str, put: Mapping[str, Path], removed: Collection[str], message: str, index: Path
    ) -> str:
        """A new commit after `parent` (empty: the first), which no branch has yet: its id.

        It has the files that `put` names by their paths, as they stand on the disk, and those `removed` no
        longer. `index` is where an index may be kept meanwhile; the repository's own is not used. Raises
        GitError, also when nobody is named as author.
        """
        self.require_author()
        env = {"GIT_INDEX_FILE": str(index)}
        self.run("read-tree", parent or "--empty", env=env)
        paths = "".join(f"{path}\n" for path in put.values())
        names = self.run("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=paths).split()
        gone = "0" * len(names[0] if names else parent)
        lines = [f"0 {gone}\t{path}\0" for path in removed]
        lines += [f"100644 {name}\t{path}\0" for name, path in zip(names, put, strict=True)]
        self.run("update-index", "-z", "--index-info", env=env, stdin="".join(lines))
        tree = self.run("write-tree", env=env).strip()
        return self.run("commit-tree", tree, *(["-p", parent] if parent else []), "-m", message).strip()

    def unsaved(self, folder: Path) -> tuple[Path, ...]:
        """The files in `folder` that are there and are not in the last commit as they stand, by path."""
        return tuple(
            place for line in sorted(self._changed([str(folder)])) if (place := self.root / line).is_file()
        )

    def _start_of(self, branch: str) -> str:
        """The commit that a new one on `branch` follows."""
        for name in (f"refs/heads/{branch}", f"refs/remotes/origin/{branch}"):
            found = self.tried("rev-parse", "--verify", "--quiet", name)
            commit = found.stdout.strip()
            if found.returncode == 0 and not self.succeeds("merge-base", "--is-ancestor", commit, "HEAD"):
                return commit
        return self.run("rev-parse", "HEAD").strip()

    def versions(self, path: Path) -> Iterator[str]:
        """What the text file at `path` was in each commit that changed it, the newest first."""
        relative = path.resolve().relative_to(self.root.resolve())
        for commit in self.run("log", "--format=%H", "--", str(path)).split():
            found = self.tried("show", f"{commit}:{relative.as_posix()}")
            if found.returncode == 0:
                yield found.stdout

    def start_of_change(self, ref: str) -> str:
        """The commit at which what leads to the present left `ref`; empty when git knows no such commit.

        That is where the two parted, so that what came into `ref` since is no part of it; `ref` itself where
        that is not known, as in a clone without the history.
        """
        found = self.tried("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        if found.returncode != 0:
            return ""
        commit = found.stdout.strip()
        parted = self.tried("merge-base", commit, "HEAD")
        return parted.stdout.strip() if parted.returncode == 0 else commit

    def changed_since(self, commit: str, paths: Sequence[Path]) -> tuple[tuple[str, str], ...]:
        """What is other below `paths` than in `commit`, committed or not: (path then, path now), by path now.

        Paths are from the top of the work tree; empty for a file that was not there, and one that is gone.
        """
        asked = [str(path) for path in paths]
        told = self.run(
            "diff", "--name-status", "-z", "--find-renames", "--no-ext-diff", commit, "--", *asked
        )
        words = iter(told.split("\0"))
        pairs: list[tuple[str, str]] = []
        for kind in words:
            if kind[:1] in ("R", "C"):
                was, now = next(words), next(words)
                pairs.append((was if kind[0] == "R" else "", now))
            elif kind:
                path = next(words)
                pairs.append(("" if kind[0] == "A" else path, "" if kind[0] == "D" else path))
        new = self.run("ls-files", "--others", "--exclude-standard", "-z", "--", *asked)
        pairs.extend(("", path) for path in new.split("\0") if path)
        return tuple(sorted(pairs, key=lambda pair: pair[::-1]))

    def held_at(self, commit: str, paths: Sequence[str]) -> dict[str, bytes]:
        """What the files at `paths`, from the top of the work tree, held in `commit`; those it has."""
        # The protocol has one name a line.
        asked = [path for path in paths if "\n" not in path]
        names = "".join(f"{commit}:{path}\n" for path in asked)
        told = run_bytes(self.root, "cat-file", "--batch", stdin=names)
        if told.returncode != 0:
            raise GitError(f"git cat-file refused: {told.stderr.decode('utf-8', 'replace').strip()}")
        held: dict[str, bytes] = {}
        at = 0
        for path in asked:
            end = told.stdout.index(b"\n", at)
            found = _OBJECT.fullmatch(told.stdout, at, end)
            at = end + 1
            if found:
                if found["kind"] == b"blob":
                    held[path] = told.stdout[at : at + int(found["size"])]
                at += int(found["size"]) + 1
        return held

    def path_of(self, path: Path) -> str:
        """`path` from the top of the work tree, with forward slashes; empty for the top itself."""
        told = path.resolve().relative_to(self.root.resolve()).as_posix()
        return "" if told == "." else told

    def knew(self, path: Path) -> bool:
        """Whether any commit of this branch has touched the file at `path`."""
        # A repository without a commit answers with an error, and knew nothing.
        found = self.tried("--literal-pathspecs", "log", "-1", "--format=%H", "--", str(path.resolve()))
        return found.returncode == 0 and bool(found.stdout.strip())

    def holds(self, path: Path) -> bool:
        """Whether `path` is in the repository, or about to be."""
        return bool(self.run("ls-files", "--", str(path)).strip())

    def ignores(self, path: Path) -> bool:
        """Whether git leaves `path` alone, because a .gitignore says so."""
        return self.succeeds("check-ignore", "--quiet", "--no-index", "--", str(path))

    def author(self) -> str:
        """Who would be the author of a commit, as `Name <mail>`; empty when git does not know."""
        found = self.tried("var", "GIT_AUTHOR_IDENT")
        return found.stdout.rpartition(">")[0] + ">" if found.returncode == 0 else ""

    def require_author(self) -> None:
        """Raise GitError when git does not know who commits."""
        if not self.succeeds("var", "GIT_COMMITTER_IDENT") or not self.author():
            raise GitError("git does not know who commits", IDENTITY_HINT)

    def require_settled(self, paths: Sequence[Path]) -> None:
        """Raise GitError when git would not commit `paths` alone: in a merge, and while one is in conflict.

        To try would take from git what it knows of the conflict. Amid a rebase it would, and then forget the
        commit when the rebase is aborted.
        """
        under_way = next((what for name, what in _WHOLE.items() if (self.folder / name).exists()), "")
        told = self.run("ls-files", "--unmerged", "-z", "--", *(str(path) for path in paths))
        if told:
            name = told.split("\0")[0].partition("\t")[2]
            hint = (
                f"Keep what shall stand, then `git add {name}` and `git {under_way or 'rebase'} --continue`."
            )
            raise GitError(f"{name} is in a conflict that git waits to be told the end of", hint)
        if under_way:
            hint = f"First end it: `git {under_way} --continue`, or `git {under_way} --abort`."
            raise GitError(f"a {under_way} is under way, and git commits no file alone in it", hint)
        if any((self.folder / name).exists() for name, what in _UNFINISHED.items() if what == "rebase"):
            hint = "First end it: `git rebase --continue`, or `git rebase --abort`."
            raise GitError("a rebase is under way, and git drops what is committed in it with --abort", hint)

    def has(self, paths: Sequence[Path]) -> bool:
        """Whether the last commit has `paths` as they stand on disk; those git ignores count as had."""
        return not self._changed([str(path) for path in paths])

    def unsaved_of(self, paths: Sequence[Path]) -> frozenset[str]:
        """Those of `paths`, from the top of the work tree, that are not in the last commit as they stand."""
        return frozenset(self._changed([str(path) for path in paths])) if paths else frozenset()

    def unstage(self, paths: Sequence[Path]) -> None:
        """Let what is staged of `paths` be what the last commit has, as far as git lets us."""
        with suppress(GitError):
            self.run("reset", "--quiet", "--", *[str(path) for path in paths], locks=True)

    def _refuse_ignored(self, paths: Sequence[str]) -> None:
        # Exit code 1: none of them is.
        found = self.tried("check-ignore", "-z", "--stdin", stdin="\0".join(paths))
        if found.returncode == 0 and (ignored := found.stdout.split("\0")[0]):
            hint = "Remove the rule, or go on without commits (`--no-commit`)."
            raise GitError(f"git ignores {os.path.relpath(ignored, self.root)} (.gitignore)", hint)

    def _changed(self, paths: Sequence[str]) -> list[str]:
        """Those of `paths`, from the top of the work tree, that are not as in the last commit."""
        told = self.run(
            "status",
            "--porcelain",
            "-z",
            "--no-renames",
            "--untracked-files=all",
            "--ignored=no",
            "--",
            *paths,
        )
        return [line[3:] for line in told.split("\0") if line]
