"""The laws of a build."""

import os
import re
import shutil
from pathlib import Path

import pytest
import worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder import digest
from builder.config import load
from builder.content import library
from builder.errors import ContentError, FileError
from builder.publish import build
from builder.publish.plan import MANIFEST
from builder.render.theme import Theme
from builder.state import State
from builder.summary import evidence


def built(root: Path, out: str = "site", *, state: State | None = None, **options) -> list[build.Event]:
    config = load(root)
    loaded = library.load(root)
    ids = library.published_items(loaded.library, config.editorial.publish)
    with state or State.in_memory() as cache:
        theme = Theme.open(root / "templates")
        return list(build.build(config, loaded.library, ids, theme, cache, out=root / out, **options))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def root(make_site) -> Path:
    folder = make_site(f"-- config.yaml --\n{worlds.config()}")
    for number in range(1, 6):
        write(folder, number)
    return folder


def write(root: Path, number: int, **told) -> None:
    path = root / worlds.item_file(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(worlds.item(number, **told), encoding="utf-8")


CORRECTED = "corrections:\n  - date: 2026-11-22\n    text: A number was wrong.\n"
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("text"), st.integers(1, 8), st.sampled_from(["New words.", "Other words."])),
        st.tuples(st.just("title"), st.integers(1, 8), st.sampled_from(["Old", "New & <b>"])),
        st.tuples(st.just("tags"), st.integers(1, 8), st.sampled_from(["[]", "[Feeds, mail]", "[ö]"])),
        st.tuples(st.just("status"), st.integers(1, 8), st.sampled_from(["draft", "approved", "rejected"])),
        st.tuples(st.just("story"), st.integers(1, 8), st.integers(1, 3)),
        st.tuples(st.just("more"), st.integers(1, 8), st.sampled_from([CORRECTED, "aliases: [old/]\n"])),
        st.tuples(st.just("evidence"), st.integers(1, 8), st.sampled_from(["New words.", "{"])),
        st.tuples(st.just("remove"), st.integers(1, 8), st.just("")),
        st.tuples(st.just("template"), st.just(0), st.sampled_from(["<p>one</p>", "<p>two</p>"])),
        st.tuples(st.just("config"), st.just(0), st.sampled_from(["Another Brief", "The Small Brief"])),
    ),
    max_size=4,
)


def edit(root: Path, kind: str, number: int, value: str) -> None:
    if kind == "evidence":
        path = evidence.path_of(worlds.item_file(number))
        (root / path).write_text(value if value == "{" else worlds.evidence(value))
    elif kind == "remove":
        (root / worlds.item_file(number)).unlink(missing_ok=True)
    elif kind == "template":
        (root / "templates").mkdir(exist_ok=True)
        page = '{% extends "default/page.html" %}{% block main %}' + value + "{% endblock %}"
        (root / "templates" / "page.html").write_text(page)
        (root / "content" / "pages").mkdir(parents=True, exist_ok=True)
        (root / "content" / "pages" / "about.md").write_text("---\ntitle: About\n---\nHello.\n")
    elif kind == "config":
        (root / "config.yaml").write_text(worlds.config().replace("The Small Brief", value))
    else:
        # Two items at one place are a fault, and told as such elsewhere.
        told = value.replace("old/", f"old-{number}/") if isinstance(value, str) else value
        write(root, number, **{kind: told})


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sessions=st.lists(EDITS, min_size=1, max_size=3))
def test_incremental_equals_clean_for_any_edits(root, sessions, tmp_path_factory):
    world = tmp_path_factory.mktemp("world")
    shutil.copytree(root, world, dirs_exist_ok=True)
    for edits in sessions:
        for one in edits:
            edit(world, *one)
        built(world, state=State.open(world / ".briefpress" / "state.db"))
    built(world, "clean")

    assert tree(world / "site") == tree(world / "clean")


def test_a_page_names_the_public_items_of_its_story_and_no_others(root):
    for number, status in ((2, "approved"), (3, "draft"), (4, "rejected")):
        told = {
            "title": f"Told by {number}",
            "text": f"On Monday the firm announced {number}1 layoffs in Ohio.",
        }
        write(root, number, status=status, story=1, **told)
    write(root, 1, text="On Monday the firm announced 12 layoffs in Ohio.")
    built(root)
    opened, joined, alone = (
        (root / "site" / f"items/2026-11-01-item-{number}/index.html").read_text() for number in (1, 2, 5)
    )

    assert "Also covered by" in opened
    assert 'href="../../items/2026-11-01-item-2/" dir="auto">Told by 2</a>' in opened
    assert "12 layoffs" in joined
    assert "21 layoffs" in opened
    assert "Also covered by" not in alone
    assert not [
        data for data in tree(root / "site").values() if b"Told by 3" in data or b"31 layoffs" in data
    ]


def test_a_retracted_item_goes_from_the_pages_of_its_story(root):
    write(root, 2, title="Told by two", story=1)
    built(root)
    page = root / "site" / "items/2026-11-01-item-1/index.html"
    assert "Told by two" in page.read_text()

    write(root, 2, title="Told by two", story=1, status="draft")
    built(root)
    assert "Told by two" not in page.read_text()


def test_nothing_changed_writes_nothing(root):
    built(root)
    before = {path: path.stat().st_mtime_ns for path in (root / "site").rglob("*.html")}

    events = built(root)

    assert not [event for event in events if isinstance(event, build.Wrote)]
    assert before == {path: path.stat().st_mtime_ns for path in (root / "site").rglob("*.html")}


def test_of_pages_too_many_to_be_looked_at_before_those_that_stand_are_left(root, monkeypatch):
    built(root)
    before = {path: path.stat().st_mtime_ns for path in (root / "site").rglob("*.html")}
    monkeypatch.setattr(build, "_FEW", 0)
    write(root, 2, text="Other words.")

    events = built(root)

    changed = {event.path for event in events if isinstance(event, build.Wrote) and event.changed}
    page = "items/2026-11-01-item-2/index.html"
    assert {path for path in changed if path.startswith("items/")} == {page}
    after = {path.relative_to(root / "site").as_posix(): path for path in (root / "site").rglob("*.html")}
    written = {path for path, place in after.items() if place.stat().st_mtime_ns != before[place]}
    assert written == {path for path in changed if path.endswith(".html")}


def test_draft_and_rejected_items_are_nowhere_in_the_output(root):
    write(root, 2, status="draft", title="Secret plans", text="Nobody may read this.", tags="[hush]")
    write(root, 3, status="rejected", title="Secret ruin", text="Nobody may read this.", tags="[hush]")

    built(root)

    for path, data in tree(root / "site").items():
        assert b"Secret" not in data, path
        assert b"Nobody" not in data, path
        assert b"hush" not in data, path
        assert worlds.item_id(2).encode() not in data, path
        assert "item-2" not in path


def test_approved_item_is_public_only_through_a_published_edition(root):
    (root / "config.yaml").write_text(worlds.config("editions"))
    folder = root / "content" / "editions"
    folder.mkdir()
    (folder / "0001.md").write_text(worlds.edition(1, [1, 2]))
    (folder / "0002.md").write_text(worlds.edition(2, [3], published=False))

    built(root)

    items = {path.name for path in (root / "site" / "items").iterdir()}
    assert items == {"2026-11-01-item-1", "2026-11-01-item-2"}
    assert not (root / "site" / "editions" / "2").exists()


def test_page_of_an_item_that_is_no_longer_approved_goes(root):
    built(root)
    page = root / "site" / "items" / "2026-11-01-item-2" / "index.html"
    assert page.is_file()

    write(root, 2, status="rejected")
    built(root)

    assert not page.parent.exists()


def test_retracted_page_goes_even_after_the_cache_was_deleted(root):
    built(root, state=State.open(root / ".briefpress" / "state.db"))
    shutil.rmtree(root / ".briefpress")

    write(root, 2, status="draft")
    built(root, state=State.open(root / ".briefpress" / "state.db"))

    assert not (root / "site" / "items" / "2026-11-01-item-2").exists()


def test_foreign_files_in_the_output_are_never_touched(root):
    (root / "site").mkdir()
    (root / "site" / "README.md").write_text("mine")
    built(root)
    write(root, 2, status="draft")
    built(root)

    assert (root / "site" / "README.md").read_text() == "mine"


def test_a_foreign_file_in_the_way_stops_the_build_before_it_writes(root):
    (root / "site").mkdir()
    (root / "site" / "index.html").write_text("mine")

    with pytest.raises(FileError, match="not written by briefpress"):
        built(root)

    assert tree(root / "site") == {"index.html": b"mine"}


def test_output_never_leaves_its_folder_by_a_link(root, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / "site").mkdir()
    (root / "site" / "items").symlink_to(elsewhere)

    events = built(root)

    failed = [event for event in events if isinstance(event, build.Failed)]
    assert failed
    assert all("outside" in str(event.error) for event in failed)
    assert not any(elsewhere.iterdir())


def test_broken_template_fails_its_pages_and_removes_nothing(root):
    built(root)
    (root / "templates").mkdir()
    (root / "templates" / "item.html").write_text("{{ nonsense }}")
    write(root, 2, tags="[]")

    events = built(root)

    failed = [event for event in events if isinstance(event, build.Failed)]
    assert {event.path.split("/")[0] for event in failed} == {"items"}
    assert "item.html:1" in str(failed[0].error)
    assert (root / "site" / "items" / "2026-11-01-item-2").exists()
    assert any(isinstance(event, build.Wrote) and event.path == "index.html" for event in events)


def test_dry_run_touches_nothing(root):
    events = built(root, dry_run=True)

    assert [type(event) for event in events] == [build.Planned]
    assert not (root / "site").exists()


def test_same_content_gives_the_same_bytes_in_another_folder_and_zone(root, tmp_path, monkeypatch):
    built(root)
    other = tmp_path / "elsewhere" / "n"
    shutil.copytree(root, other, ignore=shutil.ignore_patterns("site", ".briefpress"))
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "C")

    built(other)

    assert tree(root / "site") == tree(other / "site")


def test_killed_build_still_knows_what_is_its_own(root):
    config, loaded = load(root), library.load(root)
    ids = library.published_items(loaded.library, "items")
    with State.in_memory() as state:
        events = build.build(
            config, loaded.library, ids, Theme.open(root / "templates"), state, out=root / "site"
        )
        for _ in range(4):
            next(events)
    planned = (root / "site" / MANIFEST).read_bytes()
    events.close()
    (root / "site" / MANIFEST).write_bytes(planned)  # as it was at the moment of the kill

    built(root)
    built(root, "clean")

    assert tree(root / "site") == tree(root / "clean")


def test_static_files_are_copied_as_they_are(root):
    (root / "static").mkdir()
    (root / "static" / "robots-are-fine.bin").write_bytes(bytes(range(256)))

    built(root)

    assert (root / "site" / "robots-are-fine.bin").read_bytes() == bytes(range(256))


def test_built_files_are_as_readable_as_the_umask_allows(root):
    built(root)

    mask = os.umask(0)
    os.umask(mask)
    assert (root / "site" / "index.html").stat().st_mode & 0o777 == 0o666 & ~mask


def test_parts_of_one_heading_have_ids_of_their_own(root):
    (root / "config.yaml").write_text(worlds.config("editions"))
    folder = root / "content" / "editions"
    folder.mkdir()
    two = worlds.edition(1, [1]).replace(
        "---\nHello", f"  - title: Policy\n    items:\n      - {worlds.item_id(2)}\n---\nHello"
    )
    (folder / "0001.md").write_text(two)

    built(root)

    page = (root / "site" / "editions" / "1" / "index.html").read_text(encoding="utf-8")
    assert 'id="policy"' in page
    assert 'id="policy-2"' in page


def test_extensions_of_the_config_are_used_and_what_they_make_is_still_safe(root):
    config = worlds.config() + "markdown:\n  extensions: [smarty]\n"
    (root / "config.yaml").write_text(config)
    write(root, 1, text='He said "so" <script>alert(1)</script>.')

    built(root)

    page = (root / "site" / "items" / "2026-11-01-item-1" / "index.html").read_text(encoding="utf-8")
    assert "<p>He said “so”" in page
    assert "<script>" not in page


def test_file_may_become_a_folder_and_a_folder_a_file(root):
    static = root / "static"
    static.mkdir()
    (static / "a").write_text("file")
    built(root)
    (static / "a").unlink()
    (static / "a").mkdir()
    (static / "a" / "b").write_text("below")
    built(root)
    assert (root / "site" / "a" / "b").read_text() == "below"

    shutil.rmtree(static / "a")
    (static / "a").write_text("file")
    built(root)

    assert (root / "site" / "a").read_text() == "file"


def test_file_made_by_hand_where_an_output_failed_is_not_overwritten(root):
    (root / "templates").mkdir()
    (root / "templates" / "404.html").write_text("{{ nonsense }}")
    built(root)
    (root / "site" / "404.html").write_text("mine")
    (root / "templates" / "404.html").unlink()

    with pytest.raises(FileError, match="not written by briefpress"):
        built(root)

    assert (root / "site" / "404.html").read_text() == "mine"


SECRET = b"Withdrawn words"


def retract(root: Path) -> None:
    """Build with an item that shares a story with another and has a tag of its own, then reject it."""
    for status in ("approved", "rejected"):
        write(root, 2, title=SECRET.decode(), tags="[alone]", story=1, status=status)
        if status == "approved":
            write(root, 3, story=1)
            built(root)
            assert len(leaks(root)) > 10


def leaks(root: Path) -> list[str]:
    return [path for path, data in tree(root / "site").items() if SECRET in data or "alone" in path]


def test_retracted_item_goes_from_everywhere_while_another_file_is_broken(root):
    retract(root)

    built(root, faults=["content/pages/bad.md"])

    assert leaks(root) == []
    assert (root / "site" / "items" / "2026-11-01-item-1").exists()


@pytest.mark.parametrize("template", ["search.html", "item.html", "list.html", "index.html", "404.html"])
def test_retracted_item_goes_from_everywhere_while_a_template_is_broken(root, template):
    retract(root)
    (root / "templates").mkdir()
    (root / "templates" / template).write_text("{{ nope }}")

    events = built(root)

    assert any(isinstance(event, build.Failed) for event in events)
    assert leaks(root) == []
    assert (root / "site" / "items" / "2026-11-01-item-5" / "index.html").exists()


def test_retracted_title_goes_from_a_page_that_told_it_without_a_link(root):
    (root / "templates").mkdir()
    told = root / "templates" / "list.html"
    told.write_text("{% for card in cards %}<p>{{ card.title | upper }}</p>{% endfor %}")
    write(root, 2, title="“Withdrawn” words & more")
    built(root)
    held = [path for path, data in tree(root / "site").items() if b"WITHDRAWN" in data]
    assert any(path.startswith("archive/") for path in held)
    write(root, 2, title="Another title by now", status="rejected")
    told.write_text("{{ nope }}")

    built(root)

    assert not [path for path, data in tree(root / "site").items() if b"withdrawn" in data.lower()]
    assert (root / "site" / "items" / "2026-11-01-item-5" / "index.html").exists()


def test_a_list_that_holds_nothing_has_no_page_and_no_link(root):
    for number in range(1, 6):
        write(root, number, tags="[]")

    built(root)

    made = tree(root / "site")
    assert "sources/index.html" in made
    assert "tags/index.html" not in made
    assert "editions/index.html" not in made
    pages = [data for path, data in made.items() if path.endswith(".html")]
    assert not [data for data in pages if b'tags/"' in data or b'editions/"' in data]


def test_an_overview_without_a_headline_does_not_tell_the_title_again(root):
    for number, headline in ((1, "A & B"), (2, "Another")):
        write(root, number, title="A & B")
        with (root / worlds.item_file(number)).open("a") as file:
            file.write(f"\n## Ours: {headline}\n\n### One\n\nMore.\n")

    built(root)

    same, other = (next((root / "site").glob(f"items/*-item-{number}/index.html")) for number in (1, 2))
    assert ">Ours</h2>" in same.read_text()
    assert ">TL;DR Summary of Item 1</h2>" in same.read_text()
    assert ">Ours: Another</h2>" in other.read_text()


def test_an_edition_that_is_only_numbered_says_its_number_once(root):
    (root / "config.yaml").write_text(worlds.config("editions"))
    folder = root / "content" / "editions"
    folder.mkdir(parents=True)
    for number, title in ((1, "Edition 1"), (2, "Names that last")):
        told = worlds.edition(number, [number])
        (folder / f"000{number}.md").write_text(re.sub("title: .*", f"title: {title}", told))

    built(root)

    main = (root / "site" / "editions" / "1" / "index.html").read_text().partition("<main")[2]
    assert main.partition("</header>")[0].count("1</") == 1
    assert 'class="figure">2</b>' in (root / "site" / "editions" / "2" / "index.html").read_text()
    cards = (root / "site" / "editions" / "index.html").read_text()
    assert "No. 2" in cards
    assert "No. 1" not in cards
    assert (root / "site" / "editions" / "1" / "edition.txt").read_text().splitlines()[1] == "Edition 1"


def test_page_of_a_file_that_is_broken_stays_unless_it_shows_what_was_retracted(root):
    for number in (1, 2, 3):
        write(root, number, title=f"Told by {number}", story=2 if number > 2 else 0, tags=f"[only-{number}]")
    built(root)
    broken = [worlds.item_file(number) for number in (1, 3)]
    for path in broken:
        (root / path).write_text("---\nnonsense: [\n---\n")

    assert not [e for e in built(root, faults=broken) if isinstance(e, build.Removed)]
    write(root, 2, title="Told by 2", status="rejected")
    built(root, faults=broken)

    kept = {path.parent.name[-6:] for path in (root / "site" / "items").rglob("index.html")}
    assert kept == {"item-1", "item-4", "item-5"}


def test_edition_that_is_taken_back_goes_with_its_items_while_a_page_is_broken(root):
    (root / "config.yaml").write_text(worlds.config("editions"))
    path = root / "content" / "editions" / "0001.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(worlds.edition(1, [1, 2]))
    built(root)
    assert (root / "site" / "editions" / "1").exists()
    path.write_text(worlds.edition(1, [1, 2], published=False))

    built(root, faults=["content/pages/bad.md"])

    assert not (root / "site" / "editions" / "1").exists()
    assert not list((root / "site").glob("items/*/index.html"))


def test_draft_page_is_not_public(root):
    pages = root / "content" / "pages"
    pages.mkdir(parents=True)
    (pages / "plans.md").write_text("---\ntitle: Secret plans\nstatus: draft\n---\nSoon.\n")

    built(root)

    assert all(b"Secret" not in data for data in tree(root / "site").values())


def test_hidden_files_and_links_into_the_newsletter_are_not_copied(root):
    static = root / "static"
    (static / ".well-known").mkdir(parents=True)
    (static / ".well-known" / "security.txt").write_text("Contact: us")
    (static / ".env").write_text("KEY=secret")
    (static / "leak.md").symlink_to(root / worlds.item_file(1))

    with pytest.raises(FileError, match="outside"):
        built(root)
    (static / "leak.md").unlink()
    built(root)

    assert (root / "site" / ".well-known" / "security.txt").is_file()
    assert not (root / "site" / ".env").exists()


def test_an_old_address_leads_to_the_page_and_is_in_no_sitemap(root):
    write(root, 1, more="aliases: [2019/old/, /older.html]\n")

    built(root)

    folder = (root / "site" / "2019" / "old" / "index.html").read_text()
    assert 'content="0; url=../../items/2026-11-01-item-1/"' in folder
    assert 'href="https://brief.example/items/2026-11-01-item-1/"' in folder
    assert 'url=./items/2026-11-01-item-1/"' in (root / "site" / "older.html").read_text()
    assert "old" not in (root / "site" / "sitemap.xml").read_text()


def test_old_address_that_is_taken_is_told_with_both_files(root):
    write(root, 1, more="aliases: [items/2026-11-01-item-2/]\n")

    with pytest.raises(ContentError) as caught:
        built(root)

    assert worlds.item_file(1) in str(caught.value)
    assert worlds.item_file(2) in str(caught.value)


def test_damaged_evidence_hides_no_page(root):
    (root / evidence.path_of(worlds.item_file(1))).write_text("{")

    built(root)

    page = (root / "site" / "items" / "2026-11-01-item-1" / "index.html").read_text()
    assert "One sentence says it." in page
    assert "<details" not in page


def test_correction_is_an_update_in_feeds_and_on_the_page(root):
    write(root, 1, more=CORRECTED)

    built(root)

    site = tree(root / "site")
    assert b"A number was wrong." in site["items/2026-11-01-item-1/index.html"]
    assert site["atom.xml"].count(b"<updated>2026-11-22T00:00:00Z</updated>") == 2
    assert b'"date_modified": "2026-11-22T00:00:00Z"' in site["feed.json"]
    assert b"<lastmod>2026-11-22T00:00:00Z</lastmod>" in site["sitemap.xml"]


def test_older_pages_of_a_list_do_not_change_with_a_new_item(root):
    for number in range(6, 10):
        write(root, number, day=number)
    built(root)
    before = tree(root / "site")

    write(root, 10, day=12)
    built(root)

    older = [path for path in before if "tags/feeds/page/" in path]
    assert older
    assert all(before[path] == tree(root / "site")[path] for path in older)


def test_letters_of_published_editions_are_pages_that_their_editions_link_to(root):
    (root / "content/editions").mkdir()
    (root / "content/editions/0001.md").write_text(worlds.edition(1, [1]), encoding="utf-8")
    (root / "content/editions/0002.md").write_text(worlds.edition(2, [2], published=False), encoding="utf-8")
    site = root / "site/editions"

    built(root, letter=lambda edition, _: (digest.known(f"<p>{edition.title}</p>"), tuple))

    assert (site / "1/letter/index.html").read_text(encoding="utf-8") == "<p>Edition 1</p>"
    assert 'href="../../editions/1/letter/"' in (site / "1/index.html").read_text(encoding="utf-8")
    assert not (site / "2").exists()

    built(root)

    assert not (site / "1/letter").exists()
    assert "letter/" not in (site / "1/index.html").read_text(encoding="utf-8")
