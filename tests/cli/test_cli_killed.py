"""A command that is killed leaves each file as it was or as it was to be, and the next run does the rest."""

import os
import random
import re
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
import worktree
import worlds
from patience import until

from builder.cli.console import Console
from builder.cli.main import run
from builder.content import library
from builder.errors import FileError

ROUNDS = 4
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

COMMANDS = {
    "approve": ["approve", "--feed", "example"],
    "reject": ["reject", worlds.item_id(1), worlds.item_id(2), "--reason", "An advertisement"],
    "edition new": ["edition", "new"],
    "edition add": ["edition", "add", "1", worlds.item_id(7)],
    "edition move": ["edition", "move", "1", worlds.item_id(5), "--before", worlds.item_id(4)],
    "fmt": ["fmt"],
    "propose": ["propose"],
    "story split": ["story", "split", worlds.item_id(2)],
    "story merge": ["story", "merge", worlds.item_id(1), worlds.item_id(6)],
}

_REFUSES_TWICE = {"edition add": (5,), "story split": (5,), "story merge": (5,)}
"""What is done already is refused with a word: an item that the edition has, a story that is split."""


@pytest.fixture
def template(make_site, monkeypatch) -> Path:
    """Drafts, approved items, stories and an edition in git, a file that a browser wrote, and a remote."""
    files = {"config.yaml": worlds.config("editions"), ".gitignore": ".briefpress/\n"}
    for number in range(1, 9):
        status, feed = ("draft", "example") if number < 4 else ("approved", "other")
        story = 1 if number in (2, 3) else 0
        files[worlds.item_file(number)] = worlds.item(number, status=status, story=story, feed=feed)
    files["content/editions/0001.md"] = worlds.edition(1, [4, 5], published=False)
    root = make_site("\n".join(f"-- {path} --\n{text}" for path, text in files.items()), "template")
    worktree.make(root, monkeypatch)
    # Inside, so that each copy has its own.
    worktree.git(root, "init", "--quiet", "--bare", ".briefpress/origin.git")
    worktree.git(root, "remote", "add", "origin", "./.briefpress/origin.git")
    (root / worlds.item_file(8)).write_bytes(worlds.item(8).replace("\n", "\r\n").encode())
    (root / worlds.item_file(9)).write_text(worlds.item(9, status="draft"), encoding="utf-8")
    return root


def start(root: Path, command: list[str]) -> int:
    """The command in a process of its own, as from a shell."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setpgid(0, 0)
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os._exit(run(Console(), [*command, "--root", str(root)]))
    finally:
        os._exit(70)


def finished(root: Path, command: list[str]) -> int:
    """The exit code of the next run."""
    codes: list[int] = []

    def ended() -> bool:
        codes.append(run(Console(), [*command, "--root", str(root)]))
        # A git that outlives the killed run for a moment holds its lock, or one of its own.
        return codes[-1] != FileError.exit_code

    until(ended)
    return codes[-1]


def held(root: Path) -> dict[str, bytes]:
    """What stands in `content/`; times aside, and what a killed run left unfinished, which is hidden."""
    return {
        path.relative_to(root).as_posix(): _MOMENT.sub(b"T", path.read_bytes())
        for path in (root / "content").rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_kill_leaves_the_old_or_the_new_and_the_next_run_does_the_rest(template, tmp_path, name):
    command, before = COMMANDS[name], held(template)
    whole = shutil.copytree(template, tmp_path / "whole")
    began = time.monotonic()
    assert os.waitstatus_to_exitcode(os.waitpid(start(whole, command), 0)[1]) == 0
    took = time.monotonic() - began
    after = held(whole)
    chance = random.Random(name)
    for turn in range(ROUNDS):
        root = shutil.copytree(template, tmp_path / f"killed-{turn}")
        pid = start(root, command)
        time.sleep(chance.uniform(0, took))
        # Alone, or with the git that it may have begun.
        with suppress(ProcessLookupError):
            (os.kill if turn % 2 else os.killpg)(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        for path, data in held(root).items():
            assert data in (before.get(path), after.get(path)), path
        assert not library.load(root).faults
        assert finished(root, command) in (0, *_REFUSES_TWICE.get(name, ()))
        assert held(root) == after
