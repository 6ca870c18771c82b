"""The laws of what pulls remember."""

import sqlite3

import pytest

from builder.memory import CopyError, Memory, copy_of

URL = "https://news.example/feed"
COPY = copy_of(b"<rss/>", found_at=URL, content_type="text/xml", etag='"1"', last_modified="")


def test_copy_comes_back_as_it_was_kept(tmp_path):
    with Memory.open(tmp_path / "feeds.db") as memory:
        memory.keep_copy(URL, COPY, b"<rss/>")
    with Memory.open(tmp_path / "feeds.db") as memory:
        assert memory.copy(URL) == COPY
        assert memory.body(URL) == b"<rss/>"
        assert memory.copy("https://other.example/") is None


def test_settling_a_copy_keeps_its_bytes(tmp_path):
    with Memory.open(tmp_path / "feeds.db") as memory:
        memory.keep_copy(URL, COPY, b"<rss/>")
        memory.keep_copy(URL, COPY, None)

        assert memory.body(URL) == b"<rss/>"


def test_copy_that_is_not_there_or_damaged_is_told(tmp_path):
    with Memory.open(tmp_path / "feeds.db") as memory:
        with pytest.raises(CopyError):
            memory.body(URL)
        memory.keep_copy(URL, COPY, b"<rss/>")
        memory._connection.execute("UPDATE copies SET body = x'00'")
        with pytest.raises(CopyError):
            memory.body(URL)


@pytest.mark.parametrize("junk", [b"", b"no database", b"SQLite format 3\0" + bytes(100)])
def test_file_that_is_no_memory_is_made_again(tmp_path, junk):
    (tmp_path / "feeds.db").write_bytes(junk)

    with Memory.open(tmp_path / "feeds.db") as memory:
        assert memory.copy(URL) is None


def test_file_of_another_version_is_made_again(tmp_path):
    connection = sqlite3.connect(tmp_path / "feeds.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with Memory.open(tmp_path / "feeds.db") as memory:
        assert memory.health() == {}


def test_look_at_a_memory_changes_nothing(tmp_path):
    with Memory.open(tmp_path / "feeds.db") as memory:
        memory.keep_health({URL: "{}"})
    before = (tmp_path / "feeds.db").read_bytes()
    with Memory.of(tmp_path / "feeds.db") as memory:
        assert memory.health() == {URL: "{}"}
        memory.keep_health({URL: "changed"})

    assert (tmp_path / "feeds.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["feeds.db"]


def test_look_at_no_memory_makes_none(tmp_path):
    with Memory.of(tmp_path / "feeds.db") as memory:
        assert memory.health() == {}

    assert not list(tmp_path.iterdir())


def test_text_and_sketch_of_an_item_come_back(tmp_path):
    with Memory.open(tmp_path / "feeds.db") as memory:
        memory.keep_text("0123456789", "a text, längst")
        memory.keep_draft("1123456789", "a text", "a file")
        memory.keep_sketch("0123456789", b"12345678")

        assert memory.text("0123456789") == "a text, längst"
        assert memory.text("unknown") == ""
        assert (memory.text("1123456789"), memory.draft("1123456789")) == ("a text", "a file")
        assert memory.draft("0123456789") == ""
        assert memory.sketches() == {"0123456789": b"12345678"}
