"""Page files: `content/pages/about.md` → `StaticPage`."""

from builder.content import frontmatter, notices, pagelinks
from builder.content.fields import Fields, body
from builder.model import WRITTEN, StaticPage, Status

FOLDER = pagelinks.FOLDER


def parse(text: str, path: str) -> StaticPage:
    """The page that the file `path` holds; its slug is the file's name, with the folders it is in.

    Raises ContentError with all that is wrong, each with its line.
    """
    parts = frontmatter.split(text, path)
    fields = Fields.of(parts, path)
    page = StaticPage(
        slug=pagelinks.slug_of(path),
        path=path,
        title=fields.required("title"),
        status=fields.choice("status", WRITTEN, Status.APPROVED),
        body=pagelinks.resolved(body(parts.body), path),
        description=fields.text("description"),
        aliases=notices.aliases(fields),
        extra=fields.rest(),
    )
    fields.close()
    return page
