"""The engine that has a language model write, and shows nothing of it that fails the proof.

    source → question → answer → judged → (once more, with the findings) → mended → summary

A model writes at most two answers for an article. What may not be shown gives way to a sentence of the
article; where that is more than a third, or where there is no answer to speak of, the extract stands for all.
"""

from collections.abc import Sequence
from dataclasses import replace

from builder.chat.talk import Chat, Message, Question, Role
from builder.model import Article, Profile, Provenance, Summary
from builder.summary import llm_answers, llm_mend, llm_review
from builder.summary.choice import Choice
from builder.summary.extract import LEAST_FOR_PASSAGE, Extract
from builder.summary.llm_answers import Refused
from builder.summary.llm_prompts import Prompts
from builder.summary.llm_review import Judgement
from builder.summary.llm_source import Source
from builder.text import excerpt

VERSION = "llm/1"
"""Another one when the same answer is judged otherwise."""
DIGEST_LENGTH = 16
FINDINGS_MOST = 12
"""A longer list would be longer than the answer it is about."""
RECALLED = 6000
"""Characters of a first answer that are shown again when a better one is asked for."""


class Llm:
    """A language model on a leash."""

    def __init__(
        self,
        chat: Chat,
        prompts: Prompts,
        *,
        model: str,
        answer_tokens: int,
        article_chars: int,
        temperature: float = 0.0,
        at_once: int = 1,
    ) -> None:
        self.name = f"llm/{model}"
        self.at_once = at_once
        """How many articles may be summarised at a time."""
        self._chat = chat
        self._prompts = prompts
        self._model = model
        self._answer_tokens = answer_tokens
        self._article_chars = article_chars
        self._temperature = temperature
        self._extract = Extract()

    def summarise(self, article: Article, profile: Profile) -> Summary:
        """The summary of `article` in the form of `profile`. Raises EngineError when there is no answer.

        An article too short for an overview is not shown to a model: there is nothing to be shortened.
        """
        source = Source(article, self._article_chars)
        extract = self._extract.summarise(source.clean, profile)
        if len(Choice(source.reading).pool) < LEAST_FOR_PASSAGE:
            return source.counted(extract)
        schema = llm_answers.schema(profile)
        judged, refusal, tokens = self._answered(source, profile, schema)
        told = Provenance(
            engine=VERSION,
            model=self._model,
            prompt=self._prompts.digest(profile, schema)[:DIGEST_LENGTH],
            source=source.digest[:DIGEST_LENGTH],
            tokens=tokens,
        )
        mended = llm_mend.mend(judged, extract, source) if judged else None
        if mended is None:
            why = refusal or "more than a third of the answer is not borne out by its source"
            gone = llm_mend.refused(judged) if judged else ()
            return source.counted(replace(extract, provenance=replace(told, refused=why), replaced=gone))
        told = replace(told, replaced=mended.places, review=mended.review)
        return source.counted(replace(mended.summary, provenance=told))

    def _answered(
        self, source: Source, profile: Profile, schema: dict[str, object]
    ) -> tuple[Judgement | None, str, int]:
        """The better of at most two answers, judged; why there is none; and the tokens of all."""
        opening = self._prompts.opening(source, profile, schema)
        first, answer, spent = self._asked(opening, source, profile, schema)
        findings = (first.why,) if isinstance(first, Refused) else first.findings
        if not findings or (isinstance(first, Refused) and first.final):
            return (None, first.why, spent) if isinstance(first, Refused) else (first, "", spent)
        repair = self._prompts.repair(profile, findings[:FINDINGS_MOST])
        recalled = Message(Role.ASSISTANT, excerpt(answer, RECALLED) or "(nothing)")
        second, _, more = self._asked((*opening, recalled, repair), source, profile, schema)
        kept = _better(first, second)
        return (None, kept.why, spent + more) if isinstance(kept, Refused) else (kept, "", spent + more)

    def _asked(
        self, messages: Sequence[Message], source: Source, profile: Profile, schema: dict[str, object]
    ) -> tuple[Judgement | Refused, str, int]:
        answer = self._chat.ask(
            Question(
                model=self._model,
                messages=tuple(messages),
                schema=schema,
                answer_tokens=self._answer_tokens,
                temperature=self._temperature,
            )
        )
        read = llm_answers.read(answer, profile, source.reading.language, self.name)
        judged = read if isinstance(read, Refused) else llm_review.judge(read, source)
        return judged, answer.text, answer.asked + answer.answered


def _better(first: Judgement | Refused, second: Judgement | Refused) -> Judgement | Refused:
    """The answer of which less has to be replaced; the second of two that are alike."""
    if isinstance(second, Refused):
        return first
    if isinstance(first, Refused) or second.refused <= first.refused:
        return second
    return first
