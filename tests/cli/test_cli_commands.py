"""The commands as a user calls them: what they say, what they leave, and their exit codes."""

import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import click
import pytest
import worktree
import worlds

from builder import config
from builder.cli.console import Console
from builder.cli.main import COMMANDS, cli, run
from builder.content import library
from builder.publish.bodies import bodies_of
from builder.render import markup
from builder.state import State


@pytest.fixture
def root(make_site) -> Path:
    folder = make_site(f"-- config.yaml --\n{worlds.config()}")
    for number, status in ((1, "draft"), (2, "approved"), (3, "rejected")):
        path = folder / worlds.item_file(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(worlds.item(number, status=status), encoding="utf-8")
    return folder


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


def told(root: Path, capsys, *arguments: str) -> dict:
    capsys.readouterr()
    brief(root, *arguments, "--json")
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command, capsys):
    assert run(Console(), [command, "--help"]) == 0

    assert "Usage: briefpress" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_the_command_says_of_itself(name):
    found = cli.get_command(click.Context(cli), name)

    assert " ".join((found.help or "").split()).startswith(COMMANDS[name].removesuffix("."))


def test_no_list_of_commands_is_cut_at_eighty_columns():
    # With the settings: a command keeps the names of its option for help from whoever asks first.
    top = click.Context(cli, info_name="briefpress", **cli.context_settings)
    for name in COMMANDS:
        command = cli.get_command(top, name)
        if isinstance(command, click.Group):
            told = command.get_help(click.Context(command, parent=top, info_name=name, terminal_width=80))
            assert "..." not in told.partition("Commands:")[2], name


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from builder.cli.main import run; from builder.cli.console import Console\n"
        "run(Console(), ['--help'])\n"
        "heavy = {'rich', 'jinja2', 'pydantic', 'yaml', 'httpx2', 'trafilatura', 'feedparser', 'markdown'}\n"
        "print('heavy:', sorted(heavy & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.stdout.endswith("heavy: []\n")


def test_unknown_command_suggests_the_near_one(capsys):
    assert run(Console(), ["bild"]) == 2

    assert "did you mean 'build'" in capsys.readouterr().err


def test_broken_config_tells_every_fault_with_its_line_and_writes_nothing(root, capsys):
    (root / "config.yaml").write_text("site:\n  titel: X\n  url: nowhere\n")
    before = sorted(root.rglob("*"))

    assert brief(root, "build") == 3

    errors = capsys.readouterr().err
    assert "config.yaml:2" in errors
    assert "title" in errors
    assert "config.yaml:3" in errors
    assert sorted(root.rglob("*")) == before


def test_list_shows_and_filters(root, capsys):
    assert brief(root, "list", "--status", "draft") == 0
    assert "Item 1" in capsys.readouterr().out

    data = told(root, capsys, "list", "--tag", "feeds")
    assert [item["title"] for item in data["data"]["items"]] == ["Item 3", "Item 2", "Item 1"]


def test_show_prints_the_file_as_it_stands(root, capsys):
    path = root / worlds.item_file(1)

    assert brief(root, "show", worlds.item_id(1)) == 0

    assert capsys.readouterr().out == path.read_text(encoding="utf-8")


def test_unknown_item_is_a_content_error(root, capsys):
    assert brief(root, "show", "ffffffffff") == 5

    assert "briefpress list" in capsys.readouterr().err


def test_approve_changes_nothing_but_the_decision_and_says_so(root, capsys):
    path = root / worlds.item_file(1)
    before = path.read_text(encoding="utf-8")

    assert brief(root, "approve", worlds.item_id(1)) == 0

    after = path.read_text(encoding="utf-8")
    assert "draft → approved" in capsys.readouterr().out
    assert re.sub(r"review:\n(  .*\n)+", "", after) == before.replace("status: draft", "status: approved")


def test_items_are_chosen_by_query_and_by_a_list(root, capsys, tmp_path):
    listed = tmp_path / "ids.txt"
    listed.write_text(f"# to go\n{worlds.item_id(1)}  Item 1\n\n", encoding="utf-8")

    chosen = told(root, capsys, "reject", "--from", str(listed), "--dry-run")["data"]["decisions"]
    assert [decision["id"] for decision in chosen] == [worlds.item_id(1)]
    for query in (
        ("--feed", "example"),
        ("--tag", "feeds"),
        ("--section", "policy"),
        ("--since", "2026-11-01"),
        ("--since", "9999"),
    ):
        waiting = told(root, capsys, "approve", *query, "--dry-run")["data"]["decisions"]
        assert [decision["id"] for decision in waiting] == [worlds.item_id(1)]
    assert told(root, capsys, "approve", "--since", "2026-11-02", "--dry-run")["data"]["decisions"] == []


def test_a_production_build_refuses_an_approved_item_that_is_unfinished(root, capsys):
    path = root / worlds.item_file(2)
    path.write_text(worlds.item(2, text="The figure is TODO."), encoding="utf-8")

    assert brief(root, "build", "--production") == 5
    assert f"{worlds.item_file(2)}: is approved and has TODO in it" in capsys.readouterr().err
    assert brief(root, "check") == 1
    assert brief(root, "build", "--no-production") == 0


def test_a_production_build_refuses_what_is_not_as_it_was_approved(root, capsys, monkeypatch):
    path = root / worlds.item_file(1)
    assert brief(root, "approve", worlds.item_id(1), "--no-commit") == 0
    assert brief(root, "build", "--production") == 0
    path.write_text(path.read_text(encoding="utf-8") + "\nAnd one more.\n", encoding="utf-8")
    capsys.readouterr()

    monkeypatch.setenv("CI", "true")
    assert brief(root, "build") == 5
    assert "is no longer what" in capsys.readouterr().err
    assert "item-1" in (root / "site/feed.xml").read_text(encoding="utf-8")

    assert brief(root, "build", "--no-production") == 0
    assert "is no longer what" in capsys.readouterr().err
    assert "item-1" not in (root / "site/feed.xml").read_text(encoding="utf-8")


def test_a_decision_on_nothing_in_particular_is_refused(root, capsys):
    assert brief(root, "approve") == 2

    assert "Say which" in capsys.readouterr().err


def test_a_changed_item_is_told_and_its_change_shown(root, capsys, monkeypatch):
    worktree.make(root, monkeypatch)
    path = root / worlds.item_file(1)
    assert brief(root, "approve", worlds.item_id(1)) == 0
    path.write_text(path.read_text(encoding="utf-8") + "\nAnd one more.\n", encoding="utf-8")

    assert brief(root, "check") == 1
    assert "is no longer what Ed Itor" in capsys.readouterr().err
    for which in ([worlds.item_id(1)], []):
        assert brief(root, "approve", "--diff", *which) == 0
        assert "\n+And one more.\n" in capsys.readouterr().out
    assert brief(root, "approve", worlds.item_id(1)) == 0
    assert brief(root, "check") == 0


@pytest.mark.parametrize("command", ["approve", "reject", "reopen"])
def test_dry_run_of_a_decision_writes_nothing(root, command):
    number = {"approve": 1, "reject": 2, "reopen": 3}[command]
    before = (root / worlds.item_file(number)).read_bytes()

    assert brief(root, command, worlds.item_id(number), "--dry-run") == 0

    assert (root / worlds.item_file(number)).read_bytes() == before


def test_edition_is_opened_published_and_built(root, capsys):
    (root / "config.yaml").write_text(worlds.config("editions"))

    assert brief(root, "edition", "new") == 0
    assert brief(root, "build") == 0
    assert not (root / "site" / "items").exists()
    assert brief(root, "edition", "publish", "1") == 0
    assert brief(root, "build") == 0

    assert (root / "site" / "items" / "2026-11-01-item-2" / "index.html").is_file()
    assert (root / "site" / "editions" / "1" / "index.html").is_file()
    assert brief(root, "edition", "publish", "1") == 5


def test_an_edition_takes_what_waits_for_approval_and_says_so(root, capsys):
    (root / worlds.item_file(3)).write_text(worlds.item(3, status="rejected"))
    brief(root, "edition", "new")
    capsys.readouterr()

    assert brief(root, "edition", "add", "1", worlds.item_id(3)) == 0
    assert f"{worlds.item_id(3)} is rejected" in capsys.readouterr().err
    assert brief(root, "edition", "publish", "1") == 5


def test_times_have_one_form_in_every_document(root, capsys):
    brief(root, "edition", "new")
    brief(root, "edition", "publish", "1")

    (edition,) = told(root, capsys, "edition", "list")["data"]["editions"]
    assert datetime.fromisoformat(edition["published"]) and "T" in edition["published"]


def test_broken_file_is_named_with_its_line_and_the_rest_is_built(root, capsys):
    (root / worlds.item_file(1)).write_text("---\nid: 0000000001\nstatus: drafty\n---\n")

    assert brief(root, "build") == 5

    assert f"{worlds.item_file(1)}:3" in capsys.readouterr().err
    assert (root / "site" / "items" / "2026-11-01-item-2" / "index.html").is_file()


def test_broken_edition_does_not_take_its_items_off_the_site(root):
    (root / "config.yaml").write_text(worlds.config("editions"))
    edition = root / "content" / "editions" / "0001.md"
    edition.parent.mkdir()
    edition.write_text(worlds.edition(1, [2]))
    assert brief(root, "build") == 0

    edition.write_text(edition.read_text().replace("number: 1", "number: one"))

    assert brief(root, "build") == 5
    assert (root / "site" / "items" / "2026-11-01-item-2" / "index.html").is_file()


def test_broken_template_exits_4(root, capsys):
    (root / "templates").mkdir()
    (root / "templates" / "home.html").write_text("{% if %}")

    assert brief(root, "build") == 4

    assert "home.html:1" in capsys.readouterr().err


def test_check_is_silent_about_order_and_loud_about_findings(root, capsys):
    assert brief(root, "check") == 0
    edition = root / "content" / "editions" / "0001.md"
    edition.parent.mkdir()
    edition.write_text(worlds.edition(1, [3]))

    assert brief(root, "check") == 1

    assert "rejected" in capsys.readouterr().err


PRINTED = (["completion", "bash"], ["config", "schema", "--print"], ["feeds", "export"])
"""Those whose text is a document of another kind."""


def test_json_is_one_document_of_one_shape(root, capsys):
    for command in (["list"], ["check"], ["build"], ["pull"], ["config", "check"], *PRINTED):
        document = told(root, capsys, *command)

        assert set(document) == {"ok", "command", "data", "problems"}
        assert " ".join(command).startswith(document["command"])
        assert document["ok"] is True


def test_error_with_json_is_a_document_too(root, capsys):
    document = told(root, capsys, "show", "ffffffffff")

    assert document["ok"] is False
    assert document["problems"][0]["hint"]


def test_bug_leaves_its_story_in_a_file_and_exits_70(root, capsys, monkeypatch):
    def broken(folder: Path) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("builder.content.library.load", broken)

    assert brief(root, "list") == 70
    assert told(root, capsys, "list")["problems"][0]["message"] == "bug: ZeroDivisionError: oh"
    assert brief(root, "list") == 70

    said = capsys.readouterr().err
    assert "Traceback" not in said
    story = Path(said.rsplit(" ", 1)[1].strip())
    assert "ZeroDivisionError" in story.read_text()
    story.unlink()


def test_interruption_exits_130(root, monkeypatch):
    def interrupted(folder: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("builder.content.library.load", interrupted)

    assert brief(root, "list") == 130


def test_init_makes_a_newsletter_that_builds(tmp_path, capsys):
    folder = tmp_path / "my brief"

    assert run(Console(), ["init", str(folder), "--title", 'A "B": C', "--url", "https://b.example/x"]) == 0
    assert brief(folder, "pull") == 0
    assert brief(folder, "build") == 0

    assert "A &#34;B&#34;: C" in (folder / "site" / "index.html").read_text(encoding="utf-8")
    assert run(Console(), ["init", str(folder), "--title", "X", "--url", "https://b.example/"]) == 6


def test_a_build_says_when_it_gives_entries_other_ids(root, capsys):
    config = (root / "config.yaml").read_text()
    brief(root, "build")
    (root / "config.yaml").write_text(config.replace("https://brief", "https://moved"))

    brief(root, "build", "--dry-run")
    moved = capsys.readouterr().err
    kept = config.replace("https://brief", "https://moved").replace("site:\n", "site:\n  id: brief.example\n")
    (root / "config.yaml").write_text(kept)
    brief(root, "build")

    assert "the ids in feeds began with brief.example and begin with moved.example now" in moved
    assert "Write `id: brief.example` below `site:`" in moved
    assert "ids in feeds" not in capsys.readouterr().err


def test_init_refuses_answers_that_make_no_config(tmp_path, capsys):
    assert run(Console(), ["init", str(tmp_path / "x"), "--title", "X", "--url", "nowhere"]) == 3

    assert not (tmp_path / "x").exists()


def test_config_schema_is_written_where_the_config_names_it(root):
    assert brief(root, "config", "schema") == 0

    schema = json.loads((root / ".briefpress" / "config.schema.json").read_text(encoding="utf-8"))
    assert "site" in schema["properties"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for(shell, capsys):
    assert run(Console(), ["completion", shell]) == 0

    assert "_BRIEFPRESS_COMPLETE" in capsys.readouterr().out


def test_root_is_found_upward(root, monkeypatch, capsys):
    monkeypatch.chdir(root / "content" / "items")

    assert run(Console(), ["list"]) == 0

    assert "Item 1" in capsys.readouterr().out


def test_no_newsletter_anywhere_is_a_config_error_that_names_the_way(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert run(Console(), ["list"]) == 3

    assert "briefpress init" in capsys.readouterr().err


@pytest.mark.parametrize("out", [".", "content", "content/items", "templates", ".."])
def test_site_is_not_built_among_the_newsletters_own_files(root, out, capsys):
    (root / "templates").mkdir()

    assert brief(root, "build", "--out", str(root / out)) == 6

    assert "own files" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["javascript:alert(1)", "foo", "//host/"])
def test_base_url_must_be_a_web_address(root, url):
    assert brief(root, "build", "--base-url", url) == 2


def test_pull_stops_at_an_item_it_cannot_make_out(root, capsys):
    path = root / worlds.item_file(1)
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))

    assert brief(root, "pull") == 5

    assert worlds.item_file(1) in capsys.readouterr().err


def test_dry_run_of_a_pull_touches_nothing(root):
    before = sorted(root.rglob("*"))

    assert brief(root, "pull", "--dry-run") == 0

    assert sorted(root.rglob("*")) == before


def test_pull_keeps_the_html_of_its_drafts_for_the_build_that_shows_them(root, monkeypatch):
    text = "The harbour opened two new berths on Monday. It was said to have cost 12 million euros. " * 4
    item = f"<item><title>Two berths</title><guid>g1</guid><description>{text}</description></item>"
    (root / "good.xml").write_text(f'<rss version="2.0"><channel><title>T</title>{item}</channel></rss>')
    feeds(root, "good.xml")
    before = {one.id for one in library.load(root).library.items}
    assert brief(root, "pull") == 0
    drafted = [one for one in library.load(root).library.items if one.id not in before]

    monkeypatch.setattr(markup, "to_html", lambda text, **_: pytest.fail(text))
    with State.open(root / ".briefpress" / "state.db") as state:
        bodies = bodies_of(config.load(root), state)
        bodies.fetch(one.body for one in drafted)
        assert [bodies(one.body) for one in drafted]


def test_item_of_an_unknown_section_is_a_finding(root, capsys):
    (root / worlds.item_file(1)).write_text(worlds.item(1, section="polcy"))

    assert brief(root, "check") == 1

    assert "no section polcy" in capsys.readouterr().err


def test_wrong_call_with_json_is_a_document_too(capsys):
    assert run(Console(), ["list", "--json", "--nope"]) == 2

    out, err = capsys.readouterr()
    assert json.loads(out)["ok"] is False
    assert err.startswith("error: ") and "`briefpress list --help`" in err


@pytest.mark.parametrize(("command", "one"), [([], "pull"), (["feeds"], "pause"), (["mail"], "preview")])
def test_a_group_that_is_called_alone_shows_its_commands(command, one, capsys):
    assert run(Console(), command) == 2

    assert f"\n  {one} " in capsys.readouterr().err


def test_list_that_finds_nothing_says_what_there_is(root, capsys):
    assert brief(root, "list", "--section", "research") == 0

    assert "There is: policy" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["list", "approve", "reject", "redraft"])
@pytest.mark.parametrize(
    ("option", "asked", "said"),
    [
        ("--section", "polcy", "there is no section 'polcy'; did you mean 'policy'?"),
        ("--section", "zzz", "there is no section 'zzz'; there is: policy, research"),
        ("--tag", "fees", "there is no tag 'fees'; did you mean 'feeds'?"),
        ("--tag", "zzz", "there is no tag 'zzz'; there is: feeds"),
        ("--feed", "exampel", "there is no feed 'exampel'; did you mean 'example'?"),
        ("--feed", "zzz", "there is no feed 'zzz'; there is: example"),
    ],
)
def test_a_section_tag_or_feed_that_cannot_be_is_a_wrong_call(root, capsys, command, option, asked, said):
    assert brief(root, command, option, asked) == 2

    assert said in capsys.readouterr().err


def test_a_tag_that_only_the_config_names_may_be_asked_for(root, capsys):
    (root / "config.yaml").write_text(f"{worlds.config()}tags: [web, works]\n")
    for command in ("list", "approve", "reject", "redraft"):
        assert brief(root, command, "--tag", "web") == 0
        assert brief(root, command, "--tag", "wob") == 2

    assert "there is no tag 'wob'; did you mean 'web'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [["pull", "--feed"], ["feeds", "check"], ["feeds", "remove"], ["feeds", "pause"]],
)
def test_a_misspelt_feed_has_one_answer_everywhere(root, capsys, command):
    feeds(root, "https://one.example/feed.xml", "https://two.example/feed.xml")
    assert brief(root, *command, "one-exampel") == 2
    assert "there is no feed 'one-exampel'; did you mean 'one-example'" in capsys.readouterr().err
    assert brief(root, *command, "zzz") == 2
    assert "there is no feed 'zzz'; there is: one-example, two-example" in capsys.readouterr().err


def test_a_section_without_items_may_be_asked_for(root):
    assert brief(root, "list", "--section", "research") == 0


def test_what_date_since_counts_is_said_where_nothing_fits(root, capsys):
    assert brief(root, "approve", "--since", "2999-01-01") == 0

    assert "--since counts the dates of the articles" in capsys.readouterr().err


def test_about_page_of_a_new_newsletter_is_a_draft(tmp_path):
    run(Console(), ["init", str(tmp_path / "n"), "--title", "N", "--url", "https://n.example/"])

    assert brief(tmp_path / "n", "build") == 0

    assert not (tmp_path / "n" / "site" / "about").exists()


def feeds(root: Path, *urls: str) -> None:
    listed = "".join(f"  - {url}\n" for url in urls)
    (root / "config.yaml").write_text(worlds.config().replace("feeds: []\n", f"feeds:\n{listed}"))


def test_pull_exits_7_when_every_feed_fails(root, capsys):
    feeds(root, "http://127.0.0.1:9/a.xml", "missing.xml")

    assert brief(root, "pull") == 7

    errors = capsys.readouterr().err
    assert "127.0.0.1" in errors
    assert "missing.xml" in errors


def test_pull_exits_8_for_some_failures_only_when_asked(root):
    (root / "good.xml").write_text('<rss version="2.0"><channel><title>T</title></channel></rss>')
    feeds(root, "good.xml", "missing.xml")

    assert brief(root, "pull") == 0
    assert brief(root, "pull", "--fail-on", "partial") == 8


def test_config_check_names_each_part_that_is_not_installed_with_its_line_and_what_there_is(
    make_site, capsys
):
    text = worlds.config() + "summary:\n  engine: extrct\ndeploy: {host: netlifi}\nmail:\n  via: smpt\n"
    root = make_site(f"-- config.yaml --\n{text}")
    lines = text.split("\n")

    assert brief(root, "config", "check") == 3

    told = " ".join(capsys.readouterr().err.split())
    for key, name, meant in (
        ("summary.engine", "extrct", "extract"),
        ("deploy.host", "netlifi", "netlify"),
        ("mail.via", "smpt", "smtp"),
    ):
        (line,) = (number for number, one in enumerate(lines, 1) if name in one)
        assert f"config.yaml:{line}: {key}: there is no" in told
        assert f"Did you mean '{meant}'? There is: " in told
