import multiprocessing
from pathlib import Path

import pytest

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
        go.wait(10)


def test_lock_names_its_owner_and_ends_with_it(tmp_path):
    context = multiprocessing.get_context("fork")
    held, go = context.Event(), context.Event()
    owner = context.Process(target=_hold, args=(tmp_path / "lock", held, go))
    owner.start()
    assert held.wait(10)

    with pytest.raises(FileError, match=f"process {owner.pid}"), files.lock(tmp_path / "lock"):
        pass

    owner.kill()
    owner.join()
    with files.lock(tmp_path / "lock"):
        pass
