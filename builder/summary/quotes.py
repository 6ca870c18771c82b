"""Where somebody is quoted: spans of text between quotation marks, of any style."""

import re

_PAIRS = {"“": "”", "„": '“”"', "«": "»", "‹": "›", "「": "」", "『": "』", "»": "«"}
_MARK = re.compile(f"[\"'‘{''.join(_PAIRS)}]")
_SINGLE_OPENS = re.compile(r"(?<![\w.])(?:‘|'(?=\w))")
_SINGLE_CLOSES = re.compile(r"(?<=[^\s‘])['’](?!\w)")


def spans(text: str) -> tuple[tuple[int, int], ...]:
    """The quotations in `text`, marks included, in order and apart from each other.

    One that is not closed reaches to the end, as in an interview whose paragraphs open with a mark and only
    the last closes. Single marks count only where they are closed, since most of them are apostrophes.
    """
    found: list[tuple[int, int]] = []
    at = 0
    singles = True
    while opening := _MARK.search(text, at):
        at, mark = opening.start(), opening[0]
        if mark == '"' or (mark in _PAIRS and _opens(text, at)):
            end = _close(text, at)
            found.append((at, end))
            at = end
            continue
        if singles and mark in "'‘" and _SINGLE_OPENS.match(text, at):
            closing = _SINGLE_CLOSES.search(text, at + 1)
            # Where none closes after this one, none closes after a later one.
            singles = closing is not None
            if closing:
                found.append((at, closing.end()))
                at = closing.end()
                continue
        at += 1
    return tuple(found)


def outside(text: str, quoted: tuple[tuple[int, int], ...]) -> str:
    """`text` with its quotations blanked: the writer's own words, at their own places."""
    parts: list[str] = []
    at = 0
    for start, end in quoted:
        parts.extend((text[at:start], " " * (end - start)))
        at = end
    return "".join((*parts, text[at:]))


def _opens(text: str, at: int) -> bool:
    # The marks of one language close in another: »so« in German books, « ainsi » in French.
    return text[at] != "»" or at == 0 or not text[at - 1].isalnum()


def _close(text: str, at: int) -> int:
    closers = '"' if text[at] == '"' else _PAIRS[text[at]]
    places = [place for closer in closers if (place := text.find(closer, at + 1)) != -1]
    return min(places) + 1 if places else len(text)
