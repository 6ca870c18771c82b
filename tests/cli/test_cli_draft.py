"""`briefpress draft`: one article to stdout, in any folder, and nothing written."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import worlds

from builder.cli.console import QUIET, Console
from builder.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
ARTICLE = ROOT / "samples" / "articles" / "websub.html"


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder without a newsletter in it or above it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def draft(*arguments: str) -> int:
    return run(Console(), ["draft", *arguments])


def test_a_page_is_summarised_without_a_newsletter_and_nothing_is_written(nowhere, capsys):
    assert draft(str(ARTICLE)) == 0

    told = capsys.readouterr()
    assert told.out.startswith("## TL;DR Summary of WebSub replaces polling")
    assert "\n## Briefpress' Overview: " in told.out
    assert told.out.count("\n### ") >= 3
    assert "words, full, by extract/" in told.err
    assert list(nowhere.iterdir()) == []


def test_json_gives_every_unit_with_the_sentences_it_rests_on(nowhere, capsys):
    assert draft(str(ARTICLE), "--json") == 0

    data = json.loads(capsys.readouterr().out)["data"]
    units = [*data["tldr"], *(unit for section in data["sections"] for unit in section["units"])]
    assert len(units) > 5
    for unit in units:
        assert [source["text"] for source in unit["sources"]] == [unit["text"]]
        assert all(source["end"] - source["start"] == len(source["text"]) for source in unit["sources"])
    assert data["markdown"].startswith("## TL;DR")


def test_standard_input_is_read(nowhere, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"# Ferry\n\nThe ferry is late today.")))

    assert draft("-") == 0

    assert capsys.readouterr().out == "## TL;DR Summary of Ferry\n\nThe ferry is late today.\n"


def test_newsletter_gives_its_profile_and_name(make_site, monkeypatch, capsys):
    root = make_site(f"-- config.yaml --\n{worlds.config()}\nsummary: {{tldr_sentences: 1, language: de}}\n")
    monkeypatch.chdir(root)

    assert draft(str(ARTICLE)) == 0

    told = capsys.readouterr().out
    assert told.startswith("## TL;DR-Zusammenfassung")
    assert "Briefpress" not in told.partition("\n## ")[2].splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["missing.html"], 6, "there is no file missing.html"),
        (["."], 6, "not a file"),
        ([str(ROOT / "samples" / "feed.xml")], 7, "a feed, not an article"),
        (["http://127.0.0.1:1/"], 7, "not public"),
        (["http://127.0.0.1:1/"], 7, "Only a newsletter can allow such a host"),
        (["http://"], 7, ""),
        (["http://127.0.0.1:1/", "--engine", "oracle"], 3, "extract"),
        ([str(ARTICLE), "--root", "."], 3, "config.yaml"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_summarised_is_told_in_one_message(nowhere, capsys, arguments, code, says):
    assert draft(*arguments) == code

    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert "Traceback" not in told.err


def test_pages_of_the_web_are_asked_through_the_guarded_client(
    make_site, monkeypatch, capsys, shared: Callable[..., Path]
):
    monkeypatch.syspath_prepend(str(shared("tools")))
    import miniweb

    with miniweb.Miniweb(shared("data", "miniweb"), time_scale=0.2) as web:
        host = web.url.removeprefix("http://")
        root = make_site(f"-- config.yaml --\n{worlds.config()}\nfetch: {{allow_hosts: ['{host}']}}\n")
        monkeypatch.chdir(root)
        page = json.loads((shared("data", "miniweb") / "manifest.json").read_text("utf-8"))["pages"][0]
        assert draft(f"{web.url}/p/{page['id']}") == 0
        assert capsys.readouterr().out.startswith("## ")
        assert draft(f"{web.url}/private/p/{page['id']}") == 7
        assert "robots.txt" in capsys.readouterr().err
        assert draft(f"{web.url}/p/there-is-none") == 7
        assert "404" in capsys.readouterr().err


def test_quiet_prints_the_summary_alone(nowhere, capsys):
    assert run(Console(verbosity=QUIET), ["draft", str(ARTICLE)]) == 0

    assert capsys.readouterr().err == ""


def test_a_closed_pipe_ends_it_quietly(nowhere):
    line = f"{sys.executable} -m builder draft {ARTICLE} | head -n 1"
    done = subprocess.run(line, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stdout.startswith("## TL;DR")
    assert "Traceback" not in done.stderr
