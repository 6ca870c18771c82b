"""Who wrote an item, told from its file and its evidence."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from made_up import ALL, HARBOUR

from builder.model import Item, Profile, Provenance, Source, Status
from builder.summary import evidence, outline, provenance
from builder.summary.extract import Extract
from builder.summary.provenance import Writer

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MODEL = Provenance(engine="llm/1", model="qwen3:8b", prompt="0" * 16, source="1" * 16, tokens=900)


def drafted(article=HARBOUR, told=None) -> tuple[Item, evidence.Evidence]:
    summary = replace(Extract().summarise(article, Profile()), provenance=told)
    body = outline.markdown(summary, article.title, "The Brief")
    item = Item(
        id="0123456789",
        path="content/items/2026/a.md",
        title=article.title,
        status=Status.DRAFT,
        date=NOW,
        source=Source(feed="f", name="F", url=article.url),
        tldr=summary.tldr[0].text,
        body=body,
        by=summary.by,
        provenance=told,
    )
    return item, evidence.parse(evidence.dump(article, summary, NOW, body))


@pytest.mark.parametrize("article", ALL, ids=lambda article: article.title)
def test_fresh_draft_is_untouched_and_has_moved_nowhere(article):
    item, proof = drafted(article)

    assert provenance.untouched(item, proof)
    assert provenance.moved(item, replace(proof, body="")) == 0
    assert str(provenance.label(item, proof)) == "written by extraction"


def test_draft_of_a_model_names_it_and_an_edit_is_told():
    item, proof = drafted(told=MODEL)
    edited = replace(item, body=item.body.replace("Ferry operators", "The ferry operators"))

    assert str(provenance.label(item, proof)) == "drafted by qwen3:8b"
    assert str(provenance.label(edited, proof)) == "drafted by qwen3:8b, edited by hand"
    assert 0 < provenance.moved(edited, proof) < 0.5


@pytest.mark.parametrize(
    "change",
    [
        lambda item: replace(item, tldr="Another line."),
        lambda item: replace(item, body=item.body + "\nOne more.\n"),
        lambda item: replace(item, body=item.body.replace("### ", "### The ", 1)),
        lambda item: replace(item, body=item.body.replace(".", "!", 1)),
    ],
    ids=["line", "added", "heading", "mark"],
)
def test_any_edit_makes_a_draft_touched(change):
    item, proof = drafted()

    assert not provenance.untouched(change(item), proof)
    assert provenance.label(change(item), proof).edited


def test_text_that_was_written_anew_is_its_editors_own():
    item, proof = drafted(told=MODEL)
    anew = replace(item, body="## Mine\n\nI went to the harbour and saw for myself. It smelled of paint.\n")

    told = provenance.label(anew, proof)

    assert told.writer is Writer.HAND
    assert told.moved == 1
    assert str(told) == "written by hand, from a draft by qwen3:8b"


def test_what_was_only_taken_out_has_moved_too():
    item, proof = drafted()
    cut = replace(item, body=item.body[: item.body.rindex("### ")])

    assert 0 < provenance.moved(cut, proof) < 0.75


def test_without_evidence_nothing_is_said_of_edits():
    item, proof = drafted()

    assert not provenance.label(replace(item, body="Anything.\n"), None).edited
    assert not provenance.untouched(item, replace(proof, body=""))
    assert not provenance.label(item, replace(proof, body="")).edited


def test_own_item_is_written_by_hand():
    item, _ = drafted()

    assert str(provenance.label(replace(item, by=""), None)) == "written by hand"


def test_plug_in_is_named_by_its_engine():
    item, proof = drafted()

    assert str(provenance.label(replace(item, by="haiku/3"), proof)) == "drafted by haiku"
