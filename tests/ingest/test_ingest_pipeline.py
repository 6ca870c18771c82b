"""The laws of a pull, with sources that are said and not fetched."""

import gc
import threading
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
import worlds
from patience import LONG_S

from builder import turns
from builder.config import load
from builder.content import library
from builder.errors import FetchError
from builder.ingest import pipeline
from builder.ingest.novelty import Reason, Skipped
from builder.ingest.origin import NO_VALIDATORS, Folder, open_to_all
from builder.ingest.reading import InPlace, Text
from builder.memory import Memory
from builder.model import Entry, Status
from builder.summary import engine
from builder.web import Fetched, NotModified, Validators

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PROSE = (
    "The harbour office opened a new pier on Monday. Ships of the northern line will use it from spring. "
    "The old pier stays open for fishing boats, which need less depth. Builders worked on the site for two "
    "years and moved forty thousand tons of stone. The city paid half of the cost and the state the rest. "
)


class SaidWeb:
    """A web of pages that are said here; what is not said is 404, and every question is written down."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        self.status: dict[str, int] = {}
        self.fresh_s = 0.0

    def say(self, url: str, text: str) -> None:
        self.pages[url] = text

    def get(
        self, url: str, validators: Validators = NO_VALIDATORS, *, max_bytes: int, admit=open_to_all
    ) -> Fetched | NotModified:
        admit(url)
        # Whoever asks for a page asks for the rules first; only pages and feeds are counted.
        if not url.endswith("/robots.txt"):
            self.asked.append(url)
        status = self.status.get(url, 200 if url in self.pages else 404)
        if status != 200:
            error = FetchError(f"{url} answered {status} {HTTPStatus(status).phrase}")
            error.status = status
            raise error
        etag = f'"{hash(self.pages[url])}"'
        if validators.etag == etag:
            return NotModified(fresh_s=self.fresh_s)
        kind = "text/html" if "<html" in self.pages[url] else "application/xml"
        return Fetched(url, self.pages[url].encode(), kind, Validators(etag=etag), fresh_s=self.fresh_s)


def feed(*entries: str) -> str:
    return f'<rss version="2.0"><channel><title>Harbour News</title>{"".join(entries)}</channel></rss>'


def entry(number: int, *, link: str = "", title: str = "", text: str = "Soon.", day: int = 20) -> str:
    return (
        f"<item><guid isPermaLink='false'>g{number}</guid><title>{title or f'Story {number}'}</title>"
        f"<link>{link or f'https://news.example/{number}'}</link><description>{text}</description>"
        f"<pubDate>{day} Nov 2026 08:00:00 GMT</pubDate></item>"
    )


def page(number: int, head: str = "") -> str:
    paragraphs = "".join(f"<p>{PROSE}Part {part} of story {number}.</p>" for part in range(4))
    return (
        f"<html lang='en'><head><title>Story {number}</title>{head}</head>"
        f"<body><article><h1>Story {number}</h1>{paragraphs}</article></body></html>"
    )


@pytest.fixture
def root(make_site) -> Path:
    feeds = "feeds:\n  - url: https://news.example/feed\n    slug: news\n    section: policy\n"
    return make_site("-- config.yaml --\n" + worlds.config().replace("feeds: []\n", feeds))


@pytest.fixture
def web() -> SaidWeb:
    said = SaidWeb()
    said.say("https://news.example/feed", feed(entry(1), entry(2, day=19)))
    said.say("https://news.example/1", page(1))
    said.say("https://news.example/2", page(2))
    return said


def pulled(
    root: Path,
    web: SaidWeb,
    *,
    memory: Memory | None = None,
    now: datetime = NOW,
    taking: turns.Turns = turns.in_line,
    **options,
) -> list[pipeline.Event]:
    config = load(root)
    sources = pipeline.Sources(Folder(root, config.site), web)
    with memory or Memory.of(root / "none") as cache:
        return list(
            pipeline.pull(
                config,
                library.load(root),
                engine.load("extract"),
                sources,
                InPlace(),
                cache,
                taking,
                now=now,
                **options,
            )
        )


def of(kind: type, events: list) -> list:
    return [event for event in events if isinstance(event, kind)]


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_every_entry_is_accounted_for(root, web):
    web.say("https://news.example/feed", feed(entry(1), entry(2), entry(3), entry(1)))

    events = pulled(root, web)

    (read,) = of(pipeline.FeedRead, events)
    settled = of(pipeline.Drafted, events) + of(Skipped, events) + of(pipeline.Failed, events)
    assert len(settled) == read.entries


def test_draft_is_an_item_file_with_its_evidence(root, web):
    events = pulled(root, web)

    drafted = of(pipeline.Drafted, events)
    items = library.load(root).library.items
    assert {one.item.path for one in drafted} == {item.path for item in items}
    assert all(item.status is Status.DRAFT and item.section == "policy" for item in items)
    assert all((root / item.path.replace(".md", ".evidence.json")).is_file() for item in items)
    assert items[0].source.name == "Harbour News"


def test_a_draft_says_its_language_where_it_is_not_the_sites(root, web):
    pulled(root, web)
    same = {item.language for item in library.load(root).library.items}
    for path in root.rglob("content/items/**/*.*"):
        path.unlink()
    config = (root / "config.yaml").read_text(encoding="utf-8")
    (root / "config.yaml").write_text(config.replace("site:\n", "site:\n  language: fr-CA\n"))

    pulled(root, web)

    assert same == {""}
    assert {item.language for item in library.load(root).library.items} == {"en"}


def test_second_pull_writes_nothing_even_without_a_cache(root, web):
    pulled(root, web)
    before = tree(root)

    events = pulled(root, web)

    assert not of(pipeline.Drafted, events)
    assert tree(root) == before


@pytest.mark.parametrize("status", ["approved", "rejected"])
def test_decided_item_is_not_drafted_again(root, web, status):
    (drafted, *_) = of(pipeline.Drafted, pulled(root, web))
    path = root / drafted.item.path
    path.write_text(path.read_text().replace("status: draft", f"status: {status}"))
    before = tree(root)

    assert not of(pipeline.Drafted, pulled(root, web))
    assert tree(root) == before


def test_item_whose_file_is_broken_is_not_drafted_again(root, web):
    (drafted, *_) = of(pipeline.Drafted, pulled(root, web))
    path = root / drafted.item.path
    path.write_text(path.read_text().replace("status: draft", "status: drift"))
    before = tree(root)

    assert not of(pipeline.Drafted, pulled(root, web))
    assert tree(root) == before


def test_one_failing_feed_holds_up_no_other(root, web):
    more = "  - url: https://gone.example/feed\n    slug: gone\n"
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("editorial:", more + "editorial:"))

    events = pulled(root, web)

    failed = [read for read in of(pipeline.FeedRead, events) if read.error]
    assert [read.feed.slug for read in failed] == ["gone"]
    assert len(of(pipeline.Drafted, events)) == 2


def test_page_that_fails_gives_a_teaser_that_says_so(root, web):
    del web.pages["https://news.example/1"]

    events = pulled(root, web)

    (teaser,) = [one for one in of(pipeline.Drafted, events) if one.problem]
    assert "404" in teaser.problem
    assert teaser.item.source.text == "teaser"


def test_pages_are_not_asked_for_when_the_config_says_so(root, web):
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("slug: news", "slug: news\n    full_text: false"))

    pulled(root, web)

    assert web.asked == ["https://news.example/feed"]


@pytest.mark.parametrize(("full_text", "rests"), [("true", "news.example"), ("false", "")])
def test_only_a_host_whose_page_was_asked_is_given_a_rest(root, web, full_text, rests):
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("slug: news", f"slug: news\n    full_text: {full_text}"))
    owners: list[list[str]] = []

    def noted(function, things, owner_of, pause_s=turns.no_pause):
        owners.append([owner_of(thing) for thing in things])
        return turns.in_line(function, things, owner_of, pause_s)

    pulled(root, web, taking=noted)

    assert owners == [["news.example"], [rests, rests]]


def test_unchanged_feed_is_not_worked_off_again(root, web, tmp_path):
    pulled(root, web, memory=Memory.open(tmp_path / "feeds.db"))

    (read,) = of(pipeline.FeedRead, pulled(root, web, memory=Memory.open(tmp_path / "feeds.db")))

    assert read.state is pipeline.FeedState.UNCHANGED


def test_feed_read_under_new_rules_is_asked_in_full(root, web, tmp_path):
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("slug: news", "slug: news\n    exclude: [story]"))
    assert not of(pipeline.Drafted, pulled(root, web, memory=Memory.open(tmp_path / "feeds.db")))

    (root / "config.yaml").write_text(text)

    assert len(of(pipeline.Drafted, pulled(root, web, memory=Memory.open(tmp_path / "feeds.db")))) == 2


def test_two_addresses_of_one_page_are_one_item(root, web):
    canonical = "<link rel='canonical' href='https://news.example/1'>"
    again = entry(2, title="Story 1", link="https://news.example/amp/1")
    web.say("https://news.example/feed", feed(entry(1), again))
    web.say("https://news.example/1", page(1, canonical))
    web.say("https://news.example/amp/1", page(1, canonical))

    events = pulled(root, web)

    assert len(of(pipeline.Drafted, events)) == 1
    assert len(of(Skipped, events)) == 1


def test_page_found_to_be_known_is_not_asked_again(root, web, tmp_path):
    canonical = "<link rel='canonical' href='https://news.example/1'>"
    again = entry(2, title="Story 1", link="https://news.example/amp/1")
    web.say("https://news.example/feed", feed(entry(1), again))
    web.say("https://news.example/1", page(1, canonical))
    web.say("https://news.example/amp/1", page(1, canonical))
    pulled(root, web, memory=Memory.open(tmp_path / "feeds.db"))
    web.say("https://news.example/feed", feed(again))
    web.asked.clear()

    pulled(root, web, memory=Memory.open(tmp_path / "feeds.db"))

    assert web.asked == ["https://news.example/feed"]


def test_max_items_does_not_creep_down_the_feed_pull_by_pull(root, web):
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("slug: news", "slug: news\n    max_items: 1"))

    assert len(of(pipeline.Drafted, pulled(root, web))) == 1
    assert not of(pipeline.Drafted, pulled(root, web))


def test_dry_run_selects_and_writes_nothing(root, web):
    before = tree(root)

    events = pulled(root, web, dry_run=True)

    assert of(pipeline.Chosen, events) == [pipeline.Chosen(2)]
    assert tree(root) == before


def test_same_title_on_the_same_day_gives_two_files(root, web):
    web.say("https://news.example/feed", feed(entry(1, title="Twice"), entry(2, title="Twice")))

    paths = {one.item.path for one in of(pipeline.Drafted, pulled(root, web))}

    assert len(paths) == 2


def test_entry_from_the_future_is_dated_today(root, web):
    web.say("https://news.example/feed", feed(entry(1, day=30)))

    (drafted,) = of(pipeline.Drafted, pulled(root, web))

    assert drafted.item.date == NOW


def test_feed_of_the_folder_reads_its_pages_from_the_folder(root, web):
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("https://news.example/feed", "samples/feed.xml"))
    (root / "samples").mkdir()
    (root / "samples" / "feed.xml").write_text(feed(entry(1, link="pages/1.html")))
    (root / "samples" / "pages").mkdir()
    (root / "samples" / "pages" / "1.html").write_text(page(1))

    (drafted,) = of(pipeline.Drafted, pulled(root, web))

    assert drafted.item.source.url == "https://brief.example/samples/pages/1.html"
    assert web.asked == []


@pytest.mark.parametrize("link", ["../../etc/passwd", "/..%2f..%2fsecret", "%2e%2e/%2e%2e/secret"])
def test_feed_of_the_folder_cannot_read_outside_of_it(root, web, link):
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("https://news.example/feed", "samples/feed.xml"))
    (root.parent / "secret").write_text(page(1))
    (root / "samples").mkdir()
    (root / "samples" / "feed.xml").write_text(feed(entry(1, link=link)))

    (drafted,) = of(pipeline.Drafted, pulled(root, web))

    assert drafted.problem
    assert "harbour" not in (root / drafted.item.path).read_text()


def test_entries_that_share_a_page_are_told_from_the_feed_and_none_is_lost(root, web):
    log = "https://news.example/changes"
    entries = [entry(number, link=f"{log}#v{number}", text=f"Version {number}. {PROSE}") for number in (1, 2)]
    web.say("https://news.example/feed", feed(*entries))
    web.say(log, page(1))

    events = pulled(root, web)

    assert len(of(pipeline.Drafted, events)) == 2
    assert web.asked == ["https://news.example/feed"]


def test_item_whose_file_was_removed_comes_back_with_a_cache_or_without(root, web, tmp_path):
    (drafted, *_) = of(pipeline.Drafted, pulled(root, web, memory=Memory.open(tmp_path / "feeds.db")))
    (root / drafted.item.path).unlink()

    again = of(pipeline.Drafted, pulled(root, web, memory=Memory.open(tmp_path / "feeds.db")))

    assert [one.item.path for one in again] == [drafted.item.path]


def test_pages_that_claim_to_be_one_but_have_other_titles_are_all_kept(root, web):
    canonical = "<link rel='canonical' href='https://news.example/p/'>"
    links = [f"https://news.example/{number}/p/" for number in (1, 2)]
    web.say("https://news.example/feed", feed(*(entry(n, link=link) for n, link in enumerate(links))))
    for number, link in enumerate(links):
        web.say(link, page(number, canonical))

    drafted = of(pipeline.Drafted, pulled(root, web))

    assert len({one.item.source.url for one in drafted}) == 2


def test_entry_without_an_id_keeps_its_own_when_the_next_shares_its_link(root, web):
    def bare(number: int) -> str:
        return entry(number, link="https://news.example/log").replace(
            f"<guid isPermaLink='false'>g{number}</guid>", ""
        )

    web.say("https://news.example/feed", feed(bare(1)))
    web.say("https://news.example/log", page(1))
    pulled(root, web)
    web.say("https://news.example/feed", feed(bare(1), bare(2)))

    drafted = of(pipeline.Drafted, pulled(root, web))

    assert [one.item.title for one in drafted] == ["Story 2"]


def test_draft_never_replaces_a_file(root, web):
    (root / "content" / "items" / "2026").mkdir(parents=True)
    (path := root / "content" / "items" / "2026" / "2026-11-20-story-1.md").write_text("my notes")

    drafted = of(pipeline.Drafted, pulled(root, web))

    assert path.read_text() == "my notes"
    assert len(drafted) == 2


def test_evidence_of_a_moved_item_is_not_replaced(root, web):
    (drafted, *_) = of(pipeline.Drafted, pulled(root, web))
    path = root / drafted.item.path
    path.rename(path.with_name("renamed.md"))
    proof = path.with_name(path.name.replace(".md", ".evidence.json"))
    before = proof.read_bytes()
    title = drafted.item.title
    web.say("https://news.example/feed", feed(entry(7, title=title, day=drafted.item.date.day)))
    web.say("https://news.example/7", page(7))

    (again,) = of(pipeline.Drafted, pulled(root, web))

    assert proof.read_bytes() == before
    assert again.item.path != drafted.item.path


def test_interrupted_draft_leaves_evidence_that_the_next_pull_takes_over(root, web):
    (drafted, *_) = of(pipeline.Drafted, pulled(root, web))
    before = tree(root)
    (root / drafted.item.path).unlink()

    pulled(root, web)

    assert tree(root) == before


def test_pull_without_a_cache_settles_entries_without_titles_as_the_first_did(root, web):
    canonical = "<link rel='canonical' href='https://news.example/p/'>"
    links = [f"https://news.example/{number}/p/" for number in range(3)]
    untitled = [entry(n, link=link).replace(f"<title>Story {n}</title>", "") for n, link in enumerate(links)]
    web.say("https://news.example/feed", feed(entry(9, link=links[0]), *untitled[1:]))
    for link in links:
        web.say(link, page(1, canonical))
    pulled(root, web)
    before = tree(root)

    assert not of(pipeline.Drafted, pulled(root, web))
    assert tree(root) == before


def remembered(tmp_path: Path) -> Memory:
    return Memory.open(tmp_path / "feeds.db")


def only_read(events: list) -> pipeline.FeedRead:
    (read,) = of(pipeline.FeedRead, events)
    return read


def test_feed_is_not_asked_before_it_is_due_unless_forced(root, web, tmp_path):
    web.fresh_s = 3600
    pulled(root, web, memory=remembered(tmp_path))
    web.asked.clear()

    soon = pulled(root, web, memory=remembered(tmp_path), now=NOW + timedelta(minutes=59))
    assert (only_read(soon).state, web.asked) == (pipeline.FeedState.NOT_DUE, [])
    forced = pulled(root, web, memory=remembered(tmp_path), wish=pipeline.Wish(force=True))
    assert only_read(forced).state is pipeline.FeedState.READ
    assert {one.reason for one in of(Skipped, forced)} == {Reason.KNOWN}
    later = pulled(root, web, memory=remembered(tmp_path), now=NOW + timedelta(minutes=61))
    assert only_read(later).state is pipeline.FeedState.UNCHANGED


def test_new_rules_read_the_copy_and_ask_nobody_early(root, web, tmp_path):
    web.fresh_s = 3600
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("slug: news", "slug: news\n    exclude: [story]"))
    assert not of(pipeline.Drafted, pulled(root, web, memory=remembered(tmp_path)))
    web.asked.clear()
    (root / "config.yaml").write_text(text)

    assert len(of(pipeline.Drafted, pulled(root, web, memory=remembered(tmp_path)))) == 2
    assert "https://news.example/feed" not in web.asked


def test_feed_whose_copy_is_lost_is_asked_in_full(root, web, tmp_path):
    pulled(root, web, memory=remembered(tmp_path))
    (drafted, *_) = library.load(root).library.items
    (root / drafted.path).unlink()
    with remembered(tmp_path) as memory:
        memory._connection.execute("UPDATE copies SET body = x''")
        memory._connection.commit()

    assert len(of(pipeline.Drafted, pulled(root, web, memory=remembered(tmp_path)))) == 1


def test_feed_that_is_gone_is_asked_no_more(root, web, tmp_path):
    web.status["https://news.example/feed"] = 410
    assert only_read(pulled(root, web, memory=remembered(tmp_path))).state is pipeline.FeedState.FAILED
    web.asked.clear()

    read = only_read(pulled(root, web, memory=remembered(tmp_path)))

    assert (read.state, web.asked) == (pipeline.FeedState.GONE, [])


def test_paused_feed_is_not_asked(root, web):
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("slug: news", "slug: news\n    paused: true"))

    assert only_read(pulled(root, web)).state is pipeline.FeedState.PAUSED
    assert web.asked == []


def test_offline_reads_the_last_good_copy_and_asks_nobody(root, web, tmp_path):
    pulled(root, web, memory=remembered(tmp_path))
    (drafted, *_) = library.load(root).library.items
    (root / drafted.path).unlink()
    web.asked.clear()

    events = pulled(root, web, memory=remembered(tmp_path), wish=pipeline.Wish(offline=True))

    assert web.asked == []
    assert [one.item.id for one in of(pipeline.Drafted, events)] == [drafted.id]
    assert only_read(events).health.failures == 0


def test_offline_without_a_copy_is_a_failure_that_is_not_the_feeds(root, web, tmp_path):
    events = pulled(root, web, memory=remembered(tmp_path), wish=pipeline.Wish(offline=True))

    assert (only_read(events).state, only_read(events).health.failures) == (pipeline.FeedState.FAILED, 0)


def test_limit_drafts_the_newest_and_the_next_pull_the_rest(root, web, tmp_path):
    first = pulled(root, web, memory=remembered(tmp_path), wish=pipeline.Wish(limit=1))
    second = pulled(root, web, memory=remembered(tmp_path))

    assert [one.item.title for one in of(pipeline.Drafted, first)] == ["Story 1"]
    assert [one.item.title for one in of(pipeline.Drafted, second)] == ["Story 2"]


def test_since_leaves_older_entries_to_a_pull_without_it(root, web, tmp_path):
    wish = pipeline.Wish(since=datetime(2026, 11, 20, tzinfo=UTC))
    first = pulled(root, web, memory=remembered(tmp_path), wish=wish)
    second = pulled(root, web, memory=remembered(tmp_path))

    assert [one.item.title for one in of(pipeline.Drafted, first)] == ["Story 1"]
    assert [one.item.title for one in of(pipeline.Drafted, second)] == ["Story 2"]


def test_only_the_feeds_named_are_asked(root, web):
    more = "  - url: https://gone.example/feed\n    slug: gone\n"
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("editorial:", more + "editorial:"))

    events = pulled(root, web, wish=pipeline.Wish(feeds=frozenset(["gone"])))

    assert only_read(events).feed.slug == "gone"


def test_changed_headline_is_one_item_and_is_told(root, web, tmp_path):
    (drafted, *_) = of(pipeline.Drafted, pulled(root, web, memory=remembered(tmp_path)))
    web.say("https://news.example/feed", feed(entry(1, title="Corrected"), entry(2, day=19)))

    events = pulled(root, web, memory=remembered(tmp_path))

    assert not of(pipeline.Drafted, events)
    assert [(one.item, one.before) for one in of(pipeline.Revised, events)] == [(drafted.item.id, "Story 1")]


def test_changed_headline_is_told_until_its_item_says_so(root, web, tmp_path):
    pulled(root, web, memory=remembered(tmp_path))
    for title in ("Corrected", "Corrected", "Corrected again"):
        web.say("https://news.example/feed", feed(entry(1, title=title), entry(2, day=19)))

        (told,) = of(pipeline.Revised, pulled(root, web, memory=remembered(tmp_path)))

        assert (told.before, told.entry.title) == ("Story 1", title)


def test_what_is_forced_and_broken_off_is_gone_through_again(root, web, tmp_path):
    pulled(root, web, memory=remembered(tmp_path))
    with remembered(tmp_path) as memory:
        memory.keep_sightings({library.load(root).library.items[0].id: "As a killed run left it"})
    forced = pipeline.Wish(force=True)
    assert of(pipeline.Revised, pulled(root, web, memory=remembered(tmp_path), wish=forced))

    assert of(pipeline.Revised, pulled(root, web, memory=remembered(tmp_path)))


def long_page(number: int, edit: str = "") -> str:
    told = " ".join(f"Fact {n} of story {number} is {n * number * 37 % 101}." for n in range(200))
    return f"<html><body><article><h1>{number}</h1><p>{told} {edit}</p></article></body></html>"


def test_old_article_under_a_new_id_link_and_headline_is_not_new(root, web, tmp_path):
    web.say("https://news.example/1", long_page(1))
    pulled(root, web, memory=remembered(tmp_path))
    moved = entry(9, title="Another headline", link="https://news.example/new/1")
    web.say("https://news.example/feed", feed(moved, entry(2, day=19)))
    web.say("https://news.example/new/1", long_page(1, "One correction."))

    events = pulled(root, web, memory=remembered(tmp_path))

    assert not of(pipeline.Drafted, events)
    assert [one.reason for one in of(Skipped, events) if one.twin] == [Reason.KNOWN_TEXT]
    web.asked.clear()
    web.say("https://news.example/feed", feed(moved))
    assert not of(pipeline.Drafted, pulled(root, web, memory=remembered(tmp_path)))
    assert web.asked == ["https://news.example/feed"]


def test_old_article_under_a_new_id_and_link_is_known_without_a_cache(root, web):
    web.say("https://news.example/1", long_page(1))
    pulled(root, web)
    web.say("https://news.example/feed", feed(entry(9, title="Story 1", link="https://news.example/new/1")))
    web.say("https://news.example/new/1", long_page(1))

    assert not of(pipeline.Drafted, pulled(root, web))


def test_series_told_in_the_same_words_every_week_loses_no_part(root, web, tmp_path):
    web.say("https://news.example/1", long_page(1))
    pulled(root, web, memory=remembered(tmp_path))
    web.say(
        "https://news.example/feed", feed(entry(9, title="Story 1", link="https://news.example/9", day=22))
    )
    web.say("https://news.example/9", long_page(1))

    assert len(of(pipeline.Drafted, pulled(root, web, memory=remembered(tmp_path)))) == 1


def test_page_that_robots_may_not_read_is_not_asked(root, web):
    web.say("https://news.example/robots.txt", "User-agent: *\nDisallow: /1")

    events = pulled(root, web)

    assert "https://news.example/1" not in web.asked
    assert ["robots.txt" in one.problem for one in of(pipeline.Drafted, events)] == [True, False]


def test_published_date_from_the_future_is_now(root, web):
    web.say("https://news.example/feed", feed(entry(1, day=30)))

    (drafted,) = of(pipeline.Drafted, pulled(root, web))

    assert drafted.item.source.published == NOW


def test_folder_is_a_feed_of_its_files(root, web, tmp_path):
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("https://news.example/feed", "inbox"))
    (root / "inbox").mkdir()
    (root / "inbox" / "one page.html").write_text(page(1))
    (root / "inbox" / "note.md").write_text(f"# A note\n\n{PROSE}\n\n{PROSE}\n\n{PROSE}")
    (root / "inbox" / "note.txt").write_text(f"{PROSE}\n\n{PROSE} Other words.\n\n{PROSE}")
    (root / "inbox" / ".hidden.html").write_text(page(2))
    (root / "inbox" / "picture.png").write_bytes(b"PNG")

    drafted = of(pipeline.Drafted, pulled(root, web, memory=remembered(tmp_path)))

    assert [one.item.title for one in drafted][::2] == ["A note", "Story 1"]
    assert {one.item.source.text.value for one in drafted} == {"full"}
    assert web.asked == []
    (root / "inbox" / "two.html").write_text(page(2))
    again = of(pipeline.Drafted, pulled(root, web, memory=remembered(tmp_path)))
    assert [one.item.title for one in again] == ["Story 2"]


def test_folder_as_a_feed_leads_nowhere_else(root, web):
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("https://news.example/feed", "inbox"))
    (root / "inbox").mkdir()
    (root.parent / "secret.html").write_text(page(1))
    (root / "inbox" / "link.html").symlink_to(root.parent / "secret.html")

    assert not of(pipeline.Drafted, pulled(root, web))


def test_feed_that_comes_back_is_read_under_the_rules_of_then(root, web, tmp_path):
    text = (root / "config.yaml").read_text()
    (root / "config.yaml").write_text(text.replace("slug: news", "slug: news\n    exclude: [story]"))
    pulled(root, web, memory=remembered(tmp_path))
    web.status["https://news.example/feed"] = 410
    pulled(root, web, memory=remembered(tmp_path))
    (root / "config.yaml").write_text(text)
    assert not of(pipeline.Drafted, pulled(root, web, memory=remembered(tmp_path)))
    del web.status["https://news.example/feed"]

    back = pulled(root, web, memory=remembered(tmp_path), wish=pipeline.Wish(force=True))

    assert len(of(pipeline.Drafted, back)) == 2


def held(kind: type) -> int:
    """How many values of that kind are in memory, in a thread's hands or waiting."""
    gc.collect()
    return sum(type(one) is kind for one in gc.get_objects())


def of_many_hosts(root: Path, web: SaidWeb, number: int) -> None:
    """As many entries in the feed, each with its page on a host of its own."""
    urls = [f"https://host{place}.example/{place}" for place in range(number)]
    web.say(
        "https://news.example/feed",
        feed(*(entry(place, link=url, day=1 + place % 28) for place, url in enumerate(urls))),
    )
    for place, url in enumerate(urls):
        web.say(url, page(place).replace("harbour", f"harbour {place}"))


MANY, FEW = 150, 48
_IN_HAND = 8


def test_pages_that_wait_for_their_turn_are_not_in_memory(root, web):
    of_many_hosts(root, web, MANY)
    first, others = threading.Event(), []
    get = web.get

    def first_is_last(url: str, *arguments, **more):
        if url == "https://host0.example/0":
            # All others are read before it, so that each of them waits.
            assert first.wait(LONG_S)
        return get(url, *arguments, **more)

    web.get = first_is_last
    before, counts, drafted = held(Text), [], []
    config, sources = load(root), pipeline.Sources(Folder(root, load(root).site), web)
    with Memory.of(root / "none") as memory:
        for event in pipeline.pull(
            config,
            library.load(root),
            engine.load("extract"),
            sources,
            InPlace(),
            memory,
            turns.over_threads(_IN_HAND),
            now=NOW,
        ):
            if isinstance(event, pipeline.Step):
                others.append(event)
                if len(others) == MANY:
                    # The feed, and all pages but one.
                    counts.append(held(Text) - before)
                    assert not drafted
                    first.set()
            elif isinstance(event, pipeline.Drafted):
                drafted.append(event.item.source.url)
                if len(drafted) % 20 == 0:
                    counts.append(held(Text) - before)

    assert len(others) == MANY + 1
    assert drafted == [f"https://host{place}.example/{place}" for place in range(MANY)]
    assert counts[0] <= _IN_HAND
    assert max(counts) <= FEW


def test_feeds_that_wait_for_their_turn_are_not_in_memory(root, web):
    slugs = [f"feed{number}" for number in range(MANY)]
    feeds = "".join(f"  - {{url: 'https://{slug}.example/feed', slug: {slug}}}\n" for slug in slugs)
    path = root / "config.yaml"
    path.write_text(path.read_text().replace("editorial:", feeds + "editorial:", 1))
    for number, slug in enumerate(slugs):
        web.say(f"https://{slug}.example/feed", feed(entry(number, link=f"https://{slug}.example/a")))
    first, steps = threading.Event(), []
    get = web.get

    def first_is_last(url: str, *arguments, **more):
        if url == "https://news.example/feed":
            assert first.wait(LONG_S)
        return get(url, *arguments, **more)

    web.get = first_is_last
    before, counts, read = held(Entry), [], []
    config, sources = load(root), pipeline.Sources(Folder(root, load(root).site), web)
    with Memory.of(root / "none") as memory:
        for event in pipeline.pull(
            config,
            library.load(root),
            engine.load("extract"),
            sources,
            InPlace(),
            memory,
            turns.over_threads(_IN_HAND),
            now=NOW,
            dry_run=True,
        ):
            if isinstance(event, pipeline.Step):
                steps.append(event)
                if len(steps) == MANY:
                    counts.append(held(Entry) - before)
                    assert not read
                    first.set()
            elif isinstance(event, pipeline.FeedRead):
                read.append(event.feed.slug)

    assert read == ["news", *slugs]
    assert counts[0] <= _IN_HAND
