"""Noun phrases without a tagger: runs of words that, by their neighbours and endings, name something.

Every phrase is a run of the text's own words, so a heading made of one can be found in the source.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.summary.language import Language, Words, straight
from builder.summary.reading import Line, Reading

_TOKEN = re.compile(
    r"\d+(?:[.,:]\d+)+|[^\W_]+(?:[-'’.&/][^\W_]+)*['’]?(?=\s|$)|[^\W_]+(?:[-'’.&][^\W_]+)*|[^\w\s]"
)
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu)['’]", re.IGNORECASE)
GERMAN_NOUN = re.compile(r"(?:ung|heit|keit|schaft|tion|tät|ismus)(?:en)?\Z|(?:ment|nis)(?:e|se|s)?\Z")
LONGEST = 7
"""Words in a phrase."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark and the part it can play in a phrase."""

    text: str
    start: int
    end: int
    part: str
    """`N` noun, `E` name, `A` adjective, `P` participle, `D` determiner, `J` joiner, `V` verb, `C` number,
    `R` any other word, `.` a mark."""

    @property
    def lower(self) -> str:
        """In lower case, with a straight apostrophe, without a possessive ending."""
        return straight(self.text.lower()).removesuffix("'s").removesuffix("'")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase and where it stands."""

    text: str
    """As in the source."""
    tokens: tuple[Token, ...]
    line: int
    """The index of its sentence."""
    start: int
    """Where it begins in the sentence."""
    head: Token
    before: str
    """The part of the word before it; empty at the start of a sentence."""
    determined: bool
    """Whether an article or the like stands before it or opens it."""
    of_role: bool
    """Whether it only says of what somebody is the head: *Director of Digital Services*."""
    is_cut: bool
    """Whether it is part of a name that goes on: *Department* of *Department of Justice*."""
    is_listed: bool
    """Whether it is one of several that are told one after the other."""
    is_subject: bool
    """Whether it opens the sentence, but for an article, and a verb follows."""

    @property
    def end(self) -> int:
        """Where it ends in the sentence."""
        return self.start + len(self.text)


def read(line: Line, reading: Reading) -> tuple[Token, ...]:
    """The tokens of the writer's own words in `line`; a quotation is one mark."""
    known = reading.tokens.get(line.sentence.start)
    if known is None:
        known = reading.tokens[line.sentence.start] = tuple(_tokens(line, reading))
    return known


def _tokens(line: Line, reading: Reading) -> Iterator[Token]:
    pieces = _pieces(line, reading.language)
    texts = [text for text, _ in pieces]
    previous: Token | None = None
    for at, (text, start) in enumerate(pieces):
        part = _part(text, previous, texts[at + 1 :] or ["."], reading)
        previous = Token(text, start, start + len(text), part)
        yield previous


def phrases(line: Line, index: int, reading: Reading, *, wide: bool = False) -> tuple[Phrase, ...]:
    """The noun phrases of sentence `index`, in order; longer ones with joiners beside their first parts.

    None in a language without data.

    `wide` also joins by *for*, *in* and the like, for a headline.
    """
    if not reading.language.known:
        return ()
    read_ = read(line, reading)
    found: list[Phrase] = []
    for first, last in _chunks(read_, reading.language.head):
        joined = _join(read_, last, reading.language, wide=wide)
        bare = (
            reading.language.head == "first"
            and sum(token.part in "NE" for token in read_[first : last + 1]) < 2
        )
        if joined == last or not bare:
            # Of *el ministerio de Hacienda* the first noun alone says little.
            found.append(_phrase(line, index, read_, first, last, reading.language))
        if joined > last:
            found.append(_phrase(line, index, read_, first, joined, reading.language))
    return tuple(phrase for phrase in found if len(phrase.tokens) <= LONGEST)


def _pieces(line: Line, tongue: Language) -> list[tuple[str, int]]:
    pieces: list[tuple[str, int]] = []
    for match in _TOKEN.finditer(line.own):
        text, start = match[0], match.start()
        if tongue.head == "first" and (elided := _ELIDED.match(text)) and len(text) > elided.end():
            pieces.append((elided[0], start))
            text, start = text[elided.end() :], start + elided.end()
        if pieces and start > pieces[-1][1] + len(pieces[-1][0]) + 1:
            pieces.append((",", start - 1))
        pieces.append((text, start))
    return pieces


def _part(text: str, previous: Token | None, ahead: Sequence[str], reading: Reading) -> str:
    if not text[0].isalnum():
        return "."
    tongue = reading.language
    lists = tongue.words
    lower = straight(text.lower())
    bare = lower.removesuffix("'s").rstrip("'")
    initial = previous is None or (previous.part == "." and previous.text in '“":(')
    plain = lower.rstrip("'")
    if plain in lists.joiners and previous is not None and previous.part in "NAE":
        return "J"
    if plain in lists.determiners:
        return "D"
    if lower.endswith("'") and len(lower) < 4:
        return "R"
    if text[0].isdigit():
        return "N" if not text.isdigit() and text[-1].isalpha() and len(text) < 8 else "C"
    if lower in lists.prepositions:
        return "J"
    if lower in lists.auxiliaries:
        return "V"
    capital = text[0].isupper() and (not initial or bare in reading.names)
    if tongue.head == "capital":
        return _german(text, lower, capital, reading)
    if capital and not (lower in lists.stopwords and len(text) < 5):
        return "R" if lower in lists.weekdays or lower in lists.months else "E"
    if lower in lists.stopwords or lower in lists.adverbs or lower in lists.weekdays or lower in lists.months:
        return "V" if lower in lists.verbs else "R"
    if lower in lists.numbers or lower in lists.scales:
        return "C"
    if tongue.head == "first":
        return _romance(lower, previous, tongue)
    return _english(lower, bare, previous, ahead, tongue)


def _german(text: str, lower: str, capital: bool, reading: Reading) -> str:
    lists = reading.language.words
    if lower in lists.stopwords or lower in lists.adverbs or lower in lists.verbs:
        return "R" if lower not in lists.verbs else "V"
    if lower in lists.weekdays or lower in lists.months or lower in lists.numbers:
        return "R"
    if text[0].isupper():
        return "N" if capital or GERMAN_NOUN.search(lower) else "R"
    return "A" if lower.endswith(("e", "er", "es", "en", "em")) and len(lower) > 3 else "R"


def _romance(lower: str, previous: Token | None, tongue: Language) -> str:
    lists = tongue.words
    if lower in lists.verbs:
        # After an article the word is a noun, whatever else it can be.
        return "N" if previous is not None and previous.part == "D" else "V"
    if lower in lists.adjectives:
        return "A"
    if previous is not None and previous.part in "NEA" and lower.endswith(tongue.phrases.verb_endings):
        return "V"
    if previous is not None and previous.lower.endswith(("o", "os")) and lower.endswith(("a", "as")):
        # *El Pacto Histórico intensifica*: an adjective would agree.
        return "V" if previous.part in "NEA" else "N"
    if (
        previous is not None
        and previous.part in "NEA"
        and lower not in lists.not_adjectives
        and lower.endswith(tongue.phrases.adjective_endings)
    ):
        return "A"
    return "N"


def _english(lower: str, bare: str, previous: Token | None, ahead: Sequence[str], tongue: Language) -> str:
    lists = tongue.words
    if lower.endswith("ly") and lower not in lists.ly_nouns and lower not in lists.adjectives:
        return "R"
    within = previous is not None and previous.part in "DANEP"
    followed = straight(ahead[0].lower())
    ends = not ahead[0][0].isalnum() or followed in lists.stopwords or followed in lists.auxiliaries
    attributive = not ends and previous is not None and previous.part in "DA"
    if lower in lists.noun_ings:
        return "N"
    if lower in lists.verbs:
        return "P" if lower.endswith(("ed", "ing")) and attributive else "V"
    if _is_nouny(lower, lists.nouny_verbs):
        if not within:
            return "V" if previous is not None and previous.lower in _VERB_BEFORE else "N"
        takes_object = followed in lists.determiners or followed in _OBJECTS
        if previous is None or previous.part not in "NE":
            return "N"
        # *The station stands on …*, when no other verb follows.
        lonely = (
            lower.endswith("s")
            and not previous.lower.endswith("s")
            and followed in lists.prepositions
            and followed not in lists.joiners
            and not any(word.lower() in lists.verbs or word.lower() in lists.auxiliaries for word in ahead)
        )
        return "V" if takes_object or lonely else "N"
    if (lower.endswith("ing") and len(lower) > 6) or (
        lower.endswith("ed") and len(lower) > 4 and not lower.endswith("eed")
    ):
        return "P" if attributive else "V"
    if previous is not None and previous.lower == "to" and not lower.endswith(_NOUN_ENDINGS):
        return "V"
    if lower in lists.adjectives or (
        lower.endswith(tongue.phrases.adjective_endings)
        and lower not in lists.not_adjectives
        and len(lower) > 4
    ):
        return "A"
    return "N" if bare else "R"


_VERB_BEFORE = frozenset(
    ["to", "they", "we", "you", "i", "will", "would", "can", "could", "should", "may", "might", "not"]
)
_NOUN_ENDINGS = ("s", "tion", "ment", "ness", "ity", "ance", "ence", "ship", "ism", "ware", "work")
_OBJECTS = frozenset(
    ["it", "them", "him", "her", "us", "me", "you", "to", "that", "how", "when", "what", "why", "whether"]
)


def _is_nouny(lower: str, nouny: frozenset[str]) -> bool:
    return (
        lower in nouny
        or (lower.endswith("s") and lower[:-1] in nouny)
        or (lower.endswith("es") and lower[:-2] in nouny)
        or (lower.endswith("ies") and lower[:-3] + "y" in nouny)
    )


def _chunks(read_: Sequence[Token], head: str) -> Iterator[tuple[int, int]]:
    """First and last index of each noun phrase without joiners."""
    at = 0
    while at < len(read_):
        begin = at + 1 if head == "first" and read_[at].part == "D" else at
        end = _core_end(read_, begin, head)
        if end == begin:
            at += 1
            continue
        first = _german_start(read_, begin) if head == "capital" else at
        # Without an article in front there is no telling a Romance noun from a verb.
        if head != "first" or read_[at].part == "D" or read_[begin].part == "E":
            yield first, end - 1
        at = end


def _core_end(read_: Sequence[Token], begin: int, head: str) -> int:
    """Where the noun phrase at `begin`, its article left out, has ended; `begin` when there is none."""
    at = begin
    if head == "last":
        while at < len(read_) and (read_[at].part in "ANEP" or (at > begin and _is_version(read_, at))):
            at += 1
        while at > begin and read_[at - 1].part not in "NEC":
            at -= 1
        return at
    while at < len(read_) and read_[at].part == "A":
        at += 1
    noun = at
    if head == "capital":
        while at < len(read_) and read_[at].part == "N":
            at += 1
    else:
        at += at < len(read_) and read_[at].part in "NE"
        while noun < at < len(read_) and read_[at].part in "AE":
            at += 1
    return at if at > noun else begin


def _is_version(read_: Sequence[Token], at: int) -> bool:
    """Whether the number at `at` belongs to the name before it, as in *Windows 10*."""
    before, number = read_[at - 1], read_[at]
    if number.part != "C" or before.part != "E":
        return False
    return number.text.isdigit() and len(number.text) < 3 and straight(before.text)[-2:] != "'s"


def _german_start(read_: Sequence[Token], begin: int) -> int:
    """Where a German phrase begins: at its article when that reads as a nominative, else at its noun.

    *Die neue Regelung* can stand by itself whatever its case was; of *der neuen Regelung* only the noun can.
    """
    noun = next(at for at in range(begin, len(read_)) if read_[at].part == "N")
    article = read_[begin - 1].lower if begin and read_[begin - 1].part == "D" else ""
    opening = read_[begin].lower if begin < noun else ""
    stands = article in ("die", "das", "eine", "ein") or (article == "der" and opening.endswith("e"))
    return begin - 1 if stands else noun


def _join(read_: Sequence[Token], last: int, tongue: Language, *, wide: bool) -> int:
    """The last index of the phrase that goes on after `last` by joiners; `last` itself when none does."""
    joiners = tongue.words.wide_joiners if wide else tongue.words.joiners
    for _ in range(2 if tongue.head == "first" or wide else 1):
        at = last + 1
        if at >= len(read_) or straight(read_[at].text.lower()).rstrip("'") not in joiners:
            break
        at += 1
        bare = at < len(read_) and read_[at].part != "D"
        begin = at if bare else at + 1
        end = _core_end(read_, begin, tongue.head)
        # *De décider* is no noun phrase, *de la décision* is.
        if end == begin or (bare and read_[begin].lower.endswith(tongue.phrases.infinitive_endings)):
            break
        last = end - 1
    return last


def _goes_on(read_: Sequence[Token], last: int, tongue: Language) -> bool:
    following = read_[last + 1 : last + 3]
    links = tongue.words.prepositions if tongue.head == "first" else tongue.words.joiners
    return (
        len(following) == 2
        and read_[last].part == "E"
        and following[0].lower in links
        and following[1].part == "E"
    )


def _follows_role(read_: Sequence[Token], first: int, lists: Words) -> bool:
    """Whether the phrase at `first` hangs on a role by a joiner or a comma."""
    at = first - 1
    if at >= 0 and read_[at].part == "D":
        at -= 1
    if at < 1 or read_[at].part not in "J.":
        return False
    return any(token.lower in lists.role_words for token in read_[max(0, at - 3) : at])


def _is_listed(read_: Sequence[Token], first: int, last: int, lists: Words) -> bool:
    """Whether commas or *and* stand on both sides of a phrase, one of them a comma."""
    before = read_[first - 1] if first else None
    if before is not None and before.part == "D" and first > 1:
        before = read_[first - 2]
    after = read_[last + 1] if last + 1 < len(read_) else None
    sides = [token.lower if token is not None else "" for token in (before, after)]
    return all(side in {",", *lists.conjunctions} for side in sides) and "," in sides


def _phrase(
    line: Line, index: int, read_: Sequence[Token], first: int, last: int, tongue: Language
) -> Phrase:
    tokens = tuple(read_[first : last + 1])
    before = read_[first - 1] if first else None
    after = read_[last + 1] if last + 1 < len(read_) else None
    nouns = [token for token in tokens if token.part in "NE"]
    joiner = next((place for place, token in enumerate(tokens) if token.part == "J"), len(tokens))
    front = [token for token in tokens[:joiner] if token.part in "NE"] or nouns or list(tokens)
    return Phrase(
        text=line.text[tokens[0].start : tokens[-1].end],
        tokens=tokens,
        line=index,
        start=tokens[0].start,
        head=front[-1],
        before=before.part if before else "",
        determined=tokens[0].part == "D" or (before is not None and before.part == "D"),
        is_cut=_goes_on(read_, last, tongue),
        is_listed=_is_listed(read_, first, last, tongue.words),
        of_role=_follows_role(read_, first, tongue.words),
        is_subject=(first == 0 or (first == 1 and read_[0].part == "D"))
        and after is not None
        and after.part == "V",
    )
