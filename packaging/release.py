"""Build what a release is made of: wheel, sdist, bill of materials, notes.

`python packaging/release.py [--out dist]`.

The same commit gives the same bytes in any folder, zone and umask: SOURCE_DATE_EPOCH is the commit's time
unless it is set. The bill (CycloneDX 1.6) lists what `pip install` of the wheel brings along today.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, cwd: Path = ROOT, **env: str) -> str:
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, check=False, capture_output=True, text=True, env=os.environ | env
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def epoch(root: Path = ROOT) -> str:
    return os.environ.get("SOURCE_DATE_EPOCH") or run("git", "log", "-1", "--format=%ct", cwd=root).strip()


def build(root: Path, out: Path, when: str) -> list[Path]:
    """The sdist and the wheel of the tree at `root`."""
    run(sys.executable, "-m", "hatchling", "build", "-d", out.resolve(), cwd=root, SOURCE_DATE_EPOCH=when)
    return sorted(out.iterdir())


def install(wheel: Path, at: Path) -> Path:
    """The Python of a fresh environment with the wheel and what it asks for, and nothing else."""
    venv.create(at, with_pip=True)
    python = at / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    return python


def bill(python: Path, out: Path, when: str) -> Path:
    """The bill of materials of an environment, in CycloneDX's JSON, valid by its schema."""
    tools = ("pip", "setuptools", "wheel")
    run(python, "-m", "pip", "uninstall", "--quiet", "--yes", *tools[1:])
    path = out / "briefpress.cdx.json"
    run(
        *(sys.executable, "-m", "cyclonedx_py", "environment", python),
        *("--pyproject", ROOT / "pyproject.toml", "--mc-type", "application", "--output-reproducible"),
        *("--spec-version", "1.6", "--validate", "--output-file", path),
        SOURCE_DATE_EPOCH=when,
    )
    return path


def notes(version: str) -> str:
    """What CHANGELOG.md says of `version`."""
    told = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(version)}\b[^\n]*\n(.*?)(?=^## |\Z)", told, re.MULTILINE | re.DOTALL)
    if not found or not found[1].strip():
        sys.exit(f"CHANGELOG.md has nothing on {version}")
    return found[1].strip() + "\n"


def version() -> str:
    told = (ROOT / "builder" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"', told, re.MULTILINE)
    return found[1] if found else sys.exit("builder/__init__.py tells no version")


def main() -> None:
    parser = argparse.ArgumentParser(description="Build what a release is made of.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        sys.exit(f"{out} is not empty")
    (out / "notes.md").write_text(notes(version()), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        when = epoch()
        (work / "built").mkdir()
        for path in build(ROOT, work / "built", when):
            (out / path.name).write_bytes(path.read_bytes())
        (wheel,) = out.glob("*.whl")
        bill(install(wheel, work / "env"), out, when)
    for path in sorted(out.iterdir()):
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")


if __name__ == "__main__":
    main()
