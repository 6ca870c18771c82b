import multiprocessing
import os
from pathlib import Path

import pytest
from patience import LONG_S

from builder import files
from builder.errors import FileError


def test_written_file_is_whole_and_leaves_nothing_beside_it(tmp_path):
    files.write_atomic(tmp_path / "a" / "b.txt", "héllo")

    assert (tmp_path / "a" / "b.txt").read_text(encoding="utf-8") == "héllo"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]


def test_failed_write_keeps_the_old_file_and_leaves_nothing_beside_it(tmp_path):
    (tmp_path / "folder").mkdir()

    with pytest.raises(FileError, match="cannot write"):
        files.write_atomic(tmp_path / "folder", "text")

    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "link/x"])
def test_path_that_leaves_its_folder_is_refused(tmp_path, name):
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)

    with pytest.raises(FileError, match="outside"):
        files.inside(root, name)


def test_long_names_can_be_written(tmp_path):
    files.write_atomic(tmp_path / ("x" * 200), "text")

    assert (tmp_path / ("x" * 200)).read_text() == "text"


def _hold(
    path: Path, held: "multiprocessing.synchronize.Event", go: "multiprocessing.synchronize.Event"
) -> None:
    with files.lock(path):
        held.set()
        go.wait(2 * LONG_S)


def test_lock_names_its_owner_and_ends_with_it(tmp_path):
    context = multiprocessing.get_context("fork")
    held, go = context.Event(), context.Event()
    owner = context.Process(target=_hold, args=(tmp_path / "lock", held, go))
    owner.start()
    assert held.wait(LONG_S)

    with pytest.raises(FileError, match=f"process {owner.pid}"), files.lock(tmp_path / "lock"):
        pass

    owner.kill()
    owner.join()
    with files.lock(tmp_path / "lock"):
        pass


def test_tree_tells_whether_anything_changed(tmp_path):
    tree = files.Tree(tmp_path / "site")

    assert tree.put("a/b.html", b"one")[0]
    assert not tree.put("a/b.html", b"one")[0]
    assert tree.put("a/b.html", b"two")[0]
    assert (tmp_path / "site" / "a" / "b.html").read_bytes() == b"two"
    assert [path.name for path in (tmp_path / "site" / "a").iterdir()] == ["b.html"]


@pytest.mark.parametrize("link", ["a", "a/b.html"])
def test_tree_is_not_left_by_a_link(tmp_path, link):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "b.html").write_bytes(b"mine")
    place = tmp_path / "site" / link
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere if link == "a" else elsewhere / "b.html")

    with pytest.raises(FileError, match="outside"):
        files.Tree(tmp_path / "site").put("a/b.html", b"ours")

    assert (elsewhere / "b.html").read_bytes() == b"mine"


def test_tree_does_not_wait_for_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "a")

    with pytest.raises(FileError, match="something else"):
        files.Tree(tmp_path).put("a", b"ours")


def test_upward_finds_the_nearest_folder(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "config.yaml").write_text("")

    assert files.upward(tmp_path / "a" / "b", "config.yaml") == tmp_path.resolve()
    assert files.upward(tmp_path / "a", "nothing.of.that.name") is None


def test_links_in_a_circle_are_no_place_inside(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")

    for relative in ("a", "a/site"):
        with pytest.raises(FileError, match="no usable path"):
            files.inside(tmp_path, relative)
    assert files.inside(tmp_path, "not/there/yet") == tmp_path.resolve() / "not/there/yet"
