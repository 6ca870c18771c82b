"""Answers are kept, and nothing is asked twice."""

from dataclasses import replace

import pytest

from builder.chat.kept import Kept
from builder.chat.talk import Answer, End, Message, Question, Role
from builder.errors import EngineError

QUESTION = Question(
    model="m",
    messages=(Message(Role.SYSTEM, "s"), Message(Role.USER, "u")),
    schema={"type": "object", "required": ["a"]},
    answer_tokens=9,
)


class Counted:
    """Answers with the number of the question."""

    def __init__(self) -> None:
        self.asked = 0

    def ask(self, question: Question, /) -> Answer:
        self.asked += 1
        return Answer(text=f"é {self.asked}", end=End.LENGTH, asked=1, answered=2)


def test_same_question_is_asked_once_even_in_another_run(tmp_path):
    chat = Counted()
    first = Kept(tmp_path, chat).ask(QUESTION)

    assert Kept(tmp_path, chat).ask(QUESTION) == first
    assert chat.asked == 1


@pytest.mark.parametrize(
    "change",
    [
        {"model": "n"},
        {"messages": (Message(Role.USER, "u"),)},
        {"schema": {"type": "object"}},
        {"answer_tokens": 10},
        {"temperature": 0.5},
    ],
    ids=lambda change: next(iter(change)),
)
def test_other_question_is_another_answer(tmp_path, change):
    chat = Counted()
    kept = Kept(tmp_path, chat)
    kept.ask(QUESTION)
    kept.ask(replace(QUESTION, **change))

    assert chat.asked == 2


def test_replay_asks_nobody_and_a_miss_is_an_error(tmp_path):
    kept = Kept(tmp_path, Counted()).ask(QUESTION)
    replay = Kept(tmp_path, None)

    assert replay.ask(QUESTION) == kept
    with pytest.raises(EngineError, match="no answer of m"):
        replay.ask(replace(QUESTION, answer_tokens=10))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"text": 1}', '{"text": "a", "end": "odd", "asked": 1}'])
def test_file_that_cannot_be_read_is_as_none(tmp_path, text):
    chat = Counted()
    kept = Kept(tmp_path, chat)
    kept.ask(QUESTION)
    kept.path_of(QUESTION).write_text(text)

    assert kept.ask(QUESTION).text == "é 2"
