"""`config.yaml` → `Config`: every fault of the file at once, each with its line.

yamltree (text → nodes that know their line) → keys (what may be written) → faults (what is wrong, in our
words) → loading (the order of it all) → rules (the nouns the other rooms see). Most runs meet a config that
was found sound before (opening, kept), and import neither the parser nor the schema.
"""

from typing import TYPE_CHECKING, Any

from builder.config.opening import find_root, load
from builder.config.rules import (
    FILE,
    BuildRules,
    Config,
    DeployRules,
    EditorialRules,
    FetchRules,
    MailRules,
    MarkdownRules,
    ModelRules,
    RunRules,
    SummaryRules,
)

if TYPE_CHECKING:
    from builder.config.keys import schema
    from builder.config.loading import parse

__all__ = [
    "FILE",
    "BuildRules",
    "Config",
    "DeployRules",
    "EditorialRules",
    "FetchRules",
    "MailRules",
    "MarkdownRules",
    "ModelRules",
    "RunRules",
    "SummaryRules",
    "find_root",
    "load",
    "parse",
    "schema",
]


def __getattr__(name: str) -> Any:
    # Imported when they are used: see above.
    if name == "parse":
        from builder.config.loading import parse

        return parse
    if name == "schema":
        from builder.config.keys import schema

        return schema
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
