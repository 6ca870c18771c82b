"""Build wheel and sdist twice, compare them, install the wheel alone, and run the main job with it.

Run by CI: `python tests/wheel.py`. The two builds differ in folder, umask, zone, and the times and modes of
all files; the third is made of the sdist.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "packaging"))

import release  # noqa: E402


def copied(to: Path, when: int, mode: int) -> Path:
    """What git holds or would take up, at another place, with other times and modes."""
    names = release.run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)
            (to / name).chmod(mode)
            os.utime(to / name, (when, when))
    return to


def built(root: Path, out: Path, umask: int, zone: str) -> dict[str, bytes]:
    before = os.umask(umask)
    os.environ["TZ"] = zone
    try:
        out.mkdir()
        return {path.name: path.read_bytes() for path in release.build(root, out, release.epoch(ROOT))}
    finally:
        os.umask(before)


def refuse_other(one: dict[str, bytes], other: dict[str, bytes], what: str) -> None:
    if one != other:
        names = [name for name in one | other if one.get(name) != other.get(name)]
        sys.exit(f"{what}: {', '.join(names)} differ")


def held(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def refuse_wanting(wheel: Path) -> int:
    """Leave unless the wheel holds the theme, whole, and the mark of its types; the number of templates."""
    names = held(wheel)
    prefix = "builder/_templates/"
    found = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
    top = ROOT / "templates"
    wanted = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
    if found != wanted:
        sys.exit(f"the wheel's templates differ: {sorted(found ^ wanted)}")
    missing = {"builder/py.typed", "builder/scaffold/newsletter/config.yaml"} - names
    if missing:
        sys.exit(f"the wheel lacks {', '.join(sorted(missing))}")
    return len(found)


def refuse_short(bill: Path) -> int:
    """Leave unless the bill names all that the core asks for; the number of its parts."""
    import re
    import tomllib

    told = json.loads(bill.read_text(encoding="utf-8"))
    names = {part["name"].lower().replace("_", "-") for part in told["components"]}
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    core = {re.split(r"[\s;<>=!~\[(]", one)[0].lower().replace("_", "-") for one in asked}
    if core - names:
        sys.exit(f"the bill of materials lacks {', '.join(sorted(core - names))}")
    return len(names)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        one = built(copied(work / "a", 1_000_000_000, 0o664), work / "built-a", 0o022, "UTC")
        deep = work / "somewhere" / "else"
        refuse_other(
            one,
            built(copied(deep, 1_700_000_000, 0o600), work / "built-b", 0o077, "Asia/Tokyo"),
            "two builds",
        )
        (sdist,) = (work / "built-a").glob("*.tar.gz")
        with tarfile.open(sdist) as archive:
            archive.extractall(work / "unpacked", filter="data")
        (unpacked,) = (work / "unpacked").iterdir()
        again = built(unpacked, work / "built-c", 0o022, "UTC")
        wheels = [
            {name: data for name, data in made.items() if name.endswith(".whl")} for made in (one, again)
        ]
        refuse_other(wheels[0], wheels[1], "the wheel of the tree and that of the sdist")
        (wheel,) = (work / "built-a").glob("*.whl")
        templates = refuse_wanting(wheel)
        python = release.install(wheel, work / "env")
        command = work / "env" / "bin" / "briefpress"
        letter = work / "letter"
        release.run(command, "init", letter, "--title", "Wheel", "--url", "https://wheel.example/", cwd=work)
        release.run(command, "build", "--root", letter, cwd=work)
        if not (letter / "site" / "index.html").is_file():
            sys.exit("the installed command built no site")
        parts = refuse_short(release.bill(python, work, release.epoch(ROOT)))
    sys.stdout.write(
        f"{wheel.name}: three builds the same, {templates} templates, installed, a newsletter begun "
        f"and built, {parts} parts in its bill\n"
    )


if __name__ == "__main__":
    try:
        main()
    except subprocess.SubprocessError as error:
        sys.exit(str(error))
