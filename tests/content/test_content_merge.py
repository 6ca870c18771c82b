"""The law of a merge: what editors wrote is in the outcome, whatever the program proposes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.content import frontmatter
from builder.content.merge import Names, merge
from builder.errors import ContentError

PATH = "content/items/2026/a.md"
BASE = """\
---
id: 3f9a1c2b4d
title: A standard for feeds
status: draft
tags: [feeds]
tldr: Feeds get a standard.
by: extract/1
---
## TL;DR Summary of A standard for feeds

Feeds get a standard.

## The Brief's Overview: Feeds

### Key Points

One point.

### The Bottom Line

It matters.
"""


def merged(edited: str, proposed: str) -> str:
    outcome = merge(BASE, edited, proposed, PATH)
    assert not outcome.conflicts
    return outcome.text


def test_an_untouched_item_takes_the_proposal_as_it_is() -> None:
    proposed = BASE.replace("One point.", "Another point.").replace("extract/1", "extract/2")
    assert merged(BASE, proposed) == proposed


def test_an_edit_stays_as_it_is_when_nothing_new_is_proposed() -> None:
    edited = BASE.replace("One point.", "My  point")
    assert merged(edited, BASE) == edited


def test_changes_to_different_things_are_both_kept() -> None:
    edited = BASE.replace("title: A standard for feeds", "title: Feeds!").replace("One point.", "My point.")
    proposed = BASE.replace("It matters.", "It matters more.").replace("extract/1", "extract/2")
    text = merged(edited, proposed)
    assert "title: Feeds!\n" in text
    assert "by: extract/2\n" in text
    assert "My point." in text
    assert "It matters more." in text


def test_a_remark_and_an_unknown_key_of_the_editors_stay() -> None:
    edited = BASE.replace("status: draft\n", "# ask the author\nstatus: draft\nmood: 5\n")
    text = merged(edited, BASE.replace("extract/1", "extract/2"))
    assert "# ask the author\nstatus: draft\nmood: 5\n" in text
    assert "by: extract/2\n" in text


def test_both_changing_one_section_is_a_conflict_that_names_the_sides() -> None:
    edited, proposed = BASE.replace("One point.", "My point."), BASE.replace("One point.", "Its point.")
    outcome = merge(BASE, edited, proposed, PATH, Names("edited", "proposed by extract/2"))
    assert outcome.conflicts == ("the text below “Key Points”",)
    assert "<<<<<<< edited\nMy point.\n=======\nIts point.\n>>>>>>> proposed by extract/2\n" in outcome.text
    with pytest.raises(ContentError, match="unresolved merge conflict"):
        frontmatter.refuse_conflict(outcome.text, PATH)


def test_both_changing_one_key_is_a_conflict() -> None:
    edited, proposed = BASE.replace("tags: [feeds]", "tags: [mine]"), BASE.replace("[feeds]", "[its]")
    outcome = merge(BASE, edited, proposed, PATH)
    assert outcome.conflicts == ("`tags`",)
    assert "<<<<<<< edited\ntags: [mine]\n=======\ntags: [its]\n>>>>>>> proposed\n" in outcome.text


def test_a_section_the_editors_changed_is_not_removed_by_a_proposal_without_it() -> None:
    edited = BASE.replace("One point.", "My point.")
    proposed = BASE.replace("### Key Points\n\nOne point.\n\n", "")
    outcome = merge(BASE, edited, proposed, PATH)
    assert outcome.conflicts == ("the section “Key Points”",)
    assert "My point." in outcome.text


def test_a_new_section_comes_where_the_proposal_has_it() -> None:
    edited = BASE.replace("It matters.", "It truly matters.")
    proposed = BASE.replace("### The Bottom Line", "### Numbers\n\nSeven.\n\n### The Bottom Line")
    text = merged(edited, proposed)
    assert text.index("One point.") < text.index("### Numbers\n\nSeven.") < text.index("It truly matters.")


def test_a_new_heading_over_the_same_text_is_the_same_section() -> None:
    edited = BASE.replace("### Key Points", "### What It Says")
    text = merged(edited, BASE.replace("extract/1", "extract/2"))
    assert text.count("One point.") == 1
    assert "### What It Says\n\nOne point.\n" in text


def test_an_edit_under_a_heading_that_holds_the_title_survives_a_new_title() -> None:
    edited = BASE.replace("\nFeeds get a standard.\n", "\nMy own words.\n")
    proposed = BASE.replace("A standard for feeds", "A new standard for feeds")
    text = merged(edited, proposed)
    assert "## TL;DR Summary of A new standard for feeds\n\nMy own words.\n" in text


def test_a_file_in_conflict_is_not_merged_again() -> None:
    edited = BASE.replace("One point.", "<<<<<<< edited\nMine.\n=======\nIts.\n>>>>>>> proposed")
    with pytest.raises(ContentError, match="unresolved"):
        merge(BASE, edited, BASE.replace("extract/1", "extract/2"), PATH)


def test_line_ends_are_those_of_the_editors() -> None:
    edited = BASE.replace("One point.", "My point.").replace("\n", "\r\n")
    text = merged(edited, BASE.replace("extract/1", "extract/2"))
    assert "by: extract/2\r\n" in text
    assert "\n" not in text.replace("\r\n", "")


# -- the law, for any three versions

words = st.sampled_from(["", "One.", "Two.", "Three.", "- a point", "  indented", "```", "~~~ text", "a: b"])
headings = st.sampled_from(
    ["## Top", "## Other", "### Points", "### Points #", "### Impact", "#### Deep", "##"]
)
bodies = st.lists(headings | words, max_size=10).map(lambda lines: "".join(f"{line}\n" for line in lines))
keys = st.dictionaries(
    st.sampled_from(["title", "tldr", "tags", "by", "mood"]),
    st.sampled_from(["one", "two", "[a, b]", "|\n  long\n  text", "three  # remark"]),
)
remarks = st.sampled_from(["", "# a remark\n", "\n"])
heads = st.builds(
    lambda pairs, remark: "".join(f"{remark}{key}: {value}\n" for key, value in pairs.items()), keys, remarks
)
files = st.builds(lambda head, body: f"---\nid: 3f9a1c2b4d\n{head}---\n{body}", heads, bodies)


def lines(text: str) -> set[str]:
    return {line.rstrip() for line in text.splitlines() if line.strip()}


@given(files, files, files)
def test_each_line_the_editors_wrote_is_in_the_outcome(base: str, edited: str, proposed: str) -> None:
    outcome = merge(base, edited, proposed, PATH)
    assert lines(edited) - lines(base) <= lines(outcome.text)


@given(files, files, files)
def test_each_line_the_program_changed_is_in_the_outcome(base: str, edited: str, proposed: str) -> None:
    outcome = merge(base, edited, proposed, PATH)
    if outcome.conflicts:
        return
    remarks = {line for line in lines(proposed) if line.startswith("#") and not line.startswith("##")}
    assert lines(proposed) - lines(base) - remarks <= lines(outcome.text)


@given(files, files, files)
def test_a_merge_without_conflict_can_be_read_and_asks_for_nothing_more(
    base: str, edited: str, proposed: str
) -> None:
    outcome = merge(base, edited, proposed, PATH)
    if outcome.conflicts:
        assert "<<<<<<< edited" in outcome.text
        return
    frontmatter.refuse_conflict(outcome.text, PATH)
    parts = frontmatter.split(outcome.text, PATH)
    frontmatter.load(parts.head, PATH, 2)
    assert merge(base, outcome.text, outcome.text, PATH).text == outcome.text


@given(files, files)
def test_whoever_changed_something_alone_has_it_their_way(base: str, other: str) -> None:
    assert merge(base, base, other, PATH).text == other
    assert merge(base, other, base, PATH).text == other
    assert merge(base, other, other, PATH).text == other


@given(files, files, files)
def test_beside_the_file_each_line_survives_too_and_what_was_proposed_is_told(
    base: str, edited: str, proposed: str
) -> None:
    told = merge(base, edited, proposed, PATH, beside=True)

    assert lines(edited) - lines(base) <= lines(told.text)
    frontmatter.refuse_conflict(told.text, PATH)
    assert bool(told.rejected) == bool(told.conflicts)
    assert told.conflicts == merge(base, edited, proposed, PATH).conflicts
    remarks = {line for line in lines(proposed) if line.startswith("#") and not line.startswith("##")}
    assert lines(proposed) - lines(base) - remarks <= lines(told.text) | lines(told.rejected)


def test_a_file_beside_names_what_both_changed_and_the_sides() -> None:
    edited, proposed = (BASE.replace("One point.", f"{whose} point.") for whose in ("My", "Their"))
    told = merge(BASE, edited, proposed, PATH, beside=True)

    assert told.text == edited
    assert told.conflicts == ("the text below “Key Points”",)
    assert (
        "“Key Points”\n<<<<<<< edited\nMy point.\n=======\nTheir point.\n>>>>>>> proposed\n" in told.rejected
    )
