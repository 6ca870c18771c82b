"""Outputs made and put in place, by workers."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from builder import digest, files
from builder.errors import BriefpressError
from builder.publish.bodies import Bodies
from builder.publish.plan import Output
from builder.render.theme import Theme
from builder.stamps import Stamp, stamp_of
from builder.workers import Mapper

_AT_ONCE = 16_000
"""Outputs for which workers are made; they let go what they made of them when they end."""
_KEPT_AT_ONCE = 500
"""Texts whose HTML is put into the cache together."""


class Put(NamedTuple):
    """What became of an output, as a worker tells it."""

    fresh: Mapping[str, str]
    """The HTML of Markdown texts that had to be rendered for it."""
    changed: bool = False
    """Whether other bytes stood there, or none."""
    stamp: Stamp | None = None
    """Of the file as it stands; None where it could not be made."""
    error: BriefpressError | None = None


def all_put(
    out: Path, outputs: Sequence[Output], bodies: Bodies, theme: Theme, mapper: Mapper
) -> Iterator[tuple[Output, Put]]:
    """Each of `outputs` made and put in place. So many at a time that what is made fits into memory."""
    tree = files.Tree(out)
    for start in range(0, len(outputs), _AT_ONCE):
        batch = outputs[start : start + _AT_ONCE]
        # Compiled here, templates are shared by all workers.
        theme.prepare({output.template for output in batch if output.template})
        fresh: dict[str, str] = {}
        for output, put in zip(batch, mapper(partial(_put, tree, bodies), batch), strict=True):
            fresh.update(put.fresh)
            if len(fresh) >= _KEPT_AT_ONCE:
                # Before all is done, while others work.
                bodies.keep(fresh)
                fresh = {}
            yield output, put
        bodies.keep(fresh)


def _put(tree: files.Tree, bodies: Bodies, output: Output) -> Put:
    try:
        bodies.fetch(output.texts())
        data = output.make()
        changed, stat = tree.put(output.path, data)
    except BriefpressError as error:
        return Put(error=error, fresh=bodies.fresh())
    return Put(changed=changed, stamp=stamp_of(stat, digest.of_bytes(data)), fresh=bodies.fresh())
