"""What writes summaries, and how one is found by its name in the config."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol, cast

from builder import plugins
from builder.errors import ConfigError
from builder.model import Article, Profile, Summary

GROUP = "briefpress.engines"
"""The entry point group for engines: a class or function that makes one without arguments."""
BUILTIN = {"extract": "builder.summary.extract:Extract", "llm": "builder.summary.llm:Llm"}


class Engine(Protocol):
    """Makes a summary of an article."""

    @property
    def name(self) -> str:
        """`engine/version`, as in an item's `by`; another version when the same article reads otherwise."""
        ...

    def summarise(self, article: Article, profile: Profile) -> Summary:
        """The summary of `article` in the form of `profile`. Raises EngineError when none can be written."""
        ...


def load(name: str, makers: Mapping[str, Callable[[], Engine]] = MappingProxyType({})) -> Engine:
    """The engine `name` of the config. Raises ConfigError when there is none of that name.

    `makers` make those that need more than their name, as `llm` needs somebody to ask.
    """
    if name in makers:
        return makers[name]()
    made = plugins.load(GROUP, name, BUILTIN)
    engine = made() if callable(made) else made
    if not hasattr(engine, "summarise") or not hasattr(engine, "name"):
        raise ConfigError(
            f"{name!r} is not a summary engine", "An engine has a `name` and a method `summarise`."
        )
    return cast("Engine", engine)


def at_once(engine: Engine) -> int:
    """How many articles `engine` says it may summarise at a time; one when it says nothing."""
    return max(1, int(getattr(engine, "at_once", 1)))


def names() -> tuple[str, ...]:
    """The engines that `load` knows."""
    return plugins.names(GROUP, BUILTIN)
