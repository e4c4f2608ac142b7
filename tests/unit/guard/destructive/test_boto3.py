"""Clients of other services than S3, and collections of other things than objects, are not looked at."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3  # type: ignore[import-untyped]  # it ships no types
import pytest
from botocore.stub import Stubber  # type: ignore[import-untyped]  # it ships no types

from firedoor.guard.destructive import boto3_collections
from support.destroying import production, refusal, told
from support.guarding import armed

if TYPE_CHECKING:
    from support.project import ProjectFolder

PLACE = {"region_name": "eu-west-1", "aws_access_key_id": "x", "aws_secret_access_key": "y"}


def test_by_service(project: ProjectFolder) -> None:
    queues, files = boto3.client("sqs", **PLACE), boto3.client("s3", **PLACE)
    with armed(production(project, FILES_URL="s3://shop/uploads")), Stubber(queues) as stub:
        stub.add_response("delete_queue", {}, {"QueueUrl": "https://sqs.example.org/1"})
        queues.delete_queue(QueueUrl="https://sqs.example.org/1")
        assert told(refusal(lambda: files.delete_bucket(Bucket="shop"))) == [
            ("FD615", "FILES_URL", "DeleteBucket", "")
        ]
        expiring = {"Rules": [{"Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}]}
        attempt = partial(
            files.put_bucket_lifecycle_configuration, Bucket="shop", LifecycleConfiguration=expiring
        )
        assert told(refusal(attempt)) == [
            ("FD615", "FILES_URL", "a lifecycle that lets all objects expire", "")
        ]
        assert told(refusal(lambda: files.delete_bucket(Bucket="other"))) == [
            ("FD615", "", "DeleteBucket", "")
        ]
    stub.assert_no_pending_responses()


@pytest.mark.parametrize("service", ["s3", "ec2"])
def test_by_collection(service: str, project: ProjectFolder) -> None:
    done: list[object] = []

    class BatchAction:
        def __init__(self) -> None:
            self._action_model = SimpleNamespace(request=SimpleNamespace(operation="DeleteObjects"))

        def __call__(self, parent: object) -> None:
            done.append(parent)

    client = SimpleNamespace(
        meta=SimpleNamespace(
            service_model=SimpleNamespace(service_name=service), endpoint_url="https://s3.amazonaws.com"
        )
    )
    bucket = SimpleNamespace(name="shop", meta=SimpleNamespace(client=client))
    with armed(production(project, FILES_URL="s3://shop/uploads")) as guard:
        undo = boto3_collections.arm(guard, SimpleNamespace(BatchAction=BatchAction))  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
        found = refusal(lambda: BatchAction()(SimpleNamespace(_parent=bucket, _params={})))
        expected = [("FD615", "FILES_URL", "deletion of all objects", "")] if service == "s3" else []
        assert told(found) == expected
        kept: list[Any] = [
            SimpleNamespace(_parent=bucket, _params={"Prefix": "a/"}),
            SimpleNamespace(_parent=None),
            None,
        ]
        for parent in kept:
            BatchAction()(parent)
        assert done[-3:] == kept
        undo()
    BatchAction()(SimpleNamespace(_parent=bucket, _params={}))
    assert len(done) == 5 - len(expected)
