"""Where the picture of an item lies: beside its file, under its name. Pure."""

ENDINGS = (".jpg", ".png", ".webp")
"""Formats that every browser shows and that hold nothing but pixels, the first before the others."""


def paths_of(item_path: str) -> tuple[str, ...]:
    """The files that may hold the picture of the item file at `item_path`; the first that is there does."""
    return tuple(item_path.removesuffix(".md") + ending for ending in ENDINGS)
