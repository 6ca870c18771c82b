"""`config.yaml` → `Config`: every fault of the file at once, each with its line.

yamltree (text → nodes that know their line) → keys (what may be written) → faults (what is wrong, in our
words) → loading (the order of it all) → rules (the nouns the other rooms see).
"""

from builder.config.keys import schema
from builder.config.loading import FILE, find_root, load, parse
from builder.config.rules import (
    BuildRules,
    Config,
    EditorialRules,
    FetchRules,
    MailRules,
    MarkdownRules,
    ModelRules,
    SummaryRules,
)

__all__ = [
    "FILE",
    "BuildRules",
    "Config",
    "EditorialRules",
    "FetchRules",
    "MailRules",
    "MarkdownRules",
    "ModelRules",
    "SummaryRules",
    "find_root",
    "load",
    "parse",
    "schema",
]
