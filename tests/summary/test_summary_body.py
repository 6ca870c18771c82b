import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import ALL

from builder.model import Article, Passage, Profile, Summary, Unit
from builder.summary import body, outline
from builder.summary.body import Kind
from builder.summary.extract import Extract
from builder.text import fold


def texts(markdown: str) -> list[str]:
    return [part.text for part in body.parts(markdown)]


@pytest.mark.parametrize("made", ALL, ids=lambda made: made.title)
def test_body_of_a_summary_reads_back_as_its_text(made: Article) -> None:
    summary = Extract().summarise(made, Profile())
    read = [part for part in body.parts(outline.markdown(summary, made.title, "Brief")) if not part.level]
    assert read[0].text == " ".join(unit.text for unit in summary.tldr)
    points = [unit for passage in summary.passages if passage.bulleted for unit in passage.units]
    assert [part.text for part in read if part.kind is Kind.POINT] == [unit.text for unit in points]


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf")), min_size=1, max_size=60)
)
def test_any_sentence_is_read_back_as_it_was_told(words: str) -> None:
    made = Summary(
        tldr=(Unit(text="First."),),
        headline="H",
        passages=(Passage(heading="P", units=(Unit(text="a"), Unit(text=words))),),
        language="en",
        by="x/1",
    )
    read = body.parts(outline.markdown(made, "T", "Brief"))
    told = outline.markdown(made, "T", "Brief")
    assert read[-1].text == fold(f"a {words}"), told


def test_every_letter_knows_where_it_stands() -> None:
    text = "## A\n\nOne *two* &amp; [three](https://example.org/x).\n\n- **Lead:** four\n  five\n"
    for part in body.parts(text):
        assert len(part.text) == len(part.offsets)
        assert list(part.offsets) == sorted(part.offsets)
        for letter, offset in zip(part.text, part.offsets, strict=True):
            assert text[offset] in (letter, "\n", "&")


def test_marks_are_gone_and_links_kept_apart() -> None:
    (part,) = body.parts(
        'A **b** _c_ snake_case `d*` [e](https://a.example "t") <https://b.example/> <a href="https://c.example">f</a>'
    )
    assert part.text == "A b c snake_case d* e https://b.example/ f"
    assert [link.url for link in part.links] == [
        "https://a.example",
        "https://b.example/",
        "https://c.example",
    ]


def test_parts_are_told_apart() -> None:
    text = (
        "# Top\nintro\nmore\n\n* one\n* two\n  goes on\n\n> quoted\n\n---\n\n1. first\n```\ncode\n```\nlast\n"
    )
    assert [(part.kind.value, part.text) for part in body.parts(text)] == [
        ("heading", "Top"),
        ("paragraph", "intro more"),
        ("point", "one"),
        ("point", "two goes on"),
        ("paragraph", "quoted"),
        ("point", "first"),
        ("paragraph", "last"),
    ]


def test_what_no_reader_sees_is_no_text() -> None:
    assert texts("A <!-- 12 lies\n\nmore --> b.\n\n[x]: https://a.example\n\n![alt](p.png)\n") == ["A", "b."]
    assert [link.url for link in body.definitions("[x]: <https://a.example>\n")] == ["https://a.example"]


def test_lead_in_is_the_bold_start() -> None:
    (part,) = body.parts("- **Price:** It costs **much**.")
    assert part.text[: part.bold] == "Price:"
    (part,) = body.parts("- It costs **much**.")
    assert part.bold == 0


def test_place_is_told_as_editors_count() -> None:
    assert body.place("ab\ncd\n", 4, 10) == body.Place(11, 2)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for part in body.parts(text):
        assert len(part.text) == len(part.offsets)
