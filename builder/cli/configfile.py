"""config.yaml as a text that commands edit."""

from pathlib import Path
from typing import TYPE_CHECKING

from builder import files
from builder.errors import FileError

if TYPE_CHECKING:
    from builder.config import Config

FILE = "config.yaml"


def text_of(config: "Config") -> str:
    """The text of config.yaml; line ends stay as they are, and so does a byte order mark."""
    return bytes_of(config.root / FILE).decode("utf-8")


def bytes_of(path: Path) -> bytes:
    """What a file holds. Raises FileError."""
    if not path.exists():
        raise FileError(f"there is no file {path}")
    return files.read_bytes(path)


def write(config: "Config", text: str, *, dry_run: bool) -> "Config":
    """Put `text` in place of config.yaml, when it is a configuration: the new one. Raises ConfigError."""
    from builder.config import parse

    new = parse(text.encode("utf-8"), config.root)
    if not dry_run and text != text_of(config):
        # Where it is a link, what it leads to is the file.
        files.write_atomic((config.root / FILE).resolve(), text)
    return new
