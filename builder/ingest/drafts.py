"""The parts put together as a draft."""

from datetime import UTC, datetime

from builder import digest
from builder.model import Article, Entry, Feed, Item, Source, Status, Summary
from builder.text import excerpt, fold

TITLE_MAX = 300
"""Characters; longer titles are feed faults (a whole post in the title field) and would drown a page."""


def dated(entry: Entry, article: Article | None, now: datetime) -> datetime:
    """When the item is dated: as published by the feed, else by the page, never after `now`; else `now`.

    Whole seconds: front matter has no finer time.
    """
    told = entry.published or entry.updated or (article.published if article else None)
    return min(told or now, now).astimezone(UTC).replace(microsecond=0)


def titled(entry: Entry, article: Article) -> str:
    """The item's title: the feed's, else the page's, else the first words of the text. Never empty."""
    return (
        excerpt(entry.title, TITLE_MAX)
        or excerpt(article.title, TITLE_MAX)
        or excerpt(article.text, 80)
        or entry.url
        or entry.id
    )


def draft(
    entry: Entry,
    article: Article,
    summary: Summary,
    body: str,
    *,
    feed: Feed,
    feed_title: str,
    date: datetime,
    path: str,
    now: datetime,
    language: str = "",
) -> Item:
    """The draft item at `path`; `feed_title` names the source where the config does not.

    `language` is the article's where it is not the newsletter's.
    """
    # What comes from a clock that is ahead was published now at the latest.
    told = entry.published or article.published
    published = min(told, now) if told else None
    return Item(
        id=digest.item_id(entry.feed, entry.id),
        path=path,
        title=titled(entry, article),
        status=Status.DRAFT,
        date=date,
        section=feed.section,
        tags=feed.tags,
        language=language,
        source=Source(
            feed=feed.slug,
            name=fold(feed.name or feed_title or feed.slug),
            url=article.url or entry.url,
            author=fold(entry.author or article.author),
            published=published.astimezone(UTC).replace(microsecond=0) if published else None,
            text=article.completeness,
        ),
        tldr=line(summary),
        by=summary.by,
        provenance=summary.provenance,
        body=body,
    )


def line(summary: Summary) -> str:
    """The one-line TL;DR: the first sentence of the summary's own; empty when there is none."""
    return fold(summary.tldr[0].text) if summary.tldr else ""
