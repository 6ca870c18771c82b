"""`briefpress admin build`: written, written again, and never over what is not ours."""

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import worlds

from builder.cli.console import Console
from builder.cli.main import run
from builder.publish import admin

SCRIPT = b"window.cms = 1;\n"


def brief(root: Path, *arguments: str) -> int:
    return run(Console(), [*arguments, "--root", str(root)])


@pytest.fixture
def root(make_site) -> Path:
    return make_site(
        f"-- config.yaml --\n{worlds.config()}admin:\n  repo: example/brief\n"
        f"-- {worlds.item_file(1)} --\n{worlds.item(1)}"
    )


@pytest.fixture
def script(tmp_path, monkeypatch) -> Path:
    """A script that is taken for the one that was looked at."""
    path = tmp_path / "cms.js"
    path.write_bytes(SCRIPT)
    digest = base64.b64encode(hashlib.sha384(SCRIPT).digest()).decode()
    small = replace(admin.SCRIPTS["sveltia"], integrity=f"sha384-{digest}")
    monkeypatch.setitem(admin.SCRIPTS, "sveltia", small)
    return path


def vendored(root: Path) -> None:
    config = root / "config.yaml"
    config.write_text(config.read_text().replace("admin:\n", "admin:\n  vendor: true\n"))


def test_it_is_published_with_the_site_and_told_to_nobody(root):
    assert brief(root, "admin", "build") == 0
    where = ("--base-url", "https://brief.example/repo/")
    assert brief(root, "build", *where) == 0

    site = root / "site"
    for name in ("index.html", "config.yml"):
        assert (site / "admin" / name).read_bytes() == (root / "static" / "admin" / name).read_bytes()
    assert "/admin/" not in (site / "sitemap.xml").read_text()
    assert not any(
        "admin/" in path.read_text() for path in site.rglob("*.json") if "manifest" not in path.name
    )
    assert "admin/index.html" in (site / "briefpress-manifest.json").read_text()
    assert brief(root, "verify", *where) == 0


def test_second_run_writes_nothing_and_a_new_section_is_written(root, capsys):
    brief(root, "admin", "build")
    capsys.readouterr()
    assert brief(root, "admin", "build") == 0
    assert capsys.readouterr().out == ""

    config = root / "config.yaml"
    config.write_text(config.read_text().replace("Research]", "Research, Tools]"))
    assert brief(root, "admin", "build") == 0
    assert "config.yml" in capsys.readouterr().out
    assert "value: tools" in (root / "static/admin/config.yml").read_text()


def test_dry_run_writes_nothing(root):
    assert brief(root, "admin", "build", "--dry-run") == 0
    assert not (root / "static").exists()


def test_what_is_not_ours_is_never_replaced(root):
    own = root / "static" / "admin" / "index.html"
    own.parent.mkdir(parents=True)
    own.write_text("<h1>Mine</h1>")

    assert brief(root, "admin", "build") == 6
    assert own.read_text() == "<h1>Mine</h1>"
    assert not own.with_name("config.yml").exists()


def test_script_is_kept_beside_the_page_when_it_is_the_one_that_was_looked_at(root, script):
    vendored(root)
    assert brief(root, "admin", "build", "--script", str(script)) == 0

    folder = root / "static" / "admin"
    assert (folder / "sveltia-cms.js").read_bytes() == SCRIPT
    assert 'src="sveltia-cms.js"' in (folder / "index.html").read_text()
    # It is there now, and need not be given again.
    assert brief(root, "admin", "build") == 0


def test_another_script_is_refused_and_nothing_is_written(root, script, tmp_path):
    vendored(root)
    other = tmp_path / "other.js"
    other.write_bytes(SCRIPT + b"steal();")

    assert brief(root, "admin", "build", "--script", str(other)) == 6
    assert not (root / "static").exists()


def test_repository_must_be_named(root, capsys):
    config = root / "config.yaml"
    config.write_text(config.read_text().replace("  repo: example/brief\n", "  branch: main\n"))

    assert brief(root, "admin", "build") == 3
    assert "admin.repo" in capsys.readouterr().err
