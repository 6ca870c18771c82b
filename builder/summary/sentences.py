"""Where sentences begin and end: spans into `Article.text`, exact to the character."""

import re
from functools import lru_cache

from builder.model import Article, BlockKind, Sentence
from builder.summary import language
from builder.summary.language import Language

_MARK = re.compile(
    r"""(?P<mark>[.!?…]+|[。！？؟۔।]+)
        (?P<close>["'”’»“)\]」』]*(?:\[\d{1,3}\])*)""",
    re.VERBOSE,
)
_OPENING = "\"'“‘„‚«»‹([{¿¡–—-•*「『 \t"
_LAST_TOKEN = re.compile(r"[^\s(\[\"“„«‘]+\Z")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\Z")
_ORDINAL = re.compile(r"(?:\d{1,2}|[IVX]+)\Z")
_LIST_NUMBER = re.compile(r"\W{0,2}\d{1,3}\Z")
_INNER_CAPITAL = re.compile(r"[a-z]{1,2}[A-Z]")
_FULL_WIDTH = "。！？"
_PARENTHESIS = 300
"""How far ahead a closing parenthesis is looked for."""
_QUOTATION = 240
"""How far ahead the end of a quotation is looked for."""
_CLOSING = {"“": "”", "„": '“”"', "«": "»"}


@lru_cache(maxsize=4)
def split(article: Article) -> tuple[Sentence, ...]:
    """The sentences of `article` in order, without subheadings, code and tables.

    `article.text[s.start:s.end] == s.text`.

    A list point is at least one sentence. Nothing but white space lies between two sentences of a block.
    """
    tongue = language.of(article)
    found: list[Sentence] = []
    offset = 0
    for index, block in enumerate(article.blocks):
        if block.kind not in (BlockKind.HEADING, BlockKind.LISTING):
            for start, end in spans(block.text, tongue):
                found.append(Sentence(block.text[start:end], offset + start, offset + end, index))
        offset += len(block.text) + 2
    return tuple(found)


def spans(text: str, tongue: Language) -> list[tuple[int, int]]:
    """Where the sentences of a run of text begin and end; white space at either end is in none."""
    found: list[tuple[int, int]] = []
    start = len(text) - len(text.lstrip())
    for match in _MARK.finditer(text):
        end = match.end()
        if match.start() < start or not _ends(text, start, match, tongue):
            continue
        found.append((start, end))
        start = end + len(text[end:]) - len(text[end:].lstrip())
    stop = len(text.rstrip())
    if start < stop:
        found.append((start, stop))
    return found


def _ends(text: str, start: int, match: re.Match[str], tongue: Language) -> bool:
    """Whether the sentence that began at `start` ends with the mark of `match`."""
    mark, close, end = match["mark"], match["close"], match.end()
    rest = text[end : end + 60]
    ahead = rest.lstrip()
    if not ahead:
        return True
    if mark[0] in _FULL_WIDTH:
        return not ahead.startswith(("，", "、"))
    if rest[0] == ahead[0] or not _may_begin(ahead):
        return False
    if text.count("(", start, end) > text.count(")", start, end) and ")" in text[end : end + _PARENTHESIS]:
        return False
    if _goes_on_after_quotation(text, start, end, tongue):
        return False
    if mark == "." and not close:
        return _stop_ends(text[start : match.start()], ahead, tongue)
    if close and mark[-1] in "!?…":
        return not _is_ascription(ahead, tongue)
    return True


def _goes_on_after_quotation(text: str, start: int, end: int, tongue: Language) -> bool:
    """Whether `end` is inside a quotation within a longer sentence: *“I left. I had to,” she said.*"""
    opened = _open_mark(text, start, end)
    if not opened:
        return False
    closers = _CLOSING.get(opened, opened)
    places = [place for closer in closers if (place := text.find(closer, end, end + _QUOTATION)) != -1]
    if not places:
        return False
    ahead = text[min(places) + 1 : min(places) + 60].lstrip()
    return ahead[:1].islower() or (bool(ahead) and _is_ascription(ahead, tongue))


def _open_mark(text: str, start: int, end: int) -> str:
    """The mark of the quotation that is open at `end`; empty when none is."""
    opened = ""
    for letter in text[start:end]:
        if opened and letter in _CLOSING.get(opened, opened):
            opened = ""
        elif not opened and (letter in _CLOSING or letter == '"'):
            opened = letter
    return opened


def _may_begin(ahead: str) -> bool:
    first = ahead.lstrip(_OPENING)[:2]
    if not first:
        return False
    if first[0].islower():
        return bool(_INNER_CAPITAL.match(ahead.lstrip(_OPENING)))
    return first[0].isalnum() or first[0] in "$€£#@"


def _stop_ends(before: str, ahead: str, tongue: Language) -> bool:
    """Whether a single full stop after `before` ends the sentence, `ahead` being what follows."""
    found = _LAST_TOKEN.search(before)
    if not found:
        return True
    token = found[0]
    lowered = token.lower()
    if lowered in tongue.words.titles:
        return False
    if _LIST_NUMBER.fullmatch(before):
        return False
    opener = _opens_sentence(ahead, tongue)
    if tongue.head == "capital" and _ORDINAL.fullmatch(token):
        return opener
    if len(token) == 1 and token.isalpha():
        return opener
    if lowered in tongue.words.abbreviations or _DOTTED.fullmatch(token):
        return opener
    return True


def _opens_sentence(ahead: str, tongue: Language) -> bool:
    """Whether the next word is a common one with a capital: only the start of a sentence gives it that."""
    word = _WORD.match(ahead.lstrip(_OPENING))
    return word is not None and word[0][0].isupper() and word[0].lower() in tongue.words.stopwords


def _is_ascription(ahead: str, tongue: Language) -> bool:
    """Whether what follows a quotation says whose it is, as in *“Go!” Smith said*."""
    following = [word.lower() for word in _WORD.findall(ahead)[:4]]
    return (
        bool(following)
        and following[0] not in tongue.words.stopwords
        and any(word in tongue.words.speech for word in following[1:])
    )
