"""The full-text search: Pagefind's index of what the items say, as outputs of a build.

    items | a small page each, in a folder that is gone afterwards | pagefind | its files

It is a function of the items and of Pagefind's version: the same bytes every time, as long as no filters are
asked of it. (It orders those by chance; `search.js` filters by our own index, which has tags, sources, days.)
So where all files under its key are recorded, it need not run to tell which they are.
"""

import gzip
import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from builder import digest, files
from builder.errors import ConfigError, FileError
from builder.model import Item
from builder.publish import search
from builder.publish.material import Material
from builder.publish.plan import Output, Record

_PACKAGE = "pagefind_bin"
# Interfaces of Pagefind's own, which the theme has no use for.
_UNUSED = re.compile(r"pagefind-(?!entry|worker)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"<[^>]*>|^\s*(?:[#>*+-]|\d+\.)+\s+|[*_`]+", re.MULTILINE)
_HEADING = re.compile(r"^## +(?:[^:\n]*: +)?", re.MULTILINE)
_TIMEOUT_S = 600
Files = Mapping[str, bytes]


def outputs(of: Material, recorded: Mapping[str, Record]) -> tuple[Output, ...]:
    """The files of the search; `recorded` is what an earlier build wrote.

    Raises ConfigError when Pagefind is not installed, FileError when it fails.
    """
    version = files.installed().get(_PACKAGE, "")
    if not version:
        raise ConfigError(
            "build.search: Pagefind, which makes the full-text index, is not installed",
            "Install it with `pip install 'briefpress[search]'`, or set build.search: index.",
            path="config.yaml",
        )
    language = of.config.site.language.partition("-")[0]
    told = digest.of_value((files.program(), version, language, tuple(of.items[i.id] for i in of.seen.items)))
    made = cache(partial(_made, of.seen.items, language, search.ids_path(of)))
    held = _held(told, recorded) or sorted(made())
    key = f"{told[:40]}.{len(held)}"
    return tuple(Output(path, key, "the full-text search", partial(_one, made, path)) for path in held)


def _held(told: str, recorded: Mapping[str, Record]) -> list[str]:
    """The paths of all files under the key `told`; none when one is missing: each tells how many they are."""
    held = [(path, record.key) for path, record in recorded.items() if record.key.startswith(told[:40] + ".")]
    whole = held and all(key.rpartition(".")[2] == str(len(held)) for _, key in held)
    return sorted(path for path, _ in held) if whole else []


def _one(made: Callable[[], Files], path: str) -> bytes:
    found = made().get(path)
    if found is None:
        raise FileError(f"Pagefind made no {path} this time", "Remove the site's folder and build again.")
    return found


def _made(items: Sequence[Item], language: str, ids: str) -> Files:
    with TemporaryDirectory(prefix="briefpress-") as folder:
        source, out = Path(folder) / "in", Path(folder) / "out"
        source.mkdir()
        for item in items:
            # Named so that a new item leaves the files of the others as they are.
            (source / f"{item.id}.html").write_text(_page(item), encoding="utf-8", errors="replace")
        # Nothing to index is an error to it.
        if items:
            _run("--site", str(source), "--output-path", str(out), "--force-language", language, "--silent")
        told = {
            path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()
        }
    fragments = dict(_fragments(told))
    names = [fragments[item.id] for item in items]
    return {
        **{search.PAGEFIND + name: data for name, data in told.items() if not _UNUSED.match(name)},
        ids: f"briefpress.ids({json.dumps(names, separators=(',', ':'))})\n".encode(),
    }


def _fragments(told: Files) -> Iterator[tuple[str, str]]:
    """The id of the item and that of its fragment, for each."""
    for name, data in told.items():
        folder, _, fragment = name.partition("/")
        if folder == "fragment":
            page = json.loads(gzip.decompress(data).removeprefix(b"pagefind_dcd"))
            yield page["url"].strip("/").removesuffix(".html"), fragment.removesuffix(".pf_fragment")


def _page(item: Item) -> str:
    text = _MARKS.sub(" ", _LINK.sub(r"\1", _HEADING.sub("", item.body.replace(item.title, "", 1))))
    return f"<!doctype html><html><body><h1>{escape(item.title)}</h1><p>{escape(text)}</p></body></html>"


def _run(*arguments: str) -> None:
    import pagefind_bin

    command = [str(pagefind_bin.get_executable()), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FileError(f"Pagefind could not be run: {error}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it does not say why"]
        raise FileError(f"Pagefind failed: {said[-1][:200]}")
