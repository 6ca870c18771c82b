"""Fuzz one target for some seconds: `python tests/fuzz/fuzz.py TARGET [SECONDS]`.

With atheris installed it is guided by what the code does; else the seeds are changed at random. An input that
breaks the law is written beside this file, as `broken-TARGET`, for a test.
"""

import random
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from targets import TARGETS, changed  # noqa: E402


def main() -> int:
    target, seeds = TARGETS[sys.argv[1]]
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60
    try:
        import atheris
    except ImportError:
        return _at_random(sys.argv[1], seconds)
    corpus = HERE / f"corpus-{sys.argv[1]}"
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    atheris.instrument_all()
    atheris.Setup([sys.argv[0], f"-max_total_time={seconds:.0f}", "-timeout=20", str(corpus)], target)
    atheris.Fuzz()
    return 0


def _at_random(name: str, seconds: float) -> int:
    target, seeds = TARGETS[name]
    start = time.monotonic()
    rng = random.Random(int(time.time()))
    number = 0
    pool = list(seeds)
    while time.monotonic() - start < seconds:
        data = changed(rng.choice(pool), rng)
        begun = time.monotonic()
        try:
            target(data)
        except BaseException as error:
            (HERE / f"broken-{name}").write_bytes(data)
            sys.stdout.write(f"{name}: {type(error).__name__}: {error}\n{data!r}\n")
            return 1
        if time.monotonic() - begun > 10:
            (HERE / f"broken-{name}").write_bytes(data)
            sys.stdout.write(f"{name}: takes {time.monotonic() - begun:.0f} s\n")
            return 1
        number += 1
        # Now and then go on from what was made, but never far from what is known.
        if len(data) < 20_000 and rng.random() < 0.02:
            pool[len(seeds) :] = [*pool[len(seeds) :], data][-200:]
    sys.stdout.write(f"{name}: {number:,} inputs in {seconds:.0f} s, none broke the law\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
