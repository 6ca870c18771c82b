import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import worlds

from builder.content import items, library
from builder.content.library import Loaded
from builder.content.shelf import Shelf
from builder.model import Library, Status
from builder.publish.sources import TREES, Sources
from builder.state import State

Site = Callable[..., Path]


def world(**files: str) -> str:
    """A newsletter of three items and an edition of two, with `files` over it."""
    base = {worlds.item_file(number): worlds.item(number) for number in (1, 2, 3)}
    base["content/editions/0001.md"] = worlds.edition(1, [1, 2])
    base["content/pages/about.md"] = "---\ntitle: About\n---\n"
    return "\n".join(f"-- {path} --\n{text}" for path, text in (base | files).items())


def told(loaded: Loaded) -> list[str]:
    return [str(fault) for fault in loaded.faults]


def test_all_of_content_is_read_and_sorted(make_site: Site) -> None:
    root = make_site(world(**{"content/editions/0010.md": worlds.edition(10, [3], published=False)}))

    loaded = library.load(root)

    assert loaded.faults == ()
    assert [item.path for item in loaded.library.items] == [worlds.item_file(n) for n in (1, 2, 3)]
    assert [edition.number for edition in loaded.library.editions] == [1, 10]
    assert [page.slug for page in loaded.library.pages] == ["about"]


def test_a_folder_without_content_is_an_empty_library(tmp_path: Path) -> None:
    assert library.load(tmp_path) == Loaded(Library(), ())


def test_a_broken_file_is_a_fault_and_the_rest_is_there(make_site: Site) -> None:
    broken = worlds.item(2, title="a: b")
    root = make_site(world(**{worlds.item_file(2): broken}))

    loaded = library.load(root)

    assert [item.id for item in loaded.library.items] == [worlds.item_id(1), worlds.item_id(3)]
    assert [fault.partition(" YAML")[0] for fault in told(loaded)] == [
        f"{worlds.item_file(2)}:3: front matter is not valid"
    ]


def test_the_id_and_path_of_a_broken_item_are_still_taken(make_site: Site) -> None:
    whole = library.load(make_site(world()))
    broken = library.load(make_site(world(**{worlds.item_file(2): worlds.item(2, title="a: b")}), "other"))

    assert whole.broken_ids == frozenset()
    assert broken.broken_ids == {worlds.item_id(2)}
    assert items.path_key(worlds.item_file(2)) in broken.paths
    assert whole.paths == broken.paths


def test_a_file_that_is_not_utf8_is_told_with_its_line(make_site: Site) -> None:
    root = make_site(world())
    (root / worlds.item_file(2)).write_text(worlds.item(2, title="café"), encoding="latin-1")

    loaded = library.load(root)

    assert told(loaded) == [f"{worlds.item_file(2)}:3: is not UTF-8 text"]
    assert loaded.broken_ids == {worlds.item_id(2)}


def test_two_items_with_one_id_are_a_fault_of_the_later(make_site: Site) -> None:
    copy = "content/items/2026/2026-11-09-copy.md"
    loaded = library.load(make_site(world(**{copy: worlds.item(2, title="Copy")})))

    assert len(loaded.library.items) == 3
    assert told(loaded) == [f"{copy}:2: the id 0000000002 is already that of {worlds.item_file(2)}"]


def test_two_editions_with_one_number_are_a_fault_of_the_later(make_site: Site) -> None:
    loaded = library.load(make_site(world(**{"content/editions/0002.md": worlds.edition(1, [3])})))

    assert [edition.path for edition in loaded.library.editions] == ["content/editions/0001.md"]
    assert told(loaded) == [
        "content/editions/0002.md:2: the number 1 is already that of content/editions/0001.md"
    ]


def test_two_pages_with_one_slug_are_a_fault(make_site: Site) -> None:
    loaded = library.load(make_site(world(**{"content/pages/About.md": "---\ntitle: Other\n---\n"})))

    assert told(loaded) == [
        "content/pages/about.md:1: the slug about is already that of content/pages/About.md"
    ]


def test_an_unknown_item_in_an_edition_is_a_fault_with_its_line(make_site: Site) -> None:
    loaded = library.load(make_site(world(**{"content/editions/0002.md": worlds.edition(2, [3, 77])})))

    assert told(loaded) == ["content/editions/0002.md:10: there is no item 000000004d"]
    assert len(loaded.library.editions) == 2


def test_links_that_lead_outside_are_faults_and_those_inside_are_read(
    make_site: Site, tmp_path: Path
) -> None:
    root = make_site(world())
    outside = tmp_path / "outside.md"
    outside.write_text(worlds.item(9))
    (root / "kept.md").write_text(worlds.item(8))
    folder = root / "content/items/2026"
    (folder / "out.md").symlink_to(outside)
    (folder / "gone.md").symlink_to(root / "gone.md")
    (folder / "in.md").symlink_to(root / "kept.md")
    (root / "content/items/2027").symlink_to(tmp_path)

    loaded = library.load(root)

    assert worlds.item_id(8) in {item.id for item in loaded.library.items}
    assert told(loaded) == [
        "content/items/2026/gone.md: is not a file",
        "content/items/2026/out.md: is a link that leads out of the newsletter's folder",
        "content/items/2027: a link to a folder is not followed",
    ]


def test_content_that_is_elsewhere_by_a_link_is_a_fault(make_site: Site, tmp_path: Path) -> None:
    root = make_site("-- content/pages/a.md --\n---\ntitle: A\n---\n")
    (tmp_path / "elsewhere").mkdir()
    (root / "content/items").symlink_to(tmp_path / "elsewhere")

    assert told(library.load(root)) == ["content/items: is a link that leads out of the newsletter's folder"]


def test_hidden_files_pipes_and_other_files_are_no_items(make_site: Site) -> None:
    root = make_site(
        world(**{"content/items/2026/a.evidence.json": "{}", "content/items/2026/.draft.md": "x"})
    )
    os.mkfifo(root / "content/items/2026/pipe.md")

    assert told(library.load(root)) == ["content/items/2026/pipe.md: is not a file"]


def test_a_file_that_may_not_be_read_is_a_fault(make_site: Site, restricted: str) -> None:
    root = make_site(world())
    (root / worlds.item_file(3)).chmod(0)
    program = (
        "import pathlib, sys; from builder.content import library;"
        " print(*library.load(pathlib.Path(sys.argv[1])).faults, sep='\\n')"
    )

    line = [*restricted.split(), sys.executable, "-c", program, str(root)]
    done = subprocess.run(line, capture_output=True, text=True, check=True)

    assert done.stdout.startswith(f"{worlds.item_file(3)}: cannot read")
    assert done.stdout.count("\n") == 1


# -- what is public


def test_by_items_every_approved_one_is_public(make_site: Site) -> None:
    root = make_site(world(**{worlds.item_file(2): worlds.item(2, status="draft")}))

    public = library.published_items(library.load(root).library, "items")

    assert public == {worlds.item_id(1), worlds.item_id(3)}


def test_by_editions_only_what_a_published_edition_lists_is_public(make_site: Site) -> None:
    files = {"content/editions/0002.md": worlds.edition(2, [3], published=False)}
    root = make_site(world(**files))

    assert library.published_items(library.load(root).library, "editions") == {
        worlds.item_id(1),
        worlds.item_id(2),
    }


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REJECTED])
@pytest.mark.parametrize("publish", ["editions", "items"])
def test_what_is_not_approved_is_never_public(make_site: Site, status: Status, publish: str) -> None:
    root = make_site(world(**{worlds.item_file(1): worlds.item(1, status=status.value)}))

    loaded = library.load(root)

    assert worlds.item_id(1) not in library.published_items(loaded.library, publish)
    assert len(library.faults_of_editions(loaded.library)) == 1


def test_what_is_wrong_with_editions_names_item_and_edition(make_site: Site) -> None:
    files = {
        worlds.item_file(2): worlds.item(2, status="rejected"),
        "content/editions/0002.md": worlds.edition(2, [3, 2, 3], published=False),
    }

    faults = library.faults_of_editions(library.load(make_site(world(**files))).library)

    assert [str(fault) for fault in faults] == [
        "content/editions/0001.md: is published and lists 0000000002 (Item 2), which is rejected",
        "content/editions/0002.md: lists 0000000002 (Item 2), which edition 1 has already",
        "content/editions/0002.md: lists 0000000003 (Item 3) twice",
    ]


def test_an_item_used_before_is_told_within_the_look_back_alone(make_site: Site) -> None:
    later = worlds.edition(2, [1], published=False).replace("date: 2026-11-20", "date: 2026-12-20")
    files = {"content/editions/0001.md": worlds.edition(1, [1]), "content/editions/0002.md": later}
    read = library.load(make_site(world(**files))).library

    assert library.faults_of_editions(read, lookback_days=29) == ()
    assert len(library.faults_of_editions(read, lookback_days=30)) == 1
    assert len(library.faults_of_editions(read)) == 1


@pytest.mark.parametrize(
    "odd", [None, "link", "folder link", "pipe", "not UTF-8", "unreadable", "all of it is a link"]
)
def test_what_was_looked_at_already_gives_the_same_library(make_site, odd):
    root = make_site(f"-- config.yaml --\n{worlds.config()}")
    folder = root / "content" / "items"
    told = {
        "2026/a.md": worlds.item(1),
        "2026/deep/B.MD": worlds.item(2),
        "2026/c.md": worlds.item(3),
        "2026/c.md.rej": "proposed",
        "2026/.hidden.md": worlds.item(4),
        "2026/.aside/d.md": worlds.item(5),
        "2026/e.md~": worlds.item(6),
        "2026/a.evidence.json": "{}",
        "f.md": "no item",
    }
    for name, text in told.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    match odd:
        case "link":
            (folder / "g.md").symlink_to("2026/a.md")
        case "folder link":
            (folder / "g").symlink_to("2026")
        case "pipe":
            os.mkfifo(folder / "g.md")
        case "not UTF-8":
            (folder / os.fsdecode(b"g\xff.md")).write_text("text")
        case "unreadable":
            (folder / "2026" / "a.md").chmod(0)
        case "all of it is a link":
            folder.parent.rename(root / "elsewhere")
            folder.parent.symlink_to("elsewhere")
    with State.in_memory() as state:
        sources = Sources(root, state, 0)
        sources.read(TREES)
        shelf = Shelf(state, "program", sources.held)

        assert library.load(root, shelf, found=sources.plain) == library.load(root)
        assert (sources.plain(items.FOLDER) is None) == (odd is not None and not is_root(odd))


def is_root(odd: str) -> bool:
    """Whether nothing is odd after all: the superuser may read everything."""
    return odd == "unreadable" and os.geteuid() == 0
