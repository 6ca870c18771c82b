"""What a source says otherwise than when it was summarised, as far as the summary rests on it. Pure.

    a sentence that is cited ── stands there still          nothing
                             ── stands there otherwise      figures, dates, names, denials are compared;
                                                            where none differs, the words are
                             ── stands there no more        what the summary says is looked up in the rest
    what editors wrote       ── what no draft cites         is looked up in all of the source
                             ── on what the draft cited     its figures, dates, names are compared as well
    headline, notices        ── are compared with those of the draft

A page has moving parts: counters, links, comments, dates of its own. Nothing of it counts but what is cited
and what the summary says; and where hardly anything of that is found, it is another page, or a wall, and
nobody can say what became of the article.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from urllib.parse import urlsplit

from builder import digest
from builder.model import Article, Aspect, Completeness, Difference, Item
from builder.summary import body, dates, evidence, language, lookup, trace
from builder.summary.amounts import Amount
from builder.summary.evidence import Cited, Evidence
from builder.summary.ground import Ground
from builder.summary.known import Known
from builder.text import excerpt, fold

FOUND_LEAST = 0.4
"""With a smaller share of the cited sentences there, a page is not the article we had."""
SAME_SENTENCE = 0.6
"""So alike, word for word, two sentences are one that was changed."""
SAME_HEADLINE_MAX = 300
WITHDRAWN_BELOW = 0.35
"""With less of a sentence in the source, by the rarity of its words, the source says it no more."""
CUT_BELOW = 0.8
"""With a smaller share of its text, and none of it after a place, an article was cut there."""
_SHOWN = 280
_DAMAGED = "\ufffd"
"""Stands where bytes are no text in the charset a page names: such a reading says nothing of its words."""
_BEHIND = re.compile(r"\s[-–—|·•»]\s")
_PIECES = re.compile(r"[^\W_]+(?:[.,:’'-](?=\d)\d+)*|[%$€£¥₹+−±]|(?<![\w\d])-(?=\d)")
_COUNTER = re.compile(
    r"[(\[]\s*\d[\d.,\s]*\s*[)\]]|\b\d+ (?:comments?|kommentare?|commentaires?|comentarios?)\b"
)
_DENIALS = {
    "en": frozenset(["not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "cannot"]),
    "de": frozenset(["nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "nichts"]),
    "fr": frozenset(["ne", "n", "pas", "jamais", "aucun", "aucune", "rien", "ni"]),
    "es": frozenset(["no", "nunca", "jamás", "ningún", "ninguna", "ninguno", "nadie", "nada", "tampoco"]),
}
_KINDS = {
    "F101": Aspect.FIGURE,
    "F102": Aspect.FIGURE,
    "F104": Aspect.FIGURE,
    "F201": Aspect.DATE,
    "F202": Aspect.DATE,
    "F301": Aspect.NAME,
}
"""The findings that say that a fact is not in a source."""


def differences(
    item: Item, proof: Evidence, now: Article, *, certain: bool = False
) -> tuple[Difference, ...] | None:
    """In what `now`, the source of `item` read again, differs from what `proof` keeps of it.

    None when that cannot be told: what was read is not the article any more, unless that is `certain`.
    """
    noticed = tuple(_notices(proof, now))
    whole = now.completeness is Completeness.FULL or item.source.text is not Completeness.FULL
    if not whole or not now.blocks:
        return noticed or None
    look = _Look(item, proof, now)
    if not certain and not look.is_the_article:
        return noticed or None
    found = (*_headline(proof, now), *look.figures(), *noticed)
    return tuple(dict.fromkeys(found))


def notices(proof: Evidence, now: Article) -> tuple[Difference, ...]:
    """What the page says of corrections and did not say when the draft was made."""
    return tuple(_notices(proof, now))


def gives_other_facts(was: str, now: str, code: str) -> bool:
    """Whether `now`, in the language `code`, gives a figure or a date where `was` gave another."""
    old, new = (Known(text, language.load(code)) for text in (was, now))
    if _without(old.amounts, new.amounts) and _without(new.amounts, old.amounts):
        return True
    lost = [one for one in old.dates if not any(dates.says(other, one) for other in new.dates)]
    return bool(lost) and any(not any(dates.says(one, other) for other in old.dates) for one in new.dates)


def _headline(proof: Evidence, now: Article) -> Iterator[Difference]:
    was, title = fold(proof.title), fold(now.title)
    host = _letters(urlsplit(now.url).netloc)
    if was and title and _DAMAGED not in title and _bare(was, host) != _bare(title, host):
        yield Difference(
            aspect=Aspect.HEADLINE,
            was=excerpt(was, SAME_HEADLINE_MAX),
            now=excerpt(title, SAME_HEADLINE_MAX),
        )


def _bare(title: str, host: str) -> str:
    """The letters of a headline, without the name of its site, which templates put behind it or leave out."""
    parts = _BEHIND.split(title)
    named = len(parts) > 1 and _letters(parts[-1]) in host
    return _letters(title[: -len(parts[-1])] if named and parts[-1] else title)


def _notices(proof: Evidence, now: Article) -> Iterator[Difference]:
    known = list(map(_letters, proof.notices))
    # What earlier versions did not take for one stood there all the same.
    if now.notices and digest.of_text(now.text) == proof.digest:
        known.append(_letters(now.text))
    for notice in now.notices:
        told = _letters(notice)
        # A paragraph that was kept whole holds the notice at its end.
        if not any(told in one or (one and one in told) for one in known):
            yield Difference(aspect=Aspect.NOTICE, now=excerpt(fold(notice), _SHOWN))


def _letters(text: str) -> str:
    """What two texts share that differ in nothing a reader would call a change."""
    return "".join(filter(str.isalnum, _COUNTER.sub(" ", text.casefold())))


@dataclass(frozen=True, slots=True)
class _Use:
    """A sentence of the source that the summary rests on, and what the summary says on it."""

    cited: Cited
    says: tuple[str, ...]


class _Look:
    """A source read again, beside the summary of what it was."""

    def __init__(self, item: Item, proof: Evidence, now: Article) -> None:
        self._now = Ground.of(now)
        self._proof = proof
        self._code = self._now.language.code
        traced = trace.trace(item.body, proof)
        says: dict[int, list[str]] = {}
        cited: dict[int, Cited] = {}
        for one in traced:
            for sentence in one.cited:
                cited[sentence.index] = sentence
                says.setdefault(sentence.index, []).append(one.text)
        self._used = [
            _Use(cited[index], tuple(says[index])) for index in sorted(cited) if _letters(cited[index].text)
        ]
        self._edited = tuple(one.text for one in traced if one.edited and one.kind is not body.Kind.HEADING)
        # A correction may name the old figure, so that it is in the source still: the sentence decides.
        self._left = [_Use(one, self._edited) for one in proof.sentences if one.index not in cited]
        self._now_text = now.text
        stream = " ".join(_pieces(now.text))
        self._stream = f" {stream} "
        self._places = {use.cited.index: self._place(use.cited.text) for use in self._used}

    @property
    def is_the_article(self) -> bool:
        """Whether enough of what was cited is there, as it was or in other words."""
        if not self._used:
            return bool(self._edited)
        found = sum(place is not None for place in self._places.values())
        return found >= FOUND_LEAST * len(self._used)

    def figures(self) -> Iterator[Difference]:
        """What became of the facts that the summary states."""
        for use in self._used:
            place = self._places[use.cited.index]
            if _DAMAGED in (place if place is not None else self._now_text):
                continue
            if place is None:
                yield from self._withdrawn(use)
            elif place:
                yield from self._reworded(use, place)
        told: set[str] = set()
        for use in self._left if self._edited else ():
            if place := self._place(use.cited.text):
                for one in self._facts(use, place):
                    told.add(one.was)
                    yield one
        for text in self._edited:
            # What is told of a sentence may have its unit with it.
            yield from (
                one for one in self._missing(text) if not any(f" {one.was} " in f" {was} " for was in told)
            )

    def _place(self, text: str) -> str | None:
        """The sentence that says now what `text` said; empty: the same; None: there is none."""
        if f" {' '.join(_pieces(text))} " in self._stream:
            return ""
        words = [piece.casefold() for piece in _pieces(text)]
        known = Counter(words)
        # The measure of `SequenceMatcher.ratio` cannot be above that of the words without their order.
        best, reached = None, SAME_SENTENCE
        for other, theirs in self._sentences:
            total = len(words) + len(theirs)
            if not total or 2 * sum((known & Counter(theirs)).values()) / total < reached:
                continue
            ratio = SequenceMatcher(None, words, theirs, autojunk=False).ratio()
            if ratio >= reached:
                best, reached = other, ratio
        return best

    @cached_property
    def _sentences(self) -> Sequence[tuple[str, list[str]]]:
        texts = [known.text for known in self._now.everything]
        return [(text, [piece.casefold() for piece in _pieces(text)]) for text in texts]

    # -- a sentence in other words

    def _reworded(self, use: _Use, now_text: str) -> Iterator[Difference]:
        facts = tuple(self._facts(use, now_text))
        yield from facts
        tongue = self._now.language
        if self._denials(Known(use.cited.text, tongue)) != self._denials(Known(now_text, tongue)):
            yield _told(Aspect.STATEMENT, use.cited.text, now_text)
        elif not facts and _letters(use.cited.text) != _letters(now_text):
            yield _told(Aspect.WORDING, use.cited.text, now_text)

    def _facts(self, use: _Use, now_text: str) -> Iterator[Difference]:
        tongue = self._now.language
        was, now = Known(use.cited.text, tongue), Known(now_text, tongue)
        shown = excerpt(fold(now_text), _SHOWN)
        said = [Known(text, tongue) for text in use.says]
        yield from self._amounts(was, now, said, shown)
        yield from self._dates(was, now, said, shown)
        yield from self._names(was, now, said, shown)

    def _amounts(self, was: Known, now: Known, said: Iterable[Known], shown: str) -> Iterator[Difference]:
        old, new = ([one for one in known.amounts if one.checked] for known in (was, now))
        stated = {_worth(one) for text in said for one in text.amounts}
        lost, fresh = _without(old, new), _without(new, old)
        for one in lost:
            if _worth(one) not in stated:
                continue
            same = [other for other in fresh if other.unit == one.unit] or fresh
            if same:
                fresh.remove(same[0])
                told = now.text[same[0].start : max(same[0].end, same[0].reach)]
                yield Difference(
                    aspect=Aspect.FIGURE,
                    was=was.text[one.start : max(one.end, one.reach)],
                    now=told,
                    sentence=shown,
                )
            elif (
                not any(value in self._now.amounts for value in one.values)
                and one.code not in self._now.codes
            ):
                yield Difference(aspect=Aspect.FIGURE, was=was.text[one.start : max(one.end, one.reach)])

    def _dates(self, was: Known, now: Known, said: Iterable[Known], shown: str) -> Iterator[Difference]:
        stated = [date for text in said for date in text.dates]
        lost = [one for one in was.dates if not any(dates.says(one, other) for other in now.dates)]
        fresh = [one for one in now.dates if not any(dates.says(other, one) for other in was.dates)]
        for one in lost:
            if not any(dates.says(date, one) for date in stated):
                continue
            # A date that says less now, such as one without its year, is no other one.
            if any(dates.says(other, one) for other in now.dates):
                continue
            if fresh:
                told = fresh.pop(0)
                yield Difference(aspect=Aspect.DATE, was=one.text, now=told.text, sentence=shown)
            elif not any(dates.says(one, other) for other in self._now.dates):
                yield Difference(aspect=Aspect.DATE, was=one.text)

    def _names(self, was: Known, now: Known, said: Iterable[Known], shown: str) -> Iterator[Difference]:
        old, new = self._now.names_in(was.text), self._now.names_in(now.text)
        stated = {word for text in said for word in text.words}
        known, before = set(now.words), set(was.words)
        lost = [one for one in old if not known & set(one.words) and stated & set(one.words)]
        fresh = [one for one in new if not before & set(one.words)]
        for one in lost:
            if fresh:
                told = fresh.pop(0)
                yield Difference(aspect=Aspect.NAME, was=one.text, now=told.text, sentence=shown)
            elif not self._now.vocabulary & set(one.words):
                yield Difference(aspect=Aspect.NAME, was=one.text)

    def _denials(self, known: Known) -> int:
        """How often a sentence denies; `n't` counts, and French does it in pairs."""
        denials = _DENIALS.get(self._code, frozenset())
        times = sum(token.word in denials or token.word.endswith("n't") for token in known.tokens)
        return min(times, 1) if self._code == "fr" else times % 2

    # -- a sentence that is not there any more

    def _withdrawn(self, use: _Use) -> Iterator[Difference]:
        found = [one for text in use.says for one in self._missing(text)]
        yield from found
        if found:
            return
        text = use.cited.text
        nearest = self._now.nearest(text)
        held = self._now.support(text, nearest)
        if held < WITHDRAWN_BELOW:
            yield _told(Aspect.STATEMENT, text, "")
        elif not self._is_cut(use):
            near = " ".join(self._now.sentences[index].text for index in nearest)
            # What stood there before says nothing of what became of the sentence.
            known = _letters(near) in self._known_letters or held < SAME_SENTENCE
            yield _told(Aspect.WORDING, text, "" if known else near)

    def _is_cut(self, use: _Use) -> bool:
        """Whether the page ends before `use`, as it does for those who have not paid."""
        last = max((index for index, place in self._places.items() if place is not None), default=-1)
        return use.cited.index > last and len(self._now_text) < CUT_BELOW * self._proof.length

    @cached_property
    def _known_letters(self) -> frozenset[str]:
        return frozenset(_letters(use.cited.text) for use in self._used)

    def _missing(self, text: str) -> Iterator[Difference]:
        """The facts of a statement that the source had and has no more."""
        tongue = self._now.language
        before = {(one.code, one.subject) for one in lookup.findings(Known(text, tongue), self._before)}
        for one in lookup.findings(Known(text, tongue), self._now):
            if one.code in _KINDS and (one.code, one.subject) not in before:
                yield Difference(aspect=_KINDS[one.code], was=one.subject)

    @cached_property
    def _before(self) -> Ground:
        return evidence.ground(self._proof)


def _told(aspect: Aspect, was: str, now: str) -> Difference:
    return Difference(aspect=aspect, was=excerpt(fold(was), _SHOWN), now=excerpt(fold(now), _SHOWN))


def _worth(amount: Amount) -> object:
    return amount.values, amount.code


def _without(amounts: Sequence[Amount], others: Sequence[Amount]) -> list[Amount]:
    """Those of `amounts` that `others` have not, or not so often."""
    left = Counter(map(_worth, others))
    found = []
    for one in amounts:
        if left[_worth(one)]:
            left[_worth(one)] -= 1
        else:
            found.append(one)
    return found


def _pieces(text: str) -> list[str]:
    """The words and figures of a text: what two printings of one sentence share."""
    return _PIECES.findall(fold(text))
