"""A list of N readers, a mail server on loopback, and K kills on the way: `python bench/deliver.py [N] [K]`.

`briefpress mail send --send` is killed with SIGKILL at K random moments and run again each time, then left to
finish. Printed are how many readers got no message, one, or more, and how many were reported in doubt. It
fails when a reader got two, or when one without any is not reported.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "mail"), str(ROOT / "tests")]

import mailserver  # noqa: E402
import worlds  # noqa: E402

CONFIG = """\
mail:
  via: smtp
  from_address: desk@brief.example
  postal_address: 1 Sample Street, Sampletown
  unsubscribe: https://brief.example/leave?t={{token}}
  require_test: false
  smtp: {{host: 127.0.0.1, port: {port}, security: none, retry_s: 0}}
"""


class Counting(mailserver.MailServer):
    """Counts what it takes, and keeps none of it."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        super().__init__()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802, ARG002
        self.counts.update(envelope.rcpt_tos)
        return "250 2.0.0 queued"


def newsletter(root: Path, port: int, readers: int) -> None:
    (root / "config.yaml").write_text(worlds.config("editions") + CONFIG.format(port=port))
    for number in range(1, 13):
        path = root / worlds.item_file(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(worlds.item(number))
    path = root / "content" / "editions" / "0001.md"
    path.parent.mkdir(parents=True)
    path.write_text(worlds.edition(1, list(range(1, 13))))
    rows = "".join(f"reader{number}@example.org,t{number}\n" for number in range(readers))
    (root / "subscribers.csv").write_text("email,token\n" + rows)


def main(readers: int, kills: int) -> int:
    rng = random.Random(1)
    server = Counting()
    doubtful: set[str] = set()
    killed, runs, started = 0, 0, time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        newsletter(root, server.port, readers)
        command = [sys.executable, "-m", "builder", "mail", "send", "--send", "--json", "--root", folder]
        while True:
            runs += 1
            left = readers - sum(server.counts.values())
            run = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
            )
            if killed < kills:
                # Spread over what is left, and at any moment of a message.
                before = sum(server.counts.values())
                share = max(1, left // (kills - killed + 1))
                goal = before + rng.randint(1, share)
                while sum(server.counts.values()) < goal and run.poll() is None:
                    time.sleep(0.0005)
                time.sleep(rng.random() * 0.004)
                if run.poll() is None:
                    os.kill(run.pid, signal.SIGKILL)
                    killed += 1
            out, _ = run.communicate()
            if run.returncode >= 0:
                told = json.loads(out)
                doubtful |= set(told["data"].get("doubtful", ()))
                break
        ledger = (root / "subscribers.ledger" / "0001.jsonl").read_bytes()
    server.close()
    spent = time.monotonic() - started
    names = [f"reader{number}@example.org" for number in range(readers)]
    got = {name: server.counts[name] for name in names}
    times = Counter(got.values())
    none = {reader for reader, count in got.items() if not count}
    lost, double = none - doubtful, sum(count for n, count in times.items() if n > 1)
    print(f"{readers:,} readers, {killed} kills, {runs} runs, {spent:.0f} s, exit code {run.returncode}")
    print(f"  one message {times[1]:,}, none {times[0]:,}; in doubt and reported {len(doubtful)}")
    print(f"  lost {len(lost)}, double {double}; the ledger has {len(ledger.splitlines()):,} lines")
    return 1 if lost or double or killed < kills else 0


if __name__ == "__main__":
    told = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(told + [10_000, 50][len(told) :])))
