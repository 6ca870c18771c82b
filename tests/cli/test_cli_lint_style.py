"""What `briefpress lint` says of an item beside its facts."""

import json

import pytest
import worlds

from builder.cli.console import Console
from builder.cli.main import run


@pytest.fixture
def root(make_site):
    text = worlds.item(1, text="It was the the first.", section="sports")
    return make_site(f"-- config.yaml --\n{worlds.config()}\n-- {worlds.item_file(1)} --\n{text}")


def found(root, capsys, *arguments: str) -> tuple[int, list[str]]:
    code = run(Console(), ["lint", *arguments, "--json", "--root", str(root)])
    return code, [one["code"] for one in json.loads(capsys.readouterr().out)["data"]["findings"]]


def test_lint_marks_what_an_editor_would_and_fails_only_at_its_level(root, capsys):
    code, codes = found(root, capsys)

    assert code == 0
    assert [one for one in codes if one[0] == "E"] == ["E301", "E204", "E204"]
    assert found(root, capsys, "--fail-on", "warning")[0] == 1


def test_the_config_gives_a_rule_another_level_or_none(root, capsys):
    text = worlds.config() + "lint:\n  levels: {E204: 'off', E301: error}\n"
    (root / "config.yaml").write_text(text, encoding="utf-8")

    code, codes = found(root, capsys)
    assert code == 1
    assert [one for one in codes if one[0] == "E"] == ["E301"]
