"""Docs that cannot go stale."""

import importlib
import re
from pathlib import Path

import cli_reference
import pytest

from builder import errors
from builder.cli import main

ROOT = Path(__file__).resolve().parents[1]
DOCS = sorted((ROOT / "docs").glob("*.md"))


def test_cli_page_is_what_the_commands_say():
    assert cli_reference.PAGE.read_text(encoding="utf-8") == cli_reference.reference(), (
        "run: python tests/cli_reference.py"
    )


def test_every_exit_code_is_documented():
    codes = {kind.exit_code for kind in vars(errors).values() if hasattr(kind, "exit_code")}
    codes |= {main.EXIT_BUG, main.EXIT_INTERRUPTED, 0, 2}
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", cli_reference.HEAD, re.MULTILINE)}

    assert codes <= documented


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_every_name_of_the_code_that_a_page_mentions_exists(page):
    for name in re.findall(r"`(builder(?:\.\w+)+)`", page.read_text(encoding="utf-8")):
        parts = name.split(".")
        for cut in range(len(parts), 0, -1):
            try:
                found = importlib.import_module(".".join(parts[:cut]))
            except ModuleNotFoundError:
                continue
            for attribute in parts[cut:]:
                found = getattr(found, attribute)
            break


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS], ids=lambda page: page.name
)
def test_every_link_to_a_file_leads_to_one(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_readme_names_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert "make site" in text
    assert "make test" in text
