"""Who did what: whether a name stands in a statement where the source has another.

All its words may be in the source, and the statement false. What can be compared without understanding it is
the company a name keeps: the words before and after it, near and far. Each name of a statement is tried in
its place against the places of all names in the source; where another fits clearly better, or two names of
the statement fit better the other way round, that is a doubt, and no proof.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from builder import rules
from builder.model import Finding, Verdict
from builder.summary import names
from builder.summary.ground import Ground
from builder.summary.known import Known

# Chosen on development data, for two names exchanged in human summaries against those left as they are;
# halving or doubling any of them changes little.
FADE = 4.0
"""Words from a name after which another counts half, in a statement; `FADE_SOURCE` in the source."""
FADE_SOURCE = 7.0
OTHER_SIDE = 0.6
"""The weight of a word that stands before the name here and after it there."""
NEXT_SENTENCE, PREVIOUS_SENTENCE = 0.45, 0.25
"""The weight of a word in a neighbouring sentence of the source."""
POINTED_BACK = 0.8
"""The weight of a pronoun that may stand for a name."""
RECENT = 3
"""So many names that were met last may be what a pronoun stands for."""
LEAD, LEAD_OF_OTHER_KIND = 0.15, 0.1
"""By how much another must fit better: a person for a person, or a thing for a person."""
FIT = 0.38
"""How well it must fit at least, 1 being word for word."""
LEAD_OF_PAIR, FIT_OF_PAIR = 0.01, 0.2
"""The same for two names of a statement the other way round."""

MOST = 30
"""Names and dates of a sentence that are compared; a longer list is no statement."""
_Words = tuple[str, ...]
_DATES = ("year", "weekday", "month")
_NO_NAMES = (*_DATES, "number", "pair")
_CODES = dict.fromkeys(_DATES, "F203") | {"number": "F105", "pair": "F105"}
_NEIGHBOURS = ((1, NEXT_SENTENCE), (-1, PREVIOUS_SENTENCE), (2, PREVIOUS_SENTENCE))
_REACH = ((0, 1.0), (-1, NEXT_SENTENCE), (1, PREVIOUS_SENTENCE), (-2, PREVIOUS_SENTENCE))
"""The neighbours, seen from the other side."""
_AROUND = 3
"""Words on either side of a name; where they are the source's too, it is in its place."""


@dataclass(frozen=True, slots=True)
class _Company:
    """A word near a name: its stem, its weight, and on which side it stands."""

    stem: str
    weight: float
    side: int


@dataclass(frozen=True, slots=True)
class _Slot:
    """A name or a date of a statement."""

    text: str
    start: int
    end: int
    words: _Words
    """By which it is told from others; of a date one word that no name has."""
    kind: str
    """`person`, `thing`, or what a date says."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A slot with what surrounds it."""

    slot: _Slot
    company: Sequence[_Company]
    bounds: Mapping[int, float]
    """By sentence of the source: the most of `company` that can be found there."""
    alike: frozenset[_Words]
    """The ways in which the source writes it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a name or a date, or a pronoun that may stand for a name, is in the source."""

    sentence: int
    """Counted over the sentences at hand."""
    words: _Words
    kind: str
    """As in `_Slot`."""
    first: int
    """Its first and last token."""
    last: int
    weight: float


class Relations:
    """The names of a source, each with the company it keeps."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known = [ground.sentences[index] for index in sorted(ground.sentences)]
        self._held = [_by_stem(known) for known in self._known]
        self._places: dict[int, list[_Place]] = {}
        self._by_words: dict[_Words, list[_Place]] = {}
        self._same: dict[_Words, frozenset[_Words]] = {}
        for place in self._named():
            self._places.setdefault(place.sentence, []).append(place)
            self._by_words.setdefault(place.words, []).append(place)
        self._neighbours = [
            [
                (weight, self._held[number + step])
                for step, weight in _NEIGHBOURS
                if 0 <= number + step < len(self._held)
            ]
            for number in range(len(self._held))
        ]
        self._sentences: dict[str, list[int]] = {}
        for number, held in enumerate(self._held):
            for stem in held:
                self._sentences.setdefault(stem, []).append(number)

    def findings(self, statement: Known) -> Iterator[Finding]:
        """The names and dates of `statement` that seem to stand where others should."""
        slots = [
            _Placed(slot, company, self._bounds(company), alike)
            for slot in islice(self._slots(statement), MOST)
            if not self._is_copied(statement, slot)
            and (alike := self._alike(slot.words))
            and (company := self._company(statement, slot))
        ]
        exchanged: set[int] = set()
        for first, second in combinations(slots, 2):
            one, two = first.slot, second.slot
            if not _are_listed(statement, one, two) and self._fit_exchanged(first, second):
                exchanged.update((one.start, two.start))
                yield rules.finding(
                    "F502",
                    f"{one.text} and {two.text} seem to be exchanged",
                    verdict=Verdict.CONTRADICTED,
                    subject=f"{one.text} … {two.text}",
                    column=one.start + 1,
                )
        for placed in slots:
            slot = placed.slot
            if slot.start not in exchanged and (other := self._better(placed)):
                yield rules.finding(
                    _CODES.get(slot.kind, "F501"),
                    _doubt(slot, other),
                    verdict=Verdict.CONTRADICTED,
                    subject=slot.text,
                    column=slot.start + 1,
                )

    # -- comparing

    def _fit_exchanged(self, one: _Placed, two: _Placed) -> bool:
        if one.slot.kind in _NO_NAMES or two.slot.kind in _NO_NAMES or two.slot.words in one.alike:
            return False
        if self._ground.same_name(one.slot.words, two.slot.words):
            return False
        own = {self._ground.language.stem(word) for word in (*one.slot.words, *two.slot.words)}
        first = [word for word in one.company if word.stem not in own]
        second = [word for word in two.company if word.stem not in own]
        most = _most(first) + _most(second)
        if not most:
            return False
        turned = self._fit(first, one.bounds, two.alike) + self._fit(second, two.bounds, one.alike)
        if turned <= FIT_OF_PAIR * most:
            return False
        stand = self._fit(first, one.bounds, one.alike) + self._fit(second, two.bounds, two.alike)
        return turned - stand > LEAD_OF_PAIR * most

    def _better(self, placed: _Placed) -> str:
        """What fits clearly better in its place; empty when nothing does."""
        slot, company, alike = placed.slot, placed.company, placed.alike
        most, own = _most(company), self._fit(company, placed.bounds, alike)
        best, found = max(FIT * most, own + LEAD_OF_OTHER_KIND * most), ""
        for number, bound in sorted(placed.bounds.items(), key=lambda pair: (-pair[1], pair[0])):
            if bound <= best:
                break
            for place in self._places.get(number, ()):
                if place.weight < 1 or not _may_replace(place.kind, slot.kind):
                    continue
                if place.words in alike or set(slot.words) & set(place.words):
                    continue
                lead = LEAD if place.kind == slot.kind else LEAD_OF_OTHER_KIND
                fit = self._score(company, place)
                if fit > best and fit - own > lead * most:
                    best, found = fit, self._shown(place)
        return found

    def _fit(
        self, company: Sequence[_Company], bounds: Mapping[int, float], alike: Iterable[_Words]
    ) -> float:
        """How well a name that is written as any of `alike` fits into `company`, where it fits best."""
        places = [
            (place.weight * bounds.get(place.sentence, 0.0), place)
            for words in alike
            for place in self._by_words[words]
        ]
        best = 0.0
        # The most promising first, so that few of the others have to be tried.
        for bound, place in sorted(places, key=lambda pair: -pair[0]):
            if bound <= best:
                break
            best = max(best, place.weight * self._score(company, place))
        return best

    def _alike(self, words: _Words) -> frozenset[_Words]:
        """The ways in which the source writes the name `words`."""
        if words not in self._same:
            same = self._ground.same_name
            self._same[words] = frozenset(other for other in self._by_words if same(words, other))
        return self._same[words]

    def _bounds(self, company: Sequence[_Company]) -> dict[int, float]:
        """For each sentence, the most of `company` that a name in it can keep too."""
        bounds: dict[int, float] = {}
        for word in company:
            reached: dict[int, float] = {}
            for number in self._sentences.get(word.stem, ()):
                for step, share in _REACH:
                    if share > reached.get(number + step, 0.0):
                        reached[number + step] = share
            for number, share in reached.items():
                bounds[number] = bounds.get(number, 0.0) + share * word.weight
        return bounds

    def _score(self, company: Sequence[_Company], place: _Place) -> float:
        """How much of `company` the name at `place` keeps too."""
        total, first, last = 0.0, place.first, place.last
        own, neighbours = self._held[place.sentence], self._neighbours[place.sentence]
        for word in company:
            if word.stem not in self._sentences:
                continue
            best = 0.0
            for at in own.get(word.stem, ()):
                if at < first:
                    near = FADE_SOURCE / (FADE_SOURCE + first - at)
                    near *= 1.0 if word.side < 0 else OTHER_SIDE
                elif at > last:
                    near = FADE_SOURCE / (FADE_SOURCE + at - last)
                    near *= 1.0 if word.side > 0 else OTHER_SIDE
                else:
                    continue
                best = max(best, near)
            for weight, other in neighbours:
                if weight > best and word.stem in other:
                    best = weight
            total += word.weight * best
        return total

    def _is_copied(self, statement: Known, slot: _Slot) -> bool:
        """Whether it stands in the source among the same words: then it is in its place."""
        first, last = statement.span(slot.start, slot.end)
        tokens = statement.tokens[max(0, first - _AROUND) : last + _AROUND + 1]
        around = names.plain_words(statement.text[tokens[0].start : tokens[-1].end])
        return f" {' '.join(around)} " in self._ground.stream

    def _shown(self, place: _Place) -> str:
        tokens = self._known[place.sentence].tokens
        return self._known[place.sentence].text[tokens[place.first].start : tokens[place.last].end]

    # -- reading

    def _company(self, statement: Known, slot: _Slot) -> list[_Company]:
        first, last = statement.span(slot.start, slot.end)
        found: list[_Company] = []
        for at, token in enumerate(statement.tokens):
            if token.empty or first <= at <= last:
                continue
            distance = first - at if at < first else at - last
            weight = self._ground.weight(token.stem) / (1.0 + distance / FADE)
            found.append(_Company(token.stem, weight, -1 if at < first else 1))
        return found

    def _named(self) -> Iterator[_Place]:
        language = self._ground.language
        back = language.words.pronouns | language.words.human_pronouns | language.words.speaker_pronouns
        articles = language.words.articles
        recent: list[tuple[_Words, str]] = []
        for number, known in enumerate(self._known):
            found = [
                _Place(number, slot.words, slot.kind, *known.span(slot.start, slot.end), 1.0)
                for slot in self._slots(known)
            ]
            yield from found
            own = [place for place in found if place.kind not in _NO_NAMES]
            for at, token in enumerate(known.tokens):
                if token.word not in back and not (at == 0 and token.word in articles):
                    continue
                before = [(place.words, place.kind) for place in own if place.last < at][:RECENT]
                for words, kind in dict.fromkeys((*before, *recent[:RECENT])):
                    yield _Place(number, words, kind, at, at, POINTED_BACK)
            met: dict[str, tuple[_Words, str]] = {}
            for words, kind in (*((place.words, place.kind) for place in own), *recent):
                met.setdefault(words[-1], (words, kind))
            recent = list(met.values())[: RECENT + 1]

    def _slots(self, known: Known) -> Iterator[_Slot]:
        """The names of a text, then its dates."""
        ground = self._ground
        for name in ground.names_in(known.text):
            kind = "person" if ground.is_person(name.words) else "thing"
            yield _Slot(name.text, name.start, name.end, name.words, kind)
        for date in known.dates:
            for kind, value in (("year", date.year), ("weekday", date.weekday), ("month", date.month)):
                if value:
                    day = f"-{date.day}" if kind == "month" and date.day else ""
                    yield _Slot(date.text, date.start, date.end, (f"{kind}:{value}{day}",), kind)
                    break
        for amount in known.amounts:
            if amount.pair:
                yield _Slot(amount.text, amount.start, amount.end, (f"pair:{amount.code}",), "pair")
            elif amount.values and not amount.unit:
                worth = amount.values[0].normalize()
                yield _Slot(amount.text, amount.start, amount.end, (f"number:{worth:f}",), "number")


def _are_listed(statement: Known, one: _Slot, two: _Slot) -> bool:
    """Whether nothing but *and* or a comma parts two names: then their order says nothing."""
    return not any(
        token.word not in ("and", "or", "und", "oder", "et", "ou", "y", "o")
        for token in statement.tokens
        if one.end <= token.start and token.end <= two.start
    )


def _doubt(slot: _Slot, other: str) -> str:
    if slot.kind in _NO_NAMES:
        return f"the source seems to have {other} here, not {slot.text}"
    return f"the source seems to say this of {other}, not of {slot.text}"


def _may_replace(kind: str, other: str) -> bool:
    return kind == other or (kind not in _NO_NAMES and other not in _NO_NAMES)


def _most(company: Sequence[_Company]) -> float:
    return sum(word.weight for word in company)


def _by_stem(known: Known) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, token in enumerate(known.tokens):
        if not token.empty:
            found.setdefault(token.stem, []).append(at)
    return found
