r"""A summary as the body of an item file: Markdown in the product's form.

    ## TL;DR Summary of {title}
    …
    ## {site}'s Overview: {headline}
    ### {heading}
    …

The words of an article are data: whatever they hold is shown as it is, and none of it becomes a heading, a
link or a tag. Only what would be read as markup is escaped, because editors read these files.
"""

import re
from collections.abc import Mapping

from builder import text
from builder.model import Passage, Summary, Unit
from builder.summary import language

_START = re.compile(r"(?P<mark>[#>+\-:=|])|(?P<number>\d+)(?P<dot>[.)])(?=\s|\Z)")
# What may begin a tag, an address or a mail address between angle brackets.
_HTML = re.compile(r"<(?=[A-Za-z/!?]|[^<>\s]+@)")
_ENTITY = re.compile(r"&(?=#|\w{1,32};)")
_BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~]|\Z)")
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_PLAIN_BRACKETS = re.compile(r"(?<!\A)(?<!!)\[(?P<inside>[^\W\d_][\w’' .,-]*)\](?![(\[:{])")
_BRACKET = re.compile(r"[\[\]]")
_CLOSING_HASH = re.compile(r"#(?=#*\s*\Z)")


def markdown(summary: Summary, title: str, site_title: str) -> str:
    """The body for an item called `title` on the site `site_title`; ends in a newline.

    A summary without a headline takes the title for it; one without passages has no overview.
    """
    labels = language.labels(summary.language)
    parts = [
        _heading(2, _filled("tldr", labels, title=text.fold(title))),
        _paragraph(summary.tldr),
    ]
    if summary.passages:
        site = _owner(text.fold(site_title), labels)
        headline = text.fold(summary.headline or title)
        parts.append(_heading(2, _filled("overview", labels, headline=headline, site=site)))
    for passage in summary.passages:
        parts.extend((_heading(3, passage.heading), _body(passage)))
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(words: str) -> str:
    """`words` on one line, so that Markdown shows them as they are; prose comes out unchanged."""
    line = _BACKSLASH.sub(r"\\\\", text.fold(words))
    line = _ENTITY.sub("&amp;", line)
    line = _HTML.sub("&lt;", line)
    for mark in "`*{":
        line = line.replace(mark, "\\" + mark)
    line = _EDGE_UNDERSCORE.sub(r"\\_", line)
    if line.count("~") > 1:
        line = line.replace("~", "&#126;")
    return _brackets(line)


def _after(rest: str) -> str:
    """`rest` escaped, with the space that parts it from what stands before."""
    space = " " if rest.startswith(" ") else ""
    return space + escaped(rest)


def _brackets(line: str) -> str:
    """An editor's insertion such as *[the]* stays plain; other brackets could make a link."""
    made: list[str] = []
    at = 0
    for match in _PLAIN_BRACKETS.finditer(line):
        made.extend((_BRACKET.sub(r"\\\g<0>", line[at : match.start()]), match[0]))
        at = match.end()
    made.append(_BRACKET.sub(r"\\\g<0>", line[at:]))
    return "".join(made)


def _block(words: str) -> str:
    """`words` escaped, at the start of a paragraph or a point."""
    line = escaped(words)
    opening = _START.match(line)
    if not opening:
        return line
    if opening["number"]:
        return f"{opening['number']}\\{line[opening.end('number') :]}"
    if opening["mark"] in ":=|":
        return f"&#{ord(opening['mark'])};{line[1:]}"
    return "\\" + line


def _heading(level: int, words: str) -> str:
    return f"{'#' * level} {_CLOSING_HASH.sub(_hash, escaped(words))}"


def _hash(_: re.Match[str]) -> str:
    return "\\#"


def _body(passage: Passage) -> str:
    if not passage.bulleted:
        return _paragraph(passage.units)
    return "\n".join(f"- {_point(unit)}" for unit in passage.units)


def _paragraph(units: tuple[Unit, ...]) -> str:
    return _block(" ".join(_told(unit) for unit in units))


def _told(unit: Unit) -> str:
    return text.fold(unit.text)


def _point(unit: Unit) -> str:
    """A bullet; a lead-in that opens the text is set in bold where it stands, another is put before it."""
    words, lead = text.fold(unit.text), text.fold(unit.lead)
    if not lead:
        return _block(words)
    rest = words[len(lead) :]
    if words.startswith(lead) and (not rest or rest[0] in " :,"):
        colon = ":" if rest.startswith(":") else ""
        return f"**{escaped(lead)}{colon}**{_after(rest[len(colon) :])}"
    return f"**{escaped(lead)}:** {escaped(words)}"


def _filled(name: str, labels: Mapping[str, str], **words: str) -> str:
    """The label `name` with its words in place; its plain form when the last thing it names is empty."""
    form = labels[name] if all(words.values()) else labels[f"{name}_untitled"]
    return form.format(**words)


def _owner(name: str, labels: Mapping[str, str]) -> str:
    """The site's name as the overview has it: in English with its apostrophe."""
    form = labels.get("possessive_s" if name[-1:].lower() == "s" else "possessive", "{name}")
    return form.format(name=name)
