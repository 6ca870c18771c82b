"""Item files: `content/items/2026/2026-11-20-a-title.md` ⇄ `Item`."""

import dataclasses
import re
import unicodedata
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from builder import digest
from builder.content import frontmatter, notices, staleness
from builder.content.fields import Fields, body
from builder.model import WRITTEN, Completeness, Item, Provenance, Review, Source, Status
from builder.text import slug

FOLDER = "content/items"
_DIGEST_LENGTH = 16
_SHORTEST_MARK = 4
"""Characters of the id that tell apart two paths that would be the same."""
_WEB = re.compile(r"https?://\S", re.IGNORECASE)
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_STORY_HINT = "Write the id of the story, ten characters of 0-9 and a-f, or take the line out."
_ID_HINT = "An id is ten characters of 0-9 and a-f and never changes; put back the one it had."


def parse(text: str, path: str) -> Item:
    """The item that the file `path` holds. Raises ContentError with all that is wrong, each with its line.

    Unknown keys are kept in `extra` as they were written; those of `source` in a mapping of that name in it.
    """
    frontmatter.refuse_conflict(text, path)
    parts = frontmatter.split(text, path)
    fields = Fields.of(parts, path)
    item = Item(
        id=_id(fields),
        path=path,
        title=fields.required("title"),
        status=fields.choice("status", WRITTEN),
        date=fields.required_time("date"),
        section=fields.text("section"),
        tags=fields.words("tags"),
        language=_language(fields),
        source=_source(origin := fields.mapping("source")),
        tldr=fields.text("tldr"),
        by=fields.text("by"),
        provenance=_provenance(had) if (had := fields.optional_mapping("provenance")) else None,
        review=_review(judged) if (judged := fields.optional_mapping("review")) else None,
        story=_story(fields),
        corrections=notices.corrections(fields),
        stale=staleness.parse(fields),
        settled=fields.words("settled"),
        aliases=notices.aliases(fields),
        body=body(parts.body),
        extra=fields.rest() | ({"source": rest} if (rest := origin.rest()) else {}),
    )
    fields.close()
    return replace(item, status=Status.CHANGED) if _is_changed(item) else item


def dump(item: Item) -> str:
    """The text of an item's file: its keys in their usual order, empty ones left out, then its body.

    `parse(dump(item), item.path) == item` when its lines of text are folded, its source has a name, and its
    body is clean and begins with no blank line. Raises ContentError when `extra` is nested too deeply.
    """
    source = item.source
    kept = item.extra.get("source")
    values: dict[str, object] = {
        "id": item.id,
        "title": item.title,
        "status": written_status(item.status).value,
        "date": item.date,
        "section": item.section,
        "tags": item.tags,
        "language": item.language,
        "story": item.story,
        "source": _filled(
            {
                "feed": source.feed,
                "name": source.name,
                "url": source.url,
                "author": source.author,
                "published": source.published,
                "text": "" if source.text is Completeness.FULL else source.text.value,
            }
        )
        | (dict(kept) if isinstance(kept, Mapping) else {}),
        "tldr": item.tldr,
        "by": item.by,
        "provenance": provenance_values(item.provenance) if item.provenance else None,
        "review": review_values(item.review) if item.review else None,
        "corrections": notices.dumped(item.corrections) if item.corrections else (),
        "stale": staleness.dumped(item.stale) if item.stale else None,
        "settled": item.settled,
        "aliases": item.aliases,
    }
    extra = {key: value for key, value in item.extra.items() if key != "source"}
    return frontmatter.join(frontmatter.dump(_filled(values) | extra), item.body)


def approved_digest(item: Item) -> str:
    """What an approval is bound to: the digest of title, TL;DR, text and source, sixteen characters."""
    return shortened(digest.of_value((item.title, item.tldr, item.body, item.source.url)))


def shortened(digest: str) -> str:
    """The start of a digest that is enough to see a change by, and short enough for people's files."""
    return digest[:_DIGEST_LENGTH]


def written_status(status: Status) -> Status:
    """What a file says of an item whose status is `status`."""
    return Status.APPROVED if status is Status.CHANGED else status


def review_values(review: Review) -> dict[str, object]:
    """The `review` mapping of a front matter."""
    return {"by": review.by, "at": review.at} | _filled(
        {"digest": review.digest, "evidence": review.evidence, "reason": review.reason}
    )


def provenance_values(told: Provenance) -> dict[str, object]:
    """The `provenance` mapping of a front matter, without what is empty."""
    return _filled({field.name: getattr(told, field.name) for field in dataclasses.fields(told)})


def path_of(item_id: str, title: str, date: datetime, taken: Container[str]) -> str:
    """The path of a new item: its day in UTC and its title, in characters that every file system takes.

    `taken` are the paths that must not be met again, as `path_key` gives them. Where two would be the same,
    the first characters of the id follow; a title without Latin letters gives the id.
    """
    day = date.astimezone(UTC).date()
    stem = f"{FOLDER}/{day.year:04}/{day.isoformat()}-{slug(title, item_id)}"
    return next(path for mark in _marks(item_id) if (path := f"{stem}{mark}.md") not in taken)


def path_key(path: str) -> str:
    """What two paths share when some file system takes them for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _marks(item_id: str) -> Iterator[str]:
    yield ""
    for length in range(_SHORTEST_MARK, len(item_id) + 1):
        yield f"-{item_id[:length]}"
    for number in count(2):
        yield f"-{item_id}-{number}"


def _id(fields: Fields) -> str:
    item_id = fields.required("id", _ID_HINT)
    if item_id and not digest.is_item_id(item_id):
        fields.fault("id", f"is `{item_id[:40]}`, not an id", _ID_HINT)
    return item_id


def _story(fields: Fields) -> str:
    story = fields.text("story")
    if story and not digest.is_item_id(story):
        fields.fault("story", f"is `{story[:40]}`, not an id", _STORY_HINT)
    return story


def _language(fields: Fields) -> str:
    language = fields.text("language")
    if language and not _TAG.fullmatch(language):
        fields.fault("language", f"is `{language[:40]}`, not a language tag", "Write it as de or pt-BR.")
        return ""
    return language


def _source(fields: Fields) -> Source:
    feed = fields.required("feed")
    url = fields.text("url")
    if url and not _WEB.match(url):
        fields.fault("url", f"is `{url[:80]}`, not a web address", "Begin it with https:// or leave it out.")
    return Source(
        feed=feed,
        name=fields.text("name") or feed,
        url=url,
        author=fields.text("author"),
        published=fields.time("published"),
        text=fields.choice("text", Completeness, Completeness.FULL),
    )


def _provenance(fields: Fields) -> Provenance:
    tokens = fields.text("tokens")
    return Provenance(
        engine=fields.text("engine"),
        model=fields.text("model"),
        prompt=fields.text("prompt"),
        source=fields.text("source"),
        tokens=int(tokens) if tokens.isascii() and tokens.isdecimal() else 0,
        refused=fields.text("refused"),
        replaced=fields.words("replaced"),
        review=fields.words("review"),
    )


def _review(fields: Fields) -> Review:
    return Review(
        by=fields.text("by"),
        at=fields.required_time("at"),
        digest=fields.text("digest"),
        evidence=fields.text("evidence"),
        reason=fields.text("reason"),
    )


def _is_changed(item: Item) -> bool:
    return bool(
        item.status is Status.APPROVED
        and item.review
        and item.review.digest
        and item.review.digest != approved_digest(item)
    )


def _filled(values: dict[str, object]) -> dict[str, object]:
    """`values` without empty text, None and empty sequences."""
    return {key: value for key, value in values.items() if value not in ("", None, ())}
