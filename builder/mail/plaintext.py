"""The letter in plain text, made from the Markdown, not from the HTML: 72 columns, the same links. Pure."""

import html as entities
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from builder.mail.views import LetterPart, LetterView, Story
from builder.render.wording import Wording
from builder.text import clean, fold

COLUMNS = 72

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*$")
_UNDERLINE = re.compile(r"^ {0,3}(?:=+|-+)\s*$")
_BULLET = re.compile(r"^( *)([-*+]|\d+[.)])\s+(.*)$")
_RULE = re.compile(r"^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_QUOTE = re.compile(r"^ {0,3}> ?")
_DEFINITION = re.compile(r'^ {0,3}\[([^\]]+)\]:\s*<?([^\s>]+)>?(?:\s+["\'(].*)?$')
_NOTE = re.compile(r"^\[\^([^\]]+)\]:\s*(.*)$")
_IMAGE = re.compile(r"!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_INLINE = re.compile(r'(?<!\\)\[([^\[\]]+)\]\(\s*<?((?:[^\s()<>]|\([^\s()]*\))+)>?(?:\s+"[^"]*")?\s*\)')
_REFERENCE = re.compile(r"(?<!\\)\[([^\[\]^]+)\]\[([^\[\]]*)\]")
_AUTOLINK = re.compile(r"<(https?://[^\s<>]+)>")
# Bounded: marks that do not close would cost the square of their number.
_EMPHASIS = re.compile(r"(?<![\\\w])(\*{1,3}|_{1,3})(?=\S)(.{1,400}?)(?<=[^\s\\])\1(?!\w)")
_CODE = re.compile(r"(?<!\\)(`+)(.{1,400}?)\1")
_HTML_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|~])")


@dataclass(frozen=True, slots=True)
class Texts:
    """The Markdown of a letter, as `of_markdown` gives it."""

    intro: str
    bodies: tuple[str, ...]
    """One for each story; empty for one that is not told in full."""


def of_letter(view: LetterView, texts: Texts, words: Wording) -> str:
    """The whole letter; ends in a newline."""
    return clean("\n".join(_letter(view, texts, words)).strip("\n")) + "\n"


def of_markdown(source: str, link: Callable[[str], str], links: Sequence[str] = ()) -> str:
    """`source` in plain text, an address in angle brackets behind what leads there.

    `link` makes an address as it is written into one to be followed. `links` are those that must be there:
    what this reading of Markdown leaves out is told at the end.
    """
    body = "\n\n".join(_blocks(source, link))
    left = [f"<{url}>" for url in links if url not in body]
    return "\n\n".join(filter(None, [body, "\n".join(left)]))


def _letter(view: LetterView, texts: Texts, words: Wording) -> Iterator[str]:
    number = words.say("edition.number", number=view.edition_number)
    facts = (
        words.date(view.published, "full"),
        words.count(view.story_count, "item"),
        words.say("edition.reading_time", minutes=words.count(view.minutes, "minute")),
    )
    yield f"{view.site.title} · {number}" if view.is_named else view.site.title
    yield "=" * COLUMNS
    yield from (_wrapped(view.heading), " · ".join(facts), "")
    yield f"{words.say('mail.browser')}: {view.edition_url}"
    if texts.intro:
        yield from ("", texts.intro)
    if view.shortened:
        yield from ("", _wrapped(words.say("mail.shortened")))
    bodies = iter(texts.bodies)
    for part in view.parts:
        yield from _part(part, bodies, words)
    if view.corrected:
        yield from ("", "", words.say("corrections").upper(), "-" * COLUMNS)
    for one in view.corrected:
        yield from ("", _wrapped(f"{one.title}, {words.date(one.date)}: {one.text}"), one.url)
    yield from ("", "-" * COLUMNS, "")
    yield _wrapped(view.reason or words.say("mail.reason", site=view.site.title))
    if view.postal_address:
        yield _wrapped(view.postal_address)
    yield ""
    yield f"{view.site.title}: {view.site.url}"
    yield f"{words.say('mail.archive')}: {view.archive_url}"
    yield f"{words.say('mail.unsubscribe')}: {view.unsubscribe_url}"


def _part(part: LetterPart, bodies: Iterator[str], words: Wording) -> Iterator[str]:
    if part.title:
        yield from ("", "", part.title.upper(), "-" * COLUMNS)
    for story, body in zip(part.stories, bodies, strict=False):
        yield from _story(story, body, words)


def _story(story: Story, body: str, words: Wording) -> Iterator[str]:
    head = f"{story.number}. "
    margin = " " * len(head)
    yield ""
    yield _wrapped(story.title, head, margin)
    yield f"{margin}{story.url}"
    for block in (body or story.tldr, f"{words.say('note')}: {story.note}" if story.note else ""):
        if block:
            yield ""
            yield textwrap.indent(block, margin) if block is body else _wrapped(block, margin, margin)
    if story.original_url:
        told = words.say("original.at", host=story.host) if story.host else words.say("original")
        yield ""
        yield _wrapped(f"{story.source} · {words.date(story.date, 'short')}", margin, margin)
        yield f"{margin}{told}: {story.original_url}"


# -- Markdown


def _blocks(source: str, link: Callable[[str], str]) -> Iterator[str]:
    lines, addresses = _without_definitions(source)

    def inline(text: str) -> str:
        return _inline(text, addresses, link)

    run: list[str] = []
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if fence or mark:
            if not fence and mark:
                yield from _paragraph(run, inline)
                run, fence = [], mark[1]
            elif mark and mark[1].startswith(fence):
                yield from filter(None, ["\n".join(run)])
                run, fence = [], ""
            else:
                run.append(f"    {line}")
        elif not line.strip() or _RULE.match(line):
            yield from _paragraph(run, inline)
            run = []
        elif (heading := _HEADING.match(line)) or (run and len(run) == 1 and _UNDERLINE.match(line)):
            if heading:
                yield from _paragraph(run, inline)
            title = inline(heading[2] if heading else run[0])
            run = []
            yield _wrapped(title)
        else:
            run.append(line)
    yield from ["\n".join(run)] if fence and run else _paragraph(run, inline)


def _without_definitions(source: str) -> tuple[list[str], dict[str, str]]:
    addresses: dict[str, str] = {}
    lines: list[str] = []
    for line in source.replace("\t", "    ").split("\n"):
        if (found := _DEFINITION.match(line)) and not found[1].startswith("^"):
            addresses[fold(found[1]).casefold()] = found[2]
            continue
        lines.append(_NOTE.sub(r"(\1) \2", line))
    return lines, addresses


def _paragraph(run: Sequence[str], inline: Callable[[str], str]) -> Iterator[str]:
    """What a run of lines without a blank one is: a quotation, bullets, or a paragraph."""
    if not run:
        return
    if all(_QUOTE.match(line) for line in run):
        inner = inline(" ".join(_QUOTE.sub("", line).strip() for line in run))
        yield _wrapped(inner, "> ", "> ")
        return
    yield "\n".join(_wrapped(inline(body), head, " " * len(head)) for head, body in _entries(run))


def _entries(run: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Bullets with their mark, and text around them without one."""
    head, gathered = "", ""
    for line in run:
        if bullet := _BULLET.match(line):
            if gathered:
                yield head, gathered
            mark = "-" if bullet[2] in "-*+" else bullet[2]
            head, gathered = f"{bullet[1]}{mark} ", bullet[3]
        elif line.endswith(("  ", "\\")):
            yield head, f"{gathered} {line.strip().removesuffix(chr(92))}".strip()
            head, gathered = " " * len(head), ""
        else:
            gathered = f"{gathered} {line.strip()}".strip()
    if gathered:
        yield head, gathered


def _inline(source: str, addresses: dict[str, str], link: Callable[[str], str]) -> str:
    # What is code or an address is put aside, so that nothing in it counts as a mark.
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return f"\x02{len(kept) - 1}\x03"

    def led(words: str, url: str) -> str:
        target = link(entities.unescape(url))
        return words if url.startswith("#") else f"{words} {keep(f'<{target}>')}"

    text = source.replace("\x02", "").replace("\x03", "")
    text = _CODE.sub(lambda found: keep(found[2].strip()), text)
    text = _IMAGE.sub(r"\1", text)
    text = _AUTOLINK.sub(lambda found: keep(f"<{link(found[1])}>"), text)
    text = _INLINE.sub(lambda found: led(found[1], found[2]), text)
    text = _REFERENCE.sub(
        lambda found: (
            led(found[1], addresses[key])
            if (key := fold(found[2] or found[1]).casefold()) in addresses
            else found[0]
        ),
        text,
    )
    text = re.sub(r"\[\^([^\]]+)\]", r"(\1)", text)
    text = _HTML_TAG.sub("", text)
    text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    text = entities.unescape(_ESCAPE.sub(r"\1", text))
    while "\x02" in text:
        text = re.sub("\x02(\\d+)\x03", lambda found: kept[int(found[1])], text)
    return fold(text)


def _wrapped(text: str, first: str = "", rest: str = "") -> str:
    """`text` in lines of at most COLUMNS; a longer word, which is an address, has a line of its own."""
    lines: list[str] = []
    line = first
    started = False
    for word in text.split():
        if started and len(line) + len(word) >= COLUMNS:
            lines.append(line)
            line, started = rest, False
        line += f" {word}" if started else word
        started = True
    return "\n".join([*lines, line.rstrip()])
