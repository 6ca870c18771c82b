"""The register of all rules that may have something to say: code → what it looks for, and why.

    F…  facts: what a summary states and its source does not
    E…  editing: links, headings, slips, and what is missing
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
        code="F104",
        title="percent for percentage points, or the other way round",
        explanation="""
From 4 to 6 percent is a rise of two percentage points and of fifty percent. The source has the one, the
sentence the other.
""",
        level=Level.ERROR,
        hard=True,
    ),
    Rule(
        code="F105",
        title="a number that counts something else in the source",
        explanation="""
The source has this number, but nowhere near what the sentence counts: *nine charges* where it has two
charges and nine men. Both may be true in other words, so look it up.
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
        code="F203",
        title="a date of something else in the source",
        explanation="""
What surrounds this day or year in the sentence surrounds another one in the source. It is a comparison of
words, as `F501`: read the sentence beside its source.
""",
        level=Level.WARNING,
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
    Rule(
        code="F501",
        title="said of somebody else in the source",
        explanation="""
What surrounds this name in the sentence surrounds another name in the source. It is a comparison of words,
no reading: it finds about two of three names that stand in the wrong place, and now and then doubts one
that is right. Read the sentence beside its source (`briefpress explain`).
""",
        level=Level.WARNING,
    ),
    Rule(
        code="F502",
        title="two names that seem to be exchanged",
        explanation="""
Both names are in the source and fit it better the other way round: who did it, and to whom. As `F501`, it
is a doubt and no proof; read the sentence beside its source.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="F601",
        title="a link that the source does not have",
        explanation="""
A summary leads to its source, to addresses that stand in the source, to pages of the site itself, and to
the hosts in `lint.allow_links` of the config. Any other link came from somewhere else.
""",
        level=Level.ERROR,
        hard=True,
    ),
    Rule(
        code="F701",
        title="a long passage copied outside quotation marks",
        explanation="""
So many words in a row (`lint.copied_words`) are the source's own, without quotation marks, in a sentence
that a model or a person wrote. Quote it, or say it in other words. The extractive engine is held to `F702`
instead.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="F702",
        title="too much of the source is reproduced",
        explanation="""
The sentences taken over word for word are more than `lint.copied_share` of the source's text. A summary
that stands in for the article may not be yours to publish.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="F801",
        title="a sentence that its source hardly bears out",
        explanation="""
Less than half of what the sentence says, weighed by how rare its words are, is in the sentences it rests
on. A good paraphrase can fall under it; read it beside its source.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="F802",
        title="a sentence that its source does not bear out",
        explanation="""
Less than about a third of what the sentence says is in any part of its source. A machine's sentence of this
kind is replaced before it is written; one that a person wrote may rest on something else, which should be
named.
""",
        level=Level.ERROR,
    ),
    Rule(
        code="F901",
        title="what cannot be checked for want of the source",
        explanation="""
There is no evidence beside the item, or the evidence keeps only part of the source, and this is not in it.
It may well be right. `briefpress lint` never calls it supported.
""",
        level=Level.INFO,
    ),
    Rule(
        code="F902",
        title="evidence that cannot be read",
        explanation="""
The `.evidence.json` beside the item is broken, so that nothing can be checked. Take it back from git, or
draft the item again.
""",
        level=Level.ERROR,
    ),
)

EDITING: tuple[Rule, ...] = (
    Rule(
        code="E101",
        title="an address with parameters that only track readers",
        explanation="""
Parameters such as `utm_source` or `fbclid` say how a reader came, never what is shown. The page is the same
without them, and readers are not told on. Take them out of the address.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E102",
        title="an address of a link shortener",
        explanation="""
Nobody can see where it leads, it counts every reader, and it is dead when the service is. Put the address of
the page itself.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E103",
        title="a link text that says nothing of where it leads",
        explanation="""
*Here* and *read more* mean nothing in a list of links, which is how many people, and all who listen to a
page, go through it. Link the words that name what is behind it.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E104",
        title="a link without text",
        explanation="""
Nothing is shown that could be followed. Write what is behind the link between its brackets, or take it out.
""",
        level=Level.ERROR,
    ),
    Rule(
        code="E105",
        title="a link to a page of this site that is not there",
        explanation="""
The address begins with a slash, or with that of the site, and lies where items, editions and sections are,
and there is none of that name, or it is rejected. A page is named after its file; `briefpress list` shows
what there is.
""",
        level=Level.ERROR,
    ),
    Rule(
        code="E106",
        title="a page that another item of these weeks leads to as well",
        explanation="""
Two items within the look-back (`editorial.edition.lookback_days`) have the same source address, so readers
would get it twice. Reject one of them.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E107",
        title="a link that readers were given before",
        explanation="""
An item or an edition within the look-back (`editorial.edition.lookback_days`) led to this page already, as
its source or by a link. Lead to that item's own page instead, or leave it out. What an edition says of the
items that it lists is no repetition, and neither is a link to a site as such.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E201",
        title="a bullet that says nothing",
        explanation="""
A list item is empty, or is only its bold lead-in. Complete it or take it out.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E202",
        title="a heading that skips a level",
        explanation="""
A level-two heading is followed by one of level four, say. People who listen to a page go from heading to
heading and take the missing one for text they were not given.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E203",
        title="a title that is too long",
        explanation="""
Beyond 120 characters titles are cut by mail programs and search engines, and a list of them cannot be
scanned.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E204",
        title="a word that stands twice",
        explanation="""
The same word follows itself, as in *the the*. A few that do so rightly, such as *had had*, are left alone.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E205",
        title="a marker of unfinished work",
        explanation="""
TODO, FIXME, XXX, TBD or TK stands where readers would see it. `build --production` refuses such an item. Do
what it says, or put it between `<!--` and `-->`.
""",
        level=Level.ERROR,
        hard=True,
    ),
    Rule(
        code="E206",
        title="an image without a text in its place",
        explanation="""
Whoever cannot see it learns nothing. Say between the brackets what it shows.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E301",
        title="a section that the config does not have",
        explanation="""
The item is on its own page and in no section's list. Use the slug of a section in `config.yaml`, or add one.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E302",
        title="no TL;DR",
        explanation="""
Lists, feeds and the letter show this one line beside the title; without it there is nothing to go by.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E303",
        title="a date in the future",
        explanation="""
The item is dated more than a day ahead and would stay on top of every list until then. Correct its `date`.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E304",
        title="no section on what follows",
        explanation="""
The config asks for a closing section on impact (`summary.impact`), and no heading of this overview
speaks of one. Write it, or leave it where the source says nothing of that.
""",
        level=Level.INFO,
    ),
    Rule(
        code="E305",
        title="a tag that the config does not have",
        explanation="""
Where `tags` in `config.yaml` lists the tags there are, each other one is most likely a second spelling of
one of them, and makes a page of its own. Use one of the list, or add it there.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E306",
        title="a TL;DR that is not what the text says",
        explanation="""
`tldr` in the front matter is what lists, feeds and the letter show; the section `TL;DR Summary` is what the
item's own page shows. Readers of the one read something else than readers of the other: most likely one was
edited and the other was not. Make `tldr` a sentence of that section again, or the section say the same.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E401",
        title="a source that says otherwise now",
        explanation="""
A later look at the source found another headline, another figure, date or name where the summary has the old
one, a notice of a correction, or nothing at all. The item stays as it is until an editor decides:
`briefpress correct ID` shows what was found, records a correction, or dismisses it.
""",
        level=Level.WARNING,
    ),
    Rule(
        code="E402",
        title="a source that says it in other words now",
        explanation="""
A sentence that the summary rests on was reworded in the source, or is gone while the rest of it says as much;
no figure, date, name or denial that the summary states has changed. `briefpress correct ID` shows both
sentences, one below the other: dismiss it where the summary still says what the source does.
""",
        level=Level.INFO,
    ),
)


MAIL: tuple[Rule, ...] = tuple(
    Rule(code=code, level=level, title=title, explanation=explanation)
    for code, level, title, explanation in LETTER
)

RULES: dict[str, Rule] = {rule.code: rule for rule in (*FACTS, *EDITING, *MAIL)}
