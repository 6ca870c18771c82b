"""Make the documentation's site of the very files that stand in `docs/`: `python docs-site/make.py`.

    docs/*.md → build/docs/content/pages/ → `briefpress build` → build/docs/site/

A page's first heading becomes its title; links and text stay what they are on a git host.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from builder.content import pagelinks
from builder.render import markup
from builder.text import excerpt

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OUT = ROOT / "build" / "docs"
OF_THE_PROJECT = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
_HEAD = re.compile(r"\A# (.+)\n+")
_CODE = re.compile(r"(!?)\[(`[^`\n]+`)\]\((?!https?:|mailto:|#)([^)\s]+)\)")
_LOCAL = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|mailto:|#)([^)\s]+)\)")


def sources() -> dict[str, Path]:
    """Each page by the name of its place, in the order of the chapters."""
    found = {path.stem: path for path in sorted((ROOT / "docs").glob("*.md"))}
    return found | {Path(name).stem.lower(): ROOT / name for name in OF_THE_PROJECT}


def chapters() -> list[tuple[str, list[str]]]:
    """The chapters and the pages of each that are there; what stands in none comes last."""
    told = yaml.safe_load((HERE / "chapters.yaml").read_text(encoding="utf-8"))
    there = sources()
    listed = {page for one in told for page in one["pages"]}
    rest = [page for page in there if page not in listed]
    return [
        *((one["title"], [page for page in one["pages"] if page in there]) for one in told),
        *([("More", rest)] if rest else []),
    ]


def read(path: Path) -> tuple[str, str]:
    """Title and text of a page, its links those of a page of ours."""
    text = path.read_text(encoding="utf-8")
    head = _HEAD.match(text)
    if not head:
        sys.exit(f"{path.relative_to(ROOT)}:1: begins with no heading")
    # A label that is code would be cut out of its link by the next step.
    body = _CODE.sub(_link, text[head.end() :])
    return head[1], pagelinks.outside_code(body, lambda part: _LOCAL.sub(_link, part))


def _link(link: re.Match[str]) -> str:
    mark, label, target = link.groups()
    path, _, fragment = target.partition("#")
    name = path.removeprefix("../").removeprefix("docs/")
    if mark or name.startswith("pictures/"):
        return f"{mark}[{label}](/{name})"
    if "/" not in name and name.endswith(".md"):
        return f"[{label}]({name.lower()}{'#' if fragment else ''}{fragment})"
    # A file of the repository that is no page: its name is all there is to say here.
    return label


def summary(text: str) -> str:
    """The first paragraph, for search engines and the list on the first page."""
    first = next((block for block in text.split("\n\n") if re.match(r"[A-Za-z`\[*]", block)), "")
    told = markup.plain(markup.to_html(pagelinks.resolved(first, f"{pagelinks.FOLDER}/x.md"))).strip()
    if told.endswith(":"):
        # It leads over to a list or a box that does not stand here.
        told = f"{told.rpartition('. ')[0] or told[:-1]}."
    return excerpt(told, 180)


def sections(name: str, title: str, text: str) -> Iterator[list[str]]:
    """What is looked through: place, page, heading, words."""
    html = markup.to_html(text)
    parts = re.split(r'(?=<h[23] id=")', html)
    for part in parts:
        found = re.match(r'<h[23] id="([^"]*)"[^>]*>(.*?)</h[23]>', part, re.DOTALL)
        place = f"{name}/#{found[1]}" if found else f"{name}/"
        heading = markup.plain(found[2]) if found else ""
        words = markup.plain(part[found.end() :] if found else part)
        if words or heading:
            yield [place, title, heading, words]


def write(out: Path) -> None:
    """The newsletter that the site is built of."""
    shutil.rmtree(out / "content", ignore_errors=True)
    shutil.rmtree(out / "templates", ignore_errors=True)
    shutil.rmtree(out / "static", ignore_errors=True)
    shutil.copytree(HERE / "templates", out / "templates")
    shutil.copyfile(HERE / "config.yaml", out / "config.yaml")
    if (ROOT / "docs/pictures").is_dir():
        shutil.copytree(ROOT / "docs/pictures", out / "static/pictures")
    pages = out / pagelinks.FOLDER
    pages.mkdir(parents=True)
    titles, index, about = {}, [], {}
    for name, path in sources().items():
        title, text = read(path)
        about[name] = summary(text)
        titles[name] = title
        index += list(sections(name, title, text))
        head = f"title: {json.dumps(title)}\ndescription: {json.dumps(about[name])}\n"
        (pages / f"{name}.md").write_text(f"---\n{head}---\n{text}", encoding="utf-8")
    told = [
        {
            "title": chapter,
            "pages": [{"path": f"{name}/", "title": titles[name], "about": about[name]} for name in names],
        }
        for chapter, names in chapters()
    ]
    # Values that a template may set are JSON, and JSON is what Jinja reads as such.
    (out / "templates/parts/chapters.html").write_text(
        "{% set chapters = "
        + json.dumps(told)
        + " %}\n"
        + (HERE / "templates/parts/chapters.html").read_text()
    )
    (out / "templates/parts/cover.html").write_text(
        "{% set chapters = " + json.dumps(told) + " %}\n" + (HERE / "templates/parts/cover.html").read_text()
    )
    (out / "templates/assets/index.js").write_text(
        f"findIndex({json.dumps(index, ensure_ascii=False)});\n", encoding="utf-8"
    )


def main() -> None:
    write(OUT)
    done = subprocess.run(
        [sys.executable, "-m", "builder", "build", "--root", OUT, "--production"], check=False, cwd=ROOT
    )
    if done.returncode:
        sys.exit(done.returncode)
    sys.stdout.write(f"The documentation is in {(OUT / 'site').relative_to(ROOT)}/index.html\n")


if __name__ == "__main__":
    main()
