"""Quotations of a statement: word for word in the source, altered, said by another, or nowhere."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from builder import rules
from builder.model import Finding, Verdict
from builder.summary import names, quotes
from builder.summary.ground import Ground
from builder.summary.known import Known
from builder.summary.said import Said
from builder.text import excerpt

ALIKE = 0.6
"""The share of its words that a quotation has in common with the source's, from which on it is that one."""
_LEFT_OUT = re.compile(r"\s*(?:\[(?:…|\.{3})\]|\((?:…|\.{3})\)|…|\.{3}|\[[^\]]*\])\s*")
_SHOWN = 80


def findings(statement: Known, ground: Ground) -> Iterator[Finding]:
    """What is wrong with the quotations of `statement`."""
    if f" {' '.join(statement.words)} " in ground.prose:
        return
    spans = quotes.spans(statement.text)
    for start, end in spans:
        text = statement.text[start:end].strip(quotes.MARKS + " ")
        if len(text.split()) < quotes.QUOTED_LEAST:
            continue
        speaker = _speaker(statement, spans, ground)
        if found := _finding(text, speaker, start, ground):
            yield found


def _finding(text: str, speaker: str, start: int, ground: Ground) -> Finding | None:
    pieces = [words for piece in _LEFT_OUT.split(text) if (words := names.plain_words(piece))]
    if not pieces:
        return None
    exact = [said for said in ground.said if _holds(names.plain_words(said.text), pieces)]
    if exact:
        if speaker and not any(_may_be_by(speaker, said, ground) for said in exact):
            message = f"the source has this quotation of {_speaker_of(exact[0], ground)}, not of {speaker}"
            return _made("F402", message, text, start, Verdict.CONTRADICTED)
        return None
    words = [word for piece in pieces for word in piece]
    for known in ground.everything:
        if _holds(known.words, pieces):
            if not speaker or _holds(names.plain_words(_quoted(known.text)), pieces):
                return None
            message = f"these are words of the source itself, not of {speaker}"
            return _made("F402", message, text, start, Verdict.CONTRADICTED)
    if near := _most_alike(words, ground):
        message = f"the quotation was altered; the source has: {excerpt(near, _SHOWN)}"
        return _made("F401", message, text, start, Verdict.CONTRADICTED)
    message = f"nobody says this in the source: {excerpt(text, _SHOWN)}"
    return _made("F403", message, text, start, Verdict.UNSUPPORTED)


def _made(code: str, message: str, text: str, start: int, verdict: Verdict) -> Finding:
    return rules.finding(code, message, verdict=verdict, subject=text, column=start + 1)


def _holds(words: Sequence[str], pieces: Sequence[Sequence[str]]) -> bool:
    """Whether all pieces stand in `words`, in their order."""
    stream = f" {' '.join(words)} "
    at = 0
    for piece in pieces:
        wanted = f" {' '.join(piece)} "
        found = stream.find(wanted, at)
        if found < 0:
            return False
        at = found + len(wanted) - 1
    return True


def _quoted(text: str) -> str:
    return " ".join(text[start:end] for start, end in quotes.spans(text))


def _most_alike(words: Sequence[str], ground: Ground) -> str:
    """The quotation or sentence of the source that `words` were made from; empty when there is none."""
    wanted = set(words)
    best, found = ALIKE, ""
    for text in (*(said.text for said in ground.said), *(known.text for known in ground.sentences.values())):
        other = names.plain_words(text)
        if len(wanted & set(other)) < ALIKE * len(wanted):
            continue
        same = sum(
            block.size for block in SequenceMatcher(None, words, other, autojunk=False).get_matching_blocks()
        )
        if same / len(words) > best:
            best, found = same / len(words), text
    return found


# -- who said it


def _speaker(statement: Known, spans: Sequence[tuple[int, int]], ground: Ground) -> str:
    """The name beside a verb of saying, outside the quotations; empty when there is none, or several."""
    own = quotes.outside(statement.text, tuple(spans))
    speech = ground.language.words.speech
    said = [
        at
        for at, token in enumerate(statement.tokens)
        if token.word in speech and own[token.start : token.end].strip()
    ]
    found: list[str] = []
    for name in ground.names_in(statement.text):
        if not own[name.start : name.end].strip():
            continue
        first, last = statement.span(name.start, name.end)
        if any(-2 <= at - last <= 2 or -2 <= at - first <= 2 for at in said):
            found.append(name.text)
    return found[0] if len(found) == 1 else ""


def _may_be_by(speaker: str, said: Said, ground: Ground) -> bool:
    """Whether `said` may be of `speaker`: the source names no person there, or somebody of that name."""
    words = tuple(names.plain_words(speaker))
    near = [tuple(names.plain_words(name)) for name in said.by]
    return any(ground.same_name(words, name) for name in near) or not any(map(ground.is_person, near))


def _speaker_of(said: Said, ground: Ground) -> str:
    return next(name for name in said.by if ground.is_person(tuple(names.plain_words(name))))
