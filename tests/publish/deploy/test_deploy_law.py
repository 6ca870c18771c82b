"""The law of deploying: whatever came before, a place holds the site in the end, and the files of others."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import destinations
import pytest
import worktree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worktree import git

from builder.gitrepo import Repo
from builder.publish.deploy import built, carry
from builder.publish.deploy.branch import Branch
from builder.publish.deploy.folder import Folder
from builder.publish.deploy.places import Place

# Names that are a file in one site and a folder in another, assets, pages and feeds.
NAMES = ("a", "a/index.html", "a/b", "a/b/c.html", "index.html", "ünï *.html", "feed.xml", "assets/s.1.css")
SITES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from([b"", b"one", b"two\r\n", b"\xff\0"])).filter(
    lambda site: not any(other.startswith(f"{name}/") for name in site for other in site)
)
STEPS = st.lists(st.tuples(SITES, st.none() | st.integers(0, 12)), min_size=1, max_size=5)
FOREIGN = {"mine.txt": b"mine", "assets/mine.css": b"mine too", "z/deep/mine": b"and this"}


class KilledError(Exception):
    pass


@dataclass
class Mortal:
    """A place that dies at the n-th step."""

    place: Place
    steps: int

    @property
    def name(self) -> str:
        return self.place.name

    def standing(self) -> Mapping[str, str]:
        return self.place.standing()

    def fingerprint(self, data: bytes) -> str:
        return self.place.fingerprint(data)

    def read(self, path: str) -> bytes:
        return self.place.read(path)

    def put(self, path: str, data: bytes) -> None:
        self._step()
        self.place.put(path, data)

    def remove(self, path: str) -> None:
        self._step()
        self.place.remove(path)

    def settle(self) -> str:
        self._step()
        return self.place.settle()

    def _step(self) -> None:
        if not self.steps:
            raise KilledError
        self.steps -= 1


def lawful(folder: Path, open_place: Callable[[], Place], steps: list, look: Callable[[], dict]) -> None:
    """Deploy each site in turn, some cut short; the last as a whole. Then the place must hold it."""
    for files, kill in [*steps, (steps[-1][0], None)]:
        one = destinations.site(folder, files)
        place = open_place()
        try:
            destinations.deploy(one, place if kill is None else Mortal(place, kill))
        except KilledError:
            continue
        assert look() == FOREIGN | destinations.held(folder)
        assert carry.look(one, open_place()).is_none


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_a_folder_holds_the_site_and_what_others_put_there(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("law")
    target = folder / "www"
    for name, data in FOREIGN.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(data)

    lawful(folder / "site", lambda: Folder(target), steps, lambda: destinations.held(target))


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A newsletter's repository, whose remote has a branch with files of others."""
    root = tmp_path / "tree"
    root.mkdir()
    for name, data in FOREIGN.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    found = worktree.make(root, monkeypatch)
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    return found


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_a_branch_holds_the_site_and_what_others_put_there(repo, tmp_path_factory, steps):
    git(repo.root, "push", "--quiet", "--force", "origin", "HEAD:refs/heads/pages")
    folder = tmp_path_factory.mktemp("law")

    def look() -> dict[str, bytes]:
        clone = tmp_path_factory.mktemp("clone")
        git(clone, "-c", "core.autocrlf=false", "clone", "--quiet", "--branch", "pages", remote, ".")
        return destinations.held(clone)

    remote = git(repo.root, "remote", "get-url", "origin").strip()
    lawful(folder / "site", lambda: Branch(repo, "origin", "pages"), steps, look)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_a_bucket_holds_the_site_and_what_others_put_there(storage, tmp_path_factory, steps):
    bucket = storage.empty()
    for name, data in FOREIGN.items():
        bucket.put(name, data)
    folder = tmp_path_factory.mktemp("law")

    def look() -> dict[str, bytes]:
        return {path: bucket.read(path) for path in bucket.standing()}

    lawful(folder / "site", lambda: bucket, steps, look)


_DIES = """
import os, signal, sys
from pathlib import Path
from builder.publish.deploy import built, carry
from builder.publish.deploy.folder import Folder

site, target, left = built.read(Path(sys.argv[1])), Folder(Path(sys.argv[2])), int(sys.argv[3])
move = Path.replace
def replace(self, other):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return move(self, other)
Path.replace = replace
list(carry.carry_out(site, target, carry.look(site, target)))
"""


@pytest.mark.parametrize("after", [0, 1, 3, 5])
def test_a_killed_deployment_is_made_whole_by_the_next(tmp_path: Path, after: int):
    old = {"index.html": b"old", "old.html": b"old", "feed.xml": b"old", "assets/a.css": b"old"}
    new = {"index.html": b"new", "new/index.html": b"new", "feed.xml": b"new", "assets/b.css": b"new"}
    target = tmp_path / "www"
    destinations.deploy(destinations.site(tmp_path / "site", old), Folder(target))
    (target / "mine").write_bytes(b"mine")
    one = destinations.site(tmp_path / "site", new)

    killed = subprocess.run(
        [sys.executable, "-c", _DIES, str(one.folder), str(target), str(after)], env=os.environ, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    # Each file is the old one or the new one, whole; no page is there before its style.
    torn = destinations.held(target)
    assert set(torn.values()) >= {b"old"} or after > 4
    assert ("new/index.html" not in torn) or "assets/b.css" in torn

    destinations.deploy(built.read(one.folder), Folder(target))

    assert destinations.held(target) == destinations.held(one.folder) | {"mine": b"mine"}
