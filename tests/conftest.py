"""What every test may lean on: no network, and third-party data only where it is at hand."""

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no failure; CI (which Hypothesis knows by itself) also draws the same examples each time.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if settings.get_current_profile_name() == "default":
    settings.load_profile("here")

# On a server that runs them, tests see what they see anywhere: there `build` is stricter by itself.
os.environ.pop("CI", None)

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Real feeds, pages and hostile inputs, kept beside the checkout and not in it."""


@pytest.fixture(scope="session")
def shared() -> Callable[..., Path]:
    """`shared("data", "hostile")` is that path; where it is absent the test is skipped."""

    def find(*parts: str) -> Path:
        path = SHARED.joinpath(*parts)
        if not path.exists():
            pytest.skip(f"third-party test data is not here: {'/'.join(('shared', *parts))}")
        return path

    return find


@pytest.fixture(autouse=True)
def _closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches past this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(host).startswith(("127.", "::1")):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[..., Path]:
    """`make_site("-- config.yaml --\\n…")` writes those files and returns their folder."""

    def make(files: str, folder: str = "newsletter") -> Path:
        root = tmp_path / folder
        for part in files.lstrip("\n").split("\n-- "):
            name, _, text = part.removeprefix("-- ").partition(" --\n")
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text if text.endswith("\n") or not text else text + "\n", encoding="utf-8")
        return root

    return make


@pytest.fixture
def restricted() -> str:
    """What a command is run under so that it may do no more than the modes of files say."""
    if os.getuid():
        return ""
    if not shutil.which("setpriv"):
        pytest.skip("nothing is read-only for the superuser, and there is no setpriv to change that")
    return "setpriv --bounding-set=-dac_override,-dac_read_search"
