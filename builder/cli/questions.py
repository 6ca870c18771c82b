"""What `briefpress init` asks at a terminal, and how an answer is read."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from builder.cli.options import Refusal


def addresses_of(told: str) -> list[str]:
    """The addresses and files in an answer, between spaces or commas; a comma in a path stays."""
    found: list[str] = []
    for part in re.split(r"[,;]*\s+|[,;]+$|,(?=https?://)", told.strip()):
        rest = part.partition("://")[2] or part
        found += [part] if "/" in rest.partition(",")[0] or Path(part).is_file() else part.split(",")
    return [one for one in found if one]


def refuse_no_address(feed: str) -> None:
    """Raise a usage error where `feed` names no address; a path in a folder that is not there yet is none."""
    from builder.config.values import normal_address

    if "://" not in feed and not re.match(r"https?:", feed):
        guess = f"https://{feed}"
        hint = f"Did you mean {guess}?" if "." in feed and normal_address(guess) else ""
        raise Refusal(f"--feed: {feed!r} is no web address", hint)


def answer_to(
    question: str,
    default: str,
    among: Sequence[str] = (),
    *,
    shown: bool = True,
    judge: Callable[[str], str] | None = None,
) -> str:
    """What is answered at the terminal; where `judge` raises a usage error, it is told and asked again."""
    kind = click.Choice(among) if among else None
    return str(
        click.prompt(question, default=default, type=kind, show_default=shown, value_proc=judge, err=True)
    )
