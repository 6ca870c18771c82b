"""What is promised of an installation: extras, what a command imports, notes of a release."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OF_DEVELOPERS = {"dev", "models-test"}
HEAVY = {
    *(
        "trafilatura",
        "lxml",
        "feedparser",
        "httpx2",
        "httpcore2",
        "css_inline",
        "textual",
        "rich",
        "watchfiles",
    ),
    *("jinja2", "markdown", "nh3", "pydantic", "comrak", "markdownify", "bs4", "PIL", "boto3", "asyncio"),
}
PROBE = """
import contextlib, io, sys
before = set(sys.modules)
from builder.cli.console import Console
from builder.cli.main import run
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    code = run(Console(), sys.argv[1:])
assert code == 0, code
print(*sorted(set(sys.modules) - before))
"""


def imported(*arguments: str) -> list[str]:
    """The modules that a command imports, beside those of a bare Python."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> str:
    root = tmp_path_factory.mktemp("example") / "newsletter"
    shutil.copytree(
        ROOT,
        root,
        ignore=lambda folder, names: [
            name
            for name in names
            if Path(folder) == ROOT
            and name not in {"config.yaml", "content", "samples", "templates", "static"}
        ],
    )
    imported("build", "--root", str(root))
    return str(root)


@pytest.mark.parametrize(
    ("command", "at_most"),
    [(("--help",), 120), (("--version",), 120), (("status",), 330), (("list",), 280), (("build",), 220)],
)
def test_a_command_imports_what_it_needs_and_no_more(command, at_most, built):
    names = imported(*command, *(() if command[0].startswith("-") else ("--root", built)))

    assert {name.partition(".")[0] for name in names} & HEAVY == set()
    assert len(names) <= at_most, f"{len(names)} modules: {names}"


def test_every_extra_is_told_and_no_other():
    page = (ROOT / "docs/install.md").read_text(encoding="utf-8")

    told = set(re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE))

    assert told == set(PROJECT["optional-dependencies"]) - OF_DEVELOPERS


def test_every_extra_that_is_named_exists():
    texts = [
        *(ROOT / "docs").glob("*.md"),
        ROOT / "README.md",
        ROOT / "Dockerfile",
        *(ROOT / "builder").rglob("*.py"),
    ]
    named = {
        extra.strip()
        for text in texts
        for found in re.findall(r"(?:briefpress|'\.)\[([a-z0-9, -]+)\]", text.read_text(encoding="utf-8"))
        for extra in found.split(",")
    }

    assert named <= set(PROJECT["optional-dependencies"])


def test_image_takes_what_the_wheel_is_made_of_and_leaves_the_rest_outside():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)

    assert {name for line in copies for name in line.split()} == let_in
    assert "*" in ignored
    assert all((ROOT / name).exists() for name in let_in)


def test_every_dependency_of_the_core_is_justified():
    text = (ROOT / "docs/decisions.md").read_text(encoding="utf-8")
    _, _, section = text.partition("## What the core stands on")
    told = set(re.findall(r"^\| (\w[\w-]*) \|", section.partition("\n## ")[0], re.MULTILINE)) - {
        "distribution"
    }

    asked = {re.split(r"[\s;<>=!~\[(]", one)[0].lower().replace("_", "-") for one in PROJECT["dependencies"]}

    assert told == asked


def test_the_version_has_notes():
    done = subprocess.run(
        [sys.executable, "-c", "import release; print(release.notes(release.version()))"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT / "packaging",
    )

    assert done.returncode == 0, done.stderr
    assert "- " in done.stdout


def test_types_are_shipped():
    assert (ROOT / "builder/py.typed").is_file()
