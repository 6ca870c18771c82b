"""Links between the files of `content/pages`, as git hosts follow them: `[mail](mail.md#once)`. Pure."""

import re
from collections.abc import Callable
from posixpath import dirname, normpath

from builder.text import slug

FOLDER = "content/pages"
_LINK = re.compile(
    r"(?P<before>\]\(\s*<?|^ {0,3}\[[^\]\n]+\]:\s*<?)(?P<path>[^\s()<>#:?]*)(?P<fragment>#[^\s()<>]*)?",
    re.MULTILINE,
)
_FENCE = re.compile(
    r"^(?P<fence>```+|~~~+).*?^(?P=fence)[ \t]*$|(?P<ticks>`+)[^`\n]+(?P=ticks)", re.DOTALL | re.MULTILINE
)


def resolved(body: str, path: str) -> str:
    """`body` of the page in the file `path`, in which links to files of other pages lead to these pages.

    Fragments are those that git hosts give headings, and become ours. What leads elsewhere is left alone.
    """
    if ".md" not in body and "](#" not in body:
        return body
    return outside_code(body, lambda text: _LINK.sub(lambda link: _led(link, dirname(path)), text))


def slug_of(path: str) -> str:
    """The name of the page in the file `path`, from the root of the site."""
    name = path.removeprefix(f"{FOLDER}/").rpartition(".")[0]
    return "/".join(slug(part, "page") for part in name.split("/"))


def outside_code(body: str, change: Callable[[str], str]) -> str:
    """`body` with `change` made to all of it but code."""
    made, at = [], 0
    for code in _FENCE.finditer(body):
        made += [change(body[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*made, change(body[at:])])


def without_code(body: str) -> str:
    """`body` but for its code."""
    return _FENCE.sub("", body)


def _led(link: re.Match[str], folder: str) -> str:
    path, fragment = link["path"], (link["fragment"] or "")[1:]
    if path and (not path.endswith(".md") or path.startswith("/")):
        return link[0]
    file = normpath(f"{folder}/{path}") if path else ""
    if (path and not file.startswith(f"{FOLDER}/")) or not (path or fragment):
        return link[0]
    # Ours are known by their start, and so are those of footnotes.
    ours = fragment.startswith(("h_", "fn", "_"))
    to = f"#{fragment if ours else 'h_' + slug(fragment, 'section')}" if fragment else ""
    return f"{link['before']}{f'/{slug_of(file)}/' if path else ''}{to}"
