import contextlib
import sqlite3

import pytest

from builder import database
from builder.errors import FileError
from builder.state import State
from builder.workers import forks


def test_what_was_kept_is_found_again(tmp_path):
    with State.open(tmp_path / "c" / "state.db") as state:
        assert not state.has_bodies()
        state.keep_bodies({"k": "<p>é</p>"})
        assert state.has_bodies()
        state.keep_note("n", "told")
        state.keep_parsed({"a.md": ("d", "[]", "body"), "b.md": ("e", "", "")}, [])
        state.keep_rows("t", {"a": [1, "é"], "b": 2})

    with State.open(tmp_path / "c" / "state.db") as state:
        assert state.bodies(["k", "other"]) == {"k": "<p>é</p>"}
        assert (state.note("n"), state.note("other")) == ("told", "")
        assert state.parsed(["a.md"]) == {"a.md": ("d", "[]", "body")}
        assert state.parsed(["c.md"]) == {}
        assert set(state.parsed()) == {"a.md", "b.md"}
        assert (state.rows("t"), state.rows("u")) == ({"a": [1, "é"], "b": 2}, {})


def test_what_is_gone_is_forgotten(tmp_path):
    with State.open(tmp_path / "state.db") as state:
        state.keep_parsed({"a": ("1", "", ""), "b": ("2", "", "")}, [])
        state.keep_parsed({}, ["a"])
        assert set(state.parsed()) == {"b"}


def test_rows_that_change_are_written_and_no_other(tmp_path):
    rows = {f"k{number}": number for number in range(300)}
    with State.open(tmp_path / "state.db") as state:
        state.keep_rows("t", rows)
        state.keep_rows("t", {"k7": 70})
        found = state.rows("t")
        assert (found["k7"], len(found)) == (70, 300)

        state.keep_rows("t", {"k8": 80}, ["k9", "k999"])
        assert state.rows("t") == {key: value for key, value in rows.items() if key != "k9"} | {
            "k7": 70,
            "k8": 80,
        }

        state.keep_rows("tables", {"x": 1})
        state.drop_rows("t")
        assert (state.rows("t"), state.rows("tables")) == ({}, {})


def test_some_rows_are_those_of_all(tmp_path):
    rows = {f"k{number}": number for number in range(300)}
    with State.open(tmp_path / "state.db") as state:
        state.keep_rows("t", rows)

        assert state.some_rows("t", ["k7", "k299", "k300"]) == {"k7": 7, "k299": 299}
        assert state.some_rows("t", []) == state.some_rows("other", ["k7"]) == {}


def test_damage_to_what_is_kept_is_noticed(tmp_path):
    path = tmp_path / "state.db"
    with State.open(path) as state:
        state.keep_bodies({"k": "<p>said</p>"})
        state.keep_note("n", "said")
        state.keep_parsed({"a.md": ("d", "said", "said")}, [])
        state.keep_rows("t", {"a": "said"})
    data = path.read_bytes()
    assert data.count(b"said") >= 5
    path.write_bytes(data.replace(b"said", b"sajd"))

    with State.open(path) as state:
        assert (state.bodies(["k"]), state.note("n"), state.parsed(), state.rows("t")) == ({}, "", {}, {})
    assert not path.exists()


def test_cache_damaged_in_its_middle_knows_nothing_and_goes(tmp_path):
    path = tmp_path / "state.db"
    with State.open(path) as state:
        state.keep_bodies({f"k{number}": "x" * 3000 for number in range(50)})
    data = bytearray(path.read_bytes())
    data[8192:-4096] = b"\xff" * len(data[8192:-4096])
    path.write_bytes(data)

    with State.open(path) as state:
        state.bodies([f"k{number}" for number in range(50)])
        state.keep_bodies({"new": "y"})
    with State.open(path) as state:
        state.keep_bodies({"k": "v"})
        assert state.bodies(["k"]) == {"k": "v"}


@pytest.mark.parametrize("damage", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 5000, b""])
def test_damaged_cache_is_made_again(tmp_path, damage):
    (tmp_path / "state.db").write_bytes(damage)

    with State.open(tmp_path / "state.db") as state:
        state.keep_bodies({"k": "v"})
        assert state.bodies(["k"]) == {"k": "v"}


def test_a_fork_reads_over_a_connection_of_its_own_what_is_kept_meanwhile(tmp_path):
    with State.open(tmp_path / "state.db") as state:
        state.keep_bodies({f"k{number}": "v" for number in range(200)})
        results = forks(2)(lambda number: state.bodies([f"k{number}"]).get(f"k{number}"), range(200))
        for number, value in enumerate(results):
            state.keep_bodies({f"new{number}": "w"})
            assert value == "v"

        assert state.bodies(["new199"]) == {"new199": "w"}


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


def test_no_room_for_a_cache_that_forgets_is_told(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("out of memory")

    monkeypatch.setattr(sqlite3, "connect", refuse)

    with pytest.raises(FileError, match="in memory: out of memory"):
        State.in_memory()


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_cache_that_another_holds_locked_is_told_and_kept(tmp_path, monkeypatch, journal):
    monkeypatch.setattr(database, "_TIMEOUT_S", 0)
    path = tmp_path / "state.db"
    with State.open(path) as state:
        state.keep_bodies({"k": "v"})
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA journal_mode = {journal}")
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(FileError, match=r"cannot open the cache .*locked") as told:
            State.open(path)
        assert "Another program has it open" in str(told.value.faults[0].hint)
        other.rollback()

    with State.open(path) as state:
        assert state.bodies(["k"]) == {"k": "v"}


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN])
def test_cache_that_the_disk_does_not_give_is_told_and_kept(tmp_path, monkeypatch, code):
    path = tmp_path / "state.db"
    with State.open(path) as state:
        state.keep_bodies({"k": "v"})

    class Refusing(sqlite3.Connection):
        def execute(self, *_: object) -> sqlite3.Cursor:
            error = sqlite3.OperationalError("the disk refuses")
            error.sqlite_errorcode = code
            raise error

    connect = sqlite3.connect
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", lambda *given, **named: connect(*given, **named, factory=Refusing))
        with pytest.raises(FileError, match="the disk refuses"):
            State.open(path)

    with State.open(path) as state:
        assert state.bodies(["k"]) == {"k": "v"}


def test_cache_that_another_makes_in_that_moment_is_taken_as_it_is_made(tmp_path, monkeypatch):
    path = tmp_path / "state.db"
    connect = sqlite3.connect

    class Late(sqlite3.Connection):
        """Looks before the other has made it, and would make it after."""

        def executescript(self, script: str) -> sqlite3.Cursor:
            monkeypatch.setattr(sqlite3, "connect", connect)
            with State.open(path) as state:
                state.keep_bodies({"k": "v"})
            return super().executescript(script)

    monkeypatch.setattr(sqlite3, "connect", lambda *given, **named: connect(*given, **named, factory=Late))

    with State.open(path) as state:
        assert state.bodies(["k"]) == {"k": "v"}
