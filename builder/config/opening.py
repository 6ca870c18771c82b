"""The newsletter's folder → its `Config`: from the cache where that has it, else read and judged anew."""

from pathlib import Path

from builder import digest, files
from builder.config import kept
from builder.config.folder import Folder
from builder.config.rules import FILE, Config
from builder.errors import ConfigError

_START = "`briefpress init` starts a newsletter."


def find_root(start: Path) -> Path:
    """The nearest folder with a `config.yaml`: `start` or one above it, absolute. Raises ConfigError."""
    found = files.upward(start, FILE)
    if found is None:
        raise _nowhere(f"{start.resolve()} or above it")
    return found


def load(root: Path, *, keep: bool = False) -> Config:
    """The configuration in `root`. Raises ConfigError with every fault, FileError when the disk refuses.

    What had to be read anew is put into the newsletter's cache where it is to `keep` it.
    """
    path = root / FILE
    if not path.exists():
        raise _nowhere(str(root))
    data, root = files.read_bytes(path), root.resolve()
    held = digest.of_bytes(data)
    if config := kept.read(root, held):
        return config
    # The schema takes longer than all the rest of many a command.
    from builder.config.loading import parse

    folder = Folder(root)
    config = parse(data, root, folder)
    if keep:
        kept.keep(config, held, folder)
    return config


def _nowhere(where: str) -> ConfigError:
    return ConfigError(
        f"there is no {FILE} in {where}", f"Name the newsletter's folder with --root. {_START}"
    )
