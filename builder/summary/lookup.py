"""Numbers, dates and names of a statement, looked up in its source."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from builder import rules
from builder.model import Finding, Verdict
from builder.summary import amounts, dates
from builder.summary.amounts import Amount
from builder.summary.dates import Date
from builder.summary.ground import Ground
from builder.summary.known import Known
from builder.summary.lexicon import plain
from builder.summary.names import Name

_SCALES = tuple(Decimal(10) ** power for power in (3, 6, 9, 12, -3, -6, -9, -12))
_CLOSE = Decimal("0.12")
"""How far a rounded number may be from the one it stands for."""
_NEAR = 8
"""Words between a number and what it counts."""
_SHARES = frozenset(["%", "pp"])


def findings(statement: Known, ground: Ground, *, heading: bool = False) -> Iterator[Finding]:
    """What of `statement` the source does not bear out, kind by kind.

    In a heading any word may have a capital, so only what is surely no common word is a name there.
    """
    for date in statement.dates:
        if found := _date(date, ground):
            yield found
    for one, two in pairwise(statement.dates):
        if found := _years(one, two, statement, ground):
            yield found
    for amount in statement.amounts:
        if found := _amount(amount, statement, ground):
            yield found
    for name in ground.names_in(statement.text):
        if found := _heading_name(name, ground) if heading else _name(name, ground):
            yield found


# -- numbers


def _amount(amount: Amount, statement: Known, ground: Ground) -> Finding | None:
    if not amount.checked:
        return None
    if amount.pair:
        return _pair(amount, ground)
    if amount.code:
        known = amount.code in ground.codes or plain(amount.code) in ground.vocabulary
        return None if known else _unsupported("F101", "number", amount.text, amount.start)
    same = [pair for value in amount.values for pair in ground.amounts.get(value, ())]
    if any(_agrees(amount, other, known, ground) for other, known in same):
        return None
    if _is_year(amount, ground):
        return None
    if same:
        return _contradicted(amount, same[0][0])
    if rounded := _rounded(amount, ground):
        return _rounding(amount, rounded, statement, ground)
    scaled = [
        other
        for factor in _SCALES
        for other, _ in ground.amounts.get(amount.values[0] * factor, ())
        if other.scale != amount.scale
    ]
    if scaled:
        return _contradicted(amount, scaled[0])
    return _unsupported("F101", "number", amount.text, amount.start)


def _rounding(amount: Amount, exact: Amount, statement: Known, ground: Ground) -> Finding | None:
    """A number that was rounded: it has to say so, and to the right side."""
    said = amounts.hedge(statement.text, amount.start, ground.lexicon)
    below = amount.values[0] <= exact.values[0]
    if said == "about" or (said == "above" and below) or (said == "below" and not below):
        return None
    return rules.finding(
        "F103",
        f"the source has {exact.text}, not {amount.text}",
        verdict=Verdict.CONTRADICTED if said else Verdict.UNSUPPORTED,
        subject=amount.text,
        column=amount.start + 1,
        hint=f"Write about {amount.text}, or {exact.text}.",
    )


def _agrees(amount: Amount, other: Amount, known: Known, ground: Ground) -> bool:
    """Whether two amounts of one value may be the same: nothing says that they count different things."""
    one, two = amount.unit, other.unit
    if "ordinal" in (one, two):
        return True
    if one or two:
        return one == two or (bool(one) != bool(two) and not (other if one else amount).counted)
    return not amount.counted or _counts(amount, other, known, ground)


def _counts(amount: Amount, other: Amount, known: Known, ground: Ground) -> bool:
    """Whether what `amount` counts stands near `other` in the source, or nowhere in it."""
    if set(amount.counted) & set(other.counted):
        return True
    first, last = known.span(other.start, other.end)
    near = known.tokens[max(0, first - _NEAR) : last + _NEAR + 1]
    return bool({token.stem for token in near} & set(amount.counted)) or not (
        set(amount.counted) & ground.stems
    )


def _pair(amount: Amount, ground: Ground) -> Finding | None:
    """A range or a score whose ends are in the source, but not together."""
    if amount.code in ground.codes:
        return None
    ends = [Decimal(end) for end in amount.code.split("-")]
    if not all(end in ground.amounts for end in ends):
        return None
    return rules.finding(
        "F105",
        f"the source has both numbers of {amount.text}, but not together",
        verdict=Verdict.UNSUPPORTED,
        subject=amount.text,
        column=amount.start + 1,
    )


def _is_year(amount: Amount, ground: Ground) -> bool:
    return (
        not amount.unit
        and amount.scale == 1
        and any(date.year == amount.values[0] for date in ground.dates if date.is_year)
    )


def _contradicted(amount: Amount, other: Amount) -> Finding:
    code = "F104" if {amount.unit, other.unit} == _SHARES else "F102"
    if not amount.unit and not other.unit and amount.values[0] in other.values:
        return rules.finding(
            "F105",
            f"{amount.text} counts something else in the source",
            verdict=Verdict.UNSUPPORTED,
            subject=amount.text,
            column=amount.start + 1,
        )
    what = f"{other.text} {' '.join(other.counted)}".strip() if not other.unit else other.text
    return rules.finding(
        code,
        f"the source has {what}, not {amount.text}",
        verdict=Verdict.CONTRADICTED,
        subject=amount.text,
        column=amount.start + 1,
    )


def _rounded(amount: Amount, ground: Ground) -> Amount | None:
    """The amount of the source that this one may be a rounding of."""
    value = amount.values[0]
    for other_value, pairs in ground.amounts.items():
        if not value or not other_value or abs(value - other_value) > _CLOSE * abs(other_value):
            continue
        if _digits(value) >= _digits(other_value):
            continue
        for other, _ in pairs:
            if amount.unit == other.unit or not amount.unit or not other.unit:
                return other
    return None


def _digits(value: Decimal) -> int:
    """How many digits a number takes before only zeros follow."""
    return len(value.normalize().as_tuple().digits)


# -- dates


def _date(date: Date, ground: Ground) -> Finding | None:
    if any(dates.says(date, other) for other in ground.dates):
        return None
    if date.is_year:
        if date.decade or Decimal(date.year) not in ground.amounts:
            return _unsupported("F202", "year", date.text, date.start)
        return None
    near = [other for other in ground.dates if _is_near(date, other)]
    if not near:
        return _unsupported("F201", "date", date.text, date.start)
    return rules.finding(
        "F201",
        f"the source has {near[0].text}, not {date.text}",
        verdict=Verdict.CONTRADICTED,
        subject=date.text,
        column=date.start + 1,
    )


def _years(one: Date, two: Date, statement: Known, ground: Ground) -> Finding | None:
    """Two years as one span, which the source has apart."""
    between = statement.text[one.end : two.start].strip().lower()
    if not (one.is_year and two.is_year and ground.complete):
        return None
    if between not in ground.lexicon.pair_words and between not in ("-", "–", "—"):
        return None
    spans = [{date.year for date in known.dates} for known in ground.everything]
    known = [{one.year, two.year} <= span for span in spans]
    if any(known) or not all(any(year in span for span in spans) for year in (one.year, two.year)):
        return None
    text = statement.text[one.start : two.end]
    return rules.finding(
        "F203",
        f"the source has both years of {text}, but not together",
        verdict=Verdict.UNSUPPORTED,
        subject=text,
        column=one.start + 1,
    )


def _is_near(date: Date, other: Date) -> bool:
    """Whether two dates agree in one of the things that both say."""
    return bool(
        (date.month and date.month == other.month and (date.day or date.year))
        or (date.day and date.day == other.day and date.year == other.year)
    )


# -- names


def _name(name: Name, ground: Ground) -> Finding | None:
    if f" {' '.join(name.words)} " in ground.stream:
        return None
    meant = _meant(name, ground)
    missing = [
        word for at, word in enumerate(name.words) if at not in meant and not _has_word(word, name, ground)
    ]
    if missing:
        if len(missing) == len(name.words) and _stands_for(name, ground):
            return None
        return _unsupported("F301", "name", name.text, name.start)
    if meant or all(_are_together(one, two, name, ground) for one, two in pairwise(name.words)):
        return None
    return rules.finding(
        "F302",
        f"the source has each word of {name.text}, but not together",
        verdict=Verdict.CONTRADICTED,
        subject=name.text,
        column=name.start + 1,
    )


def _meant(name: Name, ground: Ground) -> frozenset[int]:
    """The places of its words that are another name of what the source names: *UK* in *UK Film Council*."""
    found: set[int] = set()
    for length in (3, 2, 1):
        for start in range(len(name.words) - length + 1):
            form = " ".join(name.words[start : start + length])
            if ground.lexicon.aliases.get(form, frozenset()) & ground.aliases:
                found.update(range(start, start + length))
    return frozenset(found)


def _heading_name(name: Name, ground: Ground) -> Finding | None:
    """What in a heading is surely a name, and not in the source."""
    words = tuple(
        word
        for word in name.words
        if not ground.is_common(word) and ground.language.stem(word) not in ground.stems
    )
    found = _name(replace(name, words=words), ground) if words else None
    return found if found and found.code == "F301" else None


def _has_word(word: str, name: Name, ground: Ground) -> bool:
    if word in ground.vocabulary or ground.language.stem(word) in ground.stems:
        return True
    if len(word) == 1:
        return any(part.startswith(word) for part in ground.runs)
    if len(name.words) == 1 and word in ground.acronyms and name.text.isupper():
        return True
    return bool(ground.aliases_of((word,)) & ground.aliases)


def _stands_for(name: Name, ground: Ground) -> bool:
    """Whether the source has the name in another form: spelled out, shortened, or for its people."""
    initials = "".join(word[0] for word in name.words)
    if len(initials) > 1 and initials in ground.capitals and not ground.is_person(name.words):
        return True
    return bool(ground.aliases_of(name.words) & ground.aliases)


def _are_together(one: str, two: str, name: Name, ground: Ground) -> bool:
    if (one, two) in ground.neighbours or len(one) == 1 or len(two) == 1:
        return True
    if ground.runs.get(one, set()) & ground.runs.get(two, set()):
        return True
    if (one, name.words[-1]) in ground.neighbours:
        return True
    if two.isdigit() or two in ground.lexicon.cardinals:
        return False
    # A word that is part of no name, such as *President* in most texts, may stand before any.
    if any(
        word in ground.lower or (word not in ground.runs and ground.is_common(word)) for word in (one, two)
    ):
        return True
    return bool(ground.aliases_of((one, two)))


def _unsupported(code: str, kind: str, text: str, start: int) -> Finding:
    return rules.finding(
        code,
        f"the source has no {kind} {text}",
        verdict=Verdict.UNSUPPORTED,
        subject=text,
        column=start + 1,
    )
