"""Where a site can go: the protocol of a place, the places built in, and those of plug-ins.

A plug-in offers, as an entry point of the group `briefpress.deployers`, a function (or a class) that takes an
`Asked` and returns a `Place`; its name is what `deploy.host` names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from builder import plugins
from builder.config import Config
from builder.errors import ConfigError

GROUP = "briefpress.deployers"


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever opens a place is told."""

    config: Config
    """`config.deploy` says where to; its `options` are there for plug-ins."""
    base_url: str
    """Where readers find the site; ends in a slash."""
    environment: Mapping[str, str]
    """Of the process: secrets come from here, and are in no file."""


@runtime_checkable
class Place(Protocol):
    """Where a deployed site stands. Paths are those of the site's files, with forward slashes.

    Every method may raise DeployError, which ends the deployment; the next one goes on from there.
    """

    name: str
    """For messages, such as `the branch gh-pages of origin`."""

    def standing(self) -> Mapping[str, str]:
        """The fingerprint of each file that is there, foreign ones too, by its path; empty where unknown."""
        ...

    def fingerprint(self, data: bytes) -> str:
        """What `standing` tells of a file that holds `data`; empty to have every file put again."""
        ...

    def read(self, path: str) -> bytes:
        """What a file that stands there holds. It is only asked for our records."""
        ...

    def put(self, path: str, data: bytes) -> None:
        """Put a file there, or in the place of the one that is: readers see the old or the new one, whole."""
        ...

    def remove(self, path: str) -> None:
        """Take a file away; one that is gone is no fault."""
        ...

    def settle(self) -> str:
        """Make all that was put and removed count, where that was not done at once; what to tell of it."""
        ...


_BUILTIN = {
    "folder": "builder.publish.deploy.folder:Folder.open",
    "branch": "builder.publish.deploy.branch:Branch.open",
    "s3": "builder.publish.deploy.bucket:Bucket.open",
}


def brought(host: str) -> bool:
    """Whether `host` is the name of a plug-in. Imports none."""
    return host not in _BUILTIN and host in plugins.names(GROUP, {})


def open_place(kind: str, asked: Asked) -> Place:
    """The place of the kind `kind`. Raises ConfigError or DeployError where there is none of that kind."""
    made = plugins.load(GROUP, kind, _BUILTIN)
    if not callable(made):
        raise ConfigError(
            f"the deployer {kind!r} can not be called", "Update the distribution that brings it."
        )
    place = made(asked)
    if not isinstance(place, Place):
        raise ConfigError(f"the deployer {kind!r} gives no place", "Update the distribution that brings it.")
    return place
