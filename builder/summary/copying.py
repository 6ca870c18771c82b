"""How much of a source is taken over word for word."""

from collections.abc import Iterator

from builder import rules
from builder.model import Finding
from builder.summary import names, quotes
from builder.summary.ground import Ground
from builder.text import excerpt

COPIED_WORDS = 25
"""Words in a row that a model or a person may take over outside quotation marks."""
COPIED_SHARE = 0.6
"""Of a source's text that an extractive summary may reproduce."""
SHORT = 600
"""Characters of a source up to which its share says nothing: two sentences are half of four."""


def findings(text: str, ground: Ground, most: int = COPIED_WORDS) -> Iterator[Finding]:
    """The first run of more than `most` words that `text` has in common with a sentence of the source."""
    words = names.plain_words(quotes.outside(text, quotes.spans(text)))
    for start in range(len(words) - most):
        length = most + 1
        if f" {' '.join(words[start : start + length])} " not in ground.prose:
            continue
        while (
            start + length < len(words) and f" {' '.join(words[start : start + length + 1])} " in ground.prose
        ):
            length += 1
        yield rules.finding(
            "F701",
            f"{length} words in a row are the source's own: {excerpt(' '.join(words[start:]), 60)}",
            subject=text,
            column=1,
        )
        return


def share(characters: int, length: int, most: float = COPIED_SHARE) -> Finding | None:
    """What there is to say of `characters` taken over from a source of `length` characters."""
    if length <= SHORT or characters <= most * length:
        return None
    part = round(100 * characters / length)
    return rules.finding("F702", f"{part} percent of the source is reproduced", subject="")
