"""What feeds tell of items at this time: the entry behind an item, in the last good copy of its feed."""

from builder import digest
from builder.config import Config
from builder.errors import ArticleError
from builder.ingest.asking import MIB, Sources
from builder.ingest.origin import address
from builder.ingest.overrides import overridden
from builder.ingest.reading import Document, Reader
from builder.memory import Memory
from builder.model import Article, Entry, Feed, Item
from builder.web import NotModified


class Tellings:
    """Entries by the items made of them. Each feed is read once, and asked where no copy is kept."""

    def __init__(self, config: Config, sources: Sources, reader: Reader, memory: Memory) -> None:
        self._config = config
        self._sources = sources
        self._reader = reader
        self._memory = memory
        self._entries: dict[str, dict[str, Entry]] = {}

    def article(self, item: Item) -> Article:
        """The text that its feed carries for `item` now. Raises SourceError."""
        slug = item.source.feed
        feed = next((one for one in self._config.feeds if one.slug == slug), None)
        if feed is None:
            raise ArticleError(
                f"the text of {item.id} came with the feed {slug}, which config.yaml has no more",
                path=item.path,
            )
        if slug not in self._entries:
            entries = overridden(feed, self._reader.feed(self._document(feed), slug).entries)
            self._entries[slug] = {digest.item_id(slug, entry.id): entry for entry in entries}
        if item.id not in self._entries[slug]:
            raise ArticleError(
                f"the text of {item.id} came with its feed, which tells of it no more", path=item.path
            )
        return self._reader.text(self._entries[slug][item.id], None).article

    def _document(self, feed: Feed) -> Document:
        url = address(feed, self._config.site)
        if copy := self._memory.copy(url):
            return Document(url=copy.found_at, body=self._memory.body(url), content_type=copy.content_type)
        told = self._sources.of(url, feed, self._config).get(
            url, max_bytes=self._config.fetch.max_feed_mib * MIB
        )
        if isinstance(told, NotModified):
            raise ArticleError(f"the feed {feed.slug} is not there")
        return Document(url=told.url, body=told.body, content_type=told.content_type)
