"""A folder, on this machine or mounted: files are copied, each beside its place and then moved."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from builder import digest, files
from builder.errors import DeployError, FileError
from builder.publish.deploy.places import Asked

_LINK = "link"
"""The fingerprint of a link: it is never followed. One in the place of a file of ours goes itself."""
_EMPTY = "empty"
"""The fingerprint of a folder without a file, whose name ends in a slash."""
_ASIDE = frozenset([".git", ".svn"])
_OWN = ("content", "templates", ".git", ".briefpress")
_HALF = ".briefpress-deploying.tmp"
"""The file that is being written: always the same one, so that a kill leaves no more than that."""


class Folder:
    """A folder that a web server shows, or whatever copies it on."""

    def __init__(self, folder: Path) -> None:
        """Take the folder at `folder`, which need not exist."""
        self._folder = folder
        self.name = str(folder)

    @classmethod
    def open(cls, asked: Asked) -> "Folder":
        """The folder that `deploy.to` names. Raises DeployError for none, or one of the newsletter's."""
        config = asked.config
        told = config.deploy.to
        if not told or "://" in told:
            raise DeployError(
                "config.yaml does not say to which folder" if not told else f"{told} is no folder",
                "Set `deploy.to`, such as /var/www/brief.",
            )
        folder = (config.root / Path(told).expanduser()).resolve()
        for name in (".", *_OWN, config.build.output, *config.build.static):
            ours = (config.root / name).resolve()
            if ours.is_relative_to(folder) or (name != "." and folder.is_relative_to(ours)):
                raise DeployError(
                    f"{folder} holds the newsletter's own files",
                    "Deploy to a folder that holds nothing else.",
                )
        return cls(folder)

    def standing(self) -> Mapping[str, str]:
        """The SHA-256 of each file; links are told as such, and so are folders without a file."""
        found: dict[str, str] = {}
        if self._folder.exists() and not self._folder.is_dir():
            raise DeployError(f"{self._folder} is no folder", "Set `deploy.to` to one.")
        for place, folders, names in os.walk(self._folder, onerror=_refuse):
            folders[:] = [name for name in folders if name not in _ASIDE]
            below = Path(place).relative_to(self._folder)
            if not (names or folders) and below.parts:
                found[f"{below.as_posix()}/"] = _EMPTY
            for name in (*names, *(one for one in folders if Path(place, one).is_symlink())):
                path = Path(place, name)
                at = (below / name).as_posix()
                found[at] = digest.of_bytes(files.read_bytes(path)) if _is_plain(path) else _LINK
        found.pop(_HALF, None)
        return found

    def fingerprint(self, data: bytes) -> str:
        """The SHA-256."""
        return digest.of_bytes(data)

    def read(self, path: str) -> bytes:
        """What the file holds."""
        target = self._at(path)
        if target.is_symlink():
            raise DeployError(f"{target} is a link", "Put the file itself there.")
        return files.read_bytes(target)

    def put(self, path: str, data: bytes) -> None:
        """Put the file there in one step."""
        target = self._at(path)
        half = self._folder / _HALF
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            half.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):
                half.unlink()
            raise FileError(f"cannot write {target}: {error.strerror}") from error

    def remove(self, path: str) -> None:
        """Take the file away, and the folders that it leaves empty."""
        target = self._at(path)
        files.remove(target)
        for folder in target.parents:
            if folder == self._folder.resolve():
                return
            try:
                folder.rmdir()
            except OSError:
                return

    def settle(self) -> str:
        """Nothing is left to do."""
        files.remove(self._folder / _HALF)
        return ""

    def _at(self, path: str) -> Path:
        """Where the file is: itself, also where it is a link. Raises DeployError for a link on the way."""
        above, _, name = path.rpartition("/")
        root = self._folder.resolve()
        folder = files.inside(root, above)
        if folder != root / above or name in ("", ".", ".."):
            raise DeployError(
                f"{root / path} is reached by a link, and what is there may belong to somebody else",
                "Put a folder in the place of the link, or deploy to another one.",
            )
        return folder / name


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _refuse(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise FileError(f"cannot read {error.filename}: {error.strerror}") from error
