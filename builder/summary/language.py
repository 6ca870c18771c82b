"""What the engine knows of a language: words and labels from `languages/*.json`, nothing in code.

A list in those files is an array of strings, each a line of words parted by spaces; a list of phrases is an
array of phrases. `frequencies` are in a file of their own: in how many of `documents` texts a stem was met.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeAlias

from builder.model import Article, Block

KNOWN = ("en", "de", "fr", "es")
"""The languages with data, in the order in which they are tried."""
FALLBACK = "en"
"""Whose labels a summary in any other language has."""

_WORD = re.compile(r"[^\W_]+(?:['\-.][^\W_]+)*")
_ELISION = re.compile(r"\b([cdjlmnst]|qu|jusqu|lorsqu|puisqu|dell|nell|all|un)'(?=\w\w)", re.IGNORECASE)
_SAMPLE = 600
"""Words that are looked at to tell a language."""
_NEVER = re.compile(r"(?!)")

Cues: TypeAlias = Mapping[str, tuple[tuple[str, ...], ...]]
"""Phrases as `tokens`: by their first word, what follows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The word lists of a language, all in lower case; one that a language does not need is empty."""

    stopwords: frozenset[str] = frozenset()
    """Too common to say what a text is about."""
    strangers: frozenset[str] = frozenset()
    """Common in languages that look alike, and never met in this one."""
    titles: frozenset[str] = frozenset()
    """Abbreviations before a name, without their last stop: they never end a sentence."""
    abbreviations: frozenset[str] = frozenset()
    """Other abbreviations: they may end a sentence."""
    months: frozenset[str] = frozenset()
    weekdays: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()
    """Words that, opening a sentence, point back to the one before."""
    echoes: frozenset[str] = frozenset()
    """The same when second to fourth, as in *Seen from above, it …*."""
    calendar: frozenset[str] = frozenset()
    """*week*, *year*: after such a word they do not, as in *This week*."""
    speaker_pronouns: frozenset[str] = frozenset()
    """*he*, *she*: a quotation ascribed to one needs the sentence that names the speaker."""
    human_pronouns: frozenset[str] = frozenset()
    """*he*, *she* and their cases: somebody has to be named before."""
    connectives: frozenset[str] = frozenset()
    """Words that, opening a sentence, tie it to the one before."""
    additives: frozenset[str] = frozenset()
    """Those of them that mean *even* where they open a text."""
    discourse: frozenset[str] = frozenset()
    """The same for words that do so only before a comma."""
    first_person: frozenset[str] = frozenset()
    first_person_plural: frozenset[str] = frozenset()
    speech: frozenset[str] = frozenset()
    """Verbs of saying, in the forms that stand beside a quotation."""
    speech_roles: frozenset[str] = frozenset()
    determiners: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    indefinite: frozenset[str] = frozenset()
    """Those of `articles` with which no heading begins."""
    conjunctions: frozenset[str] = frozenset()
    """*and*, *or*."""
    joiners: frozenset[str] = frozenset()
    """What may join two noun phrases to one heading."""
    wide_joiners: frozenset[str] = frozenset()
    """The same for the headline of the overview, which may be longer."""
    prepositions: frozenset[str] = frozenset()
    """Those that may stand before a noun phrase without ending it."""
    small_words: frozenset[str] = frozenset()
    """Not capitalised within a heading, where headings have capitals at all."""
    auxiliaries: frozenset[str] = frozenset()
    adverbs: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    """With all their forms, and hardly ever a noun."""
    nouny_verbs: frozenset[str] = frozenset()
    """Base forms that are as often a noun."""
    noun_ings: frozenset[str] = frozenset()
    adjectives: frozenset[str] = frozenset()
    not_adjectives: frozenset[str] = frozenset()
    """Nouns that end like an adjective."""
    ly_nouns: frozenset[str] = frozenset()
    weak_words: frozenset[str] = frozenset()
    """Nouns and adjectives that alone make no heading."""
    weak_openers: frozenset[str] = frozenset()
    """Adjectives with which no heading begins."""
    role_words: frozenset[str] = frozenset()
    """What a person is: with it a phrase is about somebody, not something."""
    thing_words: frozenset[str] = frozenset()
    """With it a name is not a person's."""
    given_names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    scales: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    vague: frozenset[str] = frozenset()
    """Close before a number they say that it is not exact, or not the whole."""
    ranges: frozenset[str] = frozenset()
    """Beside a number they say that it is the end of a range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The phrases of a language, in lower case, in the order of its file, with straight apostrophes."""

    dependent: Cues = field(default_factory=dict)
    """Openings that point back to the sentence before."""
    future: Cues = field(default_factory=dict)
    possible: Cues = field(default_factory=dict)
    consequence: Cues = field(default_factory=dict)
    past: Cues = field(default_factory=dict)
    boilerplate: re.Pattern[str] = _NEVER
    """Found in sentences that are about the page and not about its subject; for text in lower case."""
    skip_headings: tuple[str, ...] = ()
    """Subheadings under which there is no article text."""
    skip_heading_starts: tuple[str, ...] = ()
    closing_headings: tuple[str, ...] = ()
    """Subheadings that announce a conclusion."""
    adjective_endings: tuple[str, ...] = ()
    verb_endings: tuple[str, ...] = ()
    """After a noun they make a verb: *la ministra anunció*."""
    infinitive_endings: tuple[str, ...] = ()
    """After a bare joiner they make a verb, not a noun: *de décider*."""
    subjectless_endings: tuple[str, ...] = ()
    """Endings of verbs that open a sentence whose subject was named before, as in Spanish *Optó por …*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language as the engine sees it."""

    code: str
    """Two letters; empty for a language without data."""
    head: str
    """Where the noun of a noun phrase stands: `last`, `first`, `capital` (nouns have capitals), or empty."""
    title_case: bool
    """Whether headings Capitalise Their Words."""
    longest: int
    """Words in the longest sentence that still reads well in a summary."""
    words: Words
    phrases: Phrases
    suffixes: tuple[tuple[str, str], ...]
    """Endings and what takes their place, longest first, for folding the forms of a word into one."""
    documents: int
    """How many texts `frequencies` was counted over; 0 when there is none."""
    frequencies: Mapping[str, int]
    """By stem: in how many of those texts it was met; rare stems are left out."""

    @property
    def known(self) -> bool:
        """Whether there is data for it: without, sentences can be chosen by place only."""
        return bool(self.code)

    def stem(self, word: str) -> str:
        """The form under which all inflections of `word` are counted; not always a word."""
        return _stem(self.code, word)

    def terms(self, text: str) -> tuple[str, ...]:
        """The stems of `text` in order, stop words left out."""
        stopwords, code = self.words.stopwords, self.code
        return tuple(
            _stem(code, word)
            for word in tokens(text)
            if word not in stopwords and (len(word) > 1 or not word.isascii())
        )

    def rarity(self, term: str) -> float:
        """How much `term` says about a text: about 0 for a word in all texts, about 6 for an unseen one."""
        if not self.documents:
            return 1.0
        return math.log((self.documents + 1) / (self.frequencies.get(term, 1) + 0.5))


def straight(text: str) -> str:
    """`text` with plain apostrophes."""
    return text.replace("’", "'") if "’" in text else text


def tokens(text: str) -> list[str]:
    """The words and numbers of `text` in lower case, in order; *l’école* is two of them."""
    plain = straight(text)
    return [word.lower() for word in _WORD.findall(_ELISION.sub(r"\1 ", plain) if "'" in plain else plain)]


def mentions(words: Sequence[str], cues: Cues) -> bool:
    """Whether one of `cues` stands among `words`, which are `tokens`."""
    return any(word in cues and opens(words[place:], cues) for place, word in enumerate(words))


def opens(words: Sequence[str], cues: Cues) -> bool:
    """Whether `words`, which are `tokens`, begin with one of `cues`."""
    return any(tuple(words[1 : 1 + len(rest)]) == rest for rest in cues.get(words[0] if words else "", ()))


@lru_cache(maxsize=8)
def load(code: str) -> Language:
    """The language `code`; one without words when there is no data for it."""
    if code not in KNOWN:
        return _NONE
    data = _read(f"{code}.json")
    counted = _read(f"{code}.frequencies.json")
    words = {told.name: _words(data, told.name) for told in fields(Words)}
    # People travel: a Spanish name in a German text is a person all the same.
    words["given_names"] = frozenset().union(
        *(_words(_read(f"{other}.json"), "given_names") for other in KNOWN)
    )
    if data["head"] == "last":
        words["verbs"] = (words["verbs"] | _inflected(data)) - words["nouny_verbs"] - words["noun_ings"]
    phrases: dict[str, Any] = {
        told.name: tuple(map(straight, data.get(told.name, ()))) for told in fields(Phrases)
    }
    for name in _SPOKEN:
        phrases[name] = _cues(phrases[name])
    for name in _ENDINGS:
        phrases[name] = tuple(" ".join(phrases[name]).split())
    phrases["boilerplate"] = _any_of(phrases["boilerplate"])
    suffixes = tuple(tuple((*line.split(), "")[:2]) for line in data["suffixes"])
    return Language(
        code=code,
        head=data["head"],
        title_case=data["title_case"],
        longest=data["longest"],
        words=Words(**words),
        phrases=Phrases(**phrases),
        suffixes=tuple(sorted(((end, put) for end, put in suffixes), key=lambda pair: -len(pair[0]))),
        documents=counted.get("documents", 0),
        frequencies={
            stem: int(count) for count, line in counted.get("stems", {}).items() for stem in line.split()
        },
    )


@lru_cache(maxsize=8)
def labels(code: str) -> Mapping[str, str]:
    """The fixed words of a summary in the language `code`; in English when there is no data for it."""
    labelled: dict[str, str] = _read(f"{code if code in KNOWN else FALLBACK}.json")["labels"]
    return labelled


@lru_cache(maxsize=4)
def of(article: Article) -> Language:
    """The language `article` is written in, by its words: what a page declares is wrong often enough.

    A declared language keeps its place unless the words speak clearly for another.
    """
    return load(detect(article.language, article.blocks))


def detect(declared: str, blocks: Sequence[Block]) -> str:
    """A code of KNOWN, or `declared` when the words speak for none of them."""
    sample: list[str] = []
    for block in blocks:
        sample.extend(tokens(block.text[:4000]))
        if len(sample) >= _SAMPLE:
            break
    counts = Counter(sample[:_SAMPLE])
    total = counts.total()
    if not total:
        return declared
    shares = {code: _share(load(code).words, counts) / total for code in KNOWN}
    best = max(KNOWN, key=lambda code: shares[code])
    # Measured on prose: 0.35 to 0.55 of the words in the text's own language, under 0.25 in any other.
    if declared in KNOWN and shares[best] < 1.5 * shares[declared]:
        return declared
    return best if shares[best] >= 0.3 else declared


def _share(words: Words, counts: Counter[str]) -> float:
    own = sum(count for word, count in counts.items() if word in words.stopwords)
    strange = sum(count for word, count in counts.items() if word in words.strangers)
    return own - 3.0 * strange


@lru_cache(maxsize=65536)
def _stem(code: str, word: str) -> str:
    shortest = 3
    for end, put in load(code).suffixes:
        if word.endswith(end) and len(word) - len(end) >= shortest:
            return word[: len(word) - len(end)] + put
    return word


def _inflected(data: Mapping[str, Any]) -> frozenset[str]:
    # Plain third persons and -ing forms of a verb that is as often a noun are left out: they may be plurals.
    forms = set(_words(data, "verb_forms"))
    nouny = _words(data, "nouny_verbs")
    for verb in (*sorted(_words(data, "verbs")), *sorted(nouny)):
        past, gerund = _english_forms(verb)
        forms.add(past)
        if verb not in nouny:
            forms.update((gerund, verb, _english_third_person(verb)))
    return frozenset(forms)


def _english_third_person(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def _english_forms(verb: str) -> tuple[str, str]:
    if verb.endswith("e"):
        return verb + "d", verb[:-1] + "ing"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied", verb + "ing"
    short = re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", verb) or verb in _DOUBLING
    stem = verb + verb[-1] if short else verb
    return stem + "ed", stem + "ing"


_DOUBLING = frozenset(
    ["admit", "commit", "compel", "occur", "permit", "prefer", "refer", "submit", "transfer", "emit"]
)
_ENDINGS = ("adjective_endings", "verb_endings", "infinitive_endings", "subjectless_endings")
_SPOKEN = ("dependent", "future", "possible", "consequence", "past")
"""Phrases that are looked for among the words of a sentence, and so are kept as words."""


def _cues(phrases: Sequence[str]) -> Cues:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        first, *rest = tokens(phrase)
        found.setdefault(first, []).append(tuple(rest))
    return {first: tuple(rests) for first, rests in found.items()}


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    """What matches one of `phrases` that does not begin within a word."""
    by_letter: dict[str, list[str]] = {}
    for phrase in phrases:
        by_letter.setdefault(phrase[0], []).append(re.escape(phrase[1:]))
    parts = (f"{re.escape(letter)}(?:{'|'.join(rests)})" for letter, rests in by_letter.items())
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(parts)})") if phrases else _NEVER


def _words(data: Mapping[str, Any], name: str) -> frozenset[str]:
    return frozenset(" ".join(data.get(name, ())).split())


def _read(name: str) -> dict[str, Any]:
    path = files(__package__) / "languages" / name
    if not path.is_file():
        return {}
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


_NONE = Language(
    code="",
    head="",
    title_case=False,
    longest=48,
    words=Words(),
    phrases=Phrases(),
    suffixes=(),
    documents=0,
    frequencies={},
)
