"""The laws of reading apart: a document may break its reader, and nothing else."""

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from patience import LONG_S, until

from builder.errors import FeedError, LimitError, SourceError
from builder.ingest.reading import Apart, Document, InPlace
from builder.model import Entry
from builder.quarantine import Limits, Quarantine

WORK = "sample_work"


@pytest.fixture
def quarantine():
    with Quarantine(WORK, 2, Limits(cpu_s=1, wall_s=LONG_S, memory_mib=400, answer_mib=2)) as one:
        yield one


def test_question_is_answered_by_another_process_that_stays(quarantine):
    first, second = quarantine.ask("pid"), quarantine.ask("pid")

    assert first == second != str(os.getpid()).encode()


def test_a_process_stays_however_large_the_one_that_asks_is(quarantine):
    held = bytearray(b"x" * (300 << 20))

    first, second = quarantine.ask("pid"), quarantine.ask("pid")

    assert held and first == second


def test_bytes_come_back_as_they_went(quarantine):
    data = bytes(range(256)) * 4096

    assert quarantine.ask("echo", data, b"", data[:5]) == data + data[:5]


def test_refusal_keeps_its_kind_its_words_and_its_process(quarantine):
    before = quarantine.ask("pid")

    with pytest.raises(FeedError, match="not a féed") as raised:
        quarantine.ask("refuse", "not a féed".encode())

    assert raised.value.hint == "a hint"
    assert quarantine.ask("pid") == before


@pytest.mark.parametrize(
    ("task", "why"),
    [
        (["spin"], "1 s of computing"),
        (["eat"], "400 MiB of memory"),
        (["flood", b"3"], "larger than 2 MiB"),
        (["die"], "."),
        (["break_off"], "ZeroDivisionError"),
    ],
)
def test_document_that_overruns_is_reported_and_the_next_is_read(quarantine, task, why):
    with pytest.raises(SourceError, match=why):
        quarantine.ask(*task)

    assert quarantine.ask("echo", b"next") == b"next"


def test_document_that_waits_is_given_up():
    with (
        Quarantine(WORK, 1, Limits(wall_s=1.0)) as quarantine,
        pytest.raises(LimitError, match="more than 1 s"),
    ):
        quarantine.ask("sleep")

    assert not quarantine._all


def test_process_that_read_something_large_is_replaced(quarantine):
    before = quarantine.ask("pid")
    quarantine.ask("grow")

    assert quarantine.ask("pid") != before


@pytest.mark.parametrize("task", ["dial", "run"])
def test_reader_has_neither_network_nor_programs(quarantine, task):
    with pytest.raises(SourceError, match="PermissionError"):
        quarantine.ask(task)


def test_reader_writes_no_file(quarantine, tmp_path):
    with pytest.raises(SourceError, match="PermissionError"):
        quarantine.ask("write", str(tmp_path / "x").encode())

    assert not list(tmp_path.iterdir())


def test_reader_knows_no_environment(quarantine, monkeypatch):
    monkeypatch.setenv("BRIEFPRESS_SECRET", "x")

    assert quarantine.ask("environment") == b""


def test_no_process_is_started_before_a_question():
    with Quarantine(WORK, 2) as quarantine:
        assert not quarantine._all


def test_as_many_questions_are_answered_at_once_as_there_may_be_processes(quarantine):
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: quarantine.ask("echo", b"%d" % n), range(40)))

    assert answers == [b"%d" % n for n in range(40)]
    assert len(quarantine._all) <= 2


def test_closing_ends_a_question_under_way():
    quarantine = Quarantine(WORK, 1)
    raised: list[BaseException] = []

    def ask() -> None:
        try:
            quarantine.ask("sleep")
        except LimitError as error:
            raised.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: quarantine._all)
    quarantine.close()
    asking.join(LONG_S)

    assert raised
    with pytest.raises(LimitError, match="stopped"):
        quarantine.ask("echo")


ENTRY = Entry(feed="news", id="1", url="https://news.example/1", title="A pier", html="<p>One. Two.</p>")


def test_reading_apart_gives_what_reading_in_place_gives():
    body = b"""<rss version="2.0"><channel><title>N</title>
        <item><guid>1</guid><title>A \xc3\xa9 &amp; b</title><link>https://news.example/1</link>
        <pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate><category>x</category>
        <description>&lt;p&gt;One.&lt;/p&gt;</description></item></channel></rss>"""
    document = Document(url="https://news.example/feed", body=body, content_type="text/xml")
    page = Document(url=ENTRY.url, body=b"<html><p>" + b"A word. " * 200, content_type="text/html")
    with Quarantine("builder.ingest.reading", 1) as quarantine:
        apart, here = Apart(quarantine), InPlace()

        assert apart.feed(document, "news") == here.feed(document, "news")
        assert apart.text(ENTRY, page) == here.text(ENTRY, page)
        assert apart.text(ENTRY, None) == here.text(ENTRY, None)


def test_broken_characters_of_a_feed_cost_none_of_its_entries():
    body = json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_html": "a\ud800b"}]}
    ).encode()
    document = Document(url="https://news.example/feed", body=body, content_type="")
    with Quarantine("builder.ingest.reading", 1) as quarantine:
        (entry,) = Apart(quarantine).feed(document, "news").entries

    assert entry.html == "a?b"


MIB = 2**20


def test_every_bomb_is_held_and_the_feed_beside_it_is_whole(shared, monkeypatch):
    recipes = shared("data", "hostile", "bombs.jsonl").read_text().splitlines()
    monkeypatch.syspath_prepend(str(shared("tools")))
    import hostile_gen

    good = Document(
        url="https://n.example/f", body=b"<rss><channel><item><title>Good</title></item>", content_type=""
    )
    # The law holds for any limit; a low one keeps the test short.
    with Quarantine("builder.ingest.reading", 1, Limits(cpu_s=3)) as quarantine:
        apart = Apart(quarantine)
        for recipe in map(json.loads, recipes):
            told = json.loads(recipe["payload"])
            # Packed ones are for the client, and one is a configuration.
            if hostile_gen.encoding(told) or told["gen"] == "manyfeeds":
                continue
            body = bytearray()
            for piece in hostile_gen.make(told):
                body += piece
                if len(body) > 16 * MIB:
                    break
            document = Document(url="https://n.example/x", body=bytes(body), content_type="")
            try:
                apart.feed(document, "n")
                apart.text(ENTRY, document)
            except SourceError as error:
                assert error.faults[0].message
            assert [entry.title for entry in apart.feed(good, "n").entries] == ["Good"]


class Lying:
    """A room whose process was taken over."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer

    def ask(self, task: str, *parts: bytes) -> bytes:
        return self.answer


@pytest.mark.parametrize("answer", [b"", b"nothing", b"[]", b"{}", b'{"title": 1}', b"\xff", b'["a", "b"]'])
def test_answer_without_the_shape_it_must_have_is_refused(answer):
    apart = Apart(Lying(answer))
    document = Document(url="https://news.example/feed", body=b"", content_type="")

    for ask in (lambda: apart.feed(document, "n"), lambda: apart.text(ENTRY, None)):
        with pytest.raises(SourceError, match="shape"):
            ask()
    with pytest.raises(SourceError, match="shape"):
        apart.robots(b"", "briefpress", "https://news.example/")
