"""What each dependency of the core costs on the disk, as a table: `python packaging/sizes.py`.

*alone* is the distribution, *with it* that and what nothing else would bring along, in MB.
"""

import json
import subprocess
import tempfile
from pathlib import Path

import release

ASK = """
import importlib.metadata as m, json, re
def name(told): return re.split(r"[\\s;<>=!~\\[(]", told)[0].lower().replace("_", "-")
print(json.dumps({
    name(d.metadata["Name"]): [
        sum((f.size or 0) for f in d.files or []),
        [name(r) for r in d.requires or [] if "extra ==" not in r],
    ]
    for d in m.distributions()
}))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "built").mkdir()
        made = release.build(release.ROOT, Path(folder) / "built", release.epoch())
        python = release.install(next(path for path in made if path.suffix == ".whl"), Path(folder) / "env")
        told = json.loads(subprocess.run([python, "-c", ASK], capture_output=True, check=True).stdout)

    def below(name: str, seen: set[str]) -> set[str]:
        if name in told and name not in seen:
            seen.add(name)
            for other in told[name][1]:
                below(other, seen)
        return seen

    core = sorted(told["briefpress"][1], key=lambda name: -told[name][0] if name in told else 0)
    print("| distribution | alone | with it |\n| --- | ---: | ---: |")
    for name in core:
        others: set[str] = set()
        for other in core:
            if other != name:
                below(other, others)
        own = sum(told[one][0] for one in below(name, set()) - others) / 1e6
        print(f"| {name} | {told[name][0] / 1e6:.1f} | {own:.1f} |")
    whole = below("briefpress", set())
    print(f"| all {len(whole)} | {sum(told[one][0] for one in whole) / 1e6:.1f} | |")


if __name__ == "__main__":
    main()
