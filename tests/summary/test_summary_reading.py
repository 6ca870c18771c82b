import pytest
from made_up import HARBOUR, article

from builder.summary.reading import Reading

FILLER = "The city council of Northport approved the new harbour plan in March after a long debate. "


def line(text: str, before: str = FILLER):  # type: ignore[no-untyped-def]
    reading = Reading(article(f"{before}\n\n{text}", language="en"))
    return next(one for one in reading.lines if one.text == text)


@pytest.mark.parametrize(
    "text",
    [
        "Subscribe to our newsletter for more stories about the harbour.",
        "Photo: The ferry terminal in the evening light of last autumn.",
        "Read more about the harbour plan in our weekly supplement today.",
        "What will the ferry operators do when the new sockets arrive?",
        "The commands are as follows, and all of them are needed here:",
        "Run cp -r /usr/share/harbour /tmp/x && harbour_start(1) to begin the work.",
        "It is all explained at https://example.org/harbour for those who care to look.",
        "“This is a sentence that somebody unnamed has said about the harbour.”",
        "Short one here.",
        "the sentence begins in the middle of another one and so it is torn.",
        "The plan that was approved by the council in March will be changed and […]",
        "THE COUNCIL HAS APPROVED THE NEW HARBOUR PLAN AFTER A VERY LONG DEBATE.",
    ],
)
def test_what_no_summary_should_show_is_not_usable(text: str) -> None:
    assert not line(text).usable


@pytest.mark.parametrize(
    "text",
    [
        "The operators say that new sockets have to be fitted to thirty ships.",
        "“The sockets come too late for most of the ships,” said Anna Example of the ferry line.",
        "A newsletter may set no cookie before its readers subscribe to it and sign up by mail.",
        "The privacy policy of the agency was first published in 1998 and is asking too much.",
        "The interview the council gave on Monday covers the view the operators hold.",
    ],
)
def test_plain_sentences_are_usable(text: str) -> None:
    assert line(text).usable


@pytest.mark.parametrize(
    ("text", "depends"),
    [
        ("He said that the sockets would come too late for the season.", True),
        ("However, the operators asked for a longer transition time.", True),
        ("This means that the ferries will be late for the season.", True),
        ("This week the ferries will be late because of the storm.", False),
        ("“The sockets come too late for us,” she said on Monday in town.", True),
        ("Finally, the council voted on the plan for the new harbour.", True),
        ("Final drafts of the plan were sent to the operators on Monday.", False),
        ("Seen from above, it looks like a ring of small stone houses.", True),
    ],
)
def test_sentence_that_points_back_depends_on_the_one_before(text: str, depends: bool) -> None:
    assert line(text).depends is depends


def test_dependent_sentence_comes_with_those_it_needs() -> None:
    reading = Reading(
        article(FILLER + "However, it did not say how it would pay for it. The mayor kept silent all week.")
    )
    assert reading.chain(1) == (0, 1)
    assert reading.chain(2) == (2,)


def test_chain_breaks_where_the_needed_sentence_cannot_be_shown() -> None:
    reading = Reading(article("Too short. However, nobody in the council said how it would be paid."))
    assert reading.chain(1) == ()


def test_first_person_counts_outside_quotations_only() -> None:
    assert line("I visited the harbour on a grey morning in the last week of March.").voice == 2
    assert line("We have changed the rules for all berths of the old harbour.").voice == 1
    assert line("The mayor said “I will pay for it myself” to the surprised council.").voice == 0
    assert line("The US harbours have used shore power for more than ten years.").voice == 0


def test_parts_of_a_longer_quotation_are_not_usable() -> None:
    reading = Reading(
        article(
            FILLER
            + "“The sockets are late. Nobody told us about the price. We will wait for the second ship.”"
        )
    )
    assert [one.usable for one in reading.lines] == [True, False, False, False]


def test_claims_listed_after_a_verb_of_saying_are_not_facts() -> None:
    reading = Reading(
        article(
            f"{FILLER}\n\nThe mayor also said:\n\n- The harbour must stay in public hands for ever.",
            language="en",
        )
    )
    assert not reading.lines[-1].usable


def test_repeated_sentence_is_usable_once() -> None:
    reading = Reading(article(FILLER + FILLER))
    assert [one.usable for one in reading.lines] == [True, False]


def test_made_up_article_is_usable_throughout() -> None:
    lines = Reading(HARBOUR).lines
    assert sum(one.usable for one in lines) >= len(lines) - 1


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("Seen from above, it looks like a second harbour for very small ferries.", True),
        ("Git can store them, but it cannot merge their changes line by line.", True),
        ("Critics say it will take years until the second substation is built.", False),
        ("The port has denied it will raise the fares of ferries once more.", False),
        ("A widow from Northport says her ferry was late on most days of May.", False),
    ],
)
def test_only_a_pronoun_that_was_not_brought_up_leans(text: str, leans: bool) -> None:
    assert line(text).depends is leans
