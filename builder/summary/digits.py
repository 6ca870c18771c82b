"""Figures with their marks: what `1,200.5` is worth where a language writes so."""

from decimal import Decimal

from builder.summary.lexicon import Lexicon

SPACES = "\u00a0\u202f\u2009"
"""Those that stand within a number."""


def worth(digits: str, lists: Lexicon) -> Decimal | None:
    """What figures are worth in a language; None when they are no one number, as in `2.2.1`."""
    plain = digits
    for space in SPACES + " '":
        plain = plain.replace(space, "")
    marks = [letter for letter in plain if letter in ".,"]
    if ":" in plain:
        return None
    if not marks:
        return Decimal(plain)
    if len(set(marks)) == 2:
        # Only the last of two kinds of marks can be the one before a fraction.
        last = plain[max(plain.rfind("."), plain.rfind(","))]
        if marks.count(last) > 1 or not _grouped(plain.partition(last)[0], marks[0]):
            return None
        return Decimal(plain.replace(marks[0], "").replace(last, "."))
    mark = marks[0]
    head, _, tail = plain.rpartition(mark)
    if mark == lists.grouping or len(marks) > 1:
        if _grouped(plain, mark):
            return Decimal(plain.replace(mark, "")) if mark == lists.grouping or len(marks) > 1 else None
        if len(marks) > 1 or len(tail) == 3:
            return None
        return Decimal(f"{head}.{tail}")
    return Decimal(f"{head}.{tail}")


def _grouped(text: str, mark: str) -> bool:
    """Whether the marks stand between thousands, or as in India between lakhs."""
    groups = text.split(mark)
    return (
        1 <= len(groups[0]) <= 3
        and groups[0] != "0"
        and len(groups[-1]) == 3
        and (all(len(group) == 3 for group in groups[1:]) or all(len(group) == 2 for group in groups[1:-1]))
    )
