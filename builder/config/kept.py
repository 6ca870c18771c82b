"""The configuration as it was found before: neither the YAML parser nor the schema is needed again.

It counts only for the same bytes of `config.yaml`, the same program and the same answers of the disk. It
stands in the cache with the digest of itself, so that a damaged one is none.
"""

import contextlib
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from builder import digest, files, nouns
from builder.config.folder import Folder
from builder.config.rules import Config
from builder.errors import FileError

PLACE = ".briefpress/config.json"


def read(root: Path, held: str) -> Config | None:
    """What was kept of the newsletter in `root`, whose `config.yaml` has the digest `held`; None for nothing.

    `root` is absolute, links followed.
    """
    try:
        seal, _, text = (root / PLACE).read_text(encoding="utf-8").partition("\n")
        if seal != digest.of_text(text):
            return None
        kept = json.loads(text)
        if kept["of"] != _name(root, held) or not Folder(root).still(*kept["answers"]):
            return None
        config = _codes()[1](kept["config"])
        # What the system knows of time zones is in no digest.
        ZoneInfo(config.site.timezone)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    return config if isinstance(config, Config) else None


def keep(config: Config, held: str, folder: Folder) -> None:
    """Keep `config`, made of a file with the digest `held`, where there is a cache that can be written."""
    place = config.root / PLACE
    kept = {
        "of": _name(config.root, held),
        "answers": folder.answers,
        "config": _codes()[0](config),
    }
    text = json.dumps(kept)
    if place.parent.is_dir():
        with contextlib.suppress(FileError):
            files.write_atomic(place, f"{digest.of_text(text)}\n{text}", durable=False)


def _name(root: Path, held: str) -> str:
    program = (sys.version, files.program(), files.installed())
    return digest.of_value((str(root), held, program))


@cache
def _codes() -> tuple[Any, Any]:
    return nouns.code(Config)
