"""What a model answered → a summary, or why the answer cannot be used at all.

A server that knows schemas has held the model to one; nothing here relies on that.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from builder.chat.talk import Answer, End
from builder.model import Block, BlockKind, Passage, Profile, Summary, Unit
from builder.summary import language, sentences
from builder.summary.language import Language
from builder.text import excerpt, fold

TEXT_MAX = 400
"""Characters of a sentence; with the prompt's thirty words hardly any is half as long."""
HEADING_MAX = 90
LEAD_MAX = 40
SOURCES_MAX = 3

_FENCED = re.compile(r"```(?:json)?\s*\n(?P<inside>.*)\n```", re.DOTALL)
_REASONING = re.compile(
    r"</?\s*(?:think|thinking|thought|reasoning|scratchpad|reflection|analysis)\s*>|<\|channel\|>"
    r"|\A\W*(?:okay|ok|alright|hmm|let me|let's|first,? i|the user|we need to|i need to|i should)\b",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\b(?:i(?:'m| am) (?:sorry|unable|not able)|i (?:cannot|can't|won't)|as an ai|i apologi[sz]e)\b",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")
_LIST_MARK = re.compile(r"\A(?:[-*•–]\s+|\d{1,2}[.)]\s+)")
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer of which nothing can be used."""

    why: str
    """For the model, and for the item's front matter."""
    final: bool = False
    """Whether asking again is of no use."""


class _Keys(BaseModel):
    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)


class _Unit(_Keys):
    text: str
    sources: tuple[int, ...]
    lead: str = ""


class _Section(_Keys):
    heading: str
    bullets: bool = False
    units: tuple[_Unit, ...]


class _Answer(_Keys):
    tldr: tuple[_Unit, ...]
    headline: str = ""
    sections: tuple[_Section, ...]


def schema(profile: Profile) -> dict[str, object]:
    """The JSON Schema of an answer: every property required and none besides, as strict hosts ask."""
    text = {"type": "string", "maxLength": TEXT_MAX}
    sources = {
        "type": "array",
        "minItems": 1,
        "maxItems": SOURCES_MAX,
        "items": {"type": "integer", "minimum": 1, "maximum": 9999},
    }
    sentence = _object(text=text, sources=sources)
    unit = _object(lead={"type": "string", "maxLength": LEAD_MAX}, text=text, sources=sources)
    section = _object(
        heading={"type": "string", "maxLength": HEADING_MAX},
        bullets={"type": "boolean"},
        units=_list(unit, 1, profile.passage_sentences),
    )
    return _object(
        tldr=_list(sentence, 1, profile.tldr_sentences),
        headline={"type": "string", "maxLength": HEADING_MAX},
        sections=_list(section, 1, profile.passages_max),
    )


def read(answer: Answer, profile: Profile, tongue: Language, by: str) -> Summary | Refused:
    """The summary in `answer`, in the form of `profile` and the language `tongue`, else why there is none.

    Its sources are indices, as the model gave them; whether they bear it out is not looked at here.
    """
    text = answer.text.strip()
    if refused := _refused_whole(answer, text):
        return refused
    fenced = _FENCED.fullmatch(text)
    try:
        keys = _Answer.model_validate(json.loads(fenced["inside"] if fenced else text))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        return Refused(f"the JSON has not the form that was asked for: {where}: {first['msg']}")
    except (ValueError, RecursionError):
        return _no_json(text)
    summary = _summary(keys, profile, tongue, by)
    if not summary.tldr:
        return Refused("the TL;DR is empty")
    spoken = language.detect("", [Block(BlockKind.PARAGRAPH, told) for told in _told(summary)])
    if tongue.known and spoken and spoken != tongue.code:
        return Refused(f"it is written in another language than the article, {tongue.code}")
    return summary


def _refused_whole(answer: Answer, text: str) -> Refused | None:
    if answer.end is End.REFUSAL:
        return Refused("the model would not answer", final=True)
    if answer.end is End.LENGTH:
        return Refused("the answer was cut off at its limit; write less")
    if answer.end is not End.DONE:
        return Refused("the answer did not come to its end")
    if not text:
        return Refused("the answer is empty")
    if _REASONING.search(text):
        return Refused("the answer holds reasoning; give the JSON object alone")
    return None


def _no_json(text: str) -> Refused:
    if not text.startswith(("{", "```")):
        if _REFUSAL.search(text[:300]):
            return Refused("the model would not answer", final=True)
        if "{" in text:
            return Refused("there is text before the JSON object; give the object alone")
    elif text.startswith("{") and not text.endswith("}") and "}" in text:
        return Refused("there is text after the JSON object; give the object alone")
    return Refused("the answer is not one JSON object")


def _summary(keys: _Answer, profile: Profile, tongue: Language, by: str) -> Summary:
    tldr = [unit for told in keys.tldr for unit in _sentences(told, tongue)]
    passages: list[Passage] = []
    for section in keys.sections[: profile.passages_max]:
        if section.bullets:
            units = [_bullet(told) for told in section.units]
        else:
            units = [unit for told in section.units for unit in _sentences(told, tongue)]
        units = [unit for unit in units if unit.text][: profile.passage_sentences]
        if units:
            bulleted = section.bullets and len(units) > 1
            passages.append(Passage(heading=_title(section.heading), units=tuple(units), bulleted=bulleted))
    return Summary(
        tldr=tuple(tldr[: profile.tldr_sentences]),
        headline=_title(keys.headline) if len(passages) > 1 else "",
        passages=tuple(passages),
        language=profile.language or tongue.code or language.FALLBACK,
        by=by,
    )


def _sentences(told: _Unit, tongue: Language) -> Iterator[Unit]:
    """The sentences of a unit, each with the same sources: every sentence is judged by itself."""
    text = clean(told.text)
    for start, end in sentences.spans(text, tongue):
        yield Unit(text=text[start:end], sources=_indices(told))


def _bullet(told: _Unit) -> Unit:
    lead = clean(told.lead).rstrip(":. ")
    return Unit(
        text=clean(told.text),
        lead=lead if len(lead) <= LEAD_MAX else "",
        sources=_indices(told),
    )


def _indices(told: _Unit) -> tuple[int, ...]:
    return tuple(sorted({number - 1 for number in told.sources if number > 0})[:SOURCES_MAX])


def clean(text: str) -> str:
    """`text` on one line, without what is invisible, marks of a list, and emphasis."""
    line = _LIST_MARK.sub("", fold(_INVISIBLE.sub("", text)))
    return _EMPHASIS.sub(r"\2", line).strip()


def _title(text: str) -> str:
    return excerpt(clean(text).lstrip("#").rstrip(":. "), HEADING_MAX)


def _told(summary: Summary) -> list[str]:
    units = [*summary.tldr, *(unit for passage in summary.passages for unit in passage.units)]
    return [unit.text for unit in units]


def _object(**properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: object, least: int, most: int) -> dict[str, object]:
    return {"type": "array", "minItems": least, "maxItems": most, "items": items}
