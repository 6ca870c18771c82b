"""Bold lead-ins of bullets: words of the sentence itself, never somebody who is only spoken of."""

import re
from collections.abc import Sequence
from itertools import pairwise

from builder.model import BlockKind
from builder.summary import phrases
from builder.summary.language import straight, tokens
from builder.summary.phrases import Token
from builder.summary.reading import Line, Reading

LEAD_WORDS = 6
_LABEL = re.compile(r"(?P<label>[^.:!?;\"“”„«»()]{2,48}?)(?::\s+|\s+[–—]\s+)(?=\S)")


def lead(index: int, reading: Reading) -> str:
    """The lead-in for sentence `index`: its own label, its subject, or its speaker; empty when none is good.

    A label or subject opens the sentence, so that it can be set in bold where it stands.
    """
    line = reading.lines[index]
    return _label(line, reading) or _subject(line, reading) or _setting(line, reading)


def _label(line: Line, reading: Reading) -> str:
    """*Storage* of *Storage: 64 GB for all*."""
    match = _LABEL.match(line.text)
    if not match:
        return ""
    label = match["label"].strip()
    if "," in label and not line.text.startswith(":", match.end("label")):
        # *The team, which …* is no label, whatever dash follows.
        return ""
    words = tokens(label)
    lists, endings = reading.language.words, reading.language.phrases.verb_endings
    if not 1 <= len(words) <= LEAD_WORDS or any(
        word in lists.speech or word in reading.people for word in words
    ):
        return ""
    if line.kind is not BlockKind.POINT and any(
        word in lists.auxiliaries or word in lists.verbs or (place and word.endswith(endings))
        for place, word in enumerate(words)
    ):
        return ""
    return label if any(word not in lists.stopwords and word.isalpha() for word in words) else ""


def _subject(line: Line, reading: Reading) -> str:
    """The noun phrase that opens the sentence, when a verb follows it."""
    read = phrases.read(line, reading)
    verb = next((at for at, token in enumerate(read) if token.part not in "DANEJCP"), 0)
    if not verb or read[verb].part != "V" or read[verb].text.endswith("ing") or read[0].start > 0:
        return ""
    opening = read[:verb]
    if straight(opening[-1].text)[-2:] in ("'s", "s'"):
        return ""
    if len(opening) > LEAD_WORDS or opening[-1].part not in "NE" or not _names_something(opening, reading):
        return ""
    speaks = straight(read[verb].text.lower()) in reading.language.words.speech
    if not speaks and may_be_a_person(opening, reading):
        return ""
    return line.text[: opening[-1].end]


def _setting(line: Line, reading: Reading) -> str:
    """The phrase before the first comma that says what or where it is about: *On Capitol Hill, …*."""
    read = phrases.read(line, reading)
    comma = next((at for at, token in enumerate(read) if token.part not in "DANEJP"), 0)
    opening = read[:comma]
    if not 2 <= len(opening) <= LEAD_WORDS or read[comma].text != "," or read[0].start > 0:
        return ""
    if opening[0].part != "J" or opening[-1].part not in "NE" or may_be_a_person(opening[1:], reading):
        return ""
    if reading.language.head == "first" and opening[1].part not in "DE":
        # *En la ciudad* sets a scene, *en analysant* does something.
        return ""
    lists = reading.language.words
    nouns = [token.lower for token in opening if token.part in "NE"]
    if any(noun in lists.weak_words or noun in lists.calendar for noun in nouns):
        return ""
    return line.text[: opening[-1].end]


def _names_something(opening: Sequence[Token], reading: Reading) -> bool:
    lists = reading.language.words
    if reading.language.head == "first" and opening[0].part not in "DE":
        return False
    if opening[0].part == "J" or opening[0].lower in lists.pronouns or opening[0].lower in lists.prepositions:
        return False
    if opening[0].part == "D" and opening[0].lower.rstrip("'") not in lists.articles:
        return False
    # *Note that the table* has its determiner in the wrong place for a subject.
    inner = any(token.part == "D" and before.part != "J" for before, token in pairwise(opening))
    nouns = [token for token in opening if token.part in "NE"]
    return not inner and any(token.lower not in lists.weak_words for token in nouns)


def may_be_a_person(words: Sequence[Token], reading: Reading) -> bool:
    """Whether `words` may name somebody: a known person, a role, a bare name not marked as a thing."""
    lists = reading.language.words
    if any(_is_of(word, reading.people) or word.lower in lists.titles for word in words):
        return True
    if any(is_role(word, reading) for word in words):
        return True
    if any(word.lower in lists.thing_words or word.part in "DA" for word in words):
        return False
    return not any(_is_surely_a_thing(word, reading) for word in words if word.part in "NE")


def is_role(word: Token, reading: Reading) -> bool:
    """Whether a word says what somebody is, one or several."""
    return _is_of(word, reading.language.words.role_words)


def _is_of(word: Token, names: frozenset[str]) -> bool:
    return word.lower in names or word.lower.removesuffix("s") in names


def _is_surely_a_thing(word: Token, reading: Reading) -> bool:
    if word.text.islower() or not word.text[1:].islower() or word.lower in reading.common:
        return True
    if reading.language.head == "capital":
        return bool(phrases.GERMAN_NOUN.search(word.lower))
    return word.part == "N" and reading.language.stem(word.lower) in reading.language.frequencies
