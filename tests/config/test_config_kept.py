"""The config as it was found before is the config as it is read anew, or is not taken at all."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from builder import digest
from builder.config import kept, load, parse
from builder.config.folder import Folder
from builder.config.rules import FILE

FULL = """
site: {title: 2026, url: https://brief.example, timezone: Europe/Berlin}
sections: [Policy, {title: Research, slug: lab}]
feeds:
  - {url: https://example.org/feed.xml, section: Policy, tags: [a, b]}
  - {url: feeds.d/local.xml, max_age_days: 3}
lint: {levels: {E101: off, F101: error}}
build: {static: {static: "", more: files}, pictures: none}
mail: {options: {a: b}}
"""


@pytest.fixture
def root(tmp_path) -> Path:
    (tmp_path / ".briefpress").mkdir()
    (tmp_path / "feeds.d").mkdir()
    (tmp_path / FILE).write_text(FULL, encoding="utf-8")
    return tmp_path


def held(root: Path) -> str:
    return digest.of_bytes((root / FILE).read_bytes())


def test_what_is_kept_is_what_was_read(root):
    first = load(root, keep=True)

    assert kept.read(root.resolve(), held(root)) == first == load(root)
    assert first == parse((root / FILE).read_bytes(), root)


def test_nothing_is_kept_unless_asked(root):
    load(root)

    assert not (root / kept.PLACE).exists()


def test_no_cache_is_made_for_it(root):
    (root / ".briefpress").rmdir()
    load(root, keep=True)

    assert not (root / ".briefpress").exists()


def test_another_file_is_read_anew(root):
    load(root, keep=True)
    (root / FILE).write_text(FULL.replace("2026", "2027"), encoding="utf-8")

    assert load(root).site.title == "2027"


@pytest.mark.parametrize("at", [0, 10, 70, 200, 700])
def test_a_damaged_one_is_none(root, at):
    first = load(root, keep=True)
    place = root / kept.PLACE
    data = bytearray(place.read_bytes())
    data[at] ^= 1
    place.write_bytes(data)

    assert kept.read(root.resolve(), held(root)) is None
    assert load(root) == first


@pytest.mark.parametrize("text", ["", "\n", "[]", "null", '{"of": 1}'])
def test_one_of_another_form_is_none(root, text):
    (root / kept.PLACE).write_text(f"{digest.of_text(text)}\n{text}", encoding="utf-8")

    assert kept.read(root.resolve(), held(root)) is None


def test_one_that_lacks_a_key_is_none(root):
    load(root, keep=True)
    _, _, text = (root / kept.PLACE).read_text(encoding="utf-8").partition("\n")
    told = json.loads(text)
    told["config"] = told["config"][:-1]
    text = json.dumps(told)
    (root / kept.PLACE).write_text(f"{digest.of_text(text)}\n{text}", encoding="utf-8")

    assert kept.read(root.resolve(), held(root)) is None


def test_that_of_another_folder_is_none(root, tmp_path_factory):
    load(root, keep=True)
    other = tmp_path_factory.mktemp("other")
    (other / ".briefpress").mkdir()
    (other / "feeds.d").mkdir()
    for name in (FILE, kept.PLACE):
        (other / name).write_bytes((root / name).read_bytes())

    assert load(other) == replace(load(root), root=other.resolve())


def test_a_folder_that_became_a_link_to_the_outside_is_found(root, tmp_path_factory):
    load(root, keep=True)
    (root / "static").symlink_to(tmp_path_factory.mktemp("outside"))

    assert kept.read(root.resolve(), held(root)) is None


def test_a_feed_whose_folder_went_is_judged_anew(root):
    load(root, keep=True)
    (root / "feeds.d").rmdir()

    assert kept.read(root.resolve(), held(root)) is None


def test_the_folder_says_where_a_path_leads(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    folder = Folder(tmp_path)

    assert str(folder.settled("link/file")) == "there/file"
    assert folder.settled("../elsewhere") is None
    assert (folder.has("there"), folder.has("not")) == (True, False)
    assert Folder(tmp_path).still(*folder.answers)


def test_a_config_that_was_kept_needs_no_schema(root):
    load(root, keep=True)
    script = (
        "import sys; from pathlib import Path; from builder.config import load;"
        f"load(Path({str(root)!r})); print([name for name in ('pydantic', 'yaml') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert told.stdout == "[]\n"
