"""A build that has nothing to do is sure of it."""

import os
import shutil
from pathlib import Path

import pytest
import worlds

from builder.cli.console import Console
from builder.cli.main import run


@pytest.fixture
def root(make_site) -> Path:
    root = make_site(f"-- config.yaml --\n{worlds.config()}")
    for number in (1, 2):
        path = root / worlds.item_file(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(worlds.item(number))
    return root


def build(root: Path, *options: str) -> int:
    return run(Console(), ["build", *options, "--root", str(root)])


def test_newsletter_copied_with_its_cache_is_built_where_it_is_now(root, tmp_path):
    assert build(root) == 0
    other = shutil.copytree(root, tmp_path / "other")
    shutil.rmtree(other / "site")

    assert build(other) == 0

    assert (other / "site" / "index.html").is_file()
    assert build(root) == 0


def test_dry_run_promises_no_writing_of_what_may_come_out_the_same(root, capsys):
    assert build(root) == 0
    path = root / worlds.item_file(1)
    path.write_text(path.read_text().replace("by: extract/1\n", "by: extract/1\n# A remark of its editor.\n"))
    capsys.readouterr()

    assert build(root, "--dry-run", "-v") == 0
    foreseen = capsys.readouterr().err
    assert build(root, "-v") == 0
    done = capsys.readouterr().err

    page = "items/2026-11-01-item-1/index.html"
    assert f"would make {page}\n" in foreseen
    assert " and write those that come out otherwise, " in foreseen
    assert f"wrote {page}" not in done


def test_retraction_in_a_file_of_the_same_size_and_time_is_seen(root):
    item = root / worlds.item_file(1)
    assert build(root) == 0
    assert build(root) == 0
    stat = item.stat()
    item.write_text(item.read_text().replace("status: approved", "status: rejected"))
    os.utime(item, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert build(root) == 0

    assert not (root / "site" / "items" / "2026-11-01-item-1").exists()


def test_pipe_among_the_content_is_told_by_every_build(root):
    assert build(root) == 0
    os.mkfifo(root / "content" / "items" / "2026" / "pipe.md")

    assert [build(root), build(root)] == [5, 5]


@pytest.mark.parametrize("command", ["build", "check", "list", "status", "lint", "verify"])
def test_link_to_itself_is_a_fault_that_names_it(root, command, capsys):
    (root / "content" / "items" / "2026" / "loop.md").symlink_to("loop.md")

    assert run(Console(), [command, "--root", str(root)]) != 70
    assert "content/items/2026/loop.md" in "".join(capsys.readouterr())
