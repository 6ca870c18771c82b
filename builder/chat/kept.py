"""Answers kept by all that they depend on, so that no question is asked twice."""

import json
from dataclasses import asdict
from pathlib import Path

from builder import digest, files
from builder.chat.talk import Answer, Chat, End, Question
from builder.errors import EngineError


class Kept:
    """A chat that asks another only what it has not asked before.

    Each answer is a file of its own, in place before it is used: a run that ends in the middle has lost none.
    They are not in the cache's database, which is thrown away with every new form of it; these cost money.
    """

    def __init__(self, folder: Path, chat: Chat | None) -> None:
        """With no `chat` it replays: what is not kept has no answer."""
        self._folder = folder
        self._chat = chat

    def ask(self, question: Question, /) -> Answer:
        """The kept answer, else that of the other chat. Raises EngineError when it replays and has none."""
        path = self.path_of(question)
        if kept := _read(path):
            return kept
        if self._chat is None:
            raise EngineError(
                f"no answer of {question.model} to this is kept",
                "Run once without --replay. Another prompt, profile, model or article is another question.",
            )
        answer = self._chat.ask(question)
        files.write_atomic(path, json.dumps(asdict(answer), ensure_ascii=False) + "\n")
        return answer

    def path_of(self, question: Question) -> Path:
        """Where the answer to `question` lies, once there is one."""
        key = digest.of_value(question)
        return self._folder / key[:2] / f"{key}.json"


def _read(path: Path) -> Answer | None:
    """The answer in a file; None where there is none that can be read."""
    if not path.is_file():
        return None
    try:
        told = json.loads(files.read_bytes(path))
        return Answer(
            text=str(told["text"]),
            end=End(told["end"]),
            asked=int(told["asked"]),
            answered=int(told["answered"]),
        )
    except (ValueError, TypeError, LookupError):
        return None
