"""A hint is never believed where the file may be another."""

import os

import pytest
from patience import until

from builder import digest, files
from builder.errors import FileError
from builder.stamps import Stamps, clock_of, stamp_of, walk

LATER = 10**12
"""A second and more after any file was written, in nanoseconds."""


def seen(folder, *paths: str, later: int = LATER) -> dict:
    stamps = Stamps(folder)
    for path in paths:
        stamps.digest(path)
    return stamps.fresh(clock_of(folder) + later)


def test_file_whose_size_and_time_stand_is_not_read_again(tmp_path, monkeypatch):
    (tmp_path / "a").write_text("one")
    told = seen(tmp_path, "a")
    monkeypatch.setattr(files, "read_bytes", lambda path: pytest.fail("read again"))

    assert Stamps(tmp_path, told).digest("a") == digest.of_text("one")


def tick(folder) -> None:
    """Let the clock of the disk go on: what is written after it has another time."""
    before = clock_of(folder)
    until(lambda: clock_of(folder) > before)


@pytest.mark.parametrize("text", ["two", "longer"])
def test_changed_file_is_read_again(tmp_path, text):
    (tmp_path / "a").write_text("one")
    told = seen(tmp_path, "a")
    (tmp_path / "a").write_text(text)
    os.utime(tmp_path / "a", ns=(0, 1))

    assert Stamps(tmp_path, told).digest("a") == digest.of_text(text)


def test_what_was_written_within_the_tick_of_the_clock_is_not_believed(tmp_path):
    (tmp_path / "a").write_text("one")
    stat = (tmp_path / "a").stat()
    told = seen(tmp_path, "a", later=0)
    (tmp_path / "a").write_text("two")
    os.utime(tmp_path / "a", ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert Stamps(tmp_path, told).digest("a") == digest.of_text("two")


@pytest.mark.parametrize("told", [1, None, [1, 2], ["x", [], {}], {}, [3, 4, 5, 6], "abc"])
def test_hints_that_cannot_be_read_are_none(tmp_path, told):
    (tmp_path / "a").write_text("one")

    assert Stamps(tmp_path, {"a": told}).digest("a") == digest.of_text("one")
    assert not Stamps(tmp_path, {"a": told}).stand()


def test_all_stands_until_a_file_is_another_or_gone(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    told = seen(tmp_path, "a", "b")

    assert Stamps(tmp_path, told).stand()
    os.utime(tmp_path / "a", ns=(0, 1))
    touched = Stamps(tmp_path, told)
    assert (touched.stand(), touched.fresh(0).keys(), touched.gone) == (True, {"a"}, set())
    tick(tmp_path)
    (tmp_path / "b").write_text("c")
    assert not Stamps(tmp_path, told).stand()
    (tmp_path / "b").unlink()
    assert not Stamps(tmp_path, told).stand()


def test_fresh_is_what_was_not_told_so_and_gone_what_was_not_seen(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(name)
    stamps = Stamps(tmp_path, seen(tmp_path, "a", "b"))
    for name in ("a", "c"):
        stamps.digest(name)

    assert (stamps.fresh(0).keys(), stamps.gone) == ({"c"}, {"b"})


def test_missing_file_is_a_file_error(tmp_path):
    with pytest.raises(FileError, match="cannot read"):
        Stamps(tmp_path).digest("a")


def test_walk_finds_files_below_trees_and_follows_no_folder_that_is_a_link(tmp_path):
    for path in ("a/b/c.md", "a/d.md", "e.yaml", "other/f"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "a" / "link").symlink_to(tmp_path / "other")
    (tmp_path / "a" / "gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "a" / "pipe")

    walked = walk(tmp_path, ["a", "e.yaml", "missing"])

    assert sorted(walked.odd) == ["a/gone", "a/link", "a/pipe"]
    assert sorted(path for path, _ in walked.files) == [
        "a/b/c.md",
        "a/d.md",
        "e.yaml",
    ]


def test_changed_file_of_the_same_size_whose_time_was_set_back_is_read_again(tmp_path):
    (tmp_path / "a").write_text("one")
    stat = (tmp_path / "a").stat()
    told = seen(tmp_path, "a")
    tick(tmp_path)
    (tmp_path / "a").write_text("two")
    os.utime(tmp_path / "a", ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert not Stamps(tmp_path, told).stand()
    assert Stamps(tmp_path, told).digest("a") == digest.of_text("two")


def test_what_is_put_in_place_is_known_as_it_stands_there(tmp_path):
    stamps = Stamps(tmp_path)
    _, stat = files.Tree(tmp_path).put("a", b"one")
    stamps.saw("a", stamp_of(stat, digest.of_bytes(b"one")))

    assert (
        stamp_of((tmp_path / "a").stat(), digest.of_bytes(b"one"))
        == stamps.fresh(LATER + clock_of(tmp_path))["a"]
    )
