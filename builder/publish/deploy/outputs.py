"""The files for a host, as outputs of a build."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from builder import digest, files
from builder.config import Config
from builder.publish.deploy import hostfiles
from builder.publish.deploy.routes import route
from builder.publish.letters import ORIGIN as LETTER
from builder.publish.plan import Output

_PAGES = (".html", ".htm")


def host_outputs(
    config: Config,
    base_url: str,
    outputs: Sequence[Output],
    assets: Sequence[str],
    moved: Sequence[tuple[str, str]],
) -> Iterator[Output]:
    """What the host in `config` asks for, beside the `outputs` of a site: at least one of each template, and
    all that may stand where a host looks. A file that is among them stays.

    `assets` are paths whose names change with what they hold, `moved` old places with the new ones. Raises
    ConfigError for a host that nobody knows.
    """
    route(config)
    kinds = _kinds(outputs)
    served = hostfiles.Served(
        host=config.deploy.host,
        base_url=base_url,
        assets=assets,
        moved=moved,
        pages=tuple(output.path for output in outputs if output.path.endswith(_PAGES)),
        kinds=_made(kinds),
        copied=frozenset(kind.path for kind in kinds if _is_copied(kind)),
    )
    taken = {output.path for output in outputs}
    for file in hostfiles.host_files(served):
        if file.path not in taken:
            known = (files.program(), file.path, file.depends, [kind.key for kind in kinds])
            origin = f"what {config.deploy.host} asks for"
            yield Output(file.path, digest.of_value(known), origin, file.make, partial(_texts, kinds))


def _kinds(outputs: Sequence[Output]) -> Sequence[Output]:
    """One page of each template, one letter, and each page that is copied, whose policy nobody knows."""
    found: dict[str, Output] = {}
    for output in outputs:
        if output.path.endswith(_PAGES):
            kind = output.path if _is_copied(output) else output.template or LETTER
            found.setdefault(kind, output)
    return tuple(found.values())


def _texts(kinds: Sequence[Output]) -> Iterator[str]:
    for kind in kinds:
        yield from kind.texts()


def _is_copied(output: Output) -> bool:
    return not output.template and not output.origin.startswith(LETTER)


def _made(kinds: Sequence[Output]) -> Callable[[], Mapping[str, str]]:
    return lambda: {kind.path: kind.make().decode("utf-8", "replace") for kind in kinds}
