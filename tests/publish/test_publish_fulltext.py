"""The full-text search: the same bytes every time, run when it must be, gone when it is switched off."""

import gzip
import json
import re
from pathlib import Path

import pytest
import worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder import files
from builder.config import load
from builder.content import library
from builder.errors import ConfigError, FileError
from builder.publish import build, fulltext
from builder.publish.plan import MANIFEST, Record
from builder.render.theme import Theme
from builder.state import State

needs_pagefind = pytest.mark.skipif(
    "pagefind_bin" not in files.installed(), reason="pagefind_bin is not installed"
)


def built(root: Path, out: str = "site") -> list[build.Event]:
    config, loaded = load(root), library.load(root)
    ids = library.published_items(loaded.library, "items")
    with State.in_memory() as state:
        theme = Theme.open(root / "templates")
        return list(build.build(config, loaded.library, ids, theme, state, out=root / out))


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def config(search: str) -> str:
    return worlds.config().replace("build:\n", f"build:\n  search: {search}\n")


def world(root: Path, texts: list[str], search: str = "pagefind") -> None:
    folder = (root / worlds.item_file(1)).parent
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (root / "config.yaml").write_text(config(search), encoding="utf-8")
    for number, words in enumerate(texts, start=1):
        (root / worlds.item_file(number)).write_text(worlds.item(number, text=words), encoding="utf-8")


WORDS = st.sampled_from(["One harbour.", "Two lighthouses, and a pilot.", "Ein Leuchtturm am Hafen."])


@needs_pagefind
@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.lists(WORDS, max_size=4), min_size=1, max_size=2))
def test_incremental_equals_clean(tmp_path_factory, states):
    root = tmp_path_factory.mktemp("world")
    for texts in states:
        world(root, texts)
        built(root)
    built(root, "clean")

    kept, clean = tree(root / "site"), tree(root / "clean")
    assert {path: data for path, data in kept.items() if path != MANIFEST} == {
        path: data for path, data in clean.items() if path != MANIFEST
    }


@needs_pagefind
def test_every_id_leads_to_its_item_and_unchanged_items_are_not_indexed_again(tmp_path, monkeypatch):
    world(tmp_path, ["One harbour.", "Two lighthouses.", "Three pilots."])
    built(tmp_path)
    made = tree(tmp_path / "site")

    (ids,) = (data for path, data in made.items() if re.fullmatch(r"search/ids\.[0-9a-f]{8}\.js", path))
    order = json.loads(ids.decode().removeprefix("briefpress.ids(").removesuffix(")\n"))
    texts = [gzip.decompress(made[f"search/pagefind/fragment/{one}.pf_fragment"]).decode() for one in order]
    assert ["Item 3" in texts[0], "Item 2" in texts[1], "Item 1" in texts[2]] == [True, True, True]
    assert "lighthouses" in texts[1]
    assert not [path for path in made if "pagefind-ui" in path]

    monkeypatch.setattr(fulltext, "_run", lambda *_: pytest.fail("it was run"))
    (planned,) = [event for event in built(tmp_path) if isinstance(event, build.Planned)]
    assert not planned.plan.write


@needs_pagefind
def test_a_new_item_leaves_the_files_of_the_others(tmp_path):
    def fragments() -> set[str]:
        return {path.name for path in (tmp_path / "site/search/pagefind/fragment").iterdir()}

    world(tmp_path, ["One harbour.", "Two lighthouses."])
    built(tmp_path)
    before = fragments()
    world(tmp_path, ["One harbour.", "Two lighthouses.", "Three pilots."])
    built(tmp_path)

    assert len(fragments() - before) == 1
    assert before < fragments()


@needs_pagefind
def test_a_damaged_file_of_it_is_made_again(tmp_path):
    world(tmp_path, ["One harbour."])
    built(tmp_path)
    script = tmp_path / "site/search/pagefind/pagefind.js"
    whole = script.read_bytes()
    script.write_bytes(b"")

    built(tmp_path)

    assert script.read_bytes() == whole


@needs_pagefind
def test_it_goes_when_it_is_switched_off_and_no_page_speaks_of_a_search_that_is_not(tmp_path):
    world(tmp_path, ["One harbour."])
    built(tmp_path)
    page = (tmp_path / "site/search/index.html").read_text(encoding="utf-8")
    home = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert "'wasm-unsafe-eval'" in page
    assert 'data-pagefind="../search/pagefind/pagefind.js"' in page
    assert "wasm" not in home

    world(tmp_path, ["One harbour."], "none")
    built(tmp_path)

    assert not (tmp_path / "site/search").exists()
    for path in (tmp_path / "site").rglob("*.html"):
        assert "/search/" not in path.read_text(encoding="utf-8")


def test_a_record_that_lacks_a_file_is_not_believed():
    told = "a" * 64
    key = f"{told[:40]}.2"
    records = {path: Record(key, "", 0) for path in ("search/pagefind/a", "search/pagefind/b")}

    assert fulltext._held(told, records) == ["search/pagefind/a", "search/pagefind/b"]
    assert fulltext._held(told, {"search/pagefind/a": Record(key, "", 0)}) == []
    assert fulltext._held("b" * 64, records) == []


def test_without_pagefind_a_build_says_how_to_get_it(tmp_path, monkeypatch):
    world(tmp_path, ["One harbour."])
    monkeypatch.setattr(files, "installed", dict)

    with pytest.raises(ConfigError, match="Pagefind") as error:
        built(tmp_path)

    assert "pip install 'briefpress[search]'" in str(error.value.faults[0].hint)


def test_when_pagefind_fails_the_build_says_so(tmp_path, monkeypatch):
    script = tmp_path / "pagefind"
    script.write_text("#!/bin/sh\necho no room left >&2\nexit 3\n")
    script.chmod(0o755)
    pagefind_bin = pytest.importorskip("pagefind_bin")
    monkeypatch.setattr(pagefind_bin, "get_executable", lambda: script)
    world(tmp_path, ["One harbour."])

    with pytest.raises(FileError, match="Pagefind failed: no room left"):
        built(tmp_path)
