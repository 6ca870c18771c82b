"""The engine that has a model write: what is shown, what gives way, and what is recorded of it."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import ALL, HARBOUR, article
from scripted import GOOD, PROFILE, Scripted, changed, engine

from builder.chat.talk import Answer, End, Role
from builder.errors import EngineStoppedError
from builder.model import Summary, Unit
from builder.summary import outline, proof, sentences
from builder.summary.extract import Extract

SOURCE = [sentence.text for sentence in sentences.split(HARBOUR)]


def units(summary: Summary) -> list[Unit]:
    return [*summary.tldr, *(unit for passage in summary.passages for unit in passage.units)]


def hard(summary: Summary, source=HARBOUR) -> list[str]:
    return [str(one) for part in proof.check(summary, source) for one in part.findings if one.hard]


def test_faithful_answer_is_shown_as_it_is_with_what_each_sentence_rests_on():
    chat = Scripted(GOOD)
    summary = engine(chat).summarise(HARBOUR, PROFILE)

    told = [unit["text"] for unit in GOOD["tldr"]]
    told += [unit["text"] for section in GOOD["sections"] for unit in section["units"]]
    assert [unit.text for unit in units(summary)] == told
    assert len(chat.questions) == 1
    assert summary.by == "llm/stub"
    assert not summary.replaced
    assert "48 million" in SOURCE[summary.passages[0].units[0].sources[0]]
    assert not hard(summary)


def test_article_is_fenced_numbered_and_alone_between_its_marks():
    chat = Scripted(GOOD)
    engine(chat).summarise(HARBOUR, PROFILE)

    (question,) = chat.questions
    system, user = question.messages
    fenced = re.search(r"===== (article \w+) begins =====\n(.*)\n===== \1 ends =====", user.text, re.DOTALL)
    assert system.role is Role.SYSTEM
    assert SOURCE[0] not in system.text
    assert fenced
    assert fenced[2].splitlines()[0] == f"[1] {SOURCE[0]}"
    assert len(fenced[2].splitlines()) == len(SOURCE)


def test_provenance_tells_engine_model_digests_and_tokens():
    told = engine(Scripted(GOOD)).summarise(HARBOUR, PROFILE).provenance

    assert told is not None
    assert (told.engine, told.model, told.tokens) == ("llm/1", "stub", 120)
    assert re.fullmatch(r"[0-9a-f]{16}", told.prompt)
    assert re.fullmatch(r"[0-9a-f]{16}", told.source)


def test_wrong_number_is_asked_for_once_more_with_the_finding_in_it():
    wrong = changed(
        lambda a: a["sections"][0]["units"][0].update(text="The network costs 84 million euros in all.")
    )
    chat = Scripted(wrong, GOOD)

    summary = engine(chat).summarise(HARBOUR, PROFILE)

    assert len(chat.questions) == 2
    repair = chat.questions[1].messages[-1].text
    assert "F101" in repair
    assert "84 million" in repair
    assert not summary.replaced
    assert summary.provenance
    assert summary.provenance.tokens == 240


def test_wrong_number_twice_gives_way_to_the_sentence_of_the_source_and_is_recorded():
    said = "The network costs 84 million euros and connects eleven berths."
    wrong = changed(lambda a: a["sections"][0]["units"][0].update(text=said))

    summary = engine(Scripted(wrong)).summarise(HARBOUR, PROFILE)

    instead = summary.passages[0].units[0]
    assert instead.text in SOURCE
    assert "48 million euros" in instead.text
    (gone,) = summary.replaced
    assert (gone.where, gone.text) == ("0/0", said)
    assert "F101" in gone.why
    assert summary.provenance
    assert summary.provenance.replaced == ("0/0",)
    assert not hard(summary)


def test_sentence_with_little_support_gives_way_without_another_question():
    free = changed(
        lambda a: a["sections"][0]["units"][1].update(
            text="Analysts hail a bold leap into a greener tomorrow."
        )
    )
    chat = Scripted(free)

    summary = engine(chat).summarise(HARBOUR, PROFILE)

    assert len(chat.questions) == 1
    (gone,) = summary.replaced
    assert gone.why.startswith("support 0.")
    assert summary.passages[0].units[1].text in SOURCE


def test_sentence_with_some_support_is_shown_and_marked_for_review():
    loose = "Ferries that are moored will sit quietly sparing locals fumes."
    summary = engine(Scripted(changed(lambda a: a["tldr"][0].update(text=loose, sources=[1])))).summarise(
        HARBOUR, PROFILE
    )
    support = proof.check(summary, HARBOUR)[0].support

    assert 0.35 <= support < 0.5
    assert summary.tldr[0].text == loose
    assert summary.provenance
    assert summary.provenance.review == ("tldr/0",)


def test_wrong_sources_are_put_right():
    lost = changed(lambda a: a["sections"][0]["units"][0].update(sources=[7, 99]))

    summary = engine(Scripted(lost)).summarise(HARBOUR, PROFILE)

    assert summary.passages[0].units[0].sources == (1,)


def test_answer_that_is_mostly_untrue_gives_way_to_the_extract_as_a_whole():
    def spoil(answer):
        for section in answer["sections"]:
            for unit in section["units"]:
                unit["text"] = "The mayor of Springfield resigned over 77 missing buses."

    summary = engine(Scripted(changed(spoil))).summarise(HARBOUR, PROFILE)

    assert summary.by == Extract.name
    assert summary.tldr == Extract().summarise(HARBOUR, PROFILE).tldr
    assert summary.provenance
    assert "more than a third" in summary.provenance.refused
    assert len(summary.replaced) == 5


REFUSED = {
    "cut off": Answer(text=json.dumps(GOOD)[:300], end=End.LENGTH, asked=1, answered=1),
    "filtered": Answer(text="", end=End.REFUSAL, asked=1, answered=1),
    "refusal": "I'm sorry, but I cannot help with summarising this article.",
    "empty": "",
    "preamble": f"Here is the summary you asked for:\n{json.dumps(GOOD)}",
    "afterword": f"{json.dumps(GOOD)}\n\nI hope this helps!",
    "reasoning": f"<think>The user wants JSON.</think>{json.dumps(GOOD)}",
    "reasoning at the start": "Okay, let me look at the article first. It is about a harbour.",
    "reasoning within": json.dumps(GOOD).replace("Northport's", "<think>hm</think> Northport's"),
    "no JSON": "Northport approved shore power.",
    "half a JSON": json.dumps(GOOD)[:300],
    "a list": json.dumps([GOOD]),
    "a part missing": json.dumps({key: value for key, value in GOOD.items() if key != "tldr"}),
    "a part of another kind": json.dumps({**GOOD, "tldr": "One sentence."}),
    "no TL;DR": json.dumps({**GOOD, "tldr": []}),
    "another language": json.dumps(
        {
            "tldr": [
                {
                    "text": "Die Hafenbehörde hat am Dienstag ein Netz für die Fähren genehmigt.",
                    "sources": [1],
                }
            ],
            "headline": "",
            "sections": [
                {
                    "heading": "Die Kosten",
                    "bullets": False,
                    "units": [
                        {
                            "lead": "",
                            "text": "Das Netz ist für die Stadt und den Hafen sehr teuer.",
                            "sources": [2],
                        }
                    ],
                }
            ],
        }
    ),
    "nested without end": "[" * 100_000,
}


@pytest.mark.parametrize("answer", REFUSED.values(), ids=REFUSED)
def test_answer_that_cannot_be_used_gives_way_to_the_extract_and_says_why(answer):
    chat = Scripted(answer)

    summary = engine(chat).summarise(HARBOUR, PROFILE)

    extract = Extract().summarise(HARBOUR, PROFILE)
    assert (summary.tldr, summary.passages, summary.by) == (extract.tldr, extract.passages, extract.by)
    assert summary.provenance
    assert summary.provenance.refused
    assert len(chat.questions) <= 2


@pytest.mark.parametrize("answer", [REFUSED["preamble"], REFUSED["no JSON"], REFUSED["cut off"]])
def test_answer_that_cannot_be_used_is_asked_for_once_more(answer):
    chat = Scripted(answer, GOOD)

    summary = engine(chat).summarise(HARBOUR, PROFILE)

    assert len(chat.questions) == 2
    assert summary.by == "llm/stub"
    assert not summary.provenance or not summary.provenance.refused


def test_answer_in_a_code_fence_alone_is_read():
    chat = Scripted(f"```json\n{json.dumps(GOOD)}\n```")

    assert engine(chat).summarise(HARBOUR, PROFILE).by == "llm/stub"
    assert len(chat.questions) == 1


UNFIT = {
    "link": "The network costs 48 million euros, see https://evil.invalid/now for more.",
    "markdown link": "The network costs 48 million euros and [connects](x) eleven berths.",
    "site": "The network costs 48 million euros, as evil.invalid writes.",
    "mail": "The network costs 48 million euros, write to a@b.example today.",
    "tag": "The network costs <b>48 million euros</b> and connects eleven berths.",
    "script": "The network costs 48 million euros. <script>alert(1)</script>",
    "torn": "The network costs 48 million euros and connects eleven",
    "no sentence": "PINEAPPLE.",
    "loop": "The network network network network network costs 48 million euros.",
    "aside": "As an AI language model, I cannot say what the network costs in euros.",
    "quotation": "The network costs “48 million euros and connects eleven berths.",
    "made up quotation": "The authority said “we are proud of all these berths” of the network.",
    "made up name": "Jane Miller of the harbour authority said the network costs 48 million euros.",
    "front matter": "The network costs 48 million euros.\n---\ndraft: false",
    "again": "Northport's harbour authority approved a shore power network for ferries on Tuesday.",
}


@pytest.mark.parametrize("text", UNFIT.values(), ids=UNFIT)
def test_sentence_that_may_not_be_shown_is_replaced_and_recorded(text):
    answer = changed(lambda a: a["sections"][0]["units"][0].update(text=text))

    summary = engine(Scripted(answer)).summarise(HARBOUR, PROFILE)

    body = outline.markdown(summary, HARBOUR.title, "The Brief")
    assert summary.by == "llm/stub"
    assert summary.replaced
    assert not hard(summary)
    for mark in ("evil", "](", "example", "<b>", "script", "PINEAPPLE", "AI", "proud", "Miller", "draft:"):
        assert mark not in body
    assert body.count(GOOD["tldr"][0]["text"]) == 1


def test_markup_around_words_is_taken_off():
    bold = changed(
        lambda a: a["tldr"][0].update(text="- **Northport** approved a `shore power` network on Tuesday.")
    )

    summary = engine(Scripted(bold)).summarise(HARBOUR, PROFILE)

    assert summary.tldr[0].text == "Northport approved a shore power network on Tuesday."


@pytest.mark.parametrize(
    "heading", ["PINEAPPLE", "BUY NOW", "Visit https://evil.invalid", "", "Elvis Presley Returns", "x" * 300]
)
def test_heading_that_the_article_does_not_speak_of_gives_way(heading):
    odd = changed(lambda a: a["sections"][0].update(heading=heading))

    summary = engine(Scripted(odd)).summarise(HARBOUR, PROFILE)

    assert summary.passages[0].heading != heading
    assert summary.passages[0].heading
    assert summary.replaced[0].where == "0"


@pytest.mark.parametrize("lead", ["PINEAPPLE", "https://evil.invalid", "Angela Merkel"])
def test_lead_in_that_says_more_than_its_sentence_goes(lead):
    odd = changed(lambda a: a["sections"][1]["units"][0].update(lead=lead))

    summary = engine(Scripted(odd)).summarise(HARBOUR, PROFILE)

    assert lead not in outline.markdown(summary, HARBOUR.title, "The Brief")


def test_short_article_is_left_to_the_extract_and_no_model_is_asked():
    chat = Scripted(GOOD)
    short = article(
        "The harbour office opened a new pier on Monday. It will be used from spring.", "A pier", "en"
    )

    summary = engine(chat).summarise(short, PROFILE)

    assert not chat.questions
    assert summary.by == Extract.name
    assert summary.provenance is None


def test_end_of_the_run_is_passed_on():
    class Empty(Scripted):
        def ask(self, question, /):
            raise EngineStoppedError("the limit is reached")

    with pytest.raises(EngineStoppedError):
        engine(Empty()).summarise(HARBOUR, PROFILE)


words = st.sampled_from(
    sorted(
        {word for text in SOURCE for word in text.split()}
        | {"77", "Elvis", "https://x.y", "<b>", "“no”", "4%"}
    )
)
texts = (
    st.lists(words, min_size=1, max_size=14).map(" ".join) | st.sampled_from(SOURCE) | st.text(max_size=40)
)
said_units = st.fixed_dictionaries(
    {"lead": st.text(max_size=9), "text": texts, "sources": st.lists(st.integers(-2, 40), max_size=3)}
)
answers = st.fixed_dictionaries(
    {
        "tldr": st.lists(said_units, min_size=1, max_size=2),
        "headline": texts,
        "sections": st.lists(
            st.fixed_dictionaries(
                {
                    "heading": texts,
                    "bullets": st.booleans(),
                    "units": st.lists(said_units, min_size=1, max_size=3),
                }
            ),
            max_size=3,
        ),
    }
)


@given(answers)
def test_whatever_a_model_says_no_hard_finding_reaches_a_page(answer):
    summary = engine(Scripted(answer)).summarise(HARBOUR, PROFILE)

    assert not hard(summary)
    assert summary.tldr
    assert "https://x.y" not in outline.markdown(summary, HARBOUR.title, "The Brief")
    places = {gone.where for gone in summary.replaced}
    assert summary.provenance
    assert set(summary.provenance.replaced) <= places


@pytest.mark.parametrize("source", ALL, ids=lambda source: source.title)
def test_sources_of_an_extract_that_stands_in_are_those_of_the_whole_article(source):
    summary = engine(Scripted("no")).summarise(source, PROFILE)

    split = sentences.split(source)
    assert all(unit.text == split[unit.sources[0]].text for unit in units(summary))
