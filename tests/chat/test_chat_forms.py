"""Two protocols read: why an answer ended, what it cost, and what of it is not the answer."""

import json

import pytest

from builder.chat.forms import ChatCompletions, Messages, Schema, Taste, adapted, read
from builder.chat.talk import End
from builder.errors import EngineError


def completion(message: dict, finish: str = "stop") -> bytes:
    return json.dumps({"choices": [{"finish_reason": finish, "message": message}]}).encode()


def message(*blocks: dict, stop: str = "end_turn") -> bytes:
    return json.dumps({"content": list(blocks), "stop_reason": stop, "usage": {"output_tokens": 3}}).encode()


@pytest.mark.parametrize(
    ("data", "end"),
    [
        (completion({"content": "x"}), End.DONE),
        (completion({"content": "x"}, "length"), End.LENGTH),
        (completion({"content": "x"}, "content_filter"), End.REFUSAL),
        (completion({"content": None, "refusal": "No."}), End.REFUSAL),
        (completion({"content": "x"}, "tool_calls"), End.OTHER),
    ],
)
def test_end_of_a_completion_is_told(data, end):
    assert read(ChatCompletions(), data).end is end


@pytest.mark.parametrize(
    ("stop", "end"),
    [("end_turn", End.DONE), ("max_tokens", End.LENGTH), ("refusal", End.REFUSAL), ("tool_use", End.OTHER)],
)
def test_end_of_a_message_is_told(stop, end):
    assert read(Messages(), message({"type": "text", "text": "x"}, stop=stop)).end is end


def test_reasoning_beside_an_answer_is_not_read():
    told = {"content": "x", "reasoning_content": "hm", "reasoning": "hm"}

    assert read(ChatCompletions(), completion(told)).text == "x"
    assert (
        read(Messages(), message({"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "x"})).text
        == "x"
    )


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b'"x"', b"{}", b'{"choices": []}', b'{"choices": [{}]}', b"\xff", b"<html>"]
)
@pytest.mark.parametrize("form", [ChatCompletions(), Messages()], ids=["openai", "anthropic"])
def test_answer_of_another_form_is_a_fault_with_advice(form, data):
    with pytest.raises(EngineError) as caught:
        read(form, data)

    assert "summary.model.api" in caught.value.hint


def test_taste_is_learned_step_by_step_and_comes_to_an_end():
    taste, steps = Taste(), 0
    while (learned := adapted(taste, "schema, temperature and max_completion_tokens are wrong")) is not None:
        taste, steps = learned, steps + 1

    assert steps == 4
    assert taste == Taste(schema=Schema.NONE, limit="max_completion_tokens", temperature=False)
