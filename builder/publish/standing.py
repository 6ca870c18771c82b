"""Whether all that a build would make stands already, told from its sources and outputs alone.

A build is a function of its sources, of the program and of what it is asked for. So when all of them are as
they were for the last build that went well, and every file it left is as it left it, nothing is to be done.
Most runs end here, so nothing that this imports needs a template, a parser or the config.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder import digest, files
from builder.publish.sources import TREES, Sources
from builder.stamps import Stamps
from builder.state import State

if TYPE_CHECKING:
    from builder.publish.recall import Recall


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a build is asked for, beside what the newsletter's files say."""

    out: Path | None = None
    """None: where the config says."""
    base_url: str = ""
    """Empty: where the config says."""
    drafts: bool = False
    production: bool = False
    """Whether anything that is not as it was approved stops the build."""
    clock: datetime | None = None
    """What is dated later is held back; None: nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """A site that is as the last build left it, and as this one would."""

    out: Path
    count: int
    """Of the files in it, the record of the build left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A site that was built for the same wish by the same program, and from the same files but a few."""

    paths: tuple[str, ...]
    """Of the files that hold something else now; none came and none went."""
    out: Path
    note: Mapping[str, Any]
    """What was noted of that build."""


_FEW = 20
"""Beyond so many files a look at all is not much more work."""


def look(root: Path, state: State, sources: Sources, wish: Wish) -> Stands | Edited | None:
    """The site that `wish` would make, if it stands already, or how little its sources differ from it.

    None when only a build can tell. Of a site whose sources were edited nobody has looked whether it stands.
    """
    name = _name(wish)
    try:
        note = json.loads(state.note(name))
        out = root / note["out"]
        if note["root"] != str(root):
            # The cache was copied along with its newsletter, and what it tells of stands elsewhere.
            return None
        if note["program"] != _program() or not _is_within(note["since"], wish.clock, note["until"]):
            return None
        sources.read([*TREES, *note["static"]])
        if sources.digest != note["sources"]:
            edited = sources.changed(note["sources"]) or ()
            return Edited(paths=tuple(edited), out=out, note=note) if 0 < len(edited) <= _FEW else None
    except (ValueError, TypeError, KeyError):
        return None
    outputs = left(out, state, wish, note)
    if outputs is None:
        return None
    sources.save()
    _keep_outputs(state, wish, outputs, sources.clock_ns)
    return Stands(out=out, count=len(outputs.told) - 1)


def left(out: Path, state: State, wish: Wish, note: Mapping[str, Any]) -> Stamps | None:
    """What the build of which `note` tells left in `out`; None where it is not as it left it."""
    outputs = Stamps(out, outputs_rows(state, wish))
    # A part of what is known of them may be lost.
    return outputs if len(outputs.told) == note["outputs"] and outputs.stand() else None


def remember(
    state: State,
    sources: Sources,
    wish: Wish,
    *,
    out: Path,
    static: Sequence[str],
    outputs: Stamps,
    clock_ns: int,
    recall: "Recall",
    since: datetime | None,
    until: datetime | None,
) -> None:
    """Note that `wish` was fulfilled: what is in `out`, seen as `outputs` at `clock_ns` by the disk's clock.

    `recall` knows of what runs it is made.

    It holds from `since`, the newest date of what is shown, `until` something that was held back is due;
    `static` are the folders that were copied.
    """
    name = _name(wish)
    note = {
        "program": _program(),
        "sources": sources.digest,
        "static": list(static),
        "root": str(sources.root),
        "out": str(out),
        "since": since.isoformat() if since else "",
        "until": until.isoformat() if until else "",
        "outputs": len(outputs.held),
    }
    _keep_outputs(state, wish, outputs, clock_ns)
    if recall.fresh or recall.gone:
        state.keep_rows(runs_of(wish), recall.fresh, recall.gone)
    state.keep_note(backdrop_of(wish), recall.backdrop)
    sources.save()
    state.keep_note(name, json.dumps(note))


def outputs_rows(state: State, wish: Wish) -> Mapping[str, Any]:
    """The hints on what the last build for `wish` left."""
    return state.rows(f"outputs {_name(wish)}")


def recalled(state: State, wish: Wish) -> "Recall":
    """What is known of the last build for `wish`, run by run."""
    from builder.publish.recall import Recall

    return Recall(state.rows(runs_of(wish)))


def _keep_outputs(state: State, wish: Wish, outputs: Stamps, clock_ns: int) -> None:
    fresh, gone = outputs.fresh(clock_ns), outputs.gone
    if fresh or gone:
        state.keep_rows(f"outputs {_name(wish)}", fresh, gone)


def renew(
    state: State,
    sources: Sources,
    wish: Wish,
    edited: Edited,
    *,
    outputs: Stamps,
    runs: Mapping[str, Any],
    clock_ns: int,
) -> None:
    """Note that `wish` is fulfilled again, after what was `edited` alone; `runs` are rows that changed.

    The rest is as in `remember`.
    """
    _keep_outputs(state, wish, outputs, clock_ns)
    state.keep_rows(runs_of(wish), runs)
    sources.save()
    state.keep_note(_name(wish), json.dumps({**edited.note, "sources": sources.digest}))


def runs_of(wish: Wish) -> str:
    """The name of the table of what is known of the last build run by run."""
    return f"runs {_name(wish)}"


def backdrop_of(wish: Wish) -> str:
    """The name of the note with the backdrop of the last build; see `retouch`."""
    return f"backdrop {_name(wish)}"


def forget(state: State, wish: Wish) -> None:
    """Note that nothing is known of what `wish` led to."""
    state.keep_note(_name(wish), "")


def _name(wish: Wish) -> str:
    # The clock is not part of it: as long as the same is due, it makes no difference.
    asked = digest.of_value(
        (str(wish.out or ""), wish.base_url, wish.drafts, wish.production, wish.clock is None)
    )
    return f"build {asked[:16]}"


def _program() -> str:
    """A digest of all that a build is made with: our code, the packaged theme, the libraries installed."""
    return digest.of_value(
        (sys.version, files.program(), files.digest_of_tree(files.THEME), files.installed())
    )


def _is_within(since: str, clock: datetime | None, until: str) -> bool:
    """Whether at `clock` the same is shown as was then."""
    if clock is None:
        return True
    early = bool(since) and clock < datetime.fromisoformat(since)
    late = bool(until) and clock >= datetime.fromisoformat(until)
    return not early and not late
