"""Broken environments: each ends in words and the right exit code, and the next run is whole."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import worlds

FEED = """\
<rss version="2.0"><channel><title>Notes</title><link>https://notes.example/</link>
<item><title>The level of the river</title><guid>1</guid><link>https://notes.example/1</link>
<pubDate>Fri, 20 Nov 2026 09:00:00 +0000</pubDate>
<description>The river rose by 240 centimetres on Monday. The office published it.</description></item>
</channel></rss>
"""
LIMITS = {
    "no file above 4 KiB": "ulimit -f 8",
    "no file at all": "ulimit -f 0",
    "few descriptors": "ulimit -n 32",
    "2 GiB of memory": "ulimit -v 2097152",
    "no HOME": "unset HOME TMPDIR LANG LC_ALL XDG_CACHE_HOME",
    "C locale": "export LC_ALL=C LANG=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0",
    "no such zone": "export TZ=Nowhere/Nothing",
    "no room for the report": "exec > /dev/full",
    "no streams": "exec <&- >&- 2>&-",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("environment") / "newsletter"
    feeds = "feeds: [{url: feed.xml, slug: notes, full_text: false}]\nfetch: {max_age_days: 0}"
    for name, text in {
        "config.yaml": worlds.config("items")
        .replace("feeds: []", feeds)
        .replace("publish: items", "publish: items\n  recheck_days: 0"),
        "feed.xml": FEED,
        worlds.item_file(1): worlds.item(1, title="Grüße aus Łódź – “heute”"),
        worlds.item_file(2): worlds.item(2),
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def whole(template) -> dict[str, str]:
    """What an undisturbed run leaves."""
    root = template.with_name("whole")
    shutil.copytree(template, root)
    assert job(root).returncode == 0
    return tree(root)


@pytest.fixture
def root(template, tmp_path) -> Path:
    shutil.copytree(template, tmp_path / "newsletter")
    return tmp_path / "newsletter"


def job(
    root: Path, limit: str = "true", *arguments: str, under: str = ""
) -> "subprocess.CompletedProcess[str]":
    line = [
        *(f'"{part}"' for part in (sys.executable, "-m", "builder", "run", "--root", str(root))),
        *arguments,
    ]
    return subprocess.run(
        ["sh", "-c", f"{limit}; exec {under} {' '.join(line)}"], capture_output=True, text=True, check=False
    )


def tree(root: Path) -> dict[str, str]:
    """What stands there, without caches, and without when something was read."""
    return {
        path.relative_to(root).as_posix(): re.sub(
            r'"fetched": "[^"]*"', "", path.read_bytes().decode("utf-8", "replace")
        )
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".briefpress" not in path.parts
    }


@pytest.mark.parametrize("limit", LIMITS)
def test_run_says_what_is_wrong_and_the_next_one_is_whole(limit, root, whole):
    before = tree(root)

    done = job(root, LIMITS[limit])

    assert "Traceback" not in done.stderr
    assert "bug:" not in done.stderr
    assert done.returncode in (0, 6, 7), done.stderr
    if done.returncode:
        assert "error: " in done.stderr
    for name, text in tree(root).items():
        # What is there is what was there, or what will be there; nothing is half a file.
        assert text in (before.get(name), whole.get(name)), name
    assert job(root).returncode == 0
    assert tree(root) == whole


def test_run_whose_report_nobody_reads_ends_as_it_would(root, whole):
    reading, writing = os.pipe()
    os.close(reading)
    line = [sys.executable, "-m", "builder", "run", "--root", str(root)]
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(line, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False)

    assert done.returncode == 0
    assert "BrokenPipe" not in done.stderr
    assert tree(root) == whole


def test_read_only_folders_are_named(root, restricted):
    (root / "site").mkdir()
    (root / "site").chmod(0o555)

    done = job(root, under=restricted)

    assert done.returncode == 6
    assert "site" in done.stderr


def test_file_that_may_not_be_read_is_named(root, restricted):
    (root / worlds.item_file(2)).chmod(0)

    done = job(root, under=restricted)

    assert done.returncode == 5
    assert f"{worlds.item_file(2)}: cannot read" in done.stderr


@pytest.mark.parametrize(
    ("name", "damage"),
    [("state.db", "half"), ("state.db", "newer"), ("feeds.db", "empty"), ("feeds.db", "garbage")],
)
def test_damaged_cache_costs_time_only(name, damage, root, whole):
    job(root)
    path = root / ".briefpress" / name
    data = path.read_bytes()
    if damage == "newer":
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 999")
        connection.close()
    else:
        path.write_bytes(
            {"empty": b"", "half": data[: len(data) // 2], "garbage": b"\xa5" * len(data)}[damage]
        )

    assert job(root).returncode == 0
    assert tree(root) == whole


@pytest.mark.parametrize("year", [2019, 2038])
def test_clock_that_is_wrong_loses_nothing(year, root, whole, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import builder.cli.newsletter as it, datetime\n"
        f"it.now = lambda: datetime.datetime({year}, 1, 19, 3, 14, 8, tzinfo=datetime.UTC)\n"
    )
    here = Path(__file__).resolve().parents[2]

    done = job(root, f"export PYTHONPATH={tmp_path}:{here}")

    assert "Traceback" not in done.stderr
    if year < 2026:
        assert done.returncode == 6
        assert "clock" in done.stderr
    else:
        assert done.returncode == 0, done.stderr
    assert job(root).returncode == 0
    now = tree(root)
    # The dates of what was fetched are those of its feed, so the drafts are the same.
    assert {name: now.get(name) for name in whole if name.startswith("content/")} == {
        name: text for name, text in whole.items() if name.startswith("content/")
    }


def test_of_two_runs_at_once_one_works_and_the_other_says_so(root, whole):
    line = [sys.executable, "-m", "builder", "run", "--json", "--root", str(root)]
    runs = [
        subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for _ in range(3)
    ]
    ended = [(process.communicate()[0], process.returncode) for process in runs]

    assert {code for _, code in ended} <= {0, 6}
    assert 0 in {code for _, code in ended}
    for out, code in ended:
        told = json.loads(out)
        assert told["ok"] == (code == 0)
        assert not code or "another briefpress is at work here" in told["problems"][0]["message"]
    assert tree(root) == whole
