"""The letters of the editions as pages of the site. How one is made is handed in: it is the mail room's."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from builder.digest import Known
from builder.model import Edition
from builder.publish.bodies import Bodies
from builder.publish.plan import Output
from builder.render.places import edition_path

ORIGIN = "the letter of "
Writer = Callable[[Edition, Bodies], tuple[Known[str], Callable[[], Iterable[str]]]]
"""Gives the page for an edition, whose place is `path_of` it, and what gives the Markdown in it."""


def path_of(edition: Edition) -> str:
    """The place of the page with the letter of an edition."""
    return f"{edition_path(edition.number)}letter/"


def outputs(editions: Sequence[Edition], bodies: Bodies, write: Writer) -> Iterator[Output]:
    """The files with the letters of `editions`."""
    for edition in editions:
        page, texts = write(edition, bodies)
        yield Output(
            f"{path_of(edition)}index.html",
            page.digest,
            f"{ORIGIN}{edition.path}",
            partial(_encoded, page),
            texts,
        )


def _encoded(page: Known[str]) -> bytes:
    return page.value.encode("utf-8", "replace")
