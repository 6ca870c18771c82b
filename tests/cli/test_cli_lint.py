import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import worktree
import worlds
from click.testing import CliRunner

from builder.cli.console import Console
from builder.cli.main import cli, run
from builder.rules import RULES

ROOT = Path(__file__).resolve().parents[2]
EDITED = "content/items/2026/2026-11-20-wcag-2-2-gives-newsletters-a-short-list-of-testable-rules.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The example, with one sentence of one item changed."""
    for path in ("config.yaml", EDITED, EDITED.replace(".md", ".evidence.json")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text((ROOT / path).read_text(encoding="utf-8"), encoding="utf-8")
    text = (tmp_path / EDITED).read_text(encoding="utf-8")
    assert "24 by 24 CSS pixels" in text
    (tmp_path / EDITED).write_text(text.replace("24 by 24 CSS", "28 by 24 CSS"), encoding="utf-8")
    return tmp_path


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


def test_example_passes(capsys):
    assert brief(ROOT, "lint") == 0
    assert "no proof of truth" in capsys.readouterr().err


def test_finding_is_one_line_with_its_place_and_fails(root, capsys):
    assert brief(root, "lint") == 1

    told = capsys.readouterr()
    path, line, column, rest = told.out.splitlines()[0].split(":", 3)
    assert path == EDITED
    assert (
        (root / EDITED)
        .read_text(encoding="utf-8")
        .splitlines()[int(line) - 1][int(column) - 1 :]
        .startswith("28")
    )
    assert rest.startswith(" F101 ")
    assert "1 item: 1 error" in told.err


@pytest.mark.parametrize("ref", ["2570", EDITED, "content/items/2026/", "content"])
def test_items_are_named_by_id_file_or_folder(root, capsys, ref):
    assert brief(root, "lint", ref) == 1


def test_what_is_no_item_is_told(root, capsys):
    assert brief(root, "lint", "content/pages/nowhere.md") == 5
    assert brief(root, "lint", "ffff") == 5


def test_level_of_failure_may_be_given(root):
    (root / "config.yaml").write_text(
        (root / "config.yaml").read_text(encoding="utf-8") + "lint: {levels: {F101: warning}}\n",
        encoding="utf-8",
    )
    assert brief(root, "lint") == 0
    assert brief(root, "lint", "--fail-on", "warning") == 1


def test_json_has_each_finding_with_its_verdict(root, capsys):
    assert brief(root, "lint", "--json") == 1

    document = json.loads(capsys.readouterr().out)
    (finding,) = document["data"]["findings"]
    assert not document["ok"]
    assert (finding["item"], finding["code"], finding["verdict"]) == ("2570e47003", "F101", "unsupported")


@pytest.mark.parametrize("code", RULES)
def test_every_rule_explains_itself_without_a_newsletter(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["lint", "--explain", code.lower()], obj=Console())
    assert result.exit_code == 0
    assert RULES[code].title in result.output


def test_unknown_rule_is_a_wrong_call(capsys):
    assert run(Console(), ["lint", "--explain", "X999"]) == 2


def test_explain_shows_each_sentence_beside_its_source(root, capsys):
    assert brief(root, "explain", "2570") == 0

    told = capsys.readouterr().out
    assert "word for word: sentence 1 of 22" in told
    assert "\n## TL;DR" in told and "\n### " in told
    assert "edited by hand" in told
    assert "nearest: sentence 6 of 22: The first, called Target Size" in told
    assert "! F101 the source has no number 28" in told


def test_explain_tells_programs_the_same(root, capsys):
    assert brief(root, "explain", "2570", "--json") == 0

    statements = json.loads(capsys.readouterr().out)["data"]["statements"]
    edited = [one for one in statements if one["edited"] and one["kind"] != "heading"]
    assert [(one["verdict"], one["findings"][0]["code"]) for one in edited] == [("unsupported", "F101")]
    own = [one for one in statements if one["verdict"] == "supported"]
    assert own
    assert all(one["sources"][0]["text"] in one["text"] for one in own)


def test_explain_and_lint_of_an_item_without_evidence_say_so(root, capsys):
    (root / EDITED.replace(".md", ".evidence.json")).unlink()

    assert brief(root, "explain", "2570") == 0
    assert "nothing can be checked" in capsys.readouterr().out
    assert brief(root, "lint") == 0
    assert "F901" in capsys.readouterr().out


def test_broken_evidence_is_told_by_both_and_no_bug(root, capsys):
    (root / EDITED.replace(".md", ".evidence.json")).write_text(
        '{"version": 2, "source": 7}', encoding="utf-8"
    )

    assert brief(root, "lint") == 1
    assert "F902 the evidence is broken: `source` should be an object" in capsys.readouterr().out
    assert brief(root, "explain", "2570") == 0
    assert "F902" in capsys.readouterr().err


def test_no_colour_in_a_pipe_nor_where_none_is_wanted(root):
    command = [sys.executable, "-m", "builder", "explain", "2570", "--root", str(root)]
    piped = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "\x1b" not in piped.stdout


def test_since_needs_git_and_a_commit_it_knows(root, capsys, monkeypatch):
    assert brief(root, "lint", "--since", "main") == 2
    assert "needs git" in capsys.readouterr().err

    worktree.make(root, monkeypatch)
    for unknown in ("nowhere", "--all", "HEAD:config.yaml"):
        assert brief(root, "lint", f"--since={unknown}") == 2
        assert "git knows no commit" in capsys.readouterr().err


def test_since_tells_only_what_is_new_and_fails_by_it(root, capsys, monkeypatch):
    worktree.make(root, monkeypatch)
    assert brief(root, "lint", "--since", "HEAD") == 0
    assert "nothing new found" in capsys.readouterr().err

    text = (root / EDITED).read_text(encoding="utf-8")
    (root / EDITED).write_text(text + "\nIt has 99 parts.\n", encoding="utf-8")
    assert brief(root, "lint", "--since", "main") == 1
    told = capsys.readouterr()
    assert " F101 " in told.out
    assert "28" not in told.out
    assert "1 item changed since main: 1 error" in told.err


def test_since_tells_of_broken_files_only_where_the_change_broke_them(root, capsys, monkeypatch):
    (root / "content/items/2026/old.md").write_text("---\nid: x\n---\n", encoding="utf-8")
    worktree.make(root, monkeypatch)
    assert brief(root, "lint", "--since", "HEAD") == 0

    (root / "content/items/2026/new.md").write_text("---\nid: x\n---\n", encoding="utf-8")
    assert brief(root, "lint", "--since", "HEAD") == 5
    assert "old.md" not in capsys.readouterr().err


def test_since_works_in_a_folder_of_a_repository(root, capsys, monkeypatch):
    inner = root / "letters"
    for name in ("config.yaml", "content"):
        inner.mkdir(exist_ok=True)
        (root / name).rename(inner / name)
    worktree.make(root, monkeypatch)
    text = (inner / EDITED).read_text(encoding="utf-8")
    (inner / EDITED).write_text(text + "\nIt has 99 parts.\n", encoding="utf-8")

    assert brief(inner, "lint", "--since", "HEAD", "--format", "github") == 1
    note, error = capsys.readouterr().out.splitlines()
    assert note.startswith(f"::notice file=letters/{EDITED},line=")
    assert error.startswith(f"::error file=letters/{EDITED},line=")


def test_sarif_is_one_document_with_paths_from_the_top_of_the_repository(root, capsys, monkeypatch):
    worktree.make(root, monkeypatch)
    assert brief(root, "lint", "--format", "sarif") == 1

    (run,) = json.loads(capsys.readouterr().out)["runs"]
    (result,) = run["results"]
    assert result["ruleId"] == "F101"
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == EDITED


def test_format_json_is_json_and_no_other_format_goes_with_it(root, capsys):
    assert brief(root, "lint", "--format", "json") == 1
    assert json.loads(capsys.readouterr().out)["data"]["items"] == 1
    assert brief(root, "lint", "--json", "--format", "sarif") == 2


def test_every_finding_has_line_and_column(root, capsys):
    text = (root / EDITED).read_text(encoding="utf-8").replace("section: ", "section: no-", 1)
    (root / EDITED).write_text(text.replace("title: ", "title: TODO ", 1), encoding="utf-8")
    (root / EDITED.replace(".md", ".evidence.json")).write_text("{", encoding="utf-8")
    brief(root, "lint", "--fail-on", "info")

    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert lines
    for line in lines:
        assert re.match(r"[^:]+:\d+:\d+: [EF]\d{3} ", line), line


def test_an_edition_is_linted_by_its_file_or_folder(root, capsys):
    text = (
        worlds.edition(1, [])
        .replace("    items:\n\n", "    items: []\n")
        .replace("Hello.", "It is the the end.")
    )
    (root / "content/editions").mkdir()
    (root / "content/editions/0001.md").write_text(text, encoding="utf-8")

    for ref in ("content/editions", "content/editions/0001.md", "0001.md"):
        assert brief(root, "lint", ref) == 0
        told = capsys.readouterr()
        assert re.match(r"content/editions/0001\.md:\d+:7: E204 “the the”", told.out)
        assert "1 edition: 1 warning" in told.err
