"""Which edition a letter is made of, and whether it may leave the house. Pure."""

from builder.content.library import published_items
from builder.errors import ContentError
from builder.model import Edition, Library

_SHOWN = 5


def named(library: Library, number: int | None) -> Edition:
    """Edition `number`; without one, the newest that is published. Raises ContentError when there is none."""
    if number is None:
        published = [edition for edition in library.editions if edition.published]
        if not published:
            raise ContentError(
                "no edition is published", "`briefpress edition publish NUMBER` publishes one."
            )
        return published[-1]
    for edition in library.editions:
        if edition.number == number:
            return edition
    numbers = ", ".join(str(edition.number) for edition in library.editions[-_SHOWN:])
    hint = (
        f"The latest {'are' if ',' in numbers else 'is'} {numbers}."
        if numbers
        else "`briefpress edition new` opens one."
    )
    raise ContentError(f"there is no edition {number}", hint)


def refuse_unpublished(edition: Edition) -> None:
    """Raise ContentError unless `edition` is published: nothing else leaves the house."""
    if not edition.published:
        hint = f"`briefpress edition publish {edition.number}` publishes it; `mail preview` shows it before."
        raise ContentError(f"edition {edition.number} is not published", hint, path=edition.path)


def placed(library: Library, edition: Edition) -> tuple[str, ...]:
    """The ids of the items that the letter of `edition` holds: listed there and approved, each once."""
    public = published_items(library, "items")
    listed = (one.item for part in edition.parts for one in part.items if one.item in public)
    return tuple(dict.fromkeys(listed))
