"""Markdown text → safe HTML, and what is done to such HTML afterwards. Pure.

    text | an engine | nh3, our allow-list | finish

Every text counts as hostile, since a summary quotes the web. nh3 comes last of all that can let something in,
unless `tame` finds nothing in what came out that nh3 would touch, whoever made it;
`_finish` adds only ids and classes of its own. What `to_html` returns is normal: each `<` begins a tag, each
attribute is in double quotes. `rebase` and `plain` rely on that.
"""

import html as entities
import re
from dataclasses import dataclass
from functools import partial

import nh3

from builder import text
from builder.render import engines, tame

_TAGS = frozenset(
    """
    a abbr b bdi bdo blockquote br caption cite code dd del details dfn div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary
    sup table tbody td tfoot th thead time tr u ul var wbr
    """.split()  # noqa: SIM905 (as a list it is sixty lines)
)
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "hreflang", "id"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "del": {"datetime"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height"},
    "ins": {"datetime"},
    "li": {"id"},
    "ol": {"start", "reversed"},
    "q": {"cite"},
    "sup": {"id"},
    "td": {"style", "colspan", "rowspan"},
    "th": {"style", "colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_CLASSES = {"a": {"footnote-ref", "footnote-backref"}, "div": {"footnote"}}
_FOOTNOTE_ID = re.compile(r"fn(?:ref)?(?:\d*:|-)[\w-]+")
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f]")
_OTHER_HOST = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\]{2}", re.IGNORECASE)

_TAG = re.compile(r'<(?:[^"<>]|"[^"]*")*>')
_VOID = re.compile(r"<(?:br|hr|img|wbr)\b")
_LINKING = re.compile(r'<(?:a|img)\b(?:[^"<>]|"[^"]*")*>')
_IMAGE = re.compile(r'<img\b((?:[^"<>]|"[^"]*")*)>')
_ALT = re.compile(r' alt="([^"]*)"')
_LEADS_NOWHERE = re.compile(r'<a rel="noopener">(.*?)</a>', re.DOTALL)
_HEADING = re.compile(r"<h([1-6])( [^>]*)?>([^<]*+(?:<(?!/h\1>)[^<]*+)*+)</h\1>")
_ALIGNED = re.compile(r'(<t[dh]\b[^<>]*?) style="(?:text-align: ?(left|center|right);?)?"')
# A head without words is none, to those who hear the table.
_NO_HEAD = re.compile(r'<th( class="[a-z]+")?></th>')
_ALIGN_CLASS = {"left": ' class="start"', "center": ' class="center"', "right": ' class="end"', None: ""}
_MARKED = re.compile("[<&]")
_BREAK = re.compile(
    r"</(?:p|li|h[1-6]|dd|dt|td|th|tr|div|blockquote|pre|figcaption|summary|caption)>|<br>|<hr>"
)

_WORK_MAX = 3_000_000
"""About 0.3 s: what costs the square of its number costs Python-Markdown 0.1 µs a pair (measured, 3.11)."""
_RUN = re.compile(r"\n\s*\n|\n(?=[ \t]*(?:[-*+|]|\d+[.)])\s)")
_NOT_COUNTED = bytes({*range(256)} - {*b"[:`~<"})
_MAYBE_NESTED = re.compile(r"\n[\s>*+.)\d-]{16}")
_NESTED = re.compile(
    r"[ \t]*(?:(?:>|[-*+]|\d+[.)])[ \t]*){16}|(?: {64}|\t{16})[ \t]*(?:[-*+]|\d+[.)])(?:\s|\Z)"
)


def to_html(markdown_text: str, extensions: tuple[str, ...] = (), engine: str = "markdown") -> str:
    """The HTML of `markdown_text`, safe to put into any page.

    `engine` is one of `engines`, `extensions` are used beside our own; the allow-list stands after them all.

    Headings have an id that starts with `h_` and is unique in the text; a first-level heading becomes a
    second-level one, because a page has its title already. Links from the site's root (`/about/`) are left
    for `rebase`. A picture on another host becomes its description: no page of ours makes a reader's browser
    ask elsewhere. Text built to exhaust the parser comes back as plain paragraphs. Raises ConfigError for an
    extension that cannot be used, and nothing else.
    """
    if _exhausting(markdown_text):
        return _paragraphs(markdown_text)
    try:
        raw = engines.engine(engine, extensions)(markdown_text)
    except RecursionError:
        return _paragraphs(markdown_text)
    clean = tame.as_cleaned(raw)
    return _finish(_CLEANER.clean(raw)) if clean is None else _headed(clean)


def rebase(html: str, prefix: str) -> str:
    """`html` (as `to_html` gives it) with `prefix` for the leading slash of each link from the site's root.

    `../../` serves a page two folders deep, an absolute address ending in a slash serves feeds and mail.
    """
    if '="/' not in html:
        return html
    safe = entities.escape(prefix)
    return _LINKING.sub(
        lambda tag: tag[0].replace(' href="/', f' href="{safe}').replace(' src="/', f' src="{safe}'), html
    )


def plain(html: str) -> str:
    """The words of `html` (as `to_html` gives it) on one line."""
    return text.fold(entities.unescape(_TAG.sub("", _BREAK.sub(r"\g<0> ", html))))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a text, and the link that leads to it."""

    title: str
    path: str
    """`#h_a-heading`."""
    level: int
    """2 to 6."""


def contents(html: str) -> tuple[Heading, ...]:
    """The headings of `html` (as `to_html` gives it) of the second and third level, in order."""
    found = re.finditer(r'<h([23]) id="(h_[^"]*)"[^>]*>(.*?)</h\1>', html, re.DOTALL)
    return tuple(Heading(plain(one[3]), f"#{one[2]}", int(one[1])) for one in found)


def blocks(html: str) -> tuple[str, ...]:
    """The outermost elements of `html` (as `to_html` gives it) in order; together they are all of it."""
    found: list[str] = []
    start = depth = 0
    for tag in _TAG.finditer(html):
        if tag[0].startswith("</"):
            depth -= 1
        elif not _VOID.match(tag[0]):
            depth += 1
        if depth == 0:
            found.append(html[start : tag.end()])
            start = tag.end()
    if found and not html[start:].strip():
        return tuple(found)
    return (*found, html[start:]) if html[start:] else tuple(found)


def _exhausting(source: str) -> bool:
    """Whether `source` would hold Python-Markdown for long, or nest until the stack ends.

    Links and images cost the square of the brackets in one run of text; footnotes, definitions, fences and
    tags that do not end cost the square of their number. Counted, not timed: every machine answers alike.
    """
    # Hardly a text has a line that could be: each of those begins with so many signs or spaces.
    if _MAYBE_NESTED.search("\n" + source) and any(map(_NESTED.match, source.split("\n"))):
        return True
    # Nor has one so many of all that is counted below, in which no letter counts more than thrice.
    if (3 * len(source.encode("utf-8", "surrogatepass").translate(None, _NOT_COUNTED))) ** 2 <= _WORK_MAX:
        return False
    brackets = source.count("[")
    others = (
        2 * source.count("[^"),
        source.count("\n:"),
        source.count("```") + source.count("~~~"),
        source.count("<", source.rfind(">") + 1),
    )
    if (brackets + sum(others)) ** 2 <= _WORK_MAX:
        return False
    work = sum(number**2 for number in others) + sum(run.count("[") ** 2 for run in _RUN.split(source))
    return work > _WORK_MAX


def _paragraphs(source: str) -> str:
    blocks = (
        entities.escape(block.strip(), quote=False) for block in re.split(r"\n\s*\n", text.clean(source))
    )
    return "\n".join(f"<p>{block}</p>" for block in blocks if block)


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "id":
        return value if _FOOTNOTE_ID.fullmatch(value) else None
    if tag == "img" and attribute == "src":
        return None if _OTHER_HOST.match(_NOT_IN_URL.sub("", value)) else value
    return value


def _relative(url: str) -> str | None:
    r"""`url`, or None when it names another host by slashes alone (`//host`, to browsers also `/\host`)."""
    return None if _OTHER_HOST.match(_NOT_IN_URL.sub("", url)) else url


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    attribute_filter=_allowed,
    allowed_classes=_CLASSES,
    filter_style_properties={"text-align"},
    url_schemes={"http", "https", "mailto"},
    url_relative=_relative,
    link_rel="noopener",
)


def _finish(html: str) -> str:
    """Heading ids, only links and pictures that lead somewhere, alignment by class and not inline style."""
    if '<a rel="noopener">' in html:
        html = _LEADS_NOWHERE.sub(r"\1", html)
    if "<h" in html:
        html = _headed(html)
    if "<img" in html:
        html = _IMAGE.sub(_image, html)
    if ' style="' in html:
        html = _ALIGNED.sub(lambda cell: cell[1] + _ALIGN_CLASS[cell[2]], html)
    if "></th>" in html:
        html = _NO_HEAD.sub(r"<td\1></td>", html)
    return html


def _headed(html: str) -> str:
    taken: set[str] = set()
    return _HEADING.sub(partial(_heading, taken), html)


def _heading(taken: set[str], found: re.Match[str]) -> str:
    level, attributes, inner = found.groups("")
    # No slug holds an underscore, so no id of a template can be the same.
    base = name = "h_" + text.slug(plain(inner) if _MARKED.search(inner) else text.fold(inner), "section")
    number = 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    taken.add(name)
    level = "2" if level == "1" else level
    return f'<h{level} id="{name}"{attributes}>{inner}</h{level}>'


def _image(found: re.Match[str]) -> str:
    attributes = found[1]
    alt = _ALT.search(attributes)
    if ' src="' not in attributes:
        return alt[1].replace("<", "&lt;").replace(">", "&gt;") if alt else ""
    described = attributes if alt else f'{attributes} alt=""'
    return f'<img{described} loading="lazy">'
