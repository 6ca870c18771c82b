"""Colours that text may have: read, and judged on the theme's paper."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from builder.config.values import wrong

LEGIBLE = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""
_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})")


def contrast(one: str, other: str) -> float:
    """The contrast of two colours `#rrggbb`, 1 to 21 (WCAG 2.2, relative luminance)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colour(value: str) -> str:
    found = _HEX.fullmatch(value.lower())
    if not found:
        raise wrong("must be a colour such as '#a8201a'", "Six digits of 0-9 and a-f, in quotes.")
    digits = found[1]
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


Colour = Annotated[str, Field(max_length=20), AfterValidator(_colour)]
"""`#rrggbb` in lower case."""
