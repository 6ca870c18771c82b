import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import ALL, FRENCH, GERMAN, GUIDE, HARBOUR, SPANISH, article

from builder import digest
from builder.model import Article, Block, BlockKind, Completeness, Profile, Summary, Unit
from builder.summary import headings, language, leads, sentences
from builder.summary.extract import Extract
from builder.summary.reading import Reading

ROOT = Path(__file__).resolve().parents[2]
SOURCE = [block for made in ALL for block in made.blocks]
BLOCKS = st.lists(
    st.one_of(
        st.sampled_from(SOURCE),
        st.builds(Block, st.sampled_from(BlockKind), st.text(min_size=1, max_size=80).map(" ".join)),
    ),
    max_size=25,
)


def summarise(made: Article, **profile: object) -> Summary:
    return Extract().summarise(made, Profile(**profile))  # type: ignore[arg-type]


def units(summary: Summary) -> list[Unit]:
    return [*summary.tldr, *(unit for passage in summary.passages for unit in passage.units)]


def assert_lawful(made: Article, summary: Summary, profile: Profile) -> None:
    split = sentences.split(made)
    shown = units(summary)
    for unit in shown:
        assert [split[source].text for source in unit.sources] == [unit.text]
        assert not unit.lead or unit.text.startswith(unit.lead)
    assert len({unit.sources for unit in shown}) == len(shown)
    assert len(summary.passages) <= profile.passages_max
    assert len(summary.tldr) <= max(1, profile.tldr_sentences)
    assert all(passage.heading and passage.units for passage in summary.passages)
    assert not headings.same(summary.headline, made.title) or not summary.headline
    assert summary.language in language.KNOWN


@pytest.mark.parametrize("made", ALL, ids=lambda made: made.title)
def test_every_unit_is_a_sentence_of_the_article_word_for_word(made: Article) -> None:
    assert_lawful(made, summarise(made), Profile())


@settings(deadline=None, max_examples=150)
@given(BLOCKS, st.sampled_from(["", "en", "de", "ja"]), st.sampled_from(Completeness))
def test_any_text_gets_a_lawful_summary(blocks: list[Block], code: str, completeness: Completeness) -> None:
    made = Article(url="", title="Any text", blocks=tuple(blocks), completeness=completeness, language=code)
    assert_lawful(made, summarise(made), Profile())


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(ALL),
    st.integers(1, 3),
    st.integers(3, 6),
    st.integers(1, 3),
    st.integers(1, 5),
    st.booleans(),
)
def test_profile_is_kept(made: Article, least: int, most: int, tldr: int, each: int, impact: bool) -> None:
    profile = Profile(
        passages_min=least, passages_max=most, tldr_sentences=tldr, passage_sentences=each, impact=impact
    )
    summary = Extract().summarise(made, profile)
    assert_lawful(made, summary, profile)
    assert all(len(passage.units) <= each + 1 for passage in summary.passages[:-1])


@pytest.mark.parametrize("made", [HARBOUR, GERMAN, FRENCH, SPANISH], ids=["en", "de", "fr", "es"])
def test_full_article_gets_three_to_five_passages_and_a_closing_one(made: Article) -> None:
    summary = summarise(made)
    assert 3 <= len(summary.passages) <= 5
    assert summary.passages[-1].heading == language.labels(summary.language)["impact"]
    assert len({passage.heading for passage in summary.passages}) == len(summary.passages)
    assert summary.language == made.language


def test_tldr_opens_with_the_point() -> None:
    assert summarise(HARBOUR).tldr[0].text.startswith("The harbour authority of Northport approved")


def test_own_subheadings_win_where_they_structure_the_text() -> None:
    summary = summarise(GUIDE)
    assert [passage.heading for passage in summary.passages] == [
        "Ask with Validators",
        "Handle Errors",
        "Conclusion",
    ]
    assert summary.passages[1].bulleted
    assert "Ten tricks" not in " ".join(unit.text for unit in units(summary))


def test_sentences_stay_beneath_their_own_subheading() -> None:
    summary = summarise(GUIDE)
    split = sentences.split(GUIDE)
    for passage in summary.passages:
        for unit in passage.units:
            block = split[unit.sources[0]].block
            above = [one.text for one in GUIDE.blocks[:block] if one.kind is BlockKind.HEADING]
            assert headings.shown(headings.cleaned(above[-1]), language.load("en")) == passage.heading


def test_closing_passage_speaks_of_what_follows() -> None:
    assert any("will" in unit.text.split() for unit in summarise(HARBOUR).passages[-1].units)
    assert summarise(HARBOUR, impact=False).passages[-1].heading != "Impact and What Comes Next"


def test_short_article_gets_an_honest_shorter_form() -> None:
    short = article(
        "The ferry to Northport was cancelled on Monday because of a storm. Buses run instead of it."
    )
    summary = summarise(short)
    assert len(summary.tldr) == 1
    assert summary.passages == ()
    assert summary.headline == ""


def test_teaser_gets_fewer_passages() -> None:
    teaser = replace(HARBOUR, blocks=HARBOUR.blocks[:3], completeness=Completeness.TEASER)
    assert len(summarise(teaser).passages) <= 2


def test_language_without_data_gets_its_first_sentences_and_its_own_subheadings() -> None:
    part = (
        "Rada miasta przyjęła w poniedziałek plan budowy nowych szkół. "
        "Plan budowy szkół kosztuje czterdzieści milionów złotych rocznie."
    )
    plain = article("\n\n".join([part, part.replace("szkół", "dróg"), part.replace("szkół", "mostów")] * 2))
    assert summarise(plain).tldr[0].sources == (0,)
    assert summarise(plain).passages == ()
    names = ["szkół", "dróg", "mostów", "parków", "basenów", "domów"]
    headed = article("\n\n".join(f"# Budowa {name}\n\n{part.replace('szkół', name)}" for name in names))
    made = summarise(headed)
    *own, last = [passage.heading for passage in made.passages]
    assert len(own) >= 2
    assert set(own) <= {f"Budowa {name}" for name in names}
    assert last == "In Closing"
    assert made.language == "en"


def test_script_without_spaces_is_read() -> None:
    japanese = article(
        "市議会は月曜日に新しい港の計画を承認しました。費用は四千八百万ユーロです。" * 3, language="ja"
    )
    summary = summarise(japanese)
    assert summary.tldr[0].text == "市議会は月曜日に新しい港の計画を承認しました。"


def test_book_is_weighed_at_both_ends_only() -> None:
    pages = [
        f"Page {number} of the long report describes the harbour, its berths and its ferries in detail."
        for number in range(3000)
    ]
    book = article("\n\n".join(pages), "A long report", "en")
    weighed = [index for index, line in enumerate(Reading(book).lines) if line.words]
    assert len(weighed) == 1000
    assert_lawful(book, summarise(book), Profile())


def test_nothing_makes_nothing() -> None:
    empty = article("# Only a heading")
    assert summarise(empty) == Summary(tldr=(), headline="", passages=(), language="en", by="extract/2")


def test_labels_are_in_the_language_the_profile_asks_for() -> None:
    summary = summarise(HARBOUR, language="de")
    assert summary.language == "de"
    assert summary.passages[-1].heading == "Auswirkungen und Ausblick"
    assert summarise(HARBOUR, language="fi").language == "en"


def test_personal_text_says_whose_words_they_are() -> None:
    diary = article(
        " ".join(
            f"I walked to the {place} and I found that my old map of the {place} was wrong again."
            for place in (
                "harbour",
                "mill",
                "tower",
                "bridge",
                "market",
                "station",
                "quarry",
                "chapel",
                "orchard",
            )
        )
        * 2,
        "A week on foot",
        "en",
    )
    assert "In the Author's Words" in [passage.heading for passage in summarise(diary).passages]


def test_summary_is_the_same_in_every_process_with_any_hash_seed_locale_and_zone() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from made_up import ALL; from builder import digest; from builder.model import Profile\n"
        "from builder.summary.extract import Extract\n"
        "print(digest.of_value(tuple(Extract().summarise(made, Profile()) for made in ALL)))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed, locale, zone in (
            ("0", "C", "UTC"),
            ("7", "C.UTF-8", "Asia/Tokyo"),
            ("1234", "tr_TR.UTF-8", "America/Lima"),
        )
    }
    assert found == {digest.of_value(tuple(summarise(made) for made in ALL))}


def test_real_articles_get_lawful_summaries(shared: Callable[..., Path]) -> None:
    with gzip.open(
        shared("data", "summaries", "cluster_basil_dev.jsonl.gz"), "rt", encoding="utf-8"
    ) as lines:
        for line in lines:
            row = json.loads(line)
            made = article("\n\n".join(row["paragraphs"]), row["title"], "en")
            summary = summarise(made)
            assert_lawful(made, summary, Profile())
            reading = Reading(made)
            for unit in units(summary):
                spoken = {word.lower().rstrip(",.'’") for word in unit.lead.split()} & reading.people
                assert not spoken or leads.lead(unit.sources[0], reading) == unit.lead


def test_real_pages_get_lawful_summaries(shared: Callable[..., Path]) -> None:
    from builder.ingest.articles import extract

    folder = shared("data", "miniweb")
    pages = json.loads((folder / "manifest.json").read_text("utf-8"))["pages"]
    full = 0
    for page in pages:
        made = extract(
            gzip.decompress((folder / page["file"]).read_bytes()),
            page["content_type"],
            "https://example.org/",
        )
        summary = summarise(made)
        assert summary.tldr
        assert_lawful(made, summary, Profile())
        full += len(summary.passages) >= 3
    assert full >= 0.45 * len(pages)
