"""A picture of somebody's page → a small JPEG of ours: at most so many pixels, and nothing else. Pure.

Pillow reads it, from the formats of photographs alone; what an SVG could do, no picture here can.
"""

import io
import struct
import warnings

from builder.errors import SourceError

WIDTH_MAX, HEIGHT_MAX = 960, 720
"""Twice what the column shows, nearly."""
WIDTH_MIN, HEIGHT_MIN = 240, 120
"""Smaller ones are logos, buttons, and what counts readers."""
BYTES_MAX = 30_000
"""A page is to weigh 50 kB with all that it needs, and this is the largest of that."""
PIXELS_MAX = 40_000_000
"""Of the original: a camera's, and no bomb."""
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error)
"""What Pillow raises for files that are none."""
_QUALITIES = (80, 70, 60, 50)
_SHARES = (1, 0.75, 0.5)
"""Of the greatest width and height: where the worst quality is too large still, fewer pixels look better."""


def small(data: bytes) -> bytes:
    """The picture `data` as a JPEG without metadata, within the limits. Raises SourceError."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            # What is odd about its metadata does not matter: none of it is kept.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            width, height = image.size
            if width * height > PIXELS_MAX:
                raise SourceError(f"the picture is {width} by {height} pixels, which is too large")
            if width < WIDTH_MIN or height < HEIGHT_MIN:
                raise SourceError(f"the picture is {width} by {height} pixels: too small to be one")
            image.draft("RGB", (WIDTH_MAX, HEIGHT_MAX))
            shown = ImageOps.exif_transpose(image).convert("RGBA")
    except (*_BROKEN, Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise SourceError("it is no picture that can be read") from error
    paper = Image.new("RGB", shown.size, "#ffffff")
    paper.paste(shown, mask=shown.getchannel("A"))
    for share in _SHARES:
        paper.thumbnail((round(WIDTH_MAX * share), round(HEIGHT_MAX * share)))
        for quality in _QUALITIES:
            made = io.BytesIO()
            paper.save(made, "JPEG", quality=quality, progressive=True, optimize=True)
            if made.tell() <= BYTES_MAX:
                return made.getvalue()
    return made.getvalue()
