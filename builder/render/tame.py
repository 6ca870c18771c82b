"""HTML that our allow-list lets through as it is, told by a look at it.

Nearly every body is headings, paragraphs and lists of one level, with bold, italics, code and links in them.
Such HTML is a small language. What is wholly in it needs no cleaning, whoever made it: none of its tags can
do harm, each is closed where it stands, and each link leads to a web address that can be no other. Anything
else is none of this; `tests/render` holds both side by side.
"""

import re

_LETTER = r"[^<>&\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]"
_SIGN = "&(?:amp|lt|gt|quot);"
_TEXT = rf"(?:{_LETTER}++|{_SIGN})*+"
_HOST = r"(?:(?!xn--)[a-z0-9-]+\.)+[a-z]{2,}"
_ADDRESS = rf"https?://{_HOST}(?:[/?#](?:[\w./%?=~:@!$+,;#-]++|&amp;)*+)?"
_INLINE = (
    rf"(?:{_LETTER}++|{_SIGN}|<(?:strong>{_TEXT}</strong|em>{_TEXT}</em|code>{_TEXT}</code"
    rf'|a href="(?a:{_ADDRESS})">{_TEXT}</a)>)*+'
)
_ITEMS = rf"\n(?:<li>{_INLINE}</li>\n)++"
_BLOCK = rf"<(?:p>{_INLINE}</p|h([1-6])>{_INLINE}</h\1|ul>{_ITEMS}</ul|ol>{_ITEMS}</ol)>"
# Nothing in it is tried twice: it takes as long as the text is, whatever that is.
_TAME = re.compile(rf"(?:{_BLOCK}\n?)*+")


def as_cleaned(html: str) -> str | None:
    """`html` as the allow-list gives it back; None when that must be asked."""
    if not _TAME.fullmatch(html):
        return None
    if "&quot;" in html:
        html = html.replace("&quot;", '"')
    if "\xa0" in html:
        html = html.replace("\xa0", "&nbsp;")
    # No text holds a bare bracket: this is where a link's address ends.
    return html.replace('">', '" rel="noopener">')
