"""Markdown in the form in which summaries are written → HTML, without a parser.

Nearly every body is headings, paragraphs of one line, and lists of one level. What Python-Markdown makes of
those can be said in a few lines, and takes it a third of a millisecond. Anything else, and anything that may
be something else, is left to it; `tests/render` holds both side by side.
"""

import re
from collections.abc import Callable

_FOREIGN = re.compile(
    r"[<\x02\x03]|[^\S\n \xa0\u202f]|(?<!\S)[\xa0\u202f]|[\xa0\u202f](?!\S)|\\(?:\n|\Z)"
    r"|\]:|\[\^|~~~|```|\n\n\n|\n | \n| \Z"
)
"""What may reach beyond its block, or be no text at all. Hard spaces are text between other text alone."""
_INLINE = re.compile(r"[*_`\[\]&\\>]")
"""What may be more than a letter."""
_LETTER = r"[^\W_]|[(“”„‘’\"'«»$€£…]"
_PARAGRAPH = re.compile(rf"(?!\d+[.)])(?:{_LETTER}).*")
_HEADING = re.compile(r"(#{1,6}) ([^# ](?:[^#]*[^# ])?)")
_POINT = re.compile(rf"- ((?:\*\*(?=[^\W_])|{_LETTER}).*)")
_NUMBER = re.compile(r"\d+[.)]")
_LEAD = re.compile(r"\*\*([^\W_](?:[^*_`\[\]&\\>]*[\w.:!?)])?)\*\*(?= |$)")
"""A lead-in in bold at the start of a point, with nothing in it that may be more than a letter."""
_SAID = r"[^\W_](?:[^*_`\[\]()&\\<>\"\n]*[^\W_])?"
_SIMPLE = re.compile(
    rf"\*\*({_SAID})\*\*|\*({_SAID})\*|`([^\s`\\&<>](?:[^`\\&<>\n]*[^\s`\\&<>])?)`"
    rf"|\[({_SAID})\]\((https?://[\w./%#?=~:@!$+,;-]+)\)"
)
"""Bold, italics, code and a link that can be nothing else where they stand between words."""
_BEFORE, _BEHIND = " (", " .,;:!?)"
"""What stands before such a piece, and behind it."""


def to_html(text: str, inline: Callable[[str], str]) -> str | None:
    """The HTML of `text`, as Python-Markdown gives it with our extensions; None when that must be asked.

    `inline` gives the HTML of one paragraph, for those runs of text that are more than letters.
    """
    if _FOREIGN.search(text):
        return None
    made: list[str] = []
    for block in text.strip("\n").split("\n\n"):
        html = _block(block, inline)
        # Two lists in a row are one.
        if html is None or (html.startswith("<ul>") and made and made[-1].startswith("<ul>")):
            return None
        made.append(html)
    return "\n".join(made)


def _block(block: str, inline: Callable[[str], str]) -> str | None:
    if block.startswith("- "):
        points = [_point(line, inline) for line in block.split("\n")]
        if None in points:
            return None
        return "<ul>\n" + "".join(f"<li>{point}</li>\n" for point in points) + "</ul>"
    if "\n" in block:
        return None
    if heading := _HEADING.fullmatch(block):
        words = _words(heading[2], inline)
        level = len(heading[1])
        return words and f"<h{level}>{words}</h{level}>"
    if _PARAGRAPH.fullmatch(block):
        words = _words(block, inline)
        return words and f"<p>{words}</p>"
    return None


def _point(line: str, inline: Callable[[str], str]) -> str | None:
    found = _POINT.fullmatch(line)
    if not found or _NUMBER.match(found[1]):
        return None
    words = found[1]
    if (lead := _LEAD.match(words)) and not _INLINE.search(words, lead.end()):
        return f"<strong>{lead[1]}</strong>{words[lead.end() :]}"
    return _words(words, inline)


def _words(words: str, inline: Callable[[str], str]) -> str | None:
    if not _INLINE.search(words):
        return words
    if told := _simple(words):
        return told
    html = inline(words)
    inner = html.removeprefix("<p>").removesuffix("</p>")
    # Of whatever came out as something else, the whole text must be asked.
    return inner if len(html) - len(inner) == 7 and "<p>" not in inner else None


def _simple(words: str) -> str | None:
    """The HTML of `words` when all that is more than letters in them is simple; None when it is not."""
    made: list[str] = []
    end = 0
    for found in _SIMPLE.finditer(words):
        between = words[end : found.start()]
        end = found.end()
        behind = words[end : end + 1]
        if not between or between[-1] not in _BEFORE or behind not in _BEHIND or _INLINE.search(between):
            return None
        made += (between, _piece(*found.groups()))
    rest = words[end:]
    return None if _INLINE.search(rest) else "".join((*made, rest))


def _piece(bold: str | None, italic: str | None, code: str | None, link: str | None, url: str) -> str:
    if bold:
        return f"<strong>{bold}</strong>"
    if italic:
        return f"<em>{italic}</em>"
    return f"<code>{code}</code>" if code else f'<a href="{url}">{link}</a>'
