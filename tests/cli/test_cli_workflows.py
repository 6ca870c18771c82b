"""The workflows that `init --ci` writes, as those who judge workflows see them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from builder.cli.console import Console
from builder.cli.main import run


@pytest.fixture
def written(tmp_path: Path):
    def write(ci: str) -> Path:
        folder = tmp_path / ci
        options = ["--title", "A", "--url", "https://a.example/", "--ci", ci]
        assert run(Console(), ["init", str(folder), *options, "--quiet"]) == 0
        return folder

    return write


def judged(*command: str) -> str:
    tool = Path(sys.executable).parent / command[0]
    done = subprocess.run([tool, *command[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_github_takes_the_workflows_and_an_auditor_finds_nothing(written):
    folder = written("github") / ".github/workflows"
    workflows = sorted(map(str, folder.glob("*.yml")))

    assert [Path(one).stem for one in workflows] == [
        "briefpress-check",
        "briefpress-publish",
        "briefpress-pull",
    ]
    judged("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)
    judged("zizmor", "--offline", "--no-progress", "--persona=pedantic", str(folder.parent.parent))


def test_gitlab_takes_the_pipeline(written):
    pipeline = written("gitlab") / ".gitlab-ci.yml"

    judged(
        "check-jsonschema",
        "--builtin-schema",
        "vendor.gitlab-ci",
        "--data-transform=gitlab-ci",
        str(pipeline),
    )


def test_actions_are_pinned_and_no_shell_line_holds_an_expression(written):
    for path in (written("github") / ".github/workflows").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"uses: \S+@(?![0-9a-f]{40} # v)", text) == []
        for script in re.findall(r"run: (?:\|\n((?: {10}.*\n)+)|(.*)\n)", text):
            assert "${{" not in "".join(script)


def test_every_command_of_a_workflow_is_one_of_ours(written, capsys):
    texts = [path.read_text(encoding="utf-8") for path in written("github").rglob("*.yml")]
    texts.append((written("gitlab") / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    called = {
        tuple(line.split()[:1] + re.findall(r"--[a-z-]+", line))
        for line in re.findall(r"briefpress ((?:pull|propose|check|lint|build)\b.*)", "\n".join(texts))
    }

    assert {name for name, *_ in called} == {"pull", "propose", "check", "lint", "build"}
    for name, *options in called:
        capsys.readouterr()
        assert run(Console(), [name, "--help"]) == 0
        told = capsys.readouterr().out
        assert all(option in told for option in options)


def test_workflows_are_added_to_a_newsletter_and_nothing_is_written_over(written):
    folder = written("github")
    check = folder / ".github/workflows/briefpress-check.yml"
    check.write_text("mine\n", encoding="utf-8")
    config = (folder / "config.yaml").read_bytes()
    (folder / "requirements.txt").unlink()

    assert run(Console(), ["init", str(folder), "--ci", "github"]) == 0

    assert check.read_text(encoding="utf-8") == "mine\n"
    *comment, line = (folder / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert line.startswith("briefpress==")
    assert all(one.startswith("# ") for one in comment)
    assert "briefpress @ git+https://HOST/OWNER/NAME@COMMIT" in comment[-1]
    assert (folder / "config.yaml").read_bytes() == config
