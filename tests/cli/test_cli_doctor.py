"""`briefpress doctor`: what is wrong is named with what to do; what is right is said in a line."""

import json
import sqlite3
import tomllib
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import worktree
import worlds

from builder import memory, state
from builder.cli import checkup
from builder.cli.console import Console
from builder.cli.main import run

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def root(make_site, monkeypatch) -> Path:
    folder = make_site(f"-- config.yaml --\n{worlds.config()}")
    path = folder / worlds.item_file(1)
    path.parent.mkdir(parents=True)
    path.write_text(worlds.item(1), encoding="utf-8")
    worktree.make(folder, monkeypatch)
    return folder


def told(root: Path, capsys, *arguments: str) -> tuple[int, dict]:
    capsys.readouterr()
    code = run(Console(), ["doctor", "--json", "--root", str(root), *arguments])
    return code, json.loads(capsys.readouterr().out)["data"]


def said(data: dict, area: str, kind: str) -> str:
    found = (check for check in data["checks"] if (check["area"], check["state"]) == (area, kind))
    return "\n".join(f"{check['said']} | {check['fix']}" for check in found)


def test_sound_newsletter_has_nothing_that_cannot_work_and_is_left_as_it_is(root, capsys):
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*") if ".git" not in path.parts}

    code, data = told(root, capsys)

    assert (code, data["fail"]) == (0, 0)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert not (root / ".briefpress").exists()
    areas = [check["area"] for check in data["checks"]]
    for area in (
        "python",
        "packages",
        "git",
        "clock",
        "disk",
        "config",
        "state",
        "summaries",
        "content",
        "mail",
    ):
        assert area in areas


def test_every_finding_that_is_not_well_says_what_to_do(root, capsys):
    (root / ".briefpress").mkdir()
    (root / ".briefpress" / "state.db").write_bytes(b"no database" * 100)
    (root / "config.yaml").write_text("site:\n  titel: X\n", encoding="utf-8")

    code, data = told(root, capsys)

    assert code == 1
    for check in data["checks"]:
        assert bool(check["fix"]) == (check["state"] != "ok"), check
    assert "config.yaml:2" in said(data, "config", "fail")
    assert "damaged" in said(data, "state", "warn")


def test_outside_of_a_newsletter_the_machine_is_looked_at(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert run(Console(), ["doctor"]) == 0

    assert "briefpress init" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "kind"), [("state.db", state), ("feeds.db", memory)])
def test_database_of_a_newer_program_is_named_and_left_alone(root, capsys, name, kind):
    path = root / ".briefpress" / name
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {kind.VERSION + 1}")
    connection.close()
    before = path.read_bytes()

    _, data = told(root, capsys)

    assert "a newer briefpress" in said(data, "state", "warn")
    assert path.read_bytes() == before


def test_unfinished_merge_and_a_commit_by_nobody_are_told(root, capsys, monkeypatch):
    (root / ".git" / "MERGE_HEAD").write_text(worktree.git(root, "rev-parse", "HEAD"))
    assert "git merge --abort" in said(told(root, capsys)[1], "git", "fail")

    worktree.git(root, "config", "user.useConfigOnly", "true")
    for name in worktree.IDENTITY:
        monkeypatch.delenv(name)
    assert "does not know who commits" in said(told(root, capsys)[1], "git", "fail")


@pytest.mark.parametrize(
    ("now", "last", "found"),
    [
        (NOON, NOON - timedelta(days=30), checkup.State.OK),
        (NOON, None, checkup.State.OK),
        (NOON, NOON + timedelta(minutes=1), checkup.State.OK),
        (NOON, NOON + timedelta(hours=1), checkup.State.FAIL),
        (datetime(2038, 1, 20, tzinfo=UTC), NOON, checkup.State.WARN),
        (datetime(1970, 1, 2, tzinfo=UTC), None, checkup.State.FAIL),
    ],
)
def test_clock_is_judged_by_the_last_commit(now, last, found):
    assert checkup.clock(now, last).state is found


def test_secret_of_the_letter_is_missed_and_never_told(root, capsys, monkeypatch):
    with (root / "config.yaml").open("a", encoding="utf-8") as file:
        file.write("mail: {via: buttondown, from_address: desk@brief.example}\n")
    monkeypatch.delenv("BUTTONDOWN_API_KEY", raising=False)
    assert "BUTTONDOWN_API_KEY is not in this environment" in said(told(root, capsys)[1], "mail", "warn")

    monkeypatch.setenv("BUTTONDOWN_API_KEY", "s3cr3t-of-ours")
    _, data = told(root, capsys)

    assert said(data, "mail", "warn") == ""
    assert "s3cr3t" not in json.dumps(data)


def test_hosts_are_asked_only_with_network(root, capsys):
    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"User-agent: *\nDisallow: /\n")

        def log_message(self, *_: object) -> None:
            asked.append(self.path)

    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    text = worlds.config().replace(
        "feeds: []",
        f"feeds: [{{slug: one, url: 'http://127.0.0.1:{port}/feed.xml'}},"
        " {slug: two, url: 'http://127.0.0.1:1/feed.xml'}]\n"
        f"fetch: {{allow_hosts: ['127.0.0.1:{port}', '127.0.0.1:1']}}",
    )
    (root / "config.yaml").write_text(text, encoding="utf-8")
    try:
        assert "network" not in {check["area"] for check in told(root, capsys)[1]["checks"]}
        assert asked == []

        code, data = told(root, capsys, "--network")
    finally:
        server.shutdown()
        server.server_close()

    assert code == 1
    assert "asks programs not to read" in said(data, "network", "warn")
    assert "127.0.0.1:1" in said(data, "network", "fail")


def test_every_extra_for_users_is_explained():
    pyproject = Path(__file__).resolve().parents[2] / "pyproject.toml"
    extras = tomllib.loads(pyproject.read_text())["project"]["optional-dependencies"]

    assert set(extras) - {"dev", "models-test"} == set(checkup.EXTRAS)
