"""The law of a build: what was there before makes no difference to what is there after."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder import workers
from builder.cli.console import QUIET, Console
from builder.cli.main import run
from builder.content import items
from builder.publish import build, pages, writing
from builder.publish.plan import MANIFEST

NUMBERS = st.integers(1, 6)
EDITS = st.one_of(
    st.tuples(st.just("text"), NUMBERS, st.sampled_from(["New words.", "Odd words.", "*Some* more."])),
    # The text alone, and nothing in the head: those that nothing else shows take a shorter way.
    st.tuples(st.just("body"), NUMBERS, st.sampled_from(["More of it.", "Less of it."])),
    st.tuples(st.just("title"), NUMBERS, st.sampled_from(["Old", "New & <b>"])),
    st.tuples(st.just("tags"), NUMBERS, st.sampled_from(["[]", "[Feeds, mail]", "[feeds]", "[ö]"])),
    st.tuples(st.just("section"), NUMBERS, st.sampled_from(["policy", "research", "none"])),
    st.tuples(st.just("status"), NUMBERS, st.sampled_from(["draft", "approved", "rejected"])),
    st.tuples(st.just("remove"), NUMBERS, st.just("")),
    st.tuples(st.just("rename"), NUMBERS, st.sampled_from(["a-better-name", "item-9"])),
    st.tuples(st.just("edition"), st.integers(1, 2), st.sampled_from(["1", "1 2", "3 2 1"])),
    st.tuples(st.just("unpublish"), st.integers(1, 2), st.just("")),
    st.tuples(st.just("page"), st.just(0), st.sampled_from(["Hello.", "Hullo."])),
    st.tuples(st.just("template"), st.just(0), st.sampled_from(["<p>one</p>", "<p>two</p>", "{{ wrong }}"])),
    st.tuples(
        st.just("card"), st.just(0), st.sampled_from(["<i>{{ card.title }}</i>", "<b>{{ card.tldr }}</b>"])
    ),
    st.tuples(st.just("config"), st.just(0), st.sampled_from(["Another Brief", "The Small Brief"])),
    st.tuples(st.just("publish"), st.just(0), st.sampled_from(["items", "editions"])),
    st.tuples(st.just("host"), st.just(0), st.sampled_from(["netlify", "vercel", "github-pages", ""])),
    st.tuples(st.just("static"), st.just(0), st.sampled_from(["one", "two"])),
    st.tuples(st.just("output"), NUMBERS, st.sampled_from(["changed", "removed", "turned"])),
    st.tuples(
        st.just("cache"),
        st.just(0),
        st.sampled_from(["removed", "damaged", "emptied", "put aside", "put back"]),
    ),
    # The last is in November where the newsletter is.
    st.tuples(st.just("date"), NUMBERS, st.sampled_from(["2026-10-31T12:00:00Z", "2026-10-31T23:30:00Z"])),
    st.tuples(st.just("story"), NUMBERS, st.integers(0, 2)),
    st.tuples(st.just("feed"), NUMBERS, st.sampled_from(["example", "other"])),
    st.tuples(st.just("evidence"), NUMBERS, st.sampled_from(["One sentence says it.", "New words."])),
    st.tuples(st.just("intro"), st.integers(1, 2), st.sampled_from(["Hello.", "*Welcome*, all of you."])),
)
CLOCKS = st.sampled_from(["2027-01-01", "2027-01-01", "2026-11-10"])
"""Editions are dated after the last."""


def edit(root: Path, kind: str, number: int, value: str) -> None:
    """Change one thing of the newsletter, of its site, or of its cache."""
    item = root / worlds.item_file(number)
    match kind:
        case "body":
            if item.exists():
                head, mark, _ = item.read_text(encoding="utf-8").partition("\n---\n")
                put(item, f"{head}{mark}{value}\n")
        case "remove":
            item.unlink(missing_ok=True)
        case "rename":
            if item.exists():
                item.rename(item.with_name(f"2026-11-01-{value}.md"))
        case "edition":
            told = worlds.edition(number, [int(one) for one in value.split()])
            put(root / "content" / "editions" / f"{number:04}.md", told)
        case "unpublish":
            put(
                root / "content" / "editions" / f"{number:04}.md",
                worlds.edition(number, [1], published=False),
            )
        case "page":
            put(root / "content" / "pages" / "about.md", f"---\ntitle: About\n---\n{value}\n")
        case "template":
            block = f"{{% block main %}}{value}{{% endblock %}}"
            put(root / "templates" / "page.html", '{% extends "default/page.html" %}' + block)
        case "card":
            put(root / "templates" / "parts" / "card.html", value)
        case "config" | "publish" | "host":
            told = (root / "config.yaml").read_text(encoding="utf-8")
            wanted = {"config": "  title: ", "publish": "  publish: ", "host": "  host: "}[kind]
            lines = [wanted + value if line.startswith(wanted) else line for line in told.splitlines()]
            put(root / "config.yaml", "\n".join(lines) + "\n")
        case "static":
            put(root / "static" / "file.txt", value)
        case "output":
            spoil(root / "site" / "items" / f"2026-11-01-item-{number}" / "index.html", value)
        case "cache":
            spoil_cache(root / ".briefpress" / "state.db", value)
        case "date":
            put(item, worlds.item(number).replace("date: 2026-11-01T09:30:00Z", f"date: {value}"))
        case "evidence":
            put(item.with_suffix(".evidence.json"), worlds.evidence(value))
        case "intro":
            told = worlds.edition(number, [1, 2]).replace("Hello.", value)
            put(root / "content" / "editions" / f"{number:04}.md", told)
        case _:
            put(item, worlds.item(number, **{kind: value}))


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def spoil(page: Path, how: str) -> None:
    if page.exists():
        data = page.read_bytes()
        match how:
            case "removed":
                page.unlink()
            case "turned":
                # As many bytes as before, and the time that they had.
                stat = page.stat()
                page.write_bytes(data[::-1])
                os.utime(page, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
            case _:
                page.write_bytes(data + b"more")


def spoil_cache(cache: Path, how: str) -> None:
    aside = cache.parent.with_name("aside.db")
    if how == "put back" and aside.exists():
        # What was known long ago, and of which much is true no more.
        shutil.rmtree(cache.parent)
        put(cache, "")
        shutil.copy(aside, cache)
    elif how == "put aside" and cache.exists():
        shutil.copy(cache, aside)
    elif cache.exists():
        match how:
            case "removed":
                shutil.rmtree(cache.parent)
            case "emptied":
                cache.write_bytes(b"")
            case "put back":
                pass
            case _:
                data = bytearray(cache.read_bytes())
                for at in range(200, len(data), 97):
                    data[at] ^= 0x55
                cache.write_bytes(data)


def brief(root: Path, *arguments: str, clock: str = "2027-01-01") -> int:
    return run(Console(verbosity=QUIET), [*arguments, "--root", str(root), "--clock", clock])


def tree(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def start(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("newsletter")
    put(root / "config.yaml", worlds.config() + "deploy:\n  host: netlify\n")
    for number in range(1, 5):
        put(root / worlds.item_file(number), worlds.item(number))
    put(root / "content" / "pages" / "about.md", "---\ntitle: About\n---\nHello.\n")
    return root


@pytest.fixture
def forking(monkeypatch) -> None:
    """Processes for however little there is to do."""
    monkeypatch.setattr(workers, "_WORTH_A_FORK", 0)
    monkeypatch.setattr(workers, "_AT_ONCE", 2)
    monkeypatch.setattr(writing, "_WORTH_WORKERS", 0)
    monkeypatch.setattr("builder.cli.build.usable_cores", lambda: 2)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    sessions=st.lists(
        st.tuples(st.lists(EDITS, max_size=3), CLOCKS, st.sampled_from([0, 500])), min_size=1, max_size=4
    )
)
def test_after_any_edits_the_site_is_that_of_a_clean_build(start, forking, sessions, tmp_path_factory):
    world = tmp_path_factory.mktemp("world")
    shutil.copytree(start, world, dirs_exist_ok=True)
    for edits, clock, few in sessions:
        for one in edits:
            edit(world, *one)
        with pytest.MonkeyPatch.context() as patch:
            # Many outputs are looked at by those who make them, few before.
            patch.setattr(build, "_FEW", few)
            brief(world, "build", clock=clock)
    put(world / "templates" / "page.html", '{% extends "default/page.html" %}')
    last = brief(world, "build")
    clean = tmp_path_factory.mktemp("clean")
    shutil.copytree(world, clean, dirs_exist_ok=True, ignore=shutil.ignore_patterns("site", ".briefpress"))

    assert brief(clean, "build") == last
    if last == 0:
        assert tree(world / "site") == tree(clean / "site")
        assert brief(world, "verify") == 0


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(edits=st.lists(EDITS, max_size=6))
def test_forked_equals_in_line(start, forking, edits, tmp_path_factory):
    forked, in_line = tmp_path_factory.mktemp("forked"), tmp_path_factory.mktemp("in-line")
    shutil.copytree(start, forked, dirs_exist_ok=True)
    for one in edits:
        edit(forked, *one)
    shutil.copytree(forked, in_line, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "_FEW", 0)
        code = brief(forked, "build")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builder.cli.build.usable_cores", lambda: 1)
        assert brief(in_line, "build") == code

    assert tree(forked / "site") == tree(in_line / "site")


def test_same_bytes_in_any_folder_zone_locale_hash_seed_and_order_of_files(start, tmp_path):
    sites = []
    for index, (zone, locale, seed) in enumerate(
        [("UTC", "C", "1"), ("Pacific/Kiritimati", "C.UTF-8", "2"), ("America/St_Johns", "POSIX", "3")]
    ):
        root = tmp_path / f"{'deep/' * index}n{index}"
        paths = [path for path in start.rglob("*") if path.is_file()]
        random.Random(index).shuffle(paths)
        for path in paths:
            put(root / path.relative_to(start), path.read_text(encoding="utf-8"))
        environment = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-m", "builder", "build", "--root", str(root)]
        subprocess.run(command, env=environment, check=True, capture_output=True, cwd=tmp_path)
        sites.append(tree(root / "site"))

    assert sites[0] == sites[1] == sites[2]


def test_drafts_change_no_byte_of_the_site_nor_of_its_record(start, tmp_path):
    shutil.copytree(start, tmp_path, dirs_exist_ok=True)
    brief(tmp_path, "build")
    before = tree(tmp_path / "site")
    put(tmp_path / worlds.item_file(7), worlds.item(7, status="draft", title="Secret", tags="[hush]"))
    put(tmp_path / "content" / "editions" / "0009.md", worlds.edition(9, [1, 7], published=False))

    assert brief(tmp_path, "build") == 0
    assert tree(tmp_path / "site") == before
    assert MANIFEST in before


@pytest.mark.parametrize("way", ["short", "whole"])
def test_one_edit_of_many_items_reads_and_writes_one(start, tmp_path, monkeypatch, capsys, way):
    shutil.copytree(start, tmp_path, dirs_exist_ok=True)
    for number in range(1, 121):
        put(tmp_path / worlds.item_file(number), worlds.item(number, day=number % 28 + 1))
    brief(tmp_path, "build")
    edited = tmp_path / worlds.item_file(7)
    put(edited, edited.read_text(encoding="utf-8") + "\nOne more paragraph.\n")
    looked: list[str] = []
    page, read = pages._item, items.parse
    monkeypatch.setattr(pages, "_item", lambda *parts: looked.append("page") or page(*parts))
    monkeypatch.setattr(items, "parse", lambda text, path: looked.append(path) or read(text, path))
    if way == "whole":
        monkeypatch.setattr("builder.cli.build._retouched", lambda *_: None)

    assert run(Console(), ["build", "--json", "--root", str(tmp_path), "--clock", "2027-01-01"]) == 0
    written = json.loads(capsys.readouterr().out)["data"]["written"]
    # A whole build looks at the sample from which the host's policy is told as well.
    assert looked == [worlds.item_file(7), "page", *(["page"] if way == "whole" else [])]
    # It is too old for any feed, and lists show none of its text.
    assert written == ["items/2026-11-01-item-7/index.html"]
