"""Parts that others bring: entry points of installed distributions, beside the ones built in."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points

from builder.errors import ConfigError


def load(group: str, name: str, builtin: Mapping[str, str], others: Sequence[str] = ()) -> object:
    """What `name` stands for: a built-in one, else the entry point `name` of `group`.

    `builtin` maps names to `module:attribute`, imported only when asked for; a plug-in cannot take its name.
    `others` are names that are told with them, and are no parts.
    Raises ConfigError when nothing has that name or when the plug-in cannot be imported.
    """
    if name in builtin:
        loaded: object = EntryPoint(name, builtin[name], group).load()
        return loaded
    refuse_unknown(group, name, builtin, others)
    found = [point for point in entry_points(group=group) if point.name == name]
    try:
        loaded = found[0].load()
    # A plug-in is somebody else's code: whatever its import raises is its fault, named as such.
    except Exception as error:
        raise ConfigError(
            f"the plug-in {name!r} ({found[0].value}) cannot be loaded: {type(error).__name__}: {error}",
            "Update or remove the distribution that brings it.",
        ) from error
    return loaded


def refuse_unknown(
    group: str, name: str, builtin: Mapping[str, str], others: Sequence[str] = (), path: str = ""
) -> None:
    """Raise ConfigError when nothing of that name is installed. `path` names the config."""
    known = (*others, *names(group, builtin))
    if name not in known:
        raise ConfigError(f"nothing called {name!r} is installed for {group}", advice(known, name), path=path)


def names(group: str, builtin: Mapping[str, str]) -> tuple[str, ...]:
    """All that `load` knows for `group`: the built-in ones, then the plug-ins by name."""
    brought = sorted({point.name for point in entry_points(group=group)} - set(builtin))
    return (*builtin, *brought)


def advice(known: Sequence[str], name: str) -> str:
    """What there is, and which of it `name` may have meant."""
    close = get_close_matches(name, known, n=1)
    meant = f"Did you mean {close[0]!r}? " if close else ""
    return f"{meant}There is: {', '.join(known)}."
