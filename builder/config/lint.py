"""What may be written under `lint` in `config.yaml`."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from builder.config.base import Keys
from builder.config.values import wrong
from builder.rules import RULES


def _code(code: str) -> str:
    if code.upper() not in RULES:
        raise wrong(f"there is no rule {code[:20]}", "`briefpress lint --explain all` lists them.")
    return code.upper()


_Code = Annotated[str, AfterValidator(_code)]
_Host = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9.-]+$", max_length=253, to_lower=True, strip_whitespace=True)
]
_Level = Literal["error", "warning", "info", "off"]


class LintKeys(Keys):
    """What is looked for in items, and how much it weighs."""

    fail_on: Literal["error", "warning", "info"] = Field(
        "error", description="The level from which on `briefpress lint` fails."
    )
    levels: dict[_Code, _Level] = Field(
        {},
        max_length=200,
        description="Another level for a rule, or off.",
        examples=[{"F501": "info", "F601": "warning"}],
    )
    allow_links: tuple[_Host, ...] = Field(
        (), description="Hosts that summaries may link to.", examples=[["en.wikipedia.org"]]
    )
    copied_words: int = Field(
        25, ge=8, le=1000, description="Words in a row that a model or a person may take from the source."
    )
    copied_share: float = Field(
        0.6,
        gt=0,
        le=1,
        allow_inf_nan=False,
        description="The share of a source's text that an extractive summary may reproduce.",
    )
