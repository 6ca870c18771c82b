"""Outputs made and put in place, by workers."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from builder import digest, files
from builder.errors import BriefpressError
from builder.publish.bodies import Bodies
from builder.publish.plan import Output, Plan, Run
from builder.render.theme import Theme
from builder.stamps import Stamp, stamp_of
from builder.workers import Mapper, in_line

_WORTH_WORKERS = 64
"""Outputs; to begin and end two workers costs what a few dozen pages do."""
_TOGETHER = 8
"""Outputs in no run that a worker takes at a time: some of them are pictures, which take long."""
_AT_ONCE = 16_000
"""Outputs for which workers are made; they let go what they made of them when they end."""
_KEPT_AT_ONCE = 500
"""Texts whose HTML is put into the cache together."""


class Put(NamedTuple):
    """What became of an output, as a worker tells it."""

    path: str
    key: str
    modified: str | None
    changed: bool = False
    """Whether other bytes stood there, or none."""
    stamp: Stamp | None = None
    """Of the file as it stands; None where it could not be made."""
    error: BriefpressError | None = None


Stood = Callable[[str, str], Stamp | None]
"""Tells of a path and a key how the file stands that the last build wrote for it; None where it does not."""
_Task = Run | tuple[Output, ...]
_Done = tuple[Sequence[Put], Mapping[str, str]]
"""What became of the outputs of a task, and the HTML of Markdown texts that had to be rendered for them."""


def all_put(
    out: Path, todo: Plan, bodies: Bodies, theme: Theme, stood: Stood, mapper: Mapper
) -> Iterator[tuple[Run | None, Sequence[Put]]]:
    """What became of all outputs that `todo` says to write, by the runs they are in; None for those in none.

    One of a run that has `stood` all the time is as one whose bytes stood there.
    """
    # Compiled here, templates are shared by all workers.
    loose = {output.template for output in todo.write if output.template}
    theme.prepare(loose.union(*(run.templates for run, _ in todo.runs)))
    mapped = mapper if len(todo.places) >= _WORTH_WORKERS else in_line
    work = partial(_done, files.Tree(out), bodies, stood)
    for tasks in _batches(todo):
        fresh: dict[str, str] = {}
        for task, (puts, rendered) in zip(tasks, mapped(work, tasks, share=1), strict=True):
            fresh.update(rendered)
            if len(fresh) >= _KEPT_AT_ONCE:
                # Before all is done, while others work.
                bodies.keep(fresh)
                fresh = {}
            yield task if isinstance(task, Run) else None, puts
        bodies.keep(fresh)


def _batches(todo: Plan) -> Iterator[Sequence[_Task]]:
    """All that is to be done, so much at a time that what is made of it fits into memory."""
    starts = range(0, len(todo.write), _TOGETHER)
    alone = [todo.write[start : start + _TOGETHER] for start in starts]
    batch: list[_Task] = []
    size = 0
    sized: list[tuple[_Task, int]] = [*((outputs, len(outputs)) for outputs in alone), *todo.runs]
    for task, number in sized:
        if batch and size + number > _AT_ONCE:
            yield batch
            batch, size = [], 0
        batch.append(task)
        size += number
    yield batch


def _done(tree: files.Tree, bodies: Bodies, stood: Stood, task: _Task) -> _Done:
    puts: list[Put] = []
    todo: list[Output] = []
    if isinstance(task, Run):
        for output in task.known.value:
            if stamp := stood(output.path, output.key):
                puts.append(_told(output, stamp=stamp))
            else:
                todo.append(output)
        task.fetch()
    else:
        todo.extend(task)
    with contextlib.suppress(BriefpressError):
        # Those of one that cannot be told are asked for again below, where it has its place.
        bodies.fetch([text for output in todo for text in output.texts()])
    puts.extend(_put(tree, output) for output in todo)
    return puts, bodies.fresh()


def _put(tree: files.Tree, output: Output) -> Put:
    try:
        data = output.make()
        changed, stat = tree.put(output.path, data)
    except BriefpressError as error:
        return _told(output, error=error)
    return _told(output, changed=changed, stamp=stamp_of(stat, digest.of_bytes(data)))


def _told(
    output: Output, *, changed: bool = False, stamp: Stamp | None = None, error: BriefpressError | None = None
) -> Put:
    return Put(output.path, output.key, output.modified, changed, stamp, error)
