"""Edition files: `content/editions/0034.md` ⇄ `Edition`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from builder import digest
from builder.content import frontmatter, notices, remarks
from builder.content.fields import HEAD_LINE, Fields, body
from builder.content.frontmatter import Rows
from builder.errors import ContentError
from builder.model import Edition, Part, Placed

FOLDER = "content/editions"
_ID_HINT = "Write the id of an item, ten characters of 0-9 and a-f; `briefpress list` shows them."


def parse(text: str, path: str) -> Edition:
    """The edition in the file `path`. Raises ContentError with all that is wrong, each with its line."""
    frontmatter.refuse_conflict(text, path)
    parts = frontmatter.split(text, path)
    fields = Fields.of(parts, path)
    edition = Edition(
        number=fields.number("number"),
        path=path,
        title=fields.required("title"),
        date=fields.required_time("date"),
        published=fields.time("published"),
        subject=fields.text("subject"),
        preheader=fields.text("preheader"),
        sent=fields.time("sent"),
        parts=tuple(_parts(fields)),
        corrections=notices.corrections(fields),
        corrected=notices.retold(fields),
        aliases=notices.aliases(fields),
        intro=body(parts.body),
        extra=fields.rest(),
    )
    fields.close()
    return edition


def dump(edition: Edition, titles: Mapping[str, str] | None = None) -> str:
    """The text of an edition's file; behind each id stands its title from `titles` as a comment, for people.

    `parse(dump(edition, titles), edition.path) == edition` under the same conditions as for items.
    """
    values: dict[str, object] = {
        "number": edition.number,
        "title": edition.title,
        "date": edition.date,
        **({"published": edition.published} if edition.published else {}),
        **({"sent": edition.sent} if edition.sent else {}),
        **({"subject": edition.subject} if edition.subject else {}),
        **({"preheader": edition.preheader} if edition.preheader else {}),
        "parts": Rows(_part(part) for part in edition.parts),
        **({"corrections": notices.dumped(edition.corrections)} if edition.corrections else {}),
        **({"corrected": notices.retold_dumped(edition.corrected)} if edition.corrected else {}),
        **({"aliases": edition.aliases} if edition.aliases else {}),
        **edition.extra,
    }
    return frontmatter.join(remarks.remarked(frontmatter.dump(values), titles or {}), edition.intro)


def path_of(number: int) -> str:
    """The path of edition `number`."""
    return f"{FOLDER}/{number:04}.md"


def lines(text: str, path: str) -> dict[str, int]:
    """The line in which each item id of an edition file first stands. Raises ContentError as `parse` does."""
    head = frontmatter.load(frontmatter.split(text, path).head, path, HEAD_LINE)
    found: dict[str, int] = {}
    for part_at, part in enumerate(parse(text, path).parts):
        for at, placed in enumerate(part.items):
            found.setdefault(placed.item, head.lines[f"parts.{part_at}.items.{at}"])
    return found


def rearranged(text: str, path: str, parts: Sequence[Part], titles: Mapping[str, str]) -> str:
    """The edition file `text` with `parts` instead of its own: lines that stay are moved as they are.

    What people wrote behind an id, or in lines below it, goes with it; a new id has its title from `titles`
    behind it. Raises ContentError as `parse` does, and where its front matter is not written a key a line.
    """
    wanted = tuple(parts)
    if parse(text, path).parts == wanted:
        return text
    written = frontmatter.dump({"parts": Rows(map(_part, wanted))})
    afresh = remarks.remarked(written, titles)
    for lines_of_parts in (_moved(text, path, wanted, titles), afresh):
        if lines_of_parts:
            made = frontmatter.put(text, "parts", lines_of_parts, path)
            if _reads_as(made, path, wanted):
                return made
    what = "`parts` cannot be changed in the way it is written"
    raise ContentError(what, "Write one item a line, or change it by hand.", path=path, line=HEAD_LINE)


def _reads_as(text: str, path: str, parts: tuple[Part, ...]) -> bool:
    try:
        return parse(text, path).parts == parts
    except ContentError:
        return False


def _moved(text: str, path: str, parts: Sequence[Part], titles: Mapping[str, str]) -> str:
    """The lines of `parts`, as they stand where they are in the file already; empty where that is unclear."""
    old = parse(text, path).parts
    head = frontmatter.split(text, path).head
    span = frontmatter.spans(head, path).get("parts")
    if not old or span is None:
        return ""
    at = {name: line - HEAD_LINE for name, line in frontmatter.load(head, path, HEAD_LINE).lines.items()}
    rows = head.splitlines(keepends=True)
    end = head.count("\n", 0, span[1])
    places: dict[int, tuple[str, Placed | None]] = {at["parts"]: ("", None)}
    for index, part in enumerate(old):
        places[at[f"parts.{index}"]] = (part.title, None)
        for turn, placed in enumerate(part.items):
            places[at[f"parts.{index}.items.{turn}"]] = ("", placed)
    if len(places) != 1 + len(old) + sum(len(part.items) for part in old):
        return ""
    starts = sorted(places)
    chunks = {
        start: "".join(rows[start:stop]) for start, stop in zip(starts, [*starts[1:], end], strict=True)
    }
    heads: dict[str, list[str]] = {}
    for start in starts[1:]:
        title, item_there = places[start]
        if item_there is None:
            heads.setdefault(title, []).append(chunks[start])
    lines_of = {one: chunks[start] for start in starts if (one := places[start][1])}
    made = [chunks[starts[0]]]
    for part in parts:
        known = heads.get(part.title)
        made.append(known.pop(0) if known else _head_of(part))
        made.extend(lines_of.get(placed) or _line_of(placed, titles) for placed in part.items)
    return "".join(made)


def _head_of(part: Part) -> str:
    return (
        frontmatter.dump({"parts": Rows([_part(replace(part, items=()))])})
        .partition("\n")[2]
        .replace("items: []", "items:")
    )


def _line_of(placed: Placed, titles: Mapping[str, str]) -> str:
    """The lines of a new item, as `dump` would write them."""
    written = frontmatter.dump({"parts": Rows([_part(Part(title="", items=(placed,)))])})
    lines_of_item = written.partition("items:\n")[2]
    return remarks.remarked(lines_of_item, titles)


def _parts(fields: Fields) -> Iterator[Part]:
    for index, entry in enumerate(fields.sequence("parts")):
        if isinstance(entry, str):
            fields.fault(f"parts.{index}", "is not a part", "Write `title:` and below it `items:`.")
            continue
        yield Part(title=entry.text("title"), items=tuple(_placed(entry)))
        entry.refuse_rest()


def _placed(part: Fields) -> Iterator[Placed]:
    for index, entry in enumerate(part.sequence("items")):
        if isinstance(entry, str):
            item, note = entry, ""
        else:
            item, note = entry.required("item", _ID_HINT), entry.text("note")
            entry.refuse_rest()
        if item and not digest.is_item_id(item):
            part.fault(f"items.{index}", f"is `{item[:40]}`, not an id", _ID_HINT)
        yield Placed(item=item, note=note)


def _part(part: Part) -> dict[str, object]:
    places = Rows({"item": one.item, "note": one.note} if one.note else one.item for one in part.items)
    return ({"title": part.title} if part.title else {}) | {"items": places}
