"""How tests wait: for what happens, never for a time in which it should have happened.

A busy machine may take a hundred times as long as an idle one, so the limit only ends what hangs.
"""

import time
from collections.abc import Callable

LONG_S = 300
"""Nothing that works takes so long, however busy the machine is."""


def until(holds: Callable[[], object], *, or_else: Callable[[], object] = lambda: False) -> None:
    """Wait until `holds()`; or until `or_else()`, after which it never will. Raises TimeoutError."""
    end = time.monotonic() + LONG_S
    while not (holds() or or_else()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {LONG_S} s in vain")
        time.sleep(0.005)
