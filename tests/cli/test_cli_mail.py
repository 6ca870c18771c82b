"""`briefpress mail` as a user calls it: what leaves the house, what is on record, and what is refused."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import worlds
from patience import LONG_S

from builder.cli.console import Console
from builder.cli.main import run
from builder.content import unfinished

MAIL = Path(__file__).resolve().parents[1] / "mail"
sys.path.append(str(MAIL))

import mailserver  # noqa: E402
import services  # noqa: E402

SENDER = """\
mail:
  via: {via}
  from_address: desk@brief.example
  postal_address: 1 Sample Street, Sampletown
  unsubscribe: https://brief.example/leave?t={{token}}
  min_stories: {least}
  require_test: {test}
  smtp: {{host: 127.0.0.1, port: {port}, security: none, retry_s: 0}}
  buttondown: {{url: "{url}"}}
"""


def world(
    make_site, *, via="smtp", port=25, url="https://api.example/", least=1, test=False, readers=3
) -> Path:
    told = SENDER.format(via=via, port=port, url=url, least=least, test=str(test).lower())
    root = make_site(f"-- config.yaml --\n{worlds.config('editions')}{told}")
    for number in (1, 2, 3):
        path = root / worlds.item_file(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(worlds.item(number, status="draft" if number == 3 else "approved"), encoding="utf-8")
    edition = root / "content" / "editions" / "0001.md"
    edition.parent.mkdir(parents=True)
    edition.write_text(worlds.edition(1, [1, 2]), encoding="utf-8")
    rows = "".join(f"reader{number}@example.org,t{number}\n" for number in range(readers))
    (root / "subscribers.csv").write_text(f"email,token\n{rows}", encoding="utf-8")
    return root


def mail(root: Path, *arguments: str) -> int:
    return run(Console(), ["mail", *arguments, "--root", str(root)])


def told(root: Path, capsys, *arguments: str) -> dict:
    capsys.readouterr()
    mail(root, *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def edition(root: Path) -> str:
    return (root / "content" / "editions" / "0001.md").read_text(encoding="utf-8")


@pytest.fixture
def server():
    made = mailserver.MailServer()
    yield made
    made.close()


@pytest.fixture
def service():
    made = services.Buttondown()
    yield made
    made.close()


def test_without_send_nothing_is_sent_and_nothing_written(make_site, server, capsys):
    root = world(make_site, port=server.port)
    before = edition(root)

    assert mail(root, "send") == 0
    assert "would send edition 1 to 3 readers" in capsys.readouterr().err
    assert server.taken == []
    assert edition(root) == before
    assert not (root / "subscribers.ledger").exists()


def test_everybody_gets_the_letter_once_however_often_it_is_sent(make_site, server, capsys):
    root = world(make_site, port=server.port)

    assert mail(root, "send", "--send") == 0
    assert mail(root, "send", "--send") == 0
    assert "nothing was sent: edition 1 was sent on" in capsys.readouterr().err
    assert mail(root, "send", "1", "--send") == 9
    assert "--again" in capsys.readouterr().err
    assert len(server.taken) == 3
    assert "sent: 20" in edition(root)


def test_again_needs_a_reason_which_is_on_record(make_site, server):
    root = world(make_site, port=server.port)
    mail(root, "send", "--send")

    assert mail(root, "send", "1", "--send", "--again", "a link was wrong") == 0
    assert [server.to(f"reader{number}@example.org") for number in range(3)] == [2, 2, 2]
    assert "a link was wrong" in edition(root)
    ids = {raw.partition(b"Message-ID: ")[2].split(b"\r\n")[0] for _, raw in server.taken}
    assert len(ids) == 6


def test_a_letter_needs_a_test_and_a_changed_one_another(make_site, server, capsys):
    root = world(make_site, port=server.port, test=True)

    assert mail(root, "send", "--send") == 9
    assert "was not tested" in capsys.readouterr().err
    assert mail(root, "test", "1", "me@example.org") == 0
    path = root / "content" / "editions" / "0001.md"
    path.write_text(edition(root).replace("Hello.", "Hello, changed."), encoding="utf-8")
    assert mail(root, "send", "--send") == 9
    assert "changed since its test" in capsys.readouterr().err
    assert mail(root, "test", "1", "me@example.org") == 0
    assert mail(root, "send", "--send") == 0
    assert server.to("me@example.org") == 2
    assert len(server.taken) == 5


def test_an_edition_that_is_not_published_goes_nowhere(make_site, server, capsys):
    root = world(make_site, port=server.port)
    (root / "content/editions/0002.md").write_text(worlds.edition(2, [1], published=False), encoding="utf-8")

    for command in (["send", "2", "--send"], ["test", "2", "me@example.org"], ["export", "2"]):
        assert mail(root, *command) == 5
    assert "is not published" in capsys.readouterr().err
    assert server.taken == []
    assert mail(root, "check", "2") == 0


def test_a_draft_in_a_published_edition_keeps_the_letter_here(make_site, server, capsys):
    root = world(make_site, port=server.port)
    (root / "content/editions/0001.md").write_text(worlds.edition(1, [1, 3]), encoding="utf-8")

    assert mail(root, "send", "--send") == 1
    assert "M701" in capsys.readouterr().err
    assert server.taken == []


def test_a_thin_edition_is_not_sent_and_that_is_no_failure(make_site, server, capsys):
    root = world(make_site, port=server.port, least=3)

    assert mail(root, "send", "--send") == 0
    assert "nothing was sent: edition 1 has 2 stories, fewer than 3" in capsys.readouterr().err
    assert server.taken == []


def test_refused_and_put_off_readers_are_told_and_the_rest_get_it(make_site, server, capsys):
    root = world(make_site, port=server.port)
    server.refused = {"reader0@example.org"}
    server.deferred["reader1@example.org"] = 3

    document = told(root, capsys, "send", "--send")
    assert not document["ok"]
    assert document["data"]["refused"] == ["reader0@example.org"]
    assert document["data"]["deferred"] == ["reader1@example.org"]
    assert "sent: 20" not in edition(root)
    assert mail(root, "send", "--send") == 0
    assert [server.to(f"reader{number}@example.org") for number in range(3)] == [0, 1, 1]
    assert "sent: 20" in edition(root)


def test_a_lost_ledger_stops_the_run(make_site, server, capsys):
    root = world(make_site, port=server.port)
    server.deferred["reader1@example.org"] = 3
    mail(root, "send", "--send")
    for path in (root / "subscribers.ledger").iterdir():
        path.unlink()

    assert mail(root, "send", "--send") == 9
    assert "ledger" in capsys.readouterr().err
    assert server.to("reader0@example.org") == 1


def test_what_one_sender_began_no_other_goes_on_with(make_site, server, monkeypatch, capsys):
    other = services.Buttondown()
    monkeypatch.setenv("BUTTONDOWN_API_KEY", services.BUTTONDOWN_KEY)
    root = world(make_site, port=server.port, url=other.url)
    server.deferred["reader1@example.org"] = 3
    mail(root, "send", "--send")
    try:
        assert mail(root, "send", "--send", "--via", "buttondown") == 9
    finally:
        other.close()

    assert "was begun by smtp" in capsys.readouterr().err
    assert other.letters == {}


def test_a_server_that_is_not_set_is_told_before_anything_would_be_sent(make_site, capsys):
    root = world(make_site)
    config = root / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("host: 127.0.0.1, ", ""), encoding="utf-8")

    assert mail(root, "send", "--dry-run") == 9
    assert mail(root, "send") == 9

    assert "mail.smtp.host is not set" in capsys.readouterr().err


def test_again_without_send_changes_nothing(make_site, server):
    root = world(make_site, port=server.port)
    mail(root, "send", "--send")
    before = edition(root)

    assert mail(root, "send", "1", "--again", "why not") == 2
    assert edition(root) == before


def test_whoever_is_in_doubt_gets_it_again_on_request_alone(make_site, server, capsys):
    root = world(make_site, port=server.port)
    server.lost["reader1@example.org"] = 1

    assert mail(root, "send", "--send") == 8
    assert "reader1@example.org may have the letter, or not" in capsys.readouterr().err
    assert mail(root, "send", "--send") == 0
    assert len(server.taken) == 3
    assert mail(root, "send", "1", "--send", "--resend-doubtful") == 0
    assert [server.to(f"reader{number}@example.org") for number in range(3)] == [1, 2, 1]


def test_a_list_in_git_is_refused(make_site, server, capsys):
    root = world(make_site, port=server.port)
    for command in (["init", "-q"], ["add", "subscribers.csv"]):
        subprocess.run(["git", "-C", str(root), *command], check=True)

    assert mail(root, "send", "--send") == 9
    assert "is in git" in capsys.readouterr().err
    assert server.taken == []


def test_a_list_without_readers_is_no_reason_to_call_an_edition_sent(make_site, server, capsys):
    root = world(make_site, port=server.port, readers=0)

    assert mail(root, "send", "--send") == 9
    assert "nobody on the list gets mail" in capsys.readouterr().err
    assert "sent: 20" not in edition(root)


def test_rows_that_are_no_address_are_told_with_their_line(make_site, server, capsys):
    root = world(make_site, port=server.port)
    with (root / "subscribers.csv").open("a", encoding="utf-8") as file:
        file.write('"a b@example.org",x\n=1+1,y\nREADER0@example.org,z\n')

    assert mail(root, "send", "--send") == 0
    err = capsys.readouterr().err
    assert "subscribers.csv:5: 'a b@example.org' is not a mail address" in err
    assert "subscribers.csv:6: '=1+1' is not a mail address" in err
    assert len(server.taken) == 3


def git(root: Path, *command: str) -> str:
    return subprocess.run(["git", "-C", root, *command], check=True, capture_output=True, text=True).stdout


def in_git(root: Path) -> None:
    """All of the newsletter committed, but for who reads it."""
    (root / ".gitignore").write_text("subscribers.*\n.briefpress/\n", encoding="utf-8")
    git(root, "init", "-q")
    git(root, "config", "user.name", "x")
    git(root, "config", "user.email", "x@example.org")
    git(root, "add", ".")
    git(root, "commit", "-qm", "start")


def test_what_was_sent_is_one_commit_of_the_edition(make_site, server):
    root = world(make_site, port=server.port)
    in_git(root)
    mail(root, "send", "--send")

    shown = git(root, "show", "--stat", "--format=%s")
    assert shown.startswith("Record the letter of edition 1")
    assert "0001.md" in shown
    assert git(root, "status", "--porcelain") == ""
    assert not list((root / ".git" / unfinished.FOLDER).glob("*"))


KILLED = """\
import os, signal, sys
from builder import files
from builder.cli.console import Console
from builder.cli.main import run
from builder.gitrepo import Repo

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

write = files.write_atomic

def die_at_sent(path, data, **named):
    if path.name == "0001.md" and "\\nsent: " in str(data):
        die()
    write(path, data, **named)

if sys.argv[1] == "commit":
    Repo.commit = die
else:
    files.write_atomic = die_at_sent
run(Console(), sys.argv[2:])
"""
"""A command that is killed before `sent` is written, or before it is committed."""
AFTER = {
    "send": ["mail", "send", "--send"],
    "send that edition": ["mail", "send", "1", "--send"],
    "decide": ["reject", worlds.item_id(3), "--reason", "old"],
    "run": ["run", "--offline"],
}


@pytest.mark.parametrize(
    ("moment", "via", "after"),
    [
        *(("commit", "smtp", after) for after in AFTER),
        ("commit", "buttondown", "send"),
        ("sent", "smtp", "run"),
        ("sent", "buttondown", "send that edition"),
    ],
)
def test_killed_before_what_was_sent_is_committed_the_next_command_commits_it_and_mails_nobody(
    make_site, server, service, monkeypatch, capsys, moment, via, after
):
    monkeypatch.setenv("BUTTONDOWN_API_KEY", services.BUTTONDOWN_KEY)
    root = world(make_site, via=via, port=server.port, url=service.url)
    with (root / "config.yaml").open("a", encoding="utf-8") as config:
        config.write("run: {mail: true}\n")
    in_git(root)
    line = [sys.executable, "-c", KILLED, moment, "mail", "send", "--send", "--root", str(root)]
    assert subprocess.run(line, capture_output=True, check=False).returncode == -signal.SIGKILL
    gone = len(server.taken), len(service.sent)
    assert gone == ((3, 0) if via == "smtp" else (0, 1))
    assert ("sent: 20" in edition(root)) == (moment == "commit")
    assert git(root, "status", "--porcelain") == " M content/editions/0001.md\n"

    code = run(Console(), [*AFTER[after], "--root", str(root)])

    assert code == (9 if after == "send that edition" and moment == "commit" else 0)
    told = capsys.readouterr().err
    if moment == "commit":
        assert "committed what a killed run had begun: Record the letter of edition 1" in told
    assert git(root, "log", "--format=%s", "--", "content/editions").splitlines() == [
        "Record the letter of edition 1",
        "start",
    ]
    assert git(root, "status", "--porcelain", "content/editions") == ""
    assert not list((root / ".git" / unfinished.FOLDER).glob("*"))
    assert run(Console(), ["mail", "send", "--send", "--root", str(root)]) == 0
    assert (len(server.taken), len(service.sent)) == gone


def test_what_git_refuses_of_a_letter_is_committed_once_that_is_settled(make_site, server, capsys):
    root = world(make_site, port=server.port)
    in_git(root)
    hook = root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert mail(root, "send", "--send") == 6
    assert "sent: 20" in edition(root)
    hook.unlink()

    assert mail(root, "send", "--send") == 0
    assert "committed what a killed run had begun" in capsys.readouterr().err
    assert git(root, "status", "--porcelain") == ""
    assert len(server.taken) == 3


def test_a_service_gets_a_draft_and_sends_when_asked(make_site, monkeypatch, capsys):
    server = services.Buttondown()
    monkeypatch.setenv("BUTTONDOWN_API_KEY", services.BUTTONDOWN_KEY)
    root = world(make_site, via="buttondown", url=server.url)
    try:
        assert mail(root, "send", "--dry-run") == 0
        assert server.letters == {}
        assert mail(root, "send") == 0
        assert server.sent == []
        assert mail(root, "send", "--send") == 0
        assert mail(root, "send", "--send") == 0
    finally:
        server.close()

    assert len(server.letters) == len(server.sent) == 1
    assert "state: sent" in edition(root)


def test_without_a_key_in_the_environment_nothing_is_asked_or_written(make_site, monkeypatch, capsys):
    root = world(make_site, via="buttondown")
    monkeypatch.delenv("BUTTONDOWN_API_KEY", raising=False)
    before = edition(root)

    assert mail(root, "send") == 9
    assert "BUTTONDOWN_API_KEY is not in the environment" in capsys.readouterr().err
    assert edition(root) == before


def test_files_are_written_and_not_sent(make_site, capsys):
    root = world(make_site, via="files")

    assert mail(root, "send", "--send") == 9
    assert mail(root, "export", "--dry-run") == 0
    assert not (root / "outbox").exists()
    assert mail(root, "export") == 0
    names = sorted(path.name for path in (root / "outbox").iterdir())
    assert names == [f"edition-0001.{kind}" for kind in ("eml", "html", "paste.html", "txt")]


def test_a_letter_for_a_service_needs_no_way_to_unsubscribe_of_ours(make_site):
    root = world(make_site, via="buttondown")
    path = root / "config.yaml"
    path.write_text(path.read_text().replace("  unsubscribe: https", "  reason: https"), encoding="utf-8")

    assert mail(root, "export", "--for", "buttondown") == 0
    page = (root / "outbox" / "edition-0001.html").read_text(encoding="utf-8")
    assert "{{ unsubscribe_url }}" in page
    assert not (root / "outbox" / "edition-0001.eml").exists()


def test_a_page_to_paste_from_needs_no_sender(make_site, capsys):
    root = world(make_site, via="files")
    path = root / "config.yaml"
    path.write_text(path.read_text().partition("mail:")[0], encoding="utf-8")

    assert mail(root, "export") == 0
    assert [one.name for one in (root / "outbox").iterdir()] == ["edition-0001.paste.html"]
    assert "no sender" in capsys.readouterr().err
    assert mail(root, "send", "--send") != 0


def test_a_schedule_is_a_line_of_cron_or_a_workflow(make_site, capsys):
    root = world(make_site)

    assert mail(root, "schedule", "--cadence", "weekly", "--day", "5", "--at", "07:23") == 0
    assert capsys.readouterr().out.startswith("23 7 * * 5  cd ")
    assert mail(root, "schedule", "--for", "github", "--via", "buttondown") == 0
    out = capsys.readouterr().out
    assert 'cron: "23 7 * * 5"' in out
    assert "BUTTONDOWN_API_KEY: ${{ secrets.BUTTONDOWN_API_KEY }}" in out
    assert mail(root, "schedule", "--at", "25:00") == 2


def test_a_dry_run_of_a_test_sends_and_records_nothing(make_site, capsys):
    root = world(make_site, port=1)
    before = (root / "content/editions/0001.md").read_bytes()

    assert mail(root, "test", "1", "me@example.org", "--dry-run") == 0
    assert "would send edition 1 to me@example.org by smtp" in capsys.readouterr().err
    assert (root / "content/editions/0001.md").read_bytes() == before


def test_a_dry_run_of_a_test_tells_what_is_not_set(make_site, capsys):
    root = world(make_site, via="buttondown")

    assert mail(root, "test", "1", "me@example.org", "--dry-run") == 9
    assert "BUTTONDOWN_API_KEY is not in the environment" in capsys.readouterr().err
    assert mail(root, "test", "1", "me@example.org", "--via", "smpt") == 3
    assert "Did you mean 'smtp'? There is: files, smtp, buttondown" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("config", "check"), ("mail", "check"), ("doctor",)])
def test_a_sender_that_is_not_installed_is_known_before_anything_is_sent(make_site, capsys, words):
    root = world(make_site, via="smpt")

    code = run(Console(), [*words, "--root", str(root)])

    told = " ".join("".join(capsys.readouterr()).split())
    assert code == (1 if words == ("doctor",) else 3)
    assert "smpt" in told
    assert "is installed" in told
    assert "Did you mean 'smtp'?" in told


def test_a_letter_without_a_sender_is_a_page_to_paste_from_and_goes_nowhere(make_site, capsys):
    root = world(make_site)
    path = root / "config.yaml"
    path.write_text(path.read_text().replace("  from_address:", "  reply_to:"), encoding="utf-8")

    assert mail(root, "check") == mail(root, "send") == mail(root, "test", "1", "me@example.org") == 1
    assert mail(root, "export") == 0
    assert [one.name for one in (root / "outbox").iterdir()] == ["edition-0001.paste.html"]


@pytest.mark.parametrize("code", ["M501", "m501"])
def test_a_rule_is_explained(code, capsys):
    assert run(Console(), ["mail", "check", "--explain", code]) == 0
    assert "layout that a client does not know" in capsys.readouterr().out


def test_killed_at_any_moment_nobody_gets_it_twice_and_whoever_is_in_doubt_is_told(make_site, server):
    readers = [f"reader{number}@example.org" for number in range(60)]
    root = world(make_site, port=server.port, readers=len(readers))
    command = [sys.executable, "-m", "builder", "mail", "send", "--send", "--json", "--root", str(root)]
    # Before a message is taken, and when it was taken and nobody has been told.
    moments = ["RCPT", "DATA", "RCPT", "DATA"]
    for moment in moments:
        server.halts = moment, len(server.taken) + 7
        server.halted.clear()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
            assert server.halted.wait(LONG_S)
            started.kill()
    server.halts = None
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode in (0, 8)
    doubtful = set(json.loads(done.stdout)["data"].get("doubtful", ()))
    counts = {reader: server.to(reader) for reader in readers}
    assert max(counts.values()) == 1
    assert {reader for reader, count in counts.items() if count == 0} <= doubtful
    assert len(doubtful) <= len(moments)
