"""Pages that people follow line by line: every command is one of ours, every piece of config is accepted."""

import re
import shlex
from pathlib import Path

import click
import pytest

from builder.cli.console import Console
from builder.cli.main import cli
from builder.config import parse

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "docs" / name for name in ("hosting.md", "recipes.md")]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[str]:
    """Each call of `briefpress`, in blocks for a console and in the text."""
    text = page.read_text(encoding="utf-8")
    lines = [
        line[2:] for kind, body in FENCE.findall(text) if kind == "console" for line in body.splitlines()
    ]
    lines += re.findall(r"`(briefpress [^`]+)`", FENCE.sub("", text))
    calls = [part.strip() for line in lines for part in re.split(r"&&", line.partition("  #")[0])]
    return [call for call in calls if call.startswith("briefpress ")]


CALLS = [(page.name, call) for page in PAGES for call in commands(page)]


def test_the_pages_hold_commands():
    assert {page for page, _ in CALLS} == {"hosting.md", "recipes.md"}
    assert len(CALLS) > 50


@pytest.mark.parametrize(("page", "call"), CALLS)
def test_every_command_is_read_as_one_of_ours(page, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command: click.Command = cli
    words = shlex.split(call.replace("HOST", "netlify"))[1:]
    context = click.Context(cli, info_name="briefpress", obj=Console(), **cli.context_settings)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found, f"{page}: {call}"
        command, words = found, words[1:]
        context = click.Context(command, parent=context, info_name=command.name, obj=Console())
    assert command is not cli

    command.parse_args(context, words)


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (page.name, body)
        for page in PAGES
        for kind, body in FENCE.findall(page.read_text("utf-8"))
        if kind == "yaml"
    ],
)
def test_every_piece_of_config_is_accepted(page, text, tmp_path):
    whole = text if "site:" in text else f"site: {{title: A, url: 'https://a.example/'}}\n{text}"

    assert parse(whole.encode(), tmp_path).site.title, page


def test_each_host_has_its_piece():
    from builder.publish.deploy.hosts import HOSTS

    text = PAGES[0].read_text(encoding="utf-8")
    assert all(f"  host: {host}\n" in text for host in HOSTS)
