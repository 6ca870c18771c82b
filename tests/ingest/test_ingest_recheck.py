"""The laws of a second look at sources: who is looked at, how often, and what is marked."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import worlds
from test_ingest_pipeline import NOW, PROSE, SaidWeb, entry, feed, of, page, pulled, remembered

from builder import turns
from builder.config import load
from builder.content import changes, items, library
from builder.editorial import corrections, desk
from builder.editorial.review import Verdict
from builder.ingest import pipeline, recheck
from builder.ingest.origin import Folder
from builder.ingest.reading import InPlace
from builder.ingest.robots import Robots
from builder.memory import Memory
from builder.model import Aspect, Entry, Status
from builder.summary import evidence
from builder.web import NotModified

DAY = timedelta(days=1)
ONE = "https://news.example/1"


@pytest.fixture
def root(make_site) -> Path:
    feeds = "feeds:\n  - url: https://news.example/feed\n    slug: news\n    section: policy\n"
    return make_site("-- config.yaml --\n" + worlds.config().replace("feeds: []\n", feeds))


@pytest.fixture
def web(root) -> SaidWeb:
    """Two stories, drafted and approved, so that they are public."""
    said = SaidWeb()
    said.say("https://news.example/feed", feed(entry(1), entry(2, day=19)))
    said.say("https://news.example/1", page(1))
    said.say("https://news.example/2", page(2))
    pulled(root, said)
    loaded = library.load(root)
    judge = desk.Judge(by="Ed Itor <ed@example.org>", at=NOW)
    desk.decide(root, loaded, [item.id for item in loaded.library.items], Verdict.APPROVE, judge, None)
    said.asked.clear()
    return said


def headline(was: str, now: str, text: str = "") -> recheck.Announced:
    """That the feed tells story 1 under another headline."""
    told = Entry(feed="news", id="g1", url=ONE, title=now, html=text, text=text)
    return recheck.Announced(told, recheck.revised(was, now))


def looked(root: Path, web: SaidWeb, memory: Memory, *, days: float = 1, announced=None) -> list:
    config = load(root)
    reader = InPlace()
    with memory as cache:
        return list(
            recheck.recheck(
                config,
                library.load(root),
                pipeline.Sources(Folder(root, config.site), web),
                reader,
                cache,
                turns.in_line,
                Robots(web, reader, 0.0),
                now=NOW + days * DAY,
                announced=announced or {},
            )
        )


def item(root: Path, number: int = 1):
    return next(one for one in library.load(root).library.items if one.source.url.endswith(f"/{number}"))


def change(web: SaidWeb, old: str, new: str, number: int = 1) -> None:
    url = f"https://news.example/{number}"
    assert old in web.pages[url]
    web.say(url, web.pages[url].replace(old, new))


def test_unchanged_sources_mark_nothing_and_write_nothing(root, web, tmp_path):
    before = {path: path.read_bytes() for path in (root / "content").rglob("*") if path.is_file()}

    events = looked(root, web, remembered(tmp_path))

    assert [type(one) for one in events] == [recheck.Due, recheck.Looked, recheck.Looked]
    assert {path: path.read_bytes() for path in (root / "content").rglob("*") if path.is_file()} == before


def test_changed_figure_marks_the_item_and_touches_nothing_else_of_it(root, web, tmp_path):
    was = item(root)
    text = (root / was.path).read_text()
    proof = (root / evidence.path_of(was.path)).read_bytes()
    change(web, "forty thousand tons", "ninety thousand tons")

    (marked,) = of(recheck.Marked, looked(root, web, remembered(tmp_path)))

    now = item(root)
    assert marked.new
    (found,) = now.stale.found
    assert found.aspect is Aspect.FIGURE
    assert found.was.startswith("forty thousand")
    assert found.now.startswith("ninety thousand")
    assert now.stale.at == NOW + DAY
    assert now.status is Status.APPROVED
    assert replace(now, stale=None) == was
    assert (root / evidence.path_of(was.path)).read_bytes() == proof
    kept = (root / was.path).read_text().splitlines()
    assert [line for line in text.splitlines() if line not in kept] == []


@pytest.mark.parametrize("status", [404, 410])
def test_page_that_is_gone_marks_the_item_until_it_is_back(root, web, tmp_path, status):
    web.status[ONE] = status
    looked(root, web, remembered(tmp_path))
    assert [one.aspect for one in item(root).stale.found] == [Aspect.GONE]

    web.status.clear()
    events = looked(root, web, remembered(tmp_path), days=2)

    assert [one.item.id for one in of(recheck.Unmarked, events)] == [item(root).id]
    assert item(root).stale is None


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_other_failures_say_nothing_of_the_source(root, web, tmp_path, status):
    web.status[ONE] = status

    events = looked(root, web, remembered(tmp_path))

    assert [one.item.id for one in of(recheck.Unknown, events)] == [item(root).id]
    assert item(root).stale is None


def test_wall_in_place_of_the_article_says_nothing_of_the_source(root, web, tmp_path):
    web.say(ONE, "<html><body><article><p>Subscribe to read on.</p></article></body></html>")

    assert of(recheck.Unknown, looked(root, web, remembered(tmp_path)))
    assert item(root).stale is None


def test_source_is_asked_once_a_day_and_with_what_is_known_of_it(root, web, tmp_path):
    looked(root, web, remembered(tmp_path))
    assert sorted(web.asked) == [ONE, "https://news.example/2"]
    web.asked.clear()

    (due,) = looked(root, web, remembered(tmp_path), days=1.5)
    assert due == recheck.Due(0)
    assert not web.asked

    answered = []
    get = web.get

    def noted(*args, **more):
        answered.append(get(*args, **more))
        return answered[-1]

    web.get = noted
    looked(root, web, remembered(tmp_path), days=2)
    assert answered == [NotModified(), NotModified()]


def test_mark_that_a_clone_lacks_is_found_again_though_the_page_is_unchanged(root, web, tmp_path):
    text = (root / item(root).path).read_text()
    change(web, "forty thousand", "ninety thousand")
    looked(root, web, remembered(tmp_path))
    assert item(root).stale
    (root / item(root).path).write_text(text)

    looked(root, web, remembered(tmp_path), days=2)

    assert item(root).stale


def test_same_difference_is_written_once(root, web, tmp_path):
    change(web, "forty thousand", "ninety thousand")
    looked(root, web, remembered(tmp_path))
    text = (root / item(root).path).read_text()

    (again,) = of(recheck.Marked, looked(root, web, Memory.of(tmp_path / "lost"), days=2))

    assert not again.new
    assert (root / item(root).path).read_text() == text


def test_difference_that_was_settled_is_not_found_again_and_another_is(root, web, tmp_path):
    change(web, "forty thousand", "ninety thousand")
    looked(root, web, remembered(tmp_path))
    plan = corrections.plan_dismissal(root, library.load(root).library, item(root).id)
    changes.apply(plan.change, root, None)

    looked(root, web, Memory.of(tmp_path / "lost"), days=2)
    assert item(root).stale is None

    change(web, "ninety thousand", "seventy thousand")
    looked(root, web, remembered(tmp_path), days=3)
    assert "seventy" in item(root).stale.found[0].now


def test_only_what_was_published_lately_is_looked_at(root, web, tmp_path):
    (due, *_) = looked(root, web, remembered(tmp_path), days=14)
    assert due == recheck.Due(2)

    (due, *_) = looked(root, web, Memory.of(tmp_path / "other"), days=14.1)
    assert due == recheck.Due(0)


def test_no_source_is_looked_at_where_the_config_says_so(root, web, tmp_path):
    config = root / "config.yaml"
    config.write_text(config.read_text().replace("editorial:\n", "editorial:\n  recheck_days: 0\n"))

    assert looked(root, web, remembered(tmp_path)) == [recheck.Due(0)]


def test_no_more_than_so_many_sources_are_looked_at_and_those_that_waited_longest_first(
    root, web, tmp_path, monkeypatch
):
    monkeypatch.setattr(recheck, "MOST", 1)

    for days in (1, 1.1):
        looked(root, web, remembered(tmp_path), days=days)

    assert sorted(web.asked) == [ONE, "https://news.example/2"]


def test_no_more_than_so_many_pages_of_one_host_are_asked_and_the_others_the_next_time(
    root, web, tmp_path, monkeypatch
):
    monkeypatch.setattr(recheck, "MOST_OF_HOST", 1)

    (due, *_) = looked(root, web, remembered(tmp_path))
    assert due == recheck.Due(1)
    looked(root, web, remembered(tmp_path), days=1.1)

    assert sorted(web.asked) == [ONE, "https://news.example/2"]


def test_page_that_robots_may_not_read_is_not_asked(root, web, tmp_path):
    web.say("https://news.example/robots.txt", "User-agent: briefpress\nDisallow: /")

    events = looked(root, web, remembered(tmp_path))

    assert not web.asked
    assert len(of(recheck.Unknown, events)) == 2


def test_feed_that_tells_another_headline_has_its_page_looked_at_a_draft_too(root, web, tmp_path):
    judge = desk.Judge(by="", at=NOW)
    desk.decide(root, library.load(root), [item(root).id], Verdict.REOPEN, judge, None)
    change(web, "forty thousand", "ninety thousand")
    told = {item(root).id: headline("Story 1", "Story One")}

    looked(root, web, remembered(tmp_path), days=0.1, announced=told)

    assert [one.aspect for one in item(root).stale.found] == [Aspect.HEADLINE, Aspect.FIGURE]
    assert item(root).status is Status.DRAFT


def test_headline_of_an_entry_without_a_page_is_taken_from_the_feed(root, web, tmp_path):
    config = root / "config.yaml"
    config.write_text(config.read_text().replace("slug: news\n", "slug: news\n    full_text: false\n"))
    path = root / item(root).path
    path.write_text(path.read_text().replace("  published:", "  text: feed\n  published:", 1))
    told = {item(root).id: headline("Story 1", "Story One", f"<p>{PROSE}</p>" * 5)}

    looked(root, web, remembered(tmp_path), announced=told)

    assert told[item(root).id].headline in item(root).stale.found
    assert not web.asked


def test_feed_says_when_an_entry_was_updated(root, web, tmp_path):
    def atom(updated: str) -> str:
        return (
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Harbour News</title><entry><id>g1</id>"
            "<title>Story 1</title><link href='https://news.example/1'/>"
            f"<published>2026-11-20T08:00:00Z</published><updated>{updated}</updated></entry></feed>"
        )

    web.say("https://news.example/feed", atom("2026-11-20T08:00:00Z"))
    pulled(root, web, memory=remembered(tmp_path))
    web.say("https://news.example/feed", atom("2026-11-21T09:00:00Z"))

    events = pulled(root, web, memory=remembered(tmp_path))

    (told,) = of(pipeline.Updated, events)
    assert told.item == item(root).id
    assert of(pipeline.Updated, pulled(root, web, memory=remembered(tmp_path))) == [told]
    looked(root, web, remembered(tmp_path), announced={told.item: recheck.Announced(told.entry)})
    assert not of(pipeline.Updated, pulled(root, web, memory=remembered(tmp_path)))


def test_change_that_is_too_much_for_a_run_is_told_by_the_next(root, web, tmp_path, monkeypatch):
    pulled(root, web, memory=remembered(tmp_path))
    monkeypatch.setattr(recheck, "MOST", 1)
    web.say("https://news.example/feed", feed(entry(1, title="One"), entry(2, title="Two", day=19)))
    marked: set[str] = set()
    for left in (2, 1, 0):
        told = of(pipeline.Revised, pulled(root, web, memory=remembered(tmp_path)))
        assert len(told) == left
        announced = {
            one.item: recheck.Announced(one.entry, recheck.revised(one.before, one.entry.title))
            for one in told
        }
        events = looked(root, web, remembered(tmp_path), announced=announced)
        marked |= {one.item.id for one in of(recheck.Marked, events) if one.new}

    assert marked == {item(root, 1).id, item(root, 2).id}


def test_change_of_what_nobody_wants_to_know_of_is_told_once(root, web, tmp_path):
    pulled(root, web, memory=remembered(tmp_path))
    judge = desk.Judge(by="", at=NOW, reason="An advertisement")
    desk.decide(root, library.load(root), [item(root).id], Verdict.REJECT, judge, None)
    web.say("https://news.example/feed", feed(entry(1, title="One"), entry(2, day=19)))
    (told,) = of(pipeline.Revised, pulled(root, web, memory=remembered(tmp_path)))
    announced = {told.item: recheck.Announced(told.entry, recheck.revised(told.before, "One"))}

    assert not of(recheck.Marked, looked(root, web, remembered(tmp_path), announced=announced))

    assert not of(pipeline.Revised, pulled(root, web, memory=remembered(tmp_path)))


def test_edit_made_while_the_page_was_asked_is_kept(root, web, tmp_path):
    change(web, "forty thousand", "ninety thousand")
    path = root / item(root).path
    get = web.get

    def slow(url, *args, **more):
        if url == ONE and "My own line." not in path.read_text():
            path.write_text(path.read_text() + "\nMy own line.\n")
        return get(url, *args, **more)

    web.get = slow
    looked(root, web, remembered(tmp_path))

    now = items.parse(path.read_text(), item(root).path)
    assert "My own line." in now.body
    assert now.stale
    assert now.status is Status.CHANGED
