"""That the source of an item has changed: the `stale` and `settled` keys of its front matter. Pure."""

from collections.abc import Iterable, Iterator

from builder import digest
from builder.content import frontmatter
from builder.content.fields import Fields
from builder.content.frontmatter import Rows
from builder.model import Aspect, Difference, Item, Stale

_MARK = 8
"""Characters of a mark: two of forty differences are one in five million times the same."""
_WORDS = ("was", "now", "sentence")


def parse(fields: Fields) -> Stale | None:
    """What `stale` says; None without it."""
    told = fields.optional_mapping("stale")
    if told is None:
        return None
    stale = Stale(at=told.required_time("at"), found=tuple(_found(told)))
    told.refuse_rest()
    return stale


def dumped(stale: Stale) -> dict[str, object]:
    """The `stale` mapping of a front matter; `parse` is its inverse."""
    return {"at": stale.at, "found": Rows(map(_row, stale.found))}


def marked(text: str, stale: Stale | None, path: str) -> str:
    """The item file `text` with `stale` in it, or without where that is None; all other lines stay."""
    return frontmatter.replace(text, "stale", dumped(stale) if stale else None, path)


def mark_of(difference: Difference) -> str:
    """What a difference is known by when it was dealt with: another one in the same place has another."""
    return digest.of_value((difference.aspect.value, difference.was, difference.now))[:_MARK]


def unsettled(item: Item, found: Iterable[Difference]) -> tuple[Difference, ...]:
    """Those of `found` that no editor of `item` has dealt with, in their order."""
    return tuple(one for one in found if mark_of(one) not in item.settled)


def told(difference: Difference) -> str:
    """A difference as a sentence without a final stop: what was observed, and nothing else."""
    was, now, sentence = difference.was, difference.now, difference.sentence
    match difference.aspect:
        case Aspect.HEADLINE:
            return f"The source\u2019s headline now reads \u201c{now}\u201d; it read \u201c{was}\u201d"
        case Aspect.NOTICE:
            return f"The source\u2019s page says: \u201c{now}\u201d"
        case Aspect.GONE:
            return f"The source is gone: its address answers {now}"
        case Aspect.STATEMENT if now:
            return f"The source now says \u201c{now}\u201d; it said \u201c{was}\u201d"
        case Aspect.STATEMENT:
            return f"The source no longer says \u201c{was}\u201d"
        case Aspect.WORDING if now:
            return f"The source now puts it as \u201c{now}\u201d; it read \u201c{was}\u201d"
        case Aspect.WORDING:
            return f"The source no longer has the sentence \u201c{was}\u201d"
        case _ if now:
            where = f", in \u201c{sentence}\u201d" if sentence else ""
            return f"The source now gives the {difference.aspect.value} {now} where it gave {was}{where}"
        case _:
            return f"The {difference.aspect.value} {was} no longer stands in the source"


def _found(told: Fields) -> Iterator[Difference]:
    for index, entry in enumerate(told.sequence("found")):
        if isinstance(entry, str):
            told.fault(f"found.{index}", "is not a difference", "Take the line out.")
            continue
        aspect = entry.choice("what", Aspect)
        yield Difference(aspect=aspect, **{key: entry.text(key) for key in _WORDS})
        entry.refuse_rest()


def _row(one: Difference) -> dict[str, object]:
    words = {key: told for key in _WORDS if (told := getattr(one, key))}
    return {"what": one.aspect.value, **words}
