"""The distribution in `examples/plugin`, installed as users install it, and used by command."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import worlds

ROOT = Path(__file__).resolve().parents[1]
PLUGIN = ROOT / "examples/plugin"
MAIL = """\
mail:
  via: spool
  from_address: desk@brief.example
  postal_address: 1 Sample Street, Sampletown
  unsubscribe: https://brief.example/leave?t={token}
  require_test: false
  options: {folder: letters}
deploy:
  host: archive
  to: out.zip
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with the distribution as pip puts it there; nothing is asked of the network."""
    built, target = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("installed")
    for command in (
        ("hatchling", "build", "-t", "wheel", "-d", str(built)),
        ("pip", "install", "--quiet", "--no-index", "--no-deps", "--target", str(target)),
    ):
        wheels = [str(path) for path in built.glob("*.whl")] if command[0] == "pip" else []
        subprocess.run([sys.executable, "-m", *command, *wheels], cwd=PLUGIN, check=True, capture_output=True)
    return target


@pytest.fixture
def brief(installed):
    def call(*arguments: str, cwd: Path = ROOT) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", "builder", *arguments, "--json"],
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(installed), str(ROOT)])},
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["data"]

    return call


@pytest.fixture
def root(make_site) -> Path:
    root = make_site(f"-- config.yaml --\n{worlds.config('editions')}{MAIL}")
    for path, text in (
        (worlds.item_file(1), worlds.item(1, status="approved")),
        ("content/editions/0001.md", worlds.edition(1, [1])),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def test_the_engine_writes_what_can_be_proved(brief):
    told = brief("draft", "--engine", "lead", "samples/articles/websub.html")

    assert told["by"] == "lead/1"
    assert all(unit["sources"][0]["text"] == unit["text"] for unit in told["tldr"])


def test_the_sender_gets_each_letter_once(brief, root):
    for _ in range(2):
        brief("mail", "send", "--send", "--root", str(root))

    assert len(list((root / "letters/sent").iterdir())) == 1
    assert "sent:" in (root / "content/editions/0001.md").read_text()


def test_the_deployer_gets_the_site_and_then_only_what_changed(brief, root):
    brief("build", "--root", str(root))

    first = brief("deploy", "--root", str(root))
    again = brief("deploy", "--root", str(root))

    with zipfile.ZipFile(root / "out.zip") as archive:
        assert archive.read("index.html") == (root / "site/index.html").read_bytes()
    assert len(first["put"]) > 5
    assert again["put"] == []


@pytest.mark.parametrize("name", ["engine.py", "sender.py", "deployer.py"])
def test_the_page_shows_the_code_that_is_tested(name):
    code = (PLUGIN / "briefpress_example" / name).read_text(encoding="utf-8")

    assert f"```python\n{code}```" in (ROOT / "docs/plugins.md").read_text(encoding="utf-8")
