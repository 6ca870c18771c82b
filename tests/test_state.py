import sqlite3

import pytest

from builder.errors import FileError
from builder.state import State


def test_what_was_kept_is_found_again(tmp_path):
    with State.open(tmp_path / "c" / "state.db") as state:
        state.keep_validators("https://a.example/", "rules", '"e"', "yesterday")
        state.keep_bodies({"k": "<p>é</p>"})

    with State.open(tmp_path / "c" / "state.db") as state:
        assert state.validators("https://a.example/", "rules") == ('"e"', "yesterday")
        assert state.bodies(["k", "other"]) == {"k": "<p>é</p>"}


def test_answer_read_under_other_rules_is_asked_in_full(tmp_path):
    with State.open(tmp_path / "state.db") as state:
        state.keep_validators("https://a.example/", "old rules", '"e"', "")

        assert state.validators("https://a.example/", "new rules") == ("", "")


@pytest.mark.parametrize("damage", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 5000, b""])
def test_damaged_cache_is_made_again(tmp_path, damage):
    (tmp_path / "state.db").write_bytes(damage)

    with State.open(tmp_path / "state.db") as state:
        state.keep_bodies({"k": "v"})
        assert state.bodies(["k"]) == {"k": "v"}


def test_cache_of_another_version_is_made_again(tmp_path):
    with sqlite3.connect(tmp_path / "state.db") as other:
        other.execute("PRAGMA user_version = 99")
    other.close()

    with State.open(tmp_path / "state.db") as state:
        assert state.bodies(["k"]) == {}


def test_cache_in_a_place_that_is_none_is_a_file_error(tmp_path):
    (tmp_path / "file").write_text("x")

    with pytest.raises(FileError, match="cache"):
        State.open(tmp_path / "file" / "state.db")
