"""Markdown text → HTML, by one engine or another. It is not safe yet: that is the part of `markup`."""

import re
import threading
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path

from builder.errors import ConfigError
from builder.render import prose

Engine = Callable[[str], str]

PACKAGES: Mapping[str, str] = {"markdown": "markdown", "comrak": "comrak"}
"""Each engine, and the distribution that has it."""

CODE = tuple(str(Path(__file__).with_name(name)) for name in ("engines.py", "prose.py", "quick.py"))
"""The files of this code: another line in them may give other HTML."""

# `extra` without what the allow-list would undo (attr_list, md_in_html) and without abbr, which is quadratic.
_EXTENSIONS = ("def_list", "fenced_code", "footnotes", "sane_lists", "tables")
_ALIGNED = re.compile(r'(<t[dh]) align="(left|center|right)"')
# Python-Markdown keeps the text at hand in its instance, so each thread has its own; it is kept, because
# making one costs as much as rendering a body.
_local = threading.local()


def engine(name: str, extensions: tuple[str, ...]) -> Engine:
    """The engine of that name, with `extensions` of Python-Markdown beside our own. Raises ConfigError."""
    kept: dict[tuple[str, tuple[str, ...]], Engine] = _local.__dict__.setdefault("engines", {})
    if (name, extensions) not in kept:
        kept[name, extensions] = _comrak() if name == "comrak" else _python_markdown(extensions)
    return kept[name, extensions]


def _python_markdown(extensions: tuple[str, ...]) -> Engine:
    if extensions:
        # What an extension makes of prose, nobody knows.
        return _parser(extensions)

    # Most texts need none, and it takes a while to import.
    parser = cache(partial(_parser, ()))

    def parse(text: str) -> str:
        return parser()(text)

    def convert(text: str) -> str:
        html = prose.to_html(text, parse)
        return parse(text) if html is None else html

    return convert


def _parser(extensions: tuple[str, ...]) -> Engine:
    import markdown

    from builder.render import quick

    try:
        made = markdown.Markdown(extensions=[*_EXTENSIONS, *extensions], output_format="html")
    except Exception as error:
        # An extension is anybody's code, and may fail in any way.
        names = ", ".join(extensions)
        raise ConfigError(
            f"markdown.extensions: {names} cannot be used: {error}", "Is it installed?", path="config.yaml"
        ) from error
    quick.quickened(made)
    return lambda text: made.reset().convert(text)


def _comrak() -> Engine:
    try:
        import comrak
    except ImportError as error:
        raise ConfigError(
            "markdown.engine: comrak is not installed",
            "Install it with `pip install 'briefpress[fast]'`, or leave the key out.",
            path="config.yaml",
        ) from error
    extension = comrak.ExtensionOptions()
    extension.description_lists = extension.footnotes = extension.table = True
    render = comrak.RenderOptions()
    # As Python-Markdown does: HTML comes through, and what is allowed of it is decided in one place.
    render.unsafe_ = True

    def convert(text: str) -> str:
        html: str = comrak.render_markdown(text, extension_options=extension, render_options=render)
        return _ALIGNED.sub(r'\1 style="text-align: \2;"', html).rstrip("\n")

    return convert
