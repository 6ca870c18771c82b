"""`briefpress run`: the daily job does what is left to do, holds up what must wait, and tells of it."""

import json
import multiprocessing
import os
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import worktree
import worlds
from patience import LONG_S

from builder import files
from builder.cli.console import Console
from builder.cli.main import run

sys.path.append(str(Path(__file__).resolve().parents[1] / "mail"))

import mailserver

FEED = """\
<rss version="2.0"><channel><title>Field Notes</title><link>https://field.example/</link>
{entries}
</channel></rss>
"""
ENTRY = """\
<item><title>Report {number} on the measurement of rivers</title><guid>{number}</guid>
<link>https://field.example/{number}</link><pubDate>{date}</pubDate>
<description>The river station number {number} measured a level of {number}40 centimetres on Monday. The
office published the series of the past {number} years. Fishers of the region asked for a second
station.</description></item>
"""
MAIL = """\
mail:
  via: smtp
  from_address: desk@brief.example
  postal_address: 1 Sample Street, Sampletown
  unsubscribe: https://brief.example/leave?t={{token}}
  require_test: false
  smtp: {{host: 127.0.0.1, port: {port}, security: none, retry_s: 0}}
"""


def feed(count: int) -> str:
    today = datetime.now(UTC) - timedelta(days=1)
    return FEED.format(
        entries="".join(
            ENTRY.format(number=number, date=f"{today:%a, %d %b %Y %H:%M:%S} +0000")
            for number in range(1, count + 1)
        )
    )


@pytest.fixture
def root(make_site) -> Path:
    text = worlds.config("editions").replace(
        "feeds: []", "feeds: [{url: samples/feed.xml, full_text: false}]"
    )
    folder = make_site(f"-- config.yaml --\n{text}")
    for number in (1, 2):
        put(folder, worlds.item_file(number), worlds.item(number))
    put(folder, "content/editions/0001.md", worlds.edition(1, [1, 2]))
    put(folder, "samples/feed.xml", feed(2))
    return folder


def put(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


def add(root: Path, text: str) -> None:
    with (root / "config.yaml").open("a", encoding="utf-8") as file:
        file.write(text)


def job(root: Path, capsys, *arguments: str) -> tuple[int, dict[str, dict]]:
    """The exit code, and each step's outcome."""
    capsys.readouterr()
    code = run(Console(), ["run", "--json", "--root", str(root), *arguments])
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] == (code == 0)
    return code, {one["step"]: one for one in document["data"].get("steps", [])}


def ends(steps: dict[str, dict]) -> dict[str, str]:
    return {step: one["end"] for step, one in steps.items()}


def drafts(root: Path) -> list[Path]:
    return [path for path in sorted(root.glob("content/items/*/*.md")) if "status: draft" in path.read_text()]


def test_job_pulls_and_builds_and_a_second_one_changes_nothing(root, capsys):
    code, steps = job(root, capsys)

    assert code == 0
    assert ends(steps) == {
        "sync": "off",
        "pull": "done",
        "publish": "off",
        "build": "done",
        "deploy": "off",
        "mail": "off",
        "push": "off",
    }
    assert len(drafts(root)) == 2
    assert (root / "site" / "index.html").is_file()
    before = tree(root)

    code, steps = job(root, capsys)

    assert code == 0
    assert (steps["pull"]["end"], steps["build"]["end"]) == ("idle", "idle")
    assert tree(root) == before


def tree(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".briefpress" not in path.parts and ".git" not in path.parts
    }


def test_quiet_job_tells_of_the_steps_that_went_wrong_alone(root, capsys):
    words = ["run", "-q", "--root", str(root)]
    capsys.readouterr()
    assert run(Console(), words) == 0
    assert capsys.readouterr().out == ""

    put(root, "samples/feed.xml", "no feed")
    assert run(Console(), words) != 0
    heads, *rows = capsys.readouterr().out.splitlines()
    assert heads.split() == ["STEP", "END", "WHAT"]
    assert [row.split()[:2] for row in rows] == [["pull", "failed"]]


def test_dry_run_writes_nothing(root, capsys):
    before = sorted(root.rglob("*"))

    code, steps = job(root, capsys, "--dry-run", "--publish", "none")

    assert code == 0
    assert steps["pull"]["data"]["drafted"] == []
    assert "would" in steps["build"]["said"]
    assert sorted(root.rglob("*")) == before


def test_failed_pull_does_not_hold_up_the_build(root, capsys):
    (root / "samples" / "feed.xml").write_text("no feed", encoding="utf-8")

    code, steps = job(root, capsys)

    assert code == 7
    assert (steps["pull"]["end"], steps["build"]["end"]) == ("failed", "done")


@pytest.mark.parametrize("choice", ["commit", "propose"])
def test_drafts_of_a_job_that_was_killed_before_it_committed_are_not_forgotten(
    root, capsys, monkeypatch, choice
):
    worktree.make(root, monkeypatch)
    put(root, ".gitignore", ".briefpress/\nsite/\n")
    job(root, capsys)

    code, steps = job(root, capsys, "--publish", choice)

    assert code == 0
    assert (steps["pull"]["end"], steps["publish"]["end"]) == ("idle", "done")
    assert len(steps["publish"]["data"]["items"]) == 2
    if choice == "commit":
        assert worktree.git(root, "status", "--porcelain", "content") == ""
    again = job(root, capsys, "--publish", choice)[1]["publish"]
    assert again["end"] == "idle"
    assert again["said"] == ("git has every draft" if choice == "commit" else "2 drafts already proposed")


def test_without_git_proposing_fails_and_the_site_is_built_all_the_same(root, capsys):
    code, steps = job(root, capsys, "--publish", "propose")

    assert code == 6
    assert (steps["publish"]["end"], steps["build"]["end"]) == ("failed", "done")


# -- the letter


@pytest.fixture
def server():
    made = mailserver.MailServer()
    yield made
    made.close()


@pytest.fixture
def mailing(root, server) -> Path:
    text = worlds.edition(1, [1, 2]).replace(
        "published: 2026-11-20T09:00:00Z", f"published: {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    )
    put(root, "content/editions/0001.md", text)
    put(root, "subscribers.csv", "email,token\nreader@example.org,t\n")
    add(root, MAIL.format(port=server.port))
    return root


def test_letter_goes_once_and_only_when_the_config_says_so(mailing, server, capsys):
    assert ends(job(mailing, capsys)[1])["mail"] == "off"
    assert server.taken == []

    add(mailing, "run: {mail: true}\n")
    assert ends(job(mailing, capsys)[1])["mail"] == "done"
    assert ends(job(mailing, capsys)[1])["mail"] == "idle"

    assert server.to("reader@example.org") == 1


@pytest.mark.parametrize("broken", ["template", "content", "skip"])
def test_letter_waits_for_the_site_it_leads_to(mailing, server, capsys, broken):
    add(mailing, "run: {mail: true}\n")
    if broken == "template":
        put(mailing, "templates/item.html", "{{ nothing.of.the.kind }}")
    if broken == "content":
        put(mailing, "content/items/2026/broken.md", "---\ntitle: [\n---\n")

    code, steps = job(mailing, capsys, *(("--skip", "build") if broken == "skip" else ()))

    assert ends(steps)["mail"] == "skipped"
    assert server.taken == []
    assert code == {"template": 4, "content": 5, "skip": 0}[broken]


def test_site_is_deployed_before_the_letter_goes(mailing, server, capsys, tmp_path):
    readers = tmp_path / "www"
    add(mailing, f"run: {{mail: true}}\ndeploy: {{host: folder, to: {readers}}}\n")

    code, steps = job(mailing, capsys)

    assert code == 0
    assert (ends(steps)["deploy"], ends(steps)["mail"]) == ("done", "done")
    assert (readers / "index.html").read_bytes() == (mailing / "site" / "index.html").read_bytes()
    job(mailing, capsys)  # the edition says now that it was sent
    assert ends(job(mailing, capsys)[1])["deploy"] == "idle"


def test_letter_does_not_go_when_the_site_could_not_be_deployed(mailing, server, capsys, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    add(mailing, f"run: {{mail: true}}\ndeploy: {{host: folder, to: {tmp_path / 'file' / 'www'}}}\n")

    code, steps = job(mailing, capsys)

    assert code != 0
    assert (ends(steps)["build"], ends(steps)["deploy"]) == ("done", "failed")
    assert (ends(steps)["mail"], steps["mail"]["said"]) == ("skipped", "deploy ended as failed")
    assert server.taken == []


def test_old_edition_and_an_unpublished_one_are_not_sent(mailing, server, capsys):
    add(mailing, "run: {mail: true}\n")
    put(
        mailing,
        "content/editions/0001.md",
        worlds.edition(1, [1, 2]).replace("2026-11-20T09", "2025-11-20T09"),
    )
    assert ends(job(mailing, capsys)[1])["mail"] == "idle"

    put(mailing, "content/editions/0001.md", worlds.edition(1, [1, 2], published=False))
    assert ends(job(mailing, capsys)[1])["mail"] == "idle"

    assert server.taken == []


# -- the lock


def _hold(
    root: str, held: "multiprocessing.synchronize.Event", go: "multiprocessing.synchronize.Event"
) -> None:
    from builder.cli.newsletter import lock_of

    with lock_of(Path(root), False):
        held.set()
        go.wait(2 * LONG_S)


def test_second_run_is_told_who_is_at_work_and_since_when_and_a_dead_owner_is_none(root, capsys):
    context = multiprocessing.get_context("fork")
    held, go = context.Event(), context.Event()
    owner = context.Process(target=_hold, args=(str(root), held, go))
    owner.start()
    assert held.wait(LONG_S)
    before = tree(root)

    assert run(Console(), ["run", "--root", str(root)]) == 6
    said = capsys.readouterr().err
    assert f"process {owner.pid} on " in said
    assert re.search(r"since \d{4}-\d\d-\d\d.* \(\d+ minutes?\)", said)
    assert tree(root) == before

    owner.kill()
    owner.join()
    assert run(Console(), ["run", "--root", str(root)]) == 0


def test_what_a_killed_run_left_beside_files_is_taken_away(root, capsys):
    context = multiprocessing.get_context("fork")
    gone, unburied = context.Process(target=int), context.Process(target=int)
    for process in (gone, unburied):
        process.start()
    gone.join()
    os.waitid(os.P_PID, unburied.pid, os.WEXITED | os.WNOWAIT)
    left = root / "content" / "items" / f".item.md.{gone.pid}.abcd1234.tmp"
    too = root / "content" / "items" / f".item.md.{unburied.pid}.abcd1234.tmp"
    lives = root / "content" / "items" / f".item.md.{os.getppid()}.abcd1234.tmp"
    mine = root / "content" / "items" / ".notes.tmp"
    for path in (left, too, lives, mine):
        path.write_text("half", encoding="utf-8")

    job(root, capsys)

    unburied.join()
    assert not left.exists()
    assert not too.exists()
    assert lives.exists()
    assert mine.exists()


def test_file_that_git_holds_is_not_swept_whatever_its_name(root, capsys):
    held = root / "content" / ".budget.2026.tmp"
    held.write_text("kept", encoding="utf-8")
    worktree.git(root, "init", "-q")
    worktree.git(root, "add", "-f", "content/.budget.2026.tmp")
    loose = root / "content" / ".plan.999999999.tmp"
    loose.write_text("half", encoding="utf-8")

    job(root, capsys, "--offline", "--skip", "pull")

    assert (held.exists(), loose.exists()) == (True, False)


def test_temporary_files_are_known_by_the_names_we_give(tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(KeyboardInterrupt):
        files.write_atomic(tmp_path / "a file.md", "text")
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(KeyboardInterrupt):
        files.Tree(tmp_path).put("b.html", b"text")

    assert len(list(tmp_path.iterdir())) == 2
    assert set(files.leftovers(tmp_path, datetime.now(UTC).timestamp())) == set(tmp_path.iterdir())


@pytest.fixture
def shared(root, tmp_path, monkeypatch) -> Path:
    """The newsletter with a remote, and `run.push`; the folder of a second clone."""
    put(root, ".gitignore", ".briefpress/\nsite/\n")
    add(root, "run: {publish: commit, push: true}\n")
    repo = worktree.make(root, monkeypatch)
    worktree.git(tmp_path, "init", "-q", "--bare", "origin.git")
    worktree.git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    worktree.git(root, "push", "-q", "--set-upstream", "origin", repo.branch())
    worktree.git(tmp_path, "clone", "-q", "--branch", repo.branch(), "origin.git", "second")
    return tmp_path / "second"


def test_job_takes_what_others_decided_and_gives_them_its_drafts(root, shared, capsys):
    path = worlds.item_file(3)
    put(shared, path, worlds.item(3))
    worktree.git(shared, "add", ".")
    worktree.git(shared, "commit", "-qm", "Approve")
    worktree.git(shared, "push", "-q")

    code, steps = job(root, capsys)

    assert code == 0
    assert (steps["sync"]["data"]["taken"], steps["push"]["data"]["commits"]) == (1, 1)
    assert (root / path).is_file()
    worktree.git(shared, "pull", "-q")
    assert [one.name for one in drafts(shared)] == [one.name for one in drafts(root)]
    assert len(drafts(shared)) == 2
    head = worktree.git(root, "rev-parse", "HEAD")

    code, steps = job(root, capsys)

    assert (code, steps["sync"]["end"], steps["push"]["end"]) == (0, "idle", "idle")
    assert worktree.git(root, "rev-parse", "HEAD") == head


def test_config_that_others_pushed_holds_for_the_run_that_takes_it(root, shared, capsys):
    put(shared, "config.yaml", (shared / "config.yaml").read_text().replace("commit", "none"))
    worktree.git(shared, "commit", "-qam", "Leave drafts as files")
    worktree.git(shared, "push", "-q")

    code, steps = job(root, capsys)

    assert code == 0
    assert (steps["sync"]["end"], steps["publish"]["end"], steps["push"]["end"]) == ("done", "off", "idle")


def test_remote_that_cannot_be_reached_holds_up_the_letter_and_nothing_else(root, shared, capsys):
    worktree.git(root, "remote", "set-url", "origin", str(shared / "nowhere.git"))
    add(root, MAIL.format(port=9))
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("push: true", "push: true, mail: true"))

    code, steps = job(root, capsys)

    assert code == 6
    assert ends(steps) == {
        "sync": "failed",
        "pull": "done",
        "publish": "done",
        "build": "done",
        "deploy": "off",
        "mail": "skipped",
        "push": "failed",
    }
    assert steps["mail"]["said"] == "sync ended as failed"


def test_dry_run_of_a_job_that_pushes_asks_no_remote_and_changes_nothing(root, shared, capsys):
    worktree.git(root, "remote", "set-url", "origin", str(shared / "nowhere.git"))
    before = worktree.git(root, "for-each-ref")

    code, steps = job(root, capsys, "--dry-run")

    assert code == 0
    assert ("would" in steps["sync"]["said"], "would" in steps["push"]["said"]) == (True, True)
    assert worktree.git(root, "for-each-ref") == before
