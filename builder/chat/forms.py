"""Two protocols for one call: OpenAI's Chat Completions, which most speak, and Anthropic's Messages. Pure.

Servers differ in what they take. A `Taste` says what one takes, and `adapted` learns it from a refusal.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Protocol

from builder.chat.talk import Answer, End, Question, Role
from builder.errors import EngineError

ANTHROPIC_VERSION = "2023-06-01"


class Schema(IntEnum):
    """How an answer's form is asked for, the best first."""

    WHOLE = 0
    """With the bounds of lengths and numbers, which keep a small model from going on for ever."""
    BARE = 1
    """Without them: some hosts refuse a schema that has any."""
    NONE = 2
    """In the prompt alone; the answer is judged by us in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """What a server takes."""

    schema: Schema = Schema.WHOLE
    limit: str = "max_tokens"
    """What it calls the most tokens of an answer."""
    temperature: bool = True


class Form(Protocol):
    """A protocol."""

    path: str
    """Behind the endpoint's address."""
    taste: Taste
    """What its servers take as a rule."""

    def headers(self, key: str) -> Mapping[str, str]:
        """What says who we are; `key` may be empty."""
        ...

    def body(self, question: Question, taste: Taste) -> Mapping[str, object]:
        """The request."""
        ...

    def answer(self, document: Mapping[str, Any]) -> Answer:
        """The answer in a response. Raises LookupError, TypeError or ValueError when it has another form."""
        ...


class ChatCompletions:
    """`POST …/chat/completions`: OpenAI, Ollama, llama.cpp, vLLM, LM Studio and gateways."""

    path = "/chat/completions"
    taste = Taste()
    _ends: Mapping[str | None, End] = {
        "stop": End.DONE,
        "eos": End.DONE,
        "length": End.LENGTH,
        "content_filter": End.REFUSAL,
    }

    def headers(self, key: str) -> Mapping[str, str]:
        """A bearer's."""
        return {"Authorization": f"Bearer {key}"} if key else {}

    def body(self, question: Question, taste: Taste) -> Mapping[str, object]:
        """The request."""
        body: dict[str, object] = {
            "model": question.model,
            "messages": [{"role": one.role.value, "content": one.text} for one in question.messages],
            taste.limit: question.answer_tokens,
            "stream": False,
        }
        if taste.temperature:
            body["temperature"] = question.temperature
        if (schema := _shown(question.schema, taste)) is not None:
            form = {"name": "summary", "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body

    def answer(self, document: Mapping[str, Any]) -> Answer:
        """The first choice; what a server tells of its reasoning beside it is left unread."""
        choice = document["choices"][0]
        message = choice["message"]
        content = message.get("content") or ""
        if not isinstance(content, str):
            content = "".join(part.get("text", "") for part in content)
        usage = document.get("usage") or {}
        return Answer(
            text=content,
            end=End.REFUSAL
            if message.get("refusal")
            else self._ends.get(choice.get("finish_reason"), End.OTHER),
            asked=int(usage.get("prompt_tokens") or 0),
            answered=int(usage.get("completion_tokens") or 0),
        )


class Messages:
    """`POST …/messages`, as Anthropic has it."""

    path = "/messages"
    taste = Taste(schema=Schema.BARE)
    _ends: Mapping[str, End] = {
        "end_turn": End.DONE,
        "stop_sequence": End.DONE,
        "max_tokens": End.LENGTH,
        "model_context_window_exceeded": End.LENGTH,
        "refusal": End.REFUSAL,
    }

    def headers(self, key: str) -> Mapping[str, str]:
        """The key, and the version of the protocol."""
        version = {"anthropic-version": ANTHROPIC_VERSION}
        return version | ({"x-api-key": key} if key else {})

    def body(self, question: Question, taste: Taste) -> Mapping[str, object]:
        """The request."""
        told = [one for one in question.messages if one.role is not Role.SYSTEM]
        body: dict[str, object] = {
            "model": question.model,
            "system": "\n\n".join(one.text for one in question.messages if one.role is Role.SYSTEM),
            "messages": [{"role": one.role.value, "content": one.text} for one in told],
            taste.limit: question.answer_tokens,
        }
        if taste.temperature:
            body["temperature"] = question.temperature
        if (schema := _shown(question.schema, taste)) is not None:
            body["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
        return body

    def answer(self, document: Mapping[str, Any]) -> Answer:
        """Its text blocks; a block of thinking is left unread."""
        usage = document.get("usage") or {}
        read = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
        return Answer(
            text="".join(block["text"] for block in document["content"] if block["type"] == "text"),
            end=self._ends.get(document["stop_reason"], End.OTHER),
            asked=sum(int(usage.get(name) or 0) for name in read),
            answered=int(usage.get("output_tokens") or 0),
        )


FORMS: Mapping[str, type[Form]] = {"openai": ChatCompletions, "anthropic": Messages}
"""By the names of `summary.model.api`."""

_BOUNDS = frozenset(
    ["minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern"],
)
_OF_SCHEMA = re.compile(
    r"schema|response_format|output_config|output_format|grammar|json mode|m(?:in|ax)(?:length|items)\b"
)
_OF_LENGTH = re.compile(r"context|too long|too large|too many tokens|reduce the length")


def adapted(taste: Taste, refusal: str) -> Taste | None:
    """What a server takes after all, told by its `refusal` of a request; None when that does not say."""
    told = refusal.lower()
    if _OF_LENGTH.search(told):
        return None
    if "max_completion_tokens" in told and taste.limit != "max_completion_tokens":
        return replace(taste, limit="max_completion_tokens")
    if "temperature" in told and taste.temperature:
        return replace(taste, temperature=False)
    if _OF_SCHEMA.search(told) and taste.schema < Schema.NONE:
        return replace(taste, schema=Schema(taste.schema + 1))
    return None


def read(form: Form, data: bytes) -> Answer:
    """The answer in the response `data`. Raises EngineError when it is not one of `form`."""
    try:
        return form.answer(json.loads(data))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise EngineError(
            "the model's server answered in another form than that of its protocol",
            "Look at summary.model.api and summary.model.endpoint in config.yaml.",
        ) from error


def _shown(schema: Mapping[str, object], taste: Taste) -> object:
    if taste.schema is Schema.NONE:
        return None
    return schema if taste.schema is Schema.WHOLE else _bare(schema)


def _bare(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _bare(below) for key, below in value.items() if key not in _BOUNDS}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_bare(below) for below in value]
    return value
