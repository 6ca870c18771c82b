"""Make the n-th call of a kind fail, or kill the run there, in a small run, for every n until one gets by.

    python tests/faults/nth.py KIND ACTION [STRIDE [MOST]] [--from N]

After each fault: one message and no bug, nothing torn, nobody mailed twice; and the next run ends well and
leaves what an undisturbed run does, byte for byte. As SQLite tests itself (https://sqlite.org/testing.html).
"""

import argparse
import contextlib
import errno
import importlib
import itertools
import json
import os
import pkgutil
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

import worlds  # noqa: E402

from builder.cli import newsletter  # noqa: E402

_START = datetime.now(UTC).replace(microsecond=0)
# One clock for all runs, so that what they write can be compared; set before other rooms take it from there.
newsletter.now = lambda: _START

import builder  # noqa: E402
from builder.cli.console import Console  # noqa: E402
from builder.cli.main import run  # noqa: E402

# Each run is a fork of this process: what is imported here is not imported a thousand times.
for _module in pkgutil.walk_packages(builder.__path__, "builder."):
    if _module.name not in ("builder.__main__", "builder.cli.screen", "builder.quarantine.cell"):
        importlib.import_module(_module.name)

KINDS = ("open", "write", "fsync", "rename", "remove", "mkdir", "database", "request")
ACTIONS = ("fail", "kill")
KILLED = 137
READERS = 3

CONFIG = """\
feeds:
  - {{url: samples/feed.xml, slug: files, full_text: false}}
  - {{url: 'http://127.0.0.1:{web}/feed.xml', slug: web, full_text: false}}
fetch: {{allow_hosts: ['127.0.0.1:{web}'], delay_s: 0, max_age_days: 0}}
deploy: {{host: folder, to: www}}
run: {{mail: true}}
mail:
  via: smtp
  from_address: desk@brief.example
  postal_address: 1 Sample Street, Sampletown
  unsubscribe: https://brief.example/leave?t={{token}}
  require_test: false
  smtp: {{host: 127.0.0.1, port: {post}, security: none, retry_s: 0}}
"""
ENTRY = """\
<item><title>{title}</title><guid>{id}</guid><link>https://{name}.example/{id}</link>
<pubDate>Fri, 20 Nov 2026 09:0{id}:00 +0000</pubDate><description>{text}</description></item>
"""
BRIDGE = (
    "The old railway bridge over the Lindau closes in March, because inspectors found cracks in two pillars.",
    "Inspectors who found cracks in two pillars have the railway bridge at Lindau closed from March on.",
)


def feed(name: str, first: str) -> str:
    told = [
        (first[:40], first * 3),
        ("The level of the river", "The river rose by 240 centimetres on Monday."),
    ]
    entries = "".join(
        ENTRY.format(name=name, id=number, title=title, text=text)
        for number, (title, text) in enumerate(told)
    )
    head = f"<title>{name}</title><link>https://{name}.example/</link>"
    return f'<rss version="2.0"><channel>{head}{entries}</channel></rss>'


def make(root: Path, web: int, post: int) -> None:
    """A newsletter with two feeds, an edition whose letter is due, and readers."""
    told = CONFIG.format(web=web, post=post)
    files = {
        "config.yaml": worlds.config("editions")
        .replace("feeds: []\n", told)
        .replace("publish: editions", "publish: editions\n  recheck_days: 0"),
        "samples/feed.xml": feed("files", BRIDGE[0]),
        worlds.item_file(1): worlds.item(1),
        worlds.item_file(2): worlds.item(2),
        "content/editions/0001.md": re.sub(
            "published: .*", f"published: {_START:%Y-%m-%dT%H:%M:%SZ}", worlds.edition(1, [1, 2])
        ),
        "subscribers.csv": "email,token\n"
        + "".join(f"reader{number}@example.org,t{number}\n" for number in range(READERS)),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


# -- faults


class Fault:
    """Counts the calls of a kind; at the n-th it fails or kills."""

    def __init__(self, nth: int, action: str) -> None:
        self.count = 0
        self._nth = nth
        self._action = action

    @property
    def struck(self) -> bool:
        return self.count >= self._nth

    def strikes(self) -> bool:
        """Whether this call is the one."""
        self.count += 1
        if self.count == self._nth and self._action == "kill":
            os._exit(KILLED)
        return self.count == self._nth


def before(fault: Fault, function: Callable[..., Any], error: Callable[[], Exception]) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> Any:
        if fault.strikes():
            raise error()
        return function(*arguments, **options)

    return call


class _Half:
    """A file of which the n-th write gets half-way."""

    def __init__(self, file: Any, fault: Fault) -> None:
        self._file = file
        self._fault = fault

    def __enter__(self) -> "_Half":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: bytes) -> int:
        half = data[: len(data) // 2]
        self._fault.count += 1
        if self._fault.count == self._fault._nth:
            self._file.write(half)
            self._file.flush()
            if self._fault._action == "kill":
                os._exit(KILLED)
            raise _full()
        return int(self._file.write(data))


def _full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _io() -> OSError:
    return OSError(errno.EIO, os.strerror(errno.EIO))


def inject(kind: str, fault: Fault) -> None:
    """Put the fault into this process."""
    if kind == "open":
        opening = os.open

        def open_(path: Any, flags: int, *more: Any, **options: Any) -> int:
            if flags & (os.O_WRONLY | os.O_RDWR) and fault.strikes():
                raise _full()
            return opening(path, flags, *more, **options)

        os.open = open_
    elif kind == "write":
        fdopen = os.fdopen

        def fdopen_(descriptor: int, mode: str = "r", *more: Any, **options: Any) -> Any:
            file = fdopen(descriptor, mode, *more, **options)
            return _Half(file, fault) if "w" in mode or "a" in mode else file

        os.fdopen = fdopen_
    elif kind == "fsync":
        os.fsync = before(fault, os.fsync, _io)
    elif kind == "rename":
        os.replace, os.link = before(fault, os.replace, _io), before(fault, os.link, _io)
        os.rename = before(fault, os.rename, _io)
    elif kind == "remove":
        os.unlink = os.remove = before(fault, os.unlink, _io)
    elif kind == "mkdir":
        os.mkdir = before(fault, os.mkdir, _full)
    elif kind == "database":
        _inject_database(fault)
    else:
        for name in ("connect", "recv", "recv_into", "sendall"):
            setattr(socket.socket, name, before(fault, getattr(socket.socket, name), _io))


def _inject_database(fault: Fault) -> None:
    def error() -> sqlite3.OperationalError:
        return sqlite3.OperationalError("disk I/O error")

    class Connection(sqlite3.Connection):
        execute = before(fault, sqlite3.Connection.execute, error)
        executemany = before(fault, sqlite3.Connection.executemany, error)
        executescript = before(fault, sqlite3.Connection.executescript, error)

        def __exit__(self, *told: Any) -> Any:
            if told[0] is None and fault.strikes():
                self.rollback()
                raise error()
            return super().__exit__(*told)

    connect = sqlite3.connect

    def connect_(*arguments: Any, **options: Any) -> sqlite3.Connection:
        return connect(*arguments, factory=Connection, **options)

    sqlite3.connect = connect_


# -- a run, and what is looked at after it


def job(root: Path, kind: str = "", nth: int = 0, action: str = "") -> tuple[int, bool, str]:
    """The exit code of a run in a process of its own, whether the fault struck, and all that it said."""
    said = root.parent / "said"
    told = root.parent / "told"
    told.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        code = 70
        try:
            out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            result = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(out, 1)
            os.dup2(out, 2)
            write, leave = os.write, os._exit
            fault = Fault(nth or sys.maxsize, action)
            if kind:
                inject(kind, fault)
            code = run(Console(), ["run", "--root", str(root)])
            sys.stdout.flush()
            sys.stderr.flush()
            write(result, str(int(fault.struck)).encode())
        except BaseException:
            traceback.print_exc()
        leave(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    struck = code == KILLED or told.read_text() == "1"
    return code, struck, said.read_text(errors="replace")


def tree(root: Path) -> dict[str, bytes]:
    """What stands in the folder, but for caches and the ledger, whose lines have their own order."""
    left_out = {".briefpress", "subscribers.ledger"}
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not left_out.intersection(path.relative_to(root).parts)
    }


def torn(root: Path) -> Iterator[str]:
    """The files that cannot be whole. Temporary ones are none: a kill may leave them."""
    for name, data in tree(root).items():
        if name.endswith(".tmp"):
            continue
        text = data.decode("utf-8", "replace")
        broken = (
            (name.endswith(".html") and "</html>" not in text)
            or (name.endswith(".md") and text.startswith("---\n") and "\n---\n" not in text)
            or (name.endswith((".xml", ".rss", ".atom")) and not text.rstrip().endswith(">"))
        )
        if name.endswith(".json"):
            try:
                json.loads(text)
            except ValueError:
                broken = True
        if broken or (not data and not name.endswith(".nojekyll")):
            yield name


@contextlib.contextmanager
def hosts(folder: Path) -> Iterator[tuple[int, int, Path]]:
    """A web server and a mail server in processes of their own: their ports, and who got mail."""
    (folder / "feed.xml").write_text(feed("web", BRIDGE[1]), encoding="utf-8")
    taken = folder / "taken"
    taken.touch()
    line = [sys.executable, str(HERE / "hosts.py"), str(folder), str(taken)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        try:
            web, post = map(int, process.stdout.readline().split())
            yield web, post, taken
        finally:
            process.kill()


def faults_of(kind: str, action: str, stride: int = 1, most: int = 0, first: int = 0) -> Iterator[str]:
    """All that is wrong after any of the faults; the last line counts them, also where it is interrupted."""
    first = first or max(1, stride // 2)
    nth, number = first, 0
    ended = ", interrupted"
    try:
        for nth, wrongs in _faults(kind, action, first, stride):
            yield from (f"{action} at {kind} {nth} {wrong}" for wrong in wrongs)
            number += 1
            if number % 10 == 0:
                sys.stderr.write(f"{number} faults so far, the last at {nth}\n")
            if number == most:
                break
        ended = ""
    except KeyboardInterrupt:
        pass
    yield f"{number} faults ({action} {kind}, from {first} to {nth} by {stride}){ended}"


def _faults(kind: str, action: str, first: int, stride: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The number of each fault that struck, and all that was wrong after it."""
    with (
        tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as top,
        hosts(Path(top)) as (web, post, taken),
    ):
        template, work = Path(top, "template"), Path(top, "work", "root")
        make(template, web, post)

        def begin() -> None:
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(template, work)
            taken.write_text("")

        begin()
        for _ in range(3):
            code, _, said = job(work)
            assert code == 0, said
        whole = tree(work)
        assert len(set(taken.read_text().split())) == READERS
        for nth in itertools.count(first, stride):
            begin()
            code, struck, said = job(work, kind, nth, action)
            if not struck:
                break
            yield (
                nth,
                tuple(
                    f"(exit code {code}): {wrong}" for wrong in _after(work, action, code, said, whole, taken)
                ),
            )


def _after(
    work: Path, action: str, code: int, said: str, whole: dict[str, bytes], taken: Path
) -> Iterator[str]:
    """What is wrong once a run with a fault ended with `code` and `said`, and two more have repaired it."""
    if code == 70 or "Traceback" in said or "bug:" in said:
        yield f"a bug: {said[-600:]}"
    if code not in (0, KILLED) and not re.search(r"^(error|warning): ", said, re.MULTILINE):
        yield f"no message: {said[-300:]}"
    yield from (f"torn: {name}" for name in torn(work))
    after = [job(work) for _ in range(2)]
    if after[-1][0] not in (0, 8):
        yield f"the next runs end with {after[-1][0]}: {after[-1][2][-600:]}"
    yield from _letters(taken, said + "".join(told[2] for told in after))
    now = tree(work)
    if action == "fail":
        # An entry that could not be written is drafted a run later, and so may not open its story.
        whole, now = (_without_stories(told) for told in (whole, now))
    doubtful = any("may have the letter" in told[2] for told in after)
    other = sorted(name for name in {*whole, *now} if whole.get(name) != now.get(name))
    if other and not (doubtful and _only_the_record(other)):
        yield f"other than undisturbed: {', '.join(other[:6])}"


def _without_stories(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: re.sub(rb"\nstory: .*", b"", data) for name, data in files.items()}


def _letters(taken: Path, said: str) -> Iterator[str]:
    """Nobody got the letter twice, and who did not get it is told of."""
    got = Counter(taken.read_text().split())
    for number in range(READERS):
        reader = f"reader{number}@example.org"
        if got[reader] > 1:
            yield f"{reader} got {got[reader]} letters"
        if got[reader] == 0 and f"{reader} may have the letter" not in said:
            yield f"{reader} got none, and nobody says so"


def _only_the_record(names: list[str]) -> bool:
    """Whether what differs is only what tells of the letter of an edition."""
    return all("edition" in name or "manifest" in name for name in names)


def told(lines: Iterator[str]) -> int:
    """Print each line at once; the last sums up, and 1 is given where there are more. SIGTERM interrupts."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    wrong = -1
    for line in lines:
        wrong += 1
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    return 1 if wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("stride", type=int, nargs="?", default=1)
    parser.add_argument("most", type=int, nargs="?", default=0, help="0: no bound")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first call that is struck")
    given = parser.parse_args()
    return told(faults_of(given.kind, given.action, given.stride, given.most, given.first))


if __name__ == "__main__":
    sys.exit(main())
