"""Places that tests deploy to, and sites to deploy."""

from pathlib import Path

from builder import digest
from builder.publish import plan
from builder.publish.deploy import built, carry
from builder.publish.deploy.built import Built
from builder.publish.deploy.places import Place
from builder.publish.plan import Record


def site(folder: Path, files: dict[str, bytes], **whose: str) -> Built:
    """A built site of `files` in `folder`, with its record, which says `whose`; what stood there is gone."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    records = {name: Record("key", digest.of_bytes(data), len(data)) for name, data in files.items()}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / plan.MANIFEST).write_text(plan.dump_manifest(records, plan.Making(site=whose)))
    return built.read(folder)


def deploy(one: Built, place: Place) -> list[carry.Event]:
    """All that happens when `one` is deployed to `place`."""
    return list(carry.carry_out(one, place, carry.look(one, place)))


def held(folder: Path) -> dict[str, bytes]:
    """Every file in `folder` but git's."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
