"""The register of all rules that may have something to say: code → what it looks for, and why.

    F…  facts: what a summary states and its source does not
    M…  mail: what is wrong with a letter

A code means the same for ever; one that is no longer used is not given to another rule.
"""

from dataclasses import dataclass

from builder.letter_rules import LETTER
from builder.model import Finding, Level, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that is looked for."""

    code: str
    """A letter for the family and three digits."""
    title: str
    """On one line, without a final stop."""
    explanation: str
    """Why it matters, what passes, and what to do."""
    level: Level
    hard: bool = False
    """As in `Finding`."""


def finding(
    code: str,
    message: str,
    *,
    verdict: Verdict | None = None,
    subject: str = "",
    path: str = "",
    line: int = 0,
    column: int = 0,
    hint: str = "",
) -> Finding:
    """A finding of the rule `code`, with the rule's own level. Raises KeyError for an unknown code."""
    rule = RULES[code]
    return Finding(
        code=code,
        message=message,
        level=rule.level,
        hard=rule.hard,
        verdict=verdict,
        subject=subject,
        path=path,
        line=line,
        column=column,
        hint=hint,
    )


FACTS: tuple[Rule, ...] = (
    Rule(
        code="F101",
        title="a number that is not in the source",
        explanation="""
The source has no such number, in figures or in words. `1.2 billion`, `$1.2bn` and `1,200 million dollars`
are the same number; `12` is not in `12,000` or in `2012`. Give the number as the source has it, or take it
out.
""",
        level=Level.ERROR,
        hard=True,
    ),
    Rule(
        code="F102",
        title="a number with another scale, unit or currency than in the source",
        explanation="""
The digits are in the source, but they count something else there: million for billion, dollars for euros,
percent for percentage points, kilometres for miles. Nothing is converted: what the source gives in miles
stays in miles.
""",
        level=Level.ERROR,
        hard=True,
    ),
    Rule(
        code="F103",
        title="a number that was rounded without saying so",
        explanation="""
The source has a number close by, and the sentence has it rounded. Write *about* (or *nearly*, *more than*,
…) before it, or the number as it is.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="F201",
        title="a date that is not in the source",
        explanation="""
No day, month or weekday of the source fits. `4 November 2026`, `Nov. 4` and `2026-11-04` are the same day;
a date may say less than the source does, never more.
""",
        level=Level.ERROR,
        hard=True,
    ),
    Rule(
        code="F202",
        title="a year that is not in the source",
        explanation="""
The source names no such year. A year that the source only implies (*last year*) cannot be checked by
looking it up: give the source's own words.
""",
        level=Level.ERROR,
        hard=True,
    ),
    Rule(
        code="F301",
        title="a name that is not in the source",
        explanation="""
The source has no such person, place, body or thing. Accents, possessives, initials, acronyms of names in
the source, and forms such as *French* for *France* pass.
""",
        level=Level.ERROR,
        hard=True,
    ),
    Rule(
        code="F302",
        title="a name that is put together otherwise in the source",
        explanation="""
Each word of the name is in the source, but never together: the first name of one person before the family
name of another, a title before the wrong name.
""",
        level=Level.ERROR,
        hard=True,
    ),
    Rule(
        code="F401",
        title="a quotation that was altered",
        explanation="""
The source has these words nearly so. Between quotation marks stands what was said, word for word; what is
left out is marked by an ellipsis, what is put in by brackets. A paraphrase has no quotation marks.
""",
        level=Level.ERROR,
        hard=True,
    ),
    Rule(
        code="F402",
        title="a quotation of somebody else",
        explanation="""
The words were said, but the source has them from another speaker than the sentence.
""",
        level=Level.ERROR,
        hard=True,
    ),
    Rule(
        code="F403",
        title="a quotation that is nowhere in the source",
        explanation="""
Nobody says this in the source. A paraphrase has no quotation marks.
""",
        level=Level.ERROR,
        hard=True,
    ),
)

MAIL: tuple[Rule, ...] = tuple(
    Rule(code=code, level=level, title=title, explanation=explanation)
    for code, level, title, explanation in LETTER
)

RULES: dict[str, Rule] = {rule.code: rule for rule in (*FACTS, *MAIL)}
