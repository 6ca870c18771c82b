"""What a page claims of a summary: only what its evidence says of the text as it stands."""

from datetime import UTC, datetime

import worlds

from builder.content import items
from builder.publish import proofs
from builder.render import markup
from builder.summary import evidence

TEXT = "It opened in May. Nobody came."


def views(text: str, drafted: str, source: str = ""):
    item = items.parse(worlds.item(1, text=text), worlds.item_file(1))
    proof = evidence.parse(worlds.evidence(drafted, source))
    return proofs.item_views(item, markup.to_html(item.body), proof, "https://example.org/1")


def proven(blocks):
    return [proof for block in blocks for proof in block.proofs]


def test_a_sentence_stands_beside_the_one_it_rests_on():
    blocks, made = views("It opened in May.", "It opened in May.")

    (proof,) = proven(blocks)
    assert proof.text == "It opened in May."
    assert proof.verbatim
    assert [(quote.number, quote.text) for quote in proof.quotes] == [(2, "It opened in May.")]
    assert (made.sentences, made.standing, made.verbatim, made.edited) == (1, 1, 1, False)


def test_blocks_together_are_the_whole_body():
    blocks, _ = views("It opened in May.", "It opened in May.")

    item = items.parse(worlds.item(1, text="It opened in May."), worlds.item_file(1))
    assert "".join(block.block_html for block in blocks) == markup.to_html(item.body)


def test_for_an_edited_sentence_no_source_is_claimed():
    blocks, made = views("It opened in June.", "It opened in May.")

    assert proven(blocks) == []
    assert (made.standing, made.edited) == (0, True)


def test_an_added_sentence_is_an_edit_and_leaves_the_other_its_source():
    blocks, made = views("It opened in May. We were there.", "It opened in May.")

    assert [proof.text for proof in proven(blocks)] == ["It opened in May."]
    assert made.edited


def test_other_words_than_the_original_are_not_called_its_own():
    blocks, made = views("In May it was opened.", "In May it was opened.", source="It opened in May.")

    assert [proof.verbatim for proof in proven(blocks)] == [False]
    assert made.verbatim == 0


def test_without_evidence_nothing_is_claimed():
    item = items.parse(worlds.item(1), worlds.item_file(1))

    blocks, made = proofs.item_views(item, "<p>One.</p><p>Two.</p>", None, "")

    assert [block.block_html for block in blocks] == ["<p>One.</p><p>Two.</p>"]
    assert (made.writer, made.sentences, made.edited, made.read) == ("extraction", 0, False, None)
    assert proofs.minutes(None) == 0


def test_a_link_finds_the_sentence_by_its_ends():
    long = "One two three four five six seven eight nine ten-eleven twelve."

    assert proofs.at_sentence("https://a.example/", "Short, this.") == (
        "https://a.example/#:~:text=Short%2C%20this."
    )
    assert proofs.at_sentence("https://a.example/#top", long) == (
        "https://a.example/#top:~:text=One%20two%20three%20four%20five,seven%20eight%20nine%20ten%2Deleven%20twelve."
    )
    assert proofs.at_sentence("", long) == ""


def test_the_original_takes_at_least_a_minute():
    told = evidence.parse(worlds.evidence("It opened in May."))

    assert proofs.minutes(told) == 1
    assert told.fetched == datetime(2026, 11, 20, tzinfo=UTC)
