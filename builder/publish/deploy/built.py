"""A built site, as its own record tells it. What is on the disk and not in the record is not of the site."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from builder import digest, files
from builder.errors import DeployError
from builder.publish import plan

_BUILD = "Run `briefpress build`, and deploy again."


@dataclass(frozen=True, slots=True)
class Built:
    """The files of a site in the folder of its build."""

    folder: Path
    digests: Mapping[str, str]
    """The SHA-256 of each file by its path, in the order of the paths; the record itself is one of them."""

    def read(self, path: str) -> bytes:
        """What the file at `path` holds. Raises DeployError when that is not what the build wrote."""
        data = files.read_bytes(files.inside(self.folder, path))
        if digest.of_bytes(data) != self.digests[path]:
            raise DeployError("the file is not as the build wrote it", _BUILD, path=path)
        return data


def read(folder: Path) -> Built:
    """The site in `folder`. Raises DeployError when no build, or one that was cut short, left it."""
    record = folder / plan.MANIFEST
    if not record.is_file():
        raise DeployError(f"there is no built site in {folder}", _BUILD)
    data = files.read_bytes(record)
    records = plan.parse_manifest(data, str(record))
    if cut := next((path for path, one in records.items() if not one.digest), ""):
        raise DeployError("the last build did not end", _BUILD, path=cut)
    found = {path: one.digest for path, one in records.items()} | {plan.MANIFEST: digest.of_bytes(data)}
    return Built(folder, dict(sorted(found.items())))
