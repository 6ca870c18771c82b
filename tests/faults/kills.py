"""Kill the daily job at random moments, and hold the next run to what an undisturbed one leaves.

    python tests/faults/kills.py KILLS [SEED]

The job is that of `nth.py`, and commits its drafts as well. Two kills in three hit all its processes, as a
power cut does, the others the program alone; and one run in four that repairs is killed, too.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import nth  # noqa: E402
from patience import until  # noqa: E402

_AGAIN = 0.25
"""How often the run that repairs is killed, too."""


def git(root: Path, *command: str) -> str:
    return subprocess.run(["git", "-C", root, *command], check=True, capture_output=True, text=True).stdout


def make(root: Path, web: int, post: int) -> None:
    """The newsletter of `nth.py` in a repository."""
    nth.make(root, web, post)
    config = root / "config.yaml"
    text = config.read_text(encoding="utf-8").replace(
        "run: {mail: true}", "run: {mail: true, publish: commit}"
    )
    config.write_text(text, encoding="utf-8")
    (root / ".gitignore").write_text(".briefpress/\nsite/\nwww/\nsubscribers*\n", encoding="utf-8")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "config", "user.name", "Ed Itor")
    git(root, "config", "user.email", "ed@example.org")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=Begin")


def killed(root: Path, after_s: float, *, all_of_it: bool) -> bool:
    """Begin the job and kill it after so long; whether it was still at work."""
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            os._exit(nth.run(nth.Console(), ["run", "--root", str(root)]))
        finally:
            os._exit(70)
    time.sleep(after_s)
    with suppress(ProcessLookupError):
        (os.killpg if all_of_it else os.kill)(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def repaired(root: Path) -> tuple[int, str]:
    """The exit code of the first run that gets the lock, which what outlives a kill may hold for a moment."""
    told: list[tuple[int, str]] = []

    def done() -> bool:
        code, _, said = nth.job(root)
        told.append((code, said))
        return "another briefpress is at work" not in said

    until(done)
    return told[-1]


def torn(root: Path) -> Iterator[str]:
    """The files that cannot be whole; not those of git, whose locks are empty: it is asked itself."""
    return (name for name in nth.torn(root) if not name.startswith(".git/"))


def held(root: Path) -> dict[str, bytes]:
    return {name: data for name, data in nth.tree(root).items() if not name.startswith(".git/")}


def kills(number: int, seed: int) -> Iterator[str]:
    """All that is wrong after any of so many kills in flight; the last line counts them, always."""
    hit = runs = 0
    ended = ", interrupted"
    try:
        for now_hit, wrongs_ in _runs(random.Random(seed)):
            yield from (f"kill {hit + 1}, {wrong}" for wrong in wrongs_)
            runs += 1
            hit += now_hit
            if now_hit and hit % 10 < now_hit:
                sys.stderr.write(f"{hit} kills so far\n")
            if hit >= number:
                break
        ended = ""
    except KeyboardInterrupt:
        pass
    yield f"{hit} kills in flight, in {runs} runs, by seed {seed}{ended}"


def _runs(chance: random.Random) -> Iterator[tuple[int, tuple[str, ...]]]:
    """How often each of endless runs was killed (0: it was done before that), and what was wrong then."""
    with (
        tempfile.TemporaryDirectory(prefix="kills-", ignore_cleanup_errors=True) as top,
        nth.hosts(Path(top)) as (web, post, taken),
    ):
        template, work = Path(top, "template"), Path(top, "work", "root")
        make(template, web, post)

        def begin() -> None:
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(template, work)
            taken.write_text("")

        begin()
        began = time.monotonic()
        assert nth.job(work)[0] == 0
        took = time.monotonic() - began
        for _ in range(2):
            code, _, said = nth.job(work)
            assert code == 0, said
        whole = held(work)
        while True:
            begin()
            moment, all_of_it = chance.uniform(0, took), chance.random() < 2 / 3
            if not killed(work, moment, all_of_it=all_of_it):
                yield 0, ()
                continue
            hit = 1
            where = f"of {'all' if all_of_it else 'the program'} after {moment:.3f} s"
            wrong = [f"{where}: torn: {name}" for name in torn(work)]
            if chance.random() < _AGAIN and killed(work, chance.uniform(0, took), all_of_it=True):
                hit = 2
                where += ", and once more"
                wrong += (f"{where}: torn: {name}" for name in torn(work))
            after = [repaired(work) for _ in range(2)]
            wrong += (f"{where}: {what}" for what in wrongs(work, after, whole, taken))
            yield hit, tuple(wrong)


def wrongs(root: Path, after: list[tuple[int, str]], whole: dict[str, bytes], taken: Path) -> Iterator[str]:
    """What is not as after an undisturbed run, once the runs `after` have repaired it."""
    code, said = after[-1]
    if code not in (0, 8):
        yield f"the next runs end with {code}: {said[-600:]}"
    said = "".join(one for _, one in after)
    yield from nth._letters(taken, said)
    now = held(root)
    other = sorted(name for name in {*whole, *now} if whole.get(name) != now.get(name))
    if other and not ("may have the letter" in said and nth._only_the_record(other)):
        yield f"other than undisturbed: {', '.join(other[:6])}"
    if left := git(root, "status", "--porcelain", "--", "content"):
        yield f"not committed: {left}"
    git(root, "fsck", "--no-dangling", "--no-progress")


def main() -> int:
    number, *seed = map(int, sys.argv[1:])
    return nth.told(kills(number, *seed or [1]))


if __name__ == "__main__":
    sys.exit(main())
