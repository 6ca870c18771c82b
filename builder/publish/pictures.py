"""Pictures for link previews: a title on the paper of the site, drawn when the site is built.

Pillow does the drawing, and the font is Source Serif (SIL Open Font License): both are the extra `images`.
A theme may bring a font of its own, `assets/social.ttf`, for scripts that this one lacks.
"""

import io
from collections.abc import Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from builder import digest
from builder.config.rules import PAPER
from builder.digest import Known
from builder.errors import ConfigError
from builder.publish.material import Material
from builder.render.places import edition_path, item_path

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 1200, 630
"""What the large networks ask for."""
FONT = "social.ttf"
"""The theme's asset that is used instead of Source Serif."""
INSTALL = "Install it with `pip install 'briefpress[images]'`, or set build.pictures: none."
_FILES = ("SourceSerifPro-Bold.ttf", "SourceSerifPro-Regular.ttf")
_MARGIN = 72
_INK, _SOFT = "#17181a", "#55575c"
_SIZES = range(92, 43, -4)
_LINES = 4
_COLOURS = 48
"""Enough for smooth letters, and a third of the size."""


def pictures(of: Material, font: bytes) -> Iterator[tuple[str, Known[bytes]]]:
    """The path of each picture that `build.pictures` asks for, and the picture as PNG.

    `font` is a TrueType or OpenType font, or empty for Source Serif. Raises ConfigError when pictures are
    asked for and the extra is not installed.
    """
    asked = of.config.build.pictures
    if asked == "none":
        return
    bold, plain = (font, font) if font else _fonts()
    faces = digest.Known(digest.of_value((_version(), bold, plain)), lambda: (bold, plain))
    draw = partial(digest.made, _draw, faces, of.site.title, of.config.build.accent[0])
    for edition in of.seen.editions:
        yield picture_path(edition_path(edition.number)), draw(f"{edition.number}", edition.title, "")
    if asked == "all":
        for item in of.seen.items:
            section = of.sections.get(item.section)
            label = section.title if section else ""
            yield picture_path(item_path(item)), draw(label, item.title, item.source.name)


def lack(font: bytes) -> str:
    """What pictures cannot be drawn without and is not installed; empty when all is there.

    `font` is the theme's own, which needs no other.
    """
    try:
        _version()
        if not font:
            _fonts()
    except ConfigError as error:
        return error.faults[0].message
    return ""


def picture_path(path: str) -> str:
    """The place of the picture of the page at `path`."""
    return f"{path}social.png"


def _version() -> str:
    try:
        import PIL
    except ImportError as error:
        raise _missing("Pillow, which draws them, is not installed") from error
    return PIL.__version__


@cache
def _fonts() -> tuple[bytes, bytes]:
    # It brings much along, and most builds draw nothing.
    import importlib.resources

    try:
        folder = importlib.resources.files("font_source_serif_pro") / "files"
    except ImportError as error:
        raise _missing("the font for them, font-source-serif-pro, is not installed") from error
    bold, plain = ((folder / name).read_bytes() for name in _FILES)
    return bold, plain


def _missing(what: str) -> ConfigError:
    return ConfigError(
        f"build.pictures: {what}",
        INSTALL,
        path="config.yaml",
    )


def _draw(faces: tuple[bytes, bytes], site: str, accent: str, label: str, title: str, foot: str) -> bytes:
    from PIL import Image, ImageDraw

    bold, plain = faces
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER["light"])
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((_MARGIN, 0, WIDTH - _MARGIN, 20), fill=_INK)
    canvas.line((_MARGIN, 124, WIDTH - _MARGIN, 124), fill=_INK, width=2)
    size, lines = _fitted(title, bold)
    written = [
        (48, 44, site, bold, _INK),
        (160, 28, label.upper(), bold, accent),
        *((204 + at * round(size * 1.14), size, line, bold, _INK) for at, line in enumerate(lines)),
        (HEIGHT - 80, 30, foot, plain, _SOFT),
    ]
    for top, height, words, font, colour in written:
        face = _face(font, height)
        if words and _has_letters(face, words):
            canvas.text((_MARGIN, top), words, colour, face)
    data = io.BytesIO()
    image.quantize(_COLOURS).save(data, "PNG", optimize=True)
    return data.getvalue()


def _fitted(title: str, font: bytes) -> tuple[int, Sequence[str]]:
    """The largest size in which `title` has room, and its lines; what is beyond the last line is cut."""
    for size in _SIZES:
        lines = _broken(title, _face(font, size))
        if len(lines) <= _LINES and (size <= 76 or len(lines) < _LINES):
            return size, lines
    return size, [*lines[: _LINES - 1], f"{lines[_LINES - 1]}…"]


def _broken(title: str, face: "FreeTypeFont") -> list[str]:
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and face.getlength(longer) > WIDTH - 2 * _MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _face(font: bytes, size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(io.BytesIO(font), size)


def _has_letters(face: "FreeTypeFont", text: str) -> bool:
    """Whether the font has every letter of `text`: boxes say nothing to anybody."""
    missing = bytes(face.getmask("\uffff"))
    return all(letter.isspace() or bytes(face.getmask(letter)) != missing for letter in set(text))
