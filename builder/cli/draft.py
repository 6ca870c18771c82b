"""`briefpress draft`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder import __version__, files
from builder.cli.console import Console
from builder.cli.newsletter import config_of
from builder.cli.options import common, replay
from builder.errors import ArticleError, ConfigError, FetchError, FileError, SourceError
from builder.text import count, words

if TYPE_CHECKING:
    from builder.config import Config
    from builder.ingest.reading import Document, Reader
    from builder.model import Article, Summary, Unit
    from builder.web import Client

MIB = 2**20
MAX_MIB = 10
"""The most that is read where no newsletter says otherwise."""
SITE = "Briefpress"
"""Whose overview it is where there is no newsletter."""
_NOWHERE_TO_ALLOW = "Only a newsletter can allow such a host: run this in one, or name one with --root."


@click.command("draft")
@click.argument("source", metavar="URL|FILE|-")
@click.option("--engine", metavar="NAME", help="The engine  [default: the newsletter's, else extract]")
@replay
@common
@click.pass_obj
def command(console: Console, source: str, engine: str | None, replay: bool) -> int:
    """Summarise one page, file or text and print it; nothing is written.

    The source is an address, a file of HTML, Markdown or plain text, or - for standard input. It works in any
    folder; in a newsletter its profile, engine and limits hold. With --json each sentence of the summary
    comes with the sentences of the article that it rests on.
    """
    from builder.cli import engines
    from builder.ingest.reading import Apart
    from builder.model import Profile
    from builder.quarantine import Quarantine
    from builder.summary import outline

    config = _config_if_any(console)
    # The engine first: an engine that is not there asks nobody for a page.
    with engines.opened(config, engine or "", replay=replay) as writer:
        with Quarantine("builder.ingest.reading", 1) as quarantine:
            article = _read(source, config, Apart(quarantine))
        summary = writer.engine.summarise(article, config.summary.profile if config else Profile())
        spent = writer.told()
    markdown = outline.markdown(summary, article.title, config.site.title if config else SITE)
    length = sum(len(words(block.text)) for block in article.blocks)
    told = count(length, "word")
    console.note(f"{article.title or 'untitled'}: {told}, {article.completeness}, by {summary.by}", "dim")
    for told in (engines.shortfall(summary.provenance), spent):
        if told:
            console.note(told, "dim")
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


def _read(source: str, config: "Config | None", reader: "Reader") -> "Article":
    """The article that `source` leads to. Raises SourceError, FileError."""
    called = "standard input" if source == "-" else source
    most = (config.fetch.max_page_mib if config else MAX_MIB) * MIB
    try:
        if source.startswith(("http://", "https://")):
            return reader.single(_fetched(source, config, reader, most), "")
        return reader.single(_given(source, most), "" if source == "-" else Path(source).name)
    except SourceError as error:
        hint = _NOWHERE_TO_ALLOW if config is None and "fetch.allow_hosts" in error.hint else error.hint
        raise type(error)(f"{called}: {error.faults[0].message}", hint) from error


def _given(source: str, most: int) -> "Document":
    from builder.ingest.reading import Document

    if source == "-":
        body = sys.stdin.buffer.read(most + 1)
    else:
        path = Path(source)
        if not path.exists():
            raise FileError(f"there is no file {source}", "An address begins with https://")
        body = files.read_bytes(path)
    if len(body) > most:
        raise ArticleError(f"it is larger than {most // MIB} MiB")
    return Document(url="", body=body, content_type="")


def _fetched(url: str, config: "Config | None", reader: "Reader", most: int) -> "Document":
    from builder.ingest.reading import Document
    from builder.ingest.robots import Robots
    from builder.web import NotModified

    with _client(config) as web:
        fetched = web.get(url, max_bytes=most, admit=Robots(web, reader, 0.0).admit)
    if isinstance(fetched, NotModified):
        raise FetchError("the answer was that nothing has changed, to a question that did not ask that")
    return Document(url=fetched.url, body=fetched.body, content_type=fetched.content_type)


def _client(config: "Config | None") -> "Client":
    if config:
        from builder.cli.outside import client_of

        return client_of(config)
    from builder.web import Client

    return Client(f"briefpress/{__version__}")


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
