"""Storage that speaks S3, on this machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from builder.publish.deploy.bucket import Bucket


@dataclass
class Storage:
    address: str
    client: object
    numbers: Iterator[int]

    def bucket(self) -> str:
        """The name of a new bucket."""
        name = f"brief-{next(self.numbers)}"
        self.client.create_bucket(Bucket=name)
        return name

    def empty(self, prefix: str = "site/") -> Bucket:
        """A place in a new bucket."""
        return Bucket(self.client, self.bucket(), prefix)


@pytest.fixture(scope="session")
def _server() -> Iterator[str]:
    boto = pytest.importorskip("moto.server", reason="moto is not installed")
    server = boto.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}/"
    server.stop()


@pytest.fixture
def storage(_server, monkeypatch) -> Storage:
    """A server of storage, and who may write to it."""
    import boto3

    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "something")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    return Storage(_server, boto3.client("s3", endpoint_url=_server), _NUMBERS)


_NUMBERS = count()
