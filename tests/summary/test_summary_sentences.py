import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import ALL, article

from builder.model import Article, Block, BlockKind
from builder.summary import language, sentences

PIECES = st.sampled_from(
    [
        "He left. ",
        "Dr. Ada ",
        "“No. Never.” ",
        "3.5 ",
        "U.S. ",
        "wait… ",
        "a.b ",
        "? ",
        "!",
        "。",
        "(x. Y) ",
        "\t",
        "é",
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=12).map("".join).map(str.strip).filter(bool)


def texts(text: str, code: str) -> list[str]:
    spans = sentences.spans(text, language.load(code))
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("code", "text", "count"),
    [
        ("en", "Mr. Brown met Dr. J. K. Smith at 5 p.m. on Monday. They spoke.", 2),
        ("en", "The U.S. economy grew by 3.5 percent. The U.K. did not.", 2),
        ("en", "It opened in the U.S. The plant is large.", 2),
        ("en", "Vitamin C. It helps. Plan B. The end.", 4),
        ("en", "See example.org/a.b for more. Version 2.0.1 is out.", 2),
        ("en", "“Stop!” she said. “Why now?” Smith asked. Nobody knew.", 3),
        ("en", "“I left. I was tired,” she said. Then it rained.", 2),
        ("en", "He waited… then he left. And so on... The end.", 3),
        ("en", "(This was known. Nobody cared.) It changed.", 2),
        ("en", "1. Open the box. Close it.", 2),
        ("en", "Prices rose by 2% (from 3.1 to 3.2). Yahoo! is a name. What? Yes.", 4),
        ("de", "Am 3. Oktober 1990 war es so weit. Das 19. Jahrhundert endete früher.", 2),
        ("de", "Es gibt z. B. Äpfel, bzw. Birnen usw. Das reicht.", 2),
        ("de", "Friedrich II. von Preußen lebte dort. Der Park ist alt.", 2),
        ("fr", "M. Dupont et Mme Durand sont venus. Ils ont parlé.", 2),
        ("fr", "« C’est fini ! » dit-elle. Il pleut.", 2),
        ("es", "El Sr. Gil llegó tarde. ¿Por qué? Nadie lo sabe.", 3),
        ("", "今日は晴れです。明日は雨でしょう。", 2),
        ("", "هذا نص. وهذا آخر؟ نعم.", 3),
    ],
)
def test_sentence_ends_where_a_reader_ends_it(code: str, text: str, count: int) -> None:
    assert len(texts(text, code)) == count


@given(st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from(["en", "de", "fr", "es", ""]))
def test_span_is_the_sentence_to_the_character(parts: list[str], code: str) -> None:
    made = Article(
        url="",
        title="",
        blocks=tuple(Block(BlockKind.PARAGRAPH, part) for part in parts),
        completeness=ALL[0].completeness,
        language=code,
    )
    found = sentences.split(made)
    assert all(made.text[one.start : one.end] == one.text and one.text.strip() == one.text for one in found)
    assert [one.start for one in found] == sorted(one.start for one in found)
    kept = "".join("".join(one.text for one in found).split())
    assert kept == "".join(made.text.split())


def test_subheadings_and_code_are_no_sentences_and_points_are() -> None:
    made = article(
        "Text is here.\n\n# A heading.\n\n- a point without an end\n\n- Another. With two.", language="en"
    )
    made = Article(
        url="",
        title="",
        blocks=(*made.blocks, Block(BlockKind.LISTING, "x = 1. Y = 2.")),
        completeness=made.completeness,
        language="en",
    )
    assert [one.text for one in sentences.split(made)] == [
        "Text is here.",
        "a point without an end",
        "Another.",
        "With two.",
    ]


def test_made_up_articles_lose_no_word() -> None:
    for made in ALL:
        words = sum(len(block.text.split()) for block in made.blocks if block.kind is not BlockKind.HEADING)
        assert sum(len(one.text.split()) for one in sentences.split(made)) == words


def test_real_articles_have_exact_spans(shared: Callable[..., Path]) -> None:
    with gzip.open(shared("data", "summaries", "pairs_dev.jsonl.gz"), "rt", encoding="utf-8") as lines:
        for line in lines:
            made = article("\n\n".join(json.loads(line)["paragraphs"]), language="en")
            assert all(made.text[one.start : one.end] == one.text for one in sentences.split(made))
