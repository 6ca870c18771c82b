"""The nouns of asking a model: a question, its answer, and who may be asked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """Who says a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All that an answer depends on. There are no tools: a model can only answer."""

    model: str
    messages: tuple[Message, ...]
    """A system message first, then user and assistant in turn, a user's last."""
    schema: Mapping[str, object]
    """The JSON Schema of the answer: every property required, none besides."""
    answer_tokens: int
    """The most that an answer may have."""
    temperature: float = 0.0


class End(StrEnum):
    """Why an answer ended."""

    DONE = "done"
    LENGTH = "length"
    """It is cut off at its limit."""
    REFUSAL = "refusal"
    """The model, or a filter of its host, would not answer."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model said."""

    text: str
    end: End
    asked: int
    """Tokens of the question, by the endpoint's own count; 0 when it does not tell."""
    answered: int
    """Tokens of the answer, its hidden reasoning included."""


class Chat(Protocol):
    """Who answers questions, from any number of threads."""

    def ask(self, question: Question, /) -> Answer:
        """The answer to `question`.

        Raises EngineError when there is none, EngineStoppedError when there will be none to any other either.
        """
        ...
