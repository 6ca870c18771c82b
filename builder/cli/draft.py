"""`briefpress draft`."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder import files
from builder.cli.console import Console
from builder.cli.newsletter import config_of
from builder.cli.options import common
from builder.errors import ArticleError, ConfigError, FetchError, FileError
from builder.text import count, words

if TYPE_CHECKING:
    from builder.config import Config
    from builder.model import Article, Summary, Unit

MIB = 2**20
MAX_MIB = 10
"""The most that is read where no newsletter says otherwise."""
SITE = "Briefpress"
"""Whose overview it is where there is no newsletter."""


@dataclass(frozen=True)
class Given:
    """What was given to summarise, read whole."""

    body: bytes
    content_type: str = ""
    url: str = ""
    name: str = ""


@click.command("draft")
@click.argument("source", metavar="URL|FILE|-")
@click.option("--engine", metavar="NAME", help="The engine  [default: the newsletter's, else extract]")
@common
@click.pass_obj
def command(console: Console, source: str, engine: str | None) -> int:
    """Summarise one article and print it; nothing is written.

    The source is an address, a file of HTML, Markdown or plain text, or - for standard input. It works in any
    folder; in a newsletter its profile, engine and limits hold. With --json each sentence of the summary
    comes with the sentences of the article that it rests on.
    """
    from builder.ingest import single
    from builder.model import Profile
    from builder.summary import engine as engines
    from builder.summary import outline

    config = _config_if_any(console)
    chosen = engines.load(engine or (config.summary.engine if config else "extract"))
    given = _given(source, config)
    try:
        article = single.read(given.body, given.content_type, url=given.url, name=given.name)
    except ArticleError as error:
        raise ArticleError(f"{_called(source)}: {error.faults[0].message}", error.hint) from error
    summary = chosen.summarise(article, config.summary.profile if config else Profile())
    markdown = outline.markdown(summary, article.title, config.site.title if config else SITE)
    length = sum(len(words(block.text)) for block in article.blocks)
    told = count(length, "word")
    console.note(f"{article.title or 'untitled'}: {told}, {article.completeness}, by {summary.by}", "dim")
    console.result(_document(source, article, summary, markdown), markdown.rstrip("\n"))
    return 0


def _config_if_any(console: Console) -> "Config | None":
    """The newsletter's config; None outside of one, unless `--root` asks for it."""
    from builder.config import find_root

    if console.root is None:
        try:
            find_root(Path.cwd())
        except ConfigError:
            return None
    return config_of(console)


def _given(source: str, config: "Config | None") -> Given:
    if source.startswith(("http://", "https://")):
        return _fetched(source, config)
    most = (config.fetch.max_page_mib if config else MAX_MIB) * MIB
    if source == "-":
        body, name = sys.stdin.buffer.read(most + 1), ""
    else:
        path = Path(source)
        if not path.exists():
            raise FileError(f"there is no file {source}", "An address begins with https://")
        body, name = files.read_bytes(path), path.name
    if len(body) > most:
        raise ArticleError(f"{_called(source)}: it is larger than {most // MIB} MiB")
    return Given(body, name=name)


def _called(source: str) -> str:
    return "standard input" if source == "-" else source


def _fetched(url: str, config: "Config | None") -> Given:
    from builder import __version__
    from builder.cli.pull import client_of
    from builder.web import Client, NotModified

    if config:
        client, most = client_of(config), config.fetch.max_page_mib
    else:
        client, most = Client(f"briefpress/{__version__}"), MAX_MIB
    try:
        with client as web:
            fetched = web.get(url, max_bytes=most * MIB)
    except FetchError as error:
        raise FetchError(f"{url}: {error.faults[0].message}", error.hint) from error
    if isinstance(fetched, NotModified):
        raise FetchError(f"{url} answered that nothing has changed, to a question that did not ask that")
    return Given(fetched.body, fetched.content_type, url=fetched.url)


def _document(source: str, article: "Article", summary: "Summary", markdown: str) -> dict[str, object]:
    """The summary as data: every unit with its source sentences and their places in the article's text."""
    from builder.summary import sentences

    split = sentences.split(article)

    def unit(one: "Unit") -> dict[str, object]:
        cited = [
            {"index": index, "start": split[index].start, "end": split[index].end, "text": split[index].text}
            for index in one.sources
        ]
        return {"text": one.text, "lead": one.lead, "sources": cited}

    return {
        "source": source,
        "url": article.url,
        "title": article.title,
        "completeness": article.completeness,
        "language": summary.language,
        "by": summary.by,
        "tldr": [unit(one) for one in summary.tldr],
        "headline": summary.headline,
        "sections": [
            {
                "heading": passage.heading,
                "bulleted": passage.bulleted,
                "units": [unit(one) for one in passage.units],
            }
            for passage in summary.passages
        ],
        "markdown": markdown,
    }
