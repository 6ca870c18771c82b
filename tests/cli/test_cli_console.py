"""What people are shown is nothing that a terminal or a runner would take for a command."""

import re

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.cli.console import Console, harmless
from builder.errors import Fault


def is_command(line: str) -> bool:
    """As the runner of GitHub looks at a line of either stream."""
    return line.strip().startswith("::") or "##[" in line


@given(st.text(st.sampled_from("\n\r\t \u3000\u2028\x0b\x1b\x85[:#0m;ax")))
def test_no_line_is_a_command_and_no_control_character_is_left(text: str):
    for told in (harmless(text), click.unstyle(harmless(text))):
        assert not any(map(is_command, re.split("[\n\r]", told)))
    assert click.unstyle(harmless(text)).replace("\n", "").replace("\t", "").isprintable() or (
        "\u3000" in text
    )


@pytest.mark.parametrize(
    "text", ["a: b\n\tc :: d", click.style("red", fg="red", bold=True), "# a\n## [b]", ""]
)
def test_what_is_no_command_stays(text: str):
    assert harmless(text) == text


HOSTILE = "a\n::error::pwn\x1b]0;x\x07 ##[add-mask]github.com"


def test_messages_and_results_are_made_harmless(capsys):
    console = Console(verbosity=1)

    console.note(HOSTILE)
    console.detail(HOSTILE)
    console.fault(Fault(HOSTILE, path=f"{HOSTILE}.md", hint=HOSTILE))
    console.result({}, HOSTILE)
    console.result({}, console.table(("title",), [(HOSTILE,)]))

    told = capsys.readouterr()
    for stream in (told.out, told.err):
        assert "pwn" in stream
        assert not any(map(is_command, stream.split("\n")))
        assert "\x1b" not in stream
    assert len(told.err.split("\n")) == 7


def test_json_is_told_as_it_is(capsys):
    Console(json=True).result({"title": "Calm ##[add-mask]github.com"})

    assert '"Calm ##[add-mask]github.com"' in capsys.readouterr().out
