"""What shells and terminals see: completion, the manual page, colour, narrow windows."""

import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import cli_reference
import pytest
import worlds

from builder.cli.main import COMMANDS
from builder.cli.manual import EXIT_CODES

BRIEFPRESS = Path(sys.executable).with_name("briefpress")
TESTS = {
    "bash": """\
source <(briefpress completion bash)
COMP_WORDS=(briefpress doc) COMP_CWORD=1
complete -p briefpress >/dev/null && _briefpress_completion briefpress && echo "${COMPREPLY[@]}"
""",
    "zsh": """\
autoload -U compinit && compinit -u -D
source <(briefpress completion zsh)
print $_comps[briefpress]
env COMP_WORDS='briefpress doc' COMP_CWORD=1 _BRIEFPRESS_COMPLETE=zsh_complete briefpress
""",
    "fish": """\
briefpress completion fish | source
complete --do-complete 'briefpress doc'
""",
}


def briefpress(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [BRIEFPRESS, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("shell", TESTS)
def test_shell_completes_a_command(shell, tmp_path):
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell} here")
    path = f"{BRIEFPRESS.parent}{os.pathsep}{os.environ['PATH']}"
    flags = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]

    done = subprocess.run(
        [shell, *flags, "-c", TESTS[shell]],
        env=os.environ | {"PATH": path, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "doctor" in done.stdout, done.stderr
    assert done.stderr == ""


def test_manual_names_every_command_and_exit_code_and_man_has_nothing_to_warn_of(tmp_path):
    page = tmp_path / "briefpress.1"
    page.write_text(briefpress("manual").stdout, encoding="utf-8")
    text = page.read_text(encoding="utf-8").replace("\\-", "-")

    for name in COMMANDS:
        assert f".SS briefpress {name} " in text
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", cli_reference.HEAD, re.MULTILINE)}
    assert set(EXIT_CODES) == documented
    for line in (
        ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page],
        ["mandoc", "-T", "lint", "-W", "warning", page],
    ):
        if shutil.which(line[0]):
            done = subprocess.run(line, capture_output=True, text=True, check=False)
            told = done.stderr + (done.stdout if line[0] == "mandoc" else "")
            assert [one for one in told.splitlines() if "missing date" not in one] == []


def on_terminal(arguments: list[str], columns: int, **environment: str) -> str:
    """What a command says on a terminal of so many columns."""
    parent, child = pty.openpty()
    told = os.environ | {"TERM": "xterm-256color", "COLUMNS": str(columns)} | environment
    subprocess.run(["stty", "cols", str(columns)], stdin=child, check=True)
    process = subprocess.Popen([BRIEFPRESS, *arguments], stdin=child, stdout=child, stderr=child, env=told)
    os.close(child)
    said = b""
    try:
        while part := os.read(parent, 65536):
            said += part
    except OSError:  # the other side is closed
        pass
    process.wait()
    os.close(parent)
    return said.decode("utf-8", "replace").replace("\r\n", "\n")


def plain(said: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said)


@pytest.mark.parametrize("arguments", [["doctor"], ["list"], ["run", "--dry-run"]])
def test_tables_fit_a_narrow_terminal(arguments, make_site):
    root = make_site(f"-- config.yaml --\n{worlds.config()}")
    for number in range(1, 4):
        path = root / worlds.item_file(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(worlds.item(number, title=f"A title that is long {number} " * 3), encoding="utf-8")

    said = plain(on_terminal([*arguments, "--root", str(root)], 40))

    assert said.strip()
    # A path or a word that is longer than a line cannot be made to fit.
    tables = [
        line for line in said.splitlines() if line and " " in line.strip() and str(root)[:20] not in line
    ]
    assert [line for line in tables if len(line) > 40 and len(max(line.split(), key=len)) < 24] == []


def test_colour_is_for_terminals_that_want_it(make_site):
    root = make_site(f"-- config.yaml --\n{worlds.config()}")
    call = ["doctor", "--root", str(root)]

    assert "\x1b[" in on_terminal(call, 80, NO_COLOR="")
    assert "\x1b[" not in on_terminal(call, 80, NO_COLOR="1")
    done = briefpress(*call)
    assert "\x1b[" not in done.stdout + done.stderr
