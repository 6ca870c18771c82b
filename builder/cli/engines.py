"""The engine a command writes with, put together from the config, the environment, and the cache."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from builder import __version__, files
from builder.cli.newsletter import CACHE
from builder.errors import ConfigError
from builder.text import count

if TYPE_CHECKING:
    from builder.chat.meter import Meter
    from builder.config import Config
    from builder.model import Provenance
    from builder.summary.engine import Engine
    from builder.summary.llm_prompts import Prompts

ANSWERS = "answers"
"""The folder of a model's answers, in the cache."""


@dataclass(frozen=True)
class Opened:
    """An engine ready to write, and what it spends."""

    engine: "Engine"
    meter: "Meter | None"
    """None: it asks no model."""

    def spent(self) -> dict[str, object] | None:
        """What the run has cost so far, as data; None where no model is asked."""
        if self.meter is None:
            return None
        meter = self.meter
        return {"calls": meter.calls, "asked": meter.asked, "answered": meter.answered, "cost": meter.cost}

    def told(self) -> str:
        """The same in words; empty where nobody was asked."""
        if self.meter is None or not self.meter.calls:
            return ""
        cost = f" for {self.meter.cost:,.4f}" if self.meter.cost else ""
        return (
            f"{count(self.meter.calls, 'question')} to the model, {count(self.meter.tokens, 'token')}{cost}"
        )


def shortfall(told: "Provenance | None") -> str:
    """What of a model's answer could not be shown, in words; empty when there was none or all of it could."""
    if told is None:
        return ""
    if told.refused:
        return f"by extraction, since {told.refused}"
    replaced = f"{count(len(told.replaced), 'sentence')} of the source instead of the model's"
    doubtful = f"{count(len(told.review), 'sentence')} to be read with care"
    return ", ".join(([replaced] if told.replaced else []) + ([doubtful] if told.review else []))


@contextmanager
def opened(config: "Config | None", name: str = "", *, replay: bool = False) -> Iterator[Opened]:
    """The engine `name`, else that of the config; connections are closed at the end.

    With `replay` a model's kept answers are all there is. Raises ConfigError when it cannot be had.
    """
    from builder.summary import engine as engines

    chosen = name or (config.summary.engine if config else "extract")
    with ExitStack() as stack:
        if chosen == "llm":
            yield _llm(config, stack, replay=replay)
        else:
            yield Opened(engines.load(chosen), None)


def _llm(config: "Config | None", stack: ExitStack, *, replay: bool) -> Opened:
    from builder.chat.endpoint import Endpoint
    from builder.chat.forms import FORMS
    from builder.chat.kept import Kept
    from builder.chat.meter import Limits, Meter
    from builder.summary.llm import Llm

    if config is None or not (config.summary.model.name and config.summary.model.endpoint):
        raise ConfigError(
            "the engine llm needs a model",
            "Set summary.model.name and summary.model.endpoint in config.yaml; see docs/models.md.",
        )
    rules = config.summary.model
    if rules.max_cost and not (rules.price_in or rules.price_out):
        raise ConfigError(
            "summary.model.max_cost cannot be kept without prices",
            "Set summary.model.price_in and price_out, each for a million tokens.",
        )
    meter = Meter(
        Limits(
            tokens=rules.max_tokens,
            cost=rules.max_cost,
            price_in=rules.price_in,
            price_out=rules.price_out,
        )
    )
    endpoint = None
    if not replay:
        endpoint = stack.enter_context(
            Endpoint(
                rules.endpoint,
                FORMS[rules.api](),
                meter,
                key=_key(rules.api_key_env),
                user_agent=f"briefpress/{__version__}",
                timeout_s=rules.answer_s,
                at_once=rules.at_once,
            )
        )
    llm = Llm(
        Kept(config.root / CACHE / ANSWERS, endpoint),
        prompts_of(config),
        model=rules.name,
        answer_tokens=rules.answer_tokens,
        article_chars=rules.article_chars,
        temperature=rules.temperature,
        at_once=rules.at_once,
    )
    return Opened(llm, meter)


def _key(variable: str) -> str:
    if not variable:
        return ""
    key = os.environ.get(variable, "").strip()
    if not key:
        raise ConfigError(
            f"the environment variable {variable} is not set",
            f"It holds the key of the model's server: export {variable}=…",
        )
    if not key.isascii() or not key.isprintable():
        raise ConfigError(f"what the environment variable {variable} holds is no key")
    return key


def prompts_of(config: "Config") -> "Prompts":
    """The prompts of a newsletter: its own where it has them, else those that come with briefpress."""
    from builder.render.theme import packaged
    from builder.summary.llm_prompts import FOLDER, NAMES, Prompts

    texts: dict[str, str] = {}
    names: dict[str, str] = {}
    for name in NAMES:
        own = config.root / "templates" / FOLDER / name
        path = own if own.is_file() else packaged() / FOLDER / name
        texts[name] = files.read_bytes(path).decode("utf-8-sig", "replace")
        if path is own:
            names[name] = f"templates/{FOLDER}/{name}"
    return Prompts(texts, names)
