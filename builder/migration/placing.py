"""Posts of an export → files of a newsletter: issues, items and pages. Pure.

Each file says under `imported` what it was made of, so that the same export, or a later one of the same
newsletter, brings nothing twice.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from builder import digest
from builder.content import editions, frontmatter, items, pages
from builder.content.items import path_key
from builder.errors import ContentError
from builder.migration import references
from builder.migration.posts import Post
from builder.model import Edition, Item, Library, Source, StaticPage, Status
from builder.render import markup
from builder.text import excerpt, slug

IMPORTED = "imported"
"""The key of the front matter that says where a file comes from; its own key `key` is that of the post."""
_TLDR = 300


class Kind(StrEnum):
    """What a post becomes."""

    EDITION = "edition"
    ITEM = "item"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Placed:
    """A post, and the file it becomes."""

    post: Post
    kind: Kind
    path: str
    text: str
    public: bool
    """Whether the file says that it is."""


def known(library: Library) -> frozenset[str]:
    """The keys of the posts that are in the library already."""
    return frozenset(
        str(found["key"])
        for one in _files(library)
        if isinstance(found := one.extra.get(IMPORTED), dict) and "key" in found
    )


def place(
    posts: Sequence[Post],
    library: Library,
    *,
    links_are_items: bool,
    all_items: bool,
    was: Callable[[int], bool],
) -> Iterator[Placed]:
    """The file of each post that is not in the library yet, the oldest first, pages last.

    A post that was public and has a day becomes an edition; one that leads elsewhere an item where
    `links_are_items`, and each with a day where `all_items`. All else is a page, and a draft unless it was
    public.
    `was` says whether an edition of a number was ever there. Raises ContentError where older issues would
    follow newer ones of the newsletter itself.
    """
    had = known(library)
    new = [post for post in posts if post.key not in had]
    dated = sorted((post for post in new if _is_dated(post)), key=lambda post: (post.date, post.key))
    taken = {path_key(one.path) for one in _files(library)}
    number = max((edition.number for edition in library.editions), default=0)
    newest = max((edition.date for edition in library.editions), default=None)
    for post in dated:
        if all_items or (links_are_items and post.link):
            made = _item(post, taken)
        elif not post.public:
            made = _page(post, taken)
        else:
            if newest and post.date and post.date < newest:
                raise ContentError(
                    f"{post.origin} is older than edition {number}, and would be a later edition",
                    "Import before there are editions of your own, or with `--as items`.",
                )
            number = next(n for n in range(number + 1, number + 10_000) if not was(n))
            made = _edition(post, number)
        taken.add(path_key(made.path))
        yield made
    for post in new:
        if not _is_dated(post):
            made = _page(post, taken)
            taken.add(path_key(made.path))
            yield made


def _files(library: Library) -> tuple[Item | Edition | StaticPage, ...]:
    return (*library.items, *library.editions, *library.pages)


def _is_dated(post: Post) -> bool:
    return post.date is not None and not post.is_page


def _edition(post: Post, number: int) -> Placed:
    assert post.date  # noqa: S101 - by `_is_dated`
    path = editions.path_of(number)
    edition = Edition(
        number=number,
        path=path,
        title=post.title,
        date=post.date,
        published=post.date,
        preheader=post.description,
        # What is old must never be mailed, also where nobody knows whether it was.
        sent=post.sent or post.date,
        parts=(),
        aliases=_aliases(post, f"editions/{number}/"),
        intro=_body(post),
        extra={IMPORTED: _origin(post, tags=True)},
    )
    return Placed(post, Kind.EDITION, path, editions.dump(edition), public=True)


def _item(post: Post, taken: set[str]) -> Placed:
    assert post.date  # noqa: S101 - by `_is_dated`
    item_id = digest.item_id(IMPORTED, post.key)
    path = items.path_of(item_id, post.title, post.date, taken)
    said = post.description or excerpt(markup.plain(markup.to_html(post.body)), _TLDR)
    name = (references.parts(post.link).hostname or "").removeprefix("www.")
    item = Item(
        id=item_id,
        path=path,
        title=post.title,
        status=Status.APPROVED if post.public else Status.DRAFT,
        date=post.date,
        source=Source(feed=IMPORTED, name=name or post.author or IMPORTED, url=post.link, author=post.author),
        tldr=said,
        body=post.body,
        tags=post.tags,
        aliases=_aliases(post, f"items/{path.rpartition('/')[2].removesuffix('.md')}/"),
        extra={IMPORTED: _origin(post, tags=False)},
    )
    return Placed(post, Kind.ITEM, path, items.dump(item), public=post.public)


def _page(post: Post, taken: set[str]) -> Placed:
    name = "/".join(slug(part, "page") for part in post.slug.split("/"))
    path = next(
        path
        for mark in ("", *(f"-{number}" for number in range(2, 10_000)))
        if path_key(path := f"{pages.FOLDER}/{name}{mark}.md") not in taken
    )
    values: dict[str, object] = {"title": post.title}
    values |= {"status": "draft"} if not post.public else {}
    values |= {"description": post.description} if post.description else {}
    at = f"{path.removeprefix(pages.FOLDER + '/').removesuffix('.md')}/"
    values |= {"aliases": aliases} if (aliases := _aliases(post, at)) else {}
    values |= {IMPORTED: _origin(post, tags=True)}
    return Placed(
        post, Kind.PAGE, path, frontmatter.join(frontmatter.dump(values), _body(post)), public=post.public
    )


def _body(post: Post) -> str:
    """The text, under the address that it is about, where it has one: an item shows that as its source."""
    return f"<{post.link}>\n\n{post.body}" if post.link else post.body


def _aliases(post: Post, own: str) -> tuple[str, ...]:
    """The old places of what was public, but the one where it stands now."""
    return tuple(dict.fromkeys(place for place in post.places if place != own)) if post.public else ()


def _origin(post: Post, *, tags: bool) -> dict[str, object]:
    told: dict[str, object] = {"key": post.key}
    told |= {"date": post.date} if post.date and not post.public else {}
    told |= {"was": post.why} if post.why else {}
    told |= {"author": post.author} if post.author else {}
    told |= {"link": post.link} if post.link else {}
    told |= {"tags": post.tags} if tags and post.tags else {}
    return told | dict(post.extra)
