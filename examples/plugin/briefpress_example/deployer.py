"""A deployer that puts the site into a zip archive, for those who hand it on by other means."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from zlib import crc32

from builder.publish.deploy.places import Asked


class Archive:
    """The archive that `deploy.to` names."""

    def __init__(self, asked: Asked) -> None:
        self._path = asked.config.root / Path(asked.config.deploy.to or "site.zip")
        self._files: dict[str, bytes] = {}
        if self._path.exists():
            with zipfile.ZipFile(self._path) as archive:
                self._files = {name: archive.read(name) for name in archive.namelist()}
        self.name = f"the archive {self._path}"

    def standing(self) -> Mapping[str, str]:
        return {path: self.fingerprint(data) for path, data in self._files.items()}

    def fingerprint(self, data: bytes) -> str:
        return f"{crc32(data):08x}-{len(data)}"

    def read(self, path: str) -> bytes:
        return self._files[path]

    def put(self, path: str, data: bytes) -> None:
        self._files[path] = data

    def remove(self, path: str) -> None:
        self._files.pop(path, None)

    def settle(self) -> str:
        half = self._path.with_suffix(".tmp")
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(self._files):
                archive.writestr(zipfile.ZipInfo(path), self._files[path])
        half.replace(self._path)
        return ""
