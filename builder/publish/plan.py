"""What a build will do, as data. Pure.

An output is a pure function of what its key digests. So a build is: work out each output's key, make those
whose key the last build did not record, remove those it recorded and this one does not claim.
"""

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from builder import __version__
from builder.digest import Known
from builder.errors import ContentError, Fault, FileError

MANIFEST = "briefpress-manifest.json"
"""The record of a build, in the output folder itself: a deleted cache must not forget what we wrote."""
_FORMAT = 2
_READABLE = (1, 2)
"""The first lacked what a build was made from and with."""
_AFRESH = "Remove what is in its folder and build again."


@dataclass(frozen=True, slots=True)
class Output:
    """A file to be: its place, the digest of all it depends on, and how to make it."""

    path: str
    """Below the output folder, with forward slashes."""
    key: str
    origin: str
    """What it is made from, for messages: a content file, a template, a folder."""
    make: Callable[[], bytes]
    texts: Callable[[], Iterable[str]] = tuple
    """Gives the Markdown whose HTML `make` will ask for."""
    template: str = ""
    """The template it renders; empty for none."""
    modified: str | None = None
    """When it was last changed, for the sitemap; empty where nobody knows, None where it is not in it."""


@dataclass(frozen=True, slots=True)
class Run:
    """Outputs that are known together: the digest is that of all that any of them depends on."""

    name: str
    known: Known[tuple[Output, ...]]
    """Worked out each time it is asked for."""
    templates: tuple[str, ...]
    """All that they are rendered with."""
    places: Callable[[], tuple[tuple[str, str | None], ...]]
    """Tells the path of each output, and when it was last changed, as in Output."""
    way: str = ""
    """What the digest begins with: the keys of the templates, which are known sooner than the rest."""
    fetch: Callable[[], None] = lambda: None
    """Has at hand what it takes to make them all."""


class Record(NamedTuple):
    """What a build remembers of an output it wrote."""

    key: str
    digest: str
    """Of its bytes; empty while it was only planned."""
    size: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, each part by path."""

    write: tuple[Output, ...]
    keep: tuple[str, ...]
    """By their paths alone: most were not even looked at one by one."""
    remove: tuple[str, ...]
    runs: tuple[tuple[Run, int], ...] = ()
    """So many of them changed that it is for those who make their outputs to find out which stand already.
    Each with the number of these."""
    places: tuple[str, ...] = ()
    """The paths of all that may be written."""


def plan(
    outputs: Iterable[Output],
    recorded: Mapping[str, Record],
    whole: Callable[[str, Record], bool],
    standing: Iterable[str] = (),
    runs: Sequence[tuple[Run, Sequence[tuple[str, str | None]]]] = (),
) -> Plan:
    """The plan for `outputs` after a build that left `recorded`.

    `whole(path, record)` tells whether that file still holds what was recorded. At the paths `standing` there
    are outputs of which that is known already, and at those told beside `runs` such of which it is not; all
    are apart from each other and from `outputs`. Raises ContentError naming both origins when two of
    `outputs` have one place, or one would have to be a folder for the other.
    """
    ordered = sorted(outputs, key=lambda output: output.path)
    if not apart([output.path for output in ordered]):
        _check_places(ordered)
    known = {
        output.path
        for output in ordered
        if (record := recorded.get(output.path))
        and record.digest
        and record.key == output.key
        and whole(output.path, record)
    }
    kept = (*known, *standing)
    write = tuple(output for output in ordered if output.path not in known)
    unsure = [path for _, places in runs for path, _ in places]
    places = sorted([*(output.path for output in write), *unsure])
    return Plan(
        write=write,
        keep=kept,
        remove=tuple(sorted(recorded.keys() - {*places, *kept})),
        runs=tuple((run, len(places)) for run, places in runs),
        places=tuple(places),
    )


def apart(paths: Sequence[str]) -> bool:
    """Whether `paths` surely are places for so many files on any file system. False says nothing."""
    places = {path.lower() for path in paths}
    above = {path.rpartition("/")[0] for path in places}
    ahead = above
    while ahead := {folder.rpartition("/")[0] for folder in ahead} - above - {""}:
        above |= ahead
    return len(places) == len(paths) and places.isdisjoint(above) and all(map(str.isascii, places))


def in_the_way(todo: Plan) -> tuple[str, ...]:
    """Those outputs to remove that must go first: files where folders are to be, or the other way round."""
    if not todo.remove:
        return ()
    written = {*todo.places}
    needed = {folder for path in written for folder in folders(path)}
    return tuple(path for path in todo.remove if path in needed or not written.isdisjoint(folders(path)))


def folders(path: str) -> list[str]:
    """The folders that `path` is in, the outermost first."""
    return [path[:at] for at, letter in enumerate(path) if letter == "/"]


@dataclass(frozen=True, slots=True)
class Making:
    """What a site was made from and with, for those who want to make it again."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    """The digest of each file that the public sees something of, by its path."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of the libraries that have a say in what the pages look like."""
    site: Mapping[str, str] = field(default_factory=dict)
    """Whose site it is: the `id` and the `url` of the config, as far as they are set."""


def dump_manifest(records: Mapping[str, Record], making: Making | None = None) -> str:
    """The text of a manifest, the same for the same records: one line a file, for whoever compares two."""
    making = making or Making()
    inputs = ",\n".join(_input_line(path, held) for path, held in sorted(making.inputs.items()))
    outputs = ",\n".join(_output_line(path, record) for path, record in sorted(records.items()))
    versions, site = (json.dumps(dict(sorted(told.items()))) for told in (making.versions, making.site))
    return (
        f'{{"format":{_FORMAT},\n"generator":{_quoted(f"Briefpress {__version__}")},\n'
        f'"versions":{versions},\n"site":{site},\n'
        f'"inputs":{{\n{inputs}\n}},\n"outputs":{{\n{outputs}\n}}}}\n'
    )


def amended(
    data: bytes, inputs: Mapping[str, tuple[str, str]], outputs: Mapping[str, tuple[Record, Record]]
) -> bytes | None:
    """The manifest `data` with what is told of some files put in the place of what it tells of them now.

    For each the old and the new. None where it does not tell exactly the old.
    """
    lines = [
        *((_input_line(path, old), _input_line(path, new)) for path, (old, new) in inputs.items()),
        *((_output_line(path, old), _output_line(path, new)) for path, (old, new) in outputs.items()),
    ]
    for old_line, new_line in lines:
        # A line ends where another begins or the list does.
        for end in (",\n", "\n"):
            before, line, after = data.partition(f"\n{old_line}{end}".encode())
            if line:
                data = b"".join((before, f"\n{new_line}{end}".encode(), after))
                break
        else:
            return None
    return data


def names(data: bytes, path: str) -> bool:
    """Whether the manifest `data` has the file `path` among those that the site was made from."""
    return f'\n{_quoted(path)}:"'.encode() in data


_quoted = json.encoder.encode_basestring_ascii


def _input_line(path: str, held: str) -> str:
    return f"{_quoted(path)}:{_quoted(held)}"


def _output_line(path: str, record: Record) -> str:
    key, held = _quoted(record.key), _quoted(record.digest)
    return f'{_quoted(path)}:{{"key":{key},"digest":{held},"size":{record.size}}}'


def inputs_of(data: bytes) -> dict[str, str]:
    """The digests of what the site of a manifest was made from; none where that cannot be read."""
    try:
        return {str(path): str(held) for path, held in json.loads(data)["inputs"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def parse_manifest(data: bytes, path: str) -> dict[str, Record]:
    """The records of the manifest at `path`. Raises FileError when it is damaged or of another format.

    Going on without it would leave pages standing that should be gone.
    """
    try:
        document = json.loads(data)
        records = {
            str(place): Record(str(entry["key"]), str(entry["digest"]), int(entry["size"]))
            for place, entry in document["outputs"].items()
        }
        known = document["format"] in _READABLE
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FileError(f"{path} cannot be read as the record of a build", _AFRESH) from error
    if not known:
        raise FileError(f"{path} is the record of another version of briefpress", _AFRESH)
    return records


def parse_site(data: bytes) -> dict[str, str]:
    """Whose site a manifest that can be read is of, as in `Making`; empty for one that does not say it."""
    told = json.loads(data).get("site")
    return {str(key): str(value) for key, value in told.items()} if isinstance(told, dict) else {}


def _check_places(outputs: Iterable[Output]) -> None:
    # Some file systems take Ä.html, a combining Ä.html and ä.html for one file.
    folded = ((_folded(output.path), output) for output in outputs)
    places: dict[str, Output] = {}
    faults: list[Fault] = []
    for place, output in sorted(folded, key=lambda pair: (pair[0], pair[1].path)):
        above = (places[parent] for parent in folders(place) if parent in places)
        clash = places.get(place) or next(above, None)
        if clash:
            faults.append(
                Fault(
                    f"{output.origin} and {clash.origin} would both be {output.path} in the site",
                    path=output.origin,
                    hint="Rename one of the two.",
                )
            )
        places[place] = output
    if faults:
        raise ContentError.of(tuple(faults))


def _folded(path: str) -> str:
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path).casefold()
