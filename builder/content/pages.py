"""Page files: `content/pages/about.md` → `StaticPage`."""

from builder.content import frontmatter, notices
from builder.content.fields import Fields, body
from builder.model import WRITTEN, StaticPage, Status
from builder.text import slug

FOLDER = "content/pages"


def parse(text: str, path: str) -> StaticPage:
    """The page that the file `path` holds; its slug is the file's name, with the folders it is in.

    Raises ContentError with all that is wrong, each with its line.
    """
    parts = frontmatter.split(text, path)
    fields = Fields.of(parts, path)
    page = StaticPage(
        slug=_slug(path),
        path=path,
        title=fields.required("title"),
        status=fields.choice("status", WRITTEN, Status.APPROVED),
        body=body(parts.body),
        description=fields.text("description"),
        aliases=notices.aliases(fields),
        extra=fields.rest(),
    )
    fields.close()
    return page


def _slug(path: str) -> str:
    name = path.removeprefix(f"{FOLDER}/").rpartition(".")[0]
    return "/".join(slug(part, "page") for part in name.split("/"))
