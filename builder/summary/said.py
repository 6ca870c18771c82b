"""What a source quotes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A quotation of a source."""

    text: str
    """Without its marks."""
    by: tuple[str, ...] = ()
    """The names around it: its speaker's is one of them, where it has one."""
