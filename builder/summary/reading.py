"""An article, read: which of its sentences may stand in a summary, and which lean on the one before."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

from builder.model import Article, BlockKind, Sentence
from builder.summary import language, quotes, rank, sentences
from builder.summary.language import Language, straight, tokens
from builder.summary.rank import Vector

WORDS_LEAST = 6
LEAD, LEAD_LONGER = 3, 1.25
"""The first sentences of a report may be so much longer than any other."""
POINT_WORDS_LEAST = 3
FRAGMENT_WORDS_LEAST = 7
"""In a point that does not end as a sentence does, after its label."""
CHARACTERS_LEAST = 12
CHARACTERS_MOST = 160
"""For scripts that put no space between words."""
NEAR = 24
"""Characters beside a name in which a verb of saying is looked for."""
BEGINNING, ENDING = 800, 200
"""Of a text as long as a book only so many sentences at either end are weighed; nobody reads it for news."""
CHAIN = 2
"""How many sentences before it one may lean on."""

_END = re.compile(r"[.!…。！।۔]['\"’”»“)\]」』]*(?:\[\d{1,3}\])*\Z")
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])['\"’”»)\]]*\Z")
_ASKS_OR_ANNOUNCES = re.compile(r"[:?？؟;,][\"'’”»)\]\d\s]*\Z")
_GAP = re.compile(r"\s[,.](?:\s|\Z)|,\s*,|\(\s*\)|\]:")
_CODE = re.compile(
    r"[{}<>|\\^~`]|\(\)|->|=>|==|!=|::|&&|\$\s?\w+=|\s[-=+*/]{1,2}\s?\w+[=(]|;\s*\Z|\w_\w|/\w+/\w+|\s--?\w"
)
_ADDRESS = re.compile(r"https?://|www\.|\w@\w|(?<!\w)@\w|#\w+ #\w+")
_FRAGMENT = re.compile(r"\[\d{1,3}\]|[-–—•*·>+#,;:.]|[A-Z]:\s|\d{1,2}(?:[.)](?!\d)|\s?[-–]\s)|\(?[a-z0-9]\)")
_LEADING = re.compile(r"[\s\"'“”„«»‘’(\[¿¡]+")
_INNER_CAPITAL_WORD = re.compile(r"[a-z]{1,2}[A-Z]")
_NAME = re.compile(r"(?<=[a-zà-ÿ0-9,;)] )[A-ZÀ-ÖØ-Þ][\w&'’.-]*")
_LOWER_WORD = re.compile(r"(?<![\w'’])[a-zà-ÿ][^\W\d_]*")
_CAPITALS = re.compile(
    r"[A-ZÀ-ÖØ-Þ][\w’'-]+"
    r"(?: (?:[A-ZÀ-ÖØ-Þ]\.? )?(?:(?:de|van|von|der|da|di|del|la|al|bin) )*[A-ZÀ-ÖØ-Þ][\w’-]+)*"
)
_UNSPACED = re.compile("[\u2e80-\u9fff]")
_UNITED_STATES = re.compile(r"\bUS\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as the engine judges it."""

    sentence: Sentence
    kind: BlockKind
    words: tuple[str, ...]
    """In lower case, in order."""
    usable: bool
    """Whether it may stand in a summary."""
    depends: bool
    """Whether it can only be understood after the sentence before."""
    quoted: float
    """The share of it that is between quotation marks, 0 to 1."""
    own: str
    """The writer's own words: quotations blanked, at their places."""
    voice: int
    """0 when nobody speaks of himself outside quotations, 1 for *we*, 2 for *I*."""

    @property
    def text(self) -> str:
        """The sentence, word for word."""
        return self.sentence.text

    @property
    def whole(self) -> bool:
        """Whether it ends as sentences do; points often do not."""
        return bool(_END.search(self.sentence.text))

    @property
    def is_prose(self) -> bool:
        """Whether it can stand in a paragraph: a sentence of running text, or a point that is one."""
        return self.kind is not BlockKind.POINT or (self.whole and len(self.words) >= WORDS_LEAST)


@lru_cache(maxsize=4)
def of(article: Article) -> "Reading":
    """`article`, read; its summary and its evidence share one reading."""
    return Reading(article)


class Reading:
    """An article with all that the engine asks of it, found once."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.language: Language = language.of(article)
        self.sentences: tuple[Sentence, ...] = sentences.split(article)
        self.people: frozenset[str] = _people(article, self.language)
        self.lines: tuple[Line, ...] = tuple(_lines(article, self.sentences, self.people, self.language))
        self.tokens: dict[int, tuple[Any, ...]] = {}
        """What `phrases.read` made of a sentence, by its start."""

    @cached_property
    def stems(self) -> tuple[tuple[str, ...], ...]:
        """The stems of each sentence, stop words left out; none of one that is not weighed."""
        return tuple(self.language.terms(line.text) if line.words else () for line in self.lines)

    @cached_property
    def vectors(self) -> tuple[Vector, ...]:
        """The tf-idf vectors of the sentences."""
        return rank.vectors(self.stems, self.language)

    @cached_property
    def title(self) -> Vector:
        """The tf-idf vector of the title."""
        return rank.vectors([self.language.terms(self.article.title)], self.language)[0]

    @cached_property
    def names(self) -> frozenset[str]:
        """Words that stand with a capital within sentences, in lower case."""
        return frozenset(
            name.lower().rstrip(".'’") for line in self.lines for name in _NAME.findall(line.text)
        )

    @cached_property
    def common(self) -> frozenset[str]:
        """Words that stand without a capital somewhere."""
        return frozenset(word for line in self.lines for word in _LOWER_WORD.findall(line.text))

    def resumes(self, index: int) -> bool:
        """Whether sentence `index` opens with *The* and a noun brought up before, but not in the lead."""
        words, lists = self.lines[index].words, self.language.words
        if self.language.head != "last" or len(words) < 3 or words[0] not in lists.articles:
            return False
        if words[2] not in lists.stopwords and words[2] not in lists.verbs:
            return False
        noun = self.language.stem(words[1])
        return 1 < self._first_met.get(noun, index) < index and noun not in self.title

    @cached_property
    def _first_met(self) -> dict[str, int]:
        """The index of the sentence in which each stem is first met."""
        met: dict[str, int] = {}
        for index, line in enumerate(self.lines):
            for word in line.words:
                met.setdefault(self.language.stem(word), index)
        return met

    def chain(self, index: int) -> tuple[int, ...]:
        """Sentence `index` after those it needs, in order; empty when one of them is not usable."""
        first = index
        while self.lines[first].depends:
            first -= 1
            if first < 0 or index - first > CHAIN or not self.lines[first].usable:
                return ()
        return tuple(range(first, index + 1)) if self.lines[index].usable else ()


def _people(article: Article, tongue: Language) -> frozenset[str]:
    """The names of persons, each part by itself, in lower case.

    Known by a title before, a given name within or a verb of saying beside them.
    """
    lists = tongue.words
    found: set[str] = set()
    for block in article.blocks:
        for match in _CAPITALS.finditer(block.text):
            parts = [part.lower().rstrip(".") for part in straight(match[0]).split()]
            start, end = match.span()
            before = block.text[max(0, start - NEAR) : start].split()[-1:]
            after = block.text[end : end + NEAR].split()[:1]
            near = {word.lower().strip(".,“”\"'") for word in (*before, *after)}
            named = len(parts) > 1 and any(part in lists.given_names for part in parts)
            if not named and any(part in lists.thing_words for part in parts):
                continue
            titled = parts[0] in lists.titles or parts[0] in lists.speech_roles
            if named or titled or near & lists.titles or near & lists.speech:
                found.update(
                    part.removesuffix("'s")
                    for part in parts
                    if part not in lists.stopwords
                    and part not in lists.thing_words
                    and part not in lists.titles
                    and part not in lists.speech_roles
                )
    return frozenset(found)


def _lines(
    article: Article, split: Sequence[Sentence], people: frozenset[str], tongue: Language
) -> Iterator[Line]:
    seen: set[str] = set()
    begins = _first_text(article)
    block = -1
    offset = 0
    quoted: tuple[tuple[int, int], ...] = ()
    told = False
    for index, sentence in enumerate(split):
        kind = article.blocks[sentence.block].kind
        if BEGINNING <= index < len(split) - ENDING:
            yield Line(sentence, kind, (), False, False, 0.0, "", 0)
            continue
        if sentence.block != block:
            offset += sum(len(passed.text) + 2 for passed in article.blocks[max(block, 0) : sentence.block])
            block = sentence.block
            quoted = quotes.spans(article.blocks[block].text)
        begin, end = sentence.start - offset, sentence.end - offset
        touching = [(start, stop) for start, stop in quoted if start < end and stop > begin]
        own = quotes.outside(
            sentence.text,
            tuple((max(start - begin, 0), min(stop - begin, end - begin)) for start, stop in touching),
        )
        line = _line(sentence, kind, own, people, tongue, place=index)
        torn = any(start < begin or stop > end for start, stop in touching)
        # Points before the text are the page's furniture; those after "He also said:" are his claims.
        stray = kind is BlockKind.POINT and (block < begins or told)
        if kind is not BlockKind.POINT:
            told = sentence.text.endswith(":") and any(word in tongue.words.speech for word in line.words)
        if torn or stray or sentence.text in seen:
            line = Line(sentence, kind, line.words, False, line.depends, line.quoted, own, line.voice)
        seen.add(sentence.text)
        yield line


def _first_text(article: Article) -> int:
    """The index of the block with which the text begins: a paragraph, or a heading that is not the title."""
    for index, block in enumerate(article.blocks):
        if block.kind is BlockKind.PARAGRAPH:
            return index
        if block.kind is BlockKind.HEADING and tokens(block.text) != tokens(article.title):
            return index
    return 0


def _line(
    sentence: Sentence, kind: BlockKind, own: str, people: frozenset[str], tongue: Language, *, place: int
) -> Line:
    text = sentence.text
    words = tuple(tokens(text))
    own_words = tokens(_UNITED_STATES.sub("USA", own))
    quoted = 1.0 - sum(map(str.isalnum, own)) / (sum(map(str.isalnum, text)) or 1)
    usable = (
        kind is not BlockKind.QUOTE
        and (quoted < 0.75 or _has_speaker(own_words, people, tongue))
        and _has_length(text, words, kind, tongue.longest * (LEAD_LONGER if place < LEAD else 1.0))
        and _is_prose(text, words, kind, tongue)
        and not _is_about_the_page(text, tongue)
    )
    return Line(
        sentence=sentence,
        kind=kind,
        words=words,
        usable=usable,
        depends=_points_back(text, words, tongue, opens=place == 0)
        or _leaves_person_open(own_words, people, tongue)
        or (quoted > 0.2 and _spoken_by_pronoun(own_words, tongue)),
        quoted=quoted,
        own=own,
        voice=_voice(own_words, tongue),
    )


def _has_length(text: str, words: Sequence[str], kind: BlockKind, most: float) -> bool:
    if _is_unspaced(text):
        return CHARACTERS_LEAST <= len(text) <= CHARACTERS_MOST
    least = WORDS_LEAST
    if kind is BlockKind.POINT:
        if not _END.search(text):
            return len(tokens(text.rpartition(": ")[2])) >= FRAGMENT_WORDS_LEAST and len(words) <= most
        least = POINT_WORDS_LEAST
    return least <= len(words) <= most


def _is_unspaced(text: str) -> bool:
    return len(text) > 10 and len(_UNSPACED.findall(text)) > 0.3 * len(text)


def _is_prose(text: str, words: Sequence[str], kind: BlockKind, tongue: Language) -> bool:
    """Whether `text` is a whole sentence of running text: no code, caption, table row, question or piece."""
    letters = sum(map(str.isalpha, text))
    numbers = sum(word[0].isdigit() for word in words)
    body = _LEADING.sub("", text, count=1)
    return (
        (kind is BlockKind.POINT or bool(_END.search(text)))
        and not _ASKS_OR_ANNOUNCES.search(text)
        and not _GAP.search(text)
        and not _CUT_OFF.search(text)
        and not _FRAGMENT.match(text)
        and (not body[:1].islower() or bool(_INNER_CAPITAL_WORD.match(body)))
        and letters > 0.58 * len(text)
        and numbers <= 0.3 * max(len(words), 1)
        and not _CODE.search(text)
        and not _ADDRESS.search(text)
        and text.count("(") == text.count(")")
        and sum(map(str.isupper, text)) < 0.5 * letters
        and not _is_list_of_names(text, tongue)
    )


def _is_list_of_names(text: str, tongue: Language) -> bool:
    """Whether most words have capitals, as in a headline or a book reference; German shows it by nothing."""
    if tongue.head not in ("last", "first"):
        return False
    written = [word for word in text.split() if word[:1].isalpha()]
    lists, small = tongue.words, [word for word in written if word[0].islower()]
    # A sentence may name many, as long as somebody does something in it.
    told = any(word in lists.auxiliaries or word in lists.verbs for word in small)
    most = 0.75 if told else 0.55
    return len(written) > 5 and len(written) - len(small) > most * len(written)


def _is_about_the_page(text: str, tongue: Language) -> bool:
    return bool(tongue.phrases.boilerplate.search(straight(text.lower())))


def _voice(own_words: Sequence[str], tongue: Language) -> int:
    if not tongue.words.first_person.isdisjoint(own_words):
        return 2
    return 1 if not tongue.words.first_person_plural.isdisjoint(own_words) else 0


def _points_back(text: str, words: Sequence[str], tongue: Language, *, opens: bool) -> bool:
    """Whether the first words lean on the sentence before."""
    if not words:
        return False
    lists, first = tongue.words, words[0]
    if opens and first in lists.additives:
        # *Even the newest sensor …*: where nothing stands before, it adds to nothing.
        return False
    if first in lists.discourse and re.match(rf"\W*{re.escape(first)},", straight(text.lower())):
        return True
    if first in lists.connectives or first.endswith(tongue.phrases.subjectless_endings):
        return True
    if first in lists.pronouns:
        # *This week* and *These days* point at the calendar, not at the sentence before.
        return len(words) < 2 or words[1] not in lists.calendar
    for place, word in enumerate(words[:4]):
        if place and word in lists.echoes:
            # *Critics say it works* brings up its own *it*; *seen from above, it works* does not.
            told = word in lists.speaker_pronouns and not (lists.auxiliaries | lists.speech).isdisjoint(
                words[1:place]
            )
            if not told:
                return True
    return language.opens(words, tongue.phrases.dependent)


def _leaves_person_open(own_words: Sequence[str], people: frozenset[str], tongue: Language) -> bool:
    """Whether *he* or *she* stands in it before anybody is named, or brought in as *a widow*."""
    if own_words and own_words[0] in tongue.words.indefinite:
        return False
    for word in own_words:
        if word in people or word in tongue.words.role_words:
            return False
        if word in tongue.words.human_pronouns:
            return True
    return False


def _has_speaker(own_words: Sequence[str], people: frozenset[str], tongue: Language) -> bool:
    """Whether the words around a quotation say who spoke."""
    lists = tongue.words
    return not lists.speech.isdisjoint(own_words) and any(
        word in people or word in lists.role_words or word in lists.speaker_pronouns for word in own_words
    )


def _spoken_by_pronoun(own_words: Sequence[str], tongue: Language) -> bool:
    """Whether a quotation is ascribed to *he* or *she*."""
    lists = tongue.words
    return any(
        (one in lists.speaker_pronouns and other in lists.speech)
        or (one in lists.speech and other in lists.speaker_pronouns)
        for one, other in pairwise(own_words)
    )
