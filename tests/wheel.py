"""Build the wheel, install it alone, and run the main job with it. Run by CI: `python tests/wheel.py`."""

import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([*map(str, command)], cwd=cwd, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def templates_in(wheel: Path) -> set[str]:
    prefix = "builder/_templates/"
    with zipfile.ZipFile(wheel) as archive:
        return {name.removeprefix(prefix) for name in archive.namelist() if name.startswith(prefix)}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", work, ROOT, cwd=ROOT)
        (wheel,) = work.glob("*.whl")
        top = ROOT / "templates"
        wanted = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
        if templates_in(wheel) != wanted:
            sys.exit(f"the wheel's templates differ: {sorted(templates_in(wheel) ^ wanted)}")
        venv.create(work / "env", with_pip=True)
        python = work / "env" / "bin" / "python"
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=work)
        command = work / "env" / "bin" / "briefpress"
        run(command, "init", work / "letter", "--title", "Wheel", "--url", "https://wheel.example/", cwd=work)
        run(command, "build", "--root", work / "letter", cwd=work)
        if not (work / "letter" / "site" / "index.html").is_file():
            sys.exit("the installed command built no site")
    sys.stdout.write(f"{wheel.name}: {len(wanted)} templates, installed, a newsletter begun and built\n")


if __name__ == "__main__":
    main()
