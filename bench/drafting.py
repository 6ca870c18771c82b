"""How long a batch of drafts takes with a slow model, and what is asked twice after a crash: nothing.

    python bench/drafting.py [--articles 200] [--latency 1.0] [--at-once 8] [--kill]

The articles are pages of a small newsletter; the model is a server on this machine that answers after so many
seconds. `briefpress pull` is a process of its own; with `--kill` it is killed in the middle (SIGKILL) and run
again, and the questions are counted.
"""

import argparse
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import harbour  # noqa: E402
from model_server import ModelServer, Reply, Request  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--latency", type=float, default=1.0)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--kill", action="store_true")
    options = parser.parse_args()

    def slow(request: Request) -> Reply:
        reply = harbour.faithful(request)
        reply.delay_s = options.latency
        return reply

    with ModelServer(slow) as server, tempfile.TemporaryDirectory() as folder:
        root = harbour.newsletter_of_pages(
            Path(folder) / "letter", server.url, options.articles, at_once=options.at_once
        )
        if options.kill:
            _kill(root, server, options.articles // 2)
        before = len(server.requests)
        started, burnt = time.monotonic(), _burnt()
        subprocess.run([*_command(root)], check=True, cwd=ROOT)
        _report(root, server, options.articles, before, started, time.monotonic(), _burnt() - burnt)


def _command(root: Path) -> list[str]:
    return [sys.executable, "-m", "builder", "pull", "--root", str(root)]


def _kill(root: Path, server: ModelServer, after: int) -> None:
    run = subprocess.Popen(_command(root), cwd=ROOT)
    while len(server.requests) < after:
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.wait()
    kept = len(list((root / ".briefpress" / "answers").rglob("*.json")))
    drafts = len(list((root / "content").rglob("*.md")))
    print(f"killed after {len(server.requests)} questions: {kept} answers kept, {drafts} drafts written")


def _burnt() -> float:
    """Seconds of CPU that the processes begun here have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _report(
    root: Path, server: ModelServer, articles: int, before: int, started: float, ended: float, cpu: float
) -> None:
    asked = Counter(harbour.number_in(request) for request in server.requests)
    again = sum(times - 1 for times in asked.values())
    drafts = list((root / "content").rglob("*.md"))
    by_model = sum("by: llm/stub" in path.read_text("utf-8") for path in drafts)
    run = server.requests[before:]
    print(
        f"{len(drafts)} drafts of {articles}, {by_model} by the model, in {ended - started:.1f} s: "
        f"{run[0].at - started:.1f} s to the first question, {run[-1].at - run[0].at:.1f} s to the last, "
        f"{ended - run[-1].at:.1f} s after it; {cpu:.1f} s of CPU\n"
        f"{len(server.requests)} questions, {again} of them again, {server.most_at_once} at once at most"
    )


if __name__ == "__main__":
    main()
