"""New drafts as a report for those who review them: the text of a pull request, and a page of its own."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from builder.content import staleness
from builder.model import Completeness, Finding, Item
from builder.render import markup
from builder.summary.outline import escaped
from builder.text import count, excerpt

_MOST = 100
"""Items told one by one: a hosted pull request takes some 65,000 characters."""
_TITLE_MAX = 120
_CALL = re.compile(r"([@#])(?=\w)")
_READ = {
    Completeness.FULL: "",
    Completeness.TEASER: "only a teaser could be read",
    Completeness.FEED: "the feed's own text",
}
_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.6 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1.25rem; }}
h1, h2 {{ line-height: 1.2; text-wrap: balance; }}
h2 {{ margin-top: 3rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ padding: .5rem .75rem .5rem 0; border-bottom: 1px solid #8886; text-align: start;
  vertical-align: top; }}
blockquote {{ margin: .5rem 0; padding-inline-start: 1rem; border-inline-start: 3px solid #888a; }}
code {{ font-size: .9em; overflow-wrap: anywhere; }}
</style>
<main>
{body}
</main>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finding beside the sentence of the source that it was tried against."""

    finding: Finding
    source: str = ""
    """Empty where there is none to show."""


def markdown(
    items: Sequence[Item],
    findings: Mapping[str, Sequence[Told]],
    sections: Mapping[str, str],
    marked: Sequence[Item] = (),
) -> str:
    """The report on `items`, in their order; `findings` by id, `sections` the titles by slug.

    `marked` are the items whose sources have been found to say otherwise, or no longer to.

    What comes from a feed is escaped, names nobody (`@`) and refers to no issue (`#`).
    """
    told = sum(len(findings.get(item.id, ())) for item in items)
    lines = [
        f"{count(len(items), 'new draft')}, {count(told, 'finding') if told else 'no findings'}.",
        "",
        "| | draft | from | section | |",
        "| --- | --- | --- | --- | --- |",
    ]
    for number, item in enumerate(items[:_MOST], start=1):
        notes = [
            _READ[item.source.text],
            count(found, "finding") if (found := len(findings.get(item.id, ()))) else "",
        ]
        cells = (
            f"{number}",
            f"{_cell(item.title)}<br>`{item.path}`",
            _source(item),
            _cell(sections.get(item.section, item.section)),
            "; ".join(filter(None, notes)),
        )
        lines.append(f"| {' | '.join(cells)} |")
    if len(items) > _MOST:
        lines += ["", f"And {len(items) - _MOST} more, in the files of this branch."]
    for number, item in enumerate(items[:_MOST], start=1):
        lines += ["", f"## {number}. {_words(excerpt(item.title, _TITLE_MAX))}", "", _words(item.tldr)]
        for one in findings.get(item.id, ()):
            lines += ["", f"- **{one.finding.code}** {_words(one.finding.message)} (line {one.finding.line})"]
            if one.source:
                lines += ["", f"  > {_words(one.source)}"]
    if marked:
        lines += ["", f"## {count(len(marked), 'source')} changed"]
    for item in marked[:_MOST]:
        lines += ["", f"- **{_words(excerpt(item.title, _TITLE_MAX))}** (`briefpress correct {item.id}`)"]
        changes = [staleness.told(one) for one in item.stale.found] if item.stale else []
        lines += [
            f"  - {_words(one)}" for one in changes or ["The source is as it was again, or dealt with."]
        ]
    lines += ["", "To publish one, set `status: approved` in its file, or run `briefpress approve`."]
    return "\n".join(lines) + "\n"


def page(title: str, report: str) -> str:
    """The report as one static HTML file that asks for nothing else."""
    body = markup.to_html(f"# {title}\n\n{report}")
    return _PAGE.format(title=html.escape(title), body=body)


def _source(item: Item) -> str:
    name = _cell(item.source.name)
    host = urlsplit(item.source.url).hostname
    return f"[{name}](<{_address(item.source.url)}>)" if host else name


def _address(url: str) -> str:
    return url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")


def _cell(words: str) -> str:
    return _words(excerpt(words, _TITLE_MAX)).replace("|", "\\|")


def _words(words: str) -> str:
    """`words` as plain text for a code host: shown as they are, calling nobody."""
    return _CALL.sub("\\1\u200b", escaped(words))
