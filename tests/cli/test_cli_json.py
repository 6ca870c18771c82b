"""`--json` is one document of one shape, whatever the command and however it ends."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import jsonschema
import pytest
import worktree
import worlds

from builder.cli.console import Console
from builder.cli.main import cli, run

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "output.schema.json").read_text())
FEED = """\
<rss version="2.0"><channel><title>Notes</title><link>https://notes.example/</link>
<item><title>A report</title><guid>1</guid><link>https://notes.example/1</link>
<description>The station measured a level of 240 centimetres on Monday. The office published the
series.</description></item></channel></rss>
"""
OPML = '<opml version="2.0"><body><outline type="rss" xmlUrl="https://other.example/feed"/></body></opml>'
PAGE = "# A page\n\nThe station measured a level of 240 centimetres on Monday. The office published it.\n"
ONE, TWO, THREE = map(worlds.item_id, (1, 2, 3))
CALLS: dict[str, list[str]] = {
    "init": ["{new}", "--title", "New", "--url", "https://new.example/", "--yes"],
    "import": ["{old}", "--as", "items", "--dry-run"],
    "draft": ["{root}/page.md"],
    "pull": [],
    "feeds add": ["other.xml"],
    "feeds check": [],
    "feeds export": [],
    "feeds import": ["{root}/list.opml", "--dry-run"],
    "feeds list": [],
    "feeds mv": ["notes", "other.xml"],
    "feeds pause": ["notes"],
    "feeds remove": ["notes"],
    "redraft": ["--all", "--dry-run"],
    "status": [],
    "list": [],
    "show": [ONE],
    "approve": [THREE],
    "reject": [THREE, "--reason", "old"],
    "reopen": [ONE],
    "correct": [ONE, "--what", "The level was wrong."],
    "propose": ["--no-push"],
    "story find": [],
    "story list": [],
    "story merge": [ONE, THREE],
    "story pin": [ONE],
    "story show": [ONE],
    "story split": [TWO],
    "story unpin": [ONE],
    "edition add": ["2", ONE],
    "edition drop": ["2", TWO],
    "edition list": [],
    "edition move": ["2", TWO, "--part", "Policy"],
    "edition new": [],
    "edition publish": ["2"],
    "edition show": ["2"],
    "edition unpublish": ["1"],
    "mail check": ["1"],
    "mail export": ["1"],
    "mail schedule": ["--via", "smtp"],
    "mail send": ["1", "--dry-run"],
    "mail test": ["1", "someone@example.org", "--dry-run"],
    "lint": [],
    "fmt": [],
    "explain": [ONE],
    "check": [],
    "build": [],
    "verify": [],
    "deploy": ["--dry-run"],
    "deploy check": [],
    "deploy init": ["folder", "--to", "www"],
    "run": [],
    "doctor": [],
    "tidy": [],
    "admin build": ["--dry-run"],
    "config check": [],
    "config schema": [],
    "completion": ["bash"],
    "manual": [],
}
"""How each command is called so that it has something to tell. Whether that goes well is not the matter."""
INTERACTIVE = ("mail preview", "review", "serve")
"""They end only when they are told to; how they fail is one document too."""
WITHOUT_CONFIG = ("init", "import", "draft", "completion", "manual", "config schema")
"""They need no config, so that a broken one is nothing to them."""


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield " ".join((*path, name))


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("world")
    feeds = "feeds: [{url: notes.xml, slug: notes, full_text: false}]\ndeploy: {host: folder, to: www}"
    feeds += "\nadmin: {repo: example/brief}"
    files = {
        "config.yaml": worlds.config("editions")
        .replace("feeds: []", feeds)
        .replace("publish: editions", "publish: editions\n  recheck_days: 0"),
        "notes.xml": FEED,
        "other.xml": FEED.replace("Notes", "Other"),
        "list.opml": OPML,
        "page.md": PAGE,
        worlds.item_file(1): worlds.item(1),
        worlds.item_file(2): worlds.item(2, story=1),
        worlds.item_file(3): worlds.item(3, status="draft"),
        "content/editions/0001.md": worlds.edition(1, [1]),
        "content/editions/0002.md": worlds.edition(2, [2], published=False),
    }
    for number in (1, 2, 3):
        files[worlds.item_file(number).replace(".md", ".evidence.json")] = worlds.evidence(
            "One sentence says it."
        )
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        worktree.make(root, patch)
    return root


def document(out: str) -> dict:
    """The one document on stdout, which is all that stands there."""
    told = json.loads(out)
    jsonschema.validate(told, SCHEMA["$defs"]["document"] | {"$defs": SCHEMA["$defs"]})
    return told


def test_every_command_is_called_here():
    assert {*CALLS, *INTERACTIVE} == set(commands())


@pytest.mark.parametrize("command", CALLS)
def test_result_of_every_command_is_one_document(command, world, tmp_path, monkeypatch, capsys):
    for name, value in worktree.IDENTITY.items():
        monkeypatch.setenv(name, value)
    root, old = tmp_path / "root", tmp_path / "old"
    shutil.copytree(world, root)
    (old / "_posts").mkdir(parents=True)
    (old / "_config.yml").write_text("title: Old\n")
    (old / "_posts" / "2026-01-01-first.md").write_text("---\ntitle: First\n---\nHello.\n")
    told = [part.format(root=root, new=tmp_path / "new", old=old) for part in CALLS[command]]
    rooted = [] if command in ("init", "completion", "manual") else ["--root", str(root)]
    capsys.readouterr()

    code = run(Console(), [*command.split(), *told, *rooted, "--json"])

    found = document(capsys.readouterr().out)
    assert code in (0, 1, 9), found
    assert found["command"] == command
    assert not (found["ok"] and code)
    assert found["data"] or not found["ok"]


@pytest.mark.parametrize("command", [*CALLS, *INTERACTIVE])
def test_call_that_cannot_be_read_is_one_document(command, capsys):
    assert run(Console(), [*command.split(), "--json", "--no-such-option"]) == 2

    found = document(capsys.readouterr().out)
    assert (found["ok"], found["command"], len(found["problems"])) == (False, command, 1)


@pytest.mark.parametrize("command", [name for name in (*CALLS, *INTERACTIVE) if name not in WITHOUT_CONFIG])
def test_broken_config_is_one_document_with_each_fault(command, tmp_path, capsys):
    (tmp_path / "config.yaml").write_text("site:\n  titel: X\n", encoding="utf-8")
    told = [part.format(root=tmp_path, new=tmp_path / "new", old=tmp_path) for part in CALLS.get(command, [])]

    code = run(Console(), [*command.split(), *told, "--root", str(tmp_path), "--json"])

    found = document(capsys.readouterr().out)
    assert not found["ok"]
    if command == "doctor":
        assert code == 1
    else:
        assert code == 3
        assert {problem["path"] for problem in found["problems"]} == {"config.yaml"}


# -- lines


@pytest.mark.parametrize(
    ("command", "kinds"), [("pull", "feed drafted"), ("build", "wrote"), ("run", "begun ended wrote")]
)
def test_lines_are_events_and_the_document_last(command, kinds, world, tmp_path, capsys):
    root = tmp_path / "root"
    shutil.copytree(world, root)
    capsys.readouterr()

    run(Console(), [command, "--root", str(root), "--json-lines"])

    *events, last = map(json.loads, capsys.readouterr().out.splitlines())
    for event in events:
        jsonschema.validate(event, SCHEMA["$defs"]["event"] | {"$defs": SCHEMA["$defs"]})
    jsonschema.validate(last, SCHEMA)
    assert set(kinds.split()) <= {event["event"] for event in events}
    assert last["command"] == command


def test_lines_of_a_run_that_fails_end_in_the_document(tmp_path, capsys):
    assert run(Console(), ["run", "--root", str(tmp_path), "--json-lines"]) == 3

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["ok"] is False


def test_every_event_is_in_the_schema():
    sources = Path(__file__).resolve().parents[2].joinpath("builder", "cli").glob("*.py")
    told = {kind for path in sources for kind in re.findall(r'console\.event\("(\w+)"', path.read_text())}

    assert told == set(SCHEMA["$defs"]["event"]["properties"]["event"]["enum"])
