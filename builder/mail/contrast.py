"""How well the words of a letter can be read, in the light scheme and in the dark one. Pure.

Colours are followed as a client follows them: from the style attributes and `bgcolor`, inherited inward, and
for the dark scheme the rules of `@media (prefers-color-scheme:dark)` on top. Selectors of types, classes,
descendants and `:first-child` are understood; others are passed over.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.text import excerpt

LEAST, LEAST_LARGE = 4.5, 3.0
"""WCAG 2.2, success criterion 1.4.3."""

_DARK = re.compile(r"@media[^{]*prefers-color-scheme:\s*dark[^{]*\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMPOUND = re.compile(r"([a-z][a-z0-9]*)?((?:\.[\w-]+)*)(:first-child)?")
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})")
_RGB = re.compile(r"rgba?\(\s*(\d+)[,\s]+(\d+)[,\s]+(\d+)\s*\)")
_PIXELS = re.compile(r"([\d.]+)px")
_NAMED = {"white": (255, 255, 255), "black": (0, 0, 0)}
_UNSEEN = ("style", "script", "title", "head")

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Faint:
    """Words whose contrast is too low."""

    words: str
    scheme: str
    """`light` or `dark`."""
    ratio: float
    needed: float


@dataclass(frozen=True, slots=True)
class _Look:
    ink: Colour = (0, 0, 0)
    ground: Colour = (255, 255, 255)
    size: float = 16.0
    bold: bool = False


_Rules = Sequence[tuple[Sequence[str], dict[str, str]]]


def faint(body: Any, style: str) -> Iterator[Faint]:
    """The words below `body` (an lxml element) that are hard to read; `style` is all style sheets."""
    seen: set[tuple[str, _Look]] = set()
    for scheme, rules in (("light", ()), ("dark", _dark_rules(style))):
        for words, look in _told(body, _Look(), rules):
            needed = LEAST_LARGE if look.size >= 24 or (look.bold and look.size >= 18.66) else LEAST
            ratio = contrast(look.ink, look.ground)
            if ratio < needed and (scheme, look) not in seen:
                seen.add((scheme, look))
                yield Faint(excerpt(words, 40), scheme, ratio, needed)


def contrast(one: Colour, other: Colour) -> float:
    """From 1 for the same colour to 21 for black on white."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _told(element: Any, above: _Look, rules: _Rules) -> Iterator[tuple[str, _Look]]:
    """Each run of words with how it looks; what is hidden is not read."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return
    style = _declared(element.get("style", ""))
    if style.get("display") == "none":
        return
    for selectors, declared in rules:
        if any(_matches(element, selector) for selector in selectors):
            style = style | declared
    look = _with(above, style, element.get("bgcolor", ""), element.tag)
    if element.text and element.text.strip(" \t\n\xa0·"):
        yield element.text, look
    for child in element:
        yield from _told(child, look, rules)
        if child.tail and child.tail.strip(" \t\n\xa0·"):
            yield child.tail, look


def _with(above: _Look, style: Mapping[str, str], bgcolor: str, tag: str) -> _Look:
    ink = _colour(style.get("color", ""))
    ground = _colour(style.get("background-color", style.get("background", ""))) or _colour(bgcolor)
    size = _PIXELS.match(style.get("font-size", ""))
    weight = style.get("font-weight", "bold" if tag in ("b", "strong", "h1", "h2", "h3", "h4", "th") else "")
    return replace(
        above,
        ink=ink or above.ink,
        ground=ground or above.ground,
        size=float(size[1]) if size else above.size,
        bold=weight in ("bold", "700", "800", "900") if weight else above.bold,
    )


def _dark_rules(style: str) -> _Rules:
    return [
        ([one.strip() for one in selectors.split(",")], _declared(declared))
        for block in _DARK.findall(style)
        for selectors, declared in _RULE.findall(block)
    ]


def _declared(style: str) -> dict[str, str]:
    pairs = (declaration.partition(":") for declaration in style.split(";"))
    return {
        name.strip().lower(): value.strip().lower().removesuffix("!important").strip()
        for name, _, value in pairs
    }


def _matches(element: Any, selector: str) -> bool:
    *outer, own = selector.split()
    if not _is(element, own):
        return False
    for compound in reversed(outer):
        element = next((above for above in element.iterancestors() if _is(above, compound)), None)
        if element is None:
            return False
    return True


def _is(element: Any, compound: str) -> bool:
    found = _COMPOUND.fullmatch(compound)
    if not found:
        return False
    tag, classes, first = found.groups()
    if first and element.getprevious() is not None:
        return False
    had = set(element.get("class", "").split())
    return (not tag or element.tag == tag) and had.issuperset(filter(None, classes.split(".")))


def _colour(value: str) -> Colour | None:
    value = value.strip().lower()
    if found := _HEX.fullmatch(value):
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if found := _RGB.fullmatch(value):
        return int(found[1]), int(found[2]), int(found[3])
    return _NAMED.get(value)
