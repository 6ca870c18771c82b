from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builder import digest
from builder.ingest.novelty import Known, Reason, Selected, Skipped, select_new
from builder.ingest.plain import plain
from builder.model import Entry, Feed, Item, Library, Source, Status

NOW = datetime(2026, 11, 20, tzinfo=UTC)
NOTHING = Known()
FEED = Feed(slug="example", url="https://example.org/feed", name="Example")


def entry(number: int, **more: object) -> Entry:
    told = Entry(
        feed="example",
        id=f"n{number}",
        url=f"https://example.org/{number}",
        title=f"News {number}",
        html="<p>Words.</p>",
        published=NOW - timedelta(days=number),
    )
    read = replace(told, **more)  # type: ignore[arg-type]
    return replace(read, text=plain(read.html))


def item(of: Entry, status: Status = Status.DRAFT) -> Item:
    return Item(
        id=digest.item_id(of.feed, of.id),
        path="content/items/x.md",
        title=of.title,
        status=status,
        date=NOW,
        source=Source(feed=of.feed, name="Example", url=of.url),
        tldr="",
        body="",
    )


def reasons(feed: Feed, *entries: Entry, known: Known = NOTHING) -> list[Reason | None]:
    verdicts = select_new(feed, entries, known, NOW)
    assert [verdict.entry for verdict in verdicts] == list(entries)
    return [verdict.reason if isinstance(verdict, Skipped) else None for verdict in verdicts]


def test_everything_is_new_to_an_empty_library() -> None:
    assert reasons(FEED, entry(1), entry(2)) == [None, None]


@pytest.mark.parametrize("status", list(Status))
def test_known_entry_is_not_drafted_again_whatever_became_of_it(status: Status) -> None:
    known = Known.of(Library(items=(item(entry(1), status),)))
    assert reasons(FEED, entry(1, url="", title="Changed"), entry(2), known=known) == [Reason.KNOWN, None]


def test_entry_of_a_broken_file_is_known_by_its_id() -> None:
    known = Known.of(Library(), [digest.item_id("example", "n1")])
    assert reasons(FEED, entry(1), known=known) == [Reason.KNOWN]


def test_page_of_another_feeds_item_is_not_drafted_again() -> None:
    known = Known.of(Library(items=(item(entry(1, feed="other")),)))
    again = entry(1, url="http://www.example.org/1/?utm_source=feed")
    assert reasons(FEED, again, known=known) == [Reason.KNOWN_PAGE]


def test_part_of_a_known_page_may_be_news() -> None:
    known = Known.of(Library(items=(item(entry(1, url="https://example.org/changes#v1")),)))
    assert reasons(FEED, entry(2, url="https://example.org/changes#v2"), known=known) == [None]


def test_same_title_on_the_front_page_is_told_apart_by_id() -> None:
    updates = [entry(number, url="https://example.org/", title="Update") for number in (1, 2)]
    assert reasons(FEED, *updates) == [None, None]


def test_entry_chosen_from_one_feed_is_not_chosen_from_the_next() -> None:
    known = Known().with_entries([entry(1, feed="other")])
    assert reasons(FEED, entry(1), entry(2), known=known) == [Reason.REPEATED, None]


def test_same_page_and_title_under_another_id_is_a_repetition() -> None:
    again = entry(1, id="again", url="https://example.org/1?utm_medium=rss#comments", title="NEWS 1")
    assert reasons(FEED, entry(1), again) == [None, Reason.REPEATED]


def test_entries_of_one_log_of_changes_are_all_new() -> None:
    page = "https://example.org/changes"
    log = [entry(n, url=f"{page}#v{n}") for n in range(3)]
    assert reasons(FEED, *log) == [None, None, None]
    known = Known.of(Library(items=(item(log[2]),)))
    assert reasons(FEED, *log, known=known) == [None, None, Reason.KNOWN]


def test_front_page_stands_for_no_article() -> None:
    notes = [entry(n, url="https://example.org/", title="", html=f"<p>Note {n}</p>") for n in range(2)]
    known = Known.of(Library(items=(item(entry(9, url="https://example.org")),)))
    assert reasons(FEED, *notes, known=known) == [None, None]


def test_entry_that_says_nothing_is_not_drafted() -> None:
    assert reasons(FEED, entry(1, url="", title="", html="<img src='x.png'>")) == [Reason.EMPTY]
    assert reasons(FEED, entry(1, title="", html="")) == [None]


def test_age_counts_from_publication_and_undated_entries_are_new() -> None:
    feed = replace(FEED, max_age_days=30)
    old = entry(31, updated=NOW)
    assert reasons(feed, entry(30), old, entry(99, published=None)) == [None, Reason.TOO_OLD, None]
    assert reasons(FEED, old) == [None]


@pytest.mark.parametrize(
    ("word", "hit"),
    [
        ("news", True),
        ("NEWS", True),
        ("new", False),
        ("two  words", True),
        ("c++", True),
        ("école", True),
        ("p", False),
        ("script", False),
    ],
)
def test_words_are_whole_and_their_case_does_not_matter(word: str, hit: bool) -> None:
    one = entry(1, html="<p>Two\nwords on C++, <b>École</b></p><script>x</script>")
    assert reasons(replace(FEED, exclude=(word,)), one) == [Reason.EXCLUDED if hit else None]
    assert reasons(replace(FEED, include=(word, "nothing")), one) == [None if hit else Reason.NOT_INCLUDED]


def test_newest_are_taken_and_the_next_pull_reaches_no_further_back() -> None:
    feed = replace(FEED, max_items=2)
    entries = [entry(3), entry(1), entry(4), entry(2)]
    first = select_new(feed, entries, Known(), NOW)
    chosen = [verdict.entry for verdict in first if isinstance(verdict, Selected)]
    assert chosen == [entry(1), entry(2)]
    known = Known.of(Library(items=tuple(item(one) for one in chosen)))
    assert reasons(feed, *entries, known=known) == [
        Reason.OVER_MAX,
        Reason.KNOWN,
        Reason.OVER_MAX,
        Reason.KNOWN,
    ]


def test_undated_entries_count_as_newest() -> None:
    feed = replace(FEED, max_items=1)
    assert reasons(feed, entry(1), entry(2, published=None)) == [Reason.OVER_MAX, None]
