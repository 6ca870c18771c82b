"""What holds where only texts changed: a site that is retouched is the site that a clean build makes."""

import json
import shutil
from pathlib import Path

import pytest
import worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder import files
from builder.cli.console import QUIET, Console
from builder.cli.main import run
from builder.content import items
from builder.publish import channels, retouch
from builder.publish.plan import MANIFEST

CONFIG = worlds.config() + "deploy:\n  host: netlify\nmail:\n  from_address: brief@brief.example\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(8) + (10).to_bytes(4, "big") + (20).to_bytes(4, "big")
CORRECTED = "corrections:\n  - date: 2026-11-22\n    text: A number was wrong.\n"
BOUND = (1, 2, 3, 4, 9)
"""Two are in an edition, two in a story; the last has the first of all pages, after which a host goes."""
FREE = (5, 6, 7, 8)
"""The first of them has evidence, the second a picture, the third is a draft, the last was corrected."""


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def item_of(root: Path, number: int) -> Path:
    return root / worlds.item_file(number)


def say(root: Path, number: int, text: str) -> None:
    """Change the text of an item, and nothing else."""
    path = item_of(root, number)
    head, mark, _ = path.read_text(encoding="utf-8").partition("\n---\n")
    put(path, f"{head}{mark}## TL;DR Summary of it\n\n{text}\n")


def change(root: Path, number: int, old: str, new: str) -> None:
    path = item_of(root, number)
    text = path.read_text(encoding="utf-8")
    assert old in text
    put(path, text.replace(old, new))


def brief(root: Path, *arguments: str, clock: str = "2027-01-01") -> int:
    return run(Console(verbosity=QUIET), [*arguments, "--root", str(root), "--clock", clock])


def tree(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def clean(root: Path, clock: str = "2027-01-01") -> dict[str, bytes]:
    """What a build makes that knows of no other."""
    other = root.with_name(f"{root.name}-clean")
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(root, other, ignore=shutil.ignore_patterns("site", ".briefpress"))
    brief(other, "build", clock=clock)
    return tree(other / "site")


@pytest.fixture(scope="module")
def start(tmp_path_factory) -> Path:
    """A newsletter with all that can be about an item, built."""
    root = tmp_path_factory.mktemp("start") / "newsletter"
    put(root / "config.yaml", CONFIG)
    for number in range(1, 9):
        more = CORRECTED + "aliases: [old/]\n" if number == 8 else ""
        told = worlds.item(
            number,
            tags="[feeds, Mail]" if number % 2 else "[mail]",
            story=3 if number == 4 else 0,
            status="draft" if number == 7 else "approved",
            more=more,
        )
        put(item_of(root, number), told)
    put(item_of(root, 9), worlds.item(9).replace(worlds.item_id(9), "0000000000"))
    put(item_of(root, 5).with_suffix(".evidence.json"), worlds.evidence("One sentence says it."))
    item_of(root, 6).with_suffix(".png").write_bytes(PICTURE)
    put(root / "content" / "editions" / "0001.md", worlds.edition(1, [1, 2]))
    put(root / "content" / "pages" / "about.md", "---\ntitle: About\n---\nHello.\n")
    put(root / "templates" / "parts" / "footer.html", "<footer>Ours</footer>")
    assert brief(root, "build") == 0
    return root


@pytest.fixture
def root(start, tmp_path) -> Path:
    """A newsletter that was built where it is."""
    place = tmp_path / "newsletter"
    shutil.copytree(start, place, ignore=shutil.ignore_patterns("site", ".briefpress"))
    assert brief(place, "build") == 0
    return place


@pytest.fixture
def ways(monkeypatch) -> list[str]:
    """Gains a word for each build that was no whole one."""
    taken: list[str] = []
    was = retouch.put
    monkeypatch.setattr(
        retouch, "put", lambda *parts, **named: taken.append("retouched") or was(*parts, **named)
    )
    return taken


@pytest.mark.parametrize("number", [5, 6, 8])
def test_text_that_changes_makes_its_page_and_its_feeds_anew_and_nothing_else(root, ways, number, capsys):
    say(root, number, "Quite *other* words.")

    assert run(Console(), ["build", "--json", "--root", str(root), "--clock", "2027-01-01"]) == 0
    data = json.loads(capsys.readouterr().out)["data"]
    assert ways == ["retouched"]
    tag = ["tags/feeds/atom.xml"] if number % 2 else []
    assert data["written"] == [
        *("atom.xml", "feed.json", "feed.xml", f"items/2026-11-01-item-{number}/index.html"),
        *("sections/policy/atom.xml", "sources/example/atom.xml", *tag, "tags/mail/atom.xml"),
    ]
    assert data["unchanged"] == len(tree(root / "site")) - 1 - len(data["written"])
    assert tree(root / "site") == clean(root)
    assert brief(root, "verify") == 0


@pytest.mark.parametrize("number", [*FREE, *BOUND])
def test_site_is_that_of_a_clean_build_whichever_text_changed(root, ways, number):
    say(root, number, "Quite *other* words, and some more of them.")

    assert brief(root, "build") == 0
    assert ways == (["retouched"] if number in FREE else [])
    assert tree(root / "site") == clean(root)


def test_text_that_no_feed_lists_makes_one_page(root, ways, monkeypatch, capsys):
    monkeypatch.setattr(channels, "ENTRIES", 1)
    shutil.rmtree(root / ".briefpress")
    brief(root, "build")
    say(root, 6, "Quite other words.")

    assert run(Console(), ["build", "--json", "--root", str(root), "--clock", "2027-01-01"]) == 0
    assert json.loads(capsys.readouterr().out)["data"]["written"] == ["items/2026-11-01-item-6/index.html"]
    assert ways == ["retouched"]


def test_no_other_item_is_read_or_looked_through(root, ways, monkeypatch):
    read: list[str] = []
    parse = items.parse
    monkeypatch.setattr(items, "parse", lambda text, path: read.append(path) or parse(text, path))
    monkeypatch.setattr("builder.publish.catalogue.site_runs", lambda *_: pytest.fail("a whole build"))
    say(root, 5, "Quite other words.")

    assert brief(root, "build") == 0
    assert read == [worlds.item_file(5)]


def test_draft_that_changes_changes_no_byte(root, ways):
    before = tree(root / "site")
    say(root, 7, "Nobody may know it.")

    assert brief(root, "build") == 0
    assert ways == ["retouched"]
    assert tree(root / "site") == before
    assert worlds.item_file(7).encode() not in before[MANIFEST]


def test_item_that_is_held_back_changes_no_byte_until_it_is_due(root, ways):
    change(root, 6, "date: 2026-11-01T09:30:00Z", "date: 2026-11-30T09:30:00Z")
    brief(root, "build", clock="2026-11-25")
    before = tree(root / "site")
    say(root, 6, "Not yet.")
    brief(root, "build", clock="2026-11-26")

    assert ways == ["retouched"]
    assert tree(root / "site") == before
    say(root, 6, "Now.")
    brief(root, "build", clock="2026-12-01")
    assert ways == ["retouched"]
    assert tree(root / "site") == clean(root)


def review(root: Path, number: int) -> None:
    """Approve an item for what it says now."""
    path = item_of(root, number)
    mark = items.approved_digest(items.parse(path.read_text(encoding="utf-8"), worlds.item_file(number)))
    change(root, number, "by: extract/1\n", f"by: extract/1\nreview:\n  at: 2026-11-20\n  digest: {mark}\n")


def test_text_that_was_approved_goes_when_it_changes_and_comes_back_with_its_approval(root, ways):
    review(root, 5)
    brief(root, "build")
    assert ways == ["retouched"]
    page = root / "site" / "items" / "2026-11-01-item-5" / "index.html"
    was = item_of(root, 5).read_text(encoding="utf-8")

    say(root, 5, "Other words than those that were approved.")
    brief(root, "build")
    assert not page.exists()
    assert tree(root / "site") == clean(root)
    put(item_of(root, 5), was)
    brief(root, "build")
    assert page.exists()
    assert ways == ["retouched"]
    assert tree(root / "site") == clean(root)


def spoil(page: Path) -> None:
    page.write_bytes(page.read_bytes()[::-1])


MORE = {
    "title": lambda root: change(root, 5, "title: Item 5", "title: Another"),
    "TL;DR": lambda root: change(root, 5, "tldr: One", "tldr: Some"),
    "tags": lambda root: change(root, 5, "tags: [feeds, Mail]", "tags: [feeds]"),
    "section": lambda root: change(root, 5, "section: policy", "section: research"),
    "date": lambda root: change(root, 5, "date: 2026-11-01T", "date: 2026-10-01T"),
    "status": lambda root: change(root, 5, "status: approved", "status: rejected"),
    "draft": lambda root: change(root, 7, "status: draft", "status: approved"),
    "source": lambda root: change(root, 5, "name: Example", "name: Other"),
    "feed": lambda root: change(root, 5, "feed: example", "feed: other"),
    "link": lambda root: change(root, 5, "example.org/5", "example.org/50"),
    "language": lambda root: change(root, 5, "by: extract/1", "by: extract/1\nlanguage: de"),
    "story": lambda root: change(root, 5, "by: extract/1", f"by: extract/1\nstory: {worlds.item_id(6)}"),
    "alias": lambda root: change(root, 5, "by: extract/1", "by: extract/1\naliases: [older/]"),
    "correction": lambda root: change(root, 5, "by: extract/1\n", f"by: extract/1\n{CORRECTED}"),
    "evidence": lambda root: put(
        item_of(root, 5).with_suffix(".evidence.json"), worlds.evidence("New words.")
    ),
    "picture": lambda root: item_of(root, 6).with_suffix(".png").write_bytes(PICTURE[:-1] + b"\x30"),
    "removed": lambda root: item_of(root, 6).unlink(),
    "added": lambda root: put(item_of(root, 10), worlds.item(10)),
    "renamed": lambda root: item_of(root, 6).rename(item_of(root, 6).with_name("2026-11-01-other.md")),
    "edition": lambda root: put(root / "content" / "editions" / "0001.md", worlds.edition(1, [2, 5])),
    "page": lambda root: put(root / "content" / "pages" / "about.md", "---\ntitle: About\n---\nHullo.\n"),
    "config": lambda root: put(root / "config.yaml", CONFIG.replace("The Small Brief", "Another")),
    "template": lambda root: put(root / "templates" / "parts" / "footer.html", "<footer>Theirs</footer>"),
    "output": lambda root: spoil(root / "site" / "items" / "2026-11-01-item-6" / "index.html"),
    "lost output": lambda root: (root / "site" / "items" / "2026-11-01-item-8" / "index.html").unlink(),
    "cache": lambda root: shutil.rmtree(root / ".briefpress"),
}


@pytest.mark.parametrize("what", MORE)
def test_whatever_else_changed_is_for_a_whole_build(root, ways, what):
    say(root, 5, "Quite other words.")
    MORE[what](root)

    assert brief(root, "build") == 0
    assert ways == []
    assert tree(root / "site") == clean(root)


@pytest.mark.parametrize("what", ["title", "tags", "removed", "edition", "template", "cache"])
def test_after_a_site_was_retouched_a_whole_build_finds_it_as_it_is(root, ways, what):
    say(root, 5, "Quite other words.")
    say(root, 6, "And some here.")
    brief(root, "build")
    assert ways == ["retouched"]
    MORE[what](root)

    assert brief(root, "build") == 0
    assert tree(root / "site") == clean(root)


def test_whole_build_writes_nothing_again_that_was_retouched(root, ways, capsys):
    say(root, 5, "Quite other words.")
    brief(root, "build")
    put(root / "content" / "pages" / "about.md", "---\ntitle: About\n---\nHullo.\n")

    assert run(Console(), ["build", "--json", "--root", str(root), "--clock", "2027-01-01"]) == 0
    assert json.loads(capsys.readouterr().out)["data"]["written"] == ["about/index.html"]
    assert ways == ["retouched"]


@pytest.mark.parametrize("text", ["TODO: say it.", "<<<<<<< here\nOne.\n=======\nTwo.\n>>>>>>> there"])
def test_what_is_wrong_with_a_text_is_told_by_a_whole_build(root, ways, text, capsys):
    say(root, 5, text)

    brief(root, "build")
    assert ways == []
    assert worlds.item_file(5) in capsys.readouterr().err
    assert tree(root / "site").keys() >= {"index.html", MANIFEST}


def test_other_wish_is_for_a_whole_build(root, ways):
    say(root, 5, "Quite other words.")

    assert brief(root, "build", "--base-url", "https://elsewhere.example/") == 0
    assert ways == []
    # Of what the other site was made from nobody knows how it differs now.
    say(root, 5, "Other words once more.")
    assert brief(root, "build") == 0
    assert ways == []
    assert tree(root / "site") == clean(root)


def test_full_text_search_finds_every_text_so_each_is_for_a_whole_build(root, ways):
    pytest.importorskip("pagefind_bin")
    put(root / "config.yaml", CONFIG.replace("  page_size", "  search: pagefind\n  page_size"))
    brief(root, "build")
    say(root, 5, "Quite other words.")

    assert brief(root, "build") == 0
    assert ways == []
    assert tree(root / "site") == clean(root)


def test_dry_run_writes_nothing(root, ways):
    say(root, 5, "Quite other words.")
    before = tree(root / "site")

    assert brief(root, "build", "--dry-run") == 0
    assert tree(root / "site") == before
    assert brief(root, "build") == 0
    assert ways == ["retouched"]
    assert tree(root / "site") == clean(root)


@pytest.mark.parametrize("after", [0, 3, 7])
def test_build_after_a_kill_in_the_middle_mends_the_site(root, ways, monkeypatch, after):
    say(root, 5, "Quite other words.")
    was, times = files.Tree.put, iter(range(20))

    def killed(self, path, data):
        if next(times) == after:
            raise KeyboardInterrupt
        return was(self, path, data)

    with monkeypatch.context() as patch:
        patch.setattr(files.Tree, "put", killed)
        brief(root, "build")
    assert tree(root / "site") != clean(root)
    assert brief(root, "build") == 0
    assert ways == ["retouched"]
    assert tree(root / "site") == clean(root)


def test_file_that_changes_as_it_is_built_is_seen_by_the_next_build(root, ways, monkeypatch):
    say(root, 5, "Quite other words.")
    was = retouch.text_of

    def later(folder, path):
        text = was(folder, path)
        return text if ways or text.endswith("Later.\n") else text + "\nLater.\n"

    with monkeypatch.context() as patch:
        patch.setattr(retouch, "text_of", later)
        assert brief(root, "build") == 0
    assert ways == []
    assert tree(root / "site") == clean(root)


NUMBERS = st.sampled_from([*FREE, *BOUND])
TEXTS = st.sampled_from(["New words.", "Odd words.", "*Some* more.", "[A link](../../about/) & <b>."])
SESSION = st.one_of(
    st.lists(st.tuples(NUMBERS, TEXTS), min_size=1, max_size=3),
    st.sampled_from(sorted(MORE)),
)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sessions=st.lists(SESSION, min_size=1, max_size=5))
def test_after_any_edits_the_site_is_that_of_a_clean_build(start, ways, sessions, tmp_path_factory):
    root = tmp_path_factory.mktemp("world") / "newsletter"
    shutil.copytree(start, root, ignore=shutil.ignore_patterns("site", ".briefpress"))
    brief(root, "build")
    for session in sessions:
        ways.clear()
        before = {path: path.read_bytes() for path in (root / "content" / "items").rglob("*.md")}
        may = isinstance(session, list)
        if isinstance(session, str):
            try:
                MORE[session](root)
            except (OSError, AssertionError):
                # There is nothing of that kind any more.
                continue
        else:
            for number, text in session:
                if item_of(root, number).exists():
                    say(root, number, text)
        edited = {path for path, held in before.items() if path.exists() and path.read_bytes() != held}
        assert brief(root, "build") == 0
        if may and edited and edited <= {item_of(root, number) for number in (7, 8)}:
            assert ways == ["retouched"]
        if not may:
            assert ways == []
    assert tree(root / "site") == clean(root)
