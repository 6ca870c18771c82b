"""Letters a second, and what they weigh, beside premailer and MJML: `python bench/mail.py [STORIES]`.

Printed are rates in CPU time of one process, each the best of five rounds, all in one run and in turn:

    letters     an edition composed and rendered: HTML, inlining, plain text
    messages    one reader's message made of a letter: headers, and a way to unsubscribe of the reader's own
    inlining    css-inline, and premailer on the same page where it is installed
    MJML        the same stories in an MJML document, rendered by mrml where it is installed

The stories are made up. `pip install premailer mrml` brings the peers.
"""

import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.build import item, sentence
from builder.config import Config, load
from builder.content import editions, library
from builder.mail import letter, mime, preflight
from builder.mail.letter import Letter
from builder.mail.mime import Recipient, Sheet
from builder.model import Edition, Library, Part, Placed
from builder.render import markup
from builder.render.theme import Theme

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CONFIG = """\
site:
  title: Bench
  url: https://bench.example/
mail:
  from_address: desk@bench.example
  postal_address: 1 Sample Street, Sampletown
  unsubscribe: https://bench.example/leave?t={token}
"""
ROUNDS = 5


def rate(work: Callable[[], object], least_s: float = 0.4) -> float:
    """How often `work` is done in a second of CPU."""
    best = 0.0
    for _ in range(ROUNDS):
        count, start = 0, time.process_time()
        while (spent := time.process_time() - start) < least_s / ROUNDS or not count:
            work()
            count += 1
        best = max(best, count / spent)
    return best


def world(root: Path, stories: int) -> tuple[Library, Edition]:
    rng = random.Random(1)
    (root / "config.yaml").write_text(CONFIG)
    for number in range(stories):
        path = root / "content" / "items" / f"item-{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(item(number, rng))
    found = library.load(root).library
    placed = tuple(Placed(item=one.id) for one in found.items)
    quarter = -(-stories // 4)
    parts = tuple(
        Part(title=f"Part {number + 1}", items=placed[number * quarter : (number + 1) * quarter])
        for number in range(4)
    )
    days = "date: 2026-11-23\npublished: 2026-11-23\n"
    head = f"---\nnumber: 1\ntitle: {sentence(rng)}\n{days}parts:\n---\n{sentence(rng)}\n"
    return found, replace(editions.parse(head, "content/editions/0001.md"), parts=parts)


def mjml(made: Letter, found: Library) -> str:
    """The stories of a brief letter, as one would write them in MJML."""
    stories = "".join(
        '<mj-section><mj-column><mj-text font-size="20px" font-weight="bold">'
        f'<a href="https://bench.example/items/{escape(one.id)}/">{escape(one.title)}</a></mj-text>'
        f"<mj-text>{escape(one.tldr)}</mj-text>"
        f'<mj-text font-size="13px">{escape(one.source.name)} · '
        f'<a href="{escape(one.source.url)}">Read the original</a></mj-text></mj-column></mj-section>'
        for one in found.items
        if one.id in made.stories
    )
    title = escape(made.subject)
    return (
        f"<mjml><mj-head><mj-title>{title}</mj-title><mj-preview>{escape(made.preheader)}</mj-preview></mj-head>"
        f"<mj-body><mj-section><mj-column><mj-text><h1>{title}</h1></mj-text></mj-column></mj-section>"
        f"{stories}</mj-body></mjml>"
    )


def tell(label: str, each_s: float, note: str = "") -> None:
    print(f"  {label:<34} {each_s:10,.0f} a second   {note}".rstrip())


def main(stories: int) -> None:
    theme = Theme.open(Path(__file__).parent / "none")
    html_of = cache(markup.to_html)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        found, edition = world(root, stories)
        for detail in ("brief", "full"):
            config = load(root)
            config = replace(config, mail=replace(config.mail, detail=detail))
            letters(config, found, edition, theme, html_of)


def letters(
    config: Config, found: Library, edition: Edition, theme: Theme, html_of: Callable[[str], str]
) -> None:
    made = letter.compose(config, found, edition, theme, html_of)
    size, detail = len(made.html.encode()), config.mail.detail
    print(
        f"{len(made.stories)} stories, {detail}: {size:,} bytes of HTML, {len(made.text.encode()):,} of text"
    )
    tell("letters", rate(lambda: letter.compose(config, found, edition, theme, html_of)))
    sheet = Sheet(made, mime.desk_of(config))
    reader = Recipient(address="reader@example.org", unsubscribe=f"https://bench.example/leave?t={'a' * 32}")
    tell("messages", rate(lambda: sheet.message(reader, id="<1.a@bench.example>", date=NOW)))
    tell("looked over (mail check)", rate(lambda: preflight.check(made, edition, found, config)))
    composer = letter._Composer(config, found, edition, theme, html_of)
    asked = letter.Detail.FULL if detail == "full" else letter.Detail.BRIEF
    page = theme.render(letter.TEMPLATE, composer._view([asked] * len(made.stories), asked))
    inliner = letter._inliner()
    ours = rate(lambda: inliner.inline(page))
    tell("inlining by css-inline", ours)
    beside_premailer(page, ours)
    if detail == "brief":
        beside_mrml(mjml(made, found), size)


def beside_premailer(page: str, ours: float) -> None:
    try:
        from premailer import Premailer
    except ImportError:
        print("  premailer is not installed")
        return
    shown = re.sub(r'<style data-css-inline="keep">.*?</style>', "", page, flags=re.DOTALL)
    theirs = rate(lambda: Premailer(shown, cssutils_logging_level="CRITICAL").transform())
    tell("inlining by premailer", theirs, f"css-inline is {ours / theirs:.0f} times as fast")


def beside_mrml(source: str, size: int) -> None:
    try:
        import mrml
    except ImportError:
        print("  mrml is not installed")
        return

    def render() -> str:
        made = mrml.to_html(source)
        return made if isinstance(made, str) else str(made.content)

    tell(
        "rendering MJML by mrml", rate(render), f"{len(render().encode()):,} bytes, ours {size:,}; HTML alone"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 25)
