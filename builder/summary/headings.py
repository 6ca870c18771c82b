"""Headings in the article's own words: its subheadings, else a noun phrase, else a plain label."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from builder.summary import language, leads, phrases
from builder.summary.language import Language, straight, tokens
from builder.summary.phrases import Phrase
from builder.summary.reading import Reading

STRUCTURE = 3
"""So many subheadings with text beneath them structure an article."""
HEADING_WORDS = 5
HEADING_CHARACTERS = 60
OWN_HEADING_CHARACTERS = 90
"""A longer subheading is a sentence that was set in bold."""
HEADLINE_WORDS = 12
HEADING_SHAPES = (0.5, 1.0, 1.1, 1.05, 0.9)
"""What the number of its telling words does for a heading: one says little, five are a mouthful."""
TOPIC_SHAPES = (0.0, 1.0, 1.3, 1.5)
TOPIC_EVERY = 25
"""A topic of the whole is met once in so many sentences, or more often."""
OPENING = 5
"""A phrase that begins before this character opens its sentence."""

_NUMBERING = re.compile(
    r"(?:(?:[#№]\s*)?\(?\d{1,2}(?:\.\d{1,2})*(?:[.):/]|\s+[-–—:])|\d{1,2}(?:\.\d{1,2})+|[#№]\s*\d{1,2}"
    r"|[IVX]{1,4}[.)]|\(?[a-zA-Z]\))(?:\s*[-–—:])?\s+|[•*▪■►#–—-]\s*"
)
_STEP = re.compile(
    r"(?:[QF]\s*[:.)]|(?:step|schritt|étape|paso|part|chapter|kapitel|chapitre|capítulo)\s+\d+\s*[:.–-])\s*",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"\s*(?:\[(?:edit|bearbeiten|modifier|editar)[^\]]*\]|[¶§#🔗]|[:;,])+\s*\Z", re.IGNORECASE
)
_CLAUSE = re.compile(r"(?:\s*:\s*|\s+[–—|›»]\s+|\s+-\s+)")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_WORDY = re.compile(r"[^\W\d_]{2,}")


def cleaned(heading: str) -> str:
    """A subheading without its number, marks and final colon; empty when nothing is left."""
    if len(heading) > 2 * OWN_HEADING_CHARACTERS:
        return ""
    shorter = _TRAILING.sub("", heading.strip())
    for pattern in (_STEP, _NUMBERING):
        left = pattern.sub("", shorter, count=1) if pattern.match(shorter) else shorter
        if _WORDY.search(left):
            shorter = left
    if shorter.count(".") == 1:
        shorter = shorter.removesuffix(".")
    return shorter.strip() if _WORDY.search(shorter) else ""


def is_structural(heading: str, title: str, tongue: Language) -> bool:
    """Whether a cleaned subheading announces article text: not the page's furniture, not the title again."""
    lowered = straight(heading.lower()).strip(" .!?:")
    if not lowered or len(heading) > OWN_HEADING_CHARACTERS or same(heading, title):
        return False
    if lowered in tongue.phrases.skip_headings or lowered.startswith(tongue.phrases.skip_heading_starts):
        return False
    return not any(mark in heading for mark in ("http", "@", "{", "}", "()", "…", "..."))


def is_closing(heading: str, tongue: Language) -> bool:
    """Whether a subheading announces a conclusion or an outlook."""
    return straight(heading.lower()).strip(" .!?:") in tongue.phrases.closing_headings


def same(one: str, other: str) -> bool:
    """Whether two headings say the same: their words agree, whatever the marks and capitals."""
    return tokens(one) == tokens(other)


def shown(heading: str, tongue: Language) -> str:
    """`heading` with the capitals its language gives headings; words that carry their own keep them."""
    if not tongue.title_case:
        opening = heading.split(" ", maxsplit=1)[0]
        elided = opening[1:2] in ("'", "’")
        return heading[:1].upper() + heading[1:] if elided or _may_capitalise(opening) else heading
    words = heading.split(" ")
    last = len(words) - 1
    opens = True
    made: list[str] = []
    for place, word in enumerate(words):
        small = word.lower() in tongue.words.small_words and 0 < place < last and not opens
        made.append(word if small or not _may_capitalise(word) else _capitalised(word, tongue))
        opens = word.endswith((":", "?", "!", "–", "—"))
    return " ".join(made)


def _may_capitalise(word: str) -> bool:
    # file.py, npm's flags and iPhone keep their spelling.
    return word.islower() and not re.search(r"[._/\\\d=@#&+]", word.rstrip(".,:;!?"))


def _capitalised(word: str, tongue: Language) -> str:
    parts = word.split("-")
    return "-".join(
        part if place and part in tongue.words.small_words else _upper_first(part)
        for place, part in enumerate(parts)
    )


def _upper_first(part: str) -> str:
    for place, letter in enumerate(part):
        if letter.isalpha():
            return part[:place] + letter.upper() + part[place + 1 :]
    return part


@dataclass(frozen=True, slots=True)
class _Scored:
    phrase: Phrase
    shown: str
    stems: tuple[str, ...]
    score: float


class Namer:
    """Finds headings for parts of one article and gives no name twice."""

    def __init__(self, reading: Reading, labels: Mapping[str, str]) -> None:
        self._reading = reading
        self._labels = labels
        self._taken: list[frozenset[str]] = []
        self._used: list[str] = []
        self._named: list[str] = []
        self._stems = [frozenset(stems) for stems in reading.stems]
        self._title = frozenset(reading.language.terms(reading.article.title))

    def reserve(self, heading: str) -> None:
        """Keep others from the words of `heading`."""
        self._taken.append(frozenset(self._reading.language.terms(heading)))
        self._used.append(heading)

    def phrase(self, chosen: Sequence[int]) -> str:
        """The noun phrase that best names the sentences `chosen`; empty when none passes the gate."""
        best = max(
            self._scored(chosen, wide=False),
            key=lambda scored: (scored.score, -scored.phrase.line, -scored.phrase.start),
            default=None,
        )
        if best is None:
            return ""
        heading = shown(best.shown, self._reading.language)
        self.reserve(heading)
        if not leads.may_be_a_person(best.phrase.tokens, self._reading):
            self._named.append(best.shown)
        return heading

    def label(self, chosen: Sequence[int], *, first: bool) -> str:
        """A plain label that is true of the sentences `chosen`; empty when all that fit are used."""
        reading = self._reading
        lines = [reading.lines[index] for index in chosen]
        half = (len(lines) + 1) // 2
        fitting: list[str] = []
        if sum(line.voice > 0 for line in lines) >= half:
            fitting.append("author")
        if sum(line.quoted > 0.2 for line in lines) > len(lines) / 2:
            fitting.append("voices")
        if len(lines) > 1 and all(_tells_figures(line.words, line.text) for line in lines):
            fitting.append("figures")
        past = [language.mentions(line.words, reading.language.phrases.past) for line in lines]
        if not first and past[0] and sum(past) >= max(2, len(lines) - 1):
            fitting.append("background")
        for name in (*fitting, "key_points", "more"):
            if self._labels[name] not in self._used:
                self._used.append(self._labels[name])
                return self._labels[name]
        return ""

    def headline(self, tldr: Sequence[int], told: Sequence[int]) -> str:
        """A headline for the whole; may be empty.

        It is the title's own clause, or phrases of the sentences `told` that the TL;DR holds too or that name
        a part.
        """
        tongue, title = self._reading.language, self._reading.article.title
        clause = _own_clause(title)
        if clause and not same(clause, title):
            return shown(clause, tongue)
        topics: list[_Scored] = []
        for scored in sorted(
            self._scored([*tldr, *told], wide=True),
            key=lambda one: (-one.score, one.phrase.line, one.phrase.start),
        ):
            words = frozenset(scored.stems)
            if not any(words <= self._stems[index] for index in tldr) and scored.shown not in self._named:
                continue
            if all(not words & frozenset(other.stems) for other in topics):
                topics.append(scored)
            if len(topics) == 3 or sum(len(topic.stems) for topic in topics) >= 5:
                break
        topics.sort(key=lambda one: (one.phrase.line, one.phrase.start))
        names = [topic.shown for topic in topics]
        if len(topics) < 2 and sum(len(topic.stems) for topic in topics) < 3:
            names = self._named[:2] if len(self._named) > 1 else []
        if not names:
            return ""
        joined = self._listed(names)
        return "" if same(joined, title) or len(joined.split()) > HEADLINE_WORDS else joined

    def _listed(self, topics: Sequence[str]) -> str:
        """*A, B and C*."""
        tongue = self._reading.language
        made = [
            shown(topic, tongue) if not place or tongue.title_case else _lower_article(topic, tongue)
            for place, topic in enumerate(topics)
        ]
        return f" {self._labels['and']} ".join([part for part in (", ".join(made[:-1]), made[-1]) if part])

    def _scored(self, chosen: Sequence[int], *, wide: bool) -> list[_Scored]:
        reading = self._reading
        found: list[_Scored] = []
        seen: set[tuple[str, ...]] = set()
        for index in chosen:
            for phrase in phrases.phrases(reading.lines[index], index, reading, wide=wide):
                text = _shown_text(phrase, reading.language)
                stems = reading.language.terms(text)
                if (
                    not text
                    or not stems
                    or stems in seen
                    or not self._may_name(phrase, text, stems, wide=wide)
                ):
                    continue
                seen.add(stems)
                score = self._as_topic(phrase, stems) if wide else self._as_heading(phrase, stems, chosen)
                if score:
                    found.append(_Scored(phrase, text, stems, score))
        return found

    def _may_name(self, phrase: Phrase, text: str, stems: tuple[str, ...], *, wide: bool) -> bool:
        reading = self._reading
        lists = reading.language.words
        content = [token for token in phrase.tokens if token.part in "NEAPC"]
        limit = HEADLINE_WORDS if wide else HEADING_WORDS
        if len(text.split()) > limit or len(text) > HEADING_CHARACTERS + 30 * wide:
            return False
        first, head, last = content[0], phrase.head, content[-1]
        if phrase.of_role or phrase.is_cut or phrase.is_listed:
            return False
        if any(
            token.part == "D" and token.lower.rstrip("'") not in lists.articles for token in phrase.tokens[1:]
        ):
            return False
        if (
            first.lower in lists.weak_openers
            or head.lower in lists.weak_words
            or last.lower in lists.weak_words
        ):
            return False
        if straight(last.text.lower()).endswith(("'s", "'")) or (last.part == "C" and len(content) < 2):
            return False
        if any(leads.is_role(token, reading) and token.lower not in lists.thing_words for token in content):
            return False
        return self._is_new(stems)

    def _is_new(self, stems: tuple[str, ...]) -> bool:
        words = frozenset(stems)
        return all(len(words & taken) < max(1, (len(words) + 1) // 2) for taken in self._taken)

    def _as_topic(self, phrase: Phrase, stems: tuple[str, ...]) -> float:
        """How well a phrase stands for the whole article; 0 when it must not."""
        met = self._met(stems)
        if (
            len(stems) < 2
            or met < max(2, len(self._stems) // TOPIC_EVERY)
            or leads.may_be_a_person(phrase.tokens, self._reading)
        ):
            return 0.0
        shape = TOPIC_SHAPES[min(len(stems), len(TOPIC_SHAPES)) - 1]
        return self._weight(phrase, stems) * shape * math.log1p(met)

    def _as_heading(self, phrase: Phrase, stems: tuple[str, ...], chosen: Collection[int]) -> float:
        """How well a phrase names the sentences `chosen`; 0 when it must not."""
        met, support = self._met(stems), self._support(phrase, stems, chosen)
        opens = phrase.line == min(chosen)
        known = met > 2 and support > 1 and len(stems) > 1 and opens and phrase.is_subject
        if not known and leads.may_be_a_person(phrase.tokens, self._reading):
            return 0.0
        if len(stems) == 1:
            alone = _can_stand_alone(phrase, self._reading.language)
            if not alone or support < 2 or met < 3 or stems[0] in self._title:
                return 0.0
        if support < 2:
            # Spoken of once: only what opens the part can name it, and a name only when met elsewhere too.
            named = any(token.part == "E" for token in phrase.tokens)
            leads_off = phrase.is_subject or phrase.start < OPENING
            if not opens or not leads_off or (met < 2 and (named or not phrase.is_subject)):
                return 0.0
        shape = HEADING_SHAPES[min(len(stems), len(HEADING_SHAPES)) - 1]
        return self._weight(phrase, stems) * shape * (1.0 + 0.5 * (support - 1)) * (1.2 if met > 1 else 1.0)

    def _met(self, stems: tuple[str, ...]) -> int:
        """In how many sentences of the article all of `stems` are met."""
        words = frozenset(stems)
        return sum(1 for line in self._stems if words <= line)

    def _support(self, phrase: Phrase, stems: tuple[str, ...], chosen: Collection[int]) -> int:
        """How many of `chosen` speak of the phrase: by its noun, or by two of its words."""
        words, head = frozenset(stems), self._reading.language.stem(phrase.head.lower)
        lines = [self._stems[index] for index in chosen]
        return sum(1 for line in lines if head in line or len(words & line) >= 2)

    def _weight(self, phrase: Phrase, stems: tuple[str, ...]) -> float:
        """What a phrase says by itself: rare words, in a good place, and more than the title says."""
        weight = sum(map(self._reading.language.rarity, stems)) / len(stems)
        weight *= (1.2 if phrase.start < OPENING else 1.0) * (1.1 if phrase.determined else 1.0)
        return weight * (0.75 if frozenset(stems) <= self._title else 1.0)


def _can_stand_alone(phrase: Phrase, tongue: Language) -> bool:
    """Whether a single noun can be a heading, as a German compound can."""
    if tongue.head == "capital":
        return len(phrase.head.text) >= 9 and (
            phrase.tokens[0].part == "D" or not phrase.head.text.endswith("en")
        )
    return tongue.head == "first" and len(phrase.head.text) >= 7


def _lower_article(topic: str, tongue: Language) -> str:
    first = topic.split(" ", maxsplit=1)[0]
    return (
        topic[:1].lower() + topic[1:]
        if first.lower() in tongue.words.articles or first[1:2] in "'’"
        else topic
    )


def _tells_figures(words: Sequence[str], text: str) -> bool:
    """Whether a sentence is about amounts: money, shares, or several numbers that are no years."""
    amounts = [word for word in words if word[0].isdigit() and not _YEAR.fullmatch(word)]
    return bool(amounts) and (len(amounts) > 1 or any(mark in text for mark in "%€$£¥"))


def _shown_text(phrase: Phrase, tongue: Language) -> str:
    """The words of `phrase` as a heading has them; empty when they cannot stand alone."""
    opening = phrase.tokens[0]
    if opening.part != "D":
        return phrase.text
    article = straight(opening.text.lower()).rstrip("'")
    if tongue.head == "last":
        return phrase.text[phrase.tokens[1].start - phrase.start :] if len(phrase.tokens) > 1 else ""
    return phrase.text if article in tongue.words.articles - tongue.words.indefinite else ""


def _own_clause(title: str) -> str:
    """The part after the first colon or dash of a title, when it has one that says something; else empty."""
    parts = [part.strip() for part in _CLAUSE.split(title) if part.strip()]
    if len(parts) != 2:
        return ""
    before, after = parts
    # A short tail is the site's name; a short head is a kicker.
    return after if ":" in title and len(after.split()) >= 4 and len(before.split()) >= 1 else ""
