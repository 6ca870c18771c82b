"""A pull that has a model write, as a user calls it, against a server that says what the test wants."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from harbour import answer, faithful, newsletter, newsletter_of_pages, number_in, story
from model_server import ModelServer, refused, said
from patience import LONG_S, until

from builder.cli.console import Console
from builder.cli.main import run
from builder.content import library
from builder.model import Item

ROOT = Path(__file__).resolve().parents[2]


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


def items(root: Path) -> tuple[Item, ...]:
    return library.load(root).library.items


@pytest.fixture
def server():
    with ModelServer(faithful) as one:
        yield one


def test_pull_drafts_with_the_model_and_says_so_in_front_matter(make_site, server, capsys):
    root = newsletter(make_site, server.url, 3)

    assert brief(root, "pull", "--json") == 0

    told = json.loads(capsys.readouterr().out)
    assert told["data"]["model"] == {"calls": 3, "asked": 300, "answered": 150, "cost": 0.0}
    assert {item.by for item in items(root)} == {"llm/stub"}
    assert all(item.provenance and item.provenance.tokens == 150 for item in items(root))
    assert "Northport's harbour office opened pier 2 on Monday." in {item.tldr for item in items(root)}


def test_second_pull_of_the_same_text_asks_nobody_even_after_the_drafts_are_gone(make_site, server):
    root = newsletter(make_site, server.url, 3)
    brief(root, "pull")
    before = {item.path: (root / item.path).read_text() for item in items(root)}
    for path in before:
        (root / path).unlink()

    assert brief(root, "pull", "--replay") == 0

    assert len(server.requests) == 3
    assert {item.path: (root / item.path).read_text() for item in items(root)} == before


def test_draft_has_the_model_write_and_says_what_was_spent(make_site, server, capsys):
    root = newsletter(make_site, server.url, 1)
    page = root / "page.html"
    page.write_text(f"<html lang='en'><title>Pier 1 opens</title><body><article>{story(1)}</article></body>")

    assert brief(root, "draft", str(page)) == 0

    told = capsys.readouterr()
    assert "Northport's harbour office opened pier 1 on Monday." in told.out
    assert "1 question to the model, 150 tokens" in told.err
    assert not items(root)


def test_replay_without_an_answer_fails_that_entry_and_asks_nobody(make_site, server, capsys):
    root = newsletter(make_site, server.url, 2)

    brief(root, "pull", "--replay")

    assert not server.requests
    assert not items(root)
    assert "no answer of stub to this is kept" in capsys.readouterr().err


def test_limit_stops_a_run_cleanly_and_the_next_one_goes_on(make_site, server, capsys):
    server.script = lambda request: said(answer(number_in(request)), asked=1500, answered=500)
    root = newsletter(make_site, server.url, 5, max_tokens=11_000, at_once=1)

    assert brief(root, "pull") == 9

    first = {item.id for item in items(root)}
    err = capsys.readouterr().err
    assert err.count("this run's limit") == 1
    assert 0 < len(first) < 5
    while brief(root, "pull") == 9:
        pass
    assert len(items(root)) == 5
    assert len(server.requests) == 5


def test_as_many_are_drafted_at_once_as_the_config_says(tmp_path):
    all_three = threading.Barrier(3, timeout=LONG_S)

    def together(request):
        all_three.wait()
        return faithful(request)

    with ModelServer(together) as server:
        root = newsletter_of_pages(tmp_path / "letter", server.url, 6, at_once=3)
        assert brief(root, "pull") == 0

    assert server.most_at_once == 3


def test_what_of_an_answer_could_not_be_shown_is_told(make_site, server, capsys):
    def script(request):
        told = answer(number_in(request))
        if number_in(request) == 1:
            return said("I'm sorry, but I cannot do that.")
        told["sections"][0]["units"][0]["text"] = "The city paid 77 percent of the cost."
        return said(told)

    server.script = script
    root = newsletter(make_site, server.url, 2)

    brief(root, "pull", "--json")

    err = capsys.readouterr()
    shorts = {row["title"]: row["short"] for row in json.loads(err.out)["data"]["drafted"]}
    assert shorts["Pier 1 opens"] == "by extraction, since the model would not answer"
    assert shorts["Pier 2 opens"] == "1 sentence of the source instead of the model's"
    assert "by extraction, since the model would not answer" in err.err


def test_run_that_is_killed_loses_no_answer_and_no_question_is_asked_again(tmp_path):
    is_killed = threading.Event()

    def halting(request):
        if request.number > 3:
            is_killed.wait(LONG_S)
        return faithful(request)

    with ModelServer(halting) as server:
        root = newsletter_of_pages(tmp_path / "letter", server.url, 12, at_once=3)
        command = [sys.executable, "-m", "builder", "pull", "--quiet", "--root", str(root)]
        killed = subprocess.Popen(command, cwd=ROOT)
        until(lambda: len(server.requests) == 6)
        killed.kill()
        killed.wait()
        is_killed.set()
        kept = len(list((root / ".briefpress" / "answers").rglob("*.json")))
        asked = len(server.requests)
        subprocess.run(command, check=True, cwd=ROOT)

    assert (kept, asked) == (3, 6)
    assert len(items(root)) == 12
    assert all(item.by == "llm/stub" for item in items(root))
    # Only what was under way is asked again: its answers had not come.
    assert len(server.requests) - asked == 12 - kept


def test_key_comes_from_the_environment_and_is_in_no_file(make_site, server, monkeypatch, capsys):
    root = newsletter(make_site, server.url, 1, api_key_env="TEST_MODEL_KEY")
    monkeypatch.delenv("TEST_MODEL_KEY", raising=False)
    assert brief(root, "pull") == 3
    assert "TEST_MODEL_KEY is not set" in capsys.readouterr().err
    assert brief(root, "pull", "--dry-run") == 0
    monkeypatch.setenv("TEST_MODEL_KEY", "sk-very-secret")

    assert brief(root, "pull") == 0

    assert server.requests[0].headers["Authorization"] == "Bearer sk-very-secret"
    written = [path.read_bytes() for path in root.rglob("*") if path.is_file()]
    assert not any(b"sk-very-secret" in data for data in written)


def test_key_in_the_place_of_its_variable_is_refused(make_site, server, capsys):
    root = newsletter(make_site, server.url, 1, api_key_env="sk-ab12cd34")

    assert brief(root, "pull") == 3

    assert "must be the name of an environment variable" in capsys.readouterr().err


def test_server_that_refuses_is_told_once_and_asked_once(make_site, capsys):
    with ModelServer(lambda _: refused(401, "no such key")) as server:
        root = newsletter(make_site, server.url, 4, at_once=1)
        assert brief(root, "pull") == 9

    assert len(server.requests) == 1
    assert capsys.readouterr().err.count("no such key") == 1


def test_prompt_of_the_newsletter_takes_the_place_of_ours(make_site, server):
    root = newsletter(make_site, server.url, 1)
    own = root / "templates" / "prompts" / "system.txt"
    own.parent.mkdir(parents=True)
    own.write_text("Write like a pirate. {{ schema }}")

    brief(root, "pull")

    assert server.requests[0].body["messages"][0]["content"].startswith("Write like a pirate.")


def test_fault_of_a_prompt_is_told_with_its_line(make_site, server, capsys):
    root = newsletter(make_site, server.url, 1)
    own = root / "templates" / "prompts" / "system.txt"
    own.parent.mkdir(parents=True)
    own.write_text("Fine.\n{% if %}")

    assert brief(root, "pull") == 4

    assert "templates/prompts/system.txt:2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"name": '""'}, "needs a model"),
        ({"max_cost": 1}, "without prices"),
    ],
)
def test_config_that_cannot_be_meant_is_told_before_anybody_is_asked(make_site, server, capsys, keys, words):
    root = newsletter(make_site, server.url, 1, **keys)

    assert brief(root, "pull") == 3

    assert words in capsys.readouterr().err
    assert not server.requests
