"""boto3 under the guard against a real S3 server: stamps, prefixes, copies and signed URLs."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from firedoor.stamps import s3 as marker
from support.guarding import armed, configuration, declare, refused
from support.stamping import address, stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.stamps.stamp import Stamp
    from support.project import ProjectFolder
    from support.seaweedfs import SeaweedServer

pytestmark = pytest.mark.real

DECLARED = '[variables.UPLOADS]\nresource = "bucket"\n'


@pytest.fixture
def server(seaweed_server: SeaweedServer) -> Iterator[SeaweedServer]:
    """The server with two empty buckets."""
    client = seaweed_server.client()
    for name in ("shop", "live"):
        client.create_bucket(Bucket=name)
    yield seaweed_server
    for name in ("shop", "live"):
        for found in client.list_objects_v2(Bucket=name).get("Contents", []):
            client.delete_object(Bucket=name, Key=found["Key"])
        client.delete_bucket(Bucket=name)


@pytest.fixture
def testing(server: SeaweedServer, project: ProjectFolder) -> Any:
    url = f"http://{server.host}:{server.port}"
    files = {
        ".env.testing": f"UPLOADS=s3://shop?endpoint_url={url}\n",
        ".env.production": f"UPLOADS=s3://live?endpoint_url={url}\n",
    }
    declare(
        project,
        testing='unstamped = "note"',
        declared=DECLARED.replace('"bucket"\n', '"bucket"\nshared_server = ["testing", "production"]\n'),
        files=files,
    )
    return configuration(project)


def mark(server: SeaweedServer, made: Stamp) -> None:
    marker.write(address("bucket", "s3://shop", server.variables()), made, replacing=None)


def told(attempt: Any) -> list[tuple[str, str, str]]:
    return [(one.code, one.subject, one.facts.get("other", "")) for one in refused(attempt)]


def test_its_own_bucket_is_used_and_productions_is_not(testing: Any, server: SeaweedServer) -> None:
    with armed(testing):
        client = server.client()
        client.put_object(Bucket="shop", Key="a", Body=b"x")
        assert client.get_object(Bucket="shop", Key="a")["Body"].read() == b"x"
        foreign = [("FD603", "UPLOADS", "production")]
        assert told(lambda: client.put_object(Bucket="live", Key="a", Body=b"x")) == foreign
        assert told(lambda: client.copy_object(Bucket="shop", Key="b", CopySource="live/a")) == foreign
        own = client.generate_presigned_url("get_object", Params={"Bucket": "shop", "Key": "a"})
        assert httpx.get(own, trust_env=False).content == b"x"
        assert told(lambda: httpx.get(own.replace("shop", "live"), trust_env=False)) == foreign
    assert "Contents" not in server.client().list_objects_v2(Bucket="live")


def test_a_bucket_with_another_environments_stamp_is_refused(testing: Any, server: SeaweedServer) -> None:
    mark(server, replace(stamp(), project="shop", environment="production"))
    with armed(testing):
        assert told(lambda: server.client().put_object(Bucket="shop", Key="a", Body=b"x")) == [
            ("FD522", "UPLOADS", "production")
        ]
    assert "Contents" not in server.client().list_objects_v2(Bucket="shop")


def test_a_bucket_with_its_own_stamp_is_used(testing: Any, server: SeaweedServer) -> None:
    mark(server, replace(stamp(), project="shop", environment="testing"))
    with armed(testing), warnings.catch_warnings():
        warnings.simplefilter("error")
        client = server.client()
        client.put_object(Bucket="shop", Key="a", Body=b"x")
        assert client.list_objects_v2(Bucket="shop")["KeyCount"] == 1


def test_a_login_that_may_not_read_the_tags_is_told_so(testing: Any, server: SeaweedServer) -> None:
    with armed(testing), pytest.warns(UserWarning, match="FD525"):
        assert told(lambda: server.client("shop").list_objects_v2(Bucket="shop")) == []


def test_a_bucket_that_is_not_there_is_the_servers_to_refuse(testing: Any, server: SeaweedServer) -> None:
    client = server.client()
    with armed(testing):
        with pytest.raises(client.exceptions.ClientError) as failed:
            client.list_objects_v2(Bucket="nowhere")
        client.create_bucket(Bucket="made-by-tests")
        client.delete_bucket(Bucket="made-by-tests")
    assert failed.value.response["Error"]["Code"] == "NoSuchBucket"
