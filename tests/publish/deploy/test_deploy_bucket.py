from pathlib import Path

import destinations
import pytest

from builder.config import parse
from builder.errors import BriefpressError, DeployError
from builder.publish.deploy import carry, places
from builder.publish.deploy.bucket import Bucket, kind


def opened(root: Path, deploy: str) -> Bucket:
    text = f"site: {{title: A, url: 'https://a.example/'}}\ndeploy: {{host: s3, {deploy}}}\n"
    asked = places.Asked(parse(text.encode(), root), "https://a.example/", {})
    found = places.open_place("s3", asked)
    assert isinstance(found, Bucket)
    return found


def test_the_bucket_of_the_config_is_written_to_below_its_prefix(storage, tmp_path):
    name = storage.bucket()
    place = opened(tmp_path, f"to: 's3://{name}/a/b', endpoint: '{storage.address}'")

    destinations.deploy(destinations.site(tmp_path / "site", {"index.html": b"<p>"}), place)

    assert {one["Key"] for one in storage.client.list_objects_v2(Bucket=name)["Contents"]} == {
        "a/b/index.html",
        "a/b/briefpress-manifest.json",
    }


def test_only_what_changed_is_put(storage, tmp_path):
    place = storage.empty()
    files = {"index.html": b"old", "same.css": b"same"}
    destinations.deploy(destinations.site(tmp_path / "site", files), place)

    again = carry.look(destinations.site(tmp_path / "site", files | {"index.html": b"new"}), place)

    assert again.put == ("index.html", "briefpress-manifest.json")


def test_what_came_in_parts_is_put_again(storage, tmp_path):
    place = storage.empty()
    one = destinations.site(tmp_path / "site", {"big": b"x" * 10})
    destinations.deploy(one, place)
    key = {"Bucket": place._bucket, "Key": f"{place._prefix}big"}
    upload = storage.client.create_multipart_upload(**key)["UploadId"]
    part = storage.client.upload_part(**key, UploadId=upload, PartNumber=1, Body=b"x" * 10)
    storage.client.complete_multipart_upload(
        **key, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    )

    assert place.standing()["big"] == ""
    assert carry.look(one, place).put == ("big",)


def test_readers_are_told_what_a_file_is_and_how_long_it_holds(storage, tmp_path):
    place = storage.empty("")
    files = {
        "index.html": b"",
        "assets/style.e3b0c442.css": b"",
        "assets/my.20261120.css": b"",
        "feed.json": b"",
    }
    destinations.deploy(destinations.site(tmp_path / "site", files), place)

    def told(path: str) -> tuple[str, str]:
        head = storage.client.head_object(Bucket=place._bucket, Key=path)
        return head["ContentType"], head["CacheControl"]

    assert told("index.html") == ("text/html; charset=utf-8", "public, max-age=300")
    assert told("assets/style.e3b0c442.css") == (
        "text/css; charset=utf-8",
        "public, max-age=31536000, immutable",
    )
    assert told("assets/my.20261120.css") == ("text/css; charset=utf-8", "public, max-age=300")
    assert told("feed.json")[0] == "application/feed+json; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/feed.xml", "application/rss+xml; charset=utf-8"),
        ("sitemap.xml", "application/xml"),
        ("CNAME", "application/octet-stream"),
        ("a/b.js", "text/javascript; charset=utf-8"),
        ("a.PNG", "image/png"),
        (".nojekyll", "application/octet-stream"),
    ],
)
def test_kinds_of_files(path, expected):
    assert kind(path) == expected


def test_a_bucket_that_is_not_there_is_told(storage, tmp_path):
    place = opened(tmp_path, f"to: 's3://nowhere-at-all', endpoint: '{storage.address}'")

    with pytest.raises(DeployError, match=r"s3://nowhere-at-all/ refused: .*NoSuchBucket"):
        place.standing()


def test_who_asks_must_be_known(storage, tmp_path, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")

    with pytest.raises(DeployError, match="nobody is named"):
        opened(tmp_path, f"to: 's3://{storage.bucket()}', endpoint: '{storage.address}'").standing()


@pytest.mark.parametrize("to", ["", "'/var/www'", "'s3://'"])
def test_what_is_no_bucket_is_refused(tmp_path, to):
    with pytest.raises(DeployError):
        opened(tmp_path, f"to: {to}")


def test_an_endpoint_must_be_private(tmp_path):
    with pytest.raises(BriefpressError, match="must begin with https"):
        opened(tmp_path, "to: 's3://a', endpoint: 'http://storage.example/'")
