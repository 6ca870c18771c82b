"""Storage that speaks S3, by Amazon's own library (extra `s3`).

Who asks is settled as everywhere with that library: the environment, a profile, a role. What stands there is
told by ETags, which are MD5 digests unless an object came in parts or is kept with a key of one's own; then
it is put again. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html>
"""

import base64
import hashlib
import mimetypes
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from builder import digest
from builder.errors import ConfigError, DeployError
from builder.publish.deploy.places import Asked

_MD5 = re.compile(r"[0-9a-f]{32}")
_MARK = re.compile(r"\.([0-9a-f]{8})\.\w+\Z")
_FOREVER = "public, max-age=31536000, immutable"
_SOON = "public, max-age=300"
"""A page is asked for again after five minutes, as at most hosts."""
_TYPES: Mapping[str, str] = {
    "atom.xml": "application/atom+xml",
    "feed.json": "application/feed+json",
    "feed.xml": "application/rss+xml",
    ".js": "text/javascript",
    ".json": "application/json",
    ".opml": "text/x-opml",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
_SPOKEN = (
    "text/",
    "application/json",
    "application/feed+json",
    "application/atom+xml",
    "application/rss+xml",
)
"""Kinds whose letters are to be read as UTF-8; XML says it itself, and the others do no harm."""


class Bucket:
    """A bucket, or what of it is below a prefix."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        """Take what is below `prefix` (empty, or with a slash at its end) in `bucket`."""
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self.name = f"s3://{bucket}/{prefix}"

    @classmethod
    def open(cls, asked: Asked) -> "Bucket":
        """The bucket that `deploy.to` names. Raises DeployError for none, ConfigError without the extra."""
        rules = asked.config.deploy
        told = urlsplit(rules.to)
        if told.scheme != "s3" or not told.netloc:
            raise DeployError(
                f"{rules.to} is no bucket" if rules.to else "config.yaml does not say to which bucket",
                "Set `deploy.to`, such as s3://brief.example/.",
            )
        prefix = told.path.strip("/")
        with _told(rules.to):
            client = (
                _library()
                .Session()
                .client("s3", endpoint_url=rules.endpoint.rstrip("/") or None, config=_settings())
            )
        return cls(client, told.netloc, f"{prefix}/" if prefix else "")

    def standing(self) -> Mapping[str, str]:
        """The MD5 of each object below the prefix, where its ETag is one."""
        found: dict[str, str] = {}
        pages = self._client.get_paginator("list_objects_v2")
        with _told(self.name):
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for one in page.get("Contents", ()):
                    tag = one["ETag"].strip('"')
                    found[one["Key"].removeprefix(self._prefix)] = tag if _MD5.fullmatch(tag) else ""
        found.pop("", None)  # the prefix itself, as consoles make "folders"
        return found

    def fingerprint(self, data: bytes) -> str:
        """The MD5."""
        return hashlib.md5(data, usedforsecurity=False).hexdigest()

    def read(self, path: str) -> bytes:
        """What the object holds."""
        with _told(self.name, path):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + path)
            return bytes(answer["Body"].read())

    def put(self, path: str, data: bytes) -> None:
        """Put the object; the service refuses it when it does not arrive whole."""
        md5 = hashlib.md5(data, usedforsecurity=False).digest()
        with _told(self.name, path):
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._prefix + path,
                Body=data,
                ContentMD5=base64.b64encode(md5).decode("ascii"),
                ContentType=kind(path),
                CacheControl=_FOREVER if _is_named_by_digest(path, data) else _SOON,
            )

    def remove(self, path: str) -> None:
        """Take the object away."""
        with _told(self.name, path):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + path)

    def settle(self) -> str:
        """Nothing is left to do."""
        return ""


def kind(path: str) -> str:
    """The Content-Type of a file, the same on every machine."""
    name = path.rpartition("/")[2]
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    # An instance of its own: the module's functions read what the system has registered.
    guessed = _TYPES.get(name) or _TYPES.get(ending) or mimetypes.MimeTypes().guess_type(name)[0]
    if not guessed:
        return "application/octet-stream"
    return f"{guessed}; charset=utf-8" if guessed.startswith(_SPOKEN) else guessed


def _is_named_by_digest(path: str, data: bytes) -> bool:
    """Whether the name of a file changes with what it holds, as those of a theme's assets do."""
    mark = _MARK.search(path)
    return mark is not None and digest.of_bytes(data).startswith(mark[1])


def _library() -> Any:
    try:
        import boto3
    except ImportError as error:
        raise ConfigError(
            "deploy.host is s3, which needs boto3",
            "Install it with `pip install 'briefpress[s3]'`.",
            path="config.yaml",
        ) from error
    return boto3


def _settings() -> Any:
    from botocore.config import Config

    return Config(
        connect_timeout=10,
        read_timeout=60,
        retries={"max_attempts": 5, "mode": "standard"},
        # What arrives is held against the MD5 that we send; the newer checksums are not known everywhere.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


@contextmanager
def _told(place: str, path: str = "") -> Iterator[None]:
    """Turn what the library raises into ours."""
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

    try:
        yield
    except NoCredentialsError as error:
        raise DeployError(
            f"{place} wants to know who asks, and nobody is named",
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.",
        ) from error
    except NoRegionError as error:
        raise DeployError(f"nobody says in which region {place} is", "Set AWS_REGION.") from error
    except (ClientError, BotoCoreError, ValueError) as error:
        raise DeployError(
            f"{place}{path} refused: {error}", "See that the bucket is there, and that you may write to it."
        ) from error
