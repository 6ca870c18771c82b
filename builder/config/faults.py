"""What pydantic found, in our words and with the line."""

import difflib
import re
from collections.abc import Iterable, Mapping

from pydantic_core import ErrorDetails

from builder.config.keys import every_key
from builder.config.values import REFUSED, nearest
from builder.config.yamltree import Tree
from builder.errors import Fault
from builder.text import excerpt

Loc = tuple[int | str, ...]
"""The keys and places in lists that lead to a value: `("feeds", 1, "url")`."""

_WORDS: Mapping[str, str] = {
    "string_type": "must be text",
    "string_unicode": "holds a broken character",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "has too many digits",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list",
    "dict_type": "must hold keys and values",
    "model_type": "must hold keys and values",
    "literal_error": "must be {expected}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "too_short": "is empty",
    "too_long": "is too long: {max_length:,} is the most",
    "string_too_long": "is too long: {max_length:,} is the most",
}
"""By pydantic's error type, filled from the error's context."""

_HINTS: Mapping[str, str] = {
    "tuple_type": "Begin each entry on a line of its own with a hyphen.",
    "dict_type": "Write each key on a line of its own, indented, as key: value.",
    "model_type": "Write each key on a line of its own, indented, as key: value.",
}
_NO_SITE = "Write site: with title and url below it; `briefpress init` starts a newsletter with both."


class Faults:
    """The faults of one file, gathered."""

    def __init__(self, path: str, tree: Tree) -> None:
        self._path = path
        self._root = tree.root
        self._found: dict[Fault, None] = dict.fromkeys(tree.faults)

    def add(self, loc: Loc, message: str, hint: str = "") -> None:
        """Note that the value at `loc` is wrong; the same fault counts once."""
        trail = self._root.trail(loc)
        # A short form is one text where the models see a mapping: its parts have no names in the file.
        written = loc[: len(trail) - 1] if isinstance(trail[-1].value, str) else loc
        key = label(written)
        self._found[Fault(f"{key}: {message}" if key else message, self._path, trail[-1].line, hint)] = None

    def add_errors(self, errors: Iterable[ErrorDetails]) -> None:
        """Note what pydantic reports."""
        for error in errors:
            message, hint = self._words(error)
            self.add(error["loc"], message, hint)

    def line(self, loc: Loc) -> int:
        """The line of `loc`, or of the nearest thing around it that is written."""
        return self._root.trail(loc)[-1].line

    def all(self) -> tuple[Fault, ...]:
        """By line."""
        return tuple(sorted(self._found, key=lambda fault: fault.line))

    def _words(self, error: ErrorDetails) -> tuple[str, str]:
        kind, loc, context = error["type"], error["loc"], error.get("ctx", {})
        match kind:
            case "missing":
                written = len(self._root.trail(loc)) > len(loc)
                return "has no value" if written else "is missing", _NO_SITE if loc == ("site",) else ""
            case "extra_forbidden":
                return "unknown key", _known(loc)
            case "literal_error":
                options = re.findall("'([^']*)'", context["expected"])
                return _WORDS[kind].format(**context).replace("'", ""), nearest(str(error["input"]), options)
            case _ if kind == REFUSED:
                return context["message"], context["hint"]
            case _ if error["input"] is None:
                return "has no value", ""
            case _:
                words = _WORDS.get(kind)
                return words.format(**context) if words else error["msg"], _HINTS.get(kind, "")


def label(loc: Loc) -> str:
    """`feeds[1].url`; lists count from 0, as in JSON paths."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{excerpt(part, 60)}" for part in loc)
    return "".join(parts).removeprefix(".")


def _known(loc: Loc) -> str:
    *above, key = loc
    prefix = "".join("[]." if isinstance(part, int) else f"{part}." for part in above).replace(".[]", "[]")
    here = {name[len(prefix) :]: name for name in every_key() if name.startswith(prefix)}
    siblings = [name for name in here if "." not in name]
    # Keys that stand at the left margin in other tools are a level deeper here: `title` is `site.title`.
    deeper = {} if above else {name.rpartition(".")[2]: name for name in reversed(here)}
    options = deeper | {name: name for name in siblings}
    close = difflib.get_close_matches(str(key).casefold(), options, n=1)
    return f"Did you mean {options[close[0]]}?" if close else f"The keys here are {', '.join(siblings)}."
