"""Ctrl-C and SIGTERM, sent to the whole process group as terminals and systemd do: one line, then the end."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import worlds
from patience import LONG_S, until

# A test runner may itself be in the background, where shells have SIGINT ignored.
BEGIN = """\
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
from builder.__main__ import main
main()
"""
MAIL = """\
mail:
  via: smtp
  from_address: desk@brief.example
  postal_address: 1 Sample Street, Sampletown
  unsubscribe: https://brief.example/leave?t={{token}}
  require_test: false
  smtp: {{host: 127.0.0.1, port: {port}, security: none, timeout_s: 300}}
"""


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A host that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as host:
        host.settimeout(LONG_S)
        yield host


@contextmanager
def begun(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    line = [sys.executable, "-c", BEGIN, *arguments]
    with subprocess.Popen(
        line,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


ENDS = {signal.SIGINT: (130, "interrupted"), signal.SIGTERM: (143, "terminated")}
"""The exit code and the word for it."""


def interrupted(process: "subprocess.Popen[str]", number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
    os.killpg(process.pid, number)
    _, said = process.communicate(timeout=LONG_S)
    assert "Traceback" not in said
    return process.returncode, said


def port(host: socket.socket) -> int:
    return int(host.getsockname()[1])


@pytest.mark.parametrize("number", ENDS, ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("command", ["pull", "run"])
def test_pull_that_waits_for_a_host_ends_at_once(command, number, make_site, silent):
    host = f"127.0.0.1:{port(silent)}"
    feeds = f"feeds: ['http://{host}/feed']\nfetch: {{allow_hosts: ['{host}'], timeout_s: 300}}"
    root = make_site(f"-- config.yaml --\n{worlds.config().replace('feeds: []', feeds)}")

    with begun(command, "--root", str(root)) as process:
        connection, _ = silent.accept()
        with connection:
            code, said = interrupted(process, number)

    assert (code, said.splitlines()[-1]) == (ENDS[number][0], f"{ENDS[number][1]}: what was done is kept")
    # Nobody who waited was blamed for it, and nobody holds the lock.
    again = subprocess.run(
        [sys.executable, "-m", "builder", "run", "--offline", "--root", str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "another briefpress" not in again.stderr
    assert (root / "site" / "index.html").is_file()


@pytest.mark.parametrize("number", ENDS, ids=["SIGINT", "SIGTERM"])
def test_build_ends_at_once_with_all_its_forks(number, make_site):
    root = make_site(f"-- config.yaml --\n{worlds.config('items')}")
    for one in range(1, 600):
        path = root / worlds.item_file(one)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(worlds.item(one), encoding="utf-8")

    with begun("build", "--root", str(root)) as process:
        # Until it is waited for, a process that has ended can be sent a signal.
        until((root / "site").is_dir)
        code, said = interrupted(process, number)

    end = (ENDS[number][0], f"{ENDS[number][1]}: what was done is kept")
    assert (code, said.splitlines()[-1]) == end or code == 0
    with begun("build", "--root", str(root)) as process:
        assert process.wait(timeout=LONG_S) == 0


def test_mail_to_a_server_that_says_nothing_ends_at_once(make_site, silent):
    told = worlds.config("editions") + MAIL.format(port=port(silent))
    root = make_site(f"-- config.yaml --\n{told}")
    for name, text in {
        worlds.item_file(1): worlds.item(1),
        "content/editions/0001.md": worlds.edition(1, [1]),
        "subscribers.csv": "email,token\nreader@example.org,t\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")

    with begun("mail", "send", "1", "--send", "--root", str(root)) as process:
        connection, _ = silent.accept()
        with connection:
            code, said = interrupted(process)

    assert code == 130
    assert said.splitlines()[-1] == "interrupted: what was done is kept"


@pytest.mark.parametrize("number", ENDS, ids=["SIGINT", "SIGTERM"])
def test_serve_is_ended_by_it_without_a_fault(number, make_site):
    root = make_site(f"-- config.yaml --\n{worlds.config()}")

    with begun("serve", "--port", "0", "--root", str(root)) as process:
        assert process.stderr
        while "Ctrl-C ends it" not in process.stderr.readline():
            assert process.poll() is None
        code, said = interrupted(process, number)

    assert (code, said.strip()) == (0, "")


def test_interruption_while_modules_are_imported_is_one_line(tmp_path):
    (tmp_path / "click.py").write_text(
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)\n"
    )
    line = [sys.executable, "-c", BEGIN]
    path = os.pathsep.join((str(tmp_path), str(Path(__file__).resolve().parents[2])))

    done = subprocess.run(
        line, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (130, "interrupted: what was done is kept\n")
