"""A few of the faults of `nth.py` and a kill of `kills.py`; with BRIEFPRESS_TEST_FAULTS=1 all, for hours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

NTH = Path(__file__).with_name("nth.py")
KILLS = NTH.with_name("kills.py")
_ALL = bool(os.environ.get("BRIEFPRESS_TEST_FAULTS"))
_FEW = {
    "open": 61,
    "write": 47,
    "fsync": 31,
    "rename": 53,
    "remove": 3,
    "mkdir": 7,
    "database": 37,
    "request": 9,
}
"""By how many calls the few that are tried lie apart."""


@pytest.mark.parametrize("action", ["fail", "kill"] if _ALL else ["kill"])
@pytest.mark.parametrize("kind", _FEW if _ALL else ["write", "database"])
def test_after_a_fault_the_next_run_is_whole(kind, action):
    some = [] if _ALL else [str(_FEW[kind]), "1"]
    line = [sys.executable, str(NTH), kind, action, *some]

    done = subprocess.run(line, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_after_a_kill_at_any_moment_the_next_run_is_whole():
    line = [sys.executable, str(KILLS), "500" if _ALL else "1"]

    done = subprocess.run(line, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
