"""A model that says what a test has it say, and articles and answers for it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from builder.chat.talk import Answer, End, Question
from builder.model import Profile
from builder.summary.llm import Llm
from builder.summary.llm_prompts import FOLDER, NAMES, Prompts

ROOT = Path(__file__).resolve().parents[2]
PROMPTS = Prompts({name: (ROOT / "templates" / FOLDER / name).read_text("utf-8") for name in NAMES})
PROFILE = Profile(passages_min=2, passages_max=3)

GOOD: dict[str, Any] = {
    "tldr": [
        {
            "text": "Northport's harbour authority approved a shore power network for ferries on Tuesday.",
            "sources": [1],
        }
    ],
    "headline": "Ferries at Northport will switch off their diesel engines",
    "sections": [
        {
            "heading": "Cost of the Network",
            "bullets": False,
            "units": [
                {
                    "lead": "",
                    "text": "The network costs 48 million euros and connects eleven berths by 2027.",
                    "sources": [2],
                },
                {
                    "lead": "",
                    "text": "The European Union pays for a third of it under a clean ports programme.",
                    "sources": [12],
                },
            ],
        },
        {
            "heading": "Impact and Next Steps",
            "bullets": True,
            "units": [
                {
                    "lead": "Fares",
                    "text": "Ferry fares will rise by about two percent once the berths are connected.",
                    "sources": [14],
                },
                {
                    "lead": "Cruise ships",
                    "text": "From 2029 cruise ships will have to use the network.",
                    "sources": [15],
                },
            ],
        },
    ],
}
"""A faithful answer for `made_up.HARBOUR`."""


class Scripted:
    """Gives its answers in turn, the last one for ever, and keeps the questions."""

    def __init__(self, *answers: object, end: End = End.DONE) -> None:
        self._answers = list(answers)
        self._end = end
        self.questions: list[Question] = []

    def ask(self, question: Question, /) -> Answer:
        self.questions.append(question)
        said = self._answers[min(len(self.questions), len(self._answers)) - 1]
        if isinstance(said, Answer):
            return said
        text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        return Answer(text=text, end=self._end, asked=100, answered=20)


def engine(chat: Scripted) -> Llm:
    return Llm(chat, PROMPTS, model="stub", answer_tokens=500, article_chars=24_000)


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """GOOD with something changed."""
    copy: dict[str, Any] = json.loads(json.dumps(GOOD))
    change(copy)
    return copy
